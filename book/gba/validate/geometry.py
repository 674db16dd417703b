"""Outlines: rings that close, are wound as maps fill them, and lie where a longitude comes before a latitude."""

from collections.abc import Iterator

import numpy as np


def faults(features: list[dict]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the rings of polygons: the name of the feature, what was found, what is expected.

    >>> square = [[113, 22], [113, 23], [114, 23], [114, 22], [113, 22]]  # clockwise: longitude, latitude
    >>> named = lambda ring: [{"properties": {"place": "x"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]
    >>> [found for ring in (square, square[:-1], square[::-1], [[y, x] for x, y in square]) for _, found, _ in faults(named(ring))]
    ['a ring that ends where it did not begin', 'an outline counterclockwise', 'a latitude of 114.0']
    """
    for feature in features:
        name, shape = str(feature["properties"].get("place", "")), feature["geometry"]
        for polygon in {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(shape["type"], []):
            for at, points in enumerate(polygon):
                ring = np.asarray(points, float)
                lon, lat = ring.T
                clockwise = ((lon[1:] - lon[:-1]) * (lat[1:] + lat[:-1])).sum() > 0
                if np.abs(lat).max() > 90:
                    yield name, f"a latitude of {lat.max()}", "longitude before latitude"
                elif (ring[0] != ring[-1]).any():
                    yield name, "a ring that ends where it did not begin", "the first point again as the last"
                elif clockwise == (at > 0):
                    which = "a hole clockwise" if at else "an outline counterclockwise"
                    yield name, which, "outlines clockwise and holes the other way, as the maps fill them"
