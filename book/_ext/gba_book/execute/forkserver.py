"""A process that has imported what every notebook imports and read the data, has them checked, and makes kernels by forking: all that is paid once.

As `python forkserver.py FOLDER BOOK [--check ...]` it serves; as `python forkserver.py FOLDER -f CONNECTION_FILE ...` it stands for
one kernel: asks for it, passes interrupts on, and lasts as long as the kernel does. Who kills the one ends the other. Only the
standard library is needed to stand for a kernel, so that this takes no time.
"""

import contextlib
import gc
import io
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading

#: What a kernel needs and what chapters import. Nothing that starts a thread: a fork would lose it (see `gba.exhibit.svg.draw`).
IMPORTS = ("ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.ipkernel", "IPython.core.completer", "altair", "pandas", "geopandas", "gba")
#: Altair imports jsonschema, and that compiles a grammar of web addresses for a second to check a format that no chart has.
UNUSED = "rfc3987_syntax"
#: What a kernel begins with: it notes the files that are opened to be read.
WATCH = """
import sys
sys.gba_opened = set()
sys.addaudithook(lambda event, told: sys.gba_opened.add(told[0]) if event == "open" and isinstance(told[0], str) and not told[2] & 3 else None)
"""
#: Files in the folder that this process and the build share: what the check found (its exit code and its words), and where to ask for kernels.
VERDICT, SOCKET = "check", "kernels"


def serve(folder: str, book: str, checks: list[str] | None) -> None:
    """Check the data, import, then fork a kernel for each connection, until whoever started this closes its standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build is interrupted, and ends this process
    sys.modules[UNUSED] = None
    # Read by ipykernel as it is imported: a kernel ends when this process, its parent, is gone.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    plain = sys.path[1:]
    sys.path[:] = [book, *plain]
    for name in IMPORTS:
        # What cannot be imported here fails in the notebook, where the build tells the cell.
        with contextlib.suppress(Exception):
            __import__(name)
    if gba := sys.modules.get("gba"):
        # What cannot be read is told by the check, or by the notebook that reads it.
        with contextlib.suppress(gba.DataError):
            read_all(gba)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if checks is not None and os.fork() == 0:
        check(folder, checks, os.getppid())
    sys.path[:] = plain
    with socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as waiting:
        server.bind(f"{folder}/{SOCKET}")
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


def read_all(gba) -> None:
    """Read every dataset once; kernels that are forked have read them, too."""
    from gba.exhibit.tables import all_indicators

    for name, kind in gba.datasets()[["name", "kind"]].itertuples(index=False):
        if kind != "geometry":
            gba.load(name)
    all_indicators()


def check(folder: str, arguments: list[str], server: int) -> None:
    """Write what the check of the data finds where the build looks for it, while kernels can be had already. It ends the process; if it cannot, the server."""
    try:
        from gba.validate.run import main

        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = main(arguments)
        with open(f"{folder}/{VERDICT}.part", "w", encoding="utf-8") as file:  # noqa: PTH123  as below
            file.write(f"{code}{said.getvalue()}")
        os.rename(file.name, f"{folder}/{VERDICT}")  # noqa: PTH104  as below
    except BaseException:
        if os.getppid() == server:
            os.kill(server, signal.SIGTERM)
        raise
    os._exit(0)


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
    # What was read before the fork was read for no notebook.
    if "gba" in sys.modules:
        sys.modules["gba.data.datapackage"].ASKED.clear()
    exec(WATCH, {})
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
    os._exit(0)


def stand_for_kernel(folder: str, arguments: list[str]) -> None:
    """Ask for a kernel and wait until it ends."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(f"{folder}/{SOCKET}")
        asking.sendall((json.dumps({"folder": os.getcwd(), "arguments": arguments}) + "\n").encode())  # noqa: PTH109  pathlib takes longer to import than all this
        kernel = int(asking.makefile().readline())
        signal.signal(signal.SIGINT, lambda *_: os.kill(kernel, signal.SIGINT))
        asking.recv(1)


if __name__ == "__main__":
    if sys.argv[2] == "-f":
        stand_for_kernel(sys.argv[1], sys.argv[2:])
    else:
        serve(*sys.argv[1:3], sys.argv[4:] if sys.argv[3:4] == ["--check"] else None)
