"""Charts of an index: slopes, the stacked index, how many designs have which lead."""

from itertools import cycle

import altair as alt
import pandas as pd

from gba.charts.bars import stacking
from gba.charts.layout import PHONE, boxes, clusters, fit, key, plane, point, sized, spread, texts, wrapped
from gba.charts.palette import colour

#: The shapes of the cities, in their order; with more cities they begin again.
SHAPES = ("diamond", "circle", "square", "triangle-up", "cross")


def slopes(frame: pd.DataFrame, width: int, *, cities: dict[str, str], dates: tuple[str, str] = ("2019", "now")) -> alt.LayerChart:
    """A small panel a pillar: a line a city from then to now, scores from 0 to 100.

    The frame has `text` (the panel, in drawing order), `place`, `then`, `now`; `cities` are key -> name, and each has its shape as it has its colour.
    """
    titles = list(dict.fromkeys(frame["text"]))
    across = 3 if width > PHONE else 2
    step, high = (width - 10) / across, 140
    tall = high + 72
    plot = step - 68
    number = frame["text"].map(titles.index)
    left, top = (number % across) * step + 28.0, (number // across) * tall + 46.0
    place = plane(width, tall * -(-len(titles) // across))
    spots = {name: (top + high * (1 - frame[name] / 100)).round(1) for name in ("then", "now")}
    lines = frame.assign(x=left, x2=left + plot, y=spots["then"], y2=spots["now"], told=[f"{score:.0f}" for score in frame["now"]]).round(1)
    layers = _slope_frames(titles, across, step, tall, plot, high, dates, place)
    for city, part in lines.groupby("place", sort=False):
        layers.append(alt.Chart(part).mark_rule(strokeWidth=2.4, color=colour(city)).encode(**place, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")))
    shapes = dict(zip(cities, cycle(SHAPES), strict=False))
    now = lines.assign(x=lines["x2"], y=spots["now"])
    for at in (lines, now):
        # Marks at one height stand side by side.
        marks = at.assign(x=at["x"] + clusters(at["y"], at["text"], near=5))
        for city, part in marks.groupby("place", sort=False):
            layers.append(alt.Chart(part).mark_point(**point(city, shapes[city], True, 50)).encode(**place))
    ends = pd.concat([part.assign(y=spread(part["y"], 13)) for _, part in now.groupby("text")])
    ends["x"] += 11
    layers += [texts(part, "told", place, token=city, fontWeight="bold", fontSize=11.5) for city, part in ends.groupby("place", sort=False)]
    layers += key([(name, city, shapes[city], True) for city, name in cities.items()], width)
    return sized(layers, width, tall * -(-len(titles) // across))


def _slope_frames(titles: list[str], across: int, step: float, tall: float, plot: float, high: float, dates: tuple, place: dict) -> list[alt.Chart]:
    grid, words, heads = [], [], []
    for n, title in enumerate(titles):
        left, top = (n % across) * step + 28, (n // across) * tall + 46
        grid += [(left, left + plot, top + high * (1 - level / 100)) for level in (0, 50, 100)]
        words += [(left - 9, top + high * (1 - level / 100), f"{level:g}", "right") for level in (0, 50, 100)]
        words += [(left, top + high + 13, dates[0], "center"), (left + plot, top + high + 13, dates[1], "center")]
        lines = wrapped(title, step - 12, bold=True)
        heads.append((left - 28, top - 13 - 14 * (len(lines) - 1), "\n".join(lines)))
    rules = alt.Chart(pd.DataFrame(grid, columns=["x", "x2", "y"]).round(1)).mark_rule(color=colour("grid"))
    told = pd.DataFrame(words, columns=["x", "y", "told", "align"]).round(1)
    return [
        rules.encode(**place, x2=alt.X2("x2:Q")),
        *(texts(part, "told", place, token="muted", align=align, fontSize=11.5) for align, part in told.groupby("align")),
        texts(pd.DataFrame(heads, columns=["x", "y", "head"]), "head", place, baseline="bottom", fontWeight="bold", lineHeight=14),
    ]


def stacked_index(frame: pd.DataFrame, width: int, *, pillars: dict[str, tuple[str, str]]) -> alt.LayerChart:
    """The index of each city as a bar of what each pillar adds, highest first.

    The frame has `place`, `name`, `pillar`, `points` (what the pillar adds, of 100), sorted by total; `pillars` are key -> name in the key, palette token.
    """
    cities, bar, pitch = list(dict.fromkeys(frame["name"])), 40, 70
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


def steps(frame: pd.DataFrame, width: int, *, unit: str, tokens: dict[str, str]) -> alt.LayerChart:
    """Columns of how many there are in each step of a scale (in `unit`), in the colour of a side.

    The frame has `start`, `end`, `designs` (how many), `side` (palette token or place); `tokens` are by side its name in the key.
    """
    # The axis has the title: of channels that share it Vega-Lite would join the titles, and the axis would grow beyond the column.
    x = alt.X("start:Q", axis=alt.Axis(title=unit, titleAnchor="start", tickCount=8), scale=alt.Scale(nice=False, zero=False))
    y = alt.Y("designs:Q", axis=alt.Axis(title="designs", tickCount=4))
    layers = []
    for side, part in frame[frame["designs"] > 0].groupby("side", sort=False):
        columns = alt.Chart(part).mark_rect(color=colour(side), stroke=colour("paper"), strokeWidth=0.5)
        layers.append(columns.encode(x=x, x2=alt.X2("end:Q", title="up to"), y=y, y2=alt.datum(0)))
    layers += key([(name, side, "square", True) for side, name in tokens.items() if side in set(frame["side"])], width - 60, foot=-40)
    return fit(alt.layer(*layers), width, 190)
