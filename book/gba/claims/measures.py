"""Figures that a part of a claim needs and no single row has. A measure returns rows of evidence and further values that the words of its claim use.

claims_parts names the measure, its test and its threshold; here a figure is only computed.
"""

from collections.abc import Callable

import pandas as pd

from gba.claims.rows import computed, frame, joined, observed
from gba.claims.rules import BEHIND
from gba.claims.words import spelled
from gba.data.load import load, places
from gba.index import complementarity
from gba.index.sheet import Sheet, sheet
from gba.prose import listed

Found = tuple[pd.DataFrame, dict]
#: A gain that so few of the deals reach would settle that the cities complement each other.
RARE = 0.05
#: The measures by name, as claims_parts names them.
MEASURES: dict[str, Callable[..., Found]] = {}


def measure(function: Callable[..., Found]) -> Callable[..., Found]:
    """Register the function below as a measure."""
    MEASURES[function.__name__] = function
    return function


# Introduction and the two cities ------------------------------------------------------------------------------------------


@measure
def people_at_the_time() -> Found:
    """The mean of the counts from before the article."""
    rows = observed("bay_areas", "population", "gba", (2016, 2018), aside=False)
    what = "Residents of the bay as counted at the time"
    return computed(rows["value"].mean(), "million_persons", what, rows, "Greater Bay Area", rows["period"].iloc[-1]), {}


@measure
def people_as_revised() -> Found:
    """The year before the article, with the census of 2020 worked in."""
    mainland = observed("population", "residents_year_end_revised", "prd9", "2018")
    rows = joined(mainland, observed("population", "residents_midyear", ["hong_kong", "macao"], "2018"))
    total = rows["seen"].sum() / 1e6
    return computed(total, "million_persons", "Residents of the eleven cities, as revised after the census of 2020", rows, "Greater Bay Area", "2018"), {}


@measure
def currencies() -> Found:
    """One for each exchange rate."""
    rows = observed("exchange_rate", "exchange_rate_lcu_per_usd", ["china", "hong_kong", "macao"], "2019")
    return computed(rows["key"].nunique(), "currencies", "Places of the bay with an exchange rate of their own", rows, "Greater Bay Area", "2019"), {}


@measure
def first_count_of_residents() -> Found:
    """Of Shenzhen."""
    ends = observed("population", "residents_year_end", "shenzhen", aside=False).iloc[[0, -1]]
    first, last = ends["value"]
    return computed(first, "persons", "Residents when the figures begin", ends, "Shenzhen", ends["period"].iloc[0]), {"last_count": last / 1e6}


@measure
def outgrew_china() -> Found:
    """How many times as much Shenzhen's output grew as China's, both in dollars, from the first to the last year that both have."""
    own, nation = observed("gdp", "gdp_current_lcu", "shenzhen", aside=False), observed("gdp", "gdp_current_usd", "china")
    rate = observed("exchange_rate", "exchange_rate_lcu_per_usd", "china")
    wide = pd.concat([rows.drop_duplicates("year").set_index("year")["value"] for rows in (own, nation, rate)], axis=1, keys=["own", "nation", "rate"]).dropna()
    (begin, first), (end, last) = next(wide.iterrows()), (wide.index[-1], wide.iloc[-1])
    grown = (last["own"] / last["rate"]) / (first["own"] / first["rate"])
    behind = joined(*(rows[rows["year"].isin([begin, end])] for rows in (own, nation, rate)))
    what = "Growth of Shenzhen's output, as a multiple of the growth of China's"
    told = {"grown": grown, "nation_grown": last["nation"] / first["nation"], "begin": begin, "end": end}
    return computed(grown / told["nation_grown"], "times", what, behind, "Shenzhen", f"{begin}-{end}"), told


