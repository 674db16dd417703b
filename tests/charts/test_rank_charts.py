"""Ranks over editions, shares stacked to a whole, bars in groups, and ribbons: what is joined, what stays apart, what is drawn empty."""

from itertools import pairwise

import pandas as pd
import pytest
from gba.charts import alluvial as streams
from gba.charts import bars as bargroups
from gba.charts import ranks
from gba.charts import stacked as stacks
from gba.charts.layout import spread

RIVALS = pd.DataFrame(
    {
        "year": [2021, 2022, 2023, 2024],
        "place": "x",
        "indicator": "x",
        "series": ["a", "a", "b", "b"],
        "label": ["A", "A", "B", "B"],
        "value": [1.0, 2, 1, 2],
        "status": "main",
    }
)


def drawn_values(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_a_band_is_a_bar_and_never_joined():
    frame = pd.DataFrame(
        {
            "year": [2001, 2002, 2003],
            "place": "hong_kong",
            "series": "a",
            "label": "A",
            "indicator": "x",
            "value": [50.0, 101, 40],
            "value_upper": [50.0, 150, 40],
        }
    )
    spec = ranks.editions(frame, height=100, y_domain=(500, 10), y_values=[10, 100]).to_dict()
    marks = [layer["mark"]["type"] for layer in spec["layer"][0]["layer"]]
    assert "rule" in marks
    assert "line" not in marks, "2001 and 2003 are not neighbours"


def test_an_open_band_is_not_drawn():
    frame = pd.DataFrame(
        {"year": [2001, 2002], "place": "hong_kong", "series": "a", "label": "A", "indicator": "x", "value": [801.0, 40], "value_upper": [None, 40.0]}
    )
    chart = ranks.editions(frame, height=100, y_domain=(1000, 10), y_values=[10, 100])
    assert 801 not in {row.get("value") for row in drawn_values(chart)}


@pytest.mark.parametrize("heights", [[0, 1, 2], [90, 95, 99], [10, 10, 10, 80]])
def test_names_stand_apart_and_inside(heights):
    moved = spread(heights, 13, 0, 100)
    assert all(b - a >= 13 for a, b in pairwise(moved))
    assert min(moved) >= 0
    assert max(moved) <= 100


def test_shares_add_up_and_an_unknown_whole_is_empty():
    frame = pd.DataFrame({"text": ["all", "all", "none"], "part": ["a", "b", "a"], "value": [1.0, 3.0, None], "told": ["1", "3", "nobody knows"]})
    chart = stacks.hundred(frame, 700, parts={"a": ("A", "shenzhen", "paper"), "b": ("B", "guangzhou", "paper")})
    values = drawn_values(chart)
    assert {row["percent"] for row in values if "percent" in row} == {"25%", "75%"}
    assert max(row["x2"] for row in values if "x2" in row) == pytest.approx(690)
    assert "nobody knows" in {row.get("told") for row in values}


def test_every_thing_is_one_ribbon_through_every_stage():
    frame = pd.DataFrame({"thing": ["p", "q"], "one": ["a", "a"], "two": ["b", "c"], "shade": "x", "weak": [False, True]})
    chart = streams.ribbons(frame, 700, stages={"one": "One", "two": "Two"}, tokens={"x": "other"})
    assert {row["thing"] for row in drawn_values(chart) if "leg" in row} == {"p", "q"}
    dashes = [layer["mark"].get("strokeDash") for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == "line"]
    assert sum(bool(dash) for dash in dashes) == 1


def test_ribbons_bear_names_where_there_is_room():
    frame = pd.DataFrame({"thing": ["p", "q"], "one": ["a", "a"], "two": ["b", "c"], "shade": "x", "weak": False})
    wide, phone = (streams.ribbons(frame, width, stages={"one": "One", "two": "Two"}, tokens={"x": "other"}) for width in (700, 350))
    assert {"p", "q"} <= {row.get("name") for row in drawn_values(wide)}
    assert "p" not in {row.get("name") for row in drawn_values(phone)}


def test_a_dashed_ribbon_bears_its_name_on_a_phone_too():
    frame = pd.DataFrame({"thing": ["p", "q"], "one": ["a", "a"], "two": ["b", "c"], "shade": "x", "weak": [False, True]})
    phone = {row.get("name") for row in drawn_values(streams.ribbons(frame, 350, stages={"one": "One", "two": "Two"}, tokens={"x": "other"}))}
    assert "q" in phone
    assert "p" not in phone


@pytest.mark.parametrize(("width", "years"), [(700, [2021, 2022, 2023, 2024]), (350, [2022, 2024])])
def test_the_axis_of_ranks_has_the_newest_edition(width, years):
    spec = ranks.bumps(RIVALS, width, tokens={"a": "ink", "b": "bad"}, steps={}).to_dict()
    assert next(layer["encoding"]["x"]["axis"]["values"] for layer in spec["layer"] if "axis" in layer["encoding"].get("x", {})) == years


def test_a_name_stands_beside_a_rank_that_says_on_which_side():
    layers = ranks.bumps(RIVALS.assign(side=["left", "", "", ""]), 700, tokens={"a": "ink", "b": "bad"}, steps={}).to_dict()
    named = [layer for layer in layers["layer"] if layer["encoding"].get("text", {}).get("field") == "label"]
    beside = [layers["datasets"][layer["data"]["name"]] for layer in named if layer["mark"].get("align") == "right"]
    assert {(row["label"], row["year"]) for rows in beside for row in rows} == {("A", 2021)}


def test_a_small_share_is_told_without_its_decimal():
    frame = pd.DataFrame({"text": "all", "part": ["a", "b"], "value": [4.6, 95.4], "told": ["1", "3"]})
    chart = stacks.hundred(frame, 700, parts={"a": ("A", "shenzhen", "paper"), "b": ("B", "guangzhou", "paper")})
    assert {"4.6%", "5%"} <= {row.get("percent") for row in drawn_values(chart)}, "4.6% for the tooltip, 5% on the bar"


def test_bars_of_all_groups_share_one_scale():
    frame = pd.DataFrame({"group": ["a", "a", "b"], "name": ["x", "y", "x"], "value": [1.0, None, 4.0], "told": ["1", "no count", "4"], "tone": "other"})
    bars = {row["told"]: row["x2"] - row["x"] for row in drawn_values(bargroups.bar_groups(frame, 700)) if "x2" in row}
    assert bars["4"] == pytest.approx(4 * bars["1"], abs=0.5)
    assert "no count" not in bars


@pytest.mark.parametrize("lengths", [[-1.0, 2.0], [0.0, 0.0]])
def test_bars_want_lengths(lengths):
    with pytest.raises(ValueError, match="lengths from 0 up"):
        bargroups.bar_groups(pd.DataFrame({"group": "a", "name": ["x", "y"], "value": lengths, "told": "", "tone": "other"}), 700)
