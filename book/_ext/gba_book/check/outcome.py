"""The last words of a build that failed: file, cell, cause and what to do, below everything that Sphinx and Jupyter Book print."""

import atexit
import copy
import logging
import re
import sys
from pathlib import Path

import nbformat
from sphinx.util import logging as sphinx_logging

from gba_book import BOOK

ROOT = BOOK.parent
TODO = "Mend these and build again. `make lab` opens a notebook, `jupyter execute FILE` runs it alone."
#: What others say of a mistake without saying what to do, in words that do; notebooks that the build runs are told of by cell before (see `execute.notebooks`).
PLAINER = {
    r"glue key (.+) duplicate": "the name {} is said twice in this page, and a sentence prints but one: give one of the two another name, or say it once",
}
#: MyST-NB counts a line of a notebook as the cell's number times this, plus the line in the cell.
_PER_CELL = 10_000
_told: list[str] = []


def setup(app):
    """Listen to what is told while the book is built; the words come when the process ends, below the traceback of whoever raised one."""
    listener = _Listener(app)
    logging.getLogger(sphinx_logging.NAMESPACE).addHandler(listener)
    if not _told:
        atexit.register(say)
    _told.clear()


def tell(problem: str) -> None:
    """Add to the last words: one problem, its file and place first."""
    if problem not in _told:
        _told.append(problem)


def say() -> None:
    """Print what was told, if anything was."""
    if _told:
        sys.stdout.flush()
        count = "one problem" if len(_told) == 1 else f"{len(_told)} problems"
        print(f"\nThe book was not built: {count}.\n\n" + "\n".join(_told) + f"\n\n{TODO}", file=sys.stderr, flush=True)


def place(location: str) -> str:
    """A place in a notebook as a reader of it counts; other places as they are, from the root of the book.

    >>> place("/nowhere/notes.md:12")
    '/nowhere/notes.md:12'
    """
    found = re.fullmatch(r"(.*\.ipynb):(\d+)", location)
    path = Path(found[1] if found else location)
    shown = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    if not found:
        return shown
    number, line = divmod(int(found[2]) - 1, _PER_CELL)  # it counts one line too far
    if not number or not path.is_file():
        return shown
    cells = nbformat.read(path, as_version=4).cells
    name = f" ({cells[number - 1].get('id', '')})" if number <= len(cells) else ""
    return f"{shown}: cell {number}{name}" + (f", line {line}" if line else "")


def _plainer(said: str) -> str:
    """A message with what to do, where whoever wrote it did not say it.

    >>> _plainer("glue key 'km' duplicate").partition(":")[0]
    "the name 'km' is said twice in this page, and a sentence prints but one"
    """
    return next((words.format(*found.groups()) for form, words in PLAINER.items() if (found := re.match(form, said))), said)


class _Listener(logging.Handler):
    """Tells the warnings and errors of the build, each with its place."""

    def __init__(self, app):
        super().__init__(logging.WARNING)
        self._app, self._translator = app, sphinx_logging.WarningLogRecordTranslator(app)

    def emit(self, record: logging.LogRecord) -> None:
        kinds = getattr(record, "type", None), getattr(record, "subtype", None)
        if not getattr(record, "last_words", True) or sphinx_logging.is_suppressed_warning(*kinds, self._app.config.suppress_warnings):
            return
        # Sphinx keeps records back and hands them out again, with a place that is a path by then: a second translation would spoil it.
        record = copy.copy(record)
        where = getattr(record, "location", None)
        if where and not (isinstance(where, str) and Path(re.sub(r":\d*$", "", where)).suffix):
            self._translator.filter(record)
            where = record.location
        # Sphinx's own records put the place before their message; the last words have it in a reader's terms.
        said = _plainer(logging.LogRecord.getMessage(record))
        tell(f"{place(where.rstrip(':'))}: {said}" if where else said)
