"""Evidence on the article's money and movement: the renminbi hub, foreign capital, banks, wallets, cards, the hour."""

from gba.claims.registry import (
    FAILS,
    HOLDS,
    UNTOLD,
    Evidence,
    article_says,
    confirmed,
    dated,
    dates_agree,
    deciding,
    events,
    evidence,
    facts,
    joined,
    observed,
    one,
    only_article,
)
from gba.data.load import load
from gba.maps.travel import city_pairs
from gba.prose import in_words

#: A hub handles more than all other places together.
MOST = 50
#: The pairs that eleven cities make.
PAIRS = 11 * 10 // 2


@evidence("hk_offshore_rmb_hub", "03-fintech#renminbi-hub")
def renminbi_hub() -> Evidence:
    """Holds when every figure has Hong Kong with more than half of the payments."""
    shares = observed("rmb_deposits", "share_of_offshore_rmb_payments", ["hong_kong", "london", "singapore"])
    own = deciding(shares[shares["key"] == "hong_kong"])
    others = shares[shares["key"] != "hong_kong"]["value"].max()
    reason = (
        f"Hong Kong's share of renminbi payments outside the mainland was {own['value'].min():.1f} per cent at the lowest and {own['value'].max():.0f} "
        f"at the highest of the figures found; the next place had {others:.1f} in 2016. The definition changed in between. Asset management is not measured."
    )
    return Evidence(HOLDS if own["value"].min() > MOST else FAILS, reason, shares, own["value"].iloc[-1], f"per cent, {own['period'].iloc[-1]}")


@evidence("hk_main_fdi_source")
def foreign_capital() -> Evidence:
    """Holds when every figure that does not stand aside is above half."""
    shares = observed("industrial_relocation", "hk_share_of_inward_fdi", ["guangdong", "shenzhen"])
    relay = observed("industrial_relocation", "mainland_share_of_hk_inward_fdi_stock")
    own = deciding(shares)
    reason = (
        f"In every figure found most foreign investment came from Hong Kong: between {own['value'].min():.0f} and {own['value'].max():.0f} "
        "per cent. Statistics go by the immediate source, so how much only passed through cannot be told; "
        f"{relay['value'].iloc[-1]:.0f} per cent of the investment in Hong Kong itself comes from the mainland."
    )
    verdict = HOLDS if own["value"].min() > MOST else FAILS
    return Evidence(verdict, reason, joined(shares, relay), own["value"].iloc[-1], f"per cent, {in_words(own['key'].iloc[-1])}, {own['period'].iloc[-1]}")


@evidence("pingan_sat_2017")
def ping_an() -> Evidence:
    """Cannot be told: the other source has no such name."""
    own = facts("bank_programmes", "ping_an_bank-sat", period="SAT and the smart main account")
    near = facts("bank_programmes", "ping_an_bank-retail", programme="programme", period="year")
    return dated("pingan_sat_2017", own, "the name SAT and its year", "year", settle="A report of the bank for 2017", near=near)


@evidence("cgb_biometrics")
def guangfa() -> Evidence:
    """Cannot be told: the other source has a programme, not these parts."""
    own = facts("bank_programmes", "china_guangfa_bank-biometrics", programme="programme", period="year")
    near = facts("bank_programmes", "china_guangfa_bank-digital-cgb", programme="programme", period="year")
    if own.empty:
        return only_article("biometrics and a machine-learning platform", "A report of the bank for 2018 or 2019", near)
    return Evidence(HOLDS, "Another source names the two parts of the programme.", joined(own, near), one(own, "programme"))


@evidence("cmb_six_platforms")
def merchants_bank() -> Evidence:
    """Cannot be told: other sources have the spending, not the platforms."""
    own = facts("bank_programmes", "china_merchants_bank-six-platforms", programme="programme")
    near = observed("bank_technology", "it_spending", "shenzhen", bank="china_merchants_bank")
    if own.empty:
        return only_article("the six platforms", "The bank's annual report for 2018 or 2019", near)
    return Evidence(HOLDS, "Another source names the six platforms as well.", joined(own, near), one(own, "programme"))


@evidence("wechatpay_hk_2016", "03-fintech#payment-links")
def wallet() -> Evidence:
    """Holds when the wallet was licensed in the article's year."""
    launch, licence = (events("wechat_pay_hk", event, event) for event in ("launch", "licence"))
    if len(launch) or licence.empty:
        return dated("wechatpay_hk_2016", launch, "the launch of the wallet", "launched", settle="The operator's notice", near=licence)
    seen, claimed = deciding(licence)["told"].iloc[0], article_says("wechatpay_hk_2016")
    reason = (
        f"The Monetary Authority licensed Tencent's wallet on {seen}; the article has the launch in {claimed}. What other sources show is the licence; "
        "the day of the launch was not seen."
    )
    return Evidence(HOLDS if dates_agree(claimed, seen) else UNTOLD, reason, licence, seen, "licensed")


