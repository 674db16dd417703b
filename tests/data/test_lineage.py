"""The rows that a number answers with are those that it hangs on: one row altered at a time moves the numbers that show it, and no other."""

import ast
import json
import shutil
import sys
from types import SimpleNamespace

import gba
import numpy as np
import pytest
from bookpages import ROOT
from gba import lineage
from gba.data import datapackage

BOOK = ROOT / "book"

ONE_PER_CENT = 0.01 / lineage.STEP


def chapter(name: str) -> list[str]:
    cells = json.loads((BOOK / name).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.name for path in BOOK.glob("0[1-4]-*.ipynb")))
def test_altering_a_row_moves_the_numbers_that_show_it(name, record_property):
    code = lineage.program(*lineage.said_by(chapter(name)))
    _, found = lineage.followed(code)
    some = np.random.default_rng(1)
    with lineage.running(code) as (run, moved):
        base = run()
        place = {figure: row for row, figure in enumerate(moved.figures)}
        shown = {fact: {place[figure] for figure in rows} for fact, rows in found.items()}
        altered = sorted({*some.permutation(sorted(set().union(*shown.values())))[:60], *some.integers(0, len(place), 20)})
        after = [run(np.where(np.arange(len(place)) == row, ONE_PER_CENT, 0.0)) for row in altered]
    change = {fact: np.array([one[fact][0] - base[fact][0] for one in after]) / lineage.STEP for fact in shown}
    moves = {(fact, row) for fact in shown for run, row in enumerate(altered) if not abs(change[fact][run]) < 1e-6 * max(1, np.abs(change[fact]).max())}
    told = {(fact, row) for fact, rows in shown.items() for row in rows & set(altered)}
    precision, recall = len(told & moves) / len(told), len(told & moves) / len(moves)
    said = f"{len(shown)} numbers, {len(altered)} rows altered, {len(told)} pairs told: precision {precision:.3f}, recall {recall:.3f}"
    record_property("rows", said)
    print(name, said)
    assert precision >= 0.99 and recall >= 0.97


SMALL = [
    "import gba\nNOW = '2025'",
    "areas = gba.where(gba.load('area'), indicator='land_area')\none, two = (gba.value(areas, place=place) for place in ('shenzhen', 'guangzhou'))",
    "said = gba.facts(given=one, times=two / one, more=100 * (two / one - 1), both=one + two, now=NOW, year=str(areas['period'].max()), odd=one[0])",
]


def test_a_chapter_tells_the_rows_and_the_way():
    told = lineage.told(SMALL)
    ways = {name: (fact["way"], fact.get("marks", [])) for name, fact in told["facts"].items()}
    assert ways["given"] == ("given", [""])
    assert ways["times"] == ("quotient", ["×", "÷"]) and ways["more"] == ("change", ["×", "÷"])
    assert ways["both"] == ("total", ["+", "+"])
    assert ways["year"] == ways["odd"] == ("exhibit", [])  # neither is a sum of figures; one cannot be computed at all
    assert "now" not in ways and told["typed"] == ["now"]
    [row] = [told["rows"][at] for at in told["facts"]["given"]["rows"]]
    areas = gba.where(gba.load("area"), indicator="land_area", place="shenzhen")
    assert row[2:5] == ("Shenzhen", areas["period"].iloc[0], areas["value"].iloc[0])


def test_what_a_number_reads_runs_again_and_nothing_else():
    """A name given anew is not what it was, a name within a comprehension is its own, and a function reads when it is called."""
    read = ["areas = gba.load('area')", "rows = gba.where(areas, indicator='land_area')", "def twice(place):\n    return factor * gba.value(rows, place=place)"]
    other = ["rows = areas.head()", "for place in ('macao',):\n    areas_of = areas[areas['place'] == place]", "text = gba.facts(count=len(areas_of))"]
    cell = [read[0], *other[:2], *read[1:], "factor = 2", other[2], "text |= gba.facts(x=[twice(place) for place in ('shenzhen',)][0])"]
    statements, said = lineage.said_by(["import gba", "\n".join(cell)])
    code = lineage.program(statements, said)
    assert [ast.unparse(statements[at]) for at in sorted(code.arguments[1][2])] == [*read, "factor = 2"]
    _, found = lineage.followed(code)
    assert list(found["x"].values()) == pytest.approx([2 * gba.value(gba.where(gba.load("area"), indicator="land_area"), place="shenzhen")])


