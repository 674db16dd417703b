"""Chapter 5's headline numbers, computed a second time from the CSV files with numpy alone, against what the chapter says."""

import functools
import re
from itertools import combinations, product
from math import factorial

import numpy as np
import pytest
from bookpages import ROOT, read, verdicts
from bs4 import BeautifulSoup

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
    index, was = (100 * profile(date).mean(1) for date in ("latest", "base"))
    order, before = np.argsort(-index), np.argsort(-was)
    assert [said["first"], said["second"], said["third"]] == [NAMES[n] for n in order]
    assert [said["index_first"], said["index_second"], said["index_third"]] == pytest.approx(index[order])
    assert said["lead"] == pytest.approx(index[order[0]] - index[order[1]])
    assert (said["was_first"], said["was_second"]) == (NAMES[before[0]], NAMES[before[1]])
    assert said["was_lead"] == pytest.approx(was[before[0]] - was[before[1]])
    assert [said["gain_sz"], said["gain_gz"], -said["loss_hk"]] == pytest.approx((index - was)[[1, 2, 0]])


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


CHOICES = (
    *("figures", "goalposts", "scale", "normalisation", "indicators added", "indicator left out", "missing data"),
    *("indicator weights", "pillar weights", "aggregation"),
)


def one_world(date, draw, keys=None):
    """The index of the three cities when every choice is drawn, each by a generator of its own; `keys`: of these indicators alone."""
    used, values, posts, fixed = table(date)
    wanted = [n for n, row in enumerate(used) if keys is None or row["indicator"] in keys]
    used, values, posts, fixed = [used[n] for n in wanted], values[:, wanted], posts[:, wanted], fixed[:, wanted]
    pillar, many = pillars_of(used), len(used)
    margin = np.array([float(row["margin"]) for row in used]) / 100
    values = values * (1 + margin * draw["figures"].uniform(-1, 1, values.shape))
    posts = posts * np.where(fixed, 0.8 * (1.25 / 0.8) ** draw["goalposts"].random((2, many)), 1)
    if draw["scale"].random() < 0.5:
        for n, row in enumerate(used):
            change = {"rank": lambda x: np.log(np.maximum(x, 1e-9)), "count": lambda x: np.log1p(np.maximum(x, 0))}.get(row["log"], lambda x: x)
            values[:, n], posts[:, n] = change(values[:, n]), change(posts[:, n])
    scores = score(values, posts, draw["normalisation"].integers(4))
    core = np.array([row["role"] == "core" for row in used])
    part = core | (draw["indicators added"].random() > 0.5)
    gone = draw["indicator left out"].integers(core.sum() + 1)
    if gone < core.sum():
        part = part & (np.arange(many) != np.flatnonzero(core)[gone])
    gaps = np.isnan(scores)
    treatment = draw["missing data"].integers(3)
    if treatment == 0:
        part = part & ~gaps.any(0)
    elif treatment == 1:
        for c, n in zip(*np.where(gaps), strict=True):
            scores[c, n] = np.nanmean(scores[c, pillar == pillar[n]])
    else:
        scores = np.nan_to_num(scores)
    inner = draw["indicator weights"].uniform(0.5, 1.5, many) * part
    pillars = np.array(
        [[np.average(scores[c, m], weights=inner[m]) if inner[m].sum() else np.nan for m in ((pillar == p) & part for p in range(6))] for c in range(3)]
    )
    weights, how = draw["pillar weights"].dirichlet(np.ones(6)), draw["aggregation"].integers(3)
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


@functools.cache
def first_shares(date, old=False):
    """In how many of a hundred worlds each city comes first; `old`: by the indicators that were known at both dates."""
    draw = dict.fromkeys(CHOICES, np.random.default_rng(1))
    winners = [int(np.argmax(one_world(date, draw, frozenset(common()) if old else None))) for _ in range(3000)]
    return {name: 100 * winners.count(n) / len(winners) for n, name in enumerate(NAMES)}


