"""A notebook as somebody's program saved it, brought into the one form that the book runs and publishes."""

import hashlib
import json
import re
from pathlib import Path

import nbformat
from sphinx.errors import ExtensionError

#: What of a cell's metadata is the author's: programs add who ran it, when, and on which account.
KEPT = ("tags", "mystnb", "jupyter")


def notebook(path: Path):
    """Read a notebook in format 4.5: with ids that depend on its content alone, and nothing of the program or the account that saved it.

    Raises
    ------
    ExtensionError : it is no notebook, holds the marks of a merge that was not finished, or is of a format before 4; the message names file and line

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.ipynb"
    >>> cell = '{"cell_type": "markdown", "metadata": {}, "source": ["x"]}'
    >>> written = path.write_text('{"nbformat": 4, "nbformat_minor": 0, "metadata": {"colab": {}}, "cells": [' + cell + "]}")
    >>> read = notebook(path)
    >>> read.nbformat_minor, read.metadata, read.cells[0].source
    (5, {}, 'x')
    """
    name, text = path.name, path.read_bytes().decode("utf-8-sig", errors="replace")
    if conflict := re.search(r"^(<{7}|={7}|>{7})( |$)", text, re.M):
        line = text.count("\n", 0, conflict.start()) + 1
        raise ExtensionError(f"{name}, line {line}: a merge was not finished here ({conflict[1]}); settle it, or take one side: git checkout --ours {name}")
    try:
        form = json.loads(text)["nbformat"]
        if form != 4:
            raise ExtensionError(f"{name}: notebook format {form}, expected 4; run: jupyter nbconvert --to notebook --inplace {name}")
        # Not nbformat.reads: that gives cells without an id one by chance, another each time.
        read = nbformat.v4.reads_json(text)
        cells = read["cells"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}".split("\n")[0][:100]
        raise ExtensionError(f"{name}: no notebook that can be read ({said}); open and save it in JupyterLab, or restore it: git checkout {name}") from None
    read["nbformat_minor"], seen = 5, set()
    for number, cell in enumerate(cells):
        told = cell.get("id")
        if not told or told in seen:
            told = hashlib.sha256(f"{number}{cell.cell_type}{cell.source}".encode()).hexdigest()[:8]
        cell["id"] = told
        seen.add(told)
        cell.metadata = nbformat.from_dict({key: value for key, value in cell.metadata.items() if key in KEPT})
    read.metadata = nbformat.from_dict({key: value for key, value in read.metadata.items() if key in ("kernelspec", "language_info", "mystnb")})
    return read
