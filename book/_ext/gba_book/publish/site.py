"""What a site has besides its pages: titles and pictures for links, icons, a map for search engines, a page for what is not found."""

import html
import os
import re
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from gba.charts.palette import palette
from sphinx.errors import ExtensionError
from sphinx.util import logging

from gba_book import BOOK
from gba_book.publish import cards, catalogue, pictures
from gba_book.write.search import reading_order
from gba_book.written import afterwards, editions_in, page_file, write

log = logging.getLogger(__name__)
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')
DESCRIBED = 200


def setup(app):
    """Describe each page while it is written, add the rest when all are."""
    app.connect("config-inited", settle_address)
    app.connect("html-page-context", describe, priority=800)
    afterwards(app, forget, priority=400)
    afterwards(app, draw, priority=450, taken_away=True)
    afterwards(app, finish, priority=700)
    afterwards(app, place, priority=860, taken_away=True)


def settle_address(app, config):
    """Where the settings name no address, take the one that whoever publishes the book gives, as the workflow does."""
    config.html_baseurl = config.html_baseurl or os.environ.get("BOOK_URL", "")


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
            told = f"{told} {re.sub('<[^>]*>', '', paragraph.astext())}".strip()
            if len(told) > 80:
                break
    return shortened(told)


def card_name(pagename: str) -> str:
    """The file of a page's picture, under `_static`.

    >>> card_name("book/01-two-cities"), card_name("book/housing/index")
    ('cards/01-two-cities.png', 'cards/housing.index.png')
    """
    return f"cards/{pagename.removeprefix('book/').replace('/', '.')}.png"


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
    """Take out of the output the pages that an earlier build wrote and this book no longer has, and Sphinx's index of words.

    Raises
    ------
    ExtensionError : a document of the book has no page
    """
    known = {page_file(app, name) for name in (*app.env.found_docs, "search")}
    others = editions_in(out)
    for path in sorted(out.rglob("*.html")):
        # Only Sphinx's own pages say where the root of the book is; what other languages have is looked after by what writes it.
        if path not in known and not any(path.is_relative_to(other) for other in others) and "data-content_root=" in path.read_text(encoding="utf-8")[:500]:
            path.unlink()
    for path in (out / "book").rglob("*.ipynb"):
        if path.with_suffix(".html") not in known:
            path.unlink()
    lost = [app.env.doc2path(name, base=False) for name in sorted(app.env.found_docs) if not page_file(app, name).is_file()]
    if lost:
        raise ExtensionError(f"no page was written for {', '.join(map(str, lost))}; rename the file if its name has letters that the disk cannot hold")
    (out / "searchindex.js").unlink(missing_ok=True)


def listed(app) -> list[tuple[str, str, str]]:
    """Address, title and name of each page, in reading order."""
    return [(app.builder.get_target_uri(name), app.env.titles[name].astext(), name) for name in reading_order(app.env) if name in app.env.titles]


def draw(app, out):
    """Begin the pictures: the icons, and a card for each page."""
    icon = (BOOK / "_static" / "favicon.svg").read_text(encoding="utf-8")
    app.gba_pictures = {f"_static/{name}.png": sized(icon, size, solid=name == "touch-icon") for name, size in (("favicon", 48), ("touch-icon", 180))}
    for _, title, name in listed(app):
        page = page_file(app, name)
        if page.is_file():
            app.gba_pictures[f"_static/{card_name(name)}"] = cards.svg(title, app.config.html_title, page.read_text(encoding="utf-8"))
    pictures.begin([(drawing, 1) for drawing in app.gba_pictures.values()], pictures.folder(app))


def place(app, out):
    """Put the pictures beside the pages; those that nothing asks for any more are forgotten."""
    pictures.wait()
    for name, drawing in app.gba_pictures.items():
        write(out / name, pictures.png(drawing, 1, pictures.folder(app)))
    for folder in catalogue.asked():
        for card in (out / "_static" / "cards").glob("*.png"):
            if f"{folder}/_static/cards/{card.name}" not in app.gba_pictures:
                write(out / folder / "_static" / "cards" / card.name, card.read_bytes())
    pictures.forget(pictures.folder(app))


def finish(app, out):
    """Write the page for what is not found, the opening address, and what search engines read."""
    chapters = listed(app)
    address = base(app.config)
    languages = {"": "en"} | {f"{folder}/": catalogue.EDITIONS[folder]["language"] for folder in catalogue.asked()}
    told = {"book": app.config.html_title, "chapters": chapters, "address": address, "root": urlsplit(address).path, "languages": languages}
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


def sized(icon: str, size: int, solid: bool) -> str:
    """The icon at a size in pixels; with a ground where the system that shows it has none, and puts its own round corners on it."""
    ground = f'<rect width="32" height="32" fill="{palette()["paper"]["light"]}"/>' if solid else ""
    inside = re.search(r"<svg[^>]*>(.*)</svg>", icon, re.S)[1]
    shrunk = f'<g transform="translate(4,4) scale(0.75)">{inside}</g>' if solid else inside
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size}" height="{size}">{ground}{shrunk}</svg>'
