"""What travels with a chart: the rows behind it as a table and as CSV, units, how far they were processed, and the breaks among them."""

import csv
import io
import re
from functools import lru_cache

import pandas as pd

from .data import breaks, datasets, indicators, places, sources
from .record import read, resources, root

#: Columns that the library adds for its own use, and that say nothing to a reader.
INTERNAL = {"year", "n_sources", "name", "label", "kind", "part", "text", "series"}
#: Columns of a drawing that are places on the sheet and no figures.
LAYOUT = {"x", "y", "x2", "y2", "order", "row", "nudge", "at", "moment", "months", "segment", "piece", "dashes", "broken", "alone", "dx", "dy",
          "left", "right", "top", "low", "high"}
#: What a table begins and ends with, where it has them.
FIRST = ("place", "to_place", "indicator", "period", "qualifier", "value", "value_upper", "unit")
LAST = ("status", "status_reason", "source", "note")
#: Headings that are not simply the column's name.
HEADINGS = {"to_place": "To", "status": "Use", "status_reason": "Why", "value_upper": "Value, upper end"}


@lru_cache(maxsize=4)
def _ledger_columns(folder: str) -> frozenset[str]:
    """Every column that a table of the record has."""
    return frozenset(field["name"] for entry in resources(read(root())).values() for field in entry.get("schema", {}).get("fields", []))


@lru_cache(maxsize=4)
def _indicators(folder: str) -> pd.DataFrame:
    """All indicators, with their dataset, one row each."""
    names = datasets().query("kind == 'observations'")["name"]
    return pd.concat([indicators(name).assign(dataset=name) for name in names]).reset_index()


def all_indicators() -> pd.DataFrame:
    """Every indicator of every dataset: indicator, dataset, title, unit, processing and the rest.

    >>> {"indicator", "dataset", "title", "processing"} <= set(all_indicators())
    True
    """
    return _indicators(str(root()))


def table_of(frames: list[pd.DataFrame], drawn: dict) -> pd.DataFrame:
    """The rows behind a figure as one table.

    Rows of the ledger keep the ledger's columns; of the columns that a chapter added, those are kept that the chart draws and
    that hold numbers. A figure that is computed as a whole, and cites its sources only, gives the rows that it draws.

    Parameters
    ----------
    frames : the frames that the figure was given as its rows
    drawn : the chart's specification, as wide as the column

    Returns
    -------
    DataFrame with the ledger's own column names; a column that is empty throughout is left out
    """
    known, fields = _ledger_columns(str(root())), encoded_fields(drawn)
    parts = []
    for frame in frames:
        told = [name for name in frame if (name in known and name not in INTERNAL | {"source"}) or (name in ("name", "kind") and "place" not in frame)]
        if not told:
            continue
        computed = [name for name in frame if name not in known | INTERNAL | LAYOUT and name in fields and pd.api.types.is_numeric_dtype(frame[name])]
        parts.append(frame[[*told, *computed, *(["source"] if "source" in frame else [])]])
    table = pd.concat([part.astype(object) for part in parts], ignore_index=True) if parts else _drawn_rows(drawn)
    table = table.loc[:, [bool(table[name].notna().any()) for name in table]]
    if "status" in table and (table["status"].fillna("main") == "main").all():
        table = table.drop(columns="status")
    order = [name for name in FIRST if name in table]
    order += [name for name in table if name not in FIRST and name not in LAST] + [name for name in LAST if name in table]
    # One row may stand behind two parts of a chart; it is shown once.
    return table[order].loc[~table[order].astype(str).duplicated()].reset_index(drop=True)


def encoded_fields(spec: dict) -> dict[str, str]:
    """The columns that a specification draws or tells on touch, each with the title it has there, if any.

    >>> encoded_fields({"encoding": {"x": {"field": "a", "title": "A"}, "tooltip": [{"field": "b"}]}})
    {'a': 'A', 'b': ''}
    """
    found: dict[str, str] = {}

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("field"), str):
                title = node.get("title")
                found[node["field"]] = found.get(node["field"]) or (title.strip() if isinstance(title, str) else "")
            for key, child in node.items():
                if key not in ("datasets", "config"):
                    walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(spec)
    return found


