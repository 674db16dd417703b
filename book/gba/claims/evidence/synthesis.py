"""Evidence on the article's conclusion: who leads, who gives what to whom, and how the bay stands in the world.

The verdicts here rest on plain counts (`leaders`). Chapter 5 builds the index with everything that can be varied; what it says
beyond a count, whether the three gain by complementing each other, enters through `complements`. The table at the end of that
chapter prints these verdicts.
"""

import functools

import pandas as pd

from gba.claims.registry import FAILS, HOLDS, UNTOLD, Evidence, article_says, dates_agree, deciding, evidence, facts, joined, observed
from gba.data.load import indicators, load
from gba.index import complementarity as complements
from gba.index.scorecard import index_at

CITIES = ("hong_kong", "shenzhen", "guangzhou")
#: Where the three cities meet in the same period, on the same rule, in rows that do not stand aside; one indicator a field, so that
#: no field votes twice. Size (output, residents) is no merit and left out.
CONTESTS = (
    ("gerd_intensity", "rd_expenditure"),
    ("the_rank", "university_rank"),
    ("container_throughput", "port_throughput"),
    ("unicorn_count_cbinsights", "unicorns"),
    ("gfci_rank", "financial_centre_rank"),
    ("imd_rank", "smart_city_rank"),
    ("airport_passengers", "scoreboard"),
    ("startupblink_rank", "scoreboard"),
    ("fortune_global_500_headquarters", "bay_areas"),
    ("nature_index_city_rank", "scoreboard"),
    ("pm25_annual_mean", "scoreboard"),
)
#: A city that leads in two thirds of the fields dominates; a single lead elsewhere would not change that.
DOMINATES = 2 / 3
#: Most of it: more than all others together.
MOST = 50
#: The first hundred of a list of universities.
TOP = 100
#: The other bays of the article.
BAYS = ("ny_bay", "sf_bay", "tokyo_bay")


def leaders() -> pd.DataFrame:
    """The city that leads each contest, in the latest period in which all three have a figure.

    Returns
    -------
    DataFrame with indicator, dataset, period, leader and rows (of the three cities)

    >>> set(leaders()["leader"]) <= set(CITIES)
    True
    """
    found = [_contest(name, dataset) for name, dataset in CONTESTS]
    return pd.DataFrame([one for one in found if one])


def _contest(name: str, dataset: str) -> dict | None:
    rows = observed(dataset, name, list(CITIES))
    rows = rows[rows["status"] == "main"]
    met = rows.groupby("period")["key"].nunique()
    if not (met == len(CITIES)).any():
        return None
    period = met[met == len(CITIES)].index[-1]
    lower = indicators(dataset).loc[name, "direction"] == "lower_better"
    # A city with several figures, such as its universities' ranks, stands with its best.
    rows = rows[rows["period"] == period].sort_values("value", ascending=lower).drop_duplicates("key")
    return {"indicator": name, "dataset": dataset, "period": period, "leader": rows["key"].iloc[0], "rows": rows}


@evidence("outline_2019_02_18", "04-policy#named-plans", "01-two-cities#milestones")
def outline() -> Evidence:
    """Holds when the date is the article's."""
    rows = joined(
        facts("policies", "china_gba_outline_2019", title_en="plan", date="issued", note="remark"),
        facts("policies", "prd_smart_city_cluster_2014", title_en="earlier plan", date="issued, earlier plan"),
    )
    seen = rows.loc[rows["what"] == "issued", "told"].iloc[0]
    agree = dates_agree(article_says("outline_2019_02_18"), seen)
    reason = f"The Outline of {seen} calls for the smart city cluster; a provincial plan of {rows['told'].iloc[-1][:4]} did so before."
    return Evidence(HOLDS if agree else FAILS, reason, rows, seen, "issued")


@functools.cache
def together() -> complements.Complement:
    """The test of chapter 5 on the latest figures: what the three gain together, against chance."""
    return complements.tested(index_at().card)


def _told_of(test: complements.Complement) -> str:
    """What the test says in words; a gain within chance is no proof that there is none, so it leaves the claim open."""
    gain, chance = 100 * test.gain, 100 * test.by_chance.mean()
    found = f"Together they reach {gain:.1f} points of the index more than the best alone, where chance gives {chance:.1f}"
    if test.beyond_chance:
        return f"{found} and as much in only {test.reached:.0%} of random deals: they complement each other."
    return (
        "That they complement each other, the second half of the claim, needs more than different leads, which most cities have. "
        f"{found} and as much in {test.reached:.0%} of random deals. A gain that fewer than {complements.LEVEL:.0%} of them reach would settle it."
    )


