"""Chapter 1's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import functools
import re
from math import log, prod

import pytest
from bookpages import ROOT, read
from ledger import rows_of, series

CHAPTER = ROOT / "book" / "01-two-cities.ipynb"
THIRTY_YEARS, NOW = range(1994, 2026), 2025
#: The years in which the revised series begin; they end with the economic census of 2018.
REVISED = {"shenzhen": 2000, "guangzhou": 1978}
FRACTIONS = {"a tenth": 0.1, "a quarter": 0.25, "a third": 1 / 3, "half": 0.5, "two thirds": 2 / 3, "three quarters": 0.75, "nine tenths": 0.9, "all": 1.0}
pytestmark = pytest.mark.xdist_group("chapter 1")


def fact(dataset, **wanted):
    """The one number of a dataset's main rows under these columns."""
    [row] = rows_of(dataset, status="main", **wanted)
    return float(row["value"])


def aloud(share):
    return min(FRACTIONS, key=lambda words: abs(FRACTIONS[words] - share))


def per_dollar(place, year):
    return series("exchange_rate", "exchange_rate_lcu_per_usd", place)[year]


@functools.cache
def own_money(place):
    """Output in 100 million yuan, as revised where it was, else as printed; nothing printed stands between two revised years."""
    revised = {year: value for year, value in series("gdp", "gdp_current_lcu_revised", place).items() if REVISED[place] <= year <= 2018}
    printed = {year: value for year, value in series("gdp", "gdp_current_lcu", place).items() if not min(revised) <= year <= max(revised)}
    return printed | revised


def billion(place, year):
    """Output in billion dollars."""
    if place != "hong_kong":
        return own_money(place)[year] / 10 / per_dollar("china", year)
    known = series("gdp", "gdp_current_usd", place)
    return known[year] if year in known else series("gdp", "gdp_current_lcu", place)[year] / per_dollar(place, year) / SCALE


#: Hong Kong's own money stands in the file in millions.
SCALE = 1e3


def per_head(place, year):
    """Output per resident in dollars: over residents at mid-year where they are known, else as printed."""
    if place == "hong_kong":
        return billion(place, year) * 1e9 / series("population", "residents_midyear", place)[year]
    if place == "shenzhen" and year != 2020:
        residents = series("population", "residents_year_end", place)
        return billion(place, year) * 1e9 / ((residents[year] + residents[year - 1]) / 2)
    return series("gdp_per_capita", "gdp_per_capita_current_lcu", place)[year] / per_dollar("china", year)


def level(place, year):
    """What a dollar of output buys: the price level against that of the United States."""
    return series("purchasing_power", "ppp_lcu_per_international_dollar", place)[year] / per_dollar(place, year)


def first_above(ratios):
    """The first year after the last year at or below one."""
    last = max(year for year, ratio in ratios.items() if ratio <= 1)
    return min(year for year in ratios if year > last)


def over(top, under):
    return {year: top[year] / under[year] for year in sorted(top.keys() & under.keys())}


def ratios(place):
    return {year: billion(place, year) / billion("hong_kong", year) for year in THIRTY_YEARS if year in own_money(place)}


def lead_lost(place):
    """The best year of a lead, the lead then and now, and the share of it that is gone."""
    found = ratios(place)
    best = max(found, key=found.get)
    return best, 100 * (found[best] - 1), 100 * (found[NOW] - 1), 1 - (found[NOW] - 1) / (found[best] - 1)


# ---- what the prose says ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "name", "crossed", "known"), [
    ("shenzhen", "sz", 2017, {1994: 0.053, 2016: 0.97, 2017: 1.01, 2025: 1.262}),
    ("guangzhou", "gz", 2020, {1994: 0.087, 2019: 0.942, 2020: 1.05, 2022: 1.195, 2025: 1.044}),
])  # fmt: skip
def test_crossing_of_hong_kong(said, place, name, crossed, known):
    found = ratios(place)
    assert {year: found[year] for year in known} == pytest.approx(known, abs=0.006)
    assert said[f"{name}_crossing"] == str(first_above(found)) == str(crossed)
    assert (said[f"{name}_start"], said[f"{name}_now"]) == pytest.approx((100 * found[1994], 100 * found[NOW]))
    assert said[f"{name}_lead"] == pytest.approx(100 * found[NOW] - 100)


def test_crossing_as_printed_at_the_time(said):
    own = series("gdp", "gdp_current_lcu", "shenzhen")
    printed = {year: own[year] / 10 / per_dollar("china", year) / billion("hong_kong", year) for year in own if year in THIRTY_YEARS}
    assert said["sz_printed"] == str(first_above(printed)) == "2018"
    assert said["sz_gz"] == str(first_above(over(own_money("shenzhen"), own_money("guangzhou")))) == "2012"


