"""Chapter 4's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import functools
import re
from collections import Counter

import pytest
from bookpages import ROOT, read, verdicts

CHAPTER = ROOT / "book" / "04-policy.ipynb"
pytestmark = pytest.mark.xdist_group("chapter 4")


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
    assert (said["n_late"], said["n_missed"], said["n_disputed"]) == (status["met_late"], status["missed"], status["disputed"]) == (2, 2, 2)


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
    assert value("smart_city_rank", "imd_rank", place, "2023") == said[f"{name}_2023"]


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
    per_head = {row["place"]: float(row["value"]) for row in read("policy/bay_areas.csv") if row["indicator"] == "gdp_per_head" and row["edition"] == "2017"}
    assert said["head_pct"] == pytest.approx(100 * per_head["gba"] / per_head["sf_bay"])
    assert said["bay_gdp"] == value("bay_areas", "gdp", "gba", "2019")


def policies(**wanted):
    return [row for row in read("policy/policies.csv") if all(row[column] in allowed for column, allowed in wanted.items())]


def target(target_id):
    (row,) = [row for row in read("policy/policy_targets.csv") if row["target_id"] == target_id]
    return row


def judged():
    """Outcome in per cent of the target of each promise with a verdict."""
    rows = [row for row in due() if row["status"] not in ("no_outcome_found", "cannot_be_told")]
    return {row["target_id"]: (row["status"], 100 * float(row["outcome_value"]) / float(row["target_value"])) for row in rows}


def seven():
    """Documents of the seven other cities of the mainland, first ones first."""
    cities = ("dongguan", "foshan", "zhuhai", "zhaoqing", "huizhou", "jiangmen", "zhongshan")
    return sorted((row for row in policies(place=cities) if row["date"] >= "2015"), key=lambda row: row["date"])


def residents(place):
    indicator, period = ("residents_midyear", "2022") if place == "hong_kong" else ("residents_year_end", "2020")
    (found,) = {float(row["value"]) for row in read("history/population.csv") if (row["indicator"], row["place"], row["period"]) == (indicator, place, period)}
    return found


def places_first():
    """Which of the three cities comes first in each ranking that has at least two, and whether it has Hong Kong."""
    editions = {"imd": 2025, "isui": 2025, "cass_unhabitat": 2018, "eden": 2018, "kearney": 2021, "emlyon_hust": 2020, "idc_inspur": 2021}
    editions |= {"ccid_digital_city": 2023, "ccid_digital_economy": 2023, "pwc": 2020}
    three = ("hong_kong", "shenzhen", "guangzhou")
    lists = [
        {
            row["place"]: float(row["value"])
            for row in read("policy/smart_city_rank.csv")
            if row["indicator"] == f"{name}_rank" and row["period"] == str(year) and row["place"] in three
        }
        for name, year in editions.items()
    ]
    classes = [row for row in read("policy/city_grades.csv") if row["measure"] == "gawc_class" and row["period"] == "2018" and row["place"] in three]
    lists.append({row["place"]: ["Alpha+", "Alpha", "Alpha-"].index(row["grade"]) for row in classes})
    return [(min(ranks, key=ranks.get), "hong_kong" in ranks) for ranks in lists]


def latest_figures():
    """The newest period of each measure of the dated table, by city."""
    measures = ("base_stations_5g", "users_5g", "population_covered_5g", "digital_economy_core_share_of_gdp", "government_app_users")
    measures += ("services_online_share", "online_service_capability_rank", "open_datasets", "smart_lampposts")
    rows = [*read("policy/digital_infrastructure.csv"), *read("policy/digital_government.csv")]
    found = {measure: {} for measure in measures}
    for row in rows:
        if row["indicator"] in found and row["place"] in ("hong_kong", "shenzhen", "guangzhou"):
            cell = found[row["indicator"]]
            cell[row["place"]] = max(row["period"], cell.get(row["place"], ""))
    grades = [row for row in read("policy/city_grades.csv") if row["measure"] == "open_data_grade" and row["place"] in ("hong_kong", "shenzhen", "guangzhou")]
    return {**found, "grade": {row["place"]: row["period"] for row in grades}}


def more_headlines():
    """Those titles that need a count over whole tables."""
    lengths = [row for row in read("policy/av_testing.csv") if row["indicator"] in ("open_road_km", "open_road_km_added")]
    parts = [row["place"] for row in lengths if "_" in row["place"].replace("hong_kong", "") or row["place"] == "qianhai"]
    districts = {"shenzhen_nanshan" if "nanshan" in place or place == "qianhai" else place for place in parts}
    table = latest_figures()
    one_year = [row for row in table.values() if len(row) == 3 and len({period[:4] for period in row.values()}) == 1]
    filled = sum(len(row) for row in table.values())
    first = places_first()
    with_hong_kong = [place for place, has in first if has]
    app_users = functools.partial(value, "digital_government", "government_app_users")
    (now,) = {
        float(row["value"])
        for row in read("history/population.csv")
        if (row["indicator"], row["place"], row["period"]) == ("residents_midyear", "hong_kong", "2024")
    }
    scope = [("open_road_km", "shenzhen", "2022-08"), ("open_road_km", "shenzhen_pingshan", "2023-08"), ("open_road_km_added", "shenzhen", "2023-08")]
    before, pingshan, fourth = (value("av_testing", *each) for each in scope)
    return {
        "two-counts": [2023, 80, 300],
        "article-on-policy": [15, 7, 4, 3, 1],
        "shenzhen-scope": [round(before + pingshan + fourth), 2023, round(before), 2022, pingshan, round(fourth)],
        "road-districts": [len(districts), pingshan, round(value("av_testing", "open_road_km", "guangzhou_huangpu", "2023-02"))],
        "dated-table": [len(table), len(one_year), 3 * len(table) - filled, 3 * len(table)],
        "app-users": [
            round(100 * app_users("hong_kong", "2022-05") / residents("hong_kong")),
            round(100 * app_users("hong_kong", "2025-11") / now),
            100,
            round(100 * app_users("shenzhen", "2020") / residents("shenzhen")),
            2020,
        ],
        "rankings": [
            len(with_hong_kong),
            with_hong_kong.count("hong_kong"),
            with_hong_kong.count("shenzhen"),
            len(first) - len(with_hong_kong),
        ],
    }


def headlines():
    """The numbers of each exhibit's title, in their order, from the files."""
    av, ai, infra = (functools.partial(value, name) for name in ("av_testing", "ai_industry", "digital_infrastructure"))
    silent = sum(row["status"] == "no_outcome_found" for row in due())
    loose = Counter(row["comparable"] for row in due() if row["status"] == "cannot_be_told")
    missed = sorted(100 - share for status, share in judged().values() if status == "missed")
    early = [row for row in policies(use_in_matrix=("yes",)) if row["date"][:4] < "2020"]
    kinds = {place: len({row["instrument"] for row in policies(use_in_matrix=("yes",), place=(place,))}) for place in ("guangzhou", "shenzhen", "hong_kong")}
    named_ai = [row for row in seven() if re.search("AI|Artificial|Intelligen", row["title_en"])]
    (plan,) = policies(policy_id=("shenzhen_ai_plan_2019",))
    start, end = int(plan["horizon_start"]), int(plan["horizon_end"])
    gz_km = av("open_road_km_ordinary", "guangzhou", "2025-07") + av("open_road_km_expressway", "guangzhou", "2025-07")
    ratio = {i: ai(i, "shenzhen", "2020") / ai(i, "guangzhou", "2020") for i in ("ai_enterprises_same_method", "ai_patent_applications_2011_2020")}
    rank = functools.partial(value, "smart_city_rank")
    fortune = {place: value("bay_areas", "fortune_global_500_headquarters", place, "2024") for place in ("gba", "shenzhen", "guangzhou", "hong_kong")}
    per_head = {row["place"]: float(row["value"]) for row in read("policy/bay_areas.csv") if row["indicator"] == "gdp_per_head" and row["edition"] == "2017"}
    return {
        "promises": [len(due()), len(judged()), silent],
        "policy-timeline": [2020, len(early), 2020],
        "seven-cities": [len(seven()), int(named_ai[0]["date"][:4])],
        "instrument-matrix": [kinds["guangzhou"], kinds["shenzhen"], kinds["hong_kong"]],
        "named-plans": [start, end, 2013, start - 2013],
        "judged-promises": [len(judged()), len(missed), round(missed[0]), round(missed[-1]), sum(share == 100 for _, share in judged().values())],
        "open-promises": [sum(loose.values()), loose["no"], loose["loose"], loose["yes"]],
        "test-roads": [round(av("open_road_km", "guangzhou", "2019-06-20")), 2019, round(gz_km), round(av("open_road_km", "shenzhen", "2025-05"))],
        "test-fleet": [
            *(av("test_firms", place, period) for place, period in (("shenzhen", "2025-05"), ("guangzhou", "2025-07"))),
            *(av("test_vehicles", "hong_kong", period) for period in ("2024-11-29", "2026-01")),
        ],
        "ai-pairs": [round(each, 1) for each in ratio.values()],
        "models-filed": [ai("generative_models_filed", place, "2025-06") for place in ("prd_five_cities", "china", "beijing")],
        "computing-power": [
            ai("intelligent_compute", "shenzhen", "2024-12"),
            float(target("shenzhen_155_2026.compute_available.2030")["target_value"]),
            2030,
            ai("intelligent_compute", "hong_kong", "2025-07"),
            float(target("hong_kong_aisc_2024.compute.2026")["target_value"]) / 1000,
        ],
        "nansha-firms": [
            ai("ai_enterprises", "guangzhou_nansha", "2019-11"),
            float(target("nansha_ai_plan_2018.ai_firms.2020")["target_value"]),
            ai("ai_and_biotech_enterprises", "guangzhou_nansha", "2022-06"),
        ],
        "masts": [
            2020,
            infra("base_stations_5g", "shenzhen", "2020-08-14"),
            infra("base_stations_5g_province_count", "shenzhen", "2020-08"),
        ],
        "imd-rank": [
            *(rank("imd_rank_2023_method", "hong_kong", "2019"), rank("imd_rank", "hong_kong", "2025")),
            *(rank("imd_rank_2023_method", "guangzhou", "2019"), rank("imd_rank", "guangzhou", "2025")),
            *(2021, rank("imd_rank", "shenzhen", "2025")),
        ],
        "four-bays": [2017, round(100 * per_head["gba"] / per_head["sf_bay"])],
        "fortune-500": [fortune["gba"], 500, 2024, *(fortune[place] for place in ("shenzhen", "guangzhou", "hong_kong"))],
        **more_headlines(),
    }


