"""What travels with every exhibit: its table and CSV, what is said of its rows, its pictures, its citation, its code; and data that mean harm."""

import csv
import io
import math
import re
import struct
import time
import xml.etree.ElementTree as ET
from collections import deque
from typing import NamedTuple

import forks
import gba
import pandas as pd
import pytest
from bookpages import ROOT, build, content, documents, soup
from bs4 import Tag
from gba.charts.palette import palette
from gba.exhibit import tables as passport
from smallbook import said, write_notebook
from visits import DESK, PHONE, opened

SVG = "{http://www.w3.org/2000/svg}"


class Exhibit(NamedTuple):
    """An exhibit of a built page: its figure, what its script holds, the rows of its CSV and of the one that is drawn, each with its header first."""

    figure: Tag
    content: dict
    rows: list[list[str]]
    drawn: list[list[str]]

    def tables(self):
        """As drawn, where that is computed, and the rows of the ledger."""
        return [self.content[key] for key in ("drawn", "table") if key in self.content]


def figures(book, document):
    """The exhibits of a page."""
    page = book / f"{document}.html"
    for figure in soup(page).select("figure.exhibit"):
        links = [(page.parent / link["href"]).resolve() for link in figure.select(".passport a[download]")]
        first, second = ([*csv.reader(io.StringIO(link.read_text(encoding="utf-8-sig")))] for link in (links[0], links[-1]))
        yield Exhibit(figure, content(page, figure["id"]), first, second)


def tables_are_the_rows_of_the_csv(one):
    table, rows = one.content["table"], one.rows
    assert table["rows"], "an empty table"
    assert len(table["rows"]) == len(rows) - 1, f"{len(table['rows'])} rows on the page, {len(rows) - 1} in the CSV"
    assert len(set(rows[0])) == len(rows[0]), "a column twice in the CSV"
    assert {len(row) for row in rows} == {len(rows[0])}
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    if "value" in rows[0] and "unit" in rows[0]:
        at, shown = rows[0].index("value"), table["rows"]
        values = [float(row[at]) if row[at] else None for row in rows[1:]]
        assert any(head["number"] and [row[n] for row in shown] == values for n, head in enumerate(table["columns"])), "other figures than in the CSV"


def words_beside_marks(spec, data=""):
    """The numbers of three digits and more that a drawing writes beside its marks; ticks, years and limits of a map's classes are text too, and no figure."""
    data = (spec.get("data") or {}).get("name", data)
    mark = spec.get("mark")
    field = (spec.get("encoding", {}).get("text") or {}).get("field")
    if (mark.get("type") if isinstance(mark, dict) else mark) == "text" and field not in (None, "limit"):
        for row in spec["datasets"].get(data, []):
            found = re.fullmatch(r"\s*[$¥£]?(\d[\d,]*(?:\.\d+)?)\s*(?:%|km)?\s*", str(row.get(field)))
            if found and len(re.findall(r"\d", found[1])) >= 3 and not re.fullmatch(r"(19|20)\d\d|[1-9]0+", found[1].replace(",", "")):
                yield found[1].replace(",", "")
    for part in [part for kind in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(kind, [])]:
        yield from words_beside_marks({"datasets": spec["datasets"], **part}, data)


def a_number_beside_a_mark_stands_in_a_table(one):
    """Rounded as it is written; a share may stand there as a part of one, and a sum in thousands, millions or billions."""
    cells = [cell for table in one.tables() for row in table["rows"] for cell in row]
    known = {abs(cell) for cell in cells if isinstance(cell, int | float)}
    known |= {float(part.replace(",", "")) for cell in cells if isinstance(cell, str) for part in re.findall(r"\d[\d,]*(?:\.\d+)?", cell)}
    lost = [text for text in words_beside_marks(one.content["spec"]) if not any(_rounds(text, known, scale) for scale in (1, 100, 1e-3, 1e-6, 1e-9))]
    assert not lost, f"{lost[:8]} are written in the chart and stand in no table; give gba.figure what it draws as data="


