"""The article on trial: each claim with its parts, the evidence on each, and the verdict that the rules give."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from gba.claims.measures import MEASURES
from gba.claims.rows import ARTICLE, cell, computed, grade, joined, ledger, observed, origins
from gba.claims.rules import BEHIND, DECIDES, DISPUTED, FAILS, HOLDS, OPEN, ROLES, THEN, UNSEEN, VERDICTS, of_claim, of_part, outcome
from gba.claims.words import day, measured, spelled
from gba.data.errors import did_you_mean
from gba.data.load import load

__all__ = ["DISPUTED", "FAILS", "HOLDS", "OPEN", "THEN", "UNSEEN", "VERDICTS", "ClaimError", "Evidence", "Part", "exhibits_drawn", "try_all", "try_claim"]


#: Measures that need no function: of the rows that a part points at, those that stand aside left out, one decides for all.
EXTREMES = {"lowest": pd.Series.idxmin, "highest": pd.Series.idxmax}


class ClaimError(ValueError):
    """Claims, parts and evidence do not fit together, or a claim names what is not there."""


#: Units of a part in which things are not counted: a count stays one beside them.
AMOUNTS = {"percent", "CNY_100m", "km", "million_persons", "minutes", "rank", "times", "year", "date", "text", "yes_no"}


@dataclass(frozen=True)
class Part:
    """One thing that a claim says: what is asked, what the article has, the rows on it, and the verdict that they give."""

    name: str
    asks: str
    when: str
    test: str
    claimed: str
    unit: str
    verdict: str
    rows: pd.DataFrame

    @property
    def found(self):
        """What the first row that decides has; None where no row does."""
        seen = self.rows.loc[self.rows["role"] == DECIDES, "seen"]
        return seen.iloc[0] if len(seen) else None

    @property
    def shown(self) -> list[dict]:
        """The rows that a reader is to see: those that decide, then those that bear on it; not the ones behind a computed figure."""
        rows = self.rows.sort_values("role", key=lambda roles: roles.map(ROLES.index), kind="stable")
        return [{**row, "told": self.tell(row)} for row in rows[rows["role"] != BEHIND].to_dict("records")]

    def tell(self, row: dict) -> str:
        """What a row has, as a reader writes it: a statement, or a value in the article's unit where its own does not differ."""
        if self.test == "said" and isinstance(row["note"], str):
            return row["note"]
        counted = row["unit"] == "count" and self.unit not in AMOUNTS
        own = row["unit"] if isinstance(row["unit"], str) and not (counted and self.unit) else self.unit
        return measured(row["seen"], own, rounded=row["dataset"] == "computed")

    def told(self):
        """What the words of a finding can name: `part` is what was found, `part_2` the second row shown, `part_2_when` its period."""
        rows = self.shown
        yield self.name, spelled(rows[0]["told"]) if rows else ""
        for number, row in enumerate(rows, 1):
            yield f"{self.name}_{number}", spelled(row["told"])
            yield f"{self.name}_{number}_when", day(row["period"])


@dataclass(frozen=True)
class Evidence:
    """What the data say of a claim: verdict, the reason in words, its parts, and all rows of them."""

    verdict: str
    reason: str
    parts: tuple[Part, ...]
    exhibits: tuple[str, ...] = ()

    @property
    def rows(self) -> pd.DataFrame:
        """The rows of all parts, `gba.claims.rows.COLUMNS`."""
        return joined(*(part.rows for part in self.parts))

    @property
    def value(self):
        """What was found on the first part."""
        return self.parts[0].found

    @property
    def origins(self) -> int:
        """How many sources that do not repeat each other decide the claim."""
        return len(origins(self.rows))


def try_claim(claim_id: str) -> Evidence:
    """Try one claim.

    >>> try_claim("sz_ai_plan_horizon").verdict
    'does not hold'
    """
    claims, parts = load("claims").set_index("claim_id"), load("claims_parts")
    if claim_id not in claims.index:
        raise ClaimError(f"no claim {claim_id!r} in claims.csv{did_you_mean(claim_id, claims.index)}")
    claim, own, known = claims.loc[claim_id], parts[parts["claim_id"] == claim_id].to_dict("records"), ledger(claim_id)
    strange = set(known["part"]) - {part["part"] for part in own}
    if not own or strange:
        wrong = f"claims_evidence speaks of parts it does not have: {sorted(strange)}" if own else "no part in claims_parts.csv"
        raise ClaimError(f"claim {claim_id}: {wrong}")
    told: dict = {}
    tried = tuple(_tried(part, known[known["part"] == part["part"]], told) for part in own)
    verdict = of_claim([part.verdict for part in tried if part.when == "then"], [part.verdict for part in tried if part.when == "now"])
    return Evidence(verdict, _reason(claim_id, claim, verdict, tried, told), tried, tuple(claim["see"].split("; ")))


