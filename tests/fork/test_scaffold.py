"""The scaffolds: what they write passes the book's own tests, what they refuse they say, and what they do not finish they undo."""

import ast
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import forks
import gba
import nbformat
import pytest
import yaml
from bookpages import ROOT
from gba.data import datapackage as record
from gba.exhibit.figure import Figure
from gba.validate import run as checks
from prose import typed_numbers
from scaffold import changes, chapter, city, dataset, names, notebook, options, series, toc
from scaffold.refusal import Refused

OBSERVED = [name for name, entry in record.resources(record.read()).items() if entry["gba:kind"] == "observations"]
MAKERS = {"chapter": chapter.make, "dataset": dataset.make, "city": city.make}
TITLE = "Who can't afford to live here?"
#: Names that nothing has, in this repository or in a fork that took those of its examples.
PLACES = forks.table(ROOT / "data/places.csv")
TAKEN = {path.stem.partition("-")[2] for path in forks.chapters(ROOT)} | {path.stem for path in (ROOT / "data").rglob("*.csv")}
CHAPTER, DATASET, FOLDER = forks.free(TAKEN, "homes"), forks.free(TAKEN, "flat_rents"), forks.free({path.name for path in (ROOT / "data").iterdir()}, "homes")
CITY = forks.free({row["place"] for row in PLACES}, "wenling")
NUMBER = 1 + max(int(path.stem[:2]) for path in forks.chapters(ROOT))
FILE = f"{NUMBER:02}-{CHAPTER}"
SOURCE = DATASET.replace("_", "-")
LAST = forks.chapters(ROOT)[-1].stem
NAMES = {"en": CITY.capitalize(), "zh_hans": f"溫{CITY[7:]}"}
COLOURS = {"colour": "#3b5323", "dark": "#d7f2a0"}
GOOD = {
    "chapter": {"name": CHAPTER, "title": TITLE, "dataset": "gdp"},
    "dataset": {"name": DATASET, "folder": FOLDER, "title": "Prices of flats"},
    "city": {"name": CITY, **NAMES, "parent": "zhejiang", **COLOURS},
}


@pytest.fixture
def fork(tmp_path, monkeypatch):
    """A copy of the repository in a folder whose name has a space; the library reads its data."""
    root = forks.copy(tmp_path / "a fork")
    monkeypatch.setenv("GBA_DATA", str(root / "data"))
    return root


def scaffold(root, kind, **given):
    return MAKERS[kind](root, options.checked(kind, given))


def changed(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


# ---- names and options ---------------------------------------------------------------------------------------------


BAD = "Homes 2homes _x -x x_ x- x--y x__y ../x x/y /etc x.csv x;y $(x) café 香港 con nul com1 lpt9 ｘ"


@pytest.mark.parametrize("kind", ["chapter", "dataset", "folder", "city"])
def test_a_name_that_cannot_be_is_refused(kind):
    for name in (*BAD.split(), "two words", "x\\y", "x" * 41, "x\u200b"):
        with pytest.raises(Refused, match=r"found .*, expected .*; "):
            names.check(kind, name)


@pytest.mark.parametrize(
    ("kind", "name", "near"),
    [("dataset", "Flat Prices", "flat_prices"), ("chapter", "flat_prices", "flat-prices"), ("city", "São Paulo", "sao_paulo"), ("dataset", "2nd", "nd")],
)
def test_the_nearest_name_is_proposed(kind, name, near):
    with pytest.raises(Refused, match=f"try name={near}$"):
        names.check(kind, name)


@pytest.mark.parametrize(("kind", "name"), [("chapter", "homes"), ("chapter", "two-homes"), ("dataset", "flat_prices2"), ("city", "x")])
def test_a_good_name_passes(kind, name):
    assert names.check(kind, name) == name


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("chapter", {}, r'at name: found nothing, expected make chapter name=… title="…"; give name=…'),
        ("chapter", {"name": "homes"}, r"at title: found nothing"),
        ("chapter", {"name": CHAPTER, "title": "  "}, r"at title: found nothing"),
        ("chapter", {"name": "homes", "titel": "x"}, r"the option 'titel', expected one of .*did you mean 'title'"),
        ("dataset", {}, r"at name: found nothing"),
        ("dataset", {"name": "x", "title": "a\nb"}, r"at title: found 'a\\nb', expected one line of text"),
        ("city", {"name": "x", "en": ""}, r"at en: found nothing"),
    ],
)
def test_options_are_checked(kind, given, expected):
    with pytest.raises(Refused, match=expected):
        options.checked(kind, given)


