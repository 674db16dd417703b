"""A figure behaves the same in a notebook and in the book, or says with its name what to do."""

import base64
import datetime as dt
import decimal
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import altair as alt
import gba
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from gba.charts.palette import colour
from gba.exhibit import html

WORDS = {"name": "a-name", "title": "A finding", "subtitle": "A measure", "alt_text": "What it shows"}

LONG = "Ministry of industry and information technology of the province and of all its cities"


def ledger(**columns):
    return gba.load("area").head(4).assign(**columns)


def bars(frame=None, **channels):
    return alt.Chart(ledger() if frame is None else frame).mark_bar().encode(**({"x": "value:Q", "y": "place:N"} | channels))


def figure(chart=None, **changes):
    return gba.figure(bars() if chart is None else chart, **({**WORDS, "rows": ledger()} | changes))


# ---- in a notebook -----------------------------------------------------------------------------------------------------


def test_a_notebook_shows_a_picture_with_its_words_and_asks_no_network(monkeypatch):
    monkeypatch.delenv("GBA_RENDER", raising=False)
    bundle = figure(note="A & B", alt_text='Say "bars" <b>')._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    shown = BeautifulSoup(bundle["text/html"], "html.parser")
    assert re.findall(r'https?://[^"]*', bundle["text/html"]) == [html.LICENCE[1]]
    assert not shown.select("script, svg, link, style, b")
    assert shown.img["alt"] == 'Say "bars" <b>'
    assert "max-width:760px" in shown.figure["style"]
    assert "max-width:100%" in shown.img["style"]
    # A dark theme changes the ground and the colour of links: both are the figure's own.
    assert f"background:{colour('paper')}" in shown.figure["style"]
    assert "color:" in shown.a["style"]
    told = shown.get_text(" ")
    publishers = gba.sources().loc[ledger()["source"], "publisher"]
    assert all(word in told for word in ("A finding", "A measure", "A & B", "CC BY 4.0", publishers.iloc[0]))
    drawn = base64.b64decode(shown.img["src"].removeprefix("data:image/svg+xml;base64,")).decode()
    root = ET.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in drawn
    assert not [words for words in root.itertext() if "A finding" in words], "the title is text, not part of the picture"


# ---- the same everywhere -----------------------------------------------------------------------------------------------

NAMES = ["城市", "größe", "a.b", "a[0]", "it's", 'q"x', "a:b", "mean of all"]


