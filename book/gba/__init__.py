"""The library of the book: data with their sources, charts with their captions.

Names are imported when they are first used, so that `import gba` costs nothing.

>>> import gba
>>> "area" in set(gba.datasets()["name"])
True
"""

import importlib
import sys

# Altair's jsonschema imports this where JupyterLab is installed, and it compiles a grammar for a second, for a check that no chart needs.
# Without it jsonschema does as it does elsewhere. It helps whoever imports gba before altair.
sys.modules.setdefault("rfc3987_syntax", None)

_HOME = {
    "load": "data.load",
    "datasets": "data.load",
    "places": "data.load",
    "sources": "data.load",
    "indicators": "data.load",
    "breaks": "data.load",
    "DataError": "data.errors",
    "UnknownDataset": "data.errors",
    "figure": "exhibit.figure",
    "lines": "charts.lines",
    "segments": "charts.lines",
    "named": "charts.theme",
    "place_colours": "charts.theme",
    "remark": "charts.lines",
    "level": "charts.lines",
    "spans": "charts.timelines",
    "timeline": "charts.timelines",
    "fit": "charts.layout",
    "panels": "charts.layout",
    "where": "data.select",
    "value": "data.select",
    "series": "data.select",
    "facts": "prose",
    "rows_of": "data.series",
    "in_usd": "data.series",
    "crossing": "data.series",
    "ratio": "data.series",
    "mean_of_year_ends": "data.series",
    "colour": "charts.palette",
    "say": "prose",
    "listed": "prose",
    "ordinal": "prose",
    "dated": "charts.dates",
    "dated_lines": "charts.lines",
    "note_at": "charts.lines",
    "strokes": "charts.lines",
    "pins": "charts.lines",
    "grid": "charts.layout",
    "two_ways": "charts.bars",
    "dots": "charts.dots",
    "triangle": "charts.tables",
    "answers": "charts.tables",
    "city_pairs": "maps.travel",
    "connections": "maps.travel",
    "squares": "charts.tables",
    "cells": "charts.tables",
    "orders": "charts.tables",
    "readings": "charts.dots",
    "stages": "charts.lines",
    "hundred": "charts.bars",
    "editions": "charts.ranks",
    "bumps": "charts.ranks",
    "ribbons": "charts.networks",
    "bar_groups": "charts.bars",
    "waterfall": "charts.bars",
    "marks": "charts.dots",
    "index_at": "index.scorecard",
    "adjustable": "index.sliders",
    "answer": "index.answer",
}
_PACKAGES = ("catalogue", "charts", "claims", "data", "exhibit", "index", "maps", "validate")
__all__ = list(_HOME)


def __getattr__(name: str):
    if name in _PACKAGES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOME)}")
    value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value  # the next look-up is direct
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_PACKAGES})
