"""The search: finds exhibits, words and Chinese in both scripts, from a server and from a folder, and leads to the place."""

import html
import json
import re
from urllib.parse import quote, unquote

import pytest
from bookpages import documents, exhibits, read, soup, until
from gba_book.write import search
from visits import DESK, PHONE, opened

SMALL = """<nav>outside</nav><article class="bd-article"><section id="top"><h1>Title<a class="headerlink" href="#top">#</a></h1>
<p>First <em>words</em> &amp; more<br>here.</p><pre>code()</pre>
<figure class="exhibit" id="chart" aria-label="A line."><p class="exhibit-title">Up</p><p class="exhibit-subtitle">in %</p><svg><text>drawn</text></svg>
<table><tr><td>row</td></tr></table><figcaption><span class="exhibit-number">Exhibit 1.</span>
<span class="exhibit-source">Source: 统计局.</span></figcaption></figure>
<p>After.</p><section id="inner"><h2>Inner</h2><p>Deep.</p></section></section></article><p>outside</p>"""


@pytest.fixture(scope="session")
def index(book):
    text = (book / "_static" / "search-index.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.gbaSearch=").rstrip(";\n"))


@pytest.fixture(scope="module")
def visit(browser, site):
    page = opened(browser, f"{site}/search.html", DESK)
    yield page
    page.context.close()


@pytest.fixture
def page(visit):
    """All questions are asked in one visit."""
    yield visit
    assert not visit.complaints


ANSWER = """() => [document.getElementById('search-count').innerText,
  [...document.querySelectorAll('#search-found li a')].map((link) => link.getAttribute('href'))]"""


def ask(page, query):
    """The count that is announced, and the addresses of the results in their order."""
    page.fill("#search-words", query)
    page.press("#search-words", "Enter")
    return tuple(page.evaluate(ANSWER))


def test_a_page_is_read_into_units():
    assert search.entries(SMALL) == [
        ("section", "top", "Title", "First words & more here. After."),
        ("exhibit", "chart", "Exhibit 1: Up", "A line. in % Source: 统计局."),
        ("section", "inner", "Inner", "Deep."),
    ]


def test_the_table_of_characters_folds_both_names_of_every_place():
    """Two names differ by the word, not by the script; the search knows them as names of one place."""
    table = search.characters()
    rows = read("places.csv")
    other = [row["place"] for row in rows if "".join(table.get(sign, sign) for sign in row["name_zh_hant"]) != row["name_zh_hans"]]
    assert len(other) <= len(rows) // 40, other
    assert all(table.get(new, new) == new for new in table.values() if new not in table)


@pytest.mark.parametrize("document", documents())
def test_every_exhibit_and_heading_is_in_the_index(book, index, document):
    address = f"{document}.html"
    number = next(n for n, (url, _) in enumerate(index["pages"]) if url == address)
    held = {(kind, anchor): (title, text) for kind, page, anchor, title, text in index["entries"] if page == number}
    for figure, _ in exhibits(book / address):
        title, text = held["exhibit", figure["id"]]
        assert figure.select_one(".exhibit-title").get_text(" ", strip=True) in title
        assert figure.select_one(".exhibit-number").text.rstrip(".") in title
        for part in (figure["aria-label"], figure.select_one(".exhibit-subtitle").text, figure.select_one(".exhibit-source").text):
            assert " ".join(part.split())[:60] in text, (figure["id"], part)
    page = soup(book / address)
    sections = {section["id"] for section in page.select("article.bd-article section[id]")}
    assert sections <= {anchor for kind, anchor in held if kind == "section"}
    assert {anchor for _, anchor in held} <= {one["id"] for one in page.find_all(id=True)}, "the index leads to a place that is not there"
    assert {anchor for kind, anchor in held if kind == "claim"} == {claim["id"] for claim in page.select("article.claim")}
    if re.search(r"/0\d-", document):
        told = [text for (kind, _), (_, text) in held.items() if kind == "section"]
        assert told and not [text for text in told if "import " in text or "the_rank" in text], "rows and code in folds are searched"


