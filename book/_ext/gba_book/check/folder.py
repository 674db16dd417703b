"""The output folder: one build at a time, room to write, and no trust in what a build that was cut off left there.

Sphinx takes a page as done when its file is newer than its source. After a kill, that holds for pages that were not yet written
again, or only half, so a mark stands in the folder from the moment Sphinx saves what it knows until all is written.
"""

import errno
import shutil
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.errors import ExtensionError
from sphinx.util import logging

log = logging.getLogger(__name__)
#: Megabytes: pages, cache and doctrees of the whole book take 35, kernels and an update need room besides.
ROOM = 100
_FULL = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up", errno.EFBIG: "files may not grow further here"}
_LOCKED = {
    errno.EACCES: "may not be written",
    errno.EPERM: "may not be written",
    errno.EROFS: "is read-only",
    errno.ENOTDIR: "is no folder",
    errno.EEXIST: "is no folder",
}
#: Held until the process ends, however it ends: Jupyter Book still writes after Sphinx is done, and the system lets go of the lock of a dead process.
_held: list[FileLock] = []


def setup(app):
    """Claim the folder before anything is written, and settle it when everything is."""
    app.connect("config-inited", claim, priority=10)
    app.connect("env-updated", begin, priority=900)
    app.connect("build-finished", explain, priority=10)
    app.connect("build-finished", settle, priority=990)


def claim(app, config):
    """Wait for another build of this folder, see that there is room, and clear away what an interrupted build left."""
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
        raise ExtensionError(f"{folder} {_LOCKED.get(error.errno, 'cannot be used')}: {error.strerror or error}; a build writes there") from error
    _held.append(lock)
    free = shutil.disk_usage(folder).free // 10**6
    if free < ROOM:
        raise ExtensionError(f"only {free} MB are free where {folder} lies, and a build needs {ROOM} MB; make room and build again")
    if mark(app).exists():
        log.info("the last build of %s was cut off: all pages are written anew", app.outdir)
        for path in (app.outdir, app.doctreedir):
            shutil.rmtree(path, ignore_errors=True)
            Path(path).mkdir(parents=True, exist_ok=True)


def mark(app) -> Path:
    """The file that stands while the pages are not all written."""
    outdir = Path(app.outdir)
    return outdir.with_name(f".{outdir.name}.unfinished")


def begin(app, env):
    """From here on what Sphinx remembers is ahead of what is written."""
    mark(app).touch()


def settle(app, error):
    """All is written: what is in the folder can be built upon."""
    if error is None:
        mark(app).unlink(missing_ok=True)


def explain(app, error):
    """Say in words what the system said in a number, when writing failed."""
    while error is not None:
        number = getattr(error, "errno", None)
        if number in _FULL or "disk is full" in str(error):
            log.error(
                "%s at %s: make room and build again, the pages there are not all written", _FULL.get(number, "the disk is full"), Path(app.outdir).parent
            )
            return
        if number in _LOCKED:
            log.error("%s %s", getattr(error, "filename", None) or app.outdir, _LOCKED[number])
            return
        error = getattr(error, "orig_exc", None) or error.__cause__ or error.__context__
