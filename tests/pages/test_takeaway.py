"""What a reader takes along, in every language: the picture for a slide, the citation, tables for a spreadsheet, the exhibit for a page of somebody's own."""

import csv
import functools
import gzip
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import gba
import pytest
from bookpages import EDITIONS, documents, named, soup, until
from bs4 import BeautifulSoup
from gba import edition
from gba_book.publish import embeds
from gba_book.read.exhibits import from_script
from visits import DESK, opened

PAGE = documents()[1]
FOLDERS = ["", *EDITIONS]
HAN = re.compile(r"[\u3400-\u9fff]")
SVG = "{http://www.w3.org/2000/svg}"


def downloads(figure):
    """Open them."""
    if not figure.locator("[data-do=embed]").is_visible():
        figure.locator(".passport-take summary").click()


def panel(page, name, kind):
    figure = page.locator(f"#{name}")
    downloads(figure)
    figure.locator(f".passport [data-do={kind}]").click()
    page.wait_for_selector(f"#{kind}-{name} textarea")
    return figure.locator(f"#{kind}-{name} textarea").evaluate_all("areas => areas.map((area) => area.value)")


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_taken_along(browser, book, site, folder):
    """One visit, in which citations and the snippet are asked for."""
    page = opened(browser, f"{site}/{folder}/{PAGE}.html", DESK)
    names = named(book, PAGE)
    for name in names[:3]:
        citations_are_read_by_programs(page, name)
    the_snippet_shows_the_exhibit(page, names[0], f"{site}/{folder}{'/' * bool(folder)}{PAGE}.html")
    assert not page.complaints
    page.context.close()


def citations_are_read_by_programs(page, name):
    from pybtex.database import parse_string

    told = page.evaluate("({...document.querySelector('script[data-vega]').dataset})")
    text, bibtex, csl = panel(page, name, "cite")
    title = page.locator(f"#{name} .exhibit-title").text_content().rstrip(".。")
    assert title in text and told["book"] in text and not re.search(r"[?？][.。]", text)
    entries, items = parse_string(bibtex, "bibtex").entries, {item["id"]: item for item in json.loads(csl)}
    assert list(entries) == list(items) == [f"{name}-{told['year']}", f"book-{told['year']}"]
    for key, kind, said in ((f"{name}-{told['year']}", "graphic", title), (f"book-{told['year']}", "book", told["book"])):
        assert entries[key].fields["title"] == f"{{{said}}}" and items[key]["title"] == said
        assert entries[key].fields["year"] == told["year"] and items[key]["issued"] == {"date-parts": [[int(told["year"])]]}
        assert items[key]["type"] == kind and items[key]["author"] == [{"literal": told["author"]}]
    assert items[f"{name}-{told['year']}"]["container-title"] == told["book"]


#: Other letters, wider, narrower, with serifs, of which a machine has some.
FONTS = ("DejaVu Sans", "DejaVu Serif", "Noto Serif", "Liberation Serif", "Noto Sans")
#: The texts of a picture, each with where it stands; of a slanted one the box says nothing. As it is, and then in other letters, each with the lengths of
#: its labels kept and not kept: all drawn in one visit of the viewer.
TEXTS = """([drawing, fonts]) => {
  const picture = new DOMParser().parseFromString(drawing, 'image/svg+xml').documentElement;
  function texts(letters, kept) {
    const svg = document.importNode(picture, true);
    if (letters) [svg, ...svg.querySelectorAll('*')].forEach((one) => { if (one.hasAttribute('font-family')) one.setAttribute('font-family', letters); });
    if (!kept) svg.querySelectorAll('[textLength]').forEach((one) => one.removeAttribute('textLength'));
    document.body.replaceChildren(svg);
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim()).map((text) => {
      const box = text.getBoundingClientRect(), turn = text.getScreenCTM();
      const outside = box.width && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
      return {words: text.textContent, box: [box.left, box.top, box.right, box.bottom], outside, level: Math.abs(turn.b) < 0.01 || Math.abs(turn.a) < 0.01};
    });
  }
  return [texts('', true), fonts.map((letters) => [letters, [texts(letters, true), texts(letters, false)]])];
}"""


@functools.cache
def other_fonts():
    known = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout if shutil.which("fc-list") else ""
    there = [name for name in FONTS if name in known]
    return there if len(there) > 1 else pytest.skip(f"two of {', '.join(FONTS)} have to be installed: letters of one make alone prove nothing")


