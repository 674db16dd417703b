"""The checks of `make lint`, and the promises of the pages for contributors."""

import json
import os
import sys

import pytest
from bookpages import ROOT


def test_dead_code_is_found(tmp_path, monkeypatch):
    sys.path.insert(0, str(ROOT / "tools"))
    import dead_code

    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.py").write_text("def used():\n    return 1\n\n\ndef forgotten():\n    return used()\n", encoding="utf-8")
    monkeypatch.setattr(dead_code, "ROOT", tmp_path)
    assert dead_code.unused(["book"], ["book"]) == ["book/a.py:5: unused function 'forgotten'"]


def test_the_changelog_tells_the_version_of_the_data():
    version = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))["version"]
    newest = next(line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## "))
    assert newest.endswith(f"data {version}"), newest


@pytest.mark.xdist_group("build")
def test_groups_of_tests_stay_together(request):
    """What a group makes once, a build or an environment, each worker would make again: pytest-xdist tells groups by the end of a test's name."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@build"), "pytest and pytest-xdist do not fit: see findings/xdist-groups.sh"