# ---- what cannot be is refused, and nothing is touched -----------------------------------------------------------------

SOURCES = [row["source"] for row in forks.table(ROOT / "data/sources.csv")]
COLOUR = next(row["colour"] for row in PLACES if row["place"] == "shenzhen")
REFUSED = {
    "chapter name of a page": ("chapter", {"name": LAST[3:], "title": "x"}, f"'{LAST[3:]}', which book/{LAST}"),
    "chapter name of an appendix": ("chapter", {"name": "claims", "title": "x"}, r"'claims', which book/a1-claims"),
    "chapter name of the root": ("chapter", {"name": "index", "title": "x"}, r"'index', which book/index"),
    "chapter name that is no name": ("chapter", {"name": "../x", "title": "x"}, r"at name: found '\.\./x'"),
    "title with a figure": ("chapter", {"name": CHAPTER, "title": "The 12 best flats"}, r"a typed number in 'The 12 best flats'"),
    "title without words": ("chapter", {"name": CHAPTER, "title": "?!"}, r"at title: found '\?!', expected words"),
    "title too long": ("chapter", {"name": CHAPTER, "title": "x " * 80}, r"characters, expected 120 at most"),
    "unknown dataset": ("chapter", {"name": CHAPTER, "title": "x", "dataset": "gpd"}, r"no dataset 'gpd' \(did you mean 'gdp'"),
    "a ledger": ("chapter", {"name": CHAPTER, "title": "x", "dataset": "policies"}, r"'policies', which holds no observations"),
    "a geometry": ("chapter", {"name": CHAPTER, "title": "x", "dataset": "geo_cities"}, r"'geo_cities', which holds no observations"),
    "unknown indicator": (
        "chapter",
        {"name": CHAPTER, "title": "x", "dataset": "area", "indicator": "sea"},
        r"at indicator: found 'sea', expected one of land_area",
    ),
    "indicator alone": ("chapter", {"name": CHAPTER, "title": "x", "indicator": "land_area"}, r"expected a dataset= beside it"),
    "dataset that is there": ("dataset", {"name": "gdp", "title": "x"}, r"the dataset 'gdp' in data/datapackage.json \(data/history/gdp.csv\)"),
    "dataset of geometry": ("dataset", {"name": "geo_land", "folder": "x"}, r"the dataset 'geo_land'"),
    "reserved folder": ("dataset", {"name": "x", "folder": "geo"}, r"at folder: found 'geo', expected another folder"),
    "folder that is no name": ("dataset", {"name": "x", "folder": "../../tmp"}, r"at folder: found '\.\./\.\./tmp'"),
    "source that is no key": ("dataset", {"name": "x", "source": "Census 2020"}, r"at source: .*try source=census-2020"),
    "indicator that is no name": ("dataset", {"name": "x", "indicator": "Price (CNY)"}, r"at indicator: .*try indicator=price_cny"),
    "city that is there": ("city", {"name": "shenzhen", "en": "x"}, r"'shenzhen' at data/places.csv:\d+, expected a key that no place has"),
    "city of another's name": ("city", {"name": CITY, "en": "Guangzhou"}, r"at en: found 'Guangzhou', the name of 'guangzhou'"),
    "city of another's name in Chinese": ("city", {"name": CITY, "en": CITY, "zh_hans": "广州"}, r"at zh_hans: .*the name of 'guangzhou'"),
    "city named as a colour": ("city", {"name": "paper", "en": "Paper"}, r"'paper', a colour of"),
    "city without a name in English": ("city", {"name": CITY}, r"at en: found nothing"),
    "unknown parent": ("city", {"name": CITY, "en": CITY, "parent": "zhejang"}, r"at parent: .*did you mean 'zhejiang'"),
    "one of the eleven": ("city", {"name": CITY, "en": CITY, "parent": "prd9"}, r"whose 11 cities have boundaries"),
    "one colour of two": ("city", {"name": CITY, "en": CITY, "colour": "#005f73"}, r"at dark: found nothing, expected a colour"),
    "a colour's name": ("city", {"name": CITY, "en": CITY, "colour": "teal", "dark": "#8be0e8"}, r"at colour: found 'teal'"),
    "a colour that is taken": ("city", {"name": CITY, "en": CITY, "colour": COLOUR, "dark": "#8be0e8"}, r"the colour of 'shenzhen'"),
    "a colour that is too faint": (
        "city",
        {"name": CITY, "en": CITY, "colour": "#c0e0f0", "dark": "#8be0e8"},
        r"a contrast of 1\.\d with the page.*choose a darker one",
    ),
}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """One copy for all refusals: each has to leave it as it was."""
    root = forks.copy(tmp_path_factory.mktemp("refused") / "a fork")
    return root, forks.files(root)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_touched(untouched, case, monkeypatch):
    root, before = untouched
    monkeypatch.setenv("GBA_DATA", str(root / "data"))
    kind, given, expected = REFUSED[case]
    with pytest.raises(Refused, match=expected):
        scaffold(root, kind, **given)
    assert not changed(before, forks.files(root))


