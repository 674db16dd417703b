"""The scaffolds: what they write runs and passes the checks, and what they refuse they say, with nothing changed."""

import ast
import datetime
import json
import re
import shutil
import subprocess

import forks
import gba
import nbformat
import pytest
from bookpages import read
from gba.data import datapackage, describe
from gba.exhibit.figure import Figure
from gba.validate import run as checks
from minidata import edit
from prose import typed_numbers
from scaffold import chapter, city, dataset, options, tidy
from scaffold.options import Refused

OBSERVED = [name for name, entry in datapackage.resources(datapackage.read()).items() if entry["gba:kind"] == "observations"]
MAKERS = {"chapter": chapter.make, "dataset": dataset.make, "city": city.make, "tidy": tidy.make}
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


NEAR = {"dataset": ("Flat Prices", "flat_prices"), "chapter": ("flat_prices", "flat-prices"), "city": ("São Paulo", "sao_paulo")}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_name_that_cannot_be_is_refused_and_the_nearest_proposed(kind):
    bad = ["Homes", "2homes", "_x", "x-", "x--y", "x__y", "../x", "x/y", "/etc", "x.csv", "x;y", "$(x)", "café", "香港", "con", "lpt9", "ｘ"]
    for name in [*bad, "two words", "x" * 41]:
        with pytest.raises(Refused, match=r"found .*, expected .*; "):
            options.name(kind, name)
    assert options.name(kind, "homes2") == "homes2"
    if kind in NEAR:
        with pytest.raises(Refused, match=f"try name={NEAR[kind][1]}$"):
            options.name(kind, NEAR[kind][0])


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


IN_THE_WAY = [
    ("_toc.yml", b"chapters: [", "chapter", r"_toc\.yml: .*add the line `- file: book/\d\d-test-homes` yourself"),
    ("data/test_homes/test_prices.csv", b"mine\n", "dataset", r"data/test_homes/test_prices\.csv: found a file of this name"),
    ("data/test_homes", b"a file where the folder has to be", "dataset", r"data/test_homes: found a file, expected a folder"),
    ("data/history/area.meta.yml", b"title: a: b", "dataset", r"data/history/area\.meta\.yml:1: .*expected YAML"),
]


def test_files_that_stand_in_the_way(fork):
    """One after the other, each taken away again."""
    for name, spoil, kind, expected in IN_THE_WAY:
        path, was = fork / name, (fork / name).read_bytes() if (fork / name).is_file() else None
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(spoil)
        before = forks.files(fork)
        with pytest.raises((Refused, gba.DataError), match=expected):
            scaffold(fork, kind, **GOOD[kind])
        assert not changed(before, forks.files(fork)), name
        path.write_bytes(was) if was else path.unlink()
        if not was:
            shutil.rmtree(fork / "data/test_homes", ignore_errors=True)


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
    rows = [row for row in read(about["path"]) if row["indicator"] == about["indicator"] and row["unit"] == unit and row["status"] == "main"]
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

    today = datetime.date.today().isoformat()
    edit(sources, f"\ntest-prices,,,,,,{today},,,\n", f"\ntest-prices,Prices,An office,,,2024,{today},A,facts quoted,\n")
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
    tokens = [row["token"] for row in forks.table(fork / "book/gba/charts/palette.csv")]
    assert tokens.index("test_city") == tokens.index("other") - 1
    before = forks.files(fork)
    assert "nothing was changed" in scaffold(fork, "city", name="test_city")[0][0] and not changed(before, forks.files(fork))
    scaffold(fork, "city", name="test_town", en="Test Town")
    assert gba.places().loc["test_town", "colour"] == gba.colour("other")
    with (fork / "data/places.csv").open("a", encoding="utf-8", newline="\n") as places:  # many at once are rows of the table
        places.write("".join(f"test_city_{letter},City {letter},,,city,china,,\n" for letter in "abcdefghij"))
    describe.refresh(fork / "data")
    assert [str(problem) for problem in checks.check_all(fork / "data")] == []
    assert "test_city_j" in gba.places().index


