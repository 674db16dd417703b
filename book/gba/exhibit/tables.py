"""What travels with a chart: what it draws and the rows behind it, as tables and as CSV, units, how far they were processed, and the breaks among them."""

import csv
import io
import re
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from gba.data.datapackage import read, resources, root
from gba.data.load import breaks, datasets, indicators, load, places, sources
from gba.exhibit import drawn as drawing

#: A page shows so many rows of an exhibit at the most; all are in its CSV.
MOST_ROWS = 5000
#: Columns that the library adds for its own use, and that say nothing to a reader.
INTERNAL = {"year", "n_sources", "name", "label", "kind", "part", "text", "series"}
#: Computed columns that stand for places on the sheet and are no figures.
LAYOUT = drawing.LAYOUT | {"low", "high"}
#: Columns of the ledgers that say how the book uses a row, or repeat another one as a key. They are in the CSV; a reader of the page needs none of them.
PLUMBING = {"id", "target_id", "policy_id", "grade_id", "claim_id", "measure", "outcome_measure", "counted", "one_text", "only_in_article", "comparable", "use"}
PLUMBING |= {"use_reason", "use_in_flow", "use_in_matrix", "use_on_timeline", "sources", "provenance", "dataset", "chapter", "how_to_check", "restates"}
PLUMBING |= {"named_in_article", "named_by_article", "in_article", "related_to", "batch", "date_kind", "covers", "founding_city_grade", "precision"}
#: What a table begins and ends with, where it has them.
FIRST = ("place", "to_place", "indicator", "period", "qualifier", "value", "value_upper", "unit")
LAST = ("status", "status_reason", "source", "note")
#: Headings that are not simply the column's name.
HEADINGS = {
    "drawn": "As drawn",
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
#: Digits of a computed number on the page, beside ledger rows and in the table of what is drawn; the CSV has them all.
DIGITS = 6
DRAWN_DIGITS = 4


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


class Tables(NamedTuple):
    """The tables of an exhibit: the rows behind it, and what it draws where those rows do not hold it (else None)."""

    rows: pd.DataFrame
    drawn: drawing.Drawn | None


def tables_of(frames: list[pd.DataFrame], spec: dict) -> Tables:
    """The rows behind a figure as one table, and what it draws as another, if it draws what the chapter computed.

    Rows of the ledger keep the ledger's columns; of the columns that a chapter added, those are kept that the chart draws and
    that hold numbers. A figure that is computed as a whole, and cites its sources only, gives what it draws as its rows. A drawing
    that shows no figures, or only figures that its rows hold, needs no second table.

    Parameters
    ----------
    frames : the frames that the figure was given as its rows
    spec : the chart's specification, as wide as the column

    Returns
    -------
    Tables; `rows` with the ledger's own column names, `drawn` with headings for a reader; a column that is empty throughout is left out
    """
    found = drawing.drawn_rows(spec)
    if drawing.told_with(spec) is not None and any(set(frame) <= {"source"} for frame in frames):
        return Tables(found.table, None)
    rows = _ledger_rows(frames, drawing.encoded_fields(spec))
    if rows is None:
        return Tables(found.table, None)
    return Tables(rows, None if _holds(rows, found) else found)


def _ledger_rows(frames: list[pd.DataFrame], fields: dict[str, str]) -> pd.DataFrame | None:
    """The rows of the ledgers among the frames, each once; None where there are none."""
    known, parts = _ledger_columns(str(root())), []
    for frame in frames:
        told = [name for name in frame if (name in known and name not in INTERNAL | {"source"}) or (name in ("name", "kind") and "place" not in frame)]
        if not told:
            continue
        computed = [name for name in frame if name not in known | INTERNAL | LAYOUT and name in fields and pd.api.types.is_numeric_dtype(frame[name])]
        parts.append(frame[[*told, *computed, *(["source"] if "source" in frame else [])]])
    if not parts:
        return None
    table = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    table = table.loc[:, [bool((table[name].notna() & (table[name] != "")).any()) for name in table]]
    if "status" in table and (table["status"].fillna("main") == "main").all():
        table = table.drop(columns="status")
    order = [name for name in FIRST if name in table]
    order += [name for name in table if name not in FIRST and name not in LAST] + [name for name in LAST if name in table]
    # One row may stand behind two parts of a chart; it is shown once.
    return table[order].loc[~table[order].astype(str).duplicated()].reset_index(drop=True)


def _holds(rows: pd.DataFrame, found: drawing.Drawn) -> bool:
    """Whether every figure that is drawn stands in the rows, in one of the same place and year where both say them."""
    blank = [None] * len(rows)
    where = [_place_name(cell) if isinstance(cell, str) else None for cell in rows["place"]] if "place" in rows else blank
    when = [str(cell or "")[:4] for cell in rows.get("period", blank)]
    inside = set()
    for name in rows:
        for cell, place, year in set(zip(rows[name], where, when, strict=True)):
            if _is_number(cell) and cell == cell:
                # A hair more and less, because the chart was given the number rounded.
                numbers = {_digits(cell * (1 + hair)) for hair in (-5e-6, 0, 5e-6)}
                inside |= {(number, at, then) for number in numbers for at in (None, place) for then in (None, year)}
    years = [name for name in ("Year", "Period") if name in found.table and "period" in rows]
    for _, row in found.table.iterrows():
        place = row["Place"] if "Place" in found.table and "place" in rows and isinstance(row["Place"], str) else None
        year = next((str(row[name])[:4] for name in years if row[name] == row[name] and row[name] is not None), None)
        values = [drawing.number_in(row[name]) for name in found.figures]
        if any(value is not None and (_digits(value), place, year) not in inside for value in values):
            return False
    return True


def _digits(number: float) -> str:
    return f"{float(number):.5g}"


def shown_table(table: pd.DataFrame, titles: dict[str, str], digits: dict[str, int] | None = None) -> dict:
    """A table as the page shows it: words in place of keys, computed numbers to six digits (or those given), no columns of the book's own bookkeeping.

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
        cells.append(named if name in known else [_rounded(cell, (digits or {}).get(name, DIGITS)) for cell in named])
    return {"columns": columns, "rows": [list(row) for row in zip(*cells, strict=True)]}


def taken_along(tables: Tables, spec: dict) -> dict:
    """What an exhibit's files hold of its tables: as the page shows them and, under `csv` and `drawn_csv`, as text.

    Returns
    -------
    {"table", "csv"}, and {"drawn", "drawn_csv"} where the chart draws what the rows do not hold
    """
    found = {"table": {**shown_table(tables.rows.head(MOST_ROWS), drawing.encoded_fields(spec)), "count": len(tables.rows)}, "csv": csv_of(tables.rows)}
    if tables.drawn is not None:
        table, figures = tables.drawn
        shown = shown_table(table.head(MOST_ROWS), {}, dict.fromkeys(figures, DRAWN_DIGITS))
        found |= {"drawn": {**shown, "count": len(table)}, "drawn_csv": csv_of(table)}
    return found


def _heading(name: str, titles: dict[str, str]) -> str:
    label = titles.get(name) or HEADINGS.get(name) or name.replace("_", " ")
    return label[:1].upper() + label[1:]


def _is_number(cell) -> bool:
    return (isinstance(cell, int | float) and not isinstance(cell, bool)) or (hasattr(cell, "item") and not isinstance(cell.item(), bool | str))


def _rounded(cell, digits: int):
    """A number to so many digits, but never a whole number changed.

    >>> _rounded(1 / 3, 4), _rounded(18115.4, 4), _rounded(2010.833, 4)
    (0.3333, 18115.0, 2011.0)
    """
    if not isinstance(cell, float):
        return cell
    return float(f"{cell:.{digits}g}") if abs(cell) < 10 ** (digits - 1) else float(round(cell, max(0, digits - len(str(int(abs(cell)))))))


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


@lru_cache(maxsize=4)
def _companies(folder: str) -> dict[str, str]:
    return load("spinoffs").set_index("company")["name_en"].dropna().to_dict() if "spinoffs" in set(datasets()["name"]) else {}


def _university_name(key: str) -> str:
    known = _universities(str(root()))
    return "; ".join(str(known.get(one.strip(), _words(one.strip()))) for one in key.split(";"))


def _words(cell):
    """A word that a ledger uses as a key, as words; everything else as it is.

    >>> _words("met_early"), _words("R&D_x"), _words(3)
    ('met early', 'R&D_x', 3)
    """
    return cell.replace("_", " ") if isinstance(cell, str) and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", cell) else cell


def in_words(text: str) -> str:
    """A cell of a ledger for a reader: keys of places, universities and companies by their names, other keys as words, all else as it is.

    >>> in_words("beijing; hong_kong"), in_words("cuhk"), in_words("machine_intelligence"), in_words("R&D in 2018-10")
    ('Beijing; Hong Kong', 'CUHK', 'machine intelligence', 'R&D in 2018-10')
    """
    known = _column("places", "name_en", str(root())) | _universities(str(root())) | _companies(str(root()))
    return "; ".join(known.get(part) or _words(part) for part in text.split("; "))


def yuan(hundred_millions: float) -> str:
    """A sum in the unit in which the mainland prints sums, hundreds of millions, in one that is counted in elsewhere.

    >>> yuan(6000), yuan(1), yuan(1234.5)
    ('600 billion yuan', '100 million yuan', '123.45 billion yuan')
    """
    return f"{hundred_millions / 10:,.6g} billion yuan" if hundred_millions >= 10 else f"{hundred_millions * 100:,.6g} million yuan"


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


def processing_of(tables: Tables, spec: dict) -> list[str]:
    """How far the rows are from what the sources print: as printed, converted, computed, and what the chapter computed on top.

    >>> processing_of(Tables(pd.DataFrame({"pillar": ["a"], "score": [1.0]}), None), {})
    ['computed in this notebook']
    """
    table = tables.rows
    if "value" not in table and "source" not in table:
        return ["computed in this notebook"]
    levels = []
    if "indicator" in table:
        processing = all_indicators().drop_duplicates("indicator").set_index("indicator")["processing"]
        levels = [level for level in table["indicator"].dropna().map(processing).value_counts().index if level]
    known = _ledger_columns(str(root()))
    fields = drawing.encoded_fields(spec)
    computed = [fields.get(name) or name.replace("_", " ") for name in table if name not in known]
    if computed:
        levels.append(f"computed in this notebook: {', '.join(computed)}")
    if tables.drawn is not None:
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
