"""`jupyter-book build`, with the data checked and the kernels made ready while it starts: what `make book` runs.

`python book/_ext/make_book.py [--no-checksums] .` and whatever else `jupyter-book build` takes.
"""

import sys

from gba_book.execute import kernels


def main(arguments: list[str]) -> None:
    """Start the one, then the other; `--no-checksums` is for the check of the data, all else for Jupyter Book."""
    checks = [argument for argument in arguments if argument == "--no-checksums"]
    kernels.begin(checks)
    from jupyter_book.cli.main import main as jupyter_book  # takes as long as the check: not before that has begun

    jupyter_book(["build", *(argument for argument in arguments if argument not in checks)], prog_name="jupyter-book")


if __name__ == "__main__":
    main(sys.argv[1:])