@evidence("no_single_winner", "05-first-city#rank-shares", "05-first-city#more-than-chance")
def no_single_winner() -> Evidence:
    """Fails when a city leads two thirds of the fields; holds when none does, each leads one and they gain beyond chance."""
    fields = leaders()
    count = fields["leader"].value_counts()
    dominated, divided = count.max() / len(fields) >= DOMINATES, count.size == len(CITIES)
    test = together()
    verdict = FAILS if dominated else HOLDS if divided and test.beyond_chance else UNTOLD
    named = load("places").set_index("place")["name_en"]
    leads = ", ".join(f"{named[city]} leads {number}" for city, number in count.items())
    reason = f"In {len(fields)} fields in which all three have a figure of the same date, {leads}: "
    reason += "one city dominates." if dominated else f"by this count none dominates. {_told_of(test)}"
    rows = joined(*(rows[rows["key"] == leader] for rows, leader in zip(fields["rows"], fields["leader"], strict=True)))
    return Evidence(verdict, reason, rows, int(count.max()), f"of {len(fields)} fields to the city with most")


@evidence("hk_research_export", "02-pipeline#founders-flow", "02-pipeline#bridges", "03-fintech#north-and-south")
def research_export() -> Evidence:
    """Holds when most foreign investment is Hong Kong's and both cities have campuses or laboratories of its universities."""
    capital = observed("industrial_relocation", "hk_share_of_inward_fdi", ["shenzhen", "guangdong"])
    bridges = load("joint_labs").query("use_on_timeline == 'yes' and city in ['shenzhen', 'guangzhou'] and partner_home == 'mainland'")
    research = joined(*(facts("joint_labs", key, label="bridge", date="date") for key in bridges["bridge"]))
    share = deciding(capital)["value"].min()
    reason = (
        f"Capital: {share:.0f} per cent and more of the foreign investment in Guangdong and Shenzhen came from Hong Kong. Research: "
        f"{len(bridges)} campuses and joint laboratories of its universities stand in the two cities. "
        "How much knowledge or money flows through them is not measured."
    )
    verdict = HOLDS if share > MOST and set(bridges["city"]) == {"shenzhen", "guangzhou"} else UNTOLD
    return Evidence(verdict, reason, joined(capital, research), len(bridges), "campuses and laboratories")


@evidence("bluebook_2018_formula", "05-first-city#between-goalposts", "02-pipeline#university-ranks", "01-two-cities#secondary-share")
def formula() -> Evidence:
    """Cannot be told: the terms are measured, their sum and the book itself are not."""
    ranks = observed("university_rank", "qs_rank", list(CITIES))
    ranks = ranks[ranks["year"] == ranks["year"].max()]
    first = ranks[ranks["value"] <= TOP].groupby("key").size().reindex(CITIES, fill_value=0)
    industry = observed("gdp_sector_share", "secondary_share_of_gdp", list(CITIES), "2021").set_index("key", drop=False)
    market = observed("gdp", "gdp_current_usd", ["china", "hong_kong"], (2023, 2023)).set_index("key", drop=False)
    reason = (
        f"Its three terms are where it puts them: {first['hong_kong']} universities of the first hundred in Hong Kong and "
        f"{first['shenzhen'] + first['guangzhou']} in the two other cities (QS), industry {industry.loc['shenzhen', 'value']:.0f} per cent of output in "
        f"Shenzhen and {industry.loc['hong_kong', 'value']:.0f} in Hong Kong, a mainland market "
        f"{market.loc['china', 'value'] / market.loc['hong_kong', 'value']:.0f} times Hong Kong's. But the blue book itself was not seen, and that the sum "
        "makes an AI industry no figure shows; the book, and firms that used all three, would settle it."
    )
    rows = joined(ranks.nsmallest(3, "value"), industry, market)
    return Evidence(UNTOLD, reason, rows, int(first["hong_kong"]), "universities of the first hundred in Hong Kong")


@evidence("rival_world_bays", "04-policy#four-bays", "02-pipeline#cluster-rank")
def rival_bays() -> Evidence:
    """Cannot be told: a forecast; how far the bay has come is counted."""
    size = deciding(observed("bay_areas", "gdp", ["gba", *BAYS], (2018, 2019)))
    heads = deciding(observed("bay_areas", "gdp_per_head", ["gba", *BAYS], (2015, 2017)))
    cluster = observed("innovation_cluster", "gii_cluster_rank", "cluster_shenzhen_hong_kong_guangzhou", (2024, 2026))
    own, each = size.set_index("key")["value"], heads.set_index("key")["value"]
    passed = sum(own["gba"] > own[bay] for bay in BAYS)
    reason = (
        f"“Can” is a forecast. By output the bay was ahead of {passed} of the three others about 2019, by output per head it had "
        f"{100 * each['gba'] / each[list(BAYS)].max():.0f} per cent of San Francisco's; its research cluster is now ranked "
        f"{cluster['value'].iloc[-1]:.0f}, on a new method. A comparison of all four after 2020, on one method, would settle how far it has come."
    )
    return Evidence(UNTOLD, reason, joined(size, heads, cluster), passed, f"of {len(BAYS)} bays passed by output")
