"""What travels with a chart: the rows behind it as a table and as CSV, units, how far they were processed, and the breaks among them."""

import csv
import io
import re
from functools import lru_cache

import pandas as pd

from .data import breaks, datasets, indicators, load, places, sources
from .record import read, resources, root

#: A page shows so many rows of an exhibit at the most; all are in its CSV.
MOST_ROWS = 5000
#: Columns that the library adds for its own use, and that say nothing to a reader.
INTERNAL = {"year", "n_sources", "name", "label", "kind", "part", "text", "series"}
#: Columns of a drawing that are places on the sheet and no figures.
LAYOUT = {"x", "y", "x2", "y2", "order", "row", "nudge", "at", "moment", "months", "segment", "piece", "dashes", "broken", "alone"}
LAYOUT |= {"told", "dx", "dy", "left", "right", "top", "low", "high", "min", "max", "start", "end"}
#: Columns of the ledgers that say how the book uses a row, or repeat another one as a key. They are in the CSV; a reader of the page needs none of them.
PLUMBING = {"id", "target_id", "policy_id", "grade_id", "claim_id", "measure", "outcome_measure", "counted", "one_text", "only_in_article", "comparable", "use"}
PLUMBING |= {"use_reason", "use_in_flow", "use_in_matrix", "use_on_timeline", "sources", "provenance", "dataset", "chapter", "how_to_check", "restates"}
PLUMBING |= {"named_in_article", "named_by_article", "in_article", "related_to", "batch", "date_kind", "covers", "founding_city_grade", "precision"}
#: What a table begins and ends with, where it has them.
FIRST = ("place", "to_place", "indicator", "period", "qualifier", "value", "value_upper", "unit")
LAST = ("status", "status_reason", "source", "note")
#: Headings that are not simply the column's name.
HEADINGS = {
    "to_place": "To",
    "from_place": "From",
    "status": "Standing",
    "status_reason": "Why it stands aside",
    "value_upper": "Value, upper end",
    "qualifier": "How meant",
    "period_start": "From",
    "as_of": "As of",
    "hq_city": "Headquarters",
    "hq_city_as_of": "Headquarters as of",
    "hq_city_other": "Headquarters, by another source",
    "founding_city": "Founded in",
    "founding_city_other": "Founded in, by another source",
    "founded_year": "Founded",
    "ipo_date": "First day of trading",
    "on_hk_unicorn_list_2021": "On the Hong Kong list of unicorns of 2021",
    "on_hkust_unicorn_list": "On the HKUST list of unicorns",
    "funding_cny_100m": "Funding (100 million CNY)",
    "share_percent": "Share (per cent)",
    "conflict": "What other sources say",
    "name_zh": "Name (Chinese)",
    "name_en": "Name",
    "title_zh": "Title (Chinese)",
    "title_en": "Title",
    "claim_zh": "Claim (Chinese)",
    "claim_en": "Claim",
    "member_zh": "Member (Chinese)",
    "event_zh_hant": "Event (Chinese)",
    "claimed_gba_cities": "Cities of the bay according to the article",
    "claimed_cities": "Mainland cities according to the article",
    "claimed_launch_date": "Launch according to the article",
    "claimed_mainland_launch_date": "Launch in the mainland according to the article",
}
#: What stands in the column of the page that says whether a row stands aside.
STANDING = {"main": "main figure", "aside": "stands aside"}
#: Columns whose cells are keys into places.
PLACES = ("place", "to_place", "from_place", "city", "hq_city", "hq_city_other", "founding_city", "founding_city_other", "district")
#: Digits of a computed number on the page; the CSV has them all.
DIGITS = 6


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
    if told_with(drawn) is not None and any(set(frame) <= {"source"} for frame in frames):
        return told_with(drawn)
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


def told_with(spec: dict) -> pd.DataFrame | None:
    """The table that a chart brings along, in words: drawings made of pixels have no other rows that say anything.

    >>> told_with({"usermeta": {"told": {"columns": ["City"], "data": [["Shenzhen"]]}}})["City"].tolist()
    ['Shenzhen']
    """
    told = spec.get("usermeta", {}).get("told")
    return pd.DataFrame(told["data"], columns=told["columns"]) if told else None


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
    """The tables that a specification draws, one below the other, with the columns that it draws of each under the titles they have there."""
    titles, parts, panels = encoded_fields(spec), [], _panels(spec)
    fields = [name for name, title in titles.items() if title or name not in LAYOUT]
    for key, rows in spec.get("datasets", {}).items():
        if not isinstance(rows, list) or not rows or "geometry" in rows[0]:
            continue
        told = [name for name in rows[0] if name in fields]
        frame = pd.DataFrame(rows)
        if (any(pd.api.types.is_numeric_dtype(frame[name]) for name in told) and len(told) > 1) or len(spec["datasets"]) == 1:
            part = frame[told].drop_duplicates()
            parts.append(part.assign(panel=panels[key]) if panels.get(key) else part)
    parts.sort(key=len, reverse=True)
    # A table whose columns another one has says nothing more: it holds the points or the labels of the same lines.
    kept = [part for number, part in enumerate(parts) if ("panel" in part and len(part) > 1) or not any(set(part) <= set(other) for other in parts[:number])]
    return pd.concat([part.astype(object) for part in kept], ignore_index=True) if kept else pd.DataFrame()


def _panels(spec: dict, title: str = "") -> dict[str, str]:
    """By name of the data: the title of the panel that draws them."""
    own = spec.get("title", {})
    text = own.get("text", "") if isinstance(own, dict) else own
    title = title if "$schema" in spec else (" ".join(text) if isinstance(text, list) else text) or title
    found = {spec["data"]["name"]: title} if title and isinstance(spec.get("data"), dict) and "name" in spec["data"] else {}
    for kind in ("layer", "concat", "hconcat", "vconcat"):
        for part in spec.get(kind, []):
            found |= _panels(part, title)
    return found