def test_lead_of_guangzhou(said):
    best, most, now, gone = lead_lost("guangzhou")
    assert (said["gz_best"], said["gz_most"], said["gz_lead"]) == (str(best), pytest.approx(most), pytest.approx(now))
    assert (best, round(most, 1), round(now, 1)) == (2022, 19.5, 4.4)
    found, rate = ratios("guangzhou"), per_dollar("china", NOW) / per_dollar("china", best)
    assert said["rate_part"] == aloud(log(rate) / log(found[best] / found[NOW]))
    assert said["yuan_fall"] == pytest.approx(100 * (1 - 1 / rate))
    assert [found[year] > found[year + 1] for year in range(best, NOW)] == [True] * (NOW - best), "Hong Kong gains on it every year"
    assert said["gz_course"] == (f"has lost {aloud(gone)} of its lead since {best}" if gone > 0.1 else f"leads by {now:.0f} per cent, about as much as ever")


def test_growth(said):
    for place in ("shenzhen", "guangzhou", "hong_kong"):
        assert said[f"grew_{place}"] == fact("gdp_growth", indicator="gdp_growth_real", place=place, period=str(NOW))
    for year in ("2019", "2020", "2022"):
        assert said[f"shrank_{year}"] == -fact("gdp_growth", indicator="gdp_growth_real", place="hong_kong", period=year) > 0
    assert said["grew_guangzhou"] < said["grew_shenzhen"]


def test_what_each_added(said):
    added = {place: 100 * (billion(place, NOW) / billion(place, 2018) - 1) for place in ("hong_kong", "guangzhou", "shenzhen")}
    assert [said[f"{name}_added"] for name in ("hk", "gz", "sz")] == pytest.approx([*added.values()])
    assert list(added.values()) == sorted(added.values())
    grown = prod(1 + series("gdp_growth", "gdp_growth_real", "hong_kong")[year] / 100 for year in range(2019, NOW + 1))
    assert said["hk_real"] == pytest.approx(100 * grown - 100)
    fast, slow = (log(billion("hong_kong", last) / billion("hong_kong", first)) / (last - first) for first, last in ((1979, 1997), (1997, NOW)))
    assert fast > 0.08 and 0 < slow < 0.04, "it grew fast until 1997, and slowly since"


def test_steps_that_are_no_news(said):
    own = own_money("guangzhou")
    assert said["gz_rose"] == pytest.approx(100 * (own[1994] / own[1993] - 1))
    assert said["gz_fell"] == pytest.approx(100 * (1 - billion("guangzhou", 1994) / billion("guangzhou", 1993)))
    assert said["gz_fell"] > 0 < said["gz_rose"]
    change = {place: 100 * (own_money(place)[2018] / series("gdp", "gdp_current_lcu", place)[2018] - 1) for place in REVISED}
    assert (said["lift"], said["cut"]) == pytest.approx((change["shenzhen"], -change["guangzhou"]))
    assert min(said["lift"], said["cut"]) > 0


def test_per_head(said):
    against = {year: 100 * per_head("shenzhen", year) / per_head("hong_kong", year) for year in THIRTY_YEARS if year in own_money("shenzhen")}
    assert max(against.values()) < 67
    before = {year: value for year, value in against.items() if year < 2020}
    assert (said["old_year"], said["old_most"]) == (str(max(before, key=before.get)), pytest.approx(max(before.values())))
    assert (said["counted"], said["sz_rate"]) == pytest.approx((against[2020], against[NOW]))
    assert said["gz_rate"] == pytest.approx(100 * per_head("guangzhou", NOW) / per_head("hong_kong", NOW))
    assert (said["sz_half"], said["sz_head"]) == (aloud(against[NOW] / 100), pytest.approx(per_head("shenzhen", NOW) / 1e3))
    assert [round(said[name], 1) for name in ("sz_rate", "gz_rate", "counted")] == [52.2, 41.1, 50.0]


def test_purchasing_power(said):
    year = max(series("purchasing_power", "ppp_lcu_per_international_dollar", "china"))
    cheaper = level("hong_kong", year) / level("china", year)
    bought = [100 * per_head(place, year) / per_head("hong_kong", year) * cheaper for place in REVISED]
    assert [said["priced"], said["sz_price"], said["gz_price"]] == [str(year), *map(pytest.approx, bought)]
    assert said["sz_bought"] == aloud(bought[0] / 100)
    assert cheaper > 1
    assert [round(value, 1) for value in bought] == [77.4, 61.8]


