"""Pairs of cities, and their lines on the map."""

from itertools import pairwise

import pandas as pd
import pytest
from gba.maps.travel import NAMES, city_pairs, journeys

KINDS = {"before": ("before", "other", "circle"), "since": ("in service", "seq5", "circle")}
TIMES = pd.DataFrame(
    {
        "pair": ["X–Y", "X–Y", "X–Y", "X–Z"],
        "line": ["before, bus", "since, train", "since, train", "since, train"],
        "x": [240.0, 36.0, 36.0, 50.0],
        "kind": ["before", "since", "since", "since"],
        "weak": [True, False, True, False],
    },
)


def test_there_and_back_are_one_pair():
    rows = pd.DataFrame({"place": ["x", "y", "x"], "to_place": ["y", "x", "elsewhere"], "value": [1, 2, 3]})
    pairs = city_pairs(rows, ["y", "x"])
    assert pairs[["a", "b"]].drop_duplicates().values.tolist() == [["y", "x"]]
    assert pairs["value"].tolist() == [1, 2]


def test_every_city_has_a_place_for_its_name():
    from gba.maps.boundaries import cities

    assert set(NAMES) == set(cities()["place"])


def spec_of(width):
    return journeys(TIMES, width, kinds=KINDS, weak="weak", x_domain=(0, 250), level=60).to_dict()


@pytest.mark.parametrize("width", [700, 350])
def test_every_time_of_a_journey_is_written_out(width):
    told = {row["told"] for rows in spec_of(width)["datasets"].values() for row in rows if "told" in row}
    assert told == {"240", "36", "50"}


def test_a_weak_time_lies_under_the_well_sourced_one_of_the_same_minutes():
    spec = spec_of(700)
    marks = [(layer["mark"]["fill"] == layer["mark"]["stroke"], spec["datasets"][layer["data"]["name"]]) for layer in spec["layer"] if "shape" in layer["mark"]]
    order = [filled for filled, rows in marks if any(row.get("x") == 36 for row in rows)]
    assert order == [False, True]


def test_lines_of_a_journey_do_not_touch():
    heights = [row["y"] for rows in spec_of(350)["datasets"].values() for row in rows if "name" in row and "y" in row]
    assert len(heights) == 3
    assert all(b - a >= 20 for a, b in pairwise(heights))
