"""The built pages in a real browser: on a desk, on a phone, without JavaScript. From a folder: test_security.py; on paper: test_print.py."""

from urllib.parse import urlparse

import pytest
from bookpages import documents, exhibits
from visits import DESK, PHONE, VISIBLE, opened, scroll_through


def address(site, document):
    return f"{site}/{document}.html"


WIDER = """() => [...document.querySelectorAll('article *')].filter(e => e.getClientRects().length && !e.closest('svg, pre, .sr-only')
  && e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'fixed').map(e => e.tagName + '.' + e.className).slice(0, 5)"""


COLOURS = """(theme) => { document.documentElement.dataset.theme = theme;
  return [...document.querySelectorAll('.exhibit-chart svg text')].filter(t => t.getClientRects().length).map(t => getComputedStyle(t).fill); }"""


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("document", documents())
def test_page(browser, site, document, viewport):
    page = opened(browser, address(site, document), viewport)
    before = page.evaluate(VISIBLE)
    for shown in before:
        assert shown["drawings"] == 1, f"{shown['id']}: {shown['drawings']} drawings shown, expected 1"
        assert shown["width"] > 0.8 * min(viewport["width"], 700) - 60, f"{shown['id']} is {shown['width']} px wide"
        assert shown["height"] > 80, shown
        assert shown["marks"] > 5, f"{shown['id']} looks empty"
    # The same drawing takes the dark theme's colours at once: no text of a chart keeps its light colour.
    light, dark = (page.evaluate(COLOURS, theme) for theme in ("light", "dark"))
    same = [a for a, b in zip(light, dark, strict=True) if a == b]
    assert not same, f"{len(same)} of {len(light)} texts keep {set(same)}; take colours of the palette, which has one for each theme"
    scroll_through(page)
    after = page.evaluate(VISIBLE)
    assert [shown["live"] for shown in after] == ["true"] * len(before), after
    for was, now in zip(before, after, strict=True):
        assert now["drawings"] == 1, now
        assert abs(was["height"] - now["height"]) < 0.06 * was["height"] + 4, f"{was['id']} changes its height when it turns live: {was} {now}"
    for mark in page.locator("figure.exhibit .exhibit-live svg path").all()[:3]:
        mark.dispatch_event("mousemove")
    assert page.evaluate("window.blocked") == [], "the page's own policy forbids this"
    assert not page.complaints
    assert {urlparse(url).hostname for url in page.asked if not url.startswith("data:")} == {"127.0.0.1"}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.evaluate(WIDER)
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_without_javascript(browser, site, document):
    page = opened(browser, address(site, document), PHONE, java_script_enabled=False)
    for figure in page.locator("figure.exhibit").all():
        drawings = figure.locator(".exhibit-chart svg")
        shown = [drawing for drawing in drawings.all() if drawing.is_visible()]
        assert len(shown) == 1
        assert shown[0].bounding_box()["width"] > 250
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_figures_are_complete(book, document):
    """The contract that readers and scripts rely on: id, drawing, specification, caption with number, source and licence, alt text."""
    names = []
    for figure, _ in exhibits(book / f"{document}.html"):
        names.append(figure["id"])
        assert len(figure["aria-label"]) > 40, f"{figure['id']}: the alt text says too little"
        assert figure.select(".exhibit-chart svg")
        caption = figure.select_one("figcaption")
        assert caption.select_one(".exhibit-number").text.startswith("Exhibit "), figure["id"]
        assert len(caption.select_one(".exhibit-source").text) > len("Source: ."), figure["id"]
        assert "CC BY 4.0" in caption.select_one(".exhibit-licence").text
        assert caption.select(".exhibit-sources li"), figure["id"]
    assert len(names) == len(set(names))


def test_nothing_from_elsewhere_is_even_named(book):
    """No script, style sheet, font or image of a page lies on another host, whether or not this run asked for it."""
    from bs4 import BeautifulSoup

    for page in book.rglob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        named = [
            tag.get("src") or tag.get("href")
            for tag in soup.select("script[src], img[src], iframe[src], link[rel~=stylesheet], link[rel~=preload], link[rel~=icon]")
        ]
        assert not [url for url in named if url and url.startswith(("http:", "https:", "//"))], page.name
