"""The data sheet of the index: every indicator of every city with value, unit, year, source, grade, both goalposts and score, looked up in the ledger.

Rules, the same for every indicator: the latest figure that stands counts, in a published list the latest edition that has all compared cities;
a figure older than `OLDEST` counts as none. A score is 0 at the worse goalpost and 100 at the better one:

- amount: 0 is nothing, 100 the best of the peers, cities outside the bay, in the same list and year;
- less is better: 100 is the best of the peers, 0 twice as much;
- rank: 100 is the first place of the list, 0 the last;
- where a public standard has both ends, it stands before the rule (`index_goalposts.csv`).

What has no figure is missing; nothing is filled in. The index is computed on the indicators that every compared city has.
"""

import functools
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from gba.data.load import load, places, sources, state

#: The dates of the index ("before" takes the figure before the latest, for the check), and the first year that counts as "now".
OLDEST = 2020
#: How many years older the figure before the latest may be.
BACK = 3
#: A compared city without at least this share of the core indicators is refused.
ENOUGH = 0.5


class Sheet(NamedTuple):
    """The index at one date.

    Attributes
    ----------
    cells : one row an indicator and place: value (per resident where the indicator has size), raw, unit, period, source, grade, status,
        worst, worst_owner, best, best_owner, score (0 to 100 and beyond, missing where there is no figure) ...
    indicators : the table of indicators that are scored, indexed by key, in the order of the pillars
    pillars : the table of pillars, indexed by key
    places : the compared cities, in their order
    rows : the ledger's rows behind the values, with `used_for` and `city`
    missing : indicators of the core that a compared city lacks, by city
    """

    date: str
    cells: pd.DataFrame
    indicators: pd.DataFrame
    pillars: pd.DataFrame
    places: list
    rows: pd.DataFrame
    missing: dict

    def __repr__(self) -> str:
        return f"Data sheet ({self.date}) of {', '.join(self.places)}: {len(self.core)} core indicators in {len(self.pillars)} pillars"

    @property
    def core(self) -> list[str]:
        """Keys of the core indicators that every compared city has."""
        lacking = {key for keys in self.missing.values() for key in keys}
        return [key for key, role in self.indicators["role"].items() if role == "core" and key not in lacking]

    @property
    def scored(self) -> list[str]:
        """Keys of the pillars that are part of the index, as far as they have an indicator."""
        used = set(self.indicators.loc[self.core, "pillar"])
        return [key for key, part in self.pillars["scored"].items() if part == "yes" and key in used]

    @property
    def counted(self) -> list[str]:
        """Keys of the core indicators whose pillar is part of the index."""
        scored = self.scored
        return [key for key in self.core if self.indicators.at[key, "pillar"] in scored]

    def table(self, column: str = "score", cities: list[str] | None = None, keys: list[str] | None = None) -> pd.DataFrame:
        """One column of the cells, indicators x places."""
        wide = self.cells.pivot(index="indicator", columns="place", values=column)
        return wide.reindex(index=keys or self.core, columns=cities or self.places)

    def flat(self) -> pd.DataFrame:
        """The sheet for a file: the core of every city, with what is needed to compute the index again from it alone."""
        part = self.cells[self.cells["indicator"].isin(self.core) & self.cells["value"].notna()]
        weights = part["pillar"].map(self.pillars["weight"].where(self.pillars["scored"] == "yes", 0.0))
        columns = ["pillar", "indicator", "title", "unit", "place", "role", "value", "period", "source", "grade", "status"]
        columns += ["worst", "worst_owner", "best", "best_owner", "score", "flag"]
        return part.assign(flag=part["caveat"])[columns].assign(pillar_weight=weights).reset_index(drop=True)


def sheet(date: str = "now", cities: list[str] | None = None) -> Sheet:
    """The data sheet at a date.

    Parameters
    ----------
    date : "now"; "then", about 2019; or "before", with the figure before the latest, where there is one
    cities : the cities to compare, if not those of `index_cities.csv`; a peer that is compared gives no goalpost

    Raises
    ------
    LookupError : a compared city lacks more than half of the core, or a whole pillar, goalposts are level or the wrong way round, or nothing says where a
        core indicator stands; the message names city and indicators

    >>> sheet()  # doctest: +ELLIPSIS
    Data sheet (now) of hong_kong, shenzhen, guangzhou: ... core indicators in ... pillars
    """
    return _made(date, tuple(cities or compared_cities()), stands_on())


