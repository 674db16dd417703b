"""Scaffold a dataset of observations: a table with its header, its description, a row for its source; and say what is still missing."""

import datetime
import json
from pathlib import Path

from gba.data import describe
from gba.data.datapackage import NAME
from gba.data.errors import DataError, gathered
from gba.validate import run as checks

from . import files, options
from .options import Refused

SOURCES = "data/sources.csv"
#: Folders whose files have a licence or a meaning of their own.
RESERVED_FOLDERS = {"geo": "the boundaries, under a licence of their own", "index": "the tables of the index"}
DESCRIPTION = """\
title: {title}
description: {description}
kind: observations
chapter: {folder}
# What the source allows; datapackage.meta.yml lists the licences and takes others.
licence:
# The day on which somebody last looked for newer figures; and what will come out when: - {{what: ..., when: 2027-03, every: year, where: https://...}}
looked_at: {today}
indicators:
{indicators}\
# What must hold of the figures: book/gba/validate/rules.py has the kinds, the other descriptions have examples.
rules: []
"""
INDICATOR = """\
  {name}:
    title: {title}
    unit: {unit}
    definition: {definition}
    direction:  # higher_better, lower_better or none
    processing:  # as printed, converted or computed
    # per_resident: false  where it counts places or the like, which nobody divides by people
"""


def make(root: Path, given: dict[str, str]) -> tuple[list[str], bool]:
    """Write the dataset; or, if it is there and nothing but its name is given, only say what it lacks.

    Gives the lines to tell, and whether all is well: the dataset has just been made, or lacks nothing. Raises Refused, or DataError
    where a description cannot be read; nothing was changed then.
    """
    name = options.name("dataset", given["name"])
    made = describe.described(root / "data")
    if name in made.metas:
        if any(text for option, text in given.items() if option != "name"):
            todo = f"choose another name; or change it in the files, and make dataset name={name} alone says what it lacks"
            raise Refused("make dataset", "name", f"the dataset {name!r} in {made.metas[name].file}", "a name that no dataset has", todo)
        return missing(root, name)
    if made.problems:
        raise DataError(made.problems)
    folder = options.name("dataset", given["folder"] or name, "folder")
    if folder in RESERVED_FOLDERS:
        raise Refused("make dataset", "folder", repr(folder), f"another folder: this one holds {RESERVED_FOLDERS[folder]}", "choose a folder of your own")
    indicators = [options.name("dataset", one.strip(), "indicator") for one in (given["indicator"] or name).split(",")]
    source = options.name("dataset", given["source"] or name.replace("_", "-"), "source")
    # Of several indicators each has a title of its own, which only who made the table knows.
    alone = len(indicators) == 1
    words = {key: json.dumps(given[key], ensure_ascii=False) if given[key] else "" for key in ("title", "description", "unit", "definition")}
    today = datetime.date.today().isoformat()
    listed = "".join(INDICATOR.format(**words | {"name": one, "title": words["title"] if alone else ""}) for one in sorted(indicators))
    text = DESCRIPTION.format(**words, today=today, folder=folder, indicators=listed)
    stem = f"data/{folder}/{name}"
    texts = {f"{stem}.csv": ",".join(describe.OBSERVED) + "\n", f"{stem}{describe.ENDING}": "".join(f"{line.rstrip()}\n" for line in text.splitlines())}
    new, sources = list(texts), (root / SOURCES).read_text(encoding="utf-8")
    if source not in {row.get("source") for row in files.rows(sources)}:
        texts[SOURCES] = files.with_row(sources, {"source": source, "read": today}, sort="source")
    files.write(root, texts, new)
    return [f"Written: {', '.join(texts)}.", *missing(root, name)[0]], True


def missing(root: Path, name: str) -> tuple[list[str], bool]:
    """What a dataset still lacks, but for `make record`, a text a line; and whether that is nothing."""
    meta = describe.described(root / "data").metas[name].file
    table = meta.replace(describe.ENDING, ".csv")
    # The lines of sources.csv with the sources that the dataset cites, or that were made for it.
    cited = {row.get("source") for row in files.rows((root / table).read_text(encoding="utf-8") if (root / table).is_file() else "")}
    known = files.rows((root / SOURCES).read_text(encoding="utf-8"))
    lines = {row["line"] for row in known if row.get("source") in cited | {name.replace("_", "-")}}
    problems = [problem for problem in checks.check_all(root / "data", checksums=False) if "make record" not in problem.todo]
    own = [problem for problem in problems if problem.file in (meta, table) or (problem.file == SOURCES and problem.line in lines)]
    order = [meta, SOURCES, table]
    told = [str(problem) for problem in gathered(sorted(own, key=lambda problem: (order.index(problem.file), problem.line or 0)))]
    rest = len(problems) - len(own)
    elsewhere = [f"({rest} more problem{'s' if rest > 1 else ''} elsewhere in the data: make check-data lists them.)"] if rest else []
    if own:
        return [f"{name} still lacks:", *told, *elsewhere, f"make dataset name={name} tells what is left."], False
    return [f"{name} lacks nothing. make record writes it into data/{NAME}, make check-data checks it all.", *elsewhere], True