def test_titles_state_what_the_files_hold(titles):
    assert set(headlines()) == set(titles)
    for name, numbers in headlines().items():
        told = [float(hit.replace(",", "")) for hit in re.findall(r"\d[\d,]*(?:\.\d+)?(?![\dG])", titles[name])]
        assert told == pytest.approx(numbers), f"{name}: {titles[name]}"


def test_the_bay_that_a_title_puts_first_is_first(titles):
    """People and containers in every edition that counts the four bays."""
    rows = [row for row in read("policy/bay_areas.csv") if row["place"] in ("gba", "tokyo_bay", "ny_bay", "sf_bay") and row["edition"]]
    assert titles["four-bays"].startswith("Of the four bays the Greater Bay Area has most people and containers;")
    for indicator, edition in (("population", "2017"), ("population", "2021"), ("container_throughput", "2017")):
        places = {row["place"]: float(row["value"]) for row in rows if (row["indicator"], row["edition"]) == (indicator, edition)}
        assert len(places) == 4, f"{indicator} {edition}: {places}"
        assert max(places, key=places.get) == "gba", f"{indicator} {edition}: {places}"


def district_roads():
    """Kilometres of test roads by district: sums of the batches that name one; of Huangpu the stock of one month."""
    found = Counter()
    for row in read("policy/av_testing.csv"):
        place = {"qianhai": "shenzhen_nanshan", "shenzhen_nanshan_xilihu": "shenzhen_nanshan"}.get(row["place"], row["place"])
        kind = (row["indicator"], row["period"])
        wanted = kind == ("open_road_km", "2023-02") if place == "guangzhou_huangpu" else row["indicator"] in ("open_road_km", "open_road_km_added")
        if wanted and "_" in place.replace("hong_kong", ""):
            found[place.split("_")[1].capitalize()] += float(row["value"])
    return found


