"""Check all data against their descriptions.

`python -m gba.validate [--no-checksums]`, run in book/, prints one problem a line (what repeats in a column once), a summary, and exits with 1 if there is a
problem; warnings stop nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gba.data import csvfile
from gba.data.datapackage import checksum, is_table, names_of_indicators, read, resources, root, shown
from gba.data.describe import ENDING, FORMATS, Described, described, missing_files
from gba.data.errors import DataError, Problem, did_you_mean, gathered, speak_anywhere
from gba.data.load import due
from gba.validate import fitted
from gba.validate.descriptor import out_of_date, package_problems, unreadable, unsaid
from gba.validate.form import form_problems
from gba.validate.geometry import faults
from gba.validate.rules import Figures, declaration_problems, elsewhere, evaluate
from gba.validate.tables import foreign_keys, meaning, order, references, row_count

#: What does not say who made a statistic but where it was read: the name of a host, or words for a copy.
WHERE_READ = re.compile(r"\b[\w-]{2,}\.[a-z]{2,}\b|(?i:\b(?:via|cop(?:y|ies|ied)|mirror(?:ed)?|re-?print(?:ed)?|repost(?:ed)?|GitHub)\b)")
Tables = dict[str, csvfile.Table]
CHANGED = "if the change was meant run `make record`, else restore the file"  # what to do about another size or checksum


def check_all(folder: Path, checksums: bool = True) -> list[Problem]:
    """Everything that is wrong with the data in `folder`, and warnings, in the order of the descriptor; with `checksums` size and sha256 of every file, too."""
    made = described(folder)
    problems = [*made.problems, *package_problems(made, folder), *missing_files(made, folder)]
    try:
        on_disk = read(folder)
        problems += out_of_date(made, on_disk, folder)
    except DataError as error:
        on_disk = {"resources": []}
        problems += error.problems
    entries, listed = resources(made.record), resources(on_disk)
    others = {name: entries.get(name, {}) for name in made.metas}
    told = {name: unreadable(made.metas[name], entry, others) for name, entry in entries.items()}
    problems += [problem for name, entry in entries.items() for problem in [*told[name], *unsaid(made.metas[name], entry)]]
    sound = {name: entry for name, entry in entries.items() if not told[name] and (folder / entry["path"]).is_file()}
    tables = {name: csvfile.read(folder / entry["path"], shown(entry["path"], folder)) for name, entry in sound.items() if is_table(entry)}
    wrong = {name: meaning(tables[name], sound[name], references(sound[name], tables)) for name in tables}
    for name, table in tables.items():
        untidy = [*form_problems(folder / sound[name]["path"], table), *order(table, sound[name])]
        problems += [*wrong[name], *untidy, *row_count(table, sound[name], listed.get(name, {}).get("gba:rows"))]
    places = set(tables["places"].column("place")) if "places" in tables and "place" in tables["places"].header else set()
    problems += [*_geometry(sound, folder), *_files(made, folder), *_sources(tables, sound), *_breaks(tables, sound, places), *_places(tables)]
    problems += _rules({name: table for name, table in tables.items() if not wrong[name]}, sound, places, made, folder)
    return [*problems, *(_checksums(listed, folder) if checksums else [])]


def summary(folder: Path) -> str:
    """The size of the data in one line: datasets, observations, cells, sources by grade, rules; a DataError where the descriptor cannot be read.

    >>> summary(root()).split()[1]
    'datasets'
    """
    entries = resources(read(folder))
    observed = {name: entry for name, entry in entries.items() if entry.get("gba:cell")}
    tables = {name: csvfile.read(folder / entry["path"], shown(entry["path"], folder)) for name, entry in observed.items()}
    cells = sum(len(set(table.tuples(observed[name]["gba:cell"]))) for name, table in tables.items() if set(observed[name]["gba:cell"]) <= set(table.header))
    sources = csvfile.read(folder / entries["sources"]["path"], "sources.csv") if "sources" in entries else csvfile.Table("sources.csv")
    grades = Counter(sources.column("grade")) if "grade" in sources.header else Counter()
    by_grade = ", ".join(f"{grade or 'none'} {count}" for grade, count in sorted(grades.items()))
    rows = sum(len(table.rows) for table in tables.values())
    rules = [sum(map(len, lists)) for lists in ([entry["gba:rules"] for entry in observed.values()], fitted.read(folder).rules.values())]
    size = f"{len(entries)} datasets ({len(observed)} of observations), {rows:,} observations, {cells:,} cells, {len(sources.rows)} sources ({by_grade})"
    return f"{size}, {rules[0]} declared rules and {rules[1]} fitted ones"


def _geometry(entries: dict[str, dict], folder: Path) -> Iterator[Problem]:
    for entry in entries.values():
        if not is_table(entry):
            file = shown(entry["path"], folder)
            try:
                features = json.loads((folder / entry["path"]).read_bytes().decode("utf-8"))["features"]
                if not features:
                    yield Problem(file, None, "features", "nothing", "a feature", "restore the file")
                for name, found, expected in faults(features):
                    yield Problem(file, None, name, found, expected, "restore the file, or write it with tools/build_geo.py")
            except json.JSONDecodeError as error:
                yield Problem(file, error.lineno, "", f"{error.msg} (character {error.colno})", "GeoJSON", "restore the file")
            except (ValueError, TypeError, KeyError):
                yield Problem(file, None, "", "no FeatureCollection in UTF-8", "GeoJSON", "restore the file")


def _files(made: Described, folder: Path) -> Iterator[Problem]:
    known = {meta.file.removesuffix(ENDING) for meta in made.metas.values()}
    for path in sorted(folder.rglob("*")):
        file = shown(path.relative_to(folder).as_posix(), folder)
        if path.suffix in FORMATS and file.removesuffix(path.suffix) not in known:
            todo = f"describe the file (make dataset name={path.stem} folder=... begins it), or move it out of the data"
            yield Problem(file, None, "", "a file that nothing describes", f"{path.stem}{ENDING} beside it", todo)


def _checksums(listed: dict[str, dict], folder: Path) -> Iterator[Problem]:
    for entry in listed.values():
        path = folder / str(entry.get("path"))
        if not path.is_file():
            continue  # told already
        file, size, found = shown(entry["path"], folder), path.stat().st_size, checksum(path)
        if size != entry.get("bytes"):
            yield Problem(file, None, "", f"{size} bytes", f"{entry.get('bytes')} bytes as the descriptor says", CHANGED)
        elif found != entry.get("hash"):
            yield Problem(file, None, "", f"{found[:15]}…", f"{str(entry.get('hash'))[:15]}… as the descriptor says", CHANGED)


def _sources(tables: Tables, entries: dict[str, dict]) -> Iterator[Problem]:
    """Sources that no row cites (that every cited one exists is a foreign key of each table), those read before they were printed,
    and those that mix who said a thing with where it was read."""
    used: set[str] = set()
    for name, table in tables.items():
        for column in [column for column, target, _ in foreign_keys(entries[name]) if target == "sources" and column in table.header]:
            used |= {part for cell in table.column(column) for part in cell.split("; ")}
    sources = tables.get("sources")
    columns = ["source", "publisher", "via", "grade", "note", "date", "read"]
    if sources is None or not set(columns) <= set(sources.header):
        return
    spelt: dict[str, str] = {}
    for (source, publisher, via, grade, note, date, read_on), line in zip(sources.tuples(columns), sources.lines, strict=True):
        if date > read_on:
            yield Problem(sources.file, line, "date", date, f"a day before it was read ({read_on})", "correct one of the two dates")
        if source not in used:
            todo = "remove the source, or the row that should cite it is missing"
            yield Problem(sources.file, line, "source", repr(source), "a source that some row cites", todo)
        where = WHERE_READ.search(publisher)
        if where:
            yield Problem(sources.file, line, "publisher", repr(where.group()), "who made the statistic, in plain words", "say in `via` where it was read")
        first = spelt.setdefault(re.sub(r"\W|\bthe\b", "", publisher.casefold()), publisher)
        if first != publisher:
            yield Problem(sources.file, line, "publisher", repr(publisher), f"{first!r}, as it is spelt above", "spell it one way")
        if grade == "A" and via and "compared" not in note:
            expected = "B: A is the publisher's own page or data file, or a copy that was compared with it, cell by cell (say so in the note)"
            yield Problem(sources.file, line, "grade", f"A, read via {via}", expected, "compare it, or lower the grade")


def _places(tables: Tables) -> Iterator[Problem]:
    """Two places of one kind with one name: charts and tables could not tell them apart. A station may be called like its district."""
    table = tables.get("places")
    if table is None or not {"place", "kind"} <= set(table.header):
        return
    for column in [name for name in table.header if name.startswith("name_")]:
        first: dict[tuple[str, str], tuple[str, int]] = {}
        for (place, kind, name), line in zip(table.tuples(["place", "kind", column]), table.lines, strict=True):
            before, where = first.setdefault((kind, name), (place, line))
            if before != place and name:
                expected = f"a name that no other {kind} has (line {where}, {before}, has it)"
                yield Problem(table.file, line, column, f"{name!r} for {place}", expected, "correct one of the two names")


def _breaks(tables: Tables, entries: dict[str, dict], places: set[str]) -> Iterator[Problem]:
    table = tables.get("breaks")
    columns = ["dataset", "indicator", "place", "last_before", "first_after"]
    if table is None or not set(columns) <= set(table.header):
        return
    observed = {name: entry for name, entry in entries.items() if entry["gba:kind"] == "observations"}
    for (dataset, indicator, place, last, first), line in zip(table.tuples(columns), table.lines, strict=True):
        checks = [
            ("dataset", dataset, set(observed), "a dataset of observations"),
            ("indicator", indicator, {"*", *names_of_indicators(observed.get(dataset, {}))}, f"* or an indicator of {dataset}"),
            ("place", place, {"*", *places}, "* or a key of places.csv"),
        ]
        for column, found, known, expected in checks if dataset in observed else checks[:1]:
            if found not in known:
                yield Problem(table.file, line, column, repr(found), expected + did_you_mean(found, known), "correct the cell or remove the break")
        if last >= first:
            yield Problem(table.file, line, "first_after", repr(first), f"a period after last_before, {last}", "correct one of the two periods")


def _rules(tables: Tables, entries: dict[str, dict], places: set[str], made: Described, folder: Path) -> Iterator[Problem]:
    """Rules read `tables`, those that are right in themselves; a wrong table is told already."""
    known = [f"{name}.{indicator}" for name, entry in entries.items() for indicator in names_of_indicators(entry)]
    ruled = {name: entry["gba:rules"] for name, entry in entries.items() if entry.get("gba:rules")}
    faults = {name: declaration_problems(entries[name], known, places, made.metas[name]) for name in ruled}
    yield from (fault for listed in faults.values() for fault in listed)
    if "sources" not in tables or "breaks" not in tables:
        return
    figures = Figures.of(tables, entries)
    for name, rules in ruled.items():
        for position, rule in enumerate(rules if name in figures.rows and not faults[name] else []):
            if elsewhere(rule)[0] in {"", *figures.rows}:
                yield from _outcome_problems(evaluate(rule, figures, name), rule, tables[name], f"{made.metas[name].file}: rules.{position}")
    try:
        yield from fitted.problems(fitted.read(folder), figures)
    except DataError as error:
        yield from error.problems


def _outcome_problems(outcomes: list, rule: dict, table: csvfile.Table, declared: str) -> Iterator[Problem]:
    if not outcomes:
        # A rule that compares nothing would hold whatever the data say.
        found = f"nothing that the rule {rule['rule']} ({declared}) could compare"
        yield Problem(table.file, None, "", found, "at least one comparison", "correct or remove the rule")
    for index, found, expected in filter(None, outcomes):
        todo = "check the figure against its source; if it is right, note the break in breaks.csv, set the row aside with a reason, or relax the rule"
        yield Problem(table.file, table.lines[index], "value", found, f"{expected} (rule {rule['rule']}: {rule['why']})", todo)


def main(arguments: list[str] | None = None) -> int:
    """Print the problems and the summary; returns the exit code."""
    speak_anywhere()
    parser = argparse.ArgumentParser(prog="python -m gba.validate", description="Check all data against their descriptions.")
    parser.add_argument("--no-checksums", action="store_true", help="do not compare the files with the checksums of the descriptor")
    chosen = parser.parse_args(arguments)
    told = check_all(root(), checksums=not chosen.no_checksums)
    print(*gathered(told), sep="\n", end="\n" if told else "")
    with contextlib.suppress(DataError):  # what cannot be read is among the problems
        print(summary(root()))
        out = due(datetime.date.today().isoformat())
        print(*(f"to look up: {row.what} ({row.when}), for {row.dataset}: {row.where}" for row in out.itertuples()), sep="\n", end="\n" * bool(len(out)))
    problems, warnings = (sum(problem.warning is kind for problem in told) for kind in (False, True))
    counted = [(problems, "problem"), *([(warnings, "warning")] if warnings else [])]
    print(", ".join(f"{number or 'no'} {thing}{'s' if number > 1 else ''}" for number, thing in counted))
    return 1 if problems else 0
