"""Lines, breaks, dashes, spans and timelines: what is joined, what stays open, what is told."""

import re

import altair as alt
import gba
import pandas as pd
import pytest
import vl_convert
from gba.charts.dates import begins, dated, ends
from gba.charts.layout import grid
from gba.charts.lines import pins
from vegalite import drawn, every


def frame(**columns):
    return pd.DataFrame({"place": "shenzhen", "name": "Shenzhen", "source": "s", **columns})


KINDS = {
    "lines": lambda frame: gba.lines(frame.assign(year=frame["period"].str[:4].astype(int)), y_title="", dataset="gdp"),
    "dated_lines": lambda frame: gba.lines(gba.charts.dated(frame), x="moment", y_title="", dataset="gdp", step=36),
    "stages": lambda frame: gba.charts.stages(gba.charts.dated(frame), y_title="", x_domain=(2000, 2010), y_domain=(0, 9), dataset="gdp"),
    "editions": lambda frame: gba.charts.editions(ranked(frame), height=200, y_domain=(9, 1), y_values=[1, 9], dataset="gdp"),
    "bumps": lambda frame: gba.charts.bumps(ranked(frame), 700, tokens={"shenzhen": "ink"}, steps={}, dataset="gdp"),
}


def ranked(frame):
    return frame.assign(year=frame["period"].str[:4].astype(int), value_upper=frame["value"], series=frame["place"], label=frame["name"])


def noted(monkeypatch, last_before, first_after, **where):
    """Has data/breaks.csv note one break, in whatever module looks it up."""
    row = {"dataset": "gdp", "indicator": "gdp", "place": "shenzhen", "last_before": last_before, "first_after": first_after, "kind": "vintage", **where}
    monkeypatch.setattr(gba.charts.lines, "breaks", lambda: pd.DataFrame([row]))


def stretches(chart):
    """The periods or years that each line joins, and the points at which breaks are marked."""
    spec = chart.to_dict()
    layers = [{"data": layer.get("data", {}), **part} for layer in spec["layer"] for part in layer.get("layer", [layer])]
    joined, marks = {}, []
    for layer in layers:
        rows = spec["datasets"][layer["data"]["name"]] if "name" in layer.get("data", {}) else []
        if layer["mark"]["type"] == "line":
            for row in rows:
                joined.setdefault(row[layer["encoding"]["detail"]["field"]], []).append(row.get("period") or str(row["year"]))
        elif layer["mark"].get("shape") == "stroke":
            marks += rows
    return list(joined.values()), marks


@pytest.mark.parametrize("kind", KINDS)
def test_a_break_parts_a_line_and_is_marked_in_every_kind_of_line(kind, monkeypatch):
    readings = frame(indicator="gdp", period=["2003", "2004", "2005", "2006"], value=[1.0, 2, 4, 5], status="main")
    noted(monkeypatch, "1999", "2000")
    assert stretches(KINDS[kind](readings)) == ([["2003", "2004", "2005", "2006"]], [])
    noted(monkeypatch, "2004", "2005")
    joined, marks = stretches(KINDS[kind](readings))
    assert joined == [["2003", "2004"], ["2005", "2006"]]
    assert len(marks) == 1
    assert 2 < marks[0]["value"] < 4


