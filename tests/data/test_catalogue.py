"""The catalogue: every dataset of the record by itself, coverage as it is, text as text."""

from contextlib import closing

import gba
import minidata
import nbformat
import pandas as pd
import pytest
from bookpages import ROOT
from bs4 import BeautifulSoup
from gba import catalogue
from gba.data import datapackage as record
from gba.data import describe

RECORDED = record.resources(record.read())
OBSERVED = [name for name, entry in RECORDED.items() if entry["gba:kind"] == "observations"]
HOSTILE = '<img src=x onerror=alert(1)><script>alert("2")</script>'


def soup(markup):
    return BeautifulSoup(markup, "html.parser")


@pytest.fixture(scope="module")
def whole():
    return soup(catalogue.catalogue())


def add_rain(folder):
    """A dataset that no code knows."""
    path = folder / "weather" / "rain.csv"
    path.parent.mkdir()
    with (folder / "sources.csv").open(encoding="utf-8") as file:
        source = file.readlines()[1].split(",")[0]
    lines = ["indicator,place,period,value,unit,source,status,status_reason,note"]
    lines += [f"rainfall,shenzhen,{year},{year / 2},mm,{source},main,," for year in (1999, 2000, 2003)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    meant = {"title": "Rainfall", "unit": "mm", "definition": "rain and snow", "direction": "none", "processing": "as printed"}
    words = {"title": "Rain of the year", "description": "Rain.", "kind": "observations", "chapter": "weather", "licence": "CC-BY-4.0"}
    words |= {"looked_at": "2026-11-24"}
    minidata.write(minidata.meta_of(path), {**words, "indicators": {"rainfall": meant}})
    describe.refresh(folder)


@pytest.mark.parametrize("name", RECORDED)
def test_every_entry_of_the_record_is_there_once(whole, name):
    [body] = whole.select(f"#dataset-{name}")
    entry, card = RECORDED[name], body.find_parent("details", class_="cat")
    assert entry["title"] in card.summary.text
    assert entry["description"].split(". ")[0].rstrip(".") in card.summary.text
    assert [link for link in body.select("a") if link["href"] == f"../data/{entry['path']}"]
    for meant in entry.get("gba:indicators", []):
        assert meant["title"] in body.text and meant["definition"] in body.text


@pytest.mark.parametrize("name", OBSERVED)
def test_coverage_is_that_of_the_file(whole, name):
    rows = pd.read_csv(record.root() / RECORDED[name]["path"], dtype=str)
    table = whole.select_one(f"#dataset-{name} table.cat-strips")
    shown = {row.th.text: row for row in table.select("tr")[1:]}
    names = pd.read_csv(record.root() / "places.csv", dtype=str).set_index("place")["name_en"]
    years = rows.assign(year=rows["period"].str[:4].astype(int), name=rows["place"].map(names)).groupby("name")["year"]
    assert set(shown) == set(years.groups)
    first = int(rows["period"].str[:4].min())
    for place, part in years:
        strip = shown[place].svg
        assert strip["role"] == "img" and strip.title.text.startswith(f"{place}: {part.nunique()} of")
        assert shown[place].select("td")[-1].text == f"{len(part):,}"
        assert covered_years(strip, first) == set(part)


def covered_years(strip, first):
    """The years that the runs of a strip cover."""
    found = set()
    for path in strip.select("path"):
        for run in path["d"].split("M")[1:]:
            start, length = run.split("v")[0].split(" 0h")
            found |= set(range(first + int(start), first + int(start) + int(length)))
    return found


@pytest.fixture(scope="module")
def observed():
    """All rows of all datasets, read once."""
    return catalogue.observations()


@pytest.mark.parametrize("name", OBSERVED)
def test_picked_rows_are_those_that_load_gives(observed, name):
    rows = observed.query("dataset == @name")
    picked = rows[rows["picked"]].reset_index(drop=True)
    loaded = gba.load(name)
    assert picked["value"].tolist() == loaded["value"].tolist()
    assert picked["source"].tolist() == loaded["source"].tolist()


def test_spread_is_high_minus_low_over_the_used_value(mini):
    [row] = catalogue.spreads(catalogue.observations()).to_dict("records")
    assert (row["indicator"], row["place"], row["period"]) == ("gdp_current", "shenzhen", "2018")
    assert (row["low"], row["high"], row["used"], row["n_sources"]) == (220, 221.5, 220, 2)
    assert row["spread"] == pytest.approx(100 * 1.5 / 220)
    assert row["settled"]
    assert set(row["source"].split("; ")) == {"bureau-2019", "bureau-2021"}


def test_disagreements_recomputed_from_the_files(observed):
    """How many cells several sources fill, and how far these lie apart at most, without the library."""
    found = []
    for name in OBSERVED:
        rows = pd.read_csv(record.root() / RECORDED[name]["path"], dtype=str).fillna("")
        for _, part in rows.groupby(RECORDED[name]["gba:cell"]):
            if part["source"].nunique() > 1:
                values = part["value"].astype(float)
                found.append(values.max() - values.min())
    shared = catalogue.spreads(observed)
    assert len(found) == len(shared)
    assert sorted(found) == pytest.approx(sorted(shared["high"] - shared["low"]))


def test_a_ledger_cites_all_the_sources_of_a_row(mini):
    cited = catalogue.citations().query("dataset == 'events'").set_index("source")["rows"]
    assert cited.to_dict() == {"bureau-2019": 1, "bureau-2021": 1, "press-2024": 1}


def test_a_new_dataset_appears_by_itself(mini):
    before = catalogue.catalogue()
    body = soup(before).select_one("#dataset-places")
    assert [head.text for head in body.select(".cat-head")] == ["Columns"], "a table without dates or sources has neither"
    add_rain(mini)
    page = soup(catalogue.catalogue())
    assert "rain" not in [code.text for code in soup(before).select("summary code")]
    body = page.select_one("#dataset-rain")
    assert "Rainfall" in body.text
    assert covered_years(body.select_one("svg"), 1999) == {1999, 2000, 2003}
    assert page.select_one("#chapter-weather")
    assert set(catalogue.observations().query("dataset == 'rain'")["year"]) == {1999, 2000, 2003}


@pytest.mark.xdist_group("execution")
def test_a_new_dataset_appears_on_the_page(data_copy, monkeypatch):
    """The appendix itself, run on the book's data and one dataset more."""
    from gba_book.execute.kernels import Kernels
    from gba_book.execute.notebooks import run

    monkeypatch.setenv("GBA_RENDER", "book")
    add_rain(data_copy)
    path = ROOT / "book" / "a2-data.ipynb"
    notebook = nbformat.read(path, as_version=4)
    with closing(Kernels()) as kernels:
        assert run(path, notebook, timeout=300, kernels=kernels.ready()) is None
    shown = [output["data"]["text/html"] for cell in notebook.cells for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]
    assert [markup for markup in shown if 'id="data-coverage"' in markup and "Rain of the year" in markup]
    assert [markup for markup in shown if 'id="dataset-rain"' in markup]


def test_hostile_text_stays_text(mini):
    """Names, titles, reasons and addresses come from many hands."""
    inside = HOSTILE.replace('"', '""')
    minidata.edit(mini / "places.csv", "shenzhen,Shenzhen,", f'shenzhen,"{inside}",')
    old = "bureau-2021,Yearbook 2021,Bureau,,https://example.org/2021,"
    minidata.edit(mini / "sources.csv", old, f'bureau-2021,"{inside}","{inside}",,javascript:alert(3),')
    minidata.edit(mini / "breaks.csv", "the census of the economy", f'"{inside}"')

    def change(content):
        content["title"] = content["description"] = HOSTILE
        for meant in content.get("indicators", {}).values():
            meant["title"] = meant["definition"] = HOSTILE

    for path in mini.rglob(f"*{describe.ENDING}"):
        if path.name != describe.PACKAGE:
            minidata.redescribe(mini, path.name.split(".")[0], change)
    page = soup(catalogue.catalogue() + catalogue.first_steps())
    assert not page.select("img, script, [onerror]")
    assert not [link["href"] for link in page.select("a") if not link["href"].startswith(("../data/", "https://example.org/"))]
    assert page.text.count(HOSTILE) > 10
    assert HOSTILE in page.select_one("#dataset-gdp table th[scope=row]").text + page.select_one("#dataset-gdp table").text


def test_a_table_of_counts_is_shaded_by_size():
    table = soup(catalogue.grid(pd.DataFrame({HOSTILE: [100, 5], "B": [0, 61]}, index=["x", "y"]), "A caption")).table
    assert table.caption.text == "A caption"
    assert [(cell.text, cell.get("class")) for cell in table.select("th[scope=row] ~ td")] == [("100", ["s3"]), ("", None), ("5", ["s0"]), ("61", ["s3"])]
    assert table.select("th")[0].text == HOSTILE and not table.select("img")


@pytest.mark.parametrize(
    ("counts", "paths"),
    [
        ({}, []), ({2000: 1}, ["M0 0h1v1h-1z"]), ({2000: 1, 2001: 1, 2003: 1}, ["M0 0h2v1h-2zM3 0h1v1h-1z"]),
        ({2000: 1, 2001: 3, 2002: 40}, ["M0 0h1v1h-1z", "M1 0h1v1h-1z", "M2 0h1v1h-1z"]),
    ],
)  # fmt: skip
def test_strips_are_drawn_in_runs(counts, paths):
    strip = soup(catalogue.strip(counts, 2000, 2004, "a place")).svg
    assert [path["d"] for path in strip.select("path")] == paths
    assert strip.title.text == "a place"
