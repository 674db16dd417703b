"""Numbers in prose: computed in the notebook, spoken by name in the text."""

import math
import string

from myst_nb import glue


def say(**values) -> None:
    """Give values a name that the chapter's text can speak: ``{glue:text}`chapter.ipynb::name:.1f` ``.

    Numbers keep their type, so that the text chooses the format; everything else is spoken as it stands.

    >>> say(crossing_year=2018)  # doctest: +ELLIPSIS
    """
    for name, value in values.items():
        value = value.item() if hasattr(value, "item") else value
        glue(name, value, display=False)


def listed(words) -> str:
    """Words as English lists them.

    >>> listed(["Foshan"]), listed(["Foshan", "Dongguan", "Zhuhai"])
    ('Foshan', 'Foshan, Dongguan and Zhuhai')
    """
    words = list(words)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def ordinal(number) -> str:
    """A whole number as English counts places.

    >>> ordinal(1), ordinal(2), ordinal(33), ordinal(112)
    ('1st', '2nd', '33rd', '112th')
    """
    number = int(number)
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


class Facts(dict):
    """Values by name, as `facts` gives them: `km.km_2019` is `km["km_2019"]`."""

    __getattr__ = dict.__getitem__


def facts(**values) -> Facts:
    """Speak values by name in the text, as `say` does, and hand them back for the words of the exhibit.

    Returns
    -------
    Facts; more are added with `km |= gba.facts(...)`

    Raises
    ------
    ValueError : a number is missing or not finite: a sentence would say nan

    >>> facts(km_2019=45.6)["km_2019"]
    45.6
    """
    bad = [name for name, value in values.items() if value is None or (isinstance(value, float) and not math.isfinite(value))]
    if bad:
        raise ValueError(f"facts: {', '.join(bad)} {'is' if len(bad) == 1 else 'are'} missing or not finite; a sentence would print it")
    say(**values)
    return Facts(values)


class Text(str):
    """Words with their template and the values that fill it, so that both can be told apart again (and translated).

    >>> text = Text("from {km:.0f} km", {"km": 45.6})
    >>> text, text.template
    ('from 46 km', 'from {km:.0f} km')
    """

    template: str
    values: dict

    def __new__(cls, template: str, values: dict | None = None):
        """Fill the template; without values it is the words as they stand."""
        if values is None:
            filled = str(template)
        else:
            named = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
            unknown = [name for name in named if name not in values]
            if unknown:
                raise ValueError(f"{template!r} names {', '.join(unknown)}; the facts are {', '.join(values)}")
            filled = template.format_map(values)
        text = super().__new__(cls, filled)
        text.template, text.values = str(template), dict(values or {})
        return text
