"""Evidence on the article's introduction and its two cities: people, currencies, growth, industry."""

from gba.claims.registry import FAILS, HOLDS, THEN, UNTOLD, Evidence, article_says, deciding, evidence, facts, joined, observed

#: "About 70 million" is a round number: within five per cent of it counts as about.
ABOUT = 0.05
#: A city that outgrew its country ten times over has changed its rank, whatever the price level did.
OUTGREW = 10
#: A sector that lost three quarters of its share has hollowed out; a half would be a decline that many cities saw.
HOLLOWED = 0.25
#: Two movements of people or firms are on record when they are counted in ten thousands at least.
ON_RECORD = 10_000
#: The year before the article, with figures for all cities.
YEAR = "2018"


@evidence("pop_gba_70m", "01-two-cities#nine-cities-residents", "04-policy#four-bays")
def people_of_the_bay() -> Evidence:
    """Holds when the count of the time is about the article's and the revised sum of the eleven cities still is."""
    now = joined(observed("population", "residents_year_end_revised", "prd9", YEAR), observed("population", "residents_midyear", ["hong_kong", "macao"], YEAR))
    then = observed("bay_areas", "population", "gba", (2016, 2018))
    claimed, first, revised = float(article_says("pop_gba_70m")), deciding(then)["value"].mean(), now["value"].sum() / 1e6
    near = abs(first - claimed) <= ABOUT * claimed
    still = abs(revised - claimed) <= ABOUT * claimed
    reason = (
        f"The count of the time gave {first:.1f} million. The census of 2020 found so many more residents that {YEAR} was revised: nine mainland "
        f"cities, Hong Kong and Macao now add up to {revised:.1f} million for that year."
    )
    return Evidence(HOLDS if near and still else THEN if near else FAILS, reason, joined(then, now), round(revised, 1), "million persons")


@evidence("one_two_three_three")
def currencies() -> Evidence:
    """Holds when as many places have an exchange rate as the article has currencies."""
    rows = observed("exchange_rate", "exchange_rate_lcu_per_usd", ["china", "hong_kong", "macao"], "2019")
    count, claimed = rows["key"].nunique(), int(article_says("one_two_three_three"))
    reason = (
        f"The mainland, Hong Kong and Macao each have an exchange rate of their own: {count} currencies. That each is a customs territory and that two "
        "of them keep another system is law, which no figure here counts."
    )
    return Evidence(HOLDS if count == claimed else FAILS, reason, rows, count, "currencies")


@evidence("sz_town_to_reform_capital", "01-two-cities#overtaking", "01-two-cities#shenzhen-residents", "01-two-cities#milestones")
def border_town() -> Evidence:
    """Holds when residents and output both grew more than tenfold."""
    output = observed("gdp", "gdp_current_lcu", "shenzhen")
    output, people = deciding(output), observed("population", "residents_year_end", "shenzhen")
    grown, folk = output["value"].iloc[-1] / output["value"].iloc[0], people["value"].iloc[-1] / people["value"].iloc[0]
    town = facts("milestones", "1980-08-26-shenzhen-sez", event="milestone")
    rows = joined(output.iloc[[0, -1]], people.iloc[[0, -1]], town)
    reason = (
        f"Residents grew {folk:.0f} times from {people['period'].iloc[0]} to {people['period'].iloc[-1]}, output in current prices "
        f"{grown:,.0f} times to {output['period'].iloc[-1]}, and the zone of 1980 is on record. “Capital of reform” is a title that no figure awards."
    )
    return Evidence(HOLDS if folk > OUTGREW and grown > OUTGREW else FAILS, reason, rows, round(folk), "times the residents")


@evidence("hk_village_to_tiger", "01-two-cities#gdp-per-head")
def fishing_village() -> Evidence:
    """Cannot be told: no figure before 1960, and none of the other tigers."""
    people = observed("population", "residents_midyear", "hong_kong")
    output = observed("gdp", "gdp_current_usd", "hong_kong")
    first, last = output.iloc[0], output.iloc[-1]
    folk = people.set_index("year")["value"]
    heads = [row["value"] * 1e9 / folk[row["year"]] for row in (first, last)]
    reason = (
        f"Output per head rose from {heads[0]:,.0f} to {heads[1]:,.0f} US dollars between {first['period']} and {last['period']}. But the figures begin "
        f"with a city of {folk.iloc[0] / 1e6:.1f} million, no village, and hold none of the other tigers. Series of Singapore, South Korea and Taiwan, "
        "and a count from before 1950, would settle it."
    )
    return Evidence(UNTOLD, reason, joined(output.iloc[[0, -1]], people.iloc[[0, -1]]), round(heads[1] / heads[0]), "times the output per head")


