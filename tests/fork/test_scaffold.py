"""The scaffolds: what they write runs and passes the checks, and what they refuse they say, with nothing changed."""

import ast
import csv
import io
import re
import subprocess

import forks
import gba
import nbformat
import pytest
from gba.data import datapackage, describe
from gba.exhibit.figure import Figure
from gba.validate import run as checks
from prose import typed_numbers
from scaffold import chapter, city, dataset, options
from scaffold.options import Refused

OBSERVED = [name for name, entry in datapackage.resources(datapackage.read()).items() if entry["gba:kind"] == "observations"]
MAKERS = {"chapter": chapter.make, "dataset": dataset.make, "city": city.make}
TITLE = "Who can't afford to live here?"
#: Names that no fork is likely to have taken.
GOOD = {
    "chapter": {"name": "test-homes", "title": TITLE, "dataset": OBSERVED[0]},
    "dataset": {"name": "test_prices", "folder": "test_homes", "title": "Prices of flats"},
    "city": {"name": "test_city", "en": "Test City", "zh_hans": "试城", "parent": "china", "colour": "#005f74", "dark": "#8be0e9"},
}


@pytest.fixture
def fork(tmp_path, monkeypatch):
    """A copy of the repository in a folder whose name has a space; the library reads its data."""
    root = forks.copy(tmp_path / "a fork")
    monkeypatch.setenv("GBA_DATA", str(root / "data"))
    return root


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """One copy for all refusals: each has to leave it as it was."""
    root = forks.copy(tmp_path_factory.mktemp("refused") / "a fork")
    return root, forks.files(root)


def scaffold(root, kind, **given):
    return MAKERS[kind](root, options.checked(kind, given))


def changed(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name) and "__pycache__" not in name}


# ---- names and options ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MAKERS)
def test_a_name_that_cannot_be_is_refused(kind):
    bad = ["Homes", "2homes", "_x", "x-", "x--y", "x__y", "../x", "x/y", "/etc", "x.csv", "x;y", "$(x)", "café", "香港", "con", "lpt9", "ｘ"]
    for name in [*bad, "two words", "x" * 41]:
        with pytest.raises(Refused, match=r"found .*, expected .*; "):
            options.name(kind, name)
    assert options.name(kind, "homes2") == "homes2"


@pytest.mark.parametrize(
    ("kind", "name", "near"), [("dataset", "Flat Prices", "flat_prices"), ("chapter", "flat_prices", "flat-prices"), ("city", "São Paulo", "sao_paulo")]
)
def test_the_nearest_name_is_proposed(kind, name, near):
    with pytest.raises(Refused, match=f"try name={near}$"):
        options.name(kind, name)


REFUSED = [
    ("chapter", {}, r'at name: found nothing, expected make chapter name=… title="…"; give name=…'),
    ("chapter", {"name": "x", "titel": "x"}, r"the option 'titel', expected one of .*did you mean 'title'"),
    ("dataset", {"name": "x", "title": "a\nb"}, r"at title: found 'a\\nb', expected one line of text"),
    ("chapter", {"name": "claims", "title": "x"}, r"'claims', which book/a1-claims"),
    ("chapter", {"name": "index", "title": "x"}, r"'index', which book/index"),
    ("chapter", {"name": "test-x", "title": "The 12 best flats"}, r"a typed number in 'The 12 best flats'"),
    ("chapter", {"name": "test-x", "title": "?!"}, r"at title: found '\?!', expected words"),
    ("chapter", {"name": "test-x", "title": "x " * 80}, r"characters, expected 120 at most"),
    ("chapter", {"name": "test-x", "title": "x", "dataset": "sourcs"}, r"no dataset 'sourcs'"),
    ("chapter", {"name": "test-x", "title": "x", "dataset": "places"}, r"'places', which holds no observations"),
    ("chapter", {"name": "test-x", "title": "x", "dataset": OBSERVED[0], "indicator": "sea"}, r"at indicator: found 'sea', expected one of"),
    ("chapter", {"name": "test-x", "title": "x", "indicator": "sea"}, r"expected a dataset= beside it"),
    ("dataset", {"name": OBSERVED[0], "title": "x"}, rf"the dataset '{OBSERVED[0]}' in data/.*\.meta\.yml, expected a name that no dataset has"),
    ("dataset", {"name": "test_x", "folder": "geo"}, r"at folder: found 'geo', expected another folder"),
    ("dataset", {"name": "test_x", "folder": "../../tmp"}, r"at folder: found '\.\./\.\./tmp'"),
    ("dataset", {"name": "test_x", "source": "Census 2020"}, r"at source: .*try source=census-2020"),
    ("dataset", {"name": "test_x", "indicator": "Price (CNY)"}, r"at indicator: .*try indicator=price_cny"),
    ("city", {"name": "shenzhen", "en": "x"}, r"'shenzhen' at data/places.csv:\d+, expected a key that no place has"),
    ("city", {"name": "canton", "en": "Guangzhou"}, r"at en: found 'Guangzhou', the name of 'guangzhou'"),
    ("city", {"name": "paper", "en": "Paper"}, r"'paper', a colour of"),
    ("city", {"name": "test_x"}, r"at en: found nothing"),
    ("city", {"name": "test_x", "en": "X", "parent": "chna"}, r"at parent: .*did you mean 'china'"),
    ("city", {"name": "test_x", "en": "X", "parent": "prd9"}, r"whose \d+ cities have boundaries"),
    ("city", {"name": "test_x", "en": "X", "colour": "#005f74"}, r"at dark: found nothing, expected a colour"),
    ("city", {"name": "test_x", "en": "X", "colour": "#ffffff", "dark": "#8be0e9"}, r"the colour of 'paper'"),
    ("city", {"name": "test_x", "en": "X", "colour": "#c0e0f1", "dark": "#8be0e9"}, r"a contrast of 1\.\d with the page.*choose a darker one"),
]


