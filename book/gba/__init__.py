"""The library of the book: data with their sources, charts with their captions.

Names are imported when they are first used, so that `import gba` costs nothing.

>>> import gba
>>> "area" in set(gba.datasets()["name"])
True
"""

import sys

from gba import lazy

# Altair's jsonschema imports this where JupyterLab is installed, and it compiles a grammar for a second, for a check that no chart needs.
# Without it jsonschema does as it does elsewhere. It helps whoever imports gba before altair.
sys.modules.setdefault("rfc3987_syntax", None)

_HOME = {
    # Data
    "load": "data.load",
    "datasets": "data.load",
    "places": "data.load",
    "sources": "data.load",
    "indicators": "data.load",
    "breaks": "data.load",
    "due": "data.load",
    "where": "data.select",
    "value": "data.select",
    "series": "data.select",
    "rows_of": "data.series",
    "in_usd": "data.series",
    "DataError": "data.errors",
    # Words
    "facts": "prose",
    "listed": "prose",
    "number_word": "prose",
    "ordinal": "prose",
    # The figure
    "figure": "exhibit.figure",
    "listing": "exhibit.listing",
    "colour": "charts.palette",
    # Charts that many chapters share; the others are in gba.charts, maps in gba.maps
    "lines": "charts.lines",
    "dots": "charts.dots",
    "stacked": "charts.bars",
    "spans": "charts.timelines",
    "timeline": "charts.timelines",
    "panels": "charts.layout",
    "remark": "charts.lines",
}
_PACKAGES = ("catalogue", "charts", "claims", "data", "derived", "edition", "exhibit", "index", "lineage", "maps", "validate")
__getattr__, __dir__, __all__ = lazy.names(__name__, _HOME, packages=_PACKAGES)
