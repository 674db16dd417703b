"""Chapter 2's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import re

import pytest
from bookpages import ROOT, read, verdicts

CHAPTER = ROOT / "book" / "02-pipeline.ipynb"
NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
CITIES = {"hong_kong": 2022, "guangzhou": 2021, "shenzhen": 2021}  # with the year whose performers of research are shown
PARTS = ("berd", "herd", "goverd", "other_performed")
pytestmark = pytest.mark.xdist_group("chapter 2")


def value(dataset, indicator, place, period):
    """One figure: main before aside, then the better grade, then the newer source."""
    known = {row["source"]: row for row in read("sources.csv")}
    rows = found(dataset, indicator=indicator, place=place, period=str(period))
    rows.sort(key=lambda row: known[row["source"]]["date"], reverse=True)
    rows.sort(key=lambda row: (row["status"] != "main", known[row["source"]]["grade"]))
    return float(rows[0]["value"])


def found(dataset, **fields):
    return [row for row in read(f"{dataset}.csv") if all(row[name] == wanted for name, wanted in fields.items())]


def numbers(dataset, **fields):
    return {float(row["value"]) for row in found(dataset, **fields)}


def research(indicator, place, year):
    return value("rd_expenditure", indicator, place, year)


def dollars(indicator, place, year):
    """Billion US dollars at the average rate of the year."""
    issuer, scale = ("hong_kong", 1e6) if place == "hong_kong" else ("china", 1e8)
    return research(indicator, place, year) * scale / value("exchange_rate", "exchange_rate_lcu_per_usd", issuer, year) / 1e9


def people(place, year):
    mainland = "residents_census" if year == 2020 else "residents_year_end"
    return value("population", "residents_midyear" if place == "hong_kong" else mainland, place, year)


def staff(place):
    return value("rd_personnel", "rd_personnel_fte", place, 2024)


def against_shenzhen(indicator, period):
    """Unicorns per resident of Hong Kong as a percentage of those of Shenzhen."""
    each = [value("unicorns", indicator, place, period) / people(place, int(period[:4])) for place in ("hong_kong", "shenzhen")]
    return 100 * each[0] / each[1]


def performed(place, year):
    """The parts of a place's research in per cent of their sum."""
    parts = {row["indicator"]: float(row["value"]) for row in found("rd_expenditure", place=place, period=str(year)) if row["indicator"] in PARTS}
    return {name: 100 * part / sum(parts.values()) for name, part in parts.items()}


def across(part):
    """The share of a performer in Hong Kong, Guangzhou and Shenzhen."""
    return [performed(place, year)[part] for place, year in CITIES.items()]


def of_three(amounts):
    return {place: amount / sum(amounts.values()) for place, amount in amounts.items()}


def residents():
    return of_three({place: people(place, 2022) for place in CITIES})


def part_of_three(part):
    return of_three({place: dollars(part, place, year) for place, year in CITIES.items()})


def in_hundred(indicator, year):
    """Universities of Hong Kong in the first hundred of a list."""
    rows = found("university_rank", indicator=indicator, place="hong_kong", period=str(year))
    return len({row["university"] for row in rows if row["value_upper"] and float(row["value_upper"]) <= 100})


def ranked(*places, period=None):
    """The single ranks of the universities of places in QS and THE since 2017, or in one edition of QS, the best first."""
    lists = ("qs_rank", "the_rank") if period is None else ("qs_rank",)
    rows = [row for row in read("university_rank.csv") if row["indicator"] in lists and row["place"] in places and row["period"] >= "2017"]
    return sorted(float(row["value"]) for row in rows if period in (None, row["period"]))


def cluster_ranks():
    ours = ("cluster_shenzhen_hong_kong", "cluster_shenzhen_hong_kong_guangzhou")
    return {row["period"]: float(row["value"]) for row in found("innovation_cluster", indicator="gii_cluster_rank") if row["place"] in ours}


def filed(place):
    return value("patents", "pct_applications", place, 2016)


