"""Scaffold a dataset of observations: a table with its header, its entry in the record, a row for its source; and say what is still missing."""

import json
import re
import shutil
import tempfile
from pathlib import Path

from gba.data import csvfile
from gba.data import datapackage as record
from gba.data.errors import DataError, Problem
from gba.validate import run as checks
from gba.validate.json_lines import with_lines

from . import ledger, names
from .changes import Changes
from .refusal import Refused

COLUMNS = {
    "indicator": "what is measured, see gba:indicators",
    "place": "key into places",
    "period": "year, month or day; the end of a span",
    "value": "the figure, in the unit of the row",
    "unit": "unit of the value",
    "source": "key into sources",
    "status": "main, or aside: second source, other vintage or weak",
    "status_reason": "why the row stands aside",
    "note": "vintage, definition, rounding",
}
FREE = ("status_reason", "note")
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
#: Folders whose files have a licence or a meaning of their own.
RESERVED_FOLDERS = {"geo": "the boundaries, under a licence of their own", "index": "the tables of the index"}


def make(root: Path, options: dict[str, str]) -> tuple[list[str], bool]:
    """Write the dataset; or, if it is there and nothing but its name is given, only say what it lacks.

    Returns
    -------
    what to tell, and whether all is well: the dataset has just been made, or lacks nothing

    Raises
    ------
    Refused : a name that is there or cannot be; nothing was changed then
    """
    name = names.check("dataset", options["name"])
    changes = Changes(root)
    entries = {str(entry.get("name")): entry for entry in ledger.record(changes)["resources"]}
    if name in entries:
        given = [option for option, text in options.items() if text and option != "name"]
        if given:
            found = f"the dataset {name!r} in {ledger.RECORD} (data/{entries[name].get('path')})"
            todo = f"choose another name; or change it in the files, and make dataset name={name} alone says what it lacks"
            raise Refused("make dataset", "name", found, "a name that no dataset has", todo)
        return missing(root, name)
    path = _free_path(root, name, options, entries)
    known = ledger.known_to_record(changes, ["data/sources.csv"])
    sealed = ledger.is_sealed(changes)
    source, new_source = _source(changes, name, options["source"])
    changes.create(f"data/{path}", ",".join(COLUMNS) + "\n")
    if new_source:
        changes.edit("data/sources.csv", ledger.with_row(changes.text("data/sources.csv"), {"source": source}, "data/sources.csv", sort="source"))
    ledger.add_entry(changes, entry(name, path, options))
    ledger.refresh(changes, [f"data/{path}", *(known if new_source else [])])
    if sealed:
        ledger.seal(changes)
    changes.apply()
    told = [f"data/{path} has its header, {ledger.RECORD} its entry{f', data/sources.csv the row {source}' if new_source else ''}."]
    if not (known and sealed):
        told.append("The data had changes that the record does not know yet; they are kept, and make record writes them into it.")
    return [*told, *missing(root, name)[0]], True


def entry(name: str, path: str, options: dict[str, str]) -> dict:
    """The entry of a new dataset in the record; what has to be filled in is empty."""
    words = {key: options.get(key, "") for key in ("title", "description", "unit", "definition")}
    indicator = options.get("indicator") or name
    licences = [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}]
    cell = ["indicator", "place", "period"]
    meant = {"name": indicator, "title": words["title"], "unit": [words["unit"]] if words["unit"] else [], "definition": words["definition"]}
    keys = [{"fields": key, "reference": {"resource": f"{key}s", "fields": key}} for key in ("place", "source")]
    fields = [_field(column, text, indicator) for column, text in COLUMNS.items()]
    return {
        **{"name": name, "path": path, "profile": "tabular-data-resource", "title": words["title"], "description": words["description"]},
        **{"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": 0, "hash": "", "gba:rows": 0, "licenses": licences},
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": [*cell, "source"], "foreignKeys": keys},
        **{"gba:kind": "observations", "gba:chapter": path.split("/")[0], "gba:cell": cell},
        "gba:indicators": [{**meant, "direction": "", "processing": ""}],
        "gba:rules": [],
    }


def _field(column: str, text: str, indicator: str) -> dict:
    limits = {} if column in FREE else {"required": True}
    limits |= {"indicator": {"enum": [indicator]}, "period": {"pattern": DATE}, "status": {"enum": ["main", "aside"]}}.get(column, {})
    described = {"name": column, "type": "number" if column == "value" else "string", "description": text}
    return described | ({"constraints": limits} if limits else {})


