"""Chapter 2's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import re

import pytest
from bookpages import ROOT, read, verdicts

CHAPTER = ROOT / "book" / "02-pipeline.ipynb"
NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
pytestmark = pytest.mark.xdist_group("chapter 2")


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


def found(dataset, **fields):
    return [row for row in read(f"pipeline/{dataset}.csv") if all(row[name] == wanted for name, wanted in fields.items())]


def count(dataset, **fields):
    return len(found(dataset, **fields))


def spin_offs():
    return [row for row in read("pipeline/spinoffs.csv") if row["use_in_flow"] == "yes"]


def born(city):
    return sum(row["founding_city"] == city for row in spin_offs())


def hong_kong_in_hundred(indicator, year):
    rows = [row for row in read("pipeline/university_rank.csv") if (row["indicator"], row["place"], row["period"]) == (indicator, "hong_kong", str(year))]
    return sum(bool(row["value_upper"]) and float(row["value_upper"]) <= 100 for row in rows)


def staff(place, year):
    return value("pipeline/rd_personnel", "rd_personnel_fte", place, year)


def shares_of_three(part):
    return share({place: dollars(part, place, year) for place, year in {"hong_kong": 2022, "guangzhou": 2021, "shenzhen": 2021}.items()})


def quotients(part):
    residents = share({place: people(place, 2022) for place in ("hong_kong", "guangzhou", "shenzhen")})
    return shares_of_three(part)["hong_kong"] / residents["hong_kong"]


def best_ranks():
    """First and last of the five in QS of 2027, and the best single rank of a university of the two mainland cities since 2017."""
    rows = [row for row in read("pipeline/university_rank.csv") if row["indicator"] in ("qs_rank", "the_rank")]
    five = [
        float(row["value"])
        for row in rows
        if (row["indicator"], row["period"]) == ("qs_rank", "2027") and row["university"] in ("hku", "cuhk", "hkust", "polyu", "cityu")
    ]
    chosen = ("sun_yat_sen", "scut", "sustech", "shenzhen_university")
    return min(five), max(five), min(float(row["value"]) for row in rows if row["university"] in chosen and row["period"] >= "2017")


def unicorn_answers(only=None):
    kinds = ("cbinsights", "gei", "government", "foundation")
    wanted = {f"unicorn_count_{kind}" for kind in kinds} | {"unicorns_with_hong_kong_link", "unicorns_with_hong_kong_link_based_there"}
    rows = [row for row in found("unicorns", place="hong_kong") if row["indicator"] in wanted]
    return [float(row["value"]) for row in rows if (row["period"] >= "2019" if only is None else row["period"][:4] == str(only))]


def judged_witnesses():
    """The nine points of the three witnesses: borne out, in part (a professor is co-founder only), disputed, in the article only."""
    yes = partly = disputed = alone = 0
    for row in read("pipeline/spinoffs.csv"):
        if row["company"] in ("dji", "sensetime", "fourth_paradigm"):
            yes += row["university_link"] in ("student_founder", "professor_founder")
            partly += row["university_link"] == "professor_cofounder"
            for key in ("founding_city", "hq_city"):
                at_home = {city == "hong_kong" for city in (row[key], row[f"{key}_other"]) if city}
                yes, disputed, alone = yes + (at_home == {False}), disputed + (len(at_home) == 2), alone + (not at_home)
    return yes, partly, disputed, alone


def unicorn(indicator, period="2021"):
    return value("pipeline/unicorns", indicator, "hong_kong", period)


def staying():
    """Least and largest share of three counts in Hong Kong, and that of industry's research staff."""
    known = [row for row in spin_offs() if row["founding_city"]]
    sure = sum(row["founding_city"] == "hong_kong" and not row["founding_city_other"] for row in known) / len(known)
    births = {row["indicator"]: float(row["value"]) for row in read("pipeline/unicorns.csv") if row["indicator"].startswith("unicorns_born_in_hong_kong")}
    gone = births["unicorns_born_in_hong_kong_moved_mainland"] + births["unicorns_born_in_hong_kong_moved_usa"]
    study = 1 - gone / births["unicorns_born_in_hong_kong_5y"]
    linked = unicorn("unicorns_with_hong_kong_link_based_there") / unicorn("unicorns_with_hong_kong_link")
    at = {row["indicator"]: float(row["value"]) for row in read("pipeline/tech_transfer.csv") if row["indicator"].startswith("industry_rd_staff")}
    return min(sure, study, linked), max(sure, study, linked), at["industry_rd_staff_at_home"] / sum(at.values())


