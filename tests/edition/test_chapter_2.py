"""Chapter 2's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import re

import pytest
from bookpages import ROOT, read, verdicts
from ledger import NUMBERS, preferred, rows_of

CHAPTER = ROOT / "book" / "02-pipeline.ipynb"
CITIES = ("hong_kong", "guangzhou", "shenzhen")
PARTS = {"hong_kong": 2021, "guangzhou": 2021, "shenzhen": 2021}  # the years of the steps of the first exhibit
NEWEST = {"hong_kong": 2024, "guangzhou": 2021, "shenzhen": 2023, "china": 2024}  # of the exhibit on who does the research
LISTS = {"gei": ("unicorn_count_gei", "2020", 2020), "cb": ("unicorn_count_cbinsights", "2025-10", 2024)}  # list, period, year of the people
pytestmark = pytest.mark.xdist_group("chapter 2")


def value(dataset, indicator, place, period, **more):
    """The one figure that is preferred."""
    return float(preferred(dataset, indicator, place=place, period=str(period), **more)[0]["value"])


def newest(dataset, indicator, place):
    """Period and figure of the newest main row."""
    period = max(row["period"] for row in rows_of(dataset, indicator=indicator, place=place, status="main"))
    return period, value(dataset, indicator, place, period)


def research(indicator, place, year):
    return value("rd_expenditure", indicator, place, year)


def dollars(indicator, place, year):
    """Billion US dollars at the average rate of the year."""
    issuer, scale = ("hong_kong", 1e6) if place == "hong_kong" else ("china", 1e8)
    return research(indicator, place, year) * scale / value("exchange_rate", "exchange_rate_lcu_per_usd", issuer, year) / 1e9


def people(place, year):
    """Residents of the newest year until then: of a census before those of the year's end."""
    kinds = ("residents_midyear",) if place == "hong_kong" else ("residents_census", "residents_year_end")
    rows = [row for row in read("population.csv") if row["place"] == place and row["indicator"] in kinds and row["status"] == "main"]
    last = max(row["period"] for row in rows if int(row["period"]) <= year)
    kind = next(kind for kind in kinds if any(row["indicator"] == kind and row["period"] == last for row in rows))
    return value("population", kind, place, last)


def share(amounts):
    return {place: 100 * amount / sum(amounts.values()) for place, amount in amounts.items()}


def per_person(key, place):
    indicator, period, year = LISTS[key]
    return value("unicorns", indicator, place, period) / people(place, year)


def steps():
    """Hong Kong's share at every step of the first exhibit."""
    amounts = {"people": {place: people(place, 2024) for place in CITIES}}
    amounts |= {part: {place: dollars(part, place, year) for place, year in PARTS.items()} for part in ("herd", "berd")}
    amounts["pct"] = {place: value("patents", "pct_applications", place, 2016) for place in CITIES}
    amounts |= {key: {place: value("unicorns", indicator, place, period) for place in CITIES} for key, (indicator, period, _) in LISTS.items()}
    return {key: share(cities)["hong_kong"] for key, cities in amounts.items()}


def of_total(part, place):
    return 100 * research(part, place, NEWEST[place]) / research("gerd", place, NEWEST[place])


def in_hundred(indicator, year, *places):
    """Universities of the places in the first hundred of a list."""
    return sum(bool(row["value_upper"]) and float(row["value"]) <= 100 for row in picked_ranks(indicator, year) if row["place"] in places)


def picked_ranks(indicator, year):
    rows = rows_of("university_rank", indicator=indicator, period=str(year), status="main")
    return list({row["university"]: row for row in rows}.values())


def cluster_ranks():
    ours = ("cluster_shenzhen_hong_kong", "cluster_shenzhen_hong_kong_guangzhou")
    return {row["period"]: (row["place"], float(row["value"])) for row in rows_of("innovation_cluster", indicator="gii_cluster_rank") if row["place"] in ours}


def spin_offs():
    return rows_of("spinoffs", use_in_flow="yes")


def births():
    """Companies whose birthplace is known; those born in Hong Kong by some source."""
    known = [row for row in spin_offs() if row["founding_city"]]
    return len(known), sum("hong_kong" in (row["founding_city"], row["founding_city_other"]) for row in known)


def campuses():
    return rows_of("joint_labs", kind="campus")


def test_the_steps_from_people_to_firms(said):
    hong_kong = steps()
    assert {key: said[f"s_{key}"] for key in hong_kong} == pytest.approx(hong_kong)
    assert (said["q_herd"], said["q_berd_pct"]) == pytest.approx((hong_kong["herd"] / hong_kong["people"], 100 * hong_kong["berd"] / hong_kong["people"]))
    assert said["bus_times"] == pytest.approx(dollars("berd", "shenzhen", 2021) / dollars("berd", "hong_kong", 2021))
    assert (said["s_herd"], said["s_berd"]) == pytest.approx((39.6, 4.35), abs=0.06)


