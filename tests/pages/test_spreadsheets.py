"""Every CSV of an exhibit, against the rules by which spreadsheets open one: nothing is lost, shortened, run, or taken for something else.

The rules are those that RFC 4180 and the makers of Excel and LibreOffice publish: the mark of UTF-8, ends of lines, what begins a formula, the limits of a
sheet, fifteen digits of a number, what is read as a date.
"""

import csv
import io
import re

import pytest
from bookpages import EDITIONS

#: Limits of a sheet of Excel: rows, columns, signs in a cell; digits of a number that are kept.
ROWS, COLUMNS, SIGNS, DIGITS = 1_048_576, 16_384, 32_767, 15
#: What is read as a date where it is none, as in a table of sizes or of scores; a year with a month or a day is one.
MONTHS = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
DATES = re.compile(rf"\d{{1,2}}[-/]\d{{1,2}}([-/]\d{{2,4}})?|(\d{{1,2}}[- ])?{MONTHS}[a-z]*[- ]?\d{{1,4}}|\d{{1,2}}:\d\d(:\d\d)?")
CAN_DATE = re.compile(r"(?i)date|period|from|until|since|start|begin|when|month|day|time|year|read|opened|founded|\u65e5|\u671f|\u6642|\u65f6|\u5e74|\u6708")


def in_full(raw):
    """A CSV as its rows, each cell as it stands."""
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def cells(table):
    return [(head, cell) for row in table[1:] for head, cell in zip(table[0], row, strict=True)]


def is_number(cell):
    return re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", cell)


FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def digits(number):
    """Those that count."""
    return re.sub(r"e.*|\D|^-?0\.0*", "", number).strip("0")


RULES = {
    "it says that it is UTF-8": lambda raw, table: raw[:3] == b"\xef\xbb\xbf",
    "a row ends with CRLF, and nothing else does": lambda raw, table: (
        raw.endswith(b"\r\n") and not re.search(rb"(?<!\r)\n|\r(?!\n)", re.sub(rb'"[^"]*"', b"", raw))
    ),
    "what LibreOffice takes for a separator, too, stands in quotes": lambda raw, table: not re.search(rb"[;\t]", re.sub(rb'"[^"]*"', b"", raw)),
    "each row has the cells of the header, and names are there once": lambda raw, table: (
        {len(row) for row in table} == {len(table[0])} and len(set(table[0])) == len(table[0]) and all(table[0])
    ),
    "its first cell is no sign of another format": lambda raw, table: not re.match(r"ID|(?i:sep=)|#", table[0][0]),
    "a sheet holds it": lambda raw, table: len(table) <= ROWS and len(table[0]) <= COLUMNS and all(len(cell) <= SIGNS for _, cell in cells(table)),
    "no text is a formula": lambda raw, table: all(is_number(cell) or not FORMULA.match(cell) for _, cell in cells(table)),
    "no number is shortened": lambda raw, table: all(len(digits(cell)) <= DIGITS for _, cell in cells(table) if is_number(cell)),
    "no nought in front is lost": lambda raw, table: not any(re.fullmatch(r"-?0\d+", cell) for _, cell in cells(table)),
    "no word or score becomes a date": lambda raw, table: not any(DATES.fullmatch(cell) and not CAN_DATE.search(head) for head, cell in cells(table)),
    "no word becomes true, false or nothing": lambda raw, table: not any(cell.upper() in ("TRUE", "FALSE", "#N/A", "NULL", "NAN") for _, cell in cells(table)),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("folder", ["", *EDITIONS])
def test_a_spreadsheet_opens_every_csv_as_it_is_meant(book, folder, rule):
    files = sorted((book / folder / "exhibits").glob("*.csv"))
    wrong = [path.name for path in files if not RULES[rule](raw := path.read_bytes(), in_full(raw))]
    assert files and not wrong


@pytest.mark.parametrize(
    ("rule", "spoilt"),
    [
        ("it says that it is UTF-8", "a\r\n1\r\n".encode("utf-16")),
        ("a row ends with CRLF, and nothing else does", b"a,b\n1,2\n"),
        ("what LibreOffice takes for a separator, too, stands in quotes", b"a\r\nx; y\r\n"),
        ("each row has the cells of the header, and names are there once", b"a,a\r\n1,2\r\n"),
        ("its first cell is no sign of another format", b"ID,b\r\n1,2\r\n"),
        ("a sheet holds it", b"a\r\n" + b"x" * 40_000 + b"\r\n"),
        ("no text is a formula", b"a\r\n=1+1\r\n"),
        ("no number is shortened", b"a\r\n1234567890123456\r\n"),
        ("no nought in front is lost", b"a\r\n007\r\n"),
        ("no word or score becomes a date", b"score\r\n1-2\r\n"),
        ("no word becomes true, false or nothing", b"a\r\ntrue\r\n"),
    ],
)
def test_each_rule_tells_what_breaks_it(rule, spoilt):
    assert not RULES[rule](spoilt, in_full(spoilt) if rule != "it says that it is UTF-8" else [])
