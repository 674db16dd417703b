"""A process that has imported what every notebook imports, and makes kernels by forking: imports and reading the data are paid once.

As `python nursery.py ADDRESS BOOK` it serves; as `python nursery.py ADDRESS -f CONNECTION_FILE ...` it stands for one kernel:
asks for it, passes interrupts on, and lasts as long as the kernel does. Who kills the one ends the other. Only the
standard library is needed to stand for a kernel, so that this takes no time.
"""

import contextlib
import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading

#: What a kernel needs and what chapters import. Nothing that starts a thread: a fork would lose it (see `gba.island.draw`).
IMPORTS = ("ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.ipkernel", "IPython.core.completer", "altair", "pandas", "geopandas", "scipy.stats", "gba")
#: Altair imports jsonschema, and that compiles a grammar of web addresses for a second to check a format that no chart has.
UNUSED = "rfc3987_syntax"


def serve(address: str, book: str) -> None:
    """Import, then fork a kernel for each connection, until whoever started this closes its standard input."""
    sys.modules[UNUSED] = None
    # Read by ipykernel as it is imported: a kernel ends when this process, its parent, is gone.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    plain = sys.path[1:]
    sys.path[:] = [book, *plain]
    for name in IMPORTS:
        # What cannot be imported here fails in the notebook, where the build tells the cell.
        with contextlib.suppress(Exception):
            __import__(name)
    with contextlib.suppress(Exception):
        # Reads every data file once; kernels that are forked have read them, too.
        sys.modules["gba"].passport.all_indicators()
    sys.path[:] = plain
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as waiting:
        server.bind(address)
        server.listen()
        waiting.register(server, selectors.EVENT_READ)
        waiting.register(sys.stdin, selectors.EVENT_READ)
        while True:
            if any(key.fileobj is sys.stdin for key, _ in waiting.select()):
                return
            asked, _ = server.accept()
            if os.fork() == 0:
                server.close()
                waiting.close()
                be_kernel(asked)
            asked.close()


def be_kernel(asked: socket.socket) -> None:
    """Become the kernel that is asked for; the process ends with it, or when nobody waits for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    wanted = json.loads(asked.makefile().readline())
    asked.sendall(f"{os.getpid()}\n".encode())
    threading.Thread(target=lambda: asked.recv(1) or os._exit(1), daemon=True).start()
    os.setsid()
    os.chdir(wanted["folder"])
    # Two kernels with the same state would draw the same random numbers.
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.argv = ["ipykernel_launcher", *wanted["arguments"]]
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
    os._exit(0)


def stand_for_kernel(address: str, arguments: list[str]) -> None:
    """Ask for a kernel and wait until it ends."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(address)
        asking.sendall((json.dumps({"folder": os.getcwd(), "arguments": arguments}) + "\n").encode())  # noqa: PTH109  pathlib takes longer to import than all this
        kernel = int(asking.makefile().readline())
        signal.signal(signal.SIGINT, lambda *_: os.kill(kernel, signal.SIGINT))
        asking.recv(1)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
    else:
        stand_for_kernel(sys.argv[1], sys.argv[2:])
