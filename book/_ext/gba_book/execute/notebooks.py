"""Run the notebooks: in parallel, only when needed, and into the cache that MyST-NB then reads.

jupyter-cache keys a notebook on its code alone. A changed figure or library would leave the old chart in the book, so beside the
outputs is noted what the notebook read (see `inputs`), and the cache lives in a folder named by a digest of what all of them stand on.

The rows behind the numbers of a text (`gba.lineage`) are looked for when its cells have run, in the same kernel, which then gives way to all else: the
pages are read and written meanwhile, and what needs the rows waits for them (`settle`).
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.util import logging

from gba_book import BOOK
from gba_book.check import outcome
from gba_book.execute import inputs
from gba_book.execute.kernels import Kernels, begin, remember
from gba_book.execute.versions import installed
from gba_book.kept import place
from gba_book.read.notebook import notebook

log = logging.getLogger(__name__)
ROOT = BOOK.parent
KEPT_CACHES = 3
#: To a core that runs cells, so many kernels there may be: the others look for rows. Two take a quarter less memory, and three hundredths more time.
KERNELS = 3
#: The event that tells a notebook with its outputs, as soon as it has run.
RAN = "gba-notebook-ran"


def setup(app):
    """Settle the cache before anything is read, and fill it before the pages are."""
    app.add_event(RAN)
    app.connect("config-inited", salt_cache, priority=100)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", begin_stale, priority=90)
    app.connect("env-before-read-docs", run_stale)
    app.connect("build-finished", give_up, priority=1000)


def digest(root: Path = ROOT) -> str:
    """SHA-256 over what all notebooks stand on: lock file, the versions that are installed, how notebooks run, and the tables of the library."""
    files = [root / "requirements.txt", *Path(__file__).parent.glob("*.py")]
    files += [path for path in (root / "book" / "gba").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    total = hashlib.sha256("\n".join([f"Python {sys.version_info[:2]}", *installed(root / "requirements.txt")]).encode())
    for path in sorted(files, key=lambda path: path.as_posix()):
        total.update(f"{path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def salt_cache(app, config):
    """Point MyST-NB at the cache of this state of the data, and forget all but the newest few."""
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / digest()[:16]
    current.mkdir(parents=True, exist_ok=True)
    os.utime(current)
    for old in sorted(caches.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_CACHES:]:
        shutil.rmtree(old, ignore_errors=True)
    config.nb_execution_cache_path = str(current)


def outdated(app, env, added, changed, removed):
    """Pages of notebooks that have to run again, and pages that say numbers of those; all, where what they all stand on is another."""
    state, env.gba_digest = getattr(env, "gba_digest", None), digest()
    if state not in (None, env.gba_digest):
        return sorted(env.found_docs)
    cache, texts = get_cache(app.config.nb_execution_cache_path), {}
    for name in env.found_docs - added:
        path = Path(env.doc2path(name))
        texts[name] = path, path.read_text(encoding="utf-8")
    seen: dict[str, str] = {}  # what several have read, is read once
    stale = {name for name, (path, text) in texts.items() if path.suffix == ".ipynb" and not _current(cache, notebook(path), seen)}
    said = tuple(f"`{texts[name][0].name}::" for name in stale)
    return sorted(stale | {name for name, (_, text) in texts.items() if any(one in text for one in said)})


def begin_stale(app, env, docnames):
    """Begin to execute the notebooks that the cache does not hold, while the data are checked."""
    settle(app)
    cache, stale = get_cache(app.config.nb_execution_cache_path), {}
    for name in docnames:
        path = Path(env.doc2path(name))
        if path.suffix == ".ipynb":
            read = notebook(path)
            if not _cached(cache, read):
                stale[path] = read
    app.gba_running = Running(stale, app.config.nb_execution_timeout) if stale else None


def run_stale(app, env, docnames):
    """Wait until their cells have run, and cache their outputs."""
    if app.gba_running is None:
        log.info("notebooks: nothing to execute")
        begin().close()
        remember()
        return
    cache, stale, failed = get_cache(app.config.nb_execution_cache_path), app.gba_running.stale, False
    for count, (path, problem) in enumerate(app.gba_running.executed(), 1):
        log.info("notebooks: %s of %s executed, %s%s", count, len(stale), path.name, " FAILED" if problem else "")
        failed |= bool(problem)
        if not problem:
            # What is noted of outputs goes before they do: a build that is killed meanwhile leaves no note of others than are there.
            _note(cache, stale[path]).unlink(missing_ok=True)
            cache.cache_notebook_bundle(CacheBundleIn(stale[path], str(path)), check_validity=False, overwrite=True)
            app.emit(RAN, stale[path])
    if failed:
        settle(app)


def abandon(app) -> None:
    """Run no further: nobody wants the notebooks any more."""
    running, app.gba_running = getattr(app, "gba_running", None), None
    if running is not None:
        running.stop()


def settle(app) -> None:
    """Wait until the rows behind all numbers are found, and note them; nothing runs any more then.

    Raises
    ------
    SystemExit : a notebook failed; what and where is told
    """
    running, app.gba_running = getattr(app, "gba_running", None), None
    if running is None:
        return
    cache, problems = get_cache(app.config.nb_execution_cache_path), []
    for path, (problem, told) in running.end().items():
        if problem:
            problems.append(problem)
        else:
            note = _note(cache, running.stale[path])
            note.parent.mkdir(exist_ok=True)
            part = note.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(told), encoding="utf-8")
            part.replace(note)
    if problems:
        for problem in sorted(problems):
            outcome.tell(problem)
        # No error of Sphinx's: the last words follow at once, and no traceback of the build stands between.
        raise SystemExit(1)
    remember()


def give_up(app, error) -> None:
    """Where the build failed otherwise, keep what has run."""
    if error is not None:
        with contextlib.suppress(SystemExit):
            settle(app)


class Running:
    """Notebooks that run: the cells of as many at a time as there are cores, the longest first; then each looks for the rows behind its numbers."""

    def __init__(self, stale: dict[Path, object], timeout: int):
        cores = os.cpu_count() or 1
        self.stale, self._timeout, self._kernels = stale, timeout, begin().ready()
        self._stopped = False
        self._turns, self._pool = threading.Semaphore(cores), ThreadPoolExecutor(max_workers=KERNELS * cores)
        # At the end no core waits for one long chapter.
        order = sorted(stale, key=lambda path: (-len(stale[path].cells), path))
        self._executed = {path: Future() for path in order}
        self._ended = {path: self._pool.submit(self._run, path) for path in order}

    def _run(self, path: Path) -> tuple[str | None, dict]:
        executed, noted = self._executed[path], {}

        def ran(problem: str | None) -> None:
            if not executed.done():
                self._turns.release()
                executed.set_result(problem)

        self._turns.acquire()
        try:
            if self._stopped:
                raise CancelledError
            problem = run(path, self.stale[path], self._timeout, self._kernels, noted, ran)
            ran(problem)
        except BaseException as error:
            ran(f"{path.relative_to(ROOT)}: {type(error).__name__}: {error}")
            raise
        return problem, noted

    def executed(self):
        """Each notebook when its cells have run, with the problem if there is one."""
        paths = {future: path for path, future in self._executed.items()}
        for done in as_completed(paths):
            yield paths[done], done.result()

    def end(self) -> dict[Path, tuple[str | None, dict]]:
        """Wait until all have ended: the problem of each, and what was noted of it."""
        try:
            return {path: ended.result() for path, ended in self._ended.items()}
        finally:
            self._pool.shutdown()
            self._kernels.close()


    def stop(self) -> None:
        """End the kernels, and begin no further one."""
        self._stopped = True
        self._kernels.close()
        self._pool.shutdown(cancel_futures=True)


def _note(cache, notebook) -> Path:
    """Where is noted what a notebook read and told: by what jupyter-cache, too, knows its outputs by, kernel, code and tags, but without asking a data base."""
    told = [notebook.metadata.get("kernelspec"), *([cell.source, cell.metadata] for cell in notebook.cells if cell.cell_type == "code")]
    return Path(cache.path) / "noted" / f"{hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]}.json"


def noted(cache, notebook) -> dict:
    """What was noted of a notebook when it ran.

    Returns
    -------
    the `files` that it read with their `digest`, where they are known, a digest of its `outputs`, and its `numbers` (`gba.lineage.told`)
    """
    try:
        return json.loads(_note(cache, notebook).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _current(cache, notebook, seen: dict[str, str] | None = None) -> bool:
    """Whether the cache has outputs of this code, and all that it read is as it was."""
    told = noted(cache, notebook)
    return "files" in told and inputs.digest(told["files"], seen=seen) == told["digest"]


def _cached(cache, notebook) -> bool:
    if not _current(cache, notebook):
        return False
    try:
        cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk)
    except (KeyError, ValueError):
        # Not there; or there and cut off, where a build was killed while it wrote.
        return False
    return True


def run(path: Path, notebook, timeout: int, kernels: Kernels, noted: dict | None = None, ran: Callable = lambda problem: None) -> str | None:
    """Execute a notebook in place, in its own folder; the problem in words if it fails or says anything on stderr.

    Parameters
    ----------
    noted : takes what it read and told
    ran : called with the problem as soon as its own cells have run
    """
    begun, code = time.time(), [number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    # Rows that were found with this library, if the code of a number and the data are as they were.
    asked = [inputs.question(inputs.LINEAGE.format(kept=str(place("rows", (path.relative_to(ROOT).as_posix(),))))), inputs.question()]

    def executed(cell_index: int, **_) -> None:
        if code[-1:] == [cell_index]:
            client.set_widgets_metadata()
            ran(_told(path, notebook))

    # Timings in the cells would change the cache's key, and with it two builds of the same book.
    client = NotebookClient(
        # The cells themselves, so that their outputs come to the notebook, and what is asked does not.
        nbformat.NotebookNode({**notebook, "cells": [*notebook.cells, *asked]}),
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        on_cell_executed=executed,  # its `on_cell_complete` comes when a cell is sent
        kernel_manager_class=kernels.manager_class,
        extra_arguments=list(kernels.arguments),
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        log.info("%s: %s", path.name, str(error).strip())
        return _told(path, notebook) or f"{path.relative_to(ROOT)}: {type(error).__name__}: {str(error).strip()}"
    files = inputs.answered(asked[-1], "\n".join(notebook.cells[number].source for number in code))
    # What changed meanwhile may have been read before or after: then it runs again next time.
    sure = files is not None and not any((ROOT / name).is_file() and (ROOT / name).stat().st_mtime > begun for name in files)
    if noted is not None:
        outputs = json.dumps([notebook.cells[number].outputs for number in code])
        noted |= {"outputs": hashlib.sha256(outputs.encode()).hexdigest(), "numbers": inputs.told(asked[0])}
        noted |= {"files": files, "digest": inputs.digest(files)} if sure else {}
    return _told(path, notebook)


def _told(path: Path, notebook) -> str | None:
    """What is wrong with the outputs of a notebook, with the cell it is in: an error, words on stderr, a name that is said twice."""
    said = {}
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        for output in cell.outputs:
            own = f"code cell {number} ({cell.id})"
            where = f"{path.relative_to(ROOT)}: {own}"
            if output.output_type == "error":
                plain = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.traceback))
                # What fails while it is shown has no line in the cell.
                line = re.search(r"^Cell In.*?^-+> ?(\d+) ([^\n]*)", plain, re.M | re.S)
                return f"{where}{f', line {line[1]}' if line else ''}: {output.ename}: {output.evalue}" + (f"\n    {line[2].strip()}" if line else "")
            if output.output_type == "stream" and output.name == "stderr":
                return f"{where} wrote to stderr, which fails the build:\n{output.text.strip()}"
            if name := output.get("metadata", {}).get("scrapbook", {}).get("name"):
                if before := said.get(name):
                    way = "give one of them another name where it is said (gba.facts, glue) and in the sentence that means it, or say it once"
                    return f"{where} says {name!r}, which {'the same cell' if before == own else before} has said before; a sentence prints but one: {way}"
                said[name] = own
    return None