def _drawn_rows(spec: dict) -> pd.DataFrame:
    """The tables that a specification draws, one below the other, with the columns that it draws of each."""
    fields = [name for name in encoded_fields(spec) if name not in LAYOUT]
    parts = []
    for rows in spec.get("datasets", {}).values():
        if not isinstance(rows, list) or not rows or "geometry" in rows[0]:
            continue
        told = [name for name in rows[0] if name in fields]
        frame = pd.DataFrame(rows)
        if (any(pd.api.types.is_numeric_dtype(frame[name]) for name in told) and len(told) > 1) or len(spec["datasets"]) == 1:
            parts.append(frame[told].drop_duplicates())
    parts.sort(key=len, reverse=True)
    # A table whose columns another one has says nothing more: it holds the points or the labels of the same lines.
    kept = [part for number, part in enumerate(parts) if not any(set(part) <= set(other) for other in parts[:number])]
    return pd.concat([part.astype(object) for part in kept], ignore_index=True) if kept else pd.DataFrame()


def shown_table(table: pd.DataFrame, titles: dict[str, str]) -> dict:
    """A table as the page shows it: names in place of keys.

    Returns
    -------
    {"columns": [{"label": text, "number": whether it holds numbers only}], "rows": lists of numbers, texts and None}
    """
    columns = []
    for name in table:
        label = titles.get(name) or HEADINGS.get(name) or name.replace("_", " ").capitalize()
        columns.append({"label": label, "number": all(isinstance(cell, int | float) for cell in table[name].dropna())})
    named = table.copy()
    for name, lookup in (("place", _place_name), ("to_place", _place_name), ("indicator", _indicator_title), ("source", _publishers)):
        if name in named:
            named[name] = [lookup(cell) if isinstance(cell, str) else cell for cell in named[name]]
    if "unit" in named:
        named["unit"] = [unit_words(cell) if isinstance(cell, str) else cell for cell in named["unit"]]
    return {"columns": columns, "rows": [[_cell(cell) for cell in row] for row in named.itertuples(index=False)]}


def _cell(cell):
    if cell is None or cell is pd.NA or cell != cell:
        return None
    if hasattr(cell, "item"):
        cell = cell.item()
    if isinstance(cell, float):
        return float(f"{cell:.12g}")
    return cell if isinstance(cell, int | str) and not isinstance(cell, bool) else str(cell)


def _place_name(key: str) -> str:
    return places()["name_en"].get(key, key)


def _indicator_title(key: str) -> str:
    found = all_indicators()
    found = found[found["indicator"] == key]["title"]
    return found.iloc[0] if len(found) else key


def _publishers(keys: str) -> str:
    known = sources()["publisher"]
    return "; ".join(dict.fromkeys(str(known.get(key.strip(), key.strip())) for key in keys.split(";")))


def unit_words(unit: str) -> str:
    """A unit of the record in words.

    >>> unit_words("CNY_100m"), unit_words("HKD_million"), unit_words("percent")
    ('100 million CNY', 'million HKD', 'percent')
    """
    money = re.fullmatch(r"([A-Z]{3})_(100m|million|billion|trillion)", unit)
    return f"{money[2].replace('100m', '100 million')} {money[1]}" if money else unit.replace("_", " ")


