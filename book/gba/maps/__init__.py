"""Maps of the bay.

`layers` draws land, borders, names and values, `travel` the ways between cities, `boundaries` reads the outlines.
"""

from gba import lazy

_HOME = {
    "NOTICE": "layers",
    "basemap": "layers",
    "choropleth": "layers",
    "window": "layers",
    "city_pairs": "travel",
    "connections": "travel",
}
__getattr__, __dir__, __all__ = lazy.names(__name__, _HOME, packages=("boundaries", "layers", "travel"))
