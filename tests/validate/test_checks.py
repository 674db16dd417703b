"""The checks: the data have no problem, and each kind of mistake is told by file, line, column, found, expected, what to do."""

import csv
import os
import re
import subprocess
import sys

import pytest
from bookpages import ROOT
from gba.data import datapackage as record
from gba.data import describe
from gba.data.errors import gathered
from gba.validate import run as checks
from gba.validate.rules import RULES
from minidata import FILES, edit, redescribe
from test_rules_data import DIGIT_BREAKERS

GDP, SHARES, RANKS, EVENTS = "history/gdp.csv", "history/shares.csv", "pipeline/ranks.csv", "history/events.csv"
HEADER = "indicator,place,period,value,unit,source,status,status_reason,note"


def problems(folder, checksums=False):
    return [str(problem) for problem in checks.check_all(folder, checksums=checksums)]


def assert_told(folder, expected, checksums=False):
    """Some problem says all parts of `expected`, which "…" separates."""
    found = problems(folder, checksums)
    assert any(all(part in line for part in expected.split(" … ")) for line in found), "\n".join(found) or "no problem"
    assert all("; " in line and "found " in line and "expected " in line for line in found)


def test_the_data_and_the_miniature_have_no_problem(mini):
    assert problems(ROOT / "data", checksums=True) == problems(mini, checksums=True) == []


