"""Mend the form of a table that a spreadsheet has saved: what it will do is shown first, and values stay unless it is said how numbers are written."""

import csv
import io
import re
from pathlib import Path

from gba.data import csvfile, datapackage, describe
from gba.data.types import number_fault, plain_number

from . import options
from .options import Refused

ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", csvfile.BOM: "utf-8-sig"}


NAMELESS = "take out the last columns, which have no name and no cell"
#: A preamble of a download, a title, sep=;, is no longer than this.
PREAMBLE = 10
#: How numbers may be written, by what whoever has seen the source says of them: what is done then, and the cell as the book writes it.
NUMBERS = {
    "comma": ("write decimal points in place of commas", lambda cell: re.sub(r"^([+-]?\d+),(\d+)$", r"\1.\2", cell)),
    "point": ("write numbers in plain digits", lambda cell: (number_fault(cell) and plain_number(cell)) or cell),
}


def make(root: Path, given: dict[str, str]) -> tuple[list[str], bool]:
    """Say what would be mended and, with write=yes, mend it: the lines to tell, and whether nothing is left to do. Raises Refused."""
    name, data = options.name("tidy", given["name"]), root / "data"
    made = describe.described(data)
    entry = datapackage.resources(made.record).get(name)
    if entry is None or not datapackage.is_table(entry):
        known = [key for key, one in datapackage.resources(made.record).items() if datapackage.is_table(one)]
        raise Refused("make tidy", "name", repr(name), f"the name of a table, such as {known[0]}", "correct the name")
    if given["write"] not in ("", "yes"):
        raise Refused("make tidy", "write", repr(given["write"]), "yes, or nothing: then it only shows what it would do", "give write=yes")
    path, file = data / entry["path"], f"data/{entry['path']}"
    raw = path.read_bytes() if path.is_file() else b""
    if given["decimal"] not in ("", *NUMBERS):
        expected = "comma (1,5 is one and a half), point (1,500 is fifteen hundred), or nothing: then values stay as they are"
        raise Refused("make tidy", "decimal", repr(given["decimal"]), expected, "look at the source, and give decimal=comma or decimal=point")
    steps, text = tidied(raw, file, entry, decimal=given["decimal"])
    if not steps:
        return [f"{file} has nothing to tidy."], True
    told = [f"{file}: {step}" for step in steps]
    if not given["write"]:
        return [*told, f"Nothing was changed. make tidy name={name} write=yes does it."], False
    path.write_bytes(text.encode())
    return [*told, f"Written. git diff {file} shows it, make record writes its checksum."], True


def tidied(raw: bytes, file: str, entry: dict, decimal: str = "") -> tuple[list[str], str]:
    """What is done to a table, a text a step, and the table as the book keeps it; Refused where it cannot be read with certainty.

    `decimal` is a key of NUMBERS: only who has seen the source knows whether 1,234 is one and a bit.
    """
    steps = []
    encoding = next((encoding for sign, encoding in ENCODINGS.items() if raw.startswith(sign)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Refused(file, "", "bytes that are no UTF-8", "UTF-8", "save the file as “CSV UTF-8”: which encoding it has cannot be known", line) from None
    if encoding != "utf-8":
        steps.append({"utf-8-sig": "take the byte order mark out", "utf-16": "write it as UTF-8 instead of UTF-16"}[encoding])
    if "\r" in text:
        steps.append("end lines with LF")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    columns = [field["name"] for field in entry["schema"]["fields"]]
    above, sign = _header(text, columns)
    if above:
        steps.append("take out what stands above the header")
        text = "\n".join(text.split("\n")[above:])
    if sign != ",":
        steps.append(f"put commas between the cells, in place of {csvfile.SEPARATORS[sign]}")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        raise Refused(file, "", f"unbalanced quotes ({error})", "a quote that is closed", "close it") from None
    found = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if found != rows:
        steps.append("take out spaces around cells, and empty lines")
    while found and not any(row[len(found[0]) - 1 :][:1] not in ([], [""]) for row in found):
        found = [row[: len(found[0]) - 1] for row in found]
        if steps[-1:] != [NAMELESS]:
            steps.append(NAMELESS)
    header, rows = (found[0], found[1:]) if found else ([], [])
    if sorted(header) != sorted(columns) or any(len(row) != len(header) for row in rows):
        wrong = next((row for row in rows if len(row) != len(header)), header)
        raise Refused(file, "", ",".join(wrong), f"the columns {','.join(columns)}", "make dataset or make check-data says which are missing or too many")
    if header != columns:
        steps.append("put the columns in their order")
        rows = [[row[header.index(name)] for name in columns] for row in rows]
    if decimal:
        numbers = [columns.index(field["name"]) for field in entry["schema"]["fields"] if field["type"] in ("number", "integer")]
        said, way = NUMBERS[decimal]
        plain = [[way(cell) if at in numbers else cell for at, cell in enumerate(row)] for row in rows]
        if count := sum(one != other for before, after in zip(rows, plain, strict=True) for one, other in zip(before, after, strict=True)):
            steps.append(f"{said} ({count} cell{'s' if count > 1 else ''})")
            rows = plain
    keys = [columns.index(name) for name in datapackage.sorted_by(entry)]
    ordered = sorted(rows, key=lambda row: [row[at] for at in keys]) if keys else rows
    if ordered != rows:
        steps.append(f"sort the rows by {', '.join(columns[at] for at in keys)}")
    kept = csvfile.written([columns, *ordered])
    if not steps and kept != text:
        steps.append("write quotes only where a cell needs them, and a line end after every line")
    return steps, kept


def _header(text: str, columns: list[str]) -> tuple[int, str]:
    """How many lines stand above the header, and what separates its cells; where no line is a header, none, and the commonest sign of the first."""
    lines = text.split("\n")[:PREAMBLE]
    for above, line in enumerate(lines):
        for sign in (",", *csvfile.SEPARATORS):
            if sorted(filter(None, (cell.strip().strip('"') for cell in line.split(sign)))) == sorted(columns):
                return above, sign
    return 0, max([",", *csvfile.SEPARATORS], key=lines[0].count)
