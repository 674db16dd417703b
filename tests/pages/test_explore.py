"""The page Explore in a real browser: random choices against pandas, the address, the keyboard, a phone, a folder, three languages, other axes."""

import csv
import functools
import gzip
import json
import random
import re
from pathlib import Path

import gba
import numpy as np
import pytest
from bookpages import EDITIONS, documents, until
from gba import catalogue
from gba.exhibit.tables import all_indicators
from gba_book.publish import explore
from gba_book.read.exhibits import EXPLORE_PAGE, from_script
from visits import AXE, DESK, FAULTS, PHONE, opened

pytestmark = pytest.mark.skipif(EXPLORE_PAGE not in documents(), reason="this book has no such page")
USED = {"gdp_current_lcu", "base_stations_5g", "residents_year_end", "residents_midyear"}
ours = pytest.mark.skipif(not set(all_indicators()["indicator"]) >= USED, reason="this book has other figures")
POWERS = {"trillion": 1e12, "billion": 1e9, "million": 1e6}


def visited(browser, address, viewport=DESK, **options):
    page = opened(browser, address, viewport, **options)
    page.wait_for_selector("#explore[data-ready]")
    return page


@pytest.fixture(scope="module")
def visit(browser, site):
    page = visited(browser, f"{site}/{EXPLORE_PAGE}.html")
    page.beginning = page.get_attribute(".explore-figure", "data-address")
    yield page
    page.context.close()


@pytest.fixture
def page(visit):
    """All share one visit; each begins with the first view, as from a link."""
    if visit.get_attribute(".explore-figure", "data-address") != visit.beginning:
        turned(visit, lambda: visit.evaluate("said => { location.hash = said; }", visit.beginning))
    yield visit
    assert not visit.complaints
    assert visit.evaluate("window.blocked") == []


def turned(page, act):
    """Do something that draws anew, and wait for it."""
    before = page.get_attribute("#explore", "data-ready")
    act()
    until(page, "before => document.getElementById('explore').dataset.ready !== before", arg=before)


def chosen(page, **choices):
    turned(page, lambda: page.evaluate("said => { location.hash = said; }", "&".join(f"{key}={value}" for key, value in choices.items())))


# ---------------------------------------------------------------- what the page shows, and what pandas says


@functools.cache
def observations():
    """Every observation, read once: picking among sources anew for each choice took nine tenths of their time."""
    return catalogue.observations()


def whole(figure, unit):
    """A figure in whole units, from the words in which the page says its unit."""
    each = re.search(r"per ([\d,]+)( million)? residents", unit)
    power = next((size for word, size in POWERS.items() if re.search(rf"(^|, ){word}\b", unit)), 1.0)
    return float(figure.replace(",", "")) * power / (float(each[1].replace(",", "")) * (1e6 if each[2] else 1) if each else 1.0)


def cells(page):
    """Every value of the table as the page has it, in whole units: by indicator, place, period."""
    read = page.evaluate("""() => { const table = document.querySelector('.explore-table table'), heads = [...table.querySelectorAll('thead th')];
      const all = table.querySelector('caption b');
      return [...table.querySelectorAll('tbody td')].filter((cell) => cell.firstChild).map((cell) =>
        [cell.firstChild.dataset.cell, cell.firstChild.firstChild.textContent, (all ?? heads[cell.cellIndex].querySelector('small')).textContent]); }""")
    found = {}
    for key, text, unit in read:
        indicator, _, _, place, _, _, period = key.split("~")
        found[indicator, place, period] = whole(text, unit)
    return found


#: The text of the file as it is handed to the browser: of some twenty files a page in a few seconds Chromium itself holds one back.
TAKEN = """() => new Promise((done) => {
  const address = URL.createObjectURL;
  URL.createObjectURL = (file) => { URL.createObjectURL = address; file.text().then(done); return address.call(URL, file); };
  document.querySelector('.explore-figure [data-do=csv]').click(); })"""


