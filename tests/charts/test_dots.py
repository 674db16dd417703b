"""Dot plots and named rows of marks."""

import altair as alt
import pandas as pd
import pytest
from gba.charts.dots import dots, marks
from vegalite import drawn, every

KINDS = {"a": ("before", "other", "circle", False), "b": ("after", "shenzhen", "circle", True)}
DOTS = pd.DataFrame({"text": ["x", "y", "x"], "x": [1.0, 2.0, 3.0], "kind": ["a", "a", "b"], "told": ["", "2", "3"]})
AXIS = alt.Axis(tickCount=5)
ROWS = pd.DataFrame({"text": ["x", "y", "x"], "x": [1.0, 2.0, 3.0], "told": ["a", "b", "c"]})


@pytest.mark.parametrize("width", [700, 350])
@pytest.mark.parametrize("room", [0, 200])
def test_dots_stand_in_the_row_of_their_text_inside_the_width(width, room):
    chart = dots(DOTS, width, kinds=KINDS, x_domain=(0, 4), room=room)
    spec = chart.to_dict()
    at = {(row["text"], row["x"]): row["y"] for row in every(chart, "point", "kind")}
    assert at["x", 1] == at["x", 3] < at["y", 2]
    assert spec["width"] + spec["padding"]["left"] + spec["padding"]["right"] <= width
    names = {row["name"]: row["y"] for row in every(chart, "text", "name") if row["name"] in ("x", "y")}
    assert (names["x"] == at["x", 1]) == (room > 0 and width == 700)  # beside the dots, or over them
    text = str(dots(DOTS.head(1), width, kinds=KINDS, x_domain=(0, 4)).to_dict())
    assert "before" in text and "after" not in text, "a kind that is not drawn is in the key"


def test_dots_that_would_hide_each_other_stand_apart_and_the_line_of_the_row_stays():
    rows = pd.DataFrame({"text": ["x", "x"], "x": [1.0, 1.01], "kind": ["a", "b"], "told": ["1", "1.01"], "side": ["below", "above"]})
    chart = dots(rows, 700, kinds=KINDS, x_domain=(0, 4))
    high = {row["kind"]: row["y"] for row in every(chart, "point", "kind")}
    assert high["b"] - high["a"] == -9
    assert len(every(chart, "rule", "min")) == 1
    # The dot whose words stand above is the upper one. Words under the dots stand under the lower one, words over them over the upper.
    words = {row["told"]: row["y"] for row in every(chart, "text", "told")}
    assert words == {"1": max(high.values()), "1.01": min(high.values())}


def test_the_level_is_a_stroke_a_row_that_leaves_the_names_free_and_words_stand_at_their_side():
    chart = dots(DOTS, 700, kinds=KINDS, x_domain=(0, 4), level=2)
    strokes = every(chart, "rule", "y2")
    assert [row["x"] for row in strokes] == [2, 2]
    assert strokes[0]["y2"] < every(chart, "text", "name")[1]["y"] - 6
    chart = dots(DOTS.assign(side=["left", "left", "right"], told=["l", "m", "r"]), 350, kinds=KINDS, x_domain=(1, 100), log=True)
    assert {row["told"] for row in every(chart, "text", "told", align="right")} == {"l", "m"}
    assert {row["told"] for row in every(chart, "text", "told", align="left")} == {"r"}


@pytest.mark.parametrize("width", [700, 350])
def test_marks_stand_in_the_row_of_their_name(width):
    chart = marks(ROWS, width, x_domain=(0, 4), axis=AXIS)
    at = {row["told"]: row["y"] for row in every(chart, "tick", "x", "told")}
    assert at["a"] == at["c"] < at["b"]
    assert list(dict.fromkeys(row["name"] for row in every(chart, "text", "name"))) == ["x", "y"]
    spec = chart.to_dict()
    assert spec["width"] + spec["padding"]["left"] + spec["padding"]["right"] <= width


def test_a_row_without_a_value_keeps_its_name_and_its_words_and_one_without_words_is_a_heading():
    rows = ROWS.assign(x=[1.0, None, 3.0], aside=["", "none", ""])
    chart = marks(rows, 700, x_domain=(0, 4), axis=AXIS)
    assert [row["aside"] for row in every(chart, "text", "aside")] == ["none"]
    assert {row["text"] for row in every(chart, "tick")} == {"x"}
    assert list(dict.fromkeys(row["name"] for row in every(chart, "text", "name"))) == ["x", "y"]
    chart = marks(pd.concat([pd.DataFrame({"text": ["HEAD"], "told": ""}), ROWS]), 350, x_domain=(0, 4), axis=AXIS)
    assert {row["name"] for row in every(chart, "text", "name", fontWeight="bold")} == {"HEAD"}


def test_bars_circles_and_rings():
    bars = marks(ROWS.assign(x2=ROWS["x"] + 1), 700, x_domain=(0, 4), axis=AXIS, rings=("new", ROWS.head(1)[["text", "x"]]))
    assert len(drawn(bars, "bar")) == 1
    assert {"name": "new"} in every(bars, "text", "name")
    circles = marks(ROWS.assign(n=[1, 4, 9]), 700, x_domain=(0, 4), axis=AXIS, sizes=(20, 300)).to_dict()
    [scale] = [layer["encoding"]["size"]["scale"] for layer in circles["layer"] if "size" in layer["encoding"]]
    assert (scale["domain"], scale["range"]) == ([1, 9], [20, 300])


@pytest.mark.parametrize("told", ["", "2"])
def test_a_name_above_its_row_is_nearer_to_its_own_dots_than_the_next_name(told):
    chart = dots(DOTS.assign(told=told), 350, kinds=KINDS, x_domain=(0, 4), pitch=27, room=200)
    names = {row["name"]: row["y"] for row in every(chart, "text", "name") if row["name"] in ("x", "y")}
    dot = min(row["y"] for row in every(chart, "point", "kind"))
    assert 0 < dot - names["x"] - 12 * bool(told) < names["y"] - dot
