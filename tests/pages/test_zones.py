"""A picture and its live chart show the same dates, whatever the time zone of who builds and of who reads."""

import functools
import itertools
import json
import re

import altair as alt
import gba
import pandas as pd
import pytest
import vl_convert

ROWS = gba.load("area").head(4)
DAYS = {
    "dates as text": ["2019-01-01", "2020-03-29", "2021-10-31", "2022-12-31"],
    "months as text": ["2019-01", "2020-02", "2021-03", "2022-04"],
    "moments without a zone": pd.to_datetime(["2019-01-01 00:00", "2020-03-29 02:30", "2021-10-31 02:30", "2022-12-31 23:59"]),
    "moments with a zone": pd.to_datetime(["2019-01-01", "2020-03-29", "2021-10-31", "2022-12-31"]).tz_localize("Asia/Shanghai"),
    "moments in Greenwich": [f"{year}-12-31T23:30:00Z" for year in range(2019, 2023)],
    "periods": pd.PeriodIndex(["2019Q1", "2020Q2", "2021Q3", "2022Q4"], freq="Q"),
}
READERS = ["America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati"]
LIVE = "spec => vegaEmbed('#chart', spec, {renderer: 'svg', actions: false, logLevel: 1}).then(made => made.view.toSVG())"
AXES = {"on a line of time": "day:T", "by year": "year(day):O", "by month and day": "yearmonthdate(day):O", "by hour": "hours(day):O"}


def labels(svg: str) -> list[str]:
    return re.findall(r">([^<>]+)</text>", svg)


def places(svg: str) -> list[int]:
    """Where the points lie, to a pixel: a browser measures letters in its own fonts."""
    marks = re.findall(r'aria-roledescription="point"[^>]*transform="translate\(([\d.]+),([\d.]+)\)"', svg)
    low = min(float(x) for x, _ in marks)
    return [round(float(x) - low) for x, _ in marks]


@functools.cache
def drawn():
    """The specification of each kind of dates on each kind of axis, and its picture."""
    found = {}
    for kind, (named, axis) in itertools.product(DAYS, AXES.items()):
        chart = alt.Chart(ROWS.assign(day=DAYS[kind])).mark_point().encode(x=axis, y="place:N", tooltip=["day:T"]).properties(width=400, autosize="pad")
        made = gba.figure(chart, name="a-name", title="A", subtitle="B", alt_text="C", rows=ROWS)
        spec = {key: part for key, part in made.spec().items() if key != "title"} | {"width": 400, "autosize": "pad"}
        found[kind, named] = json.loads(json.dumps(spec)), vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    return found


@pytest.mark.xdist_group("zones")
@pytest.mark.parametrize("zone", READERS)
def test_picture_and_live_chart_agree_in_every_time_zone(browser, zone):
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    page.set_content("<div id=chart></div>")
    page.add_script_tag(content=vl_convert.javascript_bundle(), type="module")
    page.wait_for_function("() => Boolean(window.vegaEmbed)")
    for where, (spec, picture) in drawn().items():
        live = page.evaluate(LIVE, spec)
        assert labels(live) == labels(picture), where
        assert places(live) == pytest.approx(places(picture), abs=1), where
    context.close()
