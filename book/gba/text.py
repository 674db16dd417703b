"""Numbers in prose: computed in the notebook, spoken by name in the text."""

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
