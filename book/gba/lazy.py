"""Names of a package that are imported when they are first used."""

import difflib
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

    Raises
    ------
    ImportError : a name is also that of a module, which would hide it

    >>> import gba
    >>> gba.lode
    Traceback (most recent call last):
    AttributeError: gba has no lode (did you mean 'load'?); it has load, ...
    >>> names("gba.charts", {"lines": "lines"}, ("lines",))
    Traceback (most recent call last):
    ImportError: gba.charts: lines is the name of a module and of something in it; give one of them another name
    """

    if hidden := set(homes) & set(packages):
        raise ImportError(f"{package}: {', '.join(sorted(hidden))} is the name of a module and of something in it; give one of them another name")

    def find(name: str):
        if name in packages:
            return importlib.import_module(f"{package}.{name}")
        if name not in homes:
            near = difflib.get_close_matches(name, [*homes, *packages], n=1)
            raise AttributeError(f"{package} has no {name}{f' (did you mean {near[0]!r}?)' if near else ''}; it has {', '.join([*homes, *packages])}")
        value = getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)  # the next look-up is direct
        return value

    return find, lambda: sorted([*homes, *packages]), list(homes)


class Late:
    """A module that is imported when something of it is first used.

    >>> Late("math").floor(1.5)
    1
    """

    def __init__(self, module: str):
        self._module = module

    def __getattr__(self, name: str):
        return getattr(importlib.import_module(self._module), name)
