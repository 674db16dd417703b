"""Loading: every dataset of the record, the pick rule on constructed cells, and refusals that say what is wrong."""

import re
import subprocess
import sys

import gba
import minidata
import pandas as pd
import pytest
from bookpages import ROOT, table
from gba.data import datapackage as record
from gba.data.load import pick

DATA = record.root()
ENTRIES = {name: entry for name, entry in record.resources(record.read(DATA)).items() if record.is_table(entry)}
OBSERVED = {name: entry for name, entry in ENTRIES.items() if entry["gba:kind"] == "observations"}


@pytest.mark.parametrize("name", ENTRIES)
def test_columns_are_those_of_the_schema_and_typed_and_no_row_is_lost(name):
    frame = gba.load(name)
    fields = ENTRIES[name]["schema"]["fields"]
    assert list(frame.columns[: len(fields)]) == [field["name"] for field in fields]
    kinds = {"number": "float64", "integer": "Int64", "year": "Int64", "boolean": "boolean", "string": "str", "yearmonth": "str"}
    for field in fields:
        if field["type"] in kinds:
            assert str(frame[field["name"]].dtype) == kinds[field["type"]], field["name"]
    every, lines = gba.load(name, every_source=True), table(DATA / ENTRIES[name]["path"])
    assert len(every) == len(lines)
    for column in (field["name"] for field in fields if field["type"] == "string"):
        assert every[column].fillna("").tolist() == [line[column] for line in lines]


@pytest.mark.parametrize("name", OBSERVED)
def test_one_row_a_cell_and_every_cell(name):
    cell = OBSERVED[name]["gba:cell"]
    picked, every = gba.load(name), gba.load(name, every_source=True)
    assert not picked.duplicated(cell).any()
    assert len(picked) == len(every.drop_duplicates(cell))
    assert picked["n_sources"].sum() == len(every)
    assert (picked["year"] == picked["period"].str[:4].astype(int)).all()
    key = [*cell, "source", "value"]
    assert len(picked[key].merge(every[key], how="inner")) == len(picked)
    has_main = every[every["status"] == "main"].drop_duplicates(cell)[cell]
    assert picked[picked["status"] == "aside"][cell].merge(has_main, how="inner").empty, "an aside row is picked only where no main row is"


def test_datasets_lists_what_loads():
    listed = gba.datasets()
    assert listed["name"].tolist() == list(ENTRIES)
    assert listed.set_index("name")["rows"].to_dict() == {name: len(gba.load(name, every_source=True)) for name in ENTRIES}


CELLS = [
    # rows as (source, status, value); the sources are those of the miniature
    pytest.param([("bureau-2019", "main", 1), ("press-2024", "main", 2)], 1, id="grade before date"),
    pytest.param([("bureau-2021", "aside", 1), ("blog", "main", 2)], 2, id="status before grade"),
    pytest.param([("bureau-2019", "main", 1), ("bureau-2021", "main", 2)], 2, id="newer source of one grade"),
    pytest.param([("blog", "main", 1), ("dated-blog", "main", 2)], 2, id="a date before no date"),
    pytest.param([("year-only", "main", 1), ("bureau-2021", "main", 2)], 2, id="2021 is taken as earlier than 2021-03"),
    pytest.param([("bureau-2019", "main", 1), ("twin-2019", "main", 2)], 1, id="file order last"),
    pytest.param([("twin-2019", "main", 1), ("bureau-2019", "main", 2)], 1, id="file order, not the name"),
    pytest.param([("blog", "aside", 1), ("bureau-2019", "aside", 2)], 2, id="aside rows alone are picked by grade"),
    pytest.param([("blog", "aside", 1)], 1, id="a lone aside row is kept"),
]
GRADES = pd.DataFrame(
    {
        "blog": ["C", None],
        "dated-blog": ["C", "2001"],
        "bureau-2019": ["A", "2019"],
        "twin-2019": ["A", "2019"],
        "year-only": ["A", "2021"],
        "bureau-2021": ["A", "2021-03"],
        "press-2024": ["B", "2024-05-01"],
    },
    index=["grade", "date"],
).T