@pytest.mark.parametrize("kind", GOOD)
def test_the_same_again_is_refused(fork, kind):
    scaffold(fork, kind, **GOOD[kind])
    before = forks.files(fork)
    with pytest.raises(Refused):
        scaffold(fork, kind, **GOOD[kind])
    assert not changed(before, forks.files(fork))


@pytest.mark.parametrize(
    ("name", "spoil", "kind", "expected"),
    [
        ("_toc.yml", b"chapters: [", "chapter", r"_toc\.yml:\d+: .*expected a table of contents"),
        ("_toc.yml", b"format: jb-book\n", "chapter", r"_toc\.yml: .*expected a table of contents"),
        ("data/datapackage.json", b'{"resources": [\n{"name": "x",}\n]}', "dataset", r"data/datapackage\.json:2: .*expected JSON"),
        ("data/sources.csv", b"source,titel\nx,y\n", "city", r""),
        ("data/places.csv", b"\xff\xfe", "city", r"data/places\.csv: found byte 0 invalid in UTF-8"),
        (f"data/{FOLDER}", b"a file where the folder has to be", "dataset", rf"data/{FOLDER}: found a file, expected a folder"),
        (f"data/{FOLDER}/{DATASET}.csv", b"mine\n", "dataset", rf"data/{FOLDER}/{DATASET}\.csv: found a file of this name"),
        (f"book/{FILE}.md", b"# Mine\n", "chapter", rf"'{CHAPTER}', which book/{FILE}\.md has"),
    ],
)
def test_files_that_stand_in_the_way(fork, name, spoil, kind, expected):
    path = fork / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(spoil)
    before = forks.files(fork)
    if not expected:  # a city does not need the sources; it says that it cannot tell what it lacks
        told, _ = scaffold(fork, kind, **GOOD[kind])
        assert "cannot be told while the data have problems" in told[-1]
        return
    with pytest.raises(Refused, match=expected):
        scaffold(fork, kind, **GOOD[kind])
    assert not changed(before, forks.files(fork))


# ---- all or nothing ------------------------------------------------------------------------------------------------------


FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("kind", "call", "error"),
    [("chapter", "replace", FULL), ("dataset", "replace", KeyboardInterrupt()), ("city", "write", SystemExit()), ("dataset", "mkdir", FULL)],
    ids=["renaming, disk full", "renaming, interrupted", "writing, terminated", "folder, disk full"],
)
def test_a_failure_halfway_leaves_everything_as_it_was(fork, kind, call, error, monkeypatch):
    """Whichever renaming, writing or making of a folder fails: the first, the second, and so on until none is left to fail."""
    before = forks.files(fork)
    real = {"replace": os.replace, "write": Path.write_bytes, "mkdir": Path.mkdir}[call]
    for fatal in range(1, 12):
        count = Counter()

        def failing(*words, fatal=fatal, count=count, **more):
            count["calls"] += 1
            if count["calls"] == fatal:
                raise error
            return real(*words, **more)

        with monkeypatch.context() as patched:
            # The report that follows a change is not part of it, and writes to a folder of its own.
            patched.setattr(dataset, "missing", lambda *_: ([], True))
            patched.setattr(*{"replace": (os, "replace"), "write": (Path, "write_bytes"), "mkdir": (Path, "mkdir")}[call], failing)
            try:
                scaffold(fork, kind, **GOOD[kind])
            except BaseException as caught:
                assert caught is error, caught
            else:
                assert count["calls"] < fatal
                assert fatal > 1 or call == "mkdir", "nothing was made to fail"
                return
        assert not changed(before, forks.files(fork)), f"after the failure of call {fatal}"
    pytest.fail("it never succeeded")


