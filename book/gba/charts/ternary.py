"""The triangle of weightings of three groups, coloured by who comes first."""

from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from gba.charts.layout import PHONE, plane, point, sized, text_width, texts
from gba.charts.palette import colour

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
    wide = width > PHONE
    left, side = (145, width - 300) if wide else (26, width - 62)
    high, top = side * np.sqrt(3) / 2, 46

    def at(weights):
        spot = np.asarray(weights) @ _CORNERS
        return left + spot[..., 0] * high, top + high - spot[..., 1] * high

    def weights_at(x: float, y: float):
        up = (top + high - y) / high
        right = ((x - left) / high * np.sqrt(3) - up) / 2
        return np.array([1 - right - up, right, up])

    place = plane(width, top + high + 44)
    layers, spots = [], {name: at(np.asarray(weights) / np.sum(weights)) for name, weights in marks.items()}
    for (city, name), polygon in zip(cities.items(), territories(scores), strict=True):
        if len(polygon):
            layers += _territory(polygon, at, place, city, name, list(spots.values()))
    for name, (px, py) in spots.items():
        layers += _mark_at(px, py, place, name, _side(px, py, name, lambda x, y: np.argmax(scores @ weights_at(x, y))))
    foot = top + high + 20
    corners = ((left - 8, foot, "center" if wide else "left"), (left + side + 8, foot, "center" if wide else "right"), (left + side / 2, 16, "center"))
    for (x, y, align), group in zip(corners, groups, strict=True):
        layers.append(texts(pd.DataFrame({"x": [x], "y": [y], "group": [group]}), "group", place, align=align, fontWeight="bold"))
    return sized(layers, width, top + high + 44)


def _territory(polygon: np.ndarray, at, place: dict, city: str, name: str, spots: list) -> list[alt.Chart]:
    px, py = at(np.vstack([polygon, polygon[:1]]))
    outline = pd.DataFrame({"x": px.round(1), "y": py.round(1), "step": range(len(px)), "name": name})
    shape = alt.Chart(outline).mark_line(filled=True, fill=colour(city), stroke=colour("paper"), strokeWidth=1.5, strokeJoin="miter")
    share = area(polygon)
    # The middle of the area: that of the corners is drawn to where two of them lie close together.
    fans = [np.stack([polygon[0], *pair]) for pair in pairwise(polygon[1:])]
    mx, my = at(np.average([fan.mean(axis=0) for fan in fans], axis=0, weights=[area(fan) for fan in fans]))
    near = [y for x, y in spots if abs(x - mx) < 90 and abs(y - my) < 40]
    my = my if not near else min(near) - 40 if my < np.mean(near) else max(near) + 40
    words = pd.DataFrame({"x": [mx], "y": [my], "told": [f"{name}\n{share:.0%}" if share >= 0.02 else ""]})
    return [
        shape.encode(**place, order=alt.Order("step:Q"), tooltip=alt.Tooltip("name:N", title="first")),
        texts(words, "told", place, token="paper", align="center", fontWeight="bold", fontSize=13 if share > 0.1 else 11),
    ]


def _side(px: float, py: float, name: str, first) -> str:
    """Where a name stands beside its point, as the alignment of its text: at the right, or at the left if that keeps it in one territory."""
    ends = {align: (px + way * 8, px + way * (12 + text_width(name, bold=True))) for align, way in (("left", 1), ("right", -1))}
    return next((align for align in ends if len({int(first(x, y)) for x in ends[align] for y in (py - 8, py + 8)}) == 1), "left")


def _mark_at(px: float, py: float, place: dict, name: str, align: str) -> list[alt.Chart]:
    spot = pd.DataFrame({"x": [round(float(px), 1)], "y": [round(float(py), 1)], "name": [name]})
    # Where neither side has room the name lies on two colours and on the line between them: a dark rim keeps it whole.
    rim = {"stroke": colour("ink"), "strokeWidth": 3, "strokeJoin": "round"}
    style = {"align": align, "dx": 10 if align == "left" else -10, "fontWeight": "bold"}
    words = [texts(spot, "name", place, token=token, **style, **look) for token, look in (("ink", rim), ("paper", {}))]
    return [alt.Chart(spot).mark_point(**{**point("ink", "circle", False), "strokeWidth": 2}).encode(**place), *words]
