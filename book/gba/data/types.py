"""The types of cells, as the Data Package standard names them: whether a text is a number, a date, a year, and what it is then."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd

from gba.data.csvfile import Table
from gba.data.errors import Problem

# No leading zero: 02 is 20 or 2 mistyped.
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

Fault = tuple[str, str]  # what was expected, what to do


def _number_fault(text: str, pattern: re.Pattern, kind: str) -> Fault | None:
    if pattern.fullmatch(text) and math.isfinite(float(text)):
        return None
    # The number that was probably meant: ASCII digits, no thousands separators.
    meant = unicodedata.normalize("NFKC", text).strip().translate({ord(sign): None for sign in ", '"})
    if pattern.fullmatch(meant) and math.isfinite(float(meant)):
        return f"{kind} in plain digits", f"write {meant}"
    return f"a finite {kind.removeprefix('a ').removeprefix('an ')}", "write digits with a decimal point, or leave out the row and list it in left_out.csv"


def number_fault(text: str) -> Fault | None:
    """Why `text` is not a number.

    >>> number_fault("22458.6") is None
    True
    >>> number_fault("22,458.6")
    ('a number in plain digits', 'write 22458.6')
    """
    return _number_fault(text, NUMBER, "a number")


def is_calendar(text: str) -> bool:
    """Whether a year, a year and month, or a full date exists in the calendar.

    >>> is_calendar("2020-02-29"), is_calendar("2019-02-29"), is_calendar("2019-13")
    (True, False, False)
    """
    match = PERIOD.fullmatch(text)
    if not match:
        return False
    try:
        datetime.date(*(int(part or 1) for part in match.groups()))
    except ValueError:
        return False
    return True


def _calendar_fault(example: str) -> Callable[[str], Fault | None]:
    def fault(text: str) -> Fault | None:
        if len(text) == len(example) and is_calendar(text):
            return None
        return f"a real date written like {example}", "correct the date"

    return fault


TYPES: dict[str, Callable[[str], Fault | None]] = {
    "string": lambda text: None,
    "number": number_fault,
    "integer": lambda text: _number_fault(text, INTEGER, "an integer"),
    "boolean": lambda text: None if text in ("true", "false") else ("true or false", "write true or false"),
    "date": _calendar_fault("2019-02-18"),
    "yearmonth": _calendar_fault("2019-02"),
    "year": _calendar_fault("2019"),
}


def type_problems(table: Table, fields: list[dict]) -> list[Problem]:
    """The cells that are not of the type of their column; an empty cell is of every type."""
    problems = []
    for field in fields:
        cells = table.column(field["name"]) if field["type"] != "string" else []
        # A column has few distinct values: judge each of them once.
        faults = {text: fault for text in set(cells) - {""} if (fault := TYPES[field["type"]](text))}
        if faults:
            found = [(text, line) for text, line in zip(cells, table.lines, strict=True) if text in faults]
            problems += [Problem(table.file, line, field["name"], repr(text), *faults[text]) for text, line in found]
    return problems


def typed(table: Table, fields: list[dict]) -> pd.DataFrame:
    """The cells of a table as a DataFrame, each column in the type of its field; they are known to be of it."""
    return pd.DataFrame({field["name"]: _column(table.column(field["name"]), field["type"]) for field in fields})


def _column(cells: list[str], kind: str) -> pd.Series:
    if kind == "number":
        return pd.Series([float(text) if text else np.nan for text in cells], dtype="float64")
    if kind in ("integer", "year"):
        return pd.Series([int(text) if text else None for text in cells], dtype="Int64")
    if kind == "boolean":
        return pd.Series([text == "true" if text else None for text in cells], dtype="boolean")
    if kind == "date":
        return pd.to_datetime(pd.Series([text or None for text in cells], dtype="str"), format="%Y-%m-%d")
    return pd.Series([text or None for text in cells], dtype="str")
