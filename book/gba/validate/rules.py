"""Rules that a description declares over its observations (`rules:` in a .meta.yml): what must add up, and how far a year may jump.

A kind of rule is one function in RULES. It gets the rule, all rows, the picked main rows (of a rule about one indicator those of it), the columns of a
cell and the breaks, and yields one item for every comparison: None where the rule holds, else the row (its index) with what was found
and what was expected. A rule that compares nothing is itself a problem, for it would hold whatever the data say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import pandas as pd

from gba.data.csvfile import Table
from gba.data.errors import Problem, one_of
from gba.data.load import pick
from gba.data.metafile import Meta
from gba.data.series import on_old_territory
from gba.data.types import typed
from gba.validate import plausibility
from gba.validate.plausibility import Outcome, Point, grouped, is_broken, number


def _groups(frame: pd.DataFrame, by: list[str], label: str) -> dict[tuple, dict[str, Point]]:
    """Values by group and label; rows of unlike unit never fall into one group, so that only like is compared."""
    return grouped(frame, [*by, "unit"], label)


def _sum(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """The parts of one source add up to a number or to another indicator (`dataset.indicator`: of another dataset).

    The tolerance is in the unit of the values.
    """
    parts, to = rule["of"], rule["to"]
    wanted = [*parts, to] if isinstance(to, str) else parts
    by = rule.get("by", [name for name in cell if name != "indicator"])
    for group in _groups(rows[rows["indicator"].isin(wanted)], [*by, "source"], "indicator").values():
        if len(group) == len(wanted):
            total = math.fsum(group[name][1] for name in parts)
            target = group[to][1] if isinstance(to, str) else float(to)
            close = abs(total - target) <= rule.get("tolerance", 0) + 1e-9
            index, added = group[parts[-1]][0], " + ".join(f"{name} {number(group[name][1])}" for name in parts)
            yield None if close else (index, f"{added} = {number(total)}", f"{to} ({number(target)} within {number(rule.get('tolerance', 0))})")


def _at_most(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """One indicator is at most another of the same place and period; tolerance in the unit of the values."""
    small, large = rule["indicator"], rule["other"]
    by = [name for name in cell if name != "indicator"]
    for group in _groups(main[main["indicator"].isin([small, large])], by, "indicator").values():
        if len(group) == 2:
            (index, value), (_, bound) = group[small], group[large]
            holds = value <= bound + rule.get("tolerance", 0) + 1e-9
            yield None if holds else (index, f"{small} {number(value)}", f"at most {large}, {number(bound)}")


def _total(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """A place is the sum of its parts, where all of them are known, and breaks where one of them does; tolerance as a share of the whole."""
    whole, parts = rule["place"], rule["parts"]
    selected = main[main["place"].isin([whole, *parts])]
    for series in _groups(selected[selected["place"] == whole], [name for name in cell if name != "period"], "period").values():
        for earlier, later in pairwise(sorted(series)):
            parted = [name for name in parts if is_broken(breaks, rule["indicator"], name, earlier, later)]
            holds = not parted or is_broken(breaks, rule["indicator"], whole, earlier, later)
            found = f"{whole} unbroken from {earlier} to {later}, where {' and '.join(parted)} changed"
            yield None if holds else (series[later][0], found, f"a break of {whole}, too, in breaks.csv")
    for group in _groups(selected, [name for name in cell if name != "place"], "place").values():
        if len(group) == len(parts) + 1:
            index, value = group[whole]
            total = math.fsum(group[name][1] for name in parts)
            holds = abs(value - total) <= rule.get("tolerance", 0) * abs(value) + 1e-9
            expected = f"{number(total)}, the sum of {', '.join(parts)}, within {rule.get('tolerance', 0):.3%}"
            yield None if holds else (index, f"{whole} {number(value)}", expected)


def _max_change(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """Neighbouring values of one series differ by at most the factor a year; over a gap of n years by the factor to the n.

    `from` leaves out what is earlier, `except` leaves out places, each for a reason: {"macao": "why"}.
    """
    places_at = [name for name in cell if name != "period"].index("place")
    for key, series in _groups(main, [name for name in cell if name != "period"], "period").items():
        place = key[places_at]
        periods = sorted(series) if place not in rule.get("except", {}) else []
        for earlier, later in pairwise(periods):
            if earlier >= str(rule.get("from", "")):
                outcome = _change(rule, earlier, later, *series[earlier], *series[later])
                # Few changes are too large: only for these is it worth looking for a break.
                if outcome is None or not is_broken(breaks, rule["indicator"], place, earlier, later):
                    yield outcome


def _change(rule: dict, earlier: str, later: str, _: int, before: float, index: int, after: float) -> Outcome:
    years = max(1, int(later[:4]) - int(earlier[:4]))
    low, high = sorted([before, after])
    if low == high or (low > 0 and math.log(high / low) <= math.log(rule["factor"]) * years + 1e-9):
        return None
    ratio = f"a factor of {high / low:.3f}" if low > 0 else "no factor"
    limit = math.exp(min(math.log(rule["factor"]) * years, 100))  # a mistyped year makes a gap of thousands
    found = f"{number(after)} in {later} and {number(before)} in {earlier}, {ratio}"
    return index, found, f"a factor of at most {limit:.3f}, or a break between them in breaks.csv"


def _unique_rank(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """No two places hold the same rank in one period."""
    for group in _groups(main, [name for name in cell if name != "place"], "place").values():
        holder: dict[float, str] = {}
        for place, (index, rank) in group.items():
            first = holder.setdefault(rank, place)
            yield None if first == place else (index, f"rank {number(rank)} for {place}", f"another rank than that of {first}")


def _ranked(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """Figures follow the ranks of their period: who is ranked behind has no larger figure, else a list is misprinted."""
    ranks, figures = (grouped(main[main["indicator"] == rule[name]], ["period"], "label") for name in ("rank", "indicator"))
    for period, ranked in ranks.items():
        known = figures.get(period, {})
        listed = sorted((rank, name) for name, (_, rank) in ranked.items() if name in known)
        for (before, ahead), (after, name) in pairwise(listed):
            (index, value), bound = known[name], known[ahead][1]
            fits, found = value <= bound or before == after, f"{number(value)} for {name}, ranked {number(after)}"
            yield None if fits else (index, found, f"at most {number(bound)}, of {ahead}, which the list ranks before it")


@dataclass(frozen=True)
class Kind:
    """A kind of rule: its function, and the properties that a rule of this kind must and may have."""

    check: Callable[..., Iterator[Outcome]]
    must: tuple[str, ...]
    may: tuple[str, ...] = ()


RULES = {
    "sum": Kind(_sum, ("of", "to"), ("tolerance", "by")),
    "at_most": Kind(_at_most, ("indicator", "other"), ("tolerance",)),
    "max_change": Kind(_max_change, ("indicator", "factor"), ("from", "except")),
    "total": Kind(_total, ("indicator", "place", "parts"), ("tolerance",)),
    "unique_rank": Kind(_unique_rank, ("indicator",)),
    "ranked": Kind(_ranked, ("indicator", "rank")),
    "within": Kind(plausibility.within, ("indicator", "bounds")),
    "units": Kind(plausibility.units, ("indicator", "units")),
    "written": Kind(plausibility.written, ("indicator",), ("decimals", "multiple_of")),
    "sources_agree": Kind(plausibility.sources_agree, ("indicator", "tolerance"), ("except",)),
    "smooth": Kind(plausibility.smooth, ("indicator", "factor"), ("except",)),
    "smooth_points": Kind(plausibility.smooth_points, ("indicator", "distance"), ("except",)),
}
INDICATORS_IN = ("of", "to", "indicator", "other", "rank")
PLACES_IN = ("place", "parts", "except", "bounds", "units", "factor", "distance")


def declaration_problems(resource: dict, elsewhere: list[str], places: set[str], meta: Meta) -> list[Problem]:
    """Rules whose kind, properties, indicators or places do not exist; `elsewhere` are indicators as dataset.indicator."""
    indicators = [entry["name"] for entry in resource["gba:indicators"]]
    faults = [(at, *fault) for at, rule in enumerate(resource["gba:rules"]) for fault in _declaration_faults(rule, indicators, elsewhere, places)]
    return [meta.problem(("rules", at, key), found, expected, "correct the rule") for at, key, found, expected in faults]


def _declaration_faults(rule: dict, indicators: list[str], elsewhere: list[str], places: set[str]) -> Iterator[tuple[str, str, str]]:
    kind = RULES.get(rule.get("rule"))
    if kind is None:
        yield "rule", repr(rule.get("rule")), one_of(RULES, str(rule.get("rule")))
        return
    for key in ("why", *kind.must):
        if rule.get(key) in (None, "", []):
            yield key, "nothing", "a value"
    for key in sorted(set(rule) - {"rule", "why", *kind.must, *kind.may}):
        yield key, "a property that this kind of rule does not have", one_of([*kind.must, *kind.may], key)
    known_in = {key: indicators for key in INDICATORS_IN} | {key: ["*", *sorted(places)] for key in PLACES_IN}
    known_in["to"] = [*indicators, *elsewhere]
    for key, known in known_in.items():
        if key in rule:
            named = rule[key]
            for name in named if isinstance(named, (list, dict)) else [named]:
                # A label or an exception begins with its place: "hong_kong 1984".
                name = name.split(" ")[0] if isinstance(name, str) else name
                if isinstance(name, str) and name not in known:
                    yield key, repr(name), one_of(known, name)


def elsewhere(rule: dict) -> tuple[str, str]:
    """The other dataset that a rule reads, and the indicator there, two empty texts where there is none: a sum may come to one of another dataset."""
    dataset, dot, indicator = str(rule.get("to", "")).partition(".")
    return (dataset, indicator) if dot and isinstance(rule["to"], str) else ("", "")


@dataclass(frozen=True)
class Figures:
    """The observations that rules read, by dataset: all rows, those of the main line, the columns of a cell; and the breaks of all datasets."""

    rows: dict[str, pd.DataFrame]
    main: dict[str, pd.DataFrame]
    cells: dict[str, list[str]]
    tables: dict[str, Table]
    breaks: pd.DataFrame
    sources: pd.DataFrame
    _read: dict = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def of(cls, tables: dict[str, Table], entries: dict[str, dict]) -> Figures:
        """The figures of the tables, which are right in themselves; `sources` and `breaks` are among them."""
        read = [name for name in tables if name in ("sources", "breaks") or entries[name]["gba:kind"] == "observations"]
        frames = {name: typed(tables[name], entries[name]["schema"]["fields"]) for name in read}
        cells = {name: entries[name]["gba:cell"] for name in frames if entries[name]["gba:kind"] == "observations"}
        sources = frames["sources"].set_index("source")
        # What rules read besides: the name of the series, and the value as the file has it.
        rows = {name: frames[name].assign(label=plausibility.labels(frames[name], cell), written=tables[name].column("value")) for name, cell in cells.items()}
        return cls(rows, {name: _main(rows[name], sources, cells[name]) for name in rows}, cells, tables, frames["breaks"], sources)

    def only(self, masks: dict[str, pd.Series]) -> Figures:
        """The same, of some datasets only some rows."""
        rows = self.rows | {name: self.rows[name][mask] for name, mask in masks.items()}
        return replace(self, rows=rows, main=self.main | {name: _main(rows[name], self.sources, self.cells[name]) for name in masks})

    def broken(self, name: str) -> pd.DataFrame:
        """The breaks of a dataset."""
        if name not in self._read:
            self._read[name] = self.breaks[self.breaks["dataset"] == name]
        return self._read[name]

    def about(self, name: str, indicator: str) -> list[pd.DataFrame]:
        """The rows of one indicator, all and those of the main line: a dataset is parted once for the many rules that read one indicator."""
        whole = self.rows[name], self.main[name]
        if (name, "parts") not in self._read:
            self._read[name, "parts"] = [dict(iter(rows.groupby("indicator", sort=False, observed=True))) for rows in whole]
        return [parts.get(indicator, rows.iloc[:0]) for parts, rows in zip(self._read[name, "parts"], whole, strict=True)]

    @cached_property
    def territories(self) -> list:
        """The breaks of the kind territory."""
        return [row for row in self.breaks.itertuples() if getattr(row, "kind", "") == "territory"]


def _main(rows: pd.DataFrame, sources: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    return pick(rows, sources, cell).query("status == 'main'")


def evaluate(rule: dict, figures: Figures, name: str) -> list[Outcome]:
    """All comparisons that a rule of the dataset `name` makes."""
    both, (there, key) = [figures.rows[name], figures.main[name]], elsewhere(rule)
    if set(INDICATORS_IN) & set(rule) == {"indicator"}:
        both = figures.about(name, rule["indicator"])
    elif there:
        others = [rows[rows["indicator"] == key].assign(indicator=rule["to"]) for rows in (figures.rows[there], figures.main[there])]
        both = [pd.concat(frames) for frames in zip(both, others, strict=True)]
    return [*RULES[rule["rule"]].check(rule, *both, figures.cells[name], figures.broken(name)), *_across_territories(rule, figures, name)]


def _across_territories(rule: dict, figures: Figures, name: str) -> Iterator[Outcome]:
    """Where a rule sets figures against each other of which one stands on a place as it was, another on it as it became."""
    named = [rule[at] if isinstance(rule[at], list) else [rule[at]] for at in INDICATORS_IN if at in rule]
    indicators = [key for keys in named for key in keys if isinstance(key, str)]
    pairs = [tuple(key.split(".", 1)) if "." in key else (name, key) for key in indicators]
    changed = {row.place for row in figures.territories if (row.dataset, row.indicator) in pairs}
    whole = rule["rule"] == "total"
    if whole and changed & {rule["place"], *rule["parts"]}:
        compared = [[(*pairs[0], place) for place in (rule["place"], *rule["parts"])]]
    else:
        compared = [[(*pair, place) for pair in pairs] for place in sorted(changed)] if len(pairs) > 1 else []
    for members in compared:
        known = {member: figures.main[member[0]].query("indicator == @member[1] and place == @member[2]")["period"] for member in members}
        for index, period in known[members[0]].items():
            # The parts of a total count whether they are known or not.
            there = [member for member in members if whole or (known[member] == period).any()]
            old = [member for member in there if on_old_territory(figures.territories, *member, period)]
            first = members[0] in old
            # A whole changes with any of its parts; of the figures of one place all stand on the old one or none does.
            if first != bool(old[first:]) if whole else 0 < len(old) < len(there):
                _, indicator, place = (old[first:] or there[-1:])[0]
                told = f"{members[0][1]} of {members[0][2]} in {period} beside {indicator} of {place}, one of them on the territory as it was before a break"
                yield index, told, "figures on one territory: set the row aside, or note the break of both"