@pytest.mark.parametrize("place", ["nowhere", "shenzhen", "singapore"])
def test_what_a_city_lacks_recomputed_from_the_files(place):
    """Indicators that the cities of the index all have and this place has not, and how many of the index's own, without the library."""
    expected = {}
    for name in OBSERVED:
        path, have = datapackage.resources(datapackage.read())[name]["path"], {}
        for row in read(path):
            have.setdefault(row["place"], set()).add(row["indicator"])
        lacks = set.intersection(*(have.get(one, set()) for one in city.compared_cities())) - have.get(place, set())
        expected |= {path: lacks} if lacks else {}
    assert {row.path: set(row.names.split(", ")) for row in city.dataset_gaps(place).itertuples()} == expected
    core = [row["title"] for row in read("index/index_indicators.csv") if row["role"] == "core"]
    told = "\n".join(city.lacks(place))
    lacking = int(re.search(r"figures of (\d+) core indicators", told)[1])
    assert lacking == sum(f"\n  {title}: " in told for title in core)
    assert (lacking == len(core)) == (place == "nowhere") and (lacking == 0) == (place in city.compared_cities())


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


# ---- a table that a spreadsheet has saved --------------------------------------------------------------------------

SAVED = {
    "semicolons": (lambda text: text.replace(",", ";"), "put commas between the cells, in place of semicolons"),
    "tabs": (lambda text: text.replace(",", "\t"), "in place of tabs"),
    "full-width commas": (lambda text: text.replace(",", "，"), "in place of full-width commas"),
    "byte order mark": (lambda text: "\ufeff" + text, "take the byte order mark out"),
    "line ends": (lambda text: text.replace("\n", "\r\n"), "end lines with LF"),
    "old line ends": (lambda text: text.replace("\n", "\r"), "end lines with LF"),
    "no last line end": (lambda text: text.rstrip("\n"), "a line end after every line"),
    "unsorted": (lambda text: "".join([(lines := text.splitlines(keepends=True))[0], *reversed(lines[1:])]), "sort the rows by indicator, place"),
    "quotes": (lambda text: re.sub(r"[^,\n]+", r'"\g<0>"', text), "write quotes only where a cell needs them"),
    "spaces and empty lines": (lambda text: text.replace(",", " , ").replace("\n", "\n\n") + ",,,\n", "take out spaces around cells, and empty lines"),
    "columns in another order": (
        lambda text: "".join(f"{line.rpartition(',')[2]},{line.rpartition(',')[0]}\n" for line in text.splitlines()),
        "put the columns in their order",
    ),
    "an empty line above the header": (lambda text: "\n" + text, "take out what stands above the header"),
    "a title above the header": (lambda text: "Flats of the bay\n\n" + text, "take out what stands above the header"),
    "the separator in a line": (lambda text: "sep=;\n" + text.replace(",", ";"), "take out what stands above the header"),
    "columns without a name": (lambda text: text.replace("\n", ",,,\n"), "take out the last columns, which have no name and no cell"),
    "all that Excel does": (lambda text: "\ufeff" + text.replace(",", ";").replace("\n", "\r\n"), "take the byte order mark out"),
}


@pytest.fixture
def flats(mini):
    """A table beside those of the miniature, sorted and tidy, without a cell that needs quotes: the checks of all data take seconds."""
    scaffold(mini.parent, "dataset", name="test_flats", folder="test_homes")
    path = mini / "test_homes/test_flats.csv"
    rows = [f"test_flats,{place},{year},{year - 2000}.5,index,test-flats,main,,\n" for place in ("hong_kong", "shenzhen") for year in (2019, 2020)]
    path.write_text(path.read_text(encoding="utf-8") + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(("change", "step"), SAVED.values(), ids=SAVED)
def test_a_table_that_a_spreadsheet_saved_is_mended_once_that_is_asked(mini, flats, change, step):
    tidy_text = flats.read_bytes()
    assert scaffold(mini.parent, "tidy", name="test_flats") == (["data/test_homes/test_flats.csv has nothing to tidy."], True)
    spoilt = change(tidy_text.decode()).encode()
    flats.write_bytes(spoilt)
    problems = [str(one) for one in checks.check_all(mini, checksums=False) if one.file.endswith("test_flats.csv")]
    told, done = scaffold(mini.parent, "tidy", name="test_flats")
    assert not done
    assert step in "\n".join(told)
    assert "make tidy name=test_flats write=yes" in told[-1]
    assert flats.read_bytes() == spoilt, "showing changes nothing"
    scaffold(mini.parent, "tidy", name="test_flats", write="yes")
    assert flats.read_bytes() == tidy_text
    assert any("make tidy name=test_flats mends it" in problem for problem in problems), problems
    assert len(problems) <= 1 + spoilt.count(b"\n"), "what is wrong is told once"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(b"place", b"city"), "expected the columns indicator,place"),
        (lambda text: text.replace(b"hong_kong", "香港".encode("gb18030")), "which encoding it has cannot be known"),
        (lambda text: text + b'"open,', "unbalanced quotes"),
        (lambda text: text + b"one,two\n", "found one,two, expected the columns"),
    ],
)
def test_what_cannot_be_mended_with_certainty_is_left_alone(mini, flats, change, said):
    spoilt = change(flats.read_bytes())
    flats.write_bytes(spoilt)
    with pytest.raises(Refused, match=re.escape(said)):
        scaffold(mini.parent, "tidy", name="test_flats", write="yes")
    assert flats.read_bytes() == spoilt


