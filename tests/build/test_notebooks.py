"""The notebooks as they are committed and as they run."""

import re
from contextlib import closing

import nbformat
import pytest
from bookpages import notebooks
from prose import typed_numbers

ALL = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


@ALL
def test_is_committed_clean(notebook):
    nbformat.validate(notebook)
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        assert not cell.outputs, f"code cell {number} has outputs; clear them before the commit"
        assert cell.execution_count is None, f"code cell {number} has an execution count"
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "title"}
    assert notebook.metadata.kernelspec.name == "python3"


@ALL
@pytest.mark.xdist_group("execution")
def test_runs_top_to_bottom(path, notebook, monkeypatch):
    """As JupyterLab would run it: without the book's renderer, no error, nothing on stderr."""
    from gba_book.execute.kernels import Kernels
    from gba_book.execute.notebooks import run

    monkeypatch.delenv("GBA_RENDER", raising=False)
    with closing(Kernels(fork=False)) as kernels:
        assert run(path, notebook, timeout=300, kernels=kernels.ready()) is None


@ALL
def test_numbers_in_prose_are_computed(notebook):
    typed = [hit for cell in notebook.cells if cell.cell_type == "markdown" for hit in typed_numbers(cell.source)]
    assert not typed, "typed numbers in prose, compute them and speak them with {glue:text}: " + " | ".join(typed)


@ALL
def test_numbers_are_spoken_with_their_chapter(path, notebook):
    """The short form of a glued number breaks when a chapter is translated; and a bare name says nothing to a reader of the source."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\{glue:text\}`([^`]*)`", cell.source):
                assert re.fullmatch(rf"{re.escape(path.name)}::\w+:[^:`]*[a-zA-Z%]", target), (
                    f"{target}: write {path.name}::name:format, such as :.1f, or :s for a word or a year"
                )


@ALL
def test_cells_are_short(notebook):
    lengths = sorted(len(cell.source.splitlines()) for cell in notebook.cells if cell.cell_type == "code")
    assert lengths[-1] <= 25, f"a cell of {lengths[-1]} lines; move what is not this chapter's thought to gba"
    assert lengths[len(lengths) // 2] <= 6, f"the median cell has {lengths[len(lengths) // 2]} lines"


@ALL
def test_exhibits_are_read(notebook):
    """The rhythm: a chart is followed by words that read it, before the next chart comes."""
    kinds = [
        "figure" if ("gba.figure(" in cell.source or "_figure(" in cell.source) and cell.cell_type == "code" else cell.cell_type for cell in notebook.cells
    ]
    shown = [(kind, cell.source) for kind, cell in zip(kinds, notebook.cells, strict=True) if kind != "code"]
    for (kind, source), (following, _) in zip(shown, [*shown[1:], ("end", "")], strict=True):
        assert kind != "figure" or following == "markdown", f"no reading after: {source[:80]}"


@pytest.mark.parametrize("text", ["It grew by 3.2 per cent.", "about 40 firms", "a gap of 1,234 people", "in **12** cities"])
def test_typed_numbers_are_found(text):
    assert typed_numbers(text)


@pytest.mark.parametrize(
    "text", ["In 2018, {glue:text}`a.ipynb::x:.1f` per cent", "the 1990s, 2004/05 and 1981–89", "`head(3)` and [a link](page2.md)", "5G masts", "1. first"]
)
def test_computed_numbers_and_years_pass(text):
    assert not typed_numbers(text)
