"""What a fork does first, as a script each: the change, then the fork's own tests that see it. Green, or red with one line that says what to do."""

import json
import re
import shutil
import subprocess

import edition
import forks
import nbformat
import pytest
from bookpages import ROOT, build
from bs4 import BeautifulSoup
from smallbook import said
from standout import ALONE, MARKS, PAGE, SHOWN, TOKENS, hidden_marks

pytestmark = pytest.mark.xdist_group("forks")
#: The change, and the tests that know what was changed. Together, in one fork, all tests but those that build: below.
WALKS = {
    "a weight": (forks.change_a_weight, ["tests/index/test_composite.py", "-k", "fork or wrong", "book/gba/index/complementarity.py"]),
    "a figure": (forks.change_a_figure, ["tests/data/test_record.py", "tests/edition/test_verdicts.py"]),
    "a colour": (forks.change_a_colour, ["tests/charts/test_charts.py", "book/gba/charts/palette.py"]),
    "a title": (forks.change_the_title, ["tests/data/test_record.py", "tests/build/test_tools.py"]),
    "a chapter added": (forks.add_a_chapter, ["tests/build/test_notebooks.py", "tests/edition/test_form.py"]),
    "a chapter renamed": (forks.rename_a_chapter, ["tests/build/test_notebooks.py", "tests/edition/test_form.py"]),
    "a chapter removed": (forks.remove_a_chapter, ["tests/build/test_notebooks.py", "tests/edition/test_form.py", "tests/claims/test_claims.py"]),
    "a city": (forks.add_a_city, ["tests/data/test_data.py", "tests/data/test_record.py"]),
    "a dataset added": (forks.add_a_dataset, ["tests/data/test_data.py", "tests/data/test_record.py"]),
    "a dataset removed": (forks.remove_a_dataset, ["tests/data/test_data.py", "tests/data/test_record.py"]),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """One copy, from which each walk begins; its seal fits it."""
    root = forks.copy(tmp_path_factory.mktemp("forks") / "a fork")
    (root / edition.SEAL).write_text(json.dumps(edition.digests(root)), encoding="utf-8")
    return root


@pytest.fixture
def fork(base, tmp_path):
    return shutil.copytree(base, tmp_path / "a fork", symlinks=True)


def checked(root) -> str:
    """What `make check-data` says of the fork's data with the book's own rules."""
    done = forks.run(root, "-m", "gba.validate", GBA_DATA=str(root / "data"), PYTHONPATH=str(root / "book"))
    return "" if done.returncode == 0 else done.stdout


@pytest.mark.parametrize("walk", WALKS)
def test_a_fork_stays_green(fork, walk):
    change, subset = WALKS[walk]
    change(fork)
    assert "chapter" in walk or not checked(fork)
    done = forks.tested(fork, *subset)
    assert done.returncode == 0, done.stdout[-4000:]
    if left := re.findall(r"^.*findings do not hold here.*$", done.stdout, re.M):
        assert len(left) == 1 and re.search(r": \S+ .*is not this edition's: its findings are yours to hold; see book/a4-fork.md", left[0]), left


@pytest.mark.slow
def test_a_fork_that_changed_everything_stays_green(fork):
    """All of it in one, and all tests that need neither a build nor a browser, but those of the scaffolds and forks themselves."""
    for change, _ in WALKS.values():
        if change is not forks.remove_a_chapter:
            change(fork)
    forks.change_the_language(fork)
    assert not checked(fork)
    done = forks.tested(fork, "tests", "book/gba", "--ignore=tests/fork/test_forks.py")
    assert done.returncode == 0, done.stdout[-4000:]


# ---- the seal ------------------------------------------------------------------------------------------------------------

PINNED = """from bookpages import read


def test_a_finding():
    assert next(row for row in read("places.csv") if row["place"] == "shenzhen")["colour"] == "{colour}"
"""


@pytest.fixture
def sealed(fork):
    """A fork with one finding, so that each answer takes a second."""
    for path in (fork / "tests/edition").glob("test_*.py"):
        if path.name != "test_seal.py":
            path.unlink()
    colour = next(row for row in forks.table(fork / "data/places.csv") if row["place"] == "shenzhen")["colour"]
    (fork / "tests/edition/test_pinned.py").write_text(PINNED.format(colour=colour), encoding="utf-8")
    return fork


def answers(root, **environment):
    """The exit code and words of this edition's tests: as they are, and where the edition is looked after."""
    done = forks.run(root, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-rs", "tests/edition", **environment)
    return done.returncode, done.stdout + done.stderr


def test_findings_count_while_the_seal_fits_and_are_left_out_in_words_when_it_does_not(sealed):
    assert answers(sealed, GBA_EDITION="strict")[0] == 0
    path = sealed / "tests/edition/test_pinned.py"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace('== "#', '!= "#'), encoding="utf-8")
    code, words = answers(sealed)
    assert code == 1 and "1 failed" in words, "a finding that does not hold on this edition's own data is a failure"
    path.write_text(good, encoding="utf-8")
    forks.change_a_colour(sealed)
    code, words = answers(sealed)
    assert code == 0, words
    assert "SKIPPED [1] tests/edition/test_pinned.py:" in words
    assert "book/gba/charts/palette.csv (and 1 more) is not this edition's: its findings are yours to hold; see book/a4-fork.md, 'Your findings'" in words
    assert words.count("1 tests of this edition's findings do not hold here and were left out") == 1
    code, words = answers(sealed, GBA_EDITION="strict")
    assert code == 1 and "2 failed" in words and "run make seal" in words


def test_a_seal_is_written_only_when_the_findings_hold(sealed):
    forks.change_a_colour(sealed)
    before = (sealed / edition.SEAL).read_bytes()
    few = {"PYTEST_ADDOPTS": "-n 0 -k 'seal_fits or a_finding'"}  # and none of the examples of the library
    done = forks.run(sealed, "tests/support/edition.py", **few)
    assert done.returncode and "Nothing was sealed" in done.stderr and (sealed / edition.SEAL).read_bytes() == before
    (sealed / "tests/edition/test_pinned.py").unlink()
    done = forks.run(sealed, "tests/support/edition.py", **few)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not edition.differing(sealed) and answers(sealed, GBA_EDITION="strict")[0] == 0


def test_a_module_that_a_fork_cannot_even_read_is_left_out(sealed):
    (sealed / "tests/edition/test_pinned.py").write_text('from bookpages import read\n\nROWS = read("gone.csv")\n', encoding="utf-8")
    assert answers(sealed)[0] != 0
    forks.change_a_colour(sealed)
    code, words = answers(sealed)
    assert code == 0 and "were left out" in words, words


# ---- what README prints, and what only a build shows --------------------------------------------------------------------------


def test_what_the_readme_says_of_scaffolds_runs_as_printed(fork, tmp_path):
    """And once more under free names, for a fork in which those of the examples are taken."""
    block = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8").partition("## Fork it")[2].partition("\n## ")[0], re.M | re.S)[0]
    names = dict(re.findall(r"make (\w+) name=(\w+)", block))
    assert set(names) == {"chapter", "dataset", "city"}
    taken = {path.stem.partition("-")[2] or path.stem for path in [*(fork / "book").glob("*.ipynb"), *(fork / "data").rglob("*.csv")]}
    taken |= {row["place"] for row in forks.table(fork / "data/places.csv")}
    for name in names.values():
        block = re.sub(rf"name={name}\b", f"name={forks.free(taken, name)}", block)
    if forks.free(taken, names["city"]) != names["city"]:
        block = re.sub(r" en=\S+ zh_hans=\S+", " en=Somewhere", block)
    environment = forks.environment(tmp_path / "env")
    done = subprocess.run(["sh", "-e", "-c", block], cwd=fork, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "still lacks:" in done.stdout
    assert len(forks.chapters(fork)) == len(forks.chapters(ROOT)) + 1
    assert len(forks.table(fork / "data/places.csv")) == len(forks.table(ROOT / "data/places.csv")) + 1


def test_a_build_in_another_language_under_another_name_asks_for_no_script_that_is_not_there(small, browser):
    forks.change_the_language(small)
    forks.change_the_title(small)
    result = build(small)
    assert result.returncode == 0, said(result)[-2500:]
    page = browser.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((small / "_build/html/book/index.html").as_uri())
    assert page.evaluate("document.documentElement.lang") == "zh-TW"
    assert not complaints
    html = BeautifulSoup(page.content(), "html.parser")
    assert "Which harbour is first?" in page.content()
    missing = [tag["src"] for tag in html.select("script[src]") if not (small / "_build/html/book" / tag["src"].partition("?")[0]).is_file()]
    assert not missing
    page.close()


def test_what_a_chart_must_keep_is_told_with_what_to_do(small, browser):
    """A plain Altair chart in Altair's own colours, a heading of figures alone: each is told with colour, ground and the token to take."""
    chart = """import gba, altair as alt
rows = gba.load("gdp").query("place == 'shenzhen' and indicator == 'gdp_current_lcu'")
gba.figure(alt.Chart(rows).mark_bar(color="#f58518").encode(x="year:O", y="value:Q"), name="plain", title="GDP", subtitle="of Shenzhen",
           alt_text="A bar chart of the gross domestic product of Shenzhen by year.", rows=rows)"""
    notebook = nbformat.read(small / "book/index.ipynb", as_version=4)
    notebook.cells[-1].source = chart
    nbformat.write(notebook, small / "book/index.ipynb")
    result = build(small)
    assert result.returncode == 0, said(result)[-2500:]
    page = browser.new_page(color_scheme="light")
    page.goto((small / "_build/html/book/index.html").as_uri())
    page.evaluate(ALONE)
    page.evaluate(SHOWN)
    told = hidden_marks(page.query_selector("svg[data-shown]").evaluate(MARKS), page.evaluate(TOKENS), page.evaluate(PAGE))
    page.close()
    assert len(told) == 1
    assert re.fullmatch(
        r'a mark at \d+, \d+ and \d+ more: no colour of the palette #f58518 on paper #ffffff: 2\.\d\d:1, expected 3:1; take gba\.colour\("\w+"\) or .*', told[0]
    ), told
