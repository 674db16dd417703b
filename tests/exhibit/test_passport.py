"""What travels with every exhibit: its table and CSV, what is said of its rows, its pictures, its citation, its code; and data that mean harm."""

import csv
import io
import math
import re
import struct
import time
import xml.etree.ElementTree as ET
from collections import deque

import gba
import pandas as pd
import pytest
from bookpages import build, content, documents
from bs4 import BeautifulSoup
from gba.charts.palette import palette
from gba.exhibit import tables as passport
from smallbook import said, write_notebook
from visits import DESK, PHONE, opened

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


def words_beside_marks(spec, data=""):
    """The numbers of three digits and more that a drawing writes beside its marks; ticks and years are written as text too, and say nothing of a figure."""
    data = (spec.get("data") or {}).get("name", data)
    mark = spec.get("mark")
    field = (spec.get("encoding", {}).get("text") or {}).get("field")
    if (mark.get("type") if isinstance(mark, dict) else mark) == "text" and field:
        for row in spec["datasets"].get(data, []):
            found = re.fullmatch(r"\s*[$¥£]?(\d[\d,]*(?:\.\d+)?)\s*(?:%|km)?\s*", str(row.get(field)))
            if found and len(re.findall(r"\d", found[1])) >= 3 and not re.fullmatch(r"(19|20)\d\d|[1-9]0+", found[1].replace(",", "")):
                yield found[1].replace(",", "")
    for part in [part for kind in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(kind, [])]:
        yield from words_beside_marks({"datasets": spec["datasets"], **part}, data)


