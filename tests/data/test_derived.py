"""The computed series: each row follows from the figures that it names, those are rows of the ledger, and a changed figure flows into it."""

import csv
import io
import json
import re

import gba
import pytest
from gba import derived

FIGURE = re.compile(r"(\w+)\.(\w+)\[(\w+), ([\d-]+)\] = ([^\s;]+) ([^\s;]+)")
#: Units of money in single units of it.
SCALE = {"CNY": 1, "CNY_100m": 1e8, "HKD": 1, "HKD_million": 1e6, "MOP_million": 1e6, "USD_billion": 1e9}


def rows(name):
    """The rows of a published series, and what each is computed from."""
    for row in csv.DictReader(io.StringIO(derived.csv_of(name))):
        figures = FIGURE.findall(row["derived_from"])
        assert len(figures) == row["derived_from"].count(";") + 1, row["derived_from"]
        yield row, figures


def of(figures, *datasets):
    return [(float(value), unit) for dataset, _, _, _, value, unit in figures if dataset in datasets]


def in_dollars(figures, *datasets):
    [(value, unit)] = of(figures, *datasets)
    rate = of(figures, "exchange_rate")
    assert bool(rate) != unit.startswith("USD")
    return value * SCALE[unit] / (rate[0][0] if rate else 1)


def per_resident(figures):
    if of(figures, "gdp_per_capita"):
        return in_dollars(figures, "gdp_per_capita")
    people = of(figures, "population")
    return in_dollars(figures, "gdp") / (sum(count for count, _ in people) / len(people))


def research(figures):
    return in_dollars([one for one in figures if one[1] != "gerd_intensity"], "rd_expenditure")


RULES = {
    "output": ("usd", lambda figures: in_dollars(figures, "gdp")),
    "output_per_resident": ("usd", per_resident),
    "research": ("usd", research),
    "patents_per_resident": ("per_million", lambda figures: 1e6 * of(figures, "patents")[0][0] / of(figures, "population")[0][0]),
    "index_scores": ("score", None),
}


@pytest.mark.parametrize("name", derived.available())
def test_a_row_follows_from_the_figures_that_it_names_and_stands_aside_with_them(name):
    column, rule = RULES[name]
    known = {dataset: gba.load(dataset, every_source=True) for dataset in gba.datasets().query("kind == 'observations'")["name"]}
    cells = {(d, r.indicator, r.place, r.period, r.value, r.unit, r.source, r.status) for d, frame in known.items() for r in frame.itertuples()}
    ledger, main = {cell[:6] for cell in cells}, {cell[:5] for cell in cells if cell[7] == "main"}
    count = 0
    for row, figures in rows(name):
        assert row["place_name"] == gba.places().at[row["place"], "name_en"]
        if rule is None:
            continue
        for dataset, indicator, place, period, value, unit in figures:
            assert (dataset, indicator, place, period, float(value), unit) in ledger, (row["place"], row["year"], indicator)
        named = {cell[6] for cell in cells if cell[:6] in {(*one[:4], float(one[4]), one[5]) for one in figures[:1]}}
        assert named & set(row["source"].split("; ")), row
        weak = [one for one in figures if (*one[:4], float(one[4])) not in main]
        assert row["status"] == ("aside" if weak else "main"), (row["place"], row["year"], weak)
        if row[column]:
            assert float(row[column]) == pytest.approx(rule(figures), rel=1e-9), row
            count += 1
    assert rule is None or count >= 5


@pytest.mark.skipif("output_per_resident" not in derived.available(), reason="this book has other figures")
def test_what_money_buys_follows_from_the_price_levels_that_a_row_names():
    table = derived.published("output_per_resident").set_index(["place", "year"])
    compared = 0
    for row, figures in rows("output_per_resident"):
        if row["place"] == "hong_kong" or not row["at_purchasing_power"]:
            continue
        of_money = [(place, float(value)) for _, _, place, _, value, unit in figures if unit.startswith("LCU_per")]
        (rate, parity), (base_rate, base_parity) = ([value for place, value in of_money if place == one] for one in ("china", "hong_kong"))
        hundred = 100 * float(row["usd"]) / table.at[("hong_kong", int(row["year"])), "usd"]
        assert float(row["at_purchasing_power"]) == pytest.approx(hundred * (base_parity / base_rate) / (parity / rate), rel=1e-9)
        compared += 1
    assert compared > 5


def test_the_index_is_the_mean_of_the_pillars_that_weigh():
    table = derived.published("index_scores")
    for _, part in table.groupby("place"):
        whole, pillars = part[part["part"] == "index"], part[part["part"] != "index"]
        assert (pillars["score"] * pillars["weight"]).sum() == pytest.approx(whole["score"].iloc[0])
        assert pillars["weight"].sum() == pytest.approx(1)


@pytest.mark.parametrize("name", derived.available())
def test_its_description_fits_it_and_its_key_is_one(name):
    [entry] = [one for one in derived.described() if one["path"].endswith(f"/{name}.csv")]
    table = derived.published(name)
    assert [field["name"] for field in entry["schema"]["fields"]] == list(table)
    assert not table.duplicated(entry["schema"]["primaryKey"]).any()
    assert entry["name"] not in set(gba.datasets()["name"]) and all(field["description"] for field in entry["schema"]["fields"])


def test_a_changed_figure_flows_into_it(data_copy):
    before = derived.published("output").set_index(["place", "year"])["usd"]
    at = before.index[-1]
    path = data_copy / "history" / "exchange_rate.csv"
    rate = re.compile(rf"^(exchange_rate_lcu_per_usd,china,{at[1]},)([\d.]+)", re.M)
    path.write_text(rate.sub(lambda found: f"{found[1]}{2 * float(found[2])}", path.read_text(encoding="utf-8")), encoding="utf-8")
    record = data_copy / "datapackage.json"
    record.write_text(record.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = derived.published("output").set_index(["place", "year"])["usd"]
    assert after[at] == pytest.approx(before[at] / 2)


def test_what_lacks_its_figures_is_left_out(data_copy):
    record = json.loads((data_copy / "datapackage.json").read_text(encoding="utf-8"))
    record["resources"] = [entry for entry in record["resources"] if entry["name"] != "exchange_rate"]
    (data_copy / "datapackage.json").write_text(json.dumps(record), encoding="utf-8")
    assert set(derived.available()) == {"patents_per_resident", "index_scores"}
