"""Maps of districts: those with a figure filled by class, others hatched or left plain, on the ground of gba.maps."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import shapely

from gba.maps.boundaries import Window, _drawable, districts, feature, in_pixels, known
from gba.maps.layers import INK, MUTED, PAPER, _border_lines, _coasts, _hatched, _key, _shapes, _size, _under, city_labels, spread, texts


def _outlines(places: Sequence[str], w: Window) -> dict[str, dict]:
    """Features of districts, cut to the window and as fine as it can show."""
    every = districts()
    known(places, every["place"], "district")
    pixel = (w.bounds[2] - w.bounds[0]) / 700
    chosen = every[every["place"].isin(list(places))]
    shapes = shapely.coverage_simplify(list(chosen.geometry), 1.4 * pixel)
    frame = shapely.box(*w.bounds).buffer(20 * pixel, join_style="mitre")
    return {
        row.place: feature({"place": row.place, "name": row.name_en}, _drawable(shapely.intersection(shape, frame), pixel))
        for row, shape in zip(chosen.itertuples(), shapes, strict=True)
    }


def district_middles(places: Sequence[str], w: Window) -> pd.DataFrame:
    """A point inside each district, in pixels: `place`, `text` (its name), `x`, `y`."""
    rows = []
    for place, outline in _outlines(places, w).items():
        parts = shapely.get_parts(in_pixels(outline, w))
        point = shapely.point_on_surface(max(parts, key=shapely.area))
        rows.append((place, outline["properties"]["name"], point.x, point.y))
    return pd.DataFrame(rows, columns=["place", "text", "x", "y"])


def district_map(
    values: pd.DataFrame,
    w: Window,
    *,
    breaks: Sequence[float],
    title: str,
    named: Sequence[str] = (),
    without: str = "no figure",
    labels: pd.DataFrame,
    cities: Sequence[str] = (),
    number_format: str = ",~g",
) -> alt.LayerChart:
    """Districts filled by class, with a key above; districts that are only named are hatched, all others plain.

    Parameters
    ----------
    values : one row a district: `place`, `value`
    breaks : the limits between the classes
    named : districts that a source names without a figure
    without : what the key says of these
    labels : words on the map: `text`, `x`, `y` (pixels), `align`
    cities : the cities that are named
    """
    outlines = _outlines([*values["place"], *named], w)
    ramp = spread(len(breaks) + 1)
    fill = alt.Color("properties.value:Q", scale=alt.Scale(type="threshold", domain=list(breaks), range=ramp), legend=None)
    figures = values.set_index("place")["value"].astype(float).to_dict()
    filled = [{**outlines[place], "properties": {**outlines[place]["properties"], "value": value}} for place, value in figures.items()]
    tips = [alt.Tooltip("properties.name:N", title=" "), alt.Tooltip("properties.value:Q", title=title, format=number_format)]
    layers = [*_under(w), _coasts(w, PAPER), _border_lines(w, MUTED)]
    layers.append(_shapes(filled, w, stroke=INK, strokeWidth=0.8).encode(color=fill, tooltip=tips))
    layers += _hatched([outlines[place] for place in named], w)
    layers += city_labels(w, only=cities) if cities else []
    size = 11 if w.phone else 12
    layers += texts(labels, w, fontSize=size)
    layers += _key(w, list(breaks), ramp, title, number_format, [outlines[place] for place in named], without)
    return _size(alt.layer(*layers, padding=5), w).resolve_scale(color="independent")
