"""Chapter 3's headline numbers, computed a second time from the CSV files without the library, against what the chapter says."""

from math import log

import pytest
from bookpages import ROOT, read
from ledger import NUMBERS, dated, preferred, series

CHAPTER = ROOT / "book" / "03-fintech.ipynb"
pytestmark = pytest.mark.xdist_group("chapter 3")


def value(dataset, indicator, period, **keys):
    return float(preferred(dataset, indicator, period=period, **keys)[0]["value"])


def yuan_per_hkd(year):
    per_dollar = [value("exchange_rate", "exchange_rate_lcu_per_usd", str(year), place=place) for place in ("china", "hong_kong")]
    return per_dollar[0] / per_dollar[1]


def share(one, other):
    return 100 * one / (one + other)


def last(found):
    return found[max(found)]


TRAVEL, HONG_KONG = "interconnection_mobility", {"place": "hong_kong"}
PEOPLE = ("hk_resident_departures_land", "mainland_visitor_arrivals_land")


def common(dataset, ways, **keys):
    """The newest whole year (or, where there is none, date) in which both directions have a main row, and the two figures."""
    both = [{row["period"]: float(row["value"]) for row in preferred(dataset, name, status="main", **keys)} for name in ways]
    known = both[0].keys() & both[1].keys()
    period = max({period for period in known if len(period) == 4} or known)
    return period, both[0][period], both[1][period]


def going_north():
    """By flow: the newest common period and the share that goes to the mainland."""
    found = {
        "trips": common(TRAVEL, PEOPLE, **HONG_KONG),
        "turnover": common("stock_connect", ("northbound_adt", "southbound_adt")),
        "bought": common("stock_connect", ("northbound_cumulative_net_inflow", "southbound_cumulative_net_inflow")),
        "investors": common("wealth_connect", ("individual_investors_northbound", "individual_investors_southbound")),
        "wealth": common("wealth_connect", ("cumulative_remittance_northbound", "cumulative_remittance_southbound")),
        "savings": common("wealth_connect", ("holdings_northbound", "holdings_southbound")),
    }
    for name in ("turnover", "bought"):
        period, north, south = found[name]
        found[name] = period, north, south * yuan_per_hkd(period[:4])
    return {name: (period, share(north, south)) for name, (period, north, south) in found.items()}


def a_visitor():
    """Residents leaving for each mainland visitor, by year: half of all trips less the visitors; not of the years of the closed boundary."""
    trips, visitors, mainland = (series(TRAVEL, name, **HONG_KONG) for name in ("passenger_trips", "visitor_arrivals", "mainland_visitor_arrivals"))
    return {year: (trips[year] / 2 - visitors[year]) / mainland[year] for year in mainland if year not in (2021, 2022)}


def test_what_goes_north(said):
    found = going_north()
    for name, (_, north) in found.items():
        assert said[f"{name}_north"] == pytest.approx(north)
    assert said["wealth_south"] == pytest.approx(100 - found["wealth"][1])
    assert said["bought_south"] == pytest.approx(100 - found["bought"][1])
    # No row of the opening figure is more than three years older than the newest.
    newest = max(period[:4] for period, _ in found.values())
    assert [period for period, _ in found.values() if int(newest) - int(period[:4]) > 3] == [found["bought"][0]]
    assert "net" not in said["flows_list"] and said["flows_list"].count("per cent") == 5
    # What the words beside the figure say: more people signed up in Hong Kong and Macao, and trading is still mostly mainland shares.
    assert found["investors"][1] > 50 and found["turnover"][1] > 50 and found["bought"][1] < 50


def test_people(said):
    north, south = (series(TRAVEL, name, **HONG_KONG)[2025] for name in PEOPLE)
    assert said["north_last"] == north / 1e6 and said["per_visitor"] == pytest.approx(north / south)
    each = a_visitor()
    assert (said["each_2018"], said["each_last"]) == pytest.approx((each[2018], each[2025]))
    most = each[2025] > max(part for year, part in each.items() if year < 2025)
    assert said["is_new"] == if_so(most, "more than in any other count with the gates open", "not more than before")
    # The formula against the department's own count of residents, in a year that has both.
    own = series(TRAVEL, "hk_resident_departures", **HONG_KONG)[2025] / series(TRAVEL, "mainland_visitor_arrivals", **HONG_KONG)[2025]
    assert each[2025] == pytest.approx(own, rel=0.01)
    mainland = series(TRAVEL, "mainland_visitor_arrivals", **HONG_KONG)
    assert said["fewer_visitors"] == pytest.approx(100 * (1 - mainland[2025] / mainland[2018]))
    assert said["more_residents"] == pytest.approx(100 * (each[2025] * mainland[2025] / each[2018] / mainland[2018] - 1))
    # "About half of the rise is their absence": the ratio is residents over visitors, and its rise the product of both.
    assert 0.4 < log(mainland[2018] / mainland[2025]) / log(each[2025] / each[2018]) < 0.6


