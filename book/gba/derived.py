"""Series that the book computes from its ledger, for the chapters and for readers who take data along: one currency, per resident, scores.

Each is computed here once. A chapter asks the function and draws its rows; the build publishes them as `data/derived/<name>.csv` (`published`), every
row with the figures that it was computed from, and describes them in the published descriptor (`described`). Nothing of it is kept in the repository, so
it cannot be out of date, and a fork's figures flow into it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from gba.data.datapackage import read
from gba.data.load import datasets, load, places, state
from gba.data.select import series
from gba.data.series import ISSUER, in_usd, mean_of_year_ends, ratio, rows_of
from gba.exhibit.tables import all_indicators
from gba.index import composite
from gba.index.sheet import compared_cities, sheet

#: First and last year of the revised series of output: before them stands what was printed, and after them what was printed on the same base.
REVISED = {"shenzhen": (2000, 2018), "guangzhou": (1978, 2018)}
#: The census that found more residents than had been estimated: what was divided by residents before it is too high.
CENSUS = 2020
FOLDER = "derived"


class Derived(NamedTuple):
    """A computed series and what its record says of it.

    Attributes
    ----------
    title, description : of the dataset
    needs : indicators, or tables, of the ledger without which there is nothing to compute
    columns : of the file, by name: type, and what it is (with its unit)
    rows : computes the rows; `behind` of each are the rows of the ledger that it comes from, with their `dataset`
    """

    title: str
    description: str
    needs: set[str]
    columns: dict[str, tuple[str, str]]
    rows: Callable[[], pd.DataFrame]


# ---- what is computed -------------------------------------------------------------------------------------------------


def output() -> pd.DataFrame:
    """Output of each city by year, in US dollars: as printed in dollars where it is, else in the city's own money at the year's average rate.

    Returns
    -------
    the ledger's rows of output with `usd` (dollars), `hong_kong_100` (per cent of Hong Kong's of the year) and `behind`;
    the compared cities first, by year

    >>> rows = output()
    >>> rows.loc[rows["place"] == "hong_kong", "hong_kong_100"].dropna().unique().tolist()
    [100.0]
    """
    return _output(state("gdp", "exchange_rate", "places")).copy()


@functools.lru_cache(maxsize=2)
def _output(_: tuple) -> pd.DataFrame:
    gdp, rates = load("gdp"), load("exchange_rate")
    there = set(gdp.loc[gdp["indicator"] == "gdp_current_lcu", "place"])
    kind = places()["kind"]
    cities = [place for place in _in_order(there) if kind[place] == "city"]
    rows = pd.concat([_as_it_stands(gdp, place) for place in cities], ignore_index=True)
    rows = in_usd(rows, rates).dropna(subset="usd").reset_index(drop=True)
    known = _rates(rates)
    rows["behind"] = [[_of("gdp", row), *_rate(row, known)] for row in rows.to_dict("records")]
    return _against_hong_kong(rows, "usd", "hong_kong_100")


def _as_it_stands(gdp: pd.DataFrame, place: str) -> pd.DataFrame:
    """Output as the statistics have it today: the revised years, or those printed in dollars, and besides them what was printed."""
    own = rows_of(gdp, "gdp_current_lcu", place)
    first, last = REVISED.get(place, (None, None))
    printed = gdp["indicator"].eq("gdp_current_lcu_revised" if first else "gdp_current_usd")
    better = gdp[(gdp["place"] == place) & printed & gdp["year"].between(first or 0, last or 9999)]
    covered = own["year"].between(better["year"].min(), better["year"].max()) if first and len(better) else own["year"].isin(better["year"])
    return pd.concat([better, own[~covered]]).sort_values("year", ignore_index=True)


def output_per_resident() -> pd.DataFrame:
    """Output per resident of the three cities by year, in US dollars: over residents at mid-year where they are known, else as printed.

    Returns
    -------
    rows of the ledger (of output, or of output per head) with `usd` (dollars a resident), `hong_kong_100`, `at_purchasing_power` (the same at what
    money buys at home), `weak` (rests on residents as estimated before the census of 2020) and `behind`

    >>> bool(output_per_resident()["usd"].gt(0).all())
    True
    """
    whole, heads, rates, parity = output(), load("gdp_per_capita"), load("exchange_rate"), load("purchasing_power")
    living = rows_of(load("population"), ["residents_midyear"], "hong_kong"), rows_of(load("population"), "residents_year_end", "shenzhen")
    people = {"hong_kong": series(living[0]), "shenzhen": mean_of_year_ends(series(living[1]))}
    divided = whole[whole["place"].isin(people) & ~(whole["place"].eq("shenzhen") & whole["year"].eq(CENSUS))]
    divided = divided.assign(usd=[row.usd / people[row.place].get(row.year, np.nan) for row in divided.itertuples()]).dropna(subset="usd")
    ends = {(row["place"], row["year"]): row for rows in living for row in rows.to_dict("records")}
    counted = {"hong_kong": (0,), "shenzhen": (-1, 0)}
    divided["behind"] = [
        [*row.behind, *(_of("population", ends[row.place, row.year + back]) for back in counted[row.place])] for row in divided.itertuples()
    ]
    revised = rows_of(heads, "gdp_per_capita_current_lcu_revised", "guangzhou")
    stated = pd.concat([
        revised, rows_of(heads, "gdp_per_capita_current_lcu", "guangzhou", revised["year"].max() + 1),
        rows_of(heads, "gdp_per_capita_current_lcu", "shenzhen", CENSUS, CENSUS)])
    stated = in_usd(stated, rates).dropna(subset="usd")
    known = _rates(rates)
    stated["behind"] = [[_of("gdp_per_capita", row), *_rate(row, known)] for row in stated.to_dict("records")]
    rows = pd.concat([divided, stated], ignore_index=True).sort_values(["place", "year"], key=_ranked, ignore_index=True)
    rows["weak"] = rows["place"].ne("hong_kong") & rows["year"].lt(CENSUS) & ~rows["indicator"].eq("gdp_per_capita_current_lcu_revised")
    rows = _against_hong_kong(rows, "usd", "hong_kong_100")
    # What a place's money buys of what it costs at the exchange rate; the mainland's against Hong Kong's.
    level = {place: ratio(series(parity, place=place), series(rates, place=place)) for place in ("china", "hong_kong")}
    cheaper = ratio(level["hong_kong"], level["china"])
    rows["at_purchasing_power"] = rows["hong_kong_100"] * rows["year"].astype(int).map(cheaper).where(rows["place"].ne("hong_kong"), 1.0)
    levels = known | {(row["place"], row["year"], "parity"): _of("purchasing_power", row) for row in parity.to_dict("records")}
    more = [(place, *of) for place in ("china", "hong_kong") for of in ((), ("parity",))]
    for row in rows[rows["place"].ne("hong_kong") & rows["at_purchasing_power"].notna()].itertuples():
        row.behind.extend(levels[place, row.year, *of] for place, *of in more if levels[place, row.year, *of] not in row.behind)
    return rows


def research() -> pd.DataFrame:
    """What the three cities spend on research by year: US dollars, and per cent of output as printed.

    Returns
    -------
    rows of the ledger (total expenditure, and where it is not known the share of output) with `usd`, `percent_of_output` and `behind`
    """
    table, rates, cities = load("rd_expenditure"), load("exchange_rate"), compared_cities()
    spent = in_usd(rows_of(table, "gerd", cities), rates).dropna(subset="usd")
    share = rows_of(table, "gerd_intensity", cities)
    both = spent.merge(share[["place", "year", "value"]].rename(columns={"value": "percent_of_output"}), on=["place", "year"], how="left")
    alone = share.merge(spent[["place", "year"]], on=["place", "year"], how="left", indicator=True).query("_merge == 'left_only'").drop(columns="_merge")
    rows = pd.concat([both, alone.assign(percent_of_output=alone["value"], usd=np.nan)], ignore_index=True)
    known, shares = _rates(rates), {(row["place"], row["year"]): row for row in share.to_dict("records")}

    def behind(row: dict) -> list[dict]:
        money = [] if row["indicator"] == "gerd_intensity" else [_of("rd_expenditure", row), *_rate(row, known)]
        return money + [_of("rd_expenditure", shares[at]) for at in [(row["place"], row["year"])] if at in shares]

    return rows.assign(behind=[behind(row) for row in rows.to_dict("records")]).sort_values(["place", "year"], key=_ranked, ignore_index=True)


def residents(place: str, year: int) -> pd.DataFrame:
    """The row of a city's residents: of the middle of the year in Hong Kong, of a census or of the year's end elsewhere; of the newest year until then.

    >>> residents("hong_kong", 2016)[["indicator", "year"]].to_dict("records")
    [{'indicator': 'residents_midyear', 'year': 2016}]
    """
    kinds = ["residents_midyear"] if place == "hong_kong" else ["residents_year_end", "residents_census"]
    rows = load("population")
    rows = rows[(rows["place"] == place) & rows["indicator"].isin(kinds) & (rows["status"] == "main")]
    return rows[rows["year"] <= year].sort_values(["year", "indicator"], ascending=[True, False]).tail(1)


def patents_per_resident() -> pd.DataFrame:
    """International patent applications of the three cities, of whole years, and per million residents of the year.

    Returns
    -------
    rows of the ledger with `applications`, `per_million` and `behind`; a year without residents is left out
    """
    filed = rows_of(load("patents"), "pct_applications", compared_cities())
    filed = filed[filed["period"].str.len() == 4].reset_index(drop=True)
    people = [residents(row.place, row.year) for row in filed.itertuples()]
    same = [len(found) == 1 and found["year"].iloc[0] == year for found, year in zip(people, filed["year"], strict=True)]
    filed, people = filed[same].reset_index(drop=True), [found.iloc[0].to_dict() for found, fits in zip(people, same, strict=True) if fits]
    behind = [[_of("patents", row), _of("population", of)] for row, of in zip(filed.to_dict("records"), people, strict=True)]
    per_million = [1e6 * value / of["value"] for value, of in zip(filed["value"], people, strict=True)]
    return filed.assign(applications=filed["value"], per_million=per_million, behind=behind)


def index_scores() -> pd.DataFrame:
    """The index and its pillars, city by city, between 0 and 100.

    Returns
    -------
    place, part ("index" or the key of a pillar), title, score, weight (share of the pillar in the index) and `behind`
    """
    made = sheet()
    keys, cells = list(made.pillars.index), made.cells[made.cells["indicator"].isin(made.core)]
    cells = cells.assign(dataset="index", value=cells["score"].clip(0, 100))
    weights, rows = composite.weights_of(made), []
    for place, whole, pillars in zip(made.places, composite.index(made), composite.profiles(made), strict=True):
        own = cells[cells["place"] == place].assign(unit="points").to_dict("records")
        mine = {key: [_of("index", cell) for cell in own if cell["pillar"] == key] for key in keys}
        rows.append((place, "index", "The index", 100 * whole, 1.0, [figure for key in made.scored for figure in mine[key]]))
        rows += [(place, key, made.pillars.at[key, "title"], 100 * pillars[n], weights[n], mine[key]) for n, key in enumerate(keys) if not np.isnan(pillars[n])]
    return pd.DataFrame(rows, columns=["place", "part", "title", "score", "weight", "behind"])


# ---- how it is computed -----------------------------------------------------------------------------------------------


def _in_order(keys: Iterable[str]) -> list[str]:
    """Places, the compared cities first."""
    order = [*compared_cities(), *places().index]
    return sorted(keys, key=order.index)


def _ranked(column: pd.Series) -> pd.Series:
    return column.map({place: n for n, place in enumerate(_in_order(set(column)))}) if column.name == "place" else column


def _of(dataset: str, row: dict) -> dict:
    """A row of the ledger as one of those behind a figure."""
    return {"dataset": dataset, **{key: row[key] for key in ("indicator", "place", "period", "value", "unit", "source", "status")}}


def _rates(rates: pd.DataFrame) -> dict[tuple[str, int], dict]:
    return {(row["place"], row["year"]): _of("exchange_rate", row) for row in rates.to_dict("records")}


def _rate(row: dict, rates: dict[tuple[str, int], dict]) -> list[dict]:
    """The row of the exchange rate that a sum needs; none where it is in dollars."""
    return [] if row["unit"].startswith("USD") else [rates[ISSUER[row["unit"][:3]], row["year"]]]


def _against_hong_kong(rows: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    base = series(rows, column, place="hong_kong") if (rows["place"] == "hong_kong").any() else pd.Series(dtype=float)
    return rows.assign(**{name: 100 * (rows[column] / rows["year"].astype(int).map(base))})


# ---- as it is published -----------------------------------------------------------------------------------------------

_KEYS = {"place": ("string", "key into places"), "place_name": ("string", "the place in English"), "year": ("integer", "calendar year")}
_BEHIND = {
    "derived_from": ("string", "the figures of the ledger behind the row: dataset.indicator[place, period] = value unit"),
    "source": ("string", "keys into sources, separated by semicolons"),
    "status": ("string", "main, or aside: one of the figures behind the row stands aside in the ledger, which says why"),
}
_HUNDRED = ("number", "per cent of Hong Kong's of the same year")
DERIVED = {
    "output": Derived(
        "Output of the cities in US dollars",
        "Gross domestic product at current prices by city and year, in US dollars. Money of the place is divided by the year's average exchange rate; where "
        "dollars are printed, these stand. Revised series stand before first prints. The breaks of the ledger (breaks.csv) are breaks here too.",
        {"gdp_current_lcu", "exchange_rate_lcu_per_usd"},
        {"usd": ("number", "gross domestic product, US dollars"), "hong_kong_100": _HUNDRED},
        output,
    ),
    "output_per_resident": Derived(
        "Output per resident of the cities in US dollars",
        "Gross domestic product per resident by city and year: output over residents at mid-year (in Shenzhen the mean of two year-ends), or as printed.",
        {"gdp_current_lcu", "exchange_rate_lcu_per_usd", "gdp_per_capita_current_lcu_revised", "residents_midyear", "ppp_lcu_per_international_dollar"},
        {
            "usd": ("number", "gross domestic product per resident, US dollars"),
            "hong_kong_100": _HUNDRED,
            "at_purchasing_power": ("number", "per cent of Hong Kong's of the same year, at what money buys; the price level is that of all China"),
            "weak": ("boolean", "true: rests on residents as estimated before the census of 2020, too few"),
        },
        output_per_resident,
    ),
    "research": Derived(
        "Research of the cities in US dollars and as a share of output",
        "Gross domestic expenditure on research and development by city and year: at the year's average exchange rate, and as per cent of output as printed.",
        {"gerd", "gerd_intensity", "exchange_rate_lcu_per_usd"},
        {"usd": ("number", "expenditure, US dollars"), "percent_of_output": ("number", "expenditure, per cent of gross domestic product, as printed")},
        research,
    ),
    "patents_per_resident": Derived(
        "International patent applications of the cities per resident",
        "Applications under the Patent Cooperation Treaty by city and year, and per million residents of the year. Hong Kong's are undercounted, because its "
        "firms file elsewhere.",
        {"pct_applications", "residents_midyear"},
        {"applications": ("number", "international applications, count"), "per_million": ("number", "international applications per million residents")},
        patents_per_resident,
    ),
    "index_scores": Derived(
        "The index of chapter 5 and its pillars",
        "Scores between 0 and 100 by city: of the index and of each pillar, the mean of its indicators' scores.",
        {"index_indicators"},
        {
            "part": ("string", "index, or the key of a pillar"),
            "title": ("string", "the part in English"),
            "score": ("number", "0 at the worse goalpost, 100 at the better one"),
            "weight": ("number", "share of the part in the index; 0: shown and not scored"),
        },
        index_scores,
    ),
}


def available() -> dict[str, Derived]:
    """The computed series whose figures the ledger has: a fork that drops a dataset drops what was computed from it.

    >>> set(available()) <= set(DERIVED)
    True
    """
    known = set(all_indicators()["indicator"]) | set(datasets()["name"])
    return {name: about for name, about in DERIVED.items() if about.needs <= known}


def columns(name: str) -> dict[str, tuple[str, str]]:
    """The columns of a published series by name: type, and what they are."""
    own = DERIVED[name].columns
    keys = {key: value for key, value in _KEYS.items() if key != "year" or "part" not in own}
    return keys | own | _BEHIND


def published(name: str) -> pd.DataFrame:
    """A computed series as a table of its own: one row a place and year, numbers to twelve digits, and the figures behind each.

    >>> published("output").columns[:4].tolist()
    ['place', 'place_name', 'year', 'usd']
    """
    rows = DERIVED[name].rows()
    told = rows.assign(
        place_name=rows["place"].map(places()["name_en"]),
        derived_from=["; ".join(map(_told, behind)) for behind in rows["behind"]],
        source=["; ".join(dict.fromkeys(key for one in behind for key in str(one["source"]).split("; "))) for behind in rows["behind"]],
        status=["aside" if "aside" in {one["status"] for one in behind} else "main" for behind in rows["behind"]],
    )
    return told[list(columns(name))].reset_index(drop=True)


def _told(figure: dict) -> str:
    return f"{figure['dataset']}.{figure['indicator']}[{figure['place']}, {figure['period']}] = {float(figure['value']):.12g} {figure['unit']}"


def csv_of(name: str) -> str:
    """A computed series as CSV (UTF-8, LF, header)."""
    table = published(name)
    flags = {column: table[column].map({True: "true", False: "false"}) for column, (kind, _) in columns(name).items() if kind == "boolean"}
    return table.assign(**flags).to_csv(index=False, lineterminator="\n", float_format="%.12g")


def described() -> list[dict]:
    """The entries of the published descriptor for the series that can be computed, without what only the written file tells (bytes, hash).

    >>> described()[0]["path"]
    'derived/output.csv'
    """
    licences = read()["licenses"]
    return [
        {
            "name": f"{FOLDER}_{name}",
            "path": f"{FOLDER}/{name}.csv",
            "profile": "tabular-data-resource",
            "title": about.title,
            "description": about.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "licenses": licences,
            "schema": {
                "fields": [{"name": column, "type": kind, "description": said} for column, (kind, said) in columns(name).items()],
                "missingValues": [""],
                "primaryKey": [column for column in ("place", "year", "part") if column in columns(name)],
                "foreignKeys": [{"fields": "place", "reference": {"resource": "places", "fields": "place"}}],
            },
            "gba:kind": FOLDER,
        }
        for name, about in available().items()
    ]
