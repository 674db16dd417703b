"""The claims of the article on trial: for each claim one function that finds the evidence, computes a value and gives a verdict."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gba.data.load import indicators, load, places

HOLDS, THEN, FAILS, UNTOLD = "holds", "held then, not now", "does not hold", "cannot be told"
#: In the order in which charts and lists name them.
VERDICTS = (HOLDS, THEN, FAILS, UNTOLD)
#: The article on trial is no witness to its own claims.
ARTICLE = "article-2019"
#: Where the evidence functions stand; importing a module registers its functions.
MODULES = ("history", "pipeline", "fintech", "policy", "synthesis")
COLUMNS = ["dataset", "what", "place", "period", "value", "told", "unit", "source", "status", "note"]
ALL_COLUMNS = [*COLUMNS, "indicator", "key", "year"]

_REGISTRY: dict[str, Callable[[], "Evidence"]] = {}
_EXHIBITS: dict[str, tuple[str, ...]] = {}


class ClaimError(ValueError):
    """Claims and evidence do not fit together, or a verdict stands on nothing."""


@dataclass(frozen=True)
class Evidence:
    """What the data say of a claim.

    A verdict other than "cannot be told" needs rows; no row may be the article's own; and where every row stands aside
    (the curator set it aside for a reason), the reason of the verdict has to say so.
    """

    verdict: str
    reason: str
    rows: pd.DataFrame
    value: float | str | None = None
    unit: str = ""
    exhibits: tuple[str, ...] = field(default=())

    def __post_init__(self):
        if self.verdict not in VERDICTS:
            raise ClaimError(f"verdict {self.verdict!r}: one of {', '.join(VERDICTS)}")
        if any(ARTICLE in str(key).split("; ") for key in self.rows["source"]):
            raise ClaimError(f"a row of the evidence cites {ARTICLE}: the article cannot support its own claim, leave the row out")
        if self.verdict != UNTOLD and self.rows.empty:
            raise ClaimError(f"verdict {self.verdict!r} without a row of evidence; without rows it {UNTOLD}")
        if self.verdict != UNTOLD and (self.rows["status"] == "aside").all() and "aside" not in self.reason:
            raise ClaimError("all rows of the evidence stand aside; the reason has to say so")


def evidence(claim_id: str, *exhibits: str):
    """Register the function below as the evidence on a claim.

    Parameters
    ----------
    claim_id : key of claims.csv
    exhibits : exhibits of the book that concern the claim, as "chapter#name", such as "01-two-cities#overtaking"

    Raises
    ------
    ClaimError : the claim already has a function
    """

    def register(function):
        if claim_id in _REGISTRY:
            raise ClaimError(f"claim {claim_id} has two evidence functions: {_REGISTRY[claim_id]} and {function}")
        _REGISTRY[claim_id], _EXHIBITS[claim_id] = function, exhibits
        return function

    return register


def registered() -> dict[str, Callable[[], Evidence]]:
    """The evidence functions by claim.

    >>> "hk_hollowed_out" in registered()
    True
    """
    for module in MODULES:
        importlib.import_module(f"gba.claims.evidence.{module}")
    return dict(_REGISTRY)


def try_claim(claim_id: str) -> Evidence:
    """Try one claim.

    >>> try_claim("sz_ai_plan_horizon").verdict
    'does not hold'
    """
    functions = registered()
    if claim_id not in functions:
        raise ClaimError(f"no evidence function for claim {claim_id!r}; write one in book/gba/claims/evidence/ with @evidence({claim_id!r})")
    found = functions[claim_id]()
    return Evidence(found.verdict, found.reason, found.rows, found.value, found.unit, _EXHIBITS[claim_id])


def try_all() -> pd.DataFrame:
    """Try every claim of claims.csv.

    Returns
    -------
    DataFrame in the order of claims.csv with its columns (`unit` becomes `claimed_unit`) and verdict, reason, value (a number,
    a text or None), unit, rows (a DataFrame of `COLUMNS`), n_rows and exhibits

    Raises
    ------
    ClaimError : a claim without a function, or a function for a claim that does not exist

    >>> set(try_all()["verdict"]) <= set(VERDICTS)
    True
    """
    claims = load("claims").rename(columns={"unit": "claimed_unit"})
    unknown, missing = set(registered()) - set(claims["claim_id"]), set(claims["claim_id"]) - set(registered())
    if unknown or missing:
        raise ClaimError(f"claims.csv and the evidence functions differ: no claim for {sorted(unknown)}, no function for {sorted(missing)}")
    tried = [try_claim(key) for key in claims["claim_id"]]
    columns = {name: [getattr(one, name) for one in tried] for name in ("verdict", "reason", "value", "unit", "rows", "exhibits")}
    frame = claims.assign(**{name: pd.Series(values, index=claims.index, dtype="object") for name, values in columns.items()})
    return frame.assign(n_rows=[len(one.rows) for one in tried])


# Rows of evidence in one form --------------------------------------------------------------------------------------------


def observed(dataset: str, indicator: str | list[str], place: str | list[str] | None = None, period=None, *, every_source=False, **keys) -> pd.DataFrame:
    """Observations as rows of evidence, the article's own left out.

    Parameters
    ----------
    period : a period, or (first year, last year)
    every_source : all rows of a cell rather than the one that `load` picks
    keys : further columns of the dataset and the value wanted, such as university="hku"

    Returns
    -------
    DataFrame of `COLUMNS`, oldest first, empty if there is none; `what` is the indicator's title, `indicator`, `key` (the place)
    and `year` come besides

    >>> observed("gdp", "gdp_current_lcu", "shenzhen", "1979")[["place", "value", "unit"]].values.tolist()
    [['Shenzhen', 1.9638, 'CNY_100m']]
    """
    rows = load(dataset, every_source=every_source)
    rows = rows[rows["indicator"].isin(_listed(indicator)) & (rows["source"] != ARTICLE)]
    if isinstance(period, tuple):
        rows = rows[rows["year"].between(*period)]
    for column, wanted in {"place": place, "period": None if isinstance(period, tuple) else period, **keys}.items():
        rows = rows if wanted is None else rows[rows[column].isin(_listed(wanted))]
    rows = rows.sort_values(["indicator", "place", "period"], kind="stable")
    titles, names = indicators(dataset)["title"], places()["name_en"]
    rows = rows.assign(dataset=dataset, what=rows["indicator"].map(titles), key=rows["place"], place=rows["place"].map(names), told=None)
    return rows[ALL_COLUMNS].reset_index(drop=True)


def facts(dataset: str, key: str, **columns: str) -> pd.DataFrame:
    """Cells of one row of a ledger as rows of evidence, each with the source that its provenance names; the article's own are left out.

    Parameters
    ----------
    key : the row's id, in the ledger's first column
    columns : ledger's column and what to call it, such as founder="founder"

    Returns
    -------
    DataFrame of `COLUMNS`: the cell as text in `told`, as a number in `value` where it is one, and its column in `indicator`

    >>> facts("spinoffs", "dji", founded_year="founded")["told"].tolist()
    ['2006']
    """
    ledger = load(dataset)
    found = ledger[ledger[ledger.columns[0]] == key]
    rows = [_fact(dataset, row, column, what) for row in found.to_dict("records") for column, what in columns.items()]
    return pd.DataFrame([row for row in rows if row], columns=ALL_COLUMNS)


def _fact(dataset: str, row: dict, column: str, what: str) -> dict | None:
    cell, source = row[column], _source_of(row, column)
    if pd.isna(cell) or not source:
        return None
    place = places()["name_en"].get(row.get("place"), row.get("place"))
    number = float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
    text = f"{cell:g}" if number is not None else str(cell)
    status = "aside" if row.get("status") == "aside" else "main"
    seen = {"value": number, "told": text, "unit": "", "source": source, "status": status, "note": row.get("note")}
    return {"dataset": dataset, "what": what, "place": place, "period": None, **seen, "indicator": column, "key": row[next(iter(row))], "year": None}


def _source_of(row: dict, column: str) -> str:
    """The keys of who gave a cell: by provenance where that names the column, else the row's; without the article."""
    given = dict(part.split("=", 1) for part in str(row.get("provenance") or "").split("; ") if "=" in part)
    # The targets' ledger names the part of a row ("target", "outcome 2023 800") rather than the column.
    part = next((given[name] for name in given if name.split(" ")[0] == column.split("_")[0]), None)
    keys = given.get(column) or part or row.get("source") or row.get("sources")
    return "; ".join(key for key in str(keys or "").split("; ") if key and key != ARTICLE)


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    """Rows of evidence one below the other.

    >>> joined().columns.tolist() == ALL_COLUMNS
    True
    """
    kept = [part for part in parts if len(part)]
    return pd.concat([part.astype("object") for part in kept], ignore_index=True) if kept else pd.DataFrame(columns=ALL_COLUMNS)