def stands_on() -> tuple:
    """What changes when the sheet may: its own tables, and the datasets that they refer to, recorded or not."""
    own = ["cities", "goalposts", "indicators", "pillars", "references"]
    return state(*(f"index_{name}" for name in own), *sorted(set(load("index_references")["dataset"])))


def compared_cities() -> list[str]:
    """The cities that the index compares, as `index_cities.csv` has them.

    >>> compared_cities()[0]
    'hong_kong'
    """
    roles = load("index_cities").set_index("place")["role"]
    return list(roles.index[roles == "compared"])


def lacking(place: str) -> pd.DataFrame:
    """Core indicators of which a place has no figure of now: indicator, title, and the dataset and indicator in which it is looked for.

    >>> lacking("shenzhen").columns.tolist()
    ['indicator', 'title', 'dataset', 'observed']
    """
    used, finder, rows = load("index_indicators").set_index("indicator"), _Finder("now", compared_cities()), []
    for key, about in used[used["role"] == "core"].iterrows():
        for_all = finder.references.get((key, place, "value"), finder.references.get((key, "*", "value")))
        if for_all is not None and finder.cell(key, place, about["same"] == "yes") is None:
            rows.append((key, about["title"], for_all.dataset, for_all.observed))
    return pd.DataFrame(rows, columns=["indicator", "title", "dataset", "observed"])


def yearly(made: Sheet, keys: list[str], first: int, last: int) -> pd.DataFrame:
    """Scores of the compared cities in each year, between today's goalposts: indicator, title, place, year, value, score; years without a figure have none."""
    rows = []
    for year in range(first, last + 1):
        finder = _Finder(str(year), made.places)
        for key in keys:
            about = made.cells[made.cells["indicator"] == key].iloc[0]
            for place in made.places:
                found = finder.cell(key, place, same=False)
                if found is not None:
                    value = float(per_head(found[0]["raw"], found[0]["residents"], about["size"]))
                    score = 100 * (value - about["worst"]) / (about["best"] - about["worst"])
                    rows.append((key, about["title"], place, year, value, score))
    return pd.DataFrame(rows, columns=["indicator", "title", "place", "year", "value", "score"])


@functools.lru_cache(maxsize=16)
def _made(date: str, cities: tuple[str, ...], _: tuple) -> Sheet:
    roles, compared = load("index_cities").set_index("place")["role"], list(cities)
    peers = [place for place in roles.index[roles == "peer"] if place not in compared]
    others = [place for place in roles.index if place not in (*compared, *peers)]
    pillars = load("index_pillars").set_index("pillar")
    pillars["weight"] = pillars["weight"].astype(float)
    used = load("index_indicators").set_index("indicator")
    used = used[used["role"] != "left_out"].sort_values("pillar", key=lambda keys: keys.map(list(pillars.index).index), kind="stable")
    used[["size", "same", "other", "caveat"]] = used[["size", "same", "other", "caveat"]].fillna("")
    finder = _Finder(date, compared)
    _stand(used.index[used["role"] == "core"])
    cells, rows = [], []
    for key, about in used.iterrows():
        for place in (*compared, *peers, *others):
            found = finder.cell(key, place, about["same"] == "yes")
            if found is not None:
                role = "compared" if place in compared else "peer" if place in peers else "bay"
                cells.append({"indicator": key, "place": place, "role": role, **found[0]})
                rows += [(*row, key, place) for row in found[1]]
    cells = pd.DataFrame(cells)
    cells = cells.join(used[["pillar", "title", "short", "unit", "kind", "size", "caveat"]], on="indicator")
    cells = _between_goalposts(cells, used, date)
    table = cells.pivot(index="indicator", columns="place", values="score").reindex(index=used.index, columns=compared)
    core = used.index[used["role"] == "core"]
    missing = {place: [key for key in core if np.isnan(table.at[key, place])] for place in compared}
    wanted = pd.DataFrame(rows, columns=["dataset", "at", "used_for", "city"])
    parts = [load(name).iloc[part["at"]].set_axis(part.index).assign(**part[["used_for", "city"]]) for name, part in wanted.groupby("dataset", sort=False)]
    made = Sheet(date, cells, used, pillars, compared, pd.concat(parts).sort_index(), missing)
    if date == "now":
        _refuse(made)
    return made


