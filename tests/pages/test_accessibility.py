"""Accessibility in a real Chromium: axe-core on every page, the keyboard, headings, names, and the contrast of what charts are drawn with."""

import itertools
import re
from pathlib import Path

import axe_playwright_python
import pytest
from bookpages import LANGUAGE, ROOT, documents, until
from visits import DESK, PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = [*(f"{document}.html" for document in documents()), "search.html?q=Shenzhen", "404.html"]
#: Every rule that axe-core has switched on, best practices included; of colours those outside of drawings, which test_contrast.py measures pixel by pixel.
FAULTS = """(rule) => `${rule.id}: ${rule.nodes.slice(0, 4).map((node) => `${node.target} ${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`"""
RULES = f"""async () => (await axe.run(document, {{resultTypes: ['violations'], rules: {{'color-contrast': {{enabled: false}}}}}})).violations.map({FAULTS})"""
COLOURS = (
    f"""async () => (await axe.run({{exclude: [['.exhibit-chart']]}}, {{resultTypes: ['violations'], runOnly: ['color-contrast']}})).violations.map({FAULTS})"""
)


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
    """The page opens in one theme and follows the reader to the other, where only colours can differ."""
    page = opened(browser, f"{site}/{address}", viewport, color_scheme=themes[0])
    if address.startswith("search"):
        page.wait_for_selector("#search-found li")
    with_everything_open(page)
    page.evaluate(AXE)
    found = [f"{themes[0]}: {fault}" for fault in [*page.evaluate(RULES), *page.evaluate(COLOURS)]]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme=themes[1])
    until(page, "(ground) => getComputedStyle(document.body).backgroundColor !== ground", arg=ground)
    found += [f"{themes[1]}: {fault}" for fault in page.evaluate(COLOURS)]
    assert not found, "\n".join(found)
    page.context.close()


def headings_language_and_landmarks(page, document):
    assert page.evaluate("document.documentElement.lang") == LANGUAGE
    headings = "[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]"
    levels = page.evaluate(f"{headings}.filter((h) => h.getClientRects().length).map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == page.locator("h1:visible").count() == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), f"a level of headings is left out: {levels}"
    assert page.locator("main").count() == 1


def first_key_press_offers_to_skip_to_the_text(page, document):
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert "skip" in focused.text_content().lower()
    assert focused.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')"), "the key press after the skip is not in the text"


ORDER = ["data", "CSV", "svg", "png", "cite", "code", "SUMMARY"]
FOCUSED = """() => { const e = document.activeElement;
  return [e.closest('figure.exhibit')?.id ?? '', e.dataset.do ?? (e.tagName === 'A' ? e.textContent : e.tagName)]; }"""


def tab_reaches_every_control_of_every_exhibit_in_order(page, document):
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


NOTEBOOKS = {document: path.read_text(encoding="utf-8") for document in documents() if (path := ROOT / f"{document}.ipynb").is_file()}
WITH_EXHIBITS = [document for document, text in NOTEBOOKS.items() if "gba.figure(" in text]


def table_citation_and_code_by_keyboard(page, document):
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
    assert cell.locator("details.hide").evaluate_all("folds => folds.every(fold => fold.open)"), "another fold than that of the code is open"
    assert cell.evaluate("(cell) => cell.contains(document.activeElement)"), "the focus is not in the code"


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_the_switch_for_all_code(browser, site, width):
    """It stands in one line with the other buttons, works by keyboard, and says its state."""
    page = opened(browser, f"{site}/{next(iter(NOTEBOOKS))}.html", {"width": width, "height": 800})
    switch = page.locator(".show-code")
    one, two = switch.bounding_box(), page.locator(".theme-switch-button:visible").first.bounding_box()
    assert one["y"] >= 0 and one["x"] + one["width"] <= two["x"] and abs(one["y"] + one["height"] / 2 - two["y"] - two["height"] / 2) < 3
    for key, pressed in (("Enter", "true"), ("Space", "false")):
        switch.focus()
        page.keyboard.press(key)
        assert (switch.get_attribute("aria-pressed"), switch.text_content()) == (pressed, "Hide the code" if pressed == "true" else "Show the code")
        assert set(page.locator("details.hide").evaluate_all("folds => folds.map(fold => String(fold.open))")) == {pressed}
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


def a_chosen_theme_recolours_drawing_and_live_chart_alike(page, document):
    """Both use the palette's variables, so that the choice is followed without a redraw."""
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


MOVING = """() => [...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e);
  return s.animationName !== 'none' || s.transitionDuration.split(',').some((t) => parseFloat(t) > 0) && s.transitionProperty !== 'none'
    || s.scrollBehavior === 'smooth'; }).map((e) => e.tagName + '.' + e.className).slice(0, 5)"""


@pytest.mark.parametrize("document", documents())
def test_a_reader_with_a_keyboard_who_wants_no_motion(browser, site, document):
    """One visit: headings, the skip to the text, every control in order, what they open, a change of theme."""
    page = opened(browser, f"{site}/{document}.html", color_scheme="light")
    assert page.evaluate(MOVING) == []
    headings_language_and_landmarks(page, document)
    first_key_press_offers_to_skip_to_the_text(page, document)
    tab_reaches_every_control_of_every_exhibit_in_order(page, document)
    if document in WITH_EXHIBITS:
        table_citation_and_code_by_keyboard(page, document)
        a_chosen_theme_recolours_drawing_and_live_chart_alike(page, document)
    page.context.close()
