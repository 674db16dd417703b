"""What the page Explore draws from: a file for each indicator, with every row of every source, and one catalogue, with all names in all languages.

Nothing here knows a dataset, an indicator or a place by its name, but for the denominators: what the record lists appears. The files are scripts, because a
page opened from a folder may load scripts and nothing else; they hold keys and what sources say, so all editions share them.
"""

import re

import pandas as pd
from gba import catalogue, edition
from gba.charts.palette import palette
from gba.data.datapackage import read, resources, root
from gba.data.load import breaks, load, places, sources
from gba.data.series import ISSUER
from gba.prose import keys_in_words, unit_words
from sphinx.util import logging

from gba_book.kept import digest, kept
from gba_book.publish import catalogue as translations
from gba_book.publish import editions, messages
from gba_book.read.exhibits import EXPLORE_PAGE, as_script
from gba_book.written import afterwards, write

log = logging.getLogger(__name__)
FOLDER = "explore"
#: What figures are divided by, as far as the record has it: a line takes the one that covers most of its years, of two that cover as many the first.
RESIDENTS = ("residents_year_end", "residents_midyear", "residents_year_end_revised")
#: Local currency per US dollar.
RATES = "exchange_rate_lcu_per_usd"
#: What the page opens with, where the record has it: the indicator and its choices.
OPENING = ("gdp_current_lcu", "from=2008")
POWERS = {"100m": 1e8, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_UNIT = re.compile(r"(?P<first>100m|million|billion|trillion)?_?(?P<base>.*?)_?(?P<last>100m|million|billion|trillion)?")
#: The words of units that are no words; others are told by their keys.
UNITS = {
    "CNY": "yuan", "HKD": "Hong Kong dollars", "MOP": "Macao patacas", "USD": "US dollars", "LCU_per_USD": "local currency per US dollar",
    "LCU_per_international_dollar": "local currency per international dollar", "count": "", "TEU": "containers (TEU)", "km2": "km²", "ug_m3": "µg/m³",
    "km_per_h": "km/h", "per_km2": "per km²", "per_10k_persons": "per 10,000 people", "per_10000_people": "per 10,000 people", "flag": "1 yes, 0 no",
    "score_0_100": "points of 100", "count_per_100k_persons": "per 100,000 people", "per_million_persons": "per million people", "persons": "people",
    "percent": "per cent", "person_times": "visits or trips", "persons_per_day": "people a day", "GB_per_month": "GB a month", "": "",
}  # fmt: skip
#: Units of which there is more where more people live; money only where it is counted by the million.
AMOUNTS = {"", "count", "persons", "person_times", "persons_per_day", "TEU", "km", "km2", "tonnes", "EFLOPS", "person_years"}
#: Units that say an order or a choice: no index is made of them.
ORDERS = ("rank", "grade", "flag")


def setup(app):
    """Write the files when the pages are written."""
    afterwards(app, publish, priority=430)


def publish(app, out):
    """Write the files that the page asks for; those of indicators that are gone go too, and all where the book has no such page."""
    # They come from the data and the words of other languages alone.
    there = EXPLORE_PAGE in app.env.found_docs
    made = kept("explore", (digest(root()), digest(translations.LOCALES), repr(editions.asked())), files) if there else {}
    written = sum([write(out / FOLDER / name, text.encode()) for name, text in made.items()])
    for old in (out / FOLDER).glob("*"):
        if old.name not in made:
            old.unlink()
    log.info("explore: %s indicators, %s file(s) written anew", max(len(made) - 1, 0), written)


def files() -> dict[str, str]:
    """What the page asks for, by name: a script an indicator, and the list of them."""
    rows, record, parts = observed(), Record(), {}
    for row in rows.to_dict("records"):  # once: a frame of each of some hundred indicators takes thrice the time
        parts.setdefault(row["indicator"], []).append(row)
    made = {f"{name}.js": as_script(name, record.content(name, part), "gbaExplore") for name, part in parts.items()}
    return made | {"catalogue.js": as_script("catalogue", listing(rows, record), "gbaExplore")}


def observed() -> pd.DataFrame:
    """All rows of all observations, with what a reader may ask of a cell besides.

    Returns
    -------
    DataFrame with the columns of `gba.catalogue.observations` and: who (keys that other tables name), to (a place), kind (all other keys), start (of a span),
    status_reason, note
    """
    parts = []
    rows = catalogue.observations()
    for name, part in rows.groupby("dataset", sort=False):
        full, entry = load(name, every_source=True), resources(read())[name]
        named = {reference["fields"] for reference in entry["schema"].get("foreignKeys", []) if isinstance(reference["fields"], str)}
        own = [key for key in entry["gba:cell"] if key not in ("indicator", "place", "period", "period_start", "to_place")]
        texts = {key: keys_in_words(key, full[key].astype(object).where(full[key].notna(), None)) for key in own}
        more = {"who": _joined(texts, own, named, len(full)), "kind": _joined(texts, own, set(own) - named, len(full))}
        more |= {to: full[of].astype(object) if of in full else None for to, of in (("to", "to_place"), ("start", "period_start"))}
        more |= {key: full[key].astype(object) for key in ("status_reason", "note") if key in full}
        parts.append(part.reset_index(drop=True).assign(**{key: pd.Series(cells, dtype=object) for key, cells in more.items()}))
    return pd.concat(parts, ignore_index=True)


def _joined(texts: dict[str, list], keys: list[str], wanted: set[str], rows: int) -> list[str]:
    return [", ".join(str(texts[key][row]) for key in keys if key in wanted and texts[key][row] is not None) for row in range(rows)]


def unit(key: str) -> tuple[str, float]:
    """What a unit counts, and how many of it one is.

    >>> unit("CNY_100m"), unit("million_tonnes"), unit("million"), unit("score_0_100"), unit("per_million_persons")
    (('CNY', 100000000.0), ('tonnes', 1000000.0), ('', 1000000.0), ('score_0_100', 1.0), ('per_million_persons', 1.0))
    """
    found = _UNIT.fullmatch(key)
    return found["base"], POWERS.get(found["first"] or found["last"], 1.0)


def by_residents(keys) -> bool:
    """Whether it says something to divide what is counted in these units by residents.

    >>> by_residents(["CNY_100m", "HKD_million"]), by_residents(["CNY"]), by_residents(["percent"])
    (True, False, False)
    """
    return all(base in AMOUNTS or ((base in ISSUER or base == "USD") and power > 1) for base, power in map(unit, keys))


class Record:
    """What the record says of indicators, sources and breaks, read once for all files."""

    def __init__(self):
        self.entries, self.was, self.languages = resources(read()), edition.was(), [_Language(folder) for folder in ("", *editions.asked())]
        self.meant = {(name, one["name"]): one for name, entry in self.entries.items() for one in entry.get("gba:indicators", [])}
        self.sources = sources()[["title", "publisher", "via", "url", "date", "grade"]].fillna("").to_dict("index")
        self.breaks = breaks().rename(columns={"last_before": "before", "first_after": "after"}).to_dict("records")

    def content(self, name: str, rows: list[dict]) -> dict:
        """Everything of one indicator: datasets (title, unit and definition may differ), series, rows by series, the sources they cite, breaks."""
        listed, cited, series, told = list(dict.fromkeys(row["dataset"] for row in rows)), {}, {}, []
        for row in rows:
            span = _text(row["start"])
            line = (listed.index(row["dataset"]), row["place"], row["who"], row["kind"], _text(row["to"]), int(bool(span)))
            number, source = series.setdefault(line, len(series)), cited.setdefault(row["source"], len(cited))
            before = self.was.get((row["dataset"], name, row["place"], row["period"], row["besides"])) if row["picked"] else None
            more = [span, _text(row["status_reason"]), _text(row["note"]), before]
            while more and not more[-1]:
                more.pop()
            told.append([number, row["period"], row["value"], row["unit"], source, int(row["picked"]), int(row["status"] == "main"), *more])
        noted = [one for one in self.breaks if one["dataset"] in listed and one["indicator"] in (name, "*")]
        parts = [[dataset, *(self.meant[dataset, name].get(key, "") for key in ("definition", "processing"))] for dataset in listed]
        loose = [*(text for part in parts for text in part[1:]), *(row[key] for key in ("status_reason", "note", "who", "kind") for row in rows)]
        loose += [one["reason"] for one in noted] + [self.sources[key][name] for key in cited for name in ("publisher", "via")]
        return {
            "parts": parts,
            "series": [dict(zip(("home", "place", "who", "kind", "to", "span"), line, strict=True)) for line in series],
            "rows": told,
            "sources": [self.sources[key] for key in cited],
            "breaks": [{"home": listed.index(one["dataset"]), **{key: one[key] for key in ("place", "before", "after", "kind", "reason")}} for one in noted],
            "words": [language.words(loose) for language in self.languages],
        }


def _text(cell) -> str:
    return cell if isinstance(cell, str) else "" if cell is None or pd.isna(cell) else str(cell)


class _Language:
    """The words of one language of the book."""

    def __init__(self, folder: str):
        row = translations.EDITIONS.get(folder, {"language": "en", "catalogue": "", "signs": ""})
        self.code, self.chinese = row["language"], row["language"].startswith("zh")
        known = translations.messages(row["catalogue"]) if folder else {}
        self.known = known | dict(_told_elsewhere(known))
        self.signs = editions.SIGNS[row["signs"]]

    def say(self, text: str) -> str:
        """A text in it; as it is where no catalogue has it."""
        return self.signs(messages.plain(text, self.known.get) or text) if self.known else text

    def words(self, texts) -> dict[str, str]:
        """Those of the texts that it says otherwise."""
        said = {text: self.say(text) for text in dict.fromkeys(texts) if _text(text)}
        return {text: other for text, other in said.items() if other != text}

    def place(self, row) -> str:
        """A place's name."""
        return self.signs(row.name_zh_hant) if self.chinese and _text(row.name_zh_hant) else self.say(row.name_en)

    def powers(self) -> list:
        """How it counts what is large: how much, in a word; it says the word before the unit, with a blank between or none."""
        if self.chinese:
            return [[10**power, self.signs(word)] for power, word in messages.MYRIADS if word]
        return [[10**power, word] for power, word in ((12, "trillion"), (9, "billion"), (6, "million"))]


#: How the appendix on the data tells what a measure is, and what changed in one: in English, and in a translation.
_TELLING = (
    (r"<1>.*</1> \{(\d+)\}: (.*) <2>\(.*", r"<1>.*?</1>\{\d+\}[：:]\s*(.*?)\s*<2>.*"),
    (r".*, between [{}\d-]+ and (?:[{}\d]+-)*\{(\d+)\}: (.*)", r".*?\{\d+\}年?[：:]\s*(.*)"),
)


def _told_elsewhere(known: dict[str, str]):
    """Definitions and reasons of breaks by themselves, out of the longer messages in which they have been translated.

    >>> dict(_told_elsewhere({"<1>Firms</1> {0}: firms of {1} <2>({2} rows)</2>": "<1>企業</1>{0}：{1}年的企業<2>（{2}行）</2>"}))
    {'firms of {0}': '{0}年的企業'}
    """
    for message, said in known.items():
        for one, other in _TELLING:
            found, told = re.fullmatch(one, message), re.fullmatch(other, said)
            if found and told:
                less = int(found[1]) + 1
                yield tuple(re.sub(r"\{(\d+)", lambda at, less=less: f"{{{int(at[1]) - less}", text) for text in (found[2], told[1]))


def listing(rows: pd.DataFrame, record: Record) -> dict:
    """The catalogue: languages, chapters, datasets, places, units and indicators, each name in all languages of this build."""
    from gba.charts.theme import theme  # with Altair, which a build that has its files does not need

    names, entries, languages = places(), record.entries, record.languages
    every = {row.Index: row for row in names[names.index.isin([*rows["place"].dropna(), *rows["to"].dropna()])].itertuples()}
    tones = {row["light"]: token for token, row in palette().items()}

    def said(text: str) -> list[str]:
        return [language.say(text) for language in languages]

    used = list(dict.fromkeys(rows["dataset"]))
    chapters = list(dict.fromkeys(entries[name].get("gba:chapter") or "" for name in used))
    indicators, counted = [], set(rows.loc[rows["indicator"].isin(RESIDENTS), "place"])
    for name, part in rows.groupby("indicator", sort=False):
        homes, units, there = (list(dict.fromkeys(part[key])) for key in ("dataset", "unit", "place"))
        meant = record.meant[homes[0], name]
        years = [int(end) for end in (part["year"].min(), part["year"].max())]
        # Places, of which there are as many as there are, are not divided by people; an indicator whose count means such says `per_resident: false`.
        per = by_residents(units) and meant.get("per_resident", True) and not counted.isdisjoint(there)
        low = meant.get("direction") == "lower_better" and {unit(key)[0] for key in units} <= set(ORDERS)
        where = [place for place in every if place in there]
        titles = [said(record.meant[home, name].get("title", name)) for home in homes]
        indicators.append([name, titles, [used.index(one) for one in homes], where, units, years, int(per), int(low)])
    return {
        "languages": [language.code for language in languages],
        "powers": [language.powers() for language in languages],
        "chapters": [said(name.capitalize()) for name in chapters],
        "datasets": [[name, chapters.index(entries[name].get("gba:chapter") or ""), said(entries[name].get("title", name))] for name in used],
        "places": [[key, tones.get(row.colour, "other"), [language.place(row) for language in languages]] for key, row in every.items()],
        "units": {key: [*unit(key), said(UNITS.get(unit(key)[0], unit_words(unit(key)[0])))] for key in dict.fromkeys(rows["unit"])},
        "indicators": indicators,
        # Of names and notes each file of an indicator brings its own.
        "words": [{} for _ in languages],
        "residents": [name for name in RESIDENTS if name in set(rows["indicator"])],
        "rates": [RATES, ISSUER] if RATES in set(rows["indicator"]) else None,
        "orders": ORDERS,
        "look": theme()["config"],
        **opening(rows),
    }


def opening(rows: pd.DataFrame) -> dict:
    """What the page shows of itself: the cities it starts with, those the book compares, and an address."""
    cities = [place for place in edition.compared_cities() if place in set(rows["place"])] if "index_cities" in resources(read()) else []
    name, choices = OPENING if OPENING[0] in set(rows["indicator"]) else (rows["indicator"].iloc[0], "")
    return {"cities": cities, "opening": f"i={name}&p={'.'.join(cities)}&{choices}"}


def spoken(told: dict) -> list[str]:
    """The English words of a catalogue, and all that rows and sources say of themselves, which wait for a translation where a language lacks them."""
    rows, record = observed(), Record()
    # Definitions and reasons of breaks stand in the appendix on the data, within longer messages; an address has no language.
    loose = [*(meant.get("processing") for meant in record.meant.values()), *(one["publisher"] for one in record.sources.values())]
    loose += [one["via"] for one in record.sources.values() if " " in one["via"]]
    loose += [*rows["status_reason"], *rows["note"], *rows["who"], *rows["kind"]]
    titles = [words for one in told["indicators"] for words in one[1]]
    lists = [*told["chapters"], *(one[2] for one in told["datasets"]), *(one[2] for one in told["units"].values()), *titles]
    return list(dict.fromkeys([*(words[0] for words in lists), *filter(None, map(_text, loose))]))
