"""Notebooks in the states in which programs leave them: brought into one form, or refused in one line with the file's name."""

import json

import nbformat
import pytest
from bookpages import build
from gba_book.read.notebook import notebook
from smallbook import CHART, said
from sphinx.errors import ExtensionError

CELLS = [
    {"cell_type": "markdown", "metadata": {"id": "x1"}, "source": ["# A page\n", "\n", "Words."]},
    {"cell_type": "code", "metadata": {"executionInfo": {"user": {"displayName": "Jo Doe", "userId": "123"}}, "id": "x2", "tags": ["hide-input"]},
     "execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["an old output"]}], "source": CHART.splitlines(keepends=True)},
]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "colab": {"provenance": [{"file_id": "1a"}]}}


def state(minor, ids=None, **more):
    """A notebook of format 4.minor with these ids of its cells, as text."""
    cells = [dict(cell, **({"id": one} if one else {})) for cell, one in zip(CELLS, ids or [None] * len(CELLS), strict=True)]
    return json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": KERNEL, "cells": cells, **more})


TAKEN = {
    "Colab, format 4.0": state(0),
    "an older editor, 4.2": state(2),
    "ids before there were any, 4.4": state(4, ["a", "b"]),
    "no ids, 4.5": state(5),
    "one id twice, 4.5": state(5, ["a", "a"]),
    "a byte order mark": "\ufeff" + state(5, ["a", "b"]),
    "Windows line ends": state(5, ["a", "b"], z=0).replace('"z": 0', '"z":\r\n 0').replace(', "z":\r\n 0', "\r\n"),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_a_state_is_brought_into_one_form(tmp_path, kind):
    path = tmp_path / "a.ipynb"
    path.write_bytes(TAKEN[kind].encode())
    read, again = notebook(path), notebook(path)
    nbformat.validate(read)
    assert read == again, "ids that differ from time to time make every build another"
    assert len({cell.id for cell in read.cells}) == len(CELLS)
    assert "Jo Doe" not in nbformat.writes(read)
    assert "1a" not in json.dumps(read.metadata)
    assert read.cells[1].metadata == {"tags": ["hide-input"]}


REFUSED = {
    "a merge that was not finished": ('{"cells": [\n<<<<<<< HEAD\n]}', "line 2"),
    "format 3": (json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}), "nbconvert"),
    "cut off": (state(5)[:200], "restore"),
    "a page of a host": ("<!doctype html><p>Not found", "restore"),
    "nothing": ("", "restore"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_notebook_is_refused_in_one_line(tmp_path, kind):
    text, way = REFUSED[kind]
    path = tmp_path / "a.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExtensionError) as told:
        notebook(path)
    assert "a.ipynb" in str(told.value)
    assert way in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


def test_the_build_names_the_file_that_is_no_notebook(small):
    (small / "book" / "index.ipynb").write_text(REFUSED["a merge that was not finished"][0], encoding="utf-8")
    result = build(small)
    assert result.returncode != 0
    assert "index.ipynb, line 2: a merge was not finished" in said(result)[-700:]
