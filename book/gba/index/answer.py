"""The answer to the book's question, computed once for the first page and for chapter 5: index, worlds and designs, and the words that the figures choose."""

import functools
from itertools import cycle, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from gba.charts.dots import dots
from gba.data.load import load, places
from gba.exhibit.figure import Figure, figure
from gba.index import charts, composite, worlds
from gba.index.sheet import Sheet, sheet, stands_on
from gba.prose import listed, number_word, told

#: What a level of a choice of design means in a sentence that begins with "if"; `without` and `with` name a pillar.
IF = {
    "per resident": "counts are divided by residents",
    "in all": "totals count and not what falls to each resident",
    "best peer": "the best of the peers is the measure",
    "second peer": "the second best of the peers is the measure",
    "mean of the peers": "the mean of the peers is the measure",
    "first list": "the first of two lists is asked",
    "another list": "another list is asked where there are two",
    "latest": "the latest figures count",
    "the year before": "the figures of the year before count",
    "pillars equal": "pillars weigh alike",
    "indicators equal": "every indicator weighs alike",
    "scores end at the goalpost": "nothing is gained beyond a goalpost",
    "scores go beyond it": "a score may go beyond its goalpost",
    "as they are": "the pillars are those of this chapter",
}


class Answer(NamedTuple):
    """What the synthesis comes to.

    Attributes
    ----------
    now, then : the data sheets
    model, drawn : what worlds are drawn from, and the worlds
    shares : of worlds in which each city comes first
    designs, by_design : the designs, and the index in each of them (designs x cities)
    tie : points of a hundred below which two cities count as level
    levels : shares of first places by level of each choice of design
    sentences : the answer in three sentences
    """

    now: Sheet
    then: Sheet
    model: worlds.Model
    drawn: worlds.Drawn
    shares: np.ndarray
    designs: pd.DataFrame
    by_design: np.ndarray
    tie: float
    levels: pd.DataFrame
    sentences: list

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def names(self) -> list[str]:
        """English names of the compared cities, in their order."""
        return list(city_names(self.now).values())


def answer(count: int = worlds.WORLDS) -> Answer:
    """Compute the index, `count` worlds and all designs, and say what they come to; computed once while the data stay as they are.

    >>> answer(count=100).names[0]
    'Hong Kong'
    """
    return _answer(count, stands_on())


@functools.lru_cache(maxsize=4)
def _answer(count: int, _: tuple) -> Answer:
    now, then = sheet("now"), sheet("then")
    model = worlds.model(now)
    drawn = worlds.monte_carlo(model, count)
    parts = worlds.first_shares(drawn.index), *worlds.designs(model), worlds.tie(model), worlds.by_level(model, drawn)
    found = Answer(now, then, model, drawn, *parts, [])
    return found._replace(sentences=[_who(found), _hangs(found), _scale(found)])


def city_names(made: Sheet) -> dict[str, str]:
    """The compared cities of a sheet, key -> English name, in its order.

    >>> city_names(sheet())["hong_kong"]
    'Hong Kong'
    """
    return places()["name_en"].loc[made.places].to_dict()


def ahead(index: np.ndarray, names: list[str]) -> tuple[str, str, float]:
    """The first, the second, and the lead in points of a hundred.

    >>> ahead(np.array([0.5, 0.75]), ["a", "b"])
    ('b', 'a', 25.0)
    """
    order = np.argsort(-index, kind="stable")
    return names[order[0]], names[order[1]], float(100 * (index[order[0]] - index[order[1]]))


def clear(share: float) -> str:
    """How sure a first place is, in words: by the share of worlds in which it holds.

    >>> clear(0.97), clear(0.8)
    ('in almost every way of building an index', 'in most ways of building an index')
    """
    words = ((0.95, "almost every way"), (2 / 3, "most ways"), (0.5, "a little more than half of the ways"), (0, "some ways"))
    return f"in {next(told for least, told in words if share >= least)} of building an index"


def weighed(made: Sheet) -> str:
    """How the pillars are weighed, in words that stay true when the table of weights changes.

    >>> weighed(sheet())
    'with equal weights'
    """
    weights = composite.weights_of(made)
    weights = weights[weights > 0]
    return "with equal weights" if np.allclose(weights, weights[0]) else "with the weights of this book"


