"""The library and the data as a wheel beside the book: what a notebook opened alone installs."""

import tempfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from sphinx.util import logging

from gba_book import BOOK
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
#: The folder of the wheel in the output: pip wants the file's name as it is, with the version in it.
FOLDER = "wheel"


def setup(app):
    """Write it when the pages are written."""
    afterwards(app, publish, priority=600)


def name() -> str:
    """The file's name, with the version of the data.

    >>> name().startswith("gba-") and name().endswith("-py3-none-any.whl")
    True
    """
    builder = WheelBuilder(str(BOOK.parent))
    return f"{builder.artifact_project_id}-py3-none-any.whl"


def publish(app, out):
    """Build it in a folder of its own, and put it in place if it is another."""
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        built = Path(next(WheelBuilder(str(BOOK.parent)).build(directory=made, versions=["standard"])))
        for old in folder.iterdir():
            if old.name != built.name:
                old.unlink()
        write(folder / built.name, built.read_bytes())
        log.info("wheel: %s, %s kB", built.name, built.stat().st_size // 1000)
