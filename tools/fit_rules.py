"""Fit rules of plausibility to the figures (`make rules`): how tight they bear bounds, paths, agreement of sources and form.

Run it after new figures have been checked against their sources, never to silence the checks: what it writes is what the data say,
so a wrong figure that is in the data already widens a rule rather than breaking it. The data are those of GBA_DATA or data/.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book"))

import pandas as pd
from gba.data import csvfile
from gba.data import datapackage as record
from gba.data.describe import described
from gba.validate import fitted, plausibility
from gba.validate import run as checks
from gba.validate.rules import Figures

POINTS = {"percent"}  # units whose figures move by points, not by factors
FEWEST = 5  # figures (or comparisons) that make a limit of its own
ODD = 0.08  # at most this share of the figures of a series may be listed as exceptions
ROOM = 1.25  # how much more than the data need a limit allows


def fit(entries: dict[str, dict], figures: Figures, version: str) -> fitted.Fit:
    """The rules of all datasets, and what they were fitted to."""
    rules = {name: list(_rules(entries[name], figures)) for name in figures.rows}
    last = {name: {} for name in figures.rows}
    for name, rows in figures.rows.items():
        for (indicator, label, source), period in rows.groupby(["indicator", "label", "source"])["period"].max().items():
            last[name].setdefault(f"{indicator} {label}", {})[source] = period
    return fitted.Fit({name: [{**rule, "why": f"data version {version}"} for rule in found] for name, found in rules.items() if found}, last)


def _rules(entry: dict, figures: Figures) -> Iterator[dict]:
    """The rules of one dataset."""
    name = entry["name"]
    for indicator in entry["gba:indicators"]:
        rows, main = figures.about(name, indicator["name"])
        yield from _units(indicator, rows)
        yield from _within(indicator, rows)
        yield from _written(indicator, rows)
        yield from _sources_agree(indicator, rows)
        yield from _smooth(indicator, plausibility.triples(rows, main), figures.broken(name))


def _units(indicator: dict, figures: pd.DataFrame) -> Iterator[dict]:
    by_place = {place: sorted(set(units)) for place, units in figures.groupby("place")["unit"]}
    single = {place: units[0] for place, units in by_place.items() if len(units) == 1}
    if len(indicator["unit"]) > 1 and single:
        usual = Counter(single.values()).most_common(1)[0][0]
        units = {place: unit for place, unit in single.items() if unit != usual or len(single) < len(by_place)}
        yield {"rule": "units", "indicator": indicator["name"], "units": units | ({"*": usual} if len(single) == len(by_place) else {})}


def _within(indicator: dict, figures: pd.DataFrame) -> Iterator[dict]:
    counted = figures.groupby("label")["value"]
    bounds = {label: _bounds(list(series), indicator, ROOM) for label, series in counted if len(series) >= FEWEST}
    rest = figures[~figures["label"].isin(bounds)]
    for place, series in rest.groupby("place"):
        if len(set(rest.loc[series.index, "unit"])) == 1 and " " not in place:
            # Too few for limits of their own: the order of magnitude of the place.
            bounds |= {label: _bounds(list(series["value"]), indicator, 2) for label in sorted(set(series["label"]))}
    if bounds:
        yield {"rule": "within", "indicator": indicator["name"], "bounds": bounds}


def _bounds(values: list[float], indicator: dict, room: float) -> list[float]:
    low, high = min(values), max(values)
    if indicator["unit"][0] in POINTS:
        margin = max((high - low) * (room - 1), 1.0 if abs(high) >= 2 else 0.5)
        low, high = low - margin, high + margin
    elif indicator["unit"][0] == "rank":
        low, high = max(1, low - 3 * room), high + 3 * room
    else:
        low, high = (low / room if low > 0 else low * room), (high * room if high > 0 else high / room)
    low = max(low, indicator.get("minimum", -math.inf))
    high = min(high, indicator.get("maximum", math.inf))
    return [_rounded(low, down=True), _rounded(high, down=False)]


def _rounded(value: float, down: bool, digits: int = 3) -> float:
    """The number with three digits, rounded away from the data."""
    if value == 0:
        return 0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    rounded = (math.floor if down else math.ceil)(value / step) * step
    rounded = float(f"{rounded:.{digits}g}")
    return int(rounded) if rounded == int(rounded) else rounded


def _written(indicator: dict, figures: pd.DataFrame) -> Iterator[dict]:
    decimals, steps = {}, {}
    for source, texts in figures.groupby("source")["written"]:
        if len(texts) >= FEWEST:
            counts = [len(text.partition(".")[2]) for text in texts]
            decimals[source] = [min(counts), max(counts)]
            common = str(math.gcd(*map(int, texts))) if max(counts) == 0 else "1"
            if common.endswith("0") and common != "0":
                steps[source] = 10 ** (len(common) - len(common.rstrip("0")))
    if decimals:
        found = {"rule": "written", "indicator": indicator["name"], "decimals": decimals}
        yield found | ({"multiple_of": steps} if steps else {})


def _sources_agree(indicator: dict, figures: pd.DataFrame) -> Iterator[dict]:
    spreads = {name: plausibility.spread(low[1], high[1]) for name, (low, high) in plausibility.disagreements(figures).items()}
    if spreads:
        limit, odd = _limit(list(spreads.items()), share=0.2)
        rule = {"rule": "sources_agree", "indicator": indicator["name"], "tolerance": max(_rounded(limit * ROOM, down=False, digits=2), 0.001)}
        yield _with_exceptions(rule, odd, spreads, lambda value: f"the sources differ by {value:.1%}")


def _limit(measured: list[tuple[str, float]], share: float = ODD) -> tuple[float, list[str]]:
    """The largest departure, but for a few odd ones if the limit without them is less than half of theirs."""
    ordered = sorted(measured, key=lambda item: -item[1])
    for odd in range(int(share * len(ordered)), 0, -1):
        if ordered[odd - 1][1] > 1.6 * ordered[odd][1]:
            return ordered[odd][1], [name for name, _ in ordered[:odd]]
    return ordered[0][1], []


def _with_exceptions(rule: dict, odd: list[str], measured: dict[str, float], words: callable) -> dict:
    return rule | ({"except": {name: words(measured[name]) for name in sorted(odd)}} if odd else {})


def _smooth(indicator: dict, triples: list[plausibility.Triple], breaks: pd.DataFrame) -> Iterator[dict]:
    points = indicator["unit"][0] in POINTS or any(value <= 0 for _, _, three in triples for _, value in three)
    measure, kind = ("distance", "smooth_points") if points else ("factor", "smooth")
    by_label: dict[str, list[tuple[str, float]]] = {}
    for label, when, three in triples:
        if not plausibility.is_broken(breaks, indicator["name"], label.split(" ")[0], when[0], when[2]):
            off = plausibility.departure(when, [value for _, value in three], measure)
            by_label.setdefault(label, []).append((f"{label} {when[1]}", off if points else math.log(off)))
    limits, odd, measured = {}, [], {}
    own = {label: offs for label, offs in by_label.items() if len(offs) >= FEWEST}
    rest = [item for label, offs in by_label.items() if label not in own for item in offs]
    for label, offs in [*own.items(), *([("*", rest)] if len(rest) >= FEWEST else [])]:
        limit, mine = _limit(offs)
        limits[label] = _rounded(max(limit * ROOM, 0.1), False, 2) if points else _rounded(math.exp(max(limit * ROOM, 0.004)), False, 4)
        odd += mine
        for name, off in offs:
            measured[name] = max(off, measured.get(name, 0))
    if limits:
        rule = {"rule": kind, "indicator": indicator["name"], measure: limits}
        yield _with_exceptions(rule, odd, measured, lambda off: f"{off:.3g} off the path" if points else f"a factor of {math.exp(off):.3g} off the path")


def text(fit: fitted.Fit) -> str:
    """The file as it is kept: a rule a line, a series a line."""

    def lines(parts: list[str], ends: str) -> str:
        return ends[0] + "\n" + ",\n".join(parts) + "\n" + ends[1]

    def dumped(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    rules = [f"{dumped(name)}: {lines([dumped(rule) for rule in found], '[]')}" for name, found in fit.rules.items()]
    last = [f"{dumped(name)}: {lines([f'{dumped(key)}: {dumped(known)}' for key, known in found.items()], '{}')}" for name, found in fit.last.items()]
    return lines([f'"rules": {lines(rules, "{}")}', f'"last": {lines(last, "{}")}'], "{}") + "\n"


def main() -> int:
    """Fit and write; 1 if the data have problems that are not the old fit's."""
    folder = record.root()
    own = record.shown(fitted.NAME, folder)  # whatever the old fit says, or has become, is written anew
    problems = [problem for problem in checks.check_all(folder) if "(fitted rule " not in problem.expected and problem.file != own]
    if problems:
        print(*problems, "Nothing was fitted: mend the data first.", sep="\n")
        return 1
    made = described(folder).record
    entries = record.resources(made)
    tables = {name: csvfile.read(folder / entry["path"], record.shown(entry["path"], folder)) for name, entry in entries.items() if record.is_table(entry)}
    found = fit(entries, Figures.of(tables, entries), made["version"])
    (folder / fitted.NAME).write_text(text(found), encoding="utf-8", newline="\n")
    kinds = Counter(rule["rule"] for rules in found.rules.values() for rule in rules)
    print(f"{own}: {', '.join(f'{count} {kind}' for kind, count in kinds.items())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
