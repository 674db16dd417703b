"""What an index hangs on: every choice that a user may vary and every one that a referee would, drawn at once; shares with their error, and what decides.

Two levels. A *design* is how the index is built: whose list, whose goalpost, per resident or in all, which year, pillars or indicators equal,
which pillars, with or without an end of the scale. Designs are few enough to be computed one and all. A *user* besides chooses weights, scale and
mean, leaves one indicator out, and does not know which source is right. A *world* draws all of it.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from gba.data.load import load
from gba.index import composite
from gba.index.sheet import Sheet, between, per_head, sheet

#: Worlds of the chapter, and the seed of the draw.
WORLDS, SEED = 50_000, 2019
#: The largest score where scores do not end at the better goalpost.
OPEN = 2.0
#: A source that has another figure more than this factor away speaks of another thing.
SAME_THING = 2.0
#: Candidates for the error of a figure.
CANDIDATES = 65
OWNERS = ("best", "second", "mean")


class Model(NamedTuple):
    """All that worlds are drawn from.

    Attributes
    ----------
    values, worst, best : size x list x year (x owner of the goalpost) x ...: values cities x indicators, goalposts indicators
    rank, pillar : of the indicators; `pillar` is a position among `pillars`
    factors : candidates x cities x indicators: what another source would make of a figure, the first is 1
    weights : of the pillars, before they are scaled; `scored` tells which are part of the index
    levels : names of the levels of each choice of design
    """

    values: np.ndarray
    worst: np.ndarray
    best: np.ndarray
    rank: np.ndarray
    pillar: np.ndarray
    factors: np.ndarray
    weights: np.ndarray
    scored: np.ndarray
    levels: dict
    places: list
    names: list
    pillars: list

    def __repr__(self) -> str:
        return f"Model of {', '.join(self.places)}: {len(self.names)} indicators, {math.prod(map(len, self.levels.values())):,} designs"


def model(made: Sheet | None = None) -> Model:
    """Put together what worlds are drawn from, for a data sheet of now.

    >>> model()  # doctest: +ELLIPSIS
    Model of hong_kong, shenzhen, guangzhou: ... indicators, ... designs
    """
    made = made or sheet()
    earlier, keys = sheet("before", made.places), made.core
    others = [made.indicators.at[key, "other"] or key for key in keys]
    whole = set(made.cells.loc[made.cells["place"].isin(made.places)].groupby("indicator").filter(lambda rows: len(rows) == len(made.places))["indicator"])
    lists = [keys, [other if other in whole else key for key, other in zip(keys, others, strict=True)]]
    # The later cells stand where the earlier sheet has none.
    years = [made, earlier._replace(cells=pd.concat([earlier.cells, made.cells]).drop_duplicates(["indicator", "place"]))]
    values, worst, best = (np.empty((2, 2, 2, *shape)) for shape in ((len(made.places), len(keys)), (len(OWNERS), len(keys)), (len(OWNERS), len(keys))))
    for size, (year, one) in product(range(2), enumerate(years)):
        columns = _columns(one, made.places, resident=size == 0)
        for (which, used), n in product(enumerate(lists), range(len(keys))):
            values[size, which, year, :, n], worst[size, which, year, :, n], best[size, which, year, :, n] = columns[used[n]]
    pillar = made.indicators.loc[keys, "pillar"].map(list(made.pillars.index).index).to_numpy()
    scored = np.array([key in made.scored for key in made.pillars.index])
    measured = np.isin(np.arange(len(made.pillars)), pillar)
    short = made.pillars["short"].str.lower().to_list()
    parts = ["as they are", *(f"without {short[p]}" for p in np.flatnonzero(scored)), *(f"with {short[p]}" for p in np.flatnonzero(measured & ~scored))]
    levels = {
        "size": ["per resident", "in all"],
        "goalposts": ["best peer", "second peer", "mean of the peers"],
        "lists": ["first list", "another list"],
        "years": ["latest", "the year before"],
        "structure": ["pillars equal", "indicators equal"],
        "ends": ["scores end at the goalpost", "scores go beyond it"],
        "pillars": parts,
    }
    rank = (made.indicators.loc[keys, "kind"] == "rank").to_numpy()
    weights, pillars = made.pillars["weight"].to_numpy(float), list(made.pillars.index)
    return Model(values, worst, best, rank, pillar, _factors(made), weights, scored, levels, made.places, keys, pillars)


def _columns(made: Sheet, cities: list, resident: bool) -> dict[str, tuple[list, list, list]]:
    """By indicator: values of the cities, and the worse and the better goalpost by owner; of an indicator that a city lacks, none."""
    cells = made.cells
    cells = cells.assign(value=per_head(cells["raw"], cells["residents"], cells["size"] if resident else [""] * len(cells)))
    found = {}
    for key, part in cells.groupby("indicator"):
        rows = list(part.itertuples())
        value, peers, first = {row.place: row.value for row in rows}, [row.value for row in rows if row.role == "peer"], rows[0]
        posts = [(first.worst, first.best) if first.stated else between(first.kind, peers, owner) for owner in OWNERS]
        if set(cities) <= set(value):
            found[key] = [value[city] for city in cities], *map(list, zip(*posts, strict=True))
    return found


def disagreements(made: Sheet) -> dict:
    """What other sources would make of the figures of the sheet, as factors by (place, indicator); under None, those of all figures of the same datasets."""
    used = made.cells[made.cells["indicator"].isin(made.core)]
    own, pool = {}, []
    for dataset, cells in used.groupby("dataset"):
        rows, wanted = load(dataset, every_source=True), cells.groupby(["observed", "place", "period"])["indicator"].agg(list).to_dict()
        keys = ["indicator", "place", "period", *(column for column in ("university", "batch") if column in rows.columns)]
        rows = rows[rows["indicator"].isin(cells["observed"]) & rows.duplicated(keys, keep=False)]
        for figure, several in rows.groupby(keys, dropna=False):
            value, main = several["value"].to_numpy(float), (several["status"] == "main").to_numpy()
            if not main.any() or not value[main][0]:
                continue
            factors = value / value[main][0]
            factors = factors[(factors > 1 / SAME_THING) & (factors < SAME_THING)]
            pool += [factor for factor in np.delete(factors, factors.argmin() if factors.argmin() == 0 else 0)]
            own |= {(figure[1], key): np.unique(factors) for key in wanted.get(figure[:3], ())}
    return {**own, None: np.array(pool or [1.0])}


def _factors(made: Sheet) -> np.ndarray:
    """Candidates for each figure: its other sources; where it has none, the disagreement of all figures that have (places in lists are as printed)."""
    found = disagreements(made)
    pool = np.abs(np.log(found[None]))
    spread = np.quantile(pool, np.linspace(0, 1, (CANDIDATES - 1) // 2))
    both = np.exp(np.concatenate([[0.0], spread, -spread]))
    table = np.ones((CANDIDATES, len(made.places), len(made.core)))
    for (c, place), (n, key) in product(enumerate(made.places), enumerate(made.core)):
        own = found.get((place, key))
        if own is not None and len(own) > 1:
            table[:, c, n] = np.concatenate([[1.0], np.resize(own, CANDIDATES - 1)])
        elif made.indicators.at[key, "kind"] != "rank":
            table[:, c, n] = both
    return table


# ---------------------------------------------------------------- worlds


def inputs(one: Model) -> dict[str, int]:
    """Every choice and how many random numbers it takes: those of the design first, then the user's."""
    return {
        **dict.fromkeys(one.levels, 1),
        **{"weights": len(one.pillars), "scale": 1, "mean": 1, "indicator left out": 1, "figures": len(one.places) * len(one.names)},
    }


