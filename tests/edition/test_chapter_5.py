"""Chapter 5, computed a second time from the CSV files with numpy alone, against what the chapter says."""

import functools
import re
from itertools import combinations, permutations, product
from statistics import median

import numpy as np
import pytest
from bookpages import ROOT, read
from ledger import NUMBERS

CHAPTER = ROOT / "book" / "05-first-city.ipynb"
CITIES = ["hong_kong", "shenzhen", "guangzhou"]
NAMES = ["Hong Kong", "Shenzhen", "Guangzhou"]
OLDEST, OPEN, FLOOR = 2020, 2.0, 0.01
pytestmark = pytest.mark.xdist_group("chapter 5")

# The data sheet ----------------------------------------------------------------------------------------------------------


@functools.cache
def tables():
    indicators = [row for row in read("index_indicators.csv") if row["role"] in ("core", "other")]
    return {row["indicator"]: row for row in indicators}, {row["pillar"]: row for row in read("index_pillars.csv")}


def peers():
    return [row["place"] for row in read("index_cities.csv") if row["role"] == "peer"]


@functools.cache
def references():
    return {(row["indicator"], row["place"], row["part"]): row for row in read("index_references.csv")}


@functools.cache
def standing(dataset, observed, place):
    """Values that stand, by period; of a university that two sources name in one edition, once."""
    found, named = {}, set()
    for row in read(f"{dataset}.csv"):
        if (row["indicator"], row["place"], row["status"]) == (observed, place, "main"):
            university = (row["period"], row.get("university"))
            if university[1] and university in named:
                continue
            named.add(university)
            found.setdefault(row["period"], []).append(float(row["value"]))
    return dict(sorted(found.items()))


def reference(key, place, date):
    """The row of a cell's value, and whose rows hold its other parts."""
    for whose in (place, "*"):
        row = references().get((key, whose, "value"))
        if row and (date != "then" or row["then"] or whose == "*"):
            return row, whose
    return None, ""


def earlier(periods):
    """Without the latest year, where an earlier one is near."""
    last = int(periods[-1][:4])
    return [one for one in periods if int(one[:4]) < last] if any(last - 3 <= int(one[:4]) < last for one in periods) else periods


def edition(key, date):
    """The latest edition of a list that has the three cities."""
    rows = [reference(key, city, date)[0] for city in CITIES]
    periods = sorted(set.intersection(*(set(standing(row["dataset"], row["observed"], city)) for row, city in zip(rows, CITIES, strict=True))))
    fixed = rows[0]["now" if date != "then" else "then"]
    periods = [one for one in periods if one == fixed] if fixed else periods
    return (earlier(periods) if date == "before" else periods)[-1] if periods else None


def period(key, row, place, date):
    there = list(standing(row["dataset"], row["observed"], place))
    if not there or (date == "then" and not row["then"]):
        return None
    if tables()[0][key]["same"] == "yes":
        wanted = edition(key, date)
        return wanted if wanted in there else next((one for one in there if wanted and one[:4] == wanted[:4]), None)
    fixed = row["then" if date == "then" else "now"]
    if fixed and fixed not in there:
        near = sorted((abs(int(one[:4]) - int(fixed[:4])), one) for one in there)
        return near[0][1] if date == "then" and near[0][0] <= 1 else None
    return fixed or (earlier(there) if date == "before" else there)[-1]


def around(row, place, year):
    there = standing(row["dataset"], row["observed"], place)
    nearest = min(there, key=lambda one: abs(int(one[:4]) - year))
    return there[nearest][0] * float(row["factor"])


@functools.cache
def cell(key, place, date):
    """Amount, amount for each million residents where the indicator has a size, and year."""
    row, whose = reference(key, place, date)
    when = row and period(key, row, place, date)
    if not when or (date != "then" and int(when[:4]) < OLDEST):
        return None
    values = standing(row["dataset"], row["observed"], place)[when]
    value = {"value": values[0], "least": min(values), "count_to_200": sum(one <= 200 for one in values)}[row["take"]] * float(row["factor"])
    for (indicator, owner, part), per in references().items():
        if (indicator, owner) == (key, whose) and part.startswith("per"):
            value /= around(per, part.partition("@")[2] or place, int(when[:4]))
    heads = references().get(("*", place, "residents"), references()["*", "*", "residents"])
    each = value / around(heads, place, int(when[:4])) * 1e6 if tables()[0][key]["size"] == "yes" else value
    return value, each, when


