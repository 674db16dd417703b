"""Publish the data with the pages: every file of data/, byte for byte, in data/ of the output.

A reader's `pandas.read_csv(url)` and the validator of the Data Package standard then work on the published book. Sphinx's own
way, `html_extra_path`, would drop the folder's name and skip what `exclude_patterns` keeps from being read as pages.
"""

from pathlib import Path

from gba.data.datapackage import root
from sphinx.util import logging

from gba_book.written import afterwards, write

log = logging.getLogger(__name__)


def setup(app):
    """Publish when the pages are written."""
    afterwards(app, lambda app, out: log.info("data: %s file(s) published anew", mirror(root(), out / "data")), priority=500)


def mirror(source: Path, target: Path) -> int:
    """Make `target` hold the files of `source`, and nothing else; hidden files stay at home.

    Returns
    -------
    the number of files that were written, because they were missing or differed
    """
    wanted = {path.relative_to(source): path.read_bytes() for path in sorted(source.rglob("*")) if path.is_file()}
    wanted = {path: content for path, content in wanted.items() if not any(part.startswith(".") for part in path.parts)}
    folders = {parent for path in wanted for parent in path.parents}
    # Deepest first, so that a folder is empty when its turn comes.
    for path in sorted(target.rglob("*"), reverse=True):
        folder, here = path.is_dir() and not path.is_symlink(), path.relative_to(target)
        if here not in (folders if folder else wanted):
            path.rmdir() if folder else path.unlink()
    return sum([write(target / path, content) for path, content in wanted.items()])