@pytest.mark.parametrize(
    ("name", "part", "place", "known"),
    [
        ("op_hk_uni", "herd", "hong_kong", 56.1), ("op_hk_bus", "berd", "hong_kong", 38.9), ("op_gz_bus", "berd", "guangzhou", 62.6),
        ("op_gz_uni", "herd", "guangzhou", 17.2), ("op_sz_bus", "berd", "shenzhen", 93.3), ("cn_bus", "berd", "china", 77.7),
    ],
)  # fmt: skip
def test_who_performs(said, name, part, place, known):
    assert said[name] == pytest.approx(of_total(part, place))
    assert said[name] == pytest.approx(known, abs=0.06)


def test_the_parts_are_of_the_newest_year_that_has_business():
    for place, year in NEWEST.items():
        assert max(row["period"] for row in rows_of("rd_expenditure", indicator="berd", place=place)) == str(year)


def test_money_and_people_of_research(said):
    last = [newest("rd_expenditure", "gerd_intensity", place)[1] for place in (*CITIES, "china")]
    assert [said[name] for name in ("hk_int", "gz_int", "sz_int", "cn_end")] == last == [1.13, 3.44, 6.67, 2.80]
    assert said["cn_int"] == research("gerd_intensity", "china", 2024) == 2.69  # of the year of Hong Kong's, not the preliminary figure of the next
    hong_kong, shenzhen = dollars("gerd", "hong_kong", 2024), dollars("gerd", "shenzhen", 2024)
    assert (said["hk_usd"], said["sz_usd"]) == pytest.approx((hong_kong, shenzhen))
    workers = [value("rd_personnel", "rd_personnel_fte", place, 2024) for place in ("hong_kong", "shenzhen")]
    assert said["fte_times"] == pytest.approx(workers[1] / workers[0])
    assert said["more_each"] == pytest.approx(100 * (hong_kong / workers[0] / (shenzhen / workers[1]) - 1))
    assert said["more_each"] > 0  # "a Hong Kong researcher has more money to work with"
    assert 2 * said["hk_int"] < said["cn_int"]  # "less than half of China's as a whole"
    assert research("gerd_intensity", "hong_kong", 2022) < 1.5  # the promise that was "not kept"
    assert (said["hk_herd"], said["gz_herd"]) == pytest.approx((dollars("herd", "hong_kong", 2021), dollars("herd", "guangzhou", 2021)))


def test_hong_kongs_gap_widens(said):
    grown = [100 * (research(part, "hong_kong", 2024) / research(part, "hong_kong", 2018) - 1) for part in ("herd", "berd")]
    assert [said["hk_uni_more"], said["hk_bus_more"]] == pytest.approx(grown)
    assert grown[0] > grown[1]  # "its universities are widening it"


def test_one_company(said):
    spent = dollars("rd_expenditure_huawei", "shenzhen", 2024)
    assert (said["hw_usd"], said["hw_hk"]) == pytest.approx((spent, spent / dollars("gerd", "hong_kong", 2024)))
    assert spent < dollars("gerd", "shenzhen", 2024)
    years = {row["period"] for row in rows_of("patents", indicator="pct_applications_huawei")}
    shared = max(years & {row["period"] for row in rows_of("patents", indicator="pct_applications", place="shenzhen")})
    assert (str(said["hw_pct_year"]), said["hw_pct"]) == (shared, value("patents", "pct_applications_huawei", "shenzhen", shared))


def test_patents(said):
    filed = [value("patents", "pct_applications", place, 2016) for place in ("shenzhen", "guangzhou", "hong_kong")]
    assert [said[name] for name in ("sz_pct", "gz_pct", "hk_pct")] == filed == [19647, 1642, 480]
    assert said["hk_inv"] == pytest.approx(value("patents", "pct_inventions_by_inventor", "hong_kong", 2020) / 5)
    last = max(row["period"] for row in rows_of("patents", indicator="pct_applications", place="shenzhen"))
    assert (str(said["pct_last"]), said["sz_pct_last"]) == (last, value("patents", "pct_applications", "shenzhen", last))
    assert said["pct_way"] == ("fallen" if said["sz_pct_last"] < filed[0] else "risen")