def drawn(page):
    """What the file to take along says is drawn, by the same, of the rows that the book uses."""
    rows = csv.DictReader(page.evaluate(TAKEN).splitlines())
    rows = [(row, f"{row['indicator_title']}, {row['drawn_unit']}") for row in rows if row["used"] == "1"]
    return {(row["indicator"], row["place"], row["period"]): whole(row["drawn"], unit) for row, unit in rows}


@functools.cache
def plain_rows():
    """The rows that the book uses, of cells without further keys, money in whole units too."""
    rows = observations()
    rows = rows[rows["picked"] & (rows["besides"] == "")]
    twice = rows.groupby("indicator")["dataset"].transform("nunique") > 1
    return rows[~twice].assign(whole=lambda frame: frame["value"] * frame["unit"].map(lambda key: explore.unit(key)[1]))


def old_ground(dataset, indicator, place, periods):
    """Which periods lie before a change of the territory."""
    noted = gba.breaks(dataset).query("kind == 'territory'")
    ends = noted.loc[noted["indicator"].isin([indicator, "*"]) & noted["place"].isin([place, "*"]), "last_before"]
    return periods <= max(ends, default="")


def expected(rows, indicator, places, per, index, money):
    """The same by pandas: one indicator, its places."""
    part = rows[(rows["indicator"] == indicator) & rows["place"].isin(places)].copy()
    bases = part["unit"].map(lambda key: explore.unit(key)[0])
    currencies = {base for base in bases if base in ("CNY", "HKD", "MOP", "USD")}
    if currencies and (money == "usd" or len(currencies) > 1):
        rates = gba.load("exchange_rate").set_index(["place", "period"])["value"]
        home = bases.map({"CNY": "china", "HKD": "hong_kong", "MOP": "macao"})
        divisor = [1.0 if base == "USD" else rates.get((where, str(year)), np.nan) for base, where, year in zip(bases, home, part["year"], strict=True)]
        part["whole"] /= divisor
    if per:
        people = gba.load("population")
        for place, own in part.groupby("place"):
            best, counted = {}, ""
            for name in explore.RESIDENTS:
                values = people[(people["indicator"] == name) & (people["place"] == place)].set_index("year")["value"].to_dict()
                if len(set(own["year"]) & set(values)) > len(set(own["year"]) & set(best)):
                    best, counted = values, name
            part.loc[own.index, "whole"] /= own["year"].map(best).astype("float64")
            # What was counted on a larger territory is not divided by residents of a smaller one.
            figures, heads = old_ground(own["dataset"].iloc[0], indicator, place, own["period"]), old_ground("population", counted, place, own["period"])
            part.loc[own.index[figures != heads], "whole"] = np.nan
    part = part.dropna(subset="whole").sort_values("period", key=lambda periods: periods.map(gba.charts.dates.ends), kind="stable")
    every = observations()
    if index and not bases.isin(explore.ORDERS).any() and not (every.loc[every["indicator"] == indicator, "value"] < 0).any():
        # A flow has years and months of its own; what is counted at the end of either has not.
        annual = part["period"].str.len() == 4
        mid = part.groupby([part["place"], annual])["value"].apply(lambda values: sorted(values)[len(values) // 2])
        flows = {place for place in set(part["place"]) if mid.get((place, True), 0) >= 4 * mid.get((place, False), np.inf)}
        own = part["place"].where(~part["place"].isin(flows), part["place"] + annual.astype(str))
        part["whole"] = 100 * part["whole"] / own.map(part[part["year"] == int(index)].groupby(own)["whole"].last())
    return part.dropna(subset="whole").set_index(["indicator", "place", "period"])["whole"].to_dict()


def listing(book):
    """The catalogue that the page asks for."""
    return from_script((book / explore.FOLDER / "catalogue.js").read_text(encoding="utf-8"))[1]


def test_what_counts_places_and_what_no_place_with_residents_has_is_not_offered_per_resident(book):
    rows, meant = observations(), explore.Record().meant
    counted = set(rows.loc[rows["indicator"].isin(explore.RESIDENTS), "place"])
    spared = {name for (_, name), one in meant.items() if not one.get("per_resident", True)}
    for name, *_, there, units, _, per, _ in listing(book)["indicators"]:
        assert per == (explore.by_residents(units) and bool(counted & set(there)) and name not in spared), name
    assert spared or not set(rows["indicator"]) >= USED


def test_lines_on_one_axis_have_names_of_their_own(page):
    """Whatever the data hold: a firm in two currencies, a bank in two places."""
    rows = explore.observed()
    rows = rows[rows["picked"]].assign(base=lambda frame: frame["unit"].map(lambda key: explore.unit(key)[0]))
    several = rows[rows["who"] != ""].groupby(["indicator", "dataset", "who"])[["base", "place"]].nunique()
    names = several[(several > 1).any(axis=1)].reset_index()["indicator"].unique()
    for name in names[:12]:
        chosen(page, i=name, p=".".join(sorted(set(rows.loc[rows["indicator"] == name, "place"]))), money="usd")
        heads = page.locator(".explore-table thead th").evaluate_all("cells => cells.map((cell) => cell.textContent)")
        assert len(heads) == len(set(heads)), (name, heads)
    assert len(names) or not set(rows["indicator"]) >= USED


@pytest.mark.parametrize("many", [40, pytest.param(100, marks=pytest.mark.slow)])
def test_random_choices_agree_with_pandas(page, book, many):
    rows, dice, divided = plain_rows(), random.Random(18), {one[0] for one in listing(book)["indicators"] if one[6]}
    series = rows.groupby("indicator").size().loc[lambda sizes: sizes > 4].index.tolist()
    compared = 0
    for _ in range(many):
        indicator = dice.choice(series)
        own = rows[rows["indicator"] == indicator]
        there = sorted(set(own["place"]))
        places = dice.sample(there, min(len(there), dice.randint(1, 6)))
        years = sorted(set(own.loc[own["place"] == places[0], "year"]))
        choices = {"per": dice.choice(["", "residents"]), "index": dice.choice(["", str(dice.choice(years))]), "money": dice.choice(["", "usd"])}
        chosen(page, i=indicator, p=".".join(places), of="-~month", **choices)
        per = choices["per"] if indicator in divided else ""
        wanted, found = expected(rows, indicator, places, per, choices["index"], choices["money"]), cells(page)
        for kind, (told, close) in {"table": (found, 6e-4), "file": (drawn(page), 2e-5)}.items():  # a table shows four digits of what was divided
            assert told.keys() == wanted.keys(), (kind, indicator, places, choices)
            assert [told[key] for key in wanted] == pytest.approx(list(wanted.values()), rel=close), (kind, indicator, places, choices)
        compared += len(wanted)
    assert compared > 6 * many


# ---------------------------------------------------------------- what a reader does


@ours
def test_the_first_view_is_a_chart_of_output_and_a_title_says_what_is_drawn(page):
    assert "US dollars, 2008" in page.inner_text(".exhibit-subtitle") and "Hollow" not in page.locator(".explore-notes li").first.inner_text()
    assert page.locator(".explore-figure .exhibit-live svg path").count() > 5
    assert {one.get_attribute("data-tone") for one in page.locator(".explore-chips [aria-pressed=true]").all()} == {"hong_kong", "shenzhen", "guangzhou"}
    chosen(page, i="gdp_current_lcu", p="hong_kong.shenzhen", per="residents")
    assert page.inner_text(".explore-figure .exhibit-title").endswith(", per resident")
    figures = page.locator(".explore-table td button").evaluate_all("cells => cells.map((cell) => cell.firstChild.textContent)")
    assert figures and all(len(re.sub(r"\D", "", one).strip("0")) <= 4 for one in figures), "of what was divided here, four figures count"


@ours
def test_words_of_any_language_lead_by_keyboard_to_a_chart_and_to_every_source_of_a_cell(page):
    for words in ("5G base stations city counts", "5G基站 按市統計", "5G基站 深圳 按市统计"):
        page.fill("#explore-words", words)
        first = page.locator(".explore-found li").first
        if not words.isascii() and not EDITIONS:
            continue
        assert first.get_attribute("data-name") == "base_stations_5g", words
    page.focus("#explore-words")
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#explore-words", "aria-activedescendant")
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    turned(page, lambda: page.keyboard.press("Enter"))
    assert page.get_attribute("#explore-words", "aria-expanded") == "false"
    assert "5G" in page.inner_text(".explore-figure .exhibit-title")
    shared = page.locator(".explore-table button", has_text="·").first
    count = int(shared.inner_text().rsplit("·", 1)[1]) if shared.count() else 1
    button = shared if shared.count() else page.locator(".explore-table button").first
    button.focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.classList.contains('explore-cell')")
    assert page.locator(".explore-cell li").count() == count
    assert "grade" in page.inner_text(".explore-cell")
    page.keyboard.press("Escape")
    assert page.locator(".explore-cell").is_hidden()
    assert page.evaluate("document.activeElement.dataset.cell") is not None, "the focus is lost with the detail"


def test_a_finger_that_scrolls_the_list_chooses_nothing(browser, site):
    page = visited(browser, f"{site}/{EXPLORE_PAGE}.html", PHONE, has_touch=True, is_mobile=True)
    before, finger = page.evaluate("location.hash"), page.context.new_cdp_session(page)
    page.tap("#explore-words")
    box = page.locator(".explore-found").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"], 300) - 20
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 8):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 25 * step}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(page, "document.querySelector('.explore-found').scrollTop > 50")
    assert page.evaluate("location.hash") == before and page.locator(".explore-found").is_visible()
    turned(page, lambda: page.locator(".explore-found li").nth(12).tap())
    assert page.evaluate("location.hash") != before and page.locator(".explore-found").is_hidden()
    page.context.close()


