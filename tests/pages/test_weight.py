"""What a page costs a reader: a budget of bytes for the first view, nothing that moves, and no chart library before it is wanted."""

import functools
import http.server
import re
import threading
import time
from pathlib import Path

import pytest
from bookpages import documents, soup

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
    wire, asked, names = [], [], {}
    session.on("Network.requestWillBeSent", lambda event: names.setdefault(event["requestId"], event["request"]["url"]))
    session.on("Network.loadingFinished", lambda event: "vega" in names[event["requestId"]] or wire.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(SHIFTS)
    page.goto(f"{gzipped}/{document}.html", wait_until="load")
    page.wait_for_timeout(500)
    told = f"{document}: the first view weighs {sum(wire)} bytes in {len(asked)} files, the budget is {BUDGET}; draw fewer marks, or part the chapter in two"
    assert sum(wire) <= BUDGET, told
    # On the page that is for drawing, the chart is drawn at once.
    vega = [] if document.endswith("-explore") else ["vega"]
    assert not [url for url in asked if any(part in url for part in (*vega, "/exhibits/", "passport", "search"))], asked
    drawn = "chart => [...chart.querySelectorAll('svg')].some(svg => svg.getBoundingClientRect().height > 60)"
    assert page.evaluate(f"[...document.querySelectorAll('.exhibit-chart')].every({drawn})")
    assert page.evaluate("window.shifted") < 0.01
    context.close()


class Halting(http.server.SimpleHTTPRequestHandler):
    """A folder over a line that stops for a moment before the output of each of the first cells."""

    def do_GET(self):
        body = (Path(self.directory) / self.path.split("?")[0].lstrip("/")).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.end_headers()
        parts = body.split(b'<div class="cell_output', 4)
        for number, part in enumerate(parts):
            self.wfile.write((b'<div class="cell_output' if number else b"") + part)
            self.wfile.flush()
            if number < len(parts) - 1:
                time.sleep(0.25)

    def log_message(self, *_):
        """Say nothing."""


@pytest.mark.parametrize("document", documents())
def test_nothing_moves_while_a_page_comes_in(browser, book, document):
    """A browser shows what has come; a cell looks the same before its output is there."""
    page = browser.new_context(viewport={"width": 390, "height": 3000}).new_page()
    page.add_init_script(SHIFTS)
    handler = functools.partial(Halting, directory=book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/{document}.html", wait_until="load")
        page.wait_for_timeout(300)
        server.shutdown()
    assert page.evaluate("window.shifted") < 0.01
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_cells_that_show_nothing_are_marked(book, document):
    for cell in soup(book / f"{document}.html").select("article div.cell"):
        assert ("silent" in cell["class"]) == (cell.select_one(":scope > .cell_output") is None), cell.get_text()[:80]


def test_files_of_exhibits_match_the_pages(book):
    """Each exhibit has its script and the CSVs that it links to, and nothing is left of exhibits that are gone."""
    pages = [page.read_text(encoding="utf-8") for page in book.rglob("*.html")]
    names = {name for page in pages for name in re.findall(r'<figure class="exhibit" id="([^"]+)"', page)}
    linked = {file for page in pages for file in re.findall(r'<a href="(?:\.\./)+exhibits/([^"]+\.csv)" download', page)}
    assert names and {f"{name}.csv" for name in names} <= linked
    answering = {name for name in documents() if 'class="pasted-text fact-' in (book / f"{name}.html").read_text(encoding="utf-8")}
    numbers = {f"numbers.{name.replace('/', '.')}.js" for name in answering}
    assert {path.name for path in (book / "exhibits").iterdir()} == {f"{name}.js" for name in names} | linked | numbers
