"""Every link inside the built book leads somewhere: files, and the places in them, in pages, style sheets and scripts."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from bookpages import documents
from bs4 import BeautifulSoup

ATTRIBUTES = {"a": "href", "link": "href", "area": "href", "script": "src", "img": "src", "source": "src", "use": "href", "form": "action"}


def named(html):
    """Every address that a page names, with its element's name."""
    for tag, attribute in ATTRIBUTES.items():
        for element in html.find_all(tag, attrs={attribute: True}):
            yield tag, element[attribute]


def broken(page, root, anchors):
    """Addresses of a page that lead nowhere within the book; those of other hosts are not asked for."""
    found = []
    for tag, address in named(BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
        if target.is_dir():
            target /= "index.html"
        if not target.is_file() or not target.is_relative_to(root.resolve()):
            found.append(f"<{tag}> {address}: no such file")
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
            found.append(f"<{tag}> {address}: no such place")
    return found


@pytest.fixture(scope="module")
def anchors():
    known = {}

    def of(page):
        if page not in known:
            html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
            known[page] = {element["id"] for element in html.find_all(id=True)} | {"", "top"}
        return known[page]

    return of


@pytest.mark.parametrize("document", [*documents(), "search", "../html/index"])
def test_links_lead_somewhere(book, anchors, document):
    assert not broken(book / f"{document}.html", book, anchors)


def test_ids_are_used_once_a_page(book):
    for document in documents():
        html = BeautifulSoup((book / f"{document}.html").read_text(encoding="utf-8"), "html.parser")
        ids = [element["id"] for element in html.find_all(id=True)]
        twice = {name for name in ids if ids.count(name) > 1}
        assert not twice, f"{document}: {sorted(twice)[:10]}"


#: Pictures for pages that this book does not have, named by Sphinx's own sheet: the build takes them out.
TAKEN_OUT = {"file.png", "plus.png", "minus.png"}


def test_style_sheets_name_files_that_are_there(book):
    for sheet in (book / "_static").rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            if not address.startswith(("data:", "#", "%23")) and address not in TAKEN_OUT:
                assert (sheet.parent / unquote(urlsplit(address).path)).is_file(), f"{sheet.name}: {address}"


def test_broken_links_are_found(tmp_path):
    """The check itself: a missing file, a missing place, a way out of the book."""
    page = tmp_path / "page.html"
    page.write_text(
        '<p id="here"></p><a href="#here">1</a><a href="#there">2</a><a href="none.csv">3</a><a href="../../etc">4</a><img src="https://x.example/a.png">',
        encoding="utf-8",
    )
    found = broken(page, tmp_path, lambda target: {"here"})
    assert [line.split(": ")[1] for line in found] == ["no such place", "no such file", "no such file"]
