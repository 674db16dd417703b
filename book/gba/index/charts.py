"""Charts of an index: the triangle of weightings, ranges of weights, chance against what was found, slopes, the stacked index."""

import textwrap

import altair as alt
import numpy as np
import pandas as pd

from gba.charts.dots import spots
from gba.charts.palette import colour, rim
from gba.charts.units import _mark, _plane, _sized, key

#: The shapes of the cities, in their order.
SHAPES = ("diamond", "circle", "square")
#: Corners of a triangle of height one: left, right, top.
_CORNERS = np.array([[0.0, 0.0], [2 / np.sqrt(3), 0.0], [1 / np.sqrt(3), 1.0]])


def clipped(polygon: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """The part of a convex polygon in which a linear function is not negative.

    Parameters
    ----------
    polygon : corners as weights of three groups, n x 3
    lead : the function's values at the three pure weightings

    >>> clipped(np.eye(3), np.array([1.0, -1.0, 1.0])).round(2).tolist()
    [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]
    """
    values, kept = polygon @ lead, []
    for n, (here, value) in enumerate(zip(polygon, values, strict=True)):
        following, other = polygon[(n + 1) % len(polygon)], values[(n + 1) % len(polygon)]
        if value >= 0:
            kept.append(here)
        if value * other < 0:
            kept.append(here + (following - here) * value / (value - other))
    return np.array(kept).reshape(-1, 3)


def territories(scores: np.ndarray) -> list[np.ndarray]:
    """For each city the weightings of three groups with which it comes first, as a polygon of weights (empty if there is none).

    Parameters
    ----------
    scores : cities x three groups; the index is their weighted arithmetic mean

    >>> [len(part) for part in territories(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))]
    [3, 3, 0]
    """
    found = []
    for city in range(len(scores)):
        polygon = np.eye(3)
        for other in range(len(scores)):
            if other != city and len(polygon):
                polygon = clipped(polygon, scores[city] - scores[other])
        found.append(polygon if area(polygon) > 1e-9 else np.zeros((0, 3)))
    return found


def area(polygon: np.ndarray) -> float:
    """The share of the whole triangle that a polygon of weights covers.

    >>> round(area(np.eye(3)), 9)
    1.0
    """
    if len(polygon) < 3:
        return 0.0
    x, y = (polygon @ _CORNERS).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2 * np.sqrt(3))


def ternary(scores: np.ndarray, width: int, *, groups: list[str], cities: dict[str, str], marks: dict[str, np.ndarray]) -> alt.LayerChart:
    """The triangle of all weightings of three groups, coloured by the city that comes first.

    Parameters
    ----------
    scores : cities x three groups
    groups : names of the corners: left, right, top; "\\n" starts a new line
    cities : key -> name, in the order of the scores
    marks : points to mark, name -> three weights
    """
    wide = width > 500
    left, side = (145, width - 300) if wide else (26, width - 62)
    high, top = side * np.sqrt(3) / 2, 46

    def at(weights):
        spot = np.asarray(weights) @ _CORNERS
        return left + spot[..., 0] * high, top + high - spot[..., 1] * high

    x, y = _plane(width, top + high + 44)
    layers = []
    for (city, name), polygon in zip(cities.items(), territories(scores), strict=True):
        if len(polygon):
            layers += _territory(polygon, at, x, y, city, name)
    for name, weights in marks.items():
        layers += _mark_at(*at(np.asarray(weights) / np.sum(weights)), x, y, name)
    spots = [
        (left - 8, top + high + 20, "left" if not wide else "center"),
        (left + side + 8, top + high + 20, "right" if not wide else "center"),
        (left + side / 2, 16, "center"),
    ]
    for (spot_x, spot_y, align), group in zip(spots, groups, strict=True):
        spot = alt.Chart(pd.DataFrame({"x": [spot_x], "y": [spot_y], "group": [group]}))
        layers.append(
            spot.mark_text(align=align, baseline="middle", lineBreak="\n", fontWeight="bold", color=colour("ink")).encode(x=x, y=y, text=alt.Text("group:N"))
        )
    shares = [100 * area(polygon) for polygon in territories(scores)]
    return _sized(layers, width, top + high + 44, told=pd.DataFrame({"City": list(cities.values()), "First in, per cent of all weightings": shares}))


