"""Accessibility in a real Chromium: axe-core on every page, the keyboard, headings, names, and the contrast of what charts are drawn with."""

import itertools
import re
from functools import partial

import pytest
from bookpages import LANGUAGE, ROOT, documents, until
from visits import AXE, DESK, FAULTS, PHONE
from visits import opened as visited

opened = partial(visited, reduced_motion="reduce")
PAGES = [*(f"{document}.html" for document in documents()), "search.html?q=Shenzhen", "404.html"]
#: Every rule that axe-core has switched on, best practices included; of colours those outside of drawings, which test_contrast.py measures pixel by pixel.
RULES = f"""async () =>
  (await axe.run({{resultTypes: ['violations'], rules: {{'color-contrast': {{enabled: false}}}}}})).violations.map({FAULTS})"""
#: axe-core walks the whole page at each question, whatever it is asked about. What is folded is hidden from it; and of rows, marks of a drawing and words of
#: code that differ in what they say and where they stand (not in tags, attributes, roles, nor in whether they say something) three stand for all.
SHORTER = """() => {
  document.querySelectorAll('details:not([open]) > :not(summary)').forEach((part) => part.remove());
  const look = (e) => `${e.tagName} ${e.getAttributeNames().sort()} ${e.getAttribute('class')} ${e.getAttribute('role')} ${!!e.textContent.trim()}`
    + `(${[...new Set([...e.children].map(look))]})`;
  for (const whole of document.querySelectorAll('tbody, pre, .exhibit-chart svg')) {
    const seen = {};
    for (const part of whole.querySelectorAll('tr, span, g > *')) if ((seen[look(part)] = (seen[look(part)] ?? 0) + 1) > 3) part.remove();
  } }"""
WITHOUT_DRAWINGS = "document.querySelectorAll('.exhibit-chart').forEach((chart) => chart.remove())"
#: Ten thousand cells of tables have a dozen pairs of colours: two texts of each colour, ground, size and weight are looked at, in either theme; on a phone
#: those that no desk has.
SAMPLE = """([theme, width]) => {
  const seen = ((window.looks ??= {})[theme] ??= {});
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e); if (!/, 0\\)$/.test(c.backgroundColor)) return c.backgroundColor; } };
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length || e.closest('.exhibit-chart')) continue;
    const look = getComputedStyle(e), key = [look.color, ground(e), look.fontSize, look.fontWeight, look.opacity].join();
    seen[key] = (seen[key] ?? 0) + 1;
    if (seen[key] < 3) e.dataset[width] = '';
  }
  return Object.keys(seen).length; }"""
#: What has no sample and lies neither under nor over one goes; a row stays, so that the next one keeps its ground.
ONLY_SAMPLES = """() => {
  const bare = (part) => !part.matches('[data-desk], [data-phone]') && !part.querySelector('[data-desk], [data-phone]');
  [...document.querySelectorAll('.exhibit-chart, tr, li, p, pre')].filter(bare).forEach((part) => part.replaceChildren()); }"""
#: Whether each sample can still be seen; and their colours.
SEEN = "(width) => [...document.querySelectorAll(`[data-${width}]`)].map((e) => e.getClientRects().length)"
COLOURS = f"""async (width) =>
  (await axe.run(`[data-${{width}}]`, {{resultTypes: ['violations'], runOnly: ['color-contrast']}})).violations.map({FAULTS})"""


def with_everything_open(page):
    """A table and a citation, a list of sources, a piece of code, a claim of each verdict: what a reader may open on a page."""
    for kind in ("data", "cite"):
        control = page.locator(f".passport [data-do={kind}]").first
        if control.count() and not page.locator(f".passport-{kind}").count():
            control.click()
            page.wait_for_selector(f".passport-{kind}")
    page.evaluate("""() => { ['.exhibit-sources', '.passport-take', 'article div.cell > details'].forEach((kind) => {
      document.querySelectorAll(kind).forEach((details, n) => { details.open = n < 3; });
    });
    const claims = Object.fromEntries([...document.querySelectorAll('.claim')].reverse().map((claim) => [claim.dataset.verdict, claim]));
    Object.values(claims).forEach((claim) => claim.querySelectorAll('details').forEach((details) => { details.open = true; })); }""")