def test_unicorns(said):
    for key in LISTS:
        assert said[f"{key}_ratio"] == pytest.approx(100 * per_person(key, "hong_kong") / per_person(key, "shenzhen"))
    assert (said["gei_ratio"], said["cb_ratio"]) == pytest.approx((35.1, 111.6), abs=0.3)
    held = value("unicorns", "unicorn_count_cbinsights", "hong_kong", "2022-11")
    assert said["cb_hong_kong"] == held  # "as many as in 2022"
    assert said["cb_shenzhen"] < said["cb_sz_then"] == value("unicorns", "unicorn_count_cbinsights", "shenzhen", "2022-11")
    assert said["hu_sz"] == newest("unicorns", "unicorn_count_hurun", "shenzhen")[1] > value("unicorns", "unicorn_count_hurun", "shenzhen", 2023)


def test_words_that_carry_a_judgement_are_those_of_the_figures(said):
    """Every word that the chapter chooses, with the figures that choose it."""
    cb = said["cb_ratio"]
    assert said["middle"] == ("The missing middle" if 2 * said["s_berd"] < said["s_people"] else "The middle")
    assert said["hk_word"] == ("most" if of_total("herd", "hong_kong") > 50 else "much")
    assert said["sz_word"] == ("nearly all" if of_total("berd", "shenzhen") > 90 else "most")
    beside = said["gz_herd"] / said["hk_herd"]
    assert said["gz_word"] == ("as much as" if abs(beside - 1) < 0.05 else "more than" if beside > 1 else "less than")
    down = research("berd", "hong_kong", 2024) / research("gerd", "hong_kong", 2024) < research("berd", "hong_kong", 2015) / research("gerd", "hong_kong", 2015)
    assert said["hk_way"].startswith("shrinks") == down
    assert ("spend more" in said["hk_way"]) == (down and research("berd", "hong_kong", 2024) > research("berd", "hong_kong", 2015))
    assert said["cb_words"].split()[0] == ("as" if abs(cb - 100) <= 5 else "more" if cb > 100 else "fewer")
    assert ("is back" in said["end_words"]) == (cb >= 95)
    assert said["lag"] == ("Whether" if min(cb, said["gei_ratio"]) < 95 <= max(cb, said["gei_ratio"]) else "How far")
    known, high = births()
    assert said["elsewhere"] == ("Most" if 2 * high < known else "Many")
    beyond = [row["founding_city"] for row in spin_offs() if row["founding_city"] not in ("", "hong_kong")]
    inside = sum(city in ("shenzhen", "guangzhou", "dongguan", "zhuhai") for city in beyond)
    assert said["born_words"].startswith(f"at most {NUMBERS[high]} of {NUMBERS[known]} were founded in Hong Kong")
    assert ("most of the others elsewhere in the bay" in said["born_words"]) == (2 * inside > len(beyond))


def test_companies(said):
    assert (len(spin_offs()), *births()) == (14, 13, 5)
    assert [said[name] for name in ("n_flow", "known", "high", "n_ust")] == [NUMBERS[n] for n in (14, *births(), len(found_of_hkust()))]
    assert said["n_unborn"] == NUMBERS[14 - births()[0]]
    [sensetime], [dji], [paradigm] = (rows_of("spinoffs", company=key) for key in ("sensetime", "dji", "fourth_paradigm"))
    assert (sensetime["founding_city"], sensetime["hq_city"], sensetime["hq_city_other"]) == ("hong_kong", "hong_kong", "")
    assert (dji["hq_city"], dji["stock_exchange"], paradigm["hq_city"], paradigm["stock_exchange"][:4]) == ("shenzhen", "unlisted", "beijing", "HKEX")
    parts = [value("tech_transfer", "companies_around_li_zexiang", place, 2025) for place in ("gba", "hong_kong", "shenzhen", "dongguan")]
    assert [said[name] for name in ("li_all", "li_hk", "li_sz", "li_dg")] == parts


def found_of_hkust():
    return [row for row in spin_offs() if row["university"] == "hkust"]


@pytest.mark.parametrize(("name", "year", "known"), [("qs", 2019, 4), ("qs", 2020, 5), ("the", 2020, 3)])
def test_universities_in_the_first_hundred(said, name, year, known):
    assert said[f"{name}_{year}"] == NUMBERS[in_hundred(f"{name}_rank", year, "hong_kong")] == NUMBERS[known]


def test_cluster(said):
    ranks = cluster_ranks()
    assert {period for period, (_, rank) in ranks.items() if rank != 2} == {str(said["first_year"])} == {"2025"}
    assert (said["pct_rank"], said["publication_rank"], said["vc_deal_rank"]) == ("2nd", "3rd", "6th")


