"""Journeys between the eleven cities: one row a pair, the pairs as lines on the map, and their times before and after an opening."""

import altair as alt
import numpy as np
import pandas as pd
import shapely

from gba.charts.palette import colour, rim
from gba.charts.units import _mark
from gba.charts.units import key as _entries
from gba.data.load import load
from gba.maps.boundaries import feature
from gba.maps.layers import PAPER, Window, _size, texts


def city_pairs(frame: pd.DataFrame, cities: list[str]) -> pd.DataFrame:
    """The rows of journeys between two of the cities, with `a` and `b` in the order of `cities`, whichever way the journey goes.

    >>> city_pairs(pd.DataFrame({"place": ["x", "z"], "to_place": ["y", "y"], "value": [1, 2]}), ["y", "x"])[["a", "b"]].values.tolist()
    [['y', 'x']]
    """
    rank = {city: n for n, city in enumerate(cities)}
    kept = frame[frame["place"].isin(rank) & frame["to_place"].isin(rank)]
    ends = [sorted(pair, key=rank.get) for pair in zip(kept["place"], kept["to_place"], strict=True)]
    return kept.assign(a=[a for a, _ in ends], b=[b for _, b in ends])


DASHES = [6, 4]

#: Where the name of a city stands from its point in the window "estuary": pixels right and down, and which side of the text is at it.
NAMES = {
    "hong_kong": (-6, 14, "center"),
    "macao": (7, 12, "left"),
    "zhuhai": (-8, 4, "right"),
    "zhongshan": (-2, 17, "right"),
    "jiangmen": (-4, 14, "left"),
    "shenzhen": (9, -8, "left"),
    "dongguan": (8, -6, "left"),
    "huizhou": (0, -12, "center"),
    "guangzhou": (4, -10, "center"),
    "foshan": (0, 15, "center"),
    "zhaoqing": (0, -12, "center"),
}