def posts(key, date, size=0, owner="best", at=None):
    """Worst and best goalpost: of the table, of the peers, of the list."""
    about, at = tables()[0][key], at or (lambda place: cell(key, place, date))
    stated = {row["end"]: row for row in read("index_goalposts.csv") if row["indicator"] == key and row["date"] == ("then" if date == "then" else "now")}
    if stated:
        return tuple(stated_post(stated[end], at(CITIES[0])[2], key) if end in stated else 1.0 for end in ("worst", "best"))
    values = sorted((found[1 - size] for place in peers() if (found := at(place))), reverse=about["kind"] == "amount")
    if not values:
        return posts(key, "now") if date == "then" else (np.nan, np.nan)
    best = {"best": values[0], "second": values[min(1, len(values) - 1)], "mean": sum(values) / len(values)}[owner]
    return (0.0, best) if about["kind"] == "amount" else (2 * best, best)


def stated_post(post, when, key):
    if not post["dataset"]:
        return float(post["value"])
    rows = read(f"{post['dataset']}.csv")
    if post["observed"] in rows[0]:
        row = reference(key, CITIES[0], "now")[0]
        return next(float(one[post["observed"]]) for one in rows if one["indicator"] == row["observed"] and one["period"] == when and one[post["observed"]])
    mine = [one for one in rows if (one["indicator"], one["place"]) == (post["observed"], post["place"])]
    return float(next((one for one in mine if one["period"] == when), mine[-1])["value"])


def score(value, ends):
    return (value - ends[0]) / (ends[1] - ends[0])


@functools.cache
def core(date="now"):
    """Core indicators that the three have."""
    return [key for key, row in tables()[0].items() if row["role"] == "core" and all(cell(key, city, date) for city in CITIES)]


def scored():
    return [key for key, row in tables()[1].items() if row["scored"] == "yes"]


def counted(date="now"):
    return [key for key in core(date) if tables()[0][key]["pillar"] in scored()]


def board(keys, date="now", cities=CITIES):
    """Scores between 0 and 1, cities x indicators."""
    return np.clip([[score(cell(key, city, date)[1], posts(key, date)) for key in keys] for city in cities], 0, 1)


def profile(date="now", keys=None, cities=CITIES, pillars=None):
    """Means of the pillars, cities x scored pillars."""
    keys = keys or core(date)
    parts = [[n for n, key in enumerate(keys) if tables()[0][key]["pillar"] == pillar] for pillar in pillars or scored()]
    table = board(keys, date, cities)
    return np.array([[row[part].mean() if part else np.nan for part in parts] for row in table])


def index(date="now", keys=None, cities=CITIES):
    return 100 * np.nanmean(profile(date, keys, cities), axis=1)


def common():
    return [key for key in counted("now") if key in core("then")]


# Worlds ------------------------------------------------------------------------------------------------------------------


@functools.cache
def variant(size, lists, years, owner):
    """Values (cities x indicators) and goalposts of one design."""
    values, ends = [], []
    for first in core():
        other = tables()[0][first]["other"]
        key = other if lists and other and all(cell(other, city, "now") for city in CITIES) else first
        at = (lambda place, key=key: cell(key, place, "before") or cell(key, place, "now")) if years else (lambda place, key=key: cell(key, place, "now"))
        values.append([at(city)[1 - size] for city in CITIES])
        ends.append(posts(key, "before" if years else "now", size, owner, at))
    return np.array(values).T, np.array(ends).T


@functools.cache
def other_sources():
    """What other sources make of a figure, as factors: by city and indicator, and of all figures."""
    own, pool, used = {}, [], {}
    for key, city in product(core(), CITIES):
        row = reference(key, city, "now")[0]
        used.setdefault((row["dataset"], row["observed"]), []).append((key, city))
    for (dataset, observed), cells in used.items():
        groups = {}
        for row in read(f"{dataset}.csv"):
            if row["indicator"] == observed:
                groups.setdefault((row["place"], row["period"], row.get("university"), row.get("batch")), []).append(row)
        for (place, when, *_), rows in groups.items():
            main = [float(row["value"]) for row in rows if row["status"] == "main"]
            factors = [float(row["value"]) / main[0] for row in rows] if main and main[0] and len(rows) > 1 else []
            factors = [factor for factor in factors if 0.5 < factor < 2]
            pool += factors[1:]
            for key, city in cells:
                if factors and (city, cell(key, city, "now")[2]) == (place, when):
                    own[city, key] = factors
    return own, pool or [1.0]


