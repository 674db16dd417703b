"""Charts: Altair in the book's one style, a module a kind of chart; `theme` and `palette` hold the look, `layout` the room.

Those that many chapters share are reached by `gba`, as `gba.lines`; `gba.charts.lines` is the module. All others are listed below, as `gba.charts.bumps`.

A kind of chart is a function that takes a frame, and the width in pixels where its drawing depends on it, and returns an Altair chart; a chapter hands
`lambda width: gba.charts.routes(frame, width, ...)` to `gba.figure`. To add one, write a module (networks.py is a short one that draws in pixels, with
`plane`, `texts` and `sized` of `layout`), take colours from `palette.colour`, and name both below: the function in _HOME, its module in _MODULES. They need
different names, such as `routes` in networks.py. An example in the docstring is its first test; tests/charts has the others.
"""

from gba import lazy

_HOME = {
    "bar_groups": "bars",
    "two_ways": "bars",
    "dated": "dates",
    "marks": "dots",
    "readings": "dots",
    "fit": "layout",
    "grid": "layout",
    "level": "lines",
    "pins": "lines",
    "segments": "lines",
    "stages": "lines",
    "routes": "networks",
    "bumps": "ranks",
    "editions": "ranks",
    "orders": "tables",
    "squares": "tables",
    "named": "theme",
    "place_colours": "theme",
}
_MODULES = ("bars", "dates", "dots", "layout", "lines", "networks", "palette", "ranks", "rows", "tables", "theme", "timelines")
__getattr__, __dir__, __all__ = lazy.names(__name__, _HOME, _MODULES)
