"""Refuse what readers should not get: a build on bad data, and a book built with warnings."""

import os

from gba.checks import check_all
from gba.record import root
from sphinx.errors import ExtensionError
from sphinx.util import logging

log = logging.getLogger(__name__)


def setup(app):
    """Check before anything runs, and count the warnings when all is written."""
    app.connect("config-inited", check_data, priority=100)
    app.connect("build-finished", fail_on_warnings, priority=900)


def check_data(app, config):
    """Stop before anything runs when a data file breaks its record; checksums are left to `make check-data`."""
    if os.environ.get("GBA_CHECKED") == "1":
        return  # `make book` has checked the data just now, with checksums
    problems = check_all(root(), checksums=False)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems[:50])
        raise ExtensionError(f"the data do not fit their record, {len(problems)} problem(s):\n{listed}")


def fail_on_warnings(app, error):
    """A warning is an error, also where -W was not given."""
    if error is None and app._warncount:
        app.statuscode = 1
        log.error("the book was built with %s warning(s), see above: mend them, the build counts as failed", app._warncount)
