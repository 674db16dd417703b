"""How the page tests visit a page: a desk and a phone, what the page asked for and complained about, which drawings are seen."""

from pathlib import Path

import axe_playwright_python
from bookpages import until

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
#: A fault that axe-core has found, in words that say where it stands and what to mend.
FAULTS = """(rule) => `${rule.id}: ${rule.nodes.slice(0, 4).map((node) => `${node.target} ${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`"""
#: What the page's own security policy has blocked.
LISTEN = """window.blocked = [];
document.addEventListener('securitypolicyviolation', (event) => blocked.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""


def opened(browser, url, viewport=DESK, **options):
    """A page with a record of what it asked for and complained about."""
    context = browser.new_context(viewport=viewport, **options)
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("response", lambda answer: page.complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.add_init_script(LISTEN)
    page.goto(url, wait_until="load")
    return page


def scroll_through(page):
    """Bring every exhibit near the viewport, and wait until each is live or has failed."""
    for figure in page.query_selector_all("figure.exhibit"):
        figure.evaluate("figure => figure.scrollIntoView()")  # as a reader does: Playwright's own way waits until the page is at rest
        until(page, "figure => figure.dataset.live", arg=figure)


VISIBLE = """() => [...document.querySelectorAll('figure.exhibit')].map(figure => {
  const shown = [...figure.querySelectorAll('.exhibit-chart svg')].filter(svg => svg.getClientRects().length);
  const box = shown[0]?.getBoundingClientRect();
  return {id: figure.id, drawings: shown.length, width: box?.width ?? 0, height: box?.height ?? 0,
          marks: shown[0] ? shown[0].querySelectorAll('path, line, text, rect, circle').length : 0, live: figure.dataset.live ?? ''};
})"""
