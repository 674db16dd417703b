"""The list of claims in a real browser: filtered by mouse and by keyboard, counted aloud, kept in the address, whole without JavaScript."""

import csv
import gzip
import re

import pytest
from bookpages import ROOT, documents, until

PAGE = "book/a1-claims"
pytestmark = [pytest.mark.skipif(PAGE not in documents(), reason=f"{PAGE} is not in _toc.yml"), pytest.mark.xdist_group("claims")]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def total():
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as table:
        return len(list(csv.DictReader(table)))


@pytest.fixture
def opened(browser, site):
    """Open the page; what it complains about fails the test."""
    contexts, complaints = [], []

    def open_page(fragment="", viewport=DESK, **options):
        contexts.append(browser.new_context(viewport=viewport, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/{PAGE}.html{fragment}", wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def shown(page) -> list[str]:
    """The ids of the claims that a reader sees."""
    return page.evaluate("[...document.querySelectorAll('.claim')].filter(one => one.getClientRects().length).map(one => one.id)")


def said(page) -> str:
    return page.inner_text(".claims-count")


def test_all_claims_are_listed(opened, total):
    page = opened()
    assert len(shown(page)) == total
    assert said(page) == f"All {total} claims shown"
    assert page.get_attribute(".claims-count", "aria-live") == "polite"


@pytest.mark.parametrize("name", ["section", "verdict"])
def test_filters_by_choice(opened, total, name):
    page = opened()
    field = page.locator(f"select[name={name}]")
    values = [value for value in field.locator("option").evaluate_all("all => all.map(one => one.value)") if value]
    seen = []
    for value in values:
        field.select_option(value)
        ids = shown(page)
        assert all(page.get_attribute(f'[id="{one}"]', f"data-{name}") == value for one in ids)
        assert said(page) == f"{len(ids)} of {total} claims shown"
        seen += ids
    assert len(seen) == len(set(seen)) == total


def test_two_choices_meet_and_empty_parts_vanish(opened, total):
    page = opened()
    page.select_option("select[name=section]", "policy")
    page.select_option("select[name=verdict]", "fails")
    assert shown(page) == ["claim-sz_ai_plan_horizon"]
    assert page.locator(".claims-part:visible").count() == 1
    page.select_option("select[name=section]", "intro")
    assert shown(page) == [] and said(page) == f"0 of {total} claims shown"
    page.click("button[type=reset]")
    until(page, f"document.querySelector('.claims-count').textContent.startsWith('All {total}')")
    assert len(shown(page)) == total


def test_keyboard_alone(opened, total):
    page = opened()
    page.focus("select[name=section]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "verdict"
    page.keyboard.press("ArrowDown")
    until(page, "document.querySelector('.claims-count').textContent.includes(' of ')")
    assert 0 < len(shown(page)) < total
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.claims-count').textContent.startsWith('All')")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "SUMMARY":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".claim details[open]").count() == 1


def test_filter_is_kept_in_the_address(opened, total):
    page = opened()
    page.select_option("select[name=section]", "fintech")
    page.select_option("select[name=verdict]", "untold")
    fragment = "#" + page.url.partition("#")[2]
    assert fragment == "#section=fintech&verdict=untold"
    again = opened(fragment)
    assert shown(again) == shown(page) and 0 < len(shown(again)) < total
    assert again.input_value("select[name=verdict]") == "untold"
    again.evaluate("location.hash = 'section=intro'")
    until(again, "document.querySelector('select[name=section]').value === 'intro'")
    assert again.input_value("select[name=verdict]") == ""


@pytest.mark.parametrize("fragment", ["#section=%3Cscript%3E&verdict=nonsense", "#claim-hk_hollowed_out", "#a=b=c&&"])
def test_strange_addresses_show_all(opened, total, fragment):
    assert len(shown(opened(fragment))) == total


def test_without_javascript_all_is_there(opened, total):
    page = opened(java_script_enabled=False)
    assert page.locator(".claim:visible").count() == total
    assert not page.is_visible(".claims-filter")
    page.click("#claim-hk_hollowed_out summary")
    assert page.is_visible("#claim-hk_hollowed_out table")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_fits_a_phone_and_is_legible(opened, theme):
    page = opened(viewport=PHONE, color_scheme=theme)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    page.evaluate("document.querySelectorAll('.claim details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    contrast = page.evaluate(CONTRAST)
    assert min(contrast.values()) >= 4.5, contrast


CONTRAST = """() => {
  const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if ((colour[3] ?? 1) > 0) return colour;
    }
    return [255, 255, 255];
  };
  const kinds = ['.verdict-holds', '.verdict-then', '.verdict-fails', '.verdict-untold', '.claim-zh', '.claim-reason', '.claim-aside', '.claim td',
    '.claims-count'];
  return Object.fromEntries(kinds.map(kind => {
    const element = document.querySelector(kind);
    const [dark, light] = [rgb(getComputedStyle(element).color), ground(element)].map(luminance).sort((a, b) => a - b);
    return [kind, (light + 0.05) / (dark + 0.05)];
  }));
}"""


def test_verdicts_are_told_in_words(opened):
    page = opened()
    for word in page.locator(".claim .verdict").all_inner_texts():
        assert re.search(r"holds|held then, not now|does not hold|cannot be told", word)


def test_controls_have_labels(opened):
    page = opened()
    for name in ("Part of the article", "Verdict"):
        assert page.get_by_label(name, exact=True).count() == 1


def test_the_page_is_light_and_links_are_whole(book):
    from bs4 import BeautifulSoup

    path = book / f"{PAGE}.html"
    assert len(gzip.compress(path.read_bytes())) < 120_000
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for link in soup.select(".claim-exhibits a"):
        chapter, _, name = link["href"].partition("#")
        target = path.with_name(chapter)
        if target.exists() or f"book/{target.stem}" in documents():
            assert f'id="{name}"' in target.read_text(encoding="utf-8"), f"{link['href']} leads nowhere"
    assert not [tag for tag in soup.select("#claims *") for key in tag.attrs if key.startswith("on")]
    assert not soup.select("#claims script")
