"""Rules that `make rules` has fitted to the figures (data/plausibility.json): errors on rows that the fit has seen, warnings on newer ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gba.data.datapackage import shown
from gba.data.errors import DataError, Problem
from gba.validate.rules import Figures, evaluate

NAME = "plausibility.json"


@dataclass(frozen=True)
class Fit:
    """The rules of each dataset; and of each series ("indicator label") of a dataset the last period, by source, that the fit has seen."""

    rules: dict[str, list[dict]] = field(default_factory=dict)
    last: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


def read(folder: Path) -> Fit:
    """The fit of the data in a folder, an empty one where there is none; a DataError where the file is damaged."""
    path = folder / NAME
    if not path.is_file():
        return Fit()
    try:
        fit = Fit(**json.loads(path.read_text(encoding="utf-8")))
        [rule["why"] for rules in fit.rules.values() for rule in rules]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError([Problem(shown(NAME, folder), None, "", f"{error!r}"[:80], "what `make rules` writes", "run `make rules`")]) from None
    return fit


def seen(rows: pd.DataFrame, fit: Fit, dataset: str) -> pd.Series:
    """Which rows are no newer than the fit: their series had reached their period in their source."""
    last = fit.last.get(dataset, {})
    keys = zip(rows["indicator"], rows["label"], rows["source"], rows["period"], strict=True)
    return pd.Series([period <= last.get(f"{indicator} {label}", {}).get(source, "") for indicator, label, source, period in keys], rows.index, dtype=bool)


def problems(fit: Fit, figures: Figures) -> Iterator[Problem]:
    """What the fitted rules tell: twice judged where there are newer rows, so that these can spoil nothing that stood before them."""
    masks = {name: seen(rows, fit, name) for name, rows in figures.rows.items() if name in fit.rules}
    newer = {name for name, mask in masks.items() if not mask.all()}
    before = figures.only({name: masks[name] for name in newer}) if newer else figures
    for name, rules in fit.rules.items():
        for rule in rules if name in figures.rows else []:
            wrong = [outcome for outcome in evaluate(rule, before, name) if outcome]
            yield from (_problem(rule, figures, name, outcome, warning=False) for outcome in wrong)
            if name in newer:
                odd = [outcome for outcome in evaluate(rule, figures, name) if outcome and outcome not in wrong]
                yield from (_problem(rule, figures, name, outcome, warning=True) for outcome in odd)


def _problem(rule: dict, figures: Figures, name: str, outcome: tuple[int, str, str], warning: bool) -> Problem:
    index, found, expected = outcome
    table = figures.tables[name]
    todo = "check the figure against its source; if it is right, `make rules` fits the rules to it"
    return Problem(table.file, table.lines[index], "value", found, f"{expected} (fitted rule {rule['rule']}: {rule['why']})", todo, warning)
