"""While pages are written: what they load, the links they offer, the search."""
