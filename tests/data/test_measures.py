"""The arithmetic that chapters share, on cases whose answers are known by hand."""

import math

import pandas as pd
import pytest
from gba.data import series as measures

RATES = pd.DataFrame({"place": ["china", "china", "hong_kong", "macao"], "year": [2000, 2001, 2000, 2000], "value": [8.0, 10.0, 7.8, 8.0]})


def rows(**columns):
    return pd.DataFrame({"indicator": "a", "place": "x", **columns})


def test_rows_of_takes_several_indicators_and_both_ends_of_the_years():
    other = rows(year=[2002], value=[9.0]).assign(indicator="b"), rows(year=[2002], value=[5.0]).assign(place="y")
    frame = pd.concat([rows(year=[2003, 2001, 2002], value=[3.0, 1, 2]), *other])
    assert measures.rows_of(frame, "a", "x", 2001, 2002)["value"].tolist() == [1, 2]
    assert measures.rows_of(frame, ["b", "a"], "x", 2002, 2002)["value"].tolist() == [2, 9]
    assert measures.rows_of(frame, "a", first=2002, last=2002)["place"].tolist() == ["x", "y"]


def test_rows_of_names_what_there_is():
    with pytest.raises(ValueError, match="no rows of b at x in any year; the indicators there are a"):
        measures.rows_of(rows(year=[2000], value=[1.0]), "b", "x")
    with pytest.raises(ValueError, match="2005"):
        measures.rows_of(rows(year=[2000], value=[1.0]), "a", "x", first=2005)


@pytest.mark.parametrize(
    ("value", "unit", "year", "dollars"),
    [
        (16.0, "CNY_100m", 2000, 2e8),
        (16.0, "CNY_100m", 2001, 1.6e8),
        (80000.0, "CNY", 2000, 10000.0),
        (78.0, "HKD_million", 2000, 1e7),
        (16.0, "MOP_million", 2000, 2e6),
        (1.5, "USD_billion", 1900, 1.5e9),
    ],
)
def test_in_usd(value, unit, year, dollars):
    made = measures.in_usd(rows(year=[year], value=[value], unit=[unit]), RATES)
    assert made["usd"].iloc[0] == pytest.approx(dollars)
    assert made["value"].iloc[0] == value


def test_in_usd_is_missing_without_a_rate_and_refuses_other_units():
    assert math.isnan(measures.in_usd(rows(year=[1999], value=[1.0], unit=["CNY_100m"]), RATES)["usd"].iloc[0])
    with pytest.raises(ValueError, match="percent"):
        measures.in_usd(rows(year=[2000], value=[1.0], unit=["percent"]), RATES)


@pytest.mark.parametrize(
    ("values", "year", "last_below"),
    [
        ({2000: 1, 2001: 2, 2002: 3, 2003: 4}, 2003, 2002),  # equal in 2002: not above
        ({2000: 1, 2001: 9, 2002: 2, 2003: 9}, 2003, 2002),  # above for a year, then back: the last crossing counts
        ({2000: 1, 2003: 9}, 2003, 2000),  # a gap: somewhere in between
    ],
)
def test_crossing(values, year, last_below):
    found = measures.crossing(pd.Series(values, dtype=float), pd.Series(3.0, index=range(2000, 2004)))
    assert (found.year, found.last_below) == (year, last_below)
    assert found.ratio == pytest.approx(values[year] / 3)
    assert found.ratio_below == pytest.approx(values[last_below] / 3)


@pytest.mark.parametrize(
    "values", [{2000: 1, 2001: 2}, {2000: 4, 2001: 5}, {2000: 5, 2001: 1}, {1990: 5}], ids=["never", "always", "falls back", "no common year"]
)
def test_no_crossing(values):
    assert measures.crossing(pd.Series(values, dtype=float), pd.Series(3.0, index=[2000, 2001])) is None


def test_mean_of_year_ends_needs_both_ends():
    assert measures.mean_of_year_ends(pd.Series({2000: 10.0, 2001: 20.0, 2003: 5.0, 2004: 7.0})).to_dict() == {2001: 15.0, 2004: 6.0}
