"""Kernels for the build: forked from one process that has done the imports where the system can fork, ordinary ones elsewhere."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager

from . import BOOK, nursery

#: macOS can fork, but not after its own frameworks were loaded.
CAN_FORK = sys.platform == "linux"
#: The same as in the nursery, for kernels that start by themselves.
LEAN = f"--IPKernelApp.exec_lines=import sys; sys.modules['{nursery.UNUSED}'] = None"
_PATIENCE = 60


class Kernels:
    """Starts kernels: `manager_class` and `arguments` are what nbclient's `NotebookClient` takes.

    Made early, it imports while something else goes on; `close()` when all notebooks have run.

    Parameters
    ----------
    fork : False for ordinary kernels, as JupyterLab would start them

    >>> kernels = Kernels()
    >>> issubclass(kernels.manager_class, AsyncKernelManager)
    True
    >>> kernels.close()
    """

    def __init__(self, fork: bool = CAN_FORK):
        self.manager_class, self.arguments, self._folder = AsyncKernelManager, ["--log-level=ERROR", LEAN], None
        if not fork:
            return
        # A folder of its own: a socket's address has to be short, and nobody else may connect.
        self._folder = tempfile.mkdtemp(prefix="gba-")
        self._address = Path(self._folder, "kernels")
        address = str(self._address)
        # One thread each: the notebooks share the cores already, and sums do not depend on how many there are.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        program = [sys.executable, nursery.__file__]
        # Also when the build fails before a notebook runs.
        atexit.register(self.close)
        self._server = subprocess.Popen([*program, address, str(BOOK)], stdin=subprocess.PIPE, env=environment)
        self.arguments = ["--log-level=ERROR"]

        class Forked(AsyncKernelManager):
            def format_kernel_cmd(self, extra_arguments=None):
                return [sys.executable, "-I", "-S", nursery.__file__, address, "-f", os.path.realpath(self.connection_file), *(extra_arguments or [])]

        self.manager_class = Forked

    def ready(self) -> "Kernels":
        """Wait until kernels can be had.

        Raises
        ------
        RuntimeError : when the process that forks them did not come up
        """
        if self._folder:
            end = time.monotonic() + _PATIENCE
            while not self._address.exists():
                if self._server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"no kernels: {nursery.__file__} did not come up, its exit code is {self._server.poll()}")
                time.sleep(0.01)
        return self

    def close(self) -> None:
        """Let go of the process that forks kernels, and of its folder."""
        if self._folder:
            self._server.stdin.close()
            self._server.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            atexit.unregister(self.close)
