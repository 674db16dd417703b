"""Put a chapter into the table of contents, as text: comments, order and quoting of the others stay."""

import re

import yaml

from .changes import Changes
from .refusal import Refused

TOC = "_toc.yml"
_NUMBERED = re.compile(r"^(?P<indent>\s*)- file:\s*[\"']?book/(?P<number>\d+)-")


def documents(text: str) -> list[str]:
    """The documents of a table of contents, in order, without file endings.

    Raises
    ------
    Refused : it is not YAML of Jupyter Book's form
    """
    try:
        content = yaml.safe_load(text)
        found = [content["root"]]
    except (yaml.YAMLError, TypeError, KeyError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise Refused(TOC, "", str(error).split("\n")[0], "a table of contents of Jupyter Book", "correct it", line=line) from None

    def walk(node: dict) -> None:
        for key in ("parts", "chapters", "sections"):
            for child in node.get(key) or []:
                if "file" in child:
                    found.append(child["file"])
                walk(child)

    walk(content)
    return [re.sub(r"\.(ipynb|md)$", "", name) for name in found]


def with_chapter(text: str, document: str) -> str:
    """The table of contents with a document after the last numbered chapter and what lies under it, or else before the first document.

    Raises
    ------
    Refused : the result would not be the old table and the document (a form that this cannot edit)

    >>> print(with_chapter("root: book/index\\nchapters:\\n- file: book/01-a  # first\\n- file: book/a1-b\\n", "book/02-c"), end="")
    root: book/index
    chapters:
    - file: book/01-a  # first
    - file: book/02-c
    - file: book/a1-b
    """
    before = documents(text)
    lines = text.splitlines(keepends=True)
    numbered = [number for number, line in enumerate(lines) if _NUMBERED.match(line)]
    if numbered:
        indent = _NUMBERED.match(lines[numbered[-1]])["indent"]
        position = numbered[-1] + 1
        while position < len(lines) and re.match(rf"{indent}[ ]+\S", lines[position]):
            position += 1
        lines[position - 1] = lines[position - 1].removesuffix("\n") + "\n"
    else:
        first = next((number for number, line in enumerate(lines) if re.match(r"\s*- file:", line)), len(lines))
        indent = re.match(r"\s*", lines[first])[0] if first < len(lines) else "  "
        position = first
        if first == len(lines):
            lines = [text.rstrip("\n") + "\n", "chapters:\n"]
            position = len(lines)
    added = "".join([*lines[:position], f"{indent}- file: {document}\n", *lines[position:]])
    after = documents(added)
    if [name for name in after if name != document] != before or after.count(document) != 1:
        raise Refused(TOC, "", "a form that this scaffold cannot add to", "one line `- file: …` a chapter", f"add the line `- file: {document}` yourself")
    return added


def add(changes: Changes, document: str) -> None:
    """Plan the document in the table of contents."""
    changes.edit(TOC, with_chapter(changes.text(TOC), document))
