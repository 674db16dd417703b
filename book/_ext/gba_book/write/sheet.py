"""The style sheet of a page: of all that theme, extensions and book have, what the page can use. Nine tenths of the theme's rules are for things it has not.

It stands in the page itself: one that waits for a sheet is blank for two more journeys over the network, half of the time until a phone shows it.
"""

import re
from functools import lru_cache
from pathlib import Path

#: What it is made of, in the order of the cascade; the theme's own comes first.
SHEETS = ("basic.css", "styles/theme.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css", "copybutton.css",
          "mystnb.*.css", "palette.css", "book.css", "site.css", "claims.css", "weights.css", "explore.css", "launch.css")
_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)"']*\)"""
_COMMENT = re.compile(rf"({_QUOTED})|/\*.*?\*/", re.S)
_MARK = re.compile(rf"{_QUOTED}|[{{}};]", re.S)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MOVES = re.compile(r"@(?:-\w+-)?keyframes\s+([\w-]+)")
#: A letter of the theme's font of icons, which is not here: book.css draws the few that are shown.
_ICON = re.compile(r'content:\s*"\\f[0-9a-f]{3}";?')
_NAME = re.compile(r"[.#]((?:[\w-]|\\.|[^\x00-\x7f])+)")


def read(static: Path) -> str:
    """The folder's sheets, for `parsed`; nothing where Sphinx had no page to write and brought no sheets, because the pages have theirs."""
    if not (static / SHEETS[0]).exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8") for name in SHEETS for path in sorted(static.glob(name)))


@lru_cache(maxsize=1)
def rules(sheets: str) -> list:
    """Those of all sheets, parsed once in a process."""
    return parsed(sheets)


def parsed(text: str) -> list:
    """Rules as (selectors with the names that each needs, block), (head, rules inside), or text that always stays.

    >>> parsed(".a, p:not(.b) {top: 0} /* why */ @media print {#c {top: 0}}")
    [([('.a', {'a'}), ('p:not(.b)', set())], '{top: 0}'), ('@media print', [([('#c', {'c'})], '{top: 0}')])]
    """
    text, made, begin, depth, head = _COMMENT.sub(lambda found: found[1] or "", text), [], 0, 0, ""
    # What stands in quotes or in an address may hold any bracket.
    for found in _MARK.finditer(text):
        mark, depth = found[0], depth + (found[0] == "{") - (found[0] == "}")
        if mark == "{" and depth == 1:
            head, begin = text[begin : found.start()].strip(), found.end()
        elif mark == "}" and depth == 0:
            made.append(_rule(head, text[begin : found.start()].strip()))
            begin = found.end()
        elif mark == ";" and depth == 0:  # @charset and @import: all that is imported is in the list above
            begin = found.end()
    return [rule for rule in made if rule]


def _rule(head: str, block: str):
    if not head.startswith("@"):
        return None if _ICON.fullmatch(block) else ([(one, _names(one)) for one in _selectors(head)], f"{{{block}}}")
    kind = re.match(r"@[\w-]+", head)[0].lower()
    if kind in {"@media", "@supports", "@layer", "@container"}:
        return head, parsed(block)
    return None if kind == "@font-face" else f"{head}{{{block}}}"


def _selectors(head: str):
    """What commas outside of brackets part."""
    begin = depth = 0
    for mark in re.finditer(r"[(\[\])]|,|$", head):
        depth += (mark[0] in ("(", "[")) - (mark[0] in (")", "]"))
        if mark[0] in (",", "") and depth == 0:
            yield head[begin : mark.start()].strip()
            begin = mark.end()


def _names(selector: str) -> set[str]:
    """Its classes and ids. What stands in brackets, as after :not, says nothing sure and is passed over."""
    while (plain := _BRACKETS.sub("", selector)) != selector:
        selector = plain
    return {re.sub(r"\\(.)", r"\1", name) for name in _NAME.findall(selector)}


def fitting(rules: list, used: set[str]) -> str:
    r"""The sheet of a page that has these classes and ids, without the rules and the custom properties that nothing there can use.

    >>> rules = parsed(".a,.b .c{top:var(--x)}.d{top:0}@media print{.d{top:0}}p:not(.d){--x:1px;--y:2px}")
    >>> fitting(rules, {"a", "b"})
    '.a{top:var(--x)}\np:not(.d){--x:1px;}'
    """
    parts = list(_kept(rules, used))
    # Movements that nothing makes are left out, too.
    still = "\n".join(part for part in parts if not _MOVES.match(part))
    moves = [part for part in parts if (found := _MOVES.match(part)) and re.search(rf"animation[\w-]*:[^;}}]*\b{found[1]}\b", still)]
    sheet = re.sub(r"\s*\n\s*", "\n", "\n".join([still, *moves]))
    while True:
        # The palette is read by drawings and scripts as well.
        wanted = {*re.findall(r"var\(\s*(--[\w-]+)", sheet), *re.findall(r"--gba-[\w-]+", sheet)}
        less = re.sub(r"(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))", lambda found, wanted=wanted: found[0] if found[1] in wanted else "", sheet)
        if less == sheet:
            return sheet
        sheet = less


def known(rules: list) -> set[str]:
    """The classes and ids that rules ask for: pages that have the same of them have the same sheet.

    >>> sorted(known(parsed(".a,.b .c{top:0}@media print{#d{top:0}}")))
    ['a', 'b', 'c', 'd']
    """
    found: set[str] = set()
    for rule in rules:
        if not isinstance(rule, str):
            found |= known(rule[1]) if isinstance(rule[0], str) else set().union(*(names for _, names in rule[0]))
    return found


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