def one(rows: pd.DataFrame, column: str) -> str | None:
    """The text of a ledger's cell among rows of evidence, None where no source but the article gives it."""
    told = rows.loc[rows["indicator"] == column, "told"]
    return told.iloc[0] if len(told) else None


def deciding(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that may decide: those that do not stand aside; all where every row does.

    >>> deciding(pd.DataFrame({"status": ["aside", "main"]}))["status"].tolist()
    ['main']
    """
    main = rows[rows["status"] == "main"]
    return main if len(main) else rows


def dates_agree(claimed: str, seen: str | None) -> bool:
    """Whether two dates are the same as far as both are known: 2018-03 and 2018 agree.

    >>> dates_agree("2018-03", "2018"), dates_agree("2018-09", "2018-10"), dates_agree("2018", None)
    (True, False, False)
    """
    shorter = min(len(claimed), len(seen)) if seen else 0
    return shorter >= 4 and claimed[:shorter] == seen[:shorter]


def article_says(claim_id: str) -> str:
    """The figure or date that the article gives for a claim, as text."""
    return load("claims").set_index("claim_id").loc[claim_id, "claimed_value"]


def only_article(what: str, settle: str, rows: pd.DataFrame | None = None) -> Evidence:
    """The verdict on a claim that no source but the article speaks to; `rows` are what comes nearest."""
    rows = joined() if rows is None else rows
    near = " What comes nearest is shown and does not settle it." if len(rows) else ""
    return Evidence(UNTOLD, f"No source but the article itself was found for {what}.{near} {settle} would settle it.", rows)


def confirmed(claim_id: str, rows: pd.DataFrame, what: str, unit: str = "", caveat: str = "", settle: str = "A second source", near=None) -> Evidence:
    """A figure of the article against the same figure elsewhere: it holds when they are equal, and cannot be told without rows."""
    if rows.empty:
        return only_article(what, settle, near)
    claimed, seen = float(article_says(claim_id)), float(deciding(rows)["value"].iloc[-1])
    if seen == claimed:
        return _compared(True, f"The article and a source besides it both give {seen:,g} for {what}.", rows, caveat, seen, unit)
    return _compared(False, f"For {what} the article gives {claimed:,g}, another source {seen:,g}.", rows, caveat, seen, unit)


def dated(claim_id: str, rows: pd.DataFrame, what: str, word: str, caveat: str = "", settle: str = "A second source", near=None) -> Evidence:
    """A date of the article against the same date elsewhere: it holds when they agree as far as both are known."""
    if rows.empty:
        return only_article(what, settle, near)
    claimed, seen = article_says(claim_id), deciding(rows)["told"].iloc[0]
    agree = dates_agree(claimed, seen)
    reason = f"Another source dates {what} to {seen}" + (", as the article does." if agree else f"; the article has {claimed}.")
    return _compared(agree, reason, rows, caveat, seen, word)


def _compared(agree: bool, reason: str, rows: pd.DataFrame, caveat: str, seen: float | str, unit: str) -> Evidence:
    alone = " All rows on it stand aside." if (rows["status"] == "aside").all() else ""
    return Evidence(HOLDS if agree else FAILS, f"{reason}{alone} {caveat}".strip(), rows, seen, unit)


def events(link: str, event: str, what: str, other: bool = False) -> pd.DataFrame:
    """Dates of an event in the ledger of payment links, of one link or of all others."""
    ledger = load("payment_link_dates")
    wanted = ledger[((ledger["link"] == link) != other) & (ledger["event"] == event)].sort_values("date")
    return joined(*(facts("payment_link_dates", key, date=what) for key in wanted["id"]))


def exhibits_drawn(folder: Path) -> set[str]:
    """The exhibits that the notebooks of a folder draw, as "chapter#name".

    >>> "x#y" in exhibits_drawn(Path("."))
    False
    """
    names = re.compile(r'name=\\?"([a-z0-9-]+)\\?"')
    return {f"{path.stem}#{name}" for path in sorted(folder.glob("*.ipynb")) for name in names.findall(path.read_text(encoding="utf-8"))}


def _listed(wanted) -> list:
    return [wanted] if isinstance(wanted, str) else list(wanted)
