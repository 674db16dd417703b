"""Maps of the bay.

`layers` draws land, borders, names and values, `travel` the ways between cities, `boundaries` reads the outlines.
"""

from gba.maps.layers import NOTICE, basemap, choropleth, window

__all__ = ["NOTICE", "basemap", "choropleth", "window"]