@evidence("wechatpay_hk_mainland", "03-fintech#payment-links")
def wallet_in_the_mainland() -> Evidence:
    """Holds when the month is the article's and no other wallet was earlier."""
    own = events("wechat_pay_hk", "launch in the mainland", "WeChat Pay HK in the mainland")
    others = events("wechat_pay_hk", "launch in the mainland", "another wallet in the mainland", other=True)
    if own.empty or others.empty:
        return only_article("the order of the wallets", "The operators' notices of 2018 and 2019", joined(own, others))
    seen, next_one = deciding(own)["told"].iloc[0], deciding(others)["told"].iloc[0]
    agree, first = dates_agree(article_says("wechatpay_hk_mainland"), seen), seen < next_one
    reason = f"The sources have the service start in {seen[:7]}; the article has {article_says('wechatpay_hk_mainland')}. " + (
        f"First it was: the next wallet found followed in {next_one[:7]}." if first else f"Another wallet was there in {next_one[:7]}."
    )
    return Evidence(HOLDS if agree and first else FAILS, reason, joined(own, others), seen, "started")


@evidence("transit_qr_7_cities", "03-fintech#payment-links")
def seven_cities() -> Evidence:
    """Cannot be told: the article alone."""
    own = facts("payment_links", "wechat_transit_qr", claimed_gba_cities="cities of the delta")
    if own.empty:
        return only_article("the seven cities", "A list of cities by the operator, dated 2019")
    count = len(str(own["told"].iloc[0]).split("; "))
    return Evidence(HOLDS if count == int(article_says("transit_qr_7_cities")) else FAILS, f"Another source lists {count} cities.", own, count, "cities")


@evidence("transit_qr_110", "03-fintech#payment-links")
def cities_of_the_code() -> Evidence:
    """Cannot be told: the counts found are a year older."""
    near = observed("payment_use", "cities_covered", "china", link="wechat_transit_qr")
    own = near[near["year"] == 2019]
    settle = "A count by the operator of that year (those of 2018 are lower and from a weak page)"
    return confirmed("transit_qr_110", own, "the number of cities at the end of 2019", "cities", settle=settle, near=near)


@evidence("huawei_pay_szt", "03-fintech#payment-links")
def huawei_card() -> Evidence:
    """Cannot be told: the article alone."""
    own = events("huawei_pay_shenzhen_tong", "launch", "the card's launch")
    return dated("huawei_pay_szt", own, "the card", "launched", settle="A notice of Shenzhen Tong or Huawei of November 2019")


@evidence("huawei_pay_250", "03-fintech#payment-links")
def cities_of_the_card() -> Evidence:
    """Cannot be told: the counts found are of another card, three years later."""
    own = observed("payment_use", "cities_covered", "china", link="huawei_pay_shenzhen_tong")
    near = observed("payment_use", "cities_covered", "china", link="china_t_union")
    settle = "A count of the national T-Union scheme for 2019 (that of 2022 is higher)"
    return confirmed("huawei_pay_250", own, "the cities of this card", "cities", settle=settle, near=near)


@evidence("alliance_2019")
def alliance() -> Evidence:
    """Cannot be told: the article alone."""
    own = facts("fintech_milestones", "2019-12-fintech-alliance", date="founding")
    before, after = ("2017-06-fintech-memorandum", "agreement"), ("2025-11-fintech-action-plan", "plan")
    near = joined(*(facts("fintech_milestones", key, event=what) for key, what in (before, after)))
    settle = "A report of the founding by another paper, or the register of associations,"
    return dated("alliance_2019", own, f"the alliance and its {len(load('fintech_alliance'))} named members", "founded", settle=settle, near=near)


@evidence("one_hour_circle", "03-fintech#one-hour-matrix", "03-fintech#one-hour-map")
def one_hour() -> Evidence:
    """Cannot be told: times are from terminal to terminal, and most pairs have none."""
    times = load("interconnection_mobility")
    cities = list(load("places").query("kind == 'city' and parent in ['gba', 'prd9']")["place"])
    pairs = city_pairs(times[(times["indicator"] == "travel_time") & (times["status"] == "main")], cities)
    fastest = pairs.groupby(["a", "b"])["value"].min()
    claimed = float(article_says("one_hour_circle"))
    doors = observed("interconnection_mobility", "travel_time_door_to_door")
    near = observed("interconnection_mobility", "travel_time", list(cities))
    near = near[(near["status"] == "main") & (near["value"] > claimed)]
    reason = (
        f"A time from terminal to terminal that does not stand aside was found for {len(fastest)} of {PAIRS} pairs of cities: {(fastest <= claimed).sum()} "
        f"are within the hour. From door to door there is {len(doors)} journey ({doors['value'].iloc[-1]:.0f} minutes in 2018, before the express "
        "line). Times from door to door for all pairs would settle it."
    )
    return Evidence(UNTOLD, reason, joined(doors, near), int((fastest <= claimed).sum()), f"of {PAIRS} pairs, terminal to terminal")
