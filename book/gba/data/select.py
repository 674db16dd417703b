"""Look a figure up: the rows that keys name, the one figure among them, a series by year."""

from __future__ import annotations

import numpy as np
import pandas as pd


def where(frame: pd.DataFrame, **keys) -> pd.DataFrame:
    """The rows in which every column named has the value given, or one of those given.

    Parameters
    ----------
    frame : rows of any dataset
    keys : column -> value, or list of values

    Raises
    ------
    LookupError : the frame lacks a column, or no row fits; the message says which key fits none, and what there is instead

    >>> import gba
    >>> where(gba.load("area"), place="shenzhen", indicator="land_area")["unit"].unique().tolist()
    ['km2']
    """
    found = np.ones(len(frame), dtype=bool)  # one mask, so that all columns are copied once
    for column, wanted in keys.items():
        if column not in frame:
            raise LookupError(f"no column {column!r}; there are {', '.join(map(str, frame.columns))}")
        listed = [wanted] if isinstance(wanted, str) or not hasattr(wanted, "__iter__") else list(wanted)
        fitting = found & frame[column].isin(listed).to_numpy()
        if not fitting.any():
            there = sorted({str(cell) for cell in frame.loc[found, column].dropna()})
            more = f" and {len(there) - 12} more" if len(there) > 12 else ""
            raise LookupError(f"no row with {column} {wanted!r} (asked for {keys}); there {column} is {', '.join(there[:12]) or 'empty'}{more}")
        found = fitting
    return frame[found]


def value(frame: pd.DataFrame, column: str = "value", **keys) -> float:
    """The one figure of the rows that the keys name.

    Raises
    ------
    LookupError : no row fits, several different figures do, or the figure is missing

    >>> rows = pd.DataFrame({"place": ["shenzhen", "guangzhou"], "value": [1.0, 2.0]})
    >>> value(rows, place="guangzhou")
    2.0
    """
    rows = where(frame, **keys)
    found = rows[column].dropna().unique()
    if len(found) != 1:
        raise LookupError(f"{len(found)} different figures with {keys}, expected one: {list(found[:5])}; name more keys")
    return found[0].item() if hasattr(found[0], "item") else found[0]


def series(frame: pd.DataFrame, column: str = "value", **keys) -> pd.Series:
    """The figures by year of the rows that the keys name.

    Returns
    -------
    Series of `column`, indexed by year (int), in order of years

    Raises
    ------
    LookupError : no row fits, or a year has two figures

    >>> rows = pd.DataFrame({"place": "shenzhen", "year": [2001, 2000], "value": [2.0, 1.0]})
    >>> series(rows, place="shenzhen").to_dict()
    {2000: 1.0, 2001: 2.0}
    """
    rows = where(frame, **keys)
    if rows["year"].duplicated().any():
        twice = sorted(set(rows.loc[rows["year"].duplicated(), "year"]))
        raise LookupError(f"several figures of {', '.join(map(str, twice[:5]))} with {keys}; name more keys")
    return rows.set_index(rows["year"].astype(int))[column].sort_index()
