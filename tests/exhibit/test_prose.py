"""What words may say of a value: no sentence prints a missing number, and all round as the charts do."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from gba.prose import Text, facts, spoken, told

MISSING = [None, float("nan"), np.float64("nan"), np.float32("inf"), float("-inf"), Decimal("NaN"), pd.NA, pd.NaT, np.datetime64("NaT")]
NO_TEXT = [[1], (1,), {"a": 1}, {1}, True, np.True_, pd.Timestamp("2019-01-01"), datetime.date(2019, 1, 1), np.datetime64("2019-01-01"), np.array([1.0])]
NO_TEXT += [pd.Series([1.0]), 1j, b"one", object()]


@pytest.mark.parametrize("value", [*MISSING, *NO_TEXT], ids=lambda value: type(value).__name__)
def test_a_value_without_plain_text_is_refused_by_name(value):
    with pytest.raises(ValueError, match=r"^growth is .*a sentence would print it"):
        facts(growth=value)
    with pytest.raises(ValueError, match="is "):
        Text("by {growth} per cent", {"growth": value})


@pytest.mark.parametrize("value", [2.5, np.float32(2.5), np.float64(2.5), Decimal("2.5")], ids=repr)
def test_every_number_rounds_half_away_from_zero(value):
    facts(half=value, below=-value)
    assert [spoken("half:.0f"), spoken("below:.0f"), spoken("half:.1f")] == ["3", "-3", "2.5"]
    assert Text("{half:.0f} {half}", {"half": value}) == "3 2.5"


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (1e6, "g", "1000000"), (1e6, "", "1000000.0"), (1234567, ",.3g", "1,230,000"), (1e-7, "g", "0.0000001"), (1e22, "s", "10000000000000000000000"),
        (-0.4, ".0f", "0"), (0.125, ".0%", "13%"), (0.125, "+.1%", "+12.5%"), (2018.0, "d", "2018"), (12345.5, ",.0f", "12,346"), (0, ".1f", "0.0"),
        (7.25, ">6.1f", "   7.3"),
    ],
)  # fmt: skip
def test_how_numbers_are_said(value, form, said):
    assert told(value, form) == said


def test_whole_numbers_and_words_stand_as_they_are_and_a_format_that_does_not_fit_is_refused():
    for value in (7, np.int64(7), np.uint8(7), "7", np.str_("7")):
        facts(seven=value)
        assert spoken("seven") == spoken("seven:s") == "7"
    for value, form in ((2018.5, "d"), ("many", ".0f"), (3.0, "x")):
        with pytest.raises(ValueError, match="format"):
            told(value, form)
