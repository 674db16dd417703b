"""Arithmetic that several chapters share: series out of rows, one currency, crossing years, per head, how alike two economies are."""

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
        span = f"{first or 'any year'}-{last or 'any year'}"
        raise ValueError(f"no rows of {wanted} at {place or 'any place'} in {span}; there are {sorted(set(at['indicator']))}")
    return found.sort_values(["indicator", "place", "year"]).reset_index(drop=True)


def by_year(rows: pd.DataFrame, column: str = "value") -> pd.Series:
    """One series: `column` indexed by year, oldest first.

    Raises
    ------
    ValueError : a year occurs twice, so that the rows are more than one series

    >>> by_year(pd.DataFrame({"year": [2001, 2000], "value": [2.0, 1.0]})).to_dict()
    {2000: 1.0, 2001: 2.0}
    """
    twice = sorted(set(rows.loc[rows["year"].duplicated(), "year"]))
    if twice:
        raise ValueError(f"by_year wants one series, but {twice[0]} stands in the rows more than once; choose one indicator and one place first")
    return pd.Series(rows[column].to_numpy(float), index=rows["year"].astype(int), name=column).sort_index()


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


def structural_difference(shares: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Half the sum of absolute differences of sector shares: 0 for like economies, 100 for economies with no sector in common.

    It is the share of value added (in percentage points) that would have to change sector to make one economy
    like the other; known as the Krugman specialisation index when it is not halved.

    Parameters
    ----------
    shares, others : shares in percent, a row a year, the same columns (sectors) in both

    Raises
    ------
    ValueError : the sectors differ, or the shares of a year do not add up to 100 within half a point

    >>> a = pd.DataFrame({"primary": [0.0], "secondary": [60.0], "tertiary": [40.0]}, index=[2000])
    >>> structural_difference(a, a.assign(secondary=10.0, tertiary=90.0)).to_dict()
    {2000: 50.0}
    """
    if set(shares.columns) != set(others.columns):
        raise ValueError(f"structural_difference wants the same sectors, found {sorted(shares.columns)} and {sorted(others.columns)}")
    for table in (shares, others):
        totals = table.dropna().sum(axis=1)
        for year, total in totals[(totals - 100).abs() > 0.5].items():
            raise ValueError(f"structural_difference wants shares in percent; those of {year} add up to {total:.2f}")
    return ((shares - others).abs().sum(axis=1, skipna=False) / 2).dropna()
