"""Chapter 4's numbers and the words they choose, computed a second time from the CSV files without the library, against what the chapter says."""

import re
from collections import Counter, defaultdict

import pytest
from bookpages import ROOT, read
from bs4 import BeautifulSoup
from ledger import rows_of

CHAPTER = ROOT / "book" / "04-policy.ipynb"
THREE = {"hk": "hong_kong", "sz": "shenzhen", "gz": "guangzhou"}
BAYS = ("gba", "tokyo_bay", "ny_bay", "sf_bay")
pytestmark = pytest.mark.xdist_group("chapter 4")


def value(dataset, indicator, place, period, **more):
    """The one figure of a cell."""
    (only,) = {float(row["value"]) for row in rows_of(dataset, indicator=indicator, place=place, period=period, **more)}
    return only


def target(target_id):
    (row,) = rows_of("policy/policy_targets", target_id=target_id)
    return row


def policy(policy_id):
    (row,) = rows_of("policy/policies", policy_id=policy_id)
    return row


def due():
    return [row for row in rows_of("policy/policy_targets", counted="true") if row["horizon"][:4] <= "2025"]


def answered():
    return [row for row in due() if row["status"] != "not_looked_up"]


def judged():
    return [row for row in answered() if row["status"] != "open"]


def share(row):
    return 100 * float(row["outcome_value"]) / float(row["target_value"])


def missed():
    return [row for row in judged() if row["status"] == "missed"]


def roads(place, period, kind="open_road_km"):
    return value("policy/av_testing", kind, place, period)


def guangzhou_roads():
    return roads("guangzhou", "2025-07", "open_road_km_ordinary") + roads("guangzhou", "2025-07", "open_road_km_expressway")


# What was promised


def test_promises(said):
    status = Counter(row["status"] for row in answered())
    met = [row for row in judged() if row["status"].startswith("met") and row["status"] != "met_late"]
    weak = [row for row in met if row["outcome_grade"] == "C" and float(row["outcome_value"]) == float(row["target_value"])]
    assert [said[name] for name in ("answered", "judged", "unsettled")] == [len(answered()), len(judged()), status["open"]]
    assert said["silent"] == len(due()) - len(answered())
    assert (said["n_weak"], said["n_met"], said["n_missed"]) == (len(weak), len(met) - len(weak), status["missed"])
    assert (said["n_late"], said["n_disputed"]) == (status["met_late"], status["disputed"])


def test_who_caught_whom(said, titles):
    """The chapter's finding: every promise known as broken was counted by a statistics office, none was told of by who made it; all are Hong Kong's."""
    assert missed() and {row["witness"] for row in missed()} == {"statistics"}
    assert {row["place"] for row in missed()} == {"hong_kong"}
    assert titles["promises"] == f"Statisticians caught {len(missed())} broken promises; no announcement told of one"
    assert said["caught"] == f"all {len(missed())} that failed are Hong Kong's, counted by statisticians"
    assert all(row["witness"] for row in answered())


def test_the_worst_miss(said, titles):
    worst = min(missed(), key=share)
    assert worst["target_id"] == "hong_kong_policy_address_2017.gerd_share_of_gdp.2022"
    assert titles["judged-promises"] == f"Hong Kong fell furthest short: research came to {share(worst):.0f} per cent of what was promised"
    told = [said[f"lam_{name}"] for name in ("base", "aim", "came")]
    assert told == [float(worst[name]) for name in ("baseline_value", "target_value", "outcome_value")]


def test_the_humbler_goals(said):
    firms, spending = (target(f"hong_kong_it_kpi_2017.{name}.2020") for name in ("private_share_of_rd", "gerd_share_of_gdp"))
    assert {firms["status"], spending["status"]} == {"missed"}
    for row, name in ((firms, "hk_rd"), (spending, "gerd")):
        assert (said[f"{name}_aim"], said[f"{name}_came"]) == (float(row["target_value"]), float(row["outcome_value"]))
    assert said["exact"] == sum(share(row) == 100 for row in judged())


def test_the_promised_computing_power(said):
    """What there was at the end of 2025 is below both targets; as nobody says that it was counted as they were, neither is called broken."""
    then, first = (target(f"shenzhen_{plan}.compute_intelligent.2025") for plan in ("ai_measures_2024", "compute_plan_2023"))
    came = value("policy/ai_industry", "intelligent_compute", "shenzhen", "2025-12")
    assert said["compute_came"] == came == float(then["outcome_value"]) == float(first["outcome_value"])
    assert said["compute_then"] == float(then["target_value"]) > said["compute_first"] == float(first["target_value"]) > came
    assert {(row["comparable"], row["status"]) for row in (then, first)} == {("loose", "open")}


