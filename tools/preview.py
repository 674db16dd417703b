"""The book on the screen of who writes it: `make preview` builds what a saved change touches and reloads the page where its reader stood.

A server, and behind it a book that stays ready (book/_ext/live.py). The server is Tornado, which Jupyter brings along; watchfiles tells it what was saved.
"""

import argparse
import asyncio
import contextlib
import csv
import hashlib
import html
import json
import os
import re
import signal
import sys
import time
from collections import deque
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler
from watchfiles import DefaultFilter, awatch

ROOT = Path(__file__).resolve().parents[1]
PAGES, LIVE, SCRIPT = ROOT / "_build" / "preview", ROOT / "book" / "_ext" / "live.py", Path(__file__).with_suffix(".js")
#: What a book that stays ready takes in; for all else it is started anew.
TAKEN_IN = {".md", ".ipynb", ".po", ".css", ".js"}
FOLDERS, FILES = ("book", "data", "locales"), {"_config.yml", "_toc.yml", "requirements.txt"}


def editions() -> list[str]:
    """The folders of the editions beside the English one."""
    path = ROOT / "locales" / "editions.csv"
    return [row["folder"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()) if row["folder"]] if path.is_file() else []


def state(page: Path) -> str:
    """What a reader sees of a page: itself, and what its exhibits load."""
    if not page.is_file():
        return ""
    content = page.read_bytes()
    scripts = (page.parents[1] / "exhibits" / f"{name.decode()}.js" for name in re.findall(rb'<figure class="exhibit" id="([\w-]+)"', content))
    return hashlib.sha256(b"".join([content, *(path.read_bytes() for path in scripts if path.is_file())])).hexdigest()[:16]


class Preview:
    """The book, its builds one after the other, and the screens that show it."""

    def __init__(self):
        self.screens: set[Screen] = set()
        self.problems: list[str] = []
        self.said: deque[str] = deque(maxlen=30)  # by the book that stays ready, on its way out
        self.live, self.fresh, self.asked = None, set(), set()
        self.wanted, self.idle, self.ending = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.wanted.set()

    async def watch(self, *folders: Path, recursive: bool) -> None:
        """Ask for a build when something was saved."""
        # An event ends it, besides its cancellation: with that alone a preview on a busy machine once went on after it was interrupted.
        async for changes in awatch(*folders, watch_filter=DefaultFilter(), recursive=recursive, stop_event=self.ending, step=20):
            paths = [path for _, name in changes if (path := Path(name)).parent != ROOT or path.name in FILES]
            paths = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
            if paths:
                if any(path.suffix not in TAKEN_IN for path in paths):
                    await self.stop()
                self.fresh.clear()
                self.idle.clear()
                self.wanted.set()

    async def build(self) -> None:
        """Build whenever that is asked for, and tell the screens."""
        while True:
            await self.wanted.wait()
            self.wanted.clear()
            begin, made = time.perf_counter(), {screen.edition for screen in self.screens} | self.asked
            made = sorted(made & {*editions()})
            self.asked.clear()
            self.problems = await self.ask(made)
            if self.wanted.is_set():
                continue  # something was saved meanwhile
            self.fresh = {"", *made}
            self.idle.set()
            print("\n".join(self.problems) or f"built in {time.perf_counter() - begin:.1f} s", flush=True)
            for screen in list(self.screens):
                screen.tell()

    async def ask(self, made: list[str]) -> list[str]:
        """Have the book built with these editions; what is wrong."""
        try:
            if self.live is None:
                self.live = await asyncio.create_subprocess_exec(
                    sys.executable, str(LIVE), cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                    env={**os.environ, "BOOK_LANGUAGES": " ".join(editions())}, start_new_session=True, limit=2**24)  # fmt: skip
                self.listening = asyncio.create_task(self.listen(self.live.stderr))
            live = self.live
            live.stdin.write(f"{json.dumps(made)}\n".encode())
            await live.stdin.drain()
            answer = await live.stdout.readline()
        except (ConnectionError, AttributeError):
            answer = b""
        if answer:
            return json.loads(answer)
        if self.live is not None:
            await self.stop()
            return ["The build ended before it was done:\n" + "".join(self.said)]
        return []  # stopped, to be started anew

    async def listen(self, errors: asyncio.StreamReader) -> None:
        """Remember what is said there."""
        self.said.clear()
        async for line in errors:
            self.said.append(line.decode(errors="replace"))

    async def stop(self) -> None:
        """Let the book go that stays ready, and its kernels with it."""
        live, self.live = self.live, None
        if live is None:
            return
        live.stdin.close()
        try:
            await asyncio.wait_for(live.wait(), 5)
        except TimeoutError:
            # All of its session: what makes the kernels would go on with what it is about, and keep open what is listened to here.
            with contextlib.suppress(ProcessLookupError):  # it has ended just now
                os.killpg(live.pid, signal.SIGKILL) if hasattr(os, "killpg") else live.kill()
            await live.wait()
        await self.listening

    async def page(self, path: str) -> Path | None:
        """The file of a page as it is now, built if it is not; None where there is none."""
        edition = path.partition("/")[0]
        await self.idle.wait()
        while edition in editions() and edition not in self.fresh and not self.problems:
            self.asked.add(edition)
            self.idle.clear()
            self.wanted.set()
            await self.idle.wait()
        found = (PAGES / path).resolve()
        return found if found.is_relative_to(PAGES) and found.is_file() else None


