"""What a chart computes itself is read back from it: the passport has its values, not only the word that they are computed."""

import re

import altair as alt
import gba
import pandas as pd
import pytest
from gba.exhibit import html, tables

ROWS = gba.load("gdp").query("indicator == 'gdp_current_usd'").dropna(subset="value")
NAMES = gba.places()["name_en"]


def figure(chart, **more):
    return gba.figure(chart, name="a-chart", title="A", subtitle="B", alt_text="C", rows=ROWS, **more)


def by_place(found: pd.Series) -> dict:
    return {NAMES[place]: value for place, value in found.items()}


def bars(**encoding):
    return alt.Chart(ROWS).mark_bar().encode(y="place:N", **encoding)


MEAN, YEARS = ROWS.groupby("place")["value"].mean(), ROWS.groupby("year")["value"].sum()
QUARTERS = ROWS.groupby("place")["value"].quantile([0.25, 0.5, 0.75]).unstack()
KINDS = {
    "a mean": (bars(x="mean(value):Q"), "Place", "Mean of value", by_place(MEAN)),
    "a count": (bars(x="count()"), "Place", "Count of Records", by_place(ROWS.groupby("place").size())),
    "a sum of parts on each other": (
        alt.Chart(ROWS).mark_bar().encode(x="year:O", y="sum(value):Q", color="place:N"),
        ("Place", "Year"),
        "Sum of value",
        {(NAMES[row.place], row.year): row.value for row in ROWS.itertuples()},
    ),
    "a formula with a title": (
        alt.Chart(ROWS).transform_calculate(v="datum.value / 1000").mark_point().encode(x="year:O", y=alt.Y("v:Q").title("Trillion"), color="place:N"),
        ("Place", "Year"),
        "Trillion",
        {(NAMES[row.place], row.year): row.value / 1000 for row in ROWS.itertuples()},
    ),
    "an aggregate before the encoding": (
        alt.Chart(ROWS).transform_aggregate(all="sum(value)", groupby=["year"]).mark_line().encode(x="year:O", y="all:Q"),
        "Year",
        "All",
        YEARS.to_dict(),
    ),
    "panels that compute": (
        lambda width: bars(x="mean(value):Q").properties(width=width / 2 - 90).facet("indicator:N"),
        "Place",
        "Mean of value",
        by_place(MEAN),
    ),
    "layers": (bars(x="mean(value):Q") + bars(x="mean(value):Q", text="mean(value):Q").mark_text(), "Place", "Mean of value", by_place(MEAN)),
    "a box": (alt.Chart(ROWS).mark_boxplot().encode(x="place:N", y="value:Q"), "Place", "Median of value", by_place(QUARTERS[0.5])),
    "shares of a stack": (
        alt.Chart(ROWS).mark_bar().encode(x="year:O", y=alt.Y("value:Q", stack="normalize"), color="place:N"),
        ("Place", "Year"),
        "Value",
        {(NAMES[row.place], row.year): row.value / YEARS[row.year] for row in ROWS.itertuples()},
    ),
    "an arc": (
        alt.Chart(ROWS).mark_arc().encode(theta="sum(value):Q", color="place:N"),
        "Place",
        "Sum of value",
        by_place(ROWS.groupby("place")["value"].sum()),
    ),
}


@pytest.mark.parametrize(("chart", "keys", "column", "expected"), KINDS.values(), ids=KINDS)
def test_what_a_chart_computes_is_its_table(chart, keys, column, expected):
    made = figure(chart)
    found = made.data.dropna(subset=column)
    index = found[keys] if isinstance(keys, str) else found[list(keys)].apply(tuple, axis=1)
    assert dict(zip(index, found[column], strict=True)) == pytest.approx(expected)
    assert len(found) == len(expected), "each value once"
    page = html.markup(made)
    assert "what is drawn is computed in the chart" in page
    assert "computed in this notebook" not in page
    assert "a-chart-drawn.csv" in page
    assert column in tables.taken_along(made.ledger, made.data)["drawn_csv"].partition("\n")[0]