@ours
def test_the_address_carries_everything(page, browser, site):
    page.select_option(".explore-scale", "log")
    for name, value in (("index", "2005"), ("from", "2000"), ("to", "2020")):
        turned(page, lambda name=name, value=value: page.select_option(f".explore-{name}", value))
    turned(page, lambda: page.locator(".explore-chips button", has_text="Macao").click())
    page.locator(".explore-table button").first.click()
    other = visited(browser, f"{site}/{EXPLORE_PAGE}.html{page.evaluate('location.hash')}")
    for one in (".explore-table", ".explore-notes", ".explore-cell", ".explore-latest", ".explore-figure .exhibit-subtitle"):
        assert other.inner_text(one) == page.inner_text(one)
    assert "2005 = 100" in other.inner_text(".explore-figure .exhibit-subtitle")
    assert set(other.evaluate("[...document.querySelectorAll('nav.languages a')].map((link) => link.hash)")) <= {page.evaluate("location.hash")}
    other.context.close()


@ours
def test_what_is_not_comparable_has_its_own_axis_and_the_page_says_why(page):
    chosen(page, i="gdp_current_lcu", p="hong_kong.shenzhen", money="own")
    assert "differ in units" in page.inner_text(".explore-notes")
    assert page.locator(".explore-live svg .role-axis-title, .exhibit-live svg .role-axis-title").count() >= 2
    chosen(page, i="gdp_current_lcu", p="hong_kong.shenzhen")
    assert "US dollars" in page.inner_text(".explore-notes") and "comparable" not in page.inner_text(".explore-notes")
    chosen(page, i="residents_year_end.residents_midyear", p="hong_kong.shenzhen")
    assert "differ in measures" in page.inner_text(".explore-notes")


