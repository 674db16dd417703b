"""A miniature of the data: small enough to read, with one of everything that the checks look at."""

import contextlib
import copy
import json

import yaml
from gba.data import describe
from gba.data.errors import DataError

FILES = {
    "places.csv": """\
place,name_en,name_zh_hant,name_zh_hans,kind,parent,colour,note
guangzhou,Guangzhou,廣州,广州,city,pair,#b4530a,
hong_kong,Hong Kong,香港,香港,city,,#a3195b,
pair,Guangzhou and Shenzhen,,,region,,,
shenzhen,Shenzhen,深圳,深圳,city,pair,#0068a8,
""",
    "sources.csv": """\
source,title,publisher,via,url,date,read,grade,licence,note
blog,A blog,Somebody,,https://example.org/blog,,2026-11-24,C,facts quoted,
bureau-2019,Yearbook 2019,Bureau,,https://example.org/2019,2019,2026-11-24,A,facts quoted,
bureau-2021,Yearbook 2021,Bureau,,https://example.org/2021,2021-03,2026-11-24,A,facts quoted,
press-2024,A newspaper,Press,,https://example.org/press,2024-05-01,2026-11-24,B,facts quoted,
""",
    "breaks.csv": """\
dataset,indicator,place,last_before,first_after,kind,reason
gdp,gdp_current,guangzhou,2018,2019,census,the census of the economy
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
university_score,guangzhou,2020-06,2020,sysu,40,40,points,press-2024,main,,
university_score,hong_kong,2020-06,2020,hku,75,75,points,blog,main,,
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
PACKAGE = """\
name: miniature
title: A miniature
version: 1.0.0
licence: CC-BY-4.0
licences:
  CC-BY-4.0:
    title: Creative Commons Attribution 4.0
    path: https://creativecommons.org/licenses/by/4.0/
"""
REQUIRED = {"required": True}
PERIOD = {"type": "period", "required": True}
#: What a column is, if it is not plain text.
COLUMNS = {
    **dict.fromkeys(("place", "source", "event", "dataset", "indicator"), REQUIRED),
    "grade": {"required": True, "enum": ["A", "B", "C"]},
    "colour": {"pattern": "^#[0-9a-f]{6}$"},
    "last_before": PERIOD,
    "first_after": PERIOD,
    "founded": {"type": "integer", "minimum": 1900, "maximum": 2100},
    "open": {"type": "boolean"},
    "title": {"unique": True},
}


def indicator(name, *units, **more):
    words = {"title": name, "unit": list(units), "definition": f"what {name} is", "direction": "none", "processing": "as printed"}
    return {name: {**words, **more}}


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
    "ranks": [
        {"rule": "unique_rank", "indicator": "university_rank", "why": "no ties"},
        {"rule": "ranked", "indicator": "university_score", "rank": "university_rank", "why": "the score makes the rank"},
    ],
}
INDICATORS = {
    "gdp": indicator("gdp_current", "CNY_100m", "HKD_million", minimum=0, maximum=100000) | indicator("gdp_services", "CNY_100m"),
    "shares": {
        **indicator("share_goods", "percent"),
        **indicator("share_services", "percent"),
        **indicator("value_goods", "CNY_100m"),
        **indicator("value_services", "CNY_100m"),
    },
    "ranks": indicator("university_rank", "rank") | indicator("university_score", "points"),
}


def column(name, table):
    given = {"type": "date", **REQUIRED} if (name, table) == ("date", "events") else {"type": "period"} if name == "date" else COLUMNS.get(name, {})
    return {"description": f"the {name}", **(REQUIRED if (name, table) in {("place", "breaks"), ("title", "sources")} else given)}


def description(path):
    """What the description of a file says."""
    name = path.split("/")[-1].split(".")[0]
    words = {"title": name, "description": f"the {name}", "licence": "CC-BY-4.0"}
    if path.endswith(".geojson"):
        return {**words, "kind": "geometry"}
    columns = FILES[path].splitlines()[0].split(",")
    if name in INDICATORS:
        extra = {"cell": ["indicator", "place", "period", "university"]} if "university" in columns else {}
        own = {"period_start": {"type": "period"}, "university": {}, "value_upper": {"type": "number"}}
        if extra:
            extra["columns"] = {key: {"description": f"the {key}", **given} for key, given in own.items()}
        own = {"indicators": INDICATORS[name], "rules": RULES[name], "looked_at": "2026-11-24"}
        return {**words, "kind": "observations", "chapter": path.split("/")[0], **extra, **own}
    events = {"kind": "ledger", "chapter": "history", "looked_at": "2026-11-24", "references": {"place": "places.place"}}
    key = {} if name == "breaks" else {"primaryKey": [columns[0]]}
    return {**words, **(events if name == "events" else {"kind": "reference"}), "columns": {key: column(key, name) for key in columns}, **key}


def build(folder):
    """Write the miniature into `folder` and return it."""
    (folder / describe.PACKAGE).write_text(PACKAGE, encoding="utf-8", newline="\n")
    for path, text in {**FILES, "geo/cities.geojson": json.dumps(CITIES)}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
        write(meta_of(folder / path), description(path))
    describe.refresh(folder)
    return folder


def meta_of(path):
    """The description beside a file."""
    return path.with_name(path.name.split(".")[0] + describe.ENDING)


def write(path, content):
    """Write a description."""
    path.write_text(yaml.safe_dump(copy.deepcopy(content), sort_keys=False, allow_unicode=True), encoding="utf-8", newline="\n")


def edit(path, old, new):
    """Replace the one occurrence of `old` in a file; a mutation that changes nothing would test nothing."""
    before = path.read_bytes()
    old, new = (text if isinstance(text, bytes) else text.encode() for text in (old, new))
    assert old != new
    assert before.count(old) == 1, f"{old!r} occurs {before.count(old)} times in {path.name}"
    path.write_bytes(before.replace(old, new))


def redescribe(folder, name, change):
    """Apply a function to the description of a dataset (of the whole package: datapackage), and make the descriptor of it, if it can be made."""
    [path] = folder.rglob(f"{name}{describe.ENDING}")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    write(path, content)
    with contextlib.suppress(DataError):
        describe.refresh(folder)
