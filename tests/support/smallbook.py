"""The small book: a copy of this one with a single page, for tests that build it, spoil it, and build it again."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from bookpages import ROOT, build, once

CHART = """import gba, altair as alt
gdp = gba.load("gdp").query("place == 'shenzhen' and indicator == 'gdp_current_lcu'")
gba.figure(gba.lines(gba.charts.named(gdp), y_title="GDP"), name="small-gdp", title="GDP", subtitle="of Shenzhen",
           alt_text="A line chart of the gross domestic product of Shenzhen.", rows=gdp)"""


def write_notebook(path, *sources):
    cells = [nbformat.v4.new_markdown_cell("# A page")]
    cells += [nbformat.v4.new_markdown_cell(s[3:]) if s.startswith("md:") else nbformat.v4.new_code_cell(s) for s in sources]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    nbformat.write(notebook, path)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A copy of the book with one small notebook, built once. Nobody may change it."""
    return once(tmp_path_factory, "small", _made) / "small"


def _made(base):
    root = base / "small"
    root.mkdir()
    for name in ("_config.yml", "requirements.in", "requirements.txt", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root)
    for name in ("data", "book/gba", "book/_ext", "book/_static"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    write_notebook(root / "book" / "index.ipynb", CHART)
    return build(root)


@pytest.fixture
def small(template, tmp_path):
    root = tmp_path / "a copy"
    shutil.copytree(template, root)
    return root


def said(result):
    return re.sub(r"\x1b\[[\d;]*m", "", result.stdout + result.stderr)


def change_a_figure(root):
    """Add a hundredth to one figure of Shenzhen's GDP that the chart draws."""
    path = root / "data" / "history" / "gdp.csv"
    text = path.read_text(encoding="utf-8")
    found = re.search(r"^gdp_current_lcu,shenzhen,2010,([\d.]+),.*main", text, re.M)
    path.write_text(text[: found.start(1)] + f"{float(found[1]) * 1.01:.4f}" + text[found.end(1) :], encoding="utf-8", newline="\n")


def tree(root: Path) -> dict[str, bytes]:
    """What a build published: every file of the output with its content."""
    html = root / "_build" / "html"
    return {path.relative_to(html).as_posix(): path.read_bytes() for path in sorted(html.rglob("*")) if path.is_file()}


def different(one: dict[str, bytes], two: dict[str, bytes]) -> list[str]:
    """Names of the files that two outputs do not share, byte for byte."""
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))
