"""Data: the files, their descriptor, and the tables that a notebook works with.

`load` gives a dataset as a frame, `select` looks a figure up, `series` computes with series over years. Below them, `datapackage` reads the
descriptor that `describe` makes of the descriptions (`metafile`), `csvfile` reads a file line by line, `types` its cells, `errors` says what is wrong.
"""

from gba import lazy

_HOME = {
    "UnknownDataset": "errors",
    "crossing": "series",
    "mean_of_year_ends": "series",
    "per": "series",
    "ratio": "series",
}
_MODULES = ("csvfile", "datapackage", "describe", "errors", "load", "metafile", "select", "series", "types")
__getattr__, __dir__, __all__ = lazy.names(__name__, _HOME, _MODULES)
