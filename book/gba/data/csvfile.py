"""Read one CSV file strictly: nothing is guessed, and every row keeps its physical line."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gba.data.datapackage import Stamp, stamp
from gba.data.errors import Problem

BOM = b"\xef\xbb\xbf"
#: What is not a table at all, by how it begins: what it is, and what to do.
STRANGERS = {
    b"PK\x03\x04": ("a workbook or a zip that is named .csv", "open it in a spreadsheet and save the sheet as CSV (UTF-8)"),
    b"\xd0\xcf\x11\xe0": ("an old workbook that is named .csv", "open it in a spreadsheet and save the sheet as CSV (UTF-8)"),
    b"<": ("a web page or XML that is named .csv", "the download may have failed: fetch the file again"),
    b"version https://git-lfs": ("the pointer of Git LFS, not the file", "run: git lfs pull"),
    b"%PDF": ("a PDF that is named .csv", "take the table out of it, and save that as CSV"),
}
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", "\uff0c": "full-width commas", "\u3001": "Chinese commas"}


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file as text, with the line each row starts on.

    `problems` make the file unreadable or a row uninterpretable.
    """

    file: str
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        """All cells of one column, in file order."""
        position = self.header.index(name)
        return [row[position] for row in self.rows]

    def tuples(self, names: list[str]) -> list[tuple[str, ...]]:
        """The cells of several columns, one tuple a row."""
        return list(zip(*(self.column(name) for name in names), strict=True))


def written(rows: Iterable[Iterable]) -> str:
    """Rows as the tables are kept: commas, LF, quotes only where a cell needs them.

    >>> written([["a", "b, c"]])
    'a,"b, c"\\n'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def tidy(file: str) -> str:
    """The command that mends the form of a table.

    >>> tidy("data/history/gdp.csv")
    'make tidy name=gdp mends it'
    """
    return f"make tidy name={Path(file).stem} mends it"


def read(path: Path, file: str) -> Table:
    """Read the CSV file at `path`; `file` is its name in messages. Wrong files give problems, not exceptions.

    The table is shared between all who read the file until it changes: treat it as read-only.
    """
    return _read(file, stamp(path))


@functools.lru_cache(maxsize=256)
def _read(file: str, changed: Stamp) -> Table:
    """A table as it was at a time: a check, the loading of a dataset and of each that refers to it read the same files."""
    path, table = Path(changed[0]), Table(file)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        todo = "restore the file, or remove its description and run `make record`"
        table.problems.append(Problem(file, None, "", "no file", "the file that the descriptor lists", todo))
        return table
    text = _decode(raw, table)
    if text is not None:
        _parse(text, table)
    return table


def _decode(raw: bytes, table: Table) -> str | None:
    begins = raw.removeprefix(BOM).lstrip()[:40].lower()
    for sign, (what, todo) in STRANGERS.items():
        if begins.startswith(sign.lower()):
            table.problems.append(Problem(table.file, 1, "", what, "a table of text with commas between the cells", todo))
            return None
    try:
        return raw.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + (len(BOM) if raw.startswith(BOM) else 0)
        line = raw.count(b"\n", 0, offset) + 1
        found = f"the byte 0x{raw[offset]:02x}, invalid in UTF-8"
        todo = "save the file as UTF-8 (a spreadsheet may have saved it as GB18030, Big5 or Windows-1252)"
        table.problems.append(Problem(table.file, line, "", found, "UTF-8 text", todo))
        return None


def _parse(text: str, table: Table) -> None:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            if line == 1:
                table.header.extend(row or [""])
            elif len(row) == len(table.header):
                table.rows.append(row)
                table.lines.append(line)
            else:
                table.problems.append(_misfit(row, line, table))
            line = reader.line_num + 1
    except csv.Error as error:
        todo = 'close the quote, and write a quote inside a quoted cell twice ("")'
        table.problems.append(Problem(table.file, line, "", f"unbalanced quotes ({error})", "a well-formed CSV line", todo))
    if not table.header:
        table.problems.append(Problem(table.file, 1, "", "no header", "the names of the columns", "restore the header"))


def _misfit(row: list[str], line: int, table: Table) -> Problem:
    width = len(table.header)
    todo = "quote a cell that holds a comma" if len(row) > width else "add the missing cells (an empty cell keeps its comma)"
    found, todo = (f"{len(row)} fields", todo) if row else ("an empty line", tidy(table.file))
    return Problem(table.file, line, "", found, f"{width} fields", todo)


def header_problems(table: Table, expected: list[str]) -> list[Problem]:
    """What the header has too few, too many, or in another order than the schema."""
    found = table.header
    between = next((name for sign, name in SEPARATORS.items() if len(found) == 1 < len(expected) and sign in found[0]), "")
    if between:
        return [Problem(table.file, 1, "", f"cells separated by {between}", "commas", tidy(table.file))]
    if len(found) == 1 < len(expected) and found[0] not in expected:
        return [Problem(table.file, 1, "", repr(found[0]), f"the columns {','.join(expected)} in the first line", tidy(table.file))]
    if found != expected and [name.strip() for name in found if name.strip()] == expected:
        return [Problem(table.file, 1, "", "spaces around names, or columns without one", ",".join(expected), tidy(table.file))]
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    problems = []

    def tell(column: str, what: str, wanted: str, todo: str) -> None:
        problems.append(Problem(table.file, 1, column, what, wanted, todo))

    for name in sorted({name for name in found if found.count(name) > 1}):
        tell(name, "the column twice", "every column once", "remove or rename one of them")
    for name in list(extra):
        position = found.index(name)
        same_place = expected[position] if position < len(expected) else None
        if same_place in missing:
            tell(name, f"the column {name!r}", f"{same_place!r} in this place", f"rename it back to {same_place}, or change the description (.meta.yml)")
            missing.remove(same_place)
            extra.remove(name)
    for name in missing:
        tell(name, "no such column", f"the columns {','.join(expected)}", "add the column, or remove it from the description (.meta.yml)")
    for name in extra:
        tell(name, "a column that the schema does not have", f"the columns {','.join(expected)}", "remove the column, or add it to the description (.meta.yml)")
    if not problems and found != expected:
        first = next(name for name, wanted in zip(found, expected, strict=True) if name != wanted)
        tell(first, f"the order {','.join(found)}", f"the order {','.join(expected)}", tidy(table.file))
    return problems
