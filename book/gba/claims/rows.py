"""Rows of evidence in one form, whatever dataset they stand in; the article's own are never among them."""

import math

import pandas as pd

from gba.claims.rules import ASIDE, BEARS, BEHIND, DECIDES
from gba.data.load import indicators, load, places, sources

#: The article on trial is no witness to its own claims.
ARTICLE = "article-2019"
COLUMNS = ["part", "role", "dataset", "what", "place", "period", "seen", "unit", "source", "origin", "note"]


def observed(dataset: str, indicator: str | list[str], place: str | list[str] | None = None, period=None, *, aside=True, **keys) -> pd.DataFrame:
    """Observations, oldest first, with `key` (the place), `year` and `value` besides; those that stand aside, too, unless `aside` is False.

    The period may be (first year, last year); `keys` are further columns of the dataset and the value wanted, such as university="hku".

    >>> observed("gdp", "gdp_current_lcu", "shenzhen", "1979")[["place", "seen", "unit"]].values.tolist()
    [['Shenzhen', 1.9638, 'CNY_100m']]
    """
    rows = load(dataset)
    kept = rows["source"] != ARTICLE if aside else (rows["source"] != ARTICLE) & (rows["status"] == "main")
    if isinstance(period, tuple):
        kept, period = kept & rows["year"].between(*period), None
    for column, wanted in {"indicator": indicator, "place": place, "period": period, **keys}.items():
        kept = kept if wanted is None else kept & rows[column].isin(_listed(wanted))
    rows = rows[kept].sort_values(["indicator", "place", "period"], kind="stable")
    role = rows["status"].map({"main": DECIDES, "aside": ASIDE})
    titles, names = indicators(dataset)["title"], places()["name_en"]
    rows = rows.assign(dataset=dataset, what=rows["indicator"].map(titles), key=rows["place"], place=rows["place"].map(names), seen=rows["value"], role=role)
    return rows.reindex(columns=[*COLUMNS, "indicator", "key", "year", "value"]).reset_index(drop=True)


def cell(dataset: str, key: str, column: str, what: str) -> pd.DataFrame:
    """A cell of a ledger's row, with the sources that its provenance names; no row where there is none but the article's.

    >>> cell("spinoffs", "dji", "founded_year", "founded")["seen"].tolist()
    [2006]
    """
    ledger, names, found = load(dataset), places()["name_en"], []
    for row in ledger[ledger[ledger.columns[0]] == key].to_dict("records"):
        seen, source = row[column], _source_of(row, column)
        if source and not pd.isna(seen):
            seen = int(seen) if isinstance(seen, float) and seen == int(seen) else seen
            role = ASIDE if row.get("status") == "aside" and "only_in_article" not in row else DECIDES
            told = {"role": role, "dataset": dataset, "what": what, "seen": seen, "source": source, "note": row.get("note")}
            found.append({**told, "place": names.get(row.get("place"), row.get("place"))})
    return frame(found)


def _source_of(row: dict, column: str) -> str:
    """The keys of who gave a cell: by provenance where that names the column, else the row's; without the article."""
    given = dict(part.split("=", 1) for part in str(row.get("provenance") or "").split("; ") if "=" in part)
    # The targets' ledger names the part of a row ("target", "outcome 2023 800") rather than the column.
    part = next((given[name] for name in given if name.split(" ")[0] == column.split("_")[0]), None)
    keys = given.get(column) or part or row.get("source") or row.get("sources")
    return "; ".join(key for key in str(keys or "").split("; ") if key and key != ARTICLE)


def ledger(claim_id: str) -> pd.DataFrame:
    """What claims_evidence has on a claim; where a row says whether it agrees, that is what is compared."""
    rows = load("claims_evidence")
    rows = rows[rows["claim_id"] == claim_id].rename(columns={"value": "seen"})
    return rows.assign(dataset="claims_evidence", place=rows["place"].map(places()["name_en"])).reindex(columns=[*COLUMNS, "agrees"])


def computed(seen, unit: str, what: str, behind: pd.DataFrame, place: str | None = None, period: str | None = None) -> pd.DataFrame:
    """A figure that was computed here, and the rows behind it: the figure decides, with the sources of them all."""
    keys = "; ".join(dict.fromkeys(key for cell in behind["source"] for key in str(cell).split("; ")))
    first = {"role": DECIDES if seen is not None else BEARS, "dataset": "computed", "what": what, "place": place, "period": period, "seen": seen}
    return joined(frame([{**first, "unit": unit, "source": keys}]), behind.assign(role=BEHIND))


def frame(rows) -> pd.DataFrame:
    """Rows with the columns of evidence."""
    return pd.DataFrame(list(rows), columns=COLUMNS, dtype="object")


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    """Rows of evidence one below the other.

    >>> joined().columns.tolist() == COLUMNS
    True
    """
    cells = {name: [cell for part in parts for cell in (part[name].tolist() if name in part else [math.nan] * len(part))] for name in COLUMNS}
    return pd.DataFrame(cells, columns=COLUMNS, dtype="object")


def grade(row: dict) -> str:
    """The best grade among a row's sources; none for a figure that was computed here.

    >>> grade({"dataset": "computed", "source": "worldbank-gdp-usd-2026"})
    ''
    """
    known = sources()["grade"]
    return "" if row["dataset"] == "computed" else min((known.get(key, "C") for key in str(row["source"]).split("; ")), default="C")


def origins(rows: pd.DataFrame) -> set[str]:
    """Who says so: papers that print one release count once, and so do two pages of one publisher."""
    known = sources()["publisher"]
    return {
        row["origin"] if isinstance(row["origin"], str) else known.get(key, key)
        for row in rows[rows["role"] == DECIDES].to_dict("records")
        for key in str(row["source"]).split("; ")
    }


def _listed(wanted) -> list:
    return [wanted] if isinstance(wanted, str) else list(wanted)
