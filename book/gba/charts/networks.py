"""Things that began in one place and are in another: a row a thing, a column a place."""

import altair as alt
import pandas as pd

from gba.charts.layout import PHONE, key, only, plane, point, sized, text_width, texts, wrapped
from gba.charts.palette import colour

#: By kind of mark: its name in the key, palette token, shape, whether it is filled, and its size.
_MARKS = {
    "began": ("began", "ink", "circle", False, 190),
    "now": ("is now", "ink", "circle", True, 70),
    "other": ("another source says", "unsure", "diamond", True, 75),
}


def routes(frame: pd.DataFrame, width: int, *, stops: list[str]) -> alt.LayerChart:
    """A row a thing, a column a stop, a ring where it began, a dot where it is now and a line between; diamonds where sources disagree.

    Parameters
    ----------
    frame : one row a mark: `thing` (in drawing order), `about` (words after its name), `stop` (one of `stops`), `kind` ("began", "now", "other")
    stops : columns from left to right

    >>> rows = pd.DataFrame({"thing": "a", "about": "", "stop": ["here", "there"], "kind": ["began", "now"]})
    >>> routes(rows, 700, stops=["here", "there"]).to_dict()["width"]
    690
    """
    wide = width > PHONE
    things = list(dict.fromkeys(frame["thing"]))
    high, left = (29, 0.37 * width) if wide else (44, 0.0)
    step = (width - 10 - left) / len(stops)
    middle = {thing: n * high + (high / 2 if wide else high - 13) for n, thing in enumerate(things)}
    x = left + (frame["stop"].map(stops.index) + 0.5) * step
    drawn = frame.assign(x=x.round(1), y=frame["thing"].map(middle))
    place = plane(width, high * len(things))
    at = [left + (n + 0.5) * step for n in range(len(stops))]
    ground = pd.DataFrame({"x": at[0], "x2": at[-1], "y": list(middle.values())})
    layers = [alt.Chart(ground).mark_rule(color=colour("grid"), strokeWidth=1.5).encode(**place, x2=alt.X2("x2:Q"))]
    way = drawn[drawn["kind"] != "other"].groupby("y")["x"].agg(x="min", x2="max").reset_index()
    layers.append(alt.Chart(way[way["x"] < way["x2"]]).mark_rule(color=colour("ink"), strokeWidth=1.6).encode(**place, x2=alt.X2("x2:Q")))
    tips = [alt.Tooltip("thing:N", title=" "), alt.Tooltip("stop:N", title="where")]
    for kind, (_, token, shape, filled, size) in _MARKS.items():
        part = only(drawn[drawn["kind"] == kind], "x", "y", "thing", "stop")
        layers.append(alt.Chart(part).mark_point(**point(token, shape, filled, size)).encode(**place, tooltip=tips))
    named = drawn.drop_duplicates("thing").assign(x=0.0, y=lambda rows: rows["y"] - (0 if wide else 18))
    beside = named.assign(x=max(text_width(thing, bold=True) for thing in things) + 12)
    layers += [texts(named, "thing", place, fontWeight="bold"), texts(beside, "about", place, token="muted", fontSize=11.5)]
    heads = [wrapped(stop, step - 6) for stop in stops]
    deep = max(map(len, heads))
    for x, lines in zip(at, heads, strict=True):
        spot = {"x": alt.XValue(x), "y": alt.YValue(-8 - 14 * (deep - 1))}
        layers.append(texts(pd.DataFrame({"head": ["\n".join(lines)]}), "head", spot, token="muted", align="center", baseline="bottom"))
    used = [_MARKS[kind][:4] for kind in _MARKS if kind in set(frame["kind"])]
    return sized([*layers, *key(used, width, foot=-26 - 14 * deep)], width, high * len(things))
