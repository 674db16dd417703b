"""On paper: every chart, then every source once with its address, in light colours, nothing clipped, nothing to press."""

import re

import pytest
from bookpages import documents, until
from visits import VISIBLE, opened

ON_PAPER = """() => {
  const seen = (element) => element.checkVisibility({checkVisibilityCSS: true, contentVisibilityAuto: true}) && element.getClientRects().length > 0;
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll('figure.exhibit')].map((figure) => {
    const shown = [...figure.querySelectorAll('.exhibit-chart svg')].filter(seen);
    const box = shown[0]?.getBoundingClientRect() ?? {};
    const own = (link) => getComputedStyle(link, '::after').content.includes(link.getAttribute('href'));
    const fold = figure.querySelector('.exhibit-sources'), bottom = (element) => element.getBoundingClientRect().bottom;
    return {id: figure.id, charts: shown.length, left: box.left, right: box.right, wide,
            buttons: [...figure.querySelectorAll('button, .passport summary, .passport a')].filter(seen).length,
            heading: getComputedStyle(fold.querySelector('summary'), '::before').content + fold.querySelector('summary').textContent,
            named: `${figure.querySelector('.exhibit-number').textContent} `, below: bottom(figure.querySelector('.exhibit-caption')),
            sources: fold.getBoundingClientRect().top,
            before: getComputedStyle(fold.querySelector('.source-list'), '::before').content.replace(/^none$/, ''),
            items: [...fold.querySelectorAll('.source-list > li')].map((item) => [item.textContent, seen(item)]),
            bare: [...fold.querySelectorAll('a[href^=http]')].filter((link) => seen(link) && !own(link)).length};
  });
}"""

#: Words of charts that are light and stand on the paper: on no dark mark, and not the halo around a word, which is of the colour of its edge.
FAINT = """() => {
  const light = (colour) => Math.min(...colour.match(/\\d+/g).slice(0, 3)) >= 140;
  const within = ({left, right, top, bottom}, x, y) => left <= x && x <= right && top <= y && y <= bottom;
  return [...document.querySelectorAll('.exhibit-chart > svg')].flatMap((svg) => {
    const seen = (kind) => [...svg.querySelectorAll(kind)].filter((one) => one.getClientRects().length);
    const marks = seen('path, rect').filter((mark) => /^rgb\\(/.test(getComputedStyle(mark).fill) && !light(getComputedStyle(mark).fill));
    const boxes = marks.map((mark) => mark.getBoundingClientRect());
    return seen('text').filter((word) => {
      const {fill, stroke} = getComputedStyle(word), {left, top, width, height} = word.getBoundingClientRect();
      return light(fill) && fill !== stroke && !boxes.some((box) => within(box, left + width / 2, top + height / 2));
    }).map((word) => `${word.closest('figure').id}: ${word.textContent}`);
  });
}"""


@pytest.mark.parametrize("document", documents())
def test_paper_has_every_chart_and_every_source(browser, site, document):
    """One visit of a dark page: as drawn, with a live chart, and as a PDF."""
    page = opened(browser, f"{site}/{document}.html", {"width": 760, "height": 1000}, color_scheme="dark")
    page.wait_for_load_state("networkidle")
    on_paper(page)
    page.emulate_media(media="screen")
    figures = page.locator("figure.exhibit")
    if figures.count():
        figures.first.scroll_into_view_if_needed()
        page.mouse.wheel(0, 20)
        page.wait_for_selector("figure.exhibit[data-live=true]", timeout=20_000)
        on_paper(page)
        page.emulate_media(media="screen")
    prints(page)
    page.context.close()


def on_paper(page):
    page.emulate_media(media="print")
    until(page, "document.documentElement.dataset.theme === 'light'")
    figures = page.evaluate(ON_PAPER)
    for told in figures:
        assert told["charts"] == 1, told
        assert told["left"] >= -1 and told["right"] <= told["wide"] + 1, f"{told['id']}: clipped"
        assert told["buttons"] == 0, told
        assert told["heading"].startswith(f'"{told["named"]}"'), f"{told['id']}: its sources stand under {told['heading']}"
        assert told["bare"] == 0, f"{told['id']}: links without their address"
    sources_come_once_and_last(figures)
    cut = page.evaluate("[...document.querySelectorAll('article pre')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)")
    assert not cut, "lines of code that paper cuts off"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), f"paper is printed {light}"
    ink = page.evaluate("getComputedStyle(document.querySelector('article h1')).color")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 110, f"text on paper is {ink}"
    if page.locator("figure.exhibit").count():
        faint = page.evaluate(FAINT)
        assert not faint, f"words of charts that are light on paper: {faint[:8]}"
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--gba-paper').trim()") == "#ffffff"


def sources_come_once_and_last(figures):
    """Each in full where it comes first, below all charts; where it comes again, its number there."""
    listed = {}
    for told in figures:
        assert told["items"] and told["sources"] >= max(each["below"] for each in figures), f"{told['id']}: sources between charts"
        again = []
        for source, seen in told["items"]:
            assert seen == (source not in listed), f"{told['id']}: {source}"
            if not seen:
                again.append(listed[source])
        for source, _ in told["items"]:
            listed.setdefault(source, len(listed) + 1)
        ranges = [[int(end) for end in run.split("–")] for run in re.findall(r"\d+(?:–\d+)?", told["before"])]
        assert [number for run in ranges for number in range(run[0], run[-1] + 1)] == sorted(again), f"{told['id']}: {told['before']}"


def prints(page):
    page.emulate_media(media="print")
    assert all(shown["drawings"] == 1 and shown["width"] > 300 for shown in page.evaluate(VISIBLE))
    page.emulate_media(media="screen")
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 1
    # Nothing is wider than the paper: the browser would have scaled the page down instead.
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