def lead_in_words(lead: float, tie: float) -> str:
    """A lead in words: level, or so many points ahead.

    >>> lead_in_words(0.6, 1.0), lead_in_words(10.3, 1.0), lead_in_words(1.2, 1.0)
    ('level', '10 points ahead', '1 point ahead')
    """
    return "level" if lead < tie else f"{told(lead, '.0f')} point{'s' if round(lead) != 1 else ''} ahead"


def per_cent(share: float) -> str:
    """A share as a sentence says it.

    >>> per_cent(0.774), per_cent(0.004)
    ('77 per cent', 'under 1 per cent')
    """
    return "under 1 per cent" if 0 < share < 0.005 else f"{told(100 * share, '.0f')} per cent"


def swings(found: Answer) -> pd.DataFrame:
    """The single decisions of design that make the leader's share smallest, one a choice, with the share of the leader and who is first then."""
    names, cities = found.names, found.now.places
    leader = cities[int(np.argmax(found.shares))]
    low = found.levels.loc[found.levels.groupby("choice")[leader].idxmin()].sort_values(leader)
    first = low[cities].to_numpy().argmax(1)
    return low.assign(leader_share=low[leader], first=[names[n] for n in first], first_share=low[cities].to_numpy().max(1)).reset_index(drop=True)


def condition(level: str) -> str:
    """A level of design as the condition of a sentence.

    >>> condition("in all"), condition("with policy"), condition("without living")
    ('if totals count and not what falls to each resident', 'if policy counts too', 'if living does not count')
    """
    word, _, pillar = level.partition(" ")
    return f"if {IF[level]}" if level in IF else f"if {pillar} counts too" if word == "with" else f"if {pillar} does not count"


def _who(found: Answer) -> str:
    names = found.names
    first, second, lead = ahead(composite.index(found.now), names)
    likely, share = names[int(np.argmax(found.shares))], float(found.shares.max())
    ways, lead = f"{len(found.drawn.index):,} indexes built at random", lead_in_words(lead, found.tie)
    if lead == "level":
        return f"{weighed(found.now).capitalize()} {first} and {second} are level; {likely} leads in {per_cent(share)} of {ways}."
    apart = f"{weighed(found.now)} {'it' if likely == first else first} is {lead} of {second}"
    if likely != first:
        return f"{likely} comes first {clear(share)}, in {per_cent(share)} of {ways}, though {apart}."
    return f"{likely} comes first {clear(share)}: {apart}, and it leads in {per_cent(share)} of {ways}."


def _hangs(found: Answer) -> str:
    low, leader = swings(found), found.names[int(np.argmax(found.shares))]
    told = []
    for row in low.head(2).itertuples():
        whose = f"{row.first} leads in {per_cent(row.first_share)}" if row.first != leader else f"{leader}'s share falls to {per_cent(row.leader_share)}"
        told.append(f"{condition(row.level)}, {whose}")
    return f"It hangs on what is counted: {'; '.join(told)}."


def _scale(found: Answer) -> str:
    table = peers(found)
    if not len(table):
        return "No city outside the bay is known well enough to be measured with the same goalposts."
    leader = ahead(composite.index(found.now), found.names)[0]
    above = [row.name for row in table.itertuples() if row.score > row.best_of_ours + found.tie]
    if not above:
        return f"Measured with the same goalposts, none of {listed(list(table['name']))} stands above {leader}."
    stand, ours = "stand" if len(above) > 1 else "stands", number_word(len(found.now.places))
    return f"First here is not first in Asia: measured on the same scale, {listed(above)} {stand} above all {ours}."


def peers(found: Answer) -> pd.DataFrame:
    """Cities outside the bay that have half of the core indicators, measured with the same goalposts on those that they have.

    Columns: place, name, indicators (how many), score, best_of_ours, and the score of each compared city on the same indicators.
    """
    made, rows = found.now, []
    order = made.cells.loc[made.cells["role"] == "peer", "place"].drop_duplicates()
    known = made.table("score", list(order), made.counted).notna()
    for place in order:
        keys = list(known.index[known[place]])
        if 2 * len(keys) < len(known):
            continue
        profile = composite.profiles(made, [place, *made.places], keys)
        scores = 100 * composite.aggregate(profile, composite.weights_of(made))
        ours = dict(zip(made.places, scores[1:], strict=True))
        about = {"place": place, "name": places().loc[place, "name_en"], "indicators": len(keys)}
        rows.append({**about, "score": scores[0], "best_of_ours": scores[1:].max(), **ours})
    return pd.DataFrame(rows).sort_values("score", ascending=False, ignore_index=True) if rows else pd.DataFrame(columns=["name", "score"])


