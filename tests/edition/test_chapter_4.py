"""Chapter 4's numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import re
from collections import Counter

import pytest
from bookpages import ROOT, read
from bs4 import BeautifulSoup

CHAPTER = ROOT / "book" / "04-policy.ipynb"
THREE = {"hk": "hong_kong", "sz": "shenzhen", "gz": "guangzhou"}
OPEN = ("no_outcome_found", "cannot_be_told")
pytestmark = pytest.mark.xdist_group("chapter 4")


def rows_of(file, /, **wanted):
    """The rows of a file in which each column has the value wanted, or one of them."""
    return [row for row in read(f"{file}.csv") if all(row[column] in ([cell] if isinstance(cell, str) else cell) for column, cell in wanted.items())]


def value(dataset, indicator, place, period, **more):
    """The one figure of a cell."""
    (found,) = {float(row["value"]) for row in rows_of(dataset, indicator=indicator, place=place, period=period, **more)}
    return found


def target(target_id):
    (row,) = rows_of("policy/policy_targets", target_id=target_id)
    return row


def due():
    return [row for row in rows_of("policy/policy_targets", counted="true") if row["horizon"][:4] <= "2025"]


def judged():
    """Outcome in per cent of the target of each promise with a verdict, and its status."""
    rows = [row for row in due() if row["status"] not in OPEN]
    return [(row["status"], 100 * float(row["outcome_value"]) / float(row["target_value"])) for row in rows]


def roads(place, period, kind="open_road_km"):
    return value("policy/av_testing", kind, place, period)


def guangzhou_roads():
    return roads("guangzhou", "2025-07", "open_road_km_ordinary") + roads("guangzhou", "2025-07", "open_road_km_expressway")


def test_promises(said):
    status = Counter(row["status"] for row in due())
    met = [row for row in due() if row["status"].startswith("met") and row["status"] != "met_late"]
    weak = [row for row in met if row["outcome_grade"] == "C" and float(row["outcome_value"]) == float(row["target_value"])]
    assert [said[name] for name in ("due", "silent", "unsettled", "judged")] == [len(due()), *(status[kind] for kind in OPEN), len(judged())]
    assert (said["n_weak"], said["n_met"]) == (len(weak), len(met) - len(weak))
    assert (said["n_late"], said["n_missed"], said["n_disputed"]) == (status["met_late"], status["missed"], status["disputed"])
    assert said["silent_share"] == pytest.approx(100 * status["no_outcome_found"] / len(due()))
    loose = Counter(row["comparable"] for row in due() if row["status"] == "cannot_be_told")
    assert (said["set_otherwise"], said["set_loosely"], said["set_late"]) == (loose["no"], loose["loose"], loose["yes"])


@pytest.mark.parametrize("place", ["shenzhen", "guangzhou", "hong_kong", "guangdong", "zhuhai"])
def test_promises_by_place(said, place):
    rows = [row for row in due() if row["place"] == place]
    assert said[f"due_{place}"] == len(rows) > 0
    assert said[f"settled_{place}"] == sum(row["status"] not in OPEN for row in rows)


@pytest.mark.parametrize("short", THREE)
def test_kinds_of_instrument(said, short):
    own = rows_of("policy/policies", use_in_matrix="yes", place=THREE[short])
    assert said[f"{short}_kinds"] == len({row["instrument"] for row in own})
    assert said[f"{short}_2019"] == len({row["instrument"] for row in own if row["date"][:4] <= "2019"})


def test_the_ledger(said):
    own = rows_of("policy/policies", use_in_matrix="yes")
    assert (said["n_policies"], said["n_own"]) == (len(read("policy/policies.csv")), len(own))
    four = [row for row in own if row["place"] in ("dongguan", "foshan", "zhuhai", "zhaoqing") and row["date"] >= "2015"]
    first = min(four, key=lambda row: row["date"])
    assert (first["date"][:4], first["place"]) == (said["first_date"], said["first_place"].lower())


def test_the_misprint(said):
    (claim,), (plan,) = rows_of("claims", claim_id="sz_ai_plan_horizon"), rows_of("policy/policies", policy_id="shenzhen_ai_plan_2019")
    assert [said[name] for name in ("misprint", "plan_start", "plan_end")] == [claim["claimed_value"], plan["horizon_start"], plan["horizon_end"]]


def test_roads(said):
    assert (said["km_gz"], said["km_2019"]) == (pytest.approx(guangzhou_roads()), roads("guangzhou", "2019-06-20"))
    before = roads("shenzhen", "2022-08") + roads("shenzhen_pingshan", "2023-08")
    fourth = roads("shenzhen", "2023-08", "open_road_km_added")
    assert before + fourth == pytest.approx(said["parts_sum"])
    assert before + fourth == pytest.approx(roads("shenzhen", "2023-08"), abs=0.5)
    assert said["fourth_share"] == pytest.approx(100 * fourth / before)


def test_two_counts(said):
    both = [float(row["value"]) for row in rows_of("policy/ai_industry", indicator="ai_industry_scale_undefined", place="shenzhen")]
    assert [said["low"] * 10, said["high"] * 10] == [min(both), max(both)]
    assert said["share_low"] == pytest.approx(100 * min(both) / value("policy/ai_industry", "ai_core_industry_scale", "guangdong", "2023"))
    province = value("policy/digital_infrastructure", "base_stations_5g_province_count", "shenzhen", "2020-08")
    assert said["province"] == province < said["five_target"] < said["city"]


def test_a_promise_with_a_count_on_either_side_of_its_target_is_disputed(said):
    """Shenzhen's stations and Guangzhou's roads are one kind of case: two counts, one above the target and one below."""
    for promise, other in (("shenzhen_5g_2019.base_stations.2020-08", "province"), ("guangzhou_ai_pilot_plan_2021.av_open_road_km.2023", "ordinary")):
        row = target(promise)
        assert said[other] < float(row["target_value"]) <= float(row["outcome_value"])
        assert row["status"] == row["comparable"] == "disputed"


def test_the_promises_that_were_missed(said):
    share, spending = (target(f"hong_kong_it_kpi_2017.{name}.2020") for name in ("private_share_of_rd", "gerd_share_of_gdp"))
    assert share["status"] == spending["status"] == "missed"
    told = (said["hk_rd"], said["hk_rd_target"], said["gerd"])
    assert told == (float(share["outcome_value"]), float(share["target_value"]), float(spending["outcome_value"]))
    assert said["exact"] == sum(each == 100 for _, each in judged())


def ai_figures():
    """Measure, place and figure of the table on AI, from the files: what is there, and what was promised."""
    there = [("ai_enterprises_same_method", place, "2020") for place in ("shenzhen", "guangzhou")]
    there += [("ai_patent_applications_2011_2020", place, "2020") for place in ("shenzhen", "guangzhou")]
    there += [("generative_models_filed", place, "2025-06") for place in ("china", "yangtze_delta", "beijing", "prd_five_cities")]
    there += [("intelligent_compute", "shenzhen", "2024-12"), ("intelligent_compute", "hong_kong", "2025-07")]
    there += [("ai_enterprises", "guangzhou_nansha", "2019-11"), ("ai_and_biotech_enterprises", "guangzhou_nansha", "2022-06")]
    compute = ["shenzhen_ai_measures_2024.compute_intelligent.2025", "shenzhen_155_2026.compute_available.2030", "hong_kong_aisc_2024.compute.2026"]
    aims = [float(row["target_value"]) / {"PFLOPS": 1000}.get(row["unit"], 1) for row in map(target, [*compute, "nansha_ai_plan_2018.ai_firms.2020"])]
    return sorted([*(value("policy/ai_industry", *cell) for cell in there), *aims])


def test_the_table_on_ai(outputs):
    (page,) = [output.data["text/html"] for output in outputs if 'numbers"' in output.get("data", {}).get("text/html", "")]
    table = BeautifulSoup(page, "html.parser").table
    assert table.caption.get_text()
    assert [head["scope"] for head in table.select("th")] == ["col"] * 6
    rows = [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]
    assert sorted(float(figure.removeprefix("over ").replace(",", "")) for _, _, figure, *_ in rows) == ai_figures()
    assert all(all(row) for row in rows)


def test_models_and_apps(said):
    filed = [value("policy/ai_industry", "generative_models_filed", place, "2025-06") for place in ("prd_five_cities", "china")]
    assert said["filed_share"] == pytest.approx(100 * filed[0] / filed[1])
    residents = value("history/population", "residents_midyear", "hong_kong", "2024")
    assert said["app_hk"] == pytest.approx(100 * value("policy/digital_government", "government_app_users", "hong_kong", "2025-11") / residents)


@pytest.mark.parametrize("short", THREE)
def test_ranks(said, short):
    for name, year in ((f"imd_{short}", "2025"), (f"imd_{short}_2023", "2023")):
        assert said[name] == value("policy/smart_city_rank", "imd_rank", THREE[short], year)


def test_rankings_disagree(said):
    hk, sz = (value("policy/smart_city_rank", "cass_unhabitat_rank", place, "2018") for place in ("hong_kong", "shenzhen"))
    assert said["cass_sz"] == sz < hk == said["cass_hk"]
    assert [said[name] for name in ("n_hk", "hk_first", "sz_first", "n_without")] == order_of_lists()


def order_of_lists():
    """Rankings that have Hong Kong, those that put it or Shenzhen first, and those without it."""
    editions = {"imd": 2025, "isui": 2025, "cass_unhabitat": 2018, "eden": 2018, "kearney": 2021, "emlyon_hust": 2020, "idc_inspur": 2021}
    editions |= {"ccid_digital_city": 2023, "ccid_digital_economy": 2023, "pwc": 2020}
    lists = [rows_of("policy/smart_city_rank", indicator=f"{name}_rank", period=str(year), place=THREE.values()) for name, year in editions.items()]
    ranks = [{row["place"]: float(row["value"]) for row in rows} for rows in lists]
    classes = rows_of("policy/city_grades", measure="gawc_class", period="2018", place=THREE.values())
    ranks.append({row["place"]: ["Alpha+", "Alpha", "Alpha-"].index(row["grade"]) for row in classes})
    first = [min(each, key=each.get) for each in ranks if "hong_kong" in each]
    return [len(first), first.count("hong_kong"), first.count("shenzhen"), len(ranks) - len(first)]


def per_head(place):
    (row,) = rows_of("policy/bay_areas", indicator="gdp_per_head", edition="2017", place=place)
    return float(row["value"])


def test_bays_and_headquarters(said):
    assert said["head_pct"] == pytest.approx(100 * per_head("gba") / per_head("sf_bay"))
    assert said["bay_gdp"] == value("policy/bay_areas", "gdp", "gba", "2019")
    for name in ("f_2020_sz", "f_2020_hk", "f_2024_gz", "f_2024_hk"):
        _, edition, short = name.split("_")
        assert said[name] == value("policy/bay_areas", "fortune_global_500_headquarters", THREE[short], edition)


def test_the_bay_that_a_title_puts_first_is_first(titles):
    """People and containers in every edition that counts the four bays."""
    assert titles["four-bays"].startswith("Of the four bays the Greater Bay Area has most people and containers;")
    for indicator, edition in (("population", "2017"), ("population", "2021"), ("container_throughput", "2017")):
        rows = rows_of("policy/bay_areas", indicator=indicator, edition=edition, place=("gba", "tokyo_bay", "ny_bay", "sf_bay"))
        assert len(rows) == 4, f"{indicator} {edition}: {rows}"
        assert max(rows, key=lambda row: float(row["value"]))["place"] == "gba"


def dated_table():
    """Measures of the dated table; those with the three cities in one year; cells that are empty; all cells."""
    measures = ["base_stations_5g", "users_5g", "population_covered_5g", "digital_economy_core_share_of_gdp", "government_app_users"]
    measures += ["services_online_share", "online_service_capability_rank", "open_datasets", "smart_lampposts"]
    rows = [*read("policy/digital_infrastructure.csv"), *read("policy/digital_government.csv")]
    rows += [{**row, "indicator": "grade"} for row in rows_of("policy/city_grades", measure="open_data_grade")]
    found = {measure: {} for measure in [*measures, "grade"]}
    for row in rows:
        if row["indicator"] in found and row["place"] in THREE.values():
            found[row["indicator"]][row["place"]] = max(row["period"], found[row["indicator"]].get(row["place"], ""))
    one_year = [cells for cells in found.values() if len(cells) == 3 and len({period[:4] for period in cells.values()}) == 1]
    return [len(found), len(one_year), 3 * len(found) - sum(map(len, found.values())), 3 * len(found)]


def users_per_hundred():
    cells = [("hong_kong", "2022-05", "residents_midyear", "2022"), ("hong_kong", "2025-11", "residents_midyear", "2024")]
    cells += [("shenzhen", "2020", "residents_year_end", "2020")]
    users = [value("policy/digital_government", "government_app_users", place, period) for place, period, _, _ in cells]
    share = [round(100 * one / value("history/population", kind, place, year)) for one, (place, _, kind, year) in zip(users, cells, strict=True)]
    return [*share[:2], 100, share[2], 2020]


def months_of_the_fleet():
    dates = [row["period"] for row in rows_of("policy/av_testing", indicator="test_vehicles", place="hong_kong")]
    first, last = (12 * int(date[:4]) + int(date[5:7]) for date in (min(dates), max(dates)))
    return last - first


def headlines():
    """The numbers of each exhibit's title, in their order, from the files."""
    missed = sorted(100 - share for status, share in judged() if status == "missed")
    (plan,) = rows_of("policy/policies", policy_id="shenzhen_ai_plan_2019")
    start, end = int(plan["horizon_start"]), int(plan["horizon_end"])
    parts = [roads("shenzhen", "2022-08"), roads("shenzhen_pingshan", "2023-08"), roads("shenzhen", "2023-08", "open_road_km_added")]
    firms = [value("policy/av_testing", "test_firms", *cell) for cell in (("shenzhen", "2025-05"), ("guangzhou", "2025-07"))]
    vehicles = [value("policy/av_testing", "test_vehicles", "hong_kong", period) for period in ("2024-11-29", "2026-01")]
    industry = rows_of("policy/ai_industry", indicator="ai_industry_scale_undefined", place="shenzhen")
    imd = [value("policy/smart_city_rank", "imd_rank_2023_method", place, "2019") for place in ("hong_kong", "guangzhou")]
    imd_now = [value("policy/smart_city_rank", "imd_rank", place, "2025") for place in ("hong_kong", "guangzhou", "shenzhen")]
    seen = min(int(row["period"]) for row in read("policy/smart_city_rank.csv") if row["place"] == "shenzhen" and row["indicator"].startswith("imd_rank"))
    return {
        "promises": [len(due()), len(judged()), sum(row["status"] == "no_outcome_found" for row in due())],
        "named-plans": [start, end, 2013, start - 2013],
        "judged-promises": [len(judged()), len(missed), round(missed[0]), round(missed[-1]), sum(share == 100 for _, share in judged())],
        "two-counts": [2023, *sorted(float(row["value"]) / 10 for row in industry)],
        "test-roads": [round(roads("guangzhou", "2019-06-20")), 2019, round(guangzhou_roads()), round(roads("shenzhen", "2025-05"))],
        "shenzhen-scope": [round(sum(parts)), 2023, round(parts[0]), 2022, parts[1], round(parts[2])],
        "test-fleet": [*firms, *vehicles, months_of_the_fleet()],
        "dated-table": dated_table(),
        "app-users": users_per_hundred(),
        "imd-rank": [imd[0], imd_now[0], imd[1], imd_now[1], seen, imd_now[2]],
        "rankings": order_of_lists(),
        "four-bays": [2017, round(100 * per_head("gba") / per_head("sf_bay"))],
    }


