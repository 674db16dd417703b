"""Maps of the eleven cities: one window, the same ground in every map, and values by class.

Everything is a layer, so that more can be put on a map with alt.layer; all layers of one map are given the same window:

>>> w = window("gba", 700)
>>> import altair as alt
>>> area = choropleth(pd.DataFrame({"place": ["macao", "shenzhen"], "value": [33.0, 2000.0]}), w, breaks=[100], title="km²")
>>> spot = alt.Chart(pd.DataFrame({"lon": [113.9], "lat": [22.3]})).mark_point().encode(longitude="lon:Q", latitude="lat:Q")
>>> chart = alt.layer(area, spot.project(**w.projection()))

The seam between sea and land is OpenStreetMap's: every figure with a map carries `NOTICE` in its note.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import shapely

from gba.charts.layout import NUMBER
from gba.charts.palette import colour, rim
from gba.maps.boundaries import Window, cities, feature, features_in, in_pixels, known, window

__all__ = ["NOTICE", "RAMP", "Window", "choropleth", "cities", "spread", "window"]

NOTICE = (
    "Boundaries and coastline © OpenStreetMap contributors (ODbL 1.0), via geoBoundaries CHN ADM3 2017, geo-maps 0.6.0 and roaring-landmask 0.11.0; "
    "some Hong Kong district lines: Natural Earth"
)
#: The classes of a map from low to high, and the ink of everything else.
RAMP = tuple(colour(f"seq{number}") for number in range(1, 6))
LAND, SEA, BORDER, NODATA, INK, MUTED = (colour(t) for t in ("land", "sea", "border", "nodata", "ink", "muted"))

LEGEND = 46  # pixels above the map


def outlined(features: list[dict], w: Window, **mark) -> alt.Chart:
    """A layer of outlines; a line as wide as a hair in the colour of the fill closes the seams between neighbours."""
    return alt.Chart(alt.InlineData(values=features)).mark_geoshape(**mark).project(**w.projection())


# ---- the names ----------------------------------------------------------------------------------------------------

# Where a name stands, in pixels from the city's label point (right, down) at 700 pixels' width, and at 350 for a phone;
# with "leader" a line runs from the label point to it. A city that is not listed has its name centred on its label point.
SPOTS = {
    ("gba", False): {
        "hong_kong": (50, 30, "left", False),
        "macao": (44, 52, "left", True),
        "zhuhai": (0, 62, "center", False),
    },
    ("gba", True): {
        "hong_kong": (18, 30, "left", False),
        "macao": (24, 36, "left", True),
        "zhuhai": (-4, 30, "center", False),
        "shenzhen": (9, -3, "center", False),
        "zhongshan": (-7, 5, "center", False),
        "dongguan": (2, -2, "center", False),
    },
    ("estuary", False): {"macao": (40, -34, "left", True)},
    ("estuary", True): {"macao": (12, -28, "left", True)},
}
ELSEWHERE = {"macao": (34, 40, "left", True)}
DISC = 6  # pixels: radius of the disc that shows a small city's class beside its name


def city_labels(w: Window, values: dict[str, str] | None, indent: float) -> list[alt.Chart]:
    """The names of the cities, `values` as second lines by place; a name at the end of a leader line stands off it by `indent` pixels."""
    spots = _label_spots(w)
    if values:  # a second line; the first moves up, so that the two are centred where one was
        has = spots["place"].isin(values.keys())
        words = spots["text"].where(~has, spots["text"] + "\n" + spots["place"].map(values))
        spots = spots.assign(text=words, y=spots["y"] - (6 if w.phone else 8) * (has & ~spots["leader"]))
    leaders = spots[spots["leader"]]
    moved = spots.assign(x=spots["x"] + indent * spots["leader"])
    layers = [leader_lines(leaders, w)] if len(leaders) else []
    return [*layers, *texts(moved, w, fontSize=11 if w.phone else 13, fontWeight="bold")]


def _label_spots(w: Window) -> pd.DataFrame:
    rows, by_place = [], {row.place: row for row in cities().itertuples()}
    placed = SPOTS.get((w.name, w.phone), ELSEWHERE)
    for outline in features_in(w)["cities"]:
        city = by_place[outline["properties"]["place"]]
        anchor = _anchor(outline, city, w)
        if anchor is None:
            continue
        dx, dy, align, leader = placed.get(city.place, (0, 0, "center", False))
        ratio = w.width / (350 if w.phone else 700)
        rows.append((city.place, city.name_en, *anchor, anchor[0] + dx * ratio, anchor[1] + dy * ratio, align, leader))
    return pd.DataFrame(rows, columns=["place", "text", "from_x", "from_y", "x", "y", "align", "leader"])


def _anchor(outline: dict, city, w: Window) -> tuple[float, float] | None:
    """The label point in pixels; where it lies outside, the middle of the part that is seen, if a name fits there."""
    x, y = w.pixels(np.array([[city.label_lon, city.label_lat]]))[0]
    if 0 < x < w.width and 0 < y < w.height:
        return x, y
    seen = shapely.intersection(in_pixels(outline, w), shapely.box(0, 0, w.width, w.height))
    # Where an edge of the window runs along a coast, the intersection holds lines and points besides.
    areas = [part for part in shapely.get_parts(seen) if part.geom_type == "Polygon"]
    if not areas:
        return None
    circle = shapely.maximum_inscribed_circle(shapely.MultiPolygon(areas), tolerance=1)
    if circle.length < (24 if w.phone else 32):
        return None
    return shapely.get_coordinates(circle)[0]


def _placed(frame: pd.DataFrame, w: Window, x: str = "x", y: str = "y") -> pd.DataFrame:
    """Add `lon` and `lat` for the pixels in the columns `x` and `y`, so that the layer uses the map's projection."""
    lonlat = np.round(w.degrees(frame[[x, y]].to_numpy(float)), 4)
    return frame.assign(lon=lonlat[:, 0], lat=lonlat[:, 1])