def cell_rows(cell, **more):
    return pd.DataFrame([{"place": "shenzhen", "source": source, "status": status, "value": value, **more} for source, status, value in cell])


@pytest.mark.parametrize(("cell", "expected"), CELLS)
def test_pick_rule(cell, expected):
    picked = pick(cell_rows(cell), GRADES, ["place"])
    assert picked["value"].tolist() == [expected]
    assert picked["n_sources"].tolist() == [len(cell)]


def test_pick_keeps_cells_apart_and_in_order_also_by_an_empty_key():
    rows = pd.concat([cell_rows([("blog", "main", 1)], item="b"), cell_rows([("blog", "main", 2), ("press-2024", "main", 3)], item=None)], ignore_index=True)
    picked = pick(rows, GRADES, ["place", "item"])
    assert picked["value"].tolist() == [1, 3]
    assert picked.index.tolist() == [0, 2]


def test_load_of_the_miniature(mini):
    gdp = gba.load("gdp")
    chosen = gdp[(gdp["place"] == "shenzhen") & (gdp["period"] == "2018")]
    assert chosen[["value", "source", "n_sources"]].to_numpy().tolist() == [[220.0, "bureau-2019", 2]]
    assert gdp.columns[-2:].tolist() == ["year", "n_sources"]
    assert gba.load("gdp", every_source=True)["value"].tolist()[4:6] == [220.0, 221.5]
    events = gba.load("events").set_index("event")
    assert events.loc["bridge", ["founded", "open", "sources"]].tolist() == [2018, True, "bureau-2019; press-2024"]
    assert events.loc["zone", "date"] == pd.Timestamp(1980, 8, 26)
    assert pd.isna(events.loc["zone", "open"])
    assert gba.indicators("gdp").loc["gdp_current", ["unit", "maximum"]].tolist() == ["CNY_100m; HKD_million", 100000.0]


def test_frames_are_the_callers_own(mini):
    for frame in (gba.load("gdp"), gba.load("gdp", every_source=True), gba.load("events"), gba.places()):
        frame.loc[:, frame.columns[-3]] = None
        frame.insert(0, "mine", 1)
    for frame, size in ((gba.load("gdp"), 11), (gba.load("gdp", every_source=True), 10), (gba.load("events"), 8), (gba.places(), 7)):
        assert frame[frame.columns[-3]].notna().any()
        assert frame.shape[1] == size


def test_a_changed_file_is_read_again(mini):
    """The dataset, of the same size and of another; a grade that decides nothing, and one that does."""

    def chosen():
        return gba.load("gdp").query("place == 'shenzhen' and period == '2018'")["value"].item()

    changes = [
        ("history/gdp.csv", "2018,220,", "2018,222,", 222), ("history/gdp.csv", "2018,222,", "2018,2200,", 2200),
        ("sources.csv", "2019,2026-11-24,A,", "2019,2026-11-24,B,", 2200), ("history/gdp.csv", "aside,superseded vintage", "main,", 221.5),
        ("sources.csv", "2021-03,2026-11-24,A,", "2021-03,2026-11-24,C,", 2200),
    ]  # fmt: skip
    assert chosen() == 220
    for path, old, new, expected in changes:
        minidata.edit(mini / path, old, new)
        assert chosen() == expected, new


@pytest.mark.parametrize("name", ["gpd", "cities", ""])
def test_unknown_name_lists_the_names(mini, name):
    with pytest.raises(gba.data.UnknownDataset, match="the datasets are: breaks, events, gdp, places, ranks, shares, sources") as caught:
        gba.load(name)
    assert ("did you mean 'gdp'" in str(caught.value)) == (name == "gpd")