def laboratories(*, with_giants):
    rows = [row for row in read("pipeline/joint_labs.csv") if row["kind"] in ("joint_laboratory", "industry_laboratory")]
    if with_giants:
        return [row for row in rows if any(word in row["partner"] for word in ("Tencent", "Alibaba", "JD"))]
    return [row for row in rows if row["partner_home"] == "mainland"]


def full_bridges():
    return [row for row in laboratories(with_giants=True) if row["university"] and row["city"] == "hong_kong"]


def high_tech(place, year):
    return value("pipeline/tech_transfer", "high_tech_enterprises", place, year)


def metric_rank(part):
    return value("pipeline/innovation_cluster", f"cluster_{part}_rank", "cluster_shenzhen_hong_kong_guangzhou", 2025)


def filed_through_the_mainland():
    """The most that Hong Kong filed in a year."""
    return max(float(row["value"]) for row in found("patents", indicator="pct_applications", place="hong_kong"))


def by_inventor():
    """What inventors in Hong Kong filed in a mean year of the five."""
    return value("pipeline/patents", "pct_inventions_by_inventor", "hong_kong", 2020) / 5


def new_cluster_method(first_edition):
    return [row for row in read("breaks.csv") if (row["dataset"], row["first_after"]) == ("innovation_cluster", first_edition)]


def per_dollar_of(issuer, year):
    return value("history/exchange_rate", "exchange_rate_lcu_per_usd", issuer, year)


def cluster_ranks():
    ours = ("cluster_shenzhen_hong_kong", "cluster_shenzhen_hong_kong_guangzhou")
    rows = [row for row in read("pipeline/innovation_cluster.csv") if row["indicator"] == "gii_cluster_rank" and row["place"] in ours]
    return [(row["period"], float(row["value"])) for row in rows]


def newest(dataset, **fields):
    return max(row["period"] for row in found(dataset, **fields))


def newest_of_both(indicator):
    return {newest("rd_expenditure", indicator=indicator, place=place) for place in ("shenzhen", "hong_kong")}


def places_with(dataset, **fields):
    return {row["place"] for row in found(dataset, **fields)}


def across(part):
    """The share of a performer in Hong Kong, Guangzhou and Shenzhen."""
    return [performed(place, year)[part] for place, year in (("hong_kong", 2022), ("guangzhou", 2021), ("shenzhen", 2021))]


def money_each(place, year):
    return dollars("gerd", place, year) / staff(place, year)


def best_of(*places, period=None):
    """The best single rank of each university of the places, in QS or THE, in every edition or in one of QS; the best first."""
    wanted = ("qs_rank", "the_rank") if period is None else ("qs_rank",)
    rows = [row for row in read("pipeline/university_rank.csv") if row["indicator"] in wanted and row["place"] in places and period in (None, row["period"])]
    return sorted(min(float(row["value"]) for row in rows if row["university"] == one) for one in {row["university"] for row in rows})


def labs_of(partner):
    return [row for row in laboratories(with_giants=True) if partner in row["partner"]]


def claim(key):
    return next(row for row in read("claims.csv") if row["claim_id"] == key)


def concentration(place):
    """Share of university and of business research of the three cities, each over the share of their residents."""
    residents = share({city: people(city, 2022) for city in ("hong_kong", "guangzhou", "shenzhen")})
    return [shares_of_three(part)[place] / residents[place] for part in ("herd", "berd")]


def residents_share():
    return share({place: people(place, 2022) for place in ("hong_kong", "guangzhou", "shenzhen")})["hong_kong"]


def per_dollar(indicator, period):
    """The cities in the order of unicorns over research money, the most first."""
    cities = ("hong_kong", "shenzhen", "guangzhou")
    return sorted(cities, key=lambda place: -value("pipeline/unicorns", indicator, place, period) / dollars("gerd", place, int(period[:4])))


def against_shenzhen(indicator, period):
    return 100 * per_million(indicator, "hong_kong", period) / per_million(indicator, "shenzhen", period)


