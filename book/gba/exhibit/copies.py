"""Copies of charts as Altair makes them, without making each part anew: a third of the time that a chapter runs goes into those."""

import contextlib

from altair.utils import schemapi

_PLAIN = {str, int, float, bool, type(None), type(schemapi.Undefined)}
_theirs = schemapi._deep_copy


@contextlib.contextmanager
def quick():
    """Charts that are put together, changed or told within are copied so.

    Altair copies all parts of a chart whenever another is made of it, calls their constructors again, which for layers copy
    their layers again, and visits the ninety properties that a mark does not set.
    """
    schemapi._deep_copy = _copied
    try:
        yield
    finally:
        schemapi._deep_copy = _theirs


def _copied(part, by_ref: set[str]):
    kind = type(part)
    if kind in _PLAIN:
        return part
    if kind is list:
        return [_copied(one, by_ref) for one in part]
    if kind is dict:
        return {key: one if key in by_ref else _copied(one, by_ref) for key, one in part.items()}
    if not isinstance(part, schemapi.SchemaBase) or hasattr(kind, "__deepcopy__"):
        return _theirs(part, by_ref)
    made = object.__new__(kind)
    object.__setattr__(made, "_args", tuple(_copied(one, by_ref) for one in part._args))
    object.__setattr__(made, "_kwds", _copied(part._kwds, by_ref))
    return made