def test_shares_of_worlds(said, titles):
    """Another way to draw the same worlds, one after the other: agrees within what three thousand draws can tell."""
    then, now, old = (first_shares(*run) for run in (("base",), ("latest",), ("latest", True)))
    assert [said["then_share"], said["now_share"], said["same_now_share"]] == pytest.approx([share["Hong Kong"] for share in (then, now, old)], abs=3)
    assert now["Hong Kong"] < min(then["Hong Kong"], old["Hong Kong"])
    order = sorted(NAMES, key=now.get, reverse=True)
    assert [said["share_1"], said["share_2"]] == pytest.approx([now[name] for name in order[:2]], abs=3)
    assert said["share_3"] == pytest.approx(now[order[2]], abs=1)
    assert cities_in(titles["rank-shares"]) == [said["likely_1"], said["likely_2"]]
    assert now[order[1]] > 40, f"{now}: a coin would divide them more evenly"


@functools.cache
def filled(date):
    """Core scores, clipped, a gap filled with the city's mean of the pillar; and weights."""
    used, values, posts, _ = table(date)
    core = np.array([row["role"] == "core" for row in used])
    scores, pillar = np.clip((values - posts[0]) / (posts[1] - posts[0]), 0, 1)[:, core], pillars_of(used)[core]
    for c, n in zip(*np.where(np.isnan(scores)), strict=True):
        scores[c, n] = np.nanmean(scores[c, pillar == pillar[n]])
    return scores, np.array([1 / 6 / (pillar == p).sum() for p in pillar]), pillar


def fair_shares(date):
    """Shares of a hundred: what each city adds, over all orders in which the three could join."""
    scores, weights, _ = filled(date)

    def worth(group):
        return float(scores[list(group)].max(0) @ weights) if group else 0.0

    values = []
    for city in range(3):
        others = [n for n in range(3) if n != city]
        values.append(
            sum(factorial(len(s)) * factorial(2 - len(s)) / 6 * (worth((*s, city)) - worth(s)) for size in range(3) for s in combinations(others, size))
        )
    return 100 * np.array(values) / sum(values)


@pytest.mark.parametrize(("date", "name"), [("base", "then"), ("latest", "now")])
def test_shapley_shares(said, date, name):
    scores, weights, _ = filled(date)
    assert [said[f"shapley_{city}_{name}"] for city in CITIES] == pytest.approx(fair_shares(date))
    assert said[f"without_guangzhou_{name}"] == pytest.approx(100 * float((scores.max(0) - scores[:2].max(0)) @ weights))