#: For every exhibit the numbers of its title in their order, computed from the CSV files; years that name an edition are part of the words.
TITLES = {
    "who-performs": lambda: [f"{performed('hong_kong', 2022)['herd']:.0f}", f"{performed('shenzhen', 2021)['berd']:.0f}"],
    "rd-intensity": lambda: [
        f"{research('gerd_intensity', 'shenzhen', 2024):.2f}", "2024",
        f"{research('gerd_intensity', 'shenzhen', 2024) / research('gerd_intensity', 'hong_kong', 2024):.1f}",
        f"{research('gerd_intensity', 'hong_kong', 2024):.2f}",
    ],
    "rd-level": lambda: [f"{dollars('gerd', 'shenzhen', 2024) / dollars('gerd', 'hong_kong', 2024):.1f}", "2015"],
    "performers-in-dollars": lambda: [
        f"{dollars('herd', 'hong_kong', 2022) / dollars('herd', 'shenzhen', 2021):.1f}", "1",
        f"{dollars('berd', 'shenzhen', 2021) / dollars('berd', 'hong_kong', 2022):.0f}", "1",
    ],
    "hong-kong-performers": lambda: [f"{performed('hong_kong', 2015)['berd']:.0f}", "2015", f"{performed('hong_kong', 2024)['berd']:.0f}", "2024"],
    "research-people": lambda: [
        f"{staff('shenzhen', 2024) / staff('hong_kong', 2024):.0f}",
        f"{100 * (dollars('gerd', 'hong_kong', 2024) / staff('hong_kong', 2024) / (dollars('gerd', 'shenzhen', 2024) / staff('shenzhen', 2024)) - 1):.0f}",
    ],
    "first-hundred": lambda: [
        "2019", f"{hong_kong_in_hundred('qs_rank', 2019)}", f"{hong_kong_in_hundred('the_rank', 2019)}", "2020", f"{hong_kong_in_hundred('qs_rank', 2020)}",
    ],
    "university-ranks": lambda: [f"{best_ranks()[0]:.0f}", f"{best_ranks()[1]:.0f}", "2027", f"{best_ranks()[2]:.0f}"],
    "cluster-rank": lambda: [max(period for period, rank in cluster_ranks() if rank == 2), min(period for period, rank in cluster_ranks() if rank == 1)],
    "cluster-metrics": lambda: ["2025", *(f"{metric_rank(part):.0f}" for part in ("pct", "publication", "vc_deal"))],
    "patents": lambda: [
        f"{value('pipeline/patents', 'pct_applications', 'shenzhen', 2016):,.0f}", "2016",
        f"{value('pipeline/patents', 'pct_applications', 'shenzhen', 2016) / value('pipeline/patents', 'pct_applications', 'guangzhou', 2016):.0f}",
    ],
    "unicorns": lambda: [f"{against_shenzhen('unicorn_count_cbinsights', '2022-11'):.0f}", f"{against_shenzhen('unicorn_count_gei', '2020'):.0f}"],
    "how-many-unicorns": lambda: ["2019", f"{min(unicorn_answers()):.0f}", f"{max(unicorn_answers()):.0f}"],
    "firms": lambda: [f"{value('pipeline/tech_transfer', 'startups', 'hong_kong', 2024):,.0f}", f"{high_tech('shenzhen', 2024):,.0f}"],
    "founders-flow": lambda: [
        f"{sum(bool(row['founding_city']) for row in spin_offs())}",
        f"{sum(row['founding_city'] == 'hong_kong' and not row['founding_city_other'] for row in spin_offs())}",
        f"{sum('hong_kong' in (row['founding_city'], row['founding_city_other']) for row in spin_offs())}",
    ],
    "founders-map": lambda: [f"{born(city)}" for city in ("hong_kong", "shenzhen", "dongguan")],
    "founders-table": lambda: [
        f"{len(spin_offs())}", f"{sum(not row['hq_city'] for row in spin_offs())}",
        f"{sum(bool(row['founding_city_other'] or row['hq_city_other']) for row in spin_offs())}",
    ],
    "three-witnesses": lambda: [f"{sum(judged_witnesses())}", *(f"{points}" for points in judged_witnesses())],
    "witnesses-since": lambda: [
        f"{value('pipeline/spinoff_values', 'valuation', 'shenzhen', 2025) * 0.1 / per_dollar_of('china', 2025):.0f}",
    ],
    "stay-or-go": lambda: [f"{100 * part:.0f}" for part in staying()],
    "bridges": lambda: [
        f"{len(read('pipeline/joint_labs.csv'))}", f"{count('joint_labs', kind='campus')}", f"{len(laboratories(with_giants=False))}",
        f"{sum(row['date'].startswith('2018') for row in read('pipeline/joint_labs.csv'))}", "2018",
    ],
    "three-giants": lambda: [],
    "leaky-pipeline": lambda: [f"{100 * shares_of_three('herd')['hong_kong']:.0f}", f"{100 * shares_of_three('berd')['hong_kong']:.0f}"],
    "lead-and-leak": lambda: [f"{quotients('herd'):.1f}", f"{quotients('berd'):.2f}"],
    "unicorns-per-billion": lambda: [],
}  # fmt: skip


