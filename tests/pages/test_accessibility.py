"""Accessibility in a real Chromium: axe-core on every page, the keyboard, headings, names, and the contrast of what charts are drawn with."""

import itertools
import re
from pathlib import Path

import axe_playwright_python
import pytest
from bookpages import LANGUAGE, ROOT, documents, until
from gba.charts.palette import palette
from visits import DESK, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = [*(f"{document}.html" for document in documents()), "search.html?q=Shenzhen", "404.html"]
#: Every rule that axe-core has switched on, best practices included.
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


@pytest.mark.parametrize(("viewport", "themes"), [(DESK, ("light", "dark")), (PHONE, ("dark", "light"))], ids=["desk", "phone"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(browser, site, address, viewport, themes):
    """In both themes: the page opens in one, and follows the reader to the other."""
    page = opened(browser, f"{site}/{address}", viewport, color_scheme=themes[0])
    if address.startswith("search"):
        page.wait_for_selector("#search-found li")
    with_everything_open(page)
    page.evaluate(AXE)
    found = [f"{themes[0]}: {fault}" for fault in page.evaluate(VIOLATIONS)]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme=themes[1])
    until(page, "(ground) => getComputedStyle(document.body).backgroundColor !== ground", arg=ground)
    found += [f"{themes[1]}: {fault}" for fault in page.evaluate(VIOLATIONS)]
    assert not found, "\n".join(found)
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_headings_language_and_landmarks(browser, site, document):
    page = opened(browser, f"{site}/{document}.html")
    assert page.evaluate("document.documentElement.lang") == LANGUAGE
    headings = "[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]"
    levels = page.evaluate(f"{headings}.filter((h) => h.getClientRects().length).map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == page.locator("h1:visible").count() == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), f"a level of headings is left out: {levels}"
    assert page.locator("main").count() == 1
    page.context.close()


@pytest.mark.parametrize("document", documents())
def test_the_first_key_press_offers_to_skip_to_the_text(browser, site, document):
    page = opened(browser, f"{site}/{document}.html")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert "skip" in focused.text_content().lower()
    assert focused.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')"), "the key press after the skip is not in the text"
    page.context.close()


ORDER = ["data", "CSV", "svg", "png", "cite", "code", "SUMMARY"]
FOCUSED = """() => { const e = document.activeElement;
  return [e.closest('figure.exhibit')?.id ?? '', e.dataset.do ?? (e.tagName === 'A' ? e.textContent : e.tagName)]; }"""


@pytest.mark.parametrize("document", documents())
def test_tab_reaches_every_control_of_every_exhibit_in_order(browser, site, document):
    page = opened(browser, f"{site}/{document}.html")
    for figure in page.locator("figure.exhibit").all():
        name = figure.get_attribute("id")
        # An exhibit that draws computed values has a second CSV, right after the first.
        order = [*ORDER[:2], "CSV as drawn", *ORDER[2:]] if figure.locator(f'a[href$="/{name}-drawn.csv"]').count() else ORDER
        figure.locator("[data-do=data]").focus()
        reached = [page.evaluate(FOCUSED)]
        for _ in order[1:]:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
        assert reached == [[name, what] for what in order]
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", f"{name}: nothing shows where the keyboard is"
    page.context.close()


NOTEBOOKS = {document: path.read_text(encoding="utf-8") for document in documents() if (path := ROOT / f"{document}.ipynb").is_file()}
WITH_EXHIBITS = [document for document, text in NOTEBOOKS.items() if "gba.figure(" in text]


@pytest.mark.parametrize("document", WITH_EXHIBITS)
def test_table_citation_and_code_by_keyboard(browser, site, document):
    page = opened(browser, f"{site}/{document}.html")
    figure = page.locator("figure.exhibit").first
    name, control = figure.get_attribute("id"), figure.locator("[data-do=data]")
    control.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#data-{name}")
    assert control.get_attribute("aria-expanded") == "true"
    assert control.get_attribute("aria-controls") == f"data-{name}"
    head = figure.locator("thead th").first
    head.locator("button").focus()
    for key, order in (("Enter", "ascending"), ("Space", "descending")):
        page.keyboard.press(key)
        assert head.get_attribute("aria-sort") == order
        assert order in figure.locator("[aria-live]").first.text_content()
        first = figure.locator("table").first.locator("tbody tr > :first-child").all_text_contents()
        filled = [cell for cell in first if cell]
        assert filled[0] == filled[-1] or (filled[0].casefold() <= filled[-1].casefold()) == (order == "ascending")
    assert figure.locator("thead [aria-sort]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(f"#data-{name}").count() == 0
    assert control.evaluate("(element) => element === document.activeElement"), "the focus is lost with the table"
    assert control.get_attribute("aria-expanded") == "false"
    figure.locator("[data-do=cite]").focus()
    page.keyboard.press("Space")
    page.wait_for_selector(f"#cite-{name}")
    cited = figure.locator("textarea").first.input_value()
    number = figure.locator(".exhibit-number").text_content().removesuffix(".")
    title = figure.locator(".exhibit-title").text_content()
    for part in (title, number, page.locator(".logo__title").first.text_content().strip(), f"{document}.html#{name}", "Source: "):
        assert part in cited, f"{part!r} is not in the citation {cited}"
    assert re.search(r"\(\d{4}\)", cited)
    assert re.search(r"seen \d{4}-\d\d-\d\d", cited)
    assert figure.locator("textarea").nth(1).input_value().startswith(f"@misc{{{name}-")
    figure.locator("[data-do=code]").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    cell = page.locator(f"#code-{name}")
    assert cell.locator("pre").first.is_visible(), "the code stays folded"
    assert cell.evaluate("(cell) => cell.contains(document.activeElement)"), "the focus is not in the code"
    page.context.close()


def test_sliders_tell_their_values(browser, site):
    document = next(document for document, text in NOTEBOOKS.items() if "adjustable" in text)
    page = opened(browser, f"{site}/{document}.html")
    for slider in page.locator(".weights input[type=range]").all():
        assert page.locator(f"label[for='{slider.get_attribute('id')}']").text_content().strip()
        before = slider.get_attribute("aria-valuetext") or slider.input_value()
        slider.focus()
        page.keyboard.press("ArrowRight")
        after = slider.get_attribute("aria-valuetext") or slider.input_value()
        assert before != after
    assert page.locator(".weights [aria-live], .weights [role=status], .weights output").count() > 0
    page.context.close()


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("token", ["ink", "muted", "rule", "shenzhen", "guangzhou", "hong_kong", "macao", "other", "good", "bad", "unsure"])
def test_marks_that_mean_something_stand_out(token, theme):
    assert contrast(palette()[token][theme], palette()["paper"][theme]) >= 3


#: Text on a mark: what the pixel under the middle of each text shows is its ground. Only marks of one plain colour count.
ON_MARKS = """() => {
  const rgb = (value) => (value.match(/[\\d.]+/g) ?? []).map(Number);
  const found = [];
  for (const svg of document.querySelectorAll('.exhibit-chart svg')) {
    if (!svg.getClientRects().length) continue;
    const shapes = [...svg.querySelectorAll('path, rect, circle')].filter((s) => {
      const c = getComputedStyle(s);
      return c.fill.startsWith('rgb(') && +c.fillOpacity === 1 && +c.opacity === 1; });
    const all = [...svg.querySelectorAll('path, rect, circle, text')];
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      // A word with a halo brings its own ground: it is drawn twice, first as a stroke in the ground's colour.
      const halo = [...svg.querySelectorAll('text')].some((t) => t.textContent === text.textContent && getComputedStyle(t).stroke !== 'none');
      if (!text.textContent.trim() || !box.width || halo) continue;
      const ground = shapes.filter((s) => {
        const b = s.getBoundingClientRect();
        return b.left <= box.left + 1 && b.right >= box.right - 1 && b.top <= box.top + 4 && b.bottom >= box.bottom - 4
        && all.indexOf(s) < all.indexOf(text)
        && s.isPointInFill(new DOMPoint((box.left + box.width / 2), (box.top + box.height / 2)).matrixTransform(s.getScreenCTM().inverse())); }).at(-1);
      if (ground) found.push([svg.closest('figure').id, text.textContent, rgb(getComputedStyle(text).fill), rgb(getComputedStyle(ground).fill)]);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("document", documents())
def test_words_on_marks_can_be_read(browser, site, document):
    page = opened(browser, f"{site}/{document}.html", color_scheme="light")
    weak = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        until(page, "(theme) => document.documentElement.dataset.theme === theme", arg=theme)
        for name, text, ink, ground in page.evaluate(ON_MARKS):
            one, other = (f"#{''.join(f'{int(part):02x}' for part in colour[:3])}" for colour in (ink, ground))
            if contrast(one, other) < 4.5:
                weak.append(f"{name}, {theme}: {text!r} {one} on {other} {contrast(one, other):.2f}")
    assert not weak, "\n".join(weak)
    page.context.close()


@pytest.mark.parametrize("document", WITH_EXHIBITS)
def test_a_chosen_theme_recolours_drawing_and_live_chart_alike(browser, site, document):
    """Both use the palette's variables, so that the choice is followed without a redraw."""
    page = opened(browser, f"{site}/{document}.html", color_scheme="light")
    page.mouse.wheel(0, 10)
    page.locator("figure.exhibit").first.scroll_into_view_if_needed()
    page.wait_for_selector("figure.exhibit[data-live=true]", timeout=20_000)
    figure = page.locator("figure.exhibit[data-live=true]").first
    colours = """(figure) => ['svg.exhibit-wide', '.exhibit-live svg'].map((which) => new Set([
      ...figure.querySelector(which).querySelectorAll('path, text, line, rect')]
      .flatMap((e) => [getComputedStyle(e).fill, getComputedStyle(e).stroke]).filter((c) => c.startsWith('rgb(')))).map((set) => [...set].sort())"""
    node = figure.evaluate("(figure) => { window.liveBefore = figure.querySelector('.exhibit-live svg'); }")
    assert node is None
    light = figure.evaluate(colours)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = figure.evaluate(colours)
    assert figure.evaluate("(figure) => figure.querySelector('.exhibit-live svg') === window.liveBefore"), "the chart was drawn again"
    grounds = {"rgb(0, 0, 0)"}
    for before, after in zip(light, dark, strict=True):
        assert set(before) - grounds
        assert not (set(before) & set(after)) - grounds
    page.context.close()
