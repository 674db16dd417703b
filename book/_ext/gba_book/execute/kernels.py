"""Kernels for the build: forked from one process that has checked the data and done the imports where the system can fork, ordinary ones elsewhere."""

import atexit
import contextlib
import datetime
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gba.data.datapackage import root

from gba_book import BOOK
from gba_book.execute import forkserver, inputs
from gba_book.kept import digest, found, keep

#: macOS can fork, but not after its own frameworks were loaded.
CAN_FORK = sys.platform == "linux"
#: The same as in the fork server, for kernels that start by themselves.
LEAN = [f"--IPKernelApp.exec_lines=import sys; sys.modules['{forkserver.UNUSED}'] = None", f"--IPKernelApp.exec_lines=exec({forkserver.WATCH!r}, {{}})"]
_PATIENCE = 60


class Kernels:
    """Starts kernels: `manager_class` and `arguments` are what nbclient's `NotebookClient` takes.

    Made early, it checks the data and imports while something else goes on; `close()` when all notebooks have run. Data that were found right are not
    checked again on the same day, as long as no byte of them, of the library or of the lock has changed.

    Parameters
    ----------
    checks : arguments of `gba.validate` to check the data first; None to take them as they are
    fork : False for ordinary kernels, as JupyterLab would start them
    ahead : False to import only when `ready()` is called, where there is nothing to check

    >>> kernels = Kernels()
    >>> kernels.checked()
    (0, '')
    >>> kernels.close()
    """

    def __init__(self, checks: list[str] | None = None, fork: bool = CAN_FORK, *, ahead: bool = True):
        self._checks, self._fork, self._folder, self._server = checks, fork, None, None
        self._about = None if checks is None else about(checks)
        self._verdict = (0, "") if checks is None else self._about and found("check", self._about)
        if ahead or not self._verdict:
            self._start()

    def _start(self) -> None:
        if not self._fork or self._server is not None:
            return
        # A folder of its own: a socket's address has to be short, and nobody else may connect.
        self._folder = Path(tempfile.mkdtemp(prefix="gba-"))
        # One thread each: the notebooks share the cores already, and sums do not depend on how many there are.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        wanted = [] if self._verdict else ["--check", *self._checks]
        # Also when the build fails before a notebook runs.
        atexit.register(self.close)
        command = [sys.executable, forkserver.__file__, str(self._folder), str(BOOK), *wanted]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)

    def checked(self) -> tuple[int, str]:
        """Wait for the check of the data: 0 and what it says of their size, or 1 and the problems.

        Raises
        ------
        RuntimeError : when the check itself does not run
        """
        if not self._verdict:
            self._verdict = self._check()
            # What changed meanwhile may have been checked before or after.
            if self._about and not self._verdict[0] and about(self._checks) == self._about:
                keep("check", self._about, self._verdict)
        code, said = self._verdict
        return code, said

    def _check(self) -> tuple[int, str]:
        if self._server is None:
            from gba.validate.run import main

            with contextlib.redirect_stdout(io.StringIO()) as said:
                code = main(self._checks)
            return code, said.getvalue()
        told = self._wait_for(self._folder / forkserver.VERDICT).read_text(encoding="utf-8")
        return int(told[0]), told[1:]

    def ready(self) -> "Kernels":
        """Wait until kernels can be had.

        Raises
        ------
        RuntimeError : when the process that forks them did not come up
        """
        self._start()
        if self._server is not None:
            self._wait_for(self._folder / forkserver.SOCKET)
        return self

    def _wait_for(self, path: Path) -> Path:
        end = time.monotonic() + _PATIENCE
        while not path.exists():
            if self._server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no {path.name}: {forkserver.__file__} did not come up, its exit code is {self._server.poll()}")
            time.sleep(0.01)
        return path

    @property
    def manager_class(self) -> type:
        """What starts a kernel."""
        # As late as this, because it takes a third of a second to import.
        from jupyter_client.manager import AsyncKernelManager

        if self._server is None:
            return AsyncKernelManager
        folder = str(self._folder)

        class Forked(AsyncKernelManager):
            def format_kernel_cmd(self, extra_arguments=None):
                return [sys.executable, "-I", "-S", forkserver.__file__, folder, "-f", os.path.realpath(self.connection_file), *(extra_arguments or [])]

        return Forked

    @property
    def arguments(self) -> list[str]:
        """What a kernel is started with."""
        return ["--log-level=ERROR", *(LEAN if self._server is None else [])]

    def close(self) -> None:
        """Let go of the process that forks kernels, and of its folder."""
        if self._folder is not None:
            if not (self._folder / forkserver.SOCKET).exists():
                self._server.kill()  # nobody waits for what it still does
            self._server.stdin.close()
            self._server.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            atexit.unregister(self.close)


def about(checks: list[str], *more: str) -> tuple[str, ...] | None:
    """All that a check of the data depends on beside the library: data, lock, and the day, which says what is due; None where they cannot be read."""
    try:
        lock = (BOOK.parent / "requirements.txt").read_text(encoding="utf-8")
        return digest(root()), lock, datetime.date.today().isoformat(), repr(checks), *more
    except OSError:
        return None


def settled() -> tuple[str, ...] | None:
    """All that can make a notebook run again, in digests: what a check depends on, and the code of all. It only tells whether to import ahead."""
    try:
        return about([], inputs.digest(sorted(path.relative_to(BOOK.parent).as_posix() for path in BOOK.glob("*.ipynb"))))
    except (OSError, ValueError, KeyError, TypeError):  # a notebook that cannot be read is told where it is
        return None


def remember() -> None:
    """Nothing has to run any more."""
    if state := settled():
        keep("settled", state, True)


_begun: list[Kernels] = []


def begin(checks: Sequence[str] = ("--no-checksums",)) -> Kernels:
    """The kernels of this build and the check of its data, started when first asked for; `checks` is what the first who asks wants."""
    if not _begun:
        state = settled()
        _begun.append(Kernels(list(checks), ahead=not (state and found("settled", state))))
    return _begun[0]
