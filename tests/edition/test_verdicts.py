"""The verdicts on the article, as this edition's data give them."""

import pytest
from bookpages import ROOT, verdicts
from gba.claims import registry


@pytest.fixture(scope="module")
def tried():
    return registry.try_all(ROOT / "book").set_index("claim_id", drop=False)


def test_verdicts_are_as_expected(tried):
    """New data may turn a verdict: then read why, and if the new verdict is right, change tests/edition/verdicts.csv."""
    turned = [
        f"{key}: expected {verdicts().get(key, 'nothing')!r}, now {one['verdict']!r}, because: {one['reason']}"
        for key, one in tried.iterrows()
        if one["verdict"] != verdicts().get(key)
    ]
    assert not turned, "\n".join(["verdicts turned:", *turned])
    assert set(verdicts()) == set(tried.index), "tests/edition/verdicts.csv and claims.csv list different claims"
    # Where data turn a verdict plain words take over: write the finding in claims.csv anew, with the verdict it is for in `finds`.
    assert tried.loc[tried["finds"] != tried["verdict"], "claim_id"].tolist() == []


def test_every_claim_leads_to_a_chapter_and_few_wait_for_a_look_up(tried):
    """A chapter that a fork has dropped is left out; this edition has them all. Ten claims wait at most, and what was not looked up says so."""
    assert tried["exhibits"].map(bool).all()
    assert [list(names) for names in tried["exhibits"]] == tried["see"].str.split("; ").tolist()
    assert tried["verdict"].isin([registry.OPEN, registry.UNSEEN]).sum() <= 10
    assert tried.loc[tried["verdict"] == registry.UNSEEN, "reason"].str.contains("not looked").all()
