"""The build: right after any change, idle after none, loud about every fault. Each case builds a small copy of the book."""

import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from bookpages import build, exhibits
from gba_book.check import data as strict
from smallbook import CHART, change_a_figure, different, said, tree, write_notebook

pytestmark = pytest.mark.xdist_group("build")
MAKE_BOOK = [sys.executable, "book/_ext/make_book.py", ".", "-W", "-n", "--keep-going"]


def make_book(root):
    return subprocess.run(MAKE_BOOK, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def life(template, tmp_path_factory):
    """A small book through the changes that people make, built after each: what each build said, and the page that it left."""
    root = tmp_path_factory.mktemp("life") / "a copy"
    shutil.copytree(template, root)
    told = {}

    def built(step, make=build):
        result = make(root)
        told[step] = (
            result.returncode,
            said(result),
            (root / "_build/html/book/index.html").read_text(encoding="utf-8"),
            exhibits(root / "_build/html/book/index.html"),
        )

    told["root"], told["template"] = root, tree(template)
    built("moved", make_book)
    built("unchanged", make_book)
    change_a_figure(root)
    built("unrecorded", make_book)
    write_notebook(root / "book" / "index.ipynb", "md:See [](#small-gdp).", CHART)
    for name, rule in (("book.css", "outline: 7px solid"), ("site.css", "outline-color: rebeccapurple")):
        with (root / "book" / "_static" / name).open("a", encoding="utf-8") as sheet:
            sheet.write(f"body {{ {rule}; }}\n")
    built("changed")
    with (root / "requirements.txt").open("a", encoding="utf-8") as lock:
        lock.write("# another lock\n")
    built("lock")
    theme = root / "book" / "gba" / "charts" / "theme.py"
    theme.write_text(theme.read_text(encoding="utf-8").replace('"labelFontSize": 12', '"labelFontSize": 13'), encoding="utf-8")
    built("library")
    told["grown"] = tree(root)
    shutil.rmtree(root / "_build")
    built("clean")
    return told


def test_every_change_builds(life):
    for step in ("moved", "unchanged", "changed", "lock", "library", "clean"):
        assert life[step][0] == 0, f"{step}: {life[step][1][-2500:]}"
    assert "no problem" in life["moved"][1]


def test_nothing_changed_executes_nothing(life):
    assert " of 1 executed" not in life["unchanged"][1]


def test_a_changed_figure_changes_the_chart_and_the_drawing(life):
    [(before, old)], [(after, new)] = life["unchanged"][3], life["changed"][3]
    assert old["datasets"] != new["datasets"], "the specification still has the old figure"
    assert str(before.select_one(".exhibit-chart")) != str(after.select_one(".exhibit-chart")), "the drawing is still the old one"


def test_make_book_compares_the_checksums_too(life):
    """A figure that breaks no rule, and that nobody has recorded: a plain build takes it, `make book` refuses it."""
    assert life["unrecorded"][0] == 1
    assert re.search(r"gdp\.csv: found .*as the descriptor says; if the change was meant run `make record`", life["unrecorded"][1])


def test_an_exhibit_can_be_linked_by_its_name(life):
    assert re.search(r'<a class="reference internal" href="#small-gdp">.*Exhibit 1', life["changed"][2])


def test_changed_style_sheets_reach_the_pages(life):
    """Sphinx alone would call everything up to date and leave the old ones there."""
    assert "7px" in life["changed"][2] and "rebeccapurple" in life["changed"][2]


@pytest.mark.parametrize("step", ["lock", "library"])
def test_a_changed_lock_or_library_executes_again(life, step):
    assert "1 of 1 executed" in life[step][1]
    assert ('font-size="13px"' in str(life[step][3][0][0])) == (step == "library")


def test_two_builds_are_the_same(life):
    """A book that has grown step by step, and a clean build of the same state, agree byte for byte in everything that is published."""
    assert not different(life["grown"], tree(life["root"]))


def test_bad_data_stop_the_build(small):
    path = small / "data" / "history" / "gdp.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",shenzhen,", ",shenzen,", 1), encoding="utf-8", newline="\n")
    result = build(small)
    assert result.returncode != 0
    assert "gdp.csv:" in said(result)
    assert "shenzen" in said(result)
    assert "Traceback" not in said(result)
    assert "1 problem" in said(result).rstrip()[-40:]
    assert "executed" not in said(result)


def test_one_warning_fails_the_build(monkeypatch):
    told = []
    monkeypatch.setattr(strict.log, "error", lambda text, *words, **more: told.append(text % words))
    for count, code in ((0, 0), (1, 1)):
        app = SimpleNamespace(_warncount=count, statuscode=0)
        strict.fail_on_warnings(app, None)
        assert (app.statuscode, len(told)) == (code, code)
    assert "built with 1 warning(s)" in told[0]


def last_words(result) -> str:
    """What a failed build ends with: the problems, with nothing but the advice below them."""
    before, told, after = said(result).partition("The book was not built: ")
    assert told, before[-2500:]
    assert after.rstrip().endswith("runs it alone.")
    assert "Traceback" not in after
    return after


def test_faults_of_code_fail_the_build_and_each_is_named(small):
    faults = {
        "index": (("x = 1", "x / 0"), ["code cell 2", "ZeroDivisionError"]),
        "stderr": (("import sys", "print('careful', file=sys.stderr)"), ["code cell 2", "careful"]),
        "warning": (("import warnings", "x = 2", "warnings.warn('old thing')"), ["code cell 3", "old thing"]),
        "unknown": (("import gba; gba.load('gpd')",), ["code cell 1", "gpd", "gdp"]),
    }
    for name, (sources, _) in faults.items():
        write_notebook(small / "book" / f"{name}.ipynb", *sources)
    chapters = "".join(f"- file: book/{name}\n" for name in faults if name != "index")
    (small / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n{chapters}", encoding="utf-8")
    result = build(small)
    assert result.returncode != 0
    _, *told = re.split(r"^book/(\w+)\.ipynb: ", last_words(result), flags=re.M)
    told = dict(zip(told[::2], told[1::2], strict=True))
    assert set(told) == set(faults)
    for name, (_, expected) in faults.items():
        missing = [word for word in expected if word not in told[name]]
        assert not missing, f"{missing} not in: {told[name][-2500:]}"


def test_faults_of_text_fail_the_build_and_each_is_named(small):
    """Each is a warning of its own."""
    faults = ["md:See [](#no-such-exhibit).", "md:See {glue:text}`index.ipynb::no_such_number:.1f`.", "md:![](no-picture.png)", CHART, CHART]
    write_notebook(small / "book" / "index.ipynb", *faults)
    result = build(small)
    assert result.returncode != 0
    lines = [line for line in said(result).splitlines() if "WARNING" in line or "ERROR" in line]
    told = last_words(result).splitlines()
    for expected in (["index.ipynb", "no-such-exhibit"], ["index.ipynb", "no_such_number"], ["index.ipynb", "no-picture"], ["index", "small-gdp", "twice"]):
        assert any(all(word in line for word in expected) for line in lines), f"{expected} not in: {said(result)[-2500:]}"
        assert any(all(word in line for word in expected) for line in told), f"{expected} not in: {told}"
    # Cells and their lines are counted from 1, as a reader counts them: the title is the first cell.
    assert any(re.search(r"book/index\.ipynb: cell 2 \(cell-1\), line 1: .*no-such-exhibit", line) for line in told), told


def test_a_script_in_an_output_fails_the_build_and_pages_that_are_gone_are_taken_out(small):
    shutil.copy(small / "_build" / "html" / "book" / "index.html", small / "_build" / "html" / "book" / "old.html")
    write_notebook(small / "book" / "index.ipynb", "from IPython.display import HTML\nHTML('<p>x</p><script>alert(1)</script>')")
    result = build(small)
    assert result.returncode != 0
    assert "book/index.html" in said(result)
    assert "alert(1)" in said(result)
    assert not (small / "_build" / "html" / "book" / "old.html").exists()