@pytest.mark.parametrize("document", documents())
def test_the_number_of_an_exhibit_finds_it_first(book, page, document):
    for figure, _ in exhibits(book / f"{document}.html"):
        said = figure.select_one(".exhibit-number").text.rstrip(".")
        _, found = ask(page, f'"{said}:"')
        assert found, said
        assert found[0].endswith(f"{document}.html#{figure['id']}"), said


def test_exhibits_come_before_pages_and_the_count_is_announced(page):
    said, _ = ask(page, "Shenzhen patents")
    assert re.match(r"Found \d+ exhibits and \d+ places in the text\.", said)
    assert page.get_attribute("#search-count", "aria-live") == "polite"
    headings = page.locator("#search-found h2").all_inner_texts()
    assert [heading.split()[0] for heading in headings] == ["Exhibits", "Text"]
    assert page.locator("#search-found section").first.locator("li a").first.inner_text().startswith("Exhibit ")
    assert page.locator("#search-found mark").count() > 2
    assert "patents" in page.url


def test_chinese_without_spaces_finds_each_claim_in_both_scripts(page):
    table = search.characters()
    for claim in filter(lambda one: one["claim_zh"], read("claims.csv")):
        words = max(re.findall(r"[\u4e00-\u9fff]{2,}", claim["claim_zh"]), key=len)
        for query in (words, "".join(table.get(sign, sign) for sign in words)):
            _, found = ask(page, query)
            assert any(address.endswith(f"#claim-{claim['claim_id']}") for address in found), f"{query} does not find {claim['claim_id']}"


PLACES = [("廣州", "广州", "Guangzhou"), ("澳門", "澳门", "Macao"), ("大灣區", "大湾区", "Greater Bay Area"), ("深圳", "深圳", "Shenzhen")]


@pytest.mark.parametrize(("old", "new", "english"), PLACES)
def test_names_of_places_find_both_languages(page, old, new, english):
    one, two = ask(page, old), ask(page, new)
    assert one[1] == two[1]
    assert english in one[0]
    in_english = page.locator("#search-found mark", has_text=english).count()
    assert in_english, "the Chinese name marks no English one"
    assert ask(page, english)[1]


def test_a_misspelt_word_is_asked_about_and_what_no_place_has_all_of_is_said(page):
    said, found = ask(page, "populaton")
    assert (said, found) == ("Nothing found.", [])
    page.click("#search-found button")
    assert page.input_value("#search-words") == "population"
    assert page.query_selector_all("#search-found li a")
    assert ask(page, "qqqqqqq") == ("Nothing found.", [])
    said, found = ask(page, "container skyscraper")
    assert found and "No place has all of the words" in said


@pytest.mark.parametrize(("viewport", "way"), [(DESK, "server"), (PHONE, "folder")], ids=["desk, from a server", "phone, from a folder"])
def test_from_a_chapter_to_the_exhibit_by_keyboard(browser, book, site, way, viewport):
    start = f"{documents()[1]}.html"
    page = opened(browser, f"{site}/{start}" if way == "server" else (book / start).as_uri(), viewport)
    if viewport is DESK:
        page.keyboard.press("Control+k")
    else:
        page.locator(".search-button__button:visible").first.click()
    page.keyboard.type("Shenzhen patents")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-found li a")
    assert page.evaluate("document.activeElement.id") == "search-words"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    target = page.evaluate("document.activeElement.getAttribute('href')")
    assert page.evaluate("document.activeElement.matches('#search-found li:first-child a')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target.removeprefix('./')}")
    name = target.split("#")[1]
    until(page, "name => { const top = document.getElementById(name).getBoundingClientRect().top; return top > -5 && top < innerHeight; }", arg=name)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert not page.complaints
    page.context.close()


COMMON = ["Shenzhen", "source", "bank", "smart city", "population", "大灣區", "patents", "5G", "renminbi", "計畫", "Guangzhou index"]
#: Whether the place that a hit names is in the window; browsers seek a quotation for a moment before they take the section instead.
LANDED = """anchor => { const box = document.getElementById(anchor).getBoundingClientRect(); return box.top < innerHeight && box.bottom > 60; }"""