#: Cells that could mean more than one figure, as yearbooks and hasty hands write them: what they look like is said, and no figure is offered.
UNSURE = {
    "13438800\u00b2": "the mark of a footnote",
    "14 830\u00b9": "the mark of a footnote",
    "13438800\u2460": "the mark of a footnote",
    "220*": "the mark of a footnote",
    "1343,88": "a decimal comma",
    "9,99": "a decimal comma",
    "-2,40": "a decimal comma",
    "1/3": "a fraction",
    "2\u00bd": "a fraction",
    "200-220": "a range",
    "200 to 220": "a range",
    "over 220": "no exact figure",
    "\u2248220": "no exact figure",
    "220+": "no exact figure",
    "220\u591a": "no exact figure",
    "(1,234)": "a minus sign in front",
    "1234-": "a minus sign in front",
    "1.234,56": "points may part thousands",
    "1.234.567": "points may part thousands",
    "12,34,567": "lakhs and crores",
    "1,,234": "a digit may be lost",
    "1,23,45": "a digit may be lost",
    "1,234,56": "a digit may be lost",
    "1.23E+11": "a spreadsheet has shortened this",
    "100E10": "a spreadsheet has shortened this",
    "Feb-50": "made a date of this",
    "5-Jan": "made a date of this",
    "2024-01-05": "made a date of this",
    "1/2/2024": "made a date of this",
    "1\u67082\u65e5": "made a date of this",
    "12.5%": "the column unit",
    "HK$1,234": "the column unit",
    "1343.88\u4e07": "the column unit",
    "4.5k": "the column unit",
}
ROW = "gdp_current,shenzhen,2019,230,CNY_100m,press-2024,main,,"
#: file, old, new, what the message must say behind the name of the file (else the whole message)
CASES = [
    (GDP, "gdp_current,guangzhou,2018", "gdp_current,guanzhou,2018",
     "2: column place: found 'guanzhou', expected a key of places.csv (did you mean 'guangzhou'?) … add the place to places.csv"),
    (GDP, ROW, ROW.replace("press-2024", "press-2042"), "8: column source: found 'press-2042', expected a key of sources.csv"),
    (EVENTS, "bureau-2019; press-2024", "bureau-2019; pres-2024", "2: column sources: found 'pres-2024', expected a key of"),
    (EVENTS, "bureau-2019; press-2024", "bureau-2019;press-2024", "2: column sources: found 'bureau-2019;press-2024'"),
    (GDP, "2018,220,", '2018,"22,000",', "6: column value: found '22,000', expected a number in plain digits; write 22000"),
    (GDP, "2018,220,", "2018,\u2212220,", "6: column value: found '\u2212220', expected a number in plain digits; write -220"),
    *((GDP, "2018,220,", f'2018,"{cell}",', f"6: column value: found '{cell}', expected a finite number; … {said}") for cell, said in UNSURE.items()),
    (GDP, "2018,220,", "2018,２２０,", "6: column value: found '２２０', expected a number in plain digits; write 220"),
    (GDP, "2018,220,", "2018,nan,", "6: column value: found 'nan', expected a finite number"),
    (GDP, "2018,220,", "2018,inf,", "6: column value: found 'inf', expected a finite number"),
    (GDP, "2018,220,", "2018,1e999,", "6: column value: found '1e999', expected a finite number"),
    (GDP, "2018,220,", "2018,about 220,", "6: column value: found 'about 220', expected a finite number"),
    (GDP, "2018,220,", "2018,,", "6: column value: found an empty cell, expected a value"),
    (GDP, "2018,220,", "2018,-220,", "6: column value: found -220, expected for gdp_current at least 0"),
    (GDP, "2018,220,", "2018,220000,", "6: column value: found 220000, expected for gdp_current at most 100000"),
    (GDP, "gdp_services,", "gdp_service,", "9: column indicator: found 'gdp_service', expected one of … did you mean 'gdp_services'"),
    (GDP, ROW, ROW.replace("main", "Main"), "8: column status: found 'Main', expected one of main, aside"),
    (GDP, "hong_kong,2018,", "hong_kong,18,", "4: column period: found '18', expected text of the pattern"),
    (GDP, "hong_kong,2018,", "hong_kong,２０１８,", "4: column period: found '２０１８', expected text of the pattern"),
    (GDP, "hong_kong,2018,", "hong_kong,2018-13,", "4: column period: found '2018-13', expected a date that the calendar has"),
    (GDP, "hong_kong,2018,", "hong_kong,2018-02-29,", "4: column period: found '2018-02-29', expected a date that the"),
    (EVENTS, "1980-08-26", "1980-06-31", "3: column date: found '1980-06-31', expected a real date"),
    (EVENTS, ",1980,", ",1980.5,", "3: column founded: found '1980.5', expected a finite integer"),
    (EVENTS, ",1980,", ",980,", "3: column founded: found '980', expected at least 1900"),
    (EVENTS, ",true,", ",yes,", "2: column open: found 'yes', expected true or false"),
    (EVENTS, "The zone is founded", "The bridge opens", "3: column title: found 'The bridge opens' again … line 2"),
    (GDP, "HKD_million", "MOP_million", "4: column unit: found 'MOP_million', expected for gdp_current one of CNY_100m, HKD_million"),
    (GDP, "221.5,CNY_100m", "221.5,HKD_million", "7: column unit: found 'HKD_million', expected 'CNY_100m', the unit that line 6 gives"),
    (GDP, "aside,superseded vintage", "aside,", "7: column status_reason: found an empty cell, expected a reason"),
    (GDP, "2018,221.5,CNY_100m,bureau-2021,aside,superseded vintage,", "2018,250,CNY_100m,bureau-2021,main,,",
     "7: column value: found 250, expected 220 within 1%, as line 6 has it for the same cell, main as well; correct one of them"),
    (GDP, HEADER, HEADER.replace(",", ";"), "1: found cells separated by semicolons, expected commas"),
    (GDP, "aside,superseded", "main,superseded", "7: column status_reason: found 'superseded vintage', expected an empty"),
    (GDP, "221.5,CNY_100m,bureau-2021", "221.5,CNY_100m,bureau-2019",
     "7: column indicator,place,period,source: found 'gdp_current', 'shenzhen', '2018', 'bureau-2019' again … line 6 has it"),
    (RANKS, "201,250", "201,150", "2: column value_upper: found '150', expected at least the value of the row, 201"),
    (RANKS, "2020-06,2020,hku,35", "2020-06,2021,hku,35", "3: column period: found '2020-06', expected at least the period_start"),
    (GDP, "gdp_current,guangzhou,2018", "gdp_current,hong_kong,2016",
     "3: column indicator,place,period,source: found gdp_current guangzhou 2019 … sorts after gdp_current hong_kong 2016"),
    ("sources.csv", "\nblog,", "\na-blog,A,P,,,,2026,A,free,\nblog,", "2: column source: found 'a-blog', expected a source that some"),
    ("sources.csv", "Press,,", "press.example,,", "5: column publisher: found 'press.example', expected who made the statistic"),
    ("sources.csv", "Press,,", "Press (GitHub copy),,", "5: column publisher: found 'GitHub', expected who made the statistic"),
    ("sources.csv", "2021,Bureau,,", "2021,The bureau,,", "4: column publisher: found 'The bureau', expected 'Bureau', as it is spelt above"),
    ("sources.csv", "2021,Bureau,,", "2021,Bureau,a mirror,", "4: column grade: found A, read via a mirror, expected B: A is the publisher's own page"),
    ("sources.csv", "2021-03,", "2021-23,", "4: column date: found '2021-23', expected a date that the calendar"),
    ("sources.csv", "2021-03,", "2056-03,", "4: column date: found 2056-03, expected a day before it was read"),
    ("places.csv", "Shenzhen,深圳,深圳", "Hong Kong,深圳,深圳", "5: column name_en: found 'Hong Kong' for shenzhen, expected a name that no other city"),
    ("breaks.csv", "\ngdp,", "\ngpd,", "2: column dataset: found 'gpd', expected a dataset of observations"),
    ("breaks.csv", "gdp_current", "gdp", "2: column indicator: found 'gdp', expected * or an indicator of gdp"),
    ("breaks.csv", "guangzhou", "guangzou", "2: column place: found 'guangzou', expected * or a key of places.csv"),
    ("breaks.csv", "2018,2019", "2019,2019", "2: column first_after: found '2019', expected a period after last_before"),
    # ---- the form
    (GDP, ",pair,2018", b",pa\xe9r,2018", "5: found the byte 0xe9, invalid in UTF-8"),
    (GDP, HEADER, b"\xef\xbb\xbf" + HEADER.encode(), "1: found a byte order mark (BOM), expected UTF-8 without a BOM"),
    (GDP, "after the census\n", "after the census\r\n", "3: found a line end CRLF or CR, expected LF"),
    (GDP, "120,CNY_100m,bureau-2019,main,,\n", "120,CNY_100m,bureau-2019,main,,", " found no line end after the last line"),
    (GDP, "after the census", "after, the census", "3: found 10 fields, expected 9 fields; quote a cell"),
    (GDP, "main,,after the census", "main,after the census", "3: found 8 fields, expected 9 fields; add the missing"),
    (GDP, "after the census\n", "after the census\n\n", "4: found an empty line, expected 9 fields"),
    (GDP, '"quoted, with a comma"', '"quoted, with a comma', "8: found unbalanced quotes"),
    (GDP, '"quoted, with a comma"', '"quoted", with a comma', "8: found 10 fields"),
    (GDP, "after the census", '"after the census"', "3: found  … (quotes only where a cell needs them)"),
    (GDP, "after the census", "after the census ", "3: column note: found 'after the census ', expected 'after the census'"),
    (GDP, HEADER, HEADER.replace("value", "values"), "1: column values: found the column 'values', expected 'value'"),
    (GDP, HEADER, HEADER.replace("value,unit", "unit,value"), "1: column unit: found the order indicator,place,period,unit"),
    (SHARES, HEADER, HEADER.removesuffix(",note"), "1: column note: found no such column, expected the columns ind"),
    (SHARES, HEADER, HEADER + ",memo", "1: column memo: found a column that the schema does not have"),
    (SHARES, HEADER, HEADER.replace("unit", "note"), "1: column note: found the column twice"),
    # ---- the rules
    (GDP, "2019,230,", "2019,330,",
     "8: column value: found 330 in 2019 and 220 in 2018, a factor of 1.500, expected a factor of at most 1.350 … (rule max_change: "),
    ("breaks.csv", "2018,2019", "2016,2017", "data/history/gdp.csv:3: column value: found 300 in 2019 and 200 in 2018 … (rule max_change: "),
    (GDP, "2018,420,", "2018,430,", "5: column value: found pair 430, expected 420, the sum of guangzhou, shenzhen … (rule total: "),
    (GDP, "2018,120,", "2018,201,", "9: column value: found gdp_services 201, expected at most gdp_current, 200 … (rule at_most: "),
    (SHARES, "58.8", "59.8", "3: column value: found share_goods 41.2 + share_services 59.8 = 101, expected 100 … (rule sum: "),
    (SHARES, "2018,120", "2018,125", "5: column value: found value_goods 80 + value_services 125 = 205, expected gdp.gdp_current (200 … (rule sum: "),
    (RANKS, "guangzhou,2020-06,2020,sysu,201,250", "guangzhou,2020-06,2020,hku,35,35", "3: column value: found rank 35 for hong_kong … (rule unique_rank: "),
    (RANKS, "hku,75,75", "hku,35,35", "4: column value: found 40 for … ranked … expected at most 35 … which the list ranks before it … (rule ranked: "),
    (GDP, "gdp_current,shenzhen,2018,220,", "gdp_current,pair,2019,530,CNY_100m,bureau-2021,main,,\ngdp_current,shenzhen,2018,220,",
     "6: column value: found pair unbroken from 2018 to 2019, where guangzhou changed, expected a break of pair … (rule total: "),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "expected"), CASES)
