"""One table against its entry in the record: header, cells, keys, and what an observation must hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gba.data import csvfile
from gba.data.errors import Problem, did_you_mean, one_of
from gba.data.types import number_fault
from gba.validate.cells import bounds_fault, cell_fault

AGREE = 0.01  # by how much of the larger figure two main rows of a cell may differ
References = dict[tuple[str, tuple[str, ...]], set[tuple[str, ...]]]  # (resource, fields) -> the keys that exist


def as_list(fields: str | list[str]) -> list[str]:
    """Keys of the standard are one name or a list of names; a list in both cases."""
    return [fields] if isinstance(fields, str) else list(fields)


def foreign_keys(resource: dict) -> list[dict]:
    """The declared foreign keys of a table, with `many` true for the list column `sources`, which the standard cannot declare."""
    schema = resource["schema"]
    keys = [{**key, "fields": as_list(key["fields"]), "many": False} for key in schema.get("foreignKeys", [])]
    if any(field["name"] == "sources" for field in schema["fields"]):
        reference = {"resource": "sources", "fields": "source"}
        keys.append({"fields": ["sources"], "reference": reference, "many": True})
    return keys


def _target(key: dict, resource: dict) -> tuple[str, tuple[str, ...]]:
    reference = key["reference"]
    return reference["resource"] or resource["name"], tuple(as_list(reference["fields"]))


def referenced(resource: dict) -> list[str]:
    """The names of the other tables that the foreign keys of a table point into."""
    targets = [_target(key, resource)[0] for key in foreign_keys(resource)]
    return sorted(set(targets) - {resource["name"]})


def references(resource: dict, tables: dict[str, csvfile.Table]) -> References:
    """The keys that exist for each foreign key of a table; a table whose header is broken offers none."""
    found: References = {}
    for key in foreign_keys(resource):
        target = _target(key, resource)
        table = tables.get(target[0])
        if table is not None and set(target[1]) <= set(table.header):
            found[target] = set(table.tuples(list(target[1])))
    return found


def meaning(table: csvfile.Table, resource: dict, known: References) -> list[Problem]:
    """Everything that makes the table wrong, as opposed to untidy."""
    if not table.header:
        return list(table.problems)
    wrong_header = csvfile.header_problems(table, [field["name"] for field in resource["schema"]["fields"]])
    if wrong_header:
        return [*table.problems, *wrong_header]
    problems = [*table.problems, *_cells(table, resource)]
    problems += [*_primary_key(table, resource), *_foreign_keys(table, resource, known)]
    if resource["gba:kind"] == "observations":
        problems += _observations(table, resource)
    return problems


def order(table: csvfile.Table, resource: dict) -> list[Problem]:
    """Where the rows are not sorted as they should be."""
    return [] if table.problems else list(_sort_order(table, sort_columns(resource)))


def sort_columns(resource: dict) -> list[str]:
    """The columns that order the rows: of observations the cell, then the source; of other tables what the description declares."""
    return [*resource["gba:cell"], "source"] if resource["gba:kind"] == "observations" else resource.get("gba:sort", [])


def row_count(table: csvfile.Table, resource: dict, expected: int | None) -> list[Problem]:
    """A row too few or too many against the descriptor, where every line can be read; and observations that are none."""
    if table.header and not table.rows and not table.problems and resource["gba:kind"] == "observations":
        return [Problem(table.file, 1, "", "a header and no row", "at least one observation", "add the rows")]
    if expected in (None, len(table.rows)) or table.problems:
        return []
    todo = "find the row that is lost or doubled; if the change was meant run `make record`"
    return [Problem(table.file, None, "", f"{len(table.rows)} rows", f"{expected} rows as the descriptor says", todo)]


def _cells(table: csvfile.Table, resource: dict) -> Iterator[Problem]:
    for field in resource["schema"]["fields"]:
        name = field["name"]
        cells = table.column(name)
        # A column has few distinct values: judge each of them once.
        faults = {text: fault for text in set(cells) if (fault := cell_fault(field, text))}
        if faults:
            for text, line in zip(cells, table.lines, strict=True):
                if text in faults:
                    yield Problem(table.file, line, name, _quoted(text), *faults[text])
        if field.get("constraints", {}).get("unique"):
            yield from _unique(table, [name])


def _quoted(text: str) -> str:
    return repr(text) if text else "an empty cell"


def _primary_key(table: csvfile.Table, resource: dict) -> Iterator[Problem]:
    key = as_list(resource["schema"].get("primaryKey", []))
    if key:
        yield from _unique(table, key)


def _unique(table: csvfile.Table, names: list[str]) -> Iterator[Problem]:
    first: dict[tuple[str, ...], int] = {}
    for cells, line in zip(table.tuples(names), table.lines, strict=True):
        before = first.setdefault(cells, line)
        if before != line and any(cells):
            found = f"{', '.join(map(repr, cells))} again"
            todo = "remove one of the two rows, or make their keys differ"
            yield Problem(table.file, line, ",".join(names), found, f"a key that no other row has (line {before} has it)", todo)


def _foreign_keys(table: csvfile.Table, resource: dict, known: References) -> Iterator[Problem]:
    for key in foreign_keys(resource):
        target = _target(key, resource)
        if target in known:
            faults = _missing_keys(table, key, known[target])
            file = f"{target[0]}.csv"
            for line, cells in faults:
                near = did_you_mean(cells[0], [keys[0] for keys in known[target]]) if len(cells) == 1 else ""
                todo = f"fix the cell or add the {' and '.join(target[1])} to {file}"
                yield Problem(table.file, line, ",".join(key["fields"]), ", ".join(map(repr, cells)), f"a key of {file}{near}", todo)


def _missing_keys(table: csvfile.Table, key: dict, known: set[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for cells, line in zip(table.tuples(key["fields"]), table.lines, strict=True):
        if not any(cells):
            continue  # an empty key refers to nothing; `required` says whether it may be empty
        wanted = [(part,) for part in cells[0].split("; ")] if key["many"] else [cells]
        for item in wanted:
            if item not in known:
                yield line, item


def _observations(table: csvfile.Table, resource: dict) -> Iterator[Problem]:
    indicators = {entry["name"]: entry for entry in resource["gba:indicators"]}
    columns = zip(*(table.column(name) for name in ("indicator", "value", "unit", "status", "status_reason")), table.lines, strict=True)
    value_field = next(field for field in resource["schema"]["fields"] if field["name"] == "value")
    for indicator, value, unit, status, reason, line in columns:
        entry = indicators.get(indicator)
        if entry is not None:
            yield from _against_indicator(table, line, entry, unit, value if value and not cell_fault(value_field, value) else None)
        yield from _status(table, line, status, reason)
    yield from _one_unit_a_cell(table, resource["gba:cell"])
    yield from _main_rows_agree(table, resource["gba:cell"])
    for low, high in (("value", "value_upper"), ("period_start", "period")):
        if low in table.header and high in table.header:
            yield from _ordered(table, low, high)


def _against_indicator(table: csvfile.Table, line: int, entry: dict, unit: str, value: str | None) -> Iterator[Problem]:
    allowed = as_list(entry.get("unit", [unit]))  # that the unit is missing is told of the description
    if unit not in allowed:
        todo = "convert the value, or add the unit to the indicator in the description (.meta.yml)"
        yield Problem(table.file, line, "unit", _quoted(unit), f"for {entry['name']} {one_of(allowed, unit)}", todo)
    fault = bounds_fault(value, entry) if value is not None else None
    if fault:
        yield Problem(table.file, line, "value", value, f"for {entry['name']} {fault[0]}", fault[1])


def _status(table: csvfile.Table, line: int, status: str, reason: str) -> Iterator[Problem]:
    if status == "aside" and not reason:
        yield Problem(table.file, line, "status_reason", "an empty cell", "a reason, since status is aside", "say why the row stands aside")
    if status == "main" and reason:
        todo = "empty the cell (a remark belongs in note), or set status to aside"
        yield Problem(table.file, line, "status_reason", repr(reason), "an empty cell, since status is main", todo)


def _one_unit_a_cell(table: csvfile.Table, cell: list[str]) -> Iterator[Problem]:
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    for key, unit, line in zip(table.tuples(cell), table.column("unit"), table.lines, strict=True):
        before, where = first.setdefault(key, (unit, line))
        if before != unit:
            expected = f"{before!r}, the unit that line {where} gives for the same cell"
            yield Problem(table.file, line, "unit", repr(unit), expected, "convert the value, or give the row its own indicator")


def _main_rows_agree(table: csvfile.Table, cell: list[str]) -> Iterator[Problem]:
    """Two main rows of one cell say the same, but for rounding: which of them is drawn must not be a matter of the newer source alone."""
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    columns = zip(table.tuples(cell), table.column("value"), table.column("status"), table.lines, strict=True)
    for key, value, status, line in columns:
        if status == "main" and not number_fault(value):
            before, where = first.setdefault(key, (value, line))
            low, high = sorted([abs(float(before) - float(value)), max(abs(float(before)), abs(float(value)))])
            if low > AGREE * high or (float(before) < 0) != (float(value) < 0):
                expected = f"{before} within {AGREE:.0%}, as line {where} has it for the same cell, main as well"
                yield Problem(table.file, line, "value", value, expected, "correct one of them, or set it aside (status: aside) with a reason")


def _ordered(table: csvfile.Table, low: str, high: str) -> Iterator[Problem]:
    for small, large, line in zip(table.column(low), table.column(high), table.lines, strict=True):
        if small and large and _is_above(small, large, low == "value"):
            yield Problem(table.file, line, high, repr(large), f"at least the {low} of the row, {small}", "exchange or correct the two cells")


def _is_above(small: str, large: str, numeric: bool) -> bool:
    if not numeric:
        shorter = min(len(small), len(large))  # 1957-06 is not after 1957: compare as far as both are known
        return small[:shorter] > large[:shorter]
    try:
        return float(small) > float(large)
    except ValueError:
        return False  # told already, as a cell that is not a number


def _sort_order(table: csvfile.Table, names: list[str]) -> Iterator[Problem]:
    if not names or not set(names) <= set(table.header):
        return
    keys = table.tuples(names)
    for (above, key), line in zip(pairwise(keys), table.lines[1:], strict=True):
        if key < above:
            expected = f"a row that sorts after {' '.join(above)}"
            yield Problem(table.file, line, ",".join(names), " ".join(key), expected, f"sort the rows by {', '.join(names)}")
            return  # one row in the wrong place makes many others look wrong
