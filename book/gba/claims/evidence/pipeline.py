"""Evidence on the article's pipeline from Hong Kong's laboratories to the mainland's market: founders, universities, bridges."""

import pandas as pd

from gba.claims.registry import FAILS, HOLDS, THEN, UNTOLD, Evidence, article_says, dated, dates_agree, evidence, facts, joined, observed, one
from gba.data.load import load

#: "Hard to grow": less than half of Shenzhen's unicorns per head, on a list that counts both by one rule.
HALF = 0.5
#: A university among the world's top 100.
TOP = 100
#: The editions of university rankings that were in force when the article appeared in December 2019.
IN_FORCE = "2020"
#: Kinds of bridges that are a laboratory; a memorandum or a project is none.
LABORATORIES = ("joint_laboratory", "industry_laboratory")
#: What the three firms are called among the partners.
GIANTS = {"Alibaba": "Alibaba", "Tencent": "Tencent", "JD": "JD.com"}


@evidence("hk_few_unicorns", "02-pipeline#unicorns")
def few_unicorns() -> Evidence:
    """Holds when every list has less than half of Shenzhen's per resident, fails when none has."""
    cities = ["hong_kong", "shenzhen"]
    lists = {"2020": observed("unicorns", "unicorn_count_gei", cities, "2020"), "2022": observed("unicorns", "unicorn_count_cbinsights", cities, "2022-11")}
    people = {"2020": _residents("2020"), "2022": _residents("2022")}
    rates = {year: {row["key"]: row["value"] / people[year][row["key"]] for _, row in rows.iterrows()} for year, rows in lists.items()}
    against = {year: rate["hong_kong"] / rate["shenzhen"] for year, rate in rates.items()}
    few = [share < HALF for share in against.values()]
    reason = (
        f"It depends on the list. Per resident Hong Kong had {100 * against['2020']:.0f} per cent of Shenzhen's unicorns on one list of 2020 and "
        f"{100 * against['2022']:.0f} on another of 2022, and the two lists have different rules. One list carried through the years would settle it."
    )
    rows = joined(*lists.values(), observed("unicorns", ["unicorns_born_in_hong_kong_5y", "unicorns_born_in_hong_kong_moved_mainland"], "hong_kong"))
    verdict = HOLDS if all(few) else FAILS if not any(few) else UNTOLD
    return Evidence(verdict, reason, rows, round(100 * against["2022"]), "per cent of Shenzhen's, per resident, 2022")


def _residents(year: str) -> dict[str, float]:
    """Million residents of Hong Kong (mid-year) and Shenzhen (year end)."""
    rows = joined(observed("population", "residents_midyear", "hong_kong", year), observed("population", "residents_year_end", "shenzhen", year))
    return {row["key"]: row["value"] / 1e6 for _, row in rows.iterrows()}


@evidence("hk_small_market", "02-pipeline#who-performs", "02-pipeline#hong-kong-performers", "02-pipeline#leaky-pipeline")
def small_market() -> Evidence:
    """Cannot be told: who performs research is measured, why it is not turned into products is not."""
    parts = observed("rd_expenditure", ["berd", "herd", "gerd"], "hong_kong")
    last = parts[parts["indicator"] == "berd"].iloc[-1]["period"]
    now = parts[parts["period"] == last].set_index("indicator")["value"]
    shenzhen = observed("rd_expenditure", "berd_share", "shenzhen", (2021, 2021))
    business = 100 * now["berd"] / now["gerd"]
    reason = (
        f"The first half is seen: firms perform {business:.0f} per cent of Hong Kong's research ({last}) and {shenzhen['value'].iloc[-1]:.0f} per cent of "
        "Shenzhen's (2021), and universities most of the rest. That the small market is the cause is not measured; a survey of firms that gave up "
        "products, with their reasons, would settle it."
    )
    return Evidence(UNTOLD, reason, joined(parts[parts["period"] == last], shenzhen), round(business), f"per cent of R&D by business, {last}")


