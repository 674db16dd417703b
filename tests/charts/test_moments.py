"""Charts over months, editions and spans."""

import altair as alt
import pandas as pd
import pytest
from gba.charts.dates import begins, dated, ends
from gba.charts.layout import grid
from gba.charts.lines import dated_lines, pins, strokes

ROWS = pd.DataFrame(
    {"place": "hong_kong", "name": "Hong Kong", "period": ["2017-03", "2017-09", "2018-09"], "value": [3.0, 4.0, 3.0], "status": ["main", "main", "aside"]}
)


def drawn(chart, mark):
    spec = chart.to_dict()
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]
    return [row for layer in layers for row in spec["datasets"][layer["data"]["name"]]]


@pytest.mark.parametrize(("period", "start", "end"), [("2014", 2014, 2015), ("2014-01", 2014, 2014 + 1 / 12), ("2024-12", 2024 + 11 / 12, 2025)])
def test_periods_have_two_ends(period, start, end):
    assert begins(period) == pytest.approx(start, abs=1e-3)
    assert ends(period) == pytest.approx(end, abs=1e-3)


def test_a_missing_edition_opens_the_line():
    chart = dated_lines(dated(ROWS, "begin"), y_title="rank", step=6)
    assert {row["value"] for row in drawn(chart, "line")} == {3.0, 4.0}
    assert len(drawn(chart, "line")) == 2  # the edition after the gap is joined to nothing


def test_a_row_that_stands_aside_is_hollow():
    spec = dated_lines(dated(ROWS, "begin"), y_title="rank", step=6).to_dict()
    assert any(layer["mark"].get("filled") is False for layer in spec["layer"])


def test_a_stroke_is_as_long_as_its_span():
    rows = pd.DataFrame({"period": ["2024", "2025-06"], "period_start": [None, "2025-01"], "value": [1.0, 2.0], "told": ["1", ""]})
    whole, part = sorted(drawn(strokes(rows, token="hong_kong", x_domain=(2020, 2026), y_domain=(0, 3)), "rule"), key=lambda row: row["moment"])
    assert (whole["moment"], whole["until"]) == (2024, 2025)
    assert (part["moment"], part["until"]) == (2025, 2025.5)


def test_pins_are_not_joined():
    chart = pins(dated(ROWS).assign(told=""), token="hong_kong", x_domain=(2017, 2019), y_domain=(0, 5))
    assert {layer["mark"]["type"] for layer in chart.to_dict()["layer"]} <= {"point", "rule", "text"}


@pytest.mark.parametrize(("width", "columns"), [(700, 2), (350, 1)])
def test_a_grid_stands_in_one_column_on_a_phone(width, columns):
    part = alt.Chart(ROWS).mark_point().encode(x="value:Q")
    assert grid([("a", part), ("b", part)], width).to_dict()["columns"] == columns


def test_a_year_that_began_late_is_no_whole_one():
    rows = pd.DataFrame({"period": ["2017", "2018"], "period_start": ["2017-07-03", None], "value": [1.0, 2.0], "told": ["", ""]})
    spec = strokes(rows, token="hong_kong", x_domain=(2016, 2020), y_domain=(0, 3)).to_dict()
    wide = {spec["datasets"][layer["data"]["name"]][0]["period"]: layer["mark"]["strokeWidth"] for layer in spec["layer"] if layer["mark"]["type"] == "rule"}
    assert wide["2017"] < wide["2018"]


def test_one_of_two_thin_lines_can_be_dashed():
    two = pd.concat([dated(ROWS.iloc[:2].assign(place=place), "begin") for place in ("singapore", "shanghai")])
    spec = dated_lines(two, y_title="rank", step=6, thin=("singapore", "shanghai"), dashed=("shanghai",)).to_dict()
    dashes = {spec["datasets"][layer["data"]["name"]][0]["place"]: "strokeDash" in layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "line"}
    assert dashes == {"singapore": False, "shanghai": True}
