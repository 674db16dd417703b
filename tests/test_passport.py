"""What travels with every exhibit: its table and CSV, what is said of its rows, its pictures, its citation, its code; and data that mean harm."""

import csv
import io
import re
import struct
import time
import xml.etree.ElementTree as ET
from collections import deque

import gba
import pytest
from bookpages import build, content, documents
from bs4 import BeautifulSoup
from gba import passport
from gba.palette import palette
from smallbook import said, write_notebook
from test_pages import DESK, opened

SVG = "{http://www.w3.org/2000/svg}"


def figures(book, document):
    """Figure, table of the page, rows of the CSV with its header first, for each exhibit."""
    page = book / f"{document}.html"
    for figure in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select("figure.exhibit"):
        link = (page.parent / figure.select_one(".passport a[download]")["href"]).resolve()
        rows = list(csv.reader(io.StringIO(link.read_text(encoding="utf-8-sig"))))
        yield figure, content(page, figure["id"])["table"], rows


@pytest.mark.parametrize("document", documents())
def test_tables_are_the_rows_of_the_csv(book, document):
    for figure, table, rows in figures(book, document):
        name = figure["id"]
        assert table["rows"], f"{name}: an empty table"
        assert len(table["rows"]) == len(rows) - 1, f"{name}: {len(table['rows'])} rows on the page, {len(rows) - 1} in the CSV"
        assert len(set(rows[0])) == len(rows[0]), f"{name}: a column twice in the CSV"
        assert {len(row) for row in rows} == {len(rows[0])}, name
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}, name
        if "value" in rows[0] and "unit" in rows[0]:
            shown = table["rows"]
            column = next((n for n, head in enumerate(table["columns"]) if head["number"] and [row[n] for row in shown] == _numbers(rows, "value")), None)
            assert column is not None, f"{name}: the figures on the page are not those of the CSV"


def _numbers(rows, name):
    at = rows[0].index(name)
    return [float(row[at]) if row[at] else None for row in rows[1:]]


