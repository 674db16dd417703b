"""Worlds: the chapter's own is the index, draws are what they are meant to be, shares and variances have their errors."""

import json
import shutil
import subprocess
from dataclasses import dataclass

import numpy as np
import pytest
from bookpages import ROOT
from gba.index import composite, sliders, worlds
from gba.index.sheet import sheet


@pytest.fixture(scope="module")
def model():
    return worlds.model()


@pytest.fixture(scope="module")
def drawn(model):
    return worlds.monte_carlo(model, 6000, seed=5)


def test_the_reference_world_and_the_first_design_are_the_index(model):
    assert worlds.simulate(model, worlds.reference(model)).index[0] == pytest.approx(composite.index(sheet()))
    levels, index = worlds.designs(model)
    assert len(levels) == len(index) == np.prod([len(names) for names in model.levels.values()]) == len(levels.drop_duplicates())
    assert index[(levels == 0).all(axis=1)][0] == pytest.approx(composite.index(sheet()))
    assert np.isfinite(index).all()


def test_worlds_have_a_finite_index_and_levels_that_are_equally_frequent_and_come_again_from_their_seed(model, drawn):
    assert np.isfinite(drawn.index).all()
    assert (drawn.index >= 0).all() and (drawn.index <= worlds.OPEN).all()
    for n, levels in enumerate(model.levels.values()):
        assert np.ptp(np.bincount(drawn.levels[:, n], minlength=len(levels))) <= 2
    again = worlds.simulate(model, worlds.latin_hypercube(6000, sum(worlds.inputs(model).values()), 5)[:100])
    assert again.index == pytest.approx(drawn.index[:100])


def test_shares_move_no_more_between_seeds_than_they_say(model):
    shares = np.array([worlds.first_shares(worlds.monte_carlo(model, 4000, seed).index) for seed in range(5)])
    low, high = composite.wilson(shares.mean(0), 4000)
    assert (shares >= low - 0.01).all() and (shares <= high + 0.01).all()


def test_a_pillar_left_out_is_left_out(model):
    """In a design without a pillar its scores do not matter."""
    levels = model.levels["pillars"]
    for n, told in enumerate(levels):
        if not told.startswith("without "):
            continue
        p = [key for key, scored in zip(model.pillars, model.scored, strict=True) if scored][n - 1]
        worse = model.values.copy()
        worse[..., model.pillar == model.pillars.index(p)] = 1e9
        uniform = worlds.reference(model)
        uniform[:, worlds.column(model, "pillars")] = (n + 0.5) / len(levels)
        assert worlds.simulate(model._replace(values=worse), uniform).index == pytest.approx(worlds.simulate(model, uniform).index)


def test_errors_of_figures_are_other_sources(model):
    assert (model.factors[0] == 1).all()
    assert (model.factors > 1 / worlds.SAME_THING).all() and (model.factors < worlds.SAME_THING).all()
    assert (model.factors[:, :, model.rank] == 1).all() or len(np.unique(model.factors[:, :, model.rank])) < 10


def test_sobol_of_a_known_function(model):
    """The weight of one pillar against nothing: of an output that depends on one choice alone, that choice explains all, the others nothing."""
    seen = []

    def output(index):
        seen.append(len(index))
        return index[:, 0] * 0 + np.arange(len(index))

    assert worlds.sensitivity(model, output, count=64, repeats=5).shape == (len(worlds.inputs(model)), 4)
    assert set(seen) == {64}
    still = model._replace(values=np.repeat(model.values[..., :1, :], len(model.places), axis=-2), factors=np.ones_like(model.factors))
    found = worlds.sensitivity(still, lambda index: index[:, 0], count=512)
    assert found.loc["figures", "total"] == pytest.approx(0, abs=1e-12), "a choice that does nothing explains nothing"
    assert (found["total"] >= 0).all() and found["total"].max() > 0.1


def test_cities_that_tie_share_a_place_and_a_tie_is_at_least_half_a_point(model):
    assert worlds.places_taken(np.array([[0.5, 0.5, 0.1]])).tolist() == [[1, 1, 3]]
    assert worlds.first_shares(np.array([[0.5, 0.5, 0.1]])).tolist() == [0.5, 0.5, 0.0]
    assert worlds.tie(model, 500) >= 0.5
    one = {part: np.repeat(np.repeat(getattr(model, part)[:, :1, :1], 2, 1), 2, 2) for part in ("values", "worst", "best")}
    assert worlds.tie(model._replace(factors=np.ones_like(model.factors), **one), 500) == 0.5


