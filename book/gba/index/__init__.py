"""The index of chapter 5: `composite` is the arithmetic, `scorecard` the figures that go in, `answer` what it says, `charts` and `sliders` how it is shown."""

from gba import lazy

_MODULES = ("answer", "charts", "complementarity", "composite", "scorecard", "sliders")
__getattr__, __dir__, __all__ = lazy.names(__name__, {}, _MODULES)