NO_FIRM = {"government", "University", "Ministry"}
#: What titles claim in words rather than in numbers: exhibit, the words, and whether the files bear them out.
WORDS = [
    ("who-performs", "Guangzhou lies between", lambda: across("herd") == sorted(across("herd"), reverse=True)),
    ("who-performs", "Guangzhou lies between", lambda: across("berd") == sorted(across("berd"))),
    ("rd-intensity", "in 2024", lambda: newest_of_both("gerd_intensity") == {"2024"}),
    ("rd-level", "Shenzhen spends", lambda: newest_of_both("gerd") == {"2024"}),
    ("rd-level", "Guangzhou was already ahead in 2015", lambda: dollars("gerd", "guangzhou", 2015) > dollars("gerd", "hong_kong", 2015)),
    ("performers-in-dollars", "Hong Kong's universities outspend", lambda: dollars("herd", "hong_kong", 2022) > dollars("herd", "shenzhen", 2021)),
    ("performers-in-dollars", "Shenzhen's firms outspend", lambda: dollars("berd", "shenzhen", 2021) > dollars("berd", "hong_kong", 2022)),
    ("hong-kong-performers", "fell from", lambda: performed("hong_kong", 2024)["berd"] < performed("hong_kong", 2015)["berd"]),
    ("hong-kong-performers", "while the amount grew", lambda: research("berd", "hong_kong", 2024) > research("berd", "hong_kong", 2015)),
    ("research-people", "per cent more money behind it", lambda: money_each("hong_kong", 2024) > money_each("shenzhen", 2024)),
    ("first-hundred", "Four Hong Kong universities", lambda: claim("hk_four_top100")["claimed_value"] == "4"),
    ("first-hundred", "ARWU none", lambda: not count("university_rank", indicator="arwu_in_top100", place="hong_kong", period="2019")),
    ("university-ranks", "Hong Kong's best five", lambda: best_of("hong_kong", period="2027")[4] == best_ranks()[1]),
    ("university-ranks", "none of Guangzhou or Shenzhen", lambda: best_of("guangzhou", "shenzhen")[0] == best_ranks()[2]),
    ("cluster-rank", "Second in every edition seen until 2024", lambda: {rank for period, rank in cluster_ranks() if period <= "2024"} == {2}),
    ("cluster-rank", "is first in 2025", lambda: {rank for period, rank in cluster_ranks() if period >= "2025"} == {1}),
    ("cluster-rank", "when venture capital was added", lambda: any("venture" in row["reason"] for row in new_cluster_method("2025"))),
    ("cluster-metrics", "First of all clusters in 2025", lambda: dict(cluster_ranks())["2025"] == 1),
    ("cluster-metrics", "without being first in anything", lambda: all(metric_rank(part) > 1 for part in ("pct", "publication", "vc_deal"))),
    ("patents", "depends on where one looks", lambda: by_inventor() > filed_through_the_mainland()),
    ("unicorns", "the third does not count it", lambda: "hong_kong" not in places_with("unicorns", indicator="unicorn_count_hurun", period="2023")),
    ("how-many-unicorns", "by who counts and what", lambda: len(set(unicorn_answers(2021))) > 1),
    ("firms", "Shenzhen over", lambda: count("tech_transfer", indicator="high_tech_enterprises", place="shenzhen", period="2024", qualifier="over") == 1),
    (
        "firms", "cannot be compared",
        lambda: not places_with("tech_transfer", indicator="high_tech_enterprises") & places_with("tech_transfer", indicator="startups"),
    ),
    ("three-witnesses", "All three firms left Hong Kong, says the article", lambda: claim("three_left_hk")["claim_en"].endswith("all chose the mainland")),
    ("witnesses-since", "DJI, last put at", lambda: newest("spinoff_values", company="dji", indicator="valuation") == "2025"),
    ("bridges", "laboratories with mainland firms", lambda: not [row for row in laboratories(with_giants=False) if NO_FIRM & {*row["partner"].split()}]),
    ("three-giants", "Tencent, Alibaba and JD all announced laboratories", lambda: all(labs_of(giant) for giant in ("Tencent", "Alibaba", "JD"))),
    ("three-giants", "announced", lambda: {row["date_kind"] for row in laboratories(with_giants=True)} == {"announced"}),
    ("leaky-pipeline", "there the pipe narrows", lambda: shares_of_three("herd")["hong_kong"] > residents_share() > shares_of_three("berd")["hong_kong"]),
    ("lead-and-leak", "Shenzhen reverses it", lambda: concentration("hong_kong")[0] > 1 > concentration("hong_kong")[1]),
    ("lead-and-leak", "Shenzhen reverses it", lambda: concentration("shenzhen")[0] < 1 < concentration("shenzhen")[1]),
]  # fmt: skip
#: Titles that claim nothing but their numbers, and one whose whole sentence is put together again in `test_words_of_the_titles`.
NO_MORE_WORDS = {"founders-flow", "founders-map", "founders-table", "stay-or-go", "unicorns-per-billion"}


