"""The answer to the book's question, computed once for the first page and for chapter 5: the shares of worlds, three sentences, the chart."""

import functools
from itertools import cycle, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from gba.data.load import places
from gba.exhibit.figure import Figure, figure
from gba.index import charts as indexcharts
from gba.index import composite
from gba.index.scorecard import Index, common, index_at
from gba.prose import listed

#: Worlds in which every choice is drawn anew, and the seed of the draw.
WORLDS, SEED = 20_000, 2019


class Answer(NamedTuple):
    """What the synthesis comes to.

    Attributes
    ----------
    then, now : the index about 2019 and latest
    shares : cities x ranks by name of the run (then, now, same_then, same_now): shares of worlds
    results : worlds x cities by name of the run
    sentences : the answer in three sentences
    """

    then: Index
    now: Index
    shares: dict
    results: dict
    sentences: list

    def __repr__(self) -> str:
        return "\n".join(self.sentences)


@functools.cache
def answer(worlds: int = WORLDS, seed: int = SEED) -> Answer:
    """Compute the index at both dates, in `worlds` worlds each, and say what it comes to.

    Runs: "then" and "now" with all indicators that each date has; "same_then" and "same_now" with those that every city has at both dates.
    """
    then, now = index_at("base"), index_at("latest")
    cards = dict(zip(("then", "now", "same_then", "same_now"), (then.card, now.card, *common(then, now)), strict=True))
    results = {name: composite.monte_carlo(card, worlds, seed) for name, card in cards.items()}
    shares = {name: composite.rank_shares(found) for name, found in results.items()}
    return Answer(then, now, shares, results, _sentences(then, now, shares, worlds))


def city_names(index: Index) -> dict[str, str]:
    """The cities of an index, key -> English name, in its order."""
    return {place: places().loc[place, "name_en"] for place in index.card.places}


def ahead(index: np.ndarray, names: list[str]) -> tuple[str, str, float]:
    """The first, the second, and the lead in points of a hundred.

    >>> ahead(np.array([0.5, 0.75]), ["a", "b"])
    ('b', 'a', 25.0)
    """
    order = np.argsort(-index, kind="stable")
    return names[order[0]], names[order[1]], float(100 * (index[order[0]] - index[order[1]]))


def clear(share: float) -> str:
    """How sure a first place is, in words: by the share of worlds in which it holds.

    >>> clear(0.97), clear(0.8), clear(0.53)
    ('almost whatever one chooses', 'under most choices', 'only under some choices')
    """
    return "almost whatever one chooses" if share >= 0.9 else "under most choices" if share >= 2 / 3 else "only under some choices"


def _sentences(then: Index, now: Index, shares: dict, worlds: int) -> list[str]:
    names = list(city_names(now).values())
    first, second, lead = ahead(composite.index(now.card), names)
    was_first, was_second, was_lead = ahead(composite.index(then.card), names)
    share, last = shares["now"][:, 0], names[int(np.argmax(shares["now"][:, 2]))]
    pillars = composite.profiles(now.card)
    strong = {name: [now.pillars["short"].iloc[p].lower() for p in np.flatnonzero(pillars.argmax(0) == n)] for n, name in enumerate(names)}
    order = list(np.argsort(-share))
    ways = f"{share[order[0]]:.0%} of {worlds:,} ways to build the index"
    opening = f"No city is first whatever one chooses: {names[order[0]]} leads in {ways}, {names[order[1]]} in {share[order[1]]:.0%}"
    if share.max() >= 0.9:
        opening = f"{names[order[0]]} is first: it leads in {ways}"
    best = "; ".join(f"{name} is ahead in {listed(words)}" for name, words in strong.items() if words)
    third = shares["now"][names.index(last), 2]
    was = names.index(was_first)
    still = shares["same_now"][was, 0]
    why = (
        "so that much of the change lies in what was not yet measured then" if still >= 2 / 3 else "so that the change does not hang on what was measured later"
    )
    return [
        f"{opening}; with equal weights {first} and {second} lie {lead:.1f} points of a hundred apart, and {last} is third in {third:.0%}.",
        f"{best}.",
        f"About 2019 {was_first} came first {clear(shares['then'][was, 0])}, {was_lead:.0f} points ahead of {was_second}; "
        f"on the indicators known at both dates it still does in {still:.0%}, {why}.",
    ]


def cited(*frames: pd.DataFrame) -> pd.DataFrame:
    """The sources of the rows, which is what a figure asks of them."""
    return pd.concat([frame[["source"]] for frame in frames], ignore_index=True)


def main_sources(*frames: pd.DataFrame, least: int = 2) -> pd.DataFrame:
    """The sources that at least `least` of the rows stand on.

    For figures computed from the whole index: every source stands under the figure of the pillars and the one of the goalposts.
    """
    every = cited(*frames)
    return every[every["source"].map(every["source"].value_counts()) >= least]


