"""The arithmetic of the index: against a worked example in print, and by what must hold of any index."""

import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from gba.index import composite
from gba.index.scorecard import common, index_at

#: Human Development Report 2000, technical note as reprinted in the Mozambique report of that year (sardc.net/HDev/MHDR2000/Eng/TechNotes/8.html):
#: life expectancy, adult literacy, gross enrolment, GDP per head in PPP dollars; then the printed indices of life expectancy, education, GDP, and the HDI.
PRINTED = {
    "Germany": ((77.2, 99.0, 88.1, 21_260), (0.870, 0.954, 0.895, 0.906)),
    "China": ((69.8, 82.9, 68.9, 3_130), (0.747, 0.782, 0.575, 0.701)),
    "Mozambique": ((42.3, 39.5, 32.0, 740), (0.288, 0.370, 0.334, 0.331)),
}


@pytest.mark.parametrize("country", PRINTED)
def test_human_development_index_as_printed(country):
    (life, literacy, enrolment, product), printed = PRINTED[country]
    scores = composite.normalise([life, literacy, enrolment, np.log(product)], worst=[25, 0, 0, np.log(100)], best=[85, 100, 100, np.log(40_000)])
    education = composite.aggregate(scores[1:3], [2, 1])
    found = [scores[0], education, scores[3], composite.aggregate([scores[0], education, scores[3]], [1, 1, 1])]
    # The note rounds at every step.
    assert found == pytest.approx(printed, abs=0.0011)


@pytest.fixture(scope="module")
def card():
    return index_at("latest").card


@pytest.fixture(scope="module")
def base():
    return index_at("base").card


def test_scores_do_not_depend_on_the_unit():
    values, worst, best = np.array([[3.0], [7.0]]), np.array([2.0]), np.array([12.0])
    assert composite.normalise(values, worst, best) == pytest.approx(composite.normalise(1000 * values, 1000 * worst, 1000 * best))
    celsius = composite.normalise(values, worst, best)
    assert celsius == pytest.approx(composite.normalise(32 + 1.8 * values, 32 + 1.8 * worst, 32 + 1.8 * best))


def test_turning_a_measure_round_changes_nothing():
    """An indicator counted as a shortfall gives the score that it gives as an achievement."""
    assert composite.normalise([20.0, 60.0], worst=0, best=100) == pytest.approx(composite.normalise([80.0, 40.0], worst=100, best=0))


@pytest.mark.parametrize("seed", range(5))
def test_means_are_in_their_order(seed):
    generator = np.random.default_rng(seed)
    scores, weights = generator.uniform(0.02, 1, (50, 6)), generator.dirichlet(np.ones(6), 50)
    arithmetic, geometric, harmonic = (composite.aggregate(scores, weights, how) for how in composite.AGGREGATIONS)
    assert (harmonic <= geometric + 1e-12).all()
    assert (geometric <= arithmetic + 1e-12).all()
    assert ((scores.min(1) <= harmonic + 1e-12) & (arithmetic <= scores.max(1) + 1e-12)).all()


@pytest.mark.parametrize("how", composite.AGGREGATIONS)
def test_only_proportions_of_weights_matter(how):
    scores = np.array([0.2, 0.5, 0.9])
    assert composite.aggregate(scores, [1, 2, 3], how) == pytest.approx(composite.aggregate(scores, [10, 20, 30], how))
    assert composite.aggregate([0.4, 0.4, 0.4], [1, 2, 3], how) == pytest.approx(0.4)


@pytest.mark.parametrize("how", composite.AGGREGATIONS)
@pytest.mark.parametrize("normalisation", ["clipped", "open"])
def test_a_better_figure_never_lowers_a_city(card, how, normalisation):
    before = composite.index(card, how=how, normalisation=normalisation)
    for n in np.flatnonzero(card.core):
        values = card.values.copy()
        values[1, n] += 0.05 * (card.best[n] - card.worst[n])
        after = composite.index(card._replace(values=values), how=how, normalisation=normalisation)
        assert after[1] >= before[1] - 1e-12
        assert after[[0, 2]] == pytest.approx(before[[0, 2]])


def test_nominal_weights_sum_to_one_and_give_the_index(card):
    weights = composite.nominal_weights(card)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).tolist() == card.core.tolist()
    assert composite.scores_of(card)[:, card.core] @ weights[card.core] == pytest.approx(composite.index(card))


