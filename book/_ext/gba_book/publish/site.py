"""What a site has besides its pages: titles and pictures for links, icons, a map for search engines, a page for what is not found."""

import html
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from gba.charts.palette import palette
from sphinx.util import logging

from gba_book import BOOK
from gba_book.publish import cards
from gba_book.write.search import reading_order
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')
DESCRIBED = 200


def setup(app):
    """Describe each page while it is written, add the rest when all are."""
    app.connect("html-page-context", describe, priority=800)
    afterwards(app, forget, priority=400)
    afterwards(app, finish, priority=700)


def base(config) -> str:
    """The address the book is published at, with a slash at its end; empty where none is set.

    >>> from types import SimpleNamespace
    >>> base(SimpleNamespace(html_baseurl="https://example.org/book")), base(SimpleNamespace(html_baseurl=""))
    ('https://example.org/book/', '')
    """
    return config.html_baseurl.rstrip("/") + "/" if config.html_baseurl else ""


def shortened(text: str, most: int = DESCRIBED) -> str:
    """The text up to the end of a sentence, or of a word, that is not past `most` characters.

    >>> shortened("One is here. Two follows it.", 20), shortened("One and two and three", 12)
    ('One is here.', 'One and …')
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    sentence = max(text.rfind(f"{sign} ", 0, most) for sign in ".?!")
    return text[: sentence + 1] if sentence > most // 3 else text[: most - 2].rsplit(" ", 1)[0] + " …"


def description(doctree) -> str:
    """What a page says first: its first paragraphs of prose, as long as a description may be."""
    told = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            told = f"{told} {paragraph.astext()}".strip()
            if len(told) > 80:
                break
    return shortened(told)


def card_name(pagename: str) -> str:
    """The file of a page's picture, under `_static`.

    >>> card_name("book/01-two-cities")
    'cards/01-two-cities.png'
    """
    return f"cards/{pagename.rsplit('/', 1)[-1]}.png"


def describe(app, pagename, templatename, context, doctree):
    """Give the template a page's title, description and picture; leave one viewport of two."""
    book, title = context["docstitle"], html.unescape(re.sub(r"<[^>]+>", "", context.get("title") or ""))
    context["metatags"] = _VIEWPORT.sub("", context.get("metatags") or "")
    opens = doctree is not None and pagename == app.config.root_doc
    heading = title if opens or not title or title == book else f"{title} – {book}"
    told = description(doctree) if doctree is not None else ""
    named, properties = [], [("og:title", title or book), ("og:site_name", book), ("og:type", "website" if opens else "article"), ("og:locale", "en_GB")]
    if told:
        named.append(("description", told))
        properties.append(("og:description", told))
    if context.get("pageurl"):
        properties.append(("og:url", context["pageurl"]))
    if doctree is not None:
        # Services that show a picture want its whole address. Without one in the settings it is relative, which a few understand.
        picture = f"_static/{card_name(pagename)}"
        properties += [
            ("og:image", urljoin(base(app.config), picture) if base(app.config) else context["pathto"](picture, 1)),
            ("og:image:type", "image/png"), ("og:image:width", str(cards.WIDTH)), ("og:image:height", str(cards.HEIGHT)),
            ("og:image:alt", f"The title of the page, {title}, beside its first chart"),
        ]
        named.append(("twitter:card", "summary_large_image"))
    else:
        named.append(("robots", "noindex"))
    context["gba_page"] = {"heading": html.escape(heading, quote=False), "named": named, "properties": properties}


def forget(app, out):
    """Take out of the output the pages that an earlier build wrote and this book no longer has, and Sphinx's index of words."""
    known = {out / urlsplit(app.builder.get_target_uri(name)).path for name in (*app.env.found_docs, "search")}
    for path in sorted(out.rglob("*.html")):
        # Only Sphinx's own pages say where the root of the book is.
        if path not in known and "data-content_root=" in path.read_text(encoding="utf-8")[:500]:
            path.unlink()
    (out / "searchindex.js").unlink(missing_ok=True)


def finish(app, out):
    """Write pictures, icons, the page for what is not found, the opening address, and what search engines read."""
    chapters = [(app.builder.get_target_uri(name), app.env.titles[name].astext(), name) for name in reading_order(app.env) if name in app.env.titles]
    draw_cards(out, out.parent / ".cards", chapters, app.config.html_title)
    icon = (BOOK / "_static" / "favicon.svg").read_text(encoding="utf-8")
    for name, size in (("favicon", 48), ("touch-icon", 180)):
        write(out / "_static" / f"{name}.png", cards.png(sized(icon, size, solid=name == "touch-icon"), out.parent / ".cards"))
    address = base(app.config)
    told = {"book": app.config.html_title, "chapters": chapters, "address": address, "root": urlsplit(address).path or "/"}
    made = {"404.html": "not-found.html", "sitemap.xml": "sitemap.xml", "robots.txt": "robots.txt"}
    if not (out / "index.html").is_file() or 'http-equiv="Refresh"' in (out / "index.html").read_text(encoding="utf-8"):
        made["index.html"] = "opening.html"
    for name, template in made.items():
        if address or name.endswith(".html"):
            write(out / name, app.builder.templates.render(f"site/{template}", told).encode())
        else:
            (out / name).unlink(missing_ok=True)
    if not address:
        log.info("site: no sitemap.xml and no canonical addresses; for these, set html: baseurl: in _config.yml to the address the book is published at")


def draw_cards(out: Path, cache: Path, chapters: list[tuple[str, str, str]], book: str) -> None:
    """Draw the picture of each page that has none of its present content; forget pictures of pages that are gone."""
    wanted = {}
    for url, title, name in chapters:
        page = out / urlsplit(url).path
        if page.is_file():
            wanted[out / "_static" / card_name(name)] = cards.svg(title, book, page.read_text(encoding="utf-8"))
    for path, drawing in wanted.items():
        write(path, cards.png(drawing, cache))
    for old in (out / "_static" / "cards").iterdir():
        if old not in wanted:
            old.unlink()


def sized(icon: str, size: int, solid: bool) -> str:
    """The icon at a size in pixels; with a ground where the system that shows it has none, and puts its own round corners on it."""
    ground = f'<rect width="32" height="32" fill="{palette()["paper"]["light"]}"/>' if solid else ""
    inside = re.search(r"<svg[^>]*>(.*)</svg>", icon, re.S)[1]
    shrunk = f'<g transform="translate(4,4) scale(0.75)">{inside}</g>' if solid else inside
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size}" height="{size}">{ground}{shrunk}</svg>'