def test_a_mistake_in_a_file_is_told(mini, path, old, new, expected):
    edit(mini / path, old, new)
    assert_told(mini, expected if expected.startswith("data/") else f"data/{path}:{expected}")


def test_the_line_is_the_physical_one_after_a_cell_of_two_lines(mini):
    edit(mini / GDP, "after the census", '"after\nthe census"')
    edit(mini / GDP, "HKD_million", "HKD_millions")
    assert_told(mini, f"{GDP}:5: column unit: found 'HKD_millions' … did you mean 'HKD_million'")


def test_every_kind_of_rule_has_a_breaker():
    apart = {"ranked"}  # needs a list with ranks: test_a_list_that_contradicts_its_ranks_is_told
    broken = {*re.findall(r"\(rule (\w+)", str(CASES)), *(case[0] for case in DIGIT_BREAKERS)} | apart
    assert broken == set(RULES), f"add a case that breaks {set(RULES) - broken} to CASES, or to DIGIT_BREAKERS below"


def rule(**more):
    return "gdp", lambda content: content["rules"].append({"why": "a test", **more})


def said(dataset, *way, **more):
    """A change of a description: at `way` what `more` says; `None` takes it out."""

    def change(content):
        for step in way:
            content = content[step]
        content |= more
        for key in [key for key, value in more.items() if value is None]:
            del content[key]

    return dataset, change