def _tried(part: dict, known: pd.DataFrame, told: dict) -> Part:
    rows, agrees = _found(part, told), known.pop("agrees")
    if part["test"] == "said":
        known = known.assign(note=known["seen"], seen=agrees)
    rows = joined(rows, known).assign(part=part["part"])
    if any(ARTICLE in str(key).split("; ") for key in rows["source"]):
        raise ClaimError(f"claim {part['claim_id']}: a row cites {ARTICLE}; the article cannot support its own claim, leave the row out")
    said = [(grade(row), outcome(part["test"], part["claimed"], row["seen"])) for row in rows[rows["role"] == DECIDES].to_dict("records")]
    return Part(part["part"], part["asks"], part["when"], part["test"], part["claimed"], part["unit"], of_part(said, len(rows)), rows)


def _found(part: dict, told: dict) -> pd.DataFrame:
    """The rows that a part points at: a measure, observations, the lowest or highest of them, or a cell of a ledger."""
    here, name = f"claim {part['claim_id']}, part {part['part']}", part["measure"] if isinstance(part["measure"], str) else ""
    if name and name not in EXTREMES:
        name, _, asked = name.partition(":")
        if name not in MEASURES:
            raise ClaimError(f"{here}: no measure {name!r} in measures.py{did_you_mean(name, MEASURES)}")
        rows, more = MEASURES[name](*[asked] * bool(asked))
        told |= more
        return rows
    if not isinstance(part["dataset"], str):
        return joined()
    if "=" in part["row"]:
        wanted = {key: word.split("|") for key, word in (word.split("=") for word in part["row"].split("; "))}
        rows = observed(part["dataset"], wanted.pop("indicator"), aside=not name, **wanted)
    else:
        rows = cell(part["dataset"], part["row"], part["column"], part["asks"])
    if rows.empty:
        column = f", column {part['column']}" if isinstance(part["column"], str) else ""
        raise ClaimError(f"{here}: no row of {part['dataset']} for {part['row']}{column}; correct claims_parts.csv")
    if name:
        end = rows.loc[EXTREMES[name](rows["value"])]
        return computed(end["value"], part["unit"], f"{name} of {len(rows)}: {end['what']}", rows, end["place"], end["period"])
    return joined(rows)


def _reason(claim_id: str, claim: pd.Series, verdict: str, parts: tuple[Part, ...], told: dict) -> str:
    """The words that stand in claims.csv for this verdict, filled; plain ones, part by part, where the data now say otherwise."""
    if verdict != claim["finds"]:
        said = []
        for part in parts:
            seen = [row["told"] for row in part.shown if row["role"] == DECIDES][:1] if part.unit != "yes_no" else []
            compared = f" (compared with {measured(part.claimed, part.unit, rounded=False)}: {seen[0]})" if seen else ""
            said.append(f"{part.asks}: {part.verdict}{compared}.")
        return " ".join(said)
    names = dict(name for part in parts for name in part.told())
    try:
        said = claim["finding"].format(**names, **told)
        return said[0].upper() + said[1:]
    except (KeyError, ValueError, TypeError) as problem:
        known = ", ".join([*names, *told])
        raise ClaimError(f"claim {claim_id}: its finding in claims.csv cannot be filled ({problem!r}); it knows {known}") from problem


def try_all(folder: Path | None = None) -> pd.DataFrame:
    """Try every claim of claims.csv.

    Parameters
    ----------
    folder : where the notebooks lie whose exhibits the claims name; without it the names are not checked and no chapter is left out

    Returns
    -------
    DataFrame in the order of claims.csv with its columns and verdict, reason, value, rows, origins and exhibits, and all of it as `evidence`

    Raises
    ------
    ClaimError : a part points at nothing, a finding cannot be filled, or a claim names an exhibit that its chapter does not draw

    >>> set(try_all()["verdict"]) <= set(VERDICTS)
    True
    """
    claims = load("claims")
    tried = [try_claim(key) for key in claims["claim_id"]]
    if folder:
        drawn, links = exhibits_drawn(folder), zip(claims["claim_id"], (one.exhibits for one in tried), strict=True)
        # A chapter that the book does not have is left out, so that a fork may drop one.
        gone = [f"{claim} names {name}" for claim, names in links for name in names if name.partition("#")[0] in drawn and name not in drawn]
        if gone:
            raise ClaimError(f"no chapter draws what claims.csv names in its column `see`: {'; '.join(gone)}; name another exhibit, or the chapter alone")
        tried = [replace(one, exhibits=tuple(name for name in one.exhibits if name in drawn)) for one in tried]
    columns = {name: [getattr(one, name) for one in tried] for name in ("verdict", "reason", "value", "rows", "origins", "exhibits")} | {"evidence": tried}
    return claims.assign(**{name: pd.Series(values, index=claims.index, dtype="object") for name, values in columns.items()})


def exhibits_drawn(folder: Path) -> set[str]:
    """The chapters of a folder, and the exhibits that they draw, as "chapter#name".

    >>> exhibits_drawn(Path("no-such-folder"))
    set()
    """
    cells = [(path, cell) for path in sorted(folder.glob("*.ipynb")) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    code = [(path.stem, "".join(cell["source"])) for path, cell in cells if cell["cell_type"] == "code"]
    drawn = {f"{chapter}#{name}" for chapter, source in code for name in re.findall(r'name="([a-z0-9-]+)"', source)}
    return {path.stem for path, _ in cells} | drawn
