"""The index of the search: every section, exhibit, claim and dataset of the built pages, in one file that the search page loads.

The whole text of the book is shorter than the usual index of its words, so the file holds the text. That finds Chinese, which has
no spaces to index by, gives excerpts without asking for the pages, which browsers refuse in a folder, and leads to the very place.
"""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from gba.data.load import places
from sphinx.util import logging

log = logging.getLogger(__name__)

#: What begins a result of its own: element, class ("" for any), kind. A section needs an id, the others bring one.
UNITS = (("figure", "exhibit", "exhibit"), ("article", "claim", "claim"), ("details", "cat", "dataset"), ("section", "", "section"))
#: Where the title of a unit stands: a heading, or the class or element that holds it.
TITLES = {"exhibit": {"exhibit-title"}, "claim": {"h4"}, "dataset": {"b"}, "section": {"h1", "h2", "h3", "h4", "h5", "h6"}}
#: The parts of an exhibit that are searched: drawings, tables of its data and buttons are not.
EXHIBIT_PARTS = {"exhibit-number", "exhibit-subtitle", "exhibit-note", "exhibit-source", "exhibit-sources"}
SKIPPED = {"script", "style", "svg", "pre", "button", "form", "nav", "template", "noscript", "footer", "math"}
SKIPPED_CLASSES = {"headerlink", "cat-strips", "cat-key", "claim-rows", "onlyprint", "verdict", "weights"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HEAVY = re.compile(r"<(script|style|svg|pre|template)\b.*?</\1>", re.S)


def setup(app):
    """Take over from Sphinx's own search; write the index when the pages are written."""
    app.connect("builder-inited", replace)
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", write, priority=600)


@dataclass
class Unit:
    """Something a search can find: its kind, the id it is reached by, its title and its text."""

    kind: str
    anchor: str
    title: list[str] = field(default_factory=list)
    number: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def entry(self) -> tuple[str, str, str, str]:
        """Kind, anchor, title, text, with their spaces tidied."""
        title, number, text = (re.sub(r"\s+([.,;:)])", r"\1", " ".join(" ".join(part).split())) for part in (self.title, self.number, self.text))
        return self.kind, self.anchor, f"{number.rstrip('.')}: {title}" if number else title, text


class _Reader(HTMLParser):
    """Collects the units of the article of a page; an inner unit's text belongs to it alone."""

    def __init__(self):
        super().__init__()
        self.open, self.units, self.inside, self.skipping, self.found = [], [], 0, 0, []

    def handle_starttag(self, tag, attrs):
        if tag in VOID:
            return
        attributes = {name: value or "" for name, value in attrs}
        classes = set(attributes.get("class", "").split())
        article = tag == "article" and "bd-article" in classes
        skipped = tag in SKIPPED or bool(classes & SKIPPED_CLASSES)
        unit = self._unit(tag, classes, attributes) if self.inside and not self.skipping else None
        if unit:
            self.units.append(unit)
            self.found.append(unit)
        elif self.units and not self.units[-1].anchor and attributes.get("id"):
            self.units[-1].anchor = attributes["id"]
        self.inside += article
        self.skipping += skipped
        self.open.append((tag, classes, article, skipped, unit))

    def _unit(self, tag, classes, attributes):
        for element, css_class, kind in UNITS:
            if tag == element and (not css_class or css_class in classes):
                unit = Unit(kind, attributes.get("id", ""))
                if attributes.get("aria-label") and kind == "exhibit":
                    unit.text.append(attributes["aria-label"])
                return unit
        return None

    def handle_endtag(self, tag):
        # An element that was left open ends with the one around it.
        while any(entry[0] == tag for entry in self.open):
            name, _, article, skipped, unit = self.open.pop()
            self.inside -= article
            self.skipping -= skipped
            if unit:
                self.units.pop()
            if name == tag:
                return

    def handle_data(self, text):
        if not self.units or self.skipping or not text.strip():
            return
        unit = self.units[-1]
        start = next(place for place in range(len(self.open) - 1, -1, -1) if self.open[place][4] is unit)
        around = set().union(*({tag} | classes for tag, classes, *_ in self.open[start + 1 :]))
        if unit.kind == "exhibit" and "exhibit-number" in around:
            unit.number.append(text)
        elif TITLES[unit.kind] & around and (unit.kind != "dataset" or "summary" in around):
            unit.title.append(text)
        elif unit.kind != "exhibit" or EXHIBIT_PARTS & around:
            unit.text.append(text)


def entries(page: str) -> list[tuple[str, str, str, str]]:
    """What a search can find in a page: kind, anchor, title, text.

    >>> entries('<article class="bd-article"><section id="a"><h1>One</h1><p>Word <b>bold</b>.</p></section></article>')
    [('section', 'a', 'One', 'Word bold.')]
    """
    reader = _Reader()
    reader.feed(_HEAVY.sub(" ", page))
    return [unit.entry() for unit in reader.found if unit.anchor and unit.title]


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


def write(app, error):
    """Write the index beside the other assets."""
    if error is not None or app.builder.format != "html":
        return
    book = []
    for name in reading_order(app.env):
        address = app.builder.get_target_uri(name)
        path = Path(app.outdir) / urlsplit(address).path
        if path.is_file() and name in app.env.titles:
            book.append((address, app.env.titles[name].astext(), path.read_text(encoding="utf-8")))
    text = script(book, places())
    (Path(app.outdir) / "_static" / "search-index.js").write_text(text, encoding="utf-8", newline="\n")
    log.info("search: %s kB of index", len(text.encode()) // 1000)