@evidence("escape_and_relocation", "01-two-cities#hollowing-out-jobs")
def south_and_north() -> Evidence:
    """Holds when both movements are counted in ten thousands."""
    people = observed("great_escape", ["illegal_arrivals_estimate_low", "illegal_arrivals_estimate"])
    firms = observed("industrial_relocation", ["hk_invested_firms", "jobs_in_hk_invested_firms"], "guangdong")
    south, north = deciding(people)["value"].max(), deciding(firms[firms["indicator"] == "hk_invested_firms"])["value"].max()
    reason = (
        f"Both movements are on record across the same boundary: people south (one estimate alone has {south:,.0f} arrivals) until 1980, then factories "
        f"north ({north:,.0f} firms founded by Hong Kong owners in Guangdong to 2002). That one tie explains both is a reading of the two."
    )
    return Evidence(HOLDS if min(south, north) > ON_RECORD else UNTOLD, reason, joined(people, firms), north, "firms founded from Hong Kong")


@evidence("sz_upgraded", "01-two-cities#secondary-share", "02-pipeline#rd-intensity")
def moved_up() -> Evidence:
    """Holds when Shenzhen spends more of its output on research than China does."""
    research = deciding(observed("rd_expenditure", "gerd_intensity", "shenzhen"))
    nation = deciding(observed("rd_expenditure", "gerd_intensity", "china"))
    both = research.merge(nation, on="period", suffixes=("", "_china")).iloc[-1]
    processing = observed("industrial_relocation", "processing_firms_share")
    industry = observed("gdp_sector_share", "secondary_share_of_gdp", "shenzhen").iloc[[0, -1]]
    firms = observed("tech_transfer", "high_tech_enterprises", "shenzhen")
    reason = (
        f"Shenzhen spends {both['value']:.1f} per cent of its output on research, China {both['value_china']:.1f} ({both['period']}); industry still makes "
        f"{industry['value'].iloc[-1]:.0f} per cent of its output. The labour-intensive start rests on a figure that stands aside."
    )
    rows = joined(research.iloc[[0, -1]], nation.iloc[[-1]], industry, firms.iloc[[0, -1]], processing)
    return Evidence(HOLDS if both["value"] > both["value_china"] else FAILS, reason, rows, both["value"], "per cent of GDP on R&D")


@evidence("hk_hollowed_out", "01-two-cities#hollowing-out-output", "01-two-cities#hollowing-out-jobs")
def hollowed_out() -> Evidence:
    """Holds when manufacturing lost three quarters of its share and finance and business services gained."""
    parts = observed("gdp_sector_value_added", ["value_added_manufacturing", "value_added_finance_business", "value_added_total"], "hong_kong")
    wide = deciding(parts).pivot_table(index="year", columns="indicator", values="value", aggfunc="first").dropna()
    factories = 100 * wide["value_added_manufacturing"] / wide["value_added_total"]
    offices = 100 * wide["value_added_finance_business"] / wide["value_added_total"]
    first, last = factories.index[0], factories.index[-1]
    latest = observed("gdp_sector_share", "manufacturing_share_of_gdp", "hong_kong").iloc[[-1]]
    hollow = factories[last] < HOLLOWED * factories[first] and offices[last] > offices[first]
    reason = (
        f"Manufacturing made {factories[first]:.0f} per cent of value added in {first} and {factories[last]:.1f} in {last}; finance and business services "
        f"went from {offices[first]:.0f} to {offices[last]:.0f}. On the World Bank's definition it is {latest['value'].iloc[0]:.1f} "
        f"per cent in {latest['period'].iloc[0]}."
    )
    rows = joined(parts[parts["year"].isin([first, last])], latest)
    return Evidence(HOLDS if hollow else FAILS, reason, rows, round(factories[last], 1), f"per cent of value added, {last}")