def by_inventor():
    """What inventors in Hong Kong filed in a mean year of the five."""
    return value("patents", "pct_inventions_by_inventor", "hong_kong", 2020) / 5


def spin_offs():
    return found("spinoffs", use_in_flow="yes")


def births():
    """Companies whose birthplace is known; those born in Hong Kong by every source, and by some source."""
    known = [row for row in spin_offs() if row["founding_city"]]
    sure = [row for row in known if row["founding_city"] == "hong_kong" and not row["founding_city_other"]]
    return len(known), len(sure), sum("hong_kong" in (row["founding_city"], row["founding_city_other"]) for row in known)


def judged_witnesses():
    """The nine points of the three witnesses: borne out, in part (a professor is co-founder only), disputed, in the article only."""
    yes = partly = disputed = alone = 0
    for row in read("spinoffs.csv"):
        if row["company"] in ("dji", "sensetime", "fourth_paradigm"):
            yes += row["university_link"] in ("student_founder", "professor_founder")
            partly += row["university_link"] == "professor_cofounder"
            for key in ("founding_city", "hq_city"):
                at_home = {city == "hong_kong" for city in (row[key], row[f"{key}_other"]) if city}
                yes, disputed, alone = yes + (at_home == {False}), disputed + (len(at_home) == 2), alone + (not at_home)
    return yes, partly, disputed, alone


def laboratories():
    return [row for row in read("joint_labs.csv") if row["kind"] in ("joint_laboratory", "industry_laboratory")]


def of_the_mainland():
    return [row for row in laboratories() if row["partner_home"] == "mainland"]


def of_giants():
    return [row for row in laboratories() if any(giant in row["partner"] for giant in ("Tencent", "Alibaba", "JD"))]


def of_year(year):
    return [row for row in read("joint_labs.csv") if row["date"].startswith(year)]


SHARES = [
    ("op_hk_uni", "herd", "hong_kong", 2022, 54.3),
    ("op_hk_bus", "berd", "hong_kong", 2022, 41.0),
    ("op_gz_bus", "berd", "guangzhou", 2021, 62.6),
    ("op_gz_uni", "herd", "guangzhou", 2021, 17.2),
    ("op_sz_bus", "berd", "shenzhen", 2021, 94.1),
    ("cn_bus", "berd", "china", 2022, 79.3),
    ("hk_bus_last", "berd", "hong_kong", 2024, 38.9),
    ("hk_uni_last", "herd", "hong_kong", 2024, 56.1),
]


@pytest.mark.parametrize(("name", "part", "place", "year", "known"), SHARES, ids=[name for name, *_ in SHARES])
def test_who_performs(said, name, part, place, year, known):
    assert said[name] == pytest.approx(performed(place, year)[part])
    assert said[name] == pytest.approx(known, abs=0.06)
    # The shares are of the sum of the parts; the published total must not tell another story.
    if place != "china":
        assert sum(research(key, place, year) for key in performed(place, year)) == pytest.approx(research("gerd", place, year), rel=0.001)


def test_money_and_people_of_research(said):
    last = [research("gerd_intensity", place, year) for place, year in (("hong_kong", 2024), ("shenzhen", 2024), ("guangzhou", 2023))]
    assert [said["hk_int"], said["sz_int"], said["gz_int"]] == last == [1.13, 6.67, 3.44]
    hong_kong, shenzhen = dollars("gerd", "hong_kong", 2024), dollars("gerd", "shenzhen", 2024)
    assert (said["hk_usd"], said["sz_usd"], said["sz_hk"]) == pytest.approx((hong_kong, shenzhen, 7.44), abs=0.01)
    assert said["bus_times"] == pytest.approx(dollars("berd", "shenzhen", 2021) / dollars("berd", "hong_kong", 2022))
    assert (said["hk_herd"], said["gz_herd"]) == pytest.approx((dollars("herd", "hong_kong", 2022), dollars("herd", "guangzhou", 2021)))
    assert said["gz_herd"] > said["hk_herd"]  # "at least as much"
    assert said["fte_times"] == pytest.approx(staff("shenzhen") / staff("hong_kong"))
    assert said["more_each"] == pytest.approx(100 * (hong_kong / staff("hong_kong") / (shenzhen / staff("shenzhen")) - 1))
    assert said["more_each"] > 0


