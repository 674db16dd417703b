"""Two columns of names and the ties between them."""

import pandas as pd
import pytest
from gba.charts.networks import two_sided

EDGES = pd.DataFrame({"left": ["a", "b", "a"], "right": ["x", "x", "y"], "kind": ["one", "two", "one"]})


@pytest.mark.parametrize("width", [700, 350])
def test_every_tie_is_one_line(width):
    spec = two_sided(EDGES, width, kinds={"one": ("one", "shenzhen"), "two": ("two", "other")}, heads=("l", "r"), loose={"c": "one"}).to_dict()
    lines = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "line")
    assert len({row["tie"] for row in spec["datasets"][lines["data"]["name"]]}) == len(EDGES)
    names = {row["name"] for data in spec["datasets"].values() for row in data if "name" in row}
    assert names == {"a", "b", "c", "x", "y"}
    assert spec["width"] <= width


def test_kinds_differ_in_shape_and_dashes_and_not_in_hue_alone():
    spec = two_sided(EDGES, 700, kinds={"one": ("one", "shenzhen"), "two": ("two", "other")}, heads=("l", "r")).to_dict()
    scales = {
        channel: layer["encoding"][channel]["scale"]["range"] for layer in spec["layer"] for channel in ("shape", "strokeDash") if channel in layer["encoding"]
    }
    assert set(scales) == {"shape", "strokeDash"}
    assert all(one != other for one, other in scales.values())