@functools.cache
def factors():
    """By city and indicator what a figure may be multiplied by: what other sources make of it.

    Else it is as far off as some figure of the ledger is, up or down; places in lists are as they are printed.
    """
    own, pool = other_sources()
    around = {key: [1.0] if tables()[0][key]["kind"] == "rank" else [*pool, *(1 / factor for factor in pool)] for key in core()}
    return [[own.get((city, key), around[key]) for key in core()] for city in CITIES]


LEVELS = {"size": 2, "goalposts": 3, "lists": 2, "years": 2, "structure": 2, "ends": 2, "pillars": 0}
OWNERS = ("best", "second", "mean")


def choices():
    return {**LEVELS, "pillars": 1 + len({tables()[0][key]["pillar"] for key in core()})}


@functools.cache
def pillars_taken(level):
    """Which pillars count: as they are, without each of those that are scored, with each of the others."""
    order = list(dict.fromkeys(tables()[0][key]["pillar"] for key in core()))
    changes = [pillar for pillar in order if pillar in scored()] + [pillar for pillar in order if pillar not in scored()]
    changed = changes[level - 1] if level else None
    return order, [(pillar in scored()) != (pillar == changed) for pillar in order]


def world(design, rng=None):
    """Index and pillar scores of the cities under one design; what has a generator of its own among the choices is drawn, too."""
    values, ends = variant(design["size"], design["lists"], design["years"], OWNERS[design["goalposts"]])
    keys, rng = core(), rng or {}
    if "figures" in rng:
        dice = rng["figures"].random((len(CITIES), len(keys)))
        values = values * [[found[int(at * len(found))] for found, at in zip(*row, strict=True)] for row in zip(factors(), dice, strict=True)]
    scores = np.clip(score(values, ends), 0, OPEN if design["ends"] else 1)
    if "scale" in rng and rng["scale"].random() < 0.5:
        rank = np.array([tables()[0][key]["kind"] == "rank" for key in keys])
        scores = np.where(rank, 1 - np.log10(1 + 9 * np.maximum(1 - scores, 0)), np.log10(1 + 9 * scores))
    gone = rng["indicator left out"].integers(len(keys) + 1) if "indicator left out" in rng else len(keys)
    order, taken = pillars_taken(design["pillars"])
    parts = [[n for n, key in enumerate(keys) if tables()[0][key]["pillar"] == pillar and n != gone] for pillar in order]
    means = np.array([[row[part].mean() if part else np.nan for part in parts] for row in scores])
    weights = np.array([len(part) if design["structure"] else 1.0 for part in parts]) * taken
    weights = weights * (rng["weights"].exponential(size=len(parts)) if "weights" in rng else 1)
    return average(means, np.where(np.isnan(means).any(0), 0, weights), rng["mean"].integers(3) if "mean" in rng else 0), means


def average(means, weights, how):
    weights, means = weights / weights.sum(), np.nan_to_num(means, nan=1.0)
    floored = np.maximum(means, FLOOR)
    return [means @ weights, np.exp(np.log(floored) @ weights), 1 / ((1 / floored) @ weights)][how]


@functools.cache
def designs():
    """Every design: levels, index."""
    return [(levels, world(dict(zip(LEVELS, levels, strict=True)))[0]) for levels in product(*(range(n) for n in choices().values()))]


@functools.cache
def worlds(count=3000):
    """Worlds one after the other: levels, index, pillars."""
    generator, found = np.random.default_rng(7), []
    every = dict.fromkeys(("figures", "scale", "indicator left out", "weights", "mean"), generator)
    for _ in range(count):
        levels = tuple(int(generator.integers(n)) for n in choices().values())
        found.append((levels, *world(dict(zip(LEVELS, levels, strict=True)), every)))
    return found


def first_share(rows):
    """Shares of a hundred in which each city comes first."""
    return np.bincount([int(np.argmax(row[1])) for row in rows], minlength=3) / len(rows) * 100