@pytest.mark.parametrize("year", ["1500", "abc", "99999", "<b>", "-1"])
def test_an_address_that_nobody_could_choose_draws_what_can_be(page, year):
    name, place = plain_rows().iloc[0][["indicator", "place"]]
    choices = {"of": "nothing", "per": year, "scale": year, "money": year, "to": year if year != "1500" else "", "from": year, "cell": "<b>x</b>"}
    chosen(page, i=f"{name}.{name}.nothing.__proto__", p=f"{place}.nowhere.{place}", **choices)
    assert page.locator(".exhibit-live svg path").count()
    assert page.locator(".explore-options select").evaluate_all("all => all.every((one) => one.selectedIndex >= 0)")
    assert page.locator("#explore b", has_text=re.compile("^x$")).count() == 0 and page.locator(".explore-cell").is_hidden()
    address = page.evaluate("location.hash")
    assert "per=" not in address and "scale=" not in address and "money=" not in address and f"i={name}&" in address


def test_definitions_that_share_a_key_have_titles_axes_and_figures_of_their_own(page):
    rows, record = observations(), explore.Record()
    shared = rows[rows["picked"]].groupby(["indicator", "place"])["dataset"].agg(lambda names: list(dict.fromkeys(names)))
    shared = shared[shared.str.len() > 1]
    for (name, place), homes in list(shared.items())[:12]:
        chosen(page, i=name, p=place)
        titles = page.inner_text(".exhibit-title")
        assert all(record.meant[home, name]["title"] in titles for home in homes), (name, place)
        keys = page.locator(".explore-table [data-cell]").evaluate_all("cells => cells.map((one) => one.dataset.cell)")
        assert len(keys) == len(set(keys)) and {key.split("~")[1] for key in keys} == set(homes), (name, place)
    assert len(shared) > 3 or not set(rows["indicator"]) >= USED


