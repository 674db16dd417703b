"""Ranks over editions, and routes: what is joined, what stays apart."""

from itertools import pairwise

import pandas as pd
import pytest
from gba.charts import networks, ranks
from gba.charts.layout import spread

RIVALS = pd.DataFrame({"year": [2021, 2022, 2023, 2024], "place": "x", "indicator": "x", "series": [*"aabb"], "label": [*"AABB"], "value": [1.0, 2, 1, 2]})
RIVALS["status"] = "main"


def test_a_band_is_a_bar_and_never_joined_and_an_open_one_is_not_drawn():
    words = {"place": "hong_kong", "series": "a", "label": "A", "indicator": "x"}
    frame = pd.DataFrame({**words, "year": [2001, 2002, 2003], "value": [50.0, 101, 40], "value_upper": [50.0, 150, 40]})
    spec = ranks.editions(frame, height=100, y_domain=(500, 10), y_values=[10, 100]).to_dict()
    marks = [layer["mark"]["type"] for layer in spec["layer"][0]["layer"]]
    assert "rule" in marks
    assert "line" not in marks, "2001 and 2003 are not neighbours"
    frame = pd.DataFrame({**words, "year": [2001, 2002], "value": [801.0, 40], "value_upper": [None, 40.0]})
    chart = ranks.editions(frame, height=100, y_domain=(1000, 10), y_values=[10, 100])
    assert 801 not in {row.get("value") for rows in chart.to_dict()["datasets"].values() for row in rows}


@pytest.mark.parametrize("heights", [[0, 1, 2], [90, 95, 99], [10, 10, 10, 80]])
def test_names_stand_apart_and_inside(heights):
    moved = spread(heights, 13, 0, 100)
    assert all(b - a >= 13 for a, b in pairwise(moved))
    assert min(moved) >= 0
    assert max(moved) <= 100


ROUTES = pd.DataFrame({"thing": ["p", "p", "q"], "about": "since then", "stop": ["here", "there", "here"], "kind": ["began", "now", "now"]})


@pytest.mark.parametrize("width", [700, 350])
def test_a_route_is_a_line_from_where_a_thing_began_to_where_it_is(width):
    spec = networks.routes(ROUTES, width, stops=["here", "there"]).to_dict()
    rules = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
    assert [len(rows) for rows in rules] == [2, 1]  # the ground of each thing, and the way of the one that moved
    points = [row for layer in spec["layer"] if layer["mark"]["type"] == "point" for row in spec["datasets"][layer["data"]["name"]] if "stop" in row]
    assert sorted((row["thing"], row["stop"]) for row in points) == [("p", "here"), ("p", "there"), ("q", "here")]
    assert all(row["x"] < width - 10 for row in points)
    names = {row["thing"]: row["y"] for rows in spec["datasets"].values() for row in rows if row.get("x") == 0 and "thing" in row}
    marks = {row["thing"]: row["y"] for row in points}
    assert width > 400 or all(names[thing] < marks[thing] for thing in "pq"), "on a phone names stand over their marks"


@pytest.mark.parametrize(("width", "years"), [(700, [2021, 2022, 2023, 2024]), (350, [2022, 2024])])
def test_the_axis_of_ranks_has_the_newest_edition(width, years):
    spec = ranks.bumps(RIVALS, width, tokens={"a": "ink", "b": "bad"}, steps={}).to_dict()
    assert next(layer["encoding"]["x"]["axis"]["values"] for layer in spec["layer"] if "axis" in layer["encoding"].get("x", {})) == years


def test_a_name_stands_beside_a_rank_that_says_on_which_side():
    layers = ranks.bumps(RIVALS.assign(side=["left", "", "", ""]), 700, tokens={"a": "ink", "b": "bad"}, steps={}).to_dict()
    named = [layer for layer in layers["layer"] if layer["encoding"].get("text", {}).get("field") == "label"]
    beside = [layers["datasets"][layer["data"]["name"]] for layer in named if layer["mark"].get("align") == "right"]
    assert {(row["label"], row["year"]) for rows in beside for row in rows} == {("A", 2021)}
