"""Pairs of cities, and their lines on the map."""

import pandas as pd
from gba.maps.travel import NAMES, city_pairs


def test_there_and_back_are_one_pair():
    rows = pd.DataFrame({"place": ["x", "y", "x"], "to_place": ["y", "x", "elsewhere"], "value": [1, 2, 3]})
    pairs = city_pairs(rows, ["y", "x"])
    assert pairs[["a", "b"]].drop_duplicates().values.tolist() == [["y", "x"]]
    assert pairs["value"].tolist() == [1, 2]


def test_every_city_has_a_place_for_its_name():
    from gba.maps.boundaries import cities

    assert set(NAMES) == set(cities()["place"])
