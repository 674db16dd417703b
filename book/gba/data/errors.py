"""What can be wrong with the data, told by file, line and column."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it is, what was found, what was expected, what to do.

    `column` is a column of a CSV file, or the way to a place in a description.
    `line` is the physical line (the header is line 1); None when the problem is not on one line.

    >>> print(Problem("data/history/gdp.csv", 17, "place", "'shenzen'", "a key of places.csv",
    ...               "fix the cell or add the place to places.csv"))
    data/history/gdp.csv:17: column place: found 'shenzen', expected a key of places.csv; fix the cell or add the place to places.csv
    """

    file: str
    line: int | None
    column: str
    found: str
    expected: str
    todo: str
    warning: bool = False  # it is told, and stops nothing

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        kind = "column" if self.file.endswith(".csv") else "at"
        place = f"{kind} {self.column}: " if self.column else ""
        return f"{self.file}{line}: {'warning: ' if self.warning else ''}{place}found {self.found}, expected {self.expected}; {self.todo}"


class DataError(ValueError):
    """The data or their description are wrong; `problems` lists everything that was found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count != 1 else ''} in the data", *map(str, self.problems)]
        super().__init__("\n".join(lines))


class UnknownDataset(LookupError):
    """No table of this name is described; the message lists the names there are."""

    def __init__(self, name: str, names: Iterable[str]):
        self.name, self.names = name, sorted(names)
        super().__init__(f"no dataset {name!r}{did_you_mean(name, self.names)}; the datasets are: {', '.join(self.names)}")


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """A hint at the nearest known name, or an empty text.

    >>> did_you_mean("shenzen", ["guangzhou", "shenzhen"])
    " (did you mean 'shenzhen'?)"
    >>> did_you_mean("atlantis", ["guangzhou", "shenzhen"])
    ''
    """
    near = difflib.get_close_matches(found, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def one_of(known: Iterable[str], found: str = "") -> str:
    """The allowed values in words, cut short when there are many, with the nearest to `found`.

    >>> one_of(["main", "aside"], "asid")
    "one of main, aside (did you mean 'aside'?)"
    """
    known = list(known)
    shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    return f"one of {shown}{did_you_mean(found, known)}"