# What the chapter says ---------------------------------------------------------------------------------------------------


def numbers(title):
    return [float(hit.replace(",", "")) for hit in re.findall(r"\d[\d,]*(?:\.\d+)?", title)]


def listed(names):
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def small(title):
    return title if title[1:2].isupper() or title[1:2] == "&" or title.startswith(("Nature", "Global", "Numbeo")) else title[0].lower() + title[1:]


def ahead(points):
    order = np.argsort(-points)
    return NAMES[order[0]], NAMES[order[1]], points[order[0]] - points[order[1]]


def points_ahead(lead, tie):
    return "level" if lead < tie else f"{lead:.0f} point{'s' if round(lead) != 1 else ''} ahead"


def test_the_index(said):
    first, second, lead = ahead(index())
    assert (said["first"], said["second"]) == (first, second)
    assert said["n_counted"] == len(counted()) and said["cells"] == 3 * len(counted())
    told = sorted(zip(index(), NAMES, strict=True), reverse=True)
    assert said["points"] == listed([f"{name} {value:.0f}" for value, name in told])
    assert said["apart_told"] == points_ahead(lead, said["tie"])
    assert said["at_cap"] == sum(score(cell(key, city, "now")[1], posts(key, "now")) > 1 for key in counted() for city in CITIES)
    assert said["recent"] == pytest.approx(100 * np.mean([cell(key, city, "now")[2] >= "2023" for key in counted() for city in CITIES]))


def test_the_three_sentences(said, titles):
    """The answer, each word of it that a figure chooses."""
    first, second, lead = ahead(index())
    share = first_share(worlds())
    likely = NAMES[int(share.argmax())]
    words = next(
        told
        for least, told in ((95, "in almost every way"), (200 / 3, "in most ways of building an index"), (50, "in a little more"), (0, "in some"))
        if share.max() >= least
    )
    one, two, three = (said[f"sentence_{n}"] for n in (1, 2, 3))
    assert likely == first and one.startswith(f"{likely} comes first {words}: with equal weights it is {points_ahead(lead, said['tie'])} of {second}")
    assert float(re.search(r"leads in (\d+) per cent", one)[1]) == pytest.approx(share.max(), abs=3)
    turned = [share for share in swings().values() if share[0][int(share[1])] < 50]
    assert ("policy counts too, Shenzhen leads" in two) == any(share[2] == "pillars" for share in turned), two
    assert listed(above_all()) in three and "stand above all three" in three


@functools.cache
def swings():
    """Of each choice of design the level that helps the leader least: choice -> shares, leader, choice."""
    leader, found = int(first_share(worlds()).argmax()), {}
    for n, (name, count) in enumerate(choices().items()):
        shares = [first_share([row for row in worlds() if row[0][n] == level]) for level in range(count)]
        found[name] = (min(shares, key=lambda share: share[leader]), leader, name)
    return found


def test_what_it_hangs_on(said, titles):
    """The titles name the leader with its share, and the decision that turns it; another way to draw the same worlds agrees."""
    share = first_share(worlds())
    title = titles["what-it-hangs-on"]
    assert title.startswith(f"{NAMES[int(share.argmax())]} leads in ")
    assert numbers(title) == pytest.approx([share.max()], abs=3)
    low, leader, choice = min(swings().values(), key=lambda found: found[0][found[1]])
    assert choice == "pillars" and "if policy counts too" in title
    assert ("in fewer than half" in title) == (low[leader] < 50)
    assert said["turn_first"] == NAMES[int(low.argmax())]
    assert said["turn_share"] == pytest.approx(low.max(), abs=6)
    last = [np.argmin(row[1]) for row in worlds()]
    assert said["last"] == NAMES[int(np.argmin(index()))]
    assert float(said["share_last"].split()[0]) == pytest.approx(100 * np.mean(np.array(last) == np.argmin(index())), abs=3)


def test_every_design(said, titles):
    leader = NAMES.index(said["leader"])
    leads = np.array([100 * (values[leader] - np.delete(values, leader).max()) for _, values in designs()])
    assert titles["every-design"] == f"With equal weights {said['leader']} leads in {100 * (leads > 0).mean():.0f} per cent of all designs"
    assert (said["ahead_in"], said["n_designs"]) == ((leads > 0).sum(), len(leads))
    assert [said["low"], said["high"]] == pytest.approx([leads.min(), leads.max()])
    assert said["low_words"] == f"{abs(leads.min()):.0f} points {'behind' if leads.min() < 0 else 'ahead'}"
    assert said["level_in"] == (np.abs(leads) < said["tie"]).sum()


