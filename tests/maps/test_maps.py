"""Boundaries that neighbours share and Vega can draw, and maps that say what they do not know."""

import json
import math
import re
from functools import cache
from itertools import combinations, pairwise

import gba
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import vl_convert
from bookpages import ROOT, table
from gba.charts import palette
from gba.data.datapackage import root
from gba.exhibit import html
from gba.maps import boundaries as outlines
from gba.maps import layers as maps
from vegalite import validator

METRES = "+proj=laea +lat_0=22.8 +lon_0=113.5"
POLYGONS = ["cities", "districts", "land"]
NEIGHBOURS = """dongguan guangzhou, dongguan huizhou, dongguan shenzhen, foshan guangzhou, foshan jiangmen, foshan zhaoqing, foshan zhongshan,
guangzhou huizhou, guangzhou zhongshan, hong_kong shenzhen, huizhou shenzhen, jiangmen zhongshan, jiangmen zhuhai, macao zhuhai, zhongshan zhuhai"""
# Polygons leave out rivers and tidal flats, and hold recent fill: data/geo/README.md. Macao's fill is a twelfth of Macao.
AREA_TOLERANCE = {"macao": 0.10}
WINDOWS = [("gba", 680), ("gba", 340), ("estuary", 680), ("estuary", 340)]


def text(name):
    return (root() / "geo" / f"{name}.geojson").read_text(encoding="utf-8")


@cache
def frame(name):
    return gpd.read_file(root() / "geo" / f"{name}.geojson")


def rings(name):
    for feature in json.loads(text(name))["features"]:
        geometry = feature["geometry"]
        for polygon in [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]:
            for number, ring in enumerate(polygon):
                yield feature["properties"], number, ring


# ---- the files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*POLYGONS, "borders"])
def test_geometries_are_valid_rounded_and_of_the_bay(name):
    """Exterior rings run clockwise in longitude and latitude; the other way round a polygon fills the globe in Vega."""
    west, south, east, north = frame(name).total_bounds
    assert 105 < west < east < 120 and 18 < south < north < 28, "degrees, longitude first"
    for shape in frame(name).geometry:
        assert shape.is_valid and not shape.is_empty, shapely.is_valid_reason(shape)
    assert not re.search(r"\d\.\d{5}", text(name)), "more than 4 decimals"
    if "place" in frame(name):
        assert set(frame(name)["place"]) <= set(gba.places().index)
    for properties, number, ring in rings(name) if name in POLYGONS else ():
        twice_the_area = math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        assert ring[0] == ring[-1] and twice_the_area and (twice_the_area < 0) == (number == 0), (properties, number)


def test_the_eleven_cities_and_their_labels():
    places = gba.places()
    nine = set(places.index[(places["kind"] == "city") & (places["parent"] == "prd9")])
    assert list(maps.cities()["place"])[:2] == ["hong_kong", "macao"]
    assert len(nine) == 9 and set(maps.cities()["place"]) == nine | {"hong_kong", "macao"} and len(maps.cities()) == 11
    for city in maps.cities().itertuples():
        assert city.geometry.contains(shapely.Point(city.label_lon, city.label_lat)), city.place


def test_districts_are_told_apart_and_listed():
    listed = [{key: row[key] for key in ("place", "city", "name_en", "name_zh")} for row in table(ROOT / "tools" / "geo_districts.csv")]
    drawn = outlines.geometry("geo_districts").drop(columns="geometry").to_dict("records")
    assert drawn == listed
    assert len({row["place"] for row in drawn}) == 71


def test_neighbours_meet_without_gap_or_overlap_and_districts_make_up_their_city():
    """Cities, and districts, and the land around are made of the same points."""
    for name in ("cities", "districts"):
        shapes = [*frame(name).geometry, *frame("land").geometry]
        assert shapely.coverage_is_valid(frame(name).geometry.to_numpy()), name
        whole = shapely.union_all(shapes)
        holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
        areas = gpd.GeoSeries(holes, crs=4326).to_crs(METRES).area / 1e6
        assert (areas > 0.1).all(), f"{name}: slivers between neighbours, {areas.min():.3f} km2"
    by_city = {city: shapely.coverage_union_all(group.geometry.to_numpy()) for city, group in frame("districts").groupby("city")}
    for city in frame("cities").itertuples():
        assert by_city[city.place].symmetric_difference(city.geometry).area == pytest.approx(0, abs=1e-9), city.place


def test_borders_are_those_that_two_cities_share():
    shapes = dict(zip(frame("cities")["place"], frame("cities").geometry, strict=True))
    expected = {tuple(pair.split()) for pair in NEIGHBOURS.replace("\n", " ").split(", ")}
    assert {tuple(sorted(pair)) for pair in combinations(shapes, 2) if shapes[pair[0]].intersection(shapes[pair[1]]).length} == expected
    lines = {tuple(f["properties"]["between"]): shapely.geometry.shape(f["geometry"]) for f in json.loads(text("borders"))["features"]}
    assert set(lines) == expected
    for (a, b), line in lines.items():
        assert shapes[a].boundary.intersection(shapes[b].boundary).length == pytest.approx(line.length, rel=1e-6), (a, b)