class Drawn(NamedTuple):
    """Worlds: the index of each city (worlds x cities), pillar scores (worlds x cities x pillars), the level of each choice of design (worlds x choices)."""

    index: np.ndarray
    pillars: np.ndarray
    levels: np.ndarray


def simulate(one: Model, uniform: np.ndarray) -> Drawn:
    """Compute the index in worlds.

    Parameters
    ----------
    uniform : worlds x sum of `inputs`, random numbers between 0 and 1; 0 is the design of the chapter, its scale and mean, every indicator, the
        figures as they are, and equal numbers of "weights" are the weights of the chapter
    """
    sizes = inputs(one)
    if uniform.shape[1] != sum(sizes.values()):
        raise ValueError(f"worlds want {sum(sizes.values())} columns of random numbers, got {uniform.shape[1]}")
    part = dict(zip(sizes, np.split(uniform, np.cumsum(list(sizes.values()))[:-1], axis=1), strict=True))
    level = {name: _level(part[name], len(names)) for name, names in one.levels.items()}
    at = level["size"], level["lists"], level["years"]
    scores = _scores(one, part, at, level)
    out = _level(part["indicator left out"], len(one.names) + 1) - 1  # one, or none
    taken = (np.arange(len(one.names)) != out[:, None]).astype(float)
    pillars = composite.pillar_scores(scores, taken[:, None, :], one.pillar)
    weights = _weights(one, part, level, taken)
    mean = _level(part["mean"], len(composite.MEANS))
    index = np.empty(scores.shape[:2])
    for n, how in enumerate(composite.MEANS):
        mine = mean == n
        index[mine] = composite.aggregate(pillars[mine], weights[mine][:, None, :], how)
    return Drawn(index, pillars, np.stack(list(level.values()), axis=1))


