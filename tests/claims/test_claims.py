"""The article on trial: every claim has parts and evidence, every verdict is recomputed and can turn, and none stands on the article or on nothing."""

import math
import re

import pandas as pd
import pytest
from bookpages import ROOT, read
from gba.claims import page as claims_page
from gba.claims import registry as claims
from gba.claims import rules
from gba.claims.measures import MEASURES, city_pairs
from gba.claims.registry import DISPUTED, FAILS, HOLDS, OPEN, THEN, UNSEEN, ClaimError, Evidence, Part
from gba.claims.rows import ARTICLE, COLUMNS, frame, joined, origins
from smallbook import write_notebook

HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>&'\u2028"


@pytest.fixture(scope="module")
def tried():
    return claims.try_all(ROOT / "book").set_index("claim_id", drop=False)


def row(**changed) -> dict:
    given = dict.fromkeys(COLUMNS) | {"part": "a", "role": "decides", "dataset": "gdp", "what": "a figure", "place": "Shenzhen", "period": "2019", "seen": 1.0}
    return given | {"source": "a-source", **changed}


def evidence(*rows: dict, verdict: str = HOLDS, **changed) -> Evidence:
    given = {"name": "a", "asks": "How much", "when": "then", "test": "equal", "claimed": "1", "unit": "count", "verdict": verdict} | changed
    return Evidence(verdict, "Because.", (Part(**given, rows=frame(rows)),))


def test_claims_parts_measures_and_evidence_fit_each_other():
    lines, parts = read("claims_parts.csv"), {(line["claim_id"], line["part"]) for line in read("claims_parts.csv")}
    assert {claim for claim, _ in parts} == {line["claim_id"] for line in read("claims.csv")}
    assert {(line["claim_id"], line["part"]) for line in read("claims_evidence.csv")} <= parts
    assert {line["measure"].partition(":")[0] for line in lines if line["measure"]} - set(claims.EXTREMES) == set(MEASURES)


def test_each_claim_has_words_a_finished_reason_and_known_sources_other_than_the_article(tried):
    known = {line["source"] for line in read("sources.csv")} - {ARTICLE}
    for key, one in tried.iterrows():
        cited = {part for cell in one["rows"]["source"] for part in str(cell).split("; ")}
        assert cited <= known, f"{key} cites {cited - known}"
        assert one["reason"].endswith(".") and len(one["reason"]) > 10, key
        assert not re.search(r"\b(?:nan|None|inf)\b|<NA>|[{}]", one["reason"]), f"{key}: {one['reason']}"
        assert pd.isna(one["claim_zh"]) or re.search(r"[\u4e00-\u9fff]{4}", one["claim_zh"]), f"{key}: expected Chinese, or an empty cell"


# The rules ----------------------------------------------------------------------------------------------------------------

#: For every test a value that agrees with what is claimed and one that does not.
EITHER = {
    "equal": ("6", 6.0, 7), "about": ("70", 71.2, 83), "at_least": ("110", 120, 100), "at_most": ("5", 3, 6), "date": ("2018-09", "2018-09-26", "2018-10"),
    "by": ("2019-12", "2018", "2022"), "same": ("beijing", "beijing", "hong_kong"), "said": ("yes", "yes", "no"),
}  # fmt: skip


#: Per test, what nothing in its rows could agree with.
CONTRARY = {"equal": -1, "about": -1, "at_least": -1e9, "at_most": 1e12, "date": "1066", "by": "2999", "same": "nowhere", "said": "no"}


def test_no_rule_holds_whatever_is_found():
    assert {test: tuple(rules.outcome(test, claimed, one) for one in found) for test, (claimed, *found) in EITHER.items()} == dict.fromkeys(
        rules.TESTS, (True, False)
    )


def test_every_claim_that_holds_would_not_if_its_rows_said_otherwise(tried):
    """Every part of a claim that holds has rows that decide it, and with none of them agreeing it would not hold."""
    for key, one in tried[tried["verdict"].isin([HOLDS, THEN])].iterrows():
        for part in one["evidence"].parts:
            deciding = part.rows[part.rows["role"] == "decides"]
            assert len(deciding) and rules.of_part([("B", False)] * len(deciding), len(deciding)) == FAILS, f"{key}, {part.name}"
            assert rules.outcome(part.test, part.claimed, CONTRARY[part.test]) is False, f"{key}, {part.name}: nothing can contradict {part.claimed}"