def test_bins_say_from_where_to_where():
    found = figure(alt.Chart(ROWS).mark_bar().encode(x=alt.X("value:Q", bin=alt.Bin(step=5000)), y="count()")).data
    cut = (ROWS["value"] // 5000 * 5000).value_counts().sort_index()
    assert list(found["Value (binned)"]) == list(cut.index)
    assert list(found["Value (binned), to"]) == [start + 5000 for start in cut.index]
    assert list(found["Count of Records"]) == list(cut)


def test_a_chart_that_computes_nothing_has_no_second_table():
    made = figure(alt.Chart(ROWS).mark_line().encode(x="year:O", y="value:Q", color="place:N"))
    assert made.data is None
    assert "computed in the chart" not in html.markup(made)


def test_given_data_stay_what_they_are():
    made = figure(bars(x="mean(value):Q"), data=pd.DataFrame({"place": ["china"], "mean": [1.5]}))
    assert made.data.to_dict("records") == [{"Place": "China", "Mean": 1.5}]


def test_dates_are_told_as_the_chart_has_them():
    dated = ROWS.assign(day=ROWS["year"].astype(str) + "-07-01")
    found = figure(alt.Chart(dated).mark_line().encode(x="yearmonth(day):T", y="sum(value):Q")).data
    assert list(found.iloc[:, 0]) == [f"{year}-07-01T00:00:00" for year in YEARS.index]


def test_what_cannot_be_read_back_is_to_be_given():
    with pytest.raises(ValueError, match=r"figure a-chart: .* give it as data="):
        figure(alt.Chart(ROWS).transform_calculate(v="datum.value").mark_rule().encode(x=alt.datum(1)))


RANDOM = {
    "a bootstrapped band": alt.Chart(ROWS).mark_errorband(extent="ci").encode(x="year:O", y="value:Q"),
    "a bootstrapped mean": alt.Chart(ROWS).mark_point().encode(x="year:O", y="ci0(value):Q"),
    "a sample": alt.Chart(ROWS).transform_sample(5).mark_point().encode(x="year:O", y="value:Q"),
}


@pytest.mark.parametrize("chart", RANDOM.values(), ids=RANDOM)
def test_what_is_drawn_at_random_is_refused(chart):
    with pytest.raises(ValueError, match="draws at random"):
        figure(chart)


COMPUTED = {
    "a mean": lambda rows: alt.Chart(rows).mark_bar().encode(x="mean(value):Q", y="place:N"),
    "a count": lambda rows: alt.Chart(rows).mark_bar().encode(x="count()", y="place:N"),
    "bins": lambda rows: alt.Chart(rows).mark_bar().encode(x=alt.X("value:Q", bin=True), y="place:N"),
    "a formula": lambda rows: alt.Chart(rows).transform_calculate(half="datum.value / 2").mark_bar().encode(x="half:Q", y="place:N"),
    "a sum before": lambda rows: alt.Chart(rows).transform_aggregate(all="sum(value)", groupby=["place"]).mark_bar().encode(x="all:Q", y="place:N"),
    "a box plot": lambda rows: alt.Chart(rows).mark_boxplot().encode(x="value:Q", y="place:N"),
    "shares of a stack": lambda rows: alt.Chart(rows).mark_bar().encode(x=alt.X("value:Q", stack="normalize"), color="place:N"),
    "what fills a gap": lambda rows: alt.Chart(rows).mark_line().encode(x="year:O", y=alt.Y("value:Q", impute=alt.ImputeParams(value=0)), color="place:N"),
    "a text that a formula makes": lambda rows: alt.Chart(rows).mark_text(text=alt.expr("datum.value * 2")).encode(x="value:Q", y="place:N"),
    "a mean over a layer": lambda rows: alt.layer(
        alt.Chart(rows).mark_bar().encode(x="place:N", y="value:Q"), alt.Chart(rows).mark_rule().encode(y="mean(value):Q")
    ),
    "a rank": lambda rows: (
        alt.Chart(rows).transform_window(place_taken="rank()", sort=[alt.SortField("value")]).mark_bar().encode(x="place_taken:Q", y="place:N")
    ),
    "a trend in a layer": lambda rows: alt.layer(
        alt.Chart(rows).mark_point().encode(x="value:Q", y="value:Q"),
        alt.Chart(rows).transform_regression("value", "value").mark_line().encode(x="value:Q", y="value:Q"),
    ),
}
PRINTED = {
    "bars": lambda rows: alt.Chart(rows).mark_bar().encode(x="value:Q", y="place:N"),
    "a filter": lambda rows: alt.Chart(rows).transform_filter("datum.value > 0").mark_bar().encode(x="value:Q", y="place:N"),
    "parts on each other": lambda rows: alt.Chart(rows).mark_bar().encode(x="value:Q", color="place:N"),
    "a text of a column": lambda rows: alt.Chart(rows).mark_text().encode(x="value:Q", y="place:N", text="value:Q"),
    "a label that is written otherwise": lambda rows: (
        alt.Chart(rows).mark_bar().encode(x=alt.X("value:Q").axis(labelExpr="datum.label + ' km'"), y="place:N")
    ),
    "a column with the name of an operation": lambda rows: alt.Chart(rows.assign(mean=rows.value)).mark_bar().encode(x="mean:Q", y="place:N"),
}


@pytest.mark.parametrize(("kind", "computed"), [*((kind, True) for kind in COMPUTED), *((kind, False) for kind in PRINTED)])
def test_what_a_chart_computes_is_not_called_printed(kind, computed):
    rows = gba.load("area").head(6)
    drawn = (COMPUTED | PRINTED)[kind](rows)
    made = gba.figure(drawn, name="a-name", title="A title", subtitle="km2", alt_text="A chart.", rows=rows)
    told = re.search(r"Processing: (.*?)\.</p>", html.markup(made))[1]
    assert ("computed in the chart" in told) == computed, told
