"""The rules that tell a wrong digit: each kind tells its damage and nothing else, and the proposed numbers hold of the data they come from."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from gba.data import csvfile
from gba.data import datapackage as record
from gba.validate import plausibility
from gba.validate import run as checks
from minidata import edit, edit_record

TOOLS = Path(__file__).resolve().parents[2] / "tools"
GDP, SHARES = "history/gdp.csv", "history/shares.csv"
GROWTH = {2016: 100, 2017: 110, 2018: 121, 2019: 133.1}
SERIES = "".join(f"gdp_services,shenzhen,{year},{value},CNY_100m,bureau-2021,main,,\n" for year, value in GROWTH.items())
LAST = "gdp_services,guangzhou,2018,120,CNY_100m,bureau-2019,main,,\n"


def entry(content, name):
    return next(entry for entry in content["resources"] if entry["name"] == name)


def declare(folder, dataset, **rule):
    edit_record(folder, lambda content: entry(content, dataset)["gba:rules"].append({"why": "a test", **rule}))


def told(folder):
    return [str(problem) for problem in checks.check_all(folder, checksums=False) if not problem.expected.endswith("rows as the record says")]


@pytest.fixture
def series(mini):
    """The miniature with a series of four years that grows by a tenth a year."""
    edit(mini / GDP, LAST, LAST + SERIES)
    return mini


BOUNDS = {"shenzhen": [90, 140], "*": [100, 130]}
DIGIT_BREAKERS = [
    # kind, rule of gdp, old, new, what the message must say
    pytest.param("within", {"bounds": BOUNDS}, "2018,121,", "2018,211,", [f"{GDP}:12: column value: found 211 for shenzhen, expected 90 to 140"], id="within"),
    pytest.param(
        "within", {"bounds": BOUNDS}, "guangzhou,2018,120,", "guangzhou,2018,210,", [f"{GDP}:9:", "210 for guangzhou, expected 100 to 130"], id="within, others"
    ),
    pytest.param(
        "units",
        {"indicator": "gdp_current", "units": {"hong_kong": "HKD_million", "*": "CNY_100m"}},
        "230,CNY_100m",
        "230,HKD_million",
        [f"{GDP}:8:", "the unit HKD_million for shenzhen, expected CNY_100m"],
        id="units",
    ),
    pytest.param(
        "periods",
        {"indicator": None, "earliest": "2016", "latest": "2019"},
        "shenzhen,2019,133.1",
        "shenzhen,2091,133.1",
        [f"{GDP}:13:", "the period 2091, expected a period from 2016 to 2019"],
        id="periods",
    ),
    pytest.param(
        "written",
        {"indicator": "gdp_current", "decimals": {"press-2024": [0, 0]}, "multiple_of": {"press-2024": 10}},
        "2019,230,",
        "2019,230.1,",
        [f"{GDP}:8:", "230.1 from press-2024, expected 0 decimals"],
        id="written, decimals",
    ),
    pytest.param(
        "written",
        {"indicator": "gdp_current", "multiple_of": {"press-2024": 10}},
        "2019,230,",
        "2019,232,",
        [f"{GDP}:8:", "232 from press-2024, expected a multiple of 10"],
        id="written, multiple",
    ),
    pytest.param(
        "sources_agree",
        {"indicator": "gdp_current", "tolerance": 0.01},
        "221.5",
        "225.1",
        [f"{GDP}:7:", "220 and 225.1 for shenzhen 2018, expected sources that agree within 1.00%"],
        id="sources_agree",
    ),
    pytest.param(
        "smooth",
        {"factor": {"shenzhen": 1.01}},
        "2018,121,",
        "2018,112,",
        [f"{GDP}:12:", "112 in 2018 for shenzhen, between 110 in 2017 and 133.1 in 2019", "at most a factor of 1.01"],
        id="smooth",
    ),
    pytest.param(
        "smooth", {"factor": 1.005}, "2019,133.1,", "2019,131.3,", [f"{GDP}:12:", "121 in 2018 for shenzhen, between 110 in 2017 and 131.3"], id="smooth, end"
    ),
    pytest.param("smooth", {"factor": 1.01}, "2018,121,", "2018,0,", [f"{GDP}:12: column value: found 0 in 2018"], id="smooth, zero"),
    pytest.param(
        "smooth_points", {"distance": {"shenzhen": 1}}, "2018,121,", "2018,124,", [f"{GDP}:12:", "2.45 off their path, expected at most 1"], id="smooth_points"
    ),
    pytest.param(
        "product",
        {"indicator": "gdp_current", "over": ["gdp_services"], "ratio": {"shenzhen": [1.7, 1.9]}},
        "2018,121,",
        "2018,112,",
        [f"{GDP}:6:", "gdp_current 220 / gdp_services 112 = 1.964285714 for shenzhen in 2018, expected 1.7 to 1.9"],
        id="product",
    ),
    pytest.param(
        "product",
        {"indicator": "gdp_current", "over": ["shares.value_services"], "ratio": {"guangzhou": [1.6, 1.7]}},
        "guangzhou,2018,200,",
        "guangzhou,2018,220,",
        [f"{GDP}:2:", "gdp_current 220 / shares.value_services 120 = 1.833333333"],
        id="product with another dataset",
    ),
]


def of_kind(kind, rule):
    rule = {"rule": kind, "indicator": "gdp_services", **rule}
    return {key: value for key, value in rule.items() if value is not None}


@pytest.mark.parametrize(("kind", "rule", "old", "new", "expected"), DIGIT_BREAKERS)
def test_a_rule_holds_of_clean_data_and_tells_the_damage(series, kind, rule, old, new, expected):
    declare(series, "gdp", **of_kind(kind, rule))
    assert told(series) == []
    edit(series / GDP, old, new)
    assert any(all(part in line for part in [*expected, f"(rule {kind}: a test)", "relax the rule"]) for line in told(series)), told(series)


@pytest.mark.parametrize(
    ("kind", "rule", "excepted", "old", "new"),
    [
        ("smooth", {"factor": 1.1}, "shenzhen 2018", "2018,121,", "2018,104,"),
        ("product", {"indicator": "gdp_current", "over": ["gdp_services"], "ratio": {"*": [1, 1.9]}}, "shenzhen 2018", "2018,121,", "2018,112,"),
    ],
)
def test_an_exception_leaves_out_one_figure(series, kind, rule, excepted, old, new):
    declare(series, "gdp", **of_kind(kind, {**rule, "except": {excepted: "a reason"}}))
    edit(series / GDP, old, new)
    assert told(series) == []


def test_a_break_interrupts_a_path(series):
    declare(series, "gdp", rule="smooth", indicator="gdp_services", factor=1.01)
    edit(series / GDP, "2019,133.1,", "2019,180,")
    assert told(series) != []
    edit(series / "breaks.csv", "gdp_current,guangzhou", "*,*")
    assert told(series) == []


def test_a_path_takes_the_length_of_gaps_into_account():
    assert plausibility.departure(("2000", "2001", "2004"), [100, 110, 146.41], "factor") == pytest.approx(1)
    assert plausibility.departure(("2000-01", "2000-07", "2001-01"), [10, 12, 12], "distance") == pytest.approx(1)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"rule": "within", "indicator": "gdp_services", "bounds": {"shenzen": [1, 2]}}, "bounds: found 'shenzen'"),
        ({"rule": "smooth", "indicator": "gdp_services", "factor": 2, "except": {"shenzen 2018": "?"}}, "except: found 'shenzen'"),
        ({"rule": "product", "indicator": "gdp_services", "over": ["shares.services"], "ratio": {"*": [1, 2]}}, "over: found 'shares.services'"),
        ({"rule": "smooth", "indicator": "gdp_services"}, "factor: found nothing"),
    ],
)
def test_a_mistake_in_a_rule_is_told(mini, rule, expected):
    declare(mini, "gdp", **rule)
    assert any(expected in line for line in told(mini)), told(mini)


def test_a_lost_row_is_told(mini):
    edit(mini / GDP, LAST, "")
    edit_record(mini, lambda content: entry(content, "gdp")["gba:rules"].pop())
    assert [str(problem) for problem in checks.check_all(mini, checksums=False)] == [
        f"data/{GDP}: found 7 rows, expected 8 rows as the record says; find the row that is lost or doubled; if the change was meant run `make record`"
    ]


def test_a_declared_order_is_checked_and_then_asked_of_all_ledgers(mini):
    edit_record(mini, lambda content: [entry(content, name).update({"gba:sort": [column]}) for name, column in (("events", "event"), ("sources", "source"))])
    lines = told(mini)
    assert [line.split(":")[1].strip() for line in lines] == ["at resources[places].gba", "at resources[breaks].gba"]
    edit_record(mini, lambda content: entry(content, "events").update({"gba:sort": ["date"]}))
    assert any("data/history/events.csv:3: column date: found 1980-08-26, expected a row that sorts after 2018-10-24" in line for line in told(mini))


@pytest.mark.parametrize(
    ("cell", "found"),
    [("深圳".encode().decode("latin-1"), "æ·±"), ("2010–15".encode().decode("cp1252"), "â€“"), ("a \ufffd", "\ufffd"), ("Shenzhen?s", "?"), ("a\x85b", "\x85")],
)
def test_text_in_a_wrong_encoding_is_told(mini, cell, found):
    assert csvfile.garbled(cell).startswith(found[:1])
    edit(mini / GDP, "after the census", cell)
    assert any(f"{GDP}:3: column note: found" in line and "expected readable text" in line for line in told(mini))


@pytest.mark.parametrize("cell", ["Café São Paulo", "Why?", "https://example.org/a?b=c", "深圳 – 香港", "Ünal & Æther"])
def test_good_text_is_not_garbled(cell):
    assert csvfile.garbled(cell) is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("2019,230,", "9019,230,", "found '9019', expected a year up to 2100"), ("2019,230,", "2019,0230,", "found '0230', expected a finite number")],
)
def test_a_slip_in_form_is_told(mini, old, new, expected):
    edit(mini / GDP, old, new)
    assert any(f"{GDP}:8: column" in line and expected in line for line in told(mini)), told(mini)


def test_the_longest_gap_of_years_does_not_stop_the_checks(mini):
    edit(mini / GDP, "guangzhou,2018,200,", "guangzhou,0018,200,")
    assert isinstance(told(mini), list)


def run(tool, folder, *arguments, monkeypatch):
    monkeypatch.setenv("GBA_DATA", str(folder))
    return subprocess.run([sys.executable, str(TOOLS / tool), *arguments], capture_output=True, text=True, check=False)


def test_proposed_rules_hold_and_can_be_proposed_again(data_copy, monkeypatch):
    entries = record.resources(record.read(data_copy))
    before = {name: [rule for rule in e.get("gba:rules", []) if not rule["why"].startswith("as tight as")] for name, e in entries.items()}
    done = run("propose_rules.py", data_copy, "--write", monkeypatch=monkeypatch)
    assert done.stdout.splitlines()[-1] == "written; 0 problems", done.stdout + done.stderr
    first = (data_copy / record.NAME).read_text(encoding="utf-8")
    after = json.loads(first)["resources"]
    assert all([r for r in e.get("gba:rules", []) if r in before[e["name"]]] == before[e["name"]] for e in after)
    run("propose_rules.py", data_copy, "--write", monkeypatch=monkeypatch)
    assert (data_copy / record.NAME).read_text(encoding="utf-8") == first


def test_the_benchmark_runs_and_the_checksums_tell_everything(mini, monkeypatch):
    done = run("bench_data.py", mini, "--number", "150", monkeypatch=monkeypatch)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "the checks stopped" not in done.stdout
    assert next(line for line in lines if line.startswith("| byte order mark")).split("|")[3].strip() == "100 %"