def test_a_file_that_changes_meanwhile_is_not_overwritten(fork, monkeypatch):
    real = changes.Changes.apply

    def late(planned):
        (fork / "_toc.yml").write_text("saved by an editor\n", encoding="utf-8")
        return real(planned)

    monkeypatch.setattr(changes.Changes, "apply", late)
    with pytest.raises(Refused, match=r"_toc\.yml: found a file that has changed"):
        scaffold(fork, "chapter", **GOOD["chapter"])
    assert (fork / "_toc.yml").read_text(encoding="utf-8") == "saved by an editor\n"
    assert not list((fork / "book").glob(f"*{CHAPTER}*")) and not list(fork.rglob("*.scaffold-*"))


def test_a_link_stays_a_link_and_a_mode_stays_a_mode(fork):
    real = fork / "elsewhere.yml"
    (fork / "_toc.yml").rename(real)
    real.chmod(0o640)
    (fork / "_toc.yml").symlink_to(real)
    scaffold(fork, "chapter", **GOOD["chapter"])
    assert (fork / "_toc.yml").is_symlink() and FILE in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


# ---- what is there stays -------------------------------------------------------------------------------------------------


def is_subsequence(old, new):
    rest = iter(new)
    return all(any(line == other for other in rest) for line in old)


def test_what_was_typed_and_not_committed_stays(fork):
    """Rows, comments, spaces and entries of somebody's unfinished work, in every file that a scaffold edits."""
    typed = {
        "_toc.yml": ("chapters:\n", "# mine: order matters\nchapters:   # really\n"),
        "data/places.csv": ("shenzhen,Shenzhen", f"nowhere,Nowhere,,,area,,{gba.colour('other')},half done\nshenzhen,Shenzhen"),
        "data/sources.csv": (f"\n{SOURCES[9]},", f'\nblank-1,"quoted, for once",X,,2020,C,facts quoted,\n{SOURCES[9]},'),
        "data/datapackage.json": (f'"version": "{record.read()["version"]}",', '"version":    "1.2.0",  "gba:mine": [1,\n\n2],'),
        "book/gba/charts/palette.csv": ("other,", "dusk,#334455,#ccddee,mine\nother,"),
    }
    for name, (old, new) in typed.items():
        text = (fork / name).read_text(encoding="utf-8")
        assert old in text, name
        (fork / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    before = {name: (fork / name).read_text(encoding="utf-8").splitlines() for name in typed}
    seal = (fork / "data/datapackage.sha256").read_bytes()
    for kind, given in GOOD.items():
        if kind != "chapter":
            told, _ = scaffold(fork, kind, **given)
            assert any("make record" in line and "kept" in line for line in told)
    toc.add(planned := changes.Changes(fork), f"book/{FILE}")
    planned.apply()
    for name, lines in before.items():
        after = (fork / name).read_text(encoding="utf-8").splitlines()
        assert len(after) > len(lines) or name == "data/sources.csv", name
        kept = [line for line in lines if name != "data/datapackage.json" or not re.search(r'^   "(bytes|hash|gba:rows)":|^  }$', line)]
        assert is_subsequence(kept, after), name
    assert (fork / "data/datapackage.sha256").read_bytes() == seal, "a record that was edited by hand is not sealed behind one's back"
    told = "\n".join(map(str, checks.check_all(fork / "data")))
    assert "data/sources.csv: found" in told and "data/places.csv: found" in told, "what was typed is still to be recorded"


@pytest.mark.parametrize("kind", GOOD)
def test_windows_line_ends_and_byte_order_marks_stay(fork, kind):
    edited = ("_toc.yml", "data/places.csv", "data/sources.csv", "data/datapackage.json", "book/gba/charts/palette.csv")
    for name in edited:
        raw = (fork / name).read_bytes().replace(b"\n", b"\r\n")
        (fork / name).write_bytes(changes.BOM + raw if name.endswith("places.csv") else raw)
    before = forks.files(fork)
    scaffold(fork, kind, **GOOD[kind])
    for name in changed(before, forks.files(fork)) & set(edited):
        raw = (fork / name).read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n") > before[name].count(b"\n") - 1, name
        assert raw.startswith(changes.BOM) == name.endswith("places.csv")
    assert changed(before, forks.files(fork)) & set(edited)


TOCS = {
    "as the book's": ("root: i\nchapters:\n  - file: book/01-a\n  - file: book/a1-b\n", ["i", "book/01-a", "book/02-n", "book/a1-b"]),
    "with comments": ("root: i\nchapters:\n- file: book/01-a   # first\n# the appendix\n- file: book/a1-b\n", ["i", "book/01-a", "book/02-n", "book/a1-b"]),
    "with sections": (
        "root: i\nchapters:\n- file: book/01-a\n  sections:\n  - file: book/more\n- file: z\n",
        ["i", "book/01-a", "book/more", "book/02-n", "z"],
    ),
    "in parts": (
        "root: i\nparts:\n- caption: One\n  chapters:\n  - file: book/01-a.ipynb\n- caption: Two\n  chapters:\n  - file: z\n",
        ["i", "book/01-a", "book/02-n", "z"],
    ),
    "quoted": ("root: i\nchapters:\n- file: 'book/01-a'\n- file: \"z\"\n", ["i", "book/01-a", "book/02-n", "z"]),
    "without numbers": ("root: i\nchapters:\n- file: book/x\n", ["i", "book/02-n", "book/x"]),
    "without chapters": ("root: i\n", ["i", "book/02-n"]),
    "without a last line end": ("root: i\nchapters:\n- file: book/01-a", ["i", "book/01-a", "book/02-n"]),
    "out of order": ("root: i\nchapters:\n- file: book/02-b\n- file: book/01-a\n- file: z\n", ["i", "book/02-b", "book/01-a", "book/02-n", "z"]),
}


@pytest.mark.parametrize("case", TOCS)
def test_a_chapter_finds_its_place_in_the_contents(case):
    text, expected = TOCS[case]
    added = toc.with_chapter(text, "book/02-n")
    assert toc.documents(added) == expected
    assert is_subsequence([line for line in text.splitlines() if line], added.splitlines())
    yaml.safe_load(added)


def test_contents_of_another_form_are_refused():
    with pytest.raises(Refused, match="add the line `- file: book/02-n` yourself"):
        toc.with_chapter("root: i\nchapters: [{file: book/a}]\n", "book/02-n")


# ---- a chapter ---------------------------------------------------------------------------------------------------------------


def run_cells(cells):
    """Run the code of a chapter as a notebook would; what its last expressions give."""
    space, shown, said = {}, [], {}
    for identity, kind, source, _ in cells:
        if kind == "code":
            tree = ast.parse(source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, identity, "exec"), space)
            if last is not None:
                shown.append(eval(compile(ast.Expression(last.value), identity, "eval"), space))
    return shown, said


