"""A composite index step by step: normalise, fill, weight, aggregate; then vary every choice at once and see who still comes first.

Scores are arrays whose last axis is the indicators (or the pillars) and whose last but one is the cities; everything
before that may be worlds. A score is 0 at the worse goalpost and 1 at the better one. Methods and names follow the
Handbook on Constructing Composite Indicators of the OECD and the Joint Research Centre (2008).
"""

from itertools import pairwise, permutations
from math import factorial
from typing import NamedTuple

import numpy as np

#: Geometric and harmonic means know no zero: scores below this count as this.
FLOOR = 0.01
NORMALISATIONS = ("clipped", "open", "distance", "rank")
AGGREGATIONS = ("arithmetic", "geometric", "harmonic")
TREATMENTS = ("drop", "pillar", "worst")


class Scorecard(NamedTuple):
    """What an index is computed from: cities by indicators, goalposts, the tree of pillars, and what is uncertain.

    Attributes
    ----------
    values : cities x indicators, in their units, missing as nan
    worst, best : goalposts of the indicators
    fixed : cities' range x indicators (2 x n): True where a goalpost is a bound of our own choosing rather than a peer or a target
    log : the second scale that is defensible: "rank", "count" or ""
    margin : how far a figure may be off, as a share
    pillar : position of each indicator's pillar
    core : True for indicators of the index, False for those that join in the check only
    weights : of the pillars
    places, names, pillars : the keys of the three axes
    """

    values: np.ndarray
    worst: np.ndarray
    best: np.ndarray
    fixed: np.ndarray
    log: np.ndarray
    margin: np.ndarray
    pillar: np.ndarray
    core: np.ndarray
    weights: np.ndarray
    places: list
    names: list
    pillars: list

    def __repr__(self) -> str:
        return f"Scorecard of {', '.join(self.places)}: {len(self.names)} indicators, {int(self.core.sum())} of them core, in {len(self.pillars)} pillars"


def normalise(values, worst, best, clip: bool = True) -> np.ndarray:
    """Place values between goalposts: 0 at `worst`, 1 at `best`, whichever of the two is larger.

    Parameters
    ----------
    clip : keep scores within 0 and 1, so that beyond a goalpost nothing is gained or lost

    >>> normalise([69.8, 90.0], worst=25, best=85).round(3).tolist()  # life expectancy in the Human Development Report 2000
    [0.747, 1.0]
    >>> normalise(15.0, worst=35, best=5).item()  # fine particles: less is better
    0.6666666666666666
    """
    scores = (np.asarray(values, float) - worst) / (np.asarray(best, float) - worst)
    return np.clip(scores, 0, 1) if clip else scores


def distance(values, worst, best) -> np.ndarray:
    """The ratio to the better goalpost, so that 1 is level with it; where less is better, the goalpost over the value.

    >>> distance([3.0, 12.0], worst=0, best=6).tolist(), distance(20.0, worst=35, best=5).item()
    ([0.5, 2.0], 0.25)
    """
    values, worst, best = np.broadcast_arrays(np.asarray(values, float), worst, best)
    more_is_better = best > worst
    return np.where(more_is_better, values, best) / np.where(more_is_better, best, np.maximum(values, 1e-12))


def rank_scores(values, worst, best) -> np.ndarray:
    """Ranks among the cities (second axis from the end) as scores: 1 for the first, 0 for the last, ties share; for the sensitivity check.

    >>> rank_scores([[3.0], [1.0], [3.0]], worst=np.array([0]), best=np.array([9])).ravel().tolist()
    [0.75, 0.0, 0.75]
    """
    signed = np.asarray(values, float) * np.sign(np.asarray(best, float) - worst)
    mine, other = signed[..., :, None, :], signed[..., None, :, :]
    beaten = (mine > other).sum(-2) + 0.5 * ((mine == other).sum(-2) - 1)
    known = (~np.isnan(signed)).sum(-2, keepdims=True)
    return np.where(np.isnan(signed), np.nan, beaten / np.maximum(known - 1, 1))


