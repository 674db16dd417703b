"""The article on trial: every claim has its evidence, every verdict is recomputed, and no verdict stands on the article or on nothing."""

import csv
import re

import pandas as pd
import pytest
from bookpages import ROOT
from gba.claims import page as claims_page
from gba.claims import registry as claims
from gba.claims.registry import ARTICLE, FAILS, HOLDS, THEN, UNTOLD, ClaimError, Evidence

HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>&'\u2028"


@pytest.fixture(scope="module")
def tried():
    return claims.try_all().set_index("claim_id", drop=False)


def row(**changed) -> pd.DataFrame:
    given = {"dataset": "gdp", "what": "a figure", "place": "Shenzhen", "period": "2019", "value": 1.0, "told": None, "unit": "count", "note": None}
    return pd.DataFrame([{**given, "source": "a-source", "status": "main", **changed}])


def test_every_claim_has_one_function():
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as table:
        listed = [line["claim_id"] for line in csv.DictReader(table)]
    assert sorted(claims.registered()) == sorted(listed) == sorted(set(listed))


def test_sources_of_the_evidence_are_known(tried):
    for key, one in tried.iterrows():
        cited = {part.strip() for cell in one["rows"]["source"] for part in str(cell).split(";")}
        assert cited <= set(claims.load("sources")["source"]), f"{key} cites {cited}"


def test_cannot_be_told_says_what_would_settle_it(tried):
    for key, one in tried[tried["verdict"] == UNTOLD].iterrows():
        assert "would settle" in one["reason"], f"{key}: {one['reason']}"


def test_reasons_are_finished_sentences(tried):
    for key, one in tried.iterrows():
        assert one["reason"].endswith(".") and len(one["reason"]) > 40, key
        assert not re.search(r"\b(?:nan|None|inf)\b|<NA>", one["reason"]), f"{key}: {one['reason']}"


def test_exhibits_exist(tried):
    drawn = claims.exhibits_drawn(ROOT / "book")
    chapters = {name.partition("#")[0] for name in drawn}
    for key, one in tried.iterrows():
        missing = [name for name in one["exhibits"] if name.partition("#")[0] in chapters and name not in drawn]
        assert not missing, f"{key} points to {missing}"


@pytest.mark.parametrize(
    ("verdict", "reason", "rows", "told"),
    [
        *((verdict, "for no reason", row().iloc[:0], "without a row") for verdict in (HOLDS, THEN, FAILS)),
        *((UNTOLD, "by its own word", row(source=source), "cannot support its own claim") for source in (ARTICLE, f"a-source; {ARTICLE}")),
        (HOLDS, "it fits", row(status="aside"), "stand aside"),
        ("true", "it is", row(), "one of holds"),
    ],
)
def test_a_verdict_that_stands_on_nothing_is_refused(verdict, reason, rows, told):
    with pytest.raises(ClaimError, match=told):
        Evidence(verdict, reason, rows)


def test_a_verdict_may_rest_on_rows_aside_that_it_names_and_none_on_no_row():
    assert Evidence(HOLDS, "it fits, but the only row stands aside", row(status="aside")).verdict == HOLDS
    assert Evidence(UNTOLD, "nothing was found", row().iloc[:0]).verdict == UNTOLD


def test_a_second_function_is_refused():
    taken = next(iter(claims.registered()))
    with pytest.raises(ClaimError, match="two evidence functions"):
        claims.evidence(taken)(lambda: None)


@pytest.mark.parametrize("change", ["missing", "unknown"])
def test_claims_and_functions_have_to_match(monkeypatch, change):
    functions = claims.registered()
    if change == "missing":
        functions.pop("pop_gba_70m")
    else:
        functions["no_such_claim"] = lambda: None
    monkeypatch.setattr(claims, "registered", lambda: functions)
    with pytest.raises(ClaimError, match="pop_gba_70m" if change == "missing" else "no_such_claim"):
        claims.try_all()


def test_no_function_for_a_claim():
    with pytest.raises(ClaimError, match="write one in"):
        claims.try_claim("no_such_claim")
    with pytest.raises(ClaimError, match="did you mean 'pop_gba_70m'"):
        claims.try_claim("pop_gba_70")


