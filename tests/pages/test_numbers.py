"""A number of the text answers: by mouse, touch and keyboard, in every edition; and is a number and no more without a script and on paper."""

import re

import pytest
from bookpages import EDITIONS, documents, soup
from gba_book.read.exhibits import FOLDER, from_script
from visits import AXE, DESK, FAULTS, PHONE, opened

MARKED = re.compile(r'<span class="pasted-text fact-(\w+)">([^<]*)</span>')


def answering(book):
    """The first page with a number that has rows of its own, and the name of its fact."""
    for document in documents():
        path = book / FOLDER / f"numbers.{document.replace('/', '.')}.js"
        facts = from_script(path.read_text(encoding="utf-8"))[1]["facts"] if path.is_file() else {}
        for name, fact in facts.items():
            if fact.get("marks") and fact["exhibit"]:
                return document, name
    pytest.skip("no number of this book has rows of its own")


LINES = """() => [...document.querySelectorAll('article :is(p, li)')].filter((block) => !block.closest('figure, details, .answer')).flatMap((block) => {
  const found = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node; node = walker.nextNode();) for (let n = 0; n < node.length; n++) {
    range.setStart(node, n); range.setEnd(node, n + 1);
    if (node.data[n].trim()) found.push(`${node.data[n]}${Math.round(range.getBoundingClientRect().top - block.getBoundingClientRect().top)}`);
  }
  return found;
})"""


@pytest.mark.parametrize("document", documents())
def test_what_is_marked_is_kept(book, document):
    """Every marked number has its answer, with rows that there are; none stands where something else is pressed, and none of the page's words changed."""
    page = (book / f"{document}.html").read_text(encoding="utf-8")
    marked = {name for name, _ in MARKED.findall(page)}
    if not marked:
        return
    _, told = from_script((book / FOLDER / f"numbers.{document.replace('/', '.')}.js").read_text(encoding="utf-8"))
    assert marked == set(told["facts"])
    assert all(row < len(told["rows"]) for one in [*told["facts"].values(), *told["exhibits"].values()] for row in one.get("rows", ()))
    assert all(one["exhibit"] or one["files"] for one in told["facts"].values())
    assert not soup(book / f"{document}.html").select("[class*=fact-] *, :is(a, h1, h2, h3, summary, figure) [class*=fact-]")
    for folder in EDITIONS:
        other = (book / folder / f"{document}.html").read_text(encoding="utf-8")
        assert sorted(name for name, _ in MARKED.findall(other)) == sorted(name for name, _ in MARKED.findall(page)), folder


#: They would be laid out anew each time a card is put in its place, and walked through by axe.
WITHOUT_DRAWINGS = "document.querySelectorAll('.exhibit-chart').forEach((chart) => { chart.style.display = 'none'; })"


def opens_and_closes(page, press, name):
    number = page.locator(f".number[data-fact={name}]").first
    number.scroll_into_view_if_needed()
    press(number)
    card = page.locator(".answer[role=dialog]")
    card.wait_for()
    assert number.get_attribute("aria-expanded") == "true"
    assert card.locator(".answer-rows li").count() and card.locator("a[download$='.csv']").count() == 1
    assert len(card.get_attribute("aria-label")) < 60
    box, wide = card.bounding_box(), page.viewport_size["width"]
    assert box["x"] >= 0 and box["x"] + box["width"] <= wide
    return number, card


@pytest.mark.parametrize("folder", ["", *EDITIONS])
def test_a_number_answers(browser, site, book, folder):
    """One visit, on a desk and then on a phone."""
    document, name = answering(book)
    page = opened(browser, f"{site}/{folder and folder + '/'}{document}.html", DESK, has_touch=True, color_scheme="dark", reduced_motion="reduce")
    assert "numbers.js" not in "".join(page.asked) and "/exhibits/" not in "".join(page.asked)
    page.evaluate(AXE)
    page.evaluate(WITHOUT_DRAWINGS)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        number, card = opens_and_closes(page, lambda it: (it.focus(), it.press("Enter")), name)
        assert page.evaluate(f"async () => (await axe.run({{include: ['.answer', 'article p', 'article li']}})).violations.map({FAULTS})") == []
        page.keyboard.press("Escape")
        assert card.count() == 0 and number.evaluate("it => it === document.activeElement && it.ariaExpanded === 'false'")
        number, card = opens_and_closes(page, lambda it: it.tap(), name)
        card.locator(".answer-close").click()
        number, card = opens_and_closes(page, lambda it: it.click(), name)
        page.mouse.click(3, 300)
        assert card.count() == 0
    assert page.complaints == []
    page.context.close()