# ---------------------------------------------------------------- the page computes what Python computes

NODE = shutil.which("node")
SETTINGS = 1000


def settings(model, count):
    """Random choices of a reader: weights, indicators off, mean, size."""
    generator = np.random.default_rng(11)
    start = sliders.starting(model)
    for _ in range(count):
        weights = generator.integers(0, sliders.STEPS + 1, len(start)) * (generator.random(len(start)) > 0.2)
        off = [name for name in model.names if generator.random() < generator.choice([0.0, 0.1, 0.5])]
        yield {
            "weights": weights.tolist(),
            "off": off,
            "mean": generator.choice(["arithmetic", "geometric"]).item(),
            "size": generator.choice(["each", "all"]).item(),
        }


def expected(model, choice):
    """The index by the library, in points; nothing where no pillar counts."""
    scores = composite.normalise(model.values[:, 0, 0], model.worst[:, 0, 0, 0][:, None, :], model.best[:, 0, 0, 0][:, None, :])
    keep = np.array([name not in choice["off"] for name in model.names])
    table = np.where(keep, scores[0 if choice["size"] == "each" else 1], np.nan)
    keys = list(sliders.starting(model))
    weights = np.array([choice["weights"][keys.index(key)] if key in keys else 0 for key in model.pillars], float)
    pillars = composite.pillar_scores(table, np.ones(len(model.names)), model.pillar)
    pillars = np.pad(pillars, ((0, 0), (0, len(weights) - pillars.shape[1])), constant_values=np.nan)
    weights = np.where(np.isnan(pillars).any(0), 0, weights)
    return None if not weights.sum() else 100 * composite.aggregate(pillars, weights, choice["mean"])


@pytest.mark.skipif(NODE is None, reason="node is not installed; the browser tests cover the page")
def test_the_page_computes_what_python_computes(model):
    cities = {place: place for place in model.places}
    made = sheet()
    figure = sliders.adjustable(
        _Drawn(), model, pillars=made.pillars, indicators=made.indicators, cities=cities, bundles=dict.fromkeys(made.pillars.index, "b"), tie=1.0, told=""
    )
    data = json.loads(figure.controls.partition('data-index="')[2].partition('"')[0].replace("&quot;", '"').replace("&amp;", "&"))
    choices = list(settings(model, SETTINGS))
    script = """
const fs = require("fs"); eval(fs.readFileSync(process.argv[1], "utf8"));
const { data, choices } = JSON.parse(fs.readFileSync(0, "utf8")); const g = globalThis.gbaIndex;
console.log(JSON.stringify(choices.map((one) => {
  const wanted = { ...one, off: new Set(one.off) }, link = g.format(data, wanted), back = g.parse(data, link), result = g.compute(data, wanted);
  return { index: result.index, total: result.total, link,
    same: JSON.stringify([back.weights, [...back.off], back.mean, back.size]) ===
      JSON.stringify([one.weights, one.off, one.mean, one.size]),
    sum: g.percentages(result.weights, result.total).reduce((a, b) => a + b, 0), said: g.verdict(data, result) };
})));"""
    done = subprocess.run(
        [NODE, "-e", script, str(ROOT / "book/_static/weights.js")],
        input=json.dumps({"data": data, "choices": choices}),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert len(found) == SETTINGS
    for one, choice in zip(found, choices, strict=True):
        wanted = expected(model, choice)
        assert one["same"], one["link"]
        if wanted is None:
            assert one["total"] == 0 and "Nothing is counted" in one["said"]
            continue
        assert [one["index"][place] for place in model.places] == pytest.approx(wanted, abs=0.05)
        assert one["sum"] == 100
        first, second = np.sort(wanted)[::-1][:2]
        if abs(first - second - 1.0) > 0.11:
            assert ("level" in one["said"]) == (first - second < 1.0)


@dataclass
class _Drawn:
    """A figure, as far as the sliders need one."""

    name: str = "f"
    controls: str = ""
