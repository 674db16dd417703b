"""Evidence on what the cities promised and did: Guangzhou's plan and test roads, Shenzhen's plan and its targets, the other cities."""

import functools

from gba.claims.registry import FAILS, HOLDS, UNTOLD, Evidence, article_says, confirmed, dates_agree, evidence, facts, joined, observed, one
from gba.data.load import load

#: The day of Guangzhou's first plates.
DAY = "2019-06-20"
#: The districts that the article names.
DISTRICTS = ("Huangpu", "Baiyun", "Huadu", "Nansha")
#: Cities to which the article gives AI policies of their own, and the last year it can have known.
OTHERS, LAST = ("dongguan", "foshan", "zhuhai", "zhaoqing"), "2019"
#: Roads are counted as one, and by level.
LEVELS, SPLIT = ("", "_level1", "_level2"), "A second source splits"
PLAN = "shenzhen_ai_plan_2019"


@evidence("gz_iab_2018", "04-policy#named-plans")
def iab_plan() -> Evidence:
    """Holds when the date agrees as far as it is known."""
    rows = facts("policies", "guangzhou_iab_2018", title_en="plan", number="number", date="date", horizon_end="ends")
    agree = dates_agree(article_says("gz_iab_2018"), one(rows, "date"))
    reason = f"Title, number and horizon are confirmed, and the year ({one(rows, 'date')}); the month is in the article only."
    return Evidence(HOLDS if agree else FAILS if one(rows, "date") else UNTOLD, reason, rows, one(rows, "date"), "issued")


def _promised(claim_id: str, target: str, told: str, what: str, settle: str) -> Evidence:
    """Cannot be told: the article alone."""
    rows = facts("policy_targets", f"guangzhou_iab_2018.{target}.2018", target_value=told)
    return confirmed(claim_id, rows, what, "hundred million yuan", settle=settle)


for claim, *words in (
    ("gz_centre_100m", "subsidy_per_innovation_centre", "ceiling", "the ceiling for a centre", "The text of the support measures"),
    ("gz_iab_1bn_year", "iab_projects_per_year", "yearly sum", "the yearly sum", "The city's budget or the text of the plan's measures"),
):
    evidence(claim, "04-policy#named-plans")(functools.partial(_promised, claim, *words))


@evidence("gz_fund_10bn", "04-policy#named-plans")
def fund() -> Evidence:
    """Cannot be told: a fund of that size exists, the promise has no other source."""
    rows = facts("policy_targets", "guangzhou_iab_2018.industry_fund.2018", outcome_value="AI fund signed in Nansha, CNY 100 million", outcome_period="signed")
    seen = rows.loc[rows["indicator"] == "outcome_value", "value"]
    reason = "For the promise itself the article is the only source. The fund's deed would settle it."
    if len(seen):
        signed = f"A fund of {seen.iloc[0]:g} hundred million yuan was signed in Nansha in {one(rows, 'outcome_period')}"
        reason = f"{signed}; that it is the promised one is not said. {reason}"
    return Evidence(UNTOLD, reason, rows, seen.iloc[0] if len(seen) else None, "hundred million yuan" if len(seen) else "")


@evidence("nansha_170_firms")
def nansha() -> Evidence:
    """Holds when another source has the article's figure."""
    rows = observed("ai_industry", "ai_enterprises", "guangzhou_nansha", (2018, 2019))
    caveat = "It is the same figure in a press text of a month earlier, not an independent count; that Pony.ai and CloudWalk are among them was not counted."
    return confirmed("nansha_170_firms", rows, "Nansha's AI firms (“over”)", "firms, November 2019", caveat)


def _on_the_day(claim_id: str, indicators: list[str], what: str, unit: str, caveat: str = "") -> Evidence:
    """Holds when a source of the day of Guangzhou's first plates has the article's figure."""
    return confirmed(claim_id, observed("av_testing", indicators, "guangzhou", DAY), what, unit, caveat)


for claim, exhibit, *words in (
    ("gz_av_24_plates", "04-policy#test-fleet", ["test_permits"], "plates on that day", "plates"),
    ("gz_av_6_firms", "04-policy#test-fleet", ["test_firms"], "firms on that day", "firms"),
    ("gz_av_33_roads", "04-policy#test-roads", [f"open_roads{level}" for level in LEVELS], "roads", "roads", f"{SPLIT} them into two levels that add up."),
    (
        "gz_av_45km",
        "04-policy#test-roads",
        [f"open_road_km{level}" for level in LEVELS],
        "the length",
        "km",
        f"{SPLIT} it into two levels that add up, rounded.",
    ),
):
    evidence(claim, exhibit)(functools.partial(_on_the_day, claim, *words))


