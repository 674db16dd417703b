"""Counts and tables as drawings: what is drawn is what was given."""

import pandas as pd
import pytest
from gba.charts.tables import orders, squares
from vegalite import every

KINDS = {"a": ("kind a", "good", "square", True), "b": ("kind b", "bad", "cross", False)}


@pytest.mark.parametrize("width", [700, 350])
def test_squares_show_every_thing_once_within_the_width(width):
    frame = pd.DataFrame({"group": ["one"] * 50 + ["two"], "kind": ["b"] * 30 + ["a"] * 21, "told": "x"})
    points = every(squares(frame, width, kinds=KINDS), "point", "told")
    assert len(points) == 51
    assert len({(row["x"], row["y"]) for row in points}) == 51
    assert max(row["x"] for row in points) < width - 10


def test_orders_share_a_column():
    frame = pd.DataFrame({"text": "list", "column": ["first", "none", "none"], "place": ["hong_kong", "shenzhen", "guangzhou"], "told": ["A", "B", "C"]})
    assert len({row["x"] for row in every(orders(frame, 350, columns=["first"], apart="not seen"), "rect")}) == 3
