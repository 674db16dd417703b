"""Each exhibit in a page of its own, `embed/<name>.html`, for an `<iframe>` in somebody's article: its words, the drawing, live when the reader moves.

It is cut out of the page of its chapter, in each edition (`publish.editions`), and keeps the policy of the book and the scripts that it needs. No search and
no sitemap lists it.
"""

import html
import posixpath
import re
from pathlib import Path

from gba_book.written import write

FOLDER = "embed"
_FIGURE = re.compile(r'<figure class="exhibit" id="([^"]*)".*?</figure>', re.S)
#: What stands under an exhibit for readers of its chapter, to whom one link leads from here.
_FOR_READERS = re.compile(r'<div class="passport">.*?</div>|<details class="exhibit-sources">.*?</details>', re.S)
_SCRIPT = re.compile(r'<script\b[^>]*\ssrc="[^"]*/(?:palette|exhibits|weights)\.js[^"]*"[^>]*></script>')
#: What a page gets when all pages are whole: its policy and its sheet.
_MADE_LATER = re.compile(r'(?<=Security-Policy" content=")[^"]*|(?<=<style class="book-style">).*?(?=</style>)', re.S)
_LINK = re.compile(r'\s(href|src)="(?![a-z]+:|#|/)([^"]*)"')


def publish(out: Path, pages: dict[str, str], templates, root: Path) -> None:
    """Write a page for every exhibit of an edition's pages, and forget those of exhibits that are gone.

    Parameters
    ----------
    out, root : the folder of the edition, and that of the English one
    pages : by name
    """
    made = {}
    for name, page in pages.items():
        made |= embeds(page, name, templates)
    for name, page in made.items():
        # A build that writes no page of the book has no sheets: then the page keeps the one that it had, or takes that of the English one.
        old = next((file for file in (out / f"{name}.html", root / f"{name}.html") if file.is_file()), None)
        kept = iter(_MADE_LATER.findall(old.read_text(encoding="utf-8").partition("</head>")[0]) if old else ())
        head, end, body = page.partition("</head>")
        write(out / f"{name}.html", "".join([_MADE_LATER.sub(lambda at, kept=kept: next(kept, at[0]), head), end, body]).encode())
    for old in (out / FOLDER).glob("*.html"):
        if f"{FOLDER}/{old.stem}" not in made:
            old.unlink()


def embeds(page: str, name: str, templates) -> dict[str, str]:
    """The pages of a page's exhibits, by their names."""

    def from_here(found) -> str:
        return f' {found[1]}="{posixpath.relpath(posixpath.join(posixpath.dirname(name), found[2]), FOLDER)}"'

    def told(pattern: str) -> str:
        found = re.search(pattern, page)
        return found[1] if found else ""

    about = {"language": told(r'<html lang="([^"]*)"'), "book": told(r'property="og:site_name" content="([^"]*)"')}
    about |= {"canonical": told(r'<link rel="canonical" href="([^"]*)"'), "chapter": f"../{html.escape(name)}.html"}
    made, scripts = {}, _SCRIPT.findall(page)
    for found in _FIGURE.finditer(page):
        figure = _FOR_READERS.sub("", found[0])
        needs = [script for script in scripts if "/weights.js" not in script or 'class="weights"' in figure]
        title = re.search(r'<p class="exhibit-title">(.*?)</p>', figure, re.S)
        content = {"name": found[1], "title": re.sub(r"<[^>]*>", "", title[1]), "figure": _LINK.sub(from_here, figure)}
        content |= {"scripts": [_LINK.sub(from_here, script) for script in needs], **about}
        made[f"{FOLDER}/{found[1]}"] = templates.render("site/embed.html", content)
    return made