def two_counts_of_one_promise():
    counts = [float(row["value"]) for row in read("policy/ai_industry.csv") if (row["indicator"], row["place"]) == ("ai_industry_scale_undefined", "shenzhen")]
    core, wider = (float(target(f"shenzhen_ai_plan_2019.{kind}_industry_scale.2023")["target_value"]) for kind in ("core", "related"))
    many = {2: "both", 0: "neither", 1: "one"}
    passed = [many[sum(count >= aim for count in counts)] for aim in (core, wider)]
    return f"{passed[0]} pass the target for the core, {passed[1]} the wider one"


def first_of_the_four():
    dates = [row["date"] for row in policies(use_in_matrix=("yes",), place=("dongguan", "foshan", "zhuhai", "zhaoqing")) if row["date"] >= "2015"]
    return f"the four smaller cities that the article praises begin in {min(dates)[:4]}"


def first_that_names_ai():
    document = next(row for row in seven() if re.search("AI|Artificial|Intelligen", row["title_en"]))
    (name,) = [row["name_en"] for row in read("places.csv") if row["place"] == document["place"]]
    return f"the first that names AI in its title is {name}'s of {document['date'][:4]}"


def changed_scopes():
    """A break of the series on record for each of the two cities."""
    places = {row["place"] for row in read("breaks.csv") if row["dataset"] == "av_testing" and row["indicator"] == "open_road_km"}
    return "on the way both changed what they count" if places >= {"guangzhou", "shenzhen"} else "on the way one changed what it counts"


