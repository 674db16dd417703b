"""Chapter 5 in a fork: it runs whatever the tables of the index say, and its words follow; what cannot be compared is refused by name."""

import re
from contextlib import closing

import forks
import nbformat
import pytest
from bookpages import ROOT, spoken, titled
from gba.data import describe
from gba.data.load import load
from gba.index import answer, composite
from gba.index.sheet import compared_cities, lacking, sheet
from gba_book.execute.kernels import Kernels
from nbclient import NotebookClient

CHAPTER = ROOT / "book" / "05-first-city.ipynb"


def change(data, table, row=None, /, where=None, **columns):
    """Change the rows of a table of the index that have `where`, or add one."""
    path = data / "index" / f"{table}.csv"
    rows = forks.table(path)
    if row:
        rows.append({**dict.fromkeys(rows[0], ""), **row})
        keys = list(rows[0])
        rows.sort(key=lambda one: [one[key] for key in keys[:3]])
    for one in rows:
        if where and all(one[key] == value for key, value in where.items()):
            one |= columns
    forks.rewrite(path, rows)
    describe.refresh(data)


def weight(data):
    pillar = sheet().scored[-1]
    change(data, "index_pillars", where={"pillar": pillar}, weight="3")
    return {"weighed": "with the weights of this book"}


def every_pillar(data):
    """Pillars that are only shown count, as far as all cities have an indicator of them."""
    for pillar in {sheet().indicators.at[key, "pillar"] for key in sheet().core} - set(sheet().scored):
        change(data, "index_pillars", where={"pillar": pillar}, scored="yes")
    return {}


def goalpost(data):
    change(
        data, "index_goalposts", {"indicator": "gdp_head", "end": "best", "date": "now", "kind": "standard", "value": "1000000", "reason": "beyond all cities"}
    )
    return {}


def indicator(data):
    """Of the pillar that has most; where a city is then below half of them, that is said."""
    pillars = sheet().indicators.loc[sheet().counted, "pillar"]
    change(data, "index_indicators", where={"indicator": pillars[pillars == pillars.value_counts().index[0]].index[0]}, role="left_out")
    return {}


def fewer_cities(data):
    last = compared_cities()[int(composite.index(sheet()).argmin())]
    change(data, "index_cities", where={"place": last}, role="bay")
    return {"all_told": "two"}


def more_cities(data):
    change(data, "index_cities", where={"place": peer()}, role="compared")
    return {"all_told": "four"}


def peer():
    """The peer that could be compared with the fewest figures."""
    could = {place: len(lacking(place)) for place in load("index_cities").query("role == 'peer'")["place"]}
    return max((place for place, gaps in could.items() if gaps <= len(sheet().core) / 2), key=could.get)


@pytest.fixture(scope="module")
def kernels():
    """Kernels that have done their imports, each with the data that it is given."""
    with closing(Kernels()) as started:
        yield started.ready()


def executed(kernels, data):
    """What the chapter puts out with other data."""
    notebook = nbformat.read(CHAPTER, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(f"import os; os.environ['GBA_DATA'] = {str(data)!r}"))
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        kernel_manager_class=kernels.manager_class,
        extra_arguments=list(kernels.arguments),
        resources={"metadata": {"path": str(CHAPTER.parent)}},
    ).execute()
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


#: What goes together in one run: only weights are in nobody's way, the others may leave cities that cannot be compared. A fork that changed a table runs the
#: chapter with it in any build.
TOGETHER = [(weight, goalpost), *(pytest.param(changes, marks=pytest.mark.slow) for changes in ((every_pillar, indicator), (fewer_cities,), (more_cities,)))]


@pytest.mark.xdist_group("tables of the index")
@pytest.mark.parametrize("changes", TOGETHER, ids=lambda changes: ", ".join(one.__name__ for one in changes))
def test_the_chapter_follows_the_tables(data_copy, kernels, changes):
    wanted = {}
    try:
        for change in changes:
            wanted |= change(data_copy)
        sheet()
    except LookupError as refused:  # what cannot be compared is refused in words
        assert weight not in changes and "index: " in str(refused)
        return
    outputs = executed(kernels, data_copy)
    said, titles = spoken(outputs), [*titled(outputs).values()]
    assert {name: said[name] for name in wanted} == wanted
    points = dict(zip(answer.city_names(sheet()).values(), composite.index(sheet()), strict=True))
    assert re.split(", | and ", said["points"]) == [f"{name} {100 * points[name]:.0f}" for name in sorted(points, key=points.get, reverse=True)]
    assert len(titles) == len(set(titles)) and not [title for title in titles if re.search(r"\bnan\b", title) or len(title) >= 100]


def test_a_city_without_figures_is_refused_by_name(data_copy):
    bare = next(place for place in load("index_cities").query("role == 'bay'")["place"] if len(lacking(place)) > len(sheet().core) / 2)
    change(data_copy, "index_cities", where={"place": bare}, role="compared")
    with pytest.raises(LookupError) as refused:
        answer.answer()
    told = str(refused.value)
    assert load("places").set_index("place").at[bare, "name_en"] in told and "it lacks" in told and "index_cities.csv" in told


def test_an_indicator_that_stands_nowhere_is_refused_by_name(data_copy):
    """It would leave the index in silence, and the chapter would tell another answer."""
    key = sheet().core[0]
    change(data_copy, "index_references", where={"indicator": key, "part": "value"}, observed="no_such_measure")
    with pytest.raises(LookupError, match=rf"index_references.csv has of {key} no_such_measure, of which \w+ has no row"):
        sheet()
    change(data_copy, "index_references", where={"indicator": key, "part": "value"}, part="residents")
    with pytest.raises(LookupError, match=rf"index_references.csv has of {key} no row of it"):
        sheet()


def test_a_goalpost_of_ones_own_stands_before_the_rule(data_copy):
    key = next(key for key in sheet().core if not sheet().cells.set_index("indicator").loc[key, "stated"].any())
    before = sheet().table().loc[key]
    best = 2 * sheet().cells.query("indicator == @key")["best"].iloc[0]
    change(data_copy, "index_goalposts", {"indicator": key, "end": "best", "date": "now", "kind": "standard", "value": f"{best}", "reason": "twice as far"})
    assert sheet().table().loc[key].to_numpy() == pytest.approx(before.to_numpy() / 2)


@pytest.mark.parametrize("far", [0.0, -1.0], ids=["level", "the wrong way round"])
def test_goalposts_that_no_city_can_stand_between_are_refused_by_name(data_copy, far):
    amounts = sheet().indicators.query("kind == 'amount'").index
    key = next(key for key in amounts if key in sheet().core and not sheet().cells.set_index("indicator").loc[key, "stated"].any())
    change(data_copy, "index_goalposts", {"indicator": key, "end": "best", "date": "now", "kind": "standard", "value": f"{far}", "reason": "a slip"})
    with pytest.raises(LookupError, match=rf"\({key}, now\): worst 0 .* and best {far:g} \(a slip\), expected the best above .*index_goalposts.csv"):
        sheet()
