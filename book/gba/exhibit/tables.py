"""What travels with a chart: the rows behind it and what it draws, as tables and as CSV; units, how far they were processed, the breaks among them."""

import itertools
import re
from collections.abc import Iterable
from functools import cache, lru_cache

import pandas as pd

from gba.data.datapackage import read, resources, root
from gba.data.load import breaks, datasets, indicators
from gba.prose import keys_in_words, names_of, unit_words

#: A page shows so many rows of an exhibit at the most; all are in its CSV.
MOST_ROWS = 5000
#: What a table of the ledger begins and ends with, where it has them.
FIRST = ("place", "to_place", "indicator", "period", "qualifier", "value", "value_upper", "unit")
LAST = ("status", "status_reason", "source", "note")
#: Columns of keys, and in a CSV the column of words beside each with its heading.
IN_WORDS = {
    "place": ("place_name", "Place"), "to_place": ("to_place_name", "To"), "indicator": ("indicator_title", "Indicator"), "unit": ("unit_name", "Unit"),
    "source": ("source_publisher", "Source"),
}  # fmt: skip
#: Columns that mean something to a program only, keys and how the book uses a row; they are in the CSV and not on the page.
FOR_PROGRAMS = re.compile(r"id|\w+_id|use|use_\w+|sources|provenance")
#: Digits of a computed number on the page; the CSV has them all.
DIGITS = 4


@lru_cache(maxsize=4)
def _tables(folder: str) -> list[dict[str, str]]:
    """The columns of the ledgers, each with its heading: first those of all observations, which are one ledger, then of each other table."""
    observed: dict[str, str] = {}
    others = []
    for entry in resources(read(root())).values():
        columns = {one["name"]: one.get("title", one["name"].replace("_", " ")) for one in entry.get("schema", {}).get("fields", [])}
        if entry.get("gba:kind") == "observations":
            observed |= columns
        elif columns:
            others.append(columns)
    return [observed, *others]


@lru_cache(maxsize=4)
def _indicators(folder: str) -> pd.DataFrame:
    names = datasets().query("kind == 'observations'")["name"]
    return pd.concat([indicators(name).assign(dataset=name) for name in names]).reset_index()


def all_indicators() -> pd.DataFrame:
    """Every indicator of every dataset: indicator, dataset, title, unit, processing and the rest.

    >>> {"indicator", "dataset", "title", "processing"} <= set(all_indicators())
    True
    """
    return _indicators(str(root()))


def ledger_rows(frames: list[pd.DataFrame]) -> pd.DataFrame | None:
    """The rows of the ledgers among the frames, each once, with the ledger's own columns; None where the frames only cite sources.

    A frame is of the ledger with which it shares most columns. Columns that are empty throughout are left out.

    >>> ledger_rows([pd.DataFrame({"place": ["shenzhen"] * 2, "value": [1.0, 1.0], "nudge": 3, "source": "a"})]).to_dict("records")
    [{'place': 'shenzhen', 'value': 1.0, 'source': 'a'}]
    """
    parts = []
    for frame in frames:
        own = max((set(columns) & set(frame) - {"source"} for columns in _tables(str(root()))), key=len)
        if own:
            parts.append(frame[[name for name in frame if name in own or name == "source"]].astype(object))
    if not parts:
        return None
    table = pd.concat(parts, ignore_index=True)
    table = table.loc[:, [bool((table[name].notna() & (table[name] != "")).any()) for name in table]]
    if "status" in table and (table["status"].fillna("main") == "main").all():
        table = table.drop(columns="status")
    order = [name for name in FIRST if name in table]
    order += [name for name in table if name not in FIRST and name not in LAST] + [name for name in LAST if name in table]
    # One row may stand behind two parts of a chart; it is shown once.
    return table[order].loc[~table[order].astype(str).duplicated()].reset_index(drop=True)


