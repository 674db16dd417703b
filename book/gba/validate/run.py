"""Check all data against their descriptions.

`python -m gba.validate [--no-checksums]`, run in book/, prints one problem a line, a summary, and exits with 1 if there is a problem; warnings stop nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gba.data import csvfile
from gba.data.datapackage import checksum, is_table, names_of_indicators, read, resources, root, shown
from gba.data.describe import ENDING, FORMATS, Described, described, missing_files
from gba.data.errors import DataError, Problem, did_you_mean
from gba.validate import fitted
from gba.validate.descriptor import out_of_date, package_problems, unreadable, unsaid
from gba.validate.form import form_problems
from gba.validate.rules import Figures, declaration_problems, evaluate, other_datasets
from gba.validate.tables import foreign_keys, meaning, order, references, row_count

Tables = dict[str, csvfile.Table]
CHANGED = "if the change was meant run `make record`, else restore the file"  # what to do about another size or checksum


def check_all(folder: Path, checksums: bool = True) -> list[Problem]:
    """Everything that is wrong with the data in `folder`, and warnings, in the order of the descriptor.

    Parameters
    ----------
    folder : the folder that holds datapackage.json
    checksums : also compare size and sha256 of every file with the descriptor
    """
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
    problems += [*_geometry(sound, folder), *_files(made, folder), *_unused_sources(tables, sound), *_breaks(tables, sound, places)]
    problems += _rules({name: table for name, table in tables.items() if not wrong[name]}, sound, places, made, folder)
    return [*problems, *(_checksums(listed, folder) if checksums else [])]


def summary(folder: Path) -> str:
    """The size of the data in one line: datasets, observations, cells, sources by grade, rules.

    Raises
    ------
    DataError : when the descriptor cannot be read

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
    """That the file can be read at all: tools/build_geo.py writes what is in it, and the tests look at that."""
    for entry in entries.values():
        if not is_table(entry):
            file = shown(entry["path"], folder)
            try:
                if not json.loads((folder / entry["path"]).read_bytes().decode("utf-8"))["features"]:
                    yield Problem(file, None, "features", "nothing", "a feature", "restore the file")
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


def _unused_sources(tables: Tables, entries: dict[str, dict]) -> Iterator[Problem]:
    """The other half, that every used source exists, is a foreign key of each table."""
    used: set[str] = set()
    for name, table in tables.items():
        for column in [column for column, target, _ in foreign_keys(entries[name]) if target == "sources" and column in table.header]:
            used |= {part for cell in table.column(column) for part in cell.split("; ")}
    sources = tables.get("sources")
    if sources is not None and "source" in sources.header:
        for source, line in zip(sources.column("source"), sources.lines, strict=True):
            if source not in used:
                todo = "remove the source, or the row that should cite it is missing"
                yield Problem(sources.file, line, "source", repr(source), "a source that some row cites", todo)


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
    elsewhere = [f"{name}.{indicator}" for name, entry in entries.items() for indicator in names_of_indicators(entry)]
    ruled = {name: entry["gba:rules"] for name, entry in entries.items() if entry.get("gba:rules")}
    faults = {name: declaration_problems(entries[name], elsewhere, places, made.metas[name]) for name in ruled}
    yield from (fault for listed in faults.values() for fault in listed)
    if "sources" not in tables or "breaks" not in tables:
        return
    figures = Figures.of(tables, entries)
    for name, rules in ruled.items():
        for position, rule in enumerate(rules if name in figures.rows and not faults[name] else []):
            if set(other_datasets(rule)) <= set(figures.rows):
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
    parser = argparse.ArgumentParser(prog="python -m gba.validate", description="Check all data against their descriptions.")
    parser.add_argument("--no-checksums", action="store_true", help="do not compare the files with the checksums of the descriptor")
    chosen = parser.parse_args(arguments)
    told = check_all(root(), checksums=not chosen.no_checksums)
    print(*told, sep="\n", end="\n" if told else "")
    with contextlib.suppress(DataError):  # what cannot be read is among the problems
        print(summary(root()))
    problems, warnings = (sum(problem.warning is kind for problem in told) for kind in (False, True))
    counted = [(problems, "problem"), *([(warnings, "warning")] if warnings else [])]
    print(", ".join(f"{number or 'no'} {thing}{'s' if number > 1 else ''}" for number, thing in counted))
    return 1 if problems else 0