def test_the_sentence_of_the_latest_figures_says_which_stand_aside(page):
    rows = plain_rows().sort_values("period", key=lambda periods: periods.map(gba.charts.dates.ends), kind="stable")
    last = rows.groupby(["indicator", "place"]).tail(1).groupby("indicator").filter(lambda own: own["period"].str.len().eq(4).all())
    for status in ("aside", "main"):
        for row in last[last["status"] == status].head(3).itertuples():
            chosen(page, i=row.indicator, p=row.place, money="own")
            assert ("stands aside" in page.inner_text(".explore-latest")) == (status == "aside"), (row.indicator, row.place)


@ours
def test_years_of_all_places_share_an_axis_though_one_has_months_too(page):
    chosen(page, i="exports_of_goods", p="hong_kong.shenzhen", money="usd")
    assert all(name in page.inner_text(".explore-latest") for name in ("Hong Kong", "Shenzhen"))
    assert page.locator(".explore-figure .exhibit-title").inner_text().count("by month") == 0
    chosen(page, i="exports_of_goods", p="hong_kong.shenzhen", money="usd", of="month")
    assert "by month" in page.inner_text(".exhibit-title") and "Shenzhen" not in page.inner_text(".explore-latest").split("Source")[0]


@ours
def test_what_has_no_index_says_so_and_ranks_say_which_end_is_best(page):
    chosen(page, i="gdp_growth_real", p="hong_kong.shenzhen", index="2020")
    assert "= 100" not in page.inner_text(".exhibit-subtitle") and "have no index" in page.inner_text(".explore-notes")
    chosen(page, i="imd_rank", p="hong_kong.shenzhen", scale="log")
    assert "the first is the best" in page.inner_text(".explore-notes")


@ours
def test_lines_are_cut_at_breaks_and_gaps_and_weak_figures_are_hollow(page):
    chosen(page, i="gdp_current_lcu", p="shenzhen", rows="all")
    noted = gba.breaks("gdp").query("indicator == 'gdp_current_lcu' and place == 'shenzhen' and kind != 'gap'")
    assert page.locator(".exhibit-live svg path[transform*='rotate(115)']").count() >= len(noted) - 2
    joined = page.locator(".exhibit-live svg .mark-line path").evaluate_all("paths => paths.length")
    assert joined > 3
    assert "Hollow" in page.inner_text(".explore-notes")
    assert page.locator(".explore-about li").count() > 5


