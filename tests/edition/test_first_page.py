"""The titles of the first page, put together again from the CSV files without the library."""

from collections import Counter

import pytest
from bookpages import ROOT
from test_chapter_1 import billion, per_head, series
from test_chapter_5 import CITIES, NAMES, profile

CHAPTER = ROOT / "book" / "index.ipynb"
WORDS = ["none", "one", "two", "three", "four", "five", "six"]
pytestmark = pytest.mark.xdist_group("first page")


def answer_profile():
    scores = profile("latest")
    wins, index = Counter(int(city) for city in scores.argmax(0)), 100 * scores.mean(1)
    order, places = sorted(range(3), key=lambda city: -wins[city]), sorted(range(3), key=lambda city: -index[city])
    counts = [f"{NAMES[city]} in {WORDS[wins[city]]}" for city in order]
    apart = f"{NAMES[places[0]]} and {NAMES[places[1]]} end {index[places[0]] - index[places[1]]:.1f} points apart"
    title = f"Six pillars, no winner in all of them: {counts[0]}, {counts[1]} and {counts[2]} come first, and {apart}"
    return title, {"six": scores.shape[1] == 6, "no winner in all": max(wins.values()) < 6}


def first_by_five_counts():
    people = {place: series("population", "residents_midyear" if place == "hong_kong" else "residents_year_end", place)[2022] for place in CITIES}
    counts = [
        {place: billion(place, 2023) for place in CITIES},
        {place: per_head(place, 2023) for place in CITIES},
        people,
        {place: people[place] / series("area", "land_area", place)[2018] for place in CITIES},
        {place: series("port_throughput", "container_throughput", place)[2023] for place in CITIES},
    ]
    wins = Counter(max(count, key=count.get) for count in counts)
    told = f"Shenzhen leads in {WORDS[wins['shenzhen']]} of five counts, Guangzhou in {WORDS[wins['guangzhou']]}, Hong Kong in {WORDS[wins['hong_kong']]}"
    return f"First by what? {told}", {"five": len(counts) == 5}


@pytest.mark.parametrize("again", [answer_profile, first_by_five_counts], ids=lambda again: again.__name__)
def test_titles_say_what_the_files_hold(titles, again):
    title, words = again()
    assert titles[again.__name__.replace("_", "-")] == title
    assert [claim for claim, holds in words.items() if not holds] == [], title


def test_no_other_title(titles):
    assert set(titles) == {"answer-profile", "first-by-five-counts"}
