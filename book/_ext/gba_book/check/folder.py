"""The output folder: one build at a time, and no trust in what a build that was cut off left there.

Sphinx takes a page as done when its file is newer than its source. After a kill, that holds for pages that were not yet written
again, or only half, so a mark stands in the folder from the moment Sphinx saves what it knows until all is written.
"""

import shutil
import unicodedata
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.errors import ExtensionError
from sphinx.util import logging

from gba_book.check import outcome

log = logging.getLogger(__name__)
#: Held until the process ends, however it ends: Jupyter Book still writes after Sphinx is done, and the system lets go of the lock of a dead process.
_held: list[FileLock] = []


def setup(app):
    """Claim the folder before anything is written; the mark stands while what Sphinx remembers is ahead of what is written."""
    app.connect("config-inited", claim, priority=10)
    app.connect("env-before-read-docs", names, priority=50)
    app.connect("env-updated", lambda app, env: _mark(app).touch(), priority=900)
    app.connect("build-finished", settle, priority=990)


def claim(app, config):
    """Wait for another build of this folder, and clear away what an interrupted one left."""
    folder = Path(app.outdir).parent
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.info("another build writes to %s; this one waits for it to end", folder)
            lock.acquire()
    except OSError as error:
        raise ExtensionError(f"{folder} cannot be used ({error.strerror or error}), and a build writes there") from error
    _held.append(lock)
    if _mark(app).exists():
        log.info("the last build of %s was cut off: all pages are written anew", app.outdir)
        for path in (app.outdir, app.doctreedir):
            shutil.rmtree(path, ignore_errors=True)
            Path(path).mkdir(parents=True, exist_ok=True)


def names(app, env, docnames):
    """Refuse, before anything runs, pages whose names only some disks tell apart: elsewhere one would be written over the other.

    Raises
    ------
    ExtensionError : two documents have one name but for capitals, or for how an accent is written
    """
    first: dict[str, str] = {}
    for name in sorted(env.found_docs):
        other = first.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            one, two = (Path(env.doc2path(page, base=False)).as_posix() for page in (other, name))
            raise ExtensionError(f"{one} and {two} are one file on Windows and macOS, where their pages would be written over each other; rename one of them")


def release() -> None:
    """Let others build: what goes on building takes its turn again with `claim`."""
    while _held:
        _held.pop().release()


def _mark(app) -> Path:
    outdir = Path(app.outdir)
    return outdir.with_name(f".{outdir.name}.unfinished")


def settle(app, error):
    """All is written, and can be built upon; or it is not, and the last words say why: the disk is full, say."""
    if error is None:
        _mark(app).unlink(missing_ok=True)
    else:
        outcome.tell(f"{error}: the pages are not all written")
