"""The data as they are published: the whole folder, unchanged, linked, and under every figure of every page."""

import functools
import gzip
import html
import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bookpages import ROOT, documents, exhibits, soup, table
from gba_book.publish.data import KINDS, mirror

PAGE = "book/a2-data"


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_published_copy_is_the_data_and_what_is_computed_from_them(book):
    mine, theirs = ({path: content for path, content in files(home / "data").items() if Path(path).suffix in KINDS} for home in (ROOT, book))
    record, told = (json.loads(found.pop("datapackage.json")) for found in (mine, theirs))
    computed = [entry for entry in told["resources"] if entry not in record["resources"]]
    assert {path: theirs.pop(path) for path in list(theirs) if path not in mine}.keys() == {"README.md", *(entry["path"] for entry in computed)}
    assert theirs == mine
    assert [entry for entry in told["resources"] if entry not in computed] == record["resources"]
    assert {key: told[key] for key in ("name", "version", "licenses")} == {key: record[key] for key in ("name", "version", "licenses")}


def test_the_published_record_is_valid(book):
    from frictionless import Package

    report = Package(str(book / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_every_file_of_the_record_can_be_had_from_the_page(book):
    """That each link leads to a file, test_links.py tells of every page."""
    linked = {unquote(urlsplit(link["href"]).path) for link in soup(book / f"{PAGE}.html").select("article a[href]")}
    record = json.loads((book / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert {f"../data/{entry['path']}" for entry in record["resources"]} | {"../data/datapackage.json"} <= linked


def test_the_page_of_the_data_stays_light(book):
    """It shows every dataset and grows with them; with style sheet and scripts it has to keep the budget of a first view (`test_weight`)."""
    assert len(gzip.compress((book / f"{PAGE}.html").read_bytes(), mtime=0)) < 165_000


@functools.cache
def listed():
    """What a caption says of each source, and the keys that it may mean."""
    spoken = {}
    for row in table(ROOT / "data" / "sources.csv"):
        via = f", via {row['via']}" if row["via"] else ""
        text = f"{row['title'] or row['publisher']}, {row['publisher']}{via} ({row['date'] or 'no date'}, read {row['read']}), grade {row['grade']}"
        spoken.setdefault(text, set()).add(row["source"])
    return spoken


@functools.cache
def cited():
    """The keys of sources that the rows of the data name."""
    found = set()
    for path in (ROOT / "data").rglob("*.csv"):
        if path.name != "sources.csv":
            for row in table(path):
                found |= {key.strip() for column in ("source", "sources") for key in (row.get(column) or "").split(";") if key.strip()}
    return found


@pytest.mark.parametrize("document", documents())
def test_the_path_from_a_figure_to_its_rows_is_unbroken(book, document):
    """Every source that a drawn row names, and every source under a figure, is a row of sources.csv that a row of the data cites."""
    known = {key for keys in listed().values() for key in keys}
    for figure, spec in exhibits(book / f"{document}.html"):
        name = figure["id"]
        drawn = {key.strip() for key in drawn_sources(spec)}
        assert drawn <= known, f"{name}: {sorted(drawn - known)} are no keys of data/sources.csv"
        named = [html.unescape(item.text) for item in figure.select(".exhibit-sources > ul:last-of-type > li")]  # the list before it is of breaks
        assert not [text for text in named if text not in listed()], name
        under = set().union(*(listed()[text] for text in named))
        assert drawn <= under, f"{name}: drawn, but not named under the figure: {sorted(drawn - under)}"
        assert not [text for text in named if not listed()[text] & cited()], f"{name}: named, but no row of the data cites them"


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


def test_a_mirror_holds_the_same_files_and_mends_and_forgets(folders):
    """Also where size and time agree; what is hidden or of another kind stays at home; a folder may become a file and the reverse."""
    source, target = folders
    (target / "top.csv").mkdir(parents=True)
    (target / "top.csv" / "x").write_text("x")
    (target / "a").write_text("x")
    assert mirror(source, target) == 2
    assert files(target) == files(source)
    for name in (".cache/x", ".DS_Store", "a/interviews.xlsx", "notes.docx"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("x")
    assert mirror(source, target) == 0
    (target / "top.csv").write_bytes(b"x\n2\n")
    stamp = (source / "top.csv").stat()
    os.utime(target / "top.csv", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (target / "old" / "older").mkdir(parents=True)
    (target / "old" / "older" / "gone.csv").write_text("x")
    (source / "a" / "b" / "deep.geojson").unlink()
    assert mirror(source, target) == 1
    assert files(target) == {"top.csv": b"x\n1\n"}
    assert not (target / "old").exists() and not (target / "a").exists()