class Page(RequestHandler):
    """A page with the script that reloads it."""

    async def get(self, path: str) -> None:
        """Wait until it is built."""
        preview = self.application.preview
        file = await preview.page(path or "index.html")
        self.set_header("Cache-Control", "no-store")
        self.set_status(200 if file else 404)
        text = file.read_text(encoding="utf-8") if file else f"<!DOCTYPE html><title>Preview</title><body><p>There is no page {html.escape(path)}.</p></body>"
        # The page's own policy lets nothing connect anywhere.
        text = text.replace("default-src 'none'", f"default-src 'none'; connect-src ws://{self.request.host}", 1)
        self.finish(text.replace("</body>", f'<script src="/_preview.js" data-state="{state(file) if file else ""}"></script></body>', 1))


class Other(StaticFileHandler):
    """Everything else, as it lies there."""

    def set_extra_headers(self, path: str) -> None:
        """Nothing is kept by the browser."""
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **_) -> None:
        """A preview has the pages and no more."""
        self.finish(f"{status_code}: the preview has no such file; what is taken away from a page (notebooks, source, pictures) is made by `make book`.\n")


class Screen(WebSocketHandler):
    """A page that is open in a browser."""

    path, seen, edition = "", "", ""

    def on_message(self, message: str) -> None:
        """The page introduces itself."""
        told = json.loads(message)
        self.path, self.seen = told["page"].lstrip("/") or "index.html", told["state"]
        self.edition = self.path.partition("/")[0]
        self.application.preview.screens.add(self)
        if self.application.preview.idle.is_set():
            self.tell()

    def on_close(self) -> None:
        """Nobody looks any more."""
        self.application.preview.screens.discard(self)

    def tell(self) -> None:
        """What is on the screen is another page now, or something is wrong."""
        preview = self.application.preview
        now = "" if preview.problems and not state(PAGES / self.path) else state(PAGES / self.path)
        with contextlib.suppress(Exception):  # closed just now
            self.write_message(json.dumps({"state": now, "problems": preview.problems}))


async def serve(sockets: list) -> None:
    """Serve until interrupted, and leave nothing running."""
    preview = Preview()
    site = [(r"/_preview", Screen), (r"/(_preview\.js)", Script), (r"/((?:.*\.html)?)", Page), (r"/(.*)", Other, {"path": str(PAGES)})]
    application = Application(site)
    application.preview = preview
    server = HTTPServer(application)
    server.add_sockets(sockets)
    work = [preview.build(), preview.watch(*(ROOT / name for name in FOLDERS if (ROOT / name).is_dir()), recursive=True), preview.watch(ROOT, recursive=False)]
    tasks = [asyncio.create_task(one) for one in (*work, preview.ending.wait())]
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, preview.ending.set)
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for one in ended:
            one.result()
    finally:
        preview.ending.set()
        for one in tasks:
            one.cancel()
        server.stop()
        await preview.stop()


class Script(RequestHandler):
    """The script itself, which the book does not hold."""

    def get(self, _: str) -> None:
        """As it is saved."""
        self.set_header("Content-Type", "text/javascript")
        self.set_header("Cache-Control", "no-store")
        self.finish(SCRIPT.read_text(encoding="utf-8"))


def main() -> None:
    """Take the port, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    try:
        sockets = bind_sockets(port, "127.0.0.1")
    except OSError as error:
        sys.exit(f"Port {port} cannot be had ({error.strerror}): end what uses it, another preview perhaps, or take another: make preview port={port + 1}")
    print(f"The preview is at http://localhost:{port}; Ctrl-C ends it. The first build takes as long as `make book`.", flush=True)
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(serve(sockets))
    print("The preview has ended; `make book` builds what is published.")


if __name__ == "__main__":
    main()
