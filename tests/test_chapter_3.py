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


def test_editions_in_which_guangzhou_was_seen(said):
    editions = {row["period"] for row in rows("financial_centre_rank", "gfci_rank") if row["period"] >= "2017-03"}
    assert said["n_editions"] == len(editions)
    assert said["gz_seen"] == len({row["period"] for row in rows("financial_centre_rank", "gfci_rank", place="guangzhou")} & editions)


def test_distance_in_points_within_an_edition(said):
    for name, edition in (("behind_2019", "2019-09"), ("behind_2020", "2020-03"), ("behind_2025", "2025-09")):
        points = [value("financial_centre_rank", "gfci_rating", edition, place=place) for place in ("hong_kong", "shenzhen")]
        assert said[name] == points[0] - points[1]


def test_what_goes_north(said):
    people = [value("interconnection_mobility", name, "2025") for name in ("hk_resident_departures_land", "mainland_visitor_arrivals_land")]
    assert said["trips_north"] == pytest.approx(share(*people))
    assert said["per_visitor"] == pytest.approx(people[0] / people[1])
    traded = value("stock_connect", "northbound_adt", "2024"), value("stock_connect", "southbound_adt", "2024") * yuan_per_hkd("2024")
    assert said["turn_north"] == pytest.approx(share(*traded))
    held = [value("stock_connect", f"{way}bound_holdings", "2021-11-10") for way in ("north", "south")]
    assert said["hold_north"] == pytest.approx(share(held[0], held[1] * yuan_per_hkd("2021")))
    assert said["north25"] == people[0] / 1e6
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
    for name, period in (("ss_2024", "2024"), ("ss_2025", "2025-06")):
        half = value("stock_connect", "southbound_adt", period) / 2
        assert said[name] == pytest.approx(100 * half / value("financial_depth", "average_daily_turnover", period, place="hong_kong"))
    assert said["ss_2024"] == pytest.approx(said["ss_said24"], abs=0.1)


def test_wealth_connect(said):
    now, before = (value("wealth_connect", "cumulative_remittance", period) for period in ("2025-07", "2024-01"))
    assert said["w_sent"] == now
    assert said["w_head_now"] == pytest.approx(now * 1e6 / value("wealth_connect", "individual_investors", "2025-07"))
    assert said["w_head_before"] == pytest.approx(before * 1e6 / value("wealth_connect", "individual_investors", "2024-01"))


def test_links_of_the_article(said):
    named = [row for row in read("fintech/payment_links.csv") if row["in_article"] == "yes"]
    assert len(named) == 3
    assert said["article_alive"] == sum(row["last_seen"] >= "2023" for row in named)


def test_owners_at_both_tables(said):
    members = {row["group"] for row in read("fintech/fintech_alliance.csv")}
    held = {(row["bank"], row["group"]) for row in read("fintech/virtual_bank_shareholders.csv") if row["group"] in members}
    assert (said["n_members"], said["n_both"], said["n_their"]) == (len(members), len({group for _, group in held}), len({bank for bank, _ in held}))
    assert said["vb_2024"] == value("virtual_bank_figures", "deposits", "2024", place="hong_kong")


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


def test_gates_that_are_new(said):
    total, new = (
        sum(value("interconnection_mobility", "passenger_trips_land", "2025", place=place) for place in places)
        for places in (["hong_kong"], ["xrl_west_kowloon_control_point", "hzmb_hong_kong_port", "heung_yuen_wai"])
    )
    assert said["new_share"] == pytest.approx(100 * new / total)


def test_railway_against_its_forecast(said):
    forecast = value("interconnection_mobility", "daily_passengers_forecast", "2018", place="xrl_hong_kong_section")
    first = value("interconnection_mobility", "daily_passengers", "2019-09", place="xrl_hong_kong_section")
    last = value("interconnection_mobility", "passenger_trips_land", "2025", place="xrl_west_kowloon_control_point") / 365
    assert said["first_met"] == pytest.approx(100 * first / forecast)
    assert said["met_2025"] == pytest.approx(100 * last / forecast)


def test_depth_of_finance(said):
    output = value("gdp", "gdp_current_lcu", "2022", "history", place="shenzhen")
    assert said["f_sz22"] == pytest.approx(1000 * value("financial_depth", "finance_value_added", "2022", place="shenzhen") / output)
    assert said["f_hk22"] == value("financial_depth", "finance_insurance_share_basic_prices", "2022", place="hong_kong")
    values = {row["period"]: float(row["value"]) for row in rows("financial_depth", "market_capitalisation", place="hong_kong", status="main")}
    assert said["mv_peak"] == max(values.values()) == values[said["mv_peak_year"]]


