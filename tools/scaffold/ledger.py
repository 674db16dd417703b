"""How a table takes a row and the record takes a dataset: as text, so that everything else in the files stays as it was typed."""

import csv
import hashlib
import io
import json
import textwrap

from gba.data.datapackage import NAME, SEAL
from gba.validate.json_lines import spans

from .changes import Changes
from .refusal import Refused

RECORD, SEALED = f"data/{NAME}", f"data/{SEAL}"


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


def with_row(text: str, cells: dict[str, str], file: str, sort: str = "", before: str = "") -> str:
    """The text of a table with one row more, in the order of its columns; all other lines are as they were.

    Parameters
    ----------
    sort : a column by which the rows are sorted: the row goes to its place; else it goes to the end
    before : the value of the first column before which the row goes, if there is one

    Raises
    ------
    Refused : the table lacks a column that the row has

    >>> with_row("key,word\\na,x\\nc,y\\n", {"key": "b", "word": "p, q"}, "t.csv", sort="key")
    'key,word\\na,x\\nb,"p, q"\\nc,y\\n'
    """
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    for name in cells:
        if name not in header:
            raise Refused(file, name, "no such column", f"the columns {', '.join(cells)}", "restore the header", line=1)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([cells.get(name, "") for name in header])
    lines = (text if text.endswith("\n") else text + "\n").splitlines(keepends=True)
    later = [row["line"] for row in rows(text) if (sort and row.get(sort, "") > cells[sort]) or (before and row.get(header[0]) == before)]
    position = later[0] - 1 if later else len(lines)
    return "".join([*lines[:position], out.getvalue(), *lines[position:]])


def record(changes: Changes) -> dict:
    """The record as it is planned.

    Raises
    ------
    Refused : it is not JSON
    """
    try:
        return json.loads(changes.text(RECORD))
    except json.JSONDecodeError as error:
        raise Refused(RECORD, "", f"{error.msg} (character {error.colno})", "JSON", "correct the line", line=error.lineno) from None


def add_entry(changes: Changes, entry: dict) -> None:
    """Plan an entry at the end of the record's resources."""
    text = changes.text(RECORD)
    known = spans(text)
    last = max(way[1] for way in known if way[:1] == ("resources",) and len(way) == 2)
    end = known["resources", last][1]
    added = textwrap.indent(json.dumps(entry, indent=1, ensure_ascii=False), "  ")
    changes.edit(RECORD, f"{text[:end]},\n{added}{text[end:]}")


def known_to_record(changes: Changes, names: list[str]) -> list[str]:
    """Those of the files in data/ that are as the record says: their checksums agree. Ask before changing them."""
    entries = {f"data/{entry.get('path')}": entry for entry in record(changes)["resources"]}
    return [name for name in names if name in entries and entries[name].get("hash") == _checksum(changes.content(name))]


def is_sealed(changes: Changes) -> bool:
    """Whether the record is as its own checksum says. Ask before changing it."""
    try:
        return changes.text(SEALED).split()[:1] == [_checksum(changes.content(RECORD)).removeprefix("sha256:")]
    except Refused:
        return False


def refresh(changes: Changes, names: list[str]) -> None:
    """Plan new sizes, checksums and numbers of rows of files in data/ in the record."""
    text, entries = changes.text(RECORD), record(changes)["resources"]
    known, replaced = spans(text), []
    for name in names:
        position = next(number for number, entry in enumerate(entries) if f"data/{entry.get('path')}" == name)
        content = changes.content(name)
        computed = {"bytes": len(content), "hash": _checksum(content), "gba:rows": len(rows(changes.text(name)))}
        replaced += [(*known["resources", position, key], json.dumps(value)) for key, value in computed.items() if ("resources", position, key) in known]
    # From the end, so that what is still to be replaced stays where it was found.
    for start, end, value in sorted(replaced, reverse=True):
        text = text[:start] + value + text[end:]
    changes.edit(RECORD, text)


def seal(changes: Changes) -> None:
    """Plan the record's own checksum."""
    changes.edit(SEALED, f"{_checksum(changes.content(RECORD)).removeprefix('sha256:')}  {NAME}\n")


def _checksum(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
