"""What a notebook reads besides its code: noted when it ran, compared before its outputs are used again.

Some of it holds for all notebooks: the lock, what is installed, how notebooks are run, and the tables of the library; that is the digest that
names the cache (see `notebooks`). The rest is a notebook's own: the modules of the library that it imported, the datasets that it loaded, files that
its code opened. Of the descriptor, which every load reads, the sizes and checksums count only of files that the notebook has read.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from gba_book import BOOK

ROOT = BOOK.parent
RECORD = "data/datapackage.json"
#: Stands for the list of notebooks, for one that reads others.
CHAPTERS = "book/*.ipynb"
#: Stands for the names of what they draw: all that the library itself looks for in notebooks (`gba.claims.registry.exhibits_drawn`).
DRAWN = f"{CHAPTERS}: exhibits"
#: Told by the kernel after the last cell of a notebook.
QUESTION = """
import json as _json, os as _os, sys as _sys
_asked = getattr(_sys.modules.get("gba.data.datapackage"), "ASKED", set())
_modules = {getattr(module, "__file__", None) or "" for module in list(_sys.modules.values())}
print(_json.dumps(sorted(_os.path.abspath(path) for path in {*_sys.gba_opened, *_asked, *_modules} if path)))
"""
#: Asked before that: which rows the numbers of the text hang on, while others go first. A chapter that the library cannot follow has none, and is built
#: all the same. `kept` is the file of what the last run found.
LINEAGE = """
import json as _json, os as _os, sys as _sys
if hasattr(_os, "nice"):
    _os.nice(10)
    # A kernel is a session of its own, and Linux weighs sessions before processes.
    try:
        open("/proc/self/autogroup", "w").write("10")
    except OSError:
        pass
try:
    from gba import lineage as _lineage
    _told = _lineage.here({kept!r}) if "gba.prose" in _sys.modules else {{}}
except Exception as _error:
    _told = {{"failed": f"{{type(_error).__name__}}: {{_error}}"}}
print(_json.dumps(_told, default=str))
"""
#: Readers that open files where Python does not see it: a notebook that names one depends on all data. So does one that lists what is there.
UNSEEN = re.compile(
    r"\b(?:read_(?:file|parquet|feather|orc|sql)|scan_|duckdb|polars|pyarrow|sqlite3?\b|subprocess|listdir|scandir|[ri]?glob\b|iterdir|os\.walk|datasets\(|linked\b)"
)
CODE = ("book/gba/", "book/_ext/")
#: Modules that show sizes and row counts of all files.
TELL_ALL = {"book/gba/catalogue.py"}


def question(asked: str = QUESTION):
    """The cell that asks."""
    import nbformat  # as late as this: whether something has to run is asked before

    return nbformat.v4.new_code_cell(asked)


def told(cell):
    """What a cell that asks was told; None where the kernel did not say."""
    said = "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")
    return json.loads(said) if said else None


def answered(cell, code: str, root: Path = ROOT) -> list[str] | None:
    """The files that a notebook read, seen from the root of the book; None where the kernel did not say."""
    paths = told(cell)
    if paths is None:
        return None
    paths = [Path(path) for path in paths]
    found = {path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)}
    unseen = bool(UNSEEN.search(code))
    if unseen:
        found |= {path.relative_to(root).as_posix() for path in (root / "data").rglob("*") if path.is_file()} | TELL_ALL
    if chapters := {path for path in found if path.endswith(".ipynb")}:
        own = any(path.startswith("book/") and path.endswith(".py") and not path.startswith(CODE) for path in found)
        # Where nothing but the library has opened them.
        found = found | {CHAPTERS} if unseen or own or "ipynb" in code else found - chapters | {DRAWN}
    return sorted(path for path in found if path.startswith(("book/", "data/")) and not path.endswith(".pyc"))


def digest(files: list[str], root: Path = ROOT, seen: dict[str, str] | None = None) -> str:
    """SHA-256 over the content of these files; of the descriptor without what only other files are about.

    Parameters
    ----------
    seen : takes and gives the digests of files, for several questions at one moment
    """
    total, seen = hashlib.sha256(), {} if seen is None else seen
    for name in files:
        if name == RECORD and not TELL_ALL & set(files):
            content = _about(set(files), root)
        elif (content := seen.get(name)) is None:
            content = seen[name] = _content(root / name)
        total.update(f"{name}\0{content}\0".encode())
    return total.hexdigest()


def _content(path: Path) -> str:
    if path.name == Path(DRAWN).name:
        from gba.claims.registry import exhibits_drawn  # as late as this: most notebooks read no other

        return " ".join(sorted(exhibits_drawn(path.parent)))
    if path.name == Path(CHAPTERS).name:
        return " ".join(sorted(found.name for found in path.parent.glob(path.name)))
    if not path.is_file():
        return ""
    if path.suffix == ".ipynb":
        # What a notebook wants to know of others is what they draw.
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return hashlib.sha256("\0".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code").encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _about(files: set[str], root: Path) -> str:
    rest, entries = _described((root / RECORD).read_bytes())
    told = [whole if f"data/{path}" in files else plain for path, whole, plain in entries]
    return hashlib.sha256("\0".join([rest, *told]).encode()).hexdigest()


@lru_cache(maxsize=1)
def _described(record: bytes) -> tuple[str, list[tuple[str, str, str]]]:
    """Digests of a descriptor: of what it says of all files, and by path of what it says of one, with and without what changes with every row of it."""

    def told(part) -> str:
        return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()

    read = json.loads(record)
    plain = [{key: value for key, value in entry.items() if key not in ("hash", "bytes", "gba:rows")} for entry in read["resources"]]
    entries = [(entry["path"], told(entry), told(less)) for entry, less in zip(read["resources"], plain, strict=True)]
    return told({**read, "resources": []}), entries
