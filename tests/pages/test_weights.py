"""The sliders: the maker's HTML, and in a real browser mouse, keyboard, link, phone, dark mode, a folder, no JavaScript."""

import json
import re

import numpy as np
import pytest
from bookpages import documents
from bs4 import BeautifulSoup
from visits import DESK, PHONE, opened

CHAPTER = "book/05-first-city"
FIGURE = "your-weights"
needs_chapter = pytest.mark.skipif(CHAPTER not in documents(), reason="the chapter is not in the table of contents")


# ---------------------------------------------------------------- the maker


def controls(**changes):
    from gba.index import sliders as weights

    given = {
        "pillars": {"a": "A & <b>"},
        "cities": {"x": 'X"y'},
        "rows": [[0.5]],
        "presets": {"Equal weights": {"a": 5}},
        "told": "<script>",
        "start": 5,
    } | changes
    return weights._controls("fig", *(given[key] for key in ("pillars", "cities", "rows", "presets", "told", "start")))


def test_everything_is_escaped():
    soup = BeautifulSoup(controls(), "html.parser")
    assert not soup.select("script, b")
    assert soup.select_one("label").text == "A & <b>"
    assert json.loads(soup.select_one(".weights")["data-index"])["names"] == {"x": 'X"y'}


def test_no_inline_script_or_style():
    assert not re.search(r"\son\w+=|\sstyle=|<script|javascript:", controls(told="plain"))


def test_controls_are_labelled():
    soup = BeautifulSoup(controls(), "html.parser")
    for slider in soup.select("input[type=range]"):
        assert soup.select_one(f'label[for="{slider["id"]}"]')
        assert slider["aria-valuetext"] == "5 of 10, 100% of the index"
    assert soup.select_one("[role=status][aria-live=polite]") is not None
    assert soup.select_one(".weights").has_attr("hidden")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scores": [[0.1, 0.2]]}, "expected 1 cities x 1 pillars"),
        ({"presets": {"P": {"b": 1}}}, "preset 'P'"),
        ({"presets": {"P": {"a": 11}}}, "from 0 to 10"),
    ],
)
def test_wrong_input_is_told(changes, told):
    from types import SimpleNamespace

    from gba.index.sliders import adjustable

    with pytest.raises(ValueError, match=told):
        adjustable(SimpleNamespace(name="f"), pillars={"a": "A"}, cities={"x": "X"}, **({"scores": [[0.1]]} | changes))


# ---------------------------------------------------------------- in the browser


@pytest.fixture
def page(browser, site):
    page = opened(browser, f"{site}/{CHAPTER}.html", DESK)
    page.wait_for_selector(f"#{FIGURE} .weights[data-ready]")
    yield page
    assert not page.complaints
    page.context.close()


def data(page):
    return json.loads(page.locator(f"#{FIGURE} .weights").get_attribute("data-index"))


def expected(page, weights):
    """The ranking that the weights must give: (place, points), best first."""
    given = data(page)
    points = {place: 100 * float(np.average(scores, weights=weights)) for place, scores in given["scores"].items()}
    return sorted(points.items(), key=lambda item: -item[1])


def shown(page):
    """The ranking as it stands in the page."""
    rows = page.locator(f"#{FIGURE} .weights-ranking li").all()
    return [(row.get_attribute("data-place"), float(row.locator(".weights-score").inner_text())) for row in rows]


def weights_of(page):
    return [int(value) for value in page.eval_on_selector_all(f"#{FIGURE} input[type=range]", "sliders => sliders.map(slider => slider.value)")]


def check(page, weights):
    wanted = expected(page, weights)
    found = shown(page)
    assert [place for place, _ in found] == [place for place, _ in wanted]
    assert [points for _, points in found] == pytest.approx([points for _, points in wanted], abs=0.051)
    page.wait_for_timeout(250)  # the bars glide to their place
    widths = page.eval_on_selector_all(
        f"#{FIGURE} .weights-bar", "bars => bars.map(bar => bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width)"
    )
    assert [100 * width for width in widths] == pytest.approx([points for _, points in wanted], abs=0.6)


@needs_chapter
def test_starts_with_equal_weights(page):
    assert set(weights_of(page)) == {5}
    check(page, weights_of(page))
    assert page.locator(f"#{FIGURE} .weights-static").is_hidden()


@needs_chapter
def test_keyboard_moves_a_slider(page):
    slider = page.locator(f"#{FIGURE} input[type=range]").first
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == f"10 of 10, {round(100 * 10 / 35)}% of the index"
    check(page, [10, 5, 5, 5, 5, 5])
    page.keyboard.press("Home")
    check(page, [0, 5, 5, 5, 5, 5])
    page.wait_for_timeout(300)
    first = data(page)["names"][expected(page, [0, 5, 5, 5, 5, 5])[0][0]]
    assert page.locator(f"#{FIGURE} [role=status]").inner_text().startswith(first)


