"""Counts and tables as drawings: what is drawn is what was given."""

import pandas as pd
import pytest
from gba.charts.tables import answers, cells, orders, squares, triangle
from vegalite import drawn, every

KINDS = {"a": ("kind a", "good", "square", True), "b": ("kind b", "bad", "cross", False)}
PAIRS = pd.DataFrame({"a": ["x", "z", "y"], "b": ["y", "x", "z"], "class": ["in", "out", "in"], "told": ["5", "", "7"], "pair": ["x-y", "x-z", "y-z"]})


@pytest.mark.parametrize("width", [700, 350])
def test_every_pair_is_one_cell_whatever_its_order(width):
    chart = triangle(PAIRS, width, names={"x": "X", "y": "Y", "z": "Z"}, classes={"in": ("in", "seq5", "paper"), "out": ("out", "nodata", "ink")})
    boxes = every(chart, "rect")
    assert len({(cell["x"], cell["y"]) for cell in boxes}) == 3
    assert all(cell["x2"] <= width for cell in boxes)


@pytest.mark.parametrize("width", [700, 350])
def test_squares_show_every_thing_once_within_the_width(width):
    frame = pd.DataFrame({"group": ["one"] * 50 + ["two"], "kind": ["b"] * 30 + ["a"] * 21, "told": "x"})
    points = every(squares(frame, width, kinds=KINDS), "point", "told")
    assert len(points) == 51
    assert len({(row["x"], row["y"]) for row in points}) == 51
    assert max(row["x"] for row in points) < width - 10


def test_cells_do_not_overlap_and_empty_cells_stay_empty():
    frame = pd.DataFrame({"row": ["r", "s"], "column": ["c", "d"], "text": ["1", ""], "fill": "seq1", "ink": "ink", "told": "x"})
    boxes = every(cells(frame, 350, rows={"r": "R", "s": "S"}, columns={"c": "C", "d": "D"}), "rect")
    assert len(boxes) == 2
    assert boxes[0]["x2"] < boxes[1]["x"] and boxes[0]["y2"] < boxes[1]["y"]


def test_orders_share_a_column():
    frame = pd.DataFrame({"text": "list", "column": ["first", "none", "none"], "place": ["hong_kong", "shenzhen", "guangzhou"], "told": ["A", "B", "C"]})
    assert len({row["x"] for row in every(orders(frame, 350, columns=["first", "not seen"]), "rect")}) == 3


@pytest.mark.parametrize("width", [700, 350])
def test_answers_have_a_mark_and_a_word_and_their_key_stands_over_the_heads(width):
    table = pd.DataFrame({"text": ["thing"], "a long question": ["yes"], "a long question_told": ["since 2020"]})
    looks = {"yes": ("good", "circle"), "no": ("bad", "square")}
    chart = answers(table, width, columns=["a long question"], words=looks, named={"yes": "borne out", "no": "not"})
    assert [row["text"] for rows in drawn(chart, "point", shape="circle") for row in rows if "answer" in row] == ["since 2020"]
    spec = chart.to_dict()
    heights = {}
    for layer in spec["layer"]:
        row = spec["datasets"][layer["data"]["name"]][0]
        heights |= {word: layer["encoding"]["y"]["value"] for word in (row.get("name"), row.get("head")) if word}
    assert max(heights["borne out"], heights["not"]) < min(height for word, height in heights.items() if word not in ("borne out", "not"))
    assert "borne out" not in str(answers(table, width, columns=["a long question"], words=looks).to_dict())