def lost(dataset, *way):
    return said(dataset, *way[:-1], **{way[-1]: None})


META = "data/history/gdp.meta.yml"
DESCRIPTIONS = [
    (rule(rule="at_least"), "at rules.3.rule: found 'at_least', expected one of sum, at_most"),
    (rule(rule="unique_rank", indicator="gdp"), "at rules.3.indicator: found 'gdp', expected one of gdp_current"),
    (rule(rule="unique_rank", indicator="gdp_current", from_="2000"), "at rules.3.from_: found a property"),
    (rule(rule="max_change", indicator="gdp_current"), "at rules.3.factor: found nothing, expected a value"),
    (rule(rule="unique_rank", indicator="gdp_current", why=""), "at rules.3.why: found nothing"),
    (
        rule(rule="total", indicator="gdp_services", place="pair", parts=["guangzhou"]),
        f"{GDP}: found nothing that the rule total … {META}: rules.3 … expected at least one comparison",
    ),
    (rule(rule="max_change", indicator="gdp_current", factor=1.5, **{"except": {"macao": "?"}}), "rules.3.except: found 'macao'"),
    (("gdp", lambda content: content["rules"].append("x > 1")), "at rules.3: found 'x > 1', expected a rule: ..., why: ..."),
    (lost("datapackage", "version"), "datapackage.meta.yml: at version: found nothing"),
    (lost("gdp", "title"), f"{META}: at title: found nothing, expected a text"),
    (said("gdp", titel="x"), f"{META}: … at titel: found 'titel', expected one of name, title … did you mean 'title'"),
    (said("gdp", title=2019), f"{META}:1: at title: found 2019, expected text, in quotes where"),
    (said("gdp", rules={"rule": "sum"}), "at rules: found {'rule': 'sum'}, expected a list (- ...)"),
    (said("gdp", indicators=["a"]), "at indicators: found ['a'], expected names with values"),
    (said("gdp", "indicators", gdp_current="CNY"), "at indicators.gdp_current: found 'CNY', expected names with values"),
    (lost("gdp", "licence"), f"{META}: at licence: found nothing, expected the licence … ask the source"),
    (said("gdp", licence="CC-BY-9.0"), f"{META}:3: at licence: found 'CC-BY-9.0', expected the licence"),
    (lost("gdp", "chapter"), "at chapter: found nothing"),
    (said("gdp", kind="observation"), "at kind: found 'observation', expected one of observations"),
    (said("gdp", name="shares"), "at name: found 'shares', which … give it another name"),
    (said("gdp", cell=["place", "period"]), "at cell: found ['place', 'period'], expected indicator, place, period"),
    (lost("gdp", "indicators", "gdp_current", "definition"), "at indicators.gdp_current.definition: found nothing"),
    (lost("gdp", "indicators", "gdp_current", "unit"), "at indicators.gdp_current.unit: found nothing"),
    (said("gdp", "indicators", "gdp_current", direction="up"), "gdp_current.direction: found 'up', expected one of higher"),
    (lost("gdp", "indicators"), "at indicators: found nothing"),
    (lost("events", "primaryKey"), "data/history/events.meta.yml: at primaryKey: found nothing"),
    (said("events", primaryKey=["evnt"]), "at primaryKey.0: found 'evnt' … did you mean 'event'"),
    (said("events", sort=["dates"]), "at sort.0: found 'dates' … did you mean 'date'"),
    (said("events", "references", place="plots.place"), "at references.place: found 'plots.place'"),
    (said("events", "references", place="places.key"), "found 'places.key', expected places.column, one of place,"),
    (lost("events", "columns", "note", "description"), "at columns.note: found neither title nor description"),
    (said("events", "columns", "note", type="text"), "at columns.note.type: found 'text', expected one of string"),
    (said("events", "columns", "note", maxLength=3), "at columns.note.maxLength: found 'maxLength', expected one of type"),
    (said("gdp", columns={"value": {"type": "string"}}), "at columns.value.type: found 'string', expected 'number'"),
    (lost("sources", "columns", "date", "type"), "at columns.date: found text of any kind, expected type: period"),
    (("events", lambda content: content["columns"].update(source={"description": "x"})), "at references: found no key of source"),
]


