"""The editions in other languages: the same pages, figures, exhibits and links in other words; and English where a fork has none."""

import csv
import functools
import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import pytest
from bookpages import EDITIONS, ROOT, build, content, documents, editions, soup, until
from bs4 import BeautifulSoup, Tag
from gba.charts.layout import text_width
from gba.data.load import places
from gba.exhibit import amounts
from gba.exhibit.svg import draw
from gba_book.publish import catalogue, messages
from gba_book.publish.editions import faults
from gba_book.read.exhibits import from_script
from gba_book.write.search import characters
from smallbook import said
from visits import DESK, PHONE, VISIBLE, opened, scroll_through

LANGUAGES = {folder: row["language"] for folder, row in EDITIONS.items()}
CHINESE = [folder for folder, language in LANGUAGES.items() if language.startswith("zh")]
MYRIADS = {"thousand": 4, "million": 4, "billion": 8}
HAN, KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3040-\u30ff]")
#: A day or a month as data write it, not two years nor a part of a key.
DATE = re.compile(r"(?<![\w./-])(?:1[89]|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\w/-])", re.A)
#: What is kept in an edition as it is.
KEPT = "pre, code, nav.languages, .source-list, details.hide, [lang=en], [lang=ja]"


def has_the_same_things_in_the_same_places(book, folder, document, english, other):
    assert other.html["lang"] == LANGUAGES[folder]
    for what in ("[id]", "figure.exhibit svg", "table tr", "article a[href]"):
        assert len(english.select(what)) == len(other.select(what)), what
    assert [one["id"] for one in english.select("article [id]")] == [one["id"] for one in other.select("article [id]")]
    for link in other.select("a[href], img[src], script[src]"):
        address = (link.get("href") or link.get("src")).split("#")[0].split("?")[0]
        if address and not re.match(r"[a-z]+:", address):
            path = (book / folder / document).parent / re.sub(r"%20", " ", address)
            assert path.resolve().exists(), address


def has_a_switch_to_the_same_place(book, folder, document, page):
    links = {link["lang"]: (book / folder / document).parent / link["href"] for link in page.select("nav.languages a")}
    assert len(links) == len(EDITIONS)
    assert all(path.resolve().is_file() and path.stem == document.rsplit("/")[-1] for path in links.values())
    assert [one["hreflang"] for one in page.select("link[rel=alternate]")] == (["en", *LANGUAGES.values()] if EDITIONS else [])


def has_the_signs_and_marks_of_its_script(folder, page):
    as_it_is, table, kept = set(map(id, page.select(KEPT))), characters(), "".join(catalogue.exceptions().values())
    own = [text for text in page.strings if as_it_is.isdisjoint(map(id, text.parents))]
    texts = [text for text in own if HAN.search(text) and not KANA.search(text)]
    if EDITIONS[folder]["signs"] == "simplified":
        wrong = {sign for text in texts for sign in text if sign in table and sign not in kept}
        assert not wrong, "signs of the other script"
    else:
        assert not [text for text in texts if catalogue.simplified_sign(text)]
    assert not [text for text in texts if "**" in text or re.search(r"[\u3400-\u9fff]\"", text)]
    if HAN.search(page.title.get_text()):
        assert not [text for text in own if re.fullmatch(r"\s*[,.;:]\s*", text)], "a mark of English between two elements"
        assert not [text for text in texts if re.search(r"[\u3400-\u9fff], ?[\d\u3400-\u9fff]", text)], "a comma of English"
        assert not [text for text in texts if re.search(r"\d,\d{3}\u5e74", text)], "a number that a translation takes for a year"


def in_chinese(date):
    year, month, *day = map(int, date.split("-"))
    return f"{year}\u5e74{month}\u6708" + "".join(f"{one}\u65e5" for one in day)