def test_residents(said):
    residents, register = (series("population", name, "shenzhen") for name in ("residents_year_end", "registered_population_year_end"))
    elsewhere = {year: 100 - 100 * share for year, share in over(register, residents).items()}
    peak = max(elsewhere, key=elsewhere.get)
    assert (said["elsewhere_peak_year"], said["elsewhere_peak"]) == (str(peak), pytest.approx(elsewhere[peak]))
    assert said["census_found"] == pytest.approx((residents[2020] - residents[2019]) / 1e6)
    people, listed = (series("population", name, "prd9") for name in ("residents_year_end_revised", "registered_population_year_end"))
    both = max(people.keys() & listed.keys())
    assert (said["gap_year"], said["gap_last"]) == (str(both), pytest.approx((people[both] - listed[both]) / 1e6))


def test_seventy_million(said):
    cities = [row["place"] for row in read("places.csv") if row["parent"] == "prd9" and row["kind"] == "city"]
    assert len(cities) == 9
    beside = sum(series("population", "residents_midyear", place)[2018] for place in ("hong_kong", "macao"))
    assert said["old_2018"] == pytest.approx((sum(series("population", "residents_year_end", place)[2018] for place in cities) + beside) / 1e6)
    assert said["new_2018"] == pytest.approx((series("population", "residents_year_end_revised", "prd9")[2018] + beside) / 1e6)
    assert (round(said["old_2018"]), round(said["new_2018"])) == (71, 84)


def test_jobs(said):
    made, finance = (series("manufacturing_employment", f"persons_engaged_{sector}", "hong_kong") for sector in ("manufacturing", "finance_business"))
    assert said["jobs_cross"] == str(first_above({year: ratio for year, ratio in over(finance, made).items() if year >= 1976})) == "1997"
    assert said["jobs_1987"] == pytest.approx(made[1987] / 1e3)
    assert said["lost_jobs"] == aloud(1 - made[1997] / made[1987])
    assert made[1997] < made[1987] / 2, "late and fast"


def test_boxes_and_trade(said):
    boxes = {place: series("port_throughput", "container_throughput", place) for place in ("hong_kong", "shenzhen", "guangzhou")}
    assert said["box_crossing"] == str(first_above(over(boxes["shenzhen"], boxes["hong_kong"]))) == "2013"
    assert said["box_crossing_gz"] == str(first_above(over(boxes["guangzhou"], boxes["hong_kong"]))) == "2018"
    assert said["last_first"] == "2004"
    month = {name: fact("goods_trade", indicator=f"{name}_of_goods", place="hong_kong", period="2017-08") for name in ("exports", "re_exports")}
    assert len(rows_of("goods_trade", indicator="re_exports_of_goods")) == 1, "the one month whose split is known"
    assert said["sent_on"] == pytest.approx(100 * month["re_exports"] / month["exports"])
    assert said["sent_on"] > 95


# ---- the titles: each is put together again from the files, and what its words claim besides numbers is asked of the files ------------------------


def overtaking():
    best, _, now, gone = lead_lost("guangzhou")
    course = f"has lost {aloud(gone)} of its lead since {best}" if gone > 0.1 else f"leads by {now:.0f} per cent, about as much as ever"
    grew = all(found[NOW] > 1 > found[1994] for found in map(ratios, REVISED))
    return f"Both outgrew Hong Kong; Guangzhou {course}", {"both outgrew": grew}


def gdp_dollars():
    first = min(own_money("shenzhen"))
    times = billion("hong_kong", first) / billion("shenzhen", first)
    return f"In {first} Hong Kong's economy was {times:.0f} times as large as Shenzhen's", {}


def gdp_per_head():
    year = max(series("purchasing_power", "ppp_lcu_per_international_dollar", "china"))
    rate, price = (100 * per_head("shenzhen", at) / per_head("hong_kong", at) for at in (NOW, year))
    price *= level("hong_kong", year) / level("china", year)
    return f"Per head, Shenzhen makes {aloud(rate / 100)} of what Hong Kong does; at local prices {aloud(price / 100)}", {}


def shenzhen_residents():
    people, register = (series("population", name, "shenzhen") for name in ("residents_year_end", "registered_population_year_end"))
    both = max(set(people) & set(register))
    most = "Most" if register[both] < people[both] / 2 else "Many"
    return f"{most} of Shenzhen's {people[max(people)] / 1e6:.0f} million people are registered somewhere else", {}


def hollowing_out_output():
    whole, made = (series("gdp_sector_value_added", f"value_added_{name}", "hong_kong") for name in ("total", "manufacturing"))
    market = series("gdp_sector_share", "manufacturing_share_of_gdp", "hong_kong")
    left = "to almost nothing" if market[max(market)] < 2 else "but are still there"
    return f"Factories fell from {100 * made[1980] / whole[1980]:.0f} per cent of Hong Kong's output {left}", {"at the top": market[max(market)] < 5}


