"""Counts and lists: what is drawn is what was given."""

import pandas as pd
import pytest
from gba.charts import units as tallies

KINDS = {"a": ("kind a", "good", "square", True), "b": ("kind b", "bad", "cross", False)}


def marks(chart):
    """Rows of every layer's data, by the type of its mark."""
    spec = chart.properties(title="t").to_dict()
    found = {}
    for layer in spec["layer"]:
        rows = spec["datasets"][layer["data"]["name"]] if "name" in layer.get("data", {}) else []
        found.setdefault(layer["mark"]["type"], []).append(rows)
    return found


@pytest.mark.parametrize("width", [700, 350])
def test_squares_show_every_thing_once_within_the_width(width):
    frame = pd.DataFrame({"group": ["one"] * 50 + ["two"], "kind": ["b"] * 30 + ["a"] * 21, "told": "x"})
    points = [row for rows in marks(tallies.squares(frame, width, kinds=KINDS))["point"] for row in rows if "told" in row]
    assert len(points) == 51
    assert len({(row["x"], row["y"]) for row in points}) == 51
    assert max(row["x"] for row in points) < width - 10


def test_cells_do_not_overlap_and_empty_cells_stay_empty():
    frame = pd.DataFrame({"row": ["r", "s"], "column": ["c", "d"], "text": ["1", ""], "fill": "seq1", "ink": "ink", "told": "x"})
    drawn = marks(tallies.cells(frame, 350, rows={"r": "R", "s": "S"}, columns={"c": "C", "d": "D"}))
    boxes = [row for rows in drawn["rect"] for row in rows]
    assert len(boxes) == 2
    assert boxes[0]["x2"] < boxes[1]["x"] and boxes[0]["y2"] < boxes[1]["y"]


def test_orders_share_a_column():
    frame = pd.DataFrame({"text": "list", "column": ["first", "none", "none"], "place": ["hong_kong", "shenzhen", "guangzhou"], "told": ["A", "B", "C"]})
    boxes = [row for rows in marks(tallies.orders(frame, 350, columns=["first", "not seen"]))["rect"] for row in rows]
    assert len({row["x"] for row in boxes}) == 3


def test_readings_draw_a_level_in_every_row():
    frame = pd.DataFrame({"text": ["one", "one", "two"], "x": [1.0, 2.0, 3.0], "kind": "a", "told": "", "side": "right"})
    rules = marks(tallies.readings(frame, 350, kinds=KINDS, x_domain=(0, 4), level=2))["rule"]
    assert [len(rows) for rows in rules] == [2, 1]  # the level in both rows; a line only where there are two marks
