"""Rows of bars in two directions and rows of dots."""

import pandas as pd
import pytest
from gba.rowcharts import dots, two_ways

KINDS = {"a": ("before", "other", "circle", False), "b": ("after", "shenzhen", "circle", True)}


@pytest.mark.parametrize("width", [700, 350])
def test_two_ways_splits_at_the_share(width):
    rows = pd.DataFrame({"text": ["x"], "left": [1.0], "right": [3.0], "left_text": ["1"], "right_text": ["3"]})
    spec = two_ways(rows, width, left=("south", "hong_kong"), right=("north", "shenzhen")).to_dict()
    assert spec["width"] == width
    assert 0.25 in {row.get("split") for data in spec["datasets"].values() for row in data}


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
