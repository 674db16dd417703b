"""Read the index's tables and look its values up in the ledger: which rows, and the scorecard that `composite` computes with."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from gba.data.load import load
from gba.index.composite import Scorecard, subset

CITIES = ["hong_kong", "shenzhen", "guangzhou"]


class Index(NamedTuple):
    """A scorecard at one date, with what a reader needs to trust it.

    Attributes
    ----------
    card : the `gba.index.composite.Scorecard`
    indicators : the table of indicators used, indexed by key, with `pillar`, `title`, `short`, `unit`, `role` ...
    pillars : the table of pillars, indexed by key
    rows : the ledger's rows behind the values, one or more a value, with `used_for` (indicator) and `date`
    goalpost_rows : the ledger's rows behind the goalposts
    """

    card: Scorecard
    indicators: pd.DataFrame
    pillars: pd.DataFrame
    rows: pd.DataFrame
    goalpost_rows: pd.DataFrame

    def __repr__(self) -> str:
        return f"Index of {len(self.rows)} rows of the ledger: {self.card!r}"


def index_at(date: str = "latest", cities: list[str] = CITIES) -> Index:
    """The index's values and goalposts at a date, looked up in the ledger.

    Parameters
    ----------
    date : "latest" or "base" (about 2019); at the base the check indicators have no values and are left away

    Raises
    ------
    LookupError : a reference finds no row; the message tells which

    >>> index_at().card  # doctest: +ELLIPSIS
    Scorecard of hong_kong, shenzhen, guangzhou: ... indicators, ... of them core, in 6 pillars
    """
    pillars = load("index_pillars").set_index("pillar")
    used = load("index_indicators").set_index("indicator")
    used = used[used["role"].isin(["core", "check"] if date == "latest" else ["core"])]
    used = used.sort_values("role", ascending=False, kind="stable").sort_values("pillar", key=lambda keys: keys.map(list(pillars.index).index), kind="stable")
    values, rows = _values(date, used, cities)
    goalposts, kinds, goalpost_rows = _goalposts(date, used)
    card = Scorecard(
        values=values,
        worst=goalposts[0],
        best=goalposts[1],
        fixed=kinds == "fixed",
        log=used["log"].fillna("").to_numpy(str),
        margin=used["margin"].to_numpy(float) / 100,
        pillar=used["pillar"].map(list(pillars.index).index).to_numpy(int),
        core=(used["role"] == "core").to_numpy(),
        weights=pillars["weight"].to_numpy(float) / pillars["weight"].sum(),
        places=list(cities),
        names=list(used.index),
        pillars=list(pillars.index),
    )
    return Index(card, used, pillars, rows, goalpost_rows)


def common(then: Index, now: Index) -> tuple[Scorecard, Scorecard]:
    """Two scorecards of the same indicators: those of the core of which every city has a value at both dates."""
    full = {key for index in (then, now) for key, column in zip(index.card.names, index.card.values.T, strict=True) if np.isnan(column).any()}
    keys = [key for key in then.card.names if key in now.card.names and key not in full]
    return tuple(subset(index.card, [index.card.names.index(key) for key in keys]) for index in (then, now))


def tidy(values, name: str, /, **axes) -> pd.DataFrame:
    """A table of values as rows, as charts want it: a column for each of its axes, then the value.

    >>> tidy([[1.0, 2.0]], "points", city=["shenzhen"], pillar=["finance", "living"]).to_dict("records")
    [{'city': 'shenzhen', 'pillar': 'finance', 'points': 1.0}, {'city': 'shenzhen', 'pillar': 'living', 'points': 2.0}]
    """
    return pd.Series(np.ravel(values), pd.MultiIndex.from_product(map(list, axes.values()), names=axes), name=name).reset_index()


def _values(date: str, used: pd.DataFrame, cities: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    references = load("index_references")
    references = references[(references["date"] == date) & references["indicator"].isin(used.index)]
    found, kept = {}, []
    for (indicator, place), parts in references.groupby(["indicator", "place"], sort=False):
        looked_up = {row.part.split("@")[0]: (_look_up(row, row.part.split("@")[-1] if "@" in row.part else place), row.factor) for row in parts.itertuples()}
        (value, rows), factor = looked_up["value"]
        (per, more), _ = looked_up.get("per", ((1.0, rows[:0]), 1))
        found[place, indicator] = value * factor / per
        kept.append(pd.concat([part for part in (rows, more) if len(part)]).assign(used_for=indicator, city=place, date=date))
    table = np.array([[found.get((city, indicator), np.nan) for indicator in used.index] for city in cities])
    return table, pd.concat(kept, ignore_index=True)


def _goalposts(date: str, used: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    table = load("index_goalposts")
    posts = {(post.end, post.indicator): post for post in table[table["date"].isin([date, "both"])].itertuples()}
    bounds, kinds, kept = np.empty((2, len(used))), np.empty((2, len(used)), object), []
    for row, end in enumerate(("worst", "best")):
        for column, indicator in enumerate(used.index):
            post = posts[end, indicator]
            kinds[row, column], bounds[row, column] = post.kind, post.value
            if post.kind != "fixed":
                bounds[row, column], rows = _look_up(post, post.place)
                kept.append(rows.assign(used_for=indicator, end=end))
    return bounds, kinds, pd.concat(kept, ignore_index=True)


def _look_up(reference, place: str) -> tuple[float, pd.DataFrame]:
    """The value that a reference names, and the rows it stands in."""
    rows = load(reference.dataset)
    if reference.take == "kinds_to":
        issued = rows[(rows["use_in_matrix"] == "yes") & (rows["date"].str[:4] <= reference.period) & ((rows["place"] == place) | (place == "*"))]
        # One document of each kind is evidence enough that the kind is in use.
        kinds = issued.sort_values("date").drop_duplicates("instrument")
        return float(len(kinds)), kinds.assign(source=kinds["sources"].str.split(";").str[0])[["source"]]
    rows = rows[(rows["indicator"] == reference.observed) & (rows["place"] == place) & (rows["period"] == reference.period)]
    if reference.take == "value":
        # Where a cell is split by a further column, a row that stands in the main line comes before one that stands aside.
        rows = rows.sort_values("status", ascending=False, kind="stable").head(1)
    if rows.empty:
        raise LookupError(
            f"index: no row of {reference.dataset} for {reference.observed}, {place}, {reference.period}; correct index_references.csv or index_goalposts.csv"
        )
    return _taken(rows, reference.take), rows


def _taken(rows: pd.DataFrame, take: str) -> float:
    if take == "least":
        return float(rows["value"].min())
    if take == "count_to_200":
        return float((rows["value"] <= 200).sum())
    return float(rows[take].iloc[0])