def fill(scores, pillar, treatment: str) -> np.ndarray:
    """Treat missing scores in one of three ways.

    Parameters
    ----------
    scores : ... x cities x indicators
    pillar : position of each indicator's pillar
    treatment : "drop": the indicator falls away for all cities; "pillar": the city's own mean in that pillar; "worst": the worse goalpost

    Returns
    -------
    scores in which "drop" has made whole columns nan, and the others none (a pillar without any score stays nan)

    >>> scores = np.array([[0.5, np.nan], [0.1, 0.9]])
    >>> fill(scores, np.array([0, 0]), "pillar").tolist(), fill(scores, np.array([0, 0]), "worst").tolist()
    ([[0.5, 0.5], [0.1, 0.9]], [[0.5, 0.0], [0.1, 0.9]])
    >>> fill(scores, np.array([0, 0]), "drop").tolist()
    [[0.5, nan], [0.1, nan]]
    """
    scores = np.array(scores, float)
    missing = np.isnan(scores)
    if treatment == "drop":
        return np.where(missing.any(-2, keepdims=True), np.nan, scores)
    if treatment == "worst":
        return np.where(missing, 0.0, scores)
    if treatment != "pillar":
        raise ValueError(f"fill knows {', '.join(TREATMENTS)}, not {treatment!r}")
    means = pillar_scores(scores, np.ones(scores.shape[-1]), pillar)
    return np.where(missing, means[..., np.asarray(pillar)], scores)


def aggregate(scores, weights, how: str = "arithmetic") -> np.ndarray:
    """The weighted mean over the last axis; missing scores fall away and the other weights are scaled up.

    Parameters
    ----------
    weights : broadcast against the scores; they need not sum to one
    how : arithmetic (a gain makes up for a loss), geometric or harmonic (less so, and least so)

    >>> aggregate([0.747, 0.782, 0.575], [1, 1, 1]).round(3).item()  # China in the Human Development Report 2000
    0.701
    >>> aggregate([0.25, 1.0], [1, 1], "geometric").item(), aggregate([0.25, 1.0], [1, 1], "harmonic").item()
    (0.5, 0.4)
    """
    scores, weights = np.broadcast_arrays(np.asarray(scores, float), np.asarray(weights, float))
    weights = np.where(np.isnan(scores), 0.0, weights)
    total = weights.sum(-1)
    scores = np.where(np.isnan(scores), 1.0, scores)
    shares = weights / np.where(total > 0, total, np.nan)[..., None]
    if how == "arithmetic":
        return (shares * scores).sum(-1)
    if how == "geometric":
        return np.exp((shares * np.log(np.maximum(scores, FLOOR))).sum(-1))
    if how == "harmonic":
        return 1 / (shares / np.maximum(scores, FLOOR)).sum(-1)
    raise ValueError(f"aggregate knows {', '.join(AGGREGATIONS)}, not {how!r}")


def pillar_scores(scores, weights, pillar) -> np.ndarray:
    """Arithmetic means within pillars: ... x cities x indicators becomes ... x cities x pillars.

    >>> pillar_scores(np.array([[0.2, 0.4, 1.0]]), np.ones(3), np.array([0, 0, 1])).round(3).tolist()
    [[0.3, 1.0]]
    """
    scores, weights = np.broadcast_arrays(np.asarray(scores, float), np.asarray(weights, float))
    known = ~np.isnan(scores)
    member = (np.asarray(pillar)[:, None] == np.arange(np.max(pillar) + 1)).astype(float)
    total = (weights * known) @ member
    return (np.where(known, scores, 0.0) * weights) @ member / np.where(total > 0, total, np.nan)


def scaled(card: Scorecard, long: bool = False) -> Scorecard:
    """The scorecard with ranks and counts on their second scale, the logarithm, if `long`; else as it is.

    >>> card = Scorecard(np.array([[10.0]]), np.array([100.0]), np.array([1.0]), np.zeros((2, 1), bool), np.array(["rank"]), *[None] * 7)
    >>> normalise(*scaled(card, True)[:3]).round(3).tolist(), normalise(*scaled(card)[:3]).round(3).tolist()
    ([[0.5]], [[0.909]])
    """
    if not long:
        return card
    return card._replace(values=_logged(card.values, card.log), worst=_logged(card.worst, card.log), best=_logged(card.best, card.log))


