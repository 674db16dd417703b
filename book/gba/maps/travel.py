"""Journeys between the eleven cities: one row a pair, and the pairs as lines on the map."""

import altair as alt
import numpy as np
import pandas as pd
import shapely

from gba.charts.layout import key
from gba.charts.palette import colour
from gba.data.load import load
from gba.maps.boundaries import feature
from gba.maps.layers import Window, framed, outlined, texts


def city_pairs(frame: pd.DataFrame, cities: list[str]) -> pd.DataFrame:
    """The rows of journeys between two of the cities, with `a` and `b` in the order of `cities`, whichever way the journey goes.

    >>> city_pairs(pd.DataFrame({"place": ["x", "z"], "to_place": ["y", "y"], "value": [1, 2]}), ["y", "x"])[["a", "b"]].values.tolist()
    [['y', 'x']]
    """
    rank = {city: n for n, city in enumerate(cities)}
    kept = frame[frame["place"].isin(rank) & frame["to_place"].isin(rank)]
    ends = [sorted(pair, key=rank.get) for pair in zip(kept["place"], kept["to_place"], strict=True)]
    return kept.assign(a=[a for a, _ in ends], b=[b for _, b in ends])


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
    for name, (_, token, dashed, wide) in reversed(classes.items()):
        lines = [shapely.LineString(np.round(w.degrees(curve), 3)) for curve, of in zip(curves, frame["class"], strict=True) if of == name]
        if lines:
            style = {"strokeDash": [6, 4]} if dashed else {}
            layers.append(outlined([feature({}, shapely.MultiLineString(lines))], w, filled=False, stroke=colour(token), strokeWidth=wide, **style))
    here = list(pd.unique(frame[["a", "b"]].to_numpy().ravel()))
    places = points.loc["city_" + pd.Series(here)]
    dots = alt.Chart(places[["lon", "lat"]].reset_index(drop=True)).mark_point(filled=True, fill=colour("ink"), stroke=colour("paper"), size=34, opacity=1)
    layers.append(dots.encode(longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q")).project(**w.projection()))
    at = w.pixels(places[["lon", "lat"]].to_numpy(float))
    dx, dy, align = (list(column) for column in zip(*(NAMES[city] for city in here), strict=True))
    names = pd.DataFrame({"text": places["name_en"].to_numpy(), "x": at[:, 0] + dx, "y": at[:, 1] + dy, "align": align})
    middle = np.array([curve[round(spot * (len(curve) - 1))] for curve, spot in zip(curves, frame.get("spot", pd.Series(0.5, frame.index)), strict=True)])
    spots = pd.DataFrame({"text": frame["told"].to_numpy(), "x": middle[:, 0], "y": middle[:, 1], "align": "center"})
    spots = spots[spots["text"].astype(bool)]
    names, spots = (rows[rows["x"].between(0, w.width) & rows["y"].between(0, w.height)] for rows in (names, spots))
    written = [*texts(spots, w, fontSize=11 if w.phone else 12.5, fontWeight="bold"), *texts(names, w, fontSize=11 if w.phone else 13)]
    used = [(name, token, "dashes" if dashed else "line", wide) for kind, (name, token, dashed, wide) in classes.items() if kind in set(frame["class"])]
    return framed(alt.layer(*layers, *written, *key(used, w.width, foot=-14)), w)


def _bent(a: np.ndarray, b: np.ndarray, bend: float) -> np.ndarray:
    way = b - a
    control = (a + b) / 2 + 2 * bend * np.array([way[1], -way[0]])
    t = np.linspace(0, 1, 11)[:, None]
    return (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b
