"""Kinds of rules that tell a wrong digit: a figure against its bounds, its neighbours in time, other sources, and the form it is written in.

`make rules` fits their numbers to the figures (data/plausibility.json); a description may declare them as well. A *label* names one
series of an indicator: the place, then the extra columns of the cell ("shenzhen", "hong_kong hku"); "*" stands for all others.
The rows have two columns besides those of the file: `label`, and `written`, the value as the file writes it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

Outcome = tuple[int, str, str] | None  # index of the row, found, expected
Point = tuple[int, float]  # index of the row, value
Triple = tuple[str, tuple[str, str, str], tuple[Point, Point, Point]]  # label, periods, points


def labels(frame: pd.DataFrame, cell: list[str]) -> list[str]:
    """The label of each row: its place and the extra columns of the cell, joined by spaces."""
    names = [name for name in cell if name not in ("indicator", "period")]
    columns = [frame[name].astype("object").where(frame[name].notna(), "") for name in names]
    return [" ".join(str(part) for part in parts if part != "") for parts in zip(*columns, strict=True)]


def limit_of(limits: object, label: str) -> object:
    """The declared limit of a series: its own, else that of "*", else None; one limit without labels holds for all."""
    return limits.get(label, limits.get("*")) if isinstance(limits, dict) else limits


def number(value: float) -> str:
    """A figure in a message, with all digits that tell it from its neighbours."""
    return f"{value:.10g}"


def within(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """Every figure of a series lies between two bounds: {"shenzhen": [low, high]}."""
    for label, index, value in zip(rows["label"], rows.index, rows["value"], strict=True):
        bounds = limit_of(rule["bounds"], label)
        if bounds is not None:
            fits = bounds[0] <= value <= bounds[1]
            yield None if fits else (index, f"{number(value)} for {label}", f"{number(bounds[0])} to {number(bounds[1])}")


def units(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """Of the units that an indicator allows each place has its own: {"hong_kong": "HKD_million", "*": "CNY_100m"}."""
    for place, index, unit in zip(rows["place"], rows.index, rows["unit"], strict=True):
        expected = limit_of(rule["units"], place)
        if expected is not None:
            yield None if unit == expected else (index, f"the unit {unit} for {place}", expected)


def written(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """The figures of one source are all written with so many decimals ([least, most]), or are whole multiples of a power of ten."""
    decimals, steps = rule.get("decimals", {}), rule.get("multiple_of", {})
    for source, index, text in zip(rows["source"], rows.index, rows["written"], strict=True):
        if source in decimals:
            least, most = decimals[source]
            count = len(text.partition(".")[2])
            expected = f"{least} decimals" if least == most else f"{least} to {most} decimals"
            yield None if least <= count <= most else (index, f"{text} from {source}", f"{expected}, as in its other figures")
        if source in steps:
            fits = float(text) % steps[source] == 0
            yield None if fits else (index, f"{text} from {source}", f"a multiple of {steps[source]}, as its other figures")


def sources_agree(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """All sources of one cell give the same figure within a tolerance (a share of the larger); `except` lists cells."""
    for name, (low, high) in disagreements(rows).items():
        if name not in rule.get("except", {}):
            fits = spread(low[1], high[1]) <= rule["tolerance"] + 1e-12
            found = f"{number(low[1])} and {number(high[1])} for {name}"
            yield None if fits else (high[0], found, f"sources that agree within {rule['tolerance']:.2%} (see the other rows of the cell)")


def disagreements(mine: pd.DataFrame) -> dict[str, tuple[Point, Point]]:
    """The smallest and the largest figure of each cell that has several sources, by "label period"."""
    cells: dict[str, list[Point]] = {}
    for label, period, index, value in zip(mine["label"], mine["period"], mine.index, mine["value"], strict=True):
        cells.setdefault(f"{label} {period}", []).append((index, value))
    return {name: (min(points, key=lambda p: p[1]), max(points, key=lambda p: p[1])) for name, points in cells.items() if len(points) > 1}


def spread(low: float, high: float) -> float:
    """The difference of two figures as a share of the larger."""
    return (high - low) / max(abs(low), abs(high)) if high != low else 0.0


def smooth(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """A figure lies within a factor of the path between its two neighbours in time, straight on a logarithmic scale.

    The series are those of the main rows and those of each source. `except` lists "label period" of the middle figure.
    """
    yield from _near_path(rule, "factor", triples(rows, main), breaks)


def smooth_points(rule: dict, rows: pd.DataFrame, main: pd.DataFrame, cell: list[str], breaks: pd.DataFrame) -> Iterator[Outcome]:
    """A figure lies within a distance, in its own unit, of the straight path between its two neighbours in time (for shares)."""
    yield from _near_path(rule, "distance", triples(rows, main), breaks)


def _near_path(rule: dict, measure: str, found: list[Triple], breaks: pd.DataFrame) -> Iterator[Outcome]:
    for label, when, points in found:
        limit = limit_of(rule[measure], label)
        if limit is None or f"{label} {when[1]}" in rule.get("except", {}):
            continue
        off = departure(when, [value for _, value in points], measure)
        fits = off <= limit + 1e-9
        if fits or not is_broken(breaks, rule["indicator"], label.split(" ")[0], when[0], when[2]):
            before, middle, after = (f"{number(value)} in {period}" for period, (_, value) in zip(when, points, strict=True))
            path = f"at most {'a factor of ' if measure == 'factor' else ''}{limit:.4g} off"
            yield None if fits else (points[1][0], f"{middle} for {label}, between {before} and {after}, {off:.4g} off their path", path)


def departure(when: tuple[str, str, str], values: list[float], measure: str) -> float:
    """How far the middle figure is from the path between the other two: a factor (1 or more), or a distance."""
    start, middle, end = (year(period) for period in when)
    share = (middle - start) / (end - start)
    if measure == "distance":
        return abs(values[1] - (1 - share) * values[0] - share * values[2])
    if min(values) <= 0:
        return math.inf
    off = math.log(values[1]) - (1 - share) * math.log(values[0]) - share * math.log(values[2])
    return math.exp(min(abs(off), 100))


def year(period: str) -> float:
    """A period as a year with a fraction.

    >>> year("2019"), year("2019-07")
    (2019.0, 2019.5)
    """
    year, month, day = [*period.split("-"), "1", "1"][:3]
    return int(year) + (int(month) - 1) / 12 + (int(day) - 1) / 365.25


def grouped(frame: pd.DataFrame, by: list[str], name: str) -> dict[tuple[str, ...], dict[str, Point]]:
    """The figures by the columns `by`, where an empty cell is "", and in each group by the column `name`."""
    groups: dict[tuple[str, ...], dict[str, Point]] = {}
    columns = [frame[column].to_numpy(dtype=object, na_value="") for column in by]
    for key, inner, index, value in zip(zip(*columns, strict=True), frame[name], frame.index, frame["value"], strict=True):
        groups.setdefault(key, {})[inner] = (index, value)
    return groups


def triples(rows: pd.DataFrame, main: pd.DataFrame) -> list[Triple]:
    """Each three figures of one series of an indicator that follow each other in time; only like units form a series."""
    found: dict[tuple[int, ...], Triple] = {}
    for (label, *_), points in [*grouped(main, ["label", "unit"], "period").items(), *grouped(rows, ["label", "unit", "source"], "period").items()]:
        for (first, second), (_, third) in pairwise(pairwise(sorted(points))):
            three = points[first], points[second], points[third]
            if year(first) < year(second) < year(third):  # "2019" and "2019-01" begin together
                found.setdefault(tuple(index for index, _ in three), (label, (first, second, third), three))
    return list(found.values())


def is_broken(breaks: pd.DataFrame, indicator: str, place: str, earlier: str, later: str) -> bool:
    """Whether `breaks` (of one dataset) has a break of the series between two periods.

    >>> noted = pd.DataFrame([["*", "shenzhen", "2004", "2005"]], columns=["indicator", "place", "last_before", "first_after"])
    >>> is_broken(noted, "gdp_nominal", "shenzhen", "2004", "2005"), is_broken(noted, "gdp_nominal", "shenzhen", "2005", "2006")
    (True, False)
    """
    named = zip(breaks["indicator"], breaks["place"], breaks["last_before"], breaks["first_after"], strict=True)
    return any(what in (indicator, "*") and where in (place, "*") and before >= earlier and after <= later for what, where, before, after in named)
