"""Chapter 5's headline numbers, computed a second time from the CSV files with numpy alone, against what the chapter says."""

import functools
from itertools import combinations, product
from math import factorial

import numpy as np
import pytest
from bookpages import ROOT, read

CHAPTER = ROOT / "book" / "05-first-city.ipynb"
CITIES = ["hong_kong", "shenzhen", "guangzhou"]
NAMES = ["Hong Kong", "Shenzhen", "Guangzhou"]
pytestmark = pytest.mark.xdist_group("chapter 5")


@functools.cache
def rows_of(dataset, observed, place, period):
    """Rows of a cell: main before aside, then the better grade, then the newer source."""
    known = {row["source"]: row for row in read("sources.csv")}
    rows = [row for row in read(f"{dataset}.csv") if row["indicator"] == observed and row["place"] == place and row["period"] == period]
    rows.sort(key=lambda row: known[row["source"]]["date"], reverse=True)
    rows.sort(key=lambda row: (row["status"] != "main", known[row["source"]]["grade"]))
    return rows


def look_up(dataset, observed, place, period, take):
    if take == "kinds_to":
        return len(
            {row["instrument"] for row in read("policies.csv") if row["use_in_matrix"] == "yes" and row["date"][:4] <= period and place in (row["place"], "*")}
        )
    rows = rows_of(dataset, observed, place, period)
    if take == "least":
        return min(float(row["value"]) for row in rows)
    if take == "count_to_200":
        best = {}
        for row in rows:
            best.setdefault(row["university"], float(row["value"]))
        return sum(value <= 200 for value in best.values())
    return float(rows[0][take])


@functools.cache
def table(date):
    """Cities x indicators, goalposts, and what else the index needs, in the order of the file."""
    used = [row for row in read("index_indicators.csv") if row["role"] in (("core", "check") if date == "latest" else ("core",))]
    values, posts = np.full((3, len(used)), np.nan), np.full((2, len(used)), np.nan)
    fixed = np.zeros((2, len(used)), bool)
    parts = {(row["indicator"], row["place"], row["part"].split("@")[0]): row for row in read("index_references.csv") if row["date"] == date}
    for n, row in enumerate(used):
        for c, city in enumerate(CITIES):
            if (row["indicator"], city, "value") in parts:
                values[c, n] = figure(parts, row["indicator"], city)
        for end, which in enumerate(("worst", "best")):
            post = next(
                post for post in read("index_goalposts.csv") if (post["indicator"], post["end"]) == (row["indicator"], which) and post["date"] in (date, "both")
            )
            fixed[end, n] = post["kind"] == "fixed"
            posts[end, n] = float(post["value"]) if fixed[end, n] else look_up(post["dataset"], post["observed"], post["place"], post["period"], post["take"])
    return used, values, posts, fixed


def figure(parts, indicator, city):
    found = {}
    for part in ("value", "per"):
        if (indicator, city, part) in parts:
            row = parts[indicator, city, part]
            place = row["part"].split("@")[1] if "@" in row["part"] else city
            found[part] = look_up(row["dataset"], row["observed"], place, row["period"], row["take"]) * float(row["factor"])
    return found["value"] / found.get("per", 1.0)


def pillars_of(used):
    order = [row["pillar"] for row in read("index_pillars.csv")]
    return np.array([order.index(row["pillar"]) for row in used])


def profile(date, keep=lambda row: row["role"] == "core"):
    """Pillar scores: clipped, indicators with a gap dropped for all."""
    used, values, posts, _ = table(date)
    scores = np.clip((values - posts[0]) / (posts[1] - posts[0]), 0, 1)
    wanted = np.array([keep(row) for row in used]) & ~np.isnan(values).any(0)
    parts = [wanted & (pillars_of(used) == p) for p in range(6)]
    return np.array([[scores[c, part].mean() if part.any() else np.nan for part in parts] for c in range(3)])


def common():
    used, values, *_ = table("base")
    later, more, *_ = table("latest")
    full = {row["indicator"] for row, column in zip(later, more.T, strict=True) if not np.isnan(column).any()}
    return {row["indicator"] for row, column in zip(used, values.T, strict=True) if not np.isnan(column).any()} & full


def test_the_index(said):
    index = 100 * profile("latest").mean(1)
    order = np.argsort(-index)
    assert [said["first"], said["second"], said["third"]] == [NAMES[n] for n in order]
    assert [said["index_first"], said["index_second"], said["index_third"]] == pytest.approx(index[order])
    assert said["lead"] == pytest.approx(index[order[0]] - index[order[1]])