def as_drawn(data: pd.DataFrame) -> pd.DataFrame:
    """The frame that a chart draws, for a reader: columns as headings, keys of the record by their names; numbers as they are.

    >>> as_drawn(pd.DataFrame({"place": ["shenzhen"], "share_of_all": [0.25]})).to_dict("records")
    [{'Place': 'Shenzhen', 'Share of all': 0.25}]
    """
    named = {name for name in data.index.names if name is not None}
    table = data.reset_index() if named and not named & set(data) else data
    heads = [_heading(str(name).replace("_", " ")) for name in table]
    twice = [head for head in heads if heads.count(head) > 1]
    if twice:
        raise ValueError(f"data has several columns called {twice[0]}; each becomes a column of the table that readers get, so name them apart")
    cells = [keys_in_words(str(name), map(_cell, table.iloc[:, at])) for at, name in enumerate(table)]
    return pd.DataFrame(dict(zip(heads, cells, strict=True)), dtype=object)


def shown(table: pd.DataFrame, digits: int | None = None) -> dict:
    """A table as the page shows it: words in place of keys, headings of the record, no columns that only a program reads; so many digits of a fraction.

    {"columns": [{"label": text, "number": whether it holds numbers only}], "rows": lists of numbers, texts and None, "count": rows in all}

    >>> shown(pd.DataFrame({"place": ["shenzhen"], "half": [1 / 3], "row_id": ["x"]}), 4)
    {'columns': [{'label': 'Place', 'number': False}, {'label': 'Half', 'number': True}], 'rows': [['Shenzhen', 0.3333]], 'count': 1}
    """
    heads, columns, cells = _heads(), [], []
    cited = table["source"].head(MOST_ROWS) if "source" in table else ()
    for name in [name for name in table if not FOR_PROGRAMS.fullmatch(name)] or list(table):
        told = [_rounded(cell, digits) for cell in keys_in_words(name, map(_cell, table[name].head(MOST_ROWS)), cited)]
        filled = [cell for cell in told if cell is not None]
        columns.append({"label": _heading(heads.get(name, name.replace("_", " "))), "number": bool(filled) and not any(isinstance(one, str) for one in filled)})
        cells.append(told)
    return {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)], "count": len(table)}


def taken_along(rows: pd.DataFrame | None, drawn: pd.DataFrame | None) -> dict:
    """What an exhibit's files hold: {"table", "csv"} of its rows of the ledgers (`ledger_rows`), {"drawn", "drawn_csv"} of what the chart draws, if they
    do not hold it. Where there are no rows, what is drawn is the table.
    """
    if rows is None:
        return {"table": shown(drawn, DIGITS), "csv": csv_of(drawn)}
    found = {"table": shown(rows), "csv": csv_of(rows)}
    return found if drawn is None else {**found, "drawn": shown(drawn, DIGITS), "drawn_csv": csv_of(drawn)}


def _heading(label: str) -> str:
    return label if label == "km" else label[:1].upper() + label[1:]


def _rounded(cell, digits: int | None):
    """A number to so many digits, but never a whole number changed.

    >>> _rounded(1 / 3, 4), _rounded(18115.4, 4), _rounded(2010.833, 4)
    (0.3333, 18115.0, 2011.0)
    """
    if digits is None or not isinstance(cell, float):
        return cell
    return float(f"{cell:.{digits}g}") if abs(cell) < 10 ** (digits - 1) else float(round(cell))


def _cell(cell):
    if cell is None or cell is pd.NA or cell != cell or cell == "":
        return None
    cell = cell.item() if hasattr(cell, "item") else cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return float(f"{cell:.12g}") if isinstance(cell, float) else cell if isinstance(cell, int | str) else str(cell)


def csv_of(table: pd.DataFrame) -> str:
    """A table as CSV with a header, keys beside their names, each row with the address of its source.

    Text that a spreadsheet would take for a formula gets an apostrophe in front of it.

    >>> csv_of(pd.DataFrame({"name": ["=1+1", "a,b"], "value": [-1.5, 2]})).splitlines()
    ['name,value', "'=1+1,-1.5", '"a,b",2']
    """
    wide: dict[str, list] = {}
    known = names_of("sources", "url") if "source" in table else {}
    for name in table:
        wide[name] = list(table[name])
        if name in IN_WORDS:
            wide[IN_WORDS[name][0]] = keys_in_words(name, table[name], table.get("source", ()))
        if name == "source":
            cited = [cell.split(";") if isinstance(cell, str) else [] for cell in table[name]]
            wide["source_url"] = [" ".join(dict.fromkeys(known[key.strip()] for key in keys if key.strip() in known)) for keys in cited]
    return csv_text([wide, *zip(*wide.values(), strict=True)])


