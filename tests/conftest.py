"""Fixtures over copies of the data, what a test costs, and what counts in a fork: see tests/support/edition.py."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# pyproject.toml says the same to pytest; a test that is run by another runner, or by an editor, finds the library all the same.
sys.path[:0] = [path for path in (str(ROOT / "book"), str(ROOT / "tests" / "support"), str(ROOT / "tools")) if path not in sys.path]

import edition  # noqa: E402
import minidata  # noqa: E402
from bookpages import book, browser, gzipped, outputs, said, site, titles  # noqa: E402, F401  the fixtures of the page tests
from gba.data import datapackage as record  # noqa: E402
from smallbook import small, template  # noqa: E402, F401  a copy of the book with one page

#: Groups that take longest: with loadgroup's own order, by the number of tests, the last of them would leave the other workers idle at the end.
LONGEST = ["elsewhere", "guide", "robust", "build", "forks", "execution"]
#: Fixtures by what they cost: a test that asks for one is left out of `make test-unit`.
COSTS = {"browser": {"browser"}, "build": {"book", "small", "template"}}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks by what a test costs, before they are chosen by; and after that the longest groups first, everything else as it was collected."""

    def place(item):
        mark = item.get_closest_marker("xdist_group")
        group = mark and (mark.args[0] if mark.args else mark.kwargs["name"])
        return LONGEST.index(group) if group in LONGEST else len(LONGEST)

    for item in items:
        for name, fixtures in COSTS.items():
            if fixtures & set(getattr(item, "fixturenames", ())) or (name == "build" and place(item) < len(LONGEST)):
                item.add_marker(name)
    yield
    items.sort(key=place)


def pytest_configure(config):
    """A plugin, because the hooks of this file do not see the examples in book/gba."""
    config.pluginmanager.register(edition)


@pytest.fixture
def data_copy(tmp_path, monkeypatch):
    """A copy of the real data, which the library reads during the test."""
    folder = tmp_path / "data"
    shutil.copytree(record.root(), folder)
    monkeypatch.setenv("GBA_DATA", str(folder))
    return folder


@pytest.fixture
def mini(tmp_path, monkeypatch):
    """The miniature of tests/support/minidata.py, which the library reads during the test."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("GBA_DATA", str(folder))
    return minidata.build(folder)
