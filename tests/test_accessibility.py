"""Accessibility in a real Chromium: axe-core on every page, the keyboard, headings, names, and the contrast of what charts are drawn with."""

from pathlib import Path

import axe_playwright_python
import pytest
from bookpages import documents
from test_pages import DESK, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = [*(f"{document}.html" for document in documents()), "search.html?q=Shenzhen", "404.html"]
#: Every rule that axe-core has, those off by default and best practices included; none is switched off.
VIOLATIONS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  (rule) => `${rule.id}: ${rule.nodes.slice(0, 4).map((node) => `${node.target} ${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`)"""


def opened(browser, url, viewport=DESK, **options):
    page = browser.new_context(viewport=viewport, reduced_motion="reduce", **options).new_page()
    page.goto(url, wait_until="load")
    return page


def with_everything_open(page):
    """A table and a citation, a list of sources and a piece of code: what a reader may open on a page."""
    for kind in ("data", "cite"):
        control = page.locator(f".passport [data-do={kind}]").first
        if control.count():
            control.click()
            page.wait_for_selector(f".passport-{kind}")
    page.evaluate("""() => document.querySelectorAll('.exhibit-sources, article div.cell details').forEach((details, n) => { details.open = n < 6; })""")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(browser, site, address, viewport, theme):
    page = opened(browser, f"{site}/{address}", viewport, color_scheme=theme)
    if address.startswith("search"):
        page.wait_for_selector("#search-found li")
    with_everything_open(page)
    page.evaluate(AXE)
    found = page.evaluate(VIOLATIONS)
    assert not found, "\n".join(found)
    page.context.close()