@pytest.mark.parametrize(("change", "expected"), DESCRIPTIONS)
def test_a_mistake_in_a_description_is_told(mini, change, expected):
    redescribe(mini, *change)
    assert_told(mini, expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: gdp\n", "title: gdp: of cities\n", f"{META}:1: found mapping values are not allowed in this context, expected YAML"),
        ("kind: observations\n", "kind: observations\nkind: ledger\n", f"{META}:5: found the key 'kind' again, expected every key once"),
        ("  gdp_services:\n", "  gdp_current:\n", f"{META}:17: at indicators: found the key 'gdp_current' again"),
        ("title: gdp\n", b"title: \xe9\n", f"{META}: found byte 7 invalid in UTF-8"),
        ("    definition: what gdp_services is\n", "", f"{META}:17: at indicators.gdp_services.definition: found nothing"),
        ("    direction: none\n    processing: as printed\n    minimum", "    direction:\n    processing: as printed\n    minimum",
         f"{META}:13: at indicators.gdp_"),
    ],
)  # fmt: skip
def test_a_description_is_told_by_line(mini, old, new, expected):
    edit(mini / "history/gdp.meta.yml", old, new)
    assert_told(mini, expected)


@pytest.mark.parametrize(("typed", "meant"), [("2019-02-18", "2019-02-18"), ("no", "no"), ("'7'", "7"), ("1.10.0", "1.10.0"), ("12:30", "12:30")])
def test_what_is_typed_is_text_and_no_date_and_no_truth(mini, typed, meant):
    edit(mini / "history/gdp.meta.yml", "title: gdp\n", f"title: {typed}\n")
    assert describe.described(mini).metas["gdp"].content["title"] == meant


def test_a_descriptor_that_is_out_of_date_is_told(mini):
    edit(mini / "history/gdp.meta.yml", "title: gdp\n", "title: Gross domestic product\n")
    assert problems(mini) == ["data/datapackage.json: found it out of date (gdp: title), expected what the descriptions (*.meta.yml) say; run `make record`"]
    describe.refresh(mini)
    edit(mini / "datapackage.json", '"rule": "at_most"', '"rule": "at_least"')
    assert [line.split(", expected")[0] for line in problems(mini)] == ["data/datapackage.json: found it out of date (gdp: gba:rules)"]


