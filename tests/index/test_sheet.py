"""The data sheet: its rules by what must hold of any fork's tables, and what is told when a city cannot be compared."""

import forks
import numpy as np
import pytest
from gba.data.load import load
from gba.index import composite
from gba.index.sheet import OLDEST, between, compared_cities, lacking, sheet, yearly


@pytest.fixture(scope="module")
def made():
    return sheet()


@pytest.fixture(scope="module")
def core(made):
    return made.cells[made.cells["indicator"].isin(made.core)]


def test_every_compared_city_has_every_core_indicator_of_a_main_row_that_is_not_old(made, core):
    assert made.table().notna().all().all()
    assert set(made.places) == set(compared_cities())
    assert set(core["status"]) == {"main"} and (core["source"] != "").all()
    assert core["period"].str[:4].astype(int).min() >= OLDEST
    listed = core[(core["role"] == "compared") & core["indicator"].map(made.indicators["same"] == "yes")]
    assert (listed.groupby("indicator")["period"].nunique() == 1).all(), "of a list all compared cities have one edition"


def test_an_edit_counts_at_once_recorded_or_not(data_copy):
    """As `load` takes it: in an open notebook nobody runs make record between an edit and a look."""
    before, path = sheet(), data_copy / "index" / "index_pillars.csv"
    forks.rewrite(path, [{**row, "weight": str(1 + float(row["weight"]))} for row in forks.table(path)])
    assert sheet().pillars["weight"].tolist() == (1 + before.pillars["weight"]).tolist()
    plain = {key for key in before.core if not before.indicators.at[key, "size"]}
    asked = load("index_references")
    asked = asked[asked["indicator"].isin(plain) & asked["part"].eq("value") & asked["place"].eq("*") & asked["take"].eq("value")].iloc[0]
    path = next(data_copy.rglob(f"{asked['dataset']}.csv"))
    rows = [{**row, "value": str(2 * float(row["value"]))} if row["indicator"] == asked["observed"] else row for row in forks.table(path)]
    forks.rewrite(path, rows)
    once, twice = (made.cells[made.cells["indicator"] == asked["indicator"]]["value"].to_numpy() for made in (before, sheet()))
    assert twice == pytest.approx(2 * once)


def test_values_are_those_of_the_ledger(core):
    """The row that a cell names has the value that it shows, where nothing divides it."""
    plain = core[(core["size"] == "") & ~core["indicator"].isin(["gdp_head", "finance_share", "insurance"])]
    for cell in plain.sample(min(len(plain), 20), random_state=1).itertuples():
        rows = load(cell.dataset, every_source=True).query(
            "indicator == @cell.observed and place == @cell.place and period == @cell.period and status == 'main'"
        )
        assert (rows["value"].isin([cell.value, cell.raw])).any(), f"{cell.indicator}, {cell.place}"


def test_goalposts_are_never_a_compared_city_and_scores_are_linear_between_them(core, made):
    owners = set(core["best_owner"]) | set(core["worst_owner"])
    assert not owners & {*made.places, *(f"twice {place}" for place in made.places)}
    assert core["score"].to_numpy() == pytest.approx((100 * (core["value"] - core["worst"]) / (core["best"] - core["worst"])).to_numpy())
    given = core[~core["stated"].astype(bool) & (core["kind"] != "rank") & (core["role"] == "peer")]
    best = given.groupby("indicator")["score"].max()
    assert best.to_numpy() == pytest.approx(np.full(len(best), 100.0)), "the best peer scores a hundred"


@pytest.mark.parametrize("owner", ["best", "second", "mean"])
@pytest.mark.parametrize("kind", ["amount", "less"])
def test_goalposts_of_peers_are_in_their_order(kind, owner):
    worst, best = between(kind, [4.0, 2.0, np.nan, 3.0], owner)
    assert (best > worst) == (kind == "amount")
    assert between(kind, [], owner) == pytest.approx((np.nan, np.nan), nan_ok=True)


def test_the_index_from_the_flat_sheet_alone(made):
    """What a reader computes who has the file and nothing else."""
    flat = made.flat()
    mine = flat[flat["place"].isin(made.places)]
    score = ((mine["value"] - mine["worst"]) / (mine["best"] - mine["worst"])).clip(0, 1)
    pillars = score.groupby([mine["place"], mine["pillar"], mine["pillar_weight"]]).mean().reset_index(name="score")
    index = pillars.groupby("place")[["score", "pillar_weight"]].apply(lambda rows: np.average(rows["score"], weights=rows["pillar_weight"]))
    assert index[made.places].to_numpy() == pytest.approx(composite.index(made))


def beside(peer):
    """A peer and the sheet that compares it too, or nothing where it has too little: its own figures and the goalposts that it no longer gives."""
    try:
        return peer, sheet("now", [*compared_cities(), peer])
    except LookupError:
        return None


def test_a_peer_that_is_compared_gives_no_goalpost():
    peer, made = next(pair for pair in map(beside, load("index_cities").query("role == 'peer'")["place"]) if pair)
    owners = set(made.cells.loc[made.cells["indicator"].isin(made.core), "best_owner"])
    assert peer not in owners
    assert np.isfinite(composite.index(made)).all() and len(composite.index(made)) == len(compared_cities()) + 1


def test_what_a_city_lacks_is_what_the_sheet_has_not_and_is_told_by_name(made):
    for place in ("singapore", "dongguan"):
        known = set(made.cells.loc[(made.cells["place"] == place), "indicator"])
        core = {key for key, role in load("index_indicators").set_index("indicator")["role"].items() if role == "core"}
        assert set(lacking(place)["indicator"]) == core - known
    bare = next(place for place in load("index_cities").query("role == 'bay'")["place"][::-1] if len(lacking(place)) > len(sheet().core) / 2)
    with pytest.raises(LookupError, match=r"core indicators, expected .* it lacks R&D spending"):
        sheet("now", [*compared_cities(), bare])


def test_then_is_never_filled():
    then = sheet("then")
    cells = then.cells[then.cells["role"] == "compared"]
    assert cells["value"].notna().all()
    assert cells["period"].str[:4].astype(int).between(2018, 2020).all()
    assert set(then.core) <= set(sheet().core)
    assert sheet() is sheet("now"), "the sheet is made once"


def test_a_saved_figure_is_read_though_the_descriptor_is_older(data_copy):
    """As in a notebook that is open while somebody edits a table."""
    made = sheet()
    undivided = made.rows.groupby(["used_for", "city"]).size() == 1
    cell = next(one for one in made.cells.itertuples() if one.place in made.places and one.kind == "amount" and undivided[one.indicator, one.place])
    before, [path] = yearly(made, [cell.indicator], OLDEST, 2030), data_copy.rglob(f"{cell.dataset}.csv")
    forks.rewrite(path, [{**row, "value": str(3 * float(row["value"]))} for row in forks.table(path)])
    values = [part.loc[part["place"] == cell.place, "value"].to_numpy() for part in (before, yearly(made, [cell.indicator], OLDEST, 2030))]
    assert len(values[0]) and values[1] == pytest.approx(3 * values[0])