@pytest.mark.parametrize(("kind", "given", "expected"), REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_touched(untouched, kind, given, expected, monkeypatch):
    root, before = untouched
    monkeypatch.setenv("GBA_DATA", str(root / "data"))
    with pytest.raises(Refused, match=expected):
        scaffold(root, kind, **given)
    assert not changed(before, forks.files(root))


@pytest.mark.parametrize(
    ("name", "spoil", "kind", "expected"),
    [
        ("_toc.yml", b"chapters: [", "chapter", r"_toc\.yml: .*add the line `- file: book/\d\d-test-homes` yourself"),
        ("data/history/area.meta.yml", b"title: a: b", "dataset", r"data/history/area\.meta\.yml:1: .*expected YAML"),
        ("data/test_homes", b"a file where the folder has to be", "dataset", r"data/test_homes: found a file, expected a folder"),
        ("data/test_homes/test_prices.csv", b"mine\n", "dataset", r"data/test_homes/test_prices\.csv: found a file of this name"),
    ],
)
def test_files_that_stand_in_the_way(fork, name, spoil, kind, expected):
    (fork / name).parent.mkdir(exist_ok=True)
    (fork / name).write_bytes(spoil)
    before = forks.files(fork)
    with pytest.raises((Refused, gba.DataError), match=expected):
        scaffold(fork, kind, **GOOD[kind])
    assert not changed(before, forks.files(fork))


# ---- a chapter ---------------------------------------------------------------------------------------------------------------


def run(cells):
    """Run the code of a chapter as a notebook would: what its last expressions give, and its names."""
    space, shown = {}, []
    for identity, kind, source, _ in cells:
        if kind == "code":
            tree = ast.parse(source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, identity, "exec"), space)
            if last is not None:
                shown.append(eval(compile(ast.Expression(last.value), identity, "eval"), space))
    return shown, space


@pytest.mark.parametrize("name", OBSERVED)
def test_a_chapter_on_any_dataset_runs_and_draws(name):
    """One figure from each dataset, at both widths, of places that can be compared, in words that the tests of prose let pass."""
    frame, about = chapter.drawn(name, "")
    kinds = gba.places()["kind"]
    assert not frame.duplicated(["place", "year"]).any() and frame["unit"].nunique() == 1 and len({kinds[place] for place in about["places"]}) == 1
    cells = chapter.cells("x", {"title": TITLE, "question": ""}, frame, about, ["a2-data.ipynb"])
    shown, space = run(cells)
    [figure] = [one for one in shown if isinstance(one, Figure)]
    for width in (700, 350):
        assert any(row.get("value") is not None for rows in figure.spec(width)["datasets"].values() for row in rows)
    assert figure.name == "x-compared" and len(figure.alt) > 40 and figure.sources
    code = [source for _, kind, source, _ in cells if kind == "code"]
    assert len(code) == 3 and all(len(source.splitlines()) <= 25 for source in code)
    prose = "\n".join(source for _, kind, source, _ in cells if kind == "markdown")
    assert not typed_numbers(prose) and "$" not in prose
    for key, form in re.findall(r"\{glue:text\}`(\w+):([^`]*)`", prose):
        assert format(space["said"][key], form).strip(), key


