"""Write the descriptor: data/datapackage.json, made of the descriptions (*.meta.yml) and of the files themselves.

`python -m gba.data.describe`, run in book/ (`make record`), writes it and says what has changed. Nobody edits the descriptor by hand.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from gba.data import csvfile, metafile
from gba.data.datapackage import NAME, checksum, read, resources, root, shown
from gba.data.errors import DataError, Problem, did_you_mean, speak_anywhere
from gba.data.metafile import ENDING, Meta

PACKAGE = f"datapackage{ENDING}"
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
PERIOD = "period"  # as a type: text that is a year, a month or a day
#: The columns of every table of observations; a description names only what comes beside them.
START = {
    "indicator": {"description": "what is measured, see gba:indicators", "required": True},
    "place": {"description": "key into places", "required": True},
    "period": {"description": "year, month or day; the end of a span", "type": PERIOD, "required": True},
}
VALUE = {"value": {"type": "number", "description": "the figure, in the unit of the row", "required": True}}
UPPER = "value_upper"  # stands behind `value` where ranks are bands
END = {
    "unit": {"description": "unit of the value", "required": True},
    "source": {"description": "key into sources", "required": True},
    "status": {"description": "main, or aside: second source, other vintage or weak", "required": True, "enum": ["main", "aside"]},
    "status_reason": {"description": "why the row stands aside"},
    "note": {"description": "vintage, definition, rounding"},
}
OBSERVED = {**START, **VALUE, **END}
OBSERVED_KEYS = {"place": "places.place", "source": "sources.source"}
COMPUTED = ("bytes", "hash", "gba:rows")
FORMATS = {".csv": ("tabular-data-resource", "csv", "text/csv"), ".geojson": ("data-resource", "geojson", "application/geo+json")}


@dataclass
class Described:
    """The descriptor as it should be (`record`), each description by the name of its entry, readable or not, and what made a description unreadable."""

    record: dict
    metas: dict[str, Meta] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def described(folder: Path) -> Described:
    """What the descriptions in a folder and its files make of the descriptor; an unreadable description is left out, and told."""
    package = metafile.read(folder / PACKAGE, shown(PACKAGE, folder), metafile.PACKAGE_SHAPE)
    made = Described({}, problems=list(package.problems))
    entries = {}
    for path in sorted(folder.rglob(f"*{ENDING}")):
        if path != folder / PACKAGE:
            file = path.relative_to(folder).as_posix()
            meta = metafile.read(path, shown(file, folder))
            name = meta.content.get("name", file.split("/")[-1].removesuffix(ENDING))
            made.problems += meta.problems
            if name in made.metas:
                made.problems.append(meta.problem(("name",), f"{name!r}, which {made.metas[name].file} has", "a name of its own", "give it another name: ..."))
                continue
            made.metas[name] = meta
            if not meta.problems:
                entries[name] = _entry(name, file.removesuffix(ENDING), meta.content, folder, package.content.get("licences", {}))
    top = {key: package.content[key] for key in ("name", "title", "version") if key in package.content}
    licences = _licences(package.content.get("licence"), package.content.get("licences", {}))
    folders = package.content.get("folders", [])

    def place(name: str) -> tuple:
        """By folder as the package lists them, by kind, by name."""
        entry, above = entries[name], entries[name]["path"].rpartition("/")[0]
        return folders.index(above) if above in folders else len(folders), above, metafile.KINDS.index(entry["gba:kind"]), name

    order = sorted(entries, key=place)
    made.record = {"profile": "data-package", **top, "licenses": licences, "resources": [entries[name] for name in order]}
    return made


def _licences(name: str | None, known: dict) -> list[dict]:
    return [{"name": name, **known[name]}] if isinstance(known.get(name), dict) else []


def _entry(name: str, stem: str, content: dict, folder: Path, licences: dict) -> dict:
    """The entry of one file, in the order of keys that the descriptor has."""
    ending = ".geojson" if content["kind"] == "geometry" else ".csv"
    profile, form, mediatype = FORMATS[ending]
    path = folder / f"{stem}{ending}"
    entry = {"name": name, "path": f"{stem}{ending}", "profile": profile}
    entry |= {key: content.get(key, "") for key in ("title", "description")}
    entry |= {"format": form, "mediatype": mediatype, "encoding": "utf-8"}
    if path.is_file():
        entry |= {"bytes": path.stat().st_size, "hash": checksum(path)}
        entry |= {"gba:rows": len(csvfile.read(path, entry["path"]).rows)} if ending == ".csv" else {}
    entry |= {"licenses": _licences(content.get("licence"), licences), "sources": content.get("sources")}
    entry |= {"schema": _schema(name, content)} if ending == ".csv" else {}
    entry |= {"gba:kind": content["kind"], "gba:chapter": content.get("chapter")}
    entry |= {"gba:looked_at": content.get("looked_at"), "gba:next": content.get("next")}
    if content["kind"] == "observations":
        entry |= {"gba:cell": content.get("cell", list(START)), "gba:indicators": _indicators(content), "gba:rules": content.get("rules", [])}
    elif ending == ".csv":
        entry["gba:sort"] = content.get("sort", [])
    return {key: value for key, value in entry.items() if value is not None}


def _indicators(content: dict) -> list[dict]:
    found = []
    for name, given in content.get("indicators", {}).items():
        meant = {key: value for key, value in (given or {}).items() if value is not None}
        if "unit" in meant:
            meant["unit"] = [meant["unit"]] if isinstance(meant["unit"], str) else meant["unit"]
        found.append({"name": name, **meant})
    return found


def _schema(name: str, content: dict) -> dict:
    columns = {column: given or {} for column, given in content.get("columns", {}).items()}
    references, key = content.get("references", {}), content.get("primaryKey", [])
    if content["kind"] == "observations":
        references, key = {**OBSERVED_KEYS, **references}, [*content.get("cell", list(START)), "source"]
        columns = _observed(columns, _indicators(content))
    schema = {"fields": [_field(column, given) for column, given in columns.items()], "missingValues": [""]}
    schema |= {"primaryKey": key} if key else {}
    return schema | ({"foreignKeys": [_key(column, str(target), name) for column, target in references.items()]} if references else {})


def _observed(columns: dict[str, dict], indicators: list[dict]) -> dict[str, dict]:
    """The columns of observations in their order: the standard ones, and between them those that the description names."""
    extra = {name: given for name, given in columns.items() if name not in {*OBSERVED, UPPER}}
    upper = {UPPER: columns[UPPER]} if UPPER in columns else {}
    found = {name: {**given, **columns.get(name, {})} for name, given in {**START, **extra, **VALUE, **upper, **END}.items()}
    found["indicator"]["enum"] = [meant["name"] for meant in indicators]
    units = sorted({str(unit) for meant in indicators for unit in meant.get("unit", [])})
    return found | {"unit": {**found["unit"], **({"enum": units} if units else {})}}


def _field(name: str, given: dict) -> dict:
    """A column as the standard describes it."""
    given = {key: value for key, value in given.items() if value is not None}
    kind, words = given.pop("type", "string"), {key: given.pop(key) for key in ("title", "description") if key in given}
    if kind == PERIOD:
        kind, given = "string", {**given, "pattern": DATE}
    return {"name": name, "type": kind, **words, **({"constraints": given} if given else {})}


def _key(column: str, target: str, own: str) -> dict:
    """A foreign key; the standard calls the table itself by an empty name."""
    table, _, field_ = target.partition(".")
    return {"fields": column, "reference": {"resource": "" if table == own else table, "fields": field_}}


def written(record: dict) -> str:
    """The descriptor as it is kept on disk."""
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def refresh(folder: Path | None = None) -> list[str]:
    """Write the descriptor anew; a text for every entry that changed, such as "gdp: bytes 812 -> 840, hash".

    A DataError, and nothing is written, where a description cannot be read or a described file is missing.
    """
    folder = folder or root()
    made = described(folder)
    problems = [*made.problems, *missing_files(made, folder)]
    if problems:
        raise DataError(problems)
    path = folder / NAME
    if path.is_file() and path.read_text(encoding="utf-8") == written(made.record):
        return []
    try:
        before = read(folder)
    except DataError:
        before = {"resources": []}
    changes = differences(before, made.record) or [f"{NAME}: its layout"]
    path.write_text(written(made.record), encoding="utf-8", newline="\n")
    return changes


def missing_files(made: Described, folder: Path) -> list[Problem]:
    """Descriptions of files that are not there."""
    lost = [(made.metas[entry["name"]], entry["path"]) for entry in made.record["resources"] if not (folder / entry["path"]).is_file()]
    near = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in FORMATS]
    todo = "restore the file, name the description as the file is named, or remove it"
    return [Problem(meta.file, None, "", f"no file {shown(path, folder)}", f"what it describes{did_you_mean(path, near)}", todo) for meta, path in lost]


def differences(before: dict, after: dict) -> list[str]:
    """What differs between two descriptors, one text an entry."""
    old, new = resources(before), resources(after)
    told = [f"{key}: {before.get(key)!r} -> {after[key]!r}" for key in after if key != "resources" and before.get(key) != after[key]]
    told += [f"{name}: no longer described" for name in old if name not in new]
    for name, entry in new.items():
        if name not in old:
            told.append(f"{name}: newly described ({entry['path']})")
        elif entry != old[name]:
            changed = [key for key in dict.fromkeys([*entry, *old[name]]) if entry.get(key) != old[name].get(key)]
            sizes = [f"{key} {old[name].get(key)} -> {entry.get(key)}" if key in ("bytes", "gba:rows") else key for key in changed]
            told.append(f"{name}: {', '.join(sizes) or 'the order of its keys'}")
    return told or (["the order of the entries"] if list(old) != list(new) else [])


def main() -> int:
    """Write the descriptor and print what changed; returns the exit code."""
    speak_anywhere()
    try:
        changes = refresh()
    except DataError as error:
        print(*error.problems, sep="\n")
        return 1
    print("\n".join(changes) if changes else f"{shown(NAME, root())} is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
