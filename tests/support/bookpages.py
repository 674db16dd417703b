"""Fixtures of the page tests: the built book, a local server for it, and a real Chromium."""

import ast
import csv
import functools
import json
import re
import shutil
import subprocess
import sys
import time
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


def build(root: Path) -> subprocess.CompletedProcess:
    """Run a plain `jupyter-book build .` in a checkout."""
    program = Path(sys.executable).with_name("jupyter-book")
    return subprocess.run([program, "build", "."], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The folder of the built book; one process builds it, the others wait."""
    base = tmp_path_factory.getbasetemp().parent
    with FileLock(base / "book.lock"):
        done = base / "book.built"
        if not done.exists():
            result = build(ROOT)
            assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
            done.touch()
    return ROOT / "_build" / "html"


@functools.cache
def read(name: str) -> list[dict[str, str]]:
    """Rows of a data file, all as text, without the library: `read("places.csv")`, `read("history/gdp.csv")`."""
    [path] = (ROOT / "data").rglob(name)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def verdicts() -> dict[str, str]:
    """What tests/edition/verdicts.csv expects of the claims, by id."""
    with (ROOT / "tests" / "edition" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row["verdict"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def outputs(request, book):
    """What the executed chapter put out when the book was built: the module's CHAPTER, a path."""
    from gba_book.execute.notebooks import digest
    from jupyter_cache import get_cache

    cache = get_cache(str(book.parent / ".jupyter_cache" / digest()[:16]))
    notebook = cache.get_cache_bundle(cache.match_cache_notebook(nbformat.read(request.module.CHAPTER, as_version=4)).pk).nb
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.fixture(scope="module")
def said(outputs):
    """What the chapter gives its prose to say, by name."""
    named = {output.metadata["scrapbook"]["name"]: output.data for output in outputs if "scrapbook" in output.get("metadata", {})}
    return {name: ast.literal_eval(next(iter(data.values()))) for name, data in named.items()}


@pytest.fixture(scope="module")
def titles(outputs):
    """The title of each exhibit of the chapter, by name."""
    drawn = [output.data for output in outputs if "data" in output and 'class="exhibit' in output.data.get("text/html", "")]
    return {re.search(r'<figure[^>]*\bid="([^"]+)"', data["text/html"])[1]: data["text/plain"].splitlines()[0] for data in drawn}


def content(page: Path, name: str) -> dict:
    """What the file of an exhibit holds: `spec` and `table`."""
    said = (page.parents[1] / "exhibits" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(said.removeprefix(f"gbaExhibit({json.dumps(name)},").removesuffix(");\n"))


def exhibits(page: Path) -> list[tuple[BeautifulSoup, dict]]:
    """The figures of a built page, each with its specification."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return [(figure, content(page, figure["id"])["spec"]) for figure in soup.select("figure.exhibit")]


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
        assert time.monotonic() < end, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(20)
