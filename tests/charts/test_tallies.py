"""Counts, lists, lanes and district maps: what is drawn is what was given."""

import altair as alt
import pandas as pd
import pytest
from gba.charts import lanes as chronicles
from gba.charts import units as tallies
from gba.maps import districts as districtmaps
from gba.maps import layers as maps

KINDS = {"a": ("kind a", "good", "square", True), "b": ("kind b", "bad", "cross", False)}


def marks(chart):
    """Rows of every layer's data, by the type of its mark."""
    spec = chart.properties(title="t").to_dict()
    found = {}
    for layer in spec["layer"]:
        rows = spec["datasets"][layer["data"]["name"]] if "name" in layer.get("data", {}) else []
        found.setdefault(layer["mark"]["type"], []).append(rows)
    return found


@pytest.mark.parametrize("width", [700, 350])
def test_squares_show_every_thing_once_within_the_width(width):
    frame = pd.DataFrame({"group": ["one"] * 50 + ["two"], "kind": ["b"] * 30 + ["a"] * 21, "told": "x"})
    points = [row for rows in marks(tallies.squares(frame, width, kinds=KINDS))["point"] for row in rows if "told" in row]
    assert len(points) == 51
    assert len({(row["x"], row["y"]) for row in points}) == 51
    assert max(row["x"] for row in points) < width - 10


def test_cells_do_not_overlap_and_empty_cells_stay_empty():
    frame = pd.DataFrame({"row": ["r", "s"], "column": ["c", "d"], "text": ["1", ""], "fill": "seq1", "ink": "ink", "told": "x"})
    drawn = marks(tallies.cells(frame, 350, rows={"r": "R", "s": "S"}, columns={"c": "C", "d": "D"}))
    boxes = [row for rows in drawn["rect"] for row in rows]
    assert len(boxes) == 2
    assert boxes[0]["x2"] < boxes[1]["x"] and boxes[0]["y2"] < boxes[1]["y"]


def test_orders_share_a_column():
    frame = pd.DataFrame({"text": "list", "column": ["first", "none", "none"], "place": ["hong_kong", "shenzhen", "guangzhou"], "told": ["A", "B", "C"]})
    boxes = [row for rows in marks(tallies.orders(frame, 350, columns=["first", "not seen"]))["rect"] for row in rows]
    assert len({row["x"] for row in boxes}) == 3


def test_readings_draw_a_level_in_every_row():
    frame = pd.DataFrame({"text": ["one", "one", "two"], "x": [1.0, 2.0, 3.0], "kind": "a", "told": "", "side": "right"})
    rules = marks(tallies.readings(frame, 350, kinds=KINDS, x_domain=(0, 4), level=2))["rule"]
    assert [len(rows) for rows in rules] == [2, 1]  # the level in both rows; a line only where there are two marks


def test_entries_wrap_on_a_phone():
    frame = pd.DataFrame({"head": ["a head"], "text": ["many words " * 20], "kind": ["a"]})
    assert tallies.entries(frame, 350, kinds=KINDS).height > tallies.entries(frame, 700, kinds=KINDS).height


def test_lanes_stack_what_falls_on_one_date():
    frame = pd.DataFrame(
        {"lane": "L", "begin": [2020.0, 2020.0, 2021.0], "until": [2020.0, 2021.0, 2021.0], "kind": "a", "hollow": False, "told": ["p", "q", "r"]}
    )
    drawn = marks(chronicles.lanes(frame, 350, kinds=KINDS, x_domain=(2019, 2023), colours={"L": "shenzhen"}))
    points = {row["told"]: row["y"] for rows in drawn["point"] for row in rows if "told" in row}
    assert points["p"] != points["q"]
    assert [len(rows) for rows in drawn["bar"]] == [1]


def test_stages_join_only_one_series():
    frame = pd.DataFrame(
        {
            "moment": [2020.0, 2021.0, 2022.0],
            "period": ["2020", "2021", "2022"],
            "value": [1.0, 2.0, 3.0],
            "place": "shenzhen",
            "name": "S",
            "series": ["a", "a", "b"],
            "hollow": [False, False, True],
            "told": "",
            "side": "left",
        }
    )
    drawn = marks(chronicles.stages(frame, y_title="", x_domain=(2019, 2023), y_domain=(0, 4)))
    assert [len(rows) for rows in drawn["line"]] == [2]
    assert [len(rows) for rows in drawn["point"]] == [2, 1]


def test_a_district_that_is_none_is_refused():
    w = maps.window("estuary", 350)
    values = pd.DataFrame({"place": ["guangzhou_nansah"], "value": [1.0]})
    with pytest.raises(ValueError, match="guangzhou_nansha"):
        districtmaps.district_map(values, w, breaks=[1, 2], title="t", labels=pd.DataFrame(columns=["text", "x", "y", "align"]))


def test_district_map_draws_what_it_is_given():
    w = maps.window("estuary", 350)
    words = districtmaps.district_middles(["guangzhou_nansha"], w).assign(align="center")
    chart = districtmaps.district_map(
        pd.DataFrame({"place": ["guangzhou_nansha"], "value": [1.0]}), w, breaks=[1, 2], title="t", named=["guangzhou_panyu"], labels=words
    )
    assert isinstance(chart, alt.LayerChart)
    assert 0 < words["x"].iloc[0] < 350
