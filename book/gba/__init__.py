"""The library of the book: data with their sources, charts with their captions.

Names are imported when they are first used, so that `import gba` costs nothing.

>>> import gba
>>> "area" in set(gba.datasets()["name"])
True
"""

import importlib

_HOME = {
    "load": "data",
    "datasets": "data",
    "places": "data",
    "sources": "data",
    "indicators": "data",
    "breaks": "data",
    "DataError": "problems",
    "UnknownDataset": "problems",
    "figure": "charts",
    "lines": "charts",
    "segments": "charts",
    "named": "charts",
    "place_colours": "charts",
    "remark": "charts",
    "level": "charts",
    "spans": "charts",
    "timeline": "charts",
    "fit": "charts",
    "panels": "charts",
    "rows_of": "measures",
    "by_year": "measures",
    "in_usd": "measures",
    "crossing": "measures",
    "ratio": "measures",
    "mean_of_year_ends": "measures",
    "structural_difference": "measures",
    "colour": "palette",
    "say": "text",
    "listed": "text",
    "dated": "moments",
    "dated_lines": "moments",
    "note_at": "moments",
    "strokes": "moments",
    "pins": "moments",
    "grid": "moments",
    "two_ways": "rowcharts",
    "dots": "rowcharts",
    "two_sided": "networks",
    "triangle": "matrices",
    "answers": "matrices",
    "city_pairs": "travel",
    "connections": "travel",
    "journeys": "travel",
    "squares": "tallies",
    "cells": "tallies",
    "orders": "tallies",
    "entries": "tallies",
    "readings": "tallies",
    "lanes": "chronicles",
    "stages": "chronicles",
    "district_map": "districtmaps",
    "district_middles": "districtmaps",
    "hundred": "stacks",
    "editions": "ranks",
    "bumps": "ranks",
    "runs": "ranks",
    "run_boxes": "ranks",
    "ribbons": "streams",
    "bar_groups": "bargroups",
    "marks": "rowmarks",
    "index_at": "scorecard",
    "adjustable": "weights",
    "answer": "verdict",
}
__all__ = list(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOME)}")
    value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value  # the next look-up is direct
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