def has_dates_as_chinese_writes_them(english, page):
    """In cells, lists and sentences; code, what it prints, drawings and the titles of sources keep theirs."""
    kept = set(map(id, page.select("script, style, pre, code, svg, details.hide, .source-list li > :first-child")))
    assert not [text for text in page.strings if DATE.search(text) and kept.isdisjoint(map(id, text.parents))]
    for here, there in zip(english.select("td"), page.select("td"), strict=True):
        if DATE.fullmatch(here.get_text()) and kept.isdisjoint(map(id, there.parents)):
            assert there.get_text() == in_chinese(here.get_text())


@pytest.mark.parametrize("document", documents())
def test_an_edition_is_the_same_page_in_another_language(book, document):
    english = soup(book / f"{document}.html")
    has_a_switch_to_the_same_place(book, "", document, english)
    for folder in EDITIONS:
        page = soup(book / folder / f"{document}.html")
        has_the_same_things_in_the_same_places(book, folder, document, english, page)
        has_a_switch_to_the_same_place(book, folder, document, page)
        has_the_signs_and_marks_of_its_script(folder, page)
        if folder in CHINESE:
            has_dates_as_chinese_writes_them(english, page)
        card = (book / folder / document).parent / page.select_one('meta[property="og:image"]')["content"]
        assert card.resolve().is_relative_to(book / folder / "_static" / "cards") and card.is_file()


def test_the_page_for_what_is_not_found_speaks_each_language(book):
    page = soup(book / "404.html")
    assert [part["lang"] for part in page.select("main [lang]")] == list(LANGUAGES.values())
    assert len(page.select("h1")) == 1 + len(LANGUAGES)


def keys(spec):
    """The lines of the key of a live chart at each of its widths, from the top: how wide the plot is, and the places and names of the entries of a line."""
    narrow = spec.get("usermeta", {})
    for view in (spec, narrow.get("narrow", {})):
        rows, found = spec.get("datasets", {}) | narrow.get("narrowDatasets", {}), {}
        for layer in view.get("layer", []):
            if re.fullmatch(r"key\d+name", str(layer.get("name"))):
                place = layer["encoding"]
                found.setdefault(place["y"]["value"], []).append((place["x"]["value"], rows[layer["data"]["name"]][0]["name"]))
        if found:
            yield view["width"], [found[y] for y in sorted(found)]


@pytest.mark.parametrize("folder", EDITIONS)
def test_keys_stand_evenly_in_as_many_lines_as_their_names_take(book, folder):
    """Names of another length leave no holes, run out of no drawing, and begin no line while the one above has room."""
    seen = 0
    for script in sorted((book / folder / "exhibits").glob("*.js")):
        for width, found in keys(from_script(script.read_text(encoding="utf-8"))[1].get("spec", {})):
            for row, following in zip(found, [*found[1:], []], strict=True):
                seen += len(row)
                for (x, name), (next_x, _) in pairwise(row):
                    assert next_x - x == pytest.approx(28 + text_width(name), abs=0.2), (script.stem, name)
                end = row[-1][0] + 28 + text_width(row[-1][1])
                assert end - 18 <= width + 0.2 or len(row) == 1, (script.stem, row)
                assert not following or end + 28 + text_width(following[0][1]) - 18 > width, (script.stem, following[0])
    assert seen or not list((book / "exhibits").glob("*.js"))


def lines(text) -> list[str]:
    """The lines of a text in a drawing."""
    return [part.get_text() for part in text.select("tspan")] or [text.get_text()]


def amount(line: str) -> Decimal | None:
    """A number in a drawing, alone or with the year that it is of; none where the line says anything else, or is a year itself."""
    found = re.fullmatch(r"(-?[\d,]+(?:\.\d+)?)(?: \(\d{4}\))?", line.replace("\u2212", "-"))
    return Decimal(found[1].replace(",", "")) if found and not re.fullmatch(r"(1[89]|20)\d\d", line) else None


class Pair(NamedTuple):
    """An exhibit in English and in an edition: its figure, and what its live chart is drawn from."""

    here: Tag
    there: Tag
    spec: dict
    other: dict


def pairs(book, folder, document):
    """The exhibits of a page that draw something."""
    english, other = (soup(book / at / f"{document}.html").select("figure.exhibit") for at in ("", folder))
    for here, there in zip(english, other, strict=True):
        yield Pair(here, there, *(content(book / at / f"{document}.html", here["id"])["spec"] for at in ("", folder)))


