"""Frames as rows of plain values: Altair prepares data for any frame that may come, the book's hold numbers and words."""

from __future__ import annotations

import datetime as dt
import decimal
import math

import narwhals as nw
import numpy as np
import pandas as pd
from altair.utils.data import to_values


def plain_rows(frame) -> dict:
    """A frame as the inline data of a specification; a data transformer for Altair (`alt.data_transformers`).

    Parameters
    ----------
    frame : a frame of pandas, polars, pyarrow or geopandas, of any number of rows

    Returns
    -------
    {"values": one dict a row}, what is missing and what is infinite as None, dates as text without a zone

    Raises
    ------
    ValueError : two columns of one name, or a name that is no text or holds a backslash, and the message names the column

    >>> plain_rows(pd.DataFrame({"x": [1.5, None], "word": ["a", None]}))
    {'values': [{'x': 1.5, 'word': 'a'}, {'x': None, 'word': None}]}
    """
    if hasattr(frame, "__geo_interface__"):  # geography becomes features, which Altair makes
        return to_values(frame)
    if not isinstance(frame, pd.DataFrame):
        wide = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
        return plain_rows(pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in wide.items()}))
    names = list(map(str, frame)) if isinstance(frame.columns, pd.RangeIndex) else list(frame)
    faults = {
        "is no text": lambda name: not isinstance(name, str),
        "is twice there": lambda name: names.count(name) > 1,
        "holds a backslash": lambda name: "\\" in name,
    }
    for fault, wrong in faults.items():
        if found := [name for name in names if wrong(name)]:
            raise ValueError(f"the data have a column {found[0]!r}, which {fault}; rename it")
    columns = [_plain(frame.iloc[:, at]) for at in range(len(names))]
    return {"values": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]} if columns else {"values": [{} for _ in frame.index]}


def _plain(column: pd.Series) -> list:
    """The cells as JSON can hold them."""
    kind, of_numpy = column.dtype.kind, isinstance(column.dtype, np.dtype)
    if of_numpy and kind in "iub":
        return column.tolist()
    if of_numpy and kind == "f":
        return [cell if math.isfinite(cell) else None for cell in column.tolist()]
    # Cells are missing, or as JSON has them, but for the rare kinds.
    cells = [None if missing else cell for cell, missing in zip(column, column.isna(), strict=True)]
    return [cell if cell is None or type(cell) in (str, int, bool) else _cell(cell) for cell in cells]


def _cell(cell):
    """A date without its zone, as the clock showed it; a decimal as a number; lists cell by cell.

    >>> _cell(pd.Timestamp("2019-02-18 08:30", tz="Asia/Hong_Kong")), _cell(pd.Period("2019Q1"))
    ('2019-02-18T08:30:00', '2019-01-01')
    """
    if isinstance(cell, np.ndarray | np.generic):
        cell = cell.tolist()
    if isinstance(cell, float | decimal.Decimal):
        return float(cell) if math.isfinite(cell) else None
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None).isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, pd.Period):
        return str(cell) if cell.freqstr[0] in "YMD" else cell.start_time.date().isoformat()
    if isinstance(cell, pd.Interval):
        return str(cell)
    if isinstance(cell, list | tuple):
        return [_cell(one) for one in cell]
    return cell