def test_bridges(said):
    assert (said["campuses"], said["late"]) == (NUMBERS[len(campuses())], NUMBERS[sum(row["date"] >= "2020" for row in campuses())])
    assert said["lesser"] == NUMBERS[len(rows_of("joint_labs", use_on_timeline="second_line"))]
    [nansha] = rows_of("joint_labs", bridge="hkust_guangzhou")
    assert (nansha["date_signed"], nansha["date_opened"]) == ("2018-12-21", "2022-09-01")
    assert said["open_years"] == pytest.approx(3.7, abs=0.05)
    labs = [row for row in read("joint_labs.csv") if row["use_on_timeline"] == "yes" and row["kind"] != "campus"]
    giants = [row["date"][:4] for row in labs if re.search("Tencent|Alibaba|JD", row["partner"])]
    assert giants.count(said["rush"]) == max(map(giants.count, giants))


def test_parks(said):
    rows = sorted(rows_of("tech_transfer", indicator="science_park_companies"), key=lambda row: row["period"])
    assert (said["sp_first"], said["sp_last"]) == (float(rows[0]["value"]), float(rows[-1]["value"]))
    assert said["innohk"] == value("tech_transfer", "innohk_laboratories", "hong_kong", 2021) == 28


def test_verdicts_are_those_of_the_trial(said):
    """The chapter counts the claims on research, founders and laboratories as the trial is expected to, and links each where it tells of it."""
    expected = verdicts()
    section = {row["claim_id"]: expected[row["claim_id"]] for row in rows_of("claims", section="pipeline")}
    count = [list(section.values()).count(verdict) for verdict in ("holds", "does not hold", "held then, not now")]
    told = [said[name] for name in ("n_tried", "n_held", "n_fell", "n_then", "n_rest")]
    assert told == [NUMBERS[n] for n in (len(section), *count, len(section) - sum(count))]
    prose = CHAPTER.read_text(encoding="utf-8")
    assert not [claim for claim in section if f"#claim-{claim}" not in prose]


#: The numbers of titles in their order, computed from the CSV files; the others have none.
TITLES = {
    "leaky-pipeline": lambda: [f"{steps()['berd']:.0f}"],
    "rd-intensity": lambda: [f"{newest('rd_expenditure', 'gerd_intensity', 'shenzhen')[1] / newest('rd_expenditure', 'gerd_intensity', 'hong_kong')[1]:.0f}"],
    "patents": lambda: [f"{dollars('rd_expenditure_huawei', 'shenzhen', 2024) / dollars('gerd', 'hong_kong', 2024):.0f}"],
}
#: What titles claim in words: exhibit, the words, and whether the files bear them out.
WORDS = [
    ("leaky-pipeline", "The missing middle", lambda: steps()["herd"] > steps()["people"] > 2 * steps()["berd"]),
    ("who-performs", "most of Hong Kong's research, firms nearly all", lambda: of_total("herd", "hong_kong") > 50 and of_total("berd", "shenzhen") > 90),
    ("rd-intensity", "as Hong Kong", lambda: len({newest("rd_expenditure", "gerd_intensity", place)[0] for place in ("shenzhen", "hong_kong")}) == 1),
    ("hong-kong-performers", "though they spend more", lambda: research("berd", "hong_kong", 2024) > research("berd", "hong_kong", 2015)),
    ("university-ranks", "has five universities", lambda: in_hundred("qs_rank", 2027, "hong_kong") == 5),
    ("university-ranks", "Shenzhen none", lambda: in_hundred("qs_rank", 2027, "guangzhou", "shenzhen") == 0),
    ("cluster-rank", "Second for five years", lambda: sum(place.endswith("guangzhou") and rank == 2 for place, rank in cluster_ranks().values()) == 5),
    ("cluster-rank", "when venture capital", lambda: "venture" in rows_of("breaks", indicator="gii_cluster_rank", first_after="2025")[0]["reason"]),
    ("patents", "Huawei alone", lambda: len(rows_of("rd_expenditure", indicator="rd_expenditure_huawei", period="2024")) == 1),
    ("unicorns", "Whether Hong Kong lags", lambda: [per_person(key, "hong_kong") < per_person(key, "shenzhen") for key in LISTS] == [True, False]),
    ("founders-flow", "Most of", lambda: 2 * births()[1] < births()[0]),
    ("bridges", "four campuses across the border, two since", lambda: len(campuses()) == 4 and sum(row["date"] > "2019" for row in campuses()) == 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words", "borne_out"), WORDS, ids=[f"{name}: {words}" for name, words, _ in WORDS])
def test_what_titles_claim_in_words(titles, name, words, borne_out):
    assert words in titles[name]
    assert borne_out(), f"{titles[name]!r} is no longer so"


def test_numbers_of_the_titles(titles):
    """Every number that a title prints, computed a second time from the files: one at most, in one line or two of a phone."""
    assert set(titles) == {name for name, *_ in WORDS}, "every title was looked at"
    for name, title in titles.items():
        numbers = re.findall(r"(?<![\w-])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", title)
        assert numbers == TITLES.get(name, list)() and len(numbers) <= 1 and len(title) < 90, title
