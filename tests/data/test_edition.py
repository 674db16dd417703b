"""What has moved between two editions, on small ones whose differences are known."""

import gzip
import json
import re

import gba
import pandas as pd
from gba import edition
from gba.data.datapackage import root


def figures(*rows, unit="persons"):
    cells = [("before", indicator, place, "", str(year), unit, float(value)) for indicator, place, year, value in rows]
    return pd.DataFrame(cells, columns=["dataset", *edition.CELL, "unit", "value"])


def line(place, *values, indicator="residents_year_end", first=2017):
    return [(indicator, place, first + at, value) for at, value in enumerate(values)]


THEN = figures(*line("shenzhen", 1, 2, 3, 4), *line("guangzhou", 2, 2.5, 2.5, 2.5))


def test_a_revised_figure_is_told_by_its_series_and_one_of_rounding_is_not():
    now = figures(*line("shenzhen", 1, 2, 3.3, 4.1), *line("guangzhou", 2, 2.5001, 2.5, 2.5))
    [row] = edition.moved((THEN, {}), (now, {})).figures.itertuples()
    assert (row.place, row.name, row.n, row.period, row.before, row.now, round(row.change, 9)) == ("shenzhen", "Shenzhen", 2, "2019", 3, 3.3, 0.1)


def test_what_is_new_gone_renamed_or_of_another_unit_has_not_moved():
    now = pd.concat([figures(*line("shenzhen", 9, 9, indicator="another")), figures(*line("shenzhen", 100), unit="thousand"), figures(*line("foshan", 7))])
    found = edition.moved((THEN, {"gone": "holds"}), (now, {"new": "holds"}))
    assert [len(found.figures), len(found.verdicts), len(found.crossings)] == [0, 0, 0]
    assert found.size.loc["figures"].tolist() == [8, 4]
    assert edition.moved((THEN, {}), (THEN.assign(dataset="another name"), {})).figures.empty


def test_a_verdict_has_turned_where_the_claim_is_decided_otherwise():
    keys = gba.load("claims")["claim_id"].head(4)
    before = dict(zip(keys, ["holds", "cannot be told", "cannot be told", "open"], strict=True))
    now = dict(zip(keys, ["does not hold", "not looked up", "holds", "open"], strict=True))
    turned = edition.moved((THEN, before), (THEN, now)).verdicts
    assert turned[["claim_id", "before", "now"]].to_numpy().tolist() == [[keys[0], "holds", "does not hold"], [keys[2], "cannot be told", "holds"]]


def test_a_crossing_shifts_appears_and_goes():
    now = figures(*line("shenzhen", 1, 3, 3, 4), *line("guangzhou", 2, 2.5, 2.5, 2.5))
    [row] = edition.moved((THEN, {}), (now, {})).crossings.itertuples()
    assert (row.city, row.other, row.before, row.now) == ("Shenzhen", "Guangzhou", 2019, 2018)
    gone = edition.moved((THEN, {}), (figures(*line("shenzhen", 1, 1, 1, 1), *line("guangzhou", 2, 2, 2, 2)), {})).crossings
    assert gone["now"].isna().all()
    assert gone["before"].tolist() == [2019]


def test_ranks_are_passed_by_the_smaller_number_and_money_by_the_dollar():
    ranks = [figures(*line("shenzhen", 5, last, indicator="gfci_rank"), *line("guangzhou", 4, 4, indicator="gfci_rank"), unit="rank") for last in (5, 3)]
    [row] = edition.moved((ranks[0], {}), (ranks[1], {})).crossings.itertuples()
    assert (row.city, row.now) == ("Shenzhen", 2018)
    rates = figures(*line("china", 8, 8, indicator="exchange_rate_lcu_per_usd"), *line("hong_kong", 8, 8, indicator="exchange_rate_lcu_per_usd"))
    yuan = [figures(*line("shenzhen", 1, last, indicator="gdp_current_lcu"), unit="CNY_100m") for last in (1, 3)]
    dollars = figures(*line("hong_kong", 200, 200, indicator="gdp_current_lcu"), unit="HKD_million")
    found = edition.moved(*((pd.concat([rates, one, dollars]), {}) for one in yuan)).crossings
    assert found[["city", "other", "now"]].to_numpy().tolist() == [["Shenzhen", "Hong Kong", 2018]]


def test_how_far_the_series_reach_and_that_the_last_edition_is_kept_whole():
    now = figures(*line("shenzhen", 1, 2, 3, 4, first=2021), *line("guangzhou", 2, 2, 2, first=2021))
    reach = edition.moved((THEN, {}), (now, {}), years=(2023, 2024)).reach
    assert reach.to_numpy().tolist() == [[2023, 0, 1], [2024, 0, 0.5]]
    kept = json.loads(gzip.decompress((root() / edition.NAME).read_bytes()))
    assert len(kept["figures"]["value"]) > 7000
    assert set(kept["verdicts"].values()) <= {"holds", "held then, not now", "does not hold", *edition.UNDECIDED}
    assert all(sentence.endswith((".", ")")) and not re.search(r"\bnan\b", sentence) for sentence in edition.news())
