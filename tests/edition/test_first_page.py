"""The first page, put together again from the CSV files without the library."""

from collections import Counter

import pytest
from bookpages import ROOT, read, verdicts
from test_chapter_5 import surely

CHAPTER = ROOT / "book" / "index.ipynb"
pytestmark = pytest.mark.xdist_group("chapter 5")  # whose worlds it looks at


def the_bay():
    counts: dict[int, dict[str, float]] = {}
    for row in read("population.csv"):
        if row["indicator"] in ("residents_year_end", "residents_midyear") and row["status"] == "main" and row["place"] in BAY:
            counts.setdefault(int(row["period"][:4]), {}).setdefault(row["place"], float(row["value"]))
    year = max(year for year, found in counts.items() if set(found) == BAY)
    people = sum(counts[year].values()) / 1e6
    return f"Eleven cities round one estuary, {people:.0f} million people", people > 70


BAY = {"guangzhou", "shenzhen", "dongguan", "foshan", "huizhou", "zhongshan", "jiangmen", "zhuhai", "zhaoqing", "hong_kong", "macao"}


def test_titles_say_what_the_files_hold(titles):
    people, more = the_bay()
    assert titles == {"answer-profile": surely(), "the-bay": people}
    assert more, "more than the article's 70 million"


def test_verdicts_are_counted_as_the_list_of_them_counts(said):
    counts = Counter(verdicts().values())
    assert (said["n_claims"], said["n_holds"], said["n_fails"]) == (len(verdicts()), counts["holds"], counts["does not hold"])
    assert said["n_claims"] == sum(said[name] for name in ("n_holds", "n_fails", "n_then", "n_other"))
