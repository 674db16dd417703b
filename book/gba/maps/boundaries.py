"""What maps are drawn of: the outlines of the cities, windows on them, and outlines as fine as a window can show."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gba.charts.layout import PHONE
from gba.data.datapackage import Stamp, is_table, read, resources, root, stamp
from gba.data.errors import UnknownDataset, did_you_mean

#: West, south, east, north of the windows that have a name, in degrees.
WINDOWS = {"gba": (111.27, 21.5, 115.5, 24.45), "estuary": (113.0, 21.98, 114.62, 23.2)}
COLUMN = 700  # pixels: the width for which outlines are simplified; a phone takes the same data

# ---- the geometry -------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8)
def _read(file: Stamp) -> gpd.GeoDataFrame:
    read = gpd.read_file(file[0])
    # Vega fills what lies to the right of an outline: one drawn the other way round, as GeoJSON has it since RFC 7946, would fill all but its shape.
    return read.set_geometry(shapely.orient_polygons(read.geometry.values, exterior_cw=True), crs=read.crs)


def geometry(name: str) -> gpd.GeoDataFrame:
    """The features of a dataset of the kind geometry, the book's or a fork's own; the notebook that reads it runs again when the file changes.

    Raises
    ------
    UnknownDataset : the record has none of that name

    >>> len(geometry("geo_cities"))
    11
    """
    described = {key: entry["path"] for key, entry in resources(read()).items() if not is_table(entry)}
    if name not in described:
        raise UnknownDataset(name, list(described))
    return _read(stamp(root() / described[name])).copy()


def cities() -> gpd.GeoDataFrame:
    """Outlines of the eleven cities: place, name_en, name_zh, label_lon, label_lat, geometry (WGS-84).

    >>> len(cities())
    11
    """
    return geometry("geo_cities")


def known(found: Iterable[str], names: Iterable[str], what: str) -> None:
    """Refuse a name that is none of `names`, and say which there are.

    >>> known(["macau"], ["macao", "zhuhai"], "city")
    Traceback (most recent call last):
    ValueError: no city 'macau' (did you mean 'macao'?); there are macao, zhuhai
    """
    names = list(names)
    for name in found:
        if name not in names:
            raise ValueError(f"no {what} {name!r}{did_you_mean(str(name), names)}; there are {', '.join(names)}")


# ---- the window ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """A piece of the map at a width in pixels, in Mercator's projection."""

    name: str
    bounds: tuple[float, float, float, float]
    width: int

    @property
    def scale(self) -> float:
        """Pixels a radian of longitude."""
        return self.width / math.radians(self.bounds[2] - self.bounds[0])

    @property
    def height(self) -> int:
        """Pixels from south to north."""
        south, north = _mercator(np.array([self.bounds[1], self.bounds[3]]))
        return round((north - south) * self.scale)

    @property
    def phone(self) -> bool:
        """Whether there is room for the labels of a phone only."""
        return self.width <= PHONE

    def pixels(self, lonlat: np.ndarray) -> np.ndarray:
        """Pixels from the upper left corner of degrees, row by row."""
        west, _, _, north = self.bounds
        x = np.radians(lonlat[:, 0] - west) * self.scale
        return np.column_stack([x, (_mercator(north) - _mercator(lonlat[:, 1])) * self.scale])

    def degrees(self, xy: np.ndarray) -> np.ndarray:
        """The inverse of `pixels`."""
        west, _, _, north = self.bounds
        latitude = 2 * np.arctan(np.exp(_mercator(north) - xy[:, 1] / self.scale)) - math.pi / 2
        return np.column_stack([west + np.degrees(xy[:, 0] / self.scale), np.degrees(latitude)])

    def projection(self) -> dict:
        """What a geographic layer's `project` takes: the same for every layer, and cut at the window's edge."""
        west, _, east, _ = self.bounds
        middle = self.degrees(np.array([[self.width / 2, self.height / 2]]))[0]
        return {
            "type": "mercator",
            "center": [round((west + east) / 2, 5), round(middle[1], 5)],
            "scale": round(self.scale, 2),
            "translate": [self.width / 2, self.height / 2],
            "clipExtent": [[0, 0], [self.width, self.height]],
        }


def _mercator(latitude):
    return np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2))


def window(what: str | Sequence[float], width: int) -> Window:
    """The window on the map: a name of WINDOWS, or west, south, east, north in degrees.

    >>> window("gba", 680).height
    515
    """
    if not isinstance(what, str):
        return Window("", tuple(what), width)
    known([what], WINDOWS, "window")
    return Window(what, WINDOWS[what], width)


# ---- outlines, as fine as the window can show ---------------------------------------------------------------------


@functools.lru_cache(maxsize=16)
def _ground(bounds: tuple, files: tuple[Stamp, ...]) -> dict[str, list[dict]]:
    """Features of land, cities and the borders between cities: simplified together, cut to the window, rounded."""
    land, outlines = _read(files[0]), _read(files[1])
    pixel = (bounds[2] - bounds[0]) / COLUMN  # in degrees
    shapes = shapely.coverage_simplify([*outlines.geometry, *land.geometry], 1.4 * pixel)
    lines = _borders(shapes[:-1])
    # Cut a little outside of the window: a cut edge is never seen.
    frame = shapely.box(*bounds).buffer(20 * pixel, join_style="mitre")
    drawn = [_drawable(shapely.intersection(shape, frame), pixel) for shape in [*shapes, lines]]
    told = [{"place": row.place, "name": row.name_en} for row in outlines.itertuples()]
    return {
        "cities": [feature(properties, shape) for properties, shape in zip(told, drawn[:-2], strict=True) if not shape.is_empty],
        "land": [feature({}, drawn[-2])] * (not drawn[-2].is_empty),
        "borders": [feature({}, drawn[-1])],
    }


def _borders(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """The lines that two of the shapes share."""
    edges = shapely.boundary(shapes)
    shared = [shapely.intersection(edges[a], edges[b]) for a in range(len(edges)) for b in range(a)]
    parts = shapely.get_parts(shared)
    return shapely.line_merge(shapely.union_all(parts[shapely.get_dimensions(parts) == 1]))


def _drawable(shape: shapely.Geometry, pixel: float) -> shapely.Geometry:
    """Rounded to a fraction of a pixel, without islets smaller than one, and wound as Vega fills: exterior rings clockwise."""
    digits = math.ceil(-math.log10(pixel / 2))
    shape = shapely.transform(shape, lambda xy: np.round(xy, digits))
    if shapely.get_dimensions(shape) < 2:
        return shape
    shape = shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept = shapely.orient_polygons(parts[shapely.area(parts) > 2 * pixel**2], exterior_cw=True)
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(list(kept))


def feature(properties: dict, shape: shapely.Geometry) -> dict:
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def features_in(w: Window) -> dict[str, list[dict]]:
    """Land, cities and borders in a window as lists of GeoJSON features (shared and cached: treat them as read-only)."""
    files = tuple(stamp(root() / "geo" / f"{name}.geojson") for name in ("land", "cities"))
    return _ground(w.bounds, files)


def in_pixels(outline: dict, w: Window) -> shapely.Geometry:
    """The geometry of a feature in the pixels of a window."""
    return shapely.make_valid(shapely.transform(shapely.geometry.shape(outline["geometry"]), w.pixels))