def test_titles_state_what_the_files_hold(titles):
    assert set(headlines()) == set(titles)
    for name, numbers in headlines().items():
        told = [float(hit.replace(",", "")) for hit in re.findall(r"\d[\d,]*(?:\.\d+)?(?![\dG])", titles[name])]
        assert told == pytest.approx(numbers), f"{name}: {titles[name]}"
        assert len(titles[name]) <= 130, name


def two_counts_of_one_promise():
    counts = [float(row["value"]) for row in rows_of("policy/ai_industry", indicator="ai_industry_scale_undefined", place="shenzhen")]
    core, wider = (float(target(f"shenzhen_ai_plan_2019.{kind}_industry_scale.2023")["target_value"]) for kind in ("core", "related"))
    many = {2: "both", 0: "neither", 1: "one"}
    passed = [many[sum(count >= aim for count in counts)] for aim in (core, wider)]
    return f"{passed[0]} pass the target for the core, {passed[1]} the wider one"


def changed_scopes():
    """A break of the series on record for each of the two cities."""
    places = {row["place"] for row in rows_of("breaks", dataset="av_testing", indicator="open_road_km")}
    return "on the way both changed what they count" if places >= {"guangzhou", "shenzhen"} else "on the way one changed what it counts"


def moves_of_imd():
    before, now = ([value("policy/smart_city_rank", *cell) for cell in cells] for cells in (
        [("imd_rank_2023_method", place, "2019") for place in ("hong_kong", "guangzhou")], [("imd_rank", place, "2025") for place in ("hong_kong", "guangzhou")]
    ))  # fmt: skip
    verbs = ["rose" if new < old else "fell" for old, new in zip(before, now, strict=True)]
    return f"Hong Kong {verbs[0]} from {before[0]:.0f} to {now[0]:.0f}, Guangzhou {'' if verbs[0] == verbs[1] else verbs[1]}from"


@pytest.mark.parametrize(("name", "words"), [("two-counts", two_counts_of_one_promise), ("test-roads", changed_scopes), ("imd-rank", moves_of_imd)])
def test_words_of_the_titles_are_those_that_the_files_allow(titles, name, words):
    assert words() in titles[name]