def test_areas_are_near_the_official_ones_and_points_lie_in_their_place():
    """Within 3 km of it: airports and ferry terminals stand on fill that the outlines leave out."""
    official = gba.load("area").sort_values("year").drop_duplicates("place", keep="last").set_index("place")["value"]
    for city in frame("cities").to_crs(METRES).itertuples():
        assert city.geometry.area / 1e6 == pytest.approx(official[city.place], rel=AREA_TOLERANCE.get(city.place, 0.05)), city.place
    shapes = frame("cities").to_crs(METRES).set_index("place").geometry
    known = gba.load("geo_points").dropna(subset="place")
    spots = gpd.GeoSeries(gpd.points_from_xy(known["lon"], known["lat"]), crs=4326).to_crs(METRES)
    for point, spot in zip(known.itertuples(), spots, strict=True):
        assert shapes[point.place].distance(spot) < 3000, point.id


# ---- the window ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "width"), WINDOWS)
def test_pixels_and_degrees(name, width):
    w = maps.window(name, width)
    west, south, east, north = w.bounds
    assert w.pixels(np.array([[west, north], [east, south]])).round() == pytest.approx(np.array([[0, 0], [width, w.height]]), abs=1)
    spot = np.array([[113.9, 22.5]])
    assert w.degrees(w.pixels(spot)) == pytest.approx(spot)


# ---- the drawing --------------------------------------------------------------------------------------------------


def values(without=()):
    places = [place for place in maps.cities()["place"] if place not in without]
    return pd.DataFrame({"place": places, "value": [100.0 * number for number in range(len(places))]})


def choropleth(w, without=(), **options):
    return maps.choropleth(values(without), w, breaks=[100, 300, 600, 900], title="things a head", **options)


def every_chart(w):
    yield "choropleth", choropleth(w, label_format=",.0f")
    yield "with a gap", choropleth(w, without=["jiangmen", "macao", "shenzhen"])


def svg(chart):
    return vl_convert.vegalite_to_svg(chart.to_dict())


def paths(drawing):
    """The filled outlines of an SVG: colour, and a polygon in the pixels of the map."""
    for attributes in re.findall(r"<path ([^>]*)>", drawing):
        fill, line = re.search(r'fill="(#\w+)"', attributes), re.search(r' ?\bd="([^"]*)"', attributes)
        if fill and line and "Z" in line[1] and "A" not in line[1]:
            found = [re.findall(r"(-?[\d.]+),(-?[\d.]+)", part) for part in line[1].split("M") if part]
            parts = [np.array(part, dtype=float) for part in found if len(part) > 2]
            if parts:  # not the boxes of the key
                yield fill[1], parts


def area(parts):
    return sum(np.abs(np.dot(p[:, 0], np.roll(p[:, 1], 1)) - np.dot(p[:, 1], np.roll(p[:, 0], 1))) / 2 for p in parts)


@pytest.mark.parametrize(("name", "width"), WINDOWS)
def test_specifications_are_valid_and_only_the_sea_covers_the_view(name, width):
    """A polygon that is wound the wrong way would be painted everywhere but inside."""
    w = maps.window(name, width)
    for what, chart in every_chart(w):
        spec = {key: value for key, value in chart.to_dict().items() if key != "config"}  # the theme is not the map's
        errors = list(validator().iter_errors(spec))
        assert not errors, f"{what}: {errors[0].message[:300]}"
        assert len(json.dumps(spec, separators=(",", ":"))) < 110_000, f"{what}: a figure of this size is slow on a phone"
        covering = [fill for fill, parts in paths(svg(chart)) if area(parts) > 0.9 * w.width * w.height]
        assert covering == [maps.SEA], what


@pytest.mark.parametrize(("name", "width"), WINDOWS)
def test_cities_are_drawn_where_they_are(name, width):
    w = maps.window(name, width)
    chart = choropleth(w)
    drawn = sorted(area(parts) for fill, parts in paths(svg(chart)) if fill in maps.RAMP)
    view = shapely.box(0, 0, w.width, w.height)
    expected = [shapely.intersection(outlines.in_pixels({"geometry": shape.__geo_interface__}, w), view).area for shape in frame("cities").geometry]
    expected = sorted(size for size in expected if size > 0)
    # Coasts are simplified and islets left out: what is compared is that each city has its size.
    assert len(drawn) == len(expected)
    assert drawn == pytest.approx(expected, rel=0.06, abs=14)


