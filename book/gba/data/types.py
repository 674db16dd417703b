"""The types of cells, as the Data Package standard names them: whether a text is a number, a date, a year, and what it is then."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from gba.data.csvfile import Table
from gba.data.errors import Problem

# No leading zero: 02 is 20 or 2 mistyped.
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?", re.ASCII)  # no E: so write spreadsheets that have dropped digits
INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0xFF0C: ",", 0xFF0D: "-", 0x2212: "-"}
#: What a cell looks like that is no number, and what to do; the figure itself is in the source, not in the cell.
_INEXACT = r"(?i)^(?:about|around|circa|over|under|more than|less than|at least|up to|[~\u2248<>\u2264\u2265\u7ea6\u7d04])|[+\u591a\u9918\u4f59]$"
_DATE = r"(?i)^(?:\d{1,4}[-/ ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/ ]?\d*$|^\d{1,4}([-/])\d{1,2}\1\d{1,4}$|\d\u6708\d+\u65e5$"
_UNIT = r"[%\u2030\uff05$\u20ac\u00a3\u00a5\uffe5]|^[A-Z]{3}\b|\d\s*[a-zA-Z\u4e00-\u9fff]+$"
LOOKS = {
    r"[\u00b9\u00b2\u00b3\u2070-\u2079\u2460-\u2473*\u2020\u2021]$": "this looks like the mark of a footnote: write the figure alone, what it says in the note",
    r"^-?\d+,\d+$": "this may be a decimal comma: look at the source and write a decimal point, or no separator",
    r"[\u00bc-\u00be\u2150-\u215e]|^\d+/\d+$": "this is a fraction: write it as a decimal, as exact as the source is",
    _DATE: "a spreadsheet may have made a date of this: take the figure from the source again",
    r"E[+-]?\d+$": "a spreadsheet has shortened this, and digits are lost: take the figure from the source again",
    r"\d\s*(?:[-\u2013\u2014~]|to)\s*\d": "this is a range: use an indicator for each end, or leave out the row and list it in left_out.csv",
    _INEXACT: "this is no exact figure: leave out the row and list it in left_out.csv",
    r"^\(.*\d.*\)$|\d\s*[-\u2212]$": "accounts write what is below nothing so, others a remark: look at the source, and write a minus sign in front if so",
    _UNIT: "the column unit says what is counted, by the thousand or \u842c, too: write the number alone",
    r"^-?\d{1,3}(?:\.\d{3})+(?:,\d+|\.\d{3})$": "points may part thousands here, and a comma decimals: look at the source and write plain digits",
    r"^-?\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?$": "these may be lakhs and crores: look at the source and write plain digits",
    r"\d,|,\d": "a comma stands where none parts thousands, and a digit may be lost: look at the source and write plain digits",
}

Fault = tuple[str, str]  # what was expected, what to do


def _number_fault(text: str, pattern: re.Pattern, kind: str) -> Fault | None:
    if pattern.fullmatch(text) and math.isfinite(float(text)):
        return None
    meant = plain_number(text)
    if meant and pattern.fullmatch(meant) and math.isfinite(float(meant)):
        return f"{kind} in plain digits", f"write {meant}"
    looks = next((what for form, what in LOOKS.items() if re.search(form, text.strip())), "")
    way = looks or "write digits with a decimal point, or leave out the row and list it in left_out.csv"
    return f"a finite {kind.removeprefix('a ').removeprefix('an ')}", way


def plain_number(text: str) -> str | None:
    """The number in plain digits where only one can be meant: full-width digits, a minus sign, groups of three. Anything else is for a person to say.

    >>> [plain_number(text) for text in ("\uff12\uff12\uff10", "\u22125", "1 234 567.8", "9,99", "14 830\u00b9")]
    ['220', '-5', '1234567.8', None, None]
    """
    text = text.strip().translate(_FULL_WIDTH)
    grouped = re.fullmatch(r"-?\d{1,3}(?P<sign>[, '\u00a0\u2009\u202f])\d{3}(?:(?P=sign)\d{3})*(\.\d+)?", text, re.ASCII)
    return text.replace(grouped["sign"], "") if grouped else text if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) else None


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


def cell_problems(table: Table, column: str, fault: Callable[[str], Fault | None]) -> list[Problem]:
    """What is wrong with the cells of a column; it has few distinct values, and each of them is judged once."""
    cells = table.column(column)
    faults = {text: found for text in set(cells) if (found := fault(text))}
    wrong = [(text, line) for text, line in zip(cells, table.lines, strict=True) if text in faults] if faults else []
    return [Problem(table.file, line, column, repr(text) if text else "an empty cell", *faults[text]) for text, line in wrong]


def type_problems(table: Table, fields: list[dict]) -> list[Problem]:
    """The cells that are not of the type of their column; an empty cell is of every type."""
    judges = {field["name"]: TYPES[field["type"]] for field in fields if field["type"] != "string"}
    return [problem for name, judge in judges.items() for problem in cell_problems(table, name, lambda text, judge=judge: judge(text) if text else None)]


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