def _stand(core: Iterable[str]) -> None:
    """Each core indicator is looked for somewhere, and there is such a thing there: else it would fall away in silence, and every city's score with it."""
    table = load("index_references")
    values = table[(table["part"] == "value") & table["indicator"].isin(core)]
    lost = [(key, "no row of it") for key in core if key not in set(values["indicator"])]
    for row in values.itertuples():
        if row.observed not in set(load(row.dataset)["indicator"]):
            lost.append((row.indicator, f"{row.observed}, of which {row.dataset} has no row"))
    if lost:
        told = "; ".join(f"of {key} {what}" for key, what in lost)
        raise LookupError(f"index: data/index/index_references.csv has {told}; mend it, or give the indicator another role in data/index/index_indicators.csv")


def _refuse(made: Sheet) -> None:
    """A city that is compared must have enough to be compared with."""
    count, titles = (made.indicators["role"] == "core").sum(), made.indicators["title"]
    for place, keys in made.missing.items():
        name = places().loc[place, "name_en"] if place in places().index else place
        if len(keys) > ENOUGH * count:
            raise LookupError(
                f"index: {name} has {count - len(keys)} of {count} core indicators, expected {int(np.ceil(ENOUGH * count))} at least to be compared; "
                f"it lacks {', '.join(titles[keys])}; add rows to the ledger (data/index/index_references.csv says which), "
                "or give it another role in data/index/index_cities.csv"
            )
    empty = set(made.pillars.index[made.pillars["scored"] == "yes"]) - set(made.scored)
    if empty:
        raise LookupError(f"index: no indicator of the pillar {', '.join(sorted(empty))} that every compared city has; see index_indicators.csv")


class _Figure(NamedTuple):
    """A figure that stands, and where it is: its place in the dataset."""

    period: str
    value: float
    source: str
    status: str
    at: int


@functools.lru_cache(maxsize=64)
def _standing(dataset: str, _: tuple) -> dict[tuple[str, str], list[_Figure]]:
    """The figures of a dataset that stand, by indicator and place, oldest first; several a period where the dataset has a further key."""
    rows, found = load(dataset), {}
    rows = rows.assign(at=range(len(rows)))[rows["status"] == "main"].sort_values("period", kind="stable")
    for indicator, place, *figure in rows[["indicator", "place", *_Figure._fields]].itertuples(index=False, name=None):
        found.setdefault((indicator, place), []).append(_Figure(*figure))
    return found