@pytest.mark.parametrize("name", NAMES)
def test_columns_of_any_name_are_drawn(name):
    frame = ledger().rename(columns={"place": name})
    made = figure(bars(frame, y=alt.Y(field=name, type="nominal"), tooltip=[alt.Tooltip(field=name, type="nominal")]))
    drawn = ET.fromstring(made.svg())
    words = {"".join(element.itertext()) for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert set(ledger()["place"]) | {name} <= words


STEPS = {
    "a sum": lambda chart, name: chart.transform_aggregate(v=f"sum({name})", groupby=["place"]).encode(x="v:Q", y="place:N"),
    "a group": lambda chart, name: chart.transform_aggregate(v="count()", groupby=[name]).encode(x="v:Q", y=alt.Y(field=name, type="nominal")),
    "a rank": lambda chart, name: chart.transform_window(v="rank()", sort=[alt.SortField(name)]).encode(x="v:Q", y="place:N"),
    "a bin": lambda chart, name: chart.transform_bin("v", name).encode(x="v:Q", y="place:N"),
    "a fold": lambda chart, name: chart.transform_fold([name, "year"]).encode(x="value:Q", y="key:N"),
    "a trend": lambda chart, name: chart.transform_regression("year", name).encode(x="year:Q", y=alt.Y(field=name, type="quantitative")),
}


@pytest.mark.parametrize("name", ["a.b", "a[0]", "gdp (2019)"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_takes_a_column_of_any_name(step, name):
    """What it makes of it is drawn as of a column with a plain name."""

    def shapes(column):
        frame = ledger().rename(columns={"value": column}).assign(year=[2019, 2020, 2021, 2022])
        svg = figure(STEPS[step](alt.Chart(frame).mark_line(point=True), column), data=ledger()).svg()
        return re.findall(r' d="(M[^"]+)"', svg), len(re.findall(r'role="graphics-symbol"', svg))

    assert shapes(name)[1] == shapes("plain")[1] > 0


@pytest.mark.parametrize(
    ("cells", "kind", "first"),
    [
        ([dt.date(2019, 2, 18)] * 4, "T", "2019-02-18T00:00:00"), (pd.to_datetime(["2019-02-18"] * 4), "T", "2019-02-18T00:00:00"),
        (pd.to_datetime(["2019-02-18"] * 4).tz_localize("Asia/Shanghai"), "T", "2019-02-18T00:00:00"), (["2019-02-18"] * 4, "T", "2019-02-18T00:00:00"),
        (["2019-02-18T23:30:00Z"] * 4, "T", "2019-02-18T23:30:00"), (pd.PeriodIndex(["2019-02"] * 4, freq="M"), "T", "2019-02-01T00:00:00"),
        (pd.PeriodIndex(["2019Q1"] * 4, freq="Q"), "N", "2019-01-01"), ([decimal.Decimal("2.5")] * 4, "Q", 2.5),
        (pd.arrays.IntervalArray.from_tuples([(0, 1)] * 4), "N", "(0, 1]"), (pd.Categorical(["a", None, "b", "a"]), "N", "a"),
        ([np.float32(0.5), np.inf, None, 1], "Q", 0.5),
    ],
)  # fmt: skip
def test_cells_of_any_kind_are_drawn(cells, kind, first):
    made = figure(bars(ledger(cell=cells), x=f"cell:{kind}"))
    assert next(iter(made.spec()["datasets"].values()))[0]["cell"] == first
    assert "<svg" in made.svg()


ZONES = """
import altair as alt, gba, pandas as pd, sys
rows = gba.load("area").head(4)
rows["day"], rows["moment"] = "2019-01-01", pd.to_datetime("2019-01-01").tz_localize("Asia/Shanghai")
chart = alt.Chart(rows).mark_point().encode(x="year(day):O", y="monthdate(moment):O")
made = gba.figure(chart, name="a", title="b", subtitle="c", alt_text="d", rows=rows)
sys.stdout.write(made.svg())
"""


def test_a_drawing_is_the_same_in_every_time_zone():
    drawn = [
        subprocess.run([sys.executable, "-c", ZONES], env={**os.environ, "TZ": zone, "PYTHONPATH": "book"}, capture_output=True, text=True, check=True).stdout
        for zone in ("America/Los_Angeles", "Asia/Shanghai")
    ]
    assert drawn[0] == drawn[1]
    assert {">2019<", ">Jan 01<"} <= set(re.findall(r">[^<]+<", drawn[0]))


def test_more_than_five_thousand_rows_and_a_chart_that_says_no_width():
    many = pd.DataFrame({"x": np.arange(5001.0), "y": 1.0})
    made = figure(alt.Chart(many).mark_point().encode(x="x:Q", y="y:Q"), data=many)
    assert len(next(iter(made.spec()["datasets"].values()))) == 5001
    assert figure(lambda width: bars()).spec(350)["width"] == 350
    assert figure(bars().properties(height=90)).spec()["height"] == 90
    computed = alt.Chart(ledger()).transform_calculate(v="datum['va' + 'lue'] / 2").mark_bar().encode(x="v:Q", y="place:N")
    assert "value" in next(iter(figure(computed).spec()["datasets"].values()))[0], "a column that only an expression puts together is kept"


@pytest.mark.parametrize(
    "chart",
    [
        bars().interactive(),
        bars().add_params(alt.selection_interval()),
        alt.Chart(ledger()).mark_boxplot().encode(x="place:N", y="value:Q"),
        alt.Chart(ledger()).mark_errorband().encode(x="year:Q", y="value:Q"),
        lambda width: bars().properties(width=width / 2 - 60).facet("place:N", columns=2),
        lambda width: bars().properties(width=width / 2 - 90) | bars().properties(width=width / 2 - 90),
        lambda width: bars() + bars(),
    ],
    ids=["zoom", "selection", "box plot", "band without ends", "facet", "side by side", "layers without a width"],
)
def test_charts_that_draw_without_a_word(chart, caplog, capfd):
    made = figure(chart)
    html.markup(made)
    assert not caplog.records
    assert capfd.readouterr().err == ""


MANY = gba.charts.named(gba.load("population").query("indicator == 'residents_year_end'"))
LEGENDS = {
    "lines": lambda chart: chart.mark_line().encode(color="name:N"),
    "points and shapes": lambda chart: chart.mark_point().encode(color="name:N", shape="name:N"),
    "sizes": lambda chart: chart.mark_point().encode(size="value:Q", color="value:Q"),
    "a domain": lambda chart: chart.mark_line().encode(color=alt.Color("name:N").scale(domain=[f"City number {number}" for number in range(9)])),
    "layers": lambda chart: alt.layer(chart.mark_line(), chart.mark_point()).encode(color="name:N"),
    "Chinese": lambda chart: chart.mark_line().encode(color=alt.Color("name_zh:N").title("城市")),
}


@pytest.mark.parametrize("width", [700, 350])
@pytest.mark.parametrize("kind", LEGENDS)
def test_a_legend_is_never_cut_and_leaves_the_plot_its_height(kind, width):
    chart = alt.Chart(MANY.assign(name_zh=MANY["place"].map(gba.places()["name_zh_hant"]))).encode(x="year:Q", y="value:Q")
    drawn = figure(LEGENDS[kind](chart)).svg(width)
    root = ET.fromstring(drawn)
    most = float(root.get("viewBox").split()[2])
    legend = next(part for part in root.iter() if "role-legend" in part.get("class", ""))

    def ends(part, x=0.0):
        found = re.search(r"translate\((-?[\d.]+),", part.get("transform", ""))
        x += float(found[1]) if found else 0
        if part.tag.endswith("text"):
            yield x + 5.5 * len(part.text) * (2 if part.text > "\u2e7f" else 1)
        for child in part:
            yield from ends(child, x)

    x0 = float(re.search(r"translate\((-?[\d.]+)", drawn)[1])
    assert max(ends(legend, x0)) <= most + 5, "cut"
    plot = re.search(r'mark-group role-frame root.*?<path class="background"[^>]*d="M[\d.]+,[\d.]+h([\d.]+)v([\d.]+)', drawn, re.S)
    assert float(plot[2]) > 150, "the legend has taken the room of the plot"


def test_what_an_author_gave_stays():
    """A legend, or none; a label with dots of its own, or whose limit was lifted, is not cut."""
    given = figure(bars(color=alt.Color("place:N").legend(columns=1, offset=3))).spec()
    assert given["encoding"]["color"]["legend"] == {"columns": 1, "offset": 3}
    assert figure(bars(color=alt.Color("place:N").legend(None))).spec()["encoding"]["color"]["legend"] is None
    assert "and so on…" in figure(bars(ledger(place="and so on…"))).svg()
    longer = LONG[:48]  # than an axis has room for, and not than the chart
    assert longer in figure(bars(ledger(place=longer), y=alt.Y("place:N").axis(labelLimit=0))).svg()


# ---- or it says what to do ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chart", "told"),
    [
        (bars(x="valeu:Q"), r"'x' of its bar names the field 'valeu', which its data do not have; did you mean 'value'\? Their columns are .*place"),
        (bars(tooltip=[alt.Tooltip("place:N", title=" "), alt.Tooltip("value:Q", title=" ")]), "two lines of its tooltip have the title ' '"),
        (bars(tooltip=["nowhere:N"]), "'tooltip' of its bar names the field 'nowhere'"), (bars().facet("place:N"), "function of the width"),
        (bars(column="place:N"), "function of the width"), (bars() | bars(), "function of the width"), (bars(x="utcyear(year):O"), "leave utc out"),
        (bars(x="year:T"), "type O or Q"), (alt.Chart("https://example.org/a.csv").mark_bar(), "come from an address"),
        (bars(ledger(span=pd.Timedelta("1D")), x="span:N"), "column 'span' holds a Timedelta"),
        (alt.Chart(ledger()).mark_point().encode(x="unit:Q"), "its column 'unit' holds no number"),
        (bars(pd.concat([ledger(), ledger()["place"]], axis=1)), "unique column names"), (3, "int is no chart"),
        (bars(ledger(place=LONG), y="place:N"), "the label 'Ministry of .*…' is cut; shorten it"),
        (bars(ledger(place=LONG), y="value:Q", x="place:N"), "the label 'Ministry of .*…' is cut"),
        (bars(ledger(place=LONG), y="year:O", color="place:N"), "the label 'Ministry of .*…' is cut"),
        (bars(x=alt.X("value:Q").title(LONG * 3)), "the text 'Ministry of .*' is longer than the chart is wide"),
        (bars().transform_sample(3), "draws at random"), (alt.Chart(SimpleNamespace(columns=[])).mark_bar(), "whose rows are not at hand"),
        (lambda width: bars(x=alt.X(alt.repeat("row"), type="quantitative")).repeat(row=["value", "a.b"]), "repeats the column 'a.b'"),
        (bars(ledger(**{"a\\b": 1})), "which holds a backslash"),
        (bars(ledger().head(0)), "its data have no row"),
        (bars(ledger(place=2**60 + pd.RangeIndex(4)), y="place:N"), "its column 'place' holds 11529.*, of which no browser keeps the last digits"),
        (bars(x=alt.X("value:Q").scale(type="log")), "on a logarithmic scale bars .*mark_point"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_as_it_is_meant_is_refused_where_it_is_made(chart, told):
    with pytest.raises(ValueError, match=f"(?s)^figure a-name: .*{told}"):
        figure(chart)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"alt_text": ""}, "figure a-name: alt_text is empty"),
        ({"title": "{n} of"}, "figure a-name: '{n} of' names n; the facts are none"),
        ({"name": "It's A"}, "lower case with hyphens .* as in 'it-s-a'"),
        ({"name": "a-drawn"}, "does not end in -drawn"),
        ({"rows": None}, "figure a-name: rows is NoneType, expected a DataFrame or a list of them"),
        ({"rows": ledger().drop(columns="source")}, "figure a-name: rows have no column 'source', only indicator"),
        ({"rows": ledger(source="nowhere")}, "figure a-name: its rows cite nowhere, which data/sources.csv does not have"),
        ({"chart": lambda width: gba.lines(ledger().assign(year=2019), y_title="x")}, r"figure a-name: the chart needs a column 'name'.*charts\.named"),
        ({"chart": lambda width: bars(ledger().sort_values("where"))}, "figure a-name: its chart asks for 'where', which its data do not have"),
        ({"chart": lambda width: bars(ledger()[["where"]])}, "figure a-name: .*'where'.* in"),
        ({"rows": ledger()[["source"]]}, "figure a-name: its rows hold nothing but their sources.* data="),
        ({"data": "rows"}, "figure a-name: data is str, expected a DataFrame"),
    ],
)
def test_what_is_missing_is_told_with_the_name_of_the_figure(changes, told):
    with pytest.raises(ValueError, match=told):
        figure(**({"facts": {}} | changes))
    with pytest.raises(ValueError, match="name is empty"):
        gba.figure(bars())


def test_a_caption_names_three_publishers_at_most(monkeypatch):
    """By the number of rows, one that nobody knows last; the others are counted."""
    publishers = {"a1": "Bureau", "a2": "Bureau", "b": "Press", "c": "Unsigned web page", "d": "Agency", "e": "Yearbook", "f": "Office"}
    known = pd.DataFrame({"publisher": publishers})
    monkeypatch.setattr(html, "sources", lambda: known)

    def said(*sources):
        return html._publishers(SimpleNamespace(rows=[pd.DataFrame({"source": [*sources]})]))

    assert said("a1", "a2", "a1") == "Bureau"
    assert said("b", "a1; b", "d", None) == "Press; Agency; Bureau"
    assert said("c", "c", "c", "a1", "a2", "b", "b", "b", "d") == "Press; Bureau; Agency and 1 other"
    assert said(*publishers) == "Bureau; Agency; Office and 3 others"