def csv_text(rows: Iterable[Iterable]) -> str:
    """Rows as a CSV that spreadsheets open as it is meant: lines end as RFC 4180 and Excel end them, and no cell is a formula.

    Cells with a semicolon or a tab are quoted, too: LibreOffice takes both for separators, beside the comma, unless somebody tells it otherwise.

    >>> csv_text([["name", "value"], ["a; b", 1.0], [None, "=1+1"]]).split("\\r\\n")
    ['name,value', '"a; b",1', ",'=1+1", '']
    """

    @cache  # most cells stand there many times; numbers that are equal are no one cell, for a large one is written as its kind is
    def quoted(kind: type, cell) -> str:
        cell = harmless(int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell)
        text = "" if cell is None else str(cell)
        return '"' + text.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', text) else text

    return "".join(",".join([quoted(type(cell), cell) for cell in map(_cell, row)]) + "\r\n" for row in rows)


def csv_heading(name: str) -> str | None:
    """What a column of a CSV is called for a reader; None where it is for programs and keeps its name and its keys.

    >>> csv_heading("place"), csv_heading("place_name"), csv_heading("value_upper"), csv_heading("Share of all")
    (None, 'Place', 'Value upper', 'Share of all')
    """
    if name in IN_WORDS or FOR_PROGRAMS.fullmatch(name):
        return None
    known = dict(IN_WORDS.values()) | {"source_url": "Address of the source"}
    return known.get(name) or _heading(_heads().get(name, name.replace("_", " ")))


def _heads() -> dict[str, str]:
    """The headings of columns in the record, those of observations first."""
    return {name: title for columns in reversed(_tables(str(root()))) for name, title in columns.items()}


def harmless(cell):
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe.

    >>> harmless("=cmd|' /C calc'!A0"), harmless(-5), harmless("-5"), harmless("@SUM(A1)"), harmless("a")
    ("'=cmd|' /C calc'!A0", -5, '-5', "'@SUM(A1)", 'a')
    """
    if not isinstance(cell, str) or not re.match(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell) or re.fullmatch(r"[+-]?\d+(\.\d+)?", cell):
        return cell
    return f"'{cell}"


def units_of(table: pd.DataFrame | None) -> list[str]:
    """The units of the rows, in words, the commonest first."""
    return [unit_words(unit) for unit in table["unit"].value_counts().index] if table is not None and "unit" in table else []


def processing_of(table: pd.DataFrame | None, computed: bool, in_chart: bool = False) -> list[str]:
    """How far the rows are from what the sources print: as printed, converted, computed, and whether the chapter or the chart computed on top.

    >>> processing_of(None, True), processing_of(pd.DataFrame({"place": ["shenzhen"]}), False)
    (['computed in this notebook'], ['as listed in the ledger'])
    """
    on_top = ["what is drawn is computed in this notebook from these rows"] * computed + ["what is drawn is computed in the chart"] * in_chart
    if table is None:
        return ["computed in this notebook", *on_top[1:]]
    levels = []
    if "indicator" in table:
        processing = all_indicators().drop_duplicates("indicator").set_index("indicator")["processing"]
        levels = [level for level in table["indicator"].dropna().map(processing).value_counts().index if level]
    return (levels or ["as listed in the ledger"]) + on_top


def breaks_of(table: pd.DataFrame | None) -> list[str]:
    """The breaks that lie between the rows of the table, each in a sentence: what changed, where, between which periods."""
    if table is None or not {"indicator", "place", "period"} <= set(table):
        return []
    spans = table.dropna(subset=["indicator", "place", "period"]).groupby(["indicator", "place"])["period"].agg(["min", "max"])
    told: dict[tuple, dict[str, None]] = {}
    noted, name = {}, names_of("places", "name_en")
    for row in breaks().itertuples():
        noted.setdefault((row.indicator, row.place), []).append(row)
    for (indicator, place), first, last in zip(spans.index, spans["min"], spans["max"], strict=True):
        for row in [row for key in itertools.product((indicator, "*"), (place, "*")) for row in noted.get(key, ())]:
            if first[:4] <= row.last_before[:4] and last[:4] >= row.first_after[:4]:
                told.setdefault((row.last_before, row.first_after, row.reason), {})[name.get(place, place)] = None
    return [f"{', '.join(names)}, {before} to {after}: {reason}." for (before, after, reason), names in sorted(told.items())]