def _territory(polygon: np.ndarray, at, x: alt.X, y: alt.Y, city: str, name: str) -> list[alt.Chart]:
    px, py = at(np.vstack([polygon, polygon[:1]]))
    outline = pd.DataFrame({"x": px.round(1), "y": py.round(1), "step": range(len(px)), "name": name})
    share = area(polygon)
    shape = (
        alt.Chart(outline)
        .mark_line(filled=True, fill=colour(city), stroke=colour("paper"), strokeWidth=1.5, strokeJoin="miter")
        .encode(x=x, y=y, order=alt.Order("step:Q"), tooltip=alt.Tooltip("name:N", title="first"))
    )
    if share < 0.02:
        return [shape]
    # The middle of the largest room, not of the corners: near enough for a label in a convex shape.
    mx, my = at(polygon.mean(axis=0))
    words = alt.Chart(pd.DataFrame({"x": [mx], "y": [my], "told": [f"{name}\n{share:.0%}"]}))
    return [
        shape,
        words.mark_text(lineBreak="\n", baseline="middle", fontWeight="bold", fontSize=13 if share > 0.1 else 11, color=colour("paper")).encode(
            x=x, y=y, text=alt.Text("told:N")
        ),
    ]


def _mark_at(px: float, py: float, x: alt.X, y: alt.Y, name: str) -> list[alt.Chart]:
    spot = alt.Chart(pd.DataFrame({"x": [round(float(px), 1)], "y": [round(float(py), 1)], "name": [name]})).encode(x=x, y=y)
    words = {"align": "left", "baseline": "middle", "dx": 10, "fontWeight": "bold"}
    # A point near a border has its name on two colours and on the line between them: a dark rim keeps it whole.
    rim = spot.mark_text(**words, color=colour("ink"), stroke=colour("ink"), strokeWidth=3, strokeJoin="round")
    return [
        spot.mark_point(size=90, filled=True, fill=colour("paper"), stroke=colour("ink"), strokeWidth=2, opacity=1),
        *(layer.encode(text=alt.Text("name:N")) for layer in (rim, spot.mark_text(**words, color=colour("paper")))),
    ]


