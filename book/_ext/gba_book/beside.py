"""Side by side: parts that do not depend on each other are made in processes of their own, where the system can fork."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from gba_book.execute.kernels import CAN_FORK

Part, Made = TypeVar("Part"), TypeVar("Made")
#: Set in the processes only.
_make: list[Callable] = []


def side_by_side(make: Callable[[Part], Made], parts: Sequence[Part]) -> list[Made]:
    """What `make` gives of each part, in their order; one after the other where there is one core, or no fork.

    Parameters
    ----------
    make : starts no thread and draws nothing, for the converter of drawings has threads that a fork loses; it may write files
    parts, and what is made of them : can be pickled

    >>> side_by_side(str.upper, ["a", "b"])
    ['A', 'B']
    """
    if not CAN_FORK or min(len(parts), os.cpu_count() or 1) < 2:
        return [make(part) for part in parts]
    processes = min(len(parts), os.cpu_count())
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), initializer=_make.append, initargs=(make,)) as pool:
        return list(pool.map(_one, parts))


def _one(part):
    return _make[0](part)