def _rounds(text, known, scale):
    half = 0.51 * 10 ** -len(text.partition(".")[2])
    return any(math.isclose(float(text), cell * scale, rel_tol=5.1e-4, abs_tol=half) for cell in known)


def a_second_table_has_its_link_its_words_and_its_csv(one):
    name, drawn = one.figure["id"], one.content.get("drawn")
    links = [link["href"].rsplit("/", 1)[-1] for link in one.figure.select(".passport a[download]")]
    assert links == [f"{name}.csv", *([f"{name}-drawn.csv"] if drawn else [])]
    assert ("what is drawn is computed in this notebook" in one.figure.select_one(".exhibit-sources").text) == bool(drawn)
    if drawn:
        assert one.drawn[0] == [column["label"] for column in drawn["columns"]]
        for written, shown in zip(one.drawn[1:], drawn["rows"], strict=True):
            for text, cell in zip(written, shown, strict=True):
                if isinstance(cell, int | float):
                    assert math.isclose(float(text), cell, rel_tol=6e-4, abs_tol=1e-12), (text, cell)
                else:
                    assert text.replace("_", " ") == (cell or "").replace("_", " "), (text, cell)


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
                shown = region.evaluate("(box, n) => [...box.querySelectorAll('tbody tr')].map((row) => row.cells[n].firstChild?.textContent ?? '')", number)
                cells = [cell for cell in shown if cell]
                if table["columns"][number]["number"]:
                    cells = [float(cell.replace(",", "")) for cell in cells]
                    assert cells == sorted(cells, reverse=order == "descending"), name
        assert figure.locator("[aria-sort]").count() == len(regions)
    assert not page.complaints
    page.context.close()


COLUMNS = {
    "thousands": ["10", "11", "21.56", "405", "3,000", "25,800", "170,000"],
    "powers": ["200 million yuan", "3.5 billion yuan", "13.0 bn yuan", "1,743 bn yuan", "2 trillion yuan"],
    "mixed units, each by itself": ["2 km", "about 10 km", "3 persons", "over 2,000 persons"],
    "percentages and signs": ["\u221212 %", "-3 %", "0.5 %", "11 %"],
    "Chinese powers": ["9,000萬", "1.04億", "12億"],
    "dates": ["2018-02", "2018-10", "2019-01"],
    "names with a number": ["GFCI 9", "GFCI 25", "GFCI 100"],
}


def test_columns_of_amounts_in_words_sort_by_what_they_amount_to(browser):
    text = (ROOT / "book" / "_static" / "passport.js").read_text(encoding="utf-8")
    rules = text[text.index("const LETTERS") : text.index("// `what` says in the caption")]
    page = browser.new_page()
    sort = f"cells => {{ {rules} return [...cells].sort(comparison(cells)); }}"
    assert {kind: page.evaluate(sort, cells[::-1]) for kind, cells in COLUMNS.items()} == COLUMNS
    page.close()


OPEN = "document.querySelectorAll('.passport-take').forEach((details) => { details.open = true; })"


def test_links_to_both_files_need_no_script(browser, book):
    page = opened(browser, (book / "book/02-pipeline.html").as_uri(), PHONE, java_script_enabled=False)
    page.evaluate(OPEN)
    seen = page.locator("a[download$='-drawn.csv']")
    assert seen.count() > 5
    assert all(link.is_visible() and link.text_content() == "CSV as drawn" for link in seen.all())
    page.context.close()


VAGUE = ("Id", "X", "Y", "Told", "Use", "Text", "Min", "Max", "What", "Of", "Is", "At", "Short")