@pytest.mark.parametrize(
    ("plain", "written", "decimal", "step"),
    [
        ("19.5", "19,5", "comma", "write decimal points"),
        ("19500", "19,500", "point", "write numbers in plain digits"),
        ("19500.5", "19 500.5", "point", "write numbers in plain digits"),
        ("19500", "\uff11\uff19\uff15\uff10\uff10", "point", "write numbers in plain digits"),
    ],
)
def test_a_value_is_touched_by_tidying_only_if_it_is_said_how_numbers_are_written(mini, flats, plain, written, decimal, step):
    tidy_text = flats.read_text(encoding="utf-8").replace("19.5", plain)
    flats.write_text(tidy_text.replace(",", ";").replace(plain, written), encoding="utf-8")
    scaffold(mini.parent, "tidy", name="test_flats", write="yes")
    assert written in flats.read_text(encoding="utf-8"), "how it is meant the checks ask"
    assert step in "".join(scaffold(mini.parent, "tidy", name="test_flats", decimal=decimal)[0])
    scaffold(mini.parent, "tidy", name="test_flats", decimal=decimal, write="yes")
    assert flats.read_text(encoding="utf-8") == tidy_text


def test_a_dataset_may_begin_with_several_indicators(mini):
    scaffold(mini.parent, "dataset", name="test_rents", folder="test_homes", indicator="rent_offices, rent_flats", title="Rents")
    meta = (mini / "test_homes/test_rents.meta.yml").read_text(encoding="utf-8")
    assert re.findall(r"^  (rent_\w+):$", meta, re.M) == ["rent_flats", "rent_offices"]
    assert meta.count("processing:") == 2
    told, _ = scaffold(mini.parent, "dataset", name="test_rents")
    for key in ("unit", "title"):
        assert {name for line in told for name in re.findall(rf"at indicators\.(\w+)\.{key}", line)} == {"rent_flats", "rent_offices"}, key


def test_geography_of_a_fork_is_read_by_its_name(mini):
    folder = mini / "test_homes"
    folder.mkdir()
    point = '{"type": "Feature", "properties": {"block": "a"}, "geometry": {"type": "Point", "coordinates": [114.1, 22.5]}}'
    (folder / "test_blocks.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{point}]}}\n', encoding="utf-8")
    undescribed = [str(problem) for problem in checks.check_all(mini, checksums=False)]
    assert any("test_blocks.geojson: found a file that nothing describes" in problem for problem in undescribed)
    said = "title: Blocks\ndescription: Where the blocks stand.\nkind: geometry\nlicence: CC-BY-4.0\nsources:\n- title: Our survey\n"
    (folder / "test_blocks.meta.yml").write_text(said, encoding="utf-8")
    describe.refresh(mini)
    assert not [str(problem) for problem in checks.check_all(mini) if "test_blocks" in str(problem)]
    assert list(gba.maps.geometry("test_blocks")["block"]) == ["a"]
    ring = [[114, 22], [115, 22], [115, 23], [114, 22]]  # as RFC 7946 has it; Vega would fill the world around it
    (folder / "test_blocks.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    assert not gba.maps.geometry("test_blocks").geometry[0].exterior.is_ccw
    with pytest.raises(gba.data.UnknownDataset, match="did you mean 'test_blocks'"):
        gba.maps.geometry("test_block")