def turned(page, theme):
    """The page follows the reader from one theme to the other, where only colours can differ."""
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    if page.evaluate("(theme) => !matchMedia(`(prefers-color-scheme: ${theme})`).matches", theme):
        page.emulate_media(color_scheme=theme)
        until(page, "(before) => getComputedStyle(document.body).backgroundColor !== before", arg=before)


def axe_finds_nothing(page):
    """On a desk, then loaded on a phone, where drawings are the same; colours in either theme."""
    looks, found = {}, []
    for width, size in (("desk", DESK), ("phone", PHONE)):
        if width == "phone":
            page.set_viewport_size(size)
            page.reload()
            a_field_that_is_touched_does_not_make_the_page_larger(page)
        if "/search.html" in page.url:
            page.wait_for_selector("#search-found li")
        with_everything_open(page)
        page.evaluate(AXE)
        page.evaluate("(looks) => { window.looks = looks; }", looks)
        for theme in ("light", "dark"):
            turned(page, theme)
            page.evaluate(SAMPLE, [theme, width])
        looks = page.evaluate("window.looks")
        # After the samples, which it leaves where they are: their marks make them rows of another look.
        page.evaluate(SHORTER)
        if width == "phone":
            page.evaluate(WITHOUT_DRAWINGS)
        found += [f"{width}: {fault}" for fault in page.evaluate(RULES)]
        page.evaluate(ONLY_SAMPLES)
        seen = page.evaluate(SEEN, width)
        assert all(seen) and (seen or width == "phone")
        for theme in ("light", "dark") if seen else ():
            turned(page, theme)
            found += [f"{width}, {theme}: {fault}" for fault in page.evaluate(COLOURS, width)]
    assert not found, "\n".join([f"{len(found)} things keep some readers out; each says what to mend:", *found])


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


#: Each control that the keyboard comes to, and whether one sees that it is there.
FOCUSED = """() => { window.reached = []; addEventListener('focusin', ({target: e}) => reached.push([
  e.closest('figure.exhibit')?.id ?? '', e.dataset.do ?? (e.tagName === 'A' ? e.textContent : e.tagName), getComputedStyle(e).outlineStyle])); }"""
#: The controls that an exhibit has beside those of all: where it draws observations, the page on which readers draw for themselves; where it draws computed
#: values, a second CSV.
OWN = """(figure) => [figure.querySelectorAll('[data-do=explore]').length, figure.querySelectorAll(`a[href$="/${figure.id}-drawn.csv"]`).length]"""
#: By kind, what its exhibits have to press: all of a kind the same.
CONTROLS = f"""(figures) => figures.map((figure) => {{ const take = figure.querySelector('.passport-take'); take.open = true;
  const seen = [...figure.querySelectorAll('.passport :is([data-do], a, summary), .exhibit-sources > summary')].filter((e) => e.getClientRects().length);
  take.open = false; return [({OWN})(figure), seen.map((e) => e.dataset.do ?? (e.tagName === 'A' ? e.textContent : e.tagName))]; }})"""
READY = """(figure) => { figure.querySelector('.passport-take').open = true; figure.querySelector('[data-do=data]').focus();
  reached.splice(0, reached.length - 1); return figure.id; }"""


def tab_reaches_every_control_of_an_exhibit_of_each_kind_in_order(page, document):
    page.evaluate(FOCUSED)
    kinds = {tuple(figure.evaluate(OWN)): figure for figure in page.query_selector_all("figure.exhibit")}
    shown = {kind: {tuple(had) for one, had in page.locator("figure.exhibit").evaluate_all(CONTROLS) if tuple(one) == kind} for kind in kinds}
    assert all(len(ways) == 1 for ways in shown.values()), shown
    for (explore, drawn), figure in kinds.items():
        name = figure.evaluate(READY)
        order = ["data", *["explore"] * explore, "cite", "code", "SUMMARY", "CSV", *["CSV as drawn"] * drawn, "svg", "png", "embed", "SUMMARY"]
        for _ in order[1:]:
            page.keyboard.press("Tab")
        reached = page.evaluate("reached")
        assert [[figure, what] for figure, what, _ in reached] == [[name, what] for what in order]
        assert not [what for _, what, ring in reached[1:] if ring == "none"], f"{name}: nothing shows where the keyboard is"


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


