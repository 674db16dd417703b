"""The list of claims in a real browser: filtered by mouse and by keyboard, counted aloud, kept in the address, whole without JavaScript."""

import gzip
import re

import pytest
from bookpages import documents, read, until
from visits import PHONE, opened

PAGE = "book/a1-claims"
pytestmark = pytest.mark.skipif(PAGE not in documents(), reason=f"{PAGE} is not in _toc.yml")
TOTAL = len(read("claims.csv")) if PAGE in documents() else 0


@pytest.fixture(scope="module")
def visit(browser, site):
    page = opened(browser, f"{site}/{PAGE}.html")
    yield page
    page.context.close()


@pytest.fixture
def page(visit):
    """All share one visit; each begins with every claim."""
    visit.click("button[type=reset]")
    until(visit, f"document.querySelector('.claims-count').textContent.startsWith('All {TOTAL}')")
    yield visit
    assert not visit.complaints


def shown(page) -> list[str]:
    """The ids of the claims that a reader sees."""
    return page.evaluate("[...document.querySelectorAll('.claim')].filter(one => one.getClientRects().length).map(one => one.id)")


def said(page) -> str:
    return page.inner_text(".claims-count")


def test_all_claims_are_listed_with_their_verdicts_in_words(page):
    assert len(shown(page)) == TOTAL
    assert said(page) == f"All {TOTAL} claims shown"
    assert page.get_attribute(".claims-count", "aria-live") == "polite"
    assert [page.get_by_label(name, exact=True).count() for name in ("Part of the article", "Verdict")] == [1, 1]
    for word in page.locator(".claim .verdict").all_inner_texts():
        assert re.search(r"holds|held then, not now|does not hold|disputed|open|not looked up", word)


def test_choices_filter_and_two_of_them_meet_and_empty_parts_vanish(page):
    for name in ("section", "verdict"):
        field, seen = page.locator(f"select[name={name}]"), []
        for value in filter(None, field.locator("option").evaluate_all("all => all.map(one => one.value)")):
            field.select_option(value)
            ids = shown(page)
            assert all(page.get_attribute(f'[id="{one}"]', f"data-{name}") == value for one in ids)
            assert said(page) == f"{len(ids)} of {TOTAL} claims shown"
            seen += ids
        assert len(seen) == len(set(seen)) == TOTAL
        field.select_option("")
    page.select_option("select[name=section]", "policy")
    page.select_option("select[name=verdict]", "fails")
    assert "claim-sz_ai_plan_horizon" in shown(page)
    assert len(shown(page)) < TOTAL
    assert page.locator(".claims-part:visible").count() == 1
    page.select_option("select[name=section]", "intro")
    assert shown(page) == [] and said(page) == f"0 of {TOTAL} claims shown"
    page.click("button[type=reset]")
    until(page, f"document.querySelector('.claims-count').textContent.startsWith('All {TOTAL}')")
    assert len(shown(page)) == TOTAL


def test_keyboard_alone(page):
    page.focus("select[name=section]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "verdict"
    page.keyboard.press("ArrowDown")
    until(page, "document.querySelector('.claims-count').textContent.includes(' of ')")
    assert 0 < len(shown(page)) < TOTAL
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.claims-count').textContent.startsWith('All')")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "SUMMARY":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".claim details[open]").count() == 1


def test_filter_is_kept_in_the_address(page, browser, site):
    page.select_option("select[name=section]", "fintech")
    page.select_option("select[name=verdict]", "open")
    fragment = "#" + page.url.partition("#")[2]
    assert fragment == "#section=fintech&verdict=open"
    again = opened(browser, f"{site}/{PAGE}.html{fragment}")
    assert shown(again) == shown(page) and 0 < len(shown(again)) < TOTAL
    assert again.input_value("select[name=verdict]") == "open"
    again.evaluate("location.hash = 'section=intro'")
    until(again, "document.querySelector('select[name=section]').value === 'intro'")
    assert again.input_value("select[name=verdict]") == ""
    for fragment in ("#section=%3Cscript%3E&verdict=nonsense", "#claim-hk_hollowed_out", "#a=b=c&&"):
        again.goto(f"{site}/{PAGE}.html?{len(fragment)}{fragment}")
        assert len(shown(again)) == TOTAL, f"a strange address shows all: {fragment}"
    assert not again.complaints
    again.context.close()


def test_on_a_phone_without_javascript_all_is_there_and_fits(browser, site):
    """Its colours: test_accessibility.py."""
    page = opened(browser, f"{site}/{PAGE}.html", PHONE, java_script_enabled=False)
    assert page.locator(".claim:visible").count() == TOTAL
    assert not page.is_visible(".claims-filter")
    page.click("#claim-hk_hollowed_out summary")
    assert page.is_visible("#claim-hk_hollowed_out table")
    page.evaluate("document.querySelectorAll('.claim details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.close()


def test_the_page_is_light(book):
    """Links: test_links.py; scripts and handlers: test_security.py."""
    assert len(gzip.compress((book / f"{PAGE}.html").read_bytes())) < 120_000