def _logged(values, kinds) -> np.ndarray:
    values = np.asarray(values, float)
    return np.select([kinds == "rank", kinds == "count"], [np.log(np.maximum(values, 1e-9)), np.log1p(np.maximum(values, 0))], values)


def subset(card: Scorecard, columns: list[int]) -> Scorecard:
    """The scorecard with only these indicators, by position."""
    by_indicator = {name: getattr(card, name)[..., columns] for name in ("values", "worst", "best", "fixed", "log", "margin", "pillar", "core")}
    return card._replace(**by_indicator, names=[card.names[n] for n in columns])


def scores_of(card: Scorecard, normalisation: str = "clipped", long: bool = False) -> np.ndarray:
    """Scores of all cities on all indicators, cities x indicators, missing as nan."""
    card = scaled(card, long)
    goalposts = card.values, card.worst, card.best
    if normalisation == "distance":
        return distance(*goalposts)
    if normalisation == "rank":
        return rank_scores(*goalposts)
    return normalise(*goalposts, clip=normalisation == "clipped")


def profiles(card: Scorecard, treatment: str = "drop", core: bool = True, **choices) -> np.ndarray:
    """Pillar scores, cities x pillars, of the core indicators or of all (`core=False`)."""
    scores = fill(scores_of(card, **choices), card.pillar, treatment)
    return pillar_scores(scores, np.where(card.core | (not core), 1.0, 0.0), card.pillar)


def index(card: Scorecard, weights=None, how: str = "arithmetic", **choices) -> np.ndarray:
    """The index of each city: pillars weighted (by `weights`, or as the scorecard says), aggregated `how`."""
    return aggregate(profiles(card, **choices), card.weights if weights is None else weights, how)


# ---------------------------------------------------------------- everything at once


def inputs(card: Scorecard) -> dict[str, int]:
    """The uncertain choices and how many random numbers each of them takes.

    The groups of the sensitivity analysis are these, in this order.
    """
    many = card.values.shape[1]
    return {"normalisation": 1, "scale": 1, "goalposts": 2 * many, "pillar weights": len(card.pillars), "indicator weights": many,
            "aggregation": 1, "missing data": 1, "indicator left out": 1, "indicators added": 1, "figures": card.values.size}  # fmt: skip


def worlds(card: Scorecard, uniform: np.ndarray) -> np.ndarray:
    """Pillar scores and weights put together in every world: the index of each city, worlds x cities.

    Parameters
    ----------
    uniform : worlds x sum of `inputs(card)`, random numbers between 0 and 1; each column is one choice:
        normalisation one of four; scale linear or long; bounds of our own a fifth lower to a quarter higher; pillar weights any weighting as likely
        as any other; indicator weights within a pillar half to one and a half; aggregation one of three; missing data one of three;
        one core indicator, or none, left out; check indicators in or out; every figure off by up to its margin

    Returns
    -------
    worlds x cities
    """
    part = _parts(card, uniform)
    scores = _world_scores(card, part)
    weights = (0.5 + part["indicator weights"]) * _kept(card, part)
    pillars = pillar_scores(_filled(scores, card, part), weights[:, None, :], card.pillar)
    drawn = _spacings(part["pillar weights"])[:, None, :]
    return _choose(part["aggregation"], [aggregate(pillars, drawn, how) for how in AGGREGATIONS])


def _parts(card: Scorecard, uniform: np.ndarray) -> dict[str, np.ndarray]:
    sizes = inputs(card)
    if uniform.shape[1] != sum(sizes.values()):
        raise ValueError(f"worlds wants {sum(sizes.values())} columns of random numbers, got {uniform.shape[1]}")
    return dict(zip(sizes, np.split(uniform, np.cumsum(list(sizes.values()))[:-1], axis=1), strict=True))


