"""Publish the data with the pages: every file of data/, byte for byte, in data/ of the output.

A reader's `pandas.read_csv(url)` and the validator of the Data Package standard then work on the published book. Sphinx's own
way, `html_extra_path`, would drop the folder's name and skip what `exclude_patterns` keeps from being read as pages.
"""

import filecmp
import shutil
from pathlib import Path

from gba.data.datapackage import root
from sphinx.util import logging

log = logging.getLogger(__name__)


def setup(app):
    """Publish when the pages are written."""
    app.connect("build-finished", publish)


def publish(app, error):
    """Bring data/ of the output in line with the data that the notebooks read."""
    if error is None and app.builder.format == "html":
        log.info("data: %s file(s) published anew", mirror(root(), Path(app.outdir) / "data"))


def mirror(source: Path, target: Path) -> int:
    """Make `target` hold the files of `source`, and nothing else; hidden files stay at home.

    Returns
    -------
    the number of files that were written, because they were missing or differed
    """
    wanted = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    wanted = [path for path in wanted if not any(part.startswith(".") for part in path.parts)]
    _remove_others(target, set(wanted))
    written = 0
    for path in wanted:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        # Compared by content: a copy that was damaged is mended, and one that is the same keeps its time stamp.
        if not (target / path).is_file() or not filecmp.cmp(source / path, target / path, shallow=False):
            shutil.copyfile(source / path, target / path)
            written += 1
    return written


def _remove_others(target: Path, wanted: set[Path]) -> None:
    folders = {parent for path in wanted for parent in path.parents}
    # Deepest first, so that a folder is empty when its turn comes.
    for path in sorted(target.rglob("*"), reverse=True):
        here = path.relative_to(target)
        if path.is_dir() and not path.is_symlink():
            if here not in folders:
                path.rmdir()
        elif here not in wanted:
            path.unlink()