@functools.cache
def gains(date):
    """What the three gain together, and in all ways in which they can change places within the pillars, not a draw of them."""
    scores, weights, pillar = filled(date)
    top = float(scores.max(0) @ weights)
    by_pillar = np.array([[scores[c, pillar == p] @ weights[pillar == p] for p in range(6)] for c in range(3)])
    orders = np.array([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    every = np.array([top - sum(by_pillar[orders[o], p] for p, o in enumerate(choice)).max() for choice in product(range(6), repeat=6)])
    return top - by_pillar.sum(1).max(), every


@pytest.mark.parametrize(("date", "name"), [("base", "then"), ("latest", "now")])
def test_more_than_chance(said, titles, date, name):
    gain, every = gains(date)
    assert said[f"gain_{name}"] == pytest.approx(100 * gain)
    assert said[f"chance_{name}"] == pytest.approx(100 * every.mean(), abs=0.2)
    assert said[f"p_{name}"] == pytest.approx(100 * (every >= gain - 1e-12).mean(), abs=1.5)
    assert said["verdict_test"] == ("is confirmed" if said["p_now"] < 5 else "is not confirmed")
    now, then = titles["more-than-chance"].split("About 2019")
    assert numbers({"now": now, "then": then}[name]) == pytest.approx([said[f"gain_{name}"], said[f"chance_{name}"]], abs=0.05)


def test_the_triangle_names_them_by_their_share(said, titles):
    shares = triangle()
    order = sorted(NAMES, key=shares.get, reverse=True)
    assert cities_in(titles["triangle-of-weights"]) == order
    assert [said["area_1"], said["area_2"]] == pytest.approx([shares[name] for name in order[:2]], abs=0.6)
    assert titles["triangle-of-weights"].endswith("in none") == (shares[order[2]] == 0)


def triangle():
    """In how many of a hundred weightings of three bundles each city comes first: points of a fine grid instead of cut polygons."""
    scores = profile("latest")
    sections = [row["section"] for row in read("index_pillars.csv")]
    groups = list(dict.fromkeys(sections))
    grouped = np.array([[np.mean([scores[c, p] for p in range(6) if sections[p] == group]) for group in groups] for c in range(3)])
    grid = np.array([(i + 1 / 3, j + 1 / 3, 200 - i - j - 2 / 3) for i in range(200) for j in range(200 - i)]) / 200
    winners = (grid @ grouped.T).argmax(1)
    return {name: 100 * float((winners == n).mean()) for n, name in enumerate(NAMES)}


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
    assert said["third_gap"] > 0
    assert said["thin"] == "digital infrastructure and government"
    assert said["top_city"] == "Hong Kong" and said["top_pillar"] == "policy and testbeds"
    assert said["base_area"] == pytest.approx(100)
    assert said["area_first"] == "Shenzhen"


# The words of the titles, each from the files ----------------------------------------------------------------------------


def core():
    """Core indicators, clipped scores (cities x indicators), weights in the index, and the pillar of each."""
    return [row for row in table("latest")[0] if row["role"] == "core"], *filled("latest")


def small(title):
    return title[0].lower() + title[1:]


def judgements():
    found = [row["judgement"] for row in read("index_indicators.csv")]
    carry, cannot = found.count("ready") + found.count("repair"), found.count("not comparable")
    return f"Of {len(found)} candidates {carry} can carry the index; {cannot} cannot be compared between the cities"


def apart_and_alike():
    used, scores, *_ = core()
    spread = np.ptp(scores, axis=0)
    alike = " and ".join(used[n]["short"] for n in np.flatnonzero(spread < 0.05))
    return f"Furthest apart in {used[int(spread.argmax())]['short']}, all but level in {alike}: where each city stands"


def first_and_second():
    index = 100 * profile("latest").mean(1)
    first, second, _ = np.argsort(-index)
    return NAMES[first], NAMES[second], index[first] - index[second]


def on_equal_weights():
    return "With equal weights {} and {} are {:.1f} points apart; with yours?".format(*first_and_second())


def without_one():
    used, *_ = core()
    winners = []
    for gone in used:
        index = np.nanmean(profile("latest", lambda row, gone=gone: row["role"] == "core" and row["indicator"] != gone["indicator"]), axis=1)
        winners.append(NAMES[int(index.argmax())])
    assert "Guangzhou" not in winners
    return f"Take away any one of {len(used)} indicators, and Hong Kong is first {winners.count('Hong Kong')} times, Shenzhen {winners.count('Shenzhen')}"


def heaviest_three():
    used, scores, weights, _ = core()
    share = np.ptp(scores, axis=0) * weights
    share = 100 * share / share.sum()
    assert np.abs(share - 100 * weights).max() > 1, "the weights on paper would be those that count"
    return f"Equal weights are not equal: three of {len(used)} indicators make {np.sort(share)[-3:].sum():.0f} per cent of the differences between the cities"


def steepest():
    keys = common()
    then, now = (profile(date, lambda row: row["indicator"] in keys) for date in ("base", "latest"))
    change, pillars = 100 * (now - then), [small(row["title"]) for row in read("index_pillars.csv")]
    up, down = (np.unravel_index(n, change.shape) for n in (change.argmax(), change.argmin()))
    assert change[down] < 0 < change[up]
    return (
        f"By the same yardsticks {NAMES[up[0]]} gained {change[up]:.0f} points in {pillars[up[1]]}, "
        f"{NAMES[down[0]]} lost {-change[down]:.0f} in {pillars[down[1]]}"
    )


def who_leads_by_weight():
    """For each pillar, who is first as its weight goes from 0 to 1: 2001 x 6 cities."""
    scores, weight = profile("latest"), np.linspace(0, 1, 2001)[:, None]
    return np.array([(weight * scores[:, p] + (1 - weight) * np.delete(scores, p, axis=1).mean(1)).argmax(1) for p in range(6)]).T


def moved_weights():
    first, second, _ = first_and_second()
    leaders, pillars = who_leads_by_weight(), [small(row["title"]) for row in read("index_pillars.csv")]
    weight = np.linspace(0, 1, 2001)
    away = [np.abs(weight[leaders[:, p] == NAMES.index(second)] - 1 / 6) for p in range(6)]
    assert all(len(part) for part in away), "not with every pillar can the second come first"
    most = np.ceil(round(100 * max(part.min() for part in away), 1))
    where = [p for p in range(6) if (leaders[:, p] == 2).any()]
    needs = min(weight[leaders[:, p] == 2].min() for p in where)
    named = " and ".join(pillars[p] for p in where)
    return f"Moving at most {most:.0f} points of weight to or from any pillar puts {second} before {first}; Guangzhou needs {needs:.0%} on {named}"


def one_better_figure():
    _, scores, weights, _ = core()
    first, second, _ = first_and_second()
    index = 100 * profile("latest").mean(1)
    enough = {name: int((scores[NAMES.index(name)] + (max(index) - index[NAMES.index(name)]) / 100 / weights <= 1).sum()) for name in (second, "Guangzhou")}
    told = enough["Guangzhou"] or "no single one"
    return f"{second} would be level with {first} if one of {enough[second]} figures alone were better; for Guangzhou {told} could do it"


def shares_that_turned():
    then, now = fair_shares("base"), fair_shares("latest")
    assert now[0] < then[0] and now[1] > then[1]
    fell = f"Hong Kong's share of what the three reach together fell from {then[0]:.0f} to {now[0]:.0f} per cent"
    return f"{fell}, Shenzhen's rose from {then[1]:.0f} to {now[1]:.0f}"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("what-can-be-measured", judgements),
        ("between-goalposts", apart_and_alike),
        ("your-weights", on_equal_weights),
        ("without-each", without_one),
        ("effective-weights", heaviest_three),
        ("then-and-now", steepest),
        ("break-even-weights", moved_weights),
        ("break-even-values", one_better_figure),
        ("shapley-shares", shares_that_turned),
    ],
)
def test_titles_say_what_the_files_give(titles, name, title):
    assert titles[name].lower() == title().lower()