@pytest.mark.parametrize("document", documents())
def test_a_number_beside_a_mark_stands_in_a_table(book, document):
    """Rounded as it is written; a share may stand there as a part of one, and a sum in thousands, millions or billions."""
    for figure, table, _ in figures(book, document):
        inside = content(book / f"{document}.html", figure["id"])
        rows = [row for one in (inside.get("drawn"), table) if one for row in one["rows"]]
        known = {abs(cell) for row in rows for cell in row if isinstance(cell, int | float)}
        known |= {float(one.replace(",", "")) for row in rows for cell in row if isinstance(cell, str) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", cell)}
        lost = [text for text in words_beside_marks(inside["spec"]) if not any(_rounds(text, known, scale) for scale in (1, 100, 1e-3, 1e-6, 1e-9))]
        assert not lost, f"{figure['id']}: {lost[:8]} are written in the chart and stand in no table; give gba.figure what it draws as data="


def _rounds(text, known, scale):
    half = 0.51 * 10 ** -len(text.partition(".")[2])
    return any(math.isclose(float(text), cell * scale, rel_tol=5.1e-4, abs_tol=half) for cell in known)


@pytest.mark.parametrize("document", documents())
def test_a_second_table_has_its_link_and_its_words(book, document):
    for figure, _, _ in figures(book, document):
        name, drawn = figure["id"], content(book / f"{document}.html", figure["id"]).get("drawn")
        links = [link["href"].rsplit("/", 1)[-1] for link in figure.select(".passport a[download]")]
        assert links == [f"{name}.csv", *([f"{name}-drawn.csv"] if drawn else [])]
        assert ("what is drawn is computed in this notebook" in figure.select_one(".exhibit-sources").text) == bool(drawn), name


def _drawn_csv(book, document, figure):
    link = ((book / f"{document}.html").parent / figure.select(".passport a[download]")[1]["href"]).resolve()
    return list(csv.reader(io.StringIO(link.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize("document", documents())
def test_the_csv_of_what_is_drawn_is_its_table(book, document):
    for figure, _, _ in figures(book, document):
        table = content(book / f"{document}.html", figure["id"]).get("drawn")
        if not table:
            continue
        head, *rows = _drawn_csv(book, document, figure)
        assert head == [column["label"] for column in table["columns"]], figure["id"]
        assert len(rows) == len(table["rows"])
        for written, shown in zip(rows, table["rows"], strict=True):
            for text, cell in zip(written, shown, strict=True):
                if isinstance(cell, int | float):
                    assert math.isclose(float(text), cell, rel_tol=6e-4, abs_tol=1e-12), (figure["id"], text, cell)
                else:
                    assert text.replace("_", " ") == (cell or "").replace("_", " "), (figure["id"], text, cell)


@pytest.mark.parametrize(("document", "viewport"), [("book/02-pipeline", DESK), ("book/04-policy", PHONE), ("book/05-first-city", PHONE)])
def test_tables_are_sorted_by_keyboard(browser, book, document, viewport):
    """Both tables of an exhibit that has two: named, reachable, each sorted by itself, and scrolling inside."""
    page = opened(browser, (book / f"{document}.html").as_uri(), viewport)
    for figure in page.locator("figure.exhibit").all()[::3]:
        name = figure.get_attribute("id")
        figure.locator("[data-do=data]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#data-{name} table")
        tables = content(book / f"{document}.html", name)
        regions = figure.locator(".passport-scroll").all()
        assert len(regions) == 1 + ("drawn" in tables)
        assert len({region.get_attribute("aria-label") for region in regions}) == len(regions)
        said = [region.locator("caption").text_content() for region in regions]
        assert said[0].startswith("As drawn: " if "drawn" in tables else "The rows behind this exhibit: ")
        assert all("rows" in caption for caption in said)
        for region, table in zip(regions, [tables[key] for key in ("drawn", "table") if key in tables], strict=True):
            assert region.get_attribute("tabindex") == "0"
            assert region.evaluate("box => box.querySelector('caption span').getBoundingClientRect().right <= box.getBoundingClientRect().right + 1")
            number = next((n for n, column in enumerate(table["columns"]) if column["number"]), 0)
            button = region.locator("thead button").nth(number)
            for order in ("ascending", "descending"):
                button.focus()
                page.keyboard.press("Enter")
                assert region.locator("thead th").nth(number).get_attribute("aria-sort") == order
                shown = region.evaluate("(box, n) => [...box.querySelectorAll('tbody tr')].map((row) => row.cells[n].textContent)", number)
                cells = [cell for cell in shown if cell]
                if table["columns"][number]["number"]:
                    cells = [float(cell.replace(",", "")) for cell in cells]
                    assert cells == sorted(cells, reverse=order == "descending"), name
        assert figure.locator("[aria-sort]").count() == len(regions)
    assert not page.complaints
    page.context.close()


def test_links_to_both_files_need_no_script(browser, book):
    page = opened(browser, (book / "book/02-pipeline.html").as_uri(), PHONE, java_script_enabled=False)
    seen = page.locator("a[download$='-drawn.csv']")
    assert seen.count() > 5
    assert all(link.is_visible() and link.text_content() == "CSV as drawn" for link in seen.all())
    page.context.close()


VAGUE = ("Id", "X", "Y", "Told", "Use", "Text", "Min", "Max", "What", "Of", "Is", "At", "Short")


@pytest.mark.parametrize("document", documents())
def test_headings_are_words_and_columns_hold_something(book, document):
    tables = [(figure, content(book / f"{document}.html", figure["id"])) for figure, _, _ in figures(book, document)]
    for figure, table in [(figure, inside[key]) for figure, inside in tables for key in ("drawn", "table") if key in inside]:
        labels = [column["label"] for column in table["columns"]]
        name = figure["id"]
        assert len(labels) == len(set(labels)), f"{name}: a heading twice in {labels}"
        for number, label in enumerate(labels):
            cells = [row[number] for row in table["rows"]]
            assert re.fullmatch(r"[^_]*[A-Za-z][^_]*", label), f"{name}: {label!r} is no heading"
            assert label not in VAGUE, f"{name}: {label!r} says nothing to a reader"
            assert any(cell not in (None, "") for cell in cells), f"{name}: nothing under {label!r}"
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
        note = figure.locator(".exhibit-note")
        assert not note.count() or note.text_content().split()[-1] in words, f"{name}: no note in {words[-300:]}"
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


def test_harm_in_what_is_drawn_stays_text():
    """Names that a chart draws beside computed numbers, in the second CSV and in the second table."""
    data = pd.DataFrame({"name": EVIL, EVIL[2]: [1 / (n + 3) for n in range(len(EVIL))]})
    taken = passport.taken_along([ledger()], passport.as_drawn(data))
    assert [row[0] for row in taken["drawn"]["rows"]] == EVIL
    written = list(csv.reader(io.StringIO(taken["drawn_csv"])))
    assert not [cell for row in written for cell in row if cell[:1] in ("=", "@", "+")]
    assert written[0][1] == f"'{EVIL[2]}"


# ---- what is given is what is taken along ----------------------------------------------------------------------------


def ledger(**columns):
    return pd.DataFrame({"place": "shenzhen", "value": [1.0, 2.0], "source": gba.sources().index[0], **columns})


def test_what_is_given_is_what_the_csv_holds():
    data = pd.DataFrame({"place": ["shenzhen", "hong_kong"], "share_of_all": [1 / 3, 2010.833], "min": [1, None], "x": [True, False]})
    taken = passport.taken_along([ledger()], passport.as_drawn(data))
    assert [column["label"] for column in taken["drawn"]["columns"]] == ["Place", "Share of all", "Min", "X"]
    assert taken["drawn"]["rows"] == [["Shenzhen", 0.3333, 1.0, "yes"], ["Hong Kong", 2011.0, None, "no"]]
    assert taken["drawn_csv"].splitlines() == ["Place,Share of all,Min,X", "Shenzhen,0.333333333333,1,yes", "Hong Kong,2010.833,,no"]
    assert taken["table"]["rows"] == [["Shenzhen", value, taken["table"]["rows"][0][2]] for value in (1.0, 2.0)]


def test_an_index_with_a_name_is_a_column():
    taken = passport.taken_along([ledger()], passport.as_drawn(pd.DataFrame({"share": [0.5]}, index=pd.Index(["shenzhen"], name="place"))))
    assert taken["drawn_csv"].splitlines() == ["Place,Share", "Shenzhen,0.5"]


def test_rows_keep_the_columns_of_their_ledger_and_nothing_else():
    """Figures as they are; what a chapter adds to place its marks is no figure of the ledger."""
    taken = passport.taken_along([ledger(nudge=3, indicator="gdp_current_lcu"), ledger(nudge=3, indicator="gdp_current_lcu")], None)
    assert set(taken) == {"table", "csv"}
    assert len(taken["table"]["rows"]) == 2
    assert taken["csv"].splitlines()[0] == "place,place_name,indicator,indicator_title,value,source,source_publisher,source_url"


def test_a_figure_that_is_computed_as_a_whole_gives_its_data_as_the_table():
    taken = passport.taken_along([ledger()[["source"]]], passport.as_drawn(pd.DataFrame({"pillar_name": ["a"], "score": [0.25]})))
    assert set(taken) == {"table", "csv"}
    assert taken["csv"].splitlines() == ["Pillar name,Score", "a,0.25"]
    assert passport.processing_of(passport.ledger_rows([ledger()[["source"]]]), True) == ["computed in this notebook"]
