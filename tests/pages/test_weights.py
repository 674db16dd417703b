"""The sliders: the maker's HTML, and in a real browser mouse, keyboard, link, phone, dark mode, a folder, no JavaScript."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from bookpages import documents, until
from bs4 import BeautifulSoup
from gba.index import sliders, worlds
from gba.index.sheet import sheet
from visits import DESK, PHONE, opened

CHAPTER = "book/05-first-city"
FIGURE = "your-weights"


# ---------------------------------------------------------------- the maker


TITLES, SHORTS = {"a": "A & <b>", "b": "B"}, {"one": "One", "two": "Two <i>"}
DATA = {
    "pillars": ["a", "b"], "pillar": [0, 1], "indicators": ["one", "two"], "names": {"x": 'X"y'}, "tie": 1.0, "floor": 0.01,
    "scores": {"each": {"x": [0.5, 0.1]}, "all": {"x": [0.5, 0.1]}}, "bundle": [0, 1], "start": [5, 0],
}  # fmt: skip


def controls(told="<script>", corners=("C & <u>",)):
    presets = {"Equal <weights>": {"a": 5, "b": 5}}
    return sliders._controls("fig", DATA, TITLES, SHORTS, presets, list(corners), told)


def test_controls_are_labelled_escaped_and_without_inline_script_or_style():
    assert not re.search(r"\son\w+=|\sstyle=|<script|javascript:", controls(told="plain"))
    assert "<svg" not in controls(corners=("A", "B")), "a triangle needs three bundles"
    soup = BeautifulSoup(controls(), "html.parser")
    assert not soup.select("script, b, i, u, weights")
    assert soup.select_one("label").text == "A & <b>"
    assert json.loads(soup.select_one(".weights")["data-index"])["names"] == {"x": 'X"y'}
    for slider in soup.select("input[type=range]"):
        assert soup.select_one(f'label[for="{slider["id"]}"]')
    assert [slider["aria-valuetext"] for slider in soup.select("input[type=range]")] == ["5 of 10, 100% of the index", "0 of 10, 0% of the index"]
    for box in soup.select("input[type=checkbox], input[type=radio]"):
        assert box.parent.name == "label" and box.parent.text.strip() and box.find_parent("fieldset").legend.text
    assert soup.select_one("[role=status][aria-live=polite]") is not None
    assert soup.select_one(".weights").has_attr("hidden")


@pytest.mark.parametrize(("preset", "told"), [({"no pillar": 1}, "preset 'P'"), ({"research": 11}, "from 0 to 10"), ({"research": 1.5}, "whole number")])
def test_wrong_input_is_told(preset, told):
    one, made = worlds.model(), sheet()
    given = {"pillars": made.pillars, "indicators": made.indicators, "cities": {place: place for place in made.places}, "bundles": {}, "tie": 1.0, "told": ""}
    with pytest.raises(ValueError, match=told):
        sliders.adjustable(SimpleNamespace(name="f"), one, **given, presets={"P": {**sliders.starting(one), **preset}})


# ---------------------------------------------------------------- in the browser


def visited(browser, address, viewport=DESK, **options):
    if CHAPTER not in documents():
        pytest.skip("the chapter is not in the table of contents")
    page = opened(browser, address, viewport, **options)
    page.wait_for_selector(f"#{FIGURE} .weights[data-ready]")
    return page


@pytest.fixture(scope="module")
def visit(browser, site):
    page = visited(browser, f"{site}/{CHAPTER}.html")
    page.beginning = page.locator(f"#{FIGURE} .weights-link").get_attribute("href")
    yield page
    page.context.close()


@pytest.fixture
def page(visit):
    """All tests share one visit; each begins with the choices of the chapter, as from a link."""
    visit.evaluate("link => { location.hash = link; }", visit.beginning)
    until(visit, f"document.querySelector('#{FIGURE} .weights-link').getAttribute('href') === '{visit.beginning}'")
    yield visit
    assert not visit.complaints


def data(page):
    return json.loads(page.locator(f"#{FIGURE} .weights").get_attribute("data-index"))


def choices(page):
    """What is chosen in the page: weights, indicators that are on, mean, size."""
    return page.evaluate(
        """figure => { const all = (selector) => [...document.querySelectorAll(`#${figure} ${selector}`)]; return {
          weights: all("input[type=range]").map((one) => Number(one.value)),
          on: all("input[data-indicator]").map((one) => one.checked),
          mean: all("input[type=radio]:checked").map((one) => one.value)[0], size: all("input[type=radio]:checked").map((one) => one.value)[1] }; }""",
        FIGURE,
    )


def expected(page):
    """The ranking that the choices must give: (place, points), best first; nothing where no pillar counts."""
    given, chosen = data(page), choices(page)
    on, pillar = np.array(chosen["on"]), np.array(given["pillar"])
    weights = np.array([weight * bool((on & (pillar == p)).any()) for p, weight in enumerate(chosen["weights"])], float)
    if not weights.sum():
        return []
    points = {}
    for place, scores in given["scores"][chosen["size"]].items():
        means = np.array([np.mean(np.array(scores)[on & (pillar == p)]) if weight else 1.0 for p, weight in enumerate(weights)])
        mean = (
            np.exp(np.average(np.log(np.maximum(means, given["floor"])), weights=weights))
            if chosen["mean"] == "geometric"
            else np.average(means, weights=weights)
        )
        points[place] = 100 * float(mean)
    return sorted(points.items(), key=lambda item: -item[1])


def shown(page):
    """The ranking as it stands in the page."""
    rows = page.locator(f"#{FIGURE} .weights-ranking li").all()
    return [(row.get_attribute("data-place"), float(row.locator(".weights-score").inner_text())) for row in rows]


def start(page):
    return data(page)["start"]


#: Bars glide to their place, and colours into each other: here at once.
SETTLE = "document.getAnimations().forEach((one) => one.finish())"


def check(page):
    wanted, found = expected(page), shown(page)
    assert [place for place, _ in found] == [place for place, _ in wanted]
    assert [points for _, points in found] == pytest.approx([points for _, points in wanted], abs=0.051)
    page.evaluate(SETTLE)
    widths = page.eval_on_selector_all(
        f"#{FIGURE} .weights-bar", "bars => bars.map(bar => bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width)"
    )
    assert [100 * width for width in widths] == pytest.approx([points for _, points in wanted], abs=0.6)


def verdict(page):
    page.wait_for_timeout(200)
    return page.locator(f"#{FIGURE} [role=status]").inner_text()


def more(page):
    if not page.locator(f"#{FIGURE} .weights-more[open]").count():
        page.locator(f"#{FIGURE} .weights-more summary").click()


def test_keyboard_and_buttons_set_weights_and_none_at_all_is_said(page):
    slider = page.locator(f"#{FIGURE} input[type=range]").first
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == f"10 of 10, {round(100 * 10 / (10 + sum(start(page)[1:])))}% of the index"
    check(page)
    page.keyboard.press("Home")
    assert choices(page)["weights"] == [0, *start(page)[1:]]
    check(page)
    assert verdict(page).startswith(data(page)["names"][expected(page)[0][0]])
    for button in page.locator(f"#{FIGURE} button[data-weights]").all():
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        check(page)
    for slider in page.locator(f"#{FIGURE} input[type=range]").all():
        slider.focus()
        page.keyboard.press("Home")
    assert "Nothing is counted" in verdict(page)
    assert page.locator(f"#{FIGURE} .weights-link").is_hidden()


def test_mouse_moves_a_slider_and_the_ranking_turns(page):
    """With all weight drawn to one pillar after the other, every winner of a pillar comes first once."""
    winners = set()
    every = page.locator(f"#{FIGURE} input[type=range]").all()
    for n in range(len(every)):
        for m, other in enumerate(every):
            other.scroll_into_view_if_needed()
            box = other.bounding_box()
            page.mouse.click(box["x"] + (box["width"] - 3 if m == n else 3), box["y"] + box["height"] / 2)
        assert choices(page)["weights"] == [10 if m == n else 0 for m in range(len(every))]
        check(page)
        winners.add(shown(page)[0][0])
    assert len(winners) > 1


def test_switches_leave_indicators_out_and_change_mean_and_size(page):
    more(page)
    page.locator(f"#{FIGURE} input[data-indicator]").first.uncheck()
    check(page)
    page.locator(f"#{FIGURE} input[value=geometric]").check()
    check(page)
    page.locator(f"#{FIGURE} input[value=all]").check()
    check(page)
    first = data(page)["pillar"].index(0), data(page)["pillar"].count(0)
    for n in range(first[0], first[0] + first[1]):
        page.locator(f"#{FIGURE} input[data-indicator]").nth(n).uncheck()
    assert "0%" in page.locator(f"#{FIGURE} output").first.inner_text(), "a pillar without an indicator counts nothing"
    check(page)


def test_a_link_carries_the_choices(page, browser, site):
    page.locator(f"#{FIGURE} input[type=range]").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    more(page)
    page.locator(f"#{FIGURE} input[data-indicator]").nth(2).uncheck()
    page.locator(f"#{FIGURE} input[value=geometric]").check()
    link = page.locator(f"#{FIGURE} .weights-link").get_attribute("href")
    assert page.url.endswith(link)
    other = visited(browser, f"{site}/{CHAPTER}.html{link}")
    assert choices(other) == choices(page)
    assert shown(other) == shown(page)
    assert other.evaluate(f"Math.abs(document.getElementById('{FIGURE}').getBoundingClientRect().top) < innerHeight"), "the page opens at the figure"
    other.context.close()


def test_a_wrong_link_leaves_the_chapters_index_and_says_so(browser, site):
    page = visited(browser, f"{site}/{CHAPTER}.html#{FIGURE}=research.99")
    for following in ("=nonsense", "=%22%3E%3Cimg%3E", "=mean.median", ""):
        assert choices(page)["weights"] == start(page)
        assert "does not fit" in verdict(page)
        page.evaluate(f"(hash) => {{ document.querySelector('#{FIGURE} [role=status]').textContent = ''; location.hash = hash; }}", FIGURE + following)
    assert not page.complaints
    page.context.close()


def test_a_lead_below_the_tie_is_level(page):
    """All settings of three sliders, until two cities come as near as that: the words say level, never first."""
    found = page.evaluate(
        """figure => { const given = JSON.parse(document.querySelector(`#${figure} .weights`).dataset.index), g = globalThis.gbaIndex, said = [];
        for (let a = 0; a <= 10; a += 1) for (let b = 0; b <= 10; b += 1) for (let c = 0; c <= 10; c += 1) {
          const weights = given.pillars.map((one, n) => [a, b, c][n % 3]);
          const result = g.compute(given, { weights, off: new Set(), mean: "arithmetic", size: "each" });
          const [first, second] = g.ranked(result.index); if (result.total) said.push([first[1] - second[1], g.verdict(given, result)]); } return said; }""",
        FIGURE,
    )
    tie = data(page)["tie"]
    assert any(lead < tie for lead, _ in found)
    assert all(("are level" in words) == (lead < tie) for lead, words in found if abs(lead - tie) > 0.11)


def test_the_triangle_answers_to_pointer_and_keyboard(page):
    svg = page.locator(f"#{FIGURE} .weights-map svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 6)
    bundle = data(page)["bundle"]
    top = [weight for weight, b in zip(choices(page)["weights"], bundle, strict=True) if b == 2]
    rest = [weight for weight, b in zip(choices(page)["weights"], bundle, strict=True) if b != 2]
    assert max(top) == 10 and max(rest) <= 1, "the corner has all the weight"
    check(page)
    svg.focus()
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    assert max(weight for weight, b in zip(choices(page)["weights"], bundle, strict=True) if b != 2) > 1
    check(page)
    assert data(page)["names"][expected(page)[0][0]] in svg.get_attribute("aria-valuetext")
    assert page.locator(f"#{FIGURE} .weights-map polygon").count() > 100


def test_on_a_phone(browser, site):
    page = visited(browser, f"{site}/{CHAPTER}.html", PHONE, has_touch=True)
    more(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for part in page.locator(f"#{FIGURE} input[type=range], #{FIGURE} button:visible, #{FIGURE} .weights-switches label").all():
        box = part.bounding_box()
        assert box["height"] >= 30, "a fingertip needs room"
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert page.locator(f"#{FIGURE} input[type=range]").first.bounding_box()["width"] > 180
    slider = page.locator(f"#{FIGURE} input[type=range]").nth(1)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert choices(page)["weights"][1] == 10
    check(page)
    page.context.close()


def test_follows_dark_mode(page):
    look = f"""() => {{ const panel = document.querySelector('#{FIGURE} .weights'); const bar = panel.querySelector('.weights-bar');
      return [getComputedStyle(panel).color, getComputedStyle(bar).backgroundColor]; }}"""
    seen = []
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.evaluate(SETTLE)
        seen.append(page.evaluate(look))
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert all(a != b for a, b in zip(*seen, strict=True))


def test_starts_with_the_weights_of_the_chapter_from_a_folder_too(browser, book):
    page = visited(browser, (book / f"{CHAPTER}.html").as_uri())
    assert choices(page)["weights"] == start(page)
    assert all(choices(page)["on"]) and (choices(page)["mean"], choices(page)["size"]) == ("arithmetic", "each")
    check(page)
    assert page.locator(f"#{FIGURE} .weights-static").is_hidden()
    page.locator(f"#{FIGURE} input[type=range]").first.focus()
    page.keyboard.press("End")
    check(page)
    assert ".10/" in page.locator(f"#{FIGURE} .weights-link").get_attribute("href")
    page.context.close()


@pytest.mark.skipif(CHAPTER not in documents(), reason="the chapter is not in the table of contents")
def test_without_javascript_the_result_stands(browser, site):
    page = opened(browser, f"{site}/{CHAPTER}.html", PHONE, java_script_enabled=False)
    assert page.locator(f"#{FIGURE} .weights").is_hidden()
    assert "The index with " in page.locator(f"#{FIGURE} .weights-static").inner_text()
    assert page.locator(f"#{FIGURE} .exhibit-narrow").is_visible()
    page.context.close()


def test_only_pages_with_sliders_load_the_script(book):
    for document in documents():
        source = (book / f"{document}.html").read_text(encoding="utf-8")
        assert ("weights.js" in source) == ('class="weights"' in source), document
