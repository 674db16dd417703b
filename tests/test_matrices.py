"""The triangle of pairs and the table of answers."""

import pandas as pd
import pytest
from gba.matrices import answers, triangle

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