@pytest.mark.parametrize(
    ("said", "rows", "verdict"),
    [
        ([("A", False), ("C", True), ("B", True)], 3, FAILS), ([("B", True), ("B", False), ("C", True)], 3, DISPUTED), ([("", True), ("", False)], 2, DISPUTED),
        ([("A", True), ("", False)], 2, DISPUTED), ([("B", None)], 1, OPEN), ([], 3, OPEN), ([], 0, UNSEEN),
    ],
)  # fmt: skip
def test_the_better_grade_decides_and_equals_dispute(said, rows, verdict):
    assert rules.of_part(said, rows) == verdict


def test_a_claim_is_its_weakest_part():
    assert rules.of_claim([HOLDS, HOLDS]) == HOLDS
    assert [rules.of_claim([HOLDS, other, UNSEEN]) for other in (FAILS, DISPUTED, OPEN)] == [FAILS, DISPUTED, OPEN]
    assert rules.of_claim([HOLDS], [FAILS, HOLDS]) == THEN
    assert rules.of_claim([OPEN], [FAILS]) == OPEN


def test_papers_that_print_one_release_count_once():
    rows = frame([row(source="x-paper", origin="the bank"), row(source="y-paper", origin="the bank"), row(source="z-paper"), row(source="w", role="bears")])
    assert len(origins(rows)) == 2


# Refusals and turns -------------------------------------------------------------------------------------------------------


def change(data_copy, name: str, column: str, value: str, **where: str) -> None:
    path = next(data_copy.rglob(f"{name}.csv"))
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = pd.Series(True, table.index)
    for key, wanted in where.items():
        rows &= table[key] == wanted
    assert rows.any()
    table.loc[rows, column] = value
    table.to_csv(path, index=False, lineterminator="\n")


def test_new_data_turn_a_verdict_and_plain_words_take_over(data_copy):
    """The misprint would be open if the plan's ledger said so: its day is not printed."""
    with pytest.raises(ClaimError, match="did you mean 'sz_ai_plan_horizon'"):
        claims.try_claim("sz_ai_plan_horizn")
    assert claims.try_claim("sz_ai_plan_horizon").verdict == FAILS
    change(data_copy, "policies", "horizon_end", "2013", policy_id="shenzhen_ai_plan_2019")
    change(data_copy, "claims_evidence", "value", "2013", claim_id="sz_ai_plan_horizon", part="end")
    turned = claims.try_claim("sz_ai_plan_horizon")
    assert turned.verdict == OPEN
    assert turned.reason.startswith("Last year of the plan: holds")


REFUSED = [
    ("claims_parts", "row", "no_such_bridge", "joint_labs_giants", "jd", "part jd: no row of joint_labs for no_such_bridge, column date_announced"),
    ("claims_parts", "measure", "slowest_par", "one_hour_circle", "circle", r"no measure 'slowest_par' in measures\.py .did you mean 'slowest_pair'"),
    ("claims_evidence", "source", ARTICLE, "transit_qr_110", "count", "cannot support its own claim"),
    ("claims", "finding", "It has {cont}.", "transit_qr_110", "", r": its finding .* it knows count"),
    ("claims_evidence", "part", "cont", "transit_qr_110", "", r": claims_evidence speaks of parts it does not have: \['cont'\]"),
]


@pytest.mark.parametrize(("table", "column", "value", "claim", "part", "told"), REFUSED)
def test_what_does_not_fit_is_refused_with_the_claim(data_copy, table, column, value, claim, part, told):
    change(data_copy, table, column, value, claim_id=claim, **({"part": part} if part else {}))
    with pytest.raises(ClaimError, match=f"{claim}.*{told}"):
        claims.try_claim(claim)


def test_an_exhibit_that_its_chapter_does_not_draw_is_named(data_copy, tmp_path):
    write_notebook(tmp_path / "04-policy.ipynb", 'gba.figure(name="test-roads")')
    change(data_copy, "claims", "see", "04-policy; 04-policy#no-such-exhibit", claim_id="gz_av_45km")
    with pytest.raises(ClaimError, match=r"gz_av_45km names 04-policy#no-such-exhibit.*; name another exhibit, or the chapter alone"):
        claims.try_all(tmp_path)


def test_a_chapter_that_the_book_does_not_have_is_left_out(data_copy, tmp_path):
    write_notebook(tmp_path / "04-policy.ipynb")
    table = pd.read_csv(data_copy / "claims.csv", dtype=str, keep_default_na=False)
    table["see"] = "04-policy; 03-fintech#payment-links"
    table.to_csv(data_copy / "claims.csv", index=False, lineterminator="\n")
    assert set(claims.try_all(tmp_path)["exhibits"]) == {("04-policy",)}