def test_figures_that_differ_are_printed_so_that_they_do(monkeypatch):
    monkeypatch.setattr(claims, "article_says", lambda claim: "24221.98")
    found = claims.confirmed("a_claim", row(value=24221.9771), "a figure")
    assert found.verdict == FAILS
    assert "24,221.98, another source 24,221.9771" in found.reason


def test_new_data_turn_a_verdict(data_copy):
    """The misprint would hold if the plan's ledger said so."""
    ledger = data_copy / "policy" / "policies.csv"
    assert claims.try_claim("sz_ai_plan_horizon").verdict == FAILS
    plans = pd.read_csv(ledger, dtype=str, keep_default_na=False)
    plans.loc[plans.iloc[:, 0] == "shenzhen_ai_plan_2019", "horizon_end"] = "2013"
    plans.to_csv(ledger, index=False, lineterminator="\n")
    assert claims.try_claim("sz_ai_plan_horizon").verdict == HOLDS


def test_headline_verdicts_by_hand(tried):
    """Some verdicts computed again from the files alone."""
    folder = ROOT / "data"
    ranks = pd.read_csv(folder / "pipeline" / "university_rank.csv", dtype={"period": str})
    qs = ranks[(ranks["indicator"] == "qs_rank") & (ranks["place"] == "hong_kong") & (ranks["value"] <= 100)].groupby("period").size()
    assert (qs["2019"], qs["2020"]) == (4, 5)
    assert tried.loc["hk_four_top100", "value"] == qs[qs.index.max()]
    people = pd.read_csv(folder / "history" / "population.csv", dtype={"period": str})
    people = people[(people["period"] == "2018") & (people["status"] == "main")].set_index(["indicator", "place"])["value"]
    total = people["residents_year_end_revised", "prd9"] + people["residents_midyear", "hong_kong"] + people["residents_midyear", "macao"]
    assert tried.loc["pop_gba_70m", "value"] == pytest.approx(total / 1e6, abs=0.06)
    added = pd.read_csv(folder / "history" / "gdp_sector_value_added.csv")
    added = added[(added["place"] == "hong_kong") & (added["status"] == "main") & (added["period"] == 2011)].set_index("indicator")["value"]
    assert tried.loc["hk_hollowed_out", "value"] == pytest.approx(100 * added["value_added_manufacturing"] / added["value_added_total"], abs=0.06)


def hostile_claims() -> pd.DataFrame:
    given = {"claim_id": HOSTILE, "section": HOSTILE, "claim_en": HOSTILE, "claim_zh": HOSTILE, "claimed_value": HOSTILE, "claimed_unit": HOSTILE}
    rows = row(what=HOSTILE, place=HOSTILE, period=HOSTILE, told=HOSTILE, note=HOSTILE, source=HOSTILE)
    return pd.DataFrame([{**given, "verdict": HOLDS, "reason": HOSTILE, "value": HOSTILE, "unit": HOSTILE, "rows": rows, "exhibits": (f"01#{HOSTILE}",)}])


def test_hostile_text_stays_text():
    from bs4 import BeautifulSoup

    markup = claims_page.page(hostile_claims(), {f"01#{HOSTILE}"})
    soup = BeautifulSoup(markup, "html.parser")
    assert not soup.select("script, img, [onerror]")
    assert soup.select_one(".claim h4").text == HOSTILE
    assert soup.select_one("td").text == HOSTILE
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]


def test_a_script_address_is_no_link(monkeypatch):
    known = pd.DataFrame({"publisher": ["P"], "title": ["T"], "url": ["javascript:alert(1)"], "date": ["2019"], "grade": ["C"]}, index=["a-source"])
    monkeypatch.setattr(claims_page, "sources", lambda: known)
    assert "javascript" not in claims_page.evidence_table(row())


def test_long_evidence_is_cut_and_says_so():
    many = pd.concat([row(period=str(year)) for year in range(2000, 2020)], ignore_index=True)
    markup = claims_page.evidence_table(many)
    assert markup.count("<tr>") == claims_page.ROWS + 1
    assert "2000" in markup and "2019" in markup and f"{20 - claims_page.ROWS} more" in markup