@ours
def test_what_is_taken_along(page):
    with page.expect_download() as saved:
        page.locator(".explore-figure [data-do=csv]").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert text[0].startswith("dataset,indicator,") and len(text) > 50
    with page.expect_download() as saved:
        page.locator(".explore-figure [data-do=svg]").click()
    drawn = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "GDP" in drawn and "var(--" not in drawn and "US dollars" in drawn
    page.locator(".explore-figure [data-do=cite]").click()
    assert "i=gdp_current_lcu" in page.locator(".explore-figure textarea").first.input_value()


@pytest.mark.parametrize(("folder", "viewport"), [*((folder, PHONE) for folder in ["", *EDITIONS]), *((folder, DESK) for folder in [*EDITIONS][:1])])
def test_every_edition_fits_and_axe_finds_nothing(browser, book, folder, viewport):
    """From a folder, where a page may load scripts and nothing else; English on a desk: test_accessibility.py."""
    address = f"{(book / folder / EXPLORE_PAGE).as_uri()}.html"
    page = visited(browser, address, viewport, color_scheme="dark" if viewport is PHONE else "light")
    page.locator(".explore-table button").first.click()
    page.evaluate(AXE)
    assert page.evaluate(f"async () => (await axe.run({{exclude: [['.exhibit-chart']]}}, {{resultTypes: ['violations']}})).violations.map({FAULTS})") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    if folder and EDITIONS[folder]["language"].startswith("zh"):
        spoken = re.sub(r"GDP|US|CC BY [\d.]+|SVG|PNG|CSV|[A-C]\b", "", page.inner_text("#explore"))
        page_words = [word for word in re.findall(r"[A-Za-z][A-Za-z ]{6,}", re.sub(r"(?s)Code.*", "", spoken))]
        assert page.locator(".explore-figure .exhibit-title").inner_text().isascii() is False
        assert len(page_words) < 12, page_words
    assert not [one for one in page.complaints if "font" not in one.lower()]
    page.context.close()


# ---------------------------------------------------------------- the files


def test_files_are_small_and_there_is_one_for_each_indicator(book):
    files = {path.stem: path.read_bytes() for path in (book / explore.FOLDER).iterdir()}
    assert files.keys() == {*observations()["indicator"], "catalogue"}
    assert max(len(gzip.compress(content)) for name, content in files.items() if name != "catalogue") <= 30_000
    assert len(gzip.compress(files["catalogue"])) <= 45_000


def test_each_exhibit_of_observations_leads_to_indicators_and_places_that_are_there(book):
    told = listing(book)
    known, places = {one[0] for one in told["indicators"]}, {one[0] for one in told["places"]}
    links = [link for path in book.glob("book/*.html") for link in re.findall(r'href="([^"]*)" data-do="explore"', path.read_text(encoding="utf-8"))]
    assert len(links) > 20
    for link in links:
        address, indicators, there = re.fullmatch(r"(.*)#i=([\w.]+)&amp;p=([\w.]+)", link).groups()
        assert (book / "book" / address).is_file()
        assert set(indicators.split(".")) <= known and set(there.split(".")) <= places


def test_a_dataset_and_a_place_of_a_fork_appear_by_themselves(mini):
    rows = explore.observed()
    record = explore.Record()
    told = explore.listing(rows, record)
    assert {one[0] for one in told["indicators"]} == set(rows["indicator"])
    assert {one[0] for one in told["places"]} >= set(rows["place"].dropna())
    name = rows["indicator"].iloc[0]
    made = record.content(name, rows[rows["indicator"] == name].to_dict("records"))
    assert len(made["rows"]) == (rows["indicator"] == name).sum() and json.dumps(made)
    assert told["opening"].startswith("i=")