def strips(
    frame: pd.DataFrame,
    width: int,
    *,
    kinds: dict[str, tuple[str, str, str, bool]],
    x_domain: tuple[float, float],
    level: float | None = None,
    unit: str = "",
    pitch: int = 27,
    room: int = 250,
) -> alt.LayerChart:
    """Dots on one scale, a row a thing, its name at the left (on a phone above); a thin line joins the dots of a row.

    Dots of a row that would hide each other stand off its line, one above the other.

    Parameters
    ----------
    frame : one row a dot: `text` (the row, in drawing order), `x`, `kind`, `told` (text over the dot, may be empty)
        and, where texts or dots would collide, `below` (True: the text stands under the dot) and `lift` (pixels by which the dot
        stands below the middle of its row; without it dots that would cover each other are moved apart)
    kinds : by kind: name in the key, palette token, shape, and whether it is filled
    level : a dashed line through all rows, on a phone a stroke in each, so that it does not strike out the names
    unit : what the axis measures, over its numbers
    pitch, room : pixels a row, and pixels for the names, in the column; a phone takes more of the one and none of the other
    """
    wide = width > 500
    pitch, left = (pitch, float(room)) if wide else (pitch + 19, 6.0)
    order = list(dict.fromkeys(frame["text"]))
    low, high = x_domain
    end = width - 24.0
    head = 22 + (16 if unit else 0)
    tall = pitch * len(order) + head
    drawn = frame.assign(below=frame.get("below", False))
    drop = 20 if drawn["below"].any() else 12

    def at(values):
        return (left + (values - low) / (high - low) * (end - left)).round(1)

    lane = frame["text"].map(order.index) * pitch + head + (pitch / 2 if wide else pitch - drop)
    drawn = drawn.assign(at=at(frame["x"]), lane=lane)
    drawn["y"] = lane + (frame["lift"] if "lift" in frame else _lifts(drawn["at"], lane))
    layers, above = key({kind: look for kind, look in kinds.items() if kind in set(frame["kind"])}, width)
    ticks = pd.DataFrame({"value": [tick for tick in _round_ticks(low, high)]})
    ticks = ticks.assign(
        at=at(ticks["value"]), told=[f"{value + 0.0:g}" for value in ticks["value"].where(ticks["value"] != 0, 0.0)], top=head - 2.0, end=float(tall)
    )
    layers.append(
        alt.Chart(ticks)
        .mark_rule(color=colour("grid"))
        .encode(
            x=alt.X("at:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False)),
            y=alt.Y("top:Q", axis=None, scale=alt.Scale(domain=[tall, 0], nice=False)),
            y2=alt.Y2("end:Q"),
        )
    )
    numbers = alt.Chart(ticks).mark_text(baseline="middle", color=colour("muted"))
    layers.append(numbers.encode(x=alt.X("at:Q"), y=alt.YValue(head - 13), text=alt.Text("told:N")))
    if unit:
        name = alt.Chart(pd.DataFrame({"at": [left], "unit": [unit]})).mark_text(align="left", baseline="middle", color=colour("muted"))
        layers.append(name.encode(x=alt.X("at:Q"), y=alt.YValue(7), text=alt.Text("unit:N")))
    if level is not None:
        lanes = drawn["lane"].unique()
        line = pd.DataFrame({"top": [head - 2.0], "end": [float(tall)]} if wide else {"top": lanes - 12, "end": lanes + 11})
        line["at"] = at(pd.Series(float(level), index=line.index))
        layers.append(alt.Chart(line).mark_rule(color=colour("ink"), strokeDash=[3, 3]).encode(x=alt.X("at:Q"), y=alt.Y("top:Q"), y2=alt.Y2("end:Q")))
    span = drawn.groupby("lane")["at"].agg(["min", "max"]).reset_index().query("max > min")
    if len(span):
        joined = alt.Chart(span).mark_rule(color=colour("rule"), strokeWidth=1)
        layers.append(joined.encode(x=alt.X("min:Q"), x2=alt.X2("max:Q"), y=alt.Y("lane:Q")))
    layers += spots(drawn.drop(columns="lift", errors="ignore"), kinds, across=alt.X("at:Q"), down=alt.Y("y:Q"), join=False)
    # Figures over the dots stand over the highest of their row.
    highest = drawn.groupby("lane")["y"].transform("min")
    words = drawn.assign(y=drawn["y"].where(drawn["below"], highest))[drawn["told"].astype(bool)]
    for (kind, below), part in words.groupby(["kind", "below"], sort=False):
        layers.append(
            alt.Chart(part[["at", "y", "told"]])
            .mark_text(dy=13 if below else -12, fontSize=11.5, fontWeight="bold", color=colour(kinds[kind][1]))
            .encode(x=alt.X("at:Q"), y=alt.Y("y:Q"), text=alt.Text("told:N"))
        )
    names = pd.DataFrame(
        {
            "at": 0.0,
            "y": [n * pitch + head + (pitch / 2 if wide else 9.0) for n in range(len(order))],
            "text": ["\n".join(textwrap.wrap(text, int(room / 6.3))) if wide else text for text in order],
        }
    )
    layers.append(
        alt.Chart(names)
        .mark_text(align="left", baseline="middle", lineBreak="\n", lineHeight=13, fontWeight="bold", color=colour("ink"), fontSize=12)
        .encode(x=alt.X("at:Q"), y=alt.Y("y:Q"), text=alt.Text("text:N"))
    )
    named = pd.DataFrame({"Row of the chart": frame["text"], "Mark": [kinds[kind][0] for kind in frame["kind"]], "Value": frame["x"]})
    return _sized(layers, width, tall, above, named)


def _lifts(at: pd.Series, row: pd.Series, near: float = 7.5, step: float = 9) -> pd.Series:
    """How far each mark of a row stands below its line, in pixels: marks closer than `near` share the line evenly.

    >>> _lifts(pd.Series([10.0, 12.0, 90.0]), pd.Series([1, 1, 1])).tolist()
    [-4.5, 4.5, 0.0]
    """
    lifts = pd.Series(0.0, index=at.index)
    for _, marks in at.groupby(row):
        ordered = marks.sort_values(kind="stable")
        for _, together in ordered.groupby((ordered.diff() >= near).cumsum()):
            lifts[together.index] = (np.arange(len(together)) - (len(together) - 1) / 2) * step
    return lifts


def _round_ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers from low to high.

    >>> _round_ticks(0, 100), _round_ticks(-8, 8)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [-8.0, -4.0, 0.0, 4.0, 8.0])
    """
    for step in (0.1, 0.2, 0.5, 1, 2, 4, 5, 10, 20, 25, 50, 100):
        if (high - low) / step <= 6:
            break
    return [float(value) for value in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def weight_ranges(frame: pd.DataFrame, width: int, *, cities: dict[str, str], present: float, bar: int = 24) -> alt.LayerChart:
    """A bar a pillar from weight nothing to weight all, coloured by who comes first there, and the same in words; a stroke at today's weight.

    Parameters
    ----------
    frame : one row a stretch: `text` (the pillar, in drawing order), `start`, `end` (weights between 0 and 1), `first` (city)
    cities : key -> name
    present : the weight that each pillar has
    """
    names = list(dict.fromkeys(frame["text"]))
    pitch, wide = bar + 48, width - 10.0
    drawn = frame.assign(y=frame["text"].map(names.index) * pitch + 20.0, x=(frame["start"] * wide).round(1), x2=(frame["end"] * wide).round(1))
    high = pitch * len(names) + 24
    x, y = _plane(width, high)
    layers, above = key({city: (f"{name} first", city, "square", True) for city, name in cities.items() if city in set(frame["first"])}, width)
    fill = alt.Color("first:N", legend=None, scale=alt.Scale(domain=list(cities), range=[colour(city) for city in cities]))
    layers.append(
        alt.Chart(drawn.assign(y2=drawn["y"] + bar)[["x", "x2", "y", "y2", "first"]])
        .mark_rect(stroke=colour("paper"), strokeWidth=1)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), color=fill)
    )
    # A name stands left in its stretch, or right of the stroke where that would cross it.
    start = drawn["x"].where((drawn["x"] > present * wide) | (drawn["x2"] < present * wide), present * wide)
    inside = drawn.assign(x=start.round(1), y=drawn["y"] + bar / 2, told=drawn["first"].map(cities))
    inside = inside[drawn["x2"] - start > 14 + 7 * inside["told"].str.len()][["x", "y", "told"]]
    style = {"align": "left", "baseline": "middle"}
    layers.append(alt.Chart(inside).mark_text(dx=7, fontWeight="bold", color=colour("paper"), **style).encode(x=x, y=y, text=alt.Text("told:N")))
    heads = pd.DataFrame({"x": 0.0, "y": [n * pitch + 10.0 for n in range(len(names))], "text": names})
    layers.append(alt.Chart(heads).mark_text(fontWeight="bold", color=colour("ink"), **style).encode(x=x, y=y, text=alt.Text("text:N")))
    told = [_in_words(frame[frame["text"] == name], cities) for name in names]
    words = pd.DataFrame({"x": 0.0, "y": [n * pitch + 33.0 + bar for n in range(len(names))], "text": told})
    layers.append(alt.Chart(words).mark_text(color=colour("muted"), fontSize=11.5, **style).encode(x=x, y=y, text=alt.Text("text:N")))
    strokes = pd.DataFrame(
        {"x": round(present * wide, 1), "y": [n * pitch + 16.0 for n in range(len(names))], "y2": [n * pitch + 24.0 + bar for n in range(len(names))]}
    )
    named = pd.DataFrame({"Pillar": frame["text"], "First": frame["first"].map(cities), "From weight": frame["start"], "To weight": frame["end"]})
    layers.append(alt.Chart(strokes).mark_rule(color=colour("ink"), strokeWidth=2.5).encode(x=x, y=y, y2=alt.Y2("y2:Q")))
    ends = pd.DataFrame(
        {"x": [0.0, present * wide, wide], "y": high - 8.0, "told": ["0", f"{present:.0%}, as here" if width > 500 else f"{present:.0%}", "100%"]}
    )
    for n, align in enumerate(("left", "center", "right")):
        layers.append(alt.Chart(ends.iloc[[n]]).mark_text(align=align, baseline="middle", color=colour("muted")).encode(x=x, y=y, text=alt.Text("told:N")))
    return _sized(layers, width, high, above, named)


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
    top = float(columns["share"].max())
    x_scale = alt.Scale(domain=list(x_domain), nice=False, zero=False)
    # The axis has the title: of channels that share it Vega-Lite would join the titles, and the axis would grow beyond the column.
    x = alt.X("start:Q", title=unit, scale=x_scale, axis=alt.Axis(title=unit, tickCount=5, format=".2~f", titleAnchor="start"))
    y = alt.Y("share:Q", title="share of the draws", axis=None, scale=alt.Scale(domain=[0, top * 1.5]))
    fill = alt.condition("datum.beyond", alt.value(colour("unsure")), alt.value(colour("rule")))
    columns_layer = (
        alt.Chart(columns)
        .mark_rect(stroke=colour("paper"), strokeWidth=0.5)
        .encode(x=x, x2=alt.X2("end:Q", title="up to"), y=y, y2=alt.datum(0), color=fill)
    )
    layers = [columns_layer]
    for at, words, height, dash in ((float(draws.mean()), average, 1.24, [4, 3]), (found, told, 1.47, [1, 0])):
        right = at > sum(x_domain) / 2
        line = alt.Chart(pd.DataFrame({"start": [round(at, 4)], "told": ["\n".join(textwrap.wrap(words, 26))], "share": [top * height]}))
        style = {"align": "right" if right else "left", "dx": -6 if right else 6, "baseline": "top", "lineBreak": "\n", "fontWeight": "bold"}
        layers.append(line.mark_rule(color=colour("ink"), strokeWidth=2, strokeDash=dash).encode(x=x, y=y, y2=alt.datum(0)))
        layers += [line.mark_text(**style, **look).encode(x=x, y=y, text=alt.Text("told:N")) for look in (rim(), {"color": colour("ink")})]
    return alt.layer(*layers, width=width, height=170)


def slopes(frame: pd.DataFrame, width: int, *, cities: dict[str, str], dates: tuple[str, str] = ("2019", "now"), high: int = 140) -> alt.LayerChart:
    """A small panel a pillar: a line a city from then to now, scores from 0 to 100.

    Parameters
    ----------
    frame : `text` (the panel, in drawing order), `place`, `then`, `now`, and `wider` (a second score of now, on more indicators,
        drawn hollow where it differs)
    cities : key -> name, named at the lines of the first panel's key; each has its shape as it has its colour
    """
    titles = list(dict.fromkeys(frame["text"]))
    across = 3 if width > 500 else 2
    step = (width - 10) / across
    plot, tall = step - 62, high + 72
    number = frame["text"].map(titles.index)
    left, top = (number % across) * step + 22.0, (number // across) * tall + 46.0
    total = tall * -(-len(titles) // across)
    spots = {name: (top + high * (1 - frame[name] / 100)).round(1) for name in ("then", "now", "wider")}
    place = frame["place"]
    lines = pd.DataFrame({"x": left, "x2": left + plot, "y": spots["then"], "y2": spots["now"], "place": place}).round(1)
    points = pd.concat(
        [pd.DataFrame({"x": left, "y": spots["then"], "place": place}), pd.DataFrame({"x": left + plot, "y": spots["now"], "place": place})]
    ).round(1)
    differs = (frame["wider"] - frame["now"]).abs() > 0.5
    extra = pd.DataFrame({"x": left + plot, "y": spots["wider"], "place": place})[differs].round(1)
    # Marks at one height stand side by side.
    points["x"] += _lifts(points["y"].reset_index(drop=True), points["x"].reset_index(drop=True) + 1000 * np.tile(number, 2), near=5).to_numpy()
    extra["x"] += _lifts(extra["y"], number[differs], near=5)
    x, y = _plane(width, total)
    scale = alt.Scale(domain=list(cities), range=[colour(city) for city in cities])
    fill = alt.Color("place:N", legend=None, scale=scale)
    shapes = dict(zip(cities, SHAPES, strict=False))
    hollow = {"wider": ("hollow: all indicators of today", "ink", "circle", False)} if len(extra) else {}
    layers, above = key({city: (name, city, shapes[city], True) for city, name in cities.items()} | hollow, width)
    layers += _slope_frames(titles, across, step, tall, plot, high, dates, x, y)
    layers.append(alt.Chart(lines).mark_rule(strokeWidth=2.4).encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), color=fill))
    for marks, filled in ((points, True), (extra, False)):
        for city, part in marks.groupby("place", sort=False):
            layers.append(alt.Chart(part[["x", "y"]]).mark_point(**_mark(city, shapes[city], filled, 50)).encode(x=x, y=y))
    ends = pd.DataFrame({"x": left + plot + 11, "y": spots["now"], "place": place, "told": [f"{score:.0f}" for score in frame["now"]], "panel": number})
    ends = pd.concat([part.assign(y=_apart(part["y"])) for _, part in ends.groupby("panel")])[["x", "y", "place", "told"]].round(1)
    layers.append(
        alt.Chart(ends).mark_text(align="left", baseline="middle", fontWeight="bold", fontSize=11.5).encode(x=x, y=y, text=alt.Text("told:N"), color=fill)
    )
    scores = {"then": f"Score {dates[0]}", "now": f"Score {dates[1]}", "wider": f"Score {dates[1]}, more indicators"}
    named = frame[["text", "place", *scores]].assign(place=place.map(cities)).rename(columns={"text": "Pillar", "place": "City", **scores})
    return _sized(layers, width, total, above, named)


def _apart(heights: pd.Series, least: float = 13) -> list[float]:
    """Heights of labels moved down where they would collide, in the order given.

    >>> _apart(pd.Series([50.0, 10.0, 12.0]))
    [50.0, 10.0, 23.0]
    """
    moved, last = {}, -1e9
    for n in sorted(range(len(heights)), key=lambda n: heights.iloc[n]):
        last = moved[n] = max(float(heights.iloc[n]), last + least)
    return [moved[n] for n in range(len(heights))]


def _slope_frames(
    titles: list[str], across: int, step: float, tall: float, plot: float, high: float, dates: tuple[str, str], x: alt.X, y: alt.Y
) -> list[alt.Chart]:
    grid, words = [], []
    for n, title in enumerate(titles):
        left, top = (n % across) * step + 22, (n // across) * tall + 46
        grid += [(left, left + plot, top + high * (1 - level / 100)) for level in (0, 50, 100)]
        words += [(left - 6, top + high * (1 - level / 100), f"{level:g}", "right") for level in (0, 50, 100)]
        words += [(left, top + high + 13, dates[0], "center"), (left + plot, top + high + 13, dates[1], "center")]
        lines = textwrap.wrap(title, int(step / 7.4))
        words.append((left - 22, top - 13 - 14 * (len(lines) - 1), "\n".join(lines), "head"))
    rules = pd.DataFrame(grid, columns=["x", "x2", "y"]).round(1)
    layers = [alt.Chart(rules).mark_rule(color=colour("grid")).encode(x=x, x2=alt.X2("x2:Q"), y=y)]
    every = pd.DataFrame(words, columns=["x", "y", "told", "align"]).round(1)
    for align, part in every.groupby("align"):
        style = (
            {"align": "left", "fontWeight": "bold", "color": colour("ink"), "lineBreak": "\n", "lineHeight": 14}
            if align == "head"
            else {"align": align, "color": colour("muted"), "fontSize": 11.5}
        )
        layers.append(
            alt.Chart(part[["x", "y", "told"]]).mark_text(baseline="bottom" if align == "head" else "middle", **style).encode(x=x, y=y, text=alt.Text("told:N"))
        )
    return layers


def stacked_index(frame: pd.DataFrame, width: int, *, pillars: dict[str, tuple[str, str]], bar: int = 40) -> alt.LayerChart:
    """The index of each city as a bar of what each pillar adds, highest first.

    Parameters
    ----------
    frame : `place`, `name`, `pillar`, `points` (what the pillar adds, of 100); sorted by total
    pillars : key -> name in the key, palette token
    """
    cities = list(dict.fromkeys(frame["name"]))
    room, wide = 46, width - 10.0
    scale = (wide - room) / max(frame.groupby("name")["points"].sum().max() * 1.0, 1)
    ordered = frame.assign(row=frame["name"].map(cities.index), order=frame["pillar"].map(list(pillars).index)).sort_values(["row", "order"])
    end = ordered.groupby("row")["points"].cumsum()
    drawn = ordered.assign(x=((end - ordered["points"]) * scale).round(1), x2=(end * scale).round(1), y=ordered["row"] * (bar + 30) + 20.0)
    x, y = _plane(width, len(cities) * (bar + 30))
    layers, above = key({pillar: (name, token, "square", True) for pillar, (name, token) in pillars.items()}, width)
    for pillar, part in drawn.groupby("pillar", sort=False):
        tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("points:Q", title=pillars[pillar][0], format=".1f")]
        boxes = part.assign(y2=part["y"] + bar)[["x", "x2", "y", "y2", "name", "points"]]
        layers.append(
            alt.Chart(boxes)
            .mark_rect(color=colour(pillars[pillar][1]), stroke=colour("paper"), strokeWidth=1)
            .encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), tooltip=tips)
        )
    totals = drawn.groupby(["name", "place", "row"], sort=False).agg(x=("x2", "max"), y=("y", "first"), points=("points", "sum")).reset_index()
    totals["told"] = [f"{points:.1f}" for points in totals["points"]]
    layers.append(
        alt.Chart(totals.assign(y=totals["y"] + bar / 2)[["x", "y", "told"]])
        .mark_text(align="left", dx=7, baseline="middle", fontWeight="bold", fontSize=15, color=colour("ink"))
        .encode(x=x, y=y, text=alt.Text("told:N"))
    )
    for place, part in totals.groupby("place", sort=False):
        head = part.assign(x=0.0, y=part["y"] - 10)[["x", "y", "name"]]
        layers.append(
            alt.Chart(head)
            .mark_text(align="left", baseline="middle", fontWeight="bold", fontSize=13, color=colour(place))
            .encode(x=x, y=y, text=alt.Text("name:N"))
        )
    named = pd.DataFrame({"City": frame["name"], "Pillar": [pillars[key][0] for key in frame["pillar"]], "Points": frame["points"]})
    return _sized(layers, width, len(cities) * (bar + 30), above, named)