@pytest.mark.parametrize("document", documents())
def test_headings_are_words_and_columns_hold_something(book, document):
    for figure, table, _ in figures(book, document):
        labels = [column["label"] for column in table["columns"]]
        name = figure["id"]
        assert len(labels) == len(set(labels)), f"{name}: a heading twice in {labels}"
        for number, label in enumerate(labels):
            cells = [row[number] for row in table["rows"]]
            assert re.fullmatch(r"[^_]*[A-Za-z][^_]*", label), f"{name}: {label!r} is no heading"
            assert label not in ("Id", "X", "Y", "Told", "Use", "Text", "Min", "Max"), f"{name}: {label!r} says nothing to a reader"
            assert any(cell is not None for cell in cells), f"{name}: nothing under {label!r}"
            keys = [cell for cell in cells if isinstance(cell, str) and re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", cell)]
            assert not keys, f"{name}: keys under {label!r}: {keys[:3]}"
        places = set(gba.places().index)
        for label in set(labels) & {"Place", "To", "Headquarters", "Founded in", "District"}:
            at = labels.index(label)
            assert not {row[at] for row in table["rows"]} & places, f"{name}: a key of a place under {label}"


@pytest.mark.parametrize("document", documents())
def test_sources_unit_and_processing_are_told(book, document):
    known = gba.sources()
    for figure, _, rows in figures(book, document):
        name = figure["id"]
        listed = figure.select(".exhibit-sources li")
        text = figure.select_one(".exhibit-sources").get_text(" ")
        assert "Processing: " in text, name
        assert re.search(r"\d sources? \(", text), name
        for item in figure.select(".exhibit-sources > ul:last-child > li"):
            assert re.search(r", grade [ABC]$", item.text), f"{name}: {item.text}"
            assert re.search(r"\((\d{4}[^)]*|no date|[^)]*\d{4}[^)]*)\)", item.text), f"{name}: no date in {item.text}"
        if "source" in rows[0]:
            at = rows[0].index("source")
            cited = {key.strip() for row in rows[1:] for key in row[at].split(";") if key.strip()}
            told = " ".join(item.text for item in listed)
            assert not [key for key in cited if known.loc[key, "publisher"] not in told], f"{name}: a source of the table is not in the list"
            assert cited <= set(known.index), name
        if "unit" in rows[0]:
            assert "Unit: " in text, name


@pytest.mark.parametrize("document", documents())
def test_breaks_between_the_rows_are_told(book, document):
    """By a reading of data/breaks.csv that is not the library's."""
    noted = gba.breaks()
    for figure, _, rows in figures(book, document):
        if not {"indicator", "place", "period"} <= set(rows[0]):
            continue
        cells = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        text = figure.select_one(".exhibit-sources").text
        for row in noted.itertuples():
            inside = [c for c in cells if c["period"] and row.indicator in (c["indicator"], "*") and row.place in (c["place"], "*") and c["indicator"]]
            series = {(c["indicator"], c["place"]) for c in inside}
            for one in series:
                years = [c["period"][:4] for c in inside if (c["indicator"], c["place"]) == one]
                if min(years) <= row.last_before[:4] and max(years) >= row.first_after[:4]:
                    assert row.reason in text, f"{figure['id']}: the break of {one} after {row.last_before} is not told"


def test_breaks_are_told_somewhere(book):
    assert any("What changed here" in (book / f"{document}.html").read_text(encoding="utf-8") for document in documents())


@pytest.mark.parametrize("document", documents())
def test_code_links_lead_to_the_cell(book, document):
    soup = BeautifulSoup((book / f"{document}.html").read_text(encoding="utf-8"), "html.parser")
    for figure in soup.select("figure.exhibit"):
        cell = soup.find(id=figure.select_one("[data-do=code]")["href"].removeprefix("#"))
        assert cell is not None, figure["id"]
        assert figure in cell.select("figure.exhibit")
        assert cell.select("pre"), f"{figure['id']}: no code to see"


class _Reader:
    """Takes files along at a pace that Chromium believes to be a person's: an eleventh download within a second it drops without a word."""

    def __init__(self, page):
        self.page, self.taken = page, deque(maxlen=10)

    def take(self, control):
        if len(self.taken) == 10:
            time.sleep(max(0.0, self.taken[0] + 1.2 - time.monotonic()))
        with self.page.expect_download() as waited:
            control.click()
        self.taken.append(time.monotonic())
        return waited.value


@pytest.mark.parametrize(("way", "theme"), [("server", "light"), ("folder", "dark")])
@pytest.mark.parametrize("document", documents())
def test_pictures(browser, book, site, document, way, theme):
    """Every exhibit of the page as SVG and PNG, in both themes, with title and source, from a server and from a folder."""
    page = opened(browser, f"{site}/{document}.html" if way == "server" else (book / f"{document}.html").as_uri(), DESK, color_scheme=theme)
    reader, colours = _Reader(page), {"light": "#ffffff", "dark": palette()["paper"]["dark"]}
    for figure in page.locator("figure.exhibit").all():
        name, title = figure.get_attribute("id"), figure.locator(".exhibit-title").text_content()
        download = reader.take(figure.locator("[data-do=svg]"))
        assert download.suggested_filename == f"{name}.svg"
        text = download.path().read_text(encoding="utf-8")
        root = ET.fromstring(text)
        words = " ".join(element.text or "" for element in root.findall(f"{SVG}text"))
        assert title in words, f"{name}: no title in {words[:200]}"
        assert "Source: " in words
        assert f"#{name}" in words
        assert "var(" not in text, f"{name}: a variable that no program outside the page knows"
        assert root.find(f"{SVG}rect").get("fill").lower() == colours[theme], name
        assert root.find(f"{SVG}svg") is not None
        assert len(list(root.iter())) > 12, f"{name}: an empty picture"
        width, height = int(root.get("width")), int(root.get("height"))
        download = reader.take(figure.locator("[data-do=png]"))
        assert download.suggested_filename == f"{name}.png"
        picture = download.path().read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (2 * width, 2 * height), name
        assert len(picture) > 4000, f"{name}: an empty picture"
    assert not page.complaints
    page.context.close()


EVIL = [
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    "=cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "a\u2028b",
    '"><b>&amp;',
]
HOSTILE = """import altair as alt, gba, pandas as pd
evil = {evil!r}
rows = pd.DataFrame({{"place": "shenzhen", "indicator": "gdp_current_lcu", "period": ["2001", "2002", "2003", "2004", "2005", "2006"], "unit": evil,
  "value": [1.0, 2, 3, 4, 5, 6], "source": {source!r}, "note": evil, "name": evil}})
chart = alt.Chart(rows).mark_bar(size=20).encode(x=alt.X("value:Q", title=evil[0]), y=alt.Y("note:N", title=evil[1]), tooltip=["note:N", "name:N", "unit:N"])
gba.figure(chart, name="hostile", title=evil[0] + evil[1], subtitle=evil[1], alt_text=evil[0] * 2, rows=rows, note=evil[1])"""


@pytest.mark.xdist_group("build")
def test_data_that_mean_harm_stay_text(small, browser):
    """A place, a note, a title, a source, a unit and cells that hold markup, script, formulas and line ends of JavaScript."""
    data = small / "data"
    for name, key, column in (("sources.csv", None, None), ("places.csv", "shenzhen", "name_en")):
        rows = list(csv.DictReader((data / name).open(encoding="utf-8")))
        if key:
            next(row for row in rows if row["place"] == key)[column] = EVIL[0]
        else:
            # A good source whose every word now means harm; its key is what the rows cite.
            source = rows[0]["source"]
            rows[0] |= {"title": EVIL[1], "publisher": EVIL[0]}
        with (data / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    write_notebook(small / "book" / "index.ipynb", HOSTILE.format(evil=EVIL, source=source))
    result = build(small)
    assert result.returncode == 0, said(result)
    html = small / "_build" / "html"
    page = opened(browser, (html / "book" / "index.html").as_uri(), DESK)
    figure = page.locator("figure.exhibit")
    assert EVIL[0] + EVIL[1] in figure.locator(".exhibit-title").text_content()
    assert EVIL[1] in figure.locator(".exhibit-note").text_content()
    assert EVIL[0] in figure.locator(".exhibit-source").text_content()
    assert EVIL[1] in figure.locator(".exhibit-sources li").last.text_content()
    drawn = figure.locator(".exhibit-chart > svg.exhibit-wide").text_content()
    assert "onerror=window" in drawn
    figure.locator("[data-do=data]").click()
    cells = figure.locator(".passport-data tbody").text_content()
    assert all(word in cells for word in EVIL), cells
    figure.locator("[data-do=cite]").click()
    assert EVIL[0] in figure.locator("textarea").first.input_value()
    figure.scroll_into_view_if_needed()
    page.mouse.wheel(0, 10)
    page.wait_for_selector("figure.exhibit[data-live=true]", timeout=20_000)
    assert "onerror=window" in figure.locator(".exhibit-live svg").first.text_content()
    # The greatest of the bars is the last.
    for bar in figure.locator(".exhibit-live .mark-rect path").all():
        bar.hover()
        page.wait_for_selector("#vg-tooltip-element.visible")
    tip = page.locator("#vg-tooltip-element")
    assert '"><b>&amp;' in tip.text_content()
    assert tip.locator("b, img, script").count() == 0
    assert page.evaluate("document.querySelectorAll('figure.exhibit :is(img, b, script)').length") == 0
    assert page.evaluate("window.hacked") is None
    assert not page.complaints
    rows = list(csv.reader(io.StringIO((html / "exhibits" / "hostile.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(EVIL) + 1
    every = [cell for row in rows for cell in row]
    assert not [cell for cell in every if cell[:1] in "=@+" and cell[:1]]
    assert {f"'{EVIL[2]}", f"'{EVIL[3]}", EVIL[0], EVIL[4]} <= set(every)
    page.context.close()


def test_computed_numbers_have_six_digits_on_the_page_and_all_in_the_csv():
    import pandas as pd

    table = pd.DataFrame({"third_part": [1 / 3], "value": [123456.789012]})
    assert passport.shown_table(table, {})["rows"] == [[0.333333, 123456.789012]]
    assert "0.333333333333,123456.789012" in passport.csv_of(table)