@pytest.fixture
def notebook(monkeypatch, tmp_path):
    """What a notebook of these cells answers, with the file of what it kept; and the numbers whose rows were looked for since."""
    looked = []
    explained = lineage.explained
    monkeypatch.setattr(lineage, "explained", lambda change, *more: looked.append(len(change)) or explained(change, *more))

    def asked(*cells):
        looked.clear()
        shell = SimpleNamespace(user_ns={"In": ["", *cells, "the question"], "Out": {}})
        monkeypatch.setattr("IPython.get_ipython", lambda: shell)
        return lineage.here(str(tmp_path / "kept" / "rows.json")), len(looked)

    return asked


def test_rows_are_looked_for_once(notebook):
    first, looked = notebook(*SMALL)
    assert looked >= 4 and first == lineage.told(SMALL)
    assert notebook(*SMALL) == (first, 0)
    assert notebook(SMALL[0] + "  # said", *SMALL[1:])[1] == 0
    anew, few = notebook(*SMALL[:2], SMALL[2].replace("two / one,", "one / two,"))
    assert 0 < few < looked and anew["facts"]["times"]["value"] == pytest.approx(1 / first["facts"]["times"]["value"], rel=1e-5)
    assert {name for name, fact in anew["facts"].items() if fact != first["facts"][name]} == {"times"}
    elsewhere, again = notebook(SMALL[0], SMALL[1].replace("guangzhou", "foshan"), SMALL[2])
    assert again and elsewhere["facts"]["both"] != first["facts"]["both"]


def test_rows_are_looked_for_again_when_the_data_are_others(notebook, monkeypatch, tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("GBA_DATA", str(tmp_path / "data"))
    datapackage.ASKED.clear()
    lineage.told(SMALL)
    assert notebook(*SMALL)[1] and notebook(*SMALL)[1] == 0
    table = tmp_path / "data" / "history" / "area.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("dongguan,2018,2460", "dongguan,2018,2461"), encoding="utf-8")
    assert notebook(*SMALL)[1]


def test_rows_are_looked_for_again_when_a_module_beside_the_library_is_another(notebook, monkeypatch, tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("GBA_DATA", str(tmp_path / "data"))
    datapackage.ASKED.clear()
    lineage.told(SMALL)
    mine = tmp_path / "mine.py"
    mine.write_text("FACTOR = 2\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "mine", SimpleNamespace(__file__=str(mine)))
    assert notebook(*SMALL)[1] and notebook(*SMALL)[1] == 0
    mine.write_text("FACTOR = 3\n", encoding="utf-8")
    assert notebook(*SMALL)[1]


@pytest.mark.parametrize("cells", [[], ["print(1)"], ["%matplotlib inline"], ["import nothing_like_it\ngba.facts(x=nothing_like_it.y)"]])
def test_what_cannot_be_followed_breaks_nothing(cells):
    assert not any(fact.get("rows") for fact in lineage.told(cells)["facts"].values())


@pytest.mark.parametrize("many", range(1, lineage.MOST + 3))
def test_rows_are_right_or_none_even_where_waves_are_alike(many):
    """Among thousands of figures some waves differ by less than what rounding adds; rows that only look right must not be told."""
    by, some = lineage.waves(4000), np.random.default_rng(many)
    right = 0
    for _ in range(40):
        rows = some.choice(by.shape[1], many, replace=False)
        moved = by[:, rows] @ (some.uniform(0.05, 1, many) * some.choice([-1, 1], many)) + some.normal(0, 1e-8, len(by))
        found = lineage.explained(moved, by)
        assert found is None or set(found) == set(rows)
        right += found is not None
    assert right >= 20 if many <= lineage.MOST else right == 0


@pytest.mark.parametrize("jump", [0.0, 1.0, np.nan])
@pytest.mark.parametrize("count", [0, 1, 2, 4000])
def test_what_moves_alike_in_every_run_hangs_on_no_row(count, jump):
    by = lineage.waves(count)
    assert lineage.explained(np.full(len(by), jump), by) is None


@pytest.mark.parametrize("count", [1, 2, lineage.MOST, lineage.MOST + 1])
def test_few_figures_are_told_apart(count):
    by = lineage.waves(count)
    parts = {row: (-1.0) ** row * (row + 1) for row in range(min(count, lineage.MOST))}
    assert lineage.explained(by[:, list(parts)] @ np.array([*parts.values()]), by) == pytest.approx(parts)
