"""What the library does in Altair's place comes out as Altair would have made it."""

import re

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from altair.utils.data import to_values
from gba.charts.rows import plain_rows
from gba.exhibit.copies import quick

FRAMES = {
    "floats": pd.DataFrame({"a": [1.5, np.nan, np.inf, -np.inf, 3.0], "b": np.array([1, 2, 3, 4, 5], dtype="float32")}),
    "whole numbers and truth": pd.DataFrame({"a": [1, 2], "b": np.array([3, 4], dtype="uint8"), "c": [True, False]}),
    "missing whole numbers": pd.DataFrame({"year": pd.array([2019, None], dtype="Int64"), "told": pd.array([True, None], dtype="boolean")}),
    "missing numbers": pd.DataFrame({"value": pd.array([1.5, None], dtype="Float64")}),
    "texts": pd.DataFrame({"word": ["深圳", None], "typed": pd.array(["a", None], dtype="string")}),
    "anything": pd.DataFrame({"cell": [1, "a", None, np.nan, [1, 2], np.int64(3), np.array([1.0, 2.0]), True]}, dtype=object),
    "categories": pd.DataFrame({"kind": pd.Categorical(["a", None, "b"])}),
    "days": pd.DataFrame({"day": pd.to_datetime(["2019-02-18", "2020-01-01"])}),
    "columns by number": pd.DataFrame([[1, 2], [3, 4]]),
    "no rows": pd.DataFrame({"a": pd.Series([], dtype=float), "b": pd.Series([], dtype=object)}),
    "no columns": pd.DataFrame(index=[0, 1]),
    "an index of its own": pd.DataFrame({"a": [1.0, 2.0]}, index=["x", "y"]),
    "geography": gpd.GeoDataFrame({"name": ["a"]}, geometry=gpd.points_from_xy([114.1], [22.5]), crs=4326),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_become_what_altair_makes_of_them(kind):
    made, expected = plain_rows(FRAMES[kind]), to_values(FRAMES[kind])
    assert made == expected
    # True is 1 and 1.0 is 1 to Python, and not to JSON.
    assert repr(made) == repr(expected)


def _charts():
    bars = alt.Chart(pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})).mark_bar(tooltip=True).encode(x="x:Q", y="y:N")
    picked = alt.selection_point(fields=["y"], name="picked")
    layered = (bars + bars.mark_text(dx=3).encode(text="x:Q")).properties(width=90) + alt.layer(bars.mark_rule(), bars.mark_tick())
    yield "layers in layers", layered
    yield "a selection", (bars.encode(opacity=alt.when(picked).then(alt.value(1)).otherwise(alt.value(0.2))).add_params(picked) | layered)
    yield "panels", alt.concat(layered, bars, columns=1).resolve_scale(x="independent").configure_axis(grid=False)
    yield "facets", layered.facet("y:N", data=bars.data)


@pytest.mark.parametrize("kind", range(4))
def test_charts_are_copied_as_altair_copies_them(kind):
    def told():
        name, chart = list(_charts())[kind]
        assert chart.copy() is not chart, name
        return chart.to_dict(validate=False)

    expected = told()
    with quick():
        made = told()
    assert made == expected


def test_a_copy_shares_no_part_that_can_be_changed_and_a_name_that_is_no_text_is_refused():
    with quick():
        chart = next(chart for _, chart in _charts())
        other = chart.copy()
        other.layer[0].mark["color"] = "red"
        other.layer[0].encoding.x.title = "changed"
    assert not re.search("red|changed", str(chart.to_dict(validate=False)))
    with pytest.raises(ValueError, match="no text"):
        plain_rows(pd.DataFrame({1: [1], "a": [2]}))
