"""What a site has besides its pages: titles, descriptions, pictures, icons, the map, the page for what is not found; and nothing unused."""

import io
import os
import re
import time

import pytest
from bookpages import EDITIONS, LANGUAGE, ROOT, documents
from bs4 import BeautifulSoup
from gba.charts import layout
from gba_book.publish import cards, pictures
from gba_book.publish import site as extras
from gba_book.write import sheet
from PIL import Image
from visits import DESK, PHONE, opened

BASE = "https://book.example/gba/"


def head(book, document):
    page = (book / f"{document}.html").read_text(encoding="utf-8")
    return BeautifulSoup(page[: page.index("<body")], "html.parser")


def content(soup, name):
    found = soup.select(f'meta[name="{name}"], meta[property="{name}"]')
    assert len(found) == 1, f"{name}: {len(found)} times"
    return found[0]["content"]


@pytest.mark.parametrize("document", documents())
def test_a_link_to_a_page_shows_what_it_is(book, document):
    soup = head(book, document)
    assert soup.html["lang"] == LANGUAGE
    assert len(soup.select("meta[name=viewport]")) == 1
    assert len(soup.select("title")) == 1
    title = content(soup, "og:title")
    assert soup.title.text.startswith(title)
    told = content(soup, "description")
    assert 30 <= len(told) <= extras.DESCRIBED
    assert content(soup, "og:description") == told
    assert content(soup, "twitter:card") == "summary_large_image"
    # No address is set for this build: nothing pretends to know one.
    assert not soup.select("link[rel=canonical]")
    picture = (book / f"{document}.html").parent / content(soup, "og:image")
    with Image.open(picture) as image:
        assert image.size == (int(content(soup, "og:image:width")), int(content(soup, "og:image:height"))) == (1200, 630)
        assert picture.stat().st_size < 300_000


def test_titles_and_descriptions_tell_pages_apart(book):
    heads = [head(book, document) for document in documents()]
    assert len({soup.title.text for soup in heads}) == len({content(soup, "description") for soup in heads}) == len(heads)


@pytest.mark.parametrize("document", documents())
def test_cards_show_the_opening_chart(book, document):
    """Words on the left, and on the right the chart of the page that has one."""
    picture = Image.open(book / "_static" / extras.card_name(document)).convert("L")
    left = picture.crop((cards.MARGIN, 40, cards.CHART_LEFT - 20, 300))
    assert left.getextrema()[0] < 80, "no title on the card"
    right = picture.crop((cards.CHART_LEFT, 40, cards.WIDTH, cards.HEIGHT))
    dark = sum(right.histogram()[:200]) / (right.width * right.height)
    has_chart = cards.opening((book / f"{document}.html").read_text(encoding="utf-8"))[1] is not None
    assert (dark > 0.002) == has_chart
    gap = picture.crop((cards.CHART_LEFT - 22, 40, cards.CHART_LEFT - 4, cards.HEIGHT))
    assert gap.getextrema()[0] > 200, "the words run into the chart"


def test_letters_of_a_card_are_drawn(tmp_path):
    """Whatever fonts the machine has: a card of one word differs from that of another."""
    one, two = (pictures.png(cards.svg(word, "Book", ""), 1, tmp_path) for word in ("Shenzhen", "Guangzhou"))
    assert one != two
    assert Image.open(io.BytesIO(one)).size == (1200, 630)


def test_a_card_is_drawn_once_and_pictures_that_will_be_asked_for_beside_the_build(tmp_path, monkeypatch):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    pictures.begin([("no drawing", 1), (drawing, 2)], tmp_path)
    pictures.wait()
    assert not list(tmp_path.glob("*.png")), "what cannot be drawn is told by who asks for it, and in its place"
    pictures.begin([(drawing, 2)], tmp_path)
    pictures.wait()
    drawn = []
    monkeypatch.setattr(pictures.vl_convert, "svg_to_png", lambda svg, scale: drawn.append(svg) or b"picture")
    assert Image.open(io.BytesIO(pictures.png(drawing, 2, tmp_path))).size == (18, 18)
    assert [pictures.png("<svg/>", 1, tmp_path) for _ in range(3)] == [b"picture"] * 3
    assert drawn == ["<svg/>"]


def test_pictures_that_no_build_asks_for_are_forgotten(tmp_path):
    for name, age in (("old", 8), ("new", 6)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age * 86400,) * 2)
    pictures.forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize("title", ["A", "Who is first?", "A very long title of a chapter that somebody may well write, and then some more", "W" * 60])
def test_lines_of_a_card_fit(title):
    made = cards.lines(title, 50, 4)
    assert len(made) <= 4
    assert all(layout.text_width(line, 50) <= cards.TEXT_WIDTH for line in made if " " in line)
    assert " ".join(made) == title or made[-1].endswith("…")


