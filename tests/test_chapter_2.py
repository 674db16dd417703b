"""Chapter 2's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import ast
import csv
import functools
import os
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GBA_DATA", ROOT / "data"))
CHAPTER = ROOT / "book" / "02-pipeline.ipynb"
NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
pytestmark = pytest.mark.xdist_group("chapter 2")


@pytest.fixture(scope="module")
def said():
    """What the executed chapter gives its prose to say, by name."""
    from gba_book.execution import run

    notebook = nbformat.read(CHAPTER, as_version=4)
    assert run(CHAPTER, notebook, timeout=300) is None
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    named = {output.metadata["scrapbook"]["name"]: output.data for output in outputs if "scrapbook" in output.get("metadata", {})}
    return {name: ast.literal_eval(next(iter(data.values()))) for name, data in named.items()}


@functools.cache
def read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def value(dataset, indicator, place, period):
    """One figure: main before aside, then the better grade, then the newer source."""
    known = {row["source"]: row for row in read("sources.csv")}
    rows = [row for row in read(f"{dataset}.csv") if (row["indicator"], row["place"], row["period"]) == (indicator, place, str(period))]
    rows.sort(key=lambda row: known[row["source"]]["date"], reverse=True)
    rows.sort(key=lambda row: (row["status"] != "main", known[row["source"]]["grade"]))
    return float(rows[0]["value"])


def research(indicator, place, year):
    return value("pipeline/rd_expenditure", indicator, place, year)


def dollars(indicator, place, year):
    """Billion US dollars at the average rate of the year."""
    issuer, scale = ("hong_kong", 1e6) if place == "hong_kong" else ("china", 1e8)
    return research(indicator, place, year) * scale / value("history/exchange_rate", "exchange_rate_lcu_per_usd", issuer, year) / 1e9


def people(place, year):
    kinds = {"hong_kong": "residents_midyear"} | (
        {"shenzhen": "residents_census", "guangzhou": "residents_census"}
        if year == 2020
        else {"shenzhen": "residents_year_end", "guangzhou": "residents_year_end"}
    )
    return value("history/population", kinds[place], place, year)


def per_million(indicator, place, period):
    return value("pipeline/unicorns", indicator, place, period) / people(place, int(period[:4])) * 1e6


def performed(place, year):
    parts = [
        row
        for row in read("pipeline/rd_expenditure.csv")
        if row["indicator"] in ("berd", "herd", "goverd", "other_performed") and (row["place"], row["period"]) == (place, str(year))
    ]
    total = sum(float(row["value"]) for row in parts)
    return {row["indicator"]: 100 * float(row["value"]) / total for row in parts}


@pytest.mark.parametrize(
    ("name", "part", "place", "year", "known"),
    [
        ("op_hk_uni", "herd", "hong_kong", 2022, 54.3),
        ("op_hk_bus", "berd", "hong_kong", 2022, 41.0),
        ("op_gz_bus", "berd", "guangzhou", 2021, 62.6),
        ("op_gz_uni", "herd", "guangzhou", 2021, 17.2),
        ("op_sz_bus", "berd", "shenzhen", 2021, 94.1),
        ("cn_bus", "berd", "china", 2022, 79.3),
        ("hk_bus_2024", "berd", "hong_kong", 2024, 38.9),
        ("hk_uni_2024", "herd", "hong_kong", 2024, 56.1),
    ],
)
def test_who_performs(said, name, part, place, year, known):
    assert said[name] == pytest.approx(performed(place, year)[part])
    assert said[name] == pytest.approx(known, abs=0.06)


def test_published_totals_agree_with_the_parts():
    """The shares are of the sum of the parts; the published total must not tell another story."""
    for place, year in (("hong_kong", 2022), ("hong_kong", 2024), ("guangzhou", 2021), ("shenzhen", 2021)):
        total = research("gerd", place, year)
        parts = [
            float(row["value"])
            for row in read("pipeline/rd_expenditure.csv")
            if row["indicator"] in ("berd", "herd", "goverd", "other_performed") and (row["place"], row["period"]) == (place, str(year))
        ]
        assert sum(parts) == pytest.approx(total, rel=0.001)


def test_intensity(said):
    assert (
        [said["hk_int"], said["sz_int"], said["gz_int"]]
        == [research("gerd_intensity", *at) for at in (("hong_kong", 2024), ("shenzhen", 2024), ("guangzhou", 2023))]
        == [1.13, 6.67, 3.44]
    )
    assert said["int_ratio"] == pytest.approx(6.67 / 1.13)


def test_levels_in_dollars(said):
    assert said["hk_usd"] == pytest.approx(dollars("gerd", "hong_kong", 2024))
    assert said["sz_usd"] == pytest.approx(dollars("gerd", "shenzhen", 2024))
    assert said["sz_hk"] == pytest.approx(7.44, abs=0.01)
    assert (said["hk_herd"], said["gz_herd"], said["sz_berd"]) == pytest.approx(
        (dollars("herd", "hong_kong", 2022), dollars("herd", "guangzhou", 2021), dollars("berd", "shenzhen", 2021))
    )
    # The chapter says that Guangzhou's universities do at least as much as Hong Kong's, and that Guangzhou was ahead in 2015.
    assert said["gz_herd"] > said["hk_herd"]
    assert dollars("gerd", "guangzhou", 2015) > dollars("gerd", "hong_kong", 2015)


@pytest.mark.parametrize(
    ("name", "indicator", "period", "known"),
    [("cb_ratio", "unicorn_count_cbinsights", "2022-11", 84.1), ("gei_ratio", "unicorn_count_gei", "2020", 35.2)],
)
def test_unicorns_per_resident(said, name, indicator, period, known):
    assert said[name] == pytest.approx(100 * per_million(indicator, "hong_kong", period) / per_million(indicator, "shenzhen", period))
    assert said[name] == pytest.approx(known, abs=0.06)


def test_spinoffs_founded_in_hong_kong(said):
    used = [row for row in read("pipeline/spinoffs.csv") if row["use_in_flow"] == "yes"]
    known = [row for row in used if row["founding_city"]]
    sure = [row for row in known if row["founding_city"] == "hong_kong" and not row["founding_city_other"]]
    perhaps = [row for row in known if "hong_kong" in (row["founding_city"], row["founding_city_other"])]
    assert (len(used), len(known), len(sure), len(perhaps)) == (13, 11, 3, 5)
    assert (said["n_flow"], said["known"], said["low"], said["high"]) == tuple(NUMBERS[n] for n in (13, 11, 3, 5))
    assert (said["low_share"], said["high_share"]) == pytest.approx((300 / 11, 500 / 11))
    assert said["n_based"] == NUMBERS[sum(bool(row["hq_city"]) for row in used)]


@pytest.mark.parametrize(
    ("name", "indicator", "year", "known"),
    [
        ("qs_2018", "qs_rank", 2018, 5),
        ("qs_2019", "qs_rank", 2019, 4),
        ("qs_2020", "qs_rank", 2020, 5),
        ("the_2020", "the_rank", 2020, 3),
        ("the_2026", "the_rank", 2026, 5),
        ("arwu_2025", "arwu_in_top100", 2025, 2),
        ("arwu_2019", "arwu_in_top100", 2019, 0),
    ],
)
def test_universities_in_the_first_hundred(said, name, indicator, year, known):
    rows = [row for row in read("pipeline/university_rank.csv") if (row["indicator"], row["place"], row["period"]) == (indicator, "hong_kong", str(year))]
    inside = {row["university"] for row in rows if indicator == "arwu_in_top100" or (row["value_upper"] and float(row["value_upper"]) <= 100)}
    assert said[name] == NUMBERS[len(inside)] == NUMBERS[known]


def test_cluster(said):
    rows = [
        row
        for row in read("pipeline/innovation_cluster.csv")
        if row["indicator"] == "gii_cluster_rank" and row["place"] in ("cluster_shenzhen_hong_kong", "cluster_shenzhen_hong_kong_guangzhou")
    ]
    assert {row["period"] for row in rows if float(row["value"]) != 2} == {said["first_year"]} == {"2025"}
    assert (said["pct_rank"], said["pub_rank"], said["vc_rank"]) == (2, 3, 6)


def test_patents(said):
    filed = [value("pipeline/patents", "pct_applications", place, 2016) for place in ("shenzhen", "guangzhou", "hong_kong")]
    assert [said["sz_pct"], said["gz_pct"], said["hk_pct"]] == filed == [19647, 1642, 480]
    assert said["hk_inv"] == pytest.approx(value("pipeline/patents", "pct_inventions_by_inventor", "hong_kong", 2020) / 5)


def share(amounts):
    return {place: amount / sum(amounts.values()) for place, amount in amounts.items()}


def test_pipeline_shares(said):
    years = {"hong_kong": 2022, "guangzhou": 2021, "shenzhen": 2021}
    residents = share({place: people(place, 2022) for place in years})
    for name, part in (("herd", "herd"), ("berd", "berd")):
        of_three = share({place: dollars(part, place, year) for place, year in years.items()})
        assert said[f"s_{name}"] == pytest.approx(100 * of_three["hong_kong"])
        assert said[f"q_{name}"] == pytest.approx(of_three["hong_kong"] / residents["hong_kong"])
    assert (round(said["s_herd"]), round(said["s_berd"], 1)) == (42, 4.6)


def test_yields_turn_round(said):
    for short, indicator, period in (("gei", "unicorn_count_gei", "2020"), ("cb", "unicorn_count_cbinsights", "2022-11")):
        for place in ("hong_kong", "shenzhen", "guangzhou"):
            assert said[f"y_{short}_{place[:2]}"] == pytest.approx(
                value("pipeline/unicorns", indicator, place, period) / dollars("gerd", place, int(period[:4]))
            )
    assert said["y_cb_ho"] > said["y_cb_sh"] > said["y_cb_gu"]
    assert said["y_gei_ho"] < said["y_gei_sh"] < said["y_gei_gu"]


def test_bridges(said):
    rows = read("pipeline/joint_labs.csv")
    assert said["rush"] == NUMBERS[sum(row["date"].startswith("2018") for row in rows)]
    assert said["n_lesser"] == NUMBERS[sum(row["use_on_timeline"] == "second_line" for row in rows)]
    nansha = next(row for row in rows if row["bridge"] == "hkust_guangzhou")
    assert (nansha["date_signed"], nansha["date_opened"]) == ("2018-12-21", "2022-09-01")
    assert said["open_years"] == pytest.approx(3.7, abs=0.05)
