"""What a fork begins with: a clean copy of the repository, and an environment that make need not install again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bookpages import ROOT

NOT_COPIED = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", "node_modules")


def copy(target: Path) -> Path:
    """The repository as it stands, without what is built or installed."""
    shutil.copytree(ROOT, target, ignore=NOT_COPIED, symlinks=True)
    return target


def commit(root: Path, environment: dict[str, str]) -> None:
    """Make the copy a repository of its own, with everything in one commit."""
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "as it was forked"]):
        subprocess.run(["git", *words], cwd=root, env=environment, check=True)


def environment(folder: Path) -> dict[str, str]:
    """Variables with which make in a copy uses this environment, as one that has been set up completely: no install, no network."""
    folder.mkdir(parents=True)
    for path in Path(sys.prefix).iterdir():
        if path.suffix != ".stamp":
            (folder / path.name).symlink_to(path)
    for stamp in ("book.stamp", "dev.stamp"):  # the later of the two must be the newer
        (folder / stamp).touch()
    # A test that itself runs under make must not hand its variables on.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GBA_DATA", "GBA_RENDER", "PYTHONPATH")
    }
    kept = {name: value for name, value in kept.items() if not name.startswith(("PYTEST_", "GIT_"))}
    author = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A reader"), ("EMAIL", "reader@example.org"))}
    return {**kept, **author, "VENV": str(folder), "GIT_CONFIG_GLOBAL": os.devnull}


def files(root: Path) -> dict[str, bytes]:
    """Every file under a folder with its content, and every empty folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"" for path in sorted(root.rglob("*"))}
