"""Charts of an index: ranges of weights, chance against what was found, slopes, the stacked index; rows of dots and the triangle of weightings."""

import altair as alt
import numpy as np
import pandas as pd

from gba.charts.bars import stacking
from gba.charts.dots import dots
from gba.charts.layout import PHONE, boxes, clusters, key, plane, point, sized, spread, text_width, texts, wrapped
from gba.charts.palette import colour, rim
from gba.charts.ternary import area, ternary, territories

__all__ = ["SHAPES", "area", "chance", "slopes", "stacked_index", "strips", "ternary", "territories", "weight_ranges"]

#: The shapes of the cities, in their order.
SHAPES = ("diamond", "circle", "square")


def strips(
    frame: pd.DataFrame,
    width: int,
    *,
    kinds: dict[str, tuple[str, str, str, bool]],
    x_domain: tuple[float, float],
    level: float | None = None,
    unit: str | None = None,
    pitch: int = 27,
    room: int = 250,
) -> alt.LayerChart:
    """`dots` for many rows: the names stand at the left."""
    return dots(frame, width, kinds=kinds, x_domain=x_domain, level=level, unit=unit, pitch=pitch, room=room)


def weight_ranges(frame: pd.DataFrame, width: int, *, cities: dict[str, str], present: float, bar: int = 24) -> alt.LayerChart:
    """A bar a pillar from weight nothing to weight all, coloured by who comes first there, and the same in words; a stroke at today's weight.

    Parameters
    ----------
    frame : one row a stretch: `text` (the pillar, in drawing order), `start`, `end` (weights between 0 and 1), `first` (city)
    cities : key -> name
    present : the weight that each pillar has
    """
    names, wide, pitch = list(dict.fromkeys(frame["text"])), width - 10.0, bar + 48
    high = pitch * len(names) + 24
    top = frame["text"].map(names.index) * pitch + 20.0
    drawn = frame.assign(y=top, y2=top + bar, x=(frame["start"] * wide).round(1), x2=(frame["end"] * wide).round(1), told=frame["first"].map(cities))
    place = plane(width, high)
    layers = [boxes(part, place, color=colour(city), stroke=colour("paper"), strokeWidth=1) for city, part in drawn.groupby("first", sort=False)]
    # A name stands left in its stretch, or right of the stroke where that would cross it.
    start = drawn["x"].where((drawn["x"] > present * wide) | (drawn["x2"] < present * wide), present * wide)
    inside = drawn.assign(x=start.round(1), y=top + bar / 2)[drawn["x2"] - start > 14 + drawn["told"].map(lambda name: text_width(name, bold=True))]
    layers.append(texts(inside, "told", place, token="paper", dx=7, fontWeight="bold"))
    rows = pd.DataFrame({"x": 0.0, "y": [n * pitch + 10.0 for n in range(len(names))], "text": names})
    words = rows.assign(y=rows["y"] + 23 + bar, text=[_in_words(frame[frame["text"] == name], cities) for name in names])
    layers += [texts(rows, "text", place, fontWeight="bold"), texts(words, "text", place, token="muted", fontSize=11.5)]
    strokes = rows.assign(x=round(present * wide, 1), y=rows["y"] + 6, y2=rows["y"] + 14 + bar)
    layers.append(alt.Chart(strokes).mark_rule(color=colour("ink"), strokeWidth=2.5).encode(**place, y2=alt.Y2("y2:Q")))
    today = f"{present:.0%}, as here" if width > PHONE else f"{present:.0%}"
    for x, told, align in ((0.0, "0", "left"), (present * wide, today, "center"), (wide, "100%", "right")):
        layers.append(texts(pd.DataFrame({"x": [x], "y": [high - 8.0], "told": [told]}), "told", place, token="muted", align=align))
    used = [(f"{name} first", city, "square", True) for city, name in cities.items() if city in set(frame["first"])]
    return sized([*layers, *key(used, width)], width, high)


def _in_words(stretches: pd.DataFrame, cities: dict[str, str]) -> str:
    """Who is first over the weights of one pillar.

    >>> _in_words(pd.DataFrame({"start": [0.0, 0.09, 0.77], "first": ["a", "b", "c"]}), {"a": "A", "b": "B", "c": "C"})
    'A up to 9%, then B, from 77% C'
    """
    names, starts = [cities[city] for city in stretches["first"]], [f"{start:.0%}" for start in stretches["start"]]
    if len(names) == 1:
        return f"{names[0]} at every weight"
    return f"{names[0]} up to {starts[1]}, then {names[1]}" + "".join(f", from {start} {name}" for name, start in zip(names[2:], starts[2:], strict=True))