def test_research_of_hong_kongs_universities_grew_in_every_year_seen():
    amounts = [research("herd", "hong_kong", year) for year in sorted(row["period"] for row in found("rd_expenditure", indicator="herd", place="hong_kong"))]
    assert amounts == sorted(amounts)
    assert len(amounts) >= 8


def test_unicorns(said):
    lists = against_shenzhen("unicorn_count_cbinsights", "2022-11"), against_shenzhen("unicorn_count_gei", "2020")
    assert (said["cb_ratio"], said["gei_ratio"]) == pytest.approx(lists)
    assert lists == pytest.approx((84.1, 35.2), abs=0.06)
    kinds = {f"unicorn_count_{kind}" for kind in ("cbinsights", "gei", "government", "foundation")}
    kinds |= {"unicorns_with_hong_kong_link", "unicorns_with_hong_kong_link_based_there"}
    told = [float(row["value"]) for row in found("unicorns", place="hong_kong") if row["indicator"] in kinds and row["period"] >= "2019"]
    assert (said["fewest"], said["most"]) == (min(told), max(told))


def test_companies(said):
    assert (len(spin_offs()), *births()) == (13, 11, 3, 5)
    assert [said[name] for name in ("n_flow", "known", "low", "high")] == [NUMBERS[n] for n in (13, 11, 3, 5)]
    assert (said["low_share"], said["high_share"]) == pytest.approx((300 / 11, 500 / 11))
    assert said["n_based"] == NUMBERS[sum(bool(row["hq_city"]) for row in spin_offs())]
    born, mainland, usa = (value("unicorns", f"unicorns_born_in_hong_kong_{key}", "hong_kong", 2019) for key in ("5y", "moved_mainland", "moved_usa"))
    assert said["study_stayed"] == pytest.approx(100 * (born - mainland - usa) / born)
    [home], [elsewhere] = (numbers("tech_transfer", indicator=f"industry_rd_staff_{where}") for where in ("at_home", "elsewhere"))
    assert said["home_share"] == pytest.approx(100 * home / (home + elsewhere))


def test_listings(said):
    rate = value("exchange_rate", "exchange_rate_lcu_per_usd", "hong_kong", 2023)
    assert said["fourth_paradigm_worth"] == pytest.approx(value("spinoff_values", "ipo_market_value", "beijing", "2023-09-28") / 1e3 / rate)
    assert (said["sensetime_worth"], said["sensetime_ipo"], said["fourth_paradigm_ipo"]) == (16, "2021", "2023")
    exchange = {row["company"]: row["stock_exchange"][:8] for row in spin_offs()}
    assert (exchange["sensetime"][:4], exchange["fourth_paradigm"][:4], exchange["dji"]) == ("HKEX", "HKEX", "unlisted")


@pytest.mark.parametrize(("name", "year", "known"), [("qs", 2019, 4), ("qs", 2020, 5), ("the", 2020, 3)])
def test_universities_in_the_first_hundred(said, name, year, known):
    assert said[f"{name}_{year}"] == NUMBERS[in_hundred(f"{name}_rank", year)] == NUMBERS[known]


def test_cluster(said):
    assert {period for period, rank in cluster_ranks().items() if rank != 2} == {str(said["first_year"])} == {"2025"}
    assert (said["pct_rank"], said["publication_rank"], said["vc_deal_rank"]) == (2, 3, 6)


