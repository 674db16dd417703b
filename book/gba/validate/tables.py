"""One table against its entry in the record: header, cells, keys, and what an observation must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from gba.data import csvfile
from gba.data.datapackage import sorted_by
from gba.data.errors import Problem, did_you_mean, one_of
from gba.data.types import TYPES, Fault, cell_problems, is_calendar, number_fault

LATEST_YEAR = 2100  # of any date in the book: a target for 2060 is fine, 2202 is a slip
AGREE = 0.01  # by how much of the larger figure two main rows of a cell may differ
References = dict[tuple[str, str], set[str]]  # (table, column) -> the keys that exist


def foreign_keys(resource: dict) -> list[tuple[str, str, str]]:
    """What a table points to: (column, other table, its column); the list column `sources`, which the standard cannot declare, is among them."""
    schema = resource["schema"]
    found = {key["fields"]: (key["reference"]["resource"] or resource["name"], key["reference"]["fields"]) for key in schema.get("foreignKeys", [])}
    found |= {field["name"]: ("sources", "source") for field in schema["fields"] if field["name"] == "sources"}
    return [(column, *target) for column, target in found.items()]


def referenced(resource: dict) -> list[str]:
    """The names of the other tables that the foreign keys of a table point into."""
    return sorted({table for _, table, _ in foreign_keys(resource)} - {resource["name"]})


def references(resource: dict, tables: dict[str, csvfile.Table]) -> References:
    """The keys that exist for each foreign key of a table; a table whose header is broken offers none."""
    targets = [(table, column) for _, table, column in foreign_keys(resource) if table in tables and column in tables[table].header]
    return {target: set(tables[target[0]].column(target[1])) for target in targets}


def meaning(table: csvfile.Table, resource: dict, known: References) -> list[Problem]:
    """Everything that makes the table wrong, as opposed to untidy."""
    if not table.header:
        return list(table.problems)
    wrong_header = csvfile.header_problems(table, [field["name"] for field in resource["schema"]["fields"]])
    if wrong_header:  # how many fields a row has too many is told against a right header
        return [*(problem for problem in table.problems if not problem.expected.endswith(" fields")), *wrong_header]
    problems = [*table.problems, *_cells(table, resource), *_foreign_keys(table, resource, known)]
    if resource["gba:kind"] == "observations":
        problems += _observations(table, resource)
    return problems


def order(table: csvfile.Table, resource: dict) -> list[Problem]:
    """Where the rows are not sorted as they should be."""
    names = sorted_by(resource)
    if table.problems or not names or not set(names) <= set(table.header):
        return []
    for (above, key), line in zip(pairwise(table.tuples(names)), table.lines[1:], strict=True):
        if key < above:  # one row in the wrong place makes many others look wrong: the first is told
            expected = f"a row that sorts after {' '.join(above)}"
            return [Problem(table.file, line, ",".join(names), " ".join(key), expected, f"sort the rows by {', '.join(names)}, or {csvfile.tidy(table.file)}")]
    return []


def row_count(table: csvfile.Table, resource: dict, expected: int | None) -> list[Problem]:
    """A row too few or too many against the descriptor, where every line can be read; and observations that are none."""
    if table.header and not table.rows and not table.problems and resource["gba:kind"] == "observations":
        return [Problem(table.file, 1, "", "a header and no row", "at least one observation", "add the rows")]
    if expected in (None, len(table.rows)) or table.problems:
        return []
    todo = "find the row that is lost or doubled; if the change was meant run `make record`"
    return [Problem(table.file, None, "", f"{len(table.rows)} rows", f"{expected} rows as the descriptor says", todo)]


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


def _cells(table: csvfile.Table, resource: dict) -> Iterator[Problem]:
    for field in resource["schema"]["fields"]:
        yield from cell_problems(table, field["name"], partial(cell_fault, field))
    alone = [[field["name"]] for field in resource["schema"]["fields"] if field.get("constraints", {}).get("unique")]
    for names in [*alone, resource["schema"].get("primaryKey", [])]:
        yield from _unique(table, names)


def _unique(table: csvfile.Table, names: list[str]) -> Iterator[Problem]:
    first: dict[tuple[str, ...], int] = {}
    for cells, line in zip(table.tuples(names) if names else [], table.lines if names else [], strict=True):
        before = first.setdefault(cells, line)
        if before != line and any(cells):
            found = f"{', '.join(map(repr, cells))} again"
            todo = "remove one of the two rows, or make their keys differ"
            yield Problem(table.file, line, ",".join(names), found, f"a key that no other row has (line {before} has it)", todo)


def _foreign_keys(table: csvfile.Table, resource: dict, existing: References) -> Iterator[Problem]:
    for column, target, field in foreign_keys(resource):
        known = existing.get((target, field))
        for cell, line in zip(table.column(column), table.lines, strict=True) if known is not None else []:
            for key in cell.split("; ") if column == "sources" else [cell]:
                if cell and key not in known:  # an empty key refers to nothing; `required` says whether it may be empty
                    expected = f"a key of {target}.csv{did_you_mean(key, known)}"
                    yield Problem(table.file, line, column, repr(key), expected, f"fix the cell or add the {field} to {target}.csv")


def _observations(table: csvfile.Table, resource: dict) -> Iterator[Problem]:
    indicators = {entry["name"]: entry for entry in resource["gba:indicators"]}
    units: dict[tuple[str, ...], tuple[str, int]] = {}
    mains: dict[tuple[str, ...], tuple[str, int]] = {}
    columns = [table.column(name) for name in ("indicator", "value", "unit", "status", "status_reason")]
    for cell, indicator, value, unit, status, reason, line in zip(table.tuples(resource["gba:cell"]), *columns, table.lines, strict=True):
        faults = [*_against_indicator(indicators.get(indicator), value, unit), *_status(status, reason)]
        before, where = units.setdefault(cell, (unit, line))
        if before != unit:
            expected = f"{before!r}, the unit that line {where} gives for the same cell"
            faults.append(("unit", repr(unit), expected, "convert the value, or give the row its own indicator"))
        if status == "main" and not number_fault(value):
            before, where = mains.setdefault(cell, (value, line))
            one, other = float(before), float(value)
            # They say the same, but for rounding: which of them is drawn must not be a matter of the newer source alone.
            if abs(one - other) > AGREE * max(abs(one), abs(other)) or (one < 0) != (other < 0):
                expected = f"{before} within {AGREE:.0%}, as line {where} has it for the same cell, main as well"
                faults.append(("value", value, expected, "correct one of them, or set it aside (status: aside) with a reason"))
        yield from (Problem(table.file, line, *fault) for fault in faults)
    for low, high in [pair for pair in (("value", "value_upper"), ("period_start", "period")) if {*pair} <= {*table.header}]:
        for small, large, line in zip(table.column(low), table.column(high), table.lines, strict=True):
            if small and large and _is_above(small, large, low == "value"):
                yield Problem(table.file, line, high, repr(large), f"at least the {low} of the row, {small}", "exchange or correct the two cells")


def _against_indicator(entry: dict | None, value: str, unit: str) -> Iterator[tuple[str, str, str, str]]:
    if entry is None:
        return  # told as a cell that holds no indicator
    allowed = entry.get("unit", [unit])  # that the unit is missing is told of the description
    if unit not in allowed:
        todo = "convert the value, or add the unit to the indicator in the description (.meta.yml)"
        yield "unit", repr(unit) if unit else "an empty cell", f"for {entry['name']} {one_of(allowed, unit)}", todo
    fault = None if number_fault(value) else bounds_fault(value, entry)
    if fault:
        yield "value", value, f"for {entry['name']} {fault[0]}", fault[1]


def _status(status: str, reason: str) -> Iterator[tuple[str, str, str, str]]:
    if status == "aside" and not reason:
        yield "status_reason", "an empty cell", "a reason, since status is aside", "say why the row stands aside"
    if status == "main" and reason:
        todo = "empty the cell (a remark belongs in note), or set status to aside"
        yield "status_reason", repr(reason), "an empty cell, since status is main", todo


def _is_above(small: str, large: str, numeric: bool) -> bool:
    if not numeric:
        shorter = min(len(small), len(large))  # 1957-06 is not after 1957: compare as far as both are known
        return small[:shorter] > large[:shorter]
    try:
        return float(small) > float(large)
    except ValueError:
        return False  # told already, as a cell that is not a number