def test_an_exception_of_a_rule_holds_for_its_place_alone(mini):
    edit(mini / "breaks.csv", "2018,2019", "2016,2017")
    edit(mini / GDP, "2019,230,", "2019,330,")
    redescribe(mini, *said("gdp", "rules", 0, **{"except": {"guangzhou": "a census"}}))
    assert ["shenzhen" in (mini / GDP).read_text(encoding="utf-8").splitlines()[problem.line - 1] for problem in checks.check_all(mini, False)] == [True]


def test_a_break_may_stand_for_any_indicator_or_place(mini):
    for old, new in (("gdp_current,guangzhou", "*,guangzhou"), ("*,guangzhou", "*,*"), ("*,*", "gdp_current,*")):
        edit(mini / "breaks.csv", old, new)
        assert problems(mini) == []


@pytest.mark.parametrize(("start", "told"), [("2018", True), ("2019", False)])
def test_a_change_before_the_start_of_a_rule_is_left_out(mini, start, told):
    edit(mini / GDP, "2019,230,", "2019,330,CNY_100m,press-2024,main,,\ngdp_current,shenzhen,2020,340,")
    redescribe(mini, *said("gdp", "rules", 0, **{"from": start}))
    assert [f"{GDP}:8: column value: found 330 in 2019" in line for line in problems(mini) if " rows" not in line] == [True] * told


STRANGERS = {
    "PK\x03\x04\x14": "a workbook or a zip",
    "<!DOCTYPE html><title>404": "a web page",
    '<?xml version="1.0"?>': "a web page or XML",
    "version https://git-lfs.github.com/spec/v1\noid sha256:0\n": "the pointer of Git LFS",
    "%PDF-1.7": "a PDF",
    HEADER.replace(",", "\t") + "\n": "cells separated by tabs",
    HEADER.replace(",", "\uff0c") + "\n": "cells separated by full-width commas",
    HEADER.replace(",", "|") + "\n": "cells separated by bars",
}


def test_a_gap_of_years_allows_the_factor_for_each_year_and_unlike_units_are_not_compared(mini):
    edit(mini / GDP, "shenzhen,2019,230,", "shenzhen,2020,395,")  # 220 * 1.35 ** 2 = 400.95
    assert problems(mini) == []
    edit(mini / GDP, "shenzhen,2020,395,", "shenzhen,2020,405,")
    assert_told(mini, f"{GDP}:8: column value: found 405 in 2020 and 220 in 2018 … at most 1.823")
    edit(mini / GDP, "2020,405,CNY_100m", "2020,40500,HKD_million")
    assert not any("a factor of" in line for line in problems(mini))


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("geo/cities.geojson", '{"type": "FeatureCollection",\n "features": [}', "data/geo/cities.geojson:2: found … expected GeoJSON"),
        ("geo/cities.geojson", '{"type": "FeatureCollection"}', "data/geo/cities.geojson: found no FeatureCollection … expected GeoJSON"),
        ("history/extra.csv", "a\n1\n", "data/history/extra.csv: found a file that nothing describes, expected extra.meta.yml … make dataset name=extra"),
        (GDP, "", f"{GDP}:1: found no header"),
        *((GDP, begin, f"{GDP}:1: found {what}") for begin, what in STRANGERS.items()),
        (GDP, FILES[GDP].replace("\n", "\r\n"), f"{GDP}:1: found a line end CRLF or CR, expected LF line ends throughout; make tidy name=gdp mends it"),
        *((path, None, f"meta.yml: found no file data/{path}, expected what it describes") for path in (GDP, "sources.csv", "geo/cities.geojson")),
    ],
)
def test_a_file_that_is_broken_strange_or_missing_is_told(mini, path, content, expected):
    (mini / path).unlink() if content is None else (mini / path).write_text(content, encoding="utf-8")
    assert_told(mini, expected)


@pytest.mark.parametrize(("new", "expected"), [("2019,231,", "found sha256:"), ("2019,2310,", " bytes as the descriptor says")])
def test_a_changed_file_is_told_when_checksums_are_on(mini, new, expected):
    redescribe(mini, *said("gdp", rules=[]))
    edit(mini / GDP, "2019,230,", new)
    assert problems(mini, checksums=False) == []
    assert_told(mini, f"data/{GDP}: … {expected} … if the change was meant run `make record`", checksums=True)