@pytest.mark.parametrize("kind", ["dated_lines", "stages"])
@pytest.mark.parametrize(
    ("periods", "last_before", "first_after", "cut"),
    [
        (["2004-02", "2004-03", "2004-04", "2004-05"], "2004-03", "2004-04", 2),  # both within one year
        (["2004-02-27", "2004-03-01", "2004-03-02", "2004-05-31"], "2004-03-01", "2004-03-02", 2),
        (["2003", "2004-03", "2004-06", "2004-09"], "2003", "2004-01-04", 1),
        (["2003-12", "2004", "2005", "2006"], "2003-12", "2004-01-04", 1),  # a year that ends after the break lies after it
        (["2002", "2003", "2004-06", "2004-09"], "2004", "2005", None),  # months of the last year before it
    ],
)
def test_breaks_lie_between_periods_not_between_years(kind, periods, last_before, first_after, cut, monkeypatch):
    noted(monkeypatch, last_before, first_after)
    joined, _ = stretches(KINDS[kind](frame(indicator="gdp", period=periods, value=[1.0, 2, 4, 5], status="main")))
    gaps = {n for n in range(1, 4) if kind == "dated_lines" and not any({periods[n - 1], periods[n]} <= set(part) for part in joined)}
    together = [part for part in joined if len(part) > 1]
    if cut is None:
        assert not gaps and together == [periods]
    else:
        assert not any({periods[cut - 1], periods[cut]} <= set(part) for part in together)
        assert gaps <= {cut}
        assert sum(map(len, together)) >= 3


def test_a_break_is_not_marked_twice_nor_where_it_is_of_another_indicator(monkeypatch):
    noted(monkeypatch, "2004", "2005")
    rows = ranked(frame(indicator="gdp", period=["2003", "2004", "2005", "2006"], value=[1.0, 2, 4, 5], status="main"))
    joined, marks = stretches(gba.charts.bumps(rows, 700, tokens={"shenzhen": "ink"}, steps={2005: "papers added"}, dataset="gdp"))
    assert (len(joined), marks) == (2, []), "at a step of the method"
    chart = gba.lines(frame(indicator="people", year=[2004, 2005], value=[2.0, 4]), y_title="y", dataset="gdp")
    assert not drawn(chart, "point")
    assert {row["piece"] for row in drawn(chart, "line")[0]} == {"shenzhen 0"}


def test_stages_join_only_one_series():
    rows = frame(period=["2020", "2021", "2022"], value=[1.0, 2, 3], status=["main", "main", "aside"])
    labels = {("shenzhen", "2021"): ("left", "{name} over {value:.0f}")}
    chart = gba.charts.stages(gba.charts.dated(rows), y_title="", x_domain=(2019, 2023), y_domain=(0, 4), labels=labels)
    assert [len(rows) for rows in drawn(chart, "line")] == [2]
    assert [len(rows) for rows in drawn(chart, "point")] == [2, 1]
    assert [[row["told"] for row in rows] for rows in drawn(chart, "text")] == [["Shenzhen over 2"]] * 2  # the words and their rim


def test_a_gap_stays_open_without_a_mark_and_dashes_reach_to_the_points_on_both_sides():
    chart = gba.lines(frame(year=[2000, 2001, 2004, 2005], value=[1.0, 2, 3, 4]), y_title="y")
    assert len({row["piece"] for row in drawn(chart, "line")[0]}) == 2
    assert not drawn(chart, "point")
    chart = gba.lines(frame(year=[2000, 2001, 2002, 2003], value=[1.0, 2, 3, 4], weak=[False, True, False, False]), y_title="y", dashed="weak")
    rows = [row for layer in drawn(chart, "line") for row in layer]
    assert sorted(row["year"] for row in rows if row["dashes"]) == [2000, 2001, 2002]
    assert sorted(row["year"] for row in rows if not row["dashes"]) == [2002, 2003]


@pytest.mark.parametrize("kind", ["lines", "dated_lines"])
def test_rows_that_stand_aside_are_hollow(kind):
    chart = KINDS[kind](frame(indicator="gdp", period=["2000", "2001"], value=[1.0, 2], status=["main", "aside"]))
    hollow = [layer for layer in chart.to_dict()["layer"] if layer["mark"].get("filled") is False]
    assert len(hollow) == 1
    assert [row["period"] for row in every(chart, "point", filled=False)] == ["2001"]


def test_panels_fit_the_width_side_by_side_and_stacked():
    part = gba.lines(frame(year=[2000, 2001], value=[1.0, 2]), y_title="")
    wide, narrow = (gba.panels([("A", part), ("B", part)], width).to_dict() for width in (700, 350))
    assert sum(view["width"] + 40 + 70 for view in wide["concat"]) + 22 <= 700
    assert all(view["width"] + 40 + 70 <= 350 for view in narrow["concat"])
    assert (wide["columns"], narrow["columns"]) == (2, 1)


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


