"""`make preview` as its author meets it: a sentence is saved and the page has it, a mistake is told over the page, nothing is left when it ends."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from bookpages import ROOT
from playwright.sync_api import Error
from smallbook import CHART, write_notebook

pytestmark = [pytest.mark.xdist_group("build"), pytest.mark.build, pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")]
NOTEBOOK = "book/index.ipynb"
#: A build takes seconds; where much else is going on, a minute.
PATIENCE = 120


def processes(root: Path) -> set[int]:
    """Those that run in or for a checkout."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                told = (folder / "cmdline").read_bytes().decode(errors="replace") + str((folder / "cwd").readlink())
            except OSError:
                continue
            found |= {int(folder.name)} if str(root) in told else set()
    return found - {os.getpid()}


def start(root: Path, port: int) -> subprocess.Popen:
    """A preview of a checkout, as `make preview` starts it."""
    return subprocess.Popen([sys.executable, "tools/preview.py", "--port", str(port)], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def free_port() -> int:
    """One that nobody listens at."""
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(page, condition: str) -> None:
    """Wait for what a page comes to say; it may be about to reload."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if page.evaluate(condition):
                return
        except Error:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"not within {PATIENCE} s: {condition}\n{page.inner_text('body')[-2000:]}")


def test_code_is_coloured_once_and_as_it_is(monkeypatch):
    import live
    from sphinx import highlighting

    made, colour = [], highlighting.highlight
    monkeypatch.setattr(highlighting, "highlight", lambda source, *how: made.append(source) or colour(source, *how))
    plain = highlighting.PygmentsBridge("html")
    wanted = [plain.highlight_block(source, "python", **how) for source in ("x = 1", "y = 2") for how in ({}, {"linenos": True})]
    made.clear()
    live.coloured_once()
    told = [plain.highlight_block(source, "python", **how) for _ in range(2) for source in ("x = 1", "y = 2") for how in ({}, {"linenos": True})]
    assert told == [*wanted, *wanted] and len(made) == 4


def test_a_saved_change_is_on_the_screen_and_nothing_is_left_behind(small, browser):
    (small / "tools").mkdir()
    for name in ("preview.py", "preview.js"):
        shutil.copy(ROOT / "tools" / name, small / "tools")
    long = ["md:" + "\n\n".join(f"Paragraph {number}.\n\n## Heading {number}" for number in range(40))]
    write_notebook(small / NOTEBOOK, CHART, *long)
    published = {path: path.read_bytes() for path in (small / "_build" / "html").rglob("*.html")}
    port = free_port()
    preview = start(small, port)
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    try:
        for _ in range(10 * PATIENCE):
            try:
                page.goto(f"http://127.0.0.1:{port}/book/index.html")
                break
            except Error:  # it does not listen yet
                time.sleep(0.1)
        until(page, "document.getElementById('heading-30') !== null")
        page.evaluate("document.getElementById('heading-30').scrollIntoView()")
        stood = page.evaluate("document.getElementById('heading-30').getBoundingClientRect().top")

        write_notebook(small / NOTEBOOK, CHART, "md:A sentence that was saved just now.", *long)
        until(page, "document.body.textContent.includes('saved just now')")
        until(page, f"Math.abs(document.getElementById('heading-30').getBoundingClientRect().top - {stood}) < 3")

        write_notebook(small / NOTEBOOK, CHART, "1 / 0", "md:A second sentence.", *long)
        until(page, "!!document.getElementById('preview-problems')")
        told = page.inner_text("#preview-problems")
        assert re.search(r"book/index\.ipynb: code cell 2 \(cell-2\), line 1: ZeroDivisionError", told), told
        assert "saved just now" in page.inner_text("article"), "the page that was there is gone"

        write_notebook(small / NOTEBOOK, CHART, "md:It was mended.", *long)
        until(page, "document.body.textContent.includes('It was mended') && !document.getElementById('preview-problems')")

        taken = start(small, port).communicate(timeout=PATIENCE)[0]
        assert f"Port {port} cannot be had" in taken, taken
    finally:
        preview.send_signal(signal.SIGINT)
        said = preview.communicate(timeout=PATIENCE)[0]
        page.close()
    assert preview.returncode == 0, said
    assert "has ended" in said
    end = time.monotonic() + 10
    while left := processes(small):
        assert time.monotonic() < end, f"still running: {left}"
        time.sleep(0.1)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    # What is published is none of its business.
    assert {path: path.read_bytes() for path in (small / "_build" / "html").rglob("*.html")} == published
    assert "_preview" not in json.dumps([content.decode() for content in published.values()])
