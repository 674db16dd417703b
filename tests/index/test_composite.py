"""The arithmetic of the index: against worked examples in print, and by what must hold of any index."""

import numpy as np
import pytest
from gba.index import complementarity, composite

#: Human Development Report 2000, technical note as reprinted in the Mozambique report of that year: life expectancy, adult literacy, gross enrolment,
#: GDP per head in PPP dollars; then the printed indices of life expectancy, education, GDP, and the HDI (arithmetic mean).
PRINTED = {
    "Germany": ((77.2, 99.0, 88.1, 21_260), (0.870, 0.954, 0.895, 0.906)),
    "China": ((69.8, 82.9, 68.9, 3_130), (0.747, 0.782, 0.575, 0.701)),
    "Mozambique": ((42.3, 39.5, 32.0, 740), (0.288, 0.370, 0.334, 0.331)),
}


@pytest.mark.parametrize("country", PRINTED)
def test_human_development_index_2000_as_printed(country):
    (life, literacy, enrolment, product), printed = PRINTED[country]
    scores = composite.normalise([life, literacy, enrolment, np.log(product)], worst=[25, 0, 0, np.log(100)], best=[85, 100, 100, np.log(40_000)])
    education = composite.aggregate(scores[1:3], [2, 1])
    found = [scores[0], education, scores[3], composite.aggregate([scores[0], education, scores[3]], [1, 1, 1])]
    # The note rounds at every step.
    assert found == pytest.approx(printed, abs=0.0011)


def test_human_development_index_of_2014_and_2020_as_printed():
    """Technical note 1 of 2014, Costa Rica: four values, three indices, the geometric mean; of 2020: the geometric mean of three printed indices."""
    life, schooled, expected, income = 79.93, 8.37, 13.5, 13_011.7
    scores = composite.normalise([life, schooled, expected, np.log(income)], worst=[20, 0, 0, np.log(100)], best=[85, 15, 18, np.log(75_000)])
    three = [scores[0], composite.aggregate(scores[1:3], [1, 1]), scores[3]]
    assert three == pytest.approx([0.9220, 0.6540, 0.7354], abs=0.0001)
    assert round(float(composite.aggregate(three, [1, 1, 1], "geometric")), 3) == 0.763
    assert round(float(composite.aggregate([0.6971, 0.3447, 0.5506], [1, 1, 1], "geometric")), 3) == 0.510


#: Human Development Report 2023/24, table 5, for 2022: maternal deaths per 100,000 births, births per 1,000 women of 15 to 19, women's share of seats;
#: then secondary education and labour force participation of women and men, in per cent; and the Gender Inequality Index as printed.
GENDER = {
    "Switzerland": (7, 2.2, 39.0, (96.9, 97.5), (61.5, 71.9), 0.018),
    "Singapore": (7, 2.5, 29.1, (80.5, 85.9), (63.4, 77.0), 0.036),
    "United States": (21, 15.1, 28.1, (95.4, 95.1), (56.8, 68.0), 0.180),
    "China": (23, 11.1, 24.9, (79.7, 86.4), (53.8, 74.5), 0.186),
}


@pytest.mark.parametrize("country", GENDER)
def test_gender_inequality_index_as_printed(country):
    """Another index than the Human Development Index, by technical note 4: it takes all three means, one within the other."""
    deaths, births, seats, schooled, working, printed = GENDER[country]

    def mean(how, *scores):
        return composite.aggregate(scores, np.ones(len(scores)), how)

    health = mean("geometric", 10 / max(deaths, 10), 1 / births)
    power = [mean("geometric", share / 100, school / 100) for share, school in zip((seats, 100 - seats), schooled, strict=True)]
    labour = [share / 100 for share in working]
    women, men = mean("geometric", health, power[0], labour[0]), mean("geometric", 1, power[1], labour[1])
    alike = mean("geometric", mean("arithmetic", health, 1), mean("arithmetic", *power), mean("arithmetic", *labour))
    assert 1 - mean("harmonic", women, men) / alike == pytest.approx(printed, abs=0.0011)


def test_scores_depend_neither_on_the_unit_nor_on_the_way_round():
    """An indicator counted as a shortfall gives the score that it gives as an achievement."""
    values, worst, best = np.array([[3.0], [7.0]]), np.array([2.0]), np.array([12.0])
    celsius = composite.normalise(values, worst, best)
    assert celsius == pytest.approx(composite.normalise(1000 * values, 1000 * worst, 1000 * best))
    assert celsius == pytest.approx(composite.normalise(32 + 1.8 * values, 32 + 1.8 * worst, 32 + 1.8 * best))
    assert composite.normalise([20.0, 60.0], worst=0, best=100) == pytest.approx(composite.normalise([80.0, 40.0], worst=100, best=0))