@functools.lru_cache(24)
def _live(text: str) -> str:
    return draw(json.loads(text))


def live(spec) -> str:
    """What the reader's browser will draw: the converter does the same. Several looks ask for it."""
    return _live(json.dumps(spec))


@pytest.mark.parametrize("document", documents())
def test_every_title_that_names_a_power_is_known_to_editions_that_count_otherwise(book, document):
    """Else the numbers beside it would be moved and the word not, or the word and not the numbers."""
    for figure in soup(book / f"{document}.html").select("figure.exhibit"):
        told = [*figure.select("svg text"), *figure.select(".exhibit-subtitle")]
        named = [text for text in told if amounts.power(" ".join(lines(text)))]
        assert [text.get_text() for text in named if not text.has_attr("data-by")] == [], figure["id"]


def a_drawing_is_as_much_lower_as_its_key_has_fewer_lines(one):
    for drawing, ((_, old_lines), (_, new_lines)) in enumerate(zip(keys(one.spec), keys(one.other), strict=True)):
        old, new = (figure.select("svg")[drawing] for figure in (one.here, one.there))
        assert float(old["height"]) - float(new["height"]) == 19 * (len(old_lines) - len(new_lines))
        named = [(group.get("transform", ""), group.find("text")["transform"]) for group in new.select("[data-key]:has(text)")]
        down = {sum(float(y) for at in both for y in re.findall(r",([-\d.]+)\)", at)) for both in named}
        assert len(down) == len(new_lines)


def its_live_chart_draws_the_same_marks(one):
    """Words of the data are keys too: where one half of a comparison were translated, marks would be lost."""
    looks = [(svg.count("<path"), svg.count("<text"), sorted(re.findall(r'(?:fill|stroke)="([^"]*)"', svg))) for svg in (live(one.spec), live(one.other))]
    assert looks[0] == looks[1]


def names_of_rows_that_have_fewer_lines_keep_their_middle(one):
    """In the drawing and in the live chart, where the name is drawn anew."""
    here, there = (figure.select_one("svg.exhibit-wide").select("text") for figure in (one.here, one.there))
    rows = [pair for pair in zip(here, there, strict=True) if "translate(0," in pair[1].get("transform", "")]
    moved = {"".join(lines(name)): (len(lines(old)) - len(lines(name))) * 7 for old, name in rows if len(lines(old)) > len(lines(name))}
    drawn_live = {"".join(lines(text)): text for text in (BeautifulSoup(live(one.other), "html.parser").select("text") if moved else ())}
    for name, drawn in ((name, drawn) for _, drawn in rows if (name := "".join(lines(drawn))) in moved):
        assert float(drawn.tspan["dy"]) == moved[name], name
        down = [float(re.search(r"translate\(0,([-\d.]+)\)", text["transform"])[1]) for text in (drawn, drawn_live[name])]
        assert down[1] - down[0] == pytest.approx(moved[name], abs=1), name


def it_counts_as_chinese_does(one):
    """Each number is as large as in English, and the word that stands by it is the one by which it counts."""
    for told, other_text in zip(one.here.select("[data-by]"), one.there.select("[data-by]"), strict=True):
        old, new, power = lines(told), lines(other_text), told["data-by"]
        for line, other in zip(old, new, strict=False):
            if (number := amount(line)) is not None:
                assert number * 10 ** amounts.POWERS[power] == amount(other) * 10 ** MYRIADS[power], (line, other)
        if amounts.power(" ".join(old)):
            assert re.search("[\u842c\u4e07\u5104\u4ebf]", "".join(new)), new
            assert not re.search("(?<!\u6bcf)\u767e[\u842c\u4e07]|\u5341[\u5104\u4ebf]|\u5343[\u4eba\u7f8e]", "".join(new)), new