def test_a_tie_is_what_another_source_list_or_year_can_turn(said):
    generator, leads = np.random.default_rng(3), []
    for _ in range(1500):
        design = dict.fromkeys(LEVELS, 0) | {name: int(generator.integers(2)) for name in ("lists", "years")}
        leads.append(lead_of_two(world(design, {"figures": generator})[0]))
    low, high = np.quantile(leads, [0.05, 0.95])
    assert said["tie"] == pytest.approx((high - low) / 2, abs=0.4)
    assert said["tie"] == round(2 * said["tie"]) / 2


@functools.cache
def two():
    """Who are first and second."""
    return np.argsort(-index())[:2]


def lead_of_two(values):
    first, second = two()
    return 100 * (values[first] - values[second])


def test_what_decides(titles):
    """Total effects by drawing one choice anew in each world: the variance that is left when all other choices are known."""
    names = {"pillars": "which pillars count", "weights": "their weights", "ends": "an end of the scale or none", "mean": "which mean"}
    names |= {"size": "per resident or in all", "scale": "even or diminishing scores", "indicator left out": "one indicator left out"}
    every = [*LEVELS, "weights", "scale", "mean", "indicator left out", "figures"]

    def drawn(n, again):
        rng = {name: np.random.default_rng([n, k, int(name == again)]) for k, name in enumerate(every)}
        return lead_of_two(world({name: int(rng[name].integers(count)) for name, count in choices().items()}, rng)[0])

    many = 900
    plain = np.array([drawn(n, None) for n in range(many)])
    total = {name: ((np.array([drawn(n, name) for n in range(many)]) - plain) ** 2).mean() / 2 / plain.var() for name in names}
    order = sorted(total, key=total.get, reverse=True)
    assert titles["what-decides"] == f"Two choices decide most: {names[order[0]]} and {names[order[1]]}", total


def surely():
    """Who leads which pillar here and in two of three worlds."""
    order = pillars_taken(0)[0]
    means = np.array([row[2] for row in worlds()])
    found = {}
    for pillar in scored():
        column = means[:, :, order.index(pillar)]
        share = np.bincount(column.argmax(1), minlength=3) / len(column)
        leader = int(profile()[:, scored().index(pillar)].argmax())
        if share[leader] >= 2 / 3:
            found.setdefault(leader, []).append(tables()[1][pillar]["short"].lower())
    told = [f"{NAMES[city]} in {listed(words)}" for city, words in sorted(found.items(), key=lambda item: -len(item[1]))]
    return f"Surely ahead: {'; '.join(told)}" if told else "In no pillar is one city surely ahead"


@functools.cache
def above_all():
    """Peers with half of the indicators that stand above all three on those."""
    found = []
    for place in peers():
        keys = [key for key in counted() if cell(key, place, "now")]
        if 2 * len(keys) >= len(counted()):
            own, ours = index(keys=keys, cities=[place])[0], index(keys=keys)
            found.append((own, own > ours.max() + 1, place))
    names = {row["place"]: row["name_en"] for row in read("places.csv")}
    return [names[place] for _, above, place in sorted(found, reverse=True) if above]


def worth():
    return f"{listed(above_all())} {'stand' if len(above_all()) > 1 else 'stands'} above all three"


def furthest():
    table = board(core())
    return f"Nowhere are the cities further apart than in {small(tables()[0][core()[int(np.ptp(table, axis=0).argmax())]]['short'])}"


def on_equal_weights():
    first, second, lead = ahead(index())
    return f"{first} is {points_ahead(lead, 1)}" if lead >= 1 else f"{first} and {second} are level"


def then_to_now():
    then, now = index("then", common()), index("now", common())
    assert then.argmax() == now.argmax()
    was, has = ahead(then)[2], ahead(now)[2]
    return f"The lead of {ahead(then)[0]} {'grew' if has > was + 1 else 'shrank' if has < was - 1 else 'hardly moved'}"