@pytest.mark.parametrize("treatment", composite.TREATMENTS)
def test_missing_values_are_treated(base, treatment):
    assert np.isnan(base.values).any(), "the base has gaps; without one this tests nothing"
    assert not np.isnan(composite.index(base, treatment=treatment)).any()
    filled = composite.fill(composite.scores_of(base), base.pillar, treatment)
    gaps = np.isnan(base.values)
    assert np.isnan(filled).any() == (treatment == "drop")
    assert filled[~gaps & ~gaps.any(0)] == pytest.approx(composite.scores_of(base)[~gaps & ~gaps.any(0)])


def test_unknown_choices_are_refused():
    with pytest.raises(ValueError, match="arithmetic, geometric, harmonic"):
        composite.aggregate([1.0], [1.0], "median")
    with pytest.raises(ValueError, match="drop, pillar, worst"):
        composite.fill(np.ones((2, 1)), np.array([0]), "guess")


def test_ranks_share_ties_and_skip_gaps():
    scores = composite.rank_scores(np.array([[5.0, 1.0], [5.0, 2.0], [np.nan, 3.0]]), worst=np.array([0.0, 9.0]), best=np.array([9.0, 0.0]))
    assert scores[:2, 0].tolist() == [0.5, 0.5]
    assert np.isnan(scores[2, 0])
    assert scores[:, 1].tolist() == [1.0, 0.5, 0.0]


def test_ten_thousand_worlds_take_seconds(card):
    start = time.perf_counter()
    results = composite.monte_carlo(card, 10_000)
    assert time.perf_counter() - start < 20  # a second on an idle machine
    assert results.shape == (10_000, 3)
    assert np.isfinite(results).all()
    assert composite.rank_shares(results).sum(axis=1) == pytest.approx(np.ones(3))


def test_the_same_seed_gives_the_same_worlds(card):
    assert (composite.monte_carlo(card, 300, seed=5) == composite.monte_carlo(card, 300, seed=5)).all()
    assert (composite.monte_carlo(card, 300, seed=5) != composite.monte_carlo(card, 300, seed=6)).any()


@pytest.mark.parametrize("date", ["base", "latest"])
def test_another_seed_moves_no_share_by_a_percentage_point(date, card, base):
    from gba.index.answer import SEED, WORLDS

    one = {"base": base, "latest": card}[date]
    shares = [composite.rank_shares(composite.monte_carlo(one, WORLDS, seed)) for seed in (SEED, 77)]
    assert np.abs(shares[0] - shares[1]).max() < 0.01


def test_no_choice_no_difference(card):
    """Where all cities have the same figures, all come out level in every world."""
    same = card._replace(values=np.repeat(card.values[:1], 3, axis=0), margin=np.zeros_like(card.margin))
    results = composite.monte_carlo(same, 200)
    assert results[:, 1] == pytest.approx(results[:, 0])
    assert results[:, 2] == pytest.approx(results[:, 0])


def test_sensitivity_finds_what_matters(card):
    """If all pillars are alike, their weights explain nothing; the normalisation does."""
    found = composite.sensitivity(card, lambda index: index[:, 1] - index[:, 0], 256)
    assert list(found) == list(composite.inputs(card))
    assert all(total >= first - 0.15 for first, total in found.values())
    flat = composite.sensitivity(
        card._replace(pillar=np.zeros_like(card.pillar), pillars=card.pillars[:1], weights=np.ones(1)), lambda index: index[:, 1] - index[:, 0], 256
    )
    assert flat["pillar weights"][1] == pytest.approx(0, abs=1e-9)
    assert flat["normalisation"][1] > 0.05


def test_break_even_weights_are_level(card):
    scores, index = composite.profiles(card), composite.index(card)
    leader, other = np.argsort(-index)[:2]
    levels = composite.break_even_weights(scores, card.weights, leader, other)
    assert np.isfinite(levels).any()
    for pillar in np.flatnonzero(np.isfinite(levels)):
        weights = card.weights * (1 - levels[pillar]) / (1 - card.weights[pillar])
        weights[pillar] = levels[pillar]
        assert weights.sum() == pytest.approx(1)
        assert scores[leader] @ weights == pytest.approx(scores[other] @ weights)


def test_the_lead_passes_on_where_two_cities_are_level(card):
    scores, turns = composite.profiles(card), composite.first_by_weight(composite.profiles(card), card.weights)
    passed = [(one, other) for one, other in pairwise(turns) if one[0] == other[0]]
    assert passed, "nobody overtakes; without that this tests nothing"
    for (pillar, _, at, city), (_, start, _, following) in passed:
        assert start == at
        assert composite.break_even_weights(scores, card.weights, city, following)[pillar] == pytest.approx(at, abs=1 / 2000)