def meeting(texts):
    """Pairs of texts that lie on each other."""
    texts = [one for one in texts if one["level"]]
    found = set()
    for at, one in enumerate(texts):
        for other in texts[at + 1 :]:
            (left, top, right, bottom), (x, y, x2, y2) = one["box"], other["box"]
            rim = one["words"] == other["words"] and abs(left - x) < 2 and abs(top - y) < 2
            if not rim and min(right, x2) - max(left, x) > 1 and min(bottom, y2) - max(top, y) > 0.35 * min(bottom - top, y2 - y):
                found.add((one["words"], other["words"]))
    return found


@pytest.mark.parametrize("document", [PAGE, *(pytest.param(one, marks=pytest.mark.slow) for one in documents() if one != PAGE)])
@pytest.mark.parametrize("folder", [*(pytest.param(one, marks=pytest.mark.slow) for one in FOLDERS[:-1]), FOLDERS[-1]])
def test_a_picture_stands_alone_in_any_letters(browser, book, site, folder, document):
    """In programs that have other letters, and know or do not know how to keep the length of a label, no text leaves the picture or meets another one.

    And it has its words, and the size of a slide.
    """
    page = opened(browser, f"{site}/{folder}/{document}.html", DESK)
    viewer = browser.new_page()
    for name in named(book, document):
        figure = page.locator(f"#{name}")
        downloads(figure)
        with page.expect_download() as waited:
            figure.locator("[data-do=svg]").click()
        text = waited.value.path().read_text(encoding="utf-8")
        root = ET.fromstring(text)
        words = re.sub(r"\s", "", "".join(line.text or "" for line in root.findall(f"{SVG}text")))
        for part in (".exhibit-title", ".exhibit-subtitle", ".exhibit-source", ".exhibit-licence"):
            assert re.sub(r"\s", "", figure.locator(part).text_content()) in words, (name, part)
        assert re.sub(r"\s", "", page.evaluate("document.querySelector('script[data-vega]').dataset.book")) in words
        assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text == figure.get_attribute("aria-label")
        assert max(int(root.get("width")) / 1280, int(root.get("height")) / 720) == pytest.approx(1, abs=0.002)

        here, others = viewer.evaluate(TEXTS, [text, other_fonts()])
        met = meeting(here)
        for letters, drawings in others:
            for texts in drawings:
                assert not [one["words"] for one in texts if one["outside"]], f"{name} in {letters}"
                assert meeting(texts) <= met, f"{name} in {letters}"
    viewer.close()
    page.context.close()


def the_snippet_shows_the_exhibit(page, name, address):
    """With the address of the book where it is known; else with a relative one, and says so."""
    [snippet] = panel(page, name, "embed")
    assert f'src="{embeds.FOLDER}/{name}.html"' in snippet
    hint = page.locator(f"#embed-{name} .passport-hint").text_content()
    page.evaluate(f"document.head.insertAdjacentHTML('beforeend', '<link rel=canonical href={address}>')")
    page.locator(f"#{name} [data-do=embed]").click()
    [snippet] = panel(page, name, "embed")
    assert page.locator(f"#embed-{name} .passport-hint").text_content() != hint
    host = page.context.browser.new_page()
    host.set_content(snippet)
    title = page.locator(f"#{name} .exhibit-title").text_content()
    assert host.frame_locator("iframe").locator(".exhibit-title").text_content() == host.locator("iframe").get_attribute("title") == title
    host.close()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_page_of_an_exhibit_is_left_over_or_searched(book, folder):
    names = {name for document in documents() for name in named(book, document)}
    assert {path.stem for path in (book / folder / embeds.FOLDER).iterdir()} == names
    assert f'["{embeds.FOLDER}/' not in (book / folder / "_static" / "search-index.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", documents())
def test_every_exhibit_has_a_light_page_of_its_own(book, document):
    for home in (book / folder for folder in FOLDERS):
        chapter = soup(home / f"{document}.html")
        for name in named(book, document):
            file = home / embeds.FOLDER / f"{name}.html"
            page = BeautifulSoup(re.sub(r"(?s)<svg.*?</svg>", "", file.read_text(encoding="utf-8")), "html.parser")
            assert page.html["lang"] == chapter.html["lang"] and page.select_one("meta[name=robots]")["content"] == "noindex"
            [figure] = page.select("figure")
            assert figure["id"] == name and not figure.select(".passport, .exhibit-sources")
            assert figure.select_one(".exhibit-title").text == chapter.find(id=name).select_one(".exhibit-title").text
            assert page.select_one(".embed-from a")["href"] == f"../{document}.html#{name}"
            scripts = [(file.parent / script["src"].split("?")[0]).resolve() for script in page.select("script[src]")]
            weight = sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in (file, *scripts))
            assert weight < 60_000, f"{name}: {weight} bytes before Vega"


