"""Fixtures over copies of the data, what a test costs, and what counts in a fork: see tests/support/edition.py."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# pyproject.toml says the same to pytest; a test that is run by another runner, or by an editor, finds the library all the same.
sys.path[:0] = [path for part in ("book", "book/_ext", "tests/support", "tools") if (path := str(ROOT / part)) not in sys.path]

from gba_book.execute import forkserver  # noqa: E402

sys.modules[forkserver.UNUSED] = None  # for a second of each worker
import edition  # noqa: E402
import minidata  # noqa: E402
from bookpages import book, browser, gzipped, outputs, said, site, titles  # noqa: E402, F401  the fixtures of the page tests
from gba.data import datapackage as record  # noqa: E402
from smallbook import small, template  # noqa: E402, F401  a copy of the book with one page

#: Groups that take longest: with loadgroup's own order, by the number of tests, the last of them would leave the other workers idle at the end.
LONGEST = ["elsewhere", "guide", "build", "inputs", "lab", "tables of the index", "execution", "launch"]
#: Fixtures by what they cost: a test that asks for one is left out of `make test-unit`.
COSTS = {"browser": {"browser"}, "build": {"book", "small", "template"}}


def pytest_xdist_auto_num_workers(config):
    """One more than there are processors: while a worker waits for a browser, another goes on; but for few tests, which take less than its beginning."""
    if asked := os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return int(asked)
    return (not config.option.keyword) + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks by what a test costs, before they are chosen by; and after that the longest groups first, then what builds by itself, then the rest.

    The tests of a group, and of a module that is in none, stay together and in their order.
    """

    def group(item):
        mark = item.get_closest_marker("xdist_group")
        return mark and mark.args[0]

    def shared(item):
        """What tests without a group of their own share: a visit of a browser, a page that takes a second to parse, what their module makes once."""
        fixtures, given = item.fixturenames, getattr(getattr(item, "callspec", None), "params", {})
        page = given.get("document") or (isinstance(given.get("path"), Path) and f"book/{given['path'].stem}")
        if "visit" in fixtures:
            return f"visit of {item.path.stem}"
        return None if "browser" in fixtures else f"reads {page}" if page else item.path.stem

    def place(item):
        return LONGEST.index(group(item)) if group(item) in LONGEST else len(LONGEST)

    def together(item):
        return group(item) or item.path

    for item in items:
        if chapter := getattr(getattr(item, "module", None), "CHAPTER", None):  # `make test only=` runs the findings of a chapter with its page
            item.extra_keyword_matches.add(Path(chapter).stem)
        if isinstance(item, pytest.Function) and not group(item) and (name := shared(item)):
            item.add_marker(pytest.mark.xdist_group(name))
        for name, fixtures in COSTS.items():
            if fixtures & set(getattr(item, "fixturenames", ())) or (name == "build" and place(item) < len(LONGEST)):
                item.add_marker(name)
    yield
    waiting = {together(item) for item in items if "book" in getattr(item, "fixturenames", ()) or not item.get_closest_marker("build")}
    items.sort(key=lambda item: (place(item), together(item) in waiting))


def pytest_configure(config):
    """A plugin, because the hooks of this file do not see the examples in book/gba; and no folder of tests that is passed over without a word."""
    config.pluginmanager.register(edition)
    unseen = [path.name for path in (ROOT / "tests").iterdir() if any(path.match(pattern) for pattern in config.getini("norecursedirs"))]
    if unseen:
        raise pytest.UsageError(f"pyproject.toml: norecursedirs passes over tests/{unseen[0]}, expected every folder of tests; take its pattern out")


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
