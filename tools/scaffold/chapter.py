"""Scaffold a chapter: a notebook with the book's rhythm and one working exhibit, in the table of contents."""

import json
import re
import sys
from pathlib import Path

from gba.data import datapackage as record

from . import names, series, toc
from .changes import Changes
from .notebook import cells, exhibit_name
from .refusal import Refused

LONGEST_TITLE = 120


def make(root: Path, options: dict[str, str]) -> tuple[list[str], bool]:
    """Write the chapter.

    Returns
    -------
    what to tell, the files that changed and what to do next; and True

    Raises
    ------
    Refused : a name or title that is there or cannot be, a dataset that cannot be drawn; nothing was changed then
    """
    name = names.check("chapter", options["name"])
    changes = Changes(root)
    listed = toc.documents(changes.text(toc.TOC))
    _check_free(root, name, listed)
    title = _checked_title(root, options["title"], "title")
    question = _checked_title(root, options["question"], "question") if options["question"] else ""
    drawn = series.of(options["dataset"], options["indicator"]) if options["dataset"] else _default(options)
    document = f"book/{_next_number(root, listed):02d}-{name}"
    _check_exhibit(root, exhibit_name(name))
    path = record.resources(record.read())[drawn.dataset]["path"]
    related = _chapters_with(root, listed, drawn.dataset)
    made = cells(Path(document).name + ".ipynb", name, title, question, drawn, path, related)
    changes.create(f"{document}.ipynb", written(made))
    toc.add(changes, document)
    changed = changes.apply()
    told = [f"{changed[0]} is a chapter on {drawn.dataset} ({drawn.indicator}, {', '.join(drawn.places)}); it stands in _toc.yml."]
    if not options["dataset"]:
        told.append("No dataset=… was given: this is the one with most to compare.")
    return [*told, f"Next: make lab opens it, make book builds it, make test only={name} tests it."], True


def written(made: list[tuple[str, str, str, list[str]]]) -> str:
    """A notebook as the book keeps them: cells of (id, kind, source, tags), no outputs, one space of indentation."""
    content = []
    for identity, kind, source, tags in made:
        code = {"execution_count": None} if kind == "code" else {}
        rest = {"id": identity, "metadata": {"tags": tags} if tags else {}} | ({"outputs": []} if kind == "code" else {})
        content.append({"cell_type": kind, **code, **rest, "source": source.splitlines(keepends=True)})
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": content, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False) + "\n"


def _default(options: dict[str, str]) -> series.Series:
    if options["indicator"]:
        raise Refused("make chapter", "indicator", repr(options["indicator"]), "a dataset= beside it", "give dataset=…, or leave indicator out")
    return series.best()


def _check_free(root: Path, name: str, listed: list[str]) -> None:
    there = [path.name for path in (root / "book").iterdir() if path.suffix in (".ipynb", ".md")]
    for file in sorted({*there, *(Path(document).name for document in listed)}):
        if re.sub(r"^(\d+|[a-z]\d+)-", "", Path(file).stem).lower() == name:
            raise Refused("make chapter", "name", f"{name!r}, which book/{file} has", "a name that no page has", "choose another name")


def _next_number(root: Path, listed: list[str]) -> int:
    stems = [Path(document).name for document in listed] + [path.name for path in (root / "book").iterdir()]
    return 1 + max((int(found[1]) for stem in stems if (found := re.match(r"(\d+)-", stem))), default=0)


def _checked_title(root: Path, text: str, option: str) -> str:
    """The title, if the tests of prose would let it pass."""
    sys.path.append(str(root / "tests" / "support"))
    from prose import typed_numbers

    if len(text) > LONGEST_TITLE:
        raise Refused("make chapter", option, f"{len(text)} characters", f"{LONGEST_TITLE} at most", "shorten it; the finding has its own sentence")
    if not any(character.isalnum() for character in text):
        raise Refused("make chapter", option, repr(text), "words", "write a title")
    numbers = typed_numbers(text)
    if numbers:
        found = f"a typed number in {text!r}"
        raise Refused("make chapter", option, found, "words and years: figures are computed in this book", "write the number as a word, or leave it out")
    return text


def _notebooks(root: Path) -> list[Path]:
    return sorted((root / "book").glob("*.ipynb"))


def _check_exhibit(root: Path, exhibit: str) -> None:
    for path in _notebooks(root):
        if re.search(rf'name=\\?"{re.escape(exhibit)}\\?"', path.read_text(encoding="utf-8")):
            raise Refused("make chapter", "name", f"the exhibit {exhibit!r} in book/{path.name}", "a name that no exhibit has", "choose another name")


def _chapters_with(root: Path, listed: list[str], dataset: str) -> list[str]:
    """The pages that load the dataset, and the page of the data, as files."""
    known = {Path(document).name for document in listed}
    loads = re.compile(rf'load\(\\?"{re.escape(dataset)}\\?"')
    found = [path for path in _notebooks(root) if path.stem in known and path.stem != "index" and loads.search(path.read_text(encoding="utf-8"))]
    data = [path for path in _notebooks(root) if path.stem in known and path.stem == "a2-data" and path not in found]
    return [path.name for path in [*found, *data]]
