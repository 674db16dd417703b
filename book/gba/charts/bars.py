"""Bars in groups that all share one scale: what is long in one group may be compared with what is short in another."""

import textwrap

import altair as alt
import pandas as pd

from gba.charts.layout import fit
from gba.charts.palette import colour
from gba.charts.theme import place_colours
from gba.charts.units import _plane, _sized


def bar_groups(frame: pd.DataFrame, width: int, *, pitch: int = 22, bar: int = 15) -> alt.LayerChart:
    """A line of words a group, and under it a bar a row, named at the left and told at its end.

    Parameters
    ----------
    frame : one row a bar: `group` (in drawing order), `name`, `value` (from 0, one unit in all groups; missing: no bar), `told` (the words
        at the bar's end), `tone` (palette token or place)
    pitch, bar : pixels from bar to bar, and of a bar

    Raises
    ------
    ValueError : no bar has a length, or one has less than none

    >>> rows = pd.DataFrame({"group": ["a", "b"], "name": "all", "value": [1.0, 4.0], "told": ["1", "4"], "tone": "other"})
    >>> bar_groups(rows, 700).to_dict()["width"]
    690
    """
    if not frame["value"].max() > 0 or frame["value"].min() < 0:
        raise ValueError(f"bar_groups wants lengths from 0 up with one above it, found {frame['value'].min()} to {frame['value'].max()}")
    left = 7 * frame["name"].str.len().max() + 8
    right = 6.6 * frame["told"].str.len().max() + 10
    heads = {group: textwrap.wrap(group, int((width - 10) / 6.8)) for group in dict.fromkeys(frame["group"])}
    top, tops = 0.0, {}
    for group, lines in heads.items():
        tops[group] = top
        top += 15 * len(lines) + 5 + pitch * int((frame["group"] == group).sum()) + 8
    nth = frame.groupby("group").cumcount()
    y = frame["group"].map(tops) + frame["group"].map(lambda group: 15 * len(heads[group]) + 5) + nth * pitch
    length = (frame["value"] / frame["value"].max() * (width - 10 - left - right)).round(1)
    drawn = frame.assign(x=left, x2=(left + length).fillna(left), y=y + (pitch - bar) / 2, y2=y + (pitch + bar) / 2, middle=y + pitch / 2)
    px, py = _plane(width, top)
    layers = []
    for tone, part in drawn[drawn["value"] > 0].groupby("tone", sort=False):
        tips = [alt.Tooltip("group:N", title=" "), alt.Tooltip("name:N", title="where"), alt.Tooltip("told:N", title="value")]
        bars = alt.Chart(part[["group", "name", "told", "x", "x2", "y", "y2"]]).mark_rect(color=colour(tone))
        layers.append(bars.encode(x=px, x2=alt.X2("x2:Q"), y=py, y2=alt.Y2("y2:Q"), tooltip=tips))
    for text, at, style in (
        ("name", drawn["x"] - 7, {"align": "right", "color": colour("muted")}),
        ("told", drawn["x2"] + 6, {"align": "left", "color": colour("ink")}),
    ):
        words = pd.DataFrame({"x": at, "y": drawn["middle"], "text": drawn[text]})
        layers.append(alt.Chart(words).mark_text(baseline="middle", **style).encode(x=px, y=py, text=alt.Text("text:N")))
    titles = pd.DataFrame({"x": 0.0, "y": [tops[group] + 8 for group in heads], "text": ["\n".join(lines) for lines in heads.values()]})
    style = {"align": "left", "baseline": "middle", "fontWeight": "bold", "lineBreak": "\n", "lineHeight": 15, "color": colour("ink")}
    layers.append(alt.Chart(titles).mark_text(**style).encode(x=px, y=py, text=alt.Text("text:N")))
    named = {"group": "Group", "name": "Where", "value": "Value", "told": "In words"}
    return _sized(layers, width, top, told=frame[list(named)].rename(columns=named))


def waterfall(
    frame: pd.DataFrame, width: int, *, unit: str, x_title: str, x_domain: tuple[float, float], ticks: list[float], height: int = 290
) -> alt.LayerChart:
    """Parts as bars that begin where the one above ends, and below them, from zero, the total they are to make; each under its words.

    Parameters
    ----------
    frame : one row a bar, the total last: `part` (its words), `value` (in `unit`), `tone` (palette token or place)
    ticks : where the axis is marked

    >>> rows = pd.DataFrame({"part": ["first", "second", "both"], "value": [1.0, 2.0, 3.0], "tone": ["other", "unsure", "other"]})
    >>> chart = waterfall(rows, 700, unit="km", x_title="kilometres", x_domain=(0, 4), ticks=[0, 2, 4])
    >>> [(row["start"], row["end"]) for rows in chart.to_dict()["datasets"].values() for row in rows][:3]
    [(0.0, 1.0), (1.0, 3.0), (0.0, 3.0)]
    """
    end = frame["value"].cumsum()
    steps = frame.assign(start=end - frame["value"], end=end, y=range(len(frame)), told=[f"{value:,.0f} {unit}" for value in frame["value"]])
    steps.loc[steps.index[-1], ["start", "end"]] = 0.0, frame["value"].iloc[-1]
    base = alt.Chart(steps).encode(y=alt.Y("y:O", axis=None, scale=alt.Scale(paddingInner=0.62, paddingOuter=0.6)))
    x = alt.X("start:Q", title=x_title, scale=alt.Scale(domain=list(x_domain), nice=False), axis=alt.Axis(grid=True, values=ticks))
    bars = base.mark_bar().encode(x=x, x2="end:Q", color=alt.Color("tone:N", scale=place_colours(steps["tone"]), legend=None))
    words = base.mark_text(align="left", dy=-21, fontWeight="bold").encode(x=alt.value(0), text="part:N")
    figures = base.mark_text(align="left", dx=6).encode(x="end:Q", text="told:N")
    return fit(bars + (words + figures), width, height)
