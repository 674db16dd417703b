"""What one build made of a text, the next one takes: kept by a digest of all that went in, and of the code and the tables that made it.

A page that is as it was is not translated, searched or sealed again. Nothing is kept by a name or a time, so nothing can be out of date.
"""

import contextlib
import functools
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from jinja2 import FileSystemBytecodeCache

from gba_book import BOOK
from gba_book.execute.versions import installed

FOLDER = BOOK.parent / "_build" / ".kept"
#: How long something is kept that no build asks for; and of how many states of the code, for a book of each is dozens of megabytes.
KEPT_DAYS, KEPT_HOUSES = 7, 3


def digest(*paths: Path) -> str:
    """SHA-256 over the files of folders, by name and content, without what Python compiles."""
    files = sorted((file.relative_to(path).as_posix(), file) for path in paths for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return hashlib.sha256("\0".join(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for name, file in files).encode()).hexdigest()


@functools.cache
def _house() -> str:
    """The code of this process. What has changed since it began, it does not run; who goes on for long is started anew for that (see `live.py`)."""
    told = f"{sys.version} {digest(BOOK / '_ext', BOOK / 'gba')} {installed(BOOK.parent / 'requirements.txt')}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def kept(what: str, told: tuple[str, ...], make: Callable):
    """What `make()` gives, a value of JSON; taken from an earlier build if that was told the same.

    Parameters
    ----------
    what : a name for it, so that two makers that are told the same stay apart
    told : all that the result depends on
    """
    path = place(what, told)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        os.utime(path)
        return found
    except (OSError, ValueError):  # not there; or cut off, where the disk was full
        made = make()
    return made if made is None else keep(what, told, made)


def found(what: str, told: tuple[str, ...]):
    """What is kept of that, without making it; None where nothing is."""
    return kept(what, told, lambda: None)


def keep(what: str, told: tuple[str, ...], made):
    """Keep it, and give it back."""
    path = place(what, told)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
    return made


def place(what: str, told: tuple[str, ...]) -> Path:
    """The file that it is kept in."""
    total = hashlib.sha256()
    for part in (what, *told):
        total.update(hashlib.sha256(part.encode()).digest())
    return FOLDER / _house() / f"{total.hexdigest()[:32]}.json"


def setup(app):
    """Keep how templates are compiled, and forget what no build has asked for of late."""
    app.connect("builder-inited", keep_templates)
    app.connect("build-finished", lambda app, error: forget())


def keep_templates(app):
    """Jinja compiles those of theme and book anew in each process: a twentieth of the time of a build for one sentence."""
    if environment := getattr(getattr(app.builder, "templates", None), "environment", None):
        (here := FOLDER / _house()).mkdir(parents=True, exist_ok=True)
        environment.bytecode_cache = FileSystemBytecodeCache(here)


def forget() -> None:
    """Take out what is old, and what other code made, but for the newest."""
    if (here := FOLDER / _house()).is_dir():
        os.utime(here)
    houses = sorted((path for path in FOLDER.glob("*") if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True)
    for house in houses[KEPT_HOUSES:]:
        shutil.rmtree(house, ignore_errors=True)
    for path in FOLDER.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):  # a build into another folder keeps here, too, and a file that it writes has another name before
            if time.time() - path.stat().st_mtime > KEPT_DAYS * 86400:
                path.unlink()
