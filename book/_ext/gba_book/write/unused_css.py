"""Take out of the style sheets what no page of the book can use: nine tenths of the theme's rules are for things it does not have."""

import re
from pathlib import Path

import tinycss2

#: What a selector needs to find: classes and ids. Arguments of :not(), :is() and the like say nothing sure and are passed over.
_NAME = re.compile(r"[.#]((?:\\.|[\w-])+)")
_ARGUMENT = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_RULES_INSIDE = {"media", "supports", "layer", "container"}
#: Fonts that draw icons: book.css draws the few that are shown.
_ICON_FONT = re.compile(r"font-?awesome|fa-(?:solid|brands|regular)", re.I)


def used_names(pages: list[str], scripts: list[str]) -> set[str]:
    """Class names and ids that stand in the pages, and every word of the scripts, which may add it as a class.

    >>> sorted(used_names(['<p class="a b" id="c">'], ['x.classList.add("show")']))
    ['a', 'add', 'b', 'c', 'classList', 'show', 'x']
    """
    names = set()
    for page in pages:
        for attribute in re.findall(r'\s(?:class|id)="([^"]*)"', page):
            names.update(attribute.split())
    for script in scripts:
        names.update(re.findall(r"[A-Za-z_][\w-]*", script))
    return names


def purged(sheet: str, used: set[str]) -> str:
    """A style sheet without the rules of which no selector can match.

    >>> purged(".a,.b .c{color:red}.d{color:blue}@media print{.d{top:0}}p{top:1px}", {"a", "b"})
    '.a{color:red}p{top:1px}'
    """
    return "".join(_kept(node, used) for node in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))


def _kept(node, used: set[str]) -> str:
    if node.type == "qualified-rule":
        selectors = [s for s in _split(tinycss2.serialize(node.prelude)) if _possible(s, used)]
        return f"{','.join(selectors)}{{{tinycss2.serialize(node.content).strip()}}}" if selectors else ""
    if node.type != "at-rule":
        return ""
    if node.lower_at_keyword == "font-face" and _ICON_FONT.search(tinycss2.serialize(node.content)):
        return ""
    if node.lower_at_keyword in _RULES_INSIDE and node.content is not None:
        inside = "".join(_kept(child, used) for child in tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        return f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}{{{inside}}}" if inside else ""
    return node.serialize()


def _split(selectors: str) -> list[str]:
    """Split a selector list at its outer commas."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(selectors):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(selectors[start:place].strip())
            start = place + 1
    return [*parts, selectors[start:].strip()]


def _possible(selector: str, used: set[str]) -> bool:
    bare = selector
    while (shorter := _ARGUMENT.sub("", bare)) != bare:
        bare = shorter
    return all(name.replace("\\", "") in used for name in _NAME.findall(bare))


def purge_folder(html: Path) -> int:
    """Purge the theme's and the extensions' style sheets of a built book in place; the bytes saved."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(html.rglob("*.html"))]
    static = html / "_static"
    # The index of the search holds the words of the book, and in a first build it is not there yet.
    programs = [path for path in sorted(static.rglob("*.js")) if not path.name.startswith("vega") and path.name != "search-index.js"]
    scripts = [path.read_text(encoding="utf-8") for path in programs]
    used, saved = used_names(pages, scripts), 0
    for path in sorted(static.rglob("*.css")):
        before = path.read_text(encoding="utf-8")
        after = purged(before, used)
        path.write_text(after, encoding="utf-8", newline="\n")
        saved += len(before) - len(after)
    return saved