def test_patents(said):
    assert [said[name] for name in ("sz_pct", "gz_pct", "hk_pct")] == [filed(place) for place in ("shenzhen", "guangzhou", "hong_kong")] == [19647, 1642, 480]
    assert said["hk_inv"] == pytest.approx(by_inventor())
    assert max(numbers("patents", indicator="pct_applications", place="shenzhen")) == said["sz_pct"]  # "all later counts that were found are lower"


@pytest.mark.parametrize("part", ["herd", "berd"])
def test_pipeline_shares(said, part):
    of_part = part_of_three(part)
    assert said[f"s_{part}"] == pytest.approx(100 * of_part["hong_kong"])
    for name, place in ((f"q_{part}", "hong_kong"), (f"sz_q_{part}", "shenzhen")):
        assert said[name] == pytest.approx(of_part[place] / residents()[place])
    assert said[f"s_{part}"] == pytest.approx({"herd": 41.9, "berd": 4.6}[part], abs=0.06)
    assert (said[f"q_{part}"] > 1) == (said[f"sz_q_{part}"] < 1), "Shenzhen reverses it"


def test_bridges(said):
    assert said["rush"] == NUMBERS[len(of_year("2018"))]
    assert said["n_lesser"] == NUMBERS[len(found("joint_labs", use_on_timeline="second_line"))]
    [nansha] = found("joint_labs", bridge="hkust_guangzhou")
    assert (nansha["date_signed"], nansha["date_opened"]) == ("2018-12-21", "2022-09-01")
    assert said["open_years"] == pytest.approx(3.7, abs=0.05)
    full = [row["label"] for row in of_giants() if row["university"] and row["city"] == "hong_kong"]
    assert (said["n_built"], said["n_full"], said["full_bridge"]) == (NUMBERS[len(of_giants())], NUMBERS[len(full)], *full)
    assert {row["date_kind"] for row in of_giants()} == {"announced"}


def test_verdicts_are_those_of_the_trial(said):
    """The list of what holds says of every claim on research, founders and laboratories what is expected of the trial, and leaves none out."""
    expected = verdicts()
    section = {row["claim_id"]: expected[row["claim_id"]] for row in found("claims", section="pipeline")}
    assert {name[2:]: verdict for name, verdict in said.items() if name.startswith("v_")} == section
    prose = CHAPTER.read_text(encoding="utf-8")
    assert not [claim for claim in section if f"`v_{claim}:" not in prose]


#: For every exhibit the numbers of its title in their order, computed from the CSV files; years that name an edition are part of the words.
TITLES = {
    "who-performs": lambda: [f"{across('herd')[0]:.0f}", f"{across('berd')[2]:.0f}"],
    "rd-intensity": lambda: [
        f"{research('gerd_intensity', 'shenzhen', 2024):.2f}", "2024",
        f"{research('gerd_intensity', 'shenzhen', 2024) / research('gerd_intensity', 'hong_kong', 2024):.1f}",
        f"{research('gerd_intensity', 'hong_kong', 2024):.2f}",
    ],
    "hong-kong-performers": lambda: [f"{performed('hong_kong', 2015)['berd']:.0f}", "2015", f"{performed('hong_kong', 2024)['berd']:.0f}", "2024"],
    "university-ranks": lambda: [
        *(f"{ranked('hong_kong', period='2027')[n]:.0f}" for n in (0, 4)), "2027", f"{ranked('guangzhou', 'shenzhen')[0]:.0f}",
    ],
    "cluster-rank": lambda: [max(period for period, rank in cluster_ranks().items() if rank == n) for n in (2, 1)],
    "patents": lambda: [f"{filed('shenzhen'):,.0f}", "2016", f"{filed('shenzhen') / filed('guangzhou'):.0f}"],
    "unicorns": lambda: [f"{against_shenzhen('unicorn_count_cbinsights', '2022-11'):.0f}", f"{against_shenzhen('unicorn_count_gei', '2020'):.0f}"],
    "founders-flow": lambda: [f"{n}" for n in births()],
    "founders-table": lambda: [
        f"{len(spin_offs())}", f"{sum(not row['hq_city'] for row in spin_offs())}",
        f"{sum(bool(row['founding_city_other'] or row['hq_city_other']) for row in spin_offs())}",
    ],
    "three-witnesses": lambda: [f"{sum(judged_witnesses())}", *(f"{points}" for points in judged_witnesses())],
    "bridges": lambda: [
        f"{len(read('joint_labs.csv'))}", f"{len(found('joint_labs', kind='campus'))}",
        f"{len(of_the_mainland())}", f"{len(of_year('2018'))}", "2018",
    ],
    "leaky-pipeline": lambda: [f"{100 * part_of_three(part)['hong_kong']:.0f}" for part in ("herd", "berd")],
}  # fmt: skip