@pytest.mark.parametrize("seed", range(5))
def test_means_are_in_their_order_and_only_proportions_of_weights_matter(seed):
    generator = np.random.default_rng(seed)
    scores, weights = generator.uniform(0.02, 1, (50, 6)), generator.dirichlet(np.ones(6), 50)
    arithmetic, geometric, harmonic = means = [composite.aggregate(scores, weights, how) for how in composite.MEANS]
    assert (harmonic <= geometric + 1e-12).all()
    assert (geometric <= arithmetic + 1e-12).all()
    assert ((scores.min(1) <= harmonic + 1e-12) & (arithmetic <= scores.max(1) + 1e-12)).all()
    assert means == [pytest.approx(composite.aggregate(scores, 10 * weights, how)) for how in composite.MEANS]
    assert [composite.aggregate([0.4, 0.4, 0.4], [1, 2, 3], how) for how in composite.MEANS] == pytest.approx([0.4] * 3)


def test_what_is_missing_falls_away_and_unknown_means_are_refused():
    scores = np.array([[0.2, np.nan, 1.0]])
    assert composite.pillar_scores(scores, np.ones(3), np.array([0, 0, 1])).tolist() == [[0.2, 1.0]]
    assert composite.aggregate([0.2, np.nan], [1, 3]) == pytest.approx(0.2)
    assert np.isnan(composite.pillar_scores(np.array([[np.nan, 0.5]]), np.ones(2), np.array([0, 1]))[0, 0])
    with pytest.raises(ValueError, match="arithmetic, geometric, harmonic"):
        composite.aggregate([1.0], [1.0], "median")


@pytest.mark.parametrize("rank", [True, False])
def test_the_second_scale_keeps_ends_and_order(rank):
    scores = np.linspace(0, 1, 11)
    bent = composite.diminishing(scores, rank)
    assert (bent[0], bent[-1]) == pytest.approx((0, 1)) and (np.diff(bent) > 0).all()
    steps = np.diff(bent)
    assert (np.diff(steps) > 0).all() if rank else (np.diff(steps) < 0).all()


@pytest.mark.parametrize(("share", "count"), [(0.0, 20_000), (1.0, 20_000), (0.5, 100)])
def test_wilson_holds_what_was_seen_and_never_nothing(share, count):
    low, high = composite.wilson(share, count)
    assert low <= share <= high and high - low > 0
    # Against the formula in its other form: the share where the distance is z standard errors.
    for end in (low, high):
        if 0 < end < 1:
            assert abs(share - end) == pytest.approx(1.96 * np.sqrt(end * (1 - end) / count), rel=1e-9)


def test_break_even_scores_make_two_cities_level():
    scores, weights = np.array([[0.9, 0.5, 0.4], [0.3, 0.6, 0.4]]), np.array([0.2, 0.3, 0.5])
    for n, needed in enumerate(composite.break_even_scores(scores, weights, 0, 1)):
        better = scores.copy()
        better[1, n] = needed
        assert better[1] @ weights == pytest.approx(better[0] @ weights)


# ---------------------------------------------------------------- together


def test_a_city_that_is_never_better_adds_nothing_and_pairs_count_only_clear_leads():
    scores = np.array([[0.9, 0.2, 0.5], [0.3, 0.8, 0.5], [0.1, 0.1, 0.1]])
    assert composite.gain(scores, np.ones(3), 2) == pytest.approx(0)
    assert composite.gain(scores, np.ones(3)) == pytest.approx((0.9 + 0.8 + 0.5 - 1.6) / 3)
    assert complementarity.pairs(np.array([[0.50, 0.9], [0.47, 0.2]])) == [(0, 1, 1, 0, 70.0, 0.0)]


def test_dealing_out_anew_keeps_what_each_indicator_has():
    scores = np.array([[0.9, 0.2], [0.3, 0.6], [0.5, 0.1]])
    dealt = complementarity.shuffled(scores, 200, seed=1)
    assert (np.sort(dealt, axis=1) == np.sort(scores, axis=0)).all()
    assert len({tuple(one.ravel()) for one in dealt}) > 20