@pytest.mark.parametrize(
    ("unit", "best", "word"), [("rank", min, "stood first"), ("percent", max, "stood highest")], ids=["ranks, of which the first is best", "amounts"]
)
def test_the_finding_is_that_of_the_file(unit, best, word):
    """Recomputed from the rows without the library."""
    choices = (chapter.drawn(name, "") for name in OBSERVED)
    frame, about = next((frame, about) for frame, about in choices if about["unit"] == unit and len(about["places"]) > 1 and not about["aside"])
    cells = chapter.cells("x", {"title": TITLE, "question": ""}, frame, about, [])
    said = run(cells)[1]["said"]
    with (datapackage.root() / about["path"]).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == about["indicator"] and row["unit"] == unit and row["status"] == "main"]
    rows = [row for row in rows if all(row[key] == (value if isinstance(value, str) else "") for key, value in about["held"].items())]
    values = {(row["place"], row["period"][:4]): float(row["value"]) for row in sorted(rows, key=lambda row: row["period"])}
    last = max(year for _, year in values if all((place, year) in values for place in about["places"]))
    latest = {place: values[place, last] for place in about["places"]}
    assert (said["last"], said["top_value"]) == (last, best(latest.values()))
    assert said["top"] == gba.places()["name_en"][best(latest, key=latest.get)] and word in cells[0][2]


def test_a_chapter_is_written_as_the_book_keeps_notebooks(fork):
    numbers = [int(path.name[:2]) for path in (fork / "book").glob("[0-9][0-9]-*")]
    scaffold(fork, "chapter", **{**GOOD["chapter"], "title": "R&D: *who* pays $5G?"})
    scaffold(fork, "chapter", name="test-more", title=TITLE)
    path = fork / f"book/{max(numbers) + 1:02d}-test-homes.ipynb"
    content = nbformat.read(path, as_version=4)
    nbformat.validate(content)
    assert not [cell for cell in content.cells if cell.get("outputs")] and path.read_text(encoding="utf-8").startswith('{\n "cells"')
    assert content.cells[0].source.startswith("# R&D: \\*who\\* pays \\$5G?")
    toc = (fork / "_toc.yml").read_text(encoding="utf-8")
    assert toc.index(path.stem) < toc.index(f"{max(numbers) + 2:02d}-test-more") < toc.index("a1-")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("root: i\nchapters:\n- file: book/01-a\n  sections:\n  - file: book/more\n", "- file: z\n"),
        ("root: i\nchapters:\n- file: 'book/01-a'   # first\n", ""),
        ("root: i\nparts:\n- caption: One\n  chapters:\n  - file: book/01-a.ipynb\n", "- caption: Two\n  chapters:\n  - file: z\n"),
    ],
)
def test_a_chapter_finds_its_place_in_the_contents(before, after):
    indent = "  " if "parts" in before else ""
    assert chapter.with_chapter(before + after, "book/02-n") == f"{before}{indent}- file: book/02-n\n{after}"


# ---- a dataset ---------------------------------------------------------------------------------------------------------------


def lacking(root):
    before = forks.files(root)
    told, complete = scaffold(root, "dataset", name="test_prices")
    assert not changed(before, forks.files(root)), "a report changes nothing"
    return "\n".join(told), complete


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def test_what_is_missing_is_told_until_nothing_is(fork):
    scaffold(fork, "dataset", **GOOD["dataset"])
    meta, table, sources = fork / "data/test_homes/test_prices.meta.yml", fork / "data/test_homes/test_prices.csv", fork / "data/sources.csv"
    told, complete = lacking(fork)
    assert not complete and re.search(r"test_prices\.csv:1: found a header and no row", told)
    lines = meta.read_text(encoding="utf-8").splitlines()
    for key in ("unit", "definition", "direction", "processing", "licence"):
        [number] = re.findall(rf"test_prices\.meta\.yml:(\d+): at (?:\S*\.)?{key}: found nothing", told)
        assert lines[int(number) - 1].strip().startswith(f"{key}:")
    assert "ask the source under which licence" in told and len(re.findall(r"data/sources\.csv:\d+: column \w+: found an empty cell", told)) == 4

    edit(sources, "\ntest-prices,,,,,,,\n", "\ntest-prices,Prices,An office,,2024,A,facts quoted,\n")
    table.write_text(table.read_text(encoding="utf-8") + "test_prices,shenzen,2024,1,CNY,test-prices,main,,\n", encoding="utf-8", newline="\n")
    told = lacking(fork)[0]
    assert "empty cell" not in told and "test_prices.csv:2: column place: found 'shenzen'" in told, "the table is judged before its description is complete"
    edit(table, "shenzen", "shenzhen")
    for old, new in (("description:\n", "description: Prices of flats.\n"), ("licence:\n", "licence: CC-BY-4.0\n"), ("unit:\n", "unit: CNY\n")):
        edit(meta, old, new)
    edit(meta, "definition:\n", "definition: Price\n")
    edit(meta, "direction:  # higher_better, lower_better or none\n", "direction: none\n")
    edit(meta, "processing:  # as printed, converted or computed\n", "processing: as printed\n")
    assert lacking(fork)[1], lacking(fork)[0]
    assert describe.refresh(fork / "data") and checks.check_all(fork / "data") == []
    assert gba.load("test_prices")["value"].tolist() == [1.0] and chapter.drawn("test_prices", "")[1]["places"] == ["shenzhen"]


