"""Spans of years as bars, and events one below the other."""

import textwrap

import altair as alt
import pandas as pd

from gba.charts.layout import fit
from gba.charts.palette import colour


def spans(frame: pd.DataFrame, width: int, *, x_domain: tuple[int, int], colours: dict[str, str], pitch: int = 33) -> alt.TopLevelMixin:
    """Spans of years as bars on one time axis, each under its own line of words; a single year is a diamond.

    Parameters
    ----------
    frame : one row a bar, in drawing order: `start` and `end` (years, end inclusive), `text`, `group`, `aside` (True: hollow);
        a row without `start` is a heading
    colours : palette token of each group
    pitch : pixels from row to row
    """
    frame = frame.assign(row=range(len(frame)))
    high = pitch * len(frame)
    axis = alt.Axis(format="d", tickCount=5 if width < 500 else 8, grid=True, orient="top")
    x = alt.X("start:Q", title=None, scale=alt.Scale(domain=list(x_domain), nice=False), axis=axis)
    y = alt.Y("row:Q", title=None, axis=None, scale=alt.Scale(domain=[len(frame) - 0.2, -0.6], nice=False))
    # On a wide column the words end far from their mark: a dotted line leads to it.
    led = frame[frame["start"] - x_domain[0] > 0.02 * (x_domain[1] - x_domain[0])][["start", "row"]].rename(columns={"start": "end"}).assign(start=x_domain[0])
    guides = alt.Chart(led).mark_rule(color=colour("rule"), strokeDash=[1, 4]).encode(x=x, x2=alt.X2("end:Q"), y=y)
    layers = [guides] if len(led) else []
    for (group, hollow), part in frame[frame["start"].notna()].groupby(["group", "aside"]):
        stroke = colour(colours[group])
        style = {"fill": colour("paper") if hollow else stroke, "stroke": stroke, "strokeWidth": 1.5}
        long, short = part[part["end"] > part["start"]], part[part["end"] == part["start"]]
        if len(long):
            layers.append(alt.Chart(long).mark_bar(height=7, **style).encode(x=x, x2=alt.X2("end:Q"), y=y))
        if len(short):
            layers.append(alt.Chart(short).mark_point(shape="diamond", size=90, filled=True, opacity=1, **style).encode(x=x, y=y))
    heads = frame["start"].isna()
    for part, mark in ((frame[~heads], {"fontSize": 12, "dy": -13}), (frame[heads], {"fontSize": 13, "fontWeight": "bold", "dy": -2})):
        if part.empty:
            continue
        layers.append(alt.Chart(part).mark_text(align="left", color=colour("ink"), **mark).encode(x=alt.XValue(0), y=y, text=alt.Text("text:N")))
    return fit(alt.layer(*layers), width, high + 40)


def timeline(frame: pd.DataFrame, width: int, *, lanes: dict[str, tuple[str, str]]) -> alt.TopLevelMixin:
    """Events one below the other in the order of their dates, each a dot in its lane, with year and words beside it; each lane has its name over it.

    Parameters
    ----------
    frame : one row an event: `year` (text), `lane`, `text`, in drawing order
    lanes : name and palette token of each lane, from left to right
    """
    pitch, line, left = (24, 15, 44) if width > 500 else (17, 14, 38)
    words = left + pitch * len(lanes)
    room = int((width - words - 8) / (6.1 if width > 500 else 5.9))  # characters of 12 pixels' height
    wrapped = [textwrap.wrap(text, room) for text in frame["text"]]
    heights = pd.Series([line * len(lines) + 7 for lines in wrapped])
    drawn = pd.DataFrame(
        {
            "y": heights.cumsum() - heights + line / 2,
            "x": [left + pitch * list(lanes).index(lane) + 4 for lane in frame["lane"]],
            "lane": frame["lane"].to_numpy(),
            "text": ["\n".join(lines) for lines in wrapped],
            "shown": frame["year"].where(frame["year"] != frame["year"].shift(), "").to_numpy(),
        }
    )
    place = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False)),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[heights.sum(), 0], nice=False)),
    }
    colours = alt.Scale(domain=list(lanes), range=[colour(token) for _, token in lanes.values()])
    rails = pd.DataFrame({"x": [left + pitch * n + 4 for n in range(len(lanes))], "lane": list(lanes), "lane_name": [name for name, _ in lanes.values()]})
    heads = alt.Chart(rails).encode(x=place["x"], y=alt.YValue(-10))
    rails = alt.Chart(rails[["x"]]).mark_rule(color=colour("grid"), strokeWidth=1.5).encode(x=place["x"])
    base = alt.Chart(drawn).encode(**place)
    dots = base.mark_point(size=80, filled=True, opacity=1).encode(color=alt.Color("lane:N", scale=colours, legend=None))
    written = base.mark_text(align="left", baseline="top", dy=-6, lineBreak="\n", color=colour("ink")).encode(x=alt.XValue(words), text=alt.Text("text:N"))
    first = alt.Chart(drawn[drawn["shown"] != ""])
    years = first.mark_text(align="left", fontWeight="bold", color=colour("muted")).encode(x=alt.XValue(0), y=place["y"], text=alt.Text("shown:N"))
    # Slanted: lanes stand closer together than their names are long.
    marked = heads.mark_point(size=60, filled=True, opacity=1).encode(color=alt.Color("lane:N", scale=colours, legend=None))
    named = heads.mark_text(align="left", baseline="middle", angle=315, dx=9, fontSize=12 if width > 500 else 11, color=colour("ink"))
    named = named.encode(text=alt.Text("lane_name:N"))
    size = {"width": width - 10, "height": float(heights.sum()), "padding": 5}
    return alt.layer(rails, marked, named, dots, written, years, **size)