def test_the_index_of_2019(said):
    index = 100 * profile("base").mean(1)
    order = np.argsort(-index)
    assert (said["was_first"], said["was_second"]) == (NAMES[order[0]], NAMES[order[1]])
    assert said["was_lead"] == pytest.approx(index[order[0]] - index[order[1]])
    assert said["gain_sz"] == pytest.approx((100 * profile("latest").mean(1) - index)[1])


def test_the_index_on_common_indicators(said):
    keys = common()
    assert said["n_same"] == len(keys)
    leads = [100 * (lambda index: index[0] - index[1])(profile(date, lambda row: row["indicator"] in keys).mean(1)) for date in ("base", "latest")]
    assert [said["same_lead_then"], said["same_lead_now"]] == pytest.approx(leads)


def test_leaving_one_out(said):
    used, *_ = table("latest")
    core = [row["indicator"] for row in used if row["role"] == "core"]
    leads = []
    for gone in core:
        part = profile("latest", lambda row, gone=gone: row["role"] == "core" and row["indicator"] != gone)
        index = np.nanmean(part, axis=1)  # a pillar that lost its only indicator falls away
        leads.append(index[1] - index[0])
    assert said["flips"] == sum(lead < 0 for lead in leads)
    assert said["without_high_x"] == pytest.approx(100 * max(leads), abs=0.006)
    assert said["without_low_x"] == pytest.approx(-100 * min(leads), abs=0.006)


def means(scores, weights):
    """The three means of one world, nan left away."""
    known = ~np.isnan(scores)
    weights, scores = weights[known] / weights[known].sum(), scores[known]
    floored = np.maximum(scores, 0.01)
    return [weights @ scores, np.exp(weights @ np.log(floored)), 1 / (weights @ (1 / floored))]


def one_world(date, generator):
    """The index of the three cities when every choice is drawn."""
    used, values, posts, fixed = table(date)
    pillar, many = pillars_of(used), len(used)
    margin = np.array([float(row["margin"]) for row in used]) / 100
    values = values * (1 + margin * generator.uniform(-1, 1, values.shape))
    posts = posts * np.where(fixed, 0.8 * (1.25 / 0.8) ** generator.random((2, many)), 1)
    if generator.random() < 0.5:
        for n, row in enumerate(used):
            change = {"rank": lambda x: np.log(np.maximum(x, 1e-9)), "count": lambda x: np.log1p(np.maximum(x, 0))}.get(row["log"], lambda x: x)
            values[:, n], posts[:, n] = change(values[:, n]), change(posts[:, n])
    scores = score(values, posts, generator.integers(4))
    core = np.array([row["role"] == "core" for row in used])
    part = core | (generator.random() > 0.5)
    gone = generator.integers(core.sum() + 1)
    if gone < core.sum():
        part = part & (np.arange(many) != np.flatnonzero(core)[gone])
    gaps = np.isnan(scores)
    treatment = generator.integers(3)
    if treatment == 0:
        part = part & ~gaps.any(0)
    elif treatment == 1:
        for c, n in zip(*np.where(gaps), strict=True):
            scores[c, n] = np.nanmean(scores[c, pillar == pillar[n]])
    else:
        scores = np.nan_to_num(scores)
    inner = generator.uniform(0.5, 1.5, many) * part
    pillars = np.array(
        [[np.average(scores[c, m], weights=inner[m]) if inner[m].sum() else np.nan for m in ((pillar == p) & part for p in range(6))] for c in range(3)]
    )
    weights, how = generator.dirichlet(np.ones(6)), generator.integers(3)
    return [means(row, weights)[how] for row in pillars]


def score(values, posts, kind):
    worst, best = posts
    if kind == 0:
        return np.clip((values - worst) / (best - worst), 0, 1)
    if kind == 1:
        return (values - worst) / (best - worst)
    if kind == 2:
        return np.where(best > worst, values / np.where(best > worst, best, 1), best / np.maximum(values, 1e-12))
    signed = values * np.sign(best - worst)
    result = np.full(values.shape, np.nan)
    for n, column in enumerate(signed.T):
        known = np.flatnonzero(~np.isnan(column))
        for c in known:
            result[c, n] = sum((column[c] > column[o]) + 0.5 * (column[c] == column[o]) for o in known if o != c) / max(len(known) - 1, 1)
    return result


@pytest.mark.parametrize(("date", "name"), [("base", "then_hk"), ("latest", "now_hk")])
def test_shares_of_worlds(said, date, name):
    """Another way to draw the same worlds, one after the other: agrees within what three thousand draws can tell."""
    generator = np.random.default_rng(1)
    winners = [int(np.argmax(one_world(date, generator))) for _ in range(3000)]
    share = 100 * np.mean([winner == 0 for winner in winners])
    assert said[name] == pytest.approx(share, abs=3)
    if date == "latest":
        shares = {name: 100 * winners.count(n) / len(winners) for n, name in enumerate(NAMES)}
        assert said["share_2"] == pytest.approx(shares[said["likely_2"]], abs=3)
        assert said["share_3"] == pytest.approx(shares[said["likely_3"]], abs=1)