# ---- a city --------------------------------------------------------------------------------------------------------------------


def test_a_city_is_a_place_with_a_colour_and_is_only_told_of_when_it_is_there(fork):
    told, _ = scaffold(fork, "city", **GOOD["city"])
    assert checks.check_all(fork / "data") == [] and any("What test_city lacks" in line for line in told)
    assert gba.places().loc["test_city", ["name_en", "name_zh_hans", "kind", "parent", "colour"]].tolist() == ["Test City", "试城", "city", "china", "#005f74"]
    tokens = [row["token"] for row in csv.DictReader(io.StringIO((fork / "book/gba/charts/palette.csv").read_text(encoding="utf-8")))]
    assert tokens.index("test_city") == tokens.index("other") - 1
    before = forks.files(fork)
    assert "nothing was changed" in scaffold(fork, "city", name="test_city")[0][0] and not changed(before, forks.files(fork))
    scaffold(fork, "city", name="test_town", en="Test Town")
    assert gba.places().loc["test_town", "colour"] == gba.colour("other")


@pytest.mark.parametrize("place", ["nowhere", "shenzhen", "singapore"])
def test_what_a_city_lacks_recomputed_from_the_files(place):
    """Indicators that the cities of the index all have and this place has not, and rows of the index's references, without the library."""

    def table(path):
        with (datapackage.root() / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    expected = {}
    for name in OBSERVED:
        path, have = datapackage.resources(datapackage.read())[name]["path"], {}
        for row in table(path):
            have.setdefault(row["place"], set()).add(row["indicator"])
        lacks = set.intersection(*(have.get(one, set()) for one in city.CITIES)) - have.get(place, set())
        expected |= {path: lacks} if lacks else {}
    assert {row.path: set(row.names.split(", ")) for row in city.dataset_gaps(place).itertuples()} == expected
    rows, own = ({(row["indicator"], row["date"]) for row in table("index/index_references.csv") if row["place"] == key} for key in (city.CITIES[0], place))
    assert f"{len(rows - own)} of {len(rows)} rows" in "\n".join(city.lacks(place))


# ---- the commands ----------------------------------------------------------------------------------------------------------------


def test_make_hands_on_what_was_given_and_says_what_it_refuses(fork, tmp_path):
    """Apostrophes, quotes and spaces survive, variables of the shell do not count, and a refusal has its code and changes nothing."""
    environment = forks.environment(tmp_path / "env")

    def make(*words, **more):
        words = ["make", "--silent", *words, f"VENV={environment['VENV']}"]
        return subprocess.run(words, cwd=fork, env={**environment, **more}, capture_output=True, text=True, encoding="utf-8", check=False)

    title = """Who "can't" pay R$ and $HOME; it & `why` # = (half)?"""
    done = make("chapter", "name=test-homes", f"title={title}", dataset="nonsense", question="From a shell", title="No")
    assert done.returncode == 0, done.stderr
    [path] = (fork / "book").glob("*-test-homes.ipynb")
    source = nbformat.read(path, as_version=4).cells[0].source
    assert """# Who "can't" pay R\\$ and \\$HOME; it & \\`why\\` \\# = (half)?\n""" in source and "From a shell" not in source
    before = forks.files(fork)
    for words, expected in ((["dataset"], "make dataset: at name: found nothing"), (["city", "name=shenzhen", "en=x"], "'shenzhen' at data/places.csv")):
        done = make(*words)
        assert done.returncode == 2 and expected in done.stderr and "Nothing was changed." in done.stderr and "Traceback" not in done.stderr
    assert not changed(before, forks.files(fork))
