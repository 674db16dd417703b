"""Chapter 3's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

import pytest
from bookpages import ROOT, read

CHAPTER = ROOT / "book" / "03-fintech.ipynb"
pytestmark = pytest.mark.xdist_group("chapter 3")


def rows(dataset, indicator, folder="fintech", **keys):
    """Rows of one indicator, the preferred ones first: main before aside, better grade, newer source."""
    known = {row["source"]: row for row in read("sources.csv")}
    found = [row for row in read(f"{folder}/{dataset}.csv") if row["indicator"] == indicator and all(row[key] == value for key, value in keys.items())]
    found.sort(key=lambda row: known[row["source"]]["date"], reverse=True)
    found.sort(key=lambda row: (row["status"] != "main", known[row["source"]]["grade"]))
    return found


def value(dataset, indicator, period, folder="fintech", **keys):
    return float(rows(dataset, indicator, folder, period=period, **keys)[0]["value"])


def yuan_per_hkd(year):
    per_dollar = [value("exchange_rate", "exchange_rate_lcu_per_usd", year, "history", place=place) for place in ("china", "hong_kong")]
    return per_dollar[0] / per_dollar[1]


def share(one, other):
    return 100 * one / (one + other)


def test_ranks_of_the_last_edition(said):
    for name, place in (("gf_hk", "hong_kong"), ("gf_sz", "shenzhen"), ("gf_gz", "guangzhou"), ("gf_n", "world")):
        indicator = "gfci_centres_ranked" if place == "world" else "gfci_rank"
        assert said[name] == value("financial_centre_rank", indicator, "2025-09", place=place)
    assert (said["gf_hk"], said["gf_sz"], said["gf_gz"]) == (3, 9, 33)
    assert [said[f"gf_{city}_th"] for city in ("hk", "sz", "gz")] == ["3rd", "9th", "33rd"]


def test_editions_in_which_guangzhou_was_seen(said):
    editions = {row["period"] for row in rows("financial_centre_rank", "gfci_rank") if row["period"] >= "2017-03"}
    assert said["n_editions"] == len(editions)
    assert said["gz_seen"] == len({row["period"] for row in rows("financial_centre_rank", "gfci_rank", place="guangzhou")} & editions)


def test_distance_in_points_within_an_edition(said):
    for name, edition in (("behind_2019", "2019-09"), ("behind_2020", "2020-03"), ("behind_last", "2025-09")):
        points = [value("financial_centre_rank", "gfci_rating", edition, place=place) for place in ("hong_kong", "shenzhen")]
        assert said[name] == points[0] - points[1]


def test_what_goes_north(said):
    people = [value("interconnection_mobility", name, "2025") for name in ("hk_resident_departures_land", "mainland_visitor_arrivals_land")]
    assert said["trips_north"] == pytest.approx(share(*people))
    assert said["per_visitor"] == pytest.approx(people[0] / people[1])
    traded = value("stock_connect", "northbound_adt", "2024"), value("stock_connect", "southbound_adt", "2024") * yuan_per_hkd("2024")
    assert said["turnover_north"] == pytest.approx(share(*traded))
    held = [value("stock_connect", f"{way}bound_holdings", "2021-11-10") for way in ("north", "south")]
    assert f"November 2021 {share(held[0], held[1] * yuan_per_hkd('2021')):.0f} per cent" in said["flows_north"]
    assert said["north_last"] == people[0] / 1e6
    bought = [value("stock_connect", f"{way}bound_cumulative_net_inflow", "2021-11-10") for way in ("north", "south")]
    assert said["bought_south"] == pytest.approx(100 - share(bought[0], bought[1] * yuan_per_hkd("2021")))
    sent = [value("wealth_connect", f"cumulative_remittance_{way}bound", "2024-01") for way in ("north", "south")]
    assert said["wealth_south"] == pytest.approx(100 - share(*sent))


def test_renminbi(said):
    deposits, settled = (
        {row["period"]: float(row["value"]) for row in reversed(rows("rmb_deposits", name))} for name in ("rmb_deposits", "rmb_trade_settlement")
    )
    assert said["dep_peak"] == max(deposits.values()) == deposits["2022-01"]
    assert said["turn_2014"] == pytest.approx(settled["2014-12"] / deposits["2014-12"])
    assert said["turn_last"] == pytest.approx(settled["2025-12"] / deposits["2025-12"])
    assert said["sum_2015"] == pytest.approx(sum(settled[f"2015-{month:02d}"] for month in range(1, 13)))


def test_southbound_share_is_half_the_turnover_over_the_market(said):
    for name, period in (("ss_2024", "2024"), ("ss_last", "2025-06")):
        half = value("stock_connect", "southbound_adt", period) / 2
        assert said[name] == pytest.approx(100 * half / value("financial_depth", "average_daily_turnover", period, place="hong_kong"))
    assert said["ss_2024"] == pytest.approx(said["ss_said24"], abs=0.1)
    assert said["ss_first"] == value("stock_connect", "southbound_share_of_hk_turnover", "2015")


def test_wealth_connect(said):
    now, before = (value("wealth_connect", "cumulative_remittance", period) for period in ("2025-07", "2024-01"))
    assert said["w_sent"] == now
    assert said["w_head_now"] == pytest.approx(now * 1e6 / value("wealth_connect", "individual_investors", "2025-07"))
    assert said["w_jump"] == pytest.approx(now / before)
    assert said["w_head_before"] == pytest.approx(before * 1e6 / value("wealth_connect", "individual_investors", "2024-01"))


def test_pairs_of_cities(said):
    cities = {row["place"] for row in read("places.csv") if row["kind"] == "city" and row["parent"] in ("gba", "prd9")}
    timed = {}
    for row in rows("interconnection_mobility", "travel_time"):
        if {row["place"], row["to_place"]} <= cities:
            timed.setdefault(frozenset((row["place"], row["to_place"])), []).append((row["status"] != "main", float(row["value"])))
    best = [min(times) for times in timed.values()]
    assert (said["n_pairs"], said["n_timed"]) == (len(cities) * (len(cities) - 1) // 2, len(best))
    assert said["n_main"] == sum(not weak for weak, _ in best)
    assert said["main_hour"] == sum(not weak and minutes <= 60 for weak, minutes in best)


def test_railway_against_its_forecast(said):
    forecast = value("interconnection_mobility", "daily_passengers_forecast", "2018", place="xrl_hong_kong_section")
    first = value("interconnection_mobility", "daily_passengers", "2019-09", place="xrl_hong_kong_section")
    last = value("interconnection_mobility", "passenger_trips_land", "2025", place="xrl_west_kowloon_control_point") / 365
    assert said["first_met"] == pytest.approx(100 * first / forecast)
    assert said["last_met"] == pytest.approx(100 * last / forecast)


def test_depth_of_finance(said):
    output = value("gdp", "gdp_current_lcu", "2022", "history", place="shenzhen")
    assert said["f_sz"] == pytest.approx(1000 * value("financial_depth", "finance_value_added", "2022", place="shenzhen") / output)
    assert said["f_hk"] == value("financial_depth", "finance_insurance_share_basic_prices", "2022", place="hong_kong")
    values = {row["period"]: float(row["value"]) for row in rows("financial_depth", "market_capitalisation", place="hong_kong", status="main")}
    assert said["mv_peak"] == max(values.values()) == values[said["mv_peak_year"]]


def test_renminbi_title(said):
    deposits = {row["period"]: float(row["value"]) for row in reversed(rows("rmb_deposits", "rmb_deposits"))}
    assert said["dep_2014"] == deposits["2014-12"] and said["dep_last"] == deposits["2025-12"]
    assert deposits["2025-12"] <= deposits["2014-12"] and 1.75 < said["turn_last"] / said["turn_2014"] < 2.25
    hub = [value("rmb_deposits", "share_of_offshore_rmb_payments", period, place="hong_kong") for period in ("2012-09", "2016-03", "2024")]
    assert [said["hub_2012"], said["hub_2016"], said["hub_2024"]] == hub and all(70 <= part <= 80 for part in hub)
    others = [value("rmb_deposits", "share_of_offshore_rmb_payments", "2016-03", place=place) for place in ("london", "singapore")]
    assert [said["hub_london"], said["hub_sg"]] == others


def test_connects(said):
    dates = sorted(row["launch_date"] for row in read("fintech/connects.csv"))
    assert (said["n_connects"], said["first_connect"], said["last_connect"]) == (len(dates), dates[0][:4], dates[-1][:4])
    for name, way in (("times_n", "north"), ("times_s", "south")):
        now, then = (value("stock_connect", f"{way}bound_adt", period) for period in ("2025-09", "2021-11-10"))
        assert said[name] == pytest.approx(now / then)


def test_no_quota_was_lowered():
    for dataset in ("stock_connect", "bond_connect", "swap_connect", "wealth_connect"):
        series = {}
        for row in read(f"fintech/{dataset}.csv"):
            if "quota" in row["indicator"] and row["status"] == "main":
                series.setdefault((row["indicator"], row.get("channel"), row["place"]), []).append((row["period"], float(row["value"])))
        for key, found in series.items():
            assert [v for _, v in sorted(found)] == sorted(v for _, v in found), (dataset, key)


def test_links_and_their_cities(said):
    named = {row["id"]: row for row in links()}
    for name, link, column in (
        ("claim_qr", "wechat_transit_qr", "claimed_cities"),
        ("claim_hw", "huawei_pay_shenzhen_tong", "claimed_cities"),
        ("union", "china_t_union", "cities_covered"),
        ("wc_cities", "wechat_pay_hk", "cities_covered"),
    ):
        assert said[name] == float(named[link][column])
    members = {row["group"] for row in read("fintech/fintech_alliance.csv")}
    held = [row for row in read("fintech/virtual_bank_shareholders.csv") if row["group"] in members]
    assert said["n_members"] == len(members) and all(row["group"] in said["both_names"] for row in held)
    assert (said["n_their"], said["n_banks"]) == (len({row["bank"] for row in held}), len(read("fintech/virtual_banks.csv")))
    for name, period in (("it_first", "2018"), ("it_last", "2024")):
        assert said[name] == value("bank_technology", "it_spending", period, bank="china_merchants_bank")


def test_minutes_in_the_titles(said):
    def minutes(indicator, ends, **keys):
        return [float(row["value"]) for row in rows("interconnection_mobility", indicator, **keys) if {row["place"], row["to_place"]} == ends]

    rail = minutes("travel_time_before", {"hong_kong", "guangzhou"}, status="main")
    assert (said["rail_low"], said["rail_high"]) == (min(rail), max(rail))
    assert said["fast"] == min(minutes("travel_time", {"hong_kong", "guangzhou"}, status="main"))
    for pair in ({"hong_kong", "guangzhou"}, {"hong_kong", "shenzhen"}, {"shenzhen", "guangzhou"}):
        assert min(minutes("travel_time", pair, status="main", mode="high_speed_rail")) <= 60
    east, west = {"shenzhen", "hong_kong", "dongguan", "huizhou"}, {"zhuhai", "zhongshan", "macao", "jiangmen"}
    over = [
        float(row["value"])
        for row in rows("interconnection_mobility", "travel_time", status="main")
        if {row["place"], row["to_place"]} & east and {row["place"], row["to_place"]} & west
    ]
    assert said["across"] == min(over)
    assert (said["n_unknown"], said["n_weak"]) == (said["n_pairs"] - said["n_timed"], said["n_timed"] - said["n_main"])


def test_exchange(said):
    for name, indicator, period in (
        ("mv_low", "market_capitalisation", "2023"),
        ("mv_last", "market_capitalisation", "2025"),
        ("ipo_2020", "ipo_funds_raised", "2020"),
        ("ipo_low", "ipo_funds_raised", "2023"),
        ("ipo_last", "ipo_funds_raised", "2025"),
    ):
        assert said[name] == value("financial_depth", indicator, period, place="hong_kong")
    assert said["ipo_low"] < said["ipo_last"] < said["ipo_2020"]


# ---- the titles: every number and every word that claims something, from the files --------------------------------------

NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NAMES = {"hong_kong": "Hong Kong", "shenzhen": "Shenzhen", "guangzhou": "Guangzhou"}


def if_so(true, words, otherwise):
    """The words that a title may use only as long as something is true of the data."""
    return words if true else otherwise


def month(indicator, period):
    return value("rmb_deposits", indicator, period)


def links():
    return read("fintech/payment_links.csv")


def dated_links():
    """The last sight of each link that has a date, without the one to Thailand."""
    first = {row["id"]: row["mainland_launch_date"] or row["launch_date"] or row["licence_date"] or row["claimed_launch_date"] for row in links()}
    return [row["last_seen"] or first[row["id"]] for row in links() if first[row["id"]] and row["id"] != "fps_promptpay"]


def minutes_between(one, other, indicator="travel_time", **keys):
    """Minutes and service of the rows between two cities, whichever way."""
    found = rows("interconnection_mobility", indicator, **keys)
    return sorted((float(row["value"]), row["service"]) for row in found if {row["place"], row["to_place"]} == {one, other})


def timed_pairs():
    """The best time of each pair of cities that has one: whether it is weak, and the minutes."""
    cities = {row["place"] for row in read("places.csv") if row["kind"] == "city" and row["parent"] in ("gba", "prd9")}
    timed = {}
    for row in rows("interconnection_mobility", "travel_time"):
        if {row["place"], row["to_place"]} <= cities:
            timed.setdefault(frozenset((row["place"], row["to_place"])), []).append((row["status"] != "main", float(row["value"])))
    return len(cities) * (len(cities) - 1) // 2, [min(times) for times in timed.values()]


def across_the_estuary():
    east, west = ("shenzhen", "hong_kong", "dongguan", "huizhou"), ("zhuhai", "zhongshan", "macao", "jiangmen")
    return min(minutes for a in east for b in west for minutes, _ in minutes_between(a, b, status="main"))


def through_new_gates():
    """Per cent of the crossings by land of 2025 through gates that opened to people after the summer of 2018."""
    opened = {row["place"]: row["opening_date"] for row in read("fintech/transport_openings.csv") if not row["id"].endswith("cargo")}
    named = {"xrl_west_kowloon_control_point": "xrl_hong_kong_section", "hzmb_hong_kong_port": "hzmb"}
    gates = {
        row["place"]: float(row["value"]) for row in rows("interconnection_mobility", "passenger_trips_land", period="2025") if row["place"] != "hong_kong"
    }
    new = [trips for gate, trips in gates.items() if opened.get(named.get(gate, gate), "") > "2018-09-22"]
    return 100 * sum(new) / sum(gates.values())


def railway():
    """The forecast, the first year, and the first later year above the forecast."""
    section, gate = "xrl_hong_kong_section", "xrl_west_kowloon_control_point"
    forecast = value("interconnection_mobility", "daily_passengers_forecast", "2018", place=section)
    years = {row["period"]: float(row["value"]) for row in rows("interconnection_mobility", "passenger_trips_land", place=gate) if len(row["period"]) == 4}
    passed = [year for year, trips in sorted(years.items()) if trips / (366 if int(year) % 4 == 0 else 365) > forecast]
    return forecast, value("interconnection_mobility", "daily_passengers", "2019-09", place=section), passed[0]


def exchange(indicator, year):
    return value("financial_depth", indicator, str(year), place="hong_kong")


def ranks_title():
    ranks = {place: value("financial_centre_rank", "gfci_rank", "2025-09", place=place) for place in NAMES}
    inside = sum(rank <= 10 for rank in ranks.values())
    told = ", ".join(f"{NAMES[place]} {rank:.0f}" for place, rank in ranks.items())
    return f"{told}: {NUMBERS[inside]} centres among the first ten of the world and {NUMBERS[3 - inside]} outside"


def hub_title():
    then, now = month("rmb_deposits", "2014-12"), month("rmb_deposits", "2025-12")
    times = month("rmb_trade_settlement", "2025-12") / now / (month("rmb_trade_settlement", "2014-12") / then)
    larger = if_so(now <= then, "no larger", "larger")
    return (
        f"Renminbi deposits are {larger} than at the end of 2014 ({now:,.0f} billion yuan against {then:,.0f}), "
        f"but {times:.1f} times as much trade passes through each yuan of them"
    )


def wealth_title():
    (sent, then), now = (value("wealth_connect", name, "2024-01") for name in ("cumulative_remittance_southbound", "cumulative_remittance")), "2025-07"
    assert now == max(row["period"] for row in rows("wealth_connect", "cumulative_remittance"))
    months = (int(now[:4]) - 2024) * 12 + int(now[5:]) - 1
    times = value("wealth_connect", "cumulative_remittance", now) / then
    return (
        f"Wealth Connect's money grew {times:.0f}-fold in the {months} months after January 2024; "
        f"until then {100 * sent / then:.0f} per cent of it had gone south"
    )


def hour_title():
    pairs = (("guangzhou", "shenzhen"), ("shenzhen", "hong_kong"), ("hong_kong", "guangzhou"))
    three = [minutes_between(*pair, status="main", mode="high_speed_rail")[0][0] for pair in pairs]
    lie = if_so(max(three) <= 60, "lie", "do not lie")
    return (
        f"Guangzhou, Shenzhen and Hong Kong {lie} within the hour of one another by rail; "
        f"across the estuary the best well sourced time is {across_the_estuary():.0f} minutes"
    )


def exchange_title():
    values = {year: exchange("market_capitalisation", year) for year in range(2016, 2026)}
    peak = max(values, key=values.get)
    low = min((year for year in values if year > peak), key=values.get)
    back = if_so(values[low] < 0.9 * values[2025] and 0.9 * values[peak] < values[2025] <= values[peak], "is back at", "is at")
    raised = {year: rows("financial_depth", "ipo_funds_raised", place="hong_kong", period=str(year))[0] for year in (2020, 2023, 2025)}
    estimates = if_so(all(raised[year]["status"] == "aside" for year in (2020, 2023)), "by estimates", "as counted")
    funds = {year: float(row["value"]) for year, row in raised.items()}
    part = if_so(funds[2023] < funds[2025] < funds[2020], "came back in part", "did not come back in part")
    fall = 100 * (1 - funds[2023] / funds[2020])
    head = f"Hong Kong's market value fell from {values[peak]:.0f} to {values[low]:.0f} trillion Hong Kong dollars and {back} {values[2025]:.0f}"
    return f"{head}; funds raised fell, {estimates}, {fall:.0f} per cent and {part}"


def north_title():
    people = share(*(value("interconnection_mobility", name, "2025") for name in ("hk_resident_departures_land", "mainland_visitor_arrivals_land")))
    traded = share(value("stock_connect", "northbound_adt", "2024"), value("stock_connect", "southbound_adt", "2024") * yuan_per_hkd("2024"))
    south = share(*(value("wealth_connect", f"cumulative_remittance_{way}bound", "2024-01") for way in ("south", "north")))
    go = if_so(min(people, traded) > 50, "People and trading go north", "Not both go north")
    return (
        f"{go}: {people:.0f} per cent of journeys out by land. Savings {if_so(south > 50, 'went south', 'went north')}: "
        f"{south:.0f} per cent of Wealth Connect's money by 2024"
    )


def alive_title():
    article = NUMBERS[sum(row["last_seen"] >= "2023" for row in links() if row["in_article"] == "yes")]
    named = NUMBERS[sum(row["in_article"] == "yes" for row in links())]
    seen = dated_links()
    return (
        f"Of the article's {named} systems {article} is seen at work since 2023; "
        f"of all {len(seen)} links with a date, {sum(last >= '2023' for last in seen)} are"
    )


def matrix_title():
    pairs, best = timed_pairs()
    weak = sum(poor for poor, _ in best)
    told = if_so(len(best) - weak < pairs, "cannot be told", "can be told")
    return f"How many of {pairs} pairs lie within the hour {told}: for {pairs - len(best)} no time was found, for {weak} more a weak one"


def railway_title():
    forecast, first, year = railway()
    return (
        f"The express railway was to have {forecast:,.0f} passengers a day at its opening; "
        f"it got {100 * first / forecast:.0f} per cent of them, and passed the mark in {year}"
    )


def turnover_title():
    south, north = (
        value("stock_connect", f"{way}bound_adt", "2025-09") / value("stock_connect", f"{way}bound_adt", "2021-11-10") for way in ("south", "north")
    )
    return f"Trading south through Stock Connect is {south:.1f} times what it was in 2021, trading north {north:.1f} times"


def southbound_title():
    half = value("stock_connect", "southbound_adt", "2025-06") / 2 / value("financial_depth", "average_daily_turnover", "2025-06", place="hong_kong")
    first = value("stock_connect", "southbound_share_of_hk_turnover", "2015")
    return f"Mainland investors made {first:g} per cent of Hong Kong's share trading in 2015 and {100 * half:.0f} per cent in the first half of 2025"


def month_title():
    north, south = (value("interconnection_mobility", name, "2025") for name in ("hk_resident_departures_land", "mainland_visitor_arrivals_land"))
    return f"In 2025 residents of Hong Kong went north by land {north / 1e6:.0f} million times, {north / south:.1f} times for every mainland visitor who came"


#: For every exhibit its whole title, numbers and words, computed from the CSV files: where the data no longer bear a word, another stands there.
TITLES = {
    "north-and-south": north_title,
    "gfci-ranks": ranks_title,
    "renminbi-hub": hub_title,
    "connect-turnover": turnover_title,
    "southbound-share": southbound_title,
    "wealth-connect": wealth_title,
    "payment-links": alive_title,
    "one-hour-matrix": matrix_title,
    "one-hour-map": hour_title,
    "north-by-month": month_title,
    "control-points": lambda: f"{through_new_gates():.0f} per cent of crossings by land go through a gate that did not exist in the summer of 2018",
    "rail-forecast": railway_title,
    "hong-kong-exchange": exchange_title,
}


def test_every_exhibit_has_its_title_computed_again(titles):
    assert set(titles) == set(TITLES)


@pytest.mark.parametrize("name", TITLES)
def test_numbers_and_words_of_the_titles(titles, name):
    assert titles[name] == TITLES[name]()