class _Finder:
    """Looks values up by the references: a thousand times a handful of rows, which are kept as lists because a table takes long to make for so few."""

    def __init__(self, date: str, compared: list[str]):
        self.date, self.compared = date, compared
        table = load("index_references").fillna({"now": "", "then": ""})
        self.references = {(row.indicator, row.place, row.part): row for row in table.itertuples()}
        self.parts = table.groupby(["indicator", "place"], sort=False)["part"].agg(list).to_dict()
        self.grades = sources()["grade"]

    def of(self, key: str, place: str) -> dict:
        """The references of a cell by part: the city's own, else those of every city."""
        own = place if (key, place) in self.parts and self.fixed(self.references.get((key, place, "value"))) is not None else "*"
        return {part: self.references[key, own, part] for part in self.parts.get((key, own), ())}

    def fixed(self, reference) -> str | None:
        """The period that a reference states (in a single year: that year); "" where the latest counts, None where there is nothing to compare."""
        if self.date.isdigit():
            return self.date
        if self.date != "then":
            return "" if reference is None else reference.now
        return "2019" if reference is None else reference.then or None

    def rows(self, reference, place: str) -> list[_Figure]:
        return _standing(reference.dataset, state(reference.dataset)).get((reference.observed, place), [])

    @functools.cache  # noqa: B019  lives as long as the sheet is made
    def edition(self, key: str) -> str | None:
        """The latest edition of a list that has all compared cities."""
        sets = []
        for place in self.compared:
            reference = self.of(key, place).get("value")
            periods = {row.period for row in self.rows(reference, place)} if reference else set()
            fixed = self.fixed(reference) if reference else ""
            sets.append(periods & {fixed} if fixed else periods)
        every = sorted(set.intersection(*sets)) or sorted(set.union(*sets))
        return _before(every)[-1] if every and self.date == "before" else every[-1] if every else None

    def cell(self, key: str, place: str, same: bool) -> tuple[dict, list[tuple[str, int]]] | None:
        """What the sheet says of an indicator in a place, and the rows behind it: dataset and place there."""
        references = self.of(key, place)
        if "value" not in references or self.fixed(references["value"]) is None:
            return None
        reference = references["value"]
        period = self.edition(key) if same else None
        found = self.look_up(reference, place, period, exact=same)
        if found is None:
            return None
        value, rows = found
        first, year = rows[0], int(rows[0].period[:4])
        if self.date in ("now", "before") and year < OLDEST:
            return None
        raw, kept = value * reference.factor, [(reference.dataset, row.at) for row in rows]
        for part, per in references.items():
            if part == "value":
                continue
            divisor = self.nearest(per, part.partition("@")[2] or place, year)
            if divisor is None:
                return None
            raw, kept = raw / (divisor.value * per.factor), [*kept, (per.dataset, divisor.at)]
        heads = self.of("*", place).get("residents")
        residents = self.nearest(heads, place, year)
        about = {"raw": raw, "residents": residents.value * heads.factor if residents else np.nan, "period": first.period, "source": first.source}
        about |= {"grade": self.grades.get(first.source, ""), "status": first.status, "dataset": reference.dataset, "observed": reference.observed}
        return about, kept

    def look_up(self, reference, place: str, period: str | None, exact: bool) -> tuple[float, list[_Figure]] | None:
        rows = self.rows(reference, place)
        chosen = self.period(list(dict.fromkeys(row.period for row in rows)), self.fixed(reference), period, exact)
        rows = [row for row in rows if row.period == chosen]
        if not rows:
            return None
        if reference.take not in ("least", "count_to_200"):
            return rows[0].value, rows[:1]
        rows.sort(key=lambda row: row.value)
        return (rows[0].value, rows[:1]) if reference.take == "least" else (float(sum(row.value <= 200 for row in rows)), rows)

    def period(self, there: list[str], fixed: str, edition: str | None, exact: bool) -> str | None:
        """Which of the periods that are there (oldest first) counts."""
        if exact:  # a peer's own row may name the edition by its year alone
            return next((one for one in there if one == edition), next((one for one in there if edition and one[:4] == edition[:4]), None))
        if self.date.isdigit():
            return next((one for one in there[::-1] if one[:4] == self.date), None)
        if fixed in there or not fixed:
            return fixed or next(iter(_before(there)[::-1] if self.date == "before" else there[::-1]), None)
        near = [one for one in there if abs(int(one[:4]) - int(fixed[:4])) <= 1] if self.date == "then" else []
        return min(near, key=lambda one: abs(int(one[:4]) - int(fixed[:4])), default=None)

    def nearest(self, reference, place: str, year: int) -> _Figure | None:
        """A figure of the year, or of the year nearest to it."""
        rows = self.rows(reference, place) if reference else []
        return min(rows, key=lambda row: abs(int(row.period[:4]) - year), default=None)


def _before(periods: list[str]) -> list[str]:
    """The periods without the latest year, if one before it is near enough.

    >>> _before(["2019", "2024-03", "2024-09", "2025"]), _before(["2015", "2025"])
    (['2019', '2024-03', '2024-09'], ['2015', '2025'])
    """
    if not periods:
        return periods
    last = int(periods[-1][:4])
    earlier = [one for one in periods if last - BACK <= int(one[:4]) < last]
    return [one for one in periods if int(one[:4]) < last] if earlier else periods


def per_head(raw, residents, size) -> np.ndarray:
    """Counts per million residents; what has no size stays.

    >>> per_head([7.0, 7.0], [7e6, 7e6], ["yes", ""]).tolist()
    [1.0, 7.0]
    """
    return np.where(np.asarray(size) == "yes", np.asarray(raw, float) / np.asarray(residents, float) * 1e6, np.asarray(raw, float))


