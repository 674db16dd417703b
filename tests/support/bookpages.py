"""Fixtures of the page tests: the built book, a local server for it, and a real Chromium."""

import ast
import csv
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from filelock import FileLock
from serving import served

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
LANGUAGE = CONFIG["sphinx"]["config"].get("language", "en").replace("_", "-")
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def documents() -> list[str]:
    """Every document of the table of contents, as it is named there."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [toc["root"]]

    def walk(node):
        for key in ("parts", "chapters", "sections"):
            for child in node.get(key, []):
                if "file" in child:
                    found.append(child["file"])
                walk(child)

    walk(toc)
    return found


def notebooks() -> list[Path]:
    """The notebooks of the book, as files."""
    return [path for name in documents() if (path := ROOT / f"{name}.ipynb").is_file()]


def editions(root: Path) -> dict[str, dict[str, str]]:
    """The editions beside the English one, by their folders, as `make book` makes them: the rows of locales/editions.csv, if a fork has kept it."""
    path = root / "locales" / "editions.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else []
    return {row["folder"]: row for row in rows}


EDITIONS = editions(ROOT)


def build(root: Path, languages: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    """Run a plain `jupyter-book build .` in a checkout, in English alone or with other editions; without what takes a third of a small book's build."""
    from gba_book.execute.forkserver import UNUSED

    program = f"import sys; sys.modules[{UNUSED!r}] = None; from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"
    env = {**os.environ, "BOOK_LANGUAGES": " ".join(languages)}
    return subprocess.run([sys.executable, "-c", program, "build", "."], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False, env=env)


def once(tmp_path_factory, name: str, make: Callable[[Path], subprocess.CompletedProcess]) -> Path:
    """The folder that all processes of a run share; the first of them builds there, the others wait."""
    base = tmp_path_factory.getbasetemp()
    # Without workers the folder above is that of every run.
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(base / f"{name}.lock"):
        done = base / f"{name}.built"
        if not done.exists():
            result = make(base)
            assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
            done.touch()
    return base


def make_book(root: Path, languages: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    """What `make book` runs; where nothing changed since it ran, that takes no time."""
    command = [sys.executable, "book/_ext/make_book.py", ".", "-W", "-n", "--keep-going"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GBA_", "PYTHON"))}
    env = {**kept, "BOOK_LANGUAGES": " ".join(languages)}
    return subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False, env=env)


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The folder of the built book. What `make book` alone refuses, such as a figure that nobody has recorded, fails where it is tested, and not each page."""

    def made(base):
        done = make_book(ROOT, tuple(EDITIONS))
        unrecorded = done.returncode and "as the descriptor says" in done.stdout + done.stderr
        return build(ROOT, tuple(EDITIONS)) if unrecorded else done

    once(tmp_path_factory, "book", made)
    return ROOT / "_build" / "html"


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file, all as text, without the library."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def read(name: str) -> list[dict[str, str]]:
    """Rows of a data file: `read("places.csv")`, `read("history/gdp.csv")`."""
    [path] = (ROOT / "data").rglob(name)
    return table(path)


@functools.cache
def verdicts() -> dict[str, str]:
    """What tests/edition/verdicts.csv expects of the claims, by id."""
    return {row["claim_id"]: row["verdict"] for row in table(ROOT / "tests" / "edition" / "verdicts.csv")}


@pytest.fixture(scope="module")
def outputs(request, book):
    """What the executed chapter put out when the book was built: the module's CHAPTER, a path."""
    from gba_book.execute.notebooks import digest
    from jupyter_cache import get_cache

    cache = get_cache(str(book.parent / ".jupyter_cache" / digest()[:16]))
    notebook = cache.get_cache_bundle(cache.match_cache_notebook(nbformat.read(request.module.CHAPTER, as_version=4)).pk).nb
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def spoken(outputs) -> dict:
    """What a chapter's outputs give its prose to say, by name."""
    named = {output.metadata["scrapbook"]["name"]: output.data for output in outputs if "scrapbook" in output.get("metadata", {})}
    return {name: ast.literal_eval(next(iter(data.values()))) for name, data in named.items()}


def titled(outputs) -> dict[str, str]:
    """The title of each exhibit in a chapter's outputs, by name."""
    drawn = [output.data for output in outputs if "data" in output and 'class="exhibit' in output.data.get("text/html", "")]
    return {re.search(r'<figure[^>]*\bid="([^"]+)"', data["text/html"])[1]: data["text/plain"].splitlines()[0] for data in drawn}


@pytest.fixture(scope="module")
def said(outputs):
    """What the chapter gives its prose to say, by name."""
    return spoken(outputs)


@pytest.fixture(scope="module")
def titles(outputs):
    """The title of each exhibit of the chapter, by name."""
    return titled(outputs)


def remembered(many):
    """Read a file once, as long as it does not change and is among the last so many: tests look at the same pages, and none may change what it is given."""

    def keep(read):
        kept = functools.lru_cache(many)(lambda path, stamp: read(path))
        return lambda path: kept(path, path.stat().st_mtime_ns)

    return keep


@remembered(12)
def soup(page: Path) -> BeautifulSoup:
    """A page, parsed."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@remembered(100)
def _script(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8").removeprefix(f"gbaExhibit({json.dumps(path.stem)},").removesuffix(");\n"))


def content(page: Path, name: str) -> dict:
    """What the file of an exhibit holds: `spec` and `table`."""
    return _script(page.parents[1] / "exhibits" / f"{name}.js")


def named(book: Path, document: str) -> list[str]:
    """The names of a page's exhibits, in their order, without parsing it."""
    return re.findall(r'<figure class="exhibit" id="([^"]+)"', (book / f"{document}.html").read_text(encoding="utf-8"))


def exhibits(page: Path) -> list[tuple[BeautifulSoup, dict]]:
    """The figures of a built page, each with its specification."""
    return [(figure, content(page, figure["id"])["spec"]) for figure in soup(page).select("figure.exhibit")]


@pytest.fixture(scope="session")
def site(book):
    """The address of a local server of the built book."""
    with served(book) as address:
        yield address


@pytest.fixture(scope="session")
def gzipped(book):
    """The same as a web host sends it: text compressed."""
    with served(book, gzipped=True) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium that is installed on the machine; none is downloaded."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no Chromium on the PATH; sh tests/browser.sh installs it or says how"
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


def until(page, condition: str, arg=None, seconds: float = 20) -> None:
    """Wait for what a JavaScript expression or function says of a page.

    Asked from outside: what Playwright's own waiting evaluates in the page, the page's security policy forbids from the second time on.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(condition, arg):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {condition}")
        page.wait_for_timeout(20)
