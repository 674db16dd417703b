"""Read a description (`gdp.meta.yml` beside `gdp.csv`) strictly: known keys, each once, of the right kind, and every value keeps its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from gba.data.errors import Problem, did_you_mean, one_of

ENDING = ".meta.yml"
KINDS = ("observations", "ledger", "reference", "geometry")
WORDS = {str: "text, in quotes where it looks like a number", dict: "names with values (name: ...)", list: "a list (- ...)", bool: "true or false"}


def _shape(text: str, **more: type) -> dict[str, type | None]:
    return {**dict.fromkeys(text.split(), str), **more}


_BOUNDS = {"minimum": (int, float), "maximum": (int, float)}
#: What a description of a file may say, what one of the whole package; then of one column and of one indicator.
SHAPE = _shape("name title description kind chapter licence looked_at", **dict.fromkeys(("columns", "references", "indicators"), dict))
SHAPE |= dict.fromkeys(("cell", "primaryKey", "sort", "rules", "sources", "next"), list)
PACKAGE_SHAPE = _shape("name title version licence", licences=dict, folders=list)
INNER_SHAPE = {
    "columns": _shape("type title description pattern", required=bool, unique=bool, enum=list, **_BOUNDS),
    "indicators": _shape("title definition direction processing", unit=(str, list), per_resident=bool, **_BOUNDS),
}

#: What an item of a list looks like, where it is more than a word.
LISTED = {"rules": "a rule: ..., why: ...", "next": "what: ..., when: ..., every: ..., where: ..."}

Way = tuple[str | int, ...]  # the way to a value, such as ("indicators", "gdp", "unit")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which dates, yes and no are text, as they were typed."""

    yaml_implicit_resolvers: dict = {}  # noqa: RUF012  the library asks for this very attribute


_DIGITS = [*"-0123456789"]
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9]\d*)$"), _DIGITS)
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$"), _DIGITS)


@dataclass(frozen=True)
class Meta:
    """What a description says; `content` holds no empty values. `problems` make it unreadable."""

    file: str
    content: dict = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    node: yaml.Node | None = None

    def line(self, way: Way) -> int | None:
        """The line on which a value stands, or else what would hold it; None if that is the file."""
        found, node = None, self.node
        for step in way:
            if isinstance(node, yaml.MappingNode):
                here = next(((key, value) for key, value in node.value if key.value == step), None)
            else:
                items = node.value if isinstance(node, yaml.SequenceNode) else []
                here = (items[step], items[step]) if isinstance(step, int) and step < len(items) else None
            if here is None:
                break
            found, node = here[0].start_mark.line + 1, here[1]
        return found

    def problem(self, way: Way, found: str, expected: str, todo: str) -> Problem:
        """A problem at a place of the description, with its line."""
        return Problem(self.file, self.line(way), ".".join(map(str, way)), found, expected, todo)


def read(path: Path, file: str, shape: dict | None = None) -> Meta:
    """Read a description; `file` is its name in messages. A wrong one gives problems, not exceptions."""
    try:
        loader = _Loader(path.read_bytes().decode("utf-8-sig"))
        node = loader.get_single_node()
        content = {} if node is None else loader.construct_document(node)
    except FileNotFoundError:
        return Meta(file, problems=[Problem(file, None, "", "no file", "a description of the data", "restore it")])
    except UnicodeDecodeError as error:
        return Meta(file, problems=[Problem(file, None, "", f"byte {error.start} invalid in UTF-8", "UTF-8 text", "save the file as UTF-8")])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = getattr(error, "problem", None) or str(error).split("\n")[0]
        return Meta(file, problems=[Problem(file, mark.line + 1 if mark else None, "", found, "YAML", "correct the line; text with a colon wants quotes")])
    if not isinstance(content, dict):
        return Meta(file, problems=[Problem(file, 1, "", repr(content)[:40], "lines such as title: ...", "write what the file holds")])
    meta = Meta(file, node=node)
    problems = [*_repeated(meta, node, ()), *_misshapen(meta, content, shape or SHAPE, ())]
    kind = content.get("kind")
    if not shape and not problems and kind not in KINDS:
        problems.append(meta.problem(("kind",), repr(kind) if kind else "nothing", one_of(KINDS, str(kind)), "say what it is"))
    # What is there and empty counts as missing; the names of columns and indicators stay.
    return Meta(file, {key: value for key, value in content.items() if value not in (None, "", {})}, problems, node)


def _repeated(meta: Meta, node: yaml.Node | None, way: Way) -> Iterator[Problem]:
    """YAML keeps the last of two equal keys and says nothing."""
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        for number, (key, value) in enumerate(node.value):
            if key.value in names[:number]:
                yield Problem(meta.file, key.start_mark.line + 1, ".".join(map(str, way)), f"the key {key.value!r} again", "every key once", "remove one")
            yield from _repeated(meta, value, (*way, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(meta, value, (*way, number))


def _misshapen(meta: Meta, content: dict, shape: dict, way: Way) -> Iterator[Problem]:
    for key, value in content.items():
        here = (*way, key)
        if key not in shape:
            yield meta.problem(here, repr(key), one_of(shape) + did_you_mean(str(key), shape), "correct the key")
        elif value is not None and not _is(value, shape[key]):
            wanted = " or ".join(WORDS.get(kind, "a number") for kind in (shape[key] if isinstance(shape[key], tuple) else (shape[key],)))
            yield meta.problem(here, repr(value)[:60], wanted, "correct it")
        elif isinstance(value, dict) and not way:
            for name, inner in value.items():
                if key in INNER_SHAPE and not isinstance(inner, dict | None):
                    yield meta.problem((*here, name), repr(inner)[:60], WORDS[dict], "correct it")
                elif key in INNER_SHAPE and inner:
                    yield from _misshapen(meta, inner, INNER_SHAPE[key], (*here, name))
        elif key in LISTED:
            for number, item in enumerate(value):
                if not isinstance(item, dict):
                    yield meta.problem((*here, number), repr(item)[:60], LISTED[key], "correct it")


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    """Whether a value is of a kind; true is no number here."""
    return isinstance(value, kind) and (not isinstance(value, bool) or kind is bool)