def test_two_counts(said):
    both = [float(row["value"]) for row in rows_of("policy/ai_industry", indicator="ai_industry_scale_undefined", place="shenzhen")]
    assert [said["low"] * 10, said["high"] * 10] == [min(both), max(both)]
    assert said["share_low"] == pytest.approx(100 * min(both) / value("policy/ai_industry", "ai_core_industry_scale", "guangdong", "2023"))
    core, wide = (float(target(f"shenzhen_ai_plan_2019.{kind}_industry_scale.2023")["target_value"]) for kind in ("core", "related"))
    assert (said["core"] * 10, said["wide"] * 10) == (core, wide)
    assert core < min(both) and max(both) < wide, "whichever figure is the core passes that target, and neither comes near the wider one"
    assert target("shenzhen_ai_plan_2019.core_industry_scale.2023")["status"] == "met"


def test_a_promise_with_a_count_on_either_side_of_its_target_is_disputed(said):
    """Shenzhen's stations and Guangzhou's roads are one kind of case: two counts, one above the target and one below."""
    for promise, name in (("shenzhen_5g_2019.base_stations.2020-08", "five"), ("guangzhou_ai_pilot_plan_2021.av_open_road_km.2023", "road")):
        row = target(promise)
        assert said[f"{name}_other"] < float(row["target_value"]) == said[f"{name}_aim"] <= float(row["outcome_value"]) == said[f"{name}_came"]
        assert row["status"] == row["comparable"] == "disputed"


# What the article names, and the plans


def test_the_documents(said, outputs):
    named = [row for row in rows_of("policy/policies", named_in_article="true") if row["level"] != "private"]
    table = tables(outputs)["What the article of 2019 names, and what became of it"]
    assert len(table) == len(named) and all(row["became"] and row["short_name"] for row in named)
    assert all(any(row["became"] in became and row["date"] in document for document, became in table) for row in named)
    (claim,), plan = rows_of("claims", claim_id="sz_ai_plan_horizon"), policy("shenzhen_ai_plan_2019")
    assert [said[name] for name in ("misprint", "plan_start", "plan_end")] == [claim["claimed_value"], plan["horizon_start"], plan["horizon_end"]]
    assert said["years_before"] == int(plan["horizon_start"]) - int(claim["claimed_value"]) > 0
    assert (said["nansha"], said["dongguan"]) == (policy("nansha_ai_support_2018")["number"], policy("dongguan_ai_2025")["number"])


def test_links_of_the_table_lead_to_claims(outputs):
    (page,) = [html for html in pages_of(outputs) if "What the article of 2019 names" in html]
    linked = re.findall(r"#claim-(\w+)", page)
    assert linked and set(linked) <= {row["claim_id"] for row in read("claims.csv")}


def test_plans_follow_each_other(titles):
    """A plan that ran out had a later one of its city, begun in the year after at the latest."""
    shown = [row for row in read("policy/policies.csv") if row["short_name"] and row["instrument"] in ("plan", "institution", "fund")]
    by_place = defaultdict(list)
    for row in shown:
        start = int(row["horizon_start"])
        by_place[{"guangdong": "china"}.get(row["place"], row["place"])].append((start, int(row["horizon_end"] or start), bool(row["horizon_end"])))
    alone = [
        (place, end)
        for place, spans in by_place.items()
        for _, end, ends in spans
        if ends and end < 2026 and not any(start <= end + 1 and last > end for start, last, _ in spans)
    ]
    assert not alone
    assert titles["named-plans"] == "When a plan runs out, the next has already begun"


# Cars


def test_roads(said, titles):
    assert (said["km_gz"], said["km_2019"]) == (pytest.approx(guangzhou_roads()), roads("guangzhou", "2019-06-20"))
    assert said["km_sz"] == roads("shenzhen", "2025-12") > said["km_gz"]  # "more than Guangzhou in July"
    before = roads("shenzhen", "2022-08") + roads("shenzhen_pingshan", "2023-08")
    fourth = roads("shenzhen", "2023-08", "open_road_km_added")
    assert before + fourth == pytest.approx(said["parts_sum"])
    assert before + fourth == pytest.approx(roads("shenzhen", "2023-08"), abs=0.5)
    assert said["fourth_share"] == pytest.approx(100 * fourth / before)
    times = guangzhou_roads() / roads("guangzhou", "2019-06-20")
    assert titles["test-roads"] == f"Guangzhou has {times:.0f} times as much road open to test cars as in 2019"
    assert {row["place"] for row in rows_of("breaks", dataset="av_testing", indicator="open_road_km")} >= {"guangzhou", "shenzhen"}