def test_nothing_is_published_that_nothing_uses(book):
    """Every file of _static is named by a page, a style sheet or a script; no source maps, no icon script, no Thebe, no MathJax."""
    using = [path for kind in ("*.html", "*.css", "*.js") for path in sorted(book.rglob(kind)) if path.relative_to(book).parts[0] != "data"]
    everything = "\n".join(re.sub(r"(?s)<svg.*?</svg>", "", path.read_text(encoding="utf-8")) for path in using)
    unused = [path.name for path in (book / "_static").rglob("*") if path.is_file() and path.name not in everything]
    assert not unused
    names = [path.name.lower() for path in book.rglob("*") if path.is_file()]
    assert not [name for name in names if name.endswith(".map") or any(part in name for part in ("fontawesome", "thebe", "mathjax", "bootstrap"))]
    assert not [name for name in ("genindex.html", "searchindex.js", "sitemap.xml", "robots.txt") if (book / name).exists()], "without an address no map"


def test_the_sheets_say_nothing_that_no_page_gets(book):
    """A page's sheet is chosen by the names in it and in its scripts: a name that a script puts together, or takes from a library, is not found there."""
    pages = [path.read_text(encoding="utf-8") for path in book.rglob("*.html")]
    ours = [path for kind in ("*.py", "*.html", "*.js") for path in (ROOT / "book").rglob(kind)]
    named = set().union(*map(sheet.names, pages), *(sheet.words(path.read_text(encoding="utf-8")) for path in ours))
    for path in sorted((ROOT / "book" / "_static").glob("*.css")):
        text = path.read_text(encoding="utf-8")
        lost = sheet.known(sheet.parsed(text)) - named
        assert not {name for name in lost if name not in ("far", "fas") and not re.match(r"fa\b", name)}, path.name  # icons that a theme may name
        assert not re.search(r"text-decoration:[^;}]*(?:\d|dotted|dashed|wavy)", text), f"{path.name}: WebKit knows the line alone; say the rest by itself"


@pytest.mark.parametrize("document", [*documents(), "search"])
def test_no_remains_of_the_theme(book, document):
    # Of the style sheet that stands in the page other tests tell.
    page = re.sub(r'(?s)<style class="book-style">.*?</style>', "", (book / f"{document}.html").read_text(encoding="utf-8"), count=1)
    for remains in ("ethical-ad", "readthedocs", "version-warning", "thebe", "docsearch:", "DOCUMENTATION_OPTIONS.", "genindex", "binder"):
        assert remains not in page.replace("readthedocs.io", ""), remains


def test_the_menus_open_on_a_phone(browser, site):
    page = opened(browser, f"{site}/{documents()[1]}.html", PHONE)
    for menu, dialog in (("primary", "#pst-primary-sidebar-modal"), ("secondary", "#pst-secondary-sidebar-modal")):
        page.locator(f".{menu}-toggle:visible").first.click()
        page.wait_for_selector(f"{dialog}[open]")
        assert page.locator(f"{dialog} a:visible").count() > 3
        page.keyboard.press("Escape")
        page.wait_for_selector(f"{dialog}:not([open])", state="attached")
    assert not page.complaints
    page.context.close()


@pytest.mark.parametrize("path", ["/nowhere.html", "/a/b/c/d.html"])
def test_the_page_for_what_is_not_found_needs_no_other_file(browser, site, book, path):
    page = browser.new_page(viewport=PHONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    text = (book / "404.html").read_text(encoding="utf-8")
    page.route(f"**{path}", lambda route: route.fulfill(status=404, body=text, content_type="text/html; charset=utf-8"))
    page.goto(site + path)
    assert asked == [site + path]
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "544px", "its style is blocked"
    # No address is set for this build: links would start at the root of the host, and a book under a path is not there.
    assert page.locator("a").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


@pytest.mark.parametrize("folder", ["", *EDITIONS])
@pytest.mark.parametrize("way", ["server", "folder"])
def test_the_root_leads_to_the_first_page(browser, site, book, way, folder):
    page = opened(browser, f"{site}/{folder}" if way == "server" else (book / folder / "index.html").as_uri(), DESK)
    page.wait_for_url(f"**/{folder and f'{folder}/'}{documents()[0]}.html")
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_has_the_colours_of_the_theme(book, theme):
    """The style sheet in the page is the theme's with both, and not Sphinx's own, which is for light pages alone."""
    page = (book / f"{documents()[1]}.html").read_text(encoding="utf-8")
    [sheet] = re.findall(r'(?s)<style class="book-style">(.*?)</style>', page)
    assert re.search(rf'\[data-theme="?{theme}"?\] \.highlight \.k\s*\{{', sheet)
