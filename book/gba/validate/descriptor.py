"""Whether an entry of the record says everything that the library and its readers rely on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from gba.data.datapackage import KINDS, names_of_indicators, resources
from gba.data.errors import Problem, did_you_mean, one_of
from gba.validate.cells import CONSTRAINTS, TYPES

REQUIRED = ("name", "path", "gba:kind")
DESCRIBED = ("title", "description", "format", "mediatype", "bytes", "hash", "licenses")
DESCRIBED_IN_INDICATOR = ("title", "definition", "direction", "processing")
ALLOWED_IN_INDICATOR = {
    "direction": ("higher_better", "lower_better", "none"),
    "processing": ("as printed", "converted", "computed"),
}
OBSERVATION_START = ["indicator", "place", "period"]
OBSERVATION_END = ["value", "unit", "source", "status", "status_reason", "note"]
UPPER = "value_upper"  # stands behind `value` where ranks are bands
REQUIRED_CELLS = ("indicator", "place", "period", "value", "unit", "source", "status")
DATE_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"
DATED = {"sources": ("date",), "breaks": ("last_before", "first_after")}  # columns that the library compares as dates

Fault = tuple[str, str, str, str]  # where in the entry, found, expected, what to do


def record_problems(record: dict, file: str) -> list[Problem]:
    """What is wrong with the record as a whole: its own properties, and names or paths that come twice."""
    problems = [
        Problem(file, None, key, "nothing", "a text or a list that is not empty", "fill it in")
        for key in ("name", "title", "version", "licenses")
        if not record.get(key)
    ]
    ordered = [entry for entry in record["resources"] if entry.get("gba:kind") in ("ledger", "reference")]
    if any("gba:sort" in entry for entry in ordered):  # declared for all of these tables, or for none
        for entry in [entry for entry in ordered if "gba:sort" not in entry]:
            where = f"resources[{entry.get('name')}].gba:sort"
            problems.append(Problem(file, None, where, "nothing", "the columns that order the rows", "declare them ([] if the order is free)"))
    for key in ("name", "path"):
        values = [entry.get(key) for entry in record["resources"]]
        for value in sorted({value for value in values if isinstance(value, str) and values.count(value) > 1}):
            problems.append(Problem(file, None, f"resources[{value}].{key}", f"{value!r} twice", "one entry for every file", "remove or rename one"))
    return problems


def entry_problems(entry: dict, record: dict, file: str) -> list[Problem]:
    """What is missing or contradictory in the entry of one file, so that the file cannot be read by it."""
    name = entry.get("name", record["resources"].index(entry))
    faults = list(_properties(entry))
    if not faults and entry["gba:kind"] != "geometry":
        faults = list(_schema(entry, resources(record)))
        if not faults and entry["gba:kind"] == "observations":
            faults = [*_indicators(entry), *_observation_columns(entry)]
    return [Problem(file, None, f"resources[{name}].{where}", *rest) for where, *rest in faults]


def description_problems(entry: dict, file: str) -> list[Problem]:
    """What a sound entry leaves unsaid: the file can be read by it, but is not described or not constrained enough."""
    faults = [*_undescribed(entry), *_undescribed_columns(entry), *_undescribed_indicators(entry), *_unconstrained(entry)]
    return [Problem(file, None, f"resources[{entry['name']}].{where}", *rest) for where, *rest in faults]


def _undescribed(entry: dict) -> Iterator[Fault]:
    for key in DESCRIBED:
        if entry.get(key) in (None, "", []):
            yield key, "nothing", "a value", "run `make record`" if key in ("bytes", "hash") else "fill it in"
    if entry["gba:kind"] != "geometry" and entry.get("gba:rows") is None:
        yield "gba:rows", "nothing", "the number of rows", "run `make record`"
    if entry["gba:kind"] != "geometry" and entry.get("profile") != "tabular-data-resource":
        yield "profile", repr(entry.get("profile")), "'tabular-data-resource'", "declare the table to the standard's validator"
    if entry["gba:kind"] == "observations" and "gba:rules" not in entry:
        yield "gba:rules", "nothing", "a list of rules", "declare what must hold of the figures ([] if nothing must)"
    if entry["gba:kind"] in ("observations", "ledger") and not entry.get("gba:chapter"):
        yield "gba:chapter", "nothing", "the chapter that the data belong to", "fill it in"


def _undescribed_columns(entry: dict) -> Iterator[Fault]:
    for field in entry.get("schema", {}).get("fields", []):
        if not (field.get("title") or field.get("description")):
            yield f"schema.fields[{field['name']}]", "neither title nor description", "what the column holds", "describe it"


def _undescribed_indicators(entry: dict) -> Iterator[Fault]:
    for indicator in entry.get("gba:indicators", []):
        where = f"gba:indicators[{indicator['name']}]"
        for key in DESCRIBED_IN_INDICATOR:
            if not indicator.get(key):
                yield f"{where}.{key}", "nothing", one_of(ALLOWED_IN_INDICATOR[key]) if key in ALLOWED_IN_INDICATOR else "a value", "fill it in"
        for key, allowed in ALLOWED_IN_INDICATOR.items():
            if indicator.get(key) and indicator[key] not in allowed:
                yield f"{where}.{key}", repr(indicator[key]), one_of(allowed, indicator[key]), "correct it"


def _unconstrained(entry: dict) -> Iterator[Fault]:
    fields = {field["name"]: field.get("constraints", {}) for field in entry.get("schema", {}).get("fields", [])}
    observed = entry["gba:kind"] == "observations"
    for name in REQUIRED_CELLS if observed else ():
        if not fields[name].get("required"):
            yield f"schema.fields[{name}].constraints.required", "nothing", "true", "an observation without it says nothing: require it"
    if observed and fields["status"].get("enum") != ["main", "aside"]:
        yield "schema.fields[status].constraints.enum", repr(fields["status"].get("enum")), "['main', 'aside']", "correct it"
    for name in ("period", "period_start") if observed else DATED.get(entry["name"], ()):
        if name in fields and fields[name].get("pattern") != DATE_PATTERN:
            yield f"schema.fields[{name}].constraints.pattern", repr(fields[name].get("pattern")), DATE_PATTERN, "dates are compared as text: constrain it"
    yield from _undeclared_keys(entry, observed)


def _undeclared_keys(entry: dict, observed: bool) -> Iterator[Fault]:
    schema = entry.get("schema", {})
    declared = {(str(key["fields"]).strip("[]'"), key["reference"]["resource"]) for key in schema.get("foreignKeys", [])}
    names = [field["name"] for field in schema.get("fields", [])] if entry["name"] != "sources" else []
    for name, target in (("source", "sources"), *((("place", "places"),) if observed else ())):
        if name in names and (name, target) not in declared:
            yield "schema.foreignKeys", f"no key of {name}", f"a foreign key of {name} into {target}", "declare it, else nothing tells a mistyped key"


def _properties(entry: dict) -> Iterator[Fault]:
    for key in REQUIRED:
        if entry.get(key) in (None, "", []):
            yield key, "nothing", "a value", "fill it in"
    if entry.get("gba:kind") and entry["gba:kind"] not in KINDS:
        yield "gba:kind", repr(entry["gba:kind"]), one_of(KINDS, entry["gba:kind"]), "correct it"
    if entry.get("name") and not re.fullmatch(r"[a-z0-9._-]+", str(entry["name"])):
        yield "name", repr(entry["name"]), "lower-case letters, digits and ._-", "rename it"
    path = PurePosixPath(str(entry.get("path", "")))
    if path.is_absolute() or ".." in path.parts:
        yield "path", repr(str(path)), "a path inside the folder of the data", "move the file into it"


def _schema(entry: dict, others: dict[str, dict]) -> Iterator[Fault]:
    schema = entry.get("schema")
    if not isinstance(schema, dict) or not schema.get("fields"):
        yield "schema.fields", "nothing", "the columns of the file", "describe the columns"
        return
    if str(entry.get("encoding", "")).lower() != "utf-8":
        yield "encoding", repr(entry.get("encoding")), "'utf-8'", "correct it"
    if schema.get("missingValues", [""]) != [""]:
        yield "schema.missingValues", repr(schema["missingValues"]), '[""]', "leave unknown cells empty"
    for position, field in enumerate(schema["fields"]):
        yield from _field(field, f"schema.fields[{field.get('name', position)}]")
    yield from _keys(entry, [field.get("name") or "" for field in schema["fields"]], others)


def _field(field: dict, where: str) -> Iterator[Fault]:
    if not field.get("name"):
        yield where, "no name", "the name of the column", "fill it in"
    if field.get("type") not in TYPES:
        yield f"{where}.type", repr(field.get("type")), one_of(TYPES, str(field.get("type"))), "choose a type that the checks know"
    for constraint in sorted(set(field.get("constraints", {})) - CONSTRAINTS):
        todo = "choose one that the checks evaluate, or add it to gba/values.py"
        yield f"{where}.constraints", repr(constraint), one_of(sorted(CONSTRAINTS), constraint), todo


def _keys(entry: dict, names: list[str], others: dict[str, dict]) -> Iterator[Fault]:
    schema = entry["schema"]
    if entry["gba:kind"] in ("observations", "ledger") and not schema.get("primaryKey"):
        yield "schema.primaryKey", "nothing", "the columns that tell rows apart", "fill it in"
    yield from _known_columns(schema.get("primaryKey", []), names, "schema.primaryKey")
    for position, key in enumerate(schema.get("foreignKeys", [])):
        where = f"schema.foreignKeys[{position}]"
        if not key.get("fields") or not {"resource", "fields"} <= set(key.get("reference", {})):
            yield where, "no fields or no reference", "fields, and a reference with resource and fields", "complete the key"
            continue
        yield from _known_columns(key["fields"], names, where)
        target = key["reference"]["resource"]
        if target and target not in others:
            yield where, repr(target), f"the name of a table{did_you_mean(target, others)}", "correct the name"
            continue
        fields = (others[target] if target else entry).get("schema", {}).get("fields", [])
        yield from _known_columns(key["reference"]["fields"], [field.get("name") or "" for field in fields], f"{where}.reference")


def _known_columns(wanted: str | list[str], names: list[str], where: str) -> Iterator[Fault]:
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if name not in names:
            yield where, repr(name), f"a column of the table{did_you_mean(name, names)}", "correct the name"


def _indicators(entry: dict) -> Iterator[Fault]:
    listed = entry.get("gba:indicators")
    if not listed:
        yield "gba:indicators", "nothing", "an object for every indicator", "describe the indicators"
        return
    for position, indicator in enumerate(listed):
        for key in ("name", "unit"):
            if not indicator.get(key):
                yield f"gba:indicators[{indicator.get('name', position)}].{key}", "nothing", "a value", "fill it in"
    names = names_of_indicators(entry)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "gba:indicators", f"{name!r} twice", "every indicator once", "remove or rename one"
    field = next((field for field in entry["schema"]["fields"] if field["name"] == "indicator"), {})
    if field.get("constraints", {}).get("enum") != names:
        yield "schema.fields[indicator].constraints.enum", "another list", "the names in gba:indicators", "run `make record`"


def _observation_columns(entry: dict) -> Iterator[Fault]:
    names = [field["name"] for field in entry["schema"]["fields"]]
    cell = entry.get("gba:cell") or []
    kinds = {field["name"]: field["type"] for field in entry["schema"]["fields"]}
    if kinds.get("value") != "number":
        yield "schema.fields[value].type", repr(kinds.get("value")), "'number'", "text belongs in a ledger"
    end = [OBSERVATION_END[0], *([UPPER] if UPPER in names else []), *OBSERVATION_END[1:]]
    expected = [*OBSERVATION_START, *(name for name in names if name not in {*OBSERVATION_START, *end}), *end]
    if names != expected:
        yield "schema.fields", ",".join(names), ",".join(expected), "put the columns of observations in this order"
        return
    if cell[:3] != OBSERVATION_START or not set(cell) <= set(names):
        yield "gba:cell", repr(cell), "indicator, place, period and the extra key columns", "correct the list"
    key = entry["schema"]["primaryKey"]
    if set([key] if isinstance(key, str) else key) != {*cell, "source"}:
        yield "schema.primaryKey", repr(key), f"{[*cell, 'source']}: one row a cell and source", "make it the cell and the source"
