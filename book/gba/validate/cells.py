"""Types and constraints of single cells, as the Data Package standard names them."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable

from gba.data.errors import one_of

# No leading zero: 02 is 20 or 2 mistyped.
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
LATEST_YEAR = 2100  # of any date in the book: a target for 2060 is fine, 2202 is a slip
PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

Fault = tuple[str, str]  # what was expected, what to do


def _plain_number(text: str) -> str:
    """The number that was probably meant: ASCII digits, no thousands separators."""
    return unicodedata.normalize("NFKC", text).strip().replace(",", "").replace(" ", "").replace("'", "")


def _number_fault(text: str, pattern: re.Pattern, kind: str) -> Fault | None:
    if pattern.fullmatch(text) and math.isfinite(float(text)):
        return None
    meant = _plain_number(text)
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


def integer_fault(text: str) -> Fault | None:
    """Why `text` is not a whole number."""
    return _number_fault(text, INTEGER, "an integer")


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


def _boolean_fault(text: str) -> Fault | None:
    return None if text in ("true", "false") else ("true or false", "write true or false")


TYPES: dict[str, Callable[[str], Fault | None]] = {
    "string": lambda text: None,
    "number": number_fault,
    "integer": integer_fault,
    "boolean": _boolean_fault,
    "date": _calendar_fault("2019-02-18"),
    "yearmonth": _calendar_fault("2019-02"),
    "year": _calendar_fault("2019"),
}
CONSTRAINTS = {"required", "unique", "enum", "pattern", "minimum", "maximum"}


def _pattern_fault(pattern: str, text: str) -> Fault | None:
    if not re.fullmatch(pattern, text, re.ASCII):  # ASCII: \d must not accept full-width digits
        return f"text of the pattern {pattern}", "rewrite the cell in this form"
    if pattern.startswith(r"^\d{4}") and not is_calendar(text):
        return "a date that the calendar has", "correct the date"
    if pattern.startswith(r"^\d{4}") and int(text[:4]) > LATEST_YEAR:
        return f"a year up to {LATEST_YEAR}", "correct the date"
    return None


def bounds_fault(text: str, bounds: dict) -> Fault | None:
    """Why the number `text` lies outside `bounds` (its keys minimum and maximum, each optional)."""
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if low is not None and float(text) < float(low):
        return f"at least {low}", "check the figure and its unit against the source"
    if high is not None and float(text) > float(high):
        return f"at most {high}", "check the figure and its unit against the source"
    return None


def cell_fault(field: dict, text: str) -> Fault | None:
    """Why the cell `text` does not hold what `field` of the schema asks for; None if it does.

    >>> cell_fault({"name": "period", "type": "string", "constraints": {"pattern": r"^\\d{4}(-\\d{2})?$"}}, "2019-13")
    ('a date that the calendar has', 'correct the date')
    """
    limits = field.get("constraints", {})
    if text == "":
        return ("a value", "fill in the cell") if limits.get("required") else None
    fault = TYPES[field["type"]](text)
    if fault is None and "enum" in limits and text not in map(str, limits["enum"]):
        fault = one_of(map(str, limits["enum"]), text), "correct the cell, or add the value to the record"
    if fault is None and "pattern" in limits:
        fault = _pattern_fault(limits["pattern"], text)
    if fault is None and field["type"] in ("number", "integer", "year"):
        fault = bounds_fault(text, limits)
    return fault