@pytest.mark.parametrize("many", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_a_hit_lands_on_the_place_that_it_names(browser, site, many):
    """Hits of common words, clicked: of each page an exhibit, claim or section, and a sentence; or several."""
    page = opened(browser, f"{site}/search.html", DESK)
    hits = dict.fromkeys(address for query in COMMON for address in ask(page, query)[1])
    places = {}
    for address in hits:
        places.setdefault((address.split("#")[0], ":~:text=" in address), []).append(address)
    assert len(places) > 10
    hit = []  # on a light page: that of the search reads all of the index before it shows one
    page.route("**/hit.html", lambda route: route.fulfill(body=f"<!doctype html><a id='hit' href='{html.escape(hit[-1])}'>hit</a>", content_type="text/html"))
    for address in [address for found in places.values() for address in found[-many:]]:
        place = unquote(address.split("#")[1].split(":~:")[0])
        hit.append(address)
        page.goto(f"{site}/hit.html")
        page.click("#hit")
        page.wait_for_load_state("load")
        until(page, LANDED, arg=place)
        page.wait_for_timeout(100)
        assert page.evaluate(LANDED, place), address
    page.context.close()


def test_words_that_stand_in_folded_code_too_are_found_in_the_text(browser, site, book):
    """A link to words opens the first fold that has them, and marks them there."""
    for document in documents():
        page = soup(book / f"{document}.html")
        code = " ".join(fold.get_text() for fold in page.select("details.hide"))
        for caption in [said for one in page.select(".listing caption") if (said := one.get_text()) in code][:1]:
            there = opened(browser, f"{site}/{document}.html#:~:text={quote(caption)}")
            until(there, "scrollY > 0")
            there.wait_for_timeout(300)
            assert there.locator("details.hide[open]").count() == 0, document
            assert there.locator(".listing caption", has_text=caption).first.evaluate("it => it.getBoundingClientRect().top < innerHeight"), document
            there.context.close()


#: Forms of a word, widths of letters, scripts; and two words that stand apart in the book, typed as one run.
SAME = [("COMPANY", "companies"), ("company", "companies"), ("Ｓｈｅｎｚｈｅｎ", "Shenzhen"), ("计划", "計畫"), ("規劃", "规划"), ("深圳報業", "深圳 報業")]


@pytest.mark.parametrize(("query", "same"), SAME)
def test_ways_of_writing_find_the_same(page, query, same):
    assert ask(page, query) == ask(page, same) != ("Nothing found.", [])


@pytest.mark.parametrize("way", ["{}", "Exhibit {}", "exhibit {}.", "圖{}"])
def test_a_number_finds_its_exhibit_first(book, page, way):
    for document in documents()[1:4]:
        figure, _ = exhibits(book / f"{document}.html")[2]
        said = figure.select_one(".exhibit-number").text.rstrip(".").removeprefix("Exhibit ")
        assert ask(page, way.format(said))[1][0].endswith(f"{document}.html#{figure['id']}"), said


def test_readers_without_javascript_are_told(browser, site):
    page = opened(browser, f"{site}/search.html", PHONE, java_script_enabled=False)
    told = page.inner_text("article")
    assert "needs JavaScript" in told
    assert not page.locator("#search-words").is_visible()
    assert page.locator("noscript").count() == 0 or page.locator("article a").count() >= len(documents())
    page.context.close()


def test_text_of_the_index_is_never_markup(browser, site):
    """A title or a source that holds markup shows as text."""
    hostile = '<img src="x" onerror="window.hacked=1"><script>window.hacked=1</script> hostile'
    entries = [["exhibit", 0, "a", hostile, hostile], ["section", 0, '"><script>', hostile, hostile]]
    index = {"pages": [["book/index.html", hostile]], "entries": entries, "places": [], "old": "", "new": ""}
    text = f"window.gbaSearch={json.dumps(index)};"
    context = browser.new_context()
    page = context.new_page()
    page.route("**/search-index.js", lambda route: route.fulfill(body=text, content_type="text/javascript; charset=utf-8"))
    page.goto(f"{site}/search.html?q=hostile")
    page.wait_for_selector("#search-found li a")
    assert page.locator("#search-found img, #search-found script").count() == 0
    assert "<img" in page.inner_text("#search-found")
    assert page.evaluate("window.hacked") is None
    context.close()