def longest_districts():
    (first, most), (second, next_most) = district_roads().most_common(2)
    (note,) = {row["note"] for row in read("policy/av_testing.csv") if row["place"] == "shenzhen_pingshan" and row["indicator"] == "open_road_km"}
    whole = ", all its roads" if note == "whole district opened" else ""
    return f"most for {first} ({most:.0f} km{whole}) and {second} ({next_most:.0f})"


def months_of_the_fleet():
    dates = [row["period"] for row in read("policy/av_testing.csv") if (row["indicator"], row["place"]) == ("test_vehicles", "hong_kong")]
    first, last = (12 * int(date[:4]) + int(date[5:7]) for date in (min(dates), max(dates)))
    return f"in {({13: 'thirteen', 14: 'fourteen', 15: 'fifteen'}).get(last - first, last - first)} months"


def five_against_beijing():
    five, beijing = (value("ai_industry", "generative_models_filed", place, "2025-06") for place in ("prd_five_cities", "beijing"))
    return f"{'less than half' if 2 * five < beijing else 'half and more'} of Beijing's"


def after_the_firms_of_nansha():
    rows = [row for row in read("policy/ai_industry.csv") if row["place"] == "guangzhou_nansha" and row["indicator"].startswith("ai_")]
    following = min((row for row in rows if row["period"] > "2019-11"), key=lambda row: row["period"])["indicator"]
    years = int(target("nansha_ai_plan_2018.ai_firms.2020")["horizon"][:4]) - 2019
    assert (years, following) == (1, "ai_and_biotech_enterprises")
    return "AI firms a year before 300 were due; the next figure, 620, counts biotechnology too"


def moves_of_imd():
    rank = functools.partial(value, "smart_city_rank")
    moved = {place: (rank("imd_rank_2023_method", place, "2019"), rank("imd_rank", place, "2025")) for place in ("hong_kong", "guangzhou")}
    assert all(now < then for then, now in moved.values()), moved
    seen = min(row["period"] for row in read("policy/smart_city_rank.csv") if row["place"] == "shenzhen" and row["indicator"].startswith("imd_rank"))
    return (
        "Hong Kong rose from {:.0f} to {:.0f}, Guangzhou from {:.0f} to {:.0f}; ".format(*moved["hong_kong"], *moved["guangzhou"])
        + f"Shenzhen, seen since {seen[:4]}, stands at {rank('imd_rank', 'shenzhen', '2025'):.0f}"
    )


def missed_promises():
    missed = sorted(100 - share for status, share in judged().values() if status == "missed")
    assert len(missed) == 2, "the title names two figures"
    return f"that can be judged, 2 were missed, by {missed[0]:.0f} and {missed[1]:.0f} per cent"


def years_of_the_misprint():
    (plan,) = policies(policy_id=("shenzhen_ai_plan_2019",))
    assert plan["horizon_start"] > "2013"
    return "the article prints an end in 2013, 6 years before its start"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("policy-timeline", first_of_the_four),
        ("seven-cities", first_that_names_ai),
        ("named-plans", years_of_the_misprint),
        ("judged-promises", missed_promises),
        ("two-counts", two_counts_of_one_promise),
        ("test-roads", changed_scopes),
        ("road-districts", longest_districts),
        ("test-fleet", months_of_the_fleet),
        ("models-filed", five_against_beijing),
        ("nansha-firms", after_the_firms_of_nansha),
        ("imd-rank", moves_of_imd),
    ],
)
def test_words_of_the_titles_are_those_that_the_files_allow(titles, name, words):
    assert words() in titles[name]


