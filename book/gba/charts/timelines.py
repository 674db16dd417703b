"""Spans of years as bars, and events one below the other."""

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, fit, only, plane, point, rimmed, sized, texts, wrapped
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
    frame = only(frame, "text", "group", "aside", "start", "end").assign(row=range(len(frame)))
    axis = alt.Axis(format="d", tickCount=8 if width > PHONE else 5, grid=True, orient="top")
    x = alt.X("start:Q", title=None, scale=alt.Scale(domain=list(x_domain), nice=False), axis=axis)
    y = alt.Y("row:Q", title=None, axis=None, scale=alt.Scale(domain=[len(frame) - 0.2, -0.6], nice=False))
    # On a wide column the words end far from their mark: a dotted line leads to it.
    led = frame[frame["start"] - x_domain[0] > 0.02 * (x_domain[1] - x_domain[0])].assign(end=lambda rows: rows["start"], start=x_domain[0])
    layers = [alt.Chart(led).mark_rule(color=colour("rule"), strokeDash=[1, 4]).encode(x=x, x2=alt.X2("end:Q"), y=y)] if len(led) else []
    for (group, hollow), part in frame[frame["start"].notna()].groupby(["group", "aside"]):
        look = point(colours[group], "diamond", not hollow)
        bar = {**{name: look[name] for name in ("fill", "stroke", "strokeWidth")}, "height": 7}
        for long, rows in part.groupby(part["end"] > part["start"]):
            base = alt.Chart(rows).encode(x=x, y=y)
            layers.append(base.mark_bar(**bar).encode(x2=alt.X2("end:Q")) if long else base.mark_point(**look))
    for heading, part in frame.groupby(frame["start"].isna()):
        style = {"fontSize": 13, "fontWeight": "bold", "dy": -2} if heading else {"dy": -13}
        layers += rimmed(part, "text", {"x": alt.XValue(0), "y": y}, **style)
    return fit(alt.layer(*layers), width, pitch * len(frame) + 40)


def timeline(frame: pd.DataFrame, width: int, *, lanes: dict[str, tuple[str, str]]) -> alt.TopLevelMixin:
    """Events one below the other in the order of their dates, each a dot in its lane, with year and words beside it; each lane has its name over it.

    Parameters
    ----------
    frame : one row an event: `year` (text), `lane`, `text`, in drawing order
    lanes : name and palette token of each lane, from left to right
    """
    pitch, line, left = (24, 15, 44) if width > PHONE else (17, 14, 38)
    words = left + pitch * len(lanes)
    lines = [wrapped(text, width - words - 12) for text in frame["text"]]
    heights = pd.Series([line * len(each) + 7.0 for each in lines])
    at = {lane: left + pitch * n + 4 for n, lane in enumerate(lanes)}
    # A year is said once.
    shown = frame["year"].where(frame["year"] != frame["year"].shift(), "").to_numpy()
    rows = {"x": frame["lane"].map(at).to_numpy(), "y": heights.cumsum() - heights + line / 2, "lane": frame["lane"].to_numpy()}
    drawn = pd.DataFrame({**rows, "text": ["\n".join(each) for each in lines], "shown": shown})
    place = plane(width, heights.sum())
    rails = pd.DataFrame({"x": list(at.values()), "lane_name": [name for name, _ in lanes.values()]})
    layers = [alt.Chart(rails).mark_rule(color=colour("grid"), strokeWidth=1.5).encode(x=place["x"])]
    for lane, (name, token) in lanes.items():
        head = {"x": alt.XValue(at[lane]), "y": alt.YValue(-10)}
        named = pd.DataFrame({"lane_name": [name]})
        layers.append(alt.Chart(named).mark_point(**point(token, "circle", True, 52)).encode(**head))
        # Slanted: lanes stand closer together than their names are long.
        layers.append(texts(named, "lane_name", head, angle=315, dx=9, fontSize=12 if width > PHONE else 11))
        layers.append(alt.Chart(drawn[drawn["lane"] == lane]).mark_point(**point(token, "circle", True, 68)).encode(**place))
    layers.append(texts(drawn, "text", {"x": alt.XValue(words), "y": place["y"]}, baseline="top", dy=-6))
    layers.append(texts(drawn[drawn["shown"] != ""], "shown", {"x": alt.XValue(0), "y": place["y"]}, token="muted", fontWeight="bold"))
    return sized(layers, width, heights.sum())
