"""The ledger without the library: what tests of this edition's findings compute from the CSV files a second time."""

import functools

from bookpages import read

NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"]


def rows_of(dataset: str, /, **wanted: str | list[str]) -> list[dict[str, str]]:
    """The rows of a dataset in which each column has the value wanted, or one of them."""
    return [row for row in read(f"{dataset}.csv") if all(row[column] in ([cell] if isinstance(cell, str) else cell) for column, cell in wanted.items())]


def preferred(dataset: str, indicator: str, /, **wanted: str | list[str]) -> list[dict[str, str]]:
    """The rows of an indicator, the best first: main before aside, then the better grade, then the newer source."""
    known = {row["source"]: row for row in read("sources.csv")}
    rows = rows_of(dataset, indicator=indicator, **wanted)
    rows.sort(key=lambda row: known[row["source"]]["date"], reverse=True)
    rows.sort(key=lambda row: (row["status"] != "main", known[row["source"]]["grade"]))
    return rows


@functools.cache
def dated(dataset: str, indicator: str, /, **wanted: str) -> dict[str, float]:
    """The preferred figure of each period, in order."""
    figures = {row["period"]: float(row["value"]) for row in reversed(preferred(dataset, indicator, **wanted))}
    return dict(sorted(figures.items()))


def series(dataset: str, indicator: str, /, place: str = "", **wanted: str) -> dict[int, float]:
    """The preferred figure of each whole year, in order."""
    return {int(period): figure for period, figure in dated(dataset, indicator, **({"place": place} if place else {}), **wanted).items() if len(period) == 4}
