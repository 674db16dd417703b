"""What one build made of a text, the next one takes, and only then."""

import os

import pytest
from gba_book import kept


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Calls `kept` in a folder of its own and counts how often something was made."""
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    count = []

    def call(*told, what="a"):
        return kept.kept(what, told, lambda: count.append(told) or {"told": "".join(told)}), len(count)

    return call


def test_the_same_is_made_once_and_anything_else_anew(made, monkeypatch):
    assert made("x", "y") == made("x", "y") == ({"told": "xy"}, 1)
    assert made("x", "z") == ({"told": "xz"}, 2)
    assert made("xy", "")[1] == 3, "parts that make the same text together are not the same"
    assert made("x", "y", what="b")[1] == 4
    monkeypatch.setattr(kept, "_house", lambda: "another library")
    assert made("x", "y")[1] == 5
    [path] = kept.FOLDER.glob("another library/*")
    path.write_text(path.read_text(encoding="utf-8")[:-3], encoding="utf-8")
    assert made("x", "y") == ({"told": "xy"}, 6), "what was cut off is made anew"


def test_code_and_tables_of_the_house_count(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = kept.digest(tmp_path)
    (tmp_path / "a.pyc").write_text("2")
    assert kept.digest(tmp_path) == before
    (tmp_path / "a.py").write_text("2")
    assert kept.digest(tmp_path) != before


def test_of_other_code_only_the_newest_is_kept_and_nothing_for_ever(made, monkeypatch):
    for day, house in enumerate("abcde"):
        monkeypatch.setattr(kept, "_house", lambda house=house: house)
        made("x")
        os.utime(kept.FOLDER / house, (day, day))
    [long_ago] = kept.FOLDER.glob("d/*")
    os.utime(long_ago, (0, 0))
    # Somebody goes back to the oldest.
    monkeypatch.setattr(kept, "_house", lambda: "a")
    kept.forget()
    assert {path.name for path in kept.FOLDER.iterdir()} == {"a", "d", "e"}
    assert made("x")[1] == 5
    assert not long_ago.exists()