def gates(year):
    """Crossings by control point, and those of gates that opened to people after the summer of 2018."""
    opened = {row["place"]: row["opening_date"] for row in read("fintech/transport_openings.csv") if not row["id"].endswith("cargo")}
    named = {"xrl_west_kowloon_control_point": "xrl_hong_kong_section", "hzmb_hong_kong_port": "hzmb"}
    found = {row["place"]: float(row["value"]) for row in preferred(TRAVEL, "passenger_trips_land", period=year) if row["place"] != "hong_kong"}
    return found, [trips for gate, trips in found.items() if opened.get(named.get(gate, gate), "") > "2018-09-22"]


def test_gates(said):
    every, new = gates("2025")
    assert said["new_share"] == pytest.approx(100 * sum(new) / sum(every.values()))
    # They carry about the same each, and Lo Wu leads.
    assert said["new_each"] == pytest.approx(sum(new) / len(new) / 1e6) and max(new) / min(new) < 1.1
    assert max(every, key=every.get) == "lo_wu"


def railway():
    """The forecasts by when they were made, the first year, and passengers a day of the last whole year."""
    made = {}
    for row in preferred(TRAVEL, "daily_passengers_forecast", place="xrl_hong_kong_section", status="main"):
        made.setdefault(row["service"], float(row["value"]))
    asked = {name: made[f"forecast of {name}"] for name in ("2009", "2015", "August 2018")}
    trips = series(TRAVEL, "passenger_trips_land", place="xrl_west_kowloon_control_point")
    return asked, value(TRAVEL, "daily_passengers", "2019-09", place="xrl_hong_kong_section"), last(trips) / (366 if max(trips) % 4 == 0 else 365)


def test_railway_against_its_forecasts(said):
    asked, first, now = railway()
    assert (said["f_2009"], said["f_2015"], said["f_2018"]) == tuple(asked.values())
    assert said["first_met"] == pytest.approx(100 * first / asked["August 2018"])
    assert said["of_high"] == pytest.approx(100 * now / asked["2015"])
    # "Beats the cautious forecast", and not the hopeful one.
    assert asked["August 2018"] == min(asked.values()) < now < asked["2015"] == max(asked.values())


def minutes_between(one, other, indicator="travel_time", **keys):
    """Minutes and service of the rows between two cities, whichever way."""
    found = preferred(TRAVEL, indicator, **keys)
    return sorted((float(row["value"]), row["service"]) for row in found if {row["place"], row["to_place"]} == {one, other})


def test_minutes(said):
    rail = [minutes for minutes, _ in minutes_between("hong_kong", "guangzhou", "travel_time_before", status="main", mode="conventional_rail")]
    assert (said["rail_low"], said["rail_high"]) == (min(rail), max(rail))
    cities = {"hk": "hong_kong", "sz": "shenzhen", "gz": "guangzhou", "jm": "jiangmen"}
    fastest = {
        pair: minutes_between(*(cities[city] for city in pair.split("_")), status="main")[0][0] for pair in ("hk_sz", "sz_gz", "hk_gz", "sz_jm", "hk_jm")
    }
    assert all(said[f"t_{pair}"] == minutes for pair, minutes in fastest.items())
    closed = max(fastest[pair] for pair in ("hk_sz", "sz_gz", "hk_gz")) <= 60
    assert said["three_closed"] == if_so(closed, "has closed", "has not closed")
    # "Farther west it stays open", and the new link makes half an hour.
    assert min(fastest["sz_jm"], fastest["hk_jm"]) > 60 and minutes_between("shenzhen", "zhongshan", status="main")[0][0] == 30
    assert said["zs_before"] == max(minutes for minutes, _ in minutes_between("shenzhen", "zhongshan", "travel_time_before", status="main"))
    assert said["door"] == value(TRAVEL, "travel_time_door_to_door", "2018-09-11")


def links():
    return read("fintech/payment_links.csv")


NORTH, SOUTH = ("hong_kong_to_mainland", "macao_to_mainland"), ("mainland_to_hong_kong", "mainland_to_macao")


def new_links():
    """Links across the boundary since the month of the article."""
    first = {row["id"]: row["mainland_launch_date"] or row["launch_date"] or row["claimed_launch_date"] for row in links()}
    return [row for row in links() if row["direction"] in (*NORTH, *SOUTH, "both") and first[row["id"]] >= "2019-12"]