def coverage(made: Sheet) -> pd.DataFrame:
    """Of each city how many core indicators of each pillar can be scored: place x pillar, with `all`."""
    known = made.cells[made.cells["score"].notna() & made.cells["indicator"].isin(made.core)]
    table = known.pivot_table(index="place", columns="pillar", values="score", aggfunc="size", fill_value=0)
    table = table.reindex(index=load("index_cities")["place"], columns=list(made.pillars.index), fill_value=0)
    return table.assign(all=table.sum(axis=1)).sort_values("all", ascending=False, kind="stable")


def same(one: Sheet, other: Sheet) -> list[str]:
    """Indicators of the index that both sheets have of every compared city."""
    return [key for key in one.counted if key in other.core]


def behind(made: Sheet, keys: list[str] | None = None, cities: list[str] | None = None) -> pd.DataFrame:
    """The ledger's rows behind the values of a sheet."""
    rows = made.rows
    rows = rows[rows["used_for"].isin(keys or made.core) & rows["city"].isin(cities or made.places)]
    return rows.drop(columns=["used_for", "city"])


def inside(title: str) -> str:
    """A title as it stands inside a sentence: its first letter small, unless an abbreviation or a name begins it.

    >>> inside("Fine particles"), inside("R&D spending over GDP"), inside("Universities in the QS top 200"), inside("Nature Index, cities")
    ('fine particles', 'R&D spending over GDP', 'universities in the QS top 200', 'Nature Index, cities')
    """
    name = title[1:2].isupper() or title[1:2] == "&" or title.startswith(("Nature Index", "Global Financial", "Numbeo"))
    return title if name else title[0].lower() + title[1:]


def profile_figure(found: Answer, name: str, told_in: str = "below") -> Figure:
    """The chart of the answer: how the compared cities score in each pillar, on one scale, and in all; `told_in` is where a reader finds the goalposts."""
    made, cities = found.now, city_names(found.now)
    scores, total = composite.profiles(made), composite.index(made)
    rows = [*(key for key in made.pillars.index if key in made.scored), *(key for key in made.pillars.index if key not in made.scored)]
    order = [made.pillars.index.get_loc(key) for key in rows]
    beside = [made.pillars.at[key, "title"] + ("" if key in made.scored else ", not counted") for key in rows]
    frame = _dots(np.column_stack([total, scores[:, order]]), [f"The index, {weighed(made)}", *beside], list(cities))
    looks = {city: (title, city, shape, True) for (city, title), shape in zip(cities.items(), cycle(charts.SHAPES), strict=False)}
    leaders = worlds.pillar_leaders(found.drawn)
    return figure(
        lambda width: dots(frame, width, kinds=looks, x_domain=(0, 100), unit="score, 0 to 100", pitch=46, room=270),
        facts={**_profile_words(found, leaders), "told_in": told_in},
        name=name,
        title="{title}",
        subtitle="Scores between two goalposts from outside the bay, 0 to 100, latest values",
        alt_text="Dots on one scale for {count} cities in {scored} pillars and in all. {told}.",
        rows=behind(made),
        data=frame.assign(place=frame["kind"]).rename(columns={"text": "pillar", "x": "score"})[["place", "pillar", "score"]],
        note="{sure} What scores 0 and 100 is told {told_in}.",
    )


def _profile_words(found: Answer, leaders: np.ndarray) -> dict:
    """What the words of the chart name: who is ahead, in how many pillars, how surely, and every score."""
    made, names, at = found.now, found.names, _scored(found.now)
    scores = composite.profiles(made)
    first, second, _ = ahead(composite.index(made), names)
    told = [
        f"{made.pillars.iloc[p]['title']}: " + ", ".join(f"{name} {100 * value:.0f}" for name, value in zip(names, scores[:, p], strict=True))
        for p in range(len(made.pillars))
        if not np.isnan(scores[:, p]).any()
    ]
    sure = [f"{made.pillars.iloc[p]['title'].lower()} {100 * leaders[scores[:, p].argmax(), p]:.0f}" for p in at]
    return {
        **{"first": first, "second": second, "count": len(names), "scored": len(at)},
        **{"told": "; ".join(told), "title": _firm(made, scores, leaders, names)},
        "sure": f"Per cent of {len(found.drawn.index):,} indexes built at random in which the city ahead here leads the pillar: {', '.join(sure)}.",
    }