@functools.cache
def filled(date):
    """Core scores, clipped, a gap filled with the city's mean of the pillar; and weights."""
    used, values, posts, _ = table(date)
    core = np.array([row["role"] == "core" for row in used])
    scores, pillar = np.clip((values - posts[0]) / (posts[1] - posts[0]), 0, 1)[:, core], pillars_of(used)[core]
    for c, n in zip(*np.where(np.isnan(scores)), strict=True):
        scores[c, n] = np.nanmean(scores[c, pillar == pillar[n]])
    return scores, np.array([1 / 6 / (pillar == p).sum() for p in pillar]), pillar


@pytest.mark.parametrize(("date", "name"), [("base", "then"), ("latest", "now")])
def test_shapley_shares(said, date, name):
    scores, weights, _ = filled(date)

    def worth(group):
        return float(scores[list(group)].max(0) @ weights) if group else 0.0

    values = []
    for city in range(3):
        others = [n for n in range(3) if n != city]
        values.append(
            sum(factorial(len(s)) * factorial(2 - len(s)) / 6 * (worth((*s, city)) - worth(s)) for size in range(3) for s in combinations(others, size))
        )
    assert [said[f"shapley_{city}_{name}"] for city in CITIES] == pytest.approx(100 * np.array(values) / sum(values))
    assert said[f"without_guangzhou_{name}"] == pytest.approx(100 * (worth((0, 1, 2)) - worth((0, 1))))


@pytest.mark.parametrize(("date", "name"), [("base", "then"), ("latest", "now")])
def test_more_than_chance(said, date, name):
    """All ways in which the cities can change places within the pillars, not a draw of them."""
    scores, weights, pillar = filled(date)
    top = float(scores.max(0) @ weights)
    by_pillar = np.array([[scores[c, pillar == p] @ weights[pillar == p] for p in range(6)] for c in range(3)])
    gain = top - by_pillar.sum(1).max()
    assert said[f"gain_{name}"] == pytest.approx(100 * gain)
    orders = np.array([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    every = np.array([top - sum(by_pillar[orders[o], p] for p, o in enumerate(choice)).max() for choice in product(range(6), repeat=6)])
    assert said[f"chance_{name}"] == pytest.approx(100 * every.mean(), abs=0.2)
    assert said[f"p_{name}"] == pytest.approx(100 * (every >= gain - 1e-12).mean(), abs=1.5)
    assert said["verdict_test"] == ("is confirmed" if said["p_now"] < 5 else "is not confirmed")


def test_area_of_the_triangle(said):
    """Count points of a fine grid instead of cutting polygons."""
    scores = profile("latest")
    sections = [row["section"] for row in read("index_pillars.csv")]
    groups = list(dict.fromkeys(sections))
    grouped = np.array([[np.mean([scores[c, p] for p in range(6) if sections[p] == group]) for group in groups] for c in range(3)])
    grid = np.array([(i + 1 / 3, j + 1 / 3, 200 - i - j - 2 / 3) for i in range(200) for j in range(200 - i)]) / 200
    winners = (grid @ grouped.T).argmax(1)
    shares = {name: 100 * float((winners == n).mean()) for n, name in enumerate(NAMES)}
    assert said["area_1"] == pytest.approx(shares[said["area_first"]], abs=0.6)
    assert said["area_2"] == pytest.approx(shares[said["area_second"]], abs=0.6)


def test_the_figures_that_carry_it():
    """A change of the data that turns the chapter's story must be seen by somebody."""
    index = 100 * profile("latest").mean(1)
    assert abs(index[0] - index[1]) < 3
    assert index[2] < min(index[:2]) - 3
    assert profile("base").mean(1).argmax() == 0


def test_enough_indicators():
    rows = read("index_indicators.csv")
    assert sum(row["role"] == "core" for row in rows) >= 18
    assert len({row["pillar"] for row in rows if row["role"] == "core"}) == 6
    assert all(row["reason"] for row in rows)


def test_what_the_prose_takes_for_granted(said):
    """Words in the chapter that name an indicator or a city without computing it."""
    assert said["without_low"] == "R&D spending over GDP"
    assert said["without_high"] == "kinds of policy instrument in use"
    assert said["gz_gap"] > 0
    assert said["thin"] == "digital infrastructure and government"
    assert said["top_city"] == "Hong Kong" and said["top_pillar"] == "policy and testbeds"
    assert said["base_area"] == pytest.approx(100)
    assert said["area_first"] == "Shenzhen"