def test_links(said):
    new = new_links()
    told = [NUMBERS[sum(row["direction"] in ways for row in new)] for ways in (NORTH, SOUTH, ("both",))]
    assert [said["n_new_north"], said["n_new_south"], said["n_new_both"]] == told and said["n_new_word"] == NUMBERS[len(new)]
    assert said["wc_cities"] == next(float(row["cities_covered"]) for row in links() if row["id"] == "wechat_pay_hk")
    dates = {(row["event"], row["date"]) for row in read("fintech/payment_link_dates.csv") if row["link"] == "wechat_pay_hk" and row["status"] == "main"}
    # Announced in September, in service "the next month"; in Hong Kong since January 2016; in Payment Connect since March 2026.
    assert {("announcement", "2018-09-26"), ("launch in the mainland", "2018-10"), ("launch", "2016-01"), ("extension", "2026-03-02")} <= dates
    assert said["announced"] == "September 2018"
    code = next(row for row in links() if row["id"] == "wechat_transit_qr")
    assert code["last_seen"] == "2024-09-24" and float(code["cities_covered"]) > 100
    assert value("payment_use", "gba_cities_covered", "2019-07") == 7
    # The reach of the card's scheme lay on both sides of the article's 250.
    assert value("payment_use", "cities_covered", "2019-06", link="china_t_union") == said["t_2019"] < 250 < said["t_aim"]


def test_sizes_of_the_links(said):
    for name, indicator, period, unit in (
        ("spent", "noncash_value", "2023", 1), ("accounts", "accounts_opened", "2025-06", 1e3), ("pc_north", "transactions_northbound", "2025-06-22", 1),
        ("pc_south", "transactions_southbound", "2025-06-22", 1), ("pc_n_mean", "average_value_northbound", "2025-06-22", 1),
        ("pc_s_mean", "average_value_southbound", "2025-06-22", 1), ("shops", "stored_value_shop_payments", "2025-06", 1),
        ("shops_then", "stored_value_shop_payments", "2020-03", 1), ("bridge", "payments_cumulative", "2026-01", 1),
    ):  # fmt: skip
        assert said[name] == value("payment_use", indicator, period) / unit, name
    assert said["e_cny"] == value("payment_use", "users", "2026-01", link="e_cny_hong_kong") / 1e3


def test_alliance_and_digital_banks(said):
    members = {row["group"] for row in read("fintech/fintech_alliance.csv")}
    held = [row for row in read("fintech/virtual_bank_shareholders.csv") if row["group"] in members]
    assert said["n_shared"] == NUMBERS[len({row["group"] for row in held})]
    assert (said["n_owned"], said["n_banks"], said["n_members"]) == tuple(
        NUMBERS[count] for count in (len({row["bank"] for row in held}), len(read("fintech/virtual_banks.csv")), len(members))
    )
    assert all(row["licence_date"][:4] == "2019" for row in read("fintech/virtual_banks.csv"))


def test_years_of_the_connects():
    """The years that the prose names: shares, funds, bonds, savings, swaps."""
    first = {}
    for row in sorted(read("fintech/connects.csv"), key=lambda row: row["launch_date"], reverse=True):
        first[row["kind"]] = row["launch_date"][:4]
    assert first == {"shares": "2014", "funds": "2015", "bonds": "2017", "wealth products": "2021", "swaps": "2023"}


def test_no_quota_was_lowered():
    for dataset in ("stock_connect", "bond_connect", "swap_connect", "wealth_connect"):
        found = {}
        for row in read(f"fintech/{dataset}.csv"):
            if "quota" in row["indicator"] and "used" not in row["indicator"] and row["status"] == "main":
                found.setdefault((row["indicator"], row.get("channel"), row["place"]), []).append((row["period"], float(row["value"])))
        for key, quotas in found.items():
            assert [v for _, v in sorted(quotas)] == sorted(v for _, v in quotas), (dataset, key)


def southern_share():
    """Half of the southern turnover over the market's, by whole year."""
    south, market = series("stock_connect", "southbound_adt", channel="all"), series("financial_depth", "average_daily_turnover", place="hong_kong")
    return {year: 50 * south[year] / market[year] for year in south if year in market and year > 2014}


