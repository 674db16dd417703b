"""The notebooks as they are committed, and as they run in JupyterLab."""

from contextlib import closing

import nbformat
import pytest
from bookpages import notebooks

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
@pytest.mark.slow  # as the build runs them they run in every make book
@pytest.mark.xdist_group("execution")
def test_runs_in_jupyterlab_from_top_to_bottom(path, notebook, monkeypatch):
    """As JupyterLab would run it: without the book's renderer, no error, nothing on stderr."""
    from gba_book.execute.kernels import Kernels
    from gba_book.execute.notebooks import run

    monkeypatch.delenv("GBA_RENDER", raising=False)
    with closing(Kernels(fork=False)) as kernels:
        assert run(path, notebook, timeout=300, kernels=kernels.ready()) is None