def test_neighbours_stay_neighbours_when_simplified():
    for name in outlines.WINDOWS:
        shapes = [shapely.geometry.shape(f["geometry"]) for f in outlines.features_in(maps.window(name, 700))["cities"]]
        assert all(shape.is_valid for shape in shapes)
        overlap = sum(a.intersection(b).area for a, b in combinations(shapes, 2))
        assert overlap < 1e-6 * sum(shape.area for shape in shapes)


def test_every_colour_has_a_dark_twin():
    known = {row["light"] for row in palette.palette().values()}
    for what, chart in every_chart(maps.window("gba", 680)):
        spec = chart.to_dict()
        found = set(re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps({**spec, "config": {}, "datasets": {}})))
        assert found <= known, what
        assert not re.search(r"#[0-9a-fA-F]{6}\b", json.dumps(spec["datasets"])), f"{what}: a colour in the data would not follow the theme"
    assert len(set(maps.RAMP)) == 5


def test_a_missing_place_is_drawn_as_missing_and_a_million_written_out():
    w = maps.window("gba", 680)
    drawing = svg(choropleth(w, without=["jiangmen"]))
    assert "no figure" in drawing
    assert "no figure" not in svg(choropleth(w))
    filled = [area(parts) for fill, parts in paths(drawing) if fill in maps.RAMP and area(parts) > 30]
    missing = [area(parts) for fill, parts in paths(drawing) if fill == maps.NODATA]
    [jiangmen] = [outlines.in_pixels(f, w).area for f in outlines.features_in(w)["cities"] if f["properties"]["place"] == "jiangmen"]
    assert max(missing) == pytest.approx(jiangmen, rel=0.05)
    assert not any(size == pytest.approx(jiangmen, rel=0.01) for size in filled)
    empty = values().assign(value=lambda rows: rows["value"].where(rows["place"] != "macao"))
    assert "no figure" in svg(maps.choropleth(empty, w, breaks=[300], title="things")), "an empty value is missing, too"
    drawing = svg(maps.choropleth(values(), w, breaks=[2e5, 1e6], title="residents"))
    assert "1,000,000" in drawing and "1e+6" not in drawing


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ({"place": ["macau"], "value": [1]}, {}, "did you mean 'macao'"), ({"place": ["macao", "macao"], "value": [1, 2]}, {}, "macao: more than one row"),
        ({"place": ["macao"], "valeu": [1]}, {}, "did you mean 'valeu'"), ({"place": ["macao"], "value": [1]}, {"breaks": [3, 2]}, "breaks ascend"),
        ({"place": ["macao"], "value": [1]}, {"breaks": [1, 2, 3, 4, 5]}, "6 classes"),
    ],
)  # fmt: skip
def test_wrong_values_and_unknown_names_are_refused(rows, options, message):
    with pytest.raises(ValueError, match="did you mean 'estuary'"):
        maps.window("estuery", 680)
    with pytest.raises(ValueError, match=message):
        maps.choropleth(pd.DataFrame(rows), maps.window("gba", 680), **{"breaks": [1], "title": "t", **options})


@pytest.mark.parametrize(("name", "width"), WINDOWS)
def test_names_do_not_collide(name, width):
    """By the width that letters have on average; a phone's names are 10.5 pixels high, the column's 13."""
    w = maps.window(name, width)
    high = 10.5 if w.phone else 13
    boxes = []
    for spot in maps._label_spots(w).itertuples():
        wide = 0.56 * high * len(spot.text)
        left = spot.x - {"left": -maps.DISC - 8, "center": wide / 2, "right": wide}[spot.align] if spot.align != "left" else spot.x + (14 if spot.leader else 0)
        boxes.append((spot.place, shapely.box(left, spot.y - high / 2, left + wide, spot.y + high / 2)))
        assert left > 0 and left + wide < w.width and 0 < spot.y < w.height, f"{spot.place} leaves the map"
    for (a, one), (b, other) in combinations(boxes, 2):
        assert not one.intersects(other), f"{a} and {b}"
    assert {"macao", "hong_kong", "shenzhen", "guangzhou"} <= {place for place, _ in boxes}


def test_a_map_becomes_a_figure():
    """In the book a map is drawn twice, and its colours become variables of the page."""
    rows = gba.load("area").query("place in @maps.cities()['place']").sort_values("year").drop_duplicates("place", keep="last")
    made = gba.figure(
        lambda width: maps.choropleth(rows, maps.window("gba", width), breaks=[1000, 2000, 8000], title="km²"),
        rows=rows, name="m", title="t", subtitle="s", alt_text="a", note=maps.NOTICE,
    )  # fmt: skip
    page = html.markup(made)
    assert "OpenStreetMap" in page
    assert "var(--gba-seq5" in page and "var(--gba-sea" in page
    assert page.count("<svg") == 2
    assert len(page) < 320_000
