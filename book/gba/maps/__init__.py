"""Maps of the bay.

`layers` draws land, borders, names and values, `districts` the districts of a city, `travel` ways and times, `boundaries` reads the outlines.
"""

from gba.maps.layers import NOTICE, basemap, choropleth, flows, points, window

__all__ = ["NOTICE", "basemap", "choropleth", "flows", "points", "window"]