def csv_of(table: pd.DataFrame) -> str:
    """A table as CSV (UTF-8, LF, header), keys beside their names, each row with the address of its source.

    Text that a spreadsheet would take for a formula gets an apostrophe in front of it.

    >>> csv_of(pd.DataFrame({"name": ["=1+1", "a,b"], "value": [-1.5, 2]})).splitlines()
    ['name,value', "'=1+1,-1.5", '"a,b",2']
    """
    wide: dict[str, list] = {}
    for name in table:
        wide[name] = list(table[name])
        if name in ("place", "to_place"):
            wide[f"{name}_name"] = [_place_name(cell) if isinstance(cell, str) else None for cell in table[name]]
        if name == "indicator":
            wide["indicator_title"] = [_indicator_title(cell) if isinstance(cell, str) else None for cell in table[name]]
        if name == "source":
            wide["source_publisher"] = [_publishers(cell) if isinstance(cell, str) else None for cell in table[name]]
            wide["source_url"] = [_addresses(cell) if isinstance(cell, str) else None for cell in table[name]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(harmless, wide))
    writer.writerows([harmless(_number_text(_cell(cell))) for cell in row] for row in zip(*wide.values(), strict=True))
    return text.getvalue()


def _number_text(cell):
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def _addresses(keys: str) -> str:
    known = sources()["url"]
    found = [known.get(key.strip()) for key in keys.split(";")]
    return " ".join(url for url in dict.fromkeys(found) if isinstance(url, str))


def harmless(cell):
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe.

    >>> harmless("=cmd|' /C calc'!A0"), harmless(-5), harmless("-5"), harmless("@SUM(A1)"), harmless("a")
    ("'=cmd|' /C calc'!A0", -5, '-5', "'@SUM(A1)", 'a')
    """
    if not isinstance(cell, str) or not re.match(r"\s*[=+\-@\t\r]", cell) or re.fullmatch(r"[+-]?\d+(\.\d+)?", cell):
        return cell
    return f"'{cell}"


def units_of(table: pd.DataFrame) -> list[str]:
    """The units of the rows, in words, the commonest first."""
    return [unit_words(unit) for unit in table["unit"].value_counts().index] if "unit" in table else []


def processing_of(table: pd.DataFrame, drawn: dict) -> list[str]:
    """How far the rows are from what the sources print: as printed, converted, computed, and what the chapter computed on top.

    >>> processing_of(pd.DataFrame({"pillar": ["a"], "score": [1.0]}), {})
    ['computed in this notebook']
    """
    if "value" not in table and "source" not in table:
        return ["computed in this notebook"]
    levels = []
    if "indicator" in table:
        processing = all_indicators().drop_duplicates("indicator").set_index("indicator")["processing"]
        levels = [level for level in table["indicator"].dropna().map(processing).value_counts().index if level]
    known = _ledger_columns(str(root()))
    computed = [name.replace("_", " ") for name in table if name not in known]
    fields = set(encoded_fields(drawn))
    if computed:
        levels.append(f"computed in this notebook: {', '.join(computed)}")
    elif "value" in table and "value" not in fields and fields:
        levels.append("what is drawn is computed in this notebook from these rows")
    return levels or ["as listed in the ledger"]


def breaks_of(table: pd.DataFrame) -> list[str]:
    """The breaks that lie between the rows of the table, each in a sentence: what changed, where, between which periods."""
    if not {"indicator", "place", "period"} <= set(table):
        return []
    rows = table.dropna(subset=["indicator", "place", "period"])
    spans = rows.groupby(["indicator", "place"])["period"].agg(["min", "max"])
    told: dict[tuple, list[str]] = {}
    noted = breaks()
    for (indicator, place), span in spans.iterrows():
        hit = noted[noted["indicator"].isin([indicator, "*"]) & noted["place"].isin([place, "*"])]
        for row in hit.itertuples():
            if span["min"][:4] <= row.last_before[:4] and span["max"][:4] >= row.first_after[:4]:
                names = told.setdefault((row.last_before, row.first_after, row.reason), [])
                if _place_name(place) not in names:
                    names.append(_place_name(place))
    return [f"{', '.join(names)}, {before} to {after}: {reason}." for (before, after, reason), names in sorted(told.items())]
