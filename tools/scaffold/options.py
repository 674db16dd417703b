"""What was asked for: `name=housing title="…"`, from make or from a command line, with every mistake in it told."""

import os
import re
import unicodedata
from collections.abc import Mapping

from gba.data.errors import Problem, did_you_mean

#: By scaffold: the options it must have, and those it may have.
OPTIONS = {
    "chapter": (("name", "title"), ("question", "dataset", "indicator")),
    "dataset": (("name",), ("folder", "title", "description", "indicator", "unit", "definition", "source")),
    "city": (("name",), ("en", "zh_hant", "zh_hans", "parent", "colour", "dark", "note")),
    "tidy": (("name",), ("write", "decimal")),
}
LONGEST = 40
#: Windows knows no file of these names, with any ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


class Refused(Exception):
    """Nothing was changed; the message says what stood in the way.

    >>> print(Refused("make city", "name", "'Bad Name'", "lower-case letters", "write name=bad_name"))
    make city: at name: found 'Bad Name', expected lower-case letters; write name=bad_name
    """

    def __init__(self, where: str, place: str, found: str, expected: str, todo: str, line: int | None = None):
        super().__init__(str(Problem(where, line, place, found, expected, todo)))


def name(scaffold: str, text: str, option: str = "name") -> str:
    """The name as it is, if it may be one: of a file on every system, of a key in tables, of a part of an address. Refused proposes the nearest.

    >>> name("dataset", "flat_prices")
    'flat_prices'
    """
    joint, word = ("-", "hyphens") if scaffold == "chapter" or option == "source" else ("_", "underscores")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    near = re.sub(r"[^a-z0-9]+", joint, plain).lstrip("0123456789-_").strip("-_")[:LONGEST].strip("-_")
    todo = f"try {option}={near}" if near not in {"", text, *DEVICES} else "choose another name"
    if not re.fullmatch(rf"[a-z][a-z0-9]*({joint}[a-z0-9]+)*", text, re.ASCII):
        raise Refused(f"make {scaffold}", option, repr(text), f"a lower-case letter, then lower-case letters, digits and single {word}", todo)
    if len(text) > LONGEST and option != "source":
        raise Refused(f"make {scaffold}", option, f"{len(text)} characters", f"{LONGEST} at most", "choose a shorter name")
    if text in DEVICES:
        raise Refused(f"make {scaffold}", option, repr(text), "a name that Windows can give to a file", "choose another name")
    return text


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
    found = {key.rstrip(":?+"): text.replace("$$", "$") for key, _, text in given}
    return {key: text for key, text in found.items() if key == key.lower()}


def given(words: list[str]) -> dict[str, str]:
    """What this run was given: the words of the command line, else make's variables."""
    for word in words:
        if "=" not in word:
            raise Refused("scaffold", "", repr(word), "options as name=value", "write it as name=value, in quotes where it holds a space")
    return {key: text for key, _, text in (word.partition("=") for word in words)} if words else from_make(os.environ.get("MAKEFLAGS", ""))


def checked(scaffold: str, given: Mapping[str, str]) -> dict[str, str]:
    """The options of a scaffold, stripped, with those left out as empty texts; Refused names one that is unknown, missing, or not a line of text.

    >>> checked("city", {"name": " ningbo "})["name"]
    'ningbo'
    """
    must, may = OPTIONS[scaffold]
    command = f"make {scaffold}"
    for key in given:
        if key not in (*must, *may):
            known = ", ".join([*must, *may])
            raise Refused(command, key, f"the option {key!r}", f"one of {known}{did_you_mean(key, [*must, *may])}", "correct the name of the option")
    found = {key: given.get(key, "").strip() for key in (*must, *may)}
    for key, text in found.items():
        if not text and key in (must if key not in given else given):
            example = " ".join(f'{option}="…"' if option == "title" else f"{option}=…" for option in must)
            raise Refused(command, key, "nothing", f"{command} {example}", f"give {key}=…")
        if not text.isprintable():
            raise Refused(command, key, repr(text), "one line of text", "leave out line ends and control characters")
    return found
