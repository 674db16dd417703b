"""On paper: every chart, every source with its address, in light colours, nothing clipped, nothing to press."""

import re

import pytest
from bookpages import documents, until
from visits import PHONE, VISIBLE, opened

ON_PAPER = """() => {
  const seen = (element) => element.checkVisibility({checkVisibilityCSS: true, contentVisibilityAuto: true}) && element.getClientRects().length > 0;
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll('figure.exhibit')].map((figure) => {
    const shown = [...figure.querySelectorAll('.exhibit-chart svg')].filter(seen);
    const box = shown[0]?.getBoundingClientRect() ?? {};
    const own = (link) => getComputedStyle(link, '::after').content.includes(link.getAttribute('href'));
    const list = [...figure.querySelectorAll('.exhibit-sources li')];
    return {id: figure.id, charts: shown.length, left: box.left, right: box.right, wide,
            buttons: [...figure.querySelectorAll('button, summary, .passport a')].filter(seen).length,
            hidden: list.filter((item) => !seen(item)).length, listed: list.length,
            bare: [...figure.querySelectorAll('.exhibit-sources a[href^=http]')].filter((link) => !own(link)).length};
  });
}"""


@pytest.mark.parametrize("document", documents())
def test_paper_has_every_chart_and_every_source(browser, site, document):
    """One visit of a dark page: as drawn, with a live chart, and as a PDF."""
    page = opened(browser, f"{site}/{document}.html", {"width": 760, "height": 1000}, color_scheme="dark")
    page.wait_for_load_state("networkidle")
    on_paper(page)
    page.emulate_media(media=None)
    figures = page.locator("figure.exhibit")
    if figures.count():
        figures.first.scroll_into_view_if_needed()
        page.mouse.wheel(0, 20)
        page.wait_for_selector("figure.exhibit[data-live=true]", timeout=20_000)
        on_paper(page)
        page.emulate_media(media=None)
    prints(page)
    page.context.close()


def on_paper(page):
    page.emulate_media(media="print")
    until(page, "document.documentElement.dataset.theme === 'light'")
    for told in page.evaluate(ON_PAPER):
        assert told["charts"] == 1, told
        assert told["left"] >= -1 and told["right"] <= told["wide"] + 1, f"{told['id']}: clipped"
        assert told["buttons"] == 0, told
        assert told["listed"] > 0 and told["hidden"] == 0, f"{told['id']}: sources that paper does not show"
        assert told["bare"] == 0, f"{told['id']}: links without their address"
    cut = page.evaluate("[...document.querySelectorAll('article pre')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)")
    assert not cut, "lines of code that paper cuts off"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), f"paper is printed {light}"
    ink = page.evaluate("getComputedStyle(document.querySelector('article h1')).color")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 110, f"text on paper is {ink}"
    if page.locator("figure.exhibit").count():
        # Words on a coloured bar may be white; most words stand on the paper.
        shown = "[...document.querySelectorAll('.exhibit-chart > svg text')].filter((t) => t.getClientRects().length)"
        fills = page.evaluate(f"{shown}.map((t) => getComputedStyle(t).fill)")
        dark = [fill for fill in fills if min(map(int, re.findall(r"\d+", fill)[:3])) < 140]
        assert len(dark) > 0.6 * len(fills), f"{len(fills) - len(dark)} of {len(fills)} words of charts are light on paper"
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--gba-paper').trim()") == "#ffffff"


def prints(page):
    page.emulate_media(media="print")
    assert all(shown["drawings"] == 1 and shown["width"] > 300 for shown in page.evaluate(VISIBLE))
    page.emulate_media(media=None)
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 1
    # Nothing is wider than the paper: the browser would have scaled the page down instead.
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


@pytest.mark.parametrize("document", documents())
def test_a_phone_never_scrolls_sideways(browser, site, document):
    """With a table, a citation, sources and code open on every second exhibit."""
    page = opened(browser, f"{site}/{document}.html", PHONE, reduced_motion="reduce")
    for kind in ("data", "cite"):
        for control in page.locator(f".passport [data-do={kind}]").all()[::2]:
            control.click()
    page.evaluate("document.querySelectorAll('.exhibit-sources, article div.cell details').forEach((details) => { details.open = true; })")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    page.context.close()
