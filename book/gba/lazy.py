"""Names of a package that are imported when they are first used."""

import importlib
import sys
from collections.abc import Callable


def names(package: str, homes: dict[str, str], packages: tuple[str, ...] = ()) -> tuple[Callable, Callable, list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of a package.

    Parameters
    ----------
    package : its name
    homes : by name the module of the package that holds it
    packages : modules of the package that are reached as its attributes, too

    >>> import gba
    >>> gba.lode
    Traceback (most recent call last):
    AttributeError: gba has no lode (did you mean 'load'?); it has load, ...
    """

    def find(name: str):
        if name in packages:
            return importlib.import_module(f"{package}.{name}")
        if name not in homes:
            from gba.data.errors import did_you_mean

            raise AttributeError(f"{package} has no {name}{did_you_mean(name, [*homes, *packages])}; it has {', '.join([*homes, *packages])}")
        value = getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)  # the next look-up is direct
        return value

    return find, lambda: sorted([*homes, *packages]), list(homes)
