"""The verdicts on the article, as this edition's data give them."""

from bookpages import verdicts
from gba.claims import registry


def test_verdicts_are_as_expected():
    """New data may turn a verdict: then read why, and if the new verdict is right, change tests/edition/verdicts.csv."""
    tried = registry.try_all().set_index("claim_id", drop=False)
    turned = [
        f"{key}: expected {verdicts().get(key, 'nothing')!r}, now {one['verdict']!r}, because: {one['reason']}"
        for key, one in tried.iterrows()
        if one["verdict"] != verdicts().get(key)
    ]
    assert not turned, "\n".join(["verdicts turned:", *turned])
    assert set(verdicts()) == set(tried.index), "tests/edition/verdicts.csv and claims.csv list different claims"