def _spacings(uniform: np.ndarray) -> np.ndarray:
    """Weights of which every combination is equally likely, from uniform numbers (the logarithms are exponential)."""
    drawn = -np.log(np.clip(uniform, 1e-12, 1 - 1e-12))
    return drawn / drawn.sum(-1, keepdims=True)


def _choose(uniform: np.ndarray, options: list[np.ndarray]) -> np.ndarray:
    """In each world one of the options, all equally likely; options are worlds x ..."""
    choice = np.minimum((uniform[:, 0] * len(options)).astype(int), len(options) - 1)
    return np.select([(choice == n).reshape(-1, *[1] * (options[0].ndim - 1)) for n in range(len(options))], options)


def _world_scores(card: Scorecard, part: dict) -> np.ndarray:
    many = len(uniform := part["goalposts"])
    error = 1 + card.margin * (2 * part["figures"].reshape(many, *card.values.shape) - 1)
    shift = np.where(card.fixed, 0.8 * (1.25 / 0.8) ** uniform.reshape(many, 2, -1), 1.0)
    moved = card._replace(values=card.values * error, worst=(card.worst * shift[:, 0])[:, None, :], best=(card.best * shift[:, 1])[:, None, :])
    by_scale = [_choose(part["normalisation"], [scores_of(moved, kind, long) for kind in NORMALISATIONS]) for long in (False, True)]
    return _choose(part["scale"], by_scale)


def _kept(card: Scorecard, part: dict) -> np.ndarray:
    """Which indicators take part, worlds x indicators."""
    core = np.flatnonzero(card.core)
    out = np.minimum((part["indicator left out"][:, 0] * (len(core) + 1)).astype(int), len(core))
    left_out = np.arange(len(card.core)) == np.append(core, -1)[out][:, None]
    return (card.core | (part["indicators added"] > 0.5)) & ~left_out


def _filled(scores: np.ndarray, card: Scorecard, part: dict) -> np.ndarray:
    return _choose(part["missing data"], [fill(scores, card.pillar, treatment) for treatment in TREATMENTS])


