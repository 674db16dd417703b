"""The style sheet of a page: of all that theme, extensions and book have, what the page can use. Nine tenths of the theme's rules are for things it has not.

It stands in the page itself: one that waits for a sheet is blank for two more journeys over the network, half of the time until a phone shows it.
"""

import re
from itertools import pairwise
from pathlib import Path

import tinycss2

#: What it is made of, in the order of the cascade; the theme's own comes first.
SHEETS = ("basic.css", "styles/theme.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css", "copybutton.css",
          "mystnb.*.css", "palette.css", "book.css", "site.css", "claims.css", "weights.css", "launch.css")
_TIDY = {"skip_comments": True, "skip_whitespace": True}


def read(static: Path) -> list:
    """The rules of the folder's sheets, for `fitting`; none where Sphinx had no page to write and brought no sheets, because the pages have theirs."""
    if not (static / SHEETS[0]).exists():
        return []
    texts = [path.read_text(encoding="utf-8") for name in SHEETS for path in sorted(static.glob(name))]
    return [rule for text in texts for rule in parsed(tinycss2.parse_stylesheet(text, **_TIDY))]


def parsed(nodes) -> list:
    """Rules as (selectors with the names that each needs, block), (head, rules inside), or text that always stays."""
    made = []
    for node in nodes:
        if node.type == "qualified-rule":
            made.append((list(_selectors(node.prelude)), f"{{{tinycss2.serialize(node.content).strip()}}}"))
        elif node.type == "at-rule" and node.lower_at_keyword in {"media", "supports", "layer", "container"} and node.content is not None:
            made.append((f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}", parsed(tinycss2.parse_rule_list(node.content, **_TIDY))))
        elif node.type == "at-rule" and node.lower_at_keyword not in {"charset", "import", "font-face"}:
            # All imports are in the list above, and the theme's fonts draw icons: book.css draws the few that are shown.
            made.append(node.serialize())
    return made


def _selectors(prelude):
    """Each with its classes and ids. What stands in brackets, as after :not, says nothing sure and is passed over."""
    one = []
    for token in [*prelude, None]:
        if token is None or token == ",":
            names = {part.value for before, part in pairwise([None, *one]) if part.type == "hash" or (part.type == "ident" and before == ".")}
            yield tinycss2.serialize(one).strip(), names
            one = []
        else:
            one.append(token)


def fitting(rules: list, used: set[str]) -> str:
    r"""The sheet of a page that has these classes and ids, without the rules and the custom properties that nothing there can use.

    >>> rules = parsed(tinycss2.parse_stylesheet(".a,.b .c{top:var(--x)}.d{top:0}@media print{.d{top:0}}p:not(.d){--x:1px;--y:2px}", **_TIDY))
    >>> fitting(rules, {"a", "b"})
    '.a{top:var(--x)}\np:not(.d){--x:1px;}'
    """
    sheet = re.sub(r"\s*\n\s*", "\n", "\n".join(_kept(rules, used)))
    while True:
        # The palette is read by drawings and scripts as well.
        wanted = {*re.findall(r"var\(\s*(--[\w-]+)", sheet), *re.findall(r"--gba-[\w-]+", sheet)}
        less = re.sub(r"(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))", lambda found, wanted=wanted: found[0] if found[1] in wanted else "", sheet)
        if less == sheet:
            return sheet
        sheet = less


def _kept(rules: list, used: set[str]):
    for rule in rules:
        if isinstance(rule, str):
            yield rule
        elif isinstance(rule[0], str):
            if inside := "\n".join(_kept(rule[1], used)):
                yield f"{rule[0]}{{{inside}}}"
        elif selectors := [text for text, names in rule[0] if names <= used]:
            yield ",".join(selectors) + rule[1]


def names(page: str) -> set[str]:
    """The classes and ids of a page.

    >>> sorted(names('<p class="a b" id="c">'))
    ['a', 'b', 'c']
    """
    return {name for attribute in re.findall(r'\s(?:class|id)="([^"]*)"', page) for name in attribute.split()}


def words(script: str) -> set[str]:
    """Every word of a script, which may add it as a class.

    >>> sorted(words('x.classList.add("show")'))
    ['add', 'classList', 'show', 'x']
    """
    return set(re.findall(r"[A-Za-z_][\w-]*", script))
