"""The data as they are published: the whole folder, unchanged, linked, and under every figure of every page."""

import csv
import gzip
import html
import os
from urllib.parse import unquote, urlsplit

import pytest
from bookpages import ROOT, documents, exhibits
from bs4 import BeautifulSoup
from gba_book.publish.data import mirror

PAGE = "book/a2-data"


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_published_copy_is_the_data(book):
    assert files(book / "data") == files(ROOT / "data")


def test_the_published_record_is_valid(book):
    from frictionless import Package

    report = Package(str(book / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_links_to_the_data_lead_to_files(book):
    page = book / f"{PAGE}.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    linked = {unquote(urlsplit(link["href"]).path) for link in soup.select("article a[href]") if link["href"].startswith("../data/")}
    missing = [path for path in linked if not (page.parent / path).resolve().is_file()]
    assert not missing
    # Every file of the record can be had from the page.
    import json

    record = json.loads((book / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert {f"../data/{entry['path']}" for entry in record["resources"]} | {"../data/datapackage.json"} <= linked


def test_links_inside_the_page_lead_somewhere(book):
    soup = BeautifulSoup((book / f"{PAGE}.html").read_text(encoding="utf-8"), "html.parser")
    ids = [tag["id"] for tag in soup.select("article [id]")]
    assert len(ids) == len(set(ids)), [name for name in ids if ids.count(name) > 1]


def test_the_page_of_the_data_stays_light(book):
    assert len(gzip.compress((book / f"{PAGE}.html").read_bytes(), mtime=0)) < 150_000


@pytest.fixture(scope="module")
def listed():
    """What a caption says of each source, and the keys that it may mean."""
    spoken = {}
    for row in table(ROOT / "data" / "sources.csv"):
        text = f"{row['title'] or row['publisher']}, {row['publisher']} ({row['date'] or 'no date'}), grade {row['grade']}"
        spoken.setdefault(text, set()).add(row["source"])
    return spoken


@pytest.fixture(scope="module")
def cited():
    """The keys of sources that the rows of the data name."""
    found = set()
    for path in (ROOT / "data").rglob("*.csv"):
        if path.name != "sources.csv":
            for row in table(path):
                found |= {key.strip() for column in ("source", "sources") for key in (row.get(column) or "").split(";") if key.strip()}
    return found


@pytest.mark.parametrize("document", documents())
def test_the_path_from_a_figure_to_its_rows_is_unbroken(book, listed, cited, document):
    """Every source that a drawn row names, and every source under a figure, is a row of sources.csv that a row of the data cites."""
    known = {key for keys in listed.values() for key in keys}
    for figure, spec in exhibits(book / f"{document}.html"):
        name = figure["id"]
        drawn = {key.strip() for key in drawn_sources(spec)}
        assert drawn <= known, f"{name}: {sorted(drawn - known)} are no keys of data/sources.csv"
        named = [html.unescape(item.text) for item in figure.select(".exhibit-sources > ul:last-of-type > li")]  # the list before it is of breaks
        assert not [text for text in named if text not in listed], name
        under = set().union(*(listed[text] for text in named))
        assert drawn <= under, f"{name}: drawn, but not named under the figure: {sorted(drawn - under)}"
        assert not [text for text in named if not listed[text] & cited], f"{name}: named, but no row of the data cites them"


def drawn_sources(spec):
    """The keys in the column `source` of the rows of a figure, at both widths."""
    for data in (spec.get("datasets", {}), spec.get("usermeta", {}).get("narrowDatasets", {})):
        for rows in data.values():
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict) and row.get("source"):
                    yield from str(row["source"]).split(";")


@pytest.fixture
def folders(tmp_path):
    source, target = tmp_path / "data", tmp_path / "out" / "data"
    (source / "a" / "b").mkdir(parents=True)
    (source / "top.csv").write_bytes(b"x\n1\n")
    (source / "a" / "b" / "deep.geojson").write_bytes(b"{}\r\n")
    return source, target


def test_a_mirror_holds_the_same_files(folders):
    source, target = folders
    assert mirror(source, target) == 2
    assert files(target) == files(source)
    assert mirror(source, target) == 0


def test_a_mirror_forgets_what_vanished(folders):
    source, target = folders
    mirror(source, target)
    (target / "old" / "older").mkdir(parents=True)
    (target / "old" / "older" / "gone.csv").write_text("x")
    (source / "a" / "b" / "deep.geojson").unlink()
    mirror(source, target)
    assert files(target) == {"top.csv": b"x\n1\n"}
    assert not (target / "old").exists() and not (target / "a").exists()


def test_a_mirror_mends_what_differs(folders):
    """Also where size and time agree."""
    source, target = folders
    mirror(source, target)
    (target / "top.csv").write_bytes(b"x\n2\n")
    stamp = (source / "top.csv").stat()
    os.utime(target / "top.csv", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert mirror(source, target) == 1
    assert files(target) == files(source)


def test_hidden_files_stay_at_home(folders):
    source, target = folders
    (source / ".cache").mkdir()
    (source / ".cache" / "x").write_text("x")
    (source / ".DS_Store").write_text("x")
    assert mirror(source, target) == 2


def test_a_folder_may_become_a_file_and_the_reverse(folders):
    source, target = folders
    (target / "top.csv").mkdir(parents=True)
    (target / "top.csv" / "x").write_text("x")
    (target / "a").write_text("x")
    mirror(source, target)
    assert files(target) == files(source)
