"""GeoJSON that Vega can draw: known places, closed rings, the winding that fills the inside, and no stray coordinates."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from gba.data.errors import Problem, did_you_mean, one_of

WEST, EAST, SOUTH, NORTH = 105.0, 120.0, 18.0, 28.0  # degrees: the Greater Bay Area and the land around it
PART_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}

Fault = tuple[str, str, str, str]  # where, found, expected, what to do


def signed_area(ring: list[list[float]]) -> float:
    """Twice the signed area of a closed ring in square degrees: below zero when it runs clockwise.

    >>> signed_area([[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]])
    -2.0
    """
    return math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def geometry_problems(path: Path, file: str, places: set[str]) -> list[Problem]:
    """Everything that is wrong with one GeoJSON file; `file` is its name in messages, `places` are the known keys."""
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return [Problem(file, None, "", "no file", "the file that the record lists", "add the file or correct its path in datapackage.json")]
    except json.JSONDecodeError as error:
        return [Problem(file, error.lineno, "", f"{error.msg} (character {error.colno})", "GeoJSON", "write the file anew")]
    except UnicodeDecodeError as error:
        return [Problem(file, None, "", f"byte {error.start} invalid in UTF-8", "UTF-8 text", "save the file as UTF-8")]
    kind = content.get("type") if isinstance(content, dict) else type(content).__name__
    if kind != "FeatureCollection" or not isinstance(content.get("features"), list):
        return [Problem(file, None, "type", repr(kind), "'FeatureCollection' with a list of features", "write the file anew")]
    features = content["features"]
    keyed = any(_place(feature) for feature in features)
    faults = [(position, fault) for position, feature in enumerate(features) for fault in _feature(feature, places, keyed)]
    return [Problem(file, None, f"features[{position}]{where}", found, expected, todo) for position, (where, found, expected, todo) in faults]


def _place(feature: dict) -> str | None:
    return (feature.get("properties") or {}).get("place")


def _feature(feature: dict, places: set[str], keyed: bool) -> Iterator[Fault]:
    place = _place(feature)
    if keyed and place is None:
        # A file whose features are places must name each; a file of land or sea names none.
        yield ".properties.place", "nothing", "a key of places.csv, as the other features have", "fill it in"
    if place is not None and place not in places:
        yield ".properties.place", repr(place), f"a key of places.csv{did_you_mean(str(place), places)}", "correct it or add the place to places.csv"
    geometry = feature.get("geometry") or {}
    kind = geometry.get("type")
    if kind not in PART_DEPTH or not geometry.get("coordinates"):
        found = f"{kind!r}{'' if geometry.get('coordinates') else ' without coordinates'}"
        yield ".geometry", found, f"{one_of(PART_DEPTH, str(kind))}, with coordinates", "write the file anew"
        return
    yield from _coordinates(geometry["coordinates"], PART_DEPTH[kind])
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}.get(kind, [])
    for position, polygon in enumerate(polygons):
        for number, ring in enumerate(polygon):
            where = f".geometry.coordinates[{position}][{number}]" if kind == "MultiPolygon" else f".geometry.coordinates[{number}]"
            yield from _ring(ring, where, is_hole=number > 0)


def _coordinates(part: list, depth: int) -> Iterator[Fault]:
    for _ in range(depth - 1):
        part = [item for items in part for item in items]
    for position in part if depth else [part]:
        longitude, latitude = position[:2]
        # Written so that NaN, which every comparison denies, is outside.
        if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
            expected = f"longitude {WEST:g} to {EAST:g} and latitude {SOUTH:g} to {NORTH:g} (WGS-84 degrees, longitude first)"
            yield ".geometry.coordinates", f"{position}", expected, "check the projection and the order of the axes"
            return  # a wrong projection makes every position wrong: one message is enough


def _ring(ring: list, where: str, is_hole: bool) -> Iterator[Fault]:
    if len(ring) < 4 or ring[0] != ring[-1]:
        yield where, f"a ring of {len(ring)} positions that ends at {ring[-1]}", f"at least 4 positions, ending where it begins, {ring[0]}", "close the ring"
        return
    area = signed_area(ring)
    if area == 0:
        yield where, "a ring without area", "a ring that encloses something", "remove the ring"
    elif (area > 0) != is_hole:
        found = "counter-clockwise" if area > 0 else "clockwise"
        expected = "a hole counter-clockwise" if is_hole else "an exterior ring clockwise"
        yield where, f"{found} positions", f"{expected}; else Vega fills the globe", "reverse the ring (shapely.orient_polygons with exterior_cw=True)"