def newest_of_both(indicator):
    return {max(row["period"] for row in found("rd_expenditure", indicator=indicator, place=place)) for place in ("shenzhen", "hong_kong")}


NO_FIRM = {"government", "University", "Ministry"}
#: What titles claim in words rather than in numbers: exhibit, the words, and whether the files bear them out.
WORDS = [
    ("who-performs", "Guangzhou lies between", lambda: across("herd") == sorted(across("herd"), reverse=True) and across("berd") == sorted(across("berd"))),
    ("rd-intensity", "in 2024", lambda: newest_of_both("gerd_intensity") == {"2024"}),
    ("hong-kong-performers", "fell from", lambda: performed("hong_kong", 2024)["berd"] < performed("hong_kong", 2015)["berd"]),
    ("hong-kong-performers", "while the amount grew", lambda: research("berd", "hong_kong", 2024) > research("berd", "hong_kong", 2015)),
    ("university-ranks", "best five", lambda: {"hku", "cuhk", "hkust", "polyu", "cityu"} == {row["university"] for row in best_five()}),
    ("cluster-rank", "Second in every edition seen until 2024", lambda: {rank for period, rank in cluster_ranks().items() if period <= "2024"} == {2}),
    ("cluster-rank", "when venture capital was added", lambda: "venture" in found("breaks", indicator="gii_cluster_rank", first_after="2025")[0]["reason"]),
    ("patents", "depends on where one looks", lambda: by_inventor() > max(numbers("patents", indicator="pct_applications", place="hong_kong"))),
    ("unicorns", "the third does not count it", lambda: not found("unicorns", indicator="unicorn_count_hurun", period="2023", place="hong_kong")),
    ("three-witnesses", "All three firms left Hong Kong", lambda: found("claims", claim_id="three_left_hk")[0]["claim_en"].endswith("all chose the mainland")),
    ("bridges", "with mainland firms", lambda: not [row for row in of_the_mainland() if NO_FIRM & {*row["partner"].split()}]),
    ("leaky-pipeline", "there the pipe narrows", lambda: part_of_three("herd")["hong_kong"] > residents()["hong_kong"] > part_of_three("berd")["hong_kong"]),
]  # fmt: skip
#: Titles that claim nothing but their numbers.
NO_MORE_WORDS = {"founders-flow", "founders-table"}


def best_five():
    return sorted(found("university_rank", indicator="qs_rank", place="hong_kong", period="2027"), key=lambda row: float(row["value"]))[:5]


@pytest.mark.parametrize(("name", "words", "borne_out"), WORDS, ids=[f"{name}: {words}" for name, words, _ in WORDS])
def test_what_titles_claim_in_words(titles, name, words, borne_out):
    assert words in titles[name]
    assert borne_out(), f"{titles[name]!r} is no longer so"


@pytest.mark.parametrize("name", TITLES)
def test_numbers_of_the_titles(titles, name):
    """Every number that a title prints, in its order, computed a second time from the files; and it is one sentence of a screen."""
    assert re.findall(r"(?<![\w-])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", titles[name]) == TITLES[name]()
    assert len(titles[name]) <= 130


def test_every_title_was_looked_at(titles):
    assert set(titles) == set(TITLES) == {name for name, *_ in WORDS} | NO_MORE_WORDS