@measure
def research_against_china() -> Found:
    """Both in per cent of output, in the article's year."""
    own, nation = (observed("rd_expenditure", "gerd_intensity", place, "2019", aside=False) for place in ("shenzhen", "china"))
    share = own["value"].iloc[0] / nation["value"].iloc[0]
    told = {"own": own["value"].iloc[0], "nation": nation["value"].iloc[0]}
    return computed(share, "times", "Research spending of Shenzhen against China's, as shares of output", joined(own, nation), "Shenzhen", "2019"), told


def _sectors(indicator: str) -> tuple[pd.DataFrame, pd.Series]:
    rows = observed("gdp_sector_value_added", [indicator, "value_added_total"], "hong_kong", aside=False)
    wide = rows.pivot_table(index="year", columns="indicator", values="value", aggfunc="first").dropna()
    share = (100 * wide[indicator] / wide["value_added_total"]).iloc[[0, -1]]
    return rows[rows["year"].isin(share.index)], share


@measure
def factories_left() -> Found:
    """From the first year to the last that has all sectors."""
    rows, share = _sectors("value_added_manufacturing")
    told = {"factories_first": share.iloc[0], "factories_last": share.iloc[1], "begin": share.index[0], "end": share.index[1]}
    what = "Manufacturing's share of output, as per cent of the first"
    return computed(100 * share.iloc[1] / share.iloc[0], "percent", what, rows, "Hong Kong", f"{share.index[0]}-{share.index[1]}"), told


@measure
def offices_grew() -> Found:
    """The same for finance and business services."""
    rows, share = _sectors("value_added_finance_business")
    what = "Finance and business services' share of output, as a multiple of the first"
    told = {"offices_first": share.iloc[0], "offices_last": share.iloc[1]}
    return computed(share.iloc[1] / share.iloc[0], "times", what, rows, "Hong Kong", f"{share.index[0]}-{share.index[1]}"), told


# Research and founders ----------------------------------------------------------------------------------------------------


def _unicorns(first: int, last: int, when: str) -> Found:
    """Hong Kong's unicorns per resident in per cent of Shenzhen's, on each list that counts both; of a list only its latest count in these years."""
    rows = load("unicorns")
    lists = sorted(name for name in rows["indicator"].unique() if name.startswith("unicorn_count_"))
    found, told = [], {}
    for name in lists:
        counts = observed("unicorns", name, ["hong_kong", "shenzhen"], (first, last), aside=False)
        both = [period for period, each in counts.groupby("period")["key"] if set(each) == {"hong_kong", "shenzhen"}]
        if both:
            own, other = (counts[(counts["period"] == both[-1]) & (counts["key"] == place)] for place in ("hong_kong", "shenzhen"))
            # The residents of the year, or of the last year before it that has a figure.
            year, kinds = int(both[-1][:4]), {"hong_kong": "residents_midyear", "shenzhen": "residents_year_end"}
            people = [observed("population", kind, place, (year - 3, year), aside=False).iloc[[-1]] for place, kind in kinds.items()]
            rate = [part["value"].iloc[0] / folk["value"].iloc[0] for part, folk in zip((own, other), people, strict=True)]
            what = f"Unicorns per resident, per cent of Shenzhen's ({own['what'].iloc[0]})"
            found.append(computed(100 * rate[0] / rate[1], "percent", what, joined(own, other, *people), "Hong Kong", both[-1]))
            told = {f"count_hk_{when}": own["value"].iloc[0], f"count_sz_{when}": other["value"].iloc[0], f"counted_{when}": both[-1][:4]}
    return joined(*found), told


@measure
def unicorns_then() -> Found:
    """On lists to the year after the article."""
    return _unicorns(2015, 2020, "then")


@measure
def unicorns_now() -> Found:
    """On lists since."""
    return _unicorns(2021, 2100, "now")