@pytest.mark.parametrize(
    ("name", "cell"),
    {
        "pony": ("robotaxi_fleet_pony_ai", "china", "2025-11"),
        "nansha_cars": ("robotaxi_licensed_vehicles", "guangzhou_nansha", "2022-04-24"),
        "orders": ("robotaxi_orders_per_vehicle_day", "shenzhen", "2026-02"),
        "small": ("driverless_service_vehicles", "shenzhen", "2025-11"),
        "hk_cars": ("test_vehicles", "hong_kong", "2026-01"),
        "sz_firms": ("test_firms", "shenzhen", "2025-05"),
        "gz_plates": ("test_permits", "guangzhou", "2019-06-20"),
        "licences": ("pilot_licences", "hong_kong", "2026-01"),
        "weride": ("robotaxi_trips", "guangzhou_huangpu", "2021-01"),
        "hk_km": ("test_km_cumulative", "hong_kong", "2026-01"),
    }.items(),
)
def test_what_drives_without_a_driver(said, name, cell):
    assert said[name] == value("policy/av_testing", *cell)


# AI, apps, rankings, bays


def pages_of(outputs):
    return [output.data["text/html"] for output in outputs if 'numbers"' in output.get("data", {}).get("text/html", "")]


def tables(outputs):
    """By its caption, the cells of each table of the page."""
    found = {}
    for page in pages_of(outputs):
        table = BeautifulSoup(page, "html.parser").table
        assert {head["scope"] for head in table.select("th")} == {"col"}
        found[table.caption.get_text()] = [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]
    return found


def ai_figures():
    """The figures of the table on AI, from the files: what is there, and what was promised."""
    there = [("ai_enterprises_same_method", place, "2020") for place in ("shenzhen", "guangzhou")]
    there += [("ai_patent_applications_2011_2020", place, "2020") for place in ("shenzhen", "guangzhou")]
    there += [("generative_models_filed", place, "2025-06") for place in ("china", "prd_five_cities")]
    there += [("generative_models_filed", "beijing", "2025-12"), ("generative_models_filed", "guangzhou", "2025"), ("ai_enterprises", "shenzhen", "2025")]
    there += [("intelligent_compute", "shenzhen", "2025-12"), ("intelligent_compute", "hong_kong", "2025-07")]
    there += [("ai_enterprises", "guangzhou_nansha", "2019-11")]
    compute = ["shenzhen_ai_measures_2024.compute_intelligent.2025", "shenzhen_155_2026.compute_available.2030", "hong_kong_aisc_2024.compute.2026"]
    aims = [float(row["target_value"]) / {"PFLOPS": 1000}.get(row["unit"], 1) for row in map(target, [*compute, "nansha_ai_plan_2018.ai_firms.2020"])]
    return sorted([*(value("policy/ai_industry", *cell) for cell in there), *aims])


def test_the_table_on_ai(outputs):
    rows = tables(outputs)["AI in numbers: what studies, a register and governments print"]
    told = [float(hit.replace(",", "")) for _, figures in rows for hit in re.findall(r"([\d,.]+) \((?:promised for )?\d{4}\)", figures)]
    assert sorted(told) == ai_figures()
    assert all("Source: " in figures for _, figures in rows)


def test_models_and_apps(said):
    five, china, beijing = (value("policy/ai_industry", "generative_models_filed", place, "2025-06") for place in ("prd_five_cities", "china", "beijing"))
    assert said["filed_share"] == pytest.approx(100 * five / china)
    assert (said["filed_five"], said["filed_beijing"]) == (five, beijing)
    assert (said["rank_gz"], said["rank_sz"]) == ("3rd", "5th")
    users = 100 * value("policy/digital_government", "government_app_users", "hong_kong", "2025-12-23")
    latest = max((row["period"], float(row["value"])) for row in rows_of("history/population", indicator="residents_midyear", place="hong_kong", status="main"))
    assert said["app"] == pytest.approx(users / latest[1])
    assert target("hong_kong_iam_smart_2020.registered_users.2025")["status"] == "met"