def test_the_switch_for_all_code(browser, site):
    """It stands in one line with the other buttons in windows of any width, works by keyboard, and says its state."""
    page = opened(browser, f"{site}/{next(iter(NOTEBOOKS))}.html")
    switch = page.locator(".show-code")
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 800})
        one, two = switch.bounding_box(), page.locator(".theme-switch-button:visible").first.bounding_box()
        assert one["y"] >= 0 and one["x"] + one["width"] <= two["x"] and abs(one["y"] + one["height"] / 2 - two["y"] - two["height"] / 2) < 3, width
    for key, pressed in (("Enter", "true"), ("Space", "false")):
        switch.focus()
        page.keyboard.press(key)
        assert (switch.get_attribute("aria-pressed"), switch.text_content()) == (pressed, "Hide the code" if pressed == "true" else "Show the code")
        assert set(page.locator("details.hide").evaluate_all("folds => folds.map(fold => String(fold.open))")) == {pressed}
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
    page.evaluate("document.documentElement.dataset.theme = 'light'")


MOVING = """() => [...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e);
  return s.animationName !== 'none' || s.transitionDuration.split(',').some((t) => parseFloat(t) > 0) && s.transitionProperty !== 'none'
    || s.scrollBehavior === 'smooth'; }).map((e) => e.tagName + '.' + e.className).slice(0, 5)"""


#: Where nothing but a ground is seen, and it is that of the page; and drawings that do not stand on the paper they were made for.
TAKEN_AWAY = """() => {
  const ground = (element) => getComputedStyle(element).backgroundColor, seen = (element) => element.getClientRects().length && element.clientWidth;
  const paper = document.createElement('p');
  paper.style.cssText = 'forced-color-adjust: none; background: var(--gba-paper)';
  document.body.append(paper);
  const painted = [...document.querySelectorAll('.fa-solid, .weights-bar')].filter((element) => seen(element) && ground(element) === ground(document.body));
  const bare = [...document.querySelectorAll('.exhibit-chart')].filter((element) => seen(element) && ground(element) !== ground(paper));
  paper.remove();
  return [...painted, ...bare].map((element) => element.outerHTML.slice(0, 90));
}"""


def high_contrast_takes_no_icon_bar_or_chart_away(page):
    """Black, as the system says, on a page that its reader has chosen to be light."""
    page.emulate_media(forced_colors="active", color_scheme="dark")
    until(page, "document.documentElement.dataset.theme === 'dark'")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert page.evaluate(TAKEN_AWAY) == []
    page.emulate_media(forced_colors="none", color_scheme="light")


def a_field_that_is_touched_does_not_make_the_page_larger(page):
    """As an iPhone does where its letters are smaller than 16 pixels."""
    page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    assert page.evaluate("innerWidth < 600 && matchMedia('(pointer: coarse)').matches")
    fields = "[...document.querySelectorAll('input:not([type=range], [type=checkbox], [type=radio]), select, textarea')]"
    assert page.evaluate(f"{fields}.filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => field.outerHTML.slice(0, 90))") == []


@pytest.mark.parametrize("address", PAGES)
def test_a_reader_with_a_keyboard_who_wants_no_motion_then_high_contrast_then_a_phone(browser, site, address):
    """One visit: headings, the skip to the text, every control in order, what they open, themes, axe at either width, and fields that are touched."""
    page, document = opened(browser, f"{site}/{address}", color_scheme="light"), address.removesuffix(".html")
    assert page.evaluate(MOVING) == []
    if document in documents():
        headings_language_and_landmarks(page, document)
        first_key_press_offers_to_skip_to_the_text(page, document)
        tab_reaches_every_control_of_an_exhibit_of_each_kind_in_order(page, document)
    if document in WITH_EXHIBITS:
        table_citation_and_code_by_keyboard(page, document)
        a_chosen_theme_recolours_drawing_and_live_chart_alike(page, document)
    if document in documents():
        high_contrast_takes_no_icon_bar_or_chart_away(page)
    axe_finds_nothing(page)
    page.context.close()