def test_problems_of_one_file_do_not_hide_those_of_another(mini):
    edit(mini / GDP, "HKD_million", "HKD")
    edit(mini / SHARES, "58.8", "59.8")
    edit(mini / EVENTS, ",true,", ",yes,")
    assert {line.split(":")[0] for line in problems(mini)} == {f"data/{GDP}", f"data/{SHARES}", f"data/{EVENTS}"}


@pytest.mark.parametrize(
    ("column", "spoil", "way"),
    [
        ("value", lambda n: f"{n + 1},234", "write 1234"),
        ("value", lambda n: f"{n + 1} 234\u00b9", "the mark of a footnote"),
        ("value", lambda n: "n/a", "left_out.csv"),
        ("period", lambda n: f"{1900 + n}\u5e74", "rewrite the cell in this form"),
        ("place", lambda n: "shenzen", "did you mean 'shenzhen'"),
        ("unit", lambda n: "yuan", "one of"),
        ("source", lambda n: f"paper-{n}", "add the source to sources.csv"),
        ("note", lambda n: f"page {n} ", "make tidy name=gdp mends it"),
        ("note", lambda n: f"caf\u00c3\u00a9 {n}", "restore the text"),
    ],
)
def test_what_repeats_in_a_column_is_told_once_with_its_count_and_first_lines(mini, column, spoil, way):
    header, names = (mini / GDP).read_text(encoding="utf-8"), HEADER.split(",")
    begin, many = header.count("\n") + 1, 300
    cells = ["gdp_current", "shenzhen", "", "1", "CNY_100m", "press-2024", "main", "", ""]
    rows = [dict(zip(names, cells, strict=True)) | {"period": f"{1600 + n}"} for n in range(many)]
    with (mini / GDP).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows((row | {column: spoil(n)}).values() for n, row in enumerate(rows))
    told = [line for line in run(mini, "--no-checksums").stdout.splitlines() if f"column {column}: " in line]
    # A unit is one of the table's, and one of its indicator's.
    assert len(told) == (2 if column == "unit" else 1), "\n".join(told[:5])
    assert f"data/{GDP}:{begin}: " in told[0] and way in told[0], told[0]
    assert f"{many - 1} more of this kind in the column: lines {begin + 1} (" in told[0] and f" and {many - 5} further" in told[0], told[0]
    assert ("make tidy name=gdp decimal=point writes all of them so" in told[0]) == (way == "write 1234"), told[0]


def test_what_is_of_two_kinds_or_of_two_columns_is_told_twice_and_a_few_each(mini):
    kinds = [(column, expected) for column in ("a", "b") for expected in ("one", "two")]
    wrong = [checks.Problem("data/x.csv", line, column, "'1,5'", expected, "look") for line in range(2, 9) for column, expected in kinds]
    assert len(gathered(wrong)) == 4 and gathered(wrong[:3]) == wrong[:3]


def run(folder, *arguments, module="gba.validate", **environment):
    command = [sys.executable, "-m", module, *arguments]
    known = {**os.environ, "GBA_DATA": str(folder), **environment}
    return subprocess.run(command, cwd=ROOT / "book", env=known, capture_output=True, text=True, errors="replace", check=False)


@pytest.mark.parametrize(("module", "encoding"), [("gba.validate", "gbk"), ("gba.validate", "ascii"), ("gba.data.describe", "cp1252")])
def test_problems_are_told_on_a_console_of_any_encoding(mini, module, encoding):
    """A sign that the console lacks is written as its number; no traceback hides the problems."""
    edit(mini / GDP, "2019,230,", "2019,230\u00b2\u5b85\u3010,")
    done = run(mini, module=module, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == (module == "gba.validate")
    assert "Traceback" not in done.stderr


def test_command(mini):
    done = run(mini)
    size = "8 datasets (3 of observations), 16 observations, 15 cells, 4 sources (A 2, B 1, C 1), 7 declared rules and 0 fitted ones"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{size}\nno problem\n", "")
    edit(mini / GDP, "2019,230,", "2019,231,")
    assert run(mini, "--no-checksums").returncode == 0
    done = run(mini)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [size, "1 problem"]
    (mini / record.NAME).write_text("{", encoding="utf-8")
    done = run(mini)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("data/datapackage.json:1: found Expecting property name") and "run `make record`" in done.stdout