@pytest.mark.parametrize(("name", "words", "borne_out"), WORDS, ids=[f"{name}: {words}" for name, words, _ in WORDS])
def test_what_titles_claim_in_words(titles, name, words, borne_out):
    assert words in titles[name]
    assert borne_out(), f"{titles[name]!r} is no longer so"


def test_the_words_of_every_title_were_looked_at(titles):
    assert {name for name, *_ in WORDS} | NO_MORE_WORDS == set(titles)


def test_every_exhibit_has_its_title_computed_again(titles):
    assert set(titles) == set(TITLES)


@pytest.mark.parametrize("name", TITLES)
def test_numbers_of_the_titles(titles, name):
    """Every number that a title prints, in its order, computed a second time from the files."""
    assert re.findall(r"(?<![\w-])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", titles[name]) == TITLES[name]()


@pytest.mark.parametrize("name", TITLES)
def test_titles_are_one_sentence_of_a_screen(titles, name):
    assert len(titles[name]) <= 130


def test_words_of_the_titles(titles):
    """Titles that tell an order or a count in words."""
    names = {"hong_kong": "Hong Kong", "shenzhen": "Shenzhen", "guangzhou": "Guangzhou"}
    cb, gei = per_dollar("unicorn_count_cbinsights", "2022-11"), per_dollar("unicorn_count_gei", "2020")
    most = f"Per dollar of research {names[cb[0]]} has the most unicorns by one list and by the other {names[gei[0]]}"
    assert titles["unicorns-per-billion"] == f"{most}, with {names[gei[-1]]} last"
    assert f"only {NUMBERS[len(full_bridges())]} of the {NUMBERS[len(laboratories(with_giants=True))]} " in titles["three-giants"]
    exchange = {row["company"]: row["stock_exchange"] for row in spin_offs()}
    assert exchange["sensetime"].startswith("HKEX")
    assert exchange["fourth_paradigm"].startswith("HKEX")
    assert exchange["dji"] == "unlisted"


def test_worth_then_and_now(said):
    listed = value("pipeline/spinoff_values", "ipo_market_value", "beijing", "2023-09-28") / 1e3 / per_dollar_of("hong_kong", 2023)
    assert said["fp_worth"] == pytest.approx(listed)
    assert (said["st_worth"], said["dji_2018"], said["st_first"]) == (16, 16, 1.5)
    assert (said["st_ipo"], said["fp_ipo"], said["dji_year"]) == ("2021", "2023", "2025")


def test_verdicts_are_those_of_the_trial(said):
    """The list of what holds says of every claim on research, founders and laboratories what is expected of the trial, and leaves none out."""
    section = {row["claim_id"] for row in read("claims.csv") if row["section"] == "pipeline"}
    expected = verdicts()
    assert {name[2:]: verdict for name, verdict in said.items() if name.startswith("v_")} == {claim: expected[claim] for claim in section}


def test_research_people(said):
    assert said["sz_dense"] == pytest.approx(1000 * staff("shenzhen", 2024) / people("shenzhen", 2024))
    assert said["hk_dense"] == pytest.approx(1000 * staff("hong_kong", 2024) / people("hong_kong", 2024))
    assert said["gz_dense"] == pytest.approx(1000 * staff("guangzhou", 2022) / people("guangzhou", 2022))
    assert (round(said["hk_dense"], 1), round(said["gz_dense"], 1), round(said["sz_dense"], 1)) == (6.3, 9.8, 26.3)


def test_universities_grew_in_every_year_seen():
    years = sorted(row["period"] for row in read("pipeline/rd_expenditure.csv") if (row["indicator"], row["place"]) == ("herd", "hong_kong"))
    amounts = [research("herd", "hong_kong", year) for year in years]
    assert amounts == sorted(amounts)
    assert len(amounts) >= 8