@pytest.fixture
def spoken(monkeypatch):
    """What a chapter says by name, as its cells run."""
    told = {}
    monkeypatch.setattr(gba, "say", lambda **values: told.update(values), raising=False)
    return told


@pytest.mark.parametrize("name", OBSERVED)
def test_a_chapter_on_any_dataset_runs_and_draws(name, spoken):
    """One figure from each dataset of the book, at both widths, in words that the tests of prose let pass."""
    drawn = series.of(name)
    path = record.resources(record.read())[name]["path"]
    cells = notebook.cells("06-x.ipynb", "x", TITLE, "", drawn, path, ["a2-data.ipynb"])
    shown, _ = run_cells(cells)
    [figure] = [one for one in shown if isinstance(one, Figure)]
    for width in (700, 350):
        spec = figure.spec(width)
        assert any(row.get("value") is not None or row.get("x") is not None for rows in spec["datasets"].values() for row in rows)
    assert figure.name == "x-compared" and len(figure.alt) > 40 and figure.sources
    prose = [source for _, kind, source, _ in cells if kind == "markdown"]
    assert not [hit for source in prose for hit in typed_numbers(source)]
    wanted = set(re.findall(r"\{glue:text\}`06-x\.ipynb::(\w+):", "".join(prose)))
    assert wanted <= spoken.keys(), f"{wanted - spoken.keys()} are spoken and never said"
    # What is compared can be: one unit, one row a place and year, places of one kind, all of them in every shared year.
    assert set(drawn.frame["unit"]) == {drawn.unit} and not drawn.frame.duplicated(["place", "year"]).any()
    assert len(set(gba.places()["kind"][drawn.places])) == 1 and drawn.years and len(drawn.places) <= series.MOST_PLACES
    assert all(set(drawn.frame.loc[drawn.frame["year"] == year, "place"]) == set(drawn.places) for year in drawn.years)
    for key, form in re.findall(r"\{glue:text\}`06-x\.ipynb::(\w+):([^`]*)`", "".join(prose)):
        assert format(spoken[key], form).strip(), key