@measure
def business_research() -> Found:
    """Bears on the cause and does not decide it: no figure."""
    rows = observed("rd_expenditure", ["berd", "gerd"], "hong_kong", aside=False)
    wide = rows.pivot_table(index="period", columns="indicator", values="value", aggfunc="first").dropna()
    share = 100 * wide["berd"].iloc[-1] / wide["gerd"].iloc[-1]
    behind = rows[rows["period"] == wide.index[-1]]
    what = f"Firms perform {share:.0f} per cent of Hong Kong's research"
    return computed(None, "percent", what, behind, "Hong Kong", wide.index[-1]), {"firms_share": share, "firms_year": wide.index[-1]}


@measure
def chose_the_mainland() -> Found:
    """Of the three firms, those that neither began nor sit in Hong Kong by the better source."""
    firms = load("spinoffs").set_index("company").loc[["dji", "sensetime", "fourth_paradigm"]]
    left = ~((firms["founding_city"] == "hong_kong") | (firms["hq_city"] == "hong_kong"))
    keys = firms.reset_index()
    said = zip(keys["company"], keys["name_en"], keys["founding_city"], keys["hq_city"], keys["provenance"], strict=True)
    behind = frame(
        {"role": BEHIND, "dataset": "spinoffs", "what": f"{name}: {word}", "seen": city, "source": dict(p.split("=", 1) for p in given.split("; "))[column]}
        for _, name, begun, seat, given in said
        for word, city, column in (("began in", begun, "founding_city"), ("seat", seat, "hq_city"))
        if isinstance(city, str)
    )
    return computed(int(left.sum()), "companies", "Firms of the three that began and sit in the mainland", behind, "Greater Bay Area"), {}


def _top_hundred(editions: dict[str, str | None]) -> Found:
    found, told = [], {}
    for name, edition in editions.items():
        rows = observed("university_rank", name, "hong_kong")
        rows = rows[(rows["period"] == (edition or rows["period"].max())) & (rows["value"] <= 100)]
        title = name.removesuffix("_rank").upper()
        period = rows["period"].iloc[0]
        found.append(computed(len(rows), "universities", f"Universities among the first hundred, {title} {period}", rows, "Hong Kong", period))
        told |= {title.lower(): spelled(str(len(rows)))}
    return joined(*found), told


@measure
def top_hundred_then() -> Found:
    """The editions that were in force when the article appeared in December 2019."""
    return _top_hundred({"qs_rank": "2020", "the_rank": "2020"})


@measure
def top_hundred_now() -> Found:
    """The latest editions."""
    rows, told = _top_hundred({"qs_rank": None, "the_rank": None})
    return rows, {f"{key}_now": value for key, value in told.items()}


@measure
def bridges(city: str) -> Found:
    """In a city, with partners from the mainland."""
    ledger = load("joint_labs").query("use_on_timeline == 'yes' and city == @city and partner_home == 'mainland'")
    given = (dict(part.split("=", 1) for part in row["provenance"].split("; "))["university"] if isinstance(row["university"], str) else row["sources"]
             for row in ledger.to_dict("records"))  # fmt: skip
    behind = frame({"role": BEHIND, "dataset": "joint_labs", "what": label, "period": date, "seen": "yes", "source": source}
                   for label, date, source in zip(ledger["label"], ledger["date"], given, strict=True))  # fmt: skip
    what = "Campuses and joint laboratories of Hong Kong's universities with mainland partners"
    return computed(len(ledger), "bridges", what, behind, places()["name_en"][city]), {f"bridges_{city}": len(ledger)}


# Money and movement -------------------------------------------------------------------------------------------------------


def city_pairs(frame: pd.DataFrame, cities: list[str]) -> pd.DataFrame:
    """The rows of journeys between two of the cities, with `a` and `b` in the order of `cities`, whichever way the journey goes.

    >>> city_pairs(pd.DataFrame({"place": ["x", "z"], "to_place": ["y", "y"], "value": [1, 2]}), ["y", "x"])[["a", "b"]].values.tolist()
    [['y', 'x']]
    """
    rank = {city: n for n, city in enumerate(cities)}
    kept = frame[frame["place"].isin(rank) & frame["to_place"].isin(rank)]
    ends = [sorted(pair, key=rank.get) for pair in zip(kept["place"], kept["to_place"], strict=True)]
    return kept.assign(a=[a for a, _ in ends], b=[b for _, b in ends])


