"""Pictures of dots made of drawings, each once: kept by what is drawn. They are made beside the build, in a process that gives way to it.

As `python pictures.py FOLDER` it makes those whose drawings stand in its input, as a JSON list of pairs of drawing and scale.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import vl_convert

#: How long a picture is kept that no build asks for.
KEPT_DAYS = 7
_ahead = ThreadPoolExecutor(max_workers=1)


def folder(app) -> Path:
    """Where a build keeps them."""
    return Path(app.outdir).parent / ".pictures"


def png(drawing: str, scale: float, cache: Path) -> bytes:
    """The picture of a drawing, from the cache where that holds it."""
    kept = _place(drawing, scale, cache)
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(vl_convert.svg_to_png(drawing, scale=scale))
        part.replace(kept)
    kept.touch()
    return kept.read_bytes()


def _place(drawing: str, scale: float, cache: Path) -> Path:
    return cache / f"{hashlib.sha256(f'{vl_convert.__version__}{scale}{drawing}'.encode()).hexdigest()[:24]}.png"


def begin(drawings: list[tuple[str, float]], cache: Path) -> None:
    """Have pictures made that will be asked for: one after the other, while the build does what only it can do."""
    missing = [one for one in drawings if not _place(*one, cache).exists()]
    if missing:
        command = [sys.executable, "-I", __file__, str(cache)]
        _ahead.submit(subprocess.run, command, input=json.dumps(missing).encode(), capture_output=True, check=False)


def wait() -> None:
    """Until all are made that were begun; what failed there is made, and told, by `png`."""
    _ahead.submit(int).result()


def forget(cache: Path) -> None:
    """Those that no build has asked for of late."""
    for path in cache.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_DAYS * 86400:
            path.unlink()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)
    for drawing, scale in json.load(sys.stdin):
        png(drawing, scale, Path(sys.argv[1]))
