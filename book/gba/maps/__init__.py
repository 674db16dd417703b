"""Maps of the bay.

`layers` draws land, borders, names and values, `boundaries` reads the outlines.
"""

from gba import lazy

_HOME = {
    "NOTICE": "layers",
    "choropleth": "layers",
    "geometry": "boundaries",
    "window": "layers",
}
__getattr__, __dir__, __all__ = lazy.names(__name__, _HOME, packages=("boundaries", "layers"))
