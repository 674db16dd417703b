"""Do the cities complement each other? What each adds that the others lack, described, and the same with it dealt out anew."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from gba.index import composite
from gba.index.sheet import Sheet

#: How often what each city is good at is dealt out anew, and the seed.
DEALS, SEED = 20_000, 2019
#: Scores of a hundred by which a city must be ahead of another in an indicator to count as better at it.
AHEAD = 5.0


class Complement(NamedTuple):
    """What cities come to together.

    Attributes
    ----------
    scores, weights : cities x indicators of the index (between 0 and 1), and the weight of each
    alone, pair : what all reach together more than the best city, and more than the best group of one fewer
    partners : the best group of one fewer, positions
    deals : `pair` when in each indicator the cities' scores are dealt out anew
    reached : the share of the deals that reach at least as much
    best : how many indicators each city is best in
    """

    scores: np.ndarray
    weights: np.ndarray
    alone: float
    pair: float
    partners: tuple
    deals: np.ndarray
    reached: float
    best: np.ndarray

    @property
    def indispensable(self) -> bool:
        """Whether the city outside the best group adds at least what it would in the middle of the deals."""
        return self.pair >= float(np.median(self.deals))

    def __repr__(self) -> str:
        return f"Together {100 * self.alone:.1f} points more than the best city, {100 * self.pair:.1f} more than the best group of one fewer"


def together(made: Sheet) -> Complement:
    """Describe what the compared cities of a data sheet reach together.

    >>> from gba.index.sheet import sheet
    >>> together(sheet())  # doctest: +ELLIPSIS
    Together ... points more than the best city, ... more than the best group of one fewer
    """
    scores = np.clip(made.table(keys=made.counted).to_numpy(float).T / 100, 0, 1)
    weights = composite.indicator_weights(made)[[made.core.index(key) for key in made.counted]]
    size = len(scores) - 1
    groups = list(combinations(range(len(scores)), size))
    reach = [float(composite.frontier(scores, weights, group)) for group in groups]
    dealt = composite.gain(shuffled(scores, DEALS, SEED), weights, size)
    pair = float(composite.gain(scores, weights, size))
    best = (scores == scores.max(0)) / (scores == scores.max(0)).sum(0)
    return Complement(
        scores, weights, float(composite.gain(scores, weights)), pair, groups[int(np.argmax(reach))], dealt, float((dealt >= pair - 1e-12).mean()), best.sum(1)
    )


def shuffled(scores: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Scores (count x cities x indicators) as they would be if it were chance which city is good at what: in each indicator the cities change places."""
    order = np.random.default_rng(seed).random((count, *scores.shape)).argsort(axis=1)
    return np.take_along_axis(np.broadcast_to(scores, (count, *scores.shape)), order, axis=1)


def pairs(scores: np.ndarray) -> list[tuple[int, int, int, int, float, float]]:
    """For each pair of cities: the two, in how many indicators the first is better and the second, by how many points on average where it is.

    >>> pairs(np.array([[0.9, 0.2], [0.3, 0.6]]))
    [(0, 1, 1, 1, 60.0, 40.0)]
    """
    found = []
    for one, other in combinations(range(len(scores)), 2):
        lead = 100 * (scores[one] - scores[other])
        up, down = lead[lead >= AHEAD], -lead[lead <= -AHEAD]
        found.append((one, other, len(up), len(down), round(float(up.mean()) if len(up) else 0.0, 3), round(float(down.mean()) if len(down) else 0.0, 3)))
    return found