def test_trading(said):
    south = series("stock_connect", "southbound_adt", channel="all")
    assert said["adt_s"] == south[2025] and said["s_times"] == pytest.approx(south[2025] / south[2024])
    parts = southern_share()
    assert list(parts) == list(range(2015, 2026))
    assert (said["ss_first"], said["ss_2019"], said["ss_last"]) == pytest.approx((parts[2015], parts[2019], parts[2025]))
    # The regulator's own figures fit the one definition; those that the exchange printed to 2017 are larger, of another.
    stated = {row["period"]: float(row["value"]) for row in preferred("stock_connect", "southbound_share_of_hk_turnover", status="main")}
    assert all(parts[int(year)] == pytest.approx(part, abs=0.1) for year, part in stated.items()) and said["ss_said"] == stated["2025"]
    other = series("stock_connect", "southbound_share_of_hk_equity_turnover")
    assert all(part > 1.2 * parts[year] for year, part in other.items())


def test_holdings(said):
    net, held = (dated("stock_connect", f"southbound_{name}") for name in ("cumulative_net_inflow", "holdings"))
    assert (said["net_s_then"], said["net_s_now"]) == (net["2021-11-10"] / 1e3, last(net) / 1e3)
    assert (said["held_then"], said["held_now"]) == (held["2021-11-10"] / 1e3, last(held) / 1e3)
    assert said["net_when"] == "December 2025" and max(net) == "2025-12"
    north = dated("stock_connect", "northbound_holdings", channel="all")
    assert (said["north_then"], said["north_held"]) == (north["2021-11-10"] / 1e3, last(north) / 1e3)
    assert said["north_word"] == if_so(north["2021-11-10"] > held["2021-11-10"] * yuan_per_hkd(2021), "more", "less")
    assert (said["bonds_2022"], said["bonds"]) == tuple(value("bond_connect", "southbound_holdings", period) for period in ("2022-06", "2025-05"))


def test_wealth_connect(said):
    total, south = dated("wealth_connect", "cumulative_remittance"), dated("wealth_connect", "cumulative_remittance_southbound")
    assert said["w_sent"] == last(total) and said["w_jump"] == pytest.approx(last(total) / total[max(south)])
    assert said["w_people"] == value("wealth_connect", "individual_investors", max(total)) / 1e3
    held = [dated("wealth_connect", f"holdings_{way}bound") for way in ("south", "north")]
    assert said["h_last"] == pytest.approx(share(last(held[0]), last(held[1])))
    spring, since = value("wealth_connect", "remittance_southbound", "2024-07"), value("wealth_connect", "remittance", "2024-12")
    assert said["w_floor"] == pytest.approx(100 * (south["2024-01"] + spring) / (total["2024-01"] + since))
    deposits = dated("wealth_connect", "southbound_share_deposits")
    assert (said["w_dep_first"], said["w_dep"]) == (deposits["2021"], last(deposits))


def renminbi():
    return dated("rmb_deposits", "rmb_deposits"), dated("rmb_deposits", "rmb_trade_settlement")


def test_renminbi(said):
    kept, settled = renminbi()
    now = max(kept.keys() & settled.keys())
    assert (said["dep_last"], said["set_last"]) == (kept[now], settled[now])
    after = {month: figure for month, figure in kept.items() if month >= "2014-12"}
    # "Nearly halved".
    assert said["dep_low"] == min(after.values()) and 0.45 < said["dep_low"] / kept["2014-12"] < 0.6
    assert said["rt_last"] == last(series("rmb_deposits", "rmb_rtgs_daily_turnover"))
    loans = series("rmb_deposits", "rmb_loans")
    assert (said["loan_2021"], said["loan_last"]) == (loans[2021], last(loans))
    assert said["hub_2024"] == value("rmb_deposits", "share_of_offshore_rmb_payments", "2024", place="hong_kong")


CITIES = {"hk": "hong_kong", "sz": "shenzhen", "gz": "guangzhou"}


def test_ranks_of_the_last_edition(said):
    edition = max(row["period"] for row in preferred("financial_centre_rank", "gfci_rank"))
    assert said["gf_when"] == "September 2026" and edition == "2026-09"
    assert said["gf_n"] == value("financial_centre_rank", "gfci_centres_ranked", edition, place="world")
    assert [said[f"gf_{city}_th"] for city in CITIES] == ["3rd", "8th", "28th"]
    assert [value("financial_centre_rank", "gfci_rank", edition, place=place) for place in CITIES.values()] == [3, 8, 28]
    sz, gz = (dated("financial_centre_rank", "gfci_rank", place=place) for place in ("shenzhen", "guangzhou"))
    assert (said["sz_first_th"], said["sz_first_when"]) == ("5th", "September 2009") and sz[min(sz)] == 5
    assert (said["sz_worst_th"], said["gz_best_th"]) == (f"{max(sz.values()):.0f}th", f"{min(gz.values()):.0f}th")
    fintech = dated("financial_centre_rank", "gfci_fintech_rank", place="hong_kong")
    assert (said["ft_low_th"], said["ft_hk_th"]) == (f"{max(fintech.values()):.0f}th", "1st") and last(fintech) == 1