def longest_climb():
    """Between today's goalposts from the first year to the last that a city has, of the indicators with a series."""
    best = (0, "", "")
    for key, city in product(("rd_intensity", "best_university", "gdp_head", "gfci_rank"), CITIES):
        row, whose = reference(key, city, "now")
        there, ends = standing(row["dataset"], row["observed"], city), posts(key, "now")
        by_year = {int(when[:4]): min(values) if row["take"] == "least" else values[0] for when, values in there.items() if when >= "2012"}
        parts = [(part, per) for (indicator, owner, part), per in references().items() if (indicator, owner) == (key, whose) and part.startswith("per")]
        for year in by_year:
            by_year[year] *= float(row["factor"])
            for part, per in parts:
                by_year[year] /= around(per, part.partition("@")[2] or city, year)
        if len(by_year) >= 5:
            climb = score(by_year[max(by_year)], ends) - score(by_year[min(by_year)], ends)
            best = max(best, (climb, city, key))
    return f"The longest climb: {NAMES[CITIES.index(best[1])]} in {small(tables()[0][best[2]]['title'])}"


def fair():
    """Scores of the index's indicators, weights."""
    keys = counted()
    sizes = [sum(tables()[0][other]["pillar"] == tables()[0][key]["pillar"] for other in keys) for key in keys]
    return board(keys), np.array([1 / len(scored()) / size for size in sizes])


def what_the_third_adds(scores, weights):
    """What all reach more than the best pair, and which city is not in it."""
    pairs = {pair: float(scores[list(pair)].max(0) @ weights) for pair in combinations(range(3), 2)}
    best = max(pairs, key=pairs.get)
    return 100 * (float(scores.max(0) @ weights) - pairs[best]), ({0, 1, 2} - set(best)).pop()


@functools.cache
def dealt():
    scores, weights = fair()
    generator, orders = np.random.default_rng(4), np.array(list(permutations(range(3))))
    picks = orders[generator.integers(6, size=(4000, scores.shape[1]))]
    return [what_the_third_adds(scores[pick.T, np.arange(scores.shape[1])], weights)[0] for pick in picks]


def completes():
    added, rest = what_the_third_adds(*fair())
    return f"{NAMES[rest]} {'adds what the others lack' if added >= median(dealt()) else 'adds little that the others lack'}"


def test_together(said):
    scores, weights = fair()
    added, rest = what_the_third_adds(scores, weights)
    assert (said["pair"], said["rest"]) == (pytest.approx(added), NAMES[rest])
    assert said["alone"] == pytest.approx(100 * (scores.max(0) @ weights - (scores @ weights).max()))
    assert said["middle"] == pytest.approx(median(dealt()), abs=0.15)
    assert said["reached"] == pytest.approx(100 * np.mean(np.array(dealt()) >= added - 1e-9), abs=1.5)


def winners_elsewhere(free=False):
    """Who is first in each published list that ranks all three in one edition; `free`: in those that are no part of the index."""
    lists = {("smart_city_rank", name): min for name in ("imd_rank", "isui_rank")}
    lists |= {("financial_centre_rank", "gfci_rank"): min, ("scoreboard", "numbeo_quality_of_life_index"): max}
    lists |= {("scoreboard", name): min for name in ("startup_genome_rank", "kearney_rank")}
    used = {row["observed"] for row in read("index_references.csv")}
    winners = []
    for (dataset, observed), best in lists.items():
        by_city = [standing(dataset, observed, city) for city in CITIES]
        whole = sorted(set.intersection(*map(set, by_city)))
        if whole and not (free and observed in used):
            values = [one[whole[-1]][0] for one in by_city]
            winners.append(NAMES[values.index(best(values))])
    return winners


def who_is_first_elsewhere():
    winners = winners_elsewhere()
    times = max(winners.count(name) for name in NAMES)
    most = sorted(name for name in NAMES if winners.count(name) == times)
    if len(most) > 1:
        return f"Published lists are divided between {listed(most)}"
    return f"{'Most' if 2 * times > len(winners) else 'More'} published lists put {most[0]} first"


AGAIN = {
    "six-pillars": surely, "between-goalposts": furthest, "your-weights": on_equal_weights, "what-first-is-worth": worth, "then-and-now": then_to_now,
    "year-by-year": longest_climb, "together": completes, "published-lists": who_is_first_elsewhere,
}  # fmt: skip


