"""The kernels of the build: forked, each on its own, ended with whoever asked for them."""

import datetime
import os
import signal
import sys
import time
from contextlib import closing
from types import SimpleNamespace

import nbformat
import pytest
from bookpages import ROOT
from gba_book import kept
from gba_book.execute import kernels as kernels_module
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
def test_kernels_share_imports_and_nothing_else_and_hear_of_the_end_of_programs(kernels):
    """The nursery lets the system forget its children; what a kernel starts has to be remembered."""
    said = "import sys; print('altair' in sys.modules, 'vl_convert' in sys.modules, hasattr(sys, 'mine')); sys.mine = 1"
    draw = "import random, numpy; print(random.random(), numpy.random.random())"
    end = "import subprocess, sys; print(subprocess.run([sys.executable, '-c', 'raise SystemExit(7)']).returncode)"
    first, second = run(kernels, said, draw, end), run(kernels, said, draw)
    assert first[2] == "7"
    assert first[0] == second[0] == "True False False"
    assert first[1] != second[1], "two kernels drew the same random numbers"


@forks
def test_a_cell_without_end_is_interrupted_and_a_kernel_that_dies_is_noticed(kernels):
    with pytest.raises(CellTimeoutError):
        run(kernels, "import time\nwhile True: time.sleep(0.1)", timeout=1)
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


@pytest.fixture
def apart(monkeypatch, tmp_path):
    """What is kept is kept in a folder of its own."""
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")


@pytest.mark.parametrize("fork", [pytest.param(True, marks=forks), False])
def test_the_data_are_checked_while_kernels_can_be_had(mini, fork, apart):
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


@pytest.fixture
def counted(mini, apart, monkeypatch):
    """Checks the data as a build does, without a fork server, and says how often that has been done; there is one problem where a file says so."""
    from gba.validate import run as validate

    done = []
    monkeypatch.setattr(validate, "main", lambda arguments: done.append(arguments) or int("wrong" in (mini / "places.csv").read_text(encoding="utf-8")))

    def check(*arguments: str) -> tuple[int, int]:
        return Kernels(list(arguments), fork=False).checked()[0], len(done)

    return check


def test_data_that_were_found_right_are_not_checked_again(counted):
    assert counted() == counted() == (0, 1)
    assert counted("--no-checksums") == counted("--no-checksums") == (0, 2), "a check of less says nothing of the rest"


@pytest.mark.parametrize("what", ["a figure", "a file more", "a file less", "the lock", "the library", "the day"])
def test_any_change_of_what_a_check_stands_on_checks_again(what, counted, mini, tmp_path, monkeypatch):
    monkeypatch.setattr(kernels_module, "BOOK", tmp_path / "book")
    (tmp_path / "requirements.txt").write_text("pandas==3\n", encoding="utf-8")
    assert counted() == counted() == (0, 1)
    if what == "a figure":
        (mini / "places.csv").write_text((mini / "places.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    elif what == "a file more":
        (mini / "more.csv").touch()
    elif what == "a file less":
        next(mini.rglob("*.yml")).unlink()
    elif what == "the lock":
        (tmp_path / "requirements.txt").write_text("pandas==4\n", encoding="utf-8")
    elif what == "the library":
        monkeypatch.setattr(kept, "_house", lambda: "another library")
    else:
        monkeypatch.setattr(kernels_module, "datetime", SimpleNamespace(date=SimpleNamespace(today=lambda: datetime.date(2999, 1, 1))))
    assert counted() == counted() == (0, 2)


def test_data_that_are_wrong_or_changed_meanwhile_are_checked_again(counted, mini, monkeypatch):
    path = mini / "places.csv"
    right = path.read_text(encoding="utf-8")
    path.write_text(right + "wrong\n", encoding="utf-8")
    assert [counted(), counted()] == [(1, 1), (1, 2)]
    path.write_text(right, encoding="utf-8")
    states = iter(["one", "another"])
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(kernels_module, "digest", lambda *_: next(states))
        assert counted() == (0, 3)
        states = iter(["one", "one"])
        assert counted() == (0, 4), "a verdict on data that changed while they were checked was kept"


def test_an_unreadable_lock_keeps_nothing(counted, tmp_path, monkeypatch):
    monkeypatch.setattr(kernels_module, "BOOK", tmp_path / "book")
    assert [counted(), counted()] == [(0, 1), (0, 2)]


@forks
def test_nothing_is_imported_ahead_where_all_has_run(mini, apart, monkeypatch):
    monkeypatch.setattr(kernels_module, "_begun", [])
    monkeypatch.setattr(kernels_module, "found", lambda what, told: [0, "right"] if what == "check" else told is not None and told in known)
    known = [kernels_module.settled()]
    with closing(kernels_module.begin()) as waiting:
        assert waiting.checked() == (0, "right")
        assert waiting._server is None
        assert run(waiting.ready(), "print(1)") == ["1"], "a notebook that has to run after all finds no kernel"
    known.clear()
    kernels_module._begun.clear()
    with closing(kernels_module.begin()) as ahead:
        assert ahead._server is not None


@forks
def test_a_check_that_does_not_run_is_told(apart, monkeypatch, tmp_path):
    spoil("pandas", monkeypatch, tmp_path)
    with closing(Kernels([])) as kernels, pytest.raises(RuntimeError, match="did not come up"):
        kernels.checked()