def test_a_promise_with_a_count_on_either_side_of_its_target_is_disputed():
    """Shenzhen's masts and Guangzhou's roads are one kind of case: two counts, one above the target and one below."""
    masts, roads = target("shenzhen_5g_2019.base_stations.2020-08"), target("guangzhou_ai_pilot_plan_2021.av_open_road_km.2023")
    province = value("digital_infrastructure", "base_stations_5g_province_count", "shenzhen", "2020-08")
    ordinary = value("av_testing", "open_road_km_ordinary", "guangzhou", "2023-12")
    for row, other in ((masts, province), (roads, ordinary)):
        assert other < float(row["target_value"]) <= float(row["outcome_value"])
        assert row["status"] == row["comparable"] == "disputed"


def test_titles_are_short(titles):
    assert len(titles) >= 24
    assert {name: len(title) for name, title in titles.items() if len(title) > 130} == {}


def test_the_seven_other_cities(said):
    named_ai = [row for row in seven() if re.search("AI|Artificial|Intelligen", row["title_en"])]
    assert (len(seven()), len(named_ai)) == (said["n_seven"], said["n_seven_ai"]) == (13, 2)
    assert {row["place"] for row in named_ai} == {"dongguan"}
    assert said["ai_place"] == "Dongguan"
    assert min(row["date"][:4] for row in named_ai) == said["ai_year"] == "2025"


def test_statements_of_the_article_have_the_verdicts_of_the_trial(said):
    """Counted from the expected verdicts; statements of one sentence stand together, some have no claim of their own."""
    expected = verdicts()
    together = [
        ["gz_iab_2018"],
        ["nansha_170_firms"],
        ["gz_av_24_plates", "gz_av_6_firms", "gz_av_33_roads", "gz_av_45km", "gz_av_4_districts"],
        ["sz_pilot_zone_2019"],
        ["sz_ai_10_clusters", "sz_ai_core_30bn", "sz_ai_related_600bn"],
        ["outline_2019_02_18"],
    ]
    assert all(expected[claim] == "holds" for claims in together for claim in claims)
    assert said["n_yes"] == len(together) + 1  # Nansha's plan, which is no claim of its own but stands in the ledger with a source
    assert [row["sources"] != "article-2019" for row in policies(policy_id=("nansha_ai_plan_2018",))] == [True]
    assert all(expected[claim] == "cannot be told" for claim in ("gz_centre_100m", "gz_iab_1bn_year", "gz_fund_10bn", "other_cities_ai", "rival_world_bays"))
    assert (said["n_untold"], said["n_alone"], said["n_wrong"]) == (3, 4, 1)
    assert expected["sz_ai_plan_horizon"] == "does not hold"


def test_masts_and_the_scope_of_roads(said):
    city, province = value("digital_infrastructure", "base_stations_5g", "shenzhen", "2020-08-14"), said["province"]
    assert said["mast_gap"] == pytest.approx(100 * (city / province - 1))
    fourth = value("av_testing", "open_road_km_added", "shenzhen", "2023-08")
    before = value("av_testing", "open_road_km", "shenzhen", "2022-08") + value("av_testing", "open_road_km", "shenzhen_pingshan", "2023-08")
    assert said["fourth_share"] == pytest.approx(100 * fourth / before)


def test_the_promises_that_were_missed(said):
    share, spending = (target(f"hong_kong_it_kpi_2017.{name}.2020") for name in ("private_share_of_rd", "gerd_share_of_gdp"))
    assert share["status"] == spending["status"] == "missed"
    assert (said["hk_rd"], said["hk_rd_target"], said["gerd"]) == (
        float(share["outcome_value"]),
        float(share["target_value"]),
        float(spending["outcome_value"]),
    )
    assert said["exact"] == sum(each == 100 for _, each in judged().values())


@pytest.mark.parametrize("city", ["shenzhen", "guangzhou", "hong_kong"])
def test_headquarters(said, city):
    short = {"shenzhen": "sz", "guangzhou": "gz", "hong_kong": "hk"}[city]
    for edition in ("2020", "2024"):
        assert said[f"f_{edition}_{short}"] == value("bay_areas", "fortune_global_500_headquarters", city, edition)
