"""Whether cities complement each other: what they gain together, against what they would gain if chance dealt the pillars out."""

from typing import NamedTuple

import numpy as np

from gba.index import composite
from gba.index.composite import Scorecard

#: A gain that fewer than this share of random deals reaches goes beyond chance.
LEVEL = 0.05
#: The seed of the random deals.
SEED = 2019


class Complement(NamedTuple):
    """What a scorecard says of its cities as complements.

    Attributes
    ----------
    scores : cities x core indicators, a gap filled with the city's own mean of the pillar
    weights : of these indicators, sum one
    gain : how much more the cities reach together than the best of them alone
    by_chance : the same in each of ten thousand deals in which the cities change places within the pillars
    likeness : mean correlation of the cities' profiles
    """

    scores: np.ndarray
    weights: np.ndarray
    gain: float
    by_chance: np.ndarray
    likeness: float

    def __repr__(self) -> str:
        return f"Complement: gain {self.gain:.3f}, reached by {self.reached:.1%} of {len(self.by_chance)} random deals, likeness {self.likeness:.2f}"

    @property
    def reached(self) -> float:
        """The share of the random deals that gain as much or more."""
        return float((self.by_chance >= self.gain - 1e-12).mean())

    @property
    def beyond_chance(self) -> bool:
        """Whether so few deals reach the gain that chance is a poor explanation."""
        return self.reached < LEVEL

    @property
    def unlike(self) -> float:
        """The share of random profiles, each indicator dealt out by itself, that are no more alike than these."""
        dealt = composite.shuffled(self.scores, np.arange(self.scores.shape[1]), seed=SEED)
        return float((composite.likeness(dealt) <= self.likeness).mean())


def tested(card: Scorecard) -> Complement:
    """Test the cities of a scorecard: equal treatment of all, nominal weights, whole pillars change hands.

    >>> from gba.index.scorecard import index_at
    >>> found = tested(index_at().card)
    >>> found.scores.shape[0], found.beyond_chance == (found.reached < LEVEL), bool(found.gain > 0)
    (3, True, True)
    """
    scores = composite.fill(composite.scores_of(card), card.pillar, "pillar")[:, card.core]
    weights, blocks = composite.nominal_weights(card)[card.core], card.pillar[card.core]
    by_chance = composite.gain(composite.shuffled(scores, blocks, seed=SEED), weights)
    return Complement(scores, weights, float(composite.gain(scores, weights)), by_chance, float(composite.likeness(scores)))
