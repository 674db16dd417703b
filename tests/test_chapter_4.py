"""Chapter 4's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import ast
import csv
import functools
import os
from collections import Counter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = ROOT / "book" / "04-policy.ipynb"
DATA = Path(os.environ.get("GBA_DATA", ROOT / "data"))
pytestmark = pytest.mark.xdist_group("chapter 4")


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


def due():
    return [row for row in read("policy/policy_targets.csv") if row["counted"] == "true" and row["horizon"][:4] <= "2025"]


def value(dataset, indicator, place, period):
    """The one figure of a cell."""
    (found,) = {float(row["value"]) for row in read(f"policy/{dataset}.csv") if (row["indicator"], row["place"], row["period"]) == (indicator, place, period)}
    return found


def test_promises(said):
    status = Counter(row["status"] for row in due())
    weak = [
        row["target_id"]
        for row in due()
        if row["status"].startswith("met") and row["outcome_grade"] == "C" and float(row["outcome_value"]) == float(row["target_value"])
    ]
    assert len(due()) == said["due"] == 85
    assert status["no_outcome_found"] == said["silent"] == 58
    assert status["cannot_be_told"] == said["unsettled"] == 16
    assert said["judged"] == 85 - 58 - 16
    assert weak == ["guangdong_agi_2023.ai_firms.2025", "guangdong_agi_2023.core_industry_scale.2025"]
    assert said["n_weak"] == 2
    assert said["n_met"] == status["met"] + status["met_early"] + status["met_on_expected_figure"] - 2
    assert (said["n_late"], said["n_missed"], said["n_disputed"]) == (status["met_late"], status["missed"], status["disputed"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("place", "promised", "settled"), [("shenzhen", 33, 1), ("guangzhou", 27, 2), ("hong_kong", 14, 5), ("guangdong", 8, 3), ("zhuhai", 3, 0)]
)
def test_promises_by_place(said, place, promised, settled):
    rows = [row for row in due() if row["place"] == place]
    assert len(rows) == said[f"due_{place}"] == promised
    assert sum(row["status"] not in ("no_outcome_found", "cannot_be_told") for row in rows) == said[f"settled_{place}"] == settled


@pytest.mark.parametrize(("place", "short", "kinds"), [("guangzhou", "gz", 5), ("shenzhen", "sz", 5), ("hong_kong", "hk", 11)])
def test_kinds_of_instrument(said, place, short, kinds):
    own = [row for row in read("policy/policies.csv") if row["use_in_matrix"] == "yes"]
    mine = [row for row in own if row["place"] == place]
    assert len({row["instrument"] for row in mine}) == said[f"{short}_kinds"] == kinds
    assert len({row["instrument"] for row in own if place in row["covers"].split("; ")}) == said[f"{short}_joint"]
    early = {row["instrument"] for row in mine if row["date"][:4] <= "2019"}
    assert len(early) == said[f"{short}_2019"]
    article = {
        row["instrument"] for row in read("policy/policies.csv") if row["place"] == place and row["sources"] == "article-2019" and row["level"] != "private"
    }
    assert len(early | article) == said[f"{short}_article"]


def test_the_ledger(said):
    use = Counter(row["use_in_matrix"] for row in read("policy/policies.csv"))
    assert (said["n_own"], said["n_above"], said["n_out"]) == (use["yes"], use["separate row"], use["no"]) == (89, 21, 11)
    four = [
        row["date"]
        for row in read("policy/policies.csv")
        if row["place"] in ("dongguan", "foshan", "zhuhai", "zhaoqing") and row["use_in_matrix"] == "yes" and row["date"] >= "2015"
    ]
    assert min(four)[:4] == said["first_date"] == "2020"


def test_the_misprint(said):
    (claim,) = [row for row in read("claims.csv") if row["claim_id"] == "sz_ai_plan_horizon"]
    (plan,) = [row for row in read("policy/policies.csv") if row["policy_id"] == "shenzhen_ai_plan_2019"]
    assert claim["claimed_value"] == said["misprint"] == "2013"
    assert (plan["horizon_start"], plan["horizon_end"]) == (said["plan_start"], said["plan_end"]) == ("2019", "2023")


def test_roads(said):
    guangzhou = value("av_testing", "open_road_km_ordinary", "guangzhou", "2025-07") + value("av_testing", "open_road_km_expressway", "guangzhou", "2025-07")
    assert guangzhou == pytest.approx(said["km_gz"])
    assert guangzhou == pytest.approx(2864.27)
    assert said["km_2019"] == value("av_testing", "open_road_km", "guangzhou", "2019-06-20") == 45.644
    parts = (
        value("av_testing", "open_road_km", "shenzhen", "2022-08")
        + value("av_testing", "open_road_km", "shenzhen_pingshan", "2023-08")
        + value("av_testing", "open_road_km_added", "shenzhen", "2023-08")
    )
    assert parts == pytest.approx(said["parts_sum"])
    assert parts == pytest.approx(value("av_testing", "open_road_km", "shenzhen", "2023-08"), abs=0.5)


def test_two_counts(said):
    both = sorted(
        float(row["value"]) for row in read("policy/ai_industry.csv") if row["indicator"] == "ai_industry_scale_undefined" and row["place"] == "shenzhen"
    )
    assert [said["low"] * 10, said["high"] * 10] == both == [800, 3000]
    assert said["share_low"] == pytest.approx(100 * 800 / value("ai_industry", "ai_core_industry_scale", "guangdong", "2023"))
    assert said["province"] == value("digital_infrastructure", "base_stations_5g_province_count", "shenzhen", "2020-08") < said["five_target"] < said["city"]


@pytest.mark.parametrize(("place", "name", "rank"), [("hong_kong", "imd_hk", 19), ("shenzhen", "imd_sz", 50), ("guangzhou", "imd_gz", 55)])
def test_ranks(said, place, name, rank):
    assert value("smart_city_rank", "imd_rank", place, "2025") == said[name] == rank


def test_rankings_disagree(said):
    assert (
        value("smart_city_rank", "cass_unhabitat_rank", "shenzhen", "2018")
        == said["cass_sz"]
        < said["cass_hk"]
        == value("smart_city_rank", "cass_unhabitat_rank", "hong_kong", "2018")
    )
    assert (said["n_lists"], said["n_hk"], said["hk_first"], said["sz_first"], said["n_gz"]) == (11, 5, 3, 2, 3)


def test_models_and_apps(said):
    assert said["filed_share"] == pytest.approx(
        100
        * value("ai_industry", "generative_models_filed", "prd_five_cities", "2025-06")
        / value("ai_industry", "generative_models_filed", "china", "2025-06")
    )
    (residents,) = [
        float(row["value"])
        for row in read("history/population.csv")
        if (row["indicator"], row["place"], row["period"]) == ("residents_midyear", "hong_kong", "2024")
    ]
    assert said["app_hk"] == pytest.approx(100 * value("digital_government", "government_app_users", "hong_kong", "2025-11") / residents)


def test_bays(said):
    assert said["head_pct"] == pytest.approx(100 * 21750 / 102230)
    assert said["bay_gdp"] == value("bay_areas", "gdp", "gba", "2019")