def between(kind: str, peers, owner: str = "best") -> tuple[float, float]:
    """The goalposts that the peers give by the rule, worst and best, for an amount or where less is better; the `owner` is the best peer, second, or mean.

    >>> between("amount", [3.0, 1.0, 2.0]), between("less", [16.0, 34.0]), between("amount", [3.0, 1.0, 2.0], "mean")
    ((0.0, 3.0), (32.0, 16.0), (0.0, 2.0))
    """
    ordered = np.sort(np.asarray(peers, float))[:: -1 if kind == "amount" else 1]
    ordered = ordered[~np.isnan(ordered)]
    if not len(ordered):
        return np.nan, np.nan
    best = float({"best": ordered[0], "second": ordered[min(1, len(ordered) - 1)], "mean": ordered.mean()}[owner])
    return (0.0, best) if kind == "amount" else (2 * best, best)


def _between_goalposts(cells: pd.DataFrame, used: pd.DataFrame, date: str) -> pd.DataFrame:
    """Add value, goalposts with owner, and score; `stated` tells goalposts that no peer gives."""
    cells = cells.assign(value=per_head(cells["raw"], cells["residents"], cells["size"]))
    table, parts = load("index_goalposts"), dict(tuple(cells.groupby("indicator")))
    table = table[table["date"] == ("then" if date == "then" else "now")]
    posts = {key: _posts(parts.get(key, cells.iloc[:0]), table[table["indicator"] == key], key, used.at[key, "kind"], date) for key in used.index}
    for key, (worst, worst_owner, best, best_owner, _) in posts.items():
        more = used.at[key, "kind"] == "amount"
        if (best - worst if more else worst - best) <= 0:
            raise LookupError(
                f"index: goalposts of {used.at[key, 'title']} ({key}, {date}): worst {worst:g} ({worst_owner}) and best {best:g} ({best_owner}), "
                f"expected the best {'above' if more else 'below'} the worst; correct data/index/index_goalposts.csv, or the figures of the peers"
            )
    names = ["worst", "worst_owner", "best", "best_owner", "stated"]
    cells[names] = pd.DataFrame([posts[key] for key in cells["indicator"]], cells.index, names)
    return cells.assign(score=100 * (cells["value"] - cells["worst"]) / (cells["best"] - cells["worst"]))


def _posts(cells: pd.DataFrame, table: pd.DataFrame, key: str, kind: str, date: str) -> tuple:
    given = {post["end"]: (_stated(post, cells), post["reason"]) for _, post in table.iterrows()}
    if kind == "rank":
        given = {"worst": (np.nan, ""), "best": (1.0, "first of the list")} | given
    if len(given) == 2:
        return (*given["worst"], *given["best"], True)
    peers = cells[(cells["role"] == "peer") & cells["value"].notna()].sort_values("value", ascending=kind == "less")
    if peers.empty and date != "now":  # no peer is known at that date: today's goalpost stands
        return tuple(sheet().cells.query("indicator == @key").iloc[0][["worst", "worst_owner", "best", "best_owner", "stated"]])
    (worst, best), owner = between(kind, peers["value"]), "" if peers.empty else peers["place"].iloc[0]
    ruled = {"worst": (worst, "nothing" if kind == "amount" else f"twice {owner}"), "best": (best, owner)} | given
    return (*ruled["worst"], *ruled["best"], bool(given))


def _stated(post, cells: pd.DataFrame) -> float:
    if pd.isna(post["dataset"]) or not post["dataset"] or cells.empty:
        return float(post["value"])
    rows, period = load(post["dataset"]), cells["period"].iloc[0]
    if post["observed"] in rows.columns:  # a column of the cities' own rows
        mine = rows[(rows["indicator"] == cells["observed"].iloc[0]) & (rows["period"] == period) & rows[post["observed"]].notna()]
        return float(mine[post["observed"]].iloc[0]) if len(mine) else np.nan  # an edition of unknown length has no score
    mine = rows[(rows["indicator"] == post["observed"]) & (rows["place"] == post["place"])]
    exact = mine[mine["period"] == period]
    return float((exact if len(exact) else mine)["value"].iloc[-1])
