"""What a name may be: of a chapter, a dataset, a place. It becomes a file's name on every system, a key in tables and a part of an address."""

import re
import unicodedata

from .refusal import Refused

LONGEST = 40
#: Windows knows no file of these names, with any ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
#: Joined by hyphens in file names of chapters, by underscores in keys of tables.
JOINTS = {"chapter": "-", "dataset": "_", "folder": "_", "city": "_"}


def suggestion(text: str, joint: str) -> str:
    """The nearest name that may be, or an empty text.

    >>> suggestion("Flat Prices!", "_"), suggestion("2 cities", "-"), suggestion("../房价", "_")
    ('flat_prices', 'cities', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", joint, plain).lstrip("0123456789-_").strip("-_")[:LONGEST].strip("-_")


def check(kind: str, text: str, option: str = "name") -> str:
    """The name as it is, if it may be one.

    Raises
    ------
    Refused : not lower-case ASCII letters, digits and single joints; not beginning with a letter; too long; reserved by Windows

    >>> check("dataset", "flat_prices")
    'flat_prices'
    """
    joint = JOINTS[kind]
    word = {"-": "hyphens", "_": "underscores"}[joint]
    command = "make dataset" if kind == "folder" else f"make {kind}"
    near = suggestion(text, joint)
    todo = f"try {option}={near}" if near and near != text and near not in DEVICES else "choose another name"
    if not re.fullmatch(rf"[a-z][a-z0-9]*({joint}[a-z0-9]+)*", text, re.ASCII):
        raise Refused(command, option, repr(text), f"a lower-case letter, then lower-case letters, digits and single {word}", todo)
    if len(text) > LONGEST:
        raise Refused(command, option, f"{len(text)} characters", f"{LONGEST} at most", "choose a shorter name")
    if text in DEVICES:
        raise Refused(command, option, repr(text), "a name that Windows can give to a file", "choose another name")
    return text
