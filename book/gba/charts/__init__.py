"""Charts: Altair in the book's one style, a module a kind of chart; `theme` and `palette` hold the look, `layout` the room."""

from gba import lazy

_HOME = {
    "bar_groups": "bars",
    "two_ways": "bars",
    "waterfall": "bars",
    "dated": "dates",
    "marks": "dots",
    "readings": "dots",
    "fit": "layout",
    "grid": "layout",
    "level": "lines",
    "note_at": "lines",
    "pins": "lines",
    "segments": "lines",
    "stages": "lines",
    "strokes": "lines",
    "ribbons": "networks",
    "bumps": "ranks",
    "editions": "ranks",
    "answers": "tables",
    "cells": "tables",
    "orders": "tables",
    "squares": "tables",
    "triangle": "tables",
    "named": "theme",
    "place_colours": "theme",
}
_MODULES = ("bars", "dates", "dots", "layout", "lines", "networks", "palette", "ranks", "rows", "tables", "ternary", "theme", "timelines")
__getattr__, __dir__, __all__ = lazy.names(__name__, _HOME, _MODULES)
