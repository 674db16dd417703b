"""Find numbers that somebody typed into a chapter's prose instead of computing them."""

import re

#: What is taken out before the search: code, roles (computed values), link targets, formulas, HTML comments.
_NOT_PROSE = re.compile(
    r"```.*?```|`{1,2}[^`]*`{1,2}|\{[a-z:]+\}`[^`]*`|\]\([^)]*\)|\(\S+\)=|\$\$.*?\$\$|\$[^$]*\$|<!--.*?-->|<[a-z]+ [^>]*>|https?://\S+", re.S
)
_ROLE = re.compile(r"\{[a-z:]+\}`[^`]*`")
#: A year, a span of years (1981-89, 2004/05), a decade (1990s), a date in words is no figure: the numbers of days stay out of prose.
_YEAR = re.compile(r"\b(?:1[89]\d\d|20\d\d)(?:s|[-–/](?:\d\d){1,2})?\b")
#: Names of things that hold a digit.
NAMES = (
    "5G", "G60", "A-share", "Web 2.0", "HSIC 1.1", "HSIC 2.0", "CC BY 4.0", "ODbL 1.0", "Jupyter Book 1", "Jupyter Book 2", "Vega-Lite 6", "Python 3",
    "Top 100", "Top 500", "4Paradigm", "Industry 4.0",
)  # fmt: skip


def typed_numbers(markdown: str) -> list[str]:
    """The typed numbers of a Markdown text, each with the words round it."""
    text = _NOT_PROSE.sub(" ", _ROLE.sub(" ", markdown))
    for name in NAMES:
        text = text.replace(name, " ")
    text = _YEAR.sub(" ", text)
    text = re.sub(r"^\s*\d+\.\s", " ", text, flags=re.M)  # the numerals of a numbered list
    return [text[max(0, hit.start() - 30) : hit.end() + 20].replace("\n", " ").strip() for hit in re.finditer(r"\d[\d.,]*", text)]
