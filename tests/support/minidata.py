"""A miniature of the data: small enough to read, with one of everything that the checks look at."""

import csv
import json

from gba.data import datapackage as record

FILES = {
    "places.csv": """\
place,name_en,name_zh_hant,name_zh_hans,kind,parent,colour,note
guangzhou,Guangzhou,廣州,广州,city,pair,#b4530a,
hong_kong,Hong Kong,香港,香港,city,,#a3195b,
pair,Guangzhou and Shenzhen,,,region,,,
shenzhen,Shenzhen,深圳,深圳,city,pair,#0068a8,
""",
    "sources.csv": """\
source,title,publisher,url,date,grade,licence,note
blog,A blog,Somebody,https://example.org/blog,,C,facts quoted,
bureau-2019,Yearbook 2019,Bureau,https://example.org/2019,2019,A,facts quoted,
bureau-2021,Yearbook 2021,Bureau,https://example.org/2021,2021-03,A,facts quoted,
press-2024,A newspaper,Press,https://example.org/press,2024-05-01,B,facts quoted,
""",
    "breaks.csv": """\
dataset,indicator,place,last_before,first_after,reason
gdp,gdp_current,guangzhou,2018,2019,census
""",
    "history/gdp.csv": """\
indicator,place,period,value,unit,source,status,status_reason,note
gdp_current,guangzhou,2018,200,CNY_100m,bureau-2019,main,,
gdp_current,guangzhou,2019,300,CNY_100m,bureau-2021,main,,after the census
gdp_current,hong_kong,2018,2842,HKD_million,bureau-2019,main,,
gdp_current,pair,2018,420,CNY_100m,bureau-2019,main,,
gdp_current,shenzhen,2018,220,CNY_100m,bureau-2019,main,,
gdp_current,shenzhen,2018,221.5,CNY_100m,bureau-2021,aside,superseded vintage,
gdp_current,shenzhen,2019,230,CNY_100m,press-2024,main,,"quoted, with a comma"
gdp_services,guangzhou,2018,120,CNY_100m,bureau-2019,main,,
""",
    "history/shares.csv": """\
indicator,place,period,value,unit,source,status,status_reason,note
share_goods,shenzhen,2018,41.2,percent,bureau-2019,main,,
share_services,shenzhen,2018,58.8,percent,bureau-2019,main,,
value_goods,guangzhou,2018,80,CNY_100m,bureau-2019,main,,
value_services,guangzhou,2018,120,CNY_100m,bureau-2019,main,,
""",
    "pipeline/ranks.csv": """\
indicator,place,period,period_start,university,value,value_upper,unit,source,status,status_reason,note
university_rank,guangzhou,2020-06,2020,sysu,201,250,rank,press-2024,main,,
university_rank,hong_kong,2020-06,2020,hku,35,35,rank,blog,main,,
""",
    "history/events.csv": """\
event,place,date,founded,open,title,sources,note
bridge,hong_kong,2018-10-24,2018,true,The bridge opens,bureau-2019; press-2024,
zone,shenzhen,1980-08-26,1980,,The zone is founded,bureau-2021,
""",
}
SQUARE = [[114.0, 22.5], [114.0, 22.6], [114.1, 22.6], [114.1, 22.5], [114.0, 22.5]]  # clockwise
HOLE = [[114.04, 22.54], [114.06, 22.54], [114.06, 22.56], [114.04, 22.56], [114.04, 22.54]]  # counter-clockwise
CITIES = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {"place": "shenzhen"}, "geometry": {"type": "Polygon", "coordinates": [SQUARE, HOLE]}}],
}
LICENCES = [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}]
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
REQUIRED = {"required": True}
CONSTRAINTS = {
    "place": REQUIRED,
    "source": REQUIRED,
    "event": REQUIRED,
    "indicator": REQUIRED,
    "value": REQUIRED,
    "unit": REQUIRED,
    "grade": {"required": True, "enum": ["A", "B", "C"]},
    "status": {"required": True, "enum": ["main", "aside"]},
    "colour": {"pattern": "^#[0-9a-f]{6}$"},
    "period": {"required": True, "pattern": DATE},
    "period_start": {"pattern": DATE},
    "last_before": {"required": True, "pattern": DATE},
    "first_after": {"required": True, "pattern": DATE},
    "founded": {"minimum": 1900, "maximum": 2100},
    "title": {"unique": True},
}
TYPES = {"value": "number", "value_upper": "number", "founded": "integer", "open": "boolean"}
TO_PLACES = {"fields": "place", "reference": {"resource": "places", "fields": "place"}}
TO_SOURCES = {"fields": "source", "reference": {"resource": "sources", "fields": "source"}}