def its_live_chart_counts_as_the_drawing(one):
    """What the reader's browser will say once the chart is live."""
    drawing = one.there.select_one("svg.exhibit-wide")
    if one.there.select_one("svg [data-by]"):
        drawn_live = {"\n".join(lines(text)) for text in BeautifulSoup(live(one.other), "html.parser").select("text")}
        told, counted = ({"\n".join(lines(text)) for text in drawing.select(what)} for what in ("text", "[data-by]"))
        assert {text.replace("\n", "") for text in counted} <= {text.replace("\n", "") for text in drawn_live}
        assert not {text for text in drawn_live - told if amount(text) is not None}


@pytest.mark.parametrize("document", documents())
def test_a_drawing_of_an_edition_is_that_of_the_book_in_its_words_and_numbers(book, document):
    counted = 0
    for folder in EDITIONS:
        looks = [a_drawing_is_as_much_lower_as_its_key_has_fewer_lines, its_live_chart_draws_the_same_marks]
        looks += [names_of_rows_that_have_fewer_lines_keep_their_middle]
        looks += [it_counts_as_chinese_does, its_live_chart_counts_as_the_drawing] if folder in CHINESE else []
        for one in pairs(book, folder, document):
            counted += sum(amount(line) is not None for told in one.here.select("[data-by]") for line in lines(told))
            for look in looks:
                try:
                    look(one)
                except AssertionError as fault:
                    raise AssertionError(f"{folder}, {one.here['id']}: {look.__name__.replace('_', ' ')}: {fault}") from fault
    assert counted or "data-by=" not in (book / f"{document}.html").read_text(encoding="utf-8") or not CHINESE


@pytest.mark.parametrize("folder", EDITIONS)
def test_numbers_answer_by_the_same_code(book, folder):
    """Keys that were translated would lead to no exhibit."""
    paths = sorted((book / "exhibits").glob("numbers.*.js"))
    assert paths or not any(' fact-' in (book / f"{document}.html").read_text(encoding="utf-8") for document in documents())
    for path in paths:
        english, other = (from_script(one.read_text(encoding="utf-8"))[1] for one in (path, book / folder / "exhibits" / path.name))
        assert english["facts"] == other["facts"], path.name


@pytest.mark.parametrize("folder", CHINESE)
def test_what_is_drawn_counts_alike_in_table_and_csv(book, folder):
    for path in sorted((book / folder / "exhibits").glob("*-drawn.csv")):
        table = from_script(path.with_name(path.name.replace("-drawn.csv", ".js")).read_text(encoding="utf-8"))[1]["drawn"]
        head, *rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        assert [column["label"] for column in table["columns"]] == head, path.name
        for row, shown in zip(rows, table["rows"], strict=False):
            for cell, one in zip(row, shown, strict=True):
                if isinstance(one, int | float):
                    assert float(cell) == pytest.approx(one, rel=1e-3), (path.name, row)


@pytest.mark.parametrize("folder", CHINESE)
def test_dates_in_the_tables_of_exhibits_are_written_as_chinese_does(book, folder):
    seen = 0
    for path in sorted((book / "exhibits").glob("*.js")):
        (_, one), (_, two) = (from_script((at / path.name).read_text(encoding="utf-8")) for at in (path.parent, book / folder / "exhibits"))
        for part in [part for part in ("table", "drawn") if part in one]:
            pairs = [pair for rows in zip(one[part]["rows"], two[part]["rows"], strict=True) for pair in zip(*rows, strict=True)]
            dates = [(cell, said) for cell, said in pairs if isinstance(cell, str) and DATE.fullmatch(cell)]
            assert [said for _, said in dates] == [in_chinese(cell) for cell, _ in dates], path.name
            seen += len(dates)
    if not seen:
        pytest.skip("no exhibit has a row of a day or a month")


@pytest.mark.parametrize("folder", CHINESE)
def test_dates_are_sorted_by_the_day(browser, site, folder):
    page = opened(browser, f"{site}/{folder}/{documents()[0]}.html", DESK)
    days = [in_chinese(date) for date in ("2025-12", "2026-02", "2026-10-09", "2026-10-30", "2026-11", "2027-01-05")]
    mixed = [days[n] for n in (4, 1, 5, 0, 3, 2)]
    assert page.evaluate("async days => days.sort((await window.gbaLive.passport()).comparison(days))", mixed) == days
    page.context.close()


