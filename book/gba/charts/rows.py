"""Frames as rows of plain values: Altair prepares data for any frame that may come, the book's hold numbers and words."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd
from altair.utils.data import to_values


def with_properties(chart: alt.TopLevelMixin, **properties) -> alt.TopLevelMixin:
    """The chart with properties of its own."""
    return chart.properties(**properties)


def plain_rows(frame) -> dict:
    """A frame as the inline data of a specification; a data transformer for Altair (`alt.data_transformers`).

    Parameters
    ----------
    frame : anything that Altair takes; frames of numbers, texts and truth values take a short way, all others Altair's own

    Returns
    -------
    {"values": one dict a row}, what is missing and what is infinite as None

    >>> plain_rows(pd.DataFrame({"x": [1.5, None], "word": ["a", None]}))
    {'values': [{'x': 1.5, 'word': 'a'}, {'x': None, 'word': None}]}
    """
    # Geography has an interface of its own, two columns of one name need Altair's words.
    if type(frame) is not pd.DataFrame or not frame.columns.is_unique or not all(isinstance(name, str) for name in frame):
        return to_values(frame)
    columns = [_plain(frame[name]) for name in frame]
    if not columns or any(column is None for column in columns):
        return to_values(frame)
    names = list(frame)
    return {"values": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]}


def _plain(column: pd.Series) -> list | None:
    """The cells as JSON can hold them; None for kinds of columns that need more than that, dates and categories."""
    kind, of_numpy = column.dtype.kind, isinstance(column.dtype, np.dtype)
    if of_numpy and kind in "iub":
        return column.tolist()
    if of_numpy and kind == "f":
        return [cell if math.isfinite(cell) else None for cell in column.tolist()]
    if kind in "iufb" or isinstance(column.dtype, pd.StringDtype) or column.dtype == object:
        cells = [None if missing else cell for cell, missing in zip(column, column.isna(), strict=True)]
        return [cell.tolist() if isinstance(cell, np.ndarray | np.generic) else cell for cell in cells]
    return None