def _level(uniform: np.ndarray, count: int) -> np.ndarray:
    return np.minimum((uniform[:, 0] * count).astype(int), count - 1)


def _scores(one: Model, part: dict, at: tuple, level: dict) -> np.ndarray:
    cities, many = len(one.places), len(one.names)
    which = np.minimum((part["figures"] * CANDIDATES).astype(int), CANDIDATES - 1).reshape(-1, cities, many)
    values = one.values[at] * one.factors[which, np.arange(cities)[:, None], np.arange(many)]
    worst, best = (posts[(*at, level["goalposts"])][:, None, :] for posts in (one.worst, one.best))
    top = np.where(level["ends"] == 0, 1.0, OPEN)[:, None, None]
    scores = composite.normalise(values, worst, best, (0.0, top))
    bent = part["scale"][:, 0] >= 0.5
    scores[bent] = composite.diminishing(scores[bent], one.rank)
    return scores


def _weights(one: Model, part: dict, level: dict, taken: np.ndarray) -> np.ndarray:
    """Weights of the pillars, worlds x pillars: every combination as likely as any other, around equal pillars or equal indicators."""
    drawn = -np.log(np.clip(part["weights"], 1e-12, 1 - 1e-12))
    count = np.stack([taken[:, one.pillar == p].sum(1) for p in range(len(one.pillars))], axis=1)
    base = np.where((level["structure"] == 0)[:, None], one.weights, count)
    there = np.repeat(one.scored[None, :], len(drawn), axis=0)
    scored, beside = np.flatnonzero(one.scored), np.flatnonzero(~one.scored & np.isin(np.arange(len(one.pillars)), one.pillar))
    for n, p in enumerate((*scored, *beside), 1):
        there[level["pillars"] == n, p] = p in beside
    return drawn * base * there


def reference(one: Model, count: int = 1) -> np.ndarray:
    """Random numbers of the chapter's own design and choices, as many worlds as wanted."""
    row = np.concatenate([np.full(size, 0.5 if name == "weights" else 0.0) for name, size in inputs(one).items()])
    return np.repeat(row[None, :], count, axis=0)


def column(one: Model, name: str) -> slice:
    """Where the random numbers of a choice stand."""
    names = list(inputs(one))
    start = sum(list(inputs(one).values())[: names.index(name)])
    return slice(start, start + inputs(one)[name])


def designs(one: Model) -> tuple[pd.DataFrame, np.ndarray]:
    """Every design, with the chapter's weights, scale and mean and the figures as they are: its levels, and the index (designs x cities)."""
    combinations = list(product(*(range(len(levels)) for levels in one.levels.values())))
    uniform = reference(one, len(combinations))
    for n, (name, levels) in enumerate(one.levels.items()):
        uniform[:, column(one, name)] = ((np.array([levels_of[n] for levels_of in combinations]) + 0.5) / len(levels))[:, None]
    return pd.DataFrame(combinations, columns=list(one.levels)), simulate(one, uniform).index


