"""Fewer bytes and fewer requests for the same page: one style sheet instead of nine, and code marked up only where a colour says something."""

import hashlib
import re
from pathlib import Path

#: The sheet that all pages share; page-specific sheets stay on their own.
SHEET = "styles.css"
_LINKS = re.compile(r'(?:\s*<link\b[^>]*\brel="stylesheet"[^>]*>)+')
_HREF = re.compile(r'\bhref="([^"?]*/_static/|_static/)([^"?]+)[^"]*"')
#: Names, punctuation and white space: Pygments wraps each, and no theme here gives them a colour of their own.
_PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
#: Sheets of single pages, by their scripts' names.
OWN = {"claims.css", "weights.css", "search.css"}


def plain_code(body: str) -> str:
    """Highlighted code without the spans around names, punctuation and white space.

    >>> plain_code('<span class="n">x</span><span class="o">=</span><span class="mi">1</span>')
    'x<span class="o">=</span><span class="mi">1</span>'
    """
    return _PLAIN.sub(r"\1", body)


def bundle_sheets(html: Path) -> None:
    """Put the style sheets that every page loads into one, and let the pages load that.

    Pages that this build has not written again load it already. The address carries a digest, the same in all pages, so that no
    browser keeps an older one.
    """
    static, pages = html / "_static", sorted(html.rglob("*.html"))
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    new = next((text for text in texts.values() if len(_shared(text)) > 1), None)
    if new is not None:
        parts = [(static / name).read_text(encoding="utf-8").replace("@charset \"UTF-8\";", "") for name in _shared(new)]
        # Addresses in a sheet of a folder below are told from the folder above it now.
        parts = [re.sub(r"url\(\.\./(?!\.)", "url(", part) for part in parts]
        (static / SHEET).write_text(re.sub(r"\s*\n\s*", "\n", without_unused_variables("\n".join(parts))), encoding="utf-8", newline="\n")
    if not (static / SHEET).exists():
        return
    digest = hashlib.sha256((static / SHEET).read_bytes()).hexdigest()[:8]
    for page, text in texts.items():
        changed = _bundled(text, digest)
        if changed != text:
            page.write_text(changed, encoding="utf-8", newline="\n")
            texts[page] = changed
    linked = {name for text in texts.values() for name in _names(text)}
    for sheet in static.rglob("*.css"):
        if sheet.relative_to(static).as_posix() not in linked:
            sheet.unlink()


def without_unused_variables(sheet: str) -> str:
    """A sheet without the custom properties that nothing in it reads.

    >>> without_unused_variables("html{--a:1px;--b:2px;--gba-c:3px}p{top:var(--a)}")
    'html{--a:1px;--gba-c:3px}p{top:var(--a)}'
    """
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", sheet))
        # The palette is read by drawings and scripts as well.
        less = re.sub(r"(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))", lambda found: found[0] if found[1] in read or found[1].startswith("--gba-") else "", sheet)
        if less == sheet:
            return sheet
        sheet = less


def _names(text: str) -> list[str]:
    return [name for links in _LINKS.findall(text) for _, name in _HREF.findall(links)]


def _shared(text: str) -> list[str]:
    return [name for name in dict.fromkeys(_names(text)) if name not in OWN]


def _bundled(text: str, digest: str) -> str:
    seen = False

    def one(found) -> str:
        nonlocal seen
        links = re.findall(r"<link\b[^>]*>", found[0])
        own = [link for link in links if (href := _HREF.search(link)) and href[2] in OWN]
        shared = [href for link in links if (href := _HREF.search(link)) and href[2] not in OWN]
        first = [] if seen or not shared else [f'<link rel="stylesheet" href="{shared[0][1]}{SHEET}?v={digest}">']
        seen = seen or bool(shared)
        return "".join(f"\n  {link}" for link in [*first, *own])

    return _LINKS.sub(one, text)
