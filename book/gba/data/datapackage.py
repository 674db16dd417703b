"""The descriptor of the data (data/datapackage.json, made by `make record`): find it and read it."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from pathlib import Path

from gba.data.errors import DataError, Problem

NAME = "datapackage.json"
_INSTALLED = Path(__file__).resolve().parents[1] / "_data"
REMEDY = "run `make record`"

#: The files that were asked for in this process: a build notes them, and runs a notebook again when one of its own has changed.
ASKED: set[str] = set()

Stamp = tuple[str, int, int]  # path, time of the last change in nanoseconds, size in bytes: changes when a file does


def root() -> Path:
    """The folder of the data: `data/` beside `book/`, or what was installed with the library, or the one that the environment variable GBA_DATA names.

    >>> root().is_absolute()
    True
    """
    chosen = os.environ.get("GBA_DATA")
    if chosen:
        return Path(chosen).resolve()
    return _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parents[2] / "data"


def stamp(path: Path) -> Stamp:
    """What tells whether a file has changed since it was read; a file that is not there has the size -1."""
    ASKED.add(str(path))
    try:
        status = path.stat()
    except FileNotFoundError:
        return str(path), 0, -1
    return str(path), status.st_mtime_ns, status.st_size


def shown(path: str, folder: Path) -> str:
    """The name of a data file in messages, such as data/history/gdp.csv."""
    return f"{folder.name}/{path}"


def read(folder: Path | None = None) -> dict:
    """The descriptor as a dict (shared and cached: treat it as read-only); a DataError where it is missing, is not JSON, or lists no resources."""
    return _read(stamp((folder or root()) / NAME))


@functools.lru_cache(maxsize=32)
def _read(file: Stamp) -> dict:
    path = Path(file[0])
    shown_name = f"{path.parent.name}/{NAME}"
    try:
        record = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        problem = Problem(shown_name, None, "", "no file", "the descriptor of the data", f"{REMEDY}, or point GBA_DATA to the folder that holds it")
    except json.JSONDecodeError as error:
        problem = Problem(shown_name, error.lineno, "", f"{error.msg} (character {error.colno})", "JSON", REMEDY)
    except ValueError as error:
        problem = Problem(shown_name, None, "", str(error), "UTF-8 text", REMEDY)
    else:
        resources = record.get("resources") if isinstance(record, dict) else None
        if isinstance(resources, list) and all(isinstance(entry, dict) for entry in resources):
            return record
        problem = Problem(shown_name, None, "resources", "no list of objects", "one object for every file", REMEDY)
    raise DataError([problem])


def resources(record: dict) -> dict[str, dict]:
    """The entries of the descriptor by name."""
    return {entry["name"]: entry for entry in record["resources"] if "name" in entry}


def is_table(resource: dict) -> bool:
    """Whether the entry is a CSV table (and not a geometry)."""
    return resource.get("gba:kind") != "geometry"


def sorted_by(resource: dict) -> list[str]:
    """The columns by which the rows of a table go: of observations the cell, then the source; of other tables what the description declares."""
    return [*resource["gba:cell"], "source"] if resource["gba:kind"] == "observations" else resource.get("gba:sort", [])


def names_of_indicators(resource: dict) -> list[str]:
    """The names of the indicators of an entry, in the order of the descriptor."""
    return [entry["name"] for entry in resource.get("gba:indicators", []) if "name" in entry]


def checksum(path: Path) -> str:
    """The checksum of a file as the descriptor writes it: sha256:<64 hexadecimal digits>."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
