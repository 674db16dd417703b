"""Tables of words: sorted and searched by whoever has scripts, whole for whoever has not, short on a phone until they are unfolded."""

import pytest
from bookpages import documents
from visits import DESK, PHONE, opened

ROWS = "rows => rows.filter(row => row.getClientRects().length).map(row => row.cells[0].innerText.trim())"


@pytest.fixture(scope="module")
def document(book):
    found = [name for name in documents() if 'class="listing-tools"' in (book / f"{name}.html").read_text(encoding="utf-8")]
    return found[0] if found else pytest.skip("this book has no long table of words")


def test_a_table_is_sorted_and_searched_by_keyboard(browser, site, document):
    page = opened(browser, f"{site}/{document}.html", DESK)
    table = page.locator(".listing:has(.listing-tools)").first
    before = table.locator("tbody tr").evaluate_all(ROWS)
    for direction in ("ascending", "descending"):
        table.locator("th button").first.press("Enter")
        table.locator(f"th[aria-sort={direction}]").wait_for()
        after = table.locator("tbody tr").evaluate_all(ROWS)
        assert sorted(after) == sorted(before)
    assert table.locator("th[aria-sort]").count() == 1
    field = table.locator(".listing-tools input")
    field.fill("no row holds these words")
    assert table.locator("tbody tr").evaluate_all(ROWS) == []
    field.fill(before[-1].split()[0])
    assert before[-1] in table.locator("tbody tr").evaluate_all(ROWS)
    assert not page.complaints
    page.context.close()


def test_without_scripts_the_table_stands_and_unfolds_on_a_phone(browser, book, document):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto((book / f"{document}.html").as_uri())
    table = page.locator(".listing:has(.listing-more)").first
    rows = table.locator("tbody tr")
    assert not table.locator(".listing-tools").is_visible()
    assert [row.is_visible() for row in rows.all()].count(True) == 3
    table.locator("summary").click()
    assert all(row.is_visible() for row in rows.all())
    context.close()
