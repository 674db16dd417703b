"""What a fork does first, as a script each: the change, then the fork's own tests that see it. Green, or red with one line that says what to do."""

import json
import re
import shutil
import subprocess

import edition
import forks
import nbformat
import pytest
from bookpages import ROOT, build, exhibits, soup
from smallbook import said, write_notebook
from standout import ALONE, MARKS, PAGE, SHOWN, TOKENS, hidden_marks
from visits import opened

pytestmark = pytest.mark.build
#: What forks change, several things in one, and the tests that know what was changed; each change by itself too, and all in one: in `make test-all`, for what a
#: fork's author breaks, the fork's own tests say.
WALKS = {
    "other data under another title": (
        [forks.change_a_figure, forks.change_a_colour, forks.change_the_title, forks.add_a_city, forks.add_a_dataset, forks.remove_a_dataset],
        ["tests/data/test_record.py", "tests/data/test_data.py", "tests/charts/test_charts.py", "book/gba/charts/palette.py", "tests/edition/test_verdicts.py"],
    ),
    "an index of one's own": (
        [forks.change_a_weight, forks.change_a_goalpost, forks.leave_out_an_indicator, forks.compare_a_city],
        ["tests/index/test_sheet.py", "tests/index/test_worlds.py"],
    ),
    "a language and a chapter more": (
        [forks.add_a_language, forks.add_a_chapter, forks.rename_a_chapter],
        ["tests/pages/test_editions.py", "tests/edition/test_languages.py", "tests/build/test_notebooks.py", "tests/edition/test_form.py"],
    ),
    "no other language and a chapter less": (
        [forks.drop_the_languages, forks.remove_a_chapter],
        ["tests/pages/test_editions.py", "tests/edition/test_languages.py", "tests/build/test_notebooks.py", "tests/claims/test_claims.py"],
    ),
}
EVERY = [change for changes, _ in WALKS.values() for change in changes]
ALONE_TOO = [pytest.param([change], subset, id=change.__name__) for changes, subset in WALKS.values() for change in changes]


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


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "subset"), [*(pytest.param(*walk, id=name) for name, walk in WALKS.items()), *ALONE_TOO])
def test_a_fork_stays_green(fork, changes, subset):
    for change in changes:
        change(fork)
    forks.recorded(fork)
    assert forks.remove_a_chapter in changes or not checked(fork)
    done = forks.tested(fork, *subset)
    assert done.returncode == 0, done.stdout[-4000:]
    if left := re.findall(r"^.*findings do not hold here.*$", done.stdout, re.M):
        assert len(left) == 1 and re.search(r": \S+ .*is not this edition's: its findings are yours to hold; see book/a4-fork.md", left[0]), left


@pytest.mark.slow
def test_a_fork_that_changed_everything_stays_green(fork):
    """All of it in one, and all tests that need neither a build nor a browser, but those of the scaffolds and forks themselves."""
    for change in EVERY:
        if change is not forks.remove_a_chapter:
            change(fork)
    forks.change_the_language(fork)
    forks.recorded(fork)
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
    # Of another length too: Python takes a module that is as long and was written in the same second for the one it has compiled.
    path.write_text(good.replace('== "#', '== "##'), encoding="utf-8")
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


CHART = """import gba, altair as alt
rows = gba.load("gdp").query("place == 'shenzhen' and indicator == 'gdp_current_lcu'")
gba.figure(alt.Chart(rows).mark_bar(color="#f58518").encode(x="year:O", y="value:Q"), name="plain", title="GDP", subtitle="of Shenzhen",
           alt_text="A bar chart of the gross domestic product of Shenzhen by year.", rows=rows)"""
TOLD = r'a mark at \d+, \d+ and \d+ more: no colour of the palette #f58518 on paper #ffffff: 2\.\d\d:1, expected 3:1; take gba\.colour\("\w+"\) or .*'


def test_a_build_with_a_city_and_a_chapter_more_in_another_language_of_a_chart_in_colours_of_its_own(small, browser):
    """No script is asked for that is not there; and a plain Altair chart in Altair's own colours is told with colour, ground and the token to take."""
    shutil.copytree(ROOT / "tools" / "scaffold", small / "tools" / "scaffold")
    write_notebook(small / "book" / "01-first.ipynb", "x = 1")
    (small / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: book/01-first\n", encoding="utf-8")
    for change in (forks.add_a_city, forks.add_a_chapter, forks.change_the_language, forks.change_the_title):
        change(small)
    notebook = nbformat.read(small / "book/index.ipynb", as_version=4)
    notebook.cells[-1].source = CHART
    nbformat.write(notebook, small / "book/index.ipynb")
    result = build(small)
    assert result.returncode == 0, said(result)[-2500:]
    path = small / "_build/html/book/index.html"
    [chapter] = path.parent.glob("02-*.html")
    assert len(exhibits(chapter)) == 1
    assert len(forks.table(small / "_build/html/data/places.csv")) == len(forks.table(ROOT / "data/places.csv")) + 1
    page = opened(browser, path.as_uri(), color_scheme="light")
    assert page.evaluate("document.documentElement.lang") == "zh-TW"
    assert not page.complaints
    assert "Which harbour is first?" in page.content()
    assert not [tag["src"] for tag in soup(path).select("script[src]") if not (path.parent / tag["src"].partition("?")[0]).is_file()]
    page.evaluate(ALONE)
    page.evaluate(SHOWN)
    [told] = hidden_marks(page.query_selector("svg[data-shown]").evaluate(MARKS), page.evaluate(TOKENS), page.evaluate(PAGE))
    page.context.close()
    assert re.fullmatch(TOLD, told), told