def test_a_broken_file_is_refused_with_all_its_problems(mini):
    minidata.edit(mini / "history/gdp.csv", "2018,2842,", "2018,n/a,")
    minidata.edit(mini / "history/gdp.csv", "2019,230,", '2019,"2,300",')
    with pytest.raises(gba.DataError) as caught:
        gba.load("gdp")
    assert len(caught.value.problems) == 2
    assert "data/history/gdp.csv:4: column value: found 'n/a', expected a finite number" in str(caught.value)
    assert "data/history/gdp.csv:8: column value: found '2,300', expected a number in plain digits; write 2300" in str(caught.value)
    assert len(gba.load("shares")) == 4, "one broken file does not close the others"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("history/gdp.csv", "value,unit", "values,unit", ":1: column values: found the column 'values', expected 'value' in this place"),
        ("history/gdp.csv", "main,,after the census", "main,after the census", ":3: found 8 fields, expected 9 fields"),
        ("history/gdp.csv", '"quoted, with a comma"', '"quoted, with', ":8: found unbalanced quotes"),
        ("history/gdp.csv", "after the census", b"caf\xe9", ":3: found the byte 0xe9, invalid in UTF-8"),
        ("history/gdp.csv", None, None, ": found no file, expected the file that the descriptor lists"),
        ("datapackage.json", '"version": "1.0.0",', '"version": "1.0.0"', ":6: found Expecting ',' delimiter"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(mini, path, old, new, expected):
    minidata.edit(mini / path, old, new) if old else (mini / path).unlink()
    with pytest.raises(gba.DataError, match=re.escape(f"data/{path}{expected}")):
        gba.load("gdp")


@pytest.mark.parametrize(
    ("code", "absent"), [("import gba", "pandas altair geopandas"), ("import gba; gba.load('gdp')", "gba.validate yaml")], ids=["import", "load"]
)
def test_the_library_imports_no_more_than_it_needs(code, absent):
    code = f"{code}; import sys; print([name for name in {absent.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "book", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_untidy_form_and_what_is_readable_but_wrong_close_no_file(mini):
    """They are for the checks to tell."""
    before = gba.load("gdp")
    assert gba.breaks("gdp")["last_before"].tolist() == ["2018"] and gba.breaks("shares").empty
    path = mini / "history/gdp.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(gba.load("gdp"), before)
    minidata.edit(path, "gdp_current,guangzhou,2018", "gdp_current,guanzhou,2018")
    assert "guanzhou" in set(gba.load("gdp")["place"])


def test_every_name_of_a_package_is_there_and_another_names_what_there_is():
    packages = (gba, gba.charts, gba.data, gba.index, gba.maps)
    assert [getattr(package, name) for package in packages for name in dir(package) if not name.startswith("_")]
    with pytest.raises(AttributeError, match=re.escape("it has load, datasets, places")):
        gba.nothing  # noqa: B018


#: What a program may have set for itself, by what shows it.
SETTINGS = {
    "pandas": "import pandas; print(sorted((name, repr(pandas.get_option(name))) for name in pandas._config.config._registered_options))",
    "numpy": "import numpy; print(numpy.get_printoptions(), numpy.geterr())",
    "warnings": "import warnings; print([one for one in warnings.filters if 'gba' in str(one)])",
    "time and language": "import locale, time; print(locale.getlocale(), time.tzname)",
    "chance": "import random, numpy; print(random.getstate()[1][:3], numpy.random.get_state()[1][:3])",
}


@pytest.mark.parametrize("of", SETTINGS)
def test_to_import_the_library_and_to_load_changes_nothing_for_the_rest_of_a_program(of):
    lines = "import random, numpy, pandas; random.seed(1); numpy.random.seed(1); pandas.set_option('display.max_rows', 77)"
    use = "import gba; gba.load('gdp'); gba.datasets(); gba.figure, gba.charts, gba.maps, gba.index.sheet"
    code = "\n".join([lines, SETTINGS[of], use, SETTINGS[of]])
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "book", capture_output=True, text=True, check=True)
    before, after = done.stdout.splitlines()
    assert before == after