@measure
def slowest_pair() -> Found:
    """The fastest printed time of each pair of cities; of these the slowest decides."""
    times = load("interconnection_mobility").query("indicator == 'travel_time' and status == 'main'")
    cities = load("places").query("kind == 'city' and parent in ['gba', 'prd9']")["place"].tolist()
    pairs = city_pairs(times, cities)
    fastest = pairs.loc[pairs.groupby(["a", "b"])["value"].idxmin()]
    names = places()["name_en"]
    behind = frame(
        {"role": BEHIND, "dataset": "interconnection_mobility", "what": f"{names[row['a']]} to {names[row['b']]}", "period": row["period"],
         "seen": row["value"], "unit": "minutes", "source": row["source"]}
        for row in fastest.to_dict("records")
    )  # fmt: skip
    told = {"pairs": len(fastest), "beyond": int((fastest["value"] > 60).sum())}
    return computed(fastest["value"].max(), "minutes", "Slowest of the fastest times between two cities", behind, "Greater Bay Area"), told


# What cities do, and who is first -----------------------------------------------------------------------------------------


def _index() -> tuple[Sheet, complementarity.Complement, pd.DataFrame]:
    """The index's sheet, what its cities are to each other, and a row for each source of the values."""
    made = sheet()
    rows = made.rows[made.rows["used_for"].isin(made.counted) & made.rows["city"].isin(made.places)]
    return made, complementarity.together(made), frame({"source": key} for key in rows["source"].dropna().unique())


@measure
def largest_share_of_leads() -> Found:
    """In how many of the index's indicators the city leads that leads in most of them; who are level share."""
    made, found, cited = _index()
    first = places()["name_en"][made.places[int(found.best.argmax())]]
    told = {"leads_city": first, "leads": float(found.best.max()), "indicators": len(made.counted)}
    return computed(100 * found.best.max() / found.best.sum(), "percent", "Indicators in which one city leads", cited, first).iloc[[0]], told


@measure
def gain_together() -> Found:
    """What all reach together beyond the best group of one fewer, against the same figures dealt out anew; no sample, so it decides only where it is rare."""
    made, found, cited = _index()
    names = [places()["name_en"][place] for place in made.places]
    rest = listed([name for n, name in enumerate(names) if n not in found.partners])
    told = {"pair": 100 * found.pair, "partners": listed([names[n] for n in found.partners]), "rest": rest, "reached": 100 * found.reached}
    what = f"Random deals of the figures in which the city outside the best group adds as much: {told['reached']:.0f} per cent"
    return computed(told["reached"] if found.reached <= RARE else None, "percent", what, cited, "Greater Bay Area").iloc[[0]], told


@measure
def against_other_bays() -> Found:
    """By output, against the smallest of the three bays, and by output per head, against the poorest: each in per cent of it."""
    found, told = [], {}
    for name, word, years in (("gdp", "output", (2018, 2019)), ("gdp_per_head", "output per head", (2015, 2017))):
        rows = observed("bay_areas", name, ["gba", "ny_bay", "sf_bay", "tokyo_bay"], years, aside=False)
        last = rows.drop_duplicates("key", keep="last").set_index("key", drop=False)
        least = last.drop("gba")["value"].idxmin()
        share = 100 * last.loc["gba", "value"] / last.loc[least, "value"]
        what = f"The bay's {word}, per cent of the {last.loc[least, 'place']}'s"
        found.append(computed(share, "percent", what, last.loc[["gba", least]], "Greater Bay Area", last.loc["gba", "period"]))
        told |= {name: share, f"{name}_bay": last.loc[least, "place"]}
    return joined(*found), told