def _scored(made: Sheet) -> list[int]:
    """Where the pillars that are part of the index stand among all."""
    return [made.pillars.index.get_loc(key) for key in made.scored]


#: A city is surely ahead in a pillar when it leads it here and in so many of all worlds.
SURE = 2 / 3


def open_pillars(found: Answer) -> str:
    """In which pillars the lead of this chapter's way of counting is not sure, as a sentence."""
    made, names, leaders = found.now, found.names, worlds.pillar_leaders(found.drawn)
    ours = composite.profiles(made).argmax(0)
    told = [
        f"{made.pillars.iloc[p]['title'].lower()} ({names[leaders[:, p].argmax()]} leads in {per_cent(leaders[:, p].max())})"
        for p in _scored(made)
        if leaders[:, p].max() < SURE or leaders[:, p].argmax() != ours[p]
    ]
    if not told:
        return "No pillar is open: its leader leads it in most ways of counting."
    return f"Open, by the indexes built at random, {'is' if len(told) == 1 else 'are'} {listed(told)}."


def _firm(made: Sheet, scores: np.ndarray, leaders: np.ndarray, names: list[str]) -> str:
    """Who is surely ahead in which pillar, as a title."""
    sure = {}
    for p in _scored(made):
        if leaders[:, p].max() >= SURE and leaders[:, p].argmax() == scores[:, p].argmax():
            sure.setdefault(int(leaders[:, p].argmax()), []).append(made.pillars.iloc[p]["short"].lower())
    told = [f"{names[city]} in {listed(words)}" for city, words in sorted(sure.items(), key=lambda item: -len(item[1]))]
    return f"Surely ahead: {'; '.join(told)}" if told else "In no pillar is one city surely ahead"


def sides(values: list[float]) -> list[str]:
    """Where the figures of a row's dots stand so that all can be read: from the highest down, neighbours within six points change sides.

    >>> sides([60.9, 61.2, 51.0])
    ['below', 'above', 'above']
    """
    order, found = sorted(range(len(values)), key=lambda n: -values[n]), ["above"] * len(values)
    for upper, lower in pairwise(order):
        if values[upper] - values[lower] < 6 and found[upper] == "above":
            found[lower] = "below"
    return found


def _dots(scores: np.ndarray, titles: list[str], cities: list[str]) -> pd.DataFrame:
    rows = []
    for title, column in zip(titles, 100 * scores.T, strict=True):
        if np.isnan(column).any():
            continue
        # One decimal where whole points would tell two cities as one.
        digits = 1 if len({round(value) for value in column}) < len(column) else 0
        rows += [
            {"text": title, "x": round(value, 1), "kind": city, "told": f"{value:.{digits}f}", "side": side}
            for city, value, side in zip(cities, column, sides(list(column)), strict=True)
        ]
    return pd.DataFrame(rows)


def sheet_in_words(made: Sheet) -> pd.DataFrame:
    """The data sheet for a reader: each indicator with score, value and year of every city, what scores nothing and what a hundred."""
    names, every, rows = city_names(made), places()["name_en"], []

    def owner(key: str) -> str:
        """Whose figure a goalpost is, a city's or twice a city's."""
        twice, place = "twice " * key.startswith("twice "), key.removeprefix("twice ")
        return twice + every.get(place, place)

    for key in made.core:
        cells = made.cells[made.cells["indicator"] == key].set_index("place")
        about, one = made.indicators.loc[key], cells.iloc[0]
        unit = {"million": "per resident"}.get(about["unit"], f"{about['unit']} per million residents") if about["size"] == "yes" else about["unit"]
        row = {"Indicator": f"{about['title']} ({unit})"}
        scores = cells["score"].clip(0, 100).map("{:.0f}".format)
        row |= {name: f"{scores[place]} · {number(cells.at[place, 'value'])} ({cells.at[place, 'period'][:4]})" for place, name in names.items()}
        ends = {head: f"{number(one[end])}, {owner(one[f'{end}_owner'])}" for head, end in (("0", "worst"), ("100", "best"))}
        rows.append(row | ends | {"Pillar": made.pillars.at[about["pillar"], "short"]})
    return pd.DataFrame(rows)


def number(value: float) -> str:
    """A value with three figures that count, and thousands apart.

    >>> number(26384.2), number(1.13), number(0.0), number(455.5)
    ('26,384', '1.13', '0', '456')
    """
    return told(value, ",.0f" if abs(value) >= 100 or value == int(value) else ".3g")