def monte_carlo(card: Scorecard, count: int = 10_000, seed: int = 2019) -> np.ndarray:
    """The index in `count` worlds, worlds x cities; the same seed gives the same worlds.

    The worlds are a Latin hypercube: every choice by itself is spread evenly, which halves the noise of the shares.
    """
    uniform = latin_hypercube(count, sum(inputs(card).values()), seed)
    return np.concatenate([worlds(card, part) for part in np.array_split(uniform, -(-count // 5000))])


def latin_hypercube(count: int, columns: int, seed: int) -> np.ndarray:
    """Random numbers of which each column has exactly one in each of `count` equal steps between 0 and 1.

    >>> (np.sort(latin_hypercube(4, 2, seed=1), axis=0) * 4).astype(int).tolist()
    [[0, 0], [1, 1], [2, 2], [3, 3]]
    """
    generator = np.random.default_rng(seed)
    steps = generator.permuted(np.tile(np.arange(count, dtype=float)[:, None], columns), axis=0)
    return (steps + generator.random((count, columns))) / count


def places_taken(results: np.ndarray) -> np.ndarray:
    """The rank of each city in each world, 1 for the first.

    >>> places_taken(np.array([[0.2, 0.9, 0.5]])).tolist()
    [[3, 1, 2]]
    """
    return (-results).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1


def rank_shares(results: np.ndarray) -> np.ndarray:
    """The share of worlds in which each city takes each rank, cities x ranks.

    >>> rank_shares(np.array([[0.2, 0.9], [0.8, 0.9]])).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    taken = places_taken(results)
    return np.stack([(taken == rank).mean(axis=0) for rank in range(1, results.shape[1] + 1)], axis=1)


def sensitivity(card: Scorecard, output, count: int = 1024, seed: int = 2019) -> dict[str, tuple[float, float]]:
    """First-order and total share of the variance of an output that each choice explains (Sobol indices, by SALib).

    Parameters
    ----------
    output : a function of the index in the worlds (worlds x cities) that gives one number a world
    count : a power of two; the index is computed `count` x (choices + 2) times

    Returns
    -------
    dict of choice -> (first order: alone; total: with all it interacts with)
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    groups = [name for name, size in inputs(card).items() for _ in range(size)]
    problem = {"num_vars": len(groups), "names": [f"u{n}" for n in range(len(groups))], "bounds": [[0, 1]] * len(groups), "groups": groups}
    sample = sampling.sample(problem, count, calc_second_order=False, seed=seed)
    found = analysis.analyze(problem, output(worlds(card, sample)), calc_second_order=False, seed=seed)
    return {name: (float(found["S1"][n]), float(found["ST"][n])) for n, name in enumerate(inputs(card))}


# ---------------------------------------------------------------- one choice at a time


def without_each(card: Scorecard, **choices) -> np.ndarray:
    """The index when one indicator of the core is left out, for each of them: indicators x cities; nan for indicators of the check."""
    rows = np.full((len(card.names), len(card.places)), np.nan)
    for n in np.flatnonzero(card.core):
        rows[n] = index(card._replace(core=card.core & (np.arange(len(card.core)) != n)), **choices)
    return rows


def nominal_weights(card: Scorecard, missing=None) -> np.ndarray:
    """The weight of each indicator in the index: its share of its pillar times the pillar's; they sum to one.

    Parameters
    ----------
    missing : True for indicators that fall away
    """
    used = card.core & ~(np.zeros(len(card.core), bool) if missing is None else missing)
    size = np.bincount(card.pillar, weights=used, minlength=len(card.pillars))
    pillars = np.where(size > 0, card.weights, 0.0)
    return np.where(used, (pillars / pillars.sum() / np.maximum(size, 1))[card.pillar], 0.0)


def drawn_weights(card: Scorecard, count: int, seed: int = 2019) -> np.ndarray:
    """Weights of the core indicators, drawn at random, count x indicators: every weighting of the pillars as likely as any other, equal weights within."""
    blocks = card.pillar[card.core]
    return np.random.default_rng(seed).dirichlet(np.ones(len(card.pillars)), count)[:, blocks] / np.bincount(blocks)[blocks]


def effective_weights(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much of the differences between the cities each indicator makes: weight times the range of its scores, scaled to a sum of one.

    With three cities a variance or a correlation with the index would pretend to more than there is.

    >>> effective_weights(np.array([[0.1, 0.5], [0.3, 0.5]]), np.array([0.5, 0.5])).tolist()
    [1.0, 0.0]
    """
    spread = np.nan_to_num(np.nanmax(scores, axis=0) - np.nanmin(scores, axis=0)) * weights
    return spread / spread.sum()


def break_even_weights(pillars: np.ndarray, weights: np.ndarray, leader: int, other: int) -> np.ndarray:
    """The weight of each pillar at which `other` draws level with `leader`, the other weights keeping their proportions.

    Arithmetic mean only. nan where no weight between 0 and 1 does it.

    >>> pillars = np.array([[0.9, 0.2], [0.3, 0.6]])
    >>> break_even_weights(pillars, np.array([0.5, 0.5]), 0, 1).round(3).tolist()
    [0.4, 0.6]
    """
    weights = np.asarray(weights, float) / np.sum(weights)
    lead = pillars[leader] - pillars[other]
    rest = (weights @ lead - weights * lead) / (1 - weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = rest / (rest - lead)
    return np.where((level >= 0) & (level <= 1), level, np.nan)


def first_by_weight(pillars: np.ndarray, weights: np.ndarray, steps: int = 2000) -> list[tuple[int, float, float, int]]:
    """Who comes first as the weight of a pillar goes from nothing to all, the other weights keeping their proportions.

    Returns
    -------
    one tuple a stretch: the pillar, the weights at which the stretch begins and ends, the city

    >>> first_by_weight(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5]), steps=5)
    [(0, 0.0, 0.4, 1), (0, 0.4, 1.0, 0), (1, 0.0, 0.8, 0), (1, 0.8, 1.0, 1)]
    """
    share, found = np.linspace(0, 1, steps + 1), []
    for p in range(pillars.shape[1]):
        rest = np.delete(weights, p)
        others = np.delete(pillars, p, axis=1) @ rest / rest.sum()
        leaders = (share[:, None] * pillars[:, p] + (1 - share[:, None]) * others).argmax(1)
        cuts = [0, *(np.flatnonzero(np.diff(leaders)) + 1), steps + 1]
        found += [(p, float(share[a]), float(share[min(b, steps)]), int(leaders[a])) for a, b in pairwise(cuts)]
    return found


def break_even_scores(scores: np.ndarray, weights: np.ndarray, leader: int, other: int) -> np.ndarray:
    """The score on each indicator with which `other` would draw level with `leader`, all else equal (arithmetic mean); above 1 it is out of reach.

    >>> break_even_scores(np.array([[0.9, 0.5], [0.3, 0.6]]), np.array([0.5, 0.5]), 0, 1).round(3).tolist()
    [0.8, 1.1]
    """
    gap = aggregate(scores[leader], weights) - aggregate(scores[other], weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weights > 0, scores[other] + gap / (weights / weights.sum()), np.nan)


# ---------------------------------------------------------------- complements or rivals


def frontier(scores: np.ndarray, weights: np.ndarray, members: tuple[int, ...]) -> np.ndarray:
    """What a group of cities reaches together when each indicator (or pillar) counts as its best member's.

    >>> frontier(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5]), (0, 1)).item()
    0.75
    """
    if not members:
        return np.zeros(scores.shape[:-2])
    return aggregate(scores[..., list(members), :].max(-2), weights)


def shapley(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Each city's share of the joint frontier: its mean contribution over all orders in which the cities may join (Shapley value).

    Parameters
    ----------
    scores : ... x cities x indicators (or pillars)

    Returns
    -------
    ... x cities; the values sum to the frontier of all

    >>> shapley(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.425, 0.325]
    """
    cities = range(scores.shape[-2])
    values = np.zeros(scores.shape[:-1])
    for order in permutations(cities):
        for n, city in enumerate(order):
            values[..., city] += frontier(scores, weights, order[: n + 1]) - frontier(scores, weights, order[:n])
    return values / factorial(len(cities))


def losses(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much less the others reach together without a city, for each of them; with weights worlds x indicators in each world.

    >>> losses(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.3, 0.2]
    """
    cities = range(scores.shape[-2])
    left = [frontier(scores, weights, tuple(n for n in cities if n != city)) for city in cities]
    return np.stack([frontier(scores, weights, tuple(cities)) - rest for rest in left], axis=-1)


def gain(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much more all cities reach together than the best of them alone.

    >>> gain(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5])).round(3).item()
    0.2
    """
    cities = range(scores.shape[-2])
    alone = np.stack([frontier(scores, weights, (city,)) for city in cities], axis=-1)
    return frontier(scores, weights, tuple(cities)) - alone.max(-1)


def shuffled(scores: np.ndarray, blocks: np.ndarray, count: int = 10_000, seed: int = 2019) -> np.ndarray:
    """Scores as they would be if it were chance which city is good at what: within each block the cities change places.

    Parameters
    ----------
    blocks : the block of each column; columns of one block move together (the indicators of a pillar, or each for itself)

    Returns
    -------
    count x cities x columns
    """
    draws = np.random.default_rng(seed).random((count, scores.shape[0], int(np.max(blocks)) + 1)).argsort(axis=1)
    return np.take_along_axis(np.broadcast_to(scores, (count, *scores.shape)), draws[:, :, blocks], axis=1)


def likeness(scores: np.ndarray) -> np.ndarray:
    """The mean correlation of the cities' profiles over all pairs; below zero, one is strong where the other is weak.

    >>> likeness(np.array([[0.9, 0.2, 0.5], [0.1, 0.8, 0.5]])).round(2).item()
    -1.0
    """
    centred = scores - scores.mean(-1, keepdims=True)
    unit = centred / np.sqrt((centred**2).sum(-1, keepdims=True))
    pairs = unit @ np.swapaxes(unit, -1, -2)
    upper = np.triu_indices(scores.shape[-2], 1)
    return pairs[..., upper[0], upper[1]].mean(-1)
