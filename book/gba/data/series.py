"""Arithmetic that several chapters share: series out of rows, one currency, crossing years, per head."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gba.data.load import breaks

#: What one unit of the ledger's money columns is, in units of the currency.
MONEY = {"CNY": 1.0, "CNY_100m": 1e8, "HKD": 1.0, "HKD_million": 1e6, "MOP": 1.0, "MOP_million": 1e6, "USD_billion": 1e9}
#: Whose exchange rate a currency needs.
ISSUER = {"CNY": "china", "HKD": "hong_kong", "MOP": "macao"}


def rows_of(
    frame: pd.DataFrame, indicator: str | list[str], place: str | list[str] | None = None, first: int | None = None, last: int | None = None
) -> pd.DataFrame:
    """The rows of one or several indicators and places, within years (both ends count).

    Parameters
    ----------
    frame : rows of `gba.load`, with `indicator`, `place` and `year`

    Returns
    -------
    DataFrame sorted by indicator, place and year, newly numbered

    Raises
    ------
    ValueError : no row is left; the message names the indicators that the places do have

    >>> rows = pd.DataFrame({"indicator": ["a", "a", "b"], "place": "x", "year": [2001, 2000, 2000], "value": [2.0, 1.0, 9.0]})
    >>> rows_of(rows, "a", "x")["value"].tolist()
    [1.0, 2.0]
    """
    wanted = [indicator] if isinstance(indicator, str) else indicator
    there = True if place is None else frame["place"].isin([place] if isinstance(place, str) else place)
    # One mask, so that all columns are copied once; and numpy's order, for that of pandas makes categories of the words first.
    found = frame[frame["indicator"].isin(wanted) & frame["year"].between(first or 0, last or 9999) & there]
    if found.empty:
        span = f"{first or '…'} to {last or '…'}" if first or last else "any year"
        known = ", ".join(sorted(set(frame.loc[there if place is not None else slice(None), "indicator"])))
        raise ValueError(f"no rows of {', '.join(wanted)} at {place or 'any place'} in {span}; the indicators there are {known or 'none'}")
    order = np.lexsort([found[key].to_numpy() if key == "year" else found[key].to_numpy(dtype=str) for key in ("year", "place", "indicator")])
    return found.iloc[order].reset_index(drop=True)


def in_usd(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Add `usd`, the value in US dollars (not thousands, not billions) at each year's average exchange rate.

    Parameters
    ----------
    rows : observations of money with `value`, `unit` (CNY_100m, CNY, HKD_million, MOP_million, USD_billion ...) and `year`
    rates : the dataset exchange_rate: local currency per US dollar by place (china, hong_kong, macao) and year

    Returns
    -------
    the rows with one more column; it is missing in a year without a rate

    Raises
    ------
    ValueError : a unit that is no money of the ledger

    >>> rates = pd.DataFrame({"place": ["china"], "year": [2000], "value": [8.0]})
    >>> in_usd(pd.DataFrame({"year": [2000], "value": [16.0], "unit": ["CNY_100m"]}), rates)["usd"].tolist()
    [200000000.0]
    """
    table = rates.set_index(["place", "year"])["value"].to_dict()
    strange = next((unit for unit in rows["unit"] if unit not in MONEY), None)
    if strange is not None:
        raise ValueError(f"in_usd knows {', '.join(MONEY)}, not {strange!r}")
    dated = zip(rows["unit"], rows["year"], strict=True)
    rate = [1.0 if unit.startswith("USD") else table.get((ISSUER[unit[:3]], year), np.nan) for unit, year in dated]
    return rows.assign(usd=(rows["value"] * rows["unit"].map(MONEY).astype("float64") / rate).astype("float64"))