def test_drawn_weights_are_weights_and_equal_within_a_pillar(card):
    weights, blocks = composite.drawn_weights(card, 3000), card.pillar[card.core]
    assert weights.sum(axis=1) == pytest.approx(1)
    assert all(np.ptp(weights[:, blocks == block], axis=1).max() < 1e-12 for block in set(blocks))
    # Any weighting of the pillars is as likely as any other, whatever the table says: on average each has the same, and hands it on in equal parts.
    equal = [1 / len(card.pillars) / (blocks == block).sum() for block in blocks]
    assert weights.mean(axis=0) == pytest.approx(equal, rel=0.1)


def test_break_even_scores_are_level(card):
    scores, weights = composite.scores_of(card), composite.nominal_weights(card)
    needed = composite.break_even_scores(scores, weights, 0, 2)
    for n in np.flatnonzero(card.core):
        changed = scores[2].copy()
        changed[n] = needed[n]
        assert changed @ weights == pytest.approx(scores[0] @ weights)


@pytest.mark.parametrize("seed", range(4))
def test_shapley_values(seed):
    """They sum to the frontier; a city that adds nothing gets nothing; equal cities get the same."""
    scores, weights = np.random.default_rng(seed).uniform(0, 1, (3, 8)), np.full(8, 1 / 8)
    assert composite.shapley(scores, weights).sum() == pytest.approx(scores.max(0).mean())
    idle = np.vstack([scores[:2], np.zeros(8)])
    assert composite.shapley(idle, weights)[2] == pytest.approx(0)
    twins = composite.shapley(np.vstack([scores[:1], scores[:1], scores[2:]]), weights)
    assert twins[0] == pytest.approx(twins[1])


def test_complements_gain_and_copies_do_not():
    weights = np.full(6, 1 / 6)
    specialists = np.repeat(np.eye(3), 2, axis=1)
    copies = np.tile(np.linspace(0, 1, 6), (3, 1))
    assert composite.gain(specialists, weights) == pytest.approx(2 / 3)
    assert composite.gain(copies, weights) == pytest.approx(0)
    by_chance = composite.gain(composite.shuffled(specialists, np.array([0, 0, 1, 1, 2, 2]), 2000), weights)
    assert (by_chance < 2 / 3 - 1e-9).mean() > 0.5, "three specialists gain more than chance mostly gives"
    assert composite.likeness(specialists) < 0 < composite.likeness(copies)


def test_shuffling_moves_cities_within_blocks_only():
    scores = np.arange(12.0).reshape(3, 4)
    drawn = composite.shuffled(scores, np.array([0, 0, 1, 1]), 50)
    assert (np.sort(drawn, axis=1) == scores).all()
    assert (drawn[:, :, 1] - drawn[:, :, 0] == 1).all()
    assert len(np.unique(drawn[:, 0, 0] * 10 + drawn[:, 0, 2])) > 3


def test_common_indicators_have_no_gaps():
    cards = common(index_at("base"), index_at("latest"))
    assert cards[0].names == cards[1].names
    assert not any(np.isnan(card.values).any() for card in cards)
    assert len(cards[0].names) < len(index_at("base").card.names)


def test_goalposts_come_from_outside(card):
    """No goalpost moves when a city's figures do, and none is a city's own figure but where a list says so."""
    from gba import load

    posts = load("index_goalposts")
    assert not posts[(posts["kind"] == "peer") & posts["place"].isin(["hong_kong", "shenzhen", "guangzhou"])].shape[0]
    assert (card.worst != card.best).all()
    assert posts["reason"].str.len().min() > 3


def test_a_fork_changes_a_row_not_code(data_copy):
    """Weights, goalposts and membership are data: where a pillar weighs more, the city that leads in it gains."""
    path = data_copy / "index" / "index_pillars.csv"
    before = index_at("latest").card
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows["weight"] = [str(99 * (pillar == before.pillars[2]) + 1) for pillar in rows["pillar"]]
    rows.to_csv(path, index=False, lineterminator="\n")
    after = index_at("latest").card
    assert after.weights[2] == pytest.approx(100 / (99 + len(after.pillars)))
    assert composite.index(after).argmax() == composite.profiles(after)[:, 2].argmax()


def test_a_wrong_reference_is_told(data_copy):
    path = data_copy / "index" / "index_references.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            "rd_intensity,latest,shenzhen,value,rd_expenditure,gerd_intensity,2023", "rd_intensity,latest,shenzhen,value,rd_expenditure,gerd_intensity,1950"
        ),
        encoding="utf-8",
    )
    with pytest.raises(LookupError, match=r"gerd_intensity, shenzhen, 1950; correct index_references\.csv"):
        index_at("latest")
