"""What has moved since the last edition: figures revised, verdicts turned, years in which one city passes another.

The last edition is kept in data/last_edition.json.gz, its figures and its verdicts. `python -m gba.edition`, run in book/ (`make edition`), writes that
file from the data as they stand: do so when an edition is out, so that the next one can be set against it.
"""

from __future__ import annotations

import gzip
import json
import sys
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from gba import catalogue, claims
from gba.data.datapackage import Stamp, read, root, stamp
from gba.data.load import load, places
from gba.data.series import MONEY, crossing, in_usd
from gba.exhibit.tables import all_indicators
from gba.index.sheet import compared_cities
from gba.prose import in_words, told

NAME = "last_edition.json.gz"
#: What tells a figure apart in any edition; a dataset may get another name.
CELL = ["indicator", "place", "besides", "period"]
#: What turns the money of one place into that of another.
RATES = "exchange_rate_lcu_per_usd"
#: A smaller difference is one of rounding, as a share.
ROUNDING = 0.0005
#: Verdicts that leave a claim open: from one to another of them nothing has turned.
UNDECIDED = {"cannot be told", "disputed", "open", "not looked up"}


class Moved(NamedTuple):
    """What differs between two editions.

    Attributes
    ----------
    figures : one row a series in which a figure was revised: indicator, title, place, name, n (figures revised), period (of the largest change), before, now,
        change (a share), the largest first
    verdicts : claim_id, claim, before, now
    crossings : indicator, title, city, other (names), before, now (the first year above, missing where there is none)
    reach : one row a year: year, before, now (the share of the cities' series that reach it)
    size : before and now: figures, series, claims
    """

    figures: pd.DataFrame
    verdicts: pd.DataFrame
    crossings: pd.DataFrame
    reach: pd.DataFrame
    size: pd.DataFrame


def figures_now() -> pd.DataFrame:
    """The figures that the book uses: dataset, unit, value and what tells them apart."""
    rows = catalogue.observations()
    return rows.loc[rows["picked"], ["dataset", *CELL, "unit", "value"]].drop_duplicates(CELL).reset_index(drop=True)


def verdicts_now() -> dict[str, str]:
    """The verdict on each claim, by its id."""
    tried = claims.try_all()
    return dict(zip(tried["claim_id"], tried["verdict"], strict=True))


def last_edition() -> tuple[pd.DataFrame, dict[str, str]]:
    """The figures of the last edition, as `figures_now` gives them, and its verdicts."""
    kept = json.loads(gzip.decompress((root() / NAME).read_bytes()))
    return pd.DataFrame(kept["figures"]), kept["verdicts"]


@lru_cache(maxsize=4)
def _was(stamps: tuple[Stamp, ...]) -> dict[tuple[str, str, str, str, str], float]:
    both = last_edition()[0].drop(columns="dataset").merge(figures_now(), on=[*CELL, "unit"], suffixes=("_before", ""))
    both = both[~np.isclose(both["value_before"], both["value"], rtol=1e-9)]
    return both.set_index(["dataset", "indicator", "place", "period", "besides"])["value_before"].to_dict()


def was() -> dict[tuple[str, str, str, str, str], float]:
    """What a figure was in the last edition, where it is another now, in the unit that it has now; nothing where the book keeps no last edition.

    The keys are dataset, indicator, place, period and the further keys of the cell as text ("" where it has none, as `gba.catalogue.observations` has it).

    >>> all(len(cell) == 5 for cell in was())
    True
    """
    return _was((stamp(root() / NAME), stamp(root() / "datapackage.json"))) if (root() / NAME).is_file() else {}


def moved(last: tuple | None = None, now: tuple | None = None, years: tuple[int, ...] = (2024, 2025)) -> Moved:
    """This edition against the last.

    What one of the two does not have, because an indicator or a claim was added, renamed or removed, has not moved: `size` counts it. `last` and `now` are
    figures and verdicts, if not those of the last edition and of the data as they stand.

    >>> moved().verdicts.columns.tolist()
    ['claim_id', 'claim', 'before', 'now']
    """
    (old, judged), (new, judges) = last or last_edition(), now or (figures_now(), verdicts_now())
    both = old.merge(new, on=[*CELL, "unit"], suffixes=("_before", "_now"))
    size = {"figures": len, "series": lambda frame: len(_series(frame))}
    counts = {what: {"before": count(old), "now": count(new)} for what, count in size.items()} | {"claims": {"before": len(judged), "now": len(judges)}}
    reach = [{"year": year, **{when: (_series(frame) >= year).mean() for when, frame in (("before", old), ("now", new))}} for year in years]
    said = load("claims").set_index("claim_id")["claim_en"]
    turned = [(key, said[key], judged[key], judges[key]) for key in judges if key in judged and judged[key] != judges[key]]
    turned = [row for row in turned if not {row[2], row[3]} <= UNDECIDED]
    verdicts = pd.DataFrame(turned, columns=["claim_id", "claim", "before", "now"])
    return Moved(_revised(both), verdicts, _shifted(old, new), pd.DataFrame(reach), pd.DataFrame(counts).T)


