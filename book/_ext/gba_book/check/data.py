"""Refuse what readers should not get: a build on bad data, and a book built with warnings."""

from sphinx.util import logging

from gba_book.execute import kernels, notebooks

log = logging.getLogger(__name__)


def setup(app):
    """Begin the check before anything else, wait for it while the first notebooks run, and count the warnings when all is written."""
    app.connect("config-inited", begin_check, priority=100)
    app.connect("env-before-read-docs", wait_for_check, priority=100)
    app.connect("build-finished", fail_on_warnings, priority=900)


def begin_check(app, config):
    """Check the data while Sphinx starts, if `make book` has not begun that; checksums are left to it and to `make check-data`."""
    kernels.begin()


def wait_for_check(app, env, docnames):
    """Stop before anything is kept of what runs when a data file breaks its record."""
    code, said = kernels.begin().checked()
    log.info("%s%s", "the data do not fit their record:\n" if code else "data: ", said.rstrip())
    if code:
        notebooks.abandon(app)
        # No error of Sphinx's: its words and a traceback would stand below the problems, where a reader looks first.
        raise SystemExit(code)


def fail_on_warnings(app, error):
    """A warning is an error, also where -W was not given."""
    if error is None and app._warncount:
        app.statuscode = 1
        log.error("the book was built with %s warning(s): mend them, the build counts as failed", app._warncount, extra={"last_words": False})
