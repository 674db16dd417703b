"""The checks: the data have no problem, and each kind of mistake is told by file, line, column, found, expected, what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from gba.data import datapackage as record
from gba.data import describe
from gba.validate import run as checks
from gba.validate.rules import RULES
from minidata import edit, redescribe
from test_rules_data import DIGIT_BREAKERS

BOOK = Path(__file__).resolve().parents[2] / "book"
GDP, SHARES, RANKS, EVENTS = "history/gdp.csv", "history/shares.csv", "pipeline/ranks.csv", "history/events.csv"
HEADER = "indicator,place,period,value,unit,source,status,status_reason,note"


def problems(folder, checksums=False):
    return [str(problem) for problem in checks.check_all(folder, checksums=checksums)]


def assert_told(folder, expected, checksums=False):
    found = problems(folder, checksums)
    assert any(all(part in line for part in expected) for line in found), "\n".join(found) or "no problem"
    assert all("; " in line and "found " in line and "expected " in line for line in found)


def test_the_data_have_no_problem():
    assert problems(record.root(), checksums=True) == []


def test_a_clean_copy_has_no_problem(data_copy):
    assert problems(data_copy, checksums=True) == []


def test_the_miniature_has_no_problem(mini):
    assert problems(mini, checksums=True) == []


ROW = "gdp_current,shenzhen,2019,230,CNY_100m,press-2024,main,,"
CELLS = [
    # file, old, new, what the message must say
    pytest.param(
        GDP,
        "gdp_current,guangzhou,2018",
        "gdp_current,guanzhou,2018",
        ["data/history/gdp.csv:2: column place: found 'guanzhou', expected a key of places.csv (did you mean 'guangzhou'?)", "add the place to places.csv"],
        id="unknown place",
    ),
    pytest.param(
        GDP, ROW, ROW.replace("press-2024", "press-2042"), [f"{GDP}:8: column source: found 'press-2042', expected a key of sources.csv"], id="source"
    ),
    pytest.param(
        EVENTS, "bureau-2019; press-2024", "bureau-2019; pres-2024", [f"{EVENTS}:2: column sources: found 'pres-2024', expected a key of"], id="one of many"
    ),
    pytest.param(EVENTS, "bureau-2019; press-2024", "bureau-2019;press-2024", [f"{EVENTS}:2: column sources: found 'bureau-2019;press-2024'"], id="separator"),
    pytest.param(
        GDP, "2018,220,", '2018,"22,000",', [f"{GDP}:6: column value: found '22,000', expected a number in plain digits; write 22000"], id="thousands"
    ),
    pytest.param(
        GDP,
        "2018,220,",
        "2018,\uff12\uff12\uff10,",
        [f"{GDP}:6: column value: found '\uff12\uff12\uff10', expected a number in plain digits; write 220"],
        id="full-width digits",
    ),
    pytest.param(GDP, "2018,220,", "2018,nan,", [f"{GDP}:6: column value: found 'nan', expected a finite number"], id="nan"),
    pytest.param(GDP, "2018,220,", "2018,inf,", [f"{GDP}:6: column value: found 'inf', expected a finite number"], id="inf"),
    pytest.param(GDP, "2018,220,", "2018,1e999,", [f"{GDP}:6: column value: found '1e999', expected a finite number"], id="overflow"),
    pytest.param(GDP, "2018,220,", "2018,about 220,", [f"{GDP}:6: column value: found 'about 220', expected a finite number"], id="text for a number"),
    pytest.param(GDP, "2018,220,", "2018,,", [f"{GDP}:6: column value: found an empty cell, expected a value"], id="required"),
    pytest.param(GDP, "2018,220,", "2018,-220,", [f"{GDP}:6: column value: found -220, expected for gdp_current at least 0"], id="minimum of the indicator"),
    pytest.param(
        GDP, "2018,220,", "2018,220000,", [f"{GDP}:6: column value: found 220000, expected for gdp_current at most 100000"], id="maximum of the indicator"
    ),
    pytest.param(
        GDP, "gdp_services,", "gdp_service,", [f"{GDP}:9: column indicator: found 'gdp_service', expected one of", "did you mean 'gdp_services'"], id="enum"
    ),
    pytest.param(GDP, ROW, ROW.replace("main", "Main"), [f"{GDP}:8: column status: found 'Main', expected one of main, aside"], id="status"),
    pytest.param(GDP, "hong_kong,2018,", "hong_kong,18,", [f"{GDP}:4: column period: found '18', expected text of the pattern"], id="pattern"),
    pytest.param(
        GDP,
        "hong_kong,2018,",
        "hong_kong,\uff12\uff10\uff11\uff18,",
        [f"{GDP}:4: column period: found '\uff12\uff10\uff11\uff18', expected text of the pattern"],
        id="full-width period",
    ),
    pytest.param(
        GDP, "hong_kong,2018,", "hong_kong,2018-13,", [f"{GDP}:4: column period: found '2018-13', expected a date that the calendar has"], id="month 13"
    ),
    pytest.param(GDP, "hong_kong,2018,", "hong_kong,2018-02-29,", [f"{GDP}:4: column period: found '2018-02-29', expected a date that the"], id="29 February"),
    pytest.param(EVENTS, "1980-08-26", "1980-06-31", [f"{EVENTS}:3: column date: found '1980-06-31', expected a real date"], id="date type"),
    pytest.param(EVENTS, ",1980,", ",1980.5,", [f"{EVENTS}:3: column founded: found '1980.5', expected a finite integer"], id="integer"),
    pytest.param(EVENTS, ",1980,", ",980,", [f"{EVENTS}:3: column founded: found '980', expected at least 1900"], id="minimum of the field"),
    pytest.param(EVENTS, ",true,", ",yes,", [f"{EVENTS}:2: column open: found 'yes', expected true or false"], id="boolean"),
    pytest.param(EVENTS, "The zone is founded", "The bridge opens", [f"{EVENTS}:3: column title: found 'The bridge opens' again", "line 2"], id="unique"),
    pytest.param(
        GDP, "HKD_million", "MOP_million", [f"{GDP}:4: column unit: found 'MOP_million', expected for gdp_current one of CNY_100m, HKD_million"], id="unit"
    ),
    pytest.param(
        GDP,
        "221.5,CNY_100m",
        "221.5,HKD_million",
        [f"{GDP}:7: column unit: found 'HKD_million', expected 'CNY_100m', the unit that line 6 gives"],
        id="two units in a cell",
    ),
    pytest.param(GDP, "aside,superseded vintage", "aside,", [f"{GDP}:7: column status_reason: found an empty cell, expected a reason"], id="aside, no reason"),
    pytest.param(
        GDP,
        "2018,221.5,CNY_100m,bureau-2021,aside,superseded vintage,",
        "2018,250,CNY_100m,bureau-2021,main,,",
        [f"{GDP}:7: column value: found 250, expected 220 within 1%, as line 6 has it for the same cell, main as well; correct one of them"],
        id="two main rows disagree",
    ),
    pytest.param(GDP, HEADER, HEADER.replace(",", ";"), [f"{GDP}:1: found cells separated by semicolons, expected commas"], id="semicolons"),
    pytest.param(
        GDP, "aside,superseded", "main,superseded", [f"{GDP}:7: column status_reason: found 'superseded vintage', expected an empty"], id="main, a reason"
    ),
    pytest.param(
        GDP,
        "221.5,CNY_100m,bureau-2021",
        "221.5,CNY_100m,bureau-2019",
        [f"{GDP}:7: column indicator,place,period,source: found 'gdp_current', 'shenzhen', '2018', 'bureau-2019' again", "line 6 has it"],
        id="primary key",
    ),
    pytest.param(RANKS, "201,250", "201,150", [f"{RANKS}:2: column value_upper: found '150', expected at least the value of the row, 201"], id="band"),
    pytest.param(RANKS, "2020-06,2020,hku", "2020-06,2021,hku", [f"{RANKS}:3: column period: found '2020-06', expected at least the period_start"], id="span"),
    pytest.param(
        GDP,
        "gdp_current,guangzhou,2018",
        "gdp_current,hong_kong,2016",
        [f"{GDP}:3: column indicator,place,period,source: found gdp_current guangzhou 2019", "sorts after gdp_current hong_kong 2016"],
        id="sort order",
    ),
    pytest.param(
        "sources.csv",
        "\nblog,",
        "\na-blog,A,P,,,A,free,\nblog,",
        ["data/sources.csv:2: column source: found 'a-blog', expected a source that some"],
        id="unused source",
    ),
    pytest.param(
        "sources.csv", "2021-03,", "2021-23,", ["data/sources.csv:4: column date: found '2021-23', expected a date that the calendar"], id="date of a source"
    ),
    pytest.param("breaks.csv", "\ngdp,", "\ngpd,", ["data/breaks.csv:2: column dataset: found 'gpd', expected a dataset of observations"], id="break: dataset"),
    pytest.param(
        "breaks.csv", "gdp_current", "gdp", ["data/breaks.csv:2: column indicator: found 'gdp', expected * or an indicator of gdp"], id="break: indicator"
    ),
    pytest.param(
        "breaks.csv", "guangzhou", "guangzou", ["data/breaks.csv:2: column place: found 'guangzou', expected * or a key of places.csv"], id="break: place"
    ),
    pytest.param(
        "breaks.csv", "2018,2019", "2019,2019", ["data/breaks.csv:2: column first_after: found '2019', expected a period after last_before"], id="break: order"
    ),
]

FORM = [
    pytest.param(GDP, ",pair,2018", b",pa\xe9r,2018", [f"{GDP}:5: found the byte 0xe9, invalid in UTF-8"], id="encoding"),
    pytest.param(GDP, HEADER, b"\xef\xbb\xbf" + HEADER.encode(), [f"{GDP}:1: found a byte order mark (BOM), expected UTF-8 without a BOM"], id="BOM"),
    pytest.param(GDP, "after the census\n", "after the census\r\n", [f"{GDP}:3: found a line end CRLF or CR, expected LF"], id="CRLF"),
    pytest.param(
        GDP, "120,CNY_100m,bureau-2019,main,,\n", "120,CNY_100m,bureau-2019,main,,", [f"{GDP}: found no line end after the last line"], id="last line"
    ),
    pytest.param(GDP, "after the census", "after, the census", [f"{GDP}:3: found 10 fields, expected 9 fields; quote a cell"], id="too many fields"),
    pytest.param(GDP, "main,,after the census", "main,after the census", [f"{GDP}:3: found 8 fields, expected 9 fields; add the missing"], id="too few fields"),
    pytest.param(GDP, "after the census\n", "after the census\n\n", [f"{GDP}:4: found an empty line, expected 9 fields"], id="empty line"),
    pytest.param(GDP, '"quoted, with a comma"', '"quoted, with a comma', [f"{GDP}:8: found unbalanced quotes"], id="unbalanced quotes"),
    pytest.param(GDP, '"quoted, with a comma"', '"quoted", with a comma', [f"{GDP}:8: found 10 fields"], id="quote in the middle"),
    pytest.param(GDP, "after the census", '"after the census"', [f"{GDP}:3: found ", "(quotes only where a cell needs them)"], id="needless quotes"),
    pytest.param(GDP, "after the census", "after the census ", [f"{GDP}:3: column note: found 'after the census ', expected 'after the census'"], id="spaces"),
    pytest.param(GDP, HEADER, HEADER.replace("value", "values"), [f"{GDP}:1: column values: found the column 'values', expected 'value'"], id="renamed column"),
    pytest.param(
        GDP, HEADER, HEADER.replace("value,unit", "unit,value"), [f"{GDP}:1: column unit: found the order indicator,place,period,unit"], id="reordered"
    ),
    pytest.param(
        SHARES, HEADER, HEADER.removesuffix(",note"), [f"{SHARES}:1: column note: found no such column, expected the columns ind"], id="missing column"
    ),
    pytest.param(SHARES, HEADER, HEADER + ",memo", [f"{SHARES}:1: column memo: found a column that the schema does not have"], id="extra column"),
    pytest.param(SHARES, HEADER, HEADER.replace("unit", "note"), [f"{SHARES}:1: column note: found the column twice"], id="column twice"),
]


@pytest.mark.parametrize(("path", "old", "new", "expected"), CELLS + FORM)
def test_a_mistake_in_a_file_is_told(mini, path, old, new, expected):
    edit(mini / path, old, new)
    assert_told(mini, expected)


def test_the_line_is_the_physical_one_after_a_cell_of_two_lines(mini):
    edit(mini / GDP, "after the census", '"after\nthe census"')
    edit(mini / GDP, "HKD_million", "HKD_millions")
    assert_told(mini, [f"{GDP}:5: column unit: found 'HKD_millions'", "did you mean 'HKD_million'"])


RULE_BREAKERS = [
    pytest.param(
        "max_change",
        GDP,
        "2019,230,",
        "2019,330,",
        [f"{GDP}:8: column value: found 330 in 2019 and 220 in 2018, a factor of 1.500, expected a factor of at most 1.350", "growth"],
        id="max_change",
    ),
    pytest.param(
        "max_change", "breaks.csv", "2018,2019", "2016,2017", [f"{GDP}:3: column value: found 300 in 2019 and 200 in 2018"], id="max_change, no break"
    ),
    pytest.param("total", GDP, "2018,420,", "2018,430,", [f"{GDP}:5: column value: found pair 430, expected 420, the sum of guangzhou, shenzhen"], id="total"),
    pytest.param("at_most", GDP, "2018,120,", "2018,201,", [f"{GDP}:9: column value: found gdp_services 201, expected at most gdp_current, 200"], id="at_most"),
    pytest.param("sum", SHARES, "58.8", "59.8", [f"{SHARES}:3: column value: found share_goods 41.2 + share_services 59.8 = 101, expected 100"], id="sum"),
    pytest.param(
        "sum",
        SHARES,
        "2018,120",
        "2018,125",
        [f"{SHARES}:5: column value: found value_goods 80 + value_services 125 = 205, expected gdp.gdp_current (200"],
        id="sum to another dataset",
    ),
    pytest.param(
        "unique_rank",
        RANKS,
        "guangzhou,2020-06,2020,sysu,201,250",
        "guangzhou,2020-06,2020,hku,35,35",
        [f"{RANKS}:3: column value: found rank 35 for hong_kong"],
        id="unique_rank",
    ),
]


@pytest.mark.parametrize(("kind", "path", "old", "new", "expected"), RULE_BREAKERS)
def test_a_rule_that_does_not_hold_is_told(mini, kind, path, old, new, expected):
    edit(mini / path, old, new)
    assert_told(mini, [*expected, f"(rule {kind}: "])


def test_every_kind_of_rule_has_a_breaker():
    assert {param.values[0] for param in [*RULE_BREAKERS, *DIGIT_BREAKERS]} == set(RULES)


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
    pytest.param(rule(rule="at_least"), ["at rules.3.rule: found 'at_least', expected one of sum, at_most"], id="kind of rule"),
    pytest.param(rule(rule="unique_rank", indicator="gdp"), ["at rules.3.indicator: found 'gdp', expected one of gdp_current"], id="indicator of a rule"),
    pytest.param(rule(rule="unique_rank", indicator="gdp_current", from_="2000"), ["at rules.3.from_: found a property"], id="property of a rule"),
    pytest.param(rule(rule="max_change", indicator="gdp_current"), ["at rules.3.factor: found nothing, expected a value"], id="rule without factor"),
    pytest.param(rule(rule="unique_rank", indicator="gdp_current", why=""), ["at rules.3.why: found nothing"], id="rule without why"),
    pytest.param(
        rule(rule="total", indicator="gdp_services", place="pair", parts=["guangzhou"]),
        [f"{GDP}: found nothing that the rule total", f"{META}: rules.3", "expected at least one comparison"],
        id="rule that compares nothing",
    ),
    pytest.param(
        rule(rule="max_change", indicator="gdp_current", factor=1.5, **{"except": {"macao": "?"}}), ["rules.3.except: found 'macao'"], id="place of a rule"
    ),
    pytest.param(("gdp", lambda content: content["rules"].append("x > 1")), ["at rules.3: found 'x > 1', expected a rule: ..., why: ..."], id="no rule"),
    pytest.param(lost("datapackage", "version"), ["datapackage.meta.yml: at version: found nothing"], id="version"),
    pytest.param(lost("gdp", "title"), [f"{META}: at title: found nothing, expected a text"], id="title"),
    pytest.param(said("gdp", titel="x"), [f"{META}:", "at titel: found 'titel', expected one of name, title", "did you mean 'title'"], id="unknown key"),
    pytest.param(said("gdp", title=2019), [f"{META}:1: at title: found 2019, expected text, in quotes where"], id="number for text"),
    pytest.param(said("gdp", rules={"rule": "sum"}), ["at rules: found {'rule': 'sum'}, expected a list (- ...)"], id="no list"),
    pytest.param(said("gdp", indicators=["a"]), ["at indicators: found ['a'], expected names with values"], id="no mapping"),
    pytest.param(said("gdp", "indicators", gdp_current="CNY"), ["at indicators.gdp_current: found 'CNY', expected names with values"], id="no inner mapping"),
    pytest.param(lost("gdp", "licence"), [f"{META}: at licence: found nothing, expected the licence", "ask the source"], id="no licence"),
    pytest.param(said("gdp", licence="CC-BY-9.0"), [f"{META}:3: at licence: found 'CC-BY-9.0', expected the licence"], id="unknown licence"),
    pytest.param(lost("gdp", "chapter"), ["at chapter: found nothing"], id="chapter"),
    pytest.param(said("gdp", kind="observation"), ["at kind: found 'observation', expected one of observations"], id="kind"),
    pytest.param(said("gdp", name="shares"), ["at name: found 'shares', which", "give it another name"], id="name twice"),
    pytest.param(said("gdp", cell=["place", "period"]), ["at cell: found ['place', 'period'], expected indicator, place, period"], id="cell"),
    pytest.param(lost("gdp", "indicators", "gdp_current", "definition"), ["at indicators.gdp_current.definition: found nothing"], id="definition"),
    pytest.param(lost("gdp", "indicators", "gdp_current", "unit"), ["at indicators.gdp_current.unit: found nothing"], id="unit"),
    pytest.param(said("gdp", "indicators", "gdp_current", direction="up"), ["gdp_current.direction: found 'up', expected one of higher"], id="direction"),
    pytest.param(lost("gdp", "indicators"), ["at indicators: found nothing"], id="no indicators"),
    pytest.param(lost("events", "primaryKey"), ["data/history/events.meta.yml: at primaryKey: found nothing"], id="key"),
    pytest.param(said("events", primaryKey=["evnt"]), ["at primaryKey.0: found 'evnt'", "did you mean 'event'"], id="key column"),
    pytest.param(said("events", sort=["dates"]), ["at sort.0: found 'dates'", "did you mean 'date'"], id="sort column"),
    pytest.param(said("events", "references", place="plots.place"), ["at references.place: found 'plots.place'"], id="reference"),
    pytest.param(said("events", "references", place="places.key"), ["found 'places.key', expected places.column, one of place,"], id="column of a reference"),
    pytest.param(lost("events", "columns", "note", "description"), ["at columns.note: found neither title nor description"], id="undescribed column"),
    pytest.param(said("events", "columns", "note", type="text"), ["at columns.note.type: found 'text', expected one of string"], id="type"),
    pytest.param(said("events", "columns", "note", maxLength=3), ["at columns.note.maxLength: found 'maxLength', expected one of type"], id="constraint"),
    pytest.param(said("gdp", columns={"value": {"type": "string"}}), ["at columns.value.type: found 'string', expected 'number'"], id="value is no number"),
    pytest.param(lost("sources", "columns", "date", "type"), ["at columns.date: found text of any kind, expected type: period"], id="date"),
    pytest.param(("events", lambda content: content["columns"].update(source={"description": "x"})), ["at references: found no key of source"], id="source"),
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
        (
            "    direction: none\n    processing: as printed\n    minimum",
            "    direction:\n    processing: as printed\n    minimum",
            f"{META}:13: at indicators.gdp_",
        ),
    ],
)
def test_a_description_is_told_by_line(mini, old, new, expected):
    edit(mini / "history/gdp.meta.yml", old, new)
    assert_told(mini, [expected])


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


@pytest.mark.parametrize("cell", ["*,guangzhou", "gdp_current,*", "*,*"])
def test_a_break_may_stand_for_any_indicator_or_place(mini, cell):
    edit(mini / "breaks.csv", "gdp_current,guangzhou", cell)
    assert problems(mini) == []


@pytest.mark.parametrize(("start", "told"), [("2018", True), ("2019", False)])
def test_a_change_before_the_start_of_a_rule_is_left_out(mini, start, told):
    edit(mini / GDP, "2019,230,", "2019,330,CNY_100m,press-2024,main,,\ngdp_current,shenzhen,2020,340,")
    redescribe(mini, *said("gdp", "rules", 0, **{"from": start}))
    assert [f"{GDP}:8: column value: found 330 in 2019" in line for line in problems(mini) if " rows" not in line] == [True] * told


def test_values_of_unlike_unit_are_not_compared(mini):
    edit(mini / GDP, "2019,230,CNY_100m", "2019,23000,HKD_million")
    assert not any("a factor of" in line for line in problems(mini))


def test_a_gap_of_years_allows_the_factor_for_each_year(mini):
    edit(mini / GDP, "shenzhen,2019,230,", "shenzhen,2020,395,")  # 220 * 1.35 ** 2 = 400.95
    assert problems(mini) == []
    edit(mini / GDP, "shenzhen,2020,395,", "shenzhen,2020,405,")
    assert_told(mini, [f"{GDP}:8: column value: found 405 in 2020 and 220 in 2018", "at most 1.823"])


def test_broken_json_is_told_by_line(mini):
    (mini / "geo/cities.geojson").write_text('{"type": "FeatureCollection",\n "features": [}', encoding="utf-8")
    assert_told(mini, ["data/geo/cities.geojson:2: found ", "expected GeoJSON"])


def test_a_file_that_nothing_describes_is_told(mini):
    (mini / "history/extra.csv").write_text("a\n1\n", encoding="utf-8")
    assert_told(
        mini, ["data/history/extra.csv: found a file that nothing describes, expected extra.meta.yml beside it; describe the file (make dataset name=extra"]
    )


@pytest.mark.parametrize("path", [GDP, "sources.csv", "geo/cities.geojson"])
def test_a_missing_file_is_told(mini, path):
    (mini / path).unlink()
    assert_told(mini, [f"data/{path.split('.')[0]}.meta.yml: found no file data/{path}, expected what it describes"])


def test_an_empty_file_is_told(mini):
    (mini / GDP).write_bytes(b"")
    assert_told(mini, [f"{GDP}:1: found no header"])


@pytest.mark.parametrize(("new", "expected"), [("2019,231,", "found sha256:"), ("2019,2310,", " bytes as the descriptor says")])
def test_a_changed_file_is_told_when_checksums_are_on(mini, new, expected):
    redescribe(mini, *said("gdp", rules=[]))
    edit(mini / GDP, "2019,230,", new)
    assert problems(mini, checksums=False) == []
    assert_told(mini, [f"data/{GDP}: ", expected, "if the change was meant run `make record`"], checksums=True)


def test_problems_of_one_file_do_not_hide_those_of_another(mini):
    edit(mini / GDP, "HKD_million", "HKD")
    edit(mini / SHARES, "58.8", "59.8")
    edit(mini / EVENTS, ",true,", ",yes,")
    assert {line.split(":")[0] for line in problems(mini)} == {f"data/{GDP}", f"data/{SHARES}", f"data/{EVENTS}"}


def run(folder, *arguments):
    command = [sys.executable, "-m", "gba.validate", *arguments]
    return subprocess.run(command, cwd=BOOK, env={**os.environ, "GBA_DATA": str(folder)}, capture_output=True, text=True, check=False)


def test_command(mini):
    done = run(mini)
    size = "8 datasets (3 of observations), 14 observations, 13 cells, 4 sources (A 2, B 1, C 1), 6 declared rules and 0 fitted ones"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{size}\nno problem\n", "")
    edit(mini / GDP, "2019,230,", "2019,231,")
    assert run(mini, "--no-checksums").returncode == 0
    done = run(mini)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [size, "1 problem"]


def test_command_on_a_broken_record(mini):
    (mini / record.NAME).write_text("{", encoding="utf-8")
    done = run(mini)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("data/datapackage.json:1: found Expecting property name") and "run `make record`" in done.stdout
