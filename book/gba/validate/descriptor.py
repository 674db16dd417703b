"""Whether the description of a file says everything that the library and its readers rely on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gba.data.datapackage import NAME, shown
from gba.data.describe import COMPUTED, OBSERVED, OBSERVED_KEYS, PACKAGE, PERIOD, START, UPPER, Described, differences
from gba.data.errors import Problem, did_you_mean, one_of
from gba.data.metafile import ENDING, Meta, Way
from gba.data.types import TYPES, is_calendar

ALLOWED = {"direction": ("higher_better", "lower_better", "none"), "processing": ("as printed", "converted", "computed")}
NEXT = ("what", "when", "every", "where")  # of a publication that is to come
DATED = {"sources": ("date",), "breaks": ("last_before", "first_after")}  # columns that the library compares as dates

Fault = tuple[Way, str, str, str]  # where in the description, found, expected, what to do


def package_problems(made: Described, folder: Path) -> list[Problem]:
    """What the description of the whole package leaves unsaid."""
    file = shown(PACKAGE, folder)
    missing = [key for key in ("name", "title", "version", "licenses") if not made.record.get(key)]
    told = {problem.file for problem in made.problems}
    return [Problem(file, None, key.replace("licenses", "licence"), "nothing", "a value", "fill it in") for key in missing if file not in told]


def out_of_date(made: Described, on_disk: dict, folder: Path) -> list[Problem]:
    """Where the descriptor on disk is not what the descriptions make of it; sizes and checksums apart."""
    if made.problems:
        return []  # what cannot be read is told first: without it nothing can be compared

    def without_computed(record: dict) -> dict:
        return {**record, "resources": [{key: value for key, value in entry.items() if key not in COMPUTED} for entry in record["resources"]]}

    file, todo = shown(NAME, folder), "run `make record`"
    changes = differences(without_computed(on_disk), without_computed(made.record))
    return [Problem(file, None, "", f"it out of date ({change})", f"what the descriptions (*{ENDING}) say", todo) for change in changes]


def unreadable(meta: Meta, entry: dict, others: dict[str, dict]) -> list[Problem]:
    """What is missing or contradictory in a description, so that the file cannot be judged by it.

    `others` are the entries by name, an empty one where the description cannot be read: what points there is not judged.
    """
    if entry["gba:kind"] == "geometry":
        return []
    faults = [*_columns(meta.content), *_keys(meta.content, entry, others)]
    return [meta.problem(*fault) for fault in faults]


def unsaid(meta: Meta, entry: dict) -> list[Problem]:
    """What a description leaves unsaid: the file can be judged by it, but is not described or not constrained enough."""
    faults = [*_words(meta.content, entry), *_looked_at(meta.content), *_indicators(meta.content), *_undeclared(entry)]
    return [meta.problem(*fault) for fault in faults]


def _words(content: dict, entry: dict) -> Iterator[Fault]:
    for key in ("title", "description", *(["chapter"] if entry["gba:kind"] in ("observations", "ledger") else [])):
        if key not in content:
            yield (key,), "nothing", "a text", "fill it in"
    if not entry["licenses"]:
        found = repr(content["licence"]) if "licence" in content else "nothing"
        todo = f"ask the source under which licence its figures may be given on; {PACKAGE} lists the licences, and takes another with title and path"
        yield ("licence",), found, "the licence of the figures, one of `licences`", todo
    if not re.fullmatch(r"[a-z0-9._-]+", entry["name"]):
        yield ("name",), repr(entry["name"]), "lower-case letters, digits and ._-", "rename it"


def _looked_at(content: dict) -> Iterator[Fault]:
    """When somebody last looked whether there is anything newer, and when there will be."""
    dates = {("looked_at",): content.get("looked_at", "")} if content["kind"] in ("observations", "ledger") else {}
    for number, item in enumerate(content.get("next", [])):
        dates[("next", number, "when")] = str(item.get("when", ""))
        yield from ((("next", number, key), "nothing", "a text", "fill it in") for key in ("what", "every", "where") if not item.get(key))
        yield from ((("next", number, key), repr(key), one_of(NEXT, key), "correct the key") for key in item if key not in NEXT)
    yield from ((way, repr(date) if date else "nothing", "a year, a month or a day", "fill it in") for way, date in dates.items() if not is_calendar(date))


def _columns(content: dict) -> Iterator[Fault]:
    if content["kind"] != "observations" and not content.get("columns"):
        yield ("columns",), "nothing", "the columns of the file", "describe the columns"
    for name, given in content.get("columns", {}).items():
        kind = (given or {}).get("type", "string")
        if kind not in (*TYPES, PERIOD):
            yield ("columns", name, "type"), repr(kind), one_of([*TYPES, PERIOD], str(kind)), "choose a type that the checks know"
        elif content["kind"] == "observations" and kind != OBSERVED.get(name, {}).get("type", kind) and "type" in given:
            yield ("columns", name, "type"), repr(kind), repr(OBSERVED[name]["type"]), "text belongs in a ledger"


def _keys(content: dict, entry: dict, others: dict[str, dict]) -> Iterator[Fault]:
    names = [field["name"] for field in entry["schema"]["fields"]]
    if entry["gba:kind"] == "ledger" and "primaryKey" not in content:
        yield ("primaryKey",), "nothing", "the columns that tell rows apart", "fill it in"
    if entry["gba:kind"] == "observations" and entry["gba:cell"][:3] != list(START):
        yield ("cell",), repr(entry["gba:cell"]), f"{', '.join(START)} and the further key columns", "correct the list"
    for key in ("primaryKey", "cell", "sort"):
        for position, name in enumerate(content.get(key, [])):
            if name not in names or name == UPPER:
                yield (key, position), repr(name), f"a column of the table{did_you_mean(str(name), names)}", "correct the name"
    for column, target in content.get("references", {}).items():
        yield from _reference(column, str(target), names, others)


def _reference(column: str, target: str, names: list[str], others: dict[str, dict]) -> Iterator[Fault]:
    where, (table, _, field) = ("references", column), target.partition(".")
    if column not in names:
        yield where, repr(column), f"a column of the table{did_you_mean(column, names)}", "correct the name"
    elif table not in others or "schema" not in (others[table] or {"schema": ""}):
        yield where, repr(target), f"table.column, a column of another table{did_you_mean(table, others)}", "correct the name"
    elif others[table]:
        there = [item["name"] for item in others[table]["schema"]["fields"]]
        if field not in there:
            yield where, repr(target), f"{table}.column, one of {', '.join(there)}", "correct the name"


def _indicators(content: dict) -> Iterator[Fault]:
    if content["kind"] == "observations" and not content.get("indicators"):
        yield ("indicators",), "nothing", "every indicator by name: title, unit, definition, direction, processing", "describe the indicators"
    for name, given in content.get("indicators", {}).items():
        for key in ("title", "unit", "definition", *ALLOWED):
            value = (given or {}).get(key)
            if value in (None, "", []):
                yield ("indicators", name, key), "nothing", one_of(ALLOWED[key]) if key in ALLOWED else "a value", "fill it in"
            elif key in ALLOWED and value not in ALLOWED[key]:
                yield ("indicators", name, key), repr(value), one_of(ALLOWED[key], str(value)), "correct it"


def _undeclared(entry: dict) -> Iterator[Fault]:
    """Columns that nothing describes, dates that are compared as text, and keys that nothing would tell when they are mistyped."""
    for field in entry.get("schema", {}).get("fields", []):
        if not (field.get("title") or field.get("description")):
            yield ("columns", field["name"]), "neither title nor description", "what the column holds", "describe it"
    fields = {field["name"]: field.get("constraints", {}) for field in entry.get("schema", {}).get("fields", [])}
    for name in ("period_start",) if entry["gba:kind"] == "observations" else DATED.get(entry["name"], ()):
        if name in fields and "pattern" not in fields[name]:
            yield ("columns", name), "text of any kind", f"type: {PERIOD}", "dates are compared as text: constrain it"
    declared = {key["fields"] for key in entry.get("schema", {}).get("foreignKeys", [])}
    if entry["name"] != "sources" and "source" in {*fields} - declared:
        yield ("references",), "no key of source", f"source: {OBSERVED_KEYS['source']}", "declare it, else nothing tells a mistyped key"
