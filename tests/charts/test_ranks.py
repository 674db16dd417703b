"""Ranks over editions, and ribbons: what is joined, what stays apart."""

from itertools import pairwise

import pandas as pd
import pytest
from gba.charts import networks, ranks
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


def test_every_thing_is_one_ribbon_through_every_stage():
    frame = pd.DataFrame({"thing": ["p", "q"], "one": ["a", "a"], "two": ["b", "c"], "shade": "x", "weak": [False, True]})
    chart = networks.ribbons(frame, 700, stages={"one": "One", "two": "Two"}, tokens={"x": "other"})
    assert {row["thing"] for row in drawn_values(chart) if "leg" in row} == {"p", "q"}
    dashes = [layer["mark"].get("strokeDash") for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == "line"]
    assert sum(bool(dash) for dash in dashes) == 1


def test_ribbons_bear_names_where_there_is_room():
    frame = pd.DataFrame({"thing": ["p", "q"], "one": ["a", "a"], "two": ["b", "c"], "shade": "x", "weak": False})
    wide, phone = (networks.ribbons(frame, width, stages={"one": "One", "two": "Two"}, tokens={"x": "other"}) for width in (700, 350))
    assert {"p", "q"} <= {row.get("name") for row in drawn_values(wide)}
    assert "p" not in {row.get("name") for row in drawn_values(phone)}


def test_a_dashed_ribbon_bears_its_name_on_a_phone_too():
    frame = pd.DataFrame({"thing": ["p", "q"], "one": ["a", "a"], "two": ["b", "c"], "shade": "x", "weak": [False, True]})
    phone = {row.get("name") for row in drawn_values(networks.ribbons(frame, 350, stages={"one": "One", "two": "Two"}, tokens={"x": "other"}))}
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