def test_renminbi_title(said):
    deposits = {row["period"]: float(row["value"]) for row in reversed(rows("rmb_deposits", "rmb_deposits"))}
    assert said["dep_2014"] == deposits["2014-12"] and said["dep_last"] == deposits["2025-12"]
    assert deposits["2025-12"] <= deposits["2014-12"] and 1.75 < said["turn_last"] / said["turn_2014"] < 2.25
    hub = [value("rmb_deposits", "share_of_offshore_rmb_payments", period, place="hong_kong") for period in ("2024", "2025-08")]
    assert [said["hub_2024"], said["hub_2025"]] == hub and all(70 <= part <= 80 for part in hub)
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


def test_southbound_share_at_both_ends_and_growth_of_wealth_connect(said):
    assert said["ss_2015"] == value("stock_connect", "southbound_share_of_hk_turnover", "2015")
    now, before = (value("wealth_connect", "cumulative_remittance", period) for period in ("2025-07", "2024-01"))
    assert said["w_jump"] == pytest.approx(now / before)


def test_links_seen_at_work(said):
    dated = []
    for row in read("fintech/payment_links.csv"):
        first = row["mainland_launch_date"] or row["launch_date"] or row["licence_date"] or row["claimed_launch_date"]
        if first and row["id"] != "fps_promptpay":
            dated.append(row["last_seen"] or first)
    assert (said["n_links"], said["n_alive"]) == (len(dated), sum(last >= "2023" for last in dated))


def test_cities_reached(said):
    links = {row["id"]: row for row in read("fintech/payment_links.csv")}
    assert said["claim_qr"] == float(links["wechat_transit_qr"]["claimed_cities"])
    assert said["claim_hw"] == float(links["huawei_pay_shenzhen_tong"]["claimed_cities"])
    counts = [float(row["value"]) for row in read("fintech/payment_use.csv") if row["indicator"] == "cities_covered"]
    assert said["union"] == max(counts)


def test_verdicts_on_the_articles_list(said):
    links = {row["id"]: row for row in read("fintech/payment_links.csv")}
    card, members = links["huawei_pay_shenzhen_tong"], {row["source"] for row in read("fintech/fintech_alliance.csv")}
    alone = [card["sources"] == "article-2019", members == {"article-2019"}]
    programmes = read("fintech/bank_programmes.csv")
    banks = {row["bank"] for row in programmes}
    backed = {row["bank"] for row in programmes if row["basis"] == "evidence"}
    late = links["wechat_pay_hk"]["mainland_launch_date"] != links["wechat_pay_hk"]["claimed_mainland_launch_date"]
    # The seven cities of the transit code are named by the article only; its reach is counted by another source.
    none = sum(alone) + len(banks - backed) + bool(links["wechat_transit_qr"]["claimed_gba_cities"])
    partly = late + bool(links["wechat_transit_qr"]["cities_covered"]) + len(backed)
    assert (said["n_yes"], said["n_partly"], said["n_no"]) == (said["n_items"] - none - partly, partly, none)


def test_banks_in_figures(said):
    for name, bank, period in (("pa_2015", "ping_an_bank", "2015"), ("pa_2019", "ping_an_bank", "2019-06"), ("cmb_app", "china_merchants_bank", "2021-01-10")):
        assert said[name] == value("bank_technology", "mobile_app_users", period, bank=bank) / 1e6
    for name, period in (("it_2018", "2018"), ("it_2020", "2020"), ("it_2024", "2024")):
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


def test_metro_on_one_day(said):
    for name, place in (("m_gz", "guangzhou"), ("m_sz", "shenzhen")):
        assert said[name] == value("interconnection_mobility", "metro_length", "2021-06", place=place)


def test_exchange(said):
    for name, indicator, period in (
        ("mv_2023", "market_capitalisation", "2023"),
        ("mv_2025", "market_capitalisation", "2025"),
        ("ipo_2020", "ipo_funds_raised", "2020"),
        ("ipo_2023", "ipo_funds_raised", "2023"),
        ("ipo_2025", "ipo_funds_raised", "2025"),
    ):
        assert said[name] == value("financial_depth", indicator, period, place="hong_kong")
    assert said["ipo_2023"] < said["ipo_2025"] < said["ipo_2020"]
    quarter = [row["value"] for row in rows("financial_depth", "finance_share_of_gdp", place="guangzhou") if row["period"].startswith("2022")]
    assert [said["f_gz22"]] == [float(share) for share in quarter]
