"""`jupyter-book build`, with the data checked and the kernels made ready while it starts: what `make book` runs.

`python book/_ext/make_book.py [--no-checksums] .` and whatever else `jupyter-book build` takes.
"""

import atexit
import gc
import os
import sys
import threading

from gba_book.check import unchanged
from gba_book.execute import kernels


def main(arguments: list[str]) -> None:
    """Start the one, then the other; `--no-checksums` is for the check of the data, all else for Jupyter Book."""
    # The trees of the pages live as long as the build does: to look through them again and again for what could be freed took a second.
    gc.set_threshold(20_000, 20, 20)
    state = unchanged.state(arguments)
    if unchanged.is_made(state):
        print(f"nothing changed: {unchanged.OUTPUT} is this book")
        return
    checks = [argument for argument in arguments if argument == "--no-checksums"]
    kernels.begin(checks)
    from jupyter_book.cli.main import main as jupyter_book  # takes as long as the check: not before that has begun

    try:
        jupyter_book(["build", *(argument for argument in arguments if argument not in checks)], prog_name="jupyter-book")
    except SystemExit as end:
        if not end.code:
            unchanged.remember(state, arguments)
        leave(end.code)


def leave(code: str | int | None) -> None:
    """End the process with what is to be said and done at its end, and without taking apart what the build put together: nearly a second."""
    if isinstance(code, str):
        print(code, file=sys.stderr)
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main(sys.argv[1:])
