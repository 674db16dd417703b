"""The triangle of pairs and the table of answers."""

import pandas as pd
import pytest
from gba.charts.matrices import answers, triangle

PAIRS = pd.DataFrame({"a": ["x", "z", "y"], "b": ["y", "x", "z"], "class": ["in", "out", "in"], "told": ["5", "", "7"], "pair": ["x-y", "x-z", "y-z"]})


@pytest.mark.parametrize("width", [700, 350])
def test_every_pair_is_one_cell_whatever_its_order(width):
    spec = triangle(PAIRS, width, names={"x": "X", "y": "Y", "z": "Z"}, classes={"in": ("in", "seq5", "paper"), "out": ("out", "nodata", "ink")}).to_dict()
    cells = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert len({(cell["x"], cell["y"]) for cell in cells}) == 3
    assert all(cell["x2"] <= width for cell in cells)


@pytest.mark.parametrize("width", [700, 350])
def test_answers_have_a_mark_and_a_word(width):
    table = pd.DataFrame({"text": ["thing"], "q": ["yes"], "q_told": ["since 2020"]})
    text = str(answers(table, width, columns=["q"], words={"yes": ("good", "circle")}).to_dict())
    assert "since 2020" in text and "thing" in text


@pytest.mark.parametrize("width", [700, 350])
def test_the_key_of_answers_stands_over_their_heads(width):
    table = pd.DataFrame({"text": ["thing"], "a long question": ["yes"], "a long question_told": ["2020"]})
    looks = {"yes": ("good", "circle"), "no": ("bad", "square")}
    spec = answers(table, width, columns=["a long question"], words=looks, named={"yes": "borne out", "no": "not"}).to_dict()
    high = {rows[0]["name"]: layer["encoding"]["y"]["value"] for layer in spec["layer"] if "name" in (rows := spec["datasets"][layer["data"]["name"]])[0]}
    head = min(layer["encoding"]["y"]["value"] for layer in spec["layer"] if spec["datasets"][layer["data"]["name"]][0].get("text") == "a long question")
    assert set(high) == {"borne out", "not"}
    assert max(high.values()) < head
    assert "borne out" not in str(answers(table, width, columns=["a long question"], words=looks).to_dict())
