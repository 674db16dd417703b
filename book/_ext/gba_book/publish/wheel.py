"""The library and the data as a wheel beside the book: what a notebook opened alone installs."""

import base64
import tempfile
from pathlib import Path

from sphinx.util import logging

from gba_book import BOOK
from gba_book.kept import digest, kept
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
#: The folder of the wheel in the output: pip wants the file's name as it is, with the version in it.
FOLDER = "wheel"
#: What it is made of beside the library and the data: what it says of itself, and what it leaves out.
ABOUT = ("pyproject.toml", "README.md", "LICENSE", ".gitignore")


def setup(app):
    """Write it when the pages are written."""
    afterwards(app, publish, priority=600, taken_away=True)


def name() -> str:
    """The file's name, with the version of the data.

    >>> name().startswith("gba-") and name().endswith("-py3-none-any.whl")
    True
    """
    builder = _builder()
    return f"{builder.artifact_project_id}-py3-none-any.whl"


def publish(app, out):
    """Put it in place if it is another."""
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    told = [(BOOK.parent / name).read_text(encoding="utf-8") if (BOOK.parent / name).is_file() else "" for name in ABOUT]
    named, content = kept("wheel", (digest(BOOK / "gba", BOOK.parent / "data"), *told), built)
    for old in folder.iterdir():
        if old.name != named:
            old.unlink()
    write(folder / named, base64.b64decode(content))
    log.info("wheel: %s, %s kB", named, (folder / named).stat().st_size // 1000)


def built() -> tuple[str, str]:
    """Its name, and its content in base64."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(next(_builder().build(directory=folder, versions=["standard"])))
        return made.name, base64.b64encode(made.read_bytes()).decode()


def _builder():
    from hatchling.builders.wheel import WheelBuilder  # a third of a second, and seldom needed

    return WheelBuilder(str(BOOK.parent))
