"""Periods as points of time in years: where a year, a month or a day begins and ends."""

import pandas as pd


def begins(period: str) -> float:
    """Where a period (year, month or day) begins, in years.

    >>> begins("2014"), begins("2014-07"), begins("2014-07-01")
    (2014.0, 2014.5, 2014.5)
    """
    year, month, day = ([int(part) for part in period.split("-")] + [1, 1])[:3]
    return round(year + (month - 1 + (day - 1) / 31) / 12, 4)


def ends(period: str) -> float:
    """Where a period (year, month or day) ends, in years.

    >>> ends("2014"), ends("2014-06")
    (2015.0, 2014.5)
    """
    return round(begins(period) + {4: 1, 7: 1 / 12, 10: 1 / 365}[len(period)], 4)


def dated(frame: pd.DataFrame, at: str = "end") -> pd.DataFrame:
    """Add `moment`, the end (or with "begin", the begin) of `period` in years, and `months`, the period's month counted through.

    >>> dated(pd.DataFrame({"period": ["2000-02"]}), "begin")[["moment", "months"]].iloc[0].round(3).tolist()
    [2000.083, 24001.0]
    """
    where = {"end": ends, "begin": begins}[at]
    months = [int(period[:4]) * 12 + int(period[5:7] or 1) - 1 for period in frame["period"]]
    return frame.assign(moment=frame["period"].map(where), months=months)
