"""Load the data: one typed table a dataset, one row a cell, and every row still knows its source."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from gba.data import csvfile
from gba.data.datapackage import Stamp, is_table, names_of_indicators, read, resources, root, shown, stamp
from gba.data.errors import DataError, UnknownDataset
from gba.data.types import type_problems, typed

INDICATOR_COLUMNS = ["title", "unit", "definition", "direction", "processing", "minimum", "maximum"]


def load(name: str, every_source: bool = False) -> pd.DataFrame:
    """Load a dataset by its name in the descriptor.

    A file that cannot be read is refused; whether what it says is right, `make check-data` and every build check, not this.

    Parameters
    ----------
    name : a name that `datasets()` lists
    every_source : all rows of all sources, rather than the one row a cell that `pick` chooses (observations only)

    Returns
    -------
    DataFrame with the columns of the file, typed: `value` is float64 in the unit of the column `unit`, `period` is text
    (a year, a month or a day), an empty cell is missing. Observations have `year` (Int64, of `period`) besides and,
    unless `every_source`, `n_sources`, the number of rows that speak of the cell. Rows are in the order of the file.
    The frame is the caller's own: changing it changes nothing else.

    Raises
    ------
    UnknownDataset : no table has this name; the message lists the names
    DataError : the file is broken (no CSV, another header, text where a number belongs); the message tells every problem by file, line and column

    >>> area = load("area")
    >>> area.duplicated(["indicator", "place", "period"]).any()
    np.False_
    >>> area[["year", "value", "n_sources"]].dtypes.astype(str).tolist()
    ['Int64', 'float64', 'Int64']
    >>> len(load("area", every_source=True)) >= len(area)
    True
    """
    folder = root()
    resource = _resource(name, folder)
    rows = _rows(name, _stamps(folder, resource))
    # pandas copies what is written to, when it is written to.
    if resource["gba:kind"] != "observations":
        return rows.copy(deep=False)
    if every_source:
        return _with_year(rows)
    return _picked(name, state(name)).copy(deep=False)


def pick(rows: pd.DataFrame, sources: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """Choose one row of each cell: the pick rule of the book.

    Of the rows that agree in the columns `cell`, the first by this order is kept:
    1. status: main before aside (the curator set a row aside for a stated reason);
    2. grade of the source: A (official, or the publisher's own), B (names the primary source), C (single, unclear);
    3. date of the source: newer first. Dates compare as far as they are known: 2022 is taken as earlier than 2022-05,
       and a source without a date comes last;
    4. position in the file: earlier first.

    Parameters
    ----------
    rows : observations with the columns `cell`, `source` and `status`
    sources : `grade` and `date` by source
    cell : the columns that make a cell, such as ["indicator", "place", "period"]

    Returns
    -------
    the chosen rows, in the order and with the index they had, with `n_sources` (Int64): the rows in the cell

    >>> rows = pd.DataFrame({"place": ["shenzhen"] * 3, "source": ["old", "new", "press"], "status": "main", "value": [1.0, 2, 3]})
    >>> known = pd.DataFrame({"grade": ["A", "A", "B"], "date": ["2020", "2021-06", "2024"]}, index=["old", "new", "press"])
    >>> pick(rows, known, ["place"])[["source", "value", "n_sources"]].to_dict("records")
    [{'source': 'new', 'value': 2.0, 'n_sources': 3}]
    """
    ranked = pd.DataFrame(
        {
            "aside": (rows["status"] != "main").to_numpy(),
            "grade": rows["source"].map(sources["grade"]).to_numpy(),
            "date": rows["source"].map(sources["date"]).fillna("").to_numpy(),
            "position": np.arange(len(rows)),
        }
    )
    order = ranked.sort_values(["aside", "grade", "date", "position"], ascending=[True, True, False, True])["position"]
    chosen = ~rows[cell].iloc[order].duplicated().to_numpy()
    kept = np.sort(order.to_numpy()[chosen])
    count = rows.groupby(cell, dropna=False)["source"].transform("size").astype("Int64")
    return rows.assign(n_sources=count).iloc[kept]


def datasets() -> pd.DataFrame:
    """What there is to load, in the order of the descriptor.

    Returns
    -------
    DataFrame with name, title, chapter, kind (observations, ledger, reference), rows (in the file when `make record` ran), path (in data/)

    >>> datasets().columns.tolist()
    ['name', 'title', 'chapter', 'kind', 'rows', 'path']
    """
    keys = {"name": "name", "title": "title", "gba:chapter": "chapter", "gba:kind": "kind", "gba:rows": "rows", "path": "path"}
    return pd.DataFrame([{"gba:chapter": "", **entry} for entry in read()["resources"] if is_table(entry)])[list(keys)].rename(columns=keys)


def due(day: str | None = None) -> pd.DataFrame:
    """What the publishers of the data will bring out next, by date; or what of it is out on a day, and should be looked up.

    Parameters
    ----------
    day : such as 2027-03-31; a publication of a month counts as out when the month has begun

    Returns
    -------
    DataFrame with when (a year, a month or a day), what, every (how often there is a new one), where (address), dataset, title, looked_at (day)

    >>> due()["when"].is_monotonic_increasing, len(due("1900")) == 0
    (True, True)
    """
    listed = [(item, entry) for entry in read()["resources"] for item in entry.get("gba:next", [])]
    rows = [{**item, "dataset": entry["name"], "title": entry["title"], "looked_at": entry.get("gba:looked_at")} for item, entry in listed]
    columns = ["when", "what", "every", "where", "dataset", "title", "looked_at"]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["when", "dataset"], kind="stable", ignore_index=True)
    return frame if day is None else frame[[day[: len(when)] >= when for when in frame["when"]]]


def places() -> pd.DataFrame:
    """Names, kind, parent and colour of every place, indexed by its key.

    >>> places().loc["shenzhen", "name_zh_hans"]
    '深圳'
    """
    return _keyed("places", "place")


def sources() -> pd.DataFrame:
    """Title, publisher, address, date, grade (A, B, C) and licence of every source, indexed by its key.

    >>> sorted(set(sources()["grade"])) <= ["A", "B", "C"]
    True
    """
    return _keyed("sources", "source")


def _keyed(name: str, key: str) -> pd.DataFrame:
    """A table by its key; asked for again and again, by every caption."""
    return _indexed(name, key, state(name)).copy(deep=False)


@functools.lru_cache(maxsize=8)
def _indexed(name: str, key: str, stamps: tuple[Stamp, ...]) -> pd.DataFrame:
    return _rows(name, stamps[:2]).set_index(key)


def breaks(dataset: str | None = None) -> pd.DataFrame:
    """Where series are broken, of one dataset or of all.

    Returns
    -------
    DataFrame with dataset, indicator, place (each of the two may be *, any), last_before, first_after (the periods
    between which the break lies), kind (territory, definition, census, vintage, gap, other) and reason

    >>> breaks().columns.tolist()
    ['dataset', 'indicator', 'place', 'last_before', 'first_after', 'kind', 'reason']
    """
    noted = load("breaks")
    return noted if dataset is None else noted[noted["dataset"] == dataset].reset_index(drop=True)


def indicators(name: str) -> pd.DataFrame:
    """What the indicators of a dataset measure.

    Returns
    -------
    DataFrame indexed by indicator, with title, unit (several are joined by "; "), definition, direction (higher_better,
    lower_better, none), processing (as printed, converted, computed), minimum and maximum (float64, missing if unbounded)

    Raises
    ------
    UnknownDataset : no table has this name

    >>> indicators("area").columns.tolist()
    ['title', 'unit', 'definition', 'direction', 'processing', 'minimum', 'maximum']
    """
    resource = _resource(name, root())
    entries = resource.get("gba:indicators", [])
    index = pd.Index(names_of_indicators(resource), name="indicator", dtype="str")
    frame = pd.DataFrame([{key: entry.get(key) for key in INDICATOR_COLUMNS} for entry in entries], index=index, columns=INDICATOR_COLUMNS)
    units = [unit if isinstance(unit, str) else "; ".join(unit) for unit in frame["unit"]]
    return frame.assign(unit=pd.Series(units, index=index, dtype="str")).astype({"minimum": "float64", "maximum": "float64"})


def _with_year(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(year=rows["period"].str[:4].astype("Int64"))


def _resource(name: str, folder: Path) -> dict:
    known = resources(read(folder))
    if name not in known or not is_table(known[name]):
        raise UnknownDataset(name, {key: entry for key, entry in known.items() if is_table(entry)})
    return known[name]


def state(*names: str) -> tuple[Stamp, ...]:
    """What changes when the rows that `load` gives of these tables may: for what is kept by who has loaded them.

    >>> state("area") == state("area") != state("area", "gdp")
    True
    """
    folder = root()
    entries = [_resource(name, folder) for name in names]
    return _stamps(folder, *entries, resources(read(folder)).get("sources", {}) if any(one["gba:kind"] == "observations" for one in entries) else {})


def _stamps(folder: Path, *entries: dict) -> tuple[Stamp, ...]:
    """Everything that the rows of a table depend on: the descriptor, and the files of the entries."""
    return tuple(stamp(folder / path) for path in ["datapackage.json", *(entry["path"] for entry in entries if entry)])


@functools.lru_cache(maxsize=256)
def _rows(name: str, stamps: tuple[Stamp, ...]) -> pd.DataFrame:
    folder = Path(stamps[0][0]).parent
    entry = resources(read(folder))[name]
    fields = entry["schema"]["fields"]
    table = csvfile.read(folder / entry["path"], shown(entry["path"], folder))
    problems = list(table.problems) if not table.header else [*table.problems, *csvfile.header_problems(table, [field["name"] for field in fields])]
    problems = problems or type_problems(table, fields)
    if problems:
        raise DataError(problems)
    return typed(table, fields)


@functools.lru_cache(maxsize=256)
def _picked(name: str, stamps: tuple[Stamp, ...]) -> pd.DataFrame:
    folder = Path(stamps[0][0]).parent
    rows = _rows(name, stamps[:2])
    return pick(_with_year(rows), sources(), resources(read(folder))[name]["gba:cell"]).reset_index(drop=True)
