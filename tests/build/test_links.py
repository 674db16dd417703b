"""Every link inside the built book leads somewhere: files, and the places in them, in pages, style sheets and scripts."""

import functools
import re
from collections import Counter
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from bookpages import documents, soup

ATTRIBUTES = {"a": "href", "link": "href", "area": "href", "script": "src", "img": "src", "source": "src", "use": "href", "form": "action"}


def named(html):
    """Every address that a page names, with its element's name."""
    for tag, attribute in ATTRIBUTES.items():
        for element in html.find_all(tag, attrs={attribute: True}):
            yield tag, element[attribute]


@functools.cache
def anchors(page):
    """The places in a page, without parsing it: most links lead to other pages."""
    return {"", "top", *map(unescape, re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8")))}


def broken(page, root):
    """Addresses of a page that lead nowhere within the book; those of other hosts are not asked for."""
    found = []
    for tag, address in named(soup(page)):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
        if target.is_dir():
            target /= "index.html"
        if not target.is_file() or not target.is_relative_to(root.resolve()):
            found.append(f"<{tag}> {address}: no such file")
        elif parts.fragment and "=" in parts.fragment:
            continue  # choices that a page keeps in its address, and no place in it
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
            found.append(f"<{tag}> {address}: no such place")
    return found


@pytest.mark.parametrize("document", [*documents(), "search", "../html/index"])
def test_links_lead_somewhere_and_ids_are_used_once(book, document):
    lost = broken(book / f"{document}.html", book)
    assert not lost, "\n".join([f"{document}: {len(lost)} links lead nowhere; correct them where they are written, or add what they lead to:", *lost])
    ids = Counter(element["id"] for element in soup(book / f"{document}.html").find_all(id=True))
    assert [name for name, times in ids.items() if times > 1] == []


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
    found = broken(page, tmp_path)
    assert [line.split(": ")[1] for line in found] == ["no such place", "no such file", "no such file"]