def inside(title: str) -> str:
    """A title as it stands inside a sentence: its first letter small, unless an abbreviation or a name begins it.

    >>> inside("Fine particles"), inside("R&D spending over GDP"), inside("Universities in the QS top 200"), inside("Nature Index, cities")
    ('fine particles', 'R&D spending over GDP', 'universities in the QS top 200', 'Nature Index, cities')
    """
    name = title[1:2].isupper() or title[1:2] == "&" or title.startswith(("Nature Index", "Global Financial", "Numbeo"))
    return title if name else title[0].lower() + title[1:]


def profile_figure(found: Answer, name: str, told_in: str = "below") -> Figure:
    """The chart of the answer: how the three cities score in each pillar, on one scale.

    Parameters
    ----------
    name : the figure's id; the first page and the chapter each need their own
    told_in : where a reader finds the goalposts, as the note says it
    """
    cities = city_names(found.now)
    frame = _dots(composite.profiles(found.now.card), composite.index(found.now.card), list(found.now.pillars["title"]), list(cities))
    looks = {city: (title, city, shape, True) for (city, title), shape in zip(cities.items(), cycle(indexcharts.SHAPES), strict=False)}
    words = _profile_words(found.now, list(cities.values()))
    return figure(
        lambda width: indexcharts.strips(frame, width, kinds=looks, x_domain=(0, 100), unit="score, 0 to 100", pitch=46),
        facts={**words, "told_in": told_in},
        name=name,
        title="Six pillars, no winner in all of them: {wins} come first, and {first} and {second} end {lead:.1f} points apart"
        if words["divided"]
        else "{first} leads in every pillar",
        subtitle="Scores between two goalposts that lie outside the three cities, 0 to 100, and the mean of the six pillars, latest values",
        alt_text="Dots on one scale for three cities in six pillars. {told}. With equal weights {first} is {lead:.1f} points ahead of {second}.",
        rows=cited(found.now.rows, found.now.goalpost_rows),
        data=frame.assign(place=frame["kind"]).rename(columns={"text": "pillar", "x": "score"})[["place", "pillar", "score"]],
        note="A pillar is the mean of its core indicators; two pillars rest on one or two of them. What counts as 0 and 100 is told {told_in}.",
    )


def _profile_words(index: Index, names: list[str]) -> dict:
    """What the words of the chart name: who is ahead, in how many pillars, and every score."""
    scores = composite.profiles(index.card)
    wins = pd.Series(scores.argmax(0)).value_counts().reindex(range(len(names)), fill_value=0).sort_values(ascending=False, kind="stable")
    first, second, lead = ahead(composite.index(index.card), names)
    counts = ["none", "one", "two", "three", "four", "five", "six"]
    return {
        **{"first": first, "second": second, "lead": lead, "divided": wins.max() < scores.shape[1]},
        "wins": listed([f"{names[n]} in {counts[count]}" for n, count in wins.items()]),
        "told": "; ".join(
            f"{title}: " + ", ".join(f"{city} {100 * value:.0f}" for city, value in zip(names, column, strict=True))
            for title, column in zip(index.pillars["title"], scores.T, strict=True)
        ),
    }


def sides(values: list[float], near: float = 6, close: float = 2) -> list[tuple[bool, int]]:
    """Where the dots of a row and their figures stand so that all can be read: from the highest down, neighbours change sides.

    Parameters
    ----------
    values : scores of a hundred
    near : of two dots as near as this the lower has its figure under it
    close : two dots as close as this would cover each other, and are moved apart

    Returns
    -------
    for each value whether its figure stands under the dot, and the pixels by which the dot is moved down

    >>> sides([60.9, 61.2, 51.0])
    [(True, 6), (False, -6), (False, 0)]
    """
    order = sorted(range(len(values)), key=lambda n: -values[n])
    below, lift = [False] * len(values), [0] * len(values)
    for upper, lower in pairwise(order):
        gap = values[upper] - values[lower]
        below[lower] = gap < near and not below[upper]
        if gap < close:
            lift[upper], lift[lower] = (6, -6) if below[upper] else (-6, 6)
    return list(zip(below, lift, strict=True))


def _dots(scores: np.ndarray, total: np.ndarray, titles: list[str], cities: list[str]) -> pd.DataFrame:
    rows = []
    for title, column in zip([*titles, "All six, equal weights"], [*100 * scores.T, 100 * total], strict=True):
        # One decimal where whole points would tell two cities as one.
        digits = 1 if len({round(value) for value in column}) < len(column) else 0
        rows += [
            {"text": title, "x": round(value, 1), "kind": city, "told": f"{value:.{digits}f}", "below": below, "lift": lift}
            for city, value, (below, lift) in zip(cities, column, sides(list(column)), strict=True)
        ]
    return pd.DataFrame(rows)
