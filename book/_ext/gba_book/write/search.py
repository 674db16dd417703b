"""The index of the search: every section, exhibit, claim and dataset of the built pages, in one file that the search page loads.

The whole text of the book is shorter than the usual index of its words, so the file holds the text. That finds Chinese, which has
no spaces to index by, gives excerpts without asking for the pages, which browsers refuse in a folder, and leads to the very place.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from gba.data.load import places
from sphinx.util import logging

from gba_book.kept import kept
from gba_book.written import afterwards, page_file, write

log = logging.getLogger(__name__)

#: What begins a result of its own: its element and class, by kind, and where its title stands. Without an id of its own it is reached by the first inside.
UNITS = {("figure", "exhibit"): "exhibit", ("article", "claim"): "claim", ("details", "cat"): "dataset", ("section", ""): "section"}
TITLES = {"exhibit": {".exhibit-title"}, "claim": {"h4"}, "dataset": {"b"}, "section": {"h1", "h2", "h3", "h4", "h5", "h6"}}
#: The parts of an exhibit that are searched: drawings, tables of its data and buttons are not.
EXHIBIT_PARTS = {".exhibit-subtitle", ".exhibit-note", ".exhibit-source", ".exhibit-sources"}
SKIPPED = {"button", "form", "nav", "noscript", "footer", "math"}
SKIPPED |= {".hide", ".headerlink", ".cat-strips", ".cat-key", ".claim-rows", ".onlyprint", ".verdict", ".weights"}
_HEAVY = re.compile(r"<(script|style|svg|pre|template)\b.*?</\1>", re.S)
_ALONE = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def setup(app):
    """Take over from Sphinx's own search; write the index when the pages are written."""
    app.connect("builder-inited", replace)
    app.connect("html-collect-pages", pages)
    afterwards(app, publish, priority=600, in_time=True)


def entries(page: str) -> list[tuple[str, str, str, str]]:
    """What a search can find in a page: kind, anchor, title, text.

    >>> entries('<article class="bd-article"><section id="a"><h1>One</h1><p>Word <b>bold</b>.</p></section></article>')
    [('section', 'a', 'One', 'Word bold.')]
    """
    begins = page.find('<article class="bd-article')
    reader = _Reader()
    reader.feed(_HEAVY.sub(" ", page[begins : page.rfind("</article>")]).replace("<wbr>", "") if begins >= 0 else "")
    reader.close()
    found = []
    for unit in reader.units:
        said = (" ".join(" ".join(unit[part]).split()) for part in ("number", "title", "text"))
        number, title, text = (re.sub(r"\s+([.,;:)])", r"\1", words) for words in said)
        if unit["anchor"] and title:
            found.append((unit["kind"], unit["anchor"], f"{number[:-1]}{'：' if number.endswith('。') else ': '}{title}" if number else title, text))
    return found


class _Reader(HTMLParser):
    """Gathers what each unit of a page says, in one pass; a unit inside another has its words to itself."""

    def __init__(self):
        super().__init__()
        self.units, self._open = [], [("", None, "")]

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        (_, unit, part), marks = self._open[-1], {tag, *(f".{name}" for name in (named.get("class") or "").split())}
        kind = next((kind for (element, mark), kind in UNITS.items() if tag == element and (not mark or f".{mark}" in marks)), "")
        if kind and part is not None:
            said = [named.get("aria-label") or ""] if kind == "exhibit" else []
            unit, part = {"kind": kind, "anchor": None, "number": [], "title": [], "text": said, "": []}, "" if kind == "exhibit" else "text"
            self.units.append(unit)
        if marks & SKIPPED:
            part = None
        elif unit and part is not None:
            unit["anchor"] = unit["anchor"] or named.get("id")
            if ".exhibit-number" in marks:
                part = "number"
            elif not unit["title"] and marks & TITLES[unit["kind"]]:
                part = "title"
            elif part == "" and marks & EXHIBIT_PARTS:
                part = "text"
        if tag not in _ALONE:
            self._open.append((tag, unit, part))

    def handle_endtag(self, tag):
        if any(tag == opened for opened, *_ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        _, unit, part = self._open[-1]
        if unit and part is not None:
            unit[part].append(data)


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
        found += [[kind, number, anchor, name, text] for kind, anchor, name, text in kept("search", (page,), lambda page=page: entries(page))]
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
        path = page_file(app, name)
        if path.is_file() and name in app.env.titles:
            book.append((app.builder.get_target_uri(name), app.env.titles[name].astext(), path.read_text(encoding="utf-8")))
    text = script(book, places()).encode()
    write(out / "_static" / "search-index.js", text)
    log.info("search: %s kB of index", len(text) // 1000)