def numbers(title):
    return [float(hit.replace(",", "")) for hit in re.findall(r"\d[\d,]*(?:\.\d+)?", title)]


def cities_in(title):
    """The cities in the order in which a title names them."""
    return re.findall("|".join(NAMES), title)


def test_the_title_of_the_pillars_names_who_is_first(titles):
    scores = profile("latest")
    wins = [int((scores.argmax(0) == n).sum()) for n in range(3)]
    assert ("no winner in all of them" in titles["six-pillars"]) == (max(wins) < 6)
    assert "{} and {} end {:.1f} points apart".format(*first_and_second()) in titles["six-pillars"]


def test_the_title_of_the_choices_names_the_three_that_matter_most(titles):
    """Total effects by drawing one choice anew in each world: the variance that is left when all other choices are known."""
    many = 600
    leads = {}
    for again in (None, *CHOICES):
        worlds = [one_world("latest", {c: np.random.default_rng([n, k, int(c == again)]) for k, c in enumerate(CHOICES)}) for n in range(many)]
        leads[again] = np.array([index[1] - index[0] for index in worlds])
    plain = leads.pop(None)
    total = {choice: float(((lead - plain) ** 2).mean() / 2 / plain.var()) for choice, lead in leads.items()}
    order = sorted(total, key=total.get, reverse=True)
    assert titles["which-choice-matters"] == f"What decides between Shenzhen and Hong Kong: {order[0]} most, then {order[1]} and {order[2]}", total


def test_the_last_table_has_the_verdicts_of_the_trial(outputs):
    """The chapter's closing table and the appendix on the claims are one court."""
    tables = [BeautifulSoup(output.data["text/html"], "html.parser") for output in outputs if "<table" in output.get("data", {}).get("text/html", "")]
    (rows,) = [
        [[cell.get_text() for cell in row.select("td")] for row in page.select("tbody tr")]
        for page in tables
        if [head.get_text() for head in page.select("thead th")] == ["Statement", "Verdict", "Because"]
    ]
    claims = [row for row in read("claims.csv") if row["section"] == "synthesis"]
    assert len(claims) == 5, "the sentence before the table says five"
    assert [(told, verdict) for told, verdict, _ in rows] == [(claim["claim_en"], verdicts()[claim["claim_id"]]) for claim in claims]


def test_the_trial_hears_the_test_of_this_chapter():
    """The verdict on "they complement each other" turns with the gain beyond chance, and tells it."""
    from gba.claims import registry as claims

    gain, every = gains("latest")
    share = (every >= gain - 1e-12).mean()
    reason = claims.try_claim("no_single_winner").reason
    told = numbers(reason.partition("Together they reach ")[2])
    assert told[:3] == pytest.approx([100 * gain, 100 * every.mean(), 100 * share], abs=1.5)
    assert ("would settle it" in reason) == (share >= 0.05)