@pytest.mark.parametrize(
    ("path", "indicator", "unit", "others", "best", "worst", "word"),
    [
        ("history/port_throughput.csv", "container_throughput", "TEU", [], max, min, "stood highest"),
        ("fintech/financial_centre_rank.csv", "gfci_rank", "rank", ["london"], min, max, "stood first"),
    ],
    ids=["amounts", "ranks, of which the first is best"],
)
def test_the_finding_is_that_of_the_file(spoken, path, indicator, unit, others, best, worst, word):
    """Recomputed from the rows without the library."""
    cells = notebook.cells("06-x.ipynb", "x", TITLE, "", series.of(Path(path).stem, indicator), path, [])
    run_cells(cells)
    with (record.root() / path).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == indicator and row["status"] == "main" and row["unit"] == unit]
    values = {(row["place"], row["period"][:4]): float(row["value"]) for row in sorted(rows, key=lambda row: row["period"])}
    places = ["hong_kong", "shenzhen", "guangzhou", *others]
    shared = sorted(year for year in {year for _, year in values} if all((place, year) in values for place in places))
    assert (spoken["first"], spoken["last"]) == (shared[0], shared[-1])
    latest = {place: values[place, shared[-1]] for place in places}
    assert (spoken["top_value"], spoken["bottom_value"]) == (best(latest.values()), worst(latest.values()))
    assert spoken["top"] == gba.places()["name_en"][best(latest, key=latest.get)]
    assert [one for one in ("stood highest", "stood first") if one in cells[0][2]] == [word]


def test_names_at_the_ends_of_lines_do_not_collide():
    drawn = series.of("financial_centre_rank", "gfci_rank")
    moved = series.nudges(drawn)
    ends = drawn.frame.loc[drawn.frame.groupby("place")["year"].idxmax()].set_index("place")["value"]
    high = max(0.0, drawn.frame["value"].max())
    low = min(0.0, drawn.frame["value"].min())
    heights = sorted((high - value) / (high - low) * series.PLOT_HEIGHT + moved.get(place, 0) for place, value in ends.items())
    assert all(below - above >= series.LABEL_HEIGHT - 1 for above, below in pairwise(heights))


def test_a_chapter_is_written_as_the_book_keeps_notebooks(fork):
    told, _ = scaffold(fork, "chapter", name=CHAPTER, title="R&D: *who* pays $5G?", dataset="area")
    path = fork / f"book/{FILE}.ipynb"
    content = nbformat.read(path, as_version=4)
    nbformat.validate(content)
    assert f"{FILE}.ipynb" in told[0] and not [cell for cell in content.cells if cell.get("outputs")]
    assert content.cells[0].source.startswith("# R&D: \\*who\\* pays \\$5G?")
    headings = [line for cell in content.cells if cell.cell_type == "markdown" for line in cell.source.splitlines() if line.startswith("#")]
    assert headings[-2:] == ["## What would change this", "## Related data and notebooks"] and "### What could be wrong with it" in headings
    assert toc.documents((fork / "_toc.yml").read_text(encoding="utf-8")).index(f"book/{FILE}") == len(forks.chapters(ROOT)) + 1
    scaffold(fork, "chapter", name=f"more-{CHAPTER}", title=TITLE, dataset="area")
    assert (fork / f"book/{NUMBER + 1:02}-more-{CHAPTER}.ipynb").is_file()


# ---- a dataset ---------------------------------------------------------------------------------------------------------------


def test_the_record_takes_an_entry_in_its_own_layout(fork):
    scaffold(fork, "dataset", **GOOD["dataset"])
    text = (fork / "data/datapackage.json").read_text(encoding="utf-8")
    assert text == record.written(json.loads(text))
    scaffolded = json.loads(text)["resources"][-1]
    pattern = record.resources(record.read(Path(record.root())))["area"]
    assert scaffolded["name"] == DATASET and set(pattern) == set(scaffolded), "the same properties as the other datasets"
    assert record.refresh(fork / "data") == [], "sizes, checksums and the record's own are right at once"


def fill(root, change):
    path = root / "data/datapackage.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["resources"][-1])
    path.write_text(record.written(content), encoding="utf-8", newline="\n")


def report(root):
    before = forks.files(root)
    told, complete = scaffold(root, "dataset", name=DATASET)
    assert not changed(before, forks.files(root)), "a report changes nothing"
    return told, complete