@evidence("dji_hkust_shenzhen", "02-pipeline#three-witnesses", "02-pipeline#founders-flow")
def dji() -> Evidence:
    """Holds when university, founder and present seat are the article's."""
    cities = {"founding_city": "founding city", "founding_city_other": "founding city, another source", "hq_city": "headquarters"}
    rows = facts("spinoffs", "dji", founder="founder", university="university", founded_year="founded", **cities)
    fits = one(rows, "university") == "hkust" and "Wang" in str(one(rows, "founder")) and one(rows, "hq_city") == "shenzhen"
    reason = (
        f"Founder, university and year ({one(rows, 'founded_year')}) are seen, and the headquarters is in Shenzhen. Whether the firm began in Hong Kong and "
        "moved, or began in Shenzhen, is disputed between weak pages."
    )
    return Evidence(HOLDS if fits else UNTOLD, reason, rows, one(rows, "founded_year"), "founded")


@evidence("sensetime_cuhk", "02-pipeline#three-witnesses")
def sensetime_founders() -> Evidence:
    """Holds when university and founder are the article's."""
    rows = facts("spinoffs", "sensetime", founder="founder", university="university", university_link="tie", founded_year="founded")
    fits = one(rows, "university") == "cuhk" and "Tang Xiao" in str(one(rows, "founder"))
    reason = f"Other sources name {one(rows, 'founder')} as founders and the Multimedia Laboratory of CUHK as the origin."
    return Evidence(HOLDS if fits else UNTOLD, reason, rows, one(rows, "university"), "university")


@evidence("sensetime_hq_beijing", "02-pipeline#three-witnesses")
def sensetime_headquarters() -> Evidence:
    """Holds when every source has the article's city, fails when none has."""
    rows = facts("spinoffs", "sensetime", hq_city="headquarters (2021)", hq_city_other="headquarters, beside Hong Kong (2017)")
    named = {one(rows, "hq_city"), one(rows, "hq_city_other")} - {None}
    claimed = article_says("sensetime_hq_beijing")
    verdict = HOLDS if named == {claimed} else UNTOLD if claimed in named else FAILS
    reason = (
        "Sources disagree: a news agency of 2017 has Hong Kong and Beijing, a newspaper of 2021 Hong Kong; Beijing alone is in the article only. The "
        "company's own filing of 2019 would settle it."
    )
    return Evidence(verdict, reason, rows, "; ".join(sorted(named)), "")


@evidence("fourth_paradigm_hkust", "02-pipeline#three-witnesses")
def fourth_paradigm() -> Evidence:
    """Holds when both founders and the seat are the article's."""
    columns = {"founder": "founder", "university": "university", "university_link": "tie", "founded_year": "founded", "hq_city": "headquarters"}
    rows = facts("spinoffs", "fourth_paradigm", **columns)
    fits = all(name in str(one(rows, "founder")) for name in ("Dai Wenyuan", "Yang Qiang")) and one(rows, "hq_city") == "beijing"
    reason = (
        "Founder, the professor of HKUST as co-founder and Beijing as headquarters are seen. That it also started in Beijing is in the article only, and "
        "the tie is weak: the founder was a visiting student."
    )
    return Evidence(HOLDS if fits else UNTOLD, reason, rows, one(rows, "hq_city"), "headquarters")


@evidence("three_left_hk", "02-pipeline#three-witnesses", "02-pipeline#founders-flow")
def all_three_left() -> Evidence:
    """Holds when none of the three has Hong Kong as the founding city or the seat that its better source gives."""
    named = ("dji", "sensetime", "fourth_paradigm")
    rows = joined(*(_cities(key) for key in named))
    better = rows[rows["indicator"].isin(["founding_city", "hq_city"])]
    stayed = set(better[better["told"] == "hong_kong"]["key"])
    left, claimed = len(named) - len(stayed), int(article_says("three_left_hk"))
    reason = (
        f"“All three” is too strong: the better sources place {left} of {claimed} in the mainland, and have SenseTime formed in Hong Kong's "
        "Science Park with its headquarters there."
    )
    return Evidence(HOLDS if left == claimed else FAILS, reason, rows, left, f"of {claimed} companies")