def shown_table(table: pd.DataFrame, titles: dict[str, str]) -> dict:
    """A table as the page shows it: words in place of keys, computed numbers to six digits, no columns of the book's own bookkeeping.

    >>> shown_table(pd.DataFrame({"place": ["shenzhen"], "half": [1 / 3], "id": ["x"]}), {"half": "share of all"})
    {'columns': [{'label': 'Place', 'number': False}, {'label': 'Share of all', 'number': True}], 'rows': [['Shenzhen', 0.333333]]}

    Returns
    -------
    {"columns": [{"label": text, "number": whether it holds numbers only}], "rows": lists of numbers, texts and None}
    """
    known = _ledger_columns(str(root()))
    kept = [name for name in table if name not in PLUMBING or len(table.columns) < 3]
    columns, cells = [], []
    # The axis names the figure only where all are of one unit; else it would name some of them wrongly.
    if "unit" in table and table["unit"].nunique() > 1:
        titles = {**titles, "value": ""}
    for name in kept:
        label = _heading(name, titles)
        if label in [column["label"] for column in columns]:
            label = f"{label} ({name.replace('_', ' ')})"
        columns.append({"label": label, "number": bool(table[name].notna().any()) and all(_is_number(cell) for cell in table[name].dropna())})
        lookup = SHOWN.get(name) or (_place_name if name in PLACES else None)
        named = _told(lookup, table[name], otherwise=lambda cell: _words(_cell(cell)))
        cells.append(named if name in known else [_rounded(cell) for cell in named])
    return {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)]}


def _heading(name: str, titles: dict[str, str]) -> str:
    label = titles.get(name) or HEADINGS.get(name) or name.replace("_", " ")
    return label[:1].upper() + label[1:]


def _is_number(cell) -> bool:
    return (isinstance(cell, int | float) and not isinstance(cell, bool)) or (hasattr(cell, "item") and not isinstance(cell.item(), bool | str))


def _rounded(cell):
    return float(f"{cell:.{DIGITS}g}") if isinstance(cell, float) else cell


def _cell(cell):
    if cell is None or cell is pd.NA or cell != cell:
        return None
    if hasattr(cell, "item"):
        cell = cell.item()
    if isinstance(cell, float):
        return float(f"{cell:.12g}")
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell if isinstance(cell, int | str) else str(cell)


def _told(lookup, cells, otherwise=lambda cell: None) -> list:
    """What a look-up says of each text, asked once for each; other cells, and all where there is no look-up, by the other way."""
    asked = {cell: lookup(cell) for cell in dict.fromkeys(cells) if isinstance(cell, str)} if lookup else {}
    return [asked[cell] if isinstance(cell, str) and lookup else otherwise(cell) for cell in cells]


@lru_cache(maxsize=8)
def _column(table: str, name: str, folder: str) -> dict:
    """A column of the places or the sources, by key: a book asks for ten thousand names."""
    return {"places": places, "sources": sources}[table]()[name].to_dict()


def _place_name(key: str) -> str:
    return _column("places", "name_en", str(root())).get(key, key)


def _indicator_title(key: str) -> str:
    found = all_indicators()
    found = found[found["indicator"] == key]["title"]
    return found.iloc[0] if len(found) else key


def _publishers(keys: str) -> str:
    known = _column("sources", "publisher", str(root()))
    return "; ".join(dict.fromkeys(str(known.get(key.strip(), key.strip())) for key in keys.split(";")))


def unit_words(unit: str) -> str:
    """A unit of the record in words.

    >>> unit_words("CNY_100m"), unit_words("HKD_million"), unit_words("percent")
    ('100 million CNY', 'million HKD', 'percent')
    """
    money = re.fullmatch(r"([A-Z]{3})_(100m|million|billion|trillion)", unit)
    return f"{money[2].replace('100m', '100 million')} {money[1]}" if money else unit.replace("_", " ")


@lru_cache(maxsize=4)
def _universities(folder: str) -> dict[str, str]:
    return load("universities").set_index("university")["short_name"].to_dict() if "universities" in set(datasets()["name"]) else {}


def _university_name(key: str) -> str:
    known = _universities(str(root()))
    return "; ".join(str(known.get(one.strip(), _words(one.strip()))) for one in key.split(";"))


def _words(cell):
    """A word that a ledger uses as a key, as words; everything else as it is.

    >>> _words("met_early"), _words("R&D_x"), _words(3)
    ('met early', 'R&D_x', 3)
    """
    return cell.replace("_", " ") if isinstance(cell, str) and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", cell) else cell


#: How a cell of a column is told on the page.
SHOWN = {
    "indicator": lambda key: _words(_indicator_title(key)),
    "source": _publishers,
    "unit": unit_words,
    "outcome_unit": unit_words,
    "status": lambda cell: STANDING.get(cell) or _words(cell),
    "university": _university_name,
    "second_university": _university_name,
}


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
            wide[f"{name}_name"] = _told(_place_name, table[name])
        if name == "indicator":
            wide["indicator_title"] = _told(_indicator_title, table[name])
        if name == "source":
            wide["source_publisher"] = _told(_publishers, table[name])
            wide["source_url"] = _told(_addresses, table[name])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(harmless, wide))
    writer.writerows([harmless(_number_text(_cell(cell))) for cell in row] for row in zip(*wide.values(), strict=True))
    return text.getvalue()


def _number_text(cell):
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def _addresses(keys: str) -> str:
    known = _column("sources", "url", str(root()))
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
    fields = encoded_fields(drawn)
    computed = [fields.get(name) or name.replace("_", " ") for name in table if name not in known]
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