def test_what_is_missing_is_told_until_nothing_is(fork):
    first = scaffold(fork, "dataset", **GOOD["dataset"])[0]
    told, complete = report(fork)
    assert told == first[1:] and not complete
    at = "data/datapackage.json:"
    for property_ in (
        "description",
        f"gba:indicators[{DATASET}].unit",
        f"gba:indicators[{DATASET}].definition",
        f"gba:indicators[{DATASET}].direction",
        f"gba:indicators[{DATASET}].processing",
    ):
        assert [line for line in told if line.startswith(at) and f"resources[{DATASET}].{property_}: found nothing" in line], property_
    lines = (fork / "data/datapackage.json").read_text(encoding="utf-8").splitlines()
    for line in told:
        if line.startswith(at) and (found := re.match(r".*?:(\d+): at \S*[.](\w+): found nothing", line)):
            assert f'"{found[2]}"' in lines[int(found[1]) - 1], line
    assert [line for line in told if line.startswith(f"data/{FOLDER}/{DATASET}.csv:1: ")]
    empty = [line for line in told if re.match(r"data/sources\.csv:\d+: column (title|publisher|grade|licence): found an empty cell", line)]
    assert len(empty) == 4

    sources = (fork / "data/sources.csv").read_text(encoding="utf-8")
    (fork / "data/sources.csv").write_text(
        sources.replace(f"\n{SOURCE},,,,,,,\n", f"\n{SOURCE},Prices,An office,,2024,A,facts quoted,\n"), encoding="utf-8", newline="\n"
    )
    told, _ = report(fork)
    assert not [line for line in told if "empty cell" in line] and [line for line in told if "].unit" in line]

    table = fork / f"data/{FOLDER}/{DATASET}.csv"
    table.write_text(table.read_text(encoding="utf-8") + f"{DATASET},shenzen,2024,1,CNY_per_m2,{SOURCE},main,,\n", encoding="utf-8", newline="\n")
    told, _ = report(fork)
    assert [line for line in told if line.startswith(f"data/{FOLDER}/{DATASET}.csv:2: column place: found 'shenzen'")], (
        "the table is judged before the record is complete"
    )
    table.write_text(table.read_text(encoding="utf-8").replace("shenzen", "shenzhen"), encoding="utf-8", newline="\n")

    fill(fork, lambda entry: entry.update(description="Prices of flats."))
    fill(fork, lambda entry: entry["gba:indicators"][0].update(unit=["CNY_per_m2"], definition="Price", direction="upwards", processing="as printed"))
    told, complete = report(fork)
    assert not complete and len([line for line in told if line.startswith("data/")]) == 1 and "'upwards'" in told[1]
    fill(fork, lambda entry: entry["gba:indicators"][0].update(direction="none"))
    assert report(fork)[1]
    record.refresh(fork / "data")
    assert checks.check_all(fork / "data") == []
    assert gba.load(DATASET)["value"].tolist() == [1.0]
    assert series.of(DATASET).places == ["shenzhen"]


def test_a_known_source_needs_no_row(fork):
    before = (fork / "data/sources.csv").read_bytes()
    key = before.decode().splitlines()[1].split(",")[0]
    scaffold(fork, "dataset", **GOOD["dataset"], source=key)
    assert (fork / "data/sources.csv").read_bytes() == before


