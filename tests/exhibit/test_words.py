"""What a reader is shown is written in words: no key of the data, and exhibits by their numbers."""

import re

import pytest
from bookpages import documents, exhibits, soup

KEY = re.compile(r"(?<![\w/.-])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w/-])")
SHOWN = ".exhibit-title, .exhibit-subtitle, .exhibit-note, .exhibit-sources > p, .exhibit-chart text"
SHOWN += ", .claim h4, .claim-figures, .claim-reason, .claim-rows td > div"
#: Notes of the data speak of columns; they stand in the evidence as they stand in the file. Addresses are nobody's words.
OWN = ".claim-note, a[rel=noreferrer]"


@pytest.mark.parametrize("document", documents())
def test_no_key_is_shown(book, document):
    page = soup(book / f"{document}.html")
    own = set(map(id, page.select(OWN)))
    shown = {text for element in page.select(SHOWN) for text in element.find_all(string=KEY) if own.isdisjoint(map(id, text.parents))}
    assert not shown


def fields_of_tooltips(part):
    """The fields that the tooltips of a specification tell, from all its views."""
    if isinstance(part, list):
        return set().union(*map(fields_of_tooltips, part)) if part else set()
    if not isinstance(part, dict):
        return set()
    told = part.get("tooltip", [])
    told = told if isinstance(told, list) else [told]
    found = {one["field"] for one in told if isinstance(one, dict) and "field" in one}
    return found | set().union(*(fields_of_tooltips(value) for name, value in part.items() if name not in ("datasets", "data")), set())


@pytest.mark.parametrize("document", documents())
def test_no_key_is_told_by_a_tooltip_and_pointers_say_the_number(book, document):
    """The numbers are counted by the build; what points to an exhibit from a table of its own has to say the same."""
    found = set()
    for figure, spec in exhibits(book / f"{document}.html"):
        fields = fields_of_tooltips(spec)
        for rows in spec.get("datasets", {}).values():
            told = (str(row[field]) for row in rows for field in fields if isinstance(row, dict) and isinstance(row.get(field), str))
            found |= {(figure["id"], key) for text in told for key in KEY.findall(text)}
    assert not found
    for link in soup(book / f"{document}.html").select("a.exhibit-ref"):
        page, name = link["href"].split("#")
        there = (book / document).with_name(page).read_text(encoding="utf-8")
        assert re.search(rf'(?s)id="{name}".*?class="exhibit-number">([^<]*)', there)[1] == f"{link.get_text()}.", link["href"]


def test_the_key_is_found():
    assert KEY.findall("rows of joint_labs: hkust_lab") == ["joint_labs", "hkust_lab"]
    assert not KEY.findall("the file data/a_b.csv, R&D, 2018-10")
    layers = [{"encoding": {"tooltip": [{"field": "told"}, {"field": "x"}]}}, {"encoding": {"tooltip": {"field": "y"}}}]
    assert fields_of_tooltips({"layer": layers}) == {"told", "x", "y"}