def binned(draws: np.ndarray, ends: tuple[float, float], bins: int = 28) -> pd.DataFrame:
    """The share of the draws in each of so many equal steps from end to end; steps that none falls into are left out.

    >>> binned(np.array([0.5, 0.6, 3.5]), (0, 4), bins=4).to_dict("records")
    [{'start': 0.0, 'end': 1.0, 'share': 0.66667}, {'start': 3.0, 'end': 4.0, 'share': 0.33333}]
    """
    counts, edges = np.histogram(draws, bins=bins, range=ends)
    columns = pd.DataFrame({"start": edges[:-1].round(4), "end": edges[1:].round(4), "share": (counts / len(draws)).round(5)})
    return columns[columns["share"] > 0]


def chance(
    draws: np.ndarray,
    found: float,
    width: int,
    *,
    told: str,
    average: str,
    unit: str,
    x_domain: tuple[float, float],
) -> alt.LayerChart:
    """What chance would give, as columns with their mean as a dashed line, and what was found, as a line across them.

    Parameters
    ----------
    draws : the measure under chance
    found : the measure as it is
    told, average : words at the line of what was found, and at that of the mean of the draws
    unit : what the horizontal axis measures
    x_domain : the ends of the scale
    """
    columns = binned(draws, x_domain).assign(beyond=lambda rows: rows["start"] >= found)
    x_scale = alt.Scale(domain=list(x_domain), nice=False, zero=False)
    # The axis has the title: of channels that share it Vega-Lite would join the titles, and the axis would grow beyond the column.
    x = alt.X("start:Q", title=unit, scale=x_scale, axis=alt.Axis(title=unit, tickCount=5, format=".2~f", titleAnchor="start"))
    top = float(columns["share"].max())
    place = {"x": x, "y": alt.Y("share:Q", title="share of the draws", axis=None, scale=alt.Scale(domain=[0, top * 1.5])), "y2": alt.datum(0)}
    fill = alt.condition("datum.beyond", alt.value(colour("unsure")), alt.value(colour("rule")))
    drawn = alt.Chart(columns).mark_rect(stroke=colour("paper"), strokeWidth=0.5)
    layers = [drawn.encode(**place, x2=alt.X2("end:Q", title="up to"), color=fill)]
    for at, words, height, dash in ((float(draws.mean()), average, 1.24, [4, 3]), (found, told, 1.47, [1, 0])):
        right = at > sum(x_domain) / 2
        line = pd.DataFrame({"start": [round(at, 4)], "told": ["\n".join(wrapped(words, 165, bold=True))], "share": [top * height]})
        layers.append(alt.Chart(line).mark_rule(color=colour("ink"), strokeWidth=2, strokeDash=dash).encode(**place))
        style = {"align": "right" if right else "left", "dx": -6 if right else 6, "baseline": "top", "fontWeight": "bold"}
        layers += [texts(line, "told", {"x": x, "y": place["y"]}, **style, **look) for look in (rim(), {})]
    return alt.layer(*layers, width=width, height=170)


