"""Dates on lanes, and readings at dates that are joined only where they count the same thing."""

import math

import altair as alt
import pandas as pd

from gba.charts.palette import colour, rim
from gba.charts.units import _mark, _plane, _sized, key


def levels(begin: pd.Series, until: pd.Series, gap: float) -> list[int]:
    """The lowest level on which each span, in the order given, does not touch a span placed before it.

    Parameters
    ----------
    begin, until : the ends of the spans
    gap : the distance below which two spans touch

    >>> levels(pd.Series([0, 1, 5]), pd.Series([2, 3, 6]), 0.5)
    [0, 1, 0]
    """
    taken: list[list[tuple[float, float]]] = []
    found = []
    for a, b in zip(begin, until, strict=True):
        free = next((n for n, spans in enumerate(taken) if all(b + gap <= c or a >= d + gap for c, d in spans)), len(taken))
        taken += [[]] * (free == len(taken))
        taken[free] = [*taken[free], (a, b)]
        found.append(free)
    return found


def lanes(
    frame: pd.DataFrame, width: int, *, kinds: dict[str, tuple[str, str, str, bool]], x_domain: tuple[float, float], colours: dict[str, str], pitch: int = 10
) -> alt.LayerChart:
    """Documents by date on one lane a place: a mark where the day or month is known, a bar over the year where only the year is.

    Parameters
    ----------
    frame : one row a document: `lane` (in drawing order), `begin`, `until` (in years; equal for a mark), `kind`, `hollow`, `told` (for the tooltip)
    kinds : by kind: name in the key, palette token, shape, whether it is filled (the marks take the colour of their lane)
    colours : palette token of each lane
    """
    left, right = x_domain
    scale = (width - 10) / (right - left)
    order = list(colours)
    drawn, y, heads = [], 0.0, []
    for lane in order:
        part = (
            frame[frame["lane"] == lane]
            .assign(x=lambda rows: (rows["begin"] - left) * scale, x2=lambda rows: (rows["until"] - left) * scale)
            .sort_values(["x", "x2"])
        )
        half = (part["x2"] == part["x"]) * 5.0
        part["level"] = levels(part["x"] - half, part["x2"] + half, 1)
        high = 17 + pitch * (max(part["level"].max() + 1, 1) if len(part) else 1) + 7
        drawn.append(part.assign(y=y + high - 9 - pitch * part["level"]))
        heads.append((0, y + 8, lane, y + high - 2))
        y += high
    every = pd.concat(drawn)
    px, py = _plane(width, y)
    layers, room = key(kinds, width)
    years = pd.DataFrame(
        {"x": [(year - left) * scale for year in range(int(left), int(right) + 1)], "year": [str(year) for year in range(int(left), int(right) + 1)]}
    )
    layers.append(alt.Chart(years).mark_rule(color=colour("grid")).encode(x=px))
    lines = pd.DataFrame(heads, columns=["x", "y", "lane", "foot"])
    layers.append(alt.Chart(lines[["foot"]].rename(columns={"foot": "y"})).mark_rule(color=colour("grid")).encode(y=py))
    middle = years.assign(x=years["x"] + scale / 2).iloc[:-1].iloc[:: 1 if width > 500 else 2]
    layers.append(alt.Chart(middle).mark_text(baseline="top", color=colour("muted"), dy=4).encode(x=px, y=alt.YValue(y), text=alt.Text("year:N")))
    layers += _documents(every, kinds, colours, px, py)
    for lane, part in lines.groupby("lane"):
        layers.append(
            alt.Chart(part[["x", "y", "lane"]])
            .mark_text(align="left", baseline="middle", fontWeight="bold", color=colour(colours[lane]))
            .encode(x=px, y=py, text=alt.Text("lane:N"))
        )
    return _sized(layers, width, y, room)