HEADS = """async () => {
  const found = [], wait = () => new Promise((done) => setTimeout(done));
  for (const button of document.querySelectorAll('.number[data-fact]')) {
    button.click();
    for (let n = 0; n < 1000 && button.ariaExpanded !== 'true'; n++) await wait();
    if (button.ariaExpanded !== 'true') throw new Error(`no card opens for ${button.dataset.fact}`);
    found.push([button.dataset.fact, button.closest('.pasted-text').textContent, document.querySelector('.answer-head').textContent]);
  }
  return found;
}"""
MANY = {"\u842c": 1e4, "\u5104": 1e8, "\u4e07": 1e4, "\u4ebf": 1e8, "\u842c\u5104": 1e12, "\u4e07\u4ebf": 1e12, "": 1}


def counted(text):
    """A number with its Chinese power, as it stands and as a number."""
    found = re.search(r"[-\u2212]?(\d+(?:,\d{3})*(?:\.\d+)?)([\u842c\u4e07]?[\u5104\u4ebf]?|[\u842c\u4e07])", text)
    return found[0], float(found[1].replace(",", "")) * MANY[found[2]]


@pytest.mark.parametrize("folder", ["", *EDITIONS])
def test_the_heading_of_a_card_has_the_unit_of_its_rows_or_words_of_the_sentence(browser, site, book, folder):
    compared, page = 0, opened(browser, "about:blank", DESK)
    for document in documents():
        path = book / folder / FOLDER / f"numbers.{document.replace('/', '.')}.js"
        if not path.is_file():
            continue
        _, told = from_script(path.read_text(encoding="utf-8"))
        page.goto(f"{site}/{folder and folder + '/'}{document}.html")
        page.evaluate(WITHOUT_DRAWINGS)
        for name, text, head in page.evaluate(HEADS):
            fact = told["facts"][name]
            assert not re.search(r"\d (?:and|against|at|by|for|from|in|of|on|or|than|to|with)\b", head), (document, name, head)
            if fact["way"] != "given":
                continue
            value, unit = told["rows"][fact["rows"][0]][4:6]
            shown, number = counted(text)
            meant = value if isinstance(value, int | float) else counted(value)[1]
            if unit and number == pytest.approx(abs(meant), rel=0.06):
                assert head.replace(" ", "") == f"{shown}{f'({unit})' if unit[0].isdigit() else unit}".replace(" ", ""), (document, name, head)
                compared += 1
    page.context.close()
    assert compared > 20 or not (book / FOLDER / "numbers.book.01-two-cities.js").is_file()


@pytest.mark.parametrize("folder", ["", *EDITIONS])
def test_the_sentence_reads_as_without_a_script(browser, site, book, folder):
    """Every sign stands on the line on which it stands where no script runs, on windows of three widths; on paper nothing is underlined."""
    lines = []
    for runs in (False, True):
        page = opened(browser, f"{site}/{folder and folder + '/'}{answering(book)[0]}.html", java_script_enabled=runs)
        for width in (360, 411, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            lines.append(page.evaluate(LINES))
        assert (page.locator(".number[data-fact]").count() > 0) == runs
        page.emulate_media(media="print")
        assert page.evaluate("[...document.querySelectorAll('.number[data-fact]')].every((it) => getComputedStyle(it).textDecorationLine === 'none')")
        page.context.close()
    for plain, live in zip(lines[:3], lines[3:], strict=True):
        assert [(one, other) for one, other in zip(plain, live, strict=True) if one != other][:10] == []