def texts(spots: pd.DataFrame, w: Window, **mark) -> list[alt.Chart]:
    """Text on the map, with a rim that parts it from what lies under it: `text`, `x`, `y` in pixels, `align`."""
    layers = []
    for align, group in _placed(spots, w).groupby("align"):
        base = (
            alt.Chart(group[["text", "lon", "lat"]])
            .encode(longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q"), text=alt.Text("text:N"))
            .project(**w.projection())
        )
        style = {"align": align, "baseline": "middle", "lineBreak": "\n", **mark}
        layers.append(base.mark_text(**style, **rim()))
        layers.append(base.mark_text(**style, color=INK))
    return layers


def leader_lines(spots: pd.DataFrame, w: Window) -> alt.Chart:
    """Lines from `from_x`, `from_y` to a little before the text at `x`, `y`."""
    near = spots.assign(x=spots["x"] - 3)
    starts, ends = _placed(near, w, "from_x", "from_y"), _placed(near, w)
    frame = pd.DataFrame({"lon": starts["lon"], "lat": starts["lat"], "lon2": ends["lon"], "lat2": ends["lat"]})
    base = alt.Chart(frame).encode(
        longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q"), longitude2=alt.Longitude2("lon2:Q"), latitude2=alt.Latitude2("lat2:Q")
    )
    return base.mark_rule(color=INK, strokeWidth=0.9).project(**w.projection())


# ---- values by class ----------------------------------------------------------------------------------------------


def choropleth(
    values: pd.DataFrame,
    w: Window,
    *,
    breaks: Sequence[float],
    title: str,
    column: str = "value",
    label_format: str | None = None,
) -> alt.LayerChart:
    """The cities filled by class, with the key of the classes above; a city without a figure is hatched.

    Parameters
    ----------
    values : one row a city: `place` and `column`
    w : the window
    breaks : the limits between the classes, ascending; a value on a limit belongs to the class above
    title : what the key measures, with its unit
    label_format : puts the value under the name, in Python's notation such as ",.0f"

    Raises
    ------
    ValueError : a place that is no city or comes twice, breaks that do not ascend, more classes than colours
    """
    ramp, ground = spread(len(breaks) + 1), features_in(w)
    figures = _checked(values, column, breaks)
    fill = alt.Color(f"{column}:Q", scale=alt.Scale(type="threshold", domain=list(breaks), range=ramp), legend=None)
    tips = [alt.Tooltip("properties.name:N", title=" "), alt.Tooltip(f"{column}:Q", title=title, format=",.4~r")]
    look = {"lookup": "properties.place", "from_": alt.LookupData(figures, "place", [column])}
    has_figure = alt.expr.isValid(alt.datum[column])
    # Whatever the classes on its two sides, the rim or the border line on top of it stands out from one of them.
    rim = {"stroke": MUTED, "strokeWidth": 1 if w.phone else 1.4, "strokeJoin": "round"}
    classed = outlined(ground["cities"], w, **rim).transform_lookup(**look).transform_filter(has_figure).encode(color=fill, tooltip=tips)
    missing = [f for f in ground["cities"] if f["properties"]["place"] not in set(figures["place"])]
    told = {row.place: format(getattr(row, column), label_format) for row in figures.itertuples()} if label_format else None
    names = [*city_labels(w, told, indent=DISC + 8), *_discs(w, figures, column, fill, tips)]
    sea = alt.Chart(alt.sphere()).mark_geoshape(fill=SEA, stroke=None).project(**w.projection())
    land = [outlined(ground["land"], w, fill=LAND, stroke=LAND, strokeWidth=0.4)] if ground["land"] else []
    borders = outlined(ground["borders"], w, filled=False, stroke=BORDER, strokeWidth=0.7 if w.phone else 0.8, strokeJoin="round")
    layers = [sea, *land, *_hatched(missing, w), classed, borders, *names, *_key(w, breaks, ramp, title, missing)]
    return alt.layer(*layers, width=w.width, height=w.height).resolve_scale(color="independent")


def spread(classes: int) -> list[str]:
    """Colours of the book's ramp for two to five classes, as far apart as they can be.

    >>> spread(3) == [RAMP[0], RAMP[2], RAMP[4]]
    True
    """
    if not 2 <= classes <= len(RAMP):
        raise ValueError(f"{classes} classes; the ramp has {len(RAMP)} colours, so give one to {len(RAMP) - 1} breaks")
    return [RAMP[round(number * (len(RAMP) - 1) / (classes - 1))] for number in range(classes)]


def _checked(values: pd.DataFrame, column: str, breaks: Sequence[float]) -> pd.DataFrame:
    known([name for name in ("place", column) if name not in values.columns], values.columns, "column")
    known(values["place"], cities()["place"], "city")
    twice = sorted(values.loc[values["place"].duplicated(), "place"])
    if twice:
        raise ValueError(f"{', '.join(twice)}: more than one row; a map shows one value a city, so choose a period and a source first")
    if list(breaks) != sorted(set(breaks)):
        raise ValueError(f"breaks ascend, found {list(breaks)}")
    return values[values[column].notna()]


def _discs(w: Window, figures: pd.DataFrame, column: str, fill: alt.Color, tips: list[alt.Tooltip]) -> list[alt.Chart]:
    """A disc in the colour of its class beside the name of a city that is too small to show it."""
    spots = _label_spots(w).query("leader")
    if spots.empty:
        return []
    spots = _placed(spots.assign(x=spots["x"] + DISC - 1), w).merge(figures.drop(columns=["lon", "lat", "name"], errors="ignore"), on="place", how="left")
    spots["properties"] = [{"name": name} for name in spots["text"]]  # the tooltip reads what the outlines have
    disc = {"filled": True, "size": 4 * DISC**2, "opacity": 1, "stroke": INK, "strokeWidth": 0.9}
    layers = []
    for group, look in ((spots[spots[column].notna()], {"color": fill, "tooltip": tips}), (spots[spots[column].isna()], {})):
        base = alt.Chart(group.drop(columns=["from_x", "from_y", "x", "y", "align", "leader", "text"])).encode(
            longitude=alt.Longitude("lon:Q"), latitude=alt.Latitude("lat:Q"), **look
        )
        layers += [base.mark_point(**disc, **({} if look else {"fill": NODATA})).project(**w.projection())] if len(group) else []
    return layers


def _hatched(missing: list[dict], w: Window) -> list[alt.Chart]:
    if not missing:
        return []
    spacing = 5 if w.phone else 7
    lines = shapely.MultiLineString([[(c, 0), (c + w.height, w.height)] for c in range(-w.height, w.width, spacing)])
    cut = [shapely.intersection(lines, in_pixels(f, w)) for f in missing]
    back = [shapely.transform(shape, lambda xy: np.round(w.degrees(xy), 4)) for shape in cut]
    strokes = [feature({}, shape) for shape in back if not shape.is_empty]
    ground = outlined(missing, w, fill=NODATA, stroke=NODATA, strokeWidth=0.4).encode(tooltip=[alt.Tooltip("properties.name:N", title="no figure")])
    return [ground, outlined(strokes, w, filled=False, stroke=MUTED, strokeWidth=0.8)]


def _key(w: Window, breaks: Sequence[float], ramp: list[str], title: str, missing: list[dict]) -> list[alt.Chart]:
    """The key above the map: a strip of the classes with the limits under its joints, and a hatched box for what is missing."""
    step = min(56, int(w.width * (0.66 if missing else 0.9) / len(ramp)))
    top, bottom = -LEGEND + 18, -LEGEND + 28
    boxes = pd.DataFrame([(n * step, (n + 1) * step - 2, str(n)) for n in range(len(ramp))], columns=["x", "x2", "class"])
    scale = alt.Scale(domain=list(boxes["class"]), range=ramp)
    strip = (
        _flat(boxes, "x")
        .encode(x2=alt.X2("x2"), y=alt.YValue(top), y2=alt.Y2Value(bottom), color=alt.Color("class:N", scale=scale, legend=None))
        .mark_rect(stroke=MUTED, strokeWidth=0.6)
    )
    limits = pd.DataFrame({"x": [(n + 1) * step for n in range(len(breaks))], "limit": list(breaks)})
    text = {"fontSize": 11 if w.phone else 11.5, "color": MUTED}
    numbers = _flat(limits, "x").encode(y=alt.YValue(bottom + 9), text=alt.Text("limit:Q", format=NUMBER)).mark_text(baseline="middle", **text)
    head = _words([(0, top - 9, title)], fontSize=11 if w.phone else 12, color=INK)
    if not missing:
        return [strip, numbers, head]
    x, width, high = len(ramp) * step + 16, 24, bottom - top
    box = _flat(pd.DataFrame({"x": [x], "x2": [x + width]}), "x").encode(x2=alt.X2("x2"), y=alt.YValue(top), y2=alt.Y2Value(bottom)).mark_rect(fill=NODATA)
    slants = [(x + max(0, c), top + max(0, -c), x + min(width, c + high), top + min(high, width - c)) for c in range(-5, width, 7)]
    frame = pd.DataFrame(slants, columns=["x", "y", "x2", "y2"])
    lines = _flat(frame, "x", "y").encode(x2=alt.X2("x2"), y2=alt.Y2("y2")).mark_rule(stroke=MUTED, strokeWidth=0.8)
    return [strip, numbers, head, box, lines, _words([(x + width + 6, (top + bottom) / 2, "no figure")], **text)]


def _flat(frame: pd.DataFrame, x: str, y: str | None = None) -> alt.Chart:
    """A layer in plain pixels rather than on the map."""
    at = {"x": alt.X(f"{x}:Q", scale=None, axis=None)} | ({"y": alt.Y(f"{y}:Q", scale=None, axis=None)} if y else {})
    return alt.Chart(frame).encode(**at)


def _words(rows: list[tuple[float, float, str]], **mark) -> alt.Chart:
    frame = pd.DataFrame(rows, columns=["x", "y", "text"])
    return _flat(frame, "x", "y").encode(text=alt.Text("text:N")).mark_text(align="left", baseline="middle", **mark)