def _free_path(root: Path, name: str, options: dict[str, str], entries: dict[str, dict]) -> str:
    folder = names.check("folder", options["folder"] or name, "folder")
    if folder in RESERVED_FOLDERS:
        raise Refused("make dataset", "folder", repr(folder), f"another folder: this one holds {RESERVED_FOLDERS[folder]}", "choose a folder of your own")
    if options["indicator"]:
        names.check("dataset", options["indicator"], "indicator")
    path = f"{folder}/{name}.csv"
    for other in entries.values():
        if str(other.get("path", "")).lower() == path:
            raise Refused("make dataset", "name", f"the path {path!r} of {other.get('name')!r} in {ledger.RECORD}", "a path of its own", "choose another name")
    return path


def _source(changes: Changes, name: str, asked: str) -> tuple[str, bool]:
    """The key of the source, and whether it is a new one."""
    known = {row["source"] for row in ledger.rows(changes.text("data/sources.csv"))}
    source = asked or name.replace("_", "-")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source, re.ASCII):
        near = names.suggestion(source, "-")
        todo = f"try source={near}" if near else "choose another key"
        raise Refused("make dataset", "source", repr(source), "lower-case letters, digits and single hyphens", todo)
    return source, source not in known


def missing(root: Path, name: str) -> tuple[list[str], bool]:
    """What a dataset still lacks, judged as if `make record` had been run; nothing is changed.

    Returns
    -------
    one text a line, and whether nothing is missing
    """
    problems = _problems(root / "data", name)
    file = f"data/{ledger.NAME}"
    path = next((entry.get("path") for entry in ledger.record(Changes(root))["resources"] if entry.get("name") == name), "")
    sources = _source_lines(root, name, f"data/{path}")
    own = [problem for problem in problems if _concerns(problem, name, f"data/{path}", file, sources)]
    order = [file, "data/sources.csv", f"data/{path}"]
    told = [str(problem) for problem in sorted(with_lines(own, root / file, file), key=lambda problem: (order.index(problem.file), problem.line or 0))]
    rest = len(problems) - len(own)
    elsewhere = [f"({rest} more problem{'s' if rest > 1 else ''} elsewhere in the data: make check-data lists them.)"] if rest else []
    if own:
        return [f"{name} still lacks:", *told, *elsewhere, f"make dataset name={name} tells what is left."], False
    return [f"{name} lacks nothing. make record writes its checksums into the record, make check-data checks it all.", *elsewhere], True


def _problems(folder: Path, name: str) -> list[Problem]:
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "data"
        shutil.copytree(folder, copy)
        try:
            record.refresh(copy)
            problems = checks.check_all(copy)
            if _fill_units(copy, name):
                record.refresh(copy)
                problems += [problem for problem in checks.check_all(copy) if problem not in problems]
        except DataError as error:
            return error.problems
        return problems


def _fill_units(folder: Path, name: str) -> bool:
    """Give indicators without a unit those of the table, so that the table can be judged before the record is complete; whether any had none."""
    content = json.loads((folder / record.NAME).read_text(encoding="utf-8"))
    entry = record.resources(content).get(name, {})
    blank = [meant for meant in entry.get("gba:indicators", []) if not meant.get("unit")]
    table = csvfile.read(folder / entry["path"], entry["path"]) if blank else csvfile.Table("")
    for meant in blank:
        meant["unit"] = sorted(set(table.column("unit"))) if "unit" in table.header and table.rows else ["?"]
    if blank:
        (folder / record.NAME).write_text(record.written(content), encoding="utf-8")
    return bool(blank)


def _concerns(problem: Problem, name: str, path: str, record_file: str, sources: set[int]) -> bool:
    if problem.file == record_file:
        return not problem.column.startswith("resources[") or problem.column.startswith(f"resources[{name}]")
    return problem.file == path or (problem.file == "data/sources.csv" and (problem.line is None or problem.line in sources))


def _source_lines(root: Path, name: str, path: str) -> set[int]:
    """The lines of sources.csv with the sources that the dataset cites, or that were made for it."""
    changes = Changes(root)
    try:
        cited = {row.get("source") for row in ledger.rows(changes.text(path))}
    except Refused:
        cited = set()
    return {row["line"] for row in ledger.rows(changes.text("data/sources.csv")) if row.get("source") in {*cited, name.replace("_", "-")}}