def connections(frame: pd.DataFrame, w: Window, *, classes: dict[str, tuple[str, str, bool, float]]) -> alt.LayerChart:
    """Pairs of cities as bent lines on the map, with the cities' names and a text at the middle of a line; the key stands above.

    Parameters
    ----------
    frame : one row a pair: `a`, `b` (cities), `class`, `told` (text, may be empty), `bend`, how far the line is bent
        as a share of its length (to the left of the way from a to b; negative: to the right), and `spot`, the share of the way
        from a to b at which the text stands (optional, else the middle)
    classes : by class: name in the key, palette token, whether the line is dashed, and its width in pixels
    """
    points = load("geo_points").set_index("id")
    ends = [w.pixels(points.loc["city_" + frame[side]][["lon", "lat"]].to_numpy(float)) for side in ("a", "b")]
    curves = [_bent(a, b, bend) for a, b, bend in zip(*ends, frame["bend"], strict=True)]
    layers = []
    for key, (_, token, dashed, wide) in reversed(classes.items()):
        chosen = (frame["class"] == key).to_numpy()
        lines = [shapely.LineString(np.round(w.degrees(curve), 3)) for curve, take in zip(curves, chosen, strict=True) if take]
        if lines:
            style = {"strokeDash": DASHES} if dashed else {}
            drawn = alt.Chart(alt.InlineData(values=[feature({}, shapely.MultiLineString(lines))]))
            layers.append(drawn.mark_geoshape(filled=False, stroke=colour(token), strokeWidth=wide, **style).project(**w.projection()))
    here = list(pd.unique(frame[["a", "b"]].to_numpy().ravel()))
    places = points.loc["city_" + pd.Series(here)]
    dots = alt.Chart(places[["lon", "lat"]].reset_index(drop=True)).mark_point(filled=True, fill=colour("ink"), stroke=PAPER, size=34, opacity=1)
    layers.append(dots.encode(longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q")).project(**w.projection()))
    at = w.pixels(places[["lon", "lat"]].to_numpy(float))
    dx, dy, align = (list(column) for column in zip(*(NAMES[city] for city in here), strict=True))
    names = pd.DataFrame({"text": places["name_en"].to_numpy(), "x": at[:, 0] + dx, "y": at[:, 1] + dy, "align": align})
    middle = np.array([curve[round(spot * (len(curve) - 1))] for curve, spot in zip(curves, frame.get("spot", pd.Series(0.5, frame.index)), strict=True)])
    spots = pd.DataFrame({"text": frame["told"].to_numpy(), "x": middle[:, 0], "y": middle[:, 1], "align": "center"})
    spots = spots[spots["text"].astype(bool)]
    names, spots = (rows[rows["x"].between(0, w.width) & rows["y"].between(0, w.height)] for rows in (names, spots))
    written = [*texts(spots, w, fontSize=11 if w.phone else 12.5, fontWeight="bold"), *texts(names, w, fontSize=11 if w.phone else 13)]
    return _size(alt.layer(*layers, *written, *_key(classes, set(frame["class"]), w)), w)


def _bent(a: np.ndarray, b: np.ndarray, bend: float) -> np.ndarray:
    way = b - a
    control = (a + b) / 2 + 2 * bend * np.array([way[1], -way[0]])
    t = np.linspace(0, 1, 11)[:, None]
    return (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b


def _key(classes: dict, used: set[str], w: Window) -> list[alt.Chart]:
    layers, x, row = [], 0.0, 0
    shown = [entry for key, entry in classes.items() if key in used]
    rows = 1 if w.width > 500 else len(shown)
    for name, token, dashed, wide in shown:
        y = -14 - 17 * (rows - 1 - row)
        stroke = alt.Chart(pd.DataFrame({"x": [x], "x2": [x + 22], "y": [y]}))
        at = {"x": alt.X("x:Q", scale=None, axis=None), "y": alt.Y("y:Q", scale=None, axis=None)}
        layers.append(stroke.mark_rule(color=colour(token), strokeWidth=wide, strokeDash=DASHES if dashed else [1, 0]).encode(**at, x2=alt.X2("x2")))
        word = alt.Chart(pd.DataFrame({"x": [x + 28], "y": [y], "name": [name]}))
        layers.append(word.mark_text(align="left", baseline="middle", color=colour("ink"), fontSize=11.5).encode(**at, text=alt.Text("name:N")))
        x, row = (x + 48 + 6.2 * len(name), row) if rows == 1 else (0.0, row + 1)
    return layers


def journeys(
    frame: pd.DataFrame,
    width: int,
    *,
    kinds: dict[str, tuple[str, str, str]],
    weak: str,
    x_domain: tuple[float, float],
    level: float,
    room: tuple[int, int] = (176, 148),
) -> alt.LayerChart:
    """Times of journeys in minutes: a line for each kind and means under the name of its pair, every time a mark and a figure.

    Parameters
    ----------
    frame : one row a time: `pair` (the heading, in drawing order), `line` (words at the left, in drawing order), `x` (minutes), `kind`,
        and `weak` (True: hollow)
    kinds : by kind: name in the key, palette token, shape
    weak : what the key says of a hollow mark
    level : minutes at which a dashed stroke stands in every line
    room : pixels for the words at the left, wide and on a phone

    >>> times = pd.DataFrame({"pair": ["A-B"] * 2, "line": ["since, train"] * 2, "x": [47.0, 51.0], "kind": "since", "weak": [False, True]})
    >>> drawn = journeys(times, 350, kinds={"since": ("since", "seq5", "circle")}, weak="weak", x_domain=(0, 250), level=60).to_dict()
    >>> sorted({row["told"] for rows in drawn["datasets"].values() for row in rows if row.get("told")})
    ['47, 51']
    """
    left = room[0] if width > 500 else room[1]
    lines = frame[["pair", "line"]].drop_duplicates().reset_index(drop=True)
    first = ~lines["pair"].duplicated()
    lines["y"] = 21.0 * lines.index + 29.0 * first.cumsum() - 1
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[float(lines["y"].iloc[-1]) + 12, 0], nice=False))
    axis = alt.Axis(tickCount=5, grid=True, orient="top", labelFlush=True)
    x = alt.X("x:Q", title=None, axis=axis, scale=alt.Scale(domain=list(x_domain), range=[left, width - 22], nice=False))
    marks = frame.drop_duplicates(["pair", "line", "x", "kind", "weak"]).merge(lines, on=["pair", "line"])
    marks = marks.assign(grade=marks["weak"].map({True: weak, False: "well sourced"}))
    hour = lines[["y"]].assign(x=level, y2=lines["y"] + 9, y=lines["y"] - 9)
    layers = [alt.Chart(hour).mark_rule(color=colour("ink"), strokeDash=[3, 3]).encode(x=x, y=y, y2=alt.Y2("y2:Q"))]
    spans = marks.groupby("y")["x"].agg(["min", "max"]).reset_index().query("max > min")
    layers.append(alt.Chart(spans).mark_rule(color=colour("rule")).encode(x=alt.X("min:Q"), x2=alt.X2("max:Q"), y=y))
    tips = [alt.Tooltip("pair:N", title="pair"), alt.Tooltip("x:Q", title="minutes"), alt.Tooltip("grade:N", title="figure")]
    # The well sourced lie on top: a weak figure beside them must not hide them.
    for (kind, hollow), part in sorted(marks.groupby(["kind", "weak"]), key=lambda group: not group[0][1]):
        mark = _mark(kinds[kind][1], kinds[kind][2], not hollow, 62)
        layers.append(alt.Chart(part[["pair", "x", "y", "grade"]]).mark_point(**mark).encode(x=x, y=y, tooltip=tips))
    layers += _times(marks, sum(x_domain) / 2, x, y)
    style = {"align": "left", "baseline": "middle", "color": colour("ink"), "fontSize": 12 if width > 500 else 11.5}
    heads = lines[first].assign(y=lines["y"] - 23)[["y", "pair"]].rename(columns={"pair": "head"})
    layers.append(alt.Chart(heads).mark_text(**style, fontWeight="bold").encode(x=alt.XValue(0), y=y, text=alt.Text("head:N")))
    layers.append(alt.Chart(lines[["y", "line"]].rename(columns={"line": "name"})).mark_text(**style).encode(x=alt.XValue(0), y=y, text=alt.Text("name:N")))
    shown = {kind: (*kinds[kind], True) for kind in kinds if kind in set(marks["kind"])} | {"weak": (f"hollow: {weak}", "ink", "circle", False)}
    entries, above = _entries(shown, width)
    # The axis stands between the key and the drawing.
    raised = [entry.encode(y=alt.YValue(entry.encoding.y["value"] - 24)) for entry in entries]
    return alt.layer(*layers, *raised, width=width - 22, height=float(lines["y"].iloc[-1]) + 12, padding={"left": 5, "top": above, "right": 15, "bottom": 5})


def _times(marks: pd.DataFrame, middle: float, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """All figures of a line beside its outermost mark, on the side where there is room."""
    listed = marks.sort_values("x").groupby("y")["x"]
    words = listed.agg(["min", "max"]).assign(told=listed.agg(lambda xs: ", ".join(f"{value:.0f}" for value in dict.fromkeys(xs)))).reset_index()
    layers = []
    for chosen, end, style in ((words["max"] <= middle, "max", {"align": "left", "dx": 9}), (words["max"] > middle, "min", {"align": "right", "dx": -9})):
        part = words[chosen].assign(x=words[end])[["x", "y", "told"]]
        if len(part):
            for look in (rim(), {"color": colour("ink")}):
                layers.append(alt.Chart(part).mark_text(baseline="middle", fontSize=11.5, **style, **look).encode(x=x, y=y, text=alt.Text("told:N")))
    return layers