def _cities(key: str) -> pd.DataFrame:
    """Where a company began and sits, by its better and its other source."""
    name = load("spinoffs").set_index("company")["name_en"][key]
    return facts("spinoffs", key, founding_city=f"{name}: began in", founding_city_other=f"{name}: began in, another source", hq_city=f"{name}: seat")


@evidence("hk_four_top100", "02-pipeline#university-ranks")
def top_hundred() -> Evidence:
    """Held then when a list in force, or the one before it, has the article's number; holds when a latest edition has it, too."""
    ranks = observed("university_rank", ["qs_rank", "the_rank"], "hong_kong")
    inside = ranks[ranks["value"] <= TOP].groupby(["indicator", "period"]).size()
    counts = {edition: inside.get(edition, 0) for edition in (("qs_rank", "2019"), ("qs_rank", IN_FORCE), ("the_rank", IN_FORCE))}
    last = {name: inside[name].iloc[-1] for name in ("qs_rank", "the_rank")}
    claimed = int(article_says("hk_four_top100"))
    then, now = claimed in counts.values(), claimed in last.values()
    reason = (
        f"The ranking is not named. QS had {counts['qs_rank', '2019']} in its edition of 2019 and {counts['qs_rank', IN_FORCE]} in that of {IN_FORCE}, which "
        f"was out by then; THE had {counts['the_rank', IN_FORCE]}. In the latest editions QS has {last['qs_rank']} and THE {last['the_rank']}."
    )
    edition = ranks["indicator"].map({"qs_rank": "2019", "the_rank": IN_FORCE})
    shown = ranks[(ranks["value"] <= TOP) & (ranks["period"] == edition)]
    return Evidence(HOLDS if then and now else THEN if then else FAILS, reason, shown, last["qs_rank"], "universities, latest QS")


@evidence("joint_labs_giants", "02-pipeline#bridges")
def giants() -> Evidence:
    """Holds when each of the three has a laboratory from before 2020 in the ledger."""
    bridges = load("joint_labs")
    bridges = bridges[bridges["kind"].isin(LABORATORIES) & (bridges["date"] < "2020")]
    built = {giant: bridges.loc[bridges["partner"].str.contains(partner, regex=False), "bridge"].tolist() for giant, partner in GIANTS.items()}
    rows = joined(
        *(facts("joint_labs", key, partner=f"{giant}: partners", date_announced=f"{giant}: announced") for giant, keys in built.items() for key in keys)
    )
    count = sum(bool(keys) for keys in built.values())
    reason = (
        f"{count} of three have a laboratory of before 2020. Alibaba's has no university among its partners, JD's is known from the announcement of the "
        "signing, and JD's is on CUHK's campus in Shenzhen."
    )
    return Evidence(HOLDS if count == len(GIANTS) else FAILS if rows.empty else UNTOLD, reason, rows, count, "companies")


@evidence("cuhksz_tencent_lab", "02-pipeline#bridges")
def tencent_laboratory() -> Evidence:
    """Holds when the month is the article's."""
    rows = facts("joint_labs", "cuhksz_tencent", date_announced="announced", partner="partner", field="field")
    return dated("cuhksz_tencent_lab", rows, "the laboratory", "announced")


@evidence("hkust_gz_agreement", "02-pipeline#bridges")
def guangzhou_campus() -> Evidence:
    """Holds when the month of signing is the article's."""
    rows = facts("joint_labs", "hkust_guangzhou", partner="partners", date_signed="signed", date_approved="approved", date_opened="opened")
    seen = one(rows, "date_signed")
    agree = dates_agree(article_says("hkust_gz_agreement"), seen)
    reason = f"Signed on {seen} with the two partners named; the campus in Nansha opened on {one(rows, 'date_opened')}."
    return Evidence(HOLDS if agree else FAILS if seen else UNTOLD, reason, rows, seen, "signed")
