"""What was asked for: `name=housing title="…"`, from make or from a command line, with every mistake in it told."""

import os
import re
from collections.abc import Mapping

from gba.data.errors import did_you_mean

from .refusal import Refused

#: By scaffold: the options it must have, and those it may have.
OPTIONS = {
    "chapter": (("name", "title"), ("question", "dataset", "indicator")),
    "dataset": (("name",), ("folder", "title", "description", "indicator", "unit", "definition", "source")),
    "city": (("name",), ("en", "zh_hant", "zh_hans", "parent", "colour", "dark", "note")),
}


def from_make(flags: str) -> dict[str, str]:
    """The lower-case variables that were given to make on its command line.

    They stand in its MAKEFLAGS behind "--", with a backslash before each space and backslash and every dollar doubled. Read there, a title may
    hold any quote and a lone dollar, which make would take for a variable; and what a shell happens to have under such a name does not count.

    >>> from_make(r"s -j2 -- title=Who\\ can't\\ pay\\ $$5? name:=housing VENV=/x")
    {'title': "Who can't pay $5?", 'name': 'housing'}
    """
    _, _, words = f" {flags}".partition(" -- ")
    given = (re.sub(r"\\(.)", r"\1", word).replace("$$", "$").partition("=") for word in re.findall(r"(?:\\.|[^\s\\])+", words) if "=" in word)
    # A dollar that was doubled for make already is one dollar all the same.
    found = {name.rstrip(":?+"): text.replace("$$", "$") for name, _, text in given}
    return {name: text for name, text in found.items() if name == name.lower()}


def checked(scaffold: str, given: Mapping[str, str]) -> dict[str, str]:
    """The options of a scaffold, stripped, with those left out as empty texts.

    Raises
    ------
    Refused : an option that the scaffold does not know, one that is missing, or one that holds a line end or a control character

    >>> checked("city", {"name": " ningbo "})["name"]
    'ningbo'
    """
    must, may = OPTIONS[scaffold]
    command = f"make {scaffold}"
    for name in given:
        if name not in (*must, *may):
            known = ", ".join([*must, *may])
            raise Refused(command, name, f"the option {name!r}", f"one of {known}{did_you_mean(name, [*must, *may])}", "correct the name of the option")
    found = {name: given.get(name, "").strip() for name in (*must, *may)}
    for name, text in found.items():
        if not text and name in (must if name not in given else given):
            example = " ".join(f'{option}="…"' if option == "title" else f"{option}=…" for option in must)
            raise Refused(command, name, "nothing", f"{command} {example}", f"give {name}=…")
        if any(ord(character) < 32 or ord(character) == 127 for character in text):
            raise Refused(command, name, repr(text), "one line of text", "leave out line ends and control characters")
    return found


def from_words(words: list[str]) -> dict[str, str]:
    """Options from a command line.

    >>> from_words(["name=housing", "title=a=b"])
    {'name': 'housing', 'title': 'a=b'}
    """
    for word in words:
        if "=" not in word:
            raise Refused("scaffold", "", repr(word), "options as name=value", "write it as name=value, in quotes where it holds a space")
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def given(words: list[str]) -> dict[str, str]:
    """What this run was given: the words of the command line, else make's variables."""
    return from_words(words) if words else from_make(os.environ.get("MAKEFLAGS", ""))