def crossing(series: pd.Series, other: pd.Series) -> int | None:
    """The year since which `series` has been above `other` without a break; None if it is not above at the end, or always was.

    Only years that both have are compared: with gaps in the data the crossing may lie before the year given.

    >>> a, b = pd.Series({2000: 1.0, 2001: 2.0, 2003: 4.0}), pd.Series({2000: 2.0, 2001: 2.0, 2003: 2.0})
    >>> crossing(a, b)
    2003
    >>> crossing(b, a) is None
    True
    """
    quotient = ratio(series, other)
    below = quotient[quotient <= 1]
    if below.empty or quotient.empty or below.index[-1] == quotient.index[-1]:
        return None
    return int(quotient.index[quotient.index > below.index[-1]][0])


def ratio(series: pd.Series, other: pd.Series) -> pd.Series:
    """`series` over `other` in the years that both have.

    >>> ratio(pd.Series({2000: 1.0, 2001: 3.0}), pd.Series({2001: 2.0, 2002: 1.0})).to_dict()
    {2001: 1.5}
    """
    return (series / other).dropna()


def on_old_territory(noted: Iterable, dataset: str, indicator: str, place: str, period: str) -> bool:
    """Whether a figure of a dataset ("*": any) stands on its place as it was: one of the breaks of the kind territory, `itertuples` of `gba.breaks`, follows.

    >>> noted = pd.DataFrame([["population", "*", "zhaoqing", "1993"]], columns=["dataset", "indicator", "place", "last_before"])
    >>> [on_old_territory(noted.itertuples(), "population", "residents", "zhaoqing", year) for year in ("1990", "1994")]
    [True, False]
    """
    return any(
        dataset in (row.dataset, "*") and row.indicator in (indicator, "*") and row.place in (place, "*") and row.last_before >= period for row in noted
    )


def per(rows: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Rows over others of the same place and the very same period, such as output per resident.

    Parameters
    ----------
    rows, other : one row a place and period each, with `indicator`, `place`, `period` and `value`

    Returns
    -------
    `rows`, with the quotient as `value`, and the sources of both rows in `source`

    Raises
    ------
    ValueError : a row has no other of its place and period, or several, or one on another territory; the message says what there is

    >>> output = pd.DataFrame({"indicator": "gdp", "place": ["macao"], "period": "2021", "value": 8.0, "source": "a"})
    >>> per(output, pd.DataFrame({"indicator": "residents", "place": ["macao"], "period": "2022", "value": 2.0, "source": "b"}))
    Traceback (most recent call last):
    ValueError: no residents of macao in 2021; there are those of 2022
    """
    found, noted = other.groupby(["place", "period"]), list(breaks().query("kind == 'territory'").itertuples())
    below, said = [], []
    for row in rows.itertuples():
        names = " or ".join(other["indicator"].unique())
        if (row.place, row.period) not in found.groups:
            there = ", ".join(sorted(other.loc[other["place"] == row.place, "period"])) or "no year"
            raise ValueError(f"no {names} of {row.place} in {row.period}; there are those of {there}")
        partner = found.get_group((row.place, row.period))
        if len(partner) > 1:
            raise ValueError(f"{len(partner)} rows of {names} of {row.place} in {row.period}; expected one")
        [match] = partner.itertuples()
        if len({on_old_territory(noted, "*", indicator, row.place, row.period) for indicator in (row.indicator, match.indicator)}) > 1:
            raise ValueError(f"{row.indicator} and {match.indicator} of {row.place} in {row.period} stand on two territories (see breaks.csv)")
        below.append(match.value)
        said.append("; ".join(dict.fromkeys([row.source, match.source])))
    return rows.assign(value=rows["value"] / below, source=said)


def mean_of_year_ends(stock: pd.Series) -> pd.Series:
    """The mean of a year's two ends, for what is counted on 31 December; missing ends give no mean.

    >>> mean_of_year_ends(pd.Series({2000: 1.0, 2001: 3.0, 2003: 9.0})).to_dict()
    {2001: 2.0}
    """
    before = pd.Series(stock.to_numpy(), index=stock.index + 1)
    return ((stock + before) / 2).dropna()