@needs_chapter
def test_mouse_moves_a_slider_and_the_ranking_turns(page):
    """With all weight drawn to one pillar after the other, every winner of a pillar comes first once."""
    winners = set()
    sliders = page.locator(f"#{FIGURE} input[type=range]").all()
    for n in range(len(sliders)):
        for m, other in enumerate(sliders):
            other.scroll_into_view_if_needed()
            box = other.bounding_box()
            page.mouse.click(box["x"] + (box["width"] - 3 if m == n else 3), box["y"] + box["height"] / 2)
        assert weights_of(page) == [10 if m == n else 0 for m in range(len(sliders))]
        check(page, weights_of(page))
        winners.add(shown(page)[0][0])
    scores = np.array(list(data(page)["scores"].values()))
    assert winners == {list(data(page)["scores"])[city] for city in scores.argmax(0)}
    assert len(winners) > 1


@needs_chapter
def test_a_link_carries_the_weights(page, browser, site):
    page.locator(f"#{FIGURE} input[type=range]").nth(3).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    link = page.locator(f"#{FIGURE} .weights-link").get_attribute("href")
    assert page.url.endswith(link)
    other = opened(browser, f"{site}/{CHAPTER}.html{link}", DESK)
    other.wait_for_selector(f"#{FIGURE} .weights[data-ready]")
    assert weights_of(other) == [5, 5, 5, 7, 5, 5]
    assert shown(other) == shown(page)
    assert other.evaluate(f"Math.abs(document.getElementById('{FIGURE}').getBoundingClientRect().top) < innerHeight"), "the page opens at the figure"
    other.context.close()


@needs_chapter
@pytest.mark.parametrize("hash_", ["your-weights=research.99", "your-weights=nonsense", "your-weights=%22%3E%3Cimg%3E", "your-weights"])
def test_a_wrong_link_leaves_equal_weights(browser, site, hash_):
    page = opened(browser, f"{site}/{CHAPTER}.html#{hash_}", DESK)
    page.wait_for_selector(f"#{FIGURE} .weights[data-ready]")
    assert set(weights_of(page)) == {5}
    assert not page.complaints
    page.context.close()


@needs_chapter
def test_buttons_set_weights_and_tell_so(page):
    for button in page.locator(f"#{FIGURE} button[data-weights]").all():
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        check(page, weights_of(page))


@needs_chapter
def test_no_weight_at_all_is_said(page):
    for slider in page.locator(f"#{FIGURE} input[type=range]").all():
        slider.focus()
        page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert "no index" in page.locator(f"#{FIGURE} [role=status]").inner_text()


@needs_chapter
def test_on_a_phone(browser, site):
    page = opened(browser, f"{site}/{CHAPTER}.html", PHONE, has_touch=True)
    page.wait_for_selector(f"#{FIGURE} .weights[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for part in page.locator(f"#{FIGURE} input[type=range], #{FIGURE} button").all():
        box = part.bounding_box()
        assert box["height"] >= 30, "a fingertip needs room"
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert page.locator(f"#{FIGURE} input[type=range]").first.bounding_box()["width"] > 180
    slider = page.locator(f"#{FIGURE} input[type=range]").nth(1)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert weights_of(page)[1] == 10
    check(page, weights_of(page))
    page.context.close()


@needs_chapter
def test_follows_dark_mode(page):
    look = f"""() => {{ const panel = document.querySelector('#{FIGURE} .weights'); const bar = panel.querySelector('.weights-bar');
      return [getComputedStyle(panel).color, getComputedStyle(bar).backgroundColor]; }}"""
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_timeout(300)
    light = page.evaluate(look)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(300)
    assert all(a != b for a, b in zip(light, page.evaluate(look), strict=True))


@needs_chapter
def test_from_a_folder(browser, book):
    page = opened(browser, (book / f"{CHAPTER}.html").as_uri(), DESK)
    page.wait_for_selector(f"#{FIGURE} .weights[data-ready]")
    page.locator(f"#{FIGURE} input[type=range]").first.focus()
    page.keyboard.press("End")
    check(page, [10, 5, 5, 5, 5, 5])
    assert ".10_" in page.locator(f"#{FIGURE} .weights-link").get_attribute("href")
    page.context.close()


@needs_chapter
def test_without_javascript_the_result_stands(browser, site):
    page = opened(browser, f"{site}/{CHAPTER}.html", PHONE, java_script_enabled=False)
    assert page.locator(f"#{FIGURE} .weights").is_hidden()
    assert "With equal weights" in page.locator(f"#{FIGURE} .weights-static").inner_text()
    assert page.locator(f"#{FIGURE} .exhibit-narrow").is_visible()
    page.context.close()


@needs_chapter
def test_only_pages_with_sliders_load_the_script(book):
    for document in documents():
        source = (book / f"{document}.html").read_text(encoding="utf-8")
        assert ("weights.js" in source) == ('class="weights"' in source), document