def verb(place):
    """Three places between the edition of 2023 and the newest are noise."""
    steps = value("policy/smart_city_rank", "imd_rank", place, "2023") - value("policy/smart_city_rank", "imd_rank", place, "2025")
    return "climb" if steps > 3 else "fall" if steps < -3 else "stand"


def test_imd(said, titles):
    for short, place in THREE.items():
        assert said[f"imd_{short}"] == value("policy/smart_city_rank", "imd_rank", place, "2025")
        assert said[f"imd_{short}_2023"] == value("policy/smart_city_rank", "imd_rank", place, "2023")
    assert [verb(place) for place in THREE.values()] == ["stand", "climb", "climb"]
    assert titles["imd-rank"] == "In IMD's index Hong Kong stands still; Shenzhen and Guangzhou climb"


def order_of_lists():
    """Of each current list the ranks of the three."""
    editions = {"imd": "2025", "isui": "2025", "ccid_digital_city": "2023", "ccid_digital_economy": "2023"}
    lists = {
        name: {row["place"]: float(row["value"]) for row in rows_of("policy/smart_city_rank", indicator=f"{name}_rank", period=year, place=THREE.values())}
        for name, year in editions.items()
    }
    classes = rows_of("policy/city_grades", measure="gawc_class", period="2024", place=THREE.values())
    lists["gawc"] = {row["place"]: ["Alpha+", "Alpha", "Alpha-"].index(row["grade"]) for row in classes}
    return lists


def test_rankings(said, titles):
    with_hk = {name: ranks for name, ranks in order_of_lists().items() if "hong_kong" in ranks}
    assert {min(ranks, key=ranks.get) for ranks in with_hk.values()} == {"hong_kong"}
    assert titles["rankings"] == said["podium"] == "Every current list of smart or world cities that ranks all three puts Hong Kong first"
    assert said["n_without"] == len(order_of_lists()) - len(with_hk)
    assert said["gz_before"] == "GaWC" and [name for name, ranks in order_of_lists().items() if ranks["guangzhou"] < ranks["shenzhen"]] == ["gawc"]
    assert with_hk["isui"]["hong_kong"] < with_hk["imd"]["hong_kong"], "the list made in Hong Kong ranks it highest"
    hk, sz = (value("policy/smart_city_rank", "cass_unhabitat_rank", place, "2018") for place in ("hong_kong", "shenzhen"))
    assert said["cass_sz"] == sz < hk == said["cass_hk"]


def bay(indicator, place, edition="2021"):
    figures = [(row["period"], float(row["value"])) for row in rows_of("policy/bay_areas", indicator=indicator, place=place, edition=edition)]
    return max(figures)[1]


def test_bays(said, titles):
    head = 1000 * bay("gdp", "gba") / bay("population", "gba")
    assert titles["four-bays"] == f"One resident of San Francisco's bay makes as much as {bay('gdp_per_head', 'sf_bay') / head:.1f} of this one"
    people = {place: bay("population", place) for place in BAYS}
    assert people["gba"] > said["others_population"] == pytest.approx(sum(people[place] for place in BAYS[1:]))
    used = [row["period"] for row in rows_of("policy/bay_areas", edition=["2017", "2021"], place=BAYS)
            if (row["indicator"], row["edition"]) in {*((name, "2021") for name in ("population", "gdp", "gdp_per_head")), ("container_throughput", "2017")}]
    assert (said["bays_from"], said["bays_to"]) == (min(used), max(used))
    boxes = {place: bay("container_throughput", place, "2017") for place in BAYS}
    assert said["boxes_times"] == pytest.approx(boxes["gba"] / max(boxes[place] for place in BAYS[1:]))


def test_headquarters(said):
    for year in ("2020", "2025"):
        for place in THREE.values():
            assert said[f"f_{year}_{place}"] == value("policy/bay_areas", "fortune_global_500_headquarters", place, year, edition=year, status="main")


def test_titles_are_short_and_have_one_number(titles):
    for name, title in titles.items():
        assert len(title) < 90, f"{name}: {len(title)}"
        numbers = re.findall(r"\d[\d,]*(?:\.\d+)?", re.sub(r"\b(?:19|20)\d\d\b", "", title))
        assert len(numbers) <= 1, f"{name}: {title}"