def test_distance_in_points_within_an_edition(said):
    for name, edition in (("behind_2019", "2019-09"), ("behind_last", "2026-03")):
        points = [value("financial_centre_rank", "gfci_rating", edition, place=place) for place in ("hong_kong", "shenzhen")]
        assert said[name] == points[0] - points[1]
    assert said["ny_ahead"] == value("financial_centre_rank", "gfci_rating", "2026-09", place="new_york") - value(
        "financial_centre_rank", "gfci_rating", "2026-09", place="hong_kong"
    )


def test_depth_of_finance(said):
    for city in ("sz", "gz"):
        output = value("gdp", "gdp_current_lcu", said["f_year"], place=CITIES[city])
        assert said[f"f_{city}"] == pytest.approx(1000 * value("financial_depth", "finance_value_added", said["f_year"], place=CITIES[city]) / output)
    assert said["f_hk"] == last(series("financial_depth", "finance_insurance_share_basic_prices", place="hong_kong"))
    assert said["mv_last"] == last(series("financial_depth", "market_capitalisation", place="hong_kong"))
    assert said["ipo_last"] == last(series("financial_depth", "ipo_funds_raised", place="hong_kong"))


# ---- the titles: every number and every word that claims something, from the files --------------------------------------

def if_so(true, words, otherwise):
    """The words that a title may use only as long as something is true of the data."""
    return words if true else otherwise


def north_title():
    found = going_north()
    people = if_so(found["trips"][1] > 50, "north", "south")
    money = if_so(max(found["wealth"][1], found["savings"][1]) < 50, "south", "north")
    return f"People go {people}, and the money that stays goes {money}"


def railway_title():
    asked, _, now = railway()
    told = {0: "none of its three forecasts", 1: "the lowest of its three forecasts", 2: "two of its three forecasts", 3: "all three of its forecasts"}
    return f"The express railway has passed {told[sum(forecast < now for forecast in asked.values())]}"


def wealth_title():
    held = [dated("wealth_connect", f"holdings_{way}bound") for way in ("south", "north")]
    first, now = min(held[0]), max(held[0])
    turned = share(held[0][first], held[1][first]) < 50 < share(held[0][now], held[1][now])
    months = (int(now[:4]) - int(first[:4])) * 12 + int(now[5:]) - int(first[5:])
    return f"{if_so(months <= 24, 'Within two years', 'Over the years')} the savings in Wealth Connect {if_so(turned, 'turned south', 'stayed in the north')}"


def hub_title():
    kept, settled = renminbi()
    now = max(kept.keys() & settled.keys())
    much = if_so(0.8 < kept[now] / kept["2014-12"] < 1.2, "about as many", "not as many")
    return f"Hong Kong keeps {much} renminbi as in 2014, and settles {if_so(settled[now] > 1.5 * settled['2014-12'], 'far more', 'no more')} trade with them"


def ranks_title():
    inside = sum(value("financial_centre_rank", "gfci_rank", "2026-09", place=place) <= 10 for place in CITIES.values())
    told = ["None of the three is", "One of the three is", "Two of the three are", "All three are"][inside]
    return f"{told} among the world's first ten financial centres"


def gates_title():
    every, new = gates("2025")
    return f"{100 * sum(new) / sum(every.values()):.0f} per cent of the crossings use a gate that did not exist in the summer of 2018"


#: For every exhibit its whole title, numbers and words, computed from the CSV files: where the data no longer bear a word, another stands there.
TITLES = {
    "north-and-south": north_title,
    "north-by-month": lambda: f"For each visitor from the mainland, {NUMBERS[round(a_visitor()[2025])]} Hongkongers now leave the city",
    "control-points": gates_title,
    "rail-forecast": railway_title,
    "payment-links": lambda: f"Since the article {NUMBERS[len(new_links())]} new ways to pay across the boundary have opened",
    "connect-turnover": lambda: f"Mainland investors now make {southern_share()[2025]:.0f} per cent of Hong Kong's share trading",
    "wealth-connect": wealth_title,
    "renminbi-hub": hub_title,
    "gfci-ranks": ranks_title,
}


def test_numbers_and_words_of_the_titles(titles):
    assert titles == {name: again() for name, again in TITLES.items()}
    assert max(map(len, titles.values())) < 90
