"""The index of the search: every section, exhibit, claim and dataset of the built pages, in one file that the search page loads.

The whole text of the book is shorter than the usual index of its words, so the file holds the text. That finds Chinese, which has
no spaces to index by, gives excerpts without asking for the pages, which browsers refuse in a folder, and leads to the very place.
"""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, SoupStrainer
from gba.data.load import places
from sphinx.util import logging

from gba_book.written import afterwards, write

log = logging.getLogger(__name__)

#: What begins a result of its own, by kind, and where its title stands. Without an id of its own it is reached by the first inside.
UNITS = {"exhibit": ("figure.exhibit", ".exhibit-title"), "claim": ("article.claim", "h4"), "dataset": ("details.cat", "summary b"),
         "section": ("section", "h1, h2, h3, h4, h5, h6")}
#: The parts of an exhibit that are searched: drawings, tables of its data and buttons are not.
EXHIBIT_PARTS = ".exhibit-subtitle, .exhibit-note, .exhibit-source, .exhibit-sources"
SKIPPED = "button, form, nav, noscript, footer, math, .headerlink, .cat-strips, .cat-key, .claim-rows, .onlyprint, .verdict, .weights"
_HEAVY = re.compile(r"<(script|style|svg|pre|template)\b.*?</\1>", re.S)


def setup(app):
    """Take over from Sphinx's own search; write the index when the pages are written."""
    app.connect("builder-inited", replace)
    app.connect("html-collect-pages", pages)
    afterwards(app, publish, priority=600)


def entries(page: str) -> list[tuple[str, str, str, str]]:
    """What a search can find in a page: kind, anchor, title, text.

    >>> entries('<article class="bd-article"><section id="a"><h1>One</h1><p>Word <b>bold</b>.</p></section></article>')
    [('section', 'a', 'One', 'Word bold.')]
    """
    soup, found = BeautifulSoup(_HEAVY.sub(" ", page), "html.parser", parse_only=SoupStrainer("article", class_="bd-article")), []
    for left in soup.select(SKIPPED):
        left.decompose()
    # The inner ones first, each with its text out of the way of the one around it.
    for unit in reversed(soup.select(", ".join(f".bd-article {selector}" for selector, _ in UNITS.values()))):
        kind = next(kind for kind, (selector, _) in UNITS.items() if unit.css.match(selector))
        anchor, number = unit.get("id") or (unit.find(id=True) or {}).get("id"), _taken(unit, ".exhibit-number")
        title = _taken(unit, UNITS[kind][1])
        text = _tidy(f"{unit.get('aria-label', '')} {_taken(unit, EXHIBIT_PARTS)}") if kind == "exhibit" else _tidy(unit.get_text(" "))
        if anchor and title:
            found.append((kind, anchor, f"{number.rstrip('.')}: {title}" if number else title, text))
        unit.extract()
    return found[::-1]


def _taken(unit, selector: str) -> str:
    """The text of parts of a unit, which are gone from it afterwards."""
    told = ""
    for part in unit.select(selector):
        told += f" {part.get_text(' ')}"
        part.decompose()
    return _tidy(told)


def _tidy(text: str) -> str:
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(text.split()))


def characters() -> dict[str, str]:
    """The simplified character of each traditional one that has another.

    >>> characters()["廣"]
    '广'
    """
    old, new = (Path(__file__).parent / "simplified.txt").read_text(encoding="utf-8").splitlines()[1:]
    return dict(zip(old, new, strict=True))


def needed(text: str, names: dict[str, str]) -> dict[str, str]:
    """Of the table of characters, the part that can matter to a text: those that stand in it, in either script."""
    there = set(text)
    return {old: new for old, new in names.items() if old in there or new in there}


def same_place(rows) -> list[list[str]]:
    """The names of each place: English, Traditional, Simplified; for places that have a Chinese name."""
    names = rows[["name_en", "name_zh_hant", "name_zh_hans"]].fillna("")
    return [list(dict.fromkeys(row)) for row in names.itertuples(index=False) if all(row) and len(row[2]) > 1]


def script(book: list[tuple[str, str, str]], rows) -> str:
    """The text of `search-index.js`.

    Parameters
    ----------
    book : address from the root, title, and HTML of each page, in reading order
    rows : the table of places
    """
    listed, found = [], []
    for number, (address, title, page) in enumerate(book):
        listed.append([address, title])
        found += [[kind, number, anchor, name, text] for kind, anchor, name, text in entries(page)]
    names = same_place(rows)
    folded = needed(json.dumps([found, names], ensure_ascii=False), characters())
    index = {"pages": listed, "entries": found, "places": names, "old": "".join(folded), "new": "".join(folded.values())}
    return f"window.gbaSearch={json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"


def replace(app):
    """Sphinx's index knows whole words of English only and no exhibits: leave it out, with its scripts."""
    app.builder.search = False


def reading_order(env) -> list[str]:
    """The documents of the book, first to last.

    Documents that the contents do not list come after those that they do.
    """
    order = [env.config.root_doc]
    for document in order:
        order += [child for child in env.toctree_includes.get(document, []) if child not in order]
    return order + sorted(set(env.found_docs) - set(order))


def pages(app):
    """The page of the search; it lists the chapters for readers whose browser cannot search."""
    if app.builder.format != "html":
        return []
    contents = [(app.builder.get_relative_uri("search", name), app.env.titles[name].astext()) for name in reading_order(app.env) if name in app.env.titles]
    return [("search", {"title": "Search", "gba_contents": contents}, "search.html")]


def publish(app, out):
    """Write the index beside the other assets."""
    book = []
    for name in reading_order(app.env):
        address = app.builder.get_target_uri(name)
        path = out / urlsplit(address).path
        if path.is_file() and name in app.env.titles:
            book.append((address, app.env.titles[name].astext(), path.read_text(encoding="utf-8")))
    text = script(book, places()).encode()
    write(out / "_static" / "search-index.js", text)
    log.info("search: %s kB of index", len(text) // 1000)
