"""Constraints of single cells, as the Data Package standard names them."""

from __future__ import annotations

import re

from gba.data.errors import one_of
from gba.data.types import TYPES, Fault, is_calendar

LATEST_YEAR = 2100  # of any date in the book: a target for 2060 is fine, 2202 is a slip


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
    low, high, todo = bounds.get("minimum"), bounds.get("maximum"), "check the figure and its unit against the source"
    if low is not None and float(text) < float(low):
        return f"at least {low}", todo
    return (f"at most {high}", todo) if high is not None and float(text) > float(high) else None


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
        fault = one_of(map(str, limits["enum"]), text), "correct the cell, or add the value to the description (.meta.yml)"
    if fault is None and "pattern" in limits:
        fault = _pattern_fault(limits["pattern"], text)
    if fault is None and field["type"] in ("number", "integer", "year"):
        fault = bounds_fault(text, limits)
    return fault
