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

#: The public names by the module that holds them.
_NAMES = {
    "data.load": "load datasets places sources indicators breaks",
    "data.errors": "DataError UnknownDataset",
    "charts.bars": "two_ways hundred bar_groups waterfall",
    "charts.dates": "dated",
    "charts.dots": "dots readings marks",
    "charts.layout": "fit panels grid",
    "charts.lines": "lines segments remark level dated_lines note_at strokes pins stages",
    "charts.networks": "ribbons",
    "charts.palette": "colour",
    "charts.ranks": "editions bumps",
    "charts.tables": "triangle answers squares cells orders",
    "charts.theme": "named place_colours",
    "charts.timelines": "spans timeline",
    "data.select": "where value series",
    "data.series": "rows_of in_usd crossing ratio mean_of_year_ends",
    "exhibit.figure": "figure",
    "index.answer": "answer",
    "index.scorecard": "index_at",
    "index.sliders": "adjustable",
    "maps.travel": "city_pairs connections",
    "prose": "facts listed ordinal",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}
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
