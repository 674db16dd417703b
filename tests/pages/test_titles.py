"""Chinese titles: no line ends inside a phrase, and none is one sign, on a desk and on a phone, with no script; nor on the picture that stands for a page."""

import re

import pytest
from bookpages import EDITIONS, documents
from gba.charts.layout import text_width
from gba_book.publish import cards, catalogue, titles
from visits import DESK, PHONE, opened

CHINESE = [folder for folder, row in EDITIONS.items() if row["language"].startswith("zh")]
TITLES = "h1, h2, h3, h4, .exhibit-title, .exhibit-subtitle, .prev-next-title, .toc-entry a, .bd-links a"
#: The lines of each title that is seen, how wide they can be, and the size of its letters.
LINES = """(selector) => [...document.querySelectorAll(selector)]
  .filter((title) => title.checkVisibility()).map((title) => {
    const walker = document.createTreeWalker(title, NodeFilter.SHOW_TEXT), lines = [];
    let below = -Infinity;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (let n = 0; n < node.data.length; n += 1) {
        const range = document.createRange();
        range.setStart(node, n);
        range.setEnd(node, n + 1);
        const box = [...range.getClientRects()].at(-1);
        if (!box || node.parentElement.closest(".headerlink")) continue;
        if (box.top > below) { lines.push(""); below = box.top + box.height / 2; }
        lines[lines.length - 1] += node.data[n];
      }
    }
    const room = title.clientWidth || title.parentElement.clientWidth;
    return { lines, room, size: parseFloat(getComputedStyle(title).fontSize) };
  })"""


def wrong(title: dict) -> list[str]:
    """The lines that end inside a phrase which would fit a line, and a last line of one sign."""
    lines, ends, at = title["lines"], set(), 0
    for phrase in titles.phrases("".join(lines)):
        if text_width(phrase, title["size"], bold=True) > 0.9 * title["room"]:
            ends.update(range(at, at + len(phrase)))
        at += len(phrase)
        ends.add(at)
    found, at = [], 0
    for line in lines[:-1]:
        at += len(line)
        found += [] if at in ends else [line]
    return found + alone(lines)


def alone(lines: list[str]) -> list[str]:
    """The last of several lines, if it is one sign."""
    return [line for line in lines[1:][-1:] if len(re.findall(r"\w", line)) < 2]


#: Both scripts break at the same words (below), so one of them is enough for the desk.
@pytest.mark.parametrize(("folder", "viewport"), [*((folder, PHONE) for folder in CHINESE), *((folder, DESK) for folder in CHINESE[:1])])
def test_no_title_breaks_inside_a_word_and_no_paragraph_ends_in_one_sign(browser, site, folder, viewport):
    found, broken = {}, 0
    page = opened(browser, f"{site}/{folder}/search.html", viewport, java_script_enabled=False)
    for document in documents():
        page.goto(f"{site}/{folder}/{document}.html")
        shown = [title for title in page.evaluate(LINES, TITLES) if re.search(r"[\u3400-\u9fff]", "".join(title["lines"]))]
        broken += sum(len(title["lines"]) > 1 for title in shown)
        found |= {"/".join(title["lines"]): document for title in shown if wrong(title)}
    page.goto(f"{site}/{folder}/{documents()[1]}.html")
    paragraphs = [paragraph["lines"] for paragraph in page.evaluate(LINES, "article p:not(:has(p))")]
    page.context.close()
    assert not found
    assert broken or viewport == DESK, "no title has two lines: this test sees nothing"
    assert [lines for lines in paragraphs if alone(lines)] == []


@pytest.mark.skipif(not CHINESE, reason="this book has no Chinese edition")
def test_both_scripts_break_at_the_same_words():
    said = [text for text in catalogue.messages(EDITIONS[CHINESE[0]]["catalogue"]).values() if len(text) < 40 and not re.search(r"[<>{}\n]", text)]
    same = [text for text in said if len(catalogue.simplified(text)) == len(text)]
    lengths = [[[len(part) for part in titles.phrases(one)] for one in (text, catalogue.simplified(text))] for text in same]
    assert len(same) > 20 and sum(one == other for one, other in lengths) > 0.9 * len(same)


@pytest.mark.parametrize("term", ["大灣區", "跨境理財通", "乘車碼"])
def test_terms_and_places_stay_whole(term):
    assert any(term in part for part in titles.phrases(f"香港居民認識{term}以來"))


@pytest.mark.parametrize("folder", CHINESE)
def test_the_picture_of_a_page_breaks_its_title_as_the_page_does(book, folder):
    for document in documents():
        page = (book / folder / f"{document}.html").read_text(encoding="utf-8")
        finding, drawing = cards.opening(page)
        title = re.search(r"<article.*?<h1>(.*?)<a", page, re.S)[1].replace("<wbr>", cards.BREAK)
        for text, size in [(title, 50), *([(finding, 25)] if drawing else [])]:
            parts, rest = text.split(cards.BREAK), text.replace(cards.BREAK, "")
            ends = {sum(map(len, parts[: n + 1])) for n in range(len(parts))}
            for line in cards.lines(text, size, 9, bold=size == 50):
                rest = rest.removeprefix(line)
                assert len(text.replace(cards.BREAK, "")) - len(rest) in ends, (document, line)
            assert (not rest and len(parts) > 1) or len(text) < 6, text