def hong_kong_investment():
    share = fact("industrial_relocation", indicator="hk_share_of_inward_fdi", place="shenzhen", period="2019-09")
    return f"In 2019 Hong Kong brought about {aloud(share / 100)} of Shenzhen's foreign capital", {}


def secondary_share():
    parts = {name: series("gdp_sector_value_added", f"value_added_{name}", "shenzhen")[NOW] for name in ("primary", "secondary", "tertiary")}
    share, other = 100 * parts["secondary"] / sum(parts.values()), series("gdp_sector_share", "industry_share_of_gdp", "hong_kong")
    keeps = "has kept its factories" if share > 4 * other[max(other)] else "has let its factories go"
    return f"Shenzhen {keeps}: industry is {share:.0f} per cent of its output", {}


def container_ports():
    boxes = series("port_throughput", "container_throughput", "hong_kong")
    first = 1 in series("port_throughput", "container_port_world_rank", "hong_kong").values()
    return f"Hong Kong's port, once the world's first, handles {aloud(boxes[NOW] / max(boxes.values()))} of what it did at its peak", {"first": first}


#: The cities with output and residents of the newest year at hand; Macao's figure is printed per head.
INNER = ["hong_kong", "shenzhen", "guangzhou", "foshan", "dongguan", "zhuhai", "zhongshan"]


@functools.cache
def thousand_a_head():
    """Output per resident in thousand dollars; the pataca is tied to the Hong Kong dollar."""
    yuan = {place: series("gdp", "gdp_current_lcu", place)[NOW] * 1e5 / series("population", "residents_year_end", place)[NOW] for place in INNER[1:]}
    heads = {place: value / per_dollar("china", NOW) for place, value in yuan.items()} | {"hong_kong": per_head("hong_kong", NOW) / 1e3}
    pataca = per_dollar("hong_kong", NOW) * per_dollar("macao", 2019) / per_dollar("hong_kong", 2019)
    return heads | {"macao": series("gdp_per_capita", "gdp_per_capita_current_lcu", "macao")[NOW] / pataca / 1e3}


def map_per_head():
    heads, names = thousand_a_head(), {row["place"]: row["name_en"] for row in read("places.csv")}
    rich, poor = max(heads, key=heads.get), min(heads, key=heads.get)
    return f"Round the estuary, {names[rich]} makes {heads[rich] / heads[poor]:.0f} times as much per head as {names[poor]}", {"eight": len(heads) == 8}


def milestones():
    rows = [(int(row["date"][:4]), row["place"]) for row in read("history/milestones.csv") if row["status"] == "main"]
    early, late = ([place for year, place in rows if first <= year <= last] for first, last in ((1979, 1998), (2014, 9999)))
    tied = sum(place not in ("shenzhen", "guangzhou") for place in late)
    claims = {"founded": ("1979-03-05-shenzhen-city" in {row["id"] for row in read("history/milestones.csv")}), "tied": tied > len(late) / 2}
    return "First a city was founded, then the cities were tied together", claims | {"Shenzhen's lane": early.count("shenzhen") > len(early) / 2}


TITLES = [
    overtaking, gdp_dollars, gdp_per_head, shenzhen_residents, hollowing_out_output, hong_kong_investment, secondary_share, container_ports,
    map_per_head, milestones,
]  # fmt: skip


def test_titles_say_what_the_files_hold(titles):
    again = {made.__name__.replace("_", "-"): made() for made in TITLES}
    assert titles == {name: title for name, (title, _) in again.items()}
    assert [(title, claim) for title, words in again.values() for claim, holds in words.items() if not holds] == []


def test_the_map_says_every_value_on_a_phone_too(outputs):
    [text] = [output.data["text/html"] for output in outputs if 'id="map-per-head"' in output.get("data", {}).get("text/html", "")]
    drawings = re.findall(r"<svg.*?</svg>", text, re.S)
    assert len(drawings) == 2
    for drawing in drawings:
        told = re.findall(r">(\d+\.\d)<", drawing)
        assert {f"{value:.1f}" for value in thousand_a_head().values()} <= set(told)


def test_notes_say_what_hollow_and_stroke_are(outputs):
    """The exhibits in which rings or strokes stand."""
    drawn = [output.data["text/html"] for output in outputs if 'class="exhibit' in output.get("data", {}).get("text/html", "")]
    for name in ("gdp-dollars", "secondary-share", "container-ports"):
        [note] = [re.search(r'<span class="exhibit-note">(.*?)</span>', text)[1] for text in drawn if re.search(rf'<figure[^>]*\bid="{name}"', text)]
        assert re.search("[Hh]ollow", note) and re.search("A stroke", note), name
