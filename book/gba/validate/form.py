"""The form in which the tables are kept: UTF-8 without a mark, LF, quotes only where a cell needs them, no stray spaces, readable text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gba.data.csvfile import BOM, Table, tidy, written
from gba.data.errors import Problem

LOST = re.compile("\ufffd+|\\?{2,}|(?<=\\w)\\?(?=\\w)|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]+")
# A lead byte of UTF-8 and its followers, each taken for a character of Latin-1 or Windows-1252.
_FOLLOWER = "[\u0080-\u00bf" + bytes(range(0x80, 0xA0)).decode("cp1252", errors="ignore") + "]"
MISREAD = re.compile(f"[\u00c2-\u00df]{_FOLLOWER}|[\u00e0-\u00ef]{_FOLLOWER}{{2}}")


def form_problems(path: Path, table: Table) -> Iterator[Problem]:
    """Departures from the form in which the files are kept (line ends, quoting, spaces): they change no meaning, but make needless diffs."""
    if not table.header:
        return
    raw = path.read_bytes()
    text = raw.removeprefix(BOM).decode("utf-8", errors="replace")
    if raw.startswith(BOM):
        yield Problem(table.file, 1, "", "a byte order mark (BOM)", "UTF-8 without a BOM", tidy(table.file))
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        yield Problem(table.file, line, "", "a line end CRLF or CR", "LF line ends throughout", tidy(table.file))
    if text and not text.endswith(("\n", "\r")):
        yield Problem(table.file, None, "", "no line end after the last line", "a line end after every line", tidy(table.file))
    if not table.problems:
        yield from _check_quoting(text.replace("\r\n", "\n").replace("\r", "\n"), table)
        yield from _check_cells(text, table)


def _check_quoting(text: str, table: Table) -> Iterator[Problem]:
    if written([table.header, *table.rows]) == text:
        return
    lines = text.removesuffix("\n").split("\n")
    starts = [1, *table.lines]
    ends = [*(start - 1 for start in table.lines), len(lines)]
    for row, start, end in zip([table.header, *table.rows], starts, ends, strict=True):
        found = "\n".join(lines[start - 1 : end])
        expected = written([row]).removesuffix("\n").replace("\r\n", "\n")
        if found != expected:
            yield Problem(table.file, start, "", repr(found), f"{expected!r} (quotes only where a cell needs them)", tidy(table.file))


def _check_cells(text: str, table: Table) -> Iterator[Problem]:
    suspect = LOST.search(text) or (not text.isascii() and MISREAD.search(text))  # what no text holds, no cell of it does
    todo = "restore the text from its source: a program has read or saved the file in another encoding"
    for row, line in zip(table.rows, table.lines, strict=True):
        for name, cell in zip(table.header, row, strict=True):
            if cell != cell.strip():
                yield Problem(table.file, line, name, repr(cell), f"{cell.strip()!r}, without spaces around it", tidy(table.file))
            if suspect and (found := garbled(cell)):
                yield Problem(table.file, line, name, repr(found), "readable text", todo)


def garbled(cell: str) -> str | None:
    """What a wrong encoding has left in a cell: UTF-8 read as Windows-1252, characters that were lost (\ufffd, ?), control characters.

    >>> garbled("Bank of China \u00e6\u00b7\u00b1"), garbled("Caf\u00e9"), garbled("a ?? b")
    ('\u00e6\u00b7\u00b1', None, '??')
    """
    match = None if cell.isascii() else MISREAD.search(cell)
    if match is None and not cell.startswith("http"):  # an address may hold a question mark
        match = LOST.search(cell)
    return match.group() if match else None