@evidence("gz_av_4_districts", "04-policy#test-roads")
def districts() -> Evidence:
    """Holds when a source of the day names as many of the article's districts as the article does."""
    rows = observed("av_testing", "open_road_km", "guangzhou", DAY)
    named = [name for name in DISTRICTS if rows["note"].str.contains(name).any()]
    agree = len(named) == int(article_says("gz_av_4_districts"))
    reason = f"A source of that day names {', '.join(named) or 'none'} as the districts of the roads; how the length divides among them was not found."
    return Evidence(HOLDS if agree else UNTOLD, reason, rows, len(named), "districts")


@evidence("sz_pilot_zone_2019", "04-policy#named-plans")
def pilot_zones() -> Evidence:
    """Holds when both zones are dated to the article's year."""
    zones = ("shenzhen_ai_pilot_zone_2019", "shenzhen_ai_pilot_app_2019")
    rows = joined(*(facts("policies", key, title_en="zone", issuer="given by", date="inaugurated") for key in zones))
    dates = rows.loc[rows["indicator"] == "date", "told"].tolist()
    agree = len(dates) == 2 and all(dates_agree(article_says("sz_pilot_zone_2019"), date) for date in dates)
    reason = f"Both zones are confirmed with ministry and date: {' and '.join(dates)}."
    return Evidence(HOLDS if agree else UNTOLD, reason, rows, " and ".join(dates), "inaugurated")


@evidence("sz_ai_plan_horizon", "04-policy#named-plans")
def horizon() -> Evidence:
    """Holds when the plan ends in the year that the article prints."""
    rows = facts("policies", PLAN, title_en="plan", date="signed", horizon_start="begins", horizon_end="ends")
    seen, printed = one(rows, "horizon_end"), article_says("sz_ai_plan_horizon")
    reason = f"A misprint: the plan's title and the gazette say {one(rows, 'horizon_start')} to {seen}. A plan of 2019 cannot end in {printed}."
    return Evidence(HOLDS if seen == printed else FAILS if seen else UNTOLD, reason, rows, seen, "end of the plan")


def _aim(claim_id: str, target: str, what: str, unit: str) -> Evidence:
    """Holds when Shenzhen's plan has this aim; what is known of its outcome is told besides."""
    rows = facts("policy_targets", f"{PLAN}.{target}.2023", target_value=f"target: {what}", outcome_value="said of 2023", status="judgement")
    seen = rows.loc[rows["indicator"] == "target_value", "value"].iloc[0]
    agree = seen == float(article_says(claim_id))
    outcome = rows.loc[rows["indicator"] == "outcome_value", "value"]
    came = f"a source has {outcome.iloc[0]:,g} for 2023 without saying that it is the same measure" if len(outcome) else "no outcome was found"
    reason = f"The aim is confirmed: {seen:,g}. What came of it cannot be told: {came}."
    return Evidence(HOLDS if agree else FAILS, reason, rows[rows["indicator"] != "status"], seen, unit)


for claim, exhibit, *words in (
    ("sz_ai_10_clusters", "04-policy#promises", "industry_clusters", "key clusters", "clusters"),
    ("sz_ai_core_30bn", "04-policy#two-counts", "core_industry_scale", "core industry, CNY 100 million", "hundred million yuan"),
    ("sz_ai_related_600bn", "04-policy#two-counts", "related_industry_scale", "related industry, CNY 100 million", "hundred million yuan"),
):
    evidence(claim, exhibit)(functools.partial(_aim, claim, *words))


@evidence("other_cities_ai")
def other_cities() -> Evidence:
    """Holds when each of the four has a policy on AI by the article's year; an empty search proves nothing."""
    ledger = load("policies")
    own = ledger[ledger["place"].isin(OTHERS) & ~ledger["level"].isin(["national", "province"])].sort_values("date")
    early = own[(own["date"].str[:4] <= LAST) & own["title_en"].str.contains("AI|Artificial|Intelligen", regex=True)]
    rows = joined(*(facts("policies", key, title_en="policy", date="date") for key in own.groupby("place")["policy_id"].first()))
    reason = (
        f"No policy on AI of the four cities up to {LAST} is in the ledger of {len(ledger)}; what comes nearest is shown, the earliest "
        "of each city. That none "
        "was found proves nothing: the four cities' gazettes of 2017 to 2019 would settle it."
    )
    return Evidence(HOLDS if early["place"].nunique() == len(OTHERS) else UNTOLD, reason, rows, early["place"].nunique(), f"of {len(OTHERS)} cities")
