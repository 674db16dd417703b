"""Read one CSV file strictly: nothing is guessed, and every row keeps its physical line."""

from __future__ import annotations

import csv
import functools
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from gba.data.errors import Problem

BOM = b"\xef\xbb\xbf"
LOST = re.compile("\ufffd+|\\?{2,}|(?<=\\w)\\?(?=\\w)|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]+")
# A lead byte of UTF-8 and its followers, each taken for a character of Latin-1 or Windows-1252.
_FOLLOWER = "[\u0080-\u00bf" + bytes(range(0x80, 0xA0)).decode("cp1252", errors="ignore") + "]"
MISREAD = re.compile(f"[\u00c2-\u00df]{_FOLLOWER}|[\u00e0-\u00ef]{_FOLLOWER}{{2}}")


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file as text, with the line each row starts on.

    `problems` make the file unreadable or a row uninterpretable. `form` are departures from the form
    in which the files are kept (line ends, quoting): they change no meaning, but make needless diffs.
    """

    file: str
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    form: list[Problem] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        """All cells of one column, in file order."""
        position = self.header.index(name)
        return [row[position] for row in self.rows]

    def tuples(self, names: list[str]) -> list[tuple[str, ...]]:
        """The cells of several columns, one tuple a row."""
        return list(zip(*(self.column(name) for name in names), strict=True))


def read(path: Path, file: str) -> Table:
    """Read the CSV file at `path`; `file` is its name in messages. Wrong files give problems, not exceptions.

    The table is shared between all who read the file until it changes: treat it as read-only.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return _read(path, file)
    return _known(path, file, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=256)
def _known(path: Path, file: str, changed: int, size: int) -> Table:
    """A table as it was at a time: a check, the loading of a dataset and of each that refers to it read the same files."""
    return _read(path, file)


def _read(path: Path, file: str) -> Table:
    table = Table(file)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        table.problems.append(Problem(file, None, "", "no file", "the file that the record lists", "add the file or correct its path in datapackage.json"))
        return table
    text = _decode(raw, table)
    if text is not None:
        _parse(text, table)
        _check_form(raw, text, table)
    return table


def _decode(raw: bytes, table: Table) -> str | None:
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
                table.header.extend(row)
            elif _fits(row, line, table):
                table.rows.append(row)
                table.lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        todo = 'close the quote, and write a quote inside a quoted cell twice ("")'
        table.problems.append(Problem(table.file, line, "", f"unbalanced quotes ({error})", "a well-formed CSV line", todo))
    if not table.header:
        table.problems.append(Problem(table.file, 1, "", "no header", "the names of the columns", "restore the header"))


def _fits(row: list[str], line: int, table: Table) -> bool:
    count, width = len(row), len(table.header)
    if count == width:
        return True
    if not row:
        found, todo = "an empty line", "delete the line"
    else:
        found = f"{count} fields"
        todo = "quote a cell that holds a comma" if count > width else "add the missing cells (an empty cell keeps its comma)"
    table.problems.append(Problem(table.file, line, "", found, f"{width} fields", todo))
    return False


def _check_form(raw: bytes, text: str, table: Table) -> None:
    if raw.startswith(BOM):
        table.form.append(Problem(table.file, 1, "", "a byte order mark (BOM)", "UTF-8 without a BOM", 'save as "UTF-8", not as "UTF-8 with BOM"'))
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        table.form.append(Problem(table.file, line, "", "a line end CRLF or CR", "LF line ends throughout", "save with Unix line ends"))
    if text and not text.endswith(("\n", "\r")):
        table.form.append(Problem(table.file, None, "", "no line end after the last line", "a line end after every line", "end the last line with LF"))
    if not table.problems:
        _check_quoting(text.replace("\r\n", "\n").replace("\r", "\n"), table)
        _check_spaces(table)
        _check_characters(text, table)


def _written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _check_quoting(text: str, table: Table) -> None:
    if _written([table.header, *table.rows]) == text:
        return
    lines = text.removesuffix("\n").split("\n")
    starts = [1, *table.lines]
    ends = [*(start - 1 for start in table.lines), len(lines)]
    for row, start, end in zip([table.header, *table.rows], starts, ends, strict=True):
        found = "\n".join(lines[start - 1 : end])
        expected = _written([row]).removesuffix("\n").replace("\r\n", "\n")
        if found != expected:
            table.form.append(Problem(table.file, start, "", repr(found), f"{expected!r} (quotes only where a cell needs them)", "write the line so"))


def _check_spaces(table: Table) -> None:
    for row, line in zip(table.rows, table.lines, strict=True):
        if [*map(str.strip, row)] == row:
            continue
        for name, cell in zip(table.header, row, strict=True):
            if cell != cell.strip():
                table.form.append(Problem(table.file, line, name, repr(cell), f"{cell.strip()!r}, without spaces around it", "remove the spaces"))


def _check_characters(text: str, table: Table) -> None:
    if not LOST.search(text) and (text.isascii() or not MISREAD.search(text)):
        return  # what no text holds, no cell of it does
    todo = "restore the text from its source: a program has read or saved the file in another encoding"
    for row, line in zip(table.rows, table.lines, strict=True):
        for name, cell in zip(table.header, row, strict=True):
            found = garbled(cell)
            if found:
                table.form.append(Problem(table.file, line, name, repr(found), "readable text", todo))


def garbled(cell: str) -> str | None:
    """What a wrong encoding has left in a cell: UTF-8 read as Windows-1252, characters that were lost (\ufffd, ?), control characters.

    >>> garbled("Bank of China \u00e6\u00b7\u00b1"), garbled("Caf\u00e9"), garbled("a ?? b")
    ('\u00e6\u00b7\u00b1', None, '??')
    """
    match = None if cell.isascii() else MISREAD.search(cell)
    if match is None and not cell.startswith("http"):  # an address may hold a question mark
        match = LOST.search(cell)
    return match.group() if match else None
