"""Lines, breaks, dashes, spans and timelines: what is joined, what stays open, what is told."""

import altair as alt
import gba
import pandas as pd
import pytest


def frame(**columns):
    return pd.DataFrame({"place": "shenzhen", "name": "Shenzhen", "source": "s", **columns})


@pytest.fixture
def census(monkeypatch):
    noted = pd.DataFrame({"indicator": ["gdp"], "place": ["shenzhen"], "last_before": ["2004"], "first_after": ["2005"]})
    monkeypatch.setattr(gba.charts.lines, "breaks", lambda dataset: noted)


def drawn(chart, mark):
    """The rows of the layers of a mark."""
    spec = chart.to_dict()
    return [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"] if layer["mark"]["type"] == mark]


def test_a_break_parts_a_line_and_is_marked(census):
    chart = gba.lines(frame(indicator="gdp", year=[2003, 2004, 2005, 2006], value=[1.0, 2, 4, 5]), y_title="y", dataset="gdp")
    assert {row["year"]: row["piece"] for row in drawn(chart, "line")[0]} == {2003: "shenzhen 0", 2004: "shenzhen 0", 2005: "shenzhen 1", 2006: "shenzhen 1"}
    assert drawn(chart, "point") == [[{"year": 2004.5, "value": 3.0}]]


def test_a_break_of_another_indicator_is_none(census):
    chart = gba.lines(frame(indicator="people", year=[2004, 2005], value=[2.0, 4]), y_title="y", dataset="gdp")
    assert not drawn(chart, "point")
    assert {row["piece"] for row in drawn(chart, "line")[0]} == {"shenzhen 0"}


def test_a_gap_stays_open_without_a_mark():
    chart = gba.lines(frame(year=[2000, 2001, 2004, 2005], value=[1.0, 2, 3, 4]), y_title="y")
    assert len({row["piece"] for row in drawn(chart, "line")[0]}) == 2
    assert not drawn(chart, "point")


def test_dashes_reach_to_the_points_on_both_sides():
    chart = gba.lines(frame(year=[2000, 2001, 2002, 2003], value=[1.0, 2, 3, 4], weak=[False, True, False, False]), y_title="y", dashed="weak")
    rows = drawn(chart, "line")[0]
    assert sorted(row["year"] for row in rows if row["dashes"]) == [2000, 2001, 2002]
    assert sorted(row["year"] for row in rows if not row["dashes"]) == [2002, 2003]


def test_rows_that_stand_aside_are_hollow():
    chart = gba.lines(frame(year=[2000, 2001], value=[1.0, 2], status=["main", "aside"]), y_title="y")
    hollow = [layer for layer in chart.to_dict()["layer"] if layer["mark"].get("filled") is False]
    assert len(hollow) == 1
    assert [row["year"] for row in drawn(chart, "point")[0]] == [2001]


def test_panels_fit_the_width_side_by_side_and_stacked():
    part = gba.lines(frame(year=[2000, 2001], value=[1.0, 2]), y_title="")
    wide, narrow = (gba.panels([("A", part), ("B", part)], width).to_dict() for width in (700, 350))
    assert sum(view["width"] + 40 + 70 for view in wide["hconcat"]) + 22 <= 700
    assert all(view["width"] + 40 + 70 <= 350 for view in narrow["vconcat"])


def test_spans_tell_single_years_from_spans():
    rows = pd.DataFrame({"text": ["Heading", "span", "year"], "group": "g", "aside": False, "start": [None, 1950, 1960], "end": [None, 1955, 1960]})
    chart = gba.spans(rows, 350, x_domain=(1940, 1970), colours={"g": "ink"})
    assert [row["text"] for row in drawn(chart, "bar")[0]] == ["span"]
    assert [row["text"] for row in drawn(chart, "point")[0]] == ["year"]


def test_timeline_wraps_and_says_a_year_once():
    rows = pd.DataFrame({"year": ["1980", "1980", "1981"], "lane": "a", "text": ["short", "a long event " * 8, "short"]})
    chart = gba.timeline(rows, 350, lanes={"a": ("A", "ink")})
    shown = drawn(chart, "text")
    assert [row["shown"] for row in shown[-1]] == ["1980", "1981"]
    assert "\n" in shown[-2][1]["text"]
    assert isinstance(chart, alt.LayerChart)
