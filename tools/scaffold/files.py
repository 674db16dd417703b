"""Tables that take a row, as text, so that every other line stays as it was typed; and files that are written when all is known to be right."""

import csv
import io
from pathlib import Path

from gba.data.csvfile import written

from .options import Refused


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a table, with `line`, the physical line that a row starts on.

    >>> rows("a,b\\n1,2\\n")
    [{'a': '1', 'b': '2', 'line': 2}]
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    found, line = [], reader.line_num + 1
    for cells in reader:
        found.append({**dict(zip(header, cells, strict=False)), "line": line})
        line = reader.line_num + 1
    return found


def with_row(text: str, cells: dict[str, str], sort: str = "", before: str = "") -> str:
    """The text of a table with one row more: where the column `sort` has it, or before the row whose first cell is `before`, else at the end.

    >>> with_row("key,word\\na,x\\nc,y\\n", {"key": "b", "word": "p, q"}, sort="key")
    'key,word\\na,x\\nb,"p, q"\\nc,y\\n'
    """
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    row = written([[cells.get(name, "") for name in header]])
    lines = (text if text.endswith("\n") else text + "\n").splitlines(keepends=True)
    later = [row["line"] for row in rows(text) if (sort and row.get(sort, "") > cells[sort]) or (before and row.get(header[0]) == before)]
    position = later[0] - 1 if later else len(lines)
    return "".join([*lines[:position], row, *lines[position:]])


def write(root: Path, texts: dict[str, str], new: list[str]) -> None:
    """Write texts under a root; where one that is `new` is there, or a file where a folder has to be, all is Refused and nothing written. git is the undo."""
    for name in new:
        if (root / name).exists():
            raise Refused(name, "", "a file of this name", "none", "choose another name, or move the file away")
        if (root / name).parent.is_file():
            raise Refused(Path(name).parent.as_posix(), "", "a file", "a folder, or nothing", "choose another folder, or move the file away")
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="\n")