def _documents(every: pd.DataFrame, kinds: dict, colours: dict[str, str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The marks of `lanes`, and the bars under those of which only the year is known, in as few layers as there can be."""
    every = every.assign(at=((every["x"] + every["x2"]) / 2).round(1), y=every["y"].round(1), x=every["x"].round(1), x2=every["x2"].round(1))
    shade = alt.Scale(domain=list(colours), range=[colour(token) for token in colours.values()])
    shape = alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=list(kinds), range=[shape for _, _, shape, _ in kinds.values()]))
    stroke = alt.Stroke("lane:N", legend=None, scale=shade)
    layers = []
    for hollow, part in every.groupby("hollow"):
        fill = {"fill": alt.value(colour("paper"))} if hollow else {"fill": alt.Fill("lane:N", legend=None, scale=shade)}
        long = part[part["x2"] > part["x"]]
        if len(long):
            layers.append(
                alt.Chart(long[["x", "x2", "y", "lane"]]).mark_bar(height=3, strokeWidth=1).encode(x=x, x2=alt.X2("x2:Q"), y=y, stroke=stroke, **fill)
            )
        points = part[["at", "y", "lane", "kind", "told"]].rename(columns={"at": "x"})
        mark = {"filled": True, "size": 55, "strokeWidth": 1.5, "opacity": 1}
        layers.append(alt.Chart(points).mark_point(**mark).encode(x=x, y=y, shape=shape, stroke=stroke, tooltip=alt.Tooltip("told:N", title=" "), **fill))
    return layers


def stages(
    frame: pd.DataFrame,
    *,
    y_title: str,
    y: str = "value",
    y_format: str = ",~f",
    x_domain: tuple[float, float],
    y_domain: tuple[float, float],
    ticks: int = 5,
    under: tuple[alt.Chart, ...] = (),
) -> alt.LayerChart:
    """Readings at exact dates as points; a line joins those of one series, that is: of one scope, and nothing else.

    Parameters
    ----------
    frame : rows of `gba.dated`: `moment`, `period`, `y`, `place` (its colour), `series` (what is joined), `hollow`, and `told`, `side`
        (the words at a point, which may be empty, and where: left, right, above, below)
    """
    frame = frame.assign(moment=frame["moment"].round(3))
    place = {
        "x": alt.X(
            "moment:Q",
            title=None,
            scale=alt.Scale(domain=list(x_domain), nice=False),
            axis=alt.Axis(format="d", values=_years(frame["moment"], x_domain), labelOverlap="greedy", labelSeparation=6),
        ),
        "y": alt.Y(f"{y}:Q", title=y_title, scale=alt.Scale(domain=list(y_domain), nice=False), axis=alt.Axis(format=y_format, tickCount=ticks)),
    }
    layers = [*under]
    tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("period:N"), alt.Tooltip(f"{y}:Q", title=y_title or " ", format=",.5~r")]
    for owner, part in frame.groupby("place", sort=False):
        joined = part[part.groupby("series")[y].transform("size") > 1]
        if len(joined):
            layers.append(alt.Chart(joined).mark_line(color=colour(owner)).encode(**place, detail=alt.Detail("series:N")))
        for hollow, points in part.groupby("hollow"):
            layers.append(alt.Chart(points).mark_point(**_mark(owner, "circle", not hollow, 48)).encode(**place, tooltip=tips))
        for side, style in (("left", {"align": "right", "dx": -8}), ("right", {"align": "left", "dx": 8}), ("above", {"dy": -13}), ("below", {"dy": 14})):
            words = part[(part["side"] == side) & part["told"].astype(bool)]
            if len(words):
                for look in (rim(), {"color": colour(owner)}):
                    text = alt.Chart(words).mark_text(baseline="middle", fontWeight="bold", fontSize=11.5, lineBreak="\n", **style, **look)
                    layers.append(text.encode(**place, text=alt.Text("told:N")))
    return alt.layer(*layers, padding={"left": 5, "top": 8, "right": 8, "bottom": 5})


def _years(moments: pd.Series, x_domain: tuple[float, float]) -> list[int]:
    """The years of an axis: from its begin to the end of the readings' last year; what lies beyond is room for words, not time.

    >>> _years(pd.Series([2019.5, 2021.0]), (2019, 2026))
    [2019, 2020, 2021]
    """
    return list(range(math.ceil(x_domain[0]), math.ceil(moments.max()) + 1))
