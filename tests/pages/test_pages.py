"""The built pages in a real browser: on a desk, on a phone, without JavaScript. From a folder: test_security.py; on paper: test_print.py."""

import re
from urllib.parse import urlparse

import pytest
from bookpages import documents, exhibits, soup, until
from gba.validate.run import WHERE_READ
from visits import DESK, PHONE, VISIBLE, opened, scroll_through

PAGES = [*(f"{document}.html" for document in documents()), "search.html?q=Shenzhen", "404.html"]
WIDER = """() => [...document.querySelectorAll('article *')].filter(e => e.getClientRects().length && !e.closest('svg, pre, .sr-only')
  && e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'fixed').map(e => e.tagName + '.' + e.className).slice(0, 5)"""


COLOURS = """(theme) => { document.documentElement.dataset.theme = theme;
  return [...document.querySelectorAll('.exhibit-chart svg text')].filter(t => t.getClientRects().length).map(t => getComputedStyle(t).fill); }"""


#: A table, a citation, sources and code on every second exhibit; then whether all of them are there.
OPEN_EVERY_SECOND = """() => {
  window.awaited = [...document.querySelectorAll('figure.exhibit')].filter((_, n) => n % 2 === 0).flatMap((figure) => ['data', 'cite'].map((kind) => {
    figure.querySelector(`.passport [data-do=${kind}]`).click();
    return `${kind}-${figure.id}`; }));
  document.querySelectorAll('.exhibit-sources, .passport-take, article div.cell details').forEach((details) => { details.open = true; }); }"""
OPENED = "window.awaited.every((id) => document.getElementById(id)?.querySelector('table, textarea'))"


def turns_dark_at_once(page):
    """The same drawing takes the dark theme's colours: no text of a chart keeps its light colour."""
    light, dark = (page.evaluate(COLOURS, theme) for theme in ("light", "dark"))
    same = [a for a, b in zip(light, dark, strict=True) if a == b]
    assert not same, f"{len(same)} of {len(light)} texts keep {set(same)}; take colours of the palette, which has one for each theme"


#: A reader view takes buttons and fields out with the words in them, and has no style sheet.
READER_VIEW = """() => { const numbers = () => [...document.querySelectorAll('.pasted-text')].map(e => e.textContent), before = numbers();
  document.querySelectorAll('style, button, input, select, textarea, .passport-panel').forEach(e => e.remove());
  return numbers().map((text, n) => [before[n], text]).filter(([was, is]) => was !== is); }"""


def reads_in_a_reader_view(page):
    assert page.evaluate(READER_VIEW) == [], "numbers that a reader view takes out of their sentences"
    assert [one["id"] for one in page.evaluate(VISIBLE) if one["drawings"] != 1] == [], "charts that a reader view shows twice, or not"


