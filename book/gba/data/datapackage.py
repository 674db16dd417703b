"""The record of the data (data/datapackage.json): find it, read it, refresh what is computed.

`python -m gba.data.datapackage`, run in book/, refreshes sizes, checksums, numbers of rows and the lists of indicator names, and nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
from pathlib import Path

from gba.data import csvfile
from gba.data.errors import DataError, Problem

NAME = "datapackage.json"
SEAL = "datapackage.sha256"  # the checksum of the record itself
KINDS = ("observations", "ledger", "reference", "geometry")

Stamp = tuple[str, int, int]  # path, time of the last change in nanoseconds, size in bytes: changes when a file does


def root() -> Path:
    """The folder of the data: `data/` beside `book/`, or what was installed with the library, or the one that the environment variable GBA_DATA names.

    >>> root().is_absolute()
    True
    """
    chosen = os.environ.get("GBA_DATA")
    if chosen:
        return Path(chosen).resolve()
    installed = Path(__file__).resolve().parents[1] / "_data"
    return installed if installed.is_dir() else installed.parents[2] / "data"


def stamp(path: Path) -> Stamp:
    """What tells whether a file has changed since it was read; a file that is not there has the size -1."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return str(path), 0, -1
    return str(path), status.st_mtime_ns, status.st_size


def shown(path: str, folder: Path) -> str:
    """The name of a data file in messages, such as data/history/gdp.csv."""
    return f"{folder.name}/{path}"


def read(folder: Path | None = None) -> dict:
    """The record as a dict (shared and cached: treat it as read-only).

    Raises
    ------
    DataError : when the record is missing, is not JSON, or lists no resources
    """
    return _read(stamp((folder or root()) / NAME))


@functools.lru_cache(maxsize=32)
def _read(file: Stamp) -> dict:
    path = Path(file[0])
    shown_name = f"{path.parent.name}/{NAME}"
    try:
        record = json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=_without_repeats)
    except FileNotFoundError:
        problem = Problem(shown_name, None, "", "no file", "the record of the data", "restore it, or point GBA_DATA to the folder that holds it")
    except json.JSONDecodeError as error:
        problem = Problem(shown_name, error.lineno, "", f"{error.msg} (character {error.colno})", "JSON", "correct the line")
    except ValueError as error:  # a repeated key, or text that is not UTF-8
        problem = Problem(shown_name, None, "", str(error), "UTF-8 JSON whose keys do not repeat", "correct the file")
    else:
        resources = record.get("resources") if isinstance(record, dict) else None
        if isinstance(resources, list) and all(isinstance(entry, dict) for entry in resources):
            return record
        problem = Problem(shown_name, None, "resources", "no list of objects", "one object for every file", "restore the list")
    raise DataError([problem])


def _without_repeats(pairs: list[tuple[str, object]]) -> dict:
    """json keeps the last of two equal keys and says nothing; refuse them instead."""
    names = [name for name, _ in pairs]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"the key {repeated[0]!r} twice in one object")
    return dict(pairs)


def resources(record: dict) -> dict[str, dict]:
    """The entries of the record by name."""
    return {entry["name"]: entry for entry in record["resources"] if "name" in entry}


def is_table(resource: dict) -> bool:
    """Whether the entry is a CSV table (and not a geometry)."""
    return resource.get("gba:kind") != "geometry"


def names_of_indicators(resource: dict) -> list[str]:
    """The names of the indicators of an entry, in the order of the record."""
    return [entry["name"] for entry in resource.get("gba:indicators", []) if "name" in entry]


def checksum(path: Path) -> str:
    """The checksum of a file as the record writes it: sha256:<64 hexadecimal digits>."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def refresh(folder: Path | None = None) -> list[str]:
    """Bring bytes, hash, the number of rows (gba:rows) and the enum of `indicator` up to date in the record on disk; keep all else as it is.

    The record holds the checksum of every file but itself: its own goes to `datapackage.sha256`, as sha256sum writes and checks it.

    Returns
    -------
    one text for every property that changed, such as "gdp: bytes 812 -> 840"; empty when nothing did

    Raises
    ------
    DataError : when the record cannot be read, or a listed file is missing (then nothing is written)
    """
    folder = folder or root()
    read(folder)
    path = folder / NAME
    before = path.read_text(encoding="utf-8")
    record = json.loads(before)
    _require_files(record, folder)
    changes = [change for entry in record["resources"] for change in _refresh_entry(entry, folder / entry["path"])]
    after = written(record)
    if after != before:
        changes = changes or ["layout: one space of indentation, one line end after the last line"]
        path.write_text(after, encoding="utf-8", newline="\n")
    seal = f"{checksum(path).removeprefix('sha256:')}  {NAME}\n"
    if not (folder / SEAL).is_file() or (folder / SEAL).read_text(encoding="utf-8") != seal:
        changes = changes or [f"{NAME}: its own checksum in {SEAL}"]
        (folder / SEAL).write_text(seal, encoding="utf-8", newline="\n")
    return changes


def written(record: dict) -> str:
    """The record as it is kept on disk."""
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _require_files(record: dict, folder: Path) -> None:
    problems = []
    for position, entry in enumerate(record["resources"]):
        path = entry.get("path")
        if not isinstance(path, str) or not (folder / path).is_file():
            where = f"resources[{entry.get('name', position)}].path"
            problems.append(
                Problem(shown(NAME, folder), None, where, repr(path), f"a file in {folder.name}/", "correct the path, add the file, or remove the entry")
            )
    if problems:
        raise DataError(problems)


def _refresh_entry(entry: dict, path: Path) -> list[str]:
    changes = []
    computed = {"bytes": path.stat().st_size, "hash": checksum(path)}
    if is_table(entry):
        computed["gba:rows"] = len(csvfile.read(path, entry["path"]).rows)
    for key, value in computed.items():
        if entry.get(key) != value:
            changes.append(f"{entry['name']}: {key} {_brief(entry.get(key))} -> {_brief(value)}")
            entry[key] = value
    names = names_of_indicators(entry)
    for field in entry.get("schema", {}).get("fields", []) if names else []:
        if field.get("name") == "indicator" and field.get("constraints", {}).get("enum") != names:
            old = field.get("constraints", {}).get("enum", [])
            changes.append(f"{entry['name']}: indicator names {_difference(old, names)}")
            field.setdefault("constraints", {})["enum"] = names
    return changes


def _brief(value: object) -> str:
    return value[:15] + "…" if isinstance(value, str) and len(value) > 16 else str(value)


def _difference(old: list[str], new: list[str]) -> str:
    added = [f"+{name}" for name in new if name not in old]
    removed = [f"-{name}" for name in old if name not in new]
    return ", ".join(added + removed) or "in a new order"


def main() -> int:
    """Refresh the record and print what changed; returns the exit code."""
    try:
        changes = refresh()
    except DataError as error:
        print(*error.problems, sep="\n")
        return 1
    print("\n".join(changes) if changes else f"{shown(NAME, root())} is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
