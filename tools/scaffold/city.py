"""Scaffold a city: a row among the places, a colour of its own if asked for; and say what the book has of other cities and not of this one."""

import re
from pathlib import Path

import gba
import pandas as pd
from gba.data import datapackage, describe
from gba.data.errors import did_you_mean
from gba.index.sheet import compared_cities, lacking
from gba.maps import layers as maps

from . import files, options
from .options import Refused

PLACES, PALETTE = "data/places.csv", "book/gba/charts/palette.csv"
HEX = re.compile(r"#[0-9a-f]{6}")
#: WCAG's contrast of text, which the tests of the palette ask for.
CONTRAST = 4.5


def make(root: Path, given: dict[str, str]) -> tuple[list[str], bool]:
    """Add the city; or, if it is there and nothing but its name is given, only say what it lacks: the lines to tell, and True.

    Raises Refused, or DataError for what `make record` has to know first; nothing was changed then.
    """
    name = options.name("city", given["name"])
    texts = {file: (root / file).read_text(encoding="utf-8") for file in (PLACES, PALETTE)}
    places = {row["place"]: row for row in files.rows(texts[PLACES])}
    palette = {row["token"]: row for row in files.rows(texts[PALETTE])}
    if name in places and not any(text for option, text in given.items() if option != "name"):
        there = f"{name} is there already: {PLACES}:{places[name]['line']}, {places[name]['name_en']}; nothing was changed."
        return [there, *lacks(name)], True
    _check_new(name, given, places, palette)
    made = describe.described(root / "data")
    if made.problems:
        raise gba.DataError(made.problems)
    row = {"place": name, "name_en": given["en"], "name_zh_hant": given["zh_hant"], "name_zh_hans": given["zh_hans"], "kind": "city"}
    row |= {"parent": given["parent"], "colour": _colour(given, palette), "note": given["note"]}
    changed = {PLACES: files.with_row(texts[PLACES], row)}
    if given["colour"]:
        token = {"token": name, "light": given["colour"], "dark": given["dark"], "use": given["en"]}
        changed[PALETTE] = files.with_row(texts[PALETTE], token, before="other")
    files.write(root, changed, [])
    recorded = describe.refresh(root / "data")
    return [f"{given['en']} ({name}) is a place now: {', '.join(changed)}; in the descriptor: {'; '.join(recorded)}.", *lacks(name)], True


def _check_new(name: str, given: dict[str, str], places: dict[str, dict], palette: dict[str, dict]) -> None:
    if name in places:
        found = f"{name!r} at {PLACES}:{places[name]['line']}"
        raise Refused("make city", "name", found, "a key that no place has", f"choose another key; make city name={name} alone says what it lacks")
    if name in palette:
        raise Refused("make city", "name", f"{name!r}, a colour of {PALETTE}", "a key that is no colour's", "choose another key")
    if not given["en"]:
        raise Refused("make city", "en", "nothing", "the name in English", 'give en="…", and zh_hant=… and zh_hans=… where there are such names')
    for option in ("en", "zh_hant", "zh_hans"):
        column = f"name_{option}"
        twins = [key for key, row in places.items() if given[option] and row[column] == given[option] and row["kind"] == "city"]
        if twins:
            raise Refused("make city", option, f"{given[option]!r}, the name of {twins[0]!r}", "a name that no city has", f"use {twins[0]}, which is there")
    parent = given["parent"]
    if parent and parent not in places:
        raise Refused("make city", "parent", repr(parent), f"a key of {PLACES}{did_you_mean(parent, places)}", "correct it, or leave it out")
    drawn = {str(key) for key in maps.cities()["place"]}
    if parent and parent in {places[key]["parent"] for key in drawn if key in places}:
        found = f"{parent!r}, whose {len(drawn)} cities have boundaries in data/geo/cities.geojson"
        raise Refused("make city", "parent", found, "another parent: these cities are a closed list by definition", "name a province or a country")


def _colour(given: dict[str, str], palette: dict[str, dict]) -> str:
    if not given["colour"] and not given["dark"]:
        return palette["other"]["light"]
    for option, theme in (("colour", "light"), ("dark", "dark")):
        text = given[option]
        if not HEX.fullmatch(text):
            todo = "give colour=#… for the light theme and dark=#… for the dark"
            raise Refused("make city", option, repr(text) if text else "nothing", "a colour such as #0068a8", todo)
        twin = next((token for token, row in palette.items() if row[theme] == text), None)
        if twin:
            raise Refused("make city", option, f"{text!r}, the colour of {twin!r}", "a colour that nothing else has", "choose another one")
        reached = contrast(text, palette["paper"][theme])
        if reached < CONTRAST:
            expected = f"{CONTRAST} at least: names are written in it"
            todo = f"choose a {'darker' if theme == 'light' else 'lighter'} one"
            raise Refused("make city", option, f"a contrast of {reached:.1f} with the page, {palette['paper'][theme]}", expected, todo)
    return given["colour"]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG measures it, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---------------------------------------------------------------- what it lacks


def lacks(name: str) -> list[str]:
    """What the book has of the cities of the index and not of this place, one text a line."""
    try:
        wanted, gaps = lacking(name), dataset_gaps(name)
    except gba.DataError as error:
        first = error.problems[0]
        return [f"What {name} lacks cannot be told while the data have problems ({first}); make check-data lists them, then make city name={name} tells it."]
    told = [
        f"What {name} lacks",
        f"The index: figures of {len(wanted)} core indicators, looked up for every city where data/index/index_references.csv says:",
        *(f"  {row.title}: {row.observed} in {row.dataset}" for row in wanted.itertuples()),
        f"  A row {name},compared,… in data/index/index_cities.csv compares it in chapter 5, on the indicators that every compared city has.",
        f"Datasets of observations: indicators that {', '.join(compared_cities())} all have and {name} has not.",
        *(f"  data/{row.path}: {row.lacking} of {row.all}: {row.names}" for row in gaps.itertuples()),
    ]
    told += ["  none"] if gaps.empty else []
    if name not in set(maps.cities()["place"]):
        told.append("The maps: they show the eleven cities with boundaries in data/geo; data/geo/README.md says how these are made.")
    return told


def dataset_gaps(name: str) -> pd.DataFrame:
    """The indicators of which each city of the index has a figure and this place has none: path of the dataset, lacking, all (that they share), names."""
    found = []
    for dataset, entry in datapackage.resources(datapackage.read()).items():
        if entry.get("gba:kind") == "observations":
            have = gba.load(dataset).groupby("place")["indicator"].unique()
            shared = [key for key in datapackage.names_of_indicators(entry) if all(city in have and key in have[city] for city in compared_cities())]
            lacking = [key for key in shared if name not in have or key not in have[name]]
            if lacking:
                found.append((entry["path"], len(lacking), len(shared), ", ".join(lacking)))
    return pd.DataFrame(found, columns=["path", "lacking", "all", "names"])
