"""The server of the page tests and the benchmarks: what it compresses, and what it keeps out of the log."""

import socket
import struct
import time
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import serving


@pytest.mark.parametrize(("name", "gzipped", "encoding"), [("a.html", True, "gzip"), ("a.png", True, None), ("a.html", False, None)])
def test_text_is_compressed_where_it_is_wanted(tmp_path, name, gzipped, encoding):
    (tmp_path / name).write_bytes(b"x" * 10_000)
    with serving.served(tmp_path, gzipped) as address, urlopen(Request(f"{address}/{name}", headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == encoding
        assert (len(answer.read()) < 1000) == bool(encoding)


@pytest.mark.parametrize("gzipped", [False, True], ids=["plain", "gzipped"])
def test_a_browser_that_leaves_is_not_told_of(tmp_path, capfd, gzipped):
    """More than the system's buffers hold, and a reader who hangs up without reading it."""
    (tmp_path / "a.png").write_bytes(bytes(50_000_000))
    with serving.served(tmp_path, gzipped) as address:
        with socket.create_connection(("127.0.0.1", urlsplit(address).port)) as reader:
            reader.sendall(b"GET /a.png HTTP/1.0\r\n\r\n")
            reader.recv(1000)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.3)
    assert capfd.readouterr().err == ""


def test_any_other_fault_of_the_server_is_told(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(serving._Plain, "do_GET", lambda self: 1 / 0)
    with serving.served(tmp_path) as address:
        with pytest.raises(OSError):
            urlopen(address)
        time.sleep(0.1)
    assert "ZeroDivisionError" in capfd.readouterr().err