def test_titles_say_what_the_files_give(titles):
    assert {name: titles[name] for name in AGAIN} == {name: again() for name, again in AGAIN.items()}
    assert 8 <= len(titles) <= 12
    for title in titles.values():
        assert len(title) < 90 and len(numbers(title)) <= 1, title


def test_then_and_now(said):
    then, now = index("then", common()), index("now", common())
    assert said["n_same"] == len(common())
    assert [said["was_lead"], said["has_lead"]] == [points_ahead(ahead(points)[2], said["tie"]) for points in (then, now)]
    assert said["rose"] == NAMES[int((now - then).argmax())] and said["rose_by"] == pytest.approx((now - then).max())


def test_gaps_between_the_cities(said):
    gaps = dict(zip(scored(), 100 * np.ptp(profile(), axis=0), strict=True))
    for word, key in (("widest", max(gaps, key=gaps.get)), ("closest", min(gaps, key=gaps.get))):
        assert said[word] == tables()[1][key]["title"].lower()
        assert said[f"{word}_gap"] == pytest.approx(gaps[key])


def test_how_far_apart_the_years_are():
    """Methods: statistics of different years stand beside each other, at the widest five years apart; lists never do."""
    years = {key: [int(cell(key, city, "now")[2][:4]) for city in CITIES] for key in core()}
    widest = max(np.ptp(of) for key, of in years.items() if tables()[0][key]["same"] != "yes")
    assert widest == 5 and "at the widest five years apart" in (ROOT / "book" / "a3-methods.md").read_text(encoding="utf-8")
    assert {np.ptp(of) for key, of in years.items() if tables()[0][key]["same"] == "yes"} == {0}


def test_what_the_prose_takes_for_granted(said):
    """Words in the chapter that name a size, a city or a result without computing it."""
    assert said["first"] == said["leader"] == said["was_first"] == said["has_first"]
    assert (said["in_all"], said["large"], said["small"]) == ("narrows", "Guangzhou", "Hong Kong")
    assert tables()[1]["policy"]["scored"] == "no" and sum(tables()[0][key]["pillar"] == "policy" for key in core()) == 1
    sections = [row["section"] for row in read("claims.csv")]
    largest = max((section for section in set(sections) if section in ("pipeline", "fintech", "policy")), key=sections.count)
    assert largest == "policy", "the article gives its largest section to institutions"
    assert said["least"] == "which source is right"


def test_lists_that_are_no_part_of_the_index(said):
    free = winners_elsewhere(free=True)
    assert said["n_free"] == NUMBERS[len(free)] and said["n_own"] == NUMBERS[len(winners_elsewhere()) - len(free)]
    assert said["n_free_first"] == NUMBERS[free.count(said["free_first"])] and 2 * free.count(said["free_first"]) >= len(free)


def test_no_single_figure_would_do(said):
    scores, weights = fair()
    first, second = np.argsort(-index())[:2]
    gap = float(scores[first] @ weights - scores[second] @ weights)
    enough = [n for n in range(len(weights)) if scores[second, n] + gap / weights[n] <= 1]
    assert said["single"].startswith("No single figure") == (not enough)


def test_enough_indicators():
    """Three a pillar that is scored, four fifths of the figures of 2023 or later, and a reason for every candidate."""
    assert len(counted()) >= 20
    assert all(sum(tables()[0][key]["pillar"] == pillar for key in counted()) >= 3 for pillar in scored())
    assert np.mean([cell(key, city, "now")[2] >= "2023" for key in counted() for city in CITIES]) >= 0.8
    assert all(row["reason"] for row in read("index_indicators.csv"))


def test_the_figures_that_carry_it():
    """A change of the data that turns the chapter's story must be seen by somebody."""
    points = index()
    assert NAMES[int(points.argmax())] == "Hong Kong" and ahead(points)[2] > 5
    assert points[2] < min(points[:2]) - 5
    assert index("then", common()).argmax() == 0


def test_the_trial_hears_this_chapter(said):
    """The verdict on "they complement each other" tells what the chapter computes."""
    from gba.claims import registry as claims

    reason = claims.try_claim("no_single_winner").reason
    added, rest = what_the_third_adds(*fair())
    assert f"within {added:.1f} points" in reason and f"{NAMES[rest]} would be needed" in reason, reason
    assert f"at least that much in {said['reached']:.0f} per cent" in reason
