"""A local server of a built book, for the tests and the benchmarks: plain, or as a web host sends it."""

import contextlib
import functools
import gzip
import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

#: What web hosts compress.
TEXT = {".html", ".js", ".css", ".svg", ".json", ".csv"}


class _Plain(http.server.SimpleHTTPRequestHandler):
    """A folder, without a word in the log."""

    def log_message(self, *args):
        """Say nothing."""


class _Gzipped(_Plain):
    """A folder as a web host would send it: text compressed, nothing cached."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in TEXT:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # A browser that leaves in the midst of an answer is no fault of ours.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def served(folder: Path, gzipped: bool = False) -> Iterator[str]:
    """The address of a local server of a folder, as long as the context lasts; `gzipped` as a web host sends it."""
    with _Server(("127.0.0.1", 0), functools.partial(_Gzipped if gzipped else _Plain, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
