"""Fewer bytes and fewer requests for the same page: the style sheets in the page itself, and code marked up only where a colour says something.

A page that waits for a style sheet is blank for two more journeys over the network, half of the time until a phone shows it.
"""

import re
from pathlib import Path

_LINKS = re.compile(r'(?:\s*<link\b[^>]*\brel="stylesheet"[^>]*>)+')
_HREF = re.compile(r'\bhref="([^"?]*/_static/|_static/)([^"?]+)[^"]*"')
#: Names, punctuation and white space: Pygments wraps each, and no theme here gives them a colour of their own.
_PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
_INLINE = re.compile(r'<style class="book-style">.*?</style>', re.S)
#: Sheets of single pages, by their scripts' names.
OWN = {"claims.css", "weights.css", "search.css"}


def plain_code(body: str) -> str:
    """Highlighted code without the spans around names, punctuation and white space.

    >>> plain_code('<span class="n">x</span><span class="o">=</span><span class="mi">1</span>')
    'x<span class="o">=</span><span class="mi">1</span>'
    """
    return _PLAIN.sub(r"\1", body)


def bundle_sheets(html: Path) -> None:
    """Put the style sheets that every page loads into the pages, in one style element; what nothing loads any more is removed.

    Pages that this build has not written again get the new sheet too, as a clean build would give it to them.
    """
    static, pages = html / "_static", sorted(html.rglob("*.html"))
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    new = next((text for text in texts.values() if _shared(text)), None)
    if new is not None:
        sheet = re.sub(r"\s*\n\s*", "\n", without_unused_variables("\n".join(_imported(static / name) for name in _shared(new))))
        for page, text in texts.items():
            texts[page] = _bundled(text, sheet)
            if texts[page] != text:
                page.write_text(texts[page], encoding="utf-8", newline="\n")
    linked = {name for text in texts.values() for name in _names(text)}
    for left in static.rglob("*.css"):
        if left.relative_to(static).as_posix() not in linked:
            left.unlink()


def _imported(path: Path) -> str:
    """A style sheet with those that it imports in their place."""
    text = path.read_text(encoding="utf-8").replace('@charset "UTF-8";', "")
    return re.sub(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*;""", lambda found: _imported(path.parent / found[1]), text)


def without_unused_variables(sheet: str) -> str:
    """A sheet without the custom properties that nothing in it reads.

    >>> without_unused_variables("html{--a:1px;--b:2px;--gba-c:3px}p{top:var(--a)}")
    'html{--a:1px;--gba-c:3px}p{top:var(--a)}'
    """
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", sheet))
        # The palette is read by drawings and scripts as well.
        less = re.sub(
            r"(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))",
            lambda found, read=read: found[0] if found[1] in read or found[1].startswith("--gba-") else "",
            sheet,
        )
        if less == sheet:
            return sheet
        sheet = less


def _names(text: str) -> list[str]:
    return [name for links in _LINKS.findall(text) for _, name in _HREF.findall(links)]


def _shared(text: str) -> list[str]:
    return [name for name in dict.fromkeys(_names(text)) if name not in OWN]


def _bundled(text: str, sheet: str) -> str:
    """A page with the sheet in it, in place of its links to what the sheet is made of, or of the sheet of an earlier build."""
    style = f'<style class="book-style">{sheet}</style>'
    if _INLINE.search(text):
        return _INLINE.sub(lambda _: style, text, count=1)
    seen = False

    def one(found) -> str:
        nonlocal seen
        links = [(link, _HREF.search(link)) for link in re.findall(r"<link\b[^>]*>", found[0])]
        own = [link for link, href in links if href and href[2] in OWN]
        first = [] if seen or len(own) == len(links) else [style]
        seen = seen or bool(first)
        return "".join(f"\n  {part}" for part in [*first, *own])

    return _LINKS.sub(one, text)
