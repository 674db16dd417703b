"""The rules that tell a wrong digit: each kind tells its damage and nothing else, and fitted ones stop a damaged figure and no new one."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import fit_rules
import gba
import pandas as pd
import pytest
import yaml
from bookpages import ROOT
from gba.data import csvfile, describe
from gba.data import datapackage as record
from gba.validate import fitted, form, plausibility
from gba.validate import run as checks
from gba.validate.rules import Figures, elsewhere, evaluate
from minidata import edit, redescribe

TOOLS = ROOT / "tools"
GDP, SHARES = "history/gdp.csv", "history/shares.csv"
GROWTH = {2016: 100, 2017: 110, 2018: 121, 2019: 133.1}
SERIES = "".join(f"gdp_services,shenzhen,{year},{value},CNY_100m,bureau-2021,main,,\n" for year, value in GROWTH.items())
LAST = "gdp_services,guangzhou,2018,120,CNY_100m,bureau-2019,main,,\n"


def declare(folder, kind, rule, **more):
    rule = {"why": "a test", "rule": kind, "indicator": "gdp_services", **yaml.safe_load(f"{{{rule}}}"), **more}
    redescribe(folder, "gdp", lambda content: content["rules"].append(rule))


def told(folder):
    return [str(problem) for problem in checks.check_all(folder, checksums=False) if not problem.expected.endswith("rows as the descriptor says")]


@pytest.fixture
def series(mini):
    """The miniature with a series of four years that grows by a tenth a year."""
    edit(mini / GDP, LAST, LAST + SERIES)
    return mini


#: kind, rule of gdp (of gdp_services, if it names no other indicator), old, new, what the message must say behind the name of the file
DIGIT_BREAKERS = [
    ("within", "bounds: {shenzhen: [90, 140], '*': [100, 130]}", "2018,121,", "2018,211,", "12: column value: found 211 for shenzhen, expected 90 to 140"),
    ("within", "bounds: {shenzhen: [90, 140], '*': [100, 130]}", "guangzhou,2018,120,", "guangzhou,2018,210,", "9: … 210 for guangzhou, expected 100 to 130"),
    ("units", "indicator: gdp_current, units: {hong_kong: HKD_million, '*': CNY_100m}", "230,CNY_100m", "230,HKD_million",
     "8: … the unit HKD_million for shenzhen, expected CNY_100m"),
    ("written", "indicator: gdp_current, decimals: {press-2024: [0, 0]}, multiple_of: {press-2024: 10}", "2019,230,", "2019,230.1,",
     "8: … 230.1 from press-2024, expected 0 decimals"),
    ("written", "indicator: gdp_current, multiple_of: {press-2024: 10}", "2019,230,", "2019,232,", "8: … 232 from press-2024, expected a multiple of 10"),
    ("sources_agree", "indicator: gdp_current, tolerance: 0.01", "221.5", "225.1",
     "7: … 220 and 225.1 for shenzhen 2018, expected sources that agree within 1.00%"),
    ("smooth", "factor: {shenzhen: 1.01}", "2018,121,", "2018,112,",
     "12: … 112 in 2018 for shenzhen, between 110 in 2017 and 133.1 in 2019 … at most a factor of 1.01"),
    ("smooth", "factor: 1.005", "2019,133.1,", "2019,131.3,", "12: … 121 in 2018 for shenzhen, between 110 in 2017 and 131.3"),
    ("smooth", "factor: 1.01", "2018,121,", "2018,0,", "12: column value: found 0 in 2018"),
    ("smooth_points", "distance: {shenzhen: 1}", "2018,121,", "2018,124,", "12: … 2.45 off their path, expected at most 1"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rule", "old", "new", "expected"), DIGIT_BREAKERS)
def test_a_rule_holds_of_clean_data_and_tells_the_damage(series, kind, rule, old, new, expected):
    declare(series, kind, rule)
    assert told(series) == []
    edit(series / GDP, old, new)
    parts = [f"{GDP}:{expected}", f"(rule {kind}: a test)", "relax the rule"]
    assert any(all(part in line for part in " … ".join(parts).split(" … ")) for line in told(series)), told(series)


def test_an_exception_leaves_out_one_figure(series):
    declare(series, "smooth", "factor: 1.1", **{"except": {"shenzhen 2018": "a reason"}})
    edit(series / GDP, "2018,121,", "2018,104,")
    assert told(series) == []


def test_a_list_that_contradicts_its_ranks_is_told(series):
    """Who is behind has no more: here the smaller GDP is the better rank."""
    edit(series / GDP, "gdp_services,shenzhen,2018,121,CNY_100m,bureau-2021", "gdp_services,shenzhen,2018,119,CNY_100m,bureau-2019")
    declare(series, "ranked", "rank: gdp_current")
    assert told(series) == []
    edit(series / GDP, "2018,119,", "2018,129,")
    [line] = told(series)
    assert f"{GDP}:12: column value: found 129 for shenzhen, ranked 220, expected at most 120, of guangzhou" in line


def territory(folder, dataset, indicator, place):
    with (folder / "breaks.csv").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{dataset},{indicator},{place},2018,2019,territory,a district was split off\n")


def test_figures_on_two_territories_are_told(mini):
    """A whole has changed with its part; what comes to what, too."""
    territory(mini, "gdp", "gdp_current", "shenzhen")
    [line] = told(mini)
    assert f"{GDP}:5: column value: found gdp_current of pair in 2018 beside gdp_current of shenzhen, one of them on the territory as it was" in line
    territory(mini, "gdp", "gdp_current", "pair")
    assert told(mini) == []
    territory(mini, "shares", "value_services", "guangzhou")
    assert [line.split(": column")[0] for line in told(mini)] == ["data/history/shares.csv:4"]
    territory(mini, "gdp", "gdp_current", "guangzhou")
    assert [line.split(": column")[0] for line in told(mini)] == [f"data/{GDP}:9", "data/history/shares.csv:4"]


def test_a_copy_that_was_compared_may_be_of_grade_a(mini):
    edit(mini / "sources.csv", "2021,Bureau,,", "2021,Bureau,a mirror,")
    edit(mini / "sources.csv", "2021-03,2026-11-24,A,facts quoted,", '2021-03,2026-11-24,A,facts quoted,"compared, cell by cell"')
    assert told(mini) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"looked_at": ""}, "at looked_at: found nothing, expected a year, a month or a day"),
        ({"looked_at": "yesterday"}, "at looked_at: found 'yesterday', expected a year"),
        ({"next": [{"what": "GFCI 41", "when": "2027-13", "every": "half-year", "where": "https://example.org"}]}, "at next.0.when: found '2027-13', expected"),
        ({"next": [{"what": "GFCI 41", "when": "2027-03", "every": "half-year"}]}, "at next.0.where: found nothing, expected a text"),
        ({"next": [{"what": "x", "when": "2027", "every": "year", "where": "y", "whom": "z"}]}, "at next.0.whom: found 'whom', expected"),
        ({"next": ["GFCI 41"]}, "at next.0: found 'GFCI 41', expected what: ..., when: ..."),
    ],
)
def test_when_it_was_looked_at_and_what_comes_next_is_checked(mini, said, expected):
    redescribe(mini, "gdp", lambda content: content.update(said))
    assert any(expected in line for line in told(mini)), told(mini)


def test_what_is_due_by_a_day(mini):
    coming = [{"what": what, "when": when, "every": "year", "where": "https://example.org"} for what, when in (("later", "2027-03"), ("sooner", "2026-12-31"))]
    redescribe(mini, "gdp", lambda content: content.update(next=coming))
    assert gba.due()["what"].tolist() == ["sooner", "later"]
    assert [gba.due(day)["what"].tolist() for day in ("2026-12-30", "2026-12-31", "2027-03-01")] == [[], ["sooner"], ["sooner", "later"]]


def test_a_path_takes_the_length_of_gaps_into_account_and_is_interrupted_by_a_break(series):
    assert plausibility.departure(("2000", "2001", "2004"), [100, 110, 146.41], "factor") == pytest.approx(1)
    assert plausibility.departure(("2000-01", "2000-07", "2001-01"), [10, 12, 12], "distance") == pytest.approx(1)
    declare(series, "smooth", "factor: 1.01")
    edit(series / GDP, "2019,133.1,", "2019,180,")
    assert told(series) != []
    edit(series / "breaks.csv", "gdp_current,guangzhou", "*,*")
    assert told(series) == []


@pytest.mark.parametrize(
    ("kind", "rule", "expected"),
    [
        ("within", "bounds: {shenzen: [1, 2]}", "bounds: found 'shenzen'"), ("smooth", "factor: 2, except: {shenzen 2018: '?'}", "except: found 'shenzen'"),
        ("sum", "of: [gdp_current], to: shares.services", "to: found 'shares.services'"), ("smooth", "", "factor: found nothing"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_told(mini, kind, rule, expected):
    declare(mini, kind, rule)
    assert any(expected in line for line in told(mini)), told(mini)


def test_a_declared_order_is_checked_and_a_lost_row_told(mini):
    redescribe(mini, "events", lambda content: content.update(sort=["event"]))
    assert told(mini) == []
    redescribe(mini, "events", lambda content: content.update(sort=["date"]))
    assert any("data/history/events.csv:3: column date: found 1980-08-26, expected a row that sorts after 2018-10-24" in line for line in told(mini))
    redescribe(mini, "events", lambda content: content.pop("sort"))
    redescribe(mini, "gdp", lambda content: content["rules"].pop())
    edit(mini / GDP, LAST, "")
    assert [str(problem) for problem in checks.check_all(mini, checksums=False)] == [
        f"data/{GDP}: found 7 rows, expected 8 rows as the descriptor says; find the row that is lost or doubled; if the change was meant run `make record`"
    ]


@pytest.mark.parametrize(
    ("cell", "found"),
    [("深圳".encode().decode("latin-1"), "æ·±"), ("2010–15".encode().decode("cp1252"), "â€“"), ("a \ufffd", "\ufffd"), ("Shenzhen?s", "?"), ("a\x85b", "\x85")],
)
def test_text_in_a_wrong_encoding_is_told(mini, cell, found):
    good = ["Café São Paulo", "Why?", "https://example.org/a?b=c", "深圳 – 香港", "Ünal & Æther"]
    assert [text for text in good if form.garbled(text)] == []
    assert form.garbled(cell).startswith(found[:1])
    edit(mini / GDP, "after the census", cell)
    assert any(f"{GDP}:3: column note: found" in line and "expected readable text" in line for line in told(mini))


def test_a_slip_in_form_is_told(mini):
    """And the longest gap of years does not stop the checks."""
    for old, new, expected in (("2019,230,", "9019,230,", "expected a year up to 2100"), ("9019,230,", "2019,0230,", "found '0230', expected a finite number")):
        edit(mini / GDP, old, new)
        assert any(f"{GDP}:8: column" in line and expected in line for line in told(mini)), told(mini)
    edit(mini / GDP, "guangzhou,2018,200,", "guangzhou,0018,200,")
    assert isinstance(told(mini), list)


# ---- fitted rules -------------------------------------------------------------------------------------------------------------


def fit(folder, **rule):
    """Fit one rule of the dataset gdp to what is in the folder now."""
    figures = checks_figures(folder)
    seen = fit_rules.fit(record.resources(record.read(folder)), figures, "1")
    found = {"gdp": [{"why": "a test", **rule}]} if rule else seen.rules
    (folder / fitted.NAME).write_text(fit_rules.text(fitted.Fit(found, seen.last)), encoding="utf-8")


def checks_figures(folder):
    entries = {name: entry for name, entry in record.resources(record.read(folder)).items() if record.is_table(entry)}
    return Figures.of({name: csvfile.read(folder / entry["path"], entry["path"]) for name, entry in entries.items()}, entries)


def test_a_fitted_rule_stops_a_damaged_figure_that_the_fit_has_seen(series):
    fit(series, rule="smooth", indicator="gdp_services", factor={"shenzhen": 1.01})
    assert told(series) == []
    edit(series / GDP, "2018,121,", "2018,112,")
    lines = [line for line in told(series) if line.startswith(f"data/{GDP}:12: column value: found 112 in 2018 for shenzhen")]
    assert len(lines) == 1 and lines[0].endswith("`make rules` fits the rules to it")


NEXT = "gdp_services,shenzhen,2019,133.1,CNY_100m,bureau-2021,main,,\n"


def test_a_fitted_rule_only_warns_of_a_newer_figure(series, capsys):
    fit(series, rule="smooth", indicator="gdp_services", factor={"shenzhen": 1.01})
    edit(series / GDP, NEXT, NEXT + NEXT.replace("2019,133.1", "2020,166"))
    describe.refresh(series)
    [warning] = checks.check_all(series)
    assert warning.warning
    assert str(warning).startswith(f"data/{GDP}:13: warning: column value: found 133.1 in 2019 for shenzhen"), "on the path to the new figure"
    assert checks.main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "no problem, 1 warning"
    edit(series / GDP, "2018,121,", "2018,112,")
    assert [problem.warning for problem in checks.check_all(series, checksums=False)].count(False) == 2, "the new row hides no damage of an old one"


def test_a_figure_of_a_new_source_or_series_is_newer_than_the_fit(series):
    fit(series, rule="within", indicator="gdp_services", bounds={"*": [100, 130], "shenzhen": [90, 140]})
    second = LAST.replace("main,,", "aside,second source,").replace("120", "220").replace("bureau-2019", "press-2024")
    edit(series / GDP, LAST, LAST + second + LAST.replace("guangzhou", "pair").replace("120", "320"))
    describe.refresh(series)
    assert [(problem.warning, problem.found) for problem in checks.check_all(series)] == [(True, "220 for guangzhou"), (True, "320 for pair")]


def test_a_damaged_fit_is_told(mini):
    (mini / fitted.NAME).write_text('{"rules": {"gdp": [{}]}}', encoding="utf-8")
    assert [line.split(": ")[0] for line in told(mini)] == ["data/plausibility.json"] and "run `make rules`" in told(mini)[0]


OBSERVED = [name for name, entry in record.resources(record.read()).items() if entry["gba:kind"] == "observations"]


@pytest.fixture(scope="module")
def whole():
    """All figures as the rules read them, and the fit."""
    return checks_figures(record.root()), fitted.read(record.root()), record.resources(record.read())


@pytest.mark.parametrize("name", OBSERVED)
def test_the_next_year_is_accepted(whole, name):
    """Three per cent more, a year later, in the series of each dataset that comes latest: no rule of any dataset may refuse it."""
    figures, known, entries = whole
    rows = figures.rows[name]
    latest = rows.loc[[rows[rows["status"] == "main"]["period"].idxmax() if (rows["status"] == "main").any() else rows["period"].idxmax()]]
    year = str(int(latest["period"].iloc[0][:4]) + 1)
    value = latest["value"] if set(latest["unit"]) <= {"rank", "flag"} else (latest["value"] * 1.03).round(4)
    new = latest.assign(period=year + latest["period"].str[4:], value=value, written=value.map("{:g}".format))
    longer = replace(figures, rows=figures.rows | {name: pd.concat([rows, new], ignore_index=True)}).only({name: slice(None)})
    longer.tables[name].lines.append(longer.tables[name].lines[-1] + 1)
    try:
        mine = {other: [rule for rule in rules if name in (other, elsewhere(rule)[0])] for other, rules in known.rules.items()}
        told = [problem for problem in fitted.problems(replace(known, rules=mine), longer) if not problem.warning]
        declared = [(other, rule) for other, entry in entries.items() for rule in entry.get("gba:rules", []) if name in (other, elsewhere(rule)[0])]
        assert told == [outcome for other, rule in declared for outcome in evaluate(rule, longer, other) if outcome] == []
    finally:
        longer.tables[name].lines.pop()


def test_the_fit_of_the_miniature_holds_and_is_written_a_rule_a_line(series):
    describe.refresh(series)
    done = subprocess.run([sys.executable, TOOLS / "fit_rules.py"], env={**os.environ, "GBA_DATA": str(series)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(r"data/plausibility.json: .*\d within", done.stdout)
    lines = (series / fitted.NAME).read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line.rstrip(",")) for line in lines if line.startswith('{"rule"'))
    assert told(series) == []
    edit(series / GDP, "2018,121,", "2018,1210,")
    assert any("fitted rule within" in line for line in told(series))
    done = subprocess.run([sys.executable, TOOLS / "fit_rules.py"], env={**os.environ, "GBA_DATA": str(series)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Nothing was fitted" in done.stdout, "the checksum says that the data have a problem"


def test_the_benchmark_runs_and_the_checksums_tell_everything(mini):
    command = [sys.executable, TOOLS / "bench_data.py", "--number", "150"]
    done = subprocess.run(command, env={**os.environ, "GBA_DATA": str(mini)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the checks stopped" not in done.stdout
    assert next(line for line in done.stdout.splitlines() if line.startswith("| byte order mark")).split("|")[3].strip() == "100 %"
