"""Choose what a new chapter's first exhibit draws: series of one indicator in one unit that can be compared, of the places that this book compares first."""

from typing import NamedTuple

import gba
import pandas as pd
from gba.data import datapackage as record
from gba.index.scorecard import CITIES

from .refusal import Refused

MOST_PLACES = 4
#: Fewer years than these are no line.
LINE_FROM = 3
LABEL_HEIGHT, PLOT_HEIGHT = 15, 250  # pixels, at the width of the column


class Series(NamedTuple):
    """What to draw.

    Attributes
    ----------
    dataset, indicator, unit : where the figures stand
    also : the further columns of the cell with the value they are held at
    places : keys, the cities of the index first
    years : the years that all of these places share, ascending
    aside : whether all of the indicator's figures stand aside; else only those of the main line are drawn
    frame : the rows, one a place and year
    """

    dataset: str
    indicator: str
    unit: str
    also: dict[str, str | None]
    places: list[str]
    years: list[int]
    aside: bool
    frame: pd.DataFrame

    @property
    def rank(self) -> tuple:
        """Which of two choices is the better one: the main line first, then more cities of the index, lines, more figures."""
        return not self.aside, len(set(self.places) & set(CITIES)), len(self.places) > 1, len(self.years) >= LINE_FROM, len(self.years) * len(self.places)


def of(dataset: str, indicator: str = "") -> Series:
    """The best series of a dataset, or of one of its indicators.

    Raises
    ------
    Refused : no such dataset or indicator, no observations, no figures
    """
    entry = _observations(dataset)
    names = record.names_of_indicators(entry)
    if indicator and indicator not in names:
        raise Refused("make chapter", "indicator", repr(indicator), f"one of {', '.join(names)}", "correct the name, or leave the option out")
    try:
        rows = gba.load(dataset)
    except gba.DataError as error:
        first = error.problems[0]
        todo = "make check-data lists what is wrong"
        raise Refused("make chapter", "dataset", f"{dataset!r} with problems ({first})", "a dataset without", todo) from None
    rows = rows[rows["value"].notna() & (rows["indicator"].eq(indicator) | (not indicator))]
    keys = ["indicator", "unit", *entry["gba:cell"][3:]]
    found = [_choose(dataset, dict(zip(keys, key, strict=True)), part) for key, part in rows.groupby(keys, dropna=False, sort=False)]
    if not found:
        todo = f"add rows to data/{entry['path']}; make dataset name={dataset} says what else is missing"
        raise Refused("make chapter", "dataset", f"no figure in {dataset!r}", "at least one row", todo)
    return max(found, key=lambda series: series.rank)


def best() -> Series:
    """The best series of all datasets of observations."""
    names = [name for name, entry in record.resources(record.read()).items() if entry.get("gba:kind") == "observations"]
    found = []
    for name in names:
        try:
            found.append(of(name))
        except Refused:
            continue  # an unfinished dataset is no obstacle to a chapter on another
    if not found:
        raise Refused("make chapter", "dataset", "no dataset of observations that can be drawn", "one", "make check-data says what is wrong with the data")
    return max(found, key=lambda series: series.rank)


def _observations(dataset: str) -> dict:
    entries = record.resources(record.read())
    observed = [name for name, entry in entries.items() if entry.get("gba:kind") == "observations"]
    if dataset in observed:
        return entries[dataset]
    if dataset in entries:
        raise Refused("make chapter", "dataset", f"{dataset!r}, which holds no observations", f"one of {', '.join(observed)}", "choose a dataset with figures")
    hint = gba.UnknownDataset(dataset, observed)
    raise Refused("make chapter", "dataset", str(hint), "a dataset of the record", f"correct the name, or make dataset name={dataset} first")


def _choose(dataset: str, held: dict, rows: pd.DataFrame) -> Series:
    """The places of one indicator in one unit that share years, the cities of the index first."""
    aside = not (rows["status"] == "main").any()
    rows = rows[(rows["status"] == "main") | aside].sort_values("period", kind="stable").drop_duplicates(["place", "year"], keep="last")
    years = {place: set(part["year"].astype(int)) for place, part in rows.groupby("place", sort=False)}
    kind = gba.places()["kind"]
    order = sorted(years, key=lambda place: (CITIES.index(place) if place in CITIES else len(CITIES), -len(years[place])))
    places, shared = [], set()
    for place in order:
        if kind[place] != kind[order[0]]:
            continue  # a city beside a country compares sizes, and nothing else
        both = shared & years[place] if places else years[place]
        if len(places) < MOST_PLACES and len(both) >= max(1, len(shared) // 2):
            places, shared = [*places, place], both
    also = {name: None if pd.isna(value) else str(value) for name, value in held.items() if name not in ("indicator", "unit")}
    return Series(dataset, held["indicator"], held["unit"], also, places, sorted(shared), aside, rows[rows["place"].isin(places)])


def nudges(series: Series) -> dict[str, int]:
    """How far names at the ends of lines have to move, in pixels, so that none lies on another.

    Returns
    -------
    pixels downwards by place, only of those that move
    """
    ends = series.frame.loc[series.frame.groupby("place")["year"].idxmax()].sort_values("value", ascending=False)
    low, high = min(0.0, series.frame["value"].min()), max(0.0, series.frame["value"].max())
    wanted = [(high - value) / ((high - low) or 1) * PLOT_HEIGHT for value in ends["value"]]
    placed: list[float] = []
    for height in wanted:
        placed.append(max(height, placed[-1] + LABEL_HEIGHT) if placed else height)
    # Centred: the names move up by half of what the last of a crowd was moved down.
    shift = max((after - before for after, before in zip(placed, wanted, strict=True)), default=0) / 2
    moved = {place: round(after - before - (shift if shift else 0)) for place, before, after in zip(ends["place"], wanted, placed, strict=True)}
    return {place: pixels for place, pixels in moved.items() if pixels}
