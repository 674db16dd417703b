"""The index of chapter 5: `sheet` looks the figures up, `composite` is the arithmetic, `worlds` varies what can be chosen, `answer` says what it comes to."""

from gba import lazy

_MODULES = ("answer", "charts", "complementarity", "composite", "sheet", "sliders", "worlds")
__getattr__, __dir__, __all__ = lazy.names(__name__, {}, _MODULES)