def test_headline_verdicts_by_hand(tried):
    """Some figures computed again from the files alone."""
    people = [line for line in read("history/population.csv") if line["period"] == "2018" and line["status"] == "main"]
    people = {(line["indicator"], line["place"]): float(line["value"]) for line in people}
    total = people["residents_year_end_revised", "prd9"] + people["residents_midyear", "hong_kong"] + people["residents_midyear", "macao"]
    assert tried.loc["pop_gba_70m", "evidence"].parts[1].found == pytest.approx(total / 1e6)
    ranks = [line for line in read("pipeline/university_rank.csv") if line["place"] == "hong_kong" and line["period"] == "2020" and float(line["value"]) <= 100]
    found = tried.loc["hk_four_top100", "evidence"].parts[0].rows.query("role == 'decides'")["seen"].tolist()
    assert found == [sum(line["indicator"] == name for line in ranks) for name in ("qs_rank", "the_rank")]
    added = pd.read_csv(ROOT / "data" / "history" / "gdp_sector_value_added.csv").query("place == 'hong_kong' and status == 'main'")
    wide = added.pivot_table(index="period", columns="indicator", values="value")
    share = (wide["value_added_manufacturing"] / wide["value_added_total"]).dropna()
    assert tried.loc["hk_hollowed_out", "value"] == pytest.approx(100 * share.iloc[-1] / share.iloc[0])


# The page -----------------------------------------------------------------------------------------------------------------


def test_hostile_text_stays_text():
    from bs4 import BeautifulSoup

    found = evidence(row(what=HOSTILE, place=HOSTILE, period=HOSTILE, seen=HOSTILE, note=HOSTILE, source=HOSTILE, origin=HOSTILE), asks=HOSTILE, test="same")
    found = Evidence(HOLDS, HOSTILE, found.parts, (f"01#{HOSTILE}",))
    given = {"claim_id": HOSTILE, "section": HOSTILE, "claim_en": HOSTILE, "claim_zh": HOSTILE, "claimed_value": HOSTILE, "evidence": found}
    soup = BeautifulSoup(claims_page.page(pd.DataFrame([given])), "html.parser")
    assert not soup.select("script, img, [onerror]")
    assert soup.select_one(".claim h4").text == HOSTILE
    assert soup.select_one("td").text == HOSTILE
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]


def test_a_script_address_is_no_link(monkeypatch):
    known = pd.DataFrame({"publisher": ["P"], "title": ["T"], "url": ["javascript:alert(1)"], "date": ["2019"], "grade": ["C"]}, index=["a-source"])
    monkeypatch.setattr(claims_page, "sources", lambda: known)
    assert "javascript" not in claims_page.evidence_table(evidence(row()))


def test_a_card_shows_what_decides_in_the_units_of_the_article(tried):
    card = claims_page.claim(tried.loc["sz_ai_related_600bn"].to_dict(), tried.loc["sz_ai_related_600bn", "evidence"])
    assert card.count("600 billion yuan") >= 3
    assert "6,000" not in card
    rule = claims_page.claim({**tried.loc["hk_main_fdi_source"], "claim_zh": math.nan}, tried.loc["hk_main_fdi_source", "evidence"])
    assert "<dt>Rule</dt><dd>at least 50 per cent</dd>" in rule
    assert "claim-zh" not in rule, "a claim of which the article's own words are not in the data"


def test_long_evidence_is_cut_and_no_row_is_said_so():
    many = [row(period=str(year)) for year in range(2000, 2030)]
    markup = claims_page.evidence_table(evidence(*many))
    assert markup.count("<tr>") == claims_page.ROWS + 1 and f"{30 - claims_page.ROWS} more" in markup
    assert "No source but the article" in claims_page.evidence_table(evidence(verdict=UNSEEN))
    assert joined().empty


def test_there_and_back_are_one_pair():
    rows = pd.DataFrame({"place": ["x", "y", "x"], "to_place": ["y", "x", "elsewhere"], "value": [1, 2, 3]})
    pairs = city_pairs(rows, ["y", "x"])
    assert pairs[["a", "b"]].drop_duplicates().values.tolist() == [["y", "x"]]
    assert pairs["value"].tolist() == [1, 2]