def test_check_data_tells_the_same_places(fork):
    scaffold(fork, "dataset", **GOOD["dataset"])
    environment = {**os.environ, "GBA_DATA": str(fork / "data")}
    done = subprocess.run([sys.executable, "-m", "gba.validate"], cwd=fork / "book", env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    reported = {line.split(": ")[0] for line in report(fork)[0] if line.startswith("data/")}
    checked = {line.split(": ")[0] for line in done.stdout.splitlines() if line.startswith("data/")}
    assert checked == reported - {f"data/{FOLDER}/{DATASET}.csv:1"}, "an entry without units closes its table, and nothing else"


def test_a_chapter_waits_for_its_dataset(fork):
    scaffold(fork, "dataset", **GOOD["dataset"])
    before = forks.files(fork)
    with pytest.raises(Refused, match=f"'{DATASET}' with problems"):
        scaffold(fork, "chapter", name=CHAPTER, title=TITLE, dataset=DATASET)
    assert not changed(before, forks.files(fork))


# ---- a city --------------------------------------------------------------------------------------------------------------------


def test_a_city_is_a_place_with_a_colour(fork):
    scaffold(fork, "city", **GOOD["city"])
    assert checks.check_all(fork / "data") == []
    place = gba.places().loc[CITY]
    assert place[["name_en", "name_zh_hans", "kind", "parent", "colour"]].tolist() == [*NAMES.values(), "city", "zhejiang", COLOURS["colour"]]
    tokens = [row["token"] for row in csv.DictReader(io.StringIO((fork / "book/gba/charts/palette.csv").read_text(encoding="utf-8")))]
    assert tokens.index(CITY) == tokens.index("other") - 1


def test_a_city_without_a_colour_has_that_of_all_others(fork):
    before = forks.files(fork)
    scaffold(fork, "city", name=CITY, en=CITY)
    assert changed(before, forks.files(fork)) == {"data/places.csv", "data/datapackage.json", "data/datapackage.sha256"}
    assert gba.places().loc[CITY, "colour"] == gba.colour("other")


def test_a_city_that_is_there_is_only_told_of(fork):
    before = forks.files(fork)
    told, _ = scaffold(fork, "city", name="singapore")
    assert not changed(before, forks.files(fork)) and "nothing was changed" in told[0]


@pytest.mark.parametrize("place", [CITY, "shenzhen", "singapore"])
def test_what_a_city_lacks_recomputed_from_the_files(place):
    """Indicators that the three cities all have and this place has not, and rows of the index's references, without the library."""

    def table(path):
        with (record.root() / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    expected = {}
    for name in OBSERVED:
        path = record.resources(record.read())[name]["path"]
        have = {}
        for row in table(path):
            have.setdefault(row["place"], set()).add(row["indicator"])
        lacking = set.intersection(*(have.get(city, set()) for city in ("hong_kong", "shenzhen", "guangzhou"))) - have.get(place, set())
        if lacking:
            expected[path] = lacking
    gaps = city.dataset_gaps(place)
    assert {row.path: set(row.names.split(", ")) for row in gaps.itertuples()} == expected
    rows = {(row["indicator"], row["date"]) for row in table("index/index_references.csv") if row["place"] == "hong_kong"}
    own = {(row["indicator"], row["date"]) for row in table("index/index_references.csv") if row["place"] == place}
    wanted = city.index_gaps(place)
    assert set(zip(wanted["indicator"], wanted["date"], strict=True)) == rows
    assert {(row.indicator, row.date) for row in wanted.itertuples() if row.referred} == rows & own
    told = "\n".join(city.lacks(place))
    assert f"{len(rows - own)} of {len(rows)} rows" in told


# ---- the commands ----------------------------------------------------------------------------------------------------------------


def make(root, environment, *words):
    return subprocess.run(["make", "--silent", *words], cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def environment(tmp_path):
    return forks.environment(tmp_path / "env")


def test_make_hands_on_titles_with_quotes_and_only_what_was_given(fork, environment):
    """Apostrophes, quotes and spaces survive; variables of the shell do not count; make's own are none of its business."""
    title = """Who "can't" pay R$ and $HOME; it & `why` # = (half)?"""
    done = make(
        fork,
        {**environment, "dataset": "nonsense", "question": "From a shell", "title": "No"},
        "chapter",
        f"name={CHAPTER}",
        f"title={title}",
        f"VENV={environment['VENV']}",
    )
    assert done.returncode == 0, done.stderr
    source = nbformat.read(fork / f"book/{FILE}.ipynb", as_version=4).cells[0].source
    assert source.startswith("# " + notebook._escaped(title) + "\n") and "From a shell" not in source


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["chapter"], 2, "make chapter: at name: found nothing"),
        (["city", "name=shenzhen", "en=x"], 2, "'shenzhen' at data/places.csv:"),
    ],
)
def test_make_refuses_with_a_message_and_a_code(untouched, environment, words, code, expected):
    root, before = untouched
    done = make(root, environment, *words)
    assert done.returncode == code
    assert expected in done.stderr and "Nothing was changed." in done.stderr and "Traceback" not in done.stderr
    assert not {name for name in changed(before, forks.files(root)) if "__pycache__" not in name}


@pytest.mark.slow
def test_a_stopped_command_changes_nothing(fork, environment):
    before = forks.files(fork)
    running = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; from scaffold import changes\nreal = changes.Changes._prepare\n"
         "def slow(*words):\n    real(*words); print('half way', flush=True); time.sleep(60)\n"
         f"changes.Changes._prepare = slow\nfrom scaffold.__main__ import main\nsys.exit(main(['city', 'name={CITY}', 'en={CITY}']))"],
        cwd=fork, env={**environment, "PYTHONPATH": f"{fork / 'tools'}{os.pathsep}{fork / 'book'}"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout.readline() == "half way\n"
    time.sleep(0.1)
    running.send_signal(signal.SIGTERM)
    _, complaints = running.communicate(timeout=60)
    assert running.returncode != 0 and "nothing was changed" in complaints
    assert not {name for name in changed(before, forks.files(fork)) if "__pycache__" not in name}
