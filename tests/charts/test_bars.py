"""Bars: in two directions, in groups, stacked to a whole."""

import pandas as pd
import pytest
from gba.charts.bars import bar_groups, stacked, two_ways
from vegalite import every

WAYS = pd.DataFrame({"text": ["x", "y"], "left": [1.0, 2], "right": [3.0, 2], "left_text": ["1", "2"], "right_text": ["3", "2"]})
PARTS = {"a": ("A", "shenzhen", "paper"), "b": ("B", "guangzhou", "paper")}


@pytest.mark.parametrize("width", [700, 350])
def test_two_ways_splits_at_the_share(width):
    ends = {"left": ("south", "hong_kong"), "right": ("north", "shenzhen")}
    boxes = every(two_ways(WAYS.head(1), width, **ends), "rect")
    assert [(row["x"], row["x2"]) for row in boxes] == [(0, (width - 10) / 4), ((width - 10) / 4, width - 10)]


def test_shares_add_up_and_an_unknown_whole_is_empty():
    frame = pd.DataFrame({"text": ["all", "all", "none"], "part": ["a", "b", "a"], "value": [1.0, 3.0, None], "told": ["1", "3", "nobody knows"]})
    chart = stacked(frame, 700, parts=PARTS)
    boxes = every(chart, "rect")
    assert {row["percent"] for row in boxes if "percent" in row} == {"25%", "75%"}
    assert max(row["x2"] for row in boxes) == pytest.approx(690)
    assert "nobody knows" in {row["told"] for row in every(chart, "text", "told")}
    chart = stacked(pd.DataFrame({"text": "all", "part": ["a", "b"], "value": [4.6, 95.4], "told": ["1", "3"]}), 700, parts=PARTS)
    assert "4.6%" in {row["percent"] for row in every(chart, "rect")}, "for the tooltip"
    assert "5%" in {row["percent"] for row in every(chart, "text", "percent")}, "on the bar a small share stands without its decimal"


def test_bars_of_all_groups_share_one_scale():
    frame = pd.DataFrame({"group": ["a", "a", "b"], "name": ["x", "y", "x"], "value": [1.0, None, 4.0], "told": ["1", "no count", "4"], "tone": "other"})
    chart = bar_groups(frame, 700)
    bars = {row["told"]: row["x2"] - row["x"] for row in every(chart, "rect")}
    assert bars["4"] == pytest.approx(4 * bars["1"], abs=0.5)
    assert set(bars) == {"1", "4"}
    assert "no count" in {row["told"] for row in every(chart, "text", "told")}
    for lengths in ([-1.0, 2.0], [0.0, 0.0]):
        with pytest.raises(ValueError, match="lengths from 0 up"):
            bar_groups(pd.DataFrame({"group": "a", "name": ["x", "y"], "value": lengths, "told": "", "tone": "other"}), 700)
