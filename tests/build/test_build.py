"""The build: right after any change, idle after none, loud about every fault. Each case builds a small copy of the book."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from bookpages import build, exhibits
from smallbook import CHART, change_a_figure, different, said, tree, write_notebook

pytestmark = pytest.mark.xdist_group("build")


def drawn_values(root):
    [(figure, spec)] = exhibits(root / "_build" / "html" / "book" / "index.html")
    return json.dumps(spec["datasets"]), str(figure.select_one(".exhibit-chart"))


def test_nothing_changed_executes_nothing(small):
    first, again = build(small), build(small)
    assert again.returncode == 0
    assert "executed" not in said(again)
    assert "executed" in said(first) or "nothing to execute" in said(first)


def test_a_changed_figure_changes_the_chart(small):
    before = drawn_values(small)
    change_a_figure(small)
    result = build(small)
    assert result.returncode == 0, said(result)
    after = drawn_values(small)
    assert before[0] != after[0], "the specification still has the old figure"
    assert before[1] != after[1], "the drawing is still the old one"


def test_a_changed_library_executes_again(small):
    charts = small / "book" / "gba" / "charts.py"
    charts.write_text(charts.read_text(encoding="utf-8").replace('"labelFontSize": 12', '"labelFontSize": 13'), encoding="utf-8")
    result = build(small)
    assert "1 of 1 executed" in said(result)
    assert 'font-size="13px"' in drawn_values(small)[1]


def test_a_changed_lock_executes_again(small):
    with (small / "requirements.txt").open("a", encoding="utf-8") as lock:
        lock.write("# another lock\n")
    assert "1 of 1 executed" in said(build(small))


def test_bad_data_stop_the_build(small):
    path = small / "data" / "history" / "gdp.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",shenzhen,", ",shenzen,", 1), encoding="utf-8", newline="\n")
    result = build(small)
    assert result.returncode != 0
    assert "gdp.csv:" in said(result)
    assert "shenzen" in said(result)
    assert "Traceback" not in said(result)
    assert said(result).rstrip().endswith("1 problem")
    assert "executed" not in said(result)


def test_make_book_compares_the_checksums_too(small):
    """A figure that breaks no rule, and that nobody has recorded: a plain build takes it, `make book` refuses it."""
    command = [sys.executable, "book/_ext/make_book.py", ".", "-W", "-n", "--keep-going"]
    result = subprocess.run(command, cwd=small, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no problem" in said(result)
    change_a_figure(small)
    result = subprocess.run(command, cwd=small, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert re.search(r"gdp\.csv: found .*as the descriptor says; if the change was meant run `make record`", said(result))
    assert build(small).returncode == 0


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
    """Each is a warning of its own, and one warning is enough: so each alone would fail the build."""
    faults = ["md:See [](#no-such-exhibit).", "md:See {glue:text}`index.ipynb::no_such_number:.1f`.", "md:![](no-picture.png)", CHART, CHART]
    write_notebook(small / "book" / "index.ipynb", *faults)
    result = build(small)
    assert result.returncode != 0
    lines = [line for line in said(result).splitlines() if "WARNING" in line or "ERROR" in line]
    told = last_words(result).splitlines()
    for expected in (["index.ipynb", "no-such-exhibit"], ["index.ipynb", "no_such_number"], ["index.ipynb", "no-picture"], ["index", "small-gdp", "twice"]):
        assert any(all(word in line for word in expected) for line in lines), f"{expected} not in: {said(result)[-2500:]}"
        assert any(all(word in line for word in expected) for line in told), f"{expected} not in: {told}"
    # The first cell is the first, and its lines count from 1.
    assert any(re.search(r"book/index\.ipynb: cell 1 \(cell-1\), line 1: .*no-such-exhibit", line) for line in told), told


def test_one_warning_fails_the_build(small):
    write_notebook(small / "book" / "index.ipynb", "md:See [](#no-such-exhibit).")
    result = build(small)
    assert result.returncode != 0
    assert "built with 1 warning(s)" in said(result)


def test_two_builds_are_the_same(small):
    """Two clean builds of one state, here and where the template was built, agree, byte for byte, in everything that is published."""
    elsewhere = tree(small)
    shutil.rmtree(small / "_build")
    assert build(small).returncode == 0
    assert not different(elsewhere, tree(small))


def test_an_exhibit_can_be_linked_by_its_name(small):
    write_notebook(small / "book" / "index.ipynb", "md:See [](#small-gdp).", CHART)
    result = build(small)
    assert result.returncode == 0, said(result)
    page = (small / "_build/html/book/index.html").read_text(encoding="utf-8")
    assert re.search(r'<a class="reference internal" href="#small-gdp">.*Exhibit 1', page)