@pytest.mark.parametrize("language", sorted({path.parent.name for path in (ROOT / "locales").glob("*/*.po")}))
def test_translations_have_the_places_of_their_messages(language):
    pieces = catalogue.messages(language, catalogue.SCRIPTS)
    assert faults(language) == []
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book" / "_static").glob("*.js"))
    assert [piece for piece in pieces if piece not in scripts] == [], "pieces that no script has any more: the reader would see English"


@pytest.mark.skipif(not catalogue.exceptions(), reason="this book has no locales/simplified.csv")
def test_places_have_one_name_in_two_scripts():
    """Names are not translated: a slip in places.csv stands in every chart. What is said otherwise on the mainland has its reason in locales/simplified.csv."""
    named = places().dropna(subset=["name_zh_hant", "name_zh_hans"])
    wrong = [
        f"data/places.csv: {row.Index}: {row.name_zh_hant}, {row.name_zh_hans}: {fault or 'not the same name'}"
        for row in named.itertuples()
        if (fault := catalogue.simplified_sign(row.name_zh_hant)) or catalogue.simplified(row.name_zh_hant) != row.name_zh_hans
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("folder", EDITIONS)
def test_charts_are_live_and_nothing_overflows(browser, book, site, folder, viewport):
    page = opened(browser, f"{site}/{folder}/{documents()[2]}.html", viewport)
    scroll_through(page)
    assert {one["live"] for one in page.evaluate(VISIBLE)} == {"true"}
    page.locator("figure.exhibit [data-do=data]").first.click()
    until(page, "document.querySelector('.passport-data caption')")
    if LANGUAGES[folder].startswith("zh"):
        assert re.search(r"[\u4e00-\u9fff]", page.inner_text(".passport-data caption"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert not page.complaints
    page.context.close()


@pytest.mark.parametrize(("locale", "folder"), [("zh-HK", "zh-hant"), ("zh-TW", "zh-hant"), ("zh-CN", "zh-hans"), ("de-DE", "")])
def test_a_first_visit_follows_the_browser_once(browser, book, site, locale, folder):
    if folder and folder not in EDITIONS:
        pytest.skip(f"this book has no edition {folder}")
    context = browser.new_context(locale=locale)
    page = context.new_page()
    start = f"{site}/{documents()[1]}.html"
    page.goto(start)
    until(page, f"location.pathname === '/{folder + '/' if folder else ''}{documents()[1]}.html'")
    if folder:
        page.locator("nav.languages a[lang=en]").click()
        until(page, f"location.href === '{start}'")
        page.reload()
        page.wait_for_timeout(300)
        assert page.url == start, "a reader who chose English is led away from it"
    context.close()


@pytest.mark.skipif(not EDITIONS, reason="this book has one language")
def test_the_switch_leads_to_the_same_place_of_the_page(browser, book, site):
    """From an exhibit to that exhibit, from the top to the top, with what the address says was chosen or searched."""
    document = next((one for one in documents()[1:] if soup(book / f"{one}.html").select("article figure.exhibit")), None)
    if not document:
        pytest.skip("no chapter of this book has an exhibit")
    language, page = next(iter(LANGUAGES.values())), opened(browser, f"{site}/{document}.html", DESK)

    def switched(to):
        box = page.locator(f"nav.languages a[lang='{to}']").bounding_box()  # Playwright's own click scrolls to what is sticky
        with page.expect_navigation():
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return page.evaluate("location.hash")

    figure = page.locator("figure.exhibit").last.get_attribute("id")
    before_their_eyes = "(id) => { const box = document.getElementById(id).getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight / 2; }"
    page.evaluate("(id) => document.getElementById(id).scrollIntoView()", figure)
    until(page, before_their_eyes, arg=figure)
    assert switched(language) == f"#{figure}"
    until(page, before_their_eyes, arg=figure)
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    assert switched("en") == ""
    page.goto(f"{site}/{document}.html?q=a#chosen=1,2")
    assert (switched(language), page.evaluate("location.search")) == ("#chosen=1,2", "?q=a")
    page.context.close()


@pytest.mark.parametrize("folder", EDITIONS)
def test_the_search_finds_in_its_own_language(browser, book, site, folder):
    """The first word of the title of a page, as the edition has it."""
    heading = soup(book / folder / f"{documents()[1]}.html").h1.get_text().strip(" #\n")
    words = re.search(r"[\u3400-\u9fff]{2}|\w{4,}", heading)[0]
    page = opened(browser, f"{site}/{folder}/search.html?q={words}", DESK)
    page.wait_for_selector("#search-found li a")
    assert words.lower() in page.inner_text("#search-found").lower()
    address = page.locator("#search-found li a").first.get_attribute("href")
    assert (book / folder / address.split("#")[0]).resolve().is_file()
    page.context.close()


def test_a_page_that_changed_waits_in_english_and_is_counted():
    asked = []
    page = "<p>One sentence of 3 words.</p><p>Another sentence that nobody has translated.</p>"

    def say(message):
        asked.append(message)
        return {"One sentence of {0} words.": "\u4e00\u53e5{0}\u5b57\u3002"}.get(message)

    assert messages.translated(page, say, mark="en") == (
        "<p>\u4e00\u53e53\u5b57\u3002</p><p><span lang=\"en\">Another sentence that nobody has translated.</span></p>"
    )
    assert asked == ["One sentence of {0} words.", "Another sentence that nobody has translated."]


def test_a_language_is_begun_in_english_speaks_as_it_is_translated_and_leaves(small):
    """What `make language` and `make words` do, in a fork that has no other language yet; then another language comes, and both go."""
    (small / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "words.py", small / "tools")

    def run(*words):
        return subprocess.run([sys.executable, "tools/words.py", *words], cwd=small, capture_output=True, text=True, encoding="utf-8", check=False)

    def built(*languages):
        result = build(small, languages)
        assert result.returncode == 0, said(result)[-2000:]

    done = run()
    assert done.returncode and "make language" in done.stderr, "no language yet"
    done = run("pt", "Português, por exemplo")
    assert done.returncode == 0 and re.search(r"^pt: [1-9]\d* messages wait", done.stdout, re.M), done.stdout + done.stderr
    assert editions(small)["pt"]["name"] == "Português, por exemplo"
    catalogue_of_page, gone = small / "locales" / "pt" / "index.po", small / "locales" / "pt" / "gone.po"
    words = catalogue_of_page.read_text(encoding="utf-8")
    assert 'msgid "of Shenzhen"\nmsgstr ""' in words
    gone.write_text('msgid "of Shenzhen"\nmsgstr "de Shenzhen"\n', encoding="utf-8")
    assert run().returncode == 0
    assert 'msgid "of Shenzhen"\nmsgstr "de Shenzhen"' in catalogue_of_page.read_text(encoding="utf-8"), "the page has another name now"
    assert not gone.exists()
    with (small / "locales" / "editions.csv").open("a", encoding="utf-8") as file:
        file.write("eo,eo,eo,eo,eo,eo,\n")
    built("pt", "eo")
    html = small / "_build" / "html"
    page = html / "pt" / "book" / "index.html"
    read = soup(page)
    assert read.html["lang"] == "pt" and "de Shenzhen" in read.get_text() and read.select("article [lang=en]")
    page.with_name("old.html").write_text('<html data-content_root="../">', encoding="utf-8")
    before = page.stat().st_mtime_ns
    built("pt")
    assert page.is_file() and not (html / "eo").exists()
    assert not page.with_name("old.html").exists()
    assert 'hreflang="eo"' not in page.read_text(encoding="utf-8")
    after = page.stat().st_mtime_ns
    assert after > before
    built("pt")
    assert page.stat().st_mtime_ns == after, "a page that did not change is written again"
    built()
    assert not (html / "pt").exists() and "hreflang=" not in (html / "book" / "index.html").read_text(encoding="utf-8")