# ---- months, editions and spans -----------------------------------------------------------------------------------

ROWS = pd.DataFrame(
    {"place": "hong_kong", "name": "Hong Kong", "period": ["2017-03", "2017-09", "2018-09"], "value": [3.0, 4.0, 3.0], "status": ["main", "main", "aside"]}
)


@pytest.mark.parametrize(("period", "start", "end"), [("2014", 2014, 2015), ("2014-01", 2014, 2014 + 1 / 12), ("2024-12", 2024 + 11 / 12, 2025)])
def test_periods_have_two_ends(period, start, end):
    assert begins(period) == pytest.approx(start, abs=1e-3)
    assert ends(period) == pytest.approx(end, abs=1e-3)


def test_a_missing_edition_opens_the_line_and_pins_are_not_joined():
    chart = gba.lines(dated(ROWS, "begin"), x="moment", y_title="rank", step=6)
    assert {row["value"] for row in every(chart, "line")} == {3.0, 4.0}
    assert len(every(chart, "line")) == 2  # the edition after the gap is joined to nothing
    chart = pins(dated(ROWS).assign(told=""), token="hong_kong", x_domain=(2017, 2019), y_domain=(0, 5))
    assert {layer["mark"]["type"] for layer in chart.to_dict()["layer"]} <= {"point", "rule", "text"}


@pytest.mark.parametrize(("width", "columns"), [(700, 2), (350, 1)])
def test_a_grid_stands_in_one_column_on_a_phone(width, columns):
    part = alt.Chart(ROWS).mark_point().encode(x="value:Q")
    assert grid([("a", part), ("b", part)], width).to_dict()["columns"] == columns


def test_one_of_two_thin_lines_can_be_dashed():
    two = pd.concat([dated(ROWS.iloc[:2].assign(place=place), "begin") for place in ("singapore", "shanghai")])
    spec = gba.lines(two, x="moment", y_title="rank", step=6, thin=("singapore", "shanghai"), dashed=("shanghai",)).to_dict()
    dashes = {spec["datasets"][layer["data"]["name"]][0]["place"]: "strokeDash" in layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "line"}
    assert dashes == {"singapore": False, "shanghai": True}


@pytest.mark.parametrize("log", [False, True])
def test_millions_are_written_out(log):
    """On the axes of lines and of dots, whatever the scale."""
    from gba.charts.dots import dots

    rows = frame(year=[2000, 2001, 2002], value=[1.0, 1e6, 4e6], text=["a", "b", "c"], x=[1.0, 1e6, 4e6], kind="k")
    drawings = [gba.lines(rows, y_title="", log=log), dots(rows, 700, kinds={"k": ("k", "ink", "circle", True)}, x_domain=(1, 5e6), log=log)]
    for drawing in drawings:
        svg = vl_convert.vegalite_to_svg(drawing.to_dict())
        assert "1,000,000" in svg
        assert not re.search(r"\d*e\+?\d", "".join(re.findall(r"<text[^>]*>([^<]*)<", svg)))


@pytest.mark.parametrize(("kind", "parted"), [("definition", True), ("territory", True), ("census", False)])
def test_a_line_ends_unasked_at_another_measure_definition_or_territory(kind, parted, monkeypatch):
    readings = pd.DataFrame({"place": "shenzhen", "indicator": "gdp", "year": range(2003, 2007), "value": 1.0})
    two = readings.assign(indicator=["a", "a", "b", "b"])
    assert gba.charts.segments(two)["segment"].tolist() == ["shenzhen 0"] * 2 + ["shenzhen 1"] * 2
    noted(monkeypatch, "2004", "2005", kind=kind)
    assert gba.charts.segments(readings)["segment"].nunique() == 1 + parted
