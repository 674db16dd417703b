"""What a chart counts by the million, told in an edition that counts otherwise: drawing, live chart, table and CSV move the point alike."""

import copy

import pytest
from gba.exhibit.amounts import counted, power
from gba_book.publish.amounts import page_recounted, recount, recount_table, recounted

LINE = {
    "mark": "line",
    "encoding": {
        "x": {"field": "year", "type": "quantitative", "axis": {"format": "d"}},
        "y": {"field": "n", "type": "quantitative", "title": "million people"},
        "tooltip": [{"field": "year", "type": "quantitative", "format": "d"}, {"field": "n", "type": "quantitative", "title": "million people"}],
    },
}
WORDS = {"mark": {"type": "text"}, "data": {"name": "b"}, "encoding": {"y": LINE["encoding"]["y"], "text": {"field": "told", "type": "nominal"}}}
SPEC = {
    "title": {"text": "Residents", "subtitle": ["Residents at year end, million"]},
    "data": {"name": "a"},
    "layer": [LINE, WORDS],
    "datasets": {"a": [{"year": 2019, "n": 1.5}], "b": [{"told": "Shenzhen\n17.7"}, {"told": "2019"}, {"told": "census"}]},
}


def test_a_live_chart_moves_the_point_of_axis_tooltip_and_words_and_of_nothing_else():
    content = {"spec": copy.deepcopy(SPEC)}
    titles = recount(content)
    line, words = content["spec"]["layer"]
    assert titles == {"million people": "million", "Residents at year end, million": "million"}
    assert line["encoding"]["y"]["axis"]["labelExpr"] == "format(100 * datum.value, ',.12~r')"
    assert "labelExpr" not in line["encoding"]["x"]["axis"]
    year, n = line["encoding"]["tooltip"]
    assert year["field"] == "year" and n["field"] == "n told"
    assert line["transform"] == [{"calculate": "100 * datum['n']", "as": "n told"}]
    assert [row["told"] for row in content["spec"]["datasets"]["b"]] == ["Shenzhen\n1,770", "2019", "census"]
    assert content["spec"]["datasets"]["a"] == SPEC["datasets"]["a"], "the scale stays that of the data"
    assert words["encoding"]["y"]["axis"] == line["encoding"]["y"]["axis"], "layers that share an axis say the same of it"


def test_panels_with_titles_of_their_own_are_not_counted_by_the_subtitle():
    share = copy.deepcopy(LINE)
    del share["encoding"]["y"]["title"]
    money = copy.deepcopy(share)
    spec = {"hconcat": [{"title": "Per cent of output", **share}, {"title": {"text": ["Billion", "US dollars"]}, **money}]}
    [panel] = counted(spec, "Per cent of output, and million yuan")
    assert panel.power == "billion" and panel.views[0][0]["encoding"] == money["encoding"]
    spec["hconcat"][1]["title"] = "Money"
    assert [panel.power for panel in counted(spec, "Million yuan")] == ["million", "million"]
    assert counted(spec, "Million yuan of each billion") == []


@pytest.mark.parametrize("text", ["a million", "Million", "bn yuan"])
def test_a_title_names_a_power(text):
    assert power(text)


@pytest.mark.parametrize("text", ["20 billion yuan", "per million people", "a 10-billion fund", "Turnover (billion CNY)", "millionaires",
    "Ten thousand people", "Output, hundred million yuan", "A thousand million", "one in a million"])
def test_amounts_and_units_name_none(text):
    assert not power(text)


def test_a_drawing_gets_as_much_wider_as_its_numbers_grow_at_the_left():
    page = '<svg viewBox="0 0 350 200"><text data-by="million" text-anchor="end">30</text><text>30</text></svg>'
    said = page_recounted(page)
    assert '>3,000</text><text>30</text>' in said and 'viewBox="-17 0 367 200"' in said


def test_columns_and_rows_that_name_a_power_are_moved_and_years_are_not():
    rows = [["2019", 1.5, 3], ["2020", None, 4]]
    assert recount_table(["Year", "Billion yuan", "Firms"], rows) == {"Billion yuan": "billion"}
    assert rows == [["2019", 15.0, 3], ["2020", None, 4]]
    assert recounted("2019", "million") == "2019"


@pytest.mark.parametrize("other", ["Exports, billion yuan", "Residents, million"])
def test_of_two_axes_each_is_moved_with_its_word_or_neither(other):
    titles = {"x": "Imports, billion yuan", "y": other}
    axes = {axis: {"field": axis, "type": "quantitative", "title": title} for axis, title in titles.items()}
    content = {"spec": {"mark": "point", "encoding": {**axes, "tooltip": copy.deepcopy([*axes.values()])}}}
    said = recount(content)
    encoding = content["spec"]["encoding"]
    for (axis, title), tip in zip(titles.items(), encoding["tooltip"], strict=True):
        assert (title in said) == ("labelExpr" in encoding[axis].get("axis", {})) == tip["field"].endswith(" told")
    assert titles["x"] in said


def test_every_number_of_a_column_is_moved_however_it_is_written_and_no_date_of_a_row():
    rows = [["a", "2,019.5"], ["b", "−3"], ["c", "1e-2"], ["d", 0.04], ["e", float("nan")], ["f", "n/a"]]
    recount_table(["City", "Output, billion"], rows)
    assert [row[1] for row in rows[:4]] == ["20,195", "-30", "0.1", 0.4] and rows[5][1] == "n/a"
    rows = [["Residents, million", "2.5", "2019"]]
    recount_table(["What", "Number", "Year"], rows)
    assert rows == [["Residents, million", "250", "2019"]]
