"""What a page costs a reader: a budget of bytes for the first view, nothing that moves, and no chart library before it is wanted."""

import pytest
from bookpages import documents

#: Bytes over the wire, gzipped, until the page has settled: all charts are in it.
BUDGET = 200_000
SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(e => e.hadRecentInput || (shifted += e.value))).observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize("document", documents())
def test_first_view(browser, gzipped, document):
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    wire, asked = [], []
    session.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(SHIFTS)
    page.goto(f"{gzipped}/{document}.html", wait_until="load")
    page.wait_for_timeout(500)
    assert sum(wire) <= BUDGET, f"{document}: the first view weighs {sum(wire)} bytes, the budget is {BUDGET}; {len(asked)} files"
    assert not [url for url in asked if "vega" in url or "/exhibits/" in url or "passport" in url or "search-index" in url], asked
    drawn = "chart => [...chart.querySelectorAll('svg')].some(svg => svg.getBoundingClientRect().height > 60)"
    assert page.evaluate(f"[...document.querySelectorAll('.exhibit-chart')].every({drawn})")
    assert page.evaluate("window.shifted") < 0.01
    context.close()


def test_nothing_is_published_that_no_page_uses(book):
    """No source maps, no icon script, no Thebe, no MathJax."""
    names = [path.name.lower() for path in book.rglob("*") if path.is_file()]
    assert not [name for name in names if name.endswith(".map") or any(part in name for part in ("fontawesome", "thebe", "mathjax", "bootstrap"))]


def test_files_of_exhibits_match_the_pages(book):
    """Each exhibit has its script and the CSVs that it links to, and nothing is left of exhibits that are gone."""
    from bs4 import BeautifulSoup

    pages = [BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser") for page in book.rglob("*.html")]
    figures = [figure for page in pages for figure in page.select("figure.exhibit")]
    linked = {link["href"].rsplit("/", 1)[-1] for figure in figures for link in figure.select(".passport a[download]")}
    assert {f"{figure['id']}.csv" for figure in figures} <= linked
    assert {path.name for path in (book / "exhibits").iterdir()} == {f"{figure['id']}.js" for figure in figures} | linked
