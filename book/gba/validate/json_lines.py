"""Where in the text of a JSON file a value stands, so that a problem of the record is told by its line."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from pathlib import Path

from gba.data.errors import Problem

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]*)\]")

Way = tuple[str | int, ...]


def spans(text: str) -> dict[Way, tuple[int, int]]:
    """Start and end of every value in a well-formed JSON text, by the way to it.

    >>> found = spans('{"a": [1, {"b": true}]}')
    >>> found[("a", 1, "b")], found[("a", 0)]
    ((16, 20), (7, 8))
    """
    found: dict[Way, tuple[int, int]] = {}
    tokens = _TOKEN.finditer(text)

    def value(token: re.Match, way: Way) -> None:
        end = token.end()
        if token[0] == "{":
            while (key := next(tokens))[0] != "}":
                if key[0] != ",":
                    next(tokens)  # the colon
                    value(next(tokens), (*way, json.loads(key[0])))
            end = key.end()
        elif token[0] == "[":
            count = 0
            while (item := next(tokens))[0] != "]":
                if item[0] != ",":
                    value(item, (*way, count))
                    count += 1
            end = item.end()
        found[way] = token.start(), end

    value(next(tokens), ())
    return found


def way_to(content: dict, place: str) -> Way:
    """The way to what a problem names, such as resources[gdp].schema.fields[value].type, as far as it exists.

    >>> way_to({"resources": [{"name": "gdp", "title": ""}]}, "resources[gdp].title")
    ('resources', 0, 'title')
    >>> way_to({"resources": [{"name": "gdp"}]}, "resources[gdp].schema.fields")
    ('resources', 0)
    """
    way: list[str | int] = []
    here: object = content
    for key, item in _STEP.findall(place):
        step: str | int | None = None
        if isinstance(here, dict) and key in here:
            step = key
        elif isinstance(here, list) and not key:
            named = [number for number, entry in enumerate(here) if isinstance(entry, dict) and entry.get("name") == item]
            step = named[0] if named else int(item) if item.isdecimal() and int(item) < len(here) else None
        if step is None:
            break
        here = here[step]
        way.append(step)
    return tuple(way)


def with_lines(problems: Iterable[Problem], record: Path, file: str) -> list[Problem]:
    """The problems, those of the record (which `file` names) with the line on which their place stands."""
    problems = list(problems)
    if not any(problem.file == file and problem.line is None for problem in problems):
        return problems
    try:
        text = record.read_text(encoding="utf-8-sig")
        content = json.loads(text)
    except (OSError, ValueError):
        return problems  # that it cannot be read is told already
    known = spans(text)

    def told(problem: Problem) -> Problem:
        if problem.file != file or problem.line is not None:
            return problem
        way = way_to(content, problem.column)
        return dataclasses.replace(problem, line=text.count("\n", 0, known[way][0]) + 1) if way else problem

    return [told(problem) for problem in problems]
