"""How far the drawn series of the compared cities reach, and who printed their rows: `make reach`, after a build.

Reads the CSVs under the exhibits of the chapters. A series is what the exhibits draw of one indicator and one place, its revised figures with it; it
reaches a year when its last row does. Each is counted once, however many exhibits draw it; the share of an exhibit stands beside its name. A row is
from the publisher's own page when its source names nobody through whom it was read (`via`); of that and of grade A the mean over exhibits is told.
"""

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book"))

#: Exhibits about a date that has passed: a promise is judged by the figure of the year that it names.
OF_THE_PAST = {"judged-promises"}


def exhibits(folder: Path) -> dict[str, pd.DataFrame]:
    """The rows behind each exhibit of the chapters that shows a compared city, by name; what the appendix draws is the ledger itself."""
    import gba

    cities, found = gba.load("index_cities").query("role == 'compared'")["place"], {}
    for path in sorted(folder.glob("*.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        name = path.stem
        if name.endswith("-drawn") or name.startswith("data-") or name in OF_THE_PAST or not {"place", "indicator", "period", "source"} <= set(rows):
            continue
        rows = rows[rows["place"].isin(cities) & rows["period"].ne("")]
        if len(rows):
            found[name] = rows
    return found


def last_years(rows: pd.DataFrame) -> pd.Series:
    """The last year of each series, by place and indicator.

    >>> last_years(pd.DataFrame({"place": ["a", "a", "b"], "indicator": ["x", "x_revised", "x"], "period": ["2024-05", "2019", "2020"]})).tolist()
    [2024, 2020]
    """
    named = rows.assign(year=rows["period"].str[:4].astype(int), indicator=rows["indicator"].str.removesuffix("_revised"))
    return named.groupby(["place", "indicator"])["year"].max()


def table(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row an exhibit: how many series, and the shares of series that reach a year and of rows by source, in per cent."""
    import gba

    sources, lines = gba.sources().fillna(""), {}
    for name, rows in found.items():
        last, told = last_years(rows), sources.reindex(rows["source"].str.split("; ").explode())
        lines[name] = {"series": len(last), "to 2024": (last >= 2024).mean(), "to 2025": (last >= 2025).mean()}
        lines[name] |= {"own page": told["via"].eq("").mean(), "grade A": told["grade"].eq("A").mean()}
    shares = pd.DataFrame(lines).T
    once = last_years(pd.concat(found.values()))
    shares.loc["each series once"] = [len(once), (once >= 2024).mean(), (once >= 2025).mean(), None, None]
    shares.loc["mean of exhibits"] = [None, *shares.iloc[:-1, 1:].mean()]
    return shares.assign(**{column: 100 * shares[column] for column in shares.columns[1:]}).round(0).astype("Int64")


if __name__ == "__main__":
    found = exhibits(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build/html/exhibits")
    print(table(found).to_string(na_rep=""))
    once = last_years(pd.concat(found.values())).sort_values()
    print("\nThat end before 2024:\n" + "\n".join(f"{year}  {indicator} of {place}" for (place, indicator), year in once[once < 2024].items()))
