"""Arithmetic that several chapters share: series out of rows, one currency, crossing years, per head."""

from typing import NamedTuple

import pandas as pd

#: What one unit of the ledger's money columns is, in units of the currency.
_SCALE = {"CNY_100m": 1e8, "HKD_million": 1e6, "MOP_million": 1e6, "CNY": 1.0, "HKD": 1.0, "MOP": 1.0}
#: Whose exchange rate a unit needs.
_ISSUER = {"CNY": "china", "HKD": "hong_kong", "MOP": "macao"}


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
    at = frame if place is None else frame[frame["place"].isin([place] if isinstance(place, str) else place)]
    found = at[at["indicator"].isin(wanted)]
    found = found[found["year"].between(first or 0, last or 9999)]
    if found.empty:
        span = f"{first or '…'} to {last or '…'}" if first or last else "any year"
        there = sorted(set(at["indicator"]))
        raise ValueError(f"no rows of {', '.join(wanted)} at {place or 'any place'} in {span}; the indicators there are {', '.join(there) or 'none'}")
    return found.sort_values(["indicator", "place", "year"]).reset_index(drop=True)


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
    dollars = [_dollars(row.value, row.unit, row.year, table) for row in rows.itertuples()]
    return rows.assign(usd=pd.Series(dollars, index=rows.index, dtype="float64"))


def _dollars(value: float, unit: str, year: int, rates: dict) -> float:
    if unit == "USD_billion":
        return value * 1e9
    if unit not in _SCALE:
        raise ValueError(f"in_usd knows {sorted(_SCALE)} and USD_billion, not {unit!r}")
    return value * _SCALE[unit] / rates.get((_ISSUER[unit[:3]], year), float("nan"))


class Crossing(NamedTuple):
    """Where one series overtakes another: the first year above, the last year not above, and the ratio in both."""

    year: int
    last_below: int
    ratio: float
    ratio_below: float


def crossing(series: pd.Series, other: pd.Series) -> Crossing | None:
    """The year since which `series` has been above `other` without a break; None if it is not above at the end, or always was.

    Only years that both have are compared. The crossing lies between `last_below` and `year`: with gaps in the
    data that may be more than one year.

    >>> a, b = pd.Series({2000: 1.0, 2001: 2.0, 2003: 4.0}), pd.Series({2000: 2.0, 2001: 2.0, 2003: 2.0})
    >>> crossing(a, b)
    Crossing(year=2003, last_below=2001, ratio=2.0, ratio_below=1.0)
    >>> crossing(b, a) is None
    True
    """
    quotient = ratio(series, other)
    below = quotient[quotient <= 1]
    if below.empty or quotient.empty or below.index[-1] == quotient.index[-1]:
        return None
    above = quotient[quotient.index > below.index[-1]]
    return Crossing(int(above.index[0]), int(below.index[-1]), float(above.iloc[0]), float(below.iloc[-1]))


def ratio(series: pd.Series, other: pd.Series) -> pd.Series:
    """`series` over `other` in the years that both have.

    >>> ratio(pd.Series({2000: 1.0, 2001: 3.0}), pd.Series({2001: 2.0, 2002: 1.0})).to_dict()
    {2001: 1.5}
    """
    return (series / other).dropna()


def mean_of_year_ends(stock: pd.Series) -> pd.Series:
    """The mean of a year's two ends, for what is counted on 31 December; missing ends give no mean.

    >>> mean_of_year_ends(pd.Series({2000: 1.0, 2001: 3.0, 2003: 9.0})).to_dict()
    {2001: 2.0}
    """
    before = pd.Series(stock.to_numpy(), index=stock.index + 1)
    return ((stock + before) / 2).dropna()
