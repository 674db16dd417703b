"""Anybody, anywhere, gets this very book from the published source: without a network, in another place, language and time zone, byte for byte."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bookpages import EDITIONS, ROOT, documents, notebooks
from gba_book.execute import notebooks as execution
from gba_book.execute import versions
from smallbook import different, said, tree

JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")
OFFLINE = [sys.executable, str(ROOT / "tests" / "support" / "offline.py")]


@pytest.mark.parametrize("guarded", [False, True], ids=["namespace or guard", "guard"])
def test_offline_is_offline(guarded):
    """The harness of the test below: no address but the loopback can be reached. Connecting a datagram socket sends nothing."""
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', 9)); print('here'); s.connect(('192.0.2.1', 9))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "support" / "offline")} if guarded else None
    done = subprocess.run([*([] if guarded else OFFLINE), sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.stdout == "here\n"
    assert "unreachable" in done.stderr or "no network" in done.stderr


def build_elsewhere(root: Path, languages: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    """A build with another home, language, time zone and hash seed, no network, and no Chinese font where the system lets us hide them."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "20260701"}
    environment["BOOK_LANGUAGES"], command = " ".join(languages), [*without_chinese_fonts(), *OFFLINE, str(JUPYTER_BOOK), "build", "."]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.slow
@pytest.mark.xdist_group("elsewhere")
def test_the_source_builds_the_same_book_elsewhere(book, tmp_path):
    """The whole book, every notebook executed, from `source.zip` alone, in another folder. The small book is built so each time: test_build.py."""
    folder = tmp_path / "別處 and a space"
    with zipfile.ZipFile(book / "source.zip") as archive:
        archive.extractall(folder)
    [root] = folder.iterdir()
    result = build_elsewhere(root, tuple(EDITIONS))
    assert result.returncode == 0, said(result)[-3000:]
    assert f"{len(notebooks())} of {len(notebooks())} executed" in said(result)
    others, hidden = different(tree(ROOT), tree(root)), without_chinese_fonts()
    # The cards of the other editions are pictures of Chinese signs.
    assert not [name for name in others if not (hidden and re.fullmatch(rf"({'|'.join(EDITIONS)})/_static/cards/[\w-]+\.png", name))]


def without_chinese_fonts() -> list[str]:
    """What stands before a command so that it finds no font with Chinese signs; nothing where they cannot be hidden."""
    if sys.platform != "linux" or os.geteuid() or not shutil.which("fc-list"):
        return []
    told = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True, check=False).stdout
    folders = sorted({str(Path(line.rstrip(": \n")).parent) for line in told.splitlines()})
    mounts = " && ".join(f"mount -t tmpfs tmpfs '{folder}'" for folder in folders) or "true"
    hidden = ["unshare", "-m", "sh", "-c", f'{mounts} && exec "$@"', "sh"]
    return [] if subprocess.run([*hidden, "true"], capture_output=True, check=False).returncode else hidden


@pytest.mark.parametrize("document", documents())
def test_pages_say_what_they_were_computed_with(book, document):
    import pandas

    page = (book / f"{document}.html").read_text(encoding="utf-8")
    said_here = f"Computed with Python {sys.version.split()[0]}, pandas {pandas.__version__}, "
    assert (said_here in page) == (ROOT / f"{document}.ipynb").is_file()


def test_other_versions_execute_again(monkeypatch):
    """Notebooks that ran with one pandas do not stand for those that another would make, whatever the lock says."""
    before, version = execution.digest(), importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.1" if name == "pandas" else version(name))
    monkeypatch.setattr(execution, "installed", versions.installed.__wrapped__)  # a process asks once
    assert execution.digest() != before
