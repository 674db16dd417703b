"""The kernels of the build: forked, each on its own, ended with whoever asked for them."""

import os
import signal
import sys
import time
from contextlib import closing

import nbformat
import pytest
from bookpages import ROOT
from gba_book.execute.kernels import CAN_FORK, Kernels
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

pytestmark = pytest.mark.xdist_group("execution")
forks = pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux only")


def run(kernels, *cells, timeout=60):
    """What each cell of a new notebook says on stdout."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        kernel_manager_class=kernels.manager_class,
        extra_arguments=list(kernels.arguments),
        resources={"metadata": {"path": str(ROOT / "book")}},
    ).execute()
    return ["".join(output.get("text", "") for output in cell.outputs).strip() for cell in notebook.cells]


def gone(process: int) -> bool:
    """Whether a process has ended, within ten seconds."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def spoil(module: str, monkeypatch, folder) -> None:
    """Put a module that cannot be imported in the place of one that can."""
    (folder / module).mkdir()
    (folder / module / "__init__.py").write_text("raise ValueError('a mistake')\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture(scope="module")
def kernels():
    with closing(Kernels()) as started:
        yield started.ready()


@forks
def test_a_notebook_sees_what_an_ordinary_kernel_shows(kernels):
    """Folder, library, the way to modules, the name of its module, the arguments' first word: the same as in JupyterLab's kernel."""
    cells = (
        "import gba, os; print(os.getcwd())",
        "import sys; print(sys.path)",
        "print(__name__, os.path.basename(gba.__file__))",
        "print(sys.argv[0].endswith(('ipykernel_launcher', 'ipykernel_launcher.py')), sys.modules.get('rfc3987_syntax'))",
    )
    with closing(Kernels(fork=False)) as ordinary:
        assert run(kernels, *cells) == (said := run(ordinary.ready(), *cells))
    assert said[0] == str(ROOT / "book")
    assert said[3] == "True None"


@forks
def test_kernels_share_imports_and_nothing_else(kernels):
    said = "import sys; print('altair' in sys.modules, 'vl_convert' in sys.modules, hasattr(sys, 'mine')); sys.mine = 1"
    draw = "import random, numpy; print(random.random(), numpy.random.random())"
    first, second = run(kernels, said, draw), run(kernels, said, draw)
    assert first[0] == second[0] == "True False False"
    assert first[1] != second[1], "two kernels drew the same random numbers"


@forks
def test_programs_started_in_a_kernel_tell_their_end(kernels):
    """The nursery lets the system forget its children; what a kernel starts has to be remembered."""
    assert run(kernels, "import subprocess, sys; print(subprocess.run([sys.executable, '-c', 'raise SystemExit(7)']).returncode)") == ["7"]


@forks
def test_a_cell_without_end_is_interrupted(kernels):
    with pytest.raises(CellTimeoutError):
        run(kernels, "import time\nwhile True: time.sleep(0.1)", timeout=2)


@forks
def test_a_kernel_that_dies_is_noticed(kernels):
    with pytest.raises(DeadKernelError):
        run(kernels, "import os; os._exit(3)")


@forks
def test_a_kernel_ends_with_its_build(tmp_path):
    """A build that is killed leaves nothing running."""
    told = tmp_path / "told"
    cell = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(f'{{os.getpid()}} {{os.getppid()}}'); time.sleep(300)"
    build = os.fork()
    if build == 0:
        # A process of its own, that is killed as a build would be.
        paths = [str(ROOT / "tests/build"), str(ROOT / "tests/support"), str(ROOT / "tools"), str(ROOT / "book" / "_ext"), str(ROOT / "book")]
        code = f"import sys; sys.path[:0] = {paths!r}\nfrom test_kernels import run, Kernels\nrun(Kernels().ready(), {cell!r})"
        os.execv(sys.executable, [sys.executable, "-c", code])
    for _ in range(600):
        if told.exists() and told.read_text():
            break
        time.sleep(0.1)
    kernel, nursery = map(int, told.read_text().split())
    os.kill(build, signal.SIGKILL)
    os.waitpid(build, 0)
    assert gone(nursery)
    assert gone(kernel)


@forks
def test_what_cannot_be_imported_fails_in_the_notebook(monkeypatch, tmp_path):
    """A mistake in the library is told with the cell, not as a kernel that does not start."""
    spoil("altair", monkeypatch, tmp_path)
    with closing(Kernels()) as kernels:
        said = run(kernels.ready(), "try:\n    import altair\nexcept ValueError as error:\n    print(error)")
    assert said == ["a mistake"]


@pytest.mark.parametrize("fork", [pytest.param(True, marks=forks), False])
def test_the_data_are_checked_before_a_kernel_starts(mini, fork):
    with closing(Kernels(["--no-checksums"], fork=fork)) as kernels:
        code, said = kernels.checked()
    assert code == 0
    assert said.endswith("no problem\n")
    spoiled = mini / "places.csv"
    spoiled.write_text(spoiled.read_text(encoding="utf-8") + "too,few\n", encoding="utf-8")
    with closing(Kernels(["--no-checksums"], fork=fork)) as kernels:
        code, said = kernels.checked()
        assert code == 1
        assert f"{spoiled.relative_to(mini.parent).as_posix()}:" in said
        assert "found 2 fields" in said
        if fork:
            with pytest.raises(RuntimeError, match="did not come up, its exit code is 1"):
                kernels.ready()


@forks
def test_a_check_that_does_not_run_is_told(monkeypatch, tmp_path):
    spoil("pandas", monkeypatch, tmp_path)
    with closing(Kernels([])) as kernels, pytest.raises(RuntimeError, match="did not come up"):
        kernels.checked()