def indicator(name, *units, **more):
    words = {"title": name, "unit": list(units), "definition": f"what {name} is", "direction": "none", "processing": "as printed"}
    return {"name": name, **words, **more}


RULES = {
    "gdp": [
        {"rule": "max_change", "indicator": "gdp_current", "factor": 1.35, "why": "growth"},
        {"rule": "total", "indicator": "gdp_current", "place": "pair", "parts": ["guangzhou", "shenzhen"], "tolerance": 0.01, "why": "two cities"},
        {"rule": "at_most", "indicator": "gdp_services", "other": "gdp_current", "tolerance": 0, "why": "a part"},
    ],
    "shares": [
        {"rule": "sum", "of": ["share_goods", "share_services"], "to": 100, "tolerance": 0.3, "by": ["place", "period"], "why": "two parts"},
        {"rule": "sum", "of": ["value_goods", "value_services"], "to": "gdp.gdp_current", "tolerance": 0.5, "by": ["place", "period"], "why": "GDP"},
    ],
    "ranks": [{"rule": "unique_rank", "indicator": "university_rank", "why": "no ties"}],
}
INDICATORS = {
    "gdp": [indicator("gdp_current", "CNY_100m", "HKD_million", minimum=0, maximum=100000), indicator("gdp_services", "CNY_100m")],
    "shares": [
        indicator("share_goods", "percent"),
        indicator("share_services", "percent"),
        indicator("value_goods", "CNY_100m"),
        indicator("value_services", "CNY_100m"),
    ],
    "ranks": [indicator("university_rank", "rank")],
}


def field(name, table):
    constraints = dict(CONSTRAINTS.get(name, {}))
    kind = TYPES.get(name, "string")
    if name == "date":
        kind, constraints = ("date", REQUIRED) if table == "events" else ("string", {"pattern": DATE})
    if name == "indicator" and table in INDICATORS:
        constraints["enum"] = [entry["name"] for entry in INDICATORS[table]]
    if (name, table) in {("place", "breaks"), ("title", "sources")}:
        constraints = REQUIRED
    return {"name": name, "type": kind, "description": f"the {name}", **({"constraints": constraints} if constraints else {})}


def entry(path):
    name = path.split("/")[-1].removesuffix(".csv")
    columns = FILES[path].splitlines()[0].split(",")
    schema = {"fields": [field(column, name) for column in columns], "primaryKey": [columns[0]], "missingValues": [""]}
    extra = {"gba:kind": "reference"}
    if name in INDICATORS:
        cell = ["indicator", "place", "period", *(column for column in columns if column == "university")]
        schema |= {"primaryKey": [*cell, "source"], "foreignKeys": [TO_PLACES, TO_SOURCES]}
        extra = {"gba:kind": "observations", "gba:chapter": path.split("/")[0], "gba:cell": cell}
        extra |= {"gba:indicators": INDICATORS[name], "gba:rules": RULES[name]}
    elif name == "events":
        schema["foreignKeys"] = [TO_PLACES]
        extra = {"gba:kind": "ledger", "gba:chapter": "history"}
    return {**described(name, path, "csv", "text/csv"), "profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema, **extra}


def described(name, path, form, mediatype):
    words = {"title": name, "description": f"the {name}", "format": form, "mediatype": mediatype, "bytes": 0, "hash": "", "licenses": LICENCES}
    return {"name": name, "path": path, **words}


def build(folder):
    """Write the miniature into `folder` and return it."""
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    (folder / "geo").mkdir()
    (folder / "geo/cities.geojson").write_text(json.dumps(CITIES), encoding="utf-8")
    geometry = {**described("cities", "geo/cities.geojson", "geojson", "application/geo+json"), "gba:kind": "geometry"}
    top = {"profile": "data-package", "name": "miniature", "title": "A miniature", "version": "1.0.0", "licenses": LICENCES}
    content = {**top, "resources": [*map(entry, FILES), geometry]}
    (folder / record.NAME).write_text(record.written(content), encoding="utf-8")
    record.refresh(folder)
    return folder


def edit(path, old, new):
    """Replace the one occurrence of `old` in a file; a mutation that changes nothing would test nothing."""
    before = path.read_bytes()
    old, new = (text if isinstance(text, bytes) else text.encode() for text in (old, new))
    assert old != new
    assert before.count(old) == 1, f"{old!r} occurs {before.count(old)} times in {path.name}"
    path.write_bytes(before.replace(old, new))


def edit_record(folder, change):
    """Apply a function to the record on disk."""
    path = folder / record.NAME
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(record.written(content), encoding="utf-8")


def rows(path):
    """The rows of a CSV file as dicts."""
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