@pytest.mark.parametrize(("folder", "way"), [("", "server"), (FOLDERS[-1], "folder")])
def test_an_embedded_exhibit_is_live(browser, book, site, folder, way):
    """In a frame, from a server and from a folder, in the dark, too."""
    name = named(book, PAGE)[0]
    here = f"{site}/{folder}" if way == "server" else (book / folder).as_uri()
    page = opened(browser, f"{here}/{embeds.FOLDER}/{name}.html", {"width": 360, "height": 500}, color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.mouse.move(30, 30)
    until(page, "document.querySelector('figure').dataset.live === 'true'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.blocked") == [] and not page.complaints
    page.context.close()


@pytest.mark.parametrize("folder", EDITIONS)
def test_tables_speak_the_language_and_keep_their_keys(book, folder):
    files = sorted((book / "exhibits").glob("*.csv"))
    assert [path.name for path in files] == [path.name for path in sorted((book / folder / "exhibits").glob("*.csv"))]
    for path in files:
        told = (book / folder / "exhibits" / path.name).read_bytes()
        assert told.startswith(b"\xef\xbb\xbf")
        mine, theirs = (list(csv.reader(text.splitlines())) for text in (path.read_text(encoding="utf-8-sig"), told.decode("utf-8-sig")))
        assert [len(row) for row in mine] == [len(row) for row in theirs] and len(set(theirs[0])) == len(theirs[0]), path.name
        kept = [n for n, (a, b) in enumerate(zip(mine[0], theirs[0], strict=True)) if a == b]
        assert [[row[n] for n in kept] for row in mine] == [[row[n] for n in kept] for row in theirs], path.name
        assert all(HAN.search(head) for n, head in enumerate(theirs[0]) if n not in kept), (path.name, theirs[0])
        assert {"place", "indicator", "source"} & set(mine[0]) <= set(theirs[0])
    link = soup(book / folder / f"{PAGE}.html").select_one(".passport a[download]")["href"]
    assert (book / folder / PAGE).parent.joinpath(link).resolve() == (book / folder / "exhibits" / link.rsplit("/", 1)[-1]).resolve()


@pytest.mark.parametrize("document", documents()[1:4])
def test_details_of_sources_are_told_in_the_language_and_titles_as_published(book, document):
    for folder in EDITIONS:
        mine, theirs = (soup(book / where / f"{document}.html").select(".source-list li") for where in ("", folder))
        assert len(mine) == len(theirs) and mine
        for one, other in zip(mine, theirs, strict=True):
            title, same = one.select_one("a, span"), other.select_one("a, span")
            assert title.get_text() == same.get_text() and same["lang"] in ("en", "zh", "ja")
            words = other.get_text().removeprefix(same.get_text())
            assert HAN.search(words) and not re.search(r"\b(?:read|grade|no date)\b", words.rsplit("（", 1)[-1]), words


def test_a_table_says_what_a_figure_was_in_the_last_edition(browser, book, site):
    known = edition.was()
    changed = {}
    for path in (book / "exhibits").glob("*.js"):
        name, content = from_script(path.read_text(encoding="utf-8"))
        if content.get("table", {}).get("was"):
            changed[name] = content["table"]
            assert {value for _, _, value in content["table"]["was"]} <= set(known.values())
    assert bool(changed) == bool(known)
    pages = {name: document for document in documents() for name in named(book, document)}
    name = min(changed, key=lambda one: len(changed[one]["rows"]), default=None)
    if name is None:
        pytest.skip("no figure of this edition was another in the last one")
    page = opened(browser, f"{site}/{pages[name]}.html", DESK)
    page.locator(f"#{name} [data-do=data]").click()
    page.wait_for_selector(f"#data-{name} .was")
    cells = page.locator(f"#data-{name} .was").all_text_contents()
    assert len(cells) == len(changed[name]["was"])
    row, column, value = changed[name]["was"][0]
    assert changed[name]["rows"][row][column] != value
    assert float(re.sub(r"[^\d.]", "", cells[0])) == pytest.approx(value, rel=1e-9)
    page.context.close()


def test_the_published_data_are_one_line_of_pandas_away(book, site):
    import pandas as pd

    table = pd.read_csv(f"{site}/data/derived/output.csv").pivot(index="year", columns="place", values="usd")
    assert set(gba.index.sheet.compared_cities()) <= set(table)
    record = json.loads((book / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert {"title", "contributors", "citation"} <= set(record)
    readme = (book / "data" / "README.md").read_text(encoding="utf-8")
    assert record["citation"] in readme and "derived/output.csv" in readme
    assert all(entry["path"].split("/")[0] in readme for entry in record["resources"])