def headings_are_words_and_columns_hold_something(one):
    places = set(gba.places().index)
    for table in one.tables():
        labels = [column["label"] for column in table["columns"]]
        assert len(labels) == len(set(labels)), f"a heading twice in {labels}"
        for number, label in enumerate(labels):
            cells = [row[number] for row in table["rows"]]
            assert re.fullmatch(r"[^_]*[A-Za-z][^_]*", label), f"{label!r} is no heading"
            assert label not in VAGUE, f"{label!r} says nothing to a reader"
            assert any(cell not in (None, "") for cell in cells), f"nothing under {label!r}"
            keys = [cell for cell in cells if isinstance(cell, str) and re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", cell)]
            assert not keys, f"keys under {label!r}: {keys[:3]}"
            if label in ("Place", "To", "Headquarters", "Founded in", "District"):
                assert not set(cells) & places, f"a key of a place under {label}"


def sources_unit_and_processing_are_told(one):
    known, rows = gba.sources(), one.rows
    listed = one.figure.select(".exhibit-sources li")
    text = one.figure.select_one(".exhibit-sources").get_text(" ")
    assert "Processing: " in text
    assert re.search(r"\d sources? \(", text)
    for item in one.figure.select(".exhibit-sources > ul:last-child > li"):
        assert re.search(r", grade [ABC]$", item.text), item.text
        assert re.search(r"\((\d{4}[^)]*|no date|[^)]*\d{4}[^)]*)\)", item.text), f"no date in {item.text}"
    if "source" in rows[0]:
        at = rows[0].index("source")
        cited = {key.strip() for row in rows[1:] for key in row[at].split(";") if key.strip()}
        told = " ".join(item.text for item in listed)
        assert not [key for key in cited if known.loc[key, "publisher"] not in told], "a source of the table is not in the list"
        assert cited <= set(known.index)
    assert "unit" not in rows[0] or "Unit: " in text


def breaks_between_the_rows_are_told(one):
    """By a reading of data/breaks.csv that is not the library's."""
    if not {"indicator", "place", "period"} <= set(one.rows[0]):
        return
    cells = [dict(zip(one.rows[0], row, strict=True)) for row in one.rows[1:]]
    text = one.figure.select_one(".exhibit-sources").text
    for row in gba.breaks().itertuples():
        inside = [c for c in cells if c["period"] and row.indicator in (c["indicator"], "*") and row.place in (c["place"], "*") and c["indicator"]]
        for series in {(c["indicator"], c["place"]) for c in inside}:
            years = [c["period"][:4] for c in inside if (c["indicator"], c["place"]) == series]
            if min(years) <= row.last_before[:4] and max(years) >= row.first_after[:4]:
                assert row.reason in text, f"the break of {series} after {row.last_before} is not told"


def the_link_to_its_code_leads_to_the_cell(one):
    cell = one.figure.find_parent(id=one.figure.select_one("[data-do=code]")["href"].removeprefix("#"))
    assert cell is not None and cell.select("pre"), "no code to see"


LOOKS = [
    tables_are_the_rows_of_the_csv, a_number_beside_a_mark_stands_in_a_table, a_second_table_has_its_link_its_words_and_its_csv,
    headings_are_words_and_columns_hold_something, sources_unit_and_processing_are_told, breaks_between_the_rows_are_told,
    the_link_to_its_code_leads_to_the_cell,
]  # fmt: skip


@pytest.mark.parametrize("document", documents())
def test_what_travels_with_each_exhibit(book, document):
    """All faults of a page at once, each with its exhibit and what was looked at."""
    wrong = []
    for one in figures(book, document):
        for look in LOOKS:
            try:
                look(one)
            except AssertionError as fault:
                wrong.append(f"{one.figure['id']}, {look.__name__.replace('_', ' ')}: {str(fault).partition(chr(10))[0]}")
    assert not wrong, "\n".join(wrong)


def test_breaks_are_told_somewhere(book):
    assert any("What changed here" in (book / f"{document}.html").read_text(encoding="utf-8") for document in documents())


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


#: From a dark page both pictures can be had: every exhibit from a folder. From a server in light colours the address is in them: one page.
PICTURES = [*((document, "folder", "dark") for document in documents()), (documents()[1], "server", "light")]


@pytest.mark.parametrize(("document", "way", "theme"), PICTURES)
def test_pictures(browser, book, site, document, way, theme):
    """Every exhibit of the page as SVG, in both themes, with title and source, from a server and from a folder; painted, those larger than all before them."""
    page = opened(browser, f"{site}/{document}.html" if way == "server" else (book / f"{document}.html").as_uri(), DESK, color_scheme=theme)
    page.evaluate(OPEN)
    reader, colours, largest = _Reader(page), {"light": "#ffffff", "dark": palette()["paper"]["dark"]}, 0

    def take(figure, kind):
        """From a dark page both pictures can be had: the one for paper and the one in its colours; of the PNG, which is the SVG painted, the second."""
        control = figure.locator(f"[data-do={kind}]")
        if theme == "light":
            return reader.take(control)
        control.click()
        choices = figure.locator(f".passport-{kind} button")
        choices.nth(1).wait_for()
        assert kind == "png" or ET.parse(reader.take(choices.first).path()).getroot().find(f"{SVG}rect").get("fill").lower() == colours["light"]
        return reader.take(choices.nth(1))

    for figure in page.locator("figure.exhibit").all():
        name, title = figure.get_attribute("id"), figure.locator(".exhibit-title").text_content()
        download = take(figure, "svg")
        assert download.suggested_filename == f"{name}.svg"
        text = download.path().read_text(encoding="utf-8")
        root = ET.fromstring(text)
        words = " ".join(element.text or "" for element in root.findall(f"{SVG}text"))
        assert title in words, f"{name}: no title in {words[:200]}"
        assert "Source: " in words
        note = figure.locator(".exhibit-note")
        assert not note.count() or note.text_content().split()[-1] in words, f"{name}: no note in {words[-300:]}"
        # A file on somebody's disk is no address to pass on.
        assert (f"#{name}" in words) == (way == "server")
        assert "file:" not in words
        assert "var(" not in text, f"{name}: a variable that no program outside the page knows"
        assert root.find(f"{SVG}rect").get("fill").lower() == colours[theme], name
        assert root.find(f"{SVG}svg") is not None
        assert len(list(root.iter())) > 12, f"{name}: an empty picture"
        width, height = (float(size) for size in root.get("viewBox").split()[2:])
        if width * height <= largest:
            continue
        scale, largest = max(2, 1920 / width), width * height
        download = take(figure, "png")
        assert download.suggested_filename == f"{name}.png"
        picture = download.path().read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == pytest.approx((scale * width, scale * height), abs=1), name
        assert len(picture) > 4000, f"{name}: an empty picture"
    assert not page.complaints
    page.context.close()


EVIL = [
    "</script><script>hacked = 1</script>", "<img src=x onerror=window.hacked=1>", "=cmd|' /C calc'!A0", "@SUM(A1:A9)", "a\u2028b", '"><b>&amp;',
]  # fmt: skip
HOSTILE = """import altair as alt, gba, pandas as pd
evil = {evil!r}
rows = pd.DataFrame({{"place": "shenzhen", "indicator": "gdp_current_lcu", "period": ["2001", "2002", "2003", "2004", "2005", "2006"], "unit": evil,
  "value": [1.0, 2, 3, 4, 5, 6], "source": {source!r}, "note": evil, "name": evil}})
where = alt.X("value:Q", title=evil[0]), alt.Y("note:N", title=evil[1]).axis(labelLimit=0)
chart = alt.Chart(rows).mark_bar(size=20).encode(*where, tooltip=["note:N", "name:N", "unit:N"])
gba.figure(chart, name="hostile", title=evil[0] + evil[1], subtitle=evil[1], alt_text=evil[0] * 2, rows=rows, note=evil[1])"""


def test_data_that_mean_harm_stay_text(small, browser):
    """A place, a note, a title, a source, a unit and cells that hold markup, script, formulas and line ends of JavaScript."""
    data = small / "data"
    for name, key, column in (("sources.csv", None, None), ("places.csv", "shenzhen", "name_en")):
        rows = forks.table(data / name)
        if key:
            next(row for row in rows if row["place"] == key)[column] = EVIL[0]
        else:
            # A good source whose every word now means harm; its key is what the rows cite.
            source = rows[0]["source"]
            rows[0] |= {"title": EVIL[1], "publisher": EVIL[0]}
        forks.rewrite(data / name, rows)
    write_notebook(small / "book" / "index.ipynb", HOSTILE.format(evil=EVIL, source=source))
    result = build(small)
    assert result.returncode == 0, said(result)
    html = small / "_build" / "html"
    page = opened(browser, (html / "book" / "index.html").as_uri(), DESK, has_touch=True)
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
    tip = page.locator("#chart-tip")
    for bar in figure.locator(".exhibit-live .mark-rect path").all():
        bar.hover()
        page.wait_for_selector("#chart-tip.visible")
        at, told = bar.bounding_box(), tip.bounding_box()
        assert at["y"] - told["height"] - 30 < told["y"] < at["y"] + at["height"] + 30, "what a mark tells does not stand beside it"
    assert '"><b>&amp;' in tip.text_content()
    assert tip.locator("b, img, script").count() == 0
    page.mouse.move(1, 1)
    page.wait_for_selector("#chart-tip", state="hidden")
    bar.tap()
    page.wait_for_selector("#chart-tip.visible")
    page.evaluate("scrollBy(0, 30)")
    page.wait_for_selector("#chart-tip", state="hidden")
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
    taken = passport.taken_along(passport.ledger_rows([ledger()]), passport.as_drawn(data))
    assert [row[0] for row in taken["drawn"]["rows"]] == EVIL
    written = list(csv.reader(io.StringIO(taken["drawn_csv"])))
    assert not [cell for row in written for cell in row if cell[:1] in ("=", "@", "+")]
    assert written[0][1] == f"'{EVIL[2]}"


# ---- what is given is what is taken along ----------------------------------------------------------------------------


def ledger(**columns):
    return pd.DataFrame({"place": "shenzhen", "value": [1.0, 2.0], "source": gba.sources().index[0], **columns})


def test_what_is_given_is_what_the_csv_holds():
    data = pd.DataFrame({"place": ["shenzhen", "hong_kong"], "share_of_all": [1 / 3, 2010.833], "min": [1, None], "x": [True, False]})
    taken = passport.taken_along(passport.ledger_rows([ledger()]), passport.as_drawn(data))
    assert [column["label"] for column in taken["drawn"]["columns"]] == ["Place", "Share of all", "Min", "X"]
    assert taken["drawn"]["rows"] == [["Shenzhen", 0.3333, 1.0, "yes"], ["Hong Kong", 2011.0, None, "no"]]
    assert taken["drawn_csv"].splitlines() == ["Place,Share of all,Min,X", "Shenzhen,0.333333333333,1,yes", "Hong Kong,2010.833,,no"]
    assert taken["table"]["rows"] == [["Shenzhen", value, taken["table"]["rows"][0][2]] for value in (1.0, 2.0)]


def test_an_index_with_a_name_is_a_column():
    shares = pd.DataFrame({"share": [0.5]}, index=pd.Index(["shenzhen"], name="place"))
    taken = passport.taken_along(passport.ledger_rows([ledger()]), passport.as_drawn(shares))
    assert taken["drawn_csv"].splitlines() == ["Place,Share", "Shenzhen,0.5"]


def test_rows_keep_the_columns_of_their_ledger_and_nothing_else():
    """Figures as they are; what a chapter adds to place its marks is no figure of the ledger."""
    taken = passport.taken_along(passport.ledger_rows([ledger(nudge=3, indicator="gdp_current_lcu"), ledger(nudge=3, indicator="gdp_current_lcu")]), None)
    assert set(taken) == {"table", "csv"}
    assert len(taken["table"]["rows"]) == 2
    assert taken["csv"].splitlines()[0] == "place,place_name,indicator,indicator_title,value,source,source_publisher,source_url"


def test_a_figure_that_is_computed_as_a_whole_gives_its_data_as_the_table():
    taken = passport.taken_along(passport.ledger_rows([ledger()[["source"]]]), passport.as_drawn(pd.DataFrame({"pillar_name": ["a"], "score": [0.25]})))
    assert set(taken) == {"table", "csv"}
    assert taken["csv"].splitlines() == ["Pillar name,Score", "a,0.25"]
    assert passport.processing_of(passport.ledger_rows([ledger()[["source"]]]), True) == ["computed in this notebook"]