@pytest.mark.parametrize(("viewport", "way"), [(DESK, "server"), (PHONE, "folder")], ids=["desk, from a server", "phone, from a folder"])
@pytest.mark.parametrize("address", PAGES)
def test_page(browser, book, site, address, viewport, way):
    """One visit: as drawn, dark, live, under its own policy, with everything open; nothing is asked for elsewhere, from a folder nothing but files."""
    path, _, query = address.partition("?")
    page = opened(browser, f"{site}/{address}" if way == "server" else (book / path).as_uri() + (f"?{query}" if query else ""), viewport)
    before = page.evaluate(VISIBLE)
    for shown in before:
        assert shown["drawings"] == 1, f"{shown['id']}: {shown['drawings']} drawings shown, expected 1"
        assert shown["width"] > 0.8 * min(viewport["width"], 700) - 60, f"{shown['id']} is {shown['width']} px wide"
        assert shown["height"] > 80, shown
        assert shown["marks"] > 5, f"{shown['id']} looks empty"
    turns_dark_at_once(page)
    scroll_through(page)
    after = page.evaluate(VISIBLE)
    assert [shown["live"] for shown in after] == ["true"] * len(before), after
    for was, now in zip(before, after, strict=True):
        assert now["drawings"] == 1, now
        assert abs(was["height"] - now["height"]) < 0.06 * was["height"] + 4, f"{was['id']} changes its height when it turns live: {was} {now}"
    for mark in page.locator("figure.exhibit .exhibit-live svg path").all()[:3]:
        mark.dispatch_event("mousemove")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), f"wider than the page; narrow or wrap them: {page.evaluate(WIDER)}"
    page.evaluate(OPEN_EVERY_SECOND)
    until(page, OPENED)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"the page scrolls sideways when all is open: {page.evaluate(WIDER)}"
    assert page.evaluate("window.blocked") == [], "the page's own policy forbids this"
    assert not page.complaints
    asked = [urlparse(url) for url in page.asked if not url.startswith("data:")]
    assert {url.hostname if way == "server" else url.scheme for url in asked} == {"127.0.0.1" if way == "server" else "file"}
    reads_in_a_reader_view(page)
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_each_chart_is_seen_once_without_javascript_and_without_style_sheets(browser, site, document):
    """As in a feed, in a reader view, on a host with a policy of its own."""
    page = opened(browser, f"{site}/{document}.html", PHONE, java_script_enabled=False)
    for styled in (True, False):
        if not styled:
            page.evaluate("document.querySelectorAll('style, link[rel=stylesheet]').forEach(sheet => sheet.remove())")
        assert [one["id"] for one in page.evaluate(VISIBLE) if one["drawings"] != 1 or one["width"] <= 250] == []
    assert page.locator("details.hide:not(.supplemental)").count() == 0, "code that a reader view would show"
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_figures_are_complete(book, document):
    """The contract that readers and scripts rely on: id, drawing, specification, caption with number, source and licence, alt text."""
    names = []
    for figure, _ in exhibits(book / f"{document}.html"):
        names.append(figure["id"])
        assert len(figure["aria-label"]) > 40, f"{figure['id']}: the alt text says too little"
        assert figure.select(".exhibit-chart svg")
        assert not re.search(r"\d[eE][+-]?\d", " ".join(figure.select_one(".exhibit-chart").stripped_strings)), f"{figure['id']}: a number of a machine"
        caption = figure.select_one("figcaption")
        assert caption.select_one(".exhibit-number").text.startswith("Exhibit "), figure["id"]
        named = caption.select_one(".exhibit-source").text.removeprefix("Source: ").removesuffix(".").split("; ")
        assert 1 <= len(named) <= 3 and all(named), figure["id"]
        assert not WHERE_READ.search("; ".join(named)), f"{figure['id']}: where it was read belongs in the fold"
        assert "CC BY 4.0" in caption.select_one(".exhibit-licence").text
        assert caption.select(".exhibit-sources li"), figure["id"]
    assert len(names) == len(set(names))


def test_nothing_from_elsewhere_is_even_named(book):
    """No script, style sheet, font or image of a page lies on another host, whether or not this run asked for it."""
    for page in book.rglob("*.html"):
        tags = re.findall(r"<(?:script|img|iframe|link)\b[^>]*>", page.read_text(encoding="utf-8"))
        loading = [tag for tag in tags if not tag.startswith("<link") or re.search(r"rel=.?(?:stylesheet|preload|icon)", tag)]
        assert not [tag for tag in loading if re.search(r"""(?:src|href)=["']?(?:https?:)?//""", tag)], page.name


def test_a_shared_link_to_code_opens_it(browser, book, site):
    [name] = [figure["id"] for figure, _ in exhibits(book / f"{documents()[1]}.html")][:1]
    page = opened(browser, f"{site}/{documents()[1]}.html#code-{name}", DESK)
    until(page, f"document.querySelector('#code-{name} details.hide').open")
    page.context.close()


def test_a_saved_page_shows_its_chart_once(browser, book, site):
    """What was live when the page was saved goes when the file cannot become live again."""
    page = opened(browser, f"{site}/{documents()[1]}.html", DESK)
    scroll_through(page)
    saved = page.content()
    page.context.close()
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.route("**/*", lambda route: route.abort() if "/exhibits/" in route.request.url or "vega" in route.request.url else route.continue_())
    page.route(f"**/{documents()[1]}.html", lambda route: route.fulfill(body=saved, content_type="text/html; charset=utf-8"))
    page.goto(f"{site}/{documents()[1]}.html")
    scroll_through(page)
    until(page, "[...document.querySelectorAll('figure.exhibit')].every(figure => figure.dataset.live === 'failed')")
    assert page.locator(".exhibit-live").count() == 0
    assert {one["drawings"] for one in page.evaluate(VISIBLE)} == {1}
    context.close()


@pytest.mark.parametrize("document", documents())
def test_of_the_rows_that_a_cell_ends_in_a_page_shows_the_first_and_the_last(book, document):
    for table in soup(book / f"{document}.html").select(".cell_output table.dataframe"):
        assert len(table.select("tbody tr")) <= 11
