"""What can be wrong with the data, told by file, line and column."""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

#: Of what repeats in a column, so many cells are told each by itself; of more, the first in full and the next by line.
EACH, NEXT = 3, 4
#: What differs between two problems of one kind: hints, quoted words and numbers.
_HINT, _PARTICULAR = re.compile(r" \(did you mean [^)]*\)"), re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[-+]?\d[\w.,]*")


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


def gathered(problems: Iterable[Problem]) -> list[Problem]:
    """The same for a person to read: what repeats in one column of a file is told once, with the first cells and how many there are.

    >>> wrong = [Problem("x.csv", line, "value", f"'{line}'", "a key", "correct it") for line in range(2, 302)]
    >>> print(*gathered(wrong), sep="\\n")
    x.csv:2: column value: found '2', expected a key; correct it; 299 more of this kind in the column: lines 3 ('3'), 4 ('4'), 5 ('5'), 6 ('6') and 295 further
    >>> len(gathered(wrong[:3]))
    3
    """
    kinds: dict[tuple, list[Problem]] = {}
    for number, problem in enumerate(problems):
        told = problem.expected, problem.todo
        kind = (problem.file, problem.column, problem.warning, *(_PARTICULAR.sub("_", _HINT.sub("", text)) for text in told))
        kinds.setdefault(kind if problem.line else number, []).append(problem)
    return [one for alike in kinds.values() for one in (alike if len(alike) <= EACH else [_once(*alike)])]


def _once(first: Problem, *more: Problem) -> Problem:
    lines = ", ".join(f"{one.line} ({textwrap.shorten(one.found, 40, placeholder='…')})" for one in more[:NEXT])
    further = f" and {len(more) - NEXT} further" if len(more) > NEXT else ""
    where = "in the column" if first.column else "in the file"
    # Whoever has hundreds of numbers with commas, does not write each of them anew.
    once = f"; make tidy name={Path(first.file).stem} decimal=point writes all of them so" if first.expected.endswith("in plain digits") else ""
    return replace(first, todo=f"{first.todo}; {len(more)} more of this kind {where}: lines {lines}{further}{once}")


def speak_anywhere() -> None:
    """Let a program print any sign on any console: what a console's own encoding lacks, as on Chinese Windows, is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class DataError(ValueError):
    """The data or their description are wrong; `problems` lists everything that was found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count != 1 else ''} in the data", *map(str, gathered(self.problems))]
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