def monte_carlo(one: Model, count: int = WORLDS, seed: int = SEED) -> Drawn:
    """So many worlds in which every choice is drawn; the same seed gives the same worlds.

    The worlds are a Latin hypercube: every choice by itself is spread evenly, which lowers the noise of the shares below that of independent draws.
    """
    uniform = latin_hypercube(count, sum(inputs(one).values()), seed)
    parts = [simulate(one, part) for part in np.array_split(uniform, max(-(-count // 5000), 1))]
    return Drawn(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def latin_hypercube(count: int, columns: int, seed: int) -> np.ndarray:
    """Random numbers of which each column has exactly one in each of `count` equal steps between 0 and 1.

    >>> (np.sort(latin_hypercube(4, 2, seed=1), axis=0) * 4).astype(int).tolist()
    [[0, 0], [1, 1], [2, 2], [3, 3]]
    """
    generator = np.random.default_rng(seed)
    steps = np.empty((columns, count))
    for n in range(columns):
        steps[n] = generator.permutation(count)
    return ((steps + generator.random((columns, count))) / count).T


def first_shares(index: np.ndarray) -> np.ndarray:
    """The share of worlds in which each city comes first; cities that tie share.

    >>> first_shares(np.array([[0.5, 0.9], [0.8, 0.2], [0.4, 0.4]])).tolist()
    [0.5, 0.5]
    """
    best = index == index.max(1, keepdims=True)
    return (best / best.sum(1, keepdims=True)).mean(0)


def places_taken(index: np.ndarray) -> np.ndarray:
    """The rank of each city in each world, 1 for the first; cities that tie share the better rank.

    >>> places_taken(np.array([[0.2, 0.9, 0.5], [0.5, 0.5, 0.1]])).tolist()
    [[3, 1, 2], [1, 1, 3]]
    """
    return 1 + (index[:, None, :] > index[:, :, None]).sum(-1)


def by_level(one: Model, drawn: Drawn) -> pd.DataFrame:
    """The share of first places of each city, by each level of each choice of design, with the number of worlds it was seen in."""
    rows = []
    for n, (name, levels) in enumerate(one.levels.items()):
        for level, told in enumerate(levels):
            mine = drawn.levels[:, n] == level
            rows.append({"choice": name, "level": told, "worlds": int(mine.sum()), **dict(zip(one.places, first_shares(drawn.index[mine]), strict=True))})
    return pd.DataFrame(rows)


def pillar_leaders(drawn: Drawn) -> np.ndarray:
    """The share of worlds in which each city leads each pillar, cities x pillars, of the worlds in which the pillar has a score."""
    shares = np.full(drawn.pillars.shape[1:], np.nan)
    for p in range(shares.shape[1]):
        known = drawn.pillars[:, :, p][~np.isnan(drawn.pillars[:, :, p]).any(1)]
        if len(known):
            shares[:, p] = first_shares(known)
    return shares


def tie(one: Model, count: int = 4000) -> float:
    """The lead, in points of a hundred, below which two cities count as level: half of the span in which it lies in nine of ten draws of the figures.

    What is drawn is which source, which list and which of the last two years a figure is of: the same questions, answered by somebody else.
    Half points, at least half a point.
    """
    uniform, generator = reference(one, count), np.random.default_rng(SEED)
    for name in ("figures", "lists", "years"):
        uniform[:, column(one, name)] = generator.random((count, inputs(one)[name]))
    index, base = simulate(one, uniform).index, simulate(one, reference(one)).index[0]
    first, second = np.argsort(-base)[:2]
    low, high = np.quantile(100 * (index[:, first] - index[:, second]), [0.05, 0.95])
    return max(round(float(high - low)) / 2, 0.5)


# ---------------------------------------------------------------- what decides


def sensitivity(one: Model, output, count: int = 8192, repeats: int = 200) -> pd.DataFrame:
    """First-order and total share of the variance of an output that each choice explains (Sobol indices, estimators of Saltelli and Jansen).

    Parameters
    ----------
    output : a function of the index in the worlds (worlds x cities) that gives one *quantity* a world, such as the lead of one city over another,
        or 0 and 1 for one city; never the number of the winner, whose variance depends on how cities are numbered
    count : worlds in each of the two samples; the index is computed `count` x (choices + 2) times

    Returns
    -------
    DataFrame by choice: first, first_error, total, total_error (half of a 95 % interval, by bootstrap)

    >>> found = sensitivity(model(), lambda index: index[:, 0] - index[:, 1], count=64)
    >>> found.columns.tolist()
    ['first', 'first_error', 'total', 'total_error']
    """
    width = sum(inputs(one).values())
    both = latin_hypercube(count, 2 * width, SEED)
    a, b = both[:, :width], both[:, width:]
    at_a, at_b = (output(simulate(one, part).index) for part in (a, b))
    mixed = {}
    for name in inputs(one):
        swapped = a.copy()
        swapped[:, column(one, name)] = b[:, column(one, name)]
        mixed[name] = output(simulate(one, swapped).index)
    picks = np.vstack([np.arange(count), np.random.default_rng(SEED).integers(0, count, (repeats, count))])
    variance = np.var(np.concatenate([at_a[picks], at_b[picks]], axis=1), axis=1)
    rows = {}
    for name, at in mixed.items():
        first = (at_b[picks] * (at[picks] - at_a[picks])).mean(1) / variance
        total = ((at_a[picks] - at[picks]) ** 2).mean(1) / 2 / variance
        rows[name] = [first[0], 1.96 * first[1:].std(), total[0], 1.96 * total[1:].std()]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["first", "first_error", "total", "total_error"])
