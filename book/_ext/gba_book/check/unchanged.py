"""Whether anything changed since the last build: else there is nothing to do, and no need to import what would do it."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
OUTPUT = ROOT / "_build" / "html"
_MADE = ROOT / "_build" / ".made"
#: Left by builds and tools; a folder with a pyvenv.cfg is an environment, whatever its name.
LEFT_BY_TOOLS = {"_build", "__pycache__", "node_modules", ".ipynb_checkpoints"}
HIDDEN_KEPT = {".github", ".ci", ".gitignore", ".gitattributes"}
#: With other arguments a build may leave something else, or somewhere else.
_PLAIN = {".", "-W", "-n", "-q", "--keep-going", "--no-checksums"}


def source(folder: Path) -> set[Path]:
    """The files of a folder but for what is hidden and what builds and tools leave there."""
    found = set()
    for here, folders, names in os.walk(folder):
        place = Path(here)
        if (place / "pyvenv.cfg").exists():
            folders.clear()
            continue
        folders[:] = [name for name in folders if _wanted(name)]
        found.update((place / name).relative_to(folder) for name in names if _wanted(name))
    return found


def _wanted(name: str) -> bool:
    return name in HIDDEN_KEPT or not (name.startswith(".") or name in LEFT_BY_TOOLS or name.endswith((".egg-info", ".pyc")))


def state(arguments: list[str]) -> str | None:
    """A digest of all that a build reads: every file of the checkout, what Git tracks, packages, settings, arguments; None where that may not be all."""
    if not set(arguments) <= _PLAIN or Path.cwd() != ROOT or os.environ.get("GBA_DATA"):
        return None
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*-info"))
    settings = sorted(item for item in os.environ.items() if item[0].startswith(("GBA_", "BOOK_", "PYTHON")))
    told = [sys.version, sys.prefix, *arguments, *packages, repr(settings)]
    with contextlib.suppress(OSError):
        told.append(subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout)
    told += [f"{path} {hashlib.sha256((ROOT / path).read_bytes()).hexdigest()}" for path in sorted(source(ROOT)) if (ROOT / path).is_file()]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def output() -> str:
    """A digest of what is published: name, size and time of each file."""
    files = sorted((str(path), (status := path.stat()).st_size, status.st_mtime_ns) for path in OUTPUT.rglob("*") if path.is_file())
    return hashlib.sha256(repr(files).encode()).hexdigest()


def is_made(now: str | None) -> bool:
    """Whether the output is what a build of this state left; if not, nothing says so any more until a build has ended well."""
    with contextlib.suppress(OSError, ValueError):
        if now and json.loads(_MADE.read_text(encoding="utf-8")) == [now, output()]:
            return True
    _MADE.unlink(missing_ok=True)
    return False


def remember(before: str | None, arguments: list[str]) -> None:
    """Note what a build made, unless something changed while it ran."""
    if before and state(arguments) == before:
        _MADE.write_text(json.dumps([before, output()]), encoding="utf-8")
