"""Rows of bars in two directions and rows of dots."""

import pandas as pd
import pytest
from gba.charts.dots import dots, two_ways

KINDS = {"a": ("before", "other", "circle", False), "b": ("after", "shenzhen", "circle", True)}


@pytest.mark.parametrize("width", [700, 350])
def test_two_ways_splits_at_the_share(width):
    rows = pd.DataFrame({"text": ["x"], "left": [1.0], "right": [3.0], "left_text": ["1"], "right_text": ["3"]})
    spec = two_ways(rows, width, left=("south", "hong_kong"), right=("north", "shenzhen")).to_dict()
    assert spec["width"] == width
    assert 0.25 in {row.get("split") for data in spec["datasets"].values() for row in data}


def test_two_ways_draws_a_range_only_where_there_is_one():
    rows = pd.DataFrame({"text": ["x", "y"], "left": [1.0, 2], "right": [3.0, 2], "left_text": ["1", "2"], "right_text": ["3", "2"]})
    plain, ranged = (
        two_ways(frame, 700, left=("south", "hong_kong"), right=("north", "shenzhen")).to_dict()
        for frame in (rows, rows.assign(low=[0.2, None], high=[0.4, None]))
    )
    strokes = [row for data in ranged["datasets"].values() for row in data if set(row) == {"row", "text", "low", "high"}]
    assert [(row["row"], row["low"], row["high"]) for row in strokes] == [(0, 0.2, 0.4)]
    assert not [layer for layer in plain["layer"] if layer["mark"]["type"] == "rule"]
    assert [layer["mark"]["type"] for layer in ranged["layer"] if layer["encoding"]["x"].get("field") == "low"] == ["rule", "tick"]


@pytest.mark.parametrize("width", [700, 350])
def test_dots_stand_in_the_row_of_their_text(width):
    rows = pd.DataFrame({"text": ["x", "y", "x"], "x": [1.0, 2.0, 3.0], "kind": ["a", "a", "b"], "told": ["", "2", "3"]})
    spec = dots(rows, width, kinds=KINDS, x_domain=(0, 4)).to_dict()
    points = {(row["x"], row["row"]) for data in spec["datasets"].values() for row in data if {"x", "row", "text"} <= set(row)}
    assert points == {(1, 0), (2, 1), (3, 0)}


def test_a_kind_that_is_not_drawn_is_not_in_the_key():
    rows = pd.DataFrame({"text": ["x"], "x": [1.0], "kind": ["a"], "told": [""]})
    text = str(dots(rows, 700, kinds=KINDS, x_domain=(0, 4)).to_dict())
    assert "before" in text and "after" not in text


def test_a_lifted_dot_stands_below_its_row_and_the_line_of_the_row_stays():
    rows = pd.DataFrame({"text": ["x", "x"], "x": [1.0, 3.0], "kind": ["a", "b"], "told": ["", ""], "lift": [0, 0.17]})
    spec = dots(rows, 700, kinds=KINDS, x_domain=(0, 4), join=True).to_dict()
    drawn = [row for data in spec["datasets"].values() for row in data]
    assert {(row["x"], row["row"]) for row in drawn if {"x", "row", "text"} <= set(row)} == {(1, 0), (3, 0.17)}
    assert [(row["row"], row["min"], row["max"]) for row in drawn if "min" in row] == [(0, 1, 3)]


def test_the_level_is_a_stroke_a_row_that_leaves_the_names_free():
    rows = pd.DataFrame({"text": ["x", "y"], "x": [1.0, 3.0], "kind": ["a", "b"], "told": ["", ""]})
    spec = dots(rows, 700, kinds=KINDS, x_domain=(0, 4), level=(2, "")).to_dict()
    strokes = [row for data in spec["datasets"].values() for row in data if "end" in row]
    assert [row["x"] for row in strokes] == [2, 2]
    assert strokes[0]["end"] < strokes[1]["row"]
