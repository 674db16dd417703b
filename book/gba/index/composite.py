"""A composite index step by step: scores, means within and over pillars, and what a city adds to others.

Scores are arrays whose last axis is the indicators (or the pillars) and whose last but one is the cities; everything
before that may be worlds. Methods and names follow the Handbook on Constructing Composite Indicators of the OECD and the
Joint Research Centre (2008).
"""

from itertools import combinations

import numpy as np

#: Geometric and harmonic means know no zero: scores below this count as this.
FLOOR = 0.01
MEANS = ("arithmetic", "geometric", "harmonic")


def normalise(values, worst, best, bounds: tuple = (0.0, 1.0)) -> np.ndarray:
    """Place values between goalposts: 0 at `worst`, 1 at `best`, whichever of the two is larger; beyond the bounds nothing is gained or lost.

    >>> normalise([69.8, 90.0], worst=25, best=85).round(3).tolist()  # life expectancy in the Human Development Report 2000
    [0.747, 1.0]
    >>> normalise(15.0, worst=35, best=5).item(), normalise(90.0, 25, 85, (0, 2)).round(3).item()  # less is better; open above
    (0.6666666666666666, 1.083)
    """
    worst = np.asarray(worst, float)
    return np.clip((np.asarray(values, float) - worst) / (np.asarray(best, float) - worst), *bounds)


def diminishing(scores, rank) -> np.ndarray:
    """Scores on a scale on which the first steps count more; of lists, where `rank` is True, a step near the top does.

    >>> diminishing(np.array([0.0, 0.5, 1.0]), np.array([False, False, True])).round(2).tolist()
    [0.0, 0.74, 1.0]
    """
    scores = np.asarray(scores, float)
    low = np.log1p(9 * np.maximum(scores, 0)) / np.log(10)
    return np.where(rank, 1 - np.log1p(9 * np.maximum(1 - scores, 0)) / np.log(10), low)


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
    if how not in MEANS:
        raise ValueError(f"aggregate knows {', '.join(MEANS)}, not {how!r}")
    scores, weights = np.broadcast_arrays(np.asarray(scores, float), np.asarray(weights, float))
    weights = np.where(np.isnan(scores), 0.0, weights)
    total = weights.sum(-1)
    scores = np.where(np.isnan(scores), 1.0, scores)
    shares = weights / np.where(total > 0, total, np.nan)[..., None]
    if how == "arithmetic":
        return (shares * scores).sum(-1)
    if how == "geometric":
        return np.exp((shares * np.log(np.maximum(scores, FLOOR))).sum(-1))
    return 1 / (shares / np.maximum(scores, FLOOR)).sum(-1)


def pillar_scores(scores, weights, pillar) -> np.ndarray:
    """Arithmetic means within pillars: ... x cities x indicators becomes ... x cities x pillars; a pillar without a score is missing.

    >>> pillar_scores(np.array([[0.2, 0.4, 1.0]]), np.ones(3), np.array([0, 0, 1])).round(3).tolist()
    [[0.3, 1.0]]
    """
    scores = np.asarray(scores, float)
    known = ~np.isnan(scores)
    weights = np.where(known, np.asarray(weights, float), 0.0)
    member = (np.asarray(pillar)[:, None] == np.arange(np.max(pillar) + 1)).astype(float)
    total = weights @ member
    return (np.where(known, scores, 0.0) * weights) @ member / np.where(total > 0, total, np.nan)


def profiles(made, cities: list[str] | None = None, keys: list[str] | None = None) -> np.ndarray:
    """Pillar scores between 0 and 1 of a data sheet, cities x pillars (all of them, the unscored too); a pillar without a score is missing."""
    keys = keys or made.core
    scores = np.clip(made.table("score", cities, keys).to_numpy(float).T / 100, 0, 1)
    order = list(made.pillars.index)
    found = pillar_scores(scores, np.ones(len(keys)), made.indicators.loc[keys, "pillar"].map(order.index).to_numpy())
    return np.pad(found, ((0, 0), (0, len(order) - found.shape[1])), constant_values=np.nan)


def weights_of(made) -> np.ndarray:
    """The weights of all pillars, nothing for those that are not scored; they sum to one.

    >>> from gba.index.sheet import sheet
    >>> weights_of(sheet()).sum().round(9).item()
    1.0
    """
    weights = np.array([made.pillars.at[key, "weight"] if key in made.scored else 0.0 for key in made.pillars.index])
    return weights / weights.sum()


def index(made, cities: list[str] | None = None, weights=None) -> np.ndarray:
    """The index of each city of a data sheet, between 0 and 1, with the sheet's weights or others (by pillar).

    >>> from gba.index.sheet import sheet
    >>> index(sheet()).shape == (len(sheet().places),)
    True
    """
    return aggregate(profiles(made, cities), weights_of(made) if weights is None else weights)


def indicator_weights(made) -> np.ndarray:
    """The weight of each core indicator in the index: its share of its pillar times the pillar's; they sum to one."""
    pillar = made.indicators.loc[made.core, "pillar"]
    weights = pillar.map(dict(zip(made.pillars.index, weights_of(made), strict=True))) / pillar.map(pillar.value_counts())
    return weights.to_numpy(float)


def wilson(share, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a share that was seen in so many independent draws (Wilson's), also of none and all.

    >>> [round(float(end), 5) for end in wilson(0.0, 20_000)]
    [0.0, 0.00019]
    """
    share, z = np.asarray(share, float), 1.96
    middle, half = share + z * z / (2 * count), z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return np.maximum((middle - half) / (1 + z * z / count), 0), np.minimum((middle + half) / (1 + z * z / count), 1)


# ---------------------------------------------------------------- what would turn it


def break_even_scores(scores: np.ndarray, weights: np.ndarray, leader: int, other: int) -> np.ndarray:
    """The score on each indicator with which `other` would draw level with `leader`, all else equal (arithmetic mean); above 1 it is out of reach.

    >>> break_even_scores(np.array([[0.9, 0.5], [0.3, 0.6]]), np.array([0.5, 0.5]), 0, 1).round(3).tolist()
    [0.8, 1.1]
    """
    gap = aggregate(scores[leader], weights) - aggregate(scores[other], weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weights > 0, scores[other] + gap / (weights / weights.sum()), np.nan)


# ---------------------------------------------------------------- together


def frontier(scores: np.ndarray, weights: np.ndarray, members: tuple[int, ...]) -> np.ndarray:
    """What a group of cities reaches together when each indicator counts as its best member's.

    >>> frontier(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5]), (0, 1)).item()
    0.75
    """
    if not members:
        return np.zeros(scores.shape[:-2])
    return aggregate(scores[..., list(members), :].max(-2), weights)


def gain(scores: np.ndarray, weights: np.ndarray, size: int = 1) -> np.ndarray:
    """How much more all cities reach together than the best group of so many.

    >>> gain(np.array([[0.9, 0.2], [0.3, 0.6]]), np.array([0.5, 0.5])).round(3).item()
    0.2
    """
    cities = range(scores.shape[-2])
    groups = np.stack([frontier(scores, weights, group) for group in combinations(cities, size)], axis=-1)
    return frontier(scores, weights, tuple(cities)) - groups.max(-1)