def _revised(both: pd.DataFrame) -> pd.DataFrame:
    differ = both[both["value_before"] != 0].assign(change=lambda rows: rows["value_now"] / rows["value_before"] - 1)
    differ = differ.assign(far=differ["change"].abs()).sort_values(["far", *CELL], ascending=[False, True, True, True, True])
    series = differ[differ["far"] > ROUNDING].groupby(["indicator", "place", "besides"], sort=False)
    found = series.first().assign(n=series.size()).reset_index()
    named = _named(found).rename(columns={"value_before": "before", "value_now": "now"})
    return named[["indicator", "title", "place", "name", "n", "period", "before", "now", "unit", "change"]]


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    titles = all_indicators().drop_duplicates("indicator").set_index("indicator")["title"]
    name = [" ".join(filter(None, (places()["name_en"].get(row.place, row.place), in_words(row.besides) if row.besides else ""))) for row in frame.itertuples()]
    return frame.assign(title=frame["indicator"].map(titles).fillna(frame["indicator"]), name=name)


def _series(frame: pd.DataFrame) -> pd.Series:
    """The last year of each series of the cities that has at least three."""
    rows = frame[frame["place"].isin(compared_cities())].assign(year=lambda rows: rows["period"].str[:4].astype(int))
    series = rows.groupby(["indicator", "place", "besides"])["year"]
    return series.max()[series.nunique() >= 3]


def _shifted(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    # Where neither an indicator nor a rate has another figure, nothing has crossed anew: most of them.
    other = set(pd.concat([old, new]).drop_duplicates([*CELL, "unit", "value"], keep=False)["indicator"])
    before, now = (_crossings(frame if RATES in other else frame[frame["indicator"].isin(other | {RATES})]) for frame in (old, new))
    keys = [key for key in now if key in before and now[key] != before[key]]
    names = places()["name_en"]
    rows = [(key[0], "", "", names[key[1]], names[key[2]], before[key], now[key]) for key in keys]
    frame = _named(pd.DataFrame(rows, columns=["indicator", "place", "besides", "city", "other", "before", "now"]))
    return frame[["indicator", "title", "city", "other", "before", "now"]].astype({"before": "Int64", "now": "Int64"})


def _crossings(frame: pd.DataFrame) -> dict[tuple[str, str, str], int | None]:
    """By indicator, city and other city: the year since which the city is ahead of it, money in dollars; None where it is not, or always was."""
    rows = frame[frame["place"].isin(compared_cities()) & (frame["besides"] == "") & (frame["period"].str.len() == 4)]
    rows = rows.assign(year=rows["period"].astype(int))
    rates = frame[frame["indicator"] == RATES].assign(year=lambda rows: rows["period"].str[:4].astype(int))
    money = rows["unit"].isin(list(MONEY))
    rows.loc[money, "value"] = in_usd(rows[money], rates)["usd"]
    rows.loc[money, "unit"] = "USD"
    found, known = {}, all_indicators()
    low = set(known.loc[known["direction"] == "lower_better", "indicator"])
    for indicator, part in rows.dropna(subset="value").groupby("indicator"):
        lines = {place: line.set_index("year") for place, line in part.groupby("place")}
        for city, other in permutations(lines, 2):
            if set(lines[city]["unit"]) == set(lines[other]["unit"]):
                above, below = (other, city) if indicator in low else (city, other)
                found[indicator, city, other] = crossing(lines[above]["value"].sort_index(), lines[below]["value"].sort_index())
    return found


def news() -> list[str]:
    """What has moved, in sentences, at most five of a kind: verdicts, crossings, revisions, how far the figures reach."""
    found, most = moved(), 5
    shifts = found.crossings.dropna(subset="now").sort_values("before", kind="stable").head(most).itertuples()
    revised = found.figures[found.figures["place"].isin(compared_cities())].head(most).itertuples()
    said = [f'"{row.claim}": {row.now} (was: {row.before}).' for row in found.verdicts.head(most).itertuples()]
    said += [f"{row.title}: {row.city} passes {row.other} in {row.now}{'' if row.before is pd.NA else f', not in {row.before}'}." for row in shifts]
    said += [f"{row.title}, {row.name}: {told(row.before, ',g')} became {told(row.now, ',g')} ({row.period})." for row in revised]
    return said + [f"{told(row.now, '.0%')} of the cities' series reach {row.year}, where {told(row.before, '.0%')} did." for row in found.reach.itertuples()]


def main() -> int:
    """Say what has moved, for the changelog; then keep this edition for the next one to be set against."""
    print(*news(), sep="\n")
    kept = {"version": read()["version"], "figures": figures_now().to_dict("list"), "verdicts": verdicts_now()}
    said = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    (root() / NAME).write_bytes(gzip.compress(said, mtime=0))
    print(f"data/{NAME}: {len(kept['figures']['value']):,} figures and {len(kept['verdicts'])} verdicts of version {kept['version']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