def slopes(frame: pd.DataFrame, width: int, *, cities: dict[str, str], dates: tuple[str, str] = ("2019", "now"), high: int = 140) -> alt.LayerChart:
    """A small panel a pillar: a line a city from then to now, scores from 0 to 100.

    Parameters
    ----------
    frame : `text` (the panel, in drawing order), `place`, `then`, `now`, and `wider` (a second score of now, on more indicators,
        drawn hollow where it differs)
    cities : key -> name, in the key over the panels; each has its shape as it has its colour
    """
    titles = list(dict.fromkeys(frame["text"]))
    across = 3 if width > PHONE else 2
    step, tall = (width - 10) / across, high + 72
    plot = step - 62
    number = frame["text"].map(titles.index)
    left, top = (number % across) * step + 22.0, (number // across) * tall + 46.0
    place = plane(width, tall * -(-len(titles) // across))
    spots = {name: (top + high * (1 - frame[name] / 100)).round(1) for name in ("then", "now", "wider")}
    differs = (frame["wider"] - frame["now"]).abs() > 0.5
    lines = frame.assign(x=left, x2=left + plot, y=spots["then"], y2=spots["now"], told=[f"{score:.0f}" for score in frame["now"]]).round(1)
    layers = _slope_frames(titles, across, step, tall, plot, high, dates, place)
    for city, part in lines.groupby("place", sort=False):
        layers.append(alt.Chart(part).mark_rule(strokeWidth=2.4, color=colour(city)).encode(**place, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")))
    shapes = dict(zip(cities, SHAPES, strict=False))
    now = lines.assign(x=lines["x2"], y=spots["now"])
    for at, filled in ((lines, True), (now, True), (now.assign(y=spots["wider"])[differs], False)):
        # Marks at one height stand side by side.
        marks = at.assign(x=at["x"] + clusters(at["y"], number[at.index], near=5))
        layers += [alt.Chart(part).mark_point(**point(city, shapes[city], filled, 50)).encode(**place) for city, part in marks.groupby("place", sort=False)]
    ends = pd.concat([part.assign(y=spread(part["y"], 13)) for _, part in now.groupby("text")])
    ends["x"] += 11
    layers += [texts(part, "told", place, token=city, fontWeight="bold", fontSize=11.5) for city, part in ends.groupby("place", sort=False)]
    hollow = [("hollow: all indicators of today", "ink", "circle", False)] if differs.any() else []
    layers += key([*((name, city, shapes[city], True) for city, name in cities.items()), *hollow], width)
    return sized(layers, width, tall * -(-len(titles) // across))


def _slope_frames(titles: list[str], across: int, step: float, tall: float, plot: float, high: float, dates: tuple, place: dict) -> list[alt.Chart]:
    grid, words, heads = [], [], []
    for n, title in enumerate(titles):
        left, top = (n % across) * step + 22, (n // across) * tall + 46
        grid += [(left, left + plot, top + high * (1 - level / 100)) for level in (0, 50, 100)]
        words += [(left - 6, top + high * (1 - level / 100), f"{level:g}", "right") for level in (0, 50, 100)]
        words += [(left, top + high + 13, dates[0], "center"), (left + plot, top + high + 13, dates[1], "center")]
        lines = wrapped(title, step - 12, bold=True)
        heads.append((left - 22, top - 13 - 14 * (len(lines) - 1), "\n".join(lines)))
    rules = alt.Chart(pd.DataFrame(grid, columns=["x", "x2", "y"]).round(1)).mark_rule(color=colour("grid"))
    told = pd.DataFrame(words, columns=["x", "y", "told", "align"]).round(1)
    return [
        rules.encode(**place, x2=alt.X2("x2:Q")),
        *(texts(part, "told", place, token="muted", align=align, fontSize=11.5) for align, part in told.groupby("align")),
        texts(pd.DataFrame(heads, columns=["x", "y", "head"]), "head", place, baseline="bottom", fontWeight="bold", lineHeight=14),
    ]


def stacked_index(frame: pd.DataFrame, width: int, *, pillars: dict[str, tuple[str, str]], bar: int = 40) -> alt.LayerChart:
    """The index of each city as a bar of what each pillar adds, highest first.

    Parameters
    ----------
    frame : `place`, `name`, `pillar`, `points` (what the pillar adds, of 100); sorted by total
    pillars : key -> name in the key, palette token
    """
    cities, pitch = list(dict.fromkeys(frame["name"])), bar + 30
    rows = frame.rename(columns={"pillar": "part", "points": "value"}).assign(text=frame["name"])
    drawn = stacking(rows, cities, list(pillars), width - 56.0, whole=max(float(frame.groupby("name")["points"].sum().max()), 1.0))
    drawn = drawn.assign(y=drawn["row"] * pitch + 20.0, y2=drawn["row"] * pitch + 20.0 + bar)
    place = plane(width, len(cities) * pitch)
    layers = []
    for pillar, part in drawn.groupby("part", sort=False):
        tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("value:Q", title=pillars[pillar][0], format=".1f")]
        layers.append(boxes(part, place, tips, color=colour(pillars[pillar][1]), stroke=colour("paper"), strokeWidth=1))
    totals = drawn.groupby(["name", "place"], sort=False).agg(x=("x2", "max"), y=("y", "first"), points=("value", "sum")).reset_index()
    totals["told"] = [f"{points:.1f}" for points in totals["points"]]
    layers.append(texts(totals.assign(y=totals["y"] + bar / 2), "told", place, dx=7, fontWeight="bold", fontSize=15))
    for city, part in totals.groupby("place", sort=False):
        layers.append(texts(part.assign(x=0.0, y=part["y"] - 10), "name", place, token=city, fontWeight="bold", fontSize=13))
    return sized([*layers, *key([(name, token, "square", True) for name, token in pillars.values()], width)], width, len(cities) * pitch)
