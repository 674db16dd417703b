"""Chapter 1's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import functools

import pytest
from bookpages import ROOT, read

CHAPTER = ROOT / "book" / "01-two-cities.ipynb"
pytestmark = pytest.mark.xdist_group("chapter 1")


@functools.cache
def series(dataset, indicator, place):
    """Value by year: main before aside, then the better grade, then the newer source."""
    known = {row["source"]: row for row in read("sources.csv")}
    rows = [row for row in read(f"history/{dataset}.csv") if row["indicator"] == indicator and row["place"] == place]
    rows.sort(key=lambda row: known[row["source"]]["date"], reverse=True)
    rows.sort(key=lambda row: (row["status"] != "main", known[row["source"]]["grade"]))
    chosen = {}
    for row in rows:
        chosen.setdefault(int(row["period"][:4]), float(row["value"]))
    return chosen


def yuan_per_dollar(year):
    return series("exchange_rate", "exchange_rate_lcu_per_usd", "china")[year]


def billion(place, year):
    """Output in billion dollars."""
    if place == "hong_kong":
        return series("gdp", "gdp_current_usd", place)[year]
    indicator = "gdp_current_lcu_revised" if place == "guangzhou" and year <= 2007 else "gdp_current_lcu"
    return series("gdp", indicator, place)[year] / 10 / yuan_per_dollar(year)


def per_head(place, year):
    """Output per head in dollars."""
    if place == "hong_kong":
        return billion(place, year) * 1e9 / series("population", "residents_midyear", place)[year]
    if place == "shenzhen" and year < 2020:
        residents = series("population", "residents_year_end", place)
        return billion(place, year) * 1e9 / ((residents[year] + residents[year - 1]) / 2)
    indicator = "gdp_per_capita_current_lcu" + ("_revised" if year <= 2007 else "")
    return series("gdp_per_capita", indicator, place)[year] / yuan_per_dollar(year)


def first_above(ratios):
    """The first year after the last year at or below one."""
    last = max(year for year, ratio in ratios.items() if ratio <= 1)
    return min(year for year in ratios if year > last)


@pytest.mark.parametrize(
    ("place", "year", "known"),
    [
        ("shenzhen", 2016, 0.915),
        ("shenzhen", 2017, 0.975),
        ("shenzhen", 2018, 1.013),
        ("shenzhen", 2023, 1.279),
        ("guangzhou", 2019, 0.942),
        ("guangzhou", 2020, 1.050),
        ("guangzhou", 2023, 1.122),
    ],
)
def test_ratios_to_hong_kong(place, year, known):
    assert billion(place, year) / billion("hong_kong", year) == pytest.approx(known, abs=0.0006)


@pytest.mark.parametrize(("place", "name", "known"), [("shenzhen", "sz", 2018), ("guangzhou", "gz", 2020)])
def test_crossing_years(said, place, name, known):
    ratios = {year: billion(place, year) / billion("hong_kong", year) for year in range(1994, 2024)}
    assert first_above(ratios) == known
    assert said[f"{name}_crossing"] == str(known)
    assert said[f"{name}_lead"] == pytest.approx(100 * (ratios[2023] - 1))
    assert said["last_year"] == "2023"


def test_ratios_that_are_said(said):
    for name, place, year in (("sz_2017", "shenzhen", 2017), ("sz_2018", "shenzhen", 2018), ("gz_2019", "guangzhou", 2019), ("gz_2020", "guangzhou", 2020)):
        assert said[name] == pytest.approx(100 * billion(place, year) / billion("hong_kong", year))


def test_shenzhen_passes_guangzhou_on_printed_figures(said):
    ratios = {year: series("gdp", "gdp_current_lcu", "shenzhen")[year] / series("gdp", "gdp_current_lcu", "guangzhou")[year] for year in range(1994, 2025)}
    assert said["sz_gz_year"] == str(first_above(ratios)) == "2017"
    assert said["tie"] == pytest.approx(100 * (1 - ratios[2016]))
    assert said["tie"] < 0.5


def test_constant_exchange_rates(said):
    found = set()
    for rate in (yuan_per_dollar(year) for year in range(1994, 2025)):
        own = series("gdp", "gdp_current_lcu", "shenzhen")
        found.add(first_above({year: own[year] / 10 / rate / billion("hong_kong", year) for year in range(1994, 2024)}))
    assert (said["first_constant"], said["last_constant"]) == (str(min(found)), str(max(found))) == ("2017", "2022")


def test_what_a_revision_of_2017_would_need(said):
    assert said["needed"] == pytest.approx(100 * (billion("hong_kong", 2017) / billion("shenzhen", 2017) - 1))
    revised = series("gdp", "gdp_current_lcu_revised", "shenzhen")
    uplift = [revised[year] / series("gdp", "gdp_current_lcu", "shenzhen")[year] - 1 for year in (2010, 2016, 2020)]
    assert [round(100 * share, 1) for share in uplift] == [5.1, 6.1, 2.3]
    assert (said["uplift_least"], said["uplift_most"]) == pytest.approx((100 * min(uplift), 100 * max(uplift)))
    assert said["revised_2016"] == pytest.approx(100 * revised[2016] / 10 / yuan_per_dollar(2016) / billion("hong_kong", 2016))
    assert said["revised_2016"] < 100


def test_per_head(said):
    years = [year for year in range(1990, 2024) if year != 1993]
    ratios = {year: per_head("shenzhen", year) / per_head("hong_kong", year) for year in years}
    assert max(ratios.values()) < 1
    assert said["sz_head_max_year"] == str(max(ratios, key=ratios.get)) == "2019"
    assert [round(ratios[year], 3) for year in (2019, 2020, 2023)] == [0.609, 0.5, 0.544]
    assert [said["sz_head_max"], said["sz_head_2020"], said["sz_head_last"]] == pytest.approx([100 * ratios[year] for year in (2019, 2020, 2023)])
    assert said["gz_head_last"] == pytest.approx(100 * per_head("guangzhou", 2023) / per_head("hong_kong", 2023))
    assert said["gz_head_last"] == pytest.approx(45.0, abs=0.05)


def test_residents(said):
    residents, register = series("population", "residents_year_end", "shenzhen"), series("population", "registered_population_year_end", "shenzhen")
    assert said["elsewhere_2021"] == pytest.approx(100 * (1 - register[2021] / residents[2021]))
    assert said["census_found"] == pytest.approx((residents[2020] - residents[2019]) / 1e6)
    nine, registers = series("population", "residents_year_end_revised", "prd9"), series("population", "registered_population_year_end", "prd9")
    assert said["gap_2023"] == pytest.approx((nine[2023] - registers[2023]) / 1e6)
    assert said["gap_2023"] == pytest.approx(36.5, abs=0.05)
    assert abs(said["gap_1990"]) < 0.05


def test_seventy_million(said):
    cities = [row["place"] for row in read("places.csv") if row["parent"] == "prd9" and row["kind"] == "city"]
    assert len(cities) == 9
    beside = sum(series("population", "residents_midyear", place)[2018] for place in ("hong_kong", "macao"))
    assert said["old_2018"] == pytest.approx((sum(series("population", "residents_year_end", place)[2018] for place in cities) + beside) / 1e6)
    assert said["new_2018"] == pytest.approx((series("population", "residents_year_end_revised", "prd9")[2018] + beside) / 1e6)
    assert (round(said["old_2018"]), round(said["new_2018"])) == (71, 84)


def test_hollowing_out(said):
    whole = series("gdp_sector_value_added", "value_added_total", "hong_kong")
    made, finance = (series("gdp_sector_value_added", f"value_added_{sector}", "hong_kong") for sector in ("manufacturing", "finance_business"))
    assert [said["made_1980"], said["made_2011"], said["banked_1990"], said["banked_2011"]] == pytest.approx(
        [100 * made[1980] / whole[1980], 100 * made[2011] / whole[2011], 100 * finance[1990] / whole[1990], 100 * finance[2011] / whole[2011]]
    )
    assert [round(said[name], 1) for name in ("made_1980", "made_2011", "banked_1990", "banked_2011")] == [24.8, 1.8, 18.0, 31.0]
    assert said["added_crossing"] == str(first_above({year: finance[year] / made[year] for year in made}))
    assert said["money_peak_year"] == str(max(made, key=made.get))
    assert said["sold_last"] == series("gdp_sector_share", "manufacturing_share_of_gdp", "hong_kong")[2023]


def test_jobs(said):
    for name, kind, known in (("jobs_cross", "persons_engaged", 1997), ("survey_cross", "employed", 1998)):
        made, finance = (series("manufacturing_employment", f"{kind}_{sector}", "hong_kong") for sector in ("manufacturing", "finance_business"))
        assert said[name] == str(first_above({year: finance[year] / made[year] for year in made if year >= 1976})) == str(known)
    assert (round(said["jobs_1981"], -3), round(said["jobs_2011"], -3)) == (990_000, 137_000)


def test_secondary_share_of_shenzhen(said):
    shares = series("gdp_sector_share", "secondary_share_of_gdp", "shenzhen")
    added = [series("gdp_sector_value_added", f"value_added_{sector}", "shenzhen")[2024] for sector in ("primary", "secondary", "tertiary")]
    assert said["sz_peak"] == max(shares.values()) == shares[2004] == 61.59
    assert said["sz_now"] == pytest.approx(100 * added[1] / sum(added))
    assert [round(said["sz_now"], 1), round(shares[2021], 1)] == [37.8, 37.0]


@pytest.mark.parametrize(("place", "name", "known"), [("shenzhen", "box_crossing", 2013), ("guangzhou", "box_crossing_gz", 2018)])
def test_boxes(said, place, name, known):
    own, hong_kong = series("port_throughput", "container_throughput", place), series("port_throughput", "container_throughput", "hong_kong")
    assert said[name] == str(first_above({year: own[year] / hong_kong[year] for year in own if year in hong_kong})) == str(known)


def test_boxes_that_hong_kong_lost(said):
    boxes = series("port_throughput", "container_throughput", "hong_kong")
    assert said["hk_fall"] == pytest.approx(100 * (1 - boxes[2024] / boxes[2004]))
    assert said["hk_fall"] == pytest.approx(38, abs=0.5)


def three_shares(place, year):
    if place == "hong_kong" and year != 2021:
        parts = [series("gdp_sector_share", f"{part}_share_basic_prices", place)[year] for part in ("manufacturing", "utilities_waste", "construction")]
        primary = series("gdp_sector_share", "primary_share_basic_prices", place).get(year, 0)
        return primary, sum(parts), 100 - primary - sum(parts)
    ending = "_revised" if place == "guangzhou" and year <= 2007 else ""
    return tuple(series("gdp_sector_share", f"{sector}_share_of_gdp{ending}", place)[year] for sector in ("primary", "secondary", "tertiary"))


@pytest.mark.parametrize(
    ("name", "pair", "year", "known"),
    [
        ("hs_2005", ("hong_kong", "shenzhen"), 2005, 44.5),
        ("hs_2021", ("hong_kong", "shenzhen"), 2021, 30.7),
        ("hg_2005", ("hong_kong", "guangzhou"), 2005, 33.5),
        ("hg_2021", ("hong_kong", "guangzhou"), 2021, 22.0),
        ("gs_2005", ("guangzhou", "shenzhen"), 2005, 13.3),
        ("gs_2021", ("guangzhou", "shenzhen"), 2021, 9.6),
    ],
)
def test_structural_difference(said, name, pair, year, known):
    half = sum(abs(a - b) for a, b in zip(*(three_shares(place, year) for place in pair), strict=True)) / 2
    assert said[name] == pytest.approx(half)
    assert said[name] == pytest.approx(known, abs=0.06)


def test_map(said):
    cities = [row["place"] for row in read("places.csv") if row["parent"] == "prd9" and row["kind"] == "city"]
    people = {place: series("population", "residents_year_end", place)[2022] for place in cities}
    assert sum(people.values()) == pytest.approx(78_294_300, abs=100)
    people |= {place: series("population", "residents_midyear", place)[2022] for place in ("hong_kong", "macao")}
    area = {place: series("area", "land_area", place)[2018] for place in people}
    assert said["dens_sz"] == pytest.approx(people["shenzhen"] / area["shenzhen"])
    dollars = {place: series("gdp", "gdp_current_lcu", place)[2021] / 10 / yuan_per_dollar(2021) for place in cities}
    dollars |= {place: series("gdp", "gdp_current_usd", place)[2021] for place in ("hong_kong", "macao")}
    heads = {place: dollars[place] / people[place] for place in people}
    assert said["rich_ratio"] == pytest.approx(max(heads.values()) / min(heads.values()))
    names = {row["place"]: row["name_en"] for row in read("places.csv")}
    assert (said["richest"], said["poorest"]) == (names[max(heads, key=heads.get)], names[min(heads, key=heads.get)])
    assert sum(area.values()) == 56_094
