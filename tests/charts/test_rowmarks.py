"""Named rows of marks."""

import altair as alt
import pandas as pd
import pytest
from gba.charts.strips import marks

AXIS = alt.Axis(tickCount=5)
ROWS = pd.DataFrame({"text": ["x", "y", "x"], "x": [1.0, 2.0, 3.0], "told": ["a", "b", "c"]})


def drawn(spec, *columns):
    return [row for data in spec["datasets"].values() for row in data if set(columns) <= set(row)]


@pytest.mark.parametrize("width", [700, 350])
def test_marks_stand_in_the_row_of_their_name(width):
    spec = marks(ROWS, width, x_domain=(0, 4), axis=AXIS).to_dict()
    assert {(row["x"], row["row"]) for row in drawn(spec, "x", "told")} == {(1, 0), (2, 1), (3, 0)}
    assert {(row["name"], row["row"]) for row in drawn(spec, "name", "row")} == {("x", 0), ("y", 1)}
    assert spec["width"] + spec["padding"]["left"] + spec["padding"]["right"] <= width


def test_data_are_the_same_at_both_widths():
    wide, narrow = (marks(ROWS, width, x_domain=(0, 4), axis=AXIS).to_dict()["datasets"] for width in (700, 350))
    assert wide == narrow


def test_a_row_without_a_value_keeps_its_name_and_its_words():
    rows = ROWS.assign(x=[1.0, None, 3.0], aside=["", "none", ""])
    spec = marks(rows, 700, x_domain=(0, 4), axis=AXIS).to_dict()
    assert [row["aside"] for row in drawn(spec, "aside", "row") if "told" not in row] == ["none"]
    assert {row["row"] for row in drawn(spec, "x", "told")} == {0}


def test_bars_circles_and_rings():
    bars = marks(ROWS.assign(x2=ROWS["x"] + 1), 700, x_domain=(0, 4), axis=AXIS, rings=("new", ROWS.head(1)[["text", "x"]])).to_dict()
    assert [layer["mark"]["type"] for layer in bars["layer"]].count("bar") == 1
    assert {"name": "new"} in drawn(bars, "name")
    circles = marks(ROWS.assign(n=[1, 4, 9]), 700, x_domain=(0, 4), axis=AXIS, sizes=(20, 300)).to_dict()
    [scale] = [layer["encoding"]["size"]["scale"] for layer in circles["layer"] if "size" in layer["encoding"]]
    assert (scale["domain"], scale["range"]) == ([1, 9], [20, 300])
