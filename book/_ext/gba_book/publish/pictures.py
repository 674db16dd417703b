"""Pictures of dots made of drawings, each once: kept by what is drawn. They are made beside the build, in processes that give way to it.

As `python pictures.py FOLDER` it makes those whose drawings stand in its input, as a JSON list of pairs of drawing and scale.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as until
from pathlib import Path

import vl_convert

#: How long a picture is kept that no build asks for.
KEPT_DAYS = 7
#: As many a process makes: at the end of a build, when cards alone are waited for, each processor has some.
MANY = 10
_ahead = ThreadPoolExecutor(max_workers=os.cpu_count())
_begun: list[Future] = []


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
    """Have pictures made that will be asked for, while the build does what only it can do."""
    missing = [one for one in drawings if not _place(*one, cache).exists()]
    for first in range(0, len(missing), MANY):
        command, some = [sys.executable, "-I", __file__, str(cache)], json.dumps(missing[first : first + MANY]).encode()
        _begun.append(_ahead.submit(subprocess.run, command, input=some, capture_output=True, check=False))


def wait() -> None:
    """Until all are made that were begun; what failed there is made, and told, by `png`."""
    until(_begun)
    _begun.clear()


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
