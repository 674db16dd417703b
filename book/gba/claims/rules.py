"""The rules of the trial: when a source agrees with a part of a claim, what its sources make of a part, and what its parts make of a claim."""

from collections.abc import Callable, Iterable

import pandas as pd

HOLDS, THEN, FAILS = "holds", "held then, not now", "does not hold"
DISPUTED, OPEN, UNSEEN = "disputed", "open", "not looked up"
#: In the order in which charts and lists name them.
VERDICTS = (HOLDS, THEN, FAILS, DISPUTED, OPEN, UNSEEN)
#: A claim is what its weakest part is: one part that fails is enough, and only when every part holds the claim does.
WEAKEST_FIRST = (FAILS, DISPUTED, OPEN, UNSEEN, HOLDS)
#: "About 70 million" is a round number: within five per cent of it counts as about.
ABOUT = 0.05
#: What a row does: it states the very thing that is asked; it bears on it; it was set aside as weak; it stands behind a
#: figure that was computed.
ROLES = DECIDES, BEARS, ASIDE, BEHIND = "decides", "bears", "aside", "behind"


def same_date(claimed: str, seen: str) -> bool | None:
    """Whether two dates agree; a vague date can contradict a precise one and never confirm it.

    >>> same_date("2018-09", "2018-09-26"), same_date("2018-09", "2018-10-01"), same_date("2018-03", "2018"), same_date("2018-03", "2019")
    (True, False, None, False)
    """
    known = min(len(claimed), len(seen))
    if claimed[:known] != seen[:known]:
        return False
    return True if len(seen) >= len(claimed) else None


def by_date(claimed: str, seen: str) -> bool | None:
    """Whether something had happened by a date, as far as both are known.

    >>> by_date("2019-12", "2022-09-01"), by_date("2019-12", "2018"), by_date("2019-12", "2019")
    (False, True, None)
    """
    known = min(len(claimed), len(seen))
    return seen[:known] < claimed[:known] or (True if len(seen) >= len(claimed) else None) if seen[:known] <= claimed[:known] else False


def _among(text: str) -> set[str]:
    return {part.strip().casefold() for part in str(text).split(";")}


#: How a value is compared with the article's, by the word that stands in claims_parts. None: too vague to say.
TESTS: dict[str, Callable] = {
    "equal": lambda claimed, seen: float(seen) == float(claimed),
    "about": lambda claimed, seen: abs(float(seen) - float(claimed)) <= ABOUT * float(claimed),
    "at_least": lambda claimed, seen: float(seen) >= float(claimed),
    "at_most": lambda claimed, seen: float(seen) <= float(claimed),
    "date": lambda claimed, seen: same_date(str(claimed), str(seen)),
    "by": lambda claimed, seen: by_date(str(claimed), str(seen)),
    "same": lambda claimed, seen: _among(claimed) == _among(seen),
    "said": lambda claimed, seen: {"yes": True, "no": False}.get(str(seen)),
}


def outcome(test: str, claimed, seen) -> bool | None:
    """What one row says of a part.

    >>> outcome("at_least", 110, 120.0), outcome("same", "Huangpu; Nansha", "nansha; huangpu"), outcome("equal", 6, 7)
    (True, True, False)
    """
    return None if pd.isna(seen) else TESTS[test](claimed, seen)


def of_part(said: Iterable[tuple[str, bool | None]], rows: int) -> str:
    """The verdict on a part, from grade and outcome of each row that decides (a figure that was computed here has the grade "") and the number of all rows.

    Where sources disagree, the better grade decides; where they are of one grade, the part is disputed.

    >>> of_part([("A", False), ("C", True)], 2), of_part([("B", False), ("B", True)], 2), of_part([("B", None)], 1), of_part([], 0)
    ('does not hold', 'disputed', 'open', 'not looked up')
    """
    told = [(grade, agrees) for grade, agrees in said if agrees is not None]
    if not told:
        return OPEN if rows else UNSEEN
    graded = min((grade for grade, _ in told if grade), default="")
    voices = {agrees for grade, agrees in told if grade in ("", graded)}
    return DISPUTED if len(voices) == 2 else HOLDS if True in voices else FAILS


def of_claim(then: Iterable[str], now: Iterable[str] = ()) -> str:
    """The verdict on a claim from those on its parts, as of its date and as of today.

    >>> of_claim([HOLDS, OPEN]), of_claim([HOLDS, FAILS, DISPUTED]), of_claim([HOLDS], [FAILS]), of_claim([FAILS], [HOLDS])
    ('open', 'does not hold', 'held then, not now', 'does not hold')
    """
    worst = min(then, key=WEAKEST_FIRST.index)
    return THEN if worst == HOLDS and FAILS in now else worst
