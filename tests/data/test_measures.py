"""The arithmetic that chapters share, on cases whose answers are known by hand."""

import math

import pandas as pd
import pytest
from gba.data import series as measures

RATES = pd.DataFrame({"place": ["china", "china", "hong_kong", "macao"], "year": [2000, 2001, 2000, 2000], "value": [8.0, 10.0, 7.8, 8.0]})


def rows(**columns):
    return pd.DataFrame({"indicator": "a", "place": "x", **columns})


def test_rows_of_takes_several_indicators_and_both_ends_of_the_years_and_names_what_there_is():
    other = rows(year=[2002], value=[9.0]).assign(indicator="b"), rows(year=[2002], value=[5.0]).assign(place="y")
    frame = pd.concat([rows(year=[2003, 2001, 2002], value=[3.0, 1, 2]), *other])
    assert measures.rows_of(frame, "a", "x", 2001, 2002)["value"].tolist() == [1, 2]
    assert measures.rows_of(frame, ["b", "a"], "x", 2002, 2002)["value"].tolist() == [2, 9]
    assert measures.rows_of(frame, "a", first=2002, last=2002)["place"].tolist() == ["x", "y"]
    with pytest.raises(ValueError, match="no rows of b at x in any year; the indicators there are a"):
        measures.rows_of(rows(year=[2000], value=[1.0]), "b", "x")
    with pytest.raises(ValueError, match="2005"):
        measures.rows_of(rows(year=[2000], value=[1.0]), "a", "x", first=2005)


@pytest.mark.parametrize(
    ("value", "unit", "year", "dollars"),
    [
        (16.0, "CNY_100m", 2000, 2e8), (16.0, "CNY_100m", 2001, 1.6e8), (80000.0, "CNY", 2000, 10000.0), (78.0, "HKD_million", 2000, 1e7),
        (16.0, "MOP_million", 2000, 2e6), (1.5, "USD_billion", 1900, 1.5e9),
    ],
)  # fmt: skip
def test_in_usd(value, unit, year, dollars):
    made = measures.in_usd(rows(year=[year], value=[value], unit=[unit]), RATES)
    assert made["usd"].iloc[0] == pytest.approx(dollars)
    assert made["value"].iloc[0] == value


def test_in_usd_is_missing_without_a_rate_and_refuses_other_units():
    assert math.isnan(measures.in_usd(rows(year=[1999], value=[1.0], unit=["CNY_100m"]), RATES)["usd"].iloc[0])
    with pytest.raises(ValueError, match="percent"):
        measures.in_usd(rows(year=[2000], value=[1.0], unit=["percent"]), RATES)


CROSSINGS = [
    ({2000: 1, 2001: 2, 2002: 3, 2003: 4}, 2003),  # equal in 2002: not above
    ({2000: 1, 2001: 9, 2002: 2, 2003: 9}, 2003),  # above for a year, then back: the last crossing counts
    ({2000: 1, 2003: 9}, 2003),  # a gap: somewhere in between
    *((values, None) for values in ({2000: 1, 2001: 2}, {2000: 4, 2001: 5}, {2000: 5, 2001: 1}, {1990: 5})),  # never, always, back, no common year
]


@pytest.mark.parametrize(("values", "year"), CROSSINGS)
def test_crossing(values, year):
    assert measures.crossing(pd.Series(values, dtype=float), pd.Series(3.0, index=range(2000, 2004))) == year


def test_mean_of_year_ends_needs_both_ends():
    assert measures.mean_of_year_ends(pd.Series({2000: 10.0, 2001: 20.0, 2003: 5.0, 2004: 7.0})).to_dict() == {2001: 15.0, 2004: 6.0}


def quantity(indicator, **columns):
    return pd.DataFrame({"indicator": indicator, "place": "zhaoqing", "period": ["2021"], "value": 8.0, "source": "a", **columns})


def test_a_quotient_is_of_one_period_and_of_one_territory(monkeypatch):
    assert measures.per(quantity("gdp"), quantity("residents", value=2.0, source="b")).to_dict("records") == [
        {"indicator": "gdp", "place": "zhaoqing", "period": "2021", "value": 4.0, "source": "a; b"}
    ]
    with pytest.raises(ValueError, match="no residents of zhaoqing in 2021; there are those of 2020, 2022"):
        measures.per(quantity("gdp"), pd.concat([quantity("residents", period=[year]) for year in ("2022", "2020")]))
    with pytest.raises(ValueError, match="2 rows of residents of zhaoqing in 2021"):
        measures.per(quantity("gdp"), pd.concat([quantity("residents"), quantity("residents", source="b")]))
    noted = pd.DataFrame([{"dataset": "gdp", "indicator": "gdp", "place": "zhaoqing", "last_before": "2021", "first_after": "2022", "kind": "territory"}])
    monkeypatch.setattr(measures, "breaks", lambda: noted)
    with pytest.raises(ValueError, match="gdp and residents of zhaoqing in 2021 stand on two territories"):
        measures.per(quantity("gdp"), quantity("residents"))
    monkeypatch.setattr(measures, "breaks", lambda: noted.assign(indicator="*"))
    assert measures.per(quantity("gdp"), quantity("residents"))["value"].tolist() == [1.0]
