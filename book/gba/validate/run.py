"""Check all data against their record.

`python -m gba.validate [--no-checksums]`, run in book/, prints one problem a line, a summary, and exits with 1 if there is a problem.
"""

from __future__ import annotations

import argparse
import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from gba.data import csvfile
from gba.data.datapackage import NAME, SEAL, checksum, is_table, names_of_indicators, read, resources, root, shown
from gba.data.errors import DataError, Problem, did_you_mean
from gba.data.load import pick, typed
from gba.validate.descriptor import description_problems, entry_problems, record_problems
from gba.validate.geojson import geometry_problems
from gba.validate.json_lines import with_lines
from gba.validate.plausibility import labels
from gba.validate.rules import declaration_problems, evaluate, other_datasets
from gba.validate.tables import foreign_keys, form, meaning, references, row_count

Tables = dict[str, csvfile.Table]


def check_all(folder: Path, checksums: bool = True) -> list[Problem]:
    """Everything that is wrong with the data in `folder`, in the order of the record.

    Parameters
    ----------
    folder : the folder that holds datapackage.json
    checksums : also compare size and sha256 of every file with the record

    >>> check_all(root(), checksums=False)
    []
    """
    try:
        record = read(folder)
    except DataError as error:
        return error.problems
    record_file = shown(NAME, folder)
    problems = record_problems(record, record_file)
    told = {id(entry): entry_problems(entry, record, record_file) for entry in record["resources"]}
    problems += [problem for listed in told.values() for problem in listed]
    sound = {entry["name"]: entry for entry in record["resources"] if not told[id(entry)]}
    # An indicator that still lacks its unit hides nothing else that is to be filled in.
    listed = [entry for entry in record["resources"] if all(".gba:indicators[" in problem.column for problem in told[id(entry)])]
    problems += [problem for entry in listed for problem in description_problems(entry, record_file)]
    tables = _read_tables(sound, folder)
    wrong = {name: meaning(tables[name], sound[name], references(sound[name], tables)) for name in tables}
    places = _keys(tables, "places", "place")
    for name, entry in sound.items():
        if name in tables:
            problems += [*wrong[name], *form(tables[name], entry), *row_count(tables[name], entry)]
        else:
            problems += geometry_problems(folder / entry["path"], shown(entry["path"], folder), places)
    problems += _files(record, folder)
    problems += _unused_sources(tables, sound)
    problems += _breaks(tables, sound, places)
    right = {name: table for name, table in tables.items() if not wrong[name]}
    problems += _rules(right, sound, places, record_file)
    if checksums:
        problems += _seal(folder)
        problems += _checksums(sound, folder)
    return problems


def summary(folder: Path) -> str:
    """The size of the data in one line: datasets, observations, cells, sources by grade.

    Raises
    ------
    DataError : when the record cannot be read
    """
    entries = resources(read(folder))
    observed = {name: entry for name, entry in entries.items() if entry.get("gba:kind") == "observations" and entry.get("gba:cell")}
    tables = {name: csvfile.read(folder / entry["path"], entry["path"]) for name, entry in observed.items()}
    cells = sum(len(set(table.tuples(observed[name]["gba:cell"]))) for name, table in tables.items() if set(observed[name]["gba:cell"]) <= set(table.header))
    sources = csvfile.read(folder / entries["sources"]["path"], "sources.csv") if "sources" in entries else csvfile.Table("sources.csv")
    grades = Counter(sources.column("grade")) if "grade" in sources.header else Counter()
    by_grade = ", ".join(f"{grade or 'none'} {count}" for grade, count in sorted(grades.items()))
    rows = sum(len(table.rows) for table in tables.values())
    return f"{len(entries)} datasets ({len(observed)} of observations), {rows:,} observations, {cells:,} cells, {len(sources.rows)} sources ({by_grade})"


def _read_tables(entries: dict[str, dict], folder: Path) -> Tables:
    return {name: csvfile.read(folder / entry["path"], shown(entry["path"], folder)) for name, entry in entries.items() if is_table(entry)}


def _keys(tables: Tables, name: str, column: str) -> set[str]:
    table = tables.get(name)
    return set(table.column(column)) if table is not None and column in table.header else set()


def _files(record: dict, folder: Path) -> Iterator[Problem]:
    listed = {entry.get("path") for entry in record["resources"]}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in (".csv", ".geojson") and name not in listed:
            todo = "describe the file in the record, or move it out of the data"
            yield Problem(shown(name, folder), None, "", "a file that the record does not list", f"an entry in {NAME}", todo)


def _checksums(entries: dict[str, dict], folder: Path) -> Iterator[Problem]:
    todo = "if the change was meant run `make record`, else restore the file"
    for entry in entries.values():
        path = folder / entry["path"]
        if not path.is_file():
            continue  # told already
        size = path.stat().st_size
        if size != entry.get("bytes"):
            yield Problem(shown(entry["path"], folder), None, "", f"{size} bytes", f"{entry.get('bytes')} bytes as the record says", todo)
        elif checksum(path) != entry.get("hash"):
            found, expected = checksum(path)[:15], str(entry.get("hash"))[:15]
            yield Problem(shown(entry["path"], folder), None, "", f"{found}…", f"{expected}… as the record says", todo)


def _seal(folder: Path) -> Iterator[Problem]:
    """The record's own checksum, which it cannot hold itself."""
    found = checksum(folder / NAME).removeprefix("sha256:")
    told = (folder / SEAL).read_text(encoding="utf-8").split() if (folder / SEAL).is_file() else ["no checksum"]
    if not told or told[0] != found:
        expected = f"{(told or ['nothing'])[0][:12]}… as {SEAL} says"
        yield Problem(shown(NAME, folder), None, "", f"sha256 {found[:12]}…", expected, "if the change was meant run `make record`, else restore the file")


def _unused_sources(tables: Tables, entries: dict[str, dict]) -> Iterator[Problem]:
    """The other half, that every used source exists, is a foreign key of each table."""
    used: set[str] = set()
    for name, table in tables.items():
        for key in foreign_keys(entries[name]):
            if key["reference"]["resource"] == "sources" and key["fields"][0] in table.header:
                used |= {part for cell in table.column(key["fields"][0]) for part in cell.split("; ")}
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


def _rules(tables: Tables, entries: dict[str, dict], places: set[str], record_file: str) -> Iterator[Problem]:
    """Rules read `tables`, those that are right in themselves; a wrong table is told already."""
    if "sources" not in tables or "breaks" not in tables:
        return
    wanted = [name for name in tables if name in ("sources", "breaks") or entries[name]["gba:kind"] == "observations"]
    frames = {name: typed(tables[name], entries[name]["schema"]["fields"]) for name in wanted}
    graded, breaks = frames["sources"].set_index("source"), frames["breaks"]
    ruled = {name: entry["gba:rules"] for name, entry in entries.items() if entry["gba:kind"] == "observations" and entry.get("gba:rules")}
    read = {*ruled, *(other for rules in ruled.values() for rule in rules for other in other_datasets(rule))}
    observed = [name for name in tables if name in read]
    rows = {name: with_labels(frames[name], tables[name], entries[name]["gba:cell"]) for name in observed}
    main = {name: pick(rows[name], graded, entries[name]["gba:cell"]).query("status == 'main'") for name in observed}
    for name, rules in ruled.items():
        entry = entries[name]
        faults = declaration_problems(entry, _indicators_elsewhere(entries), places, record_file)
        yield from faults
        for position, rule in enumerate(rules if name in rows and not faults else []):
            if set(other_datasets(rule)) <= set(rows):
                outcomes = evaluate(rule, rows, main, name, entry["gba:cell"], breaks[breaks["dataset"] == name])
                yield from _outcome_problems(outcomes, rule, tables[name], f"{record_file}: resources[{name}].gba:rules[{position}]")


def with_labels(rows: pd.DataFrame, table: csvfile.Table, cell: list[str]) -> pd.DataFrame:
    """Observations with what the rules read besides: `label`, the name of the series, and `written`, the value as the file has it."""
    return rows.assign(label=labels(rows, cell), written=table.column("value"))


def _indicators_elsewhere(entries: dict[str, dict]) -> list[str]:
    return [f"{name}.{indicator}" for name, entry in entries.items() for indicator in names_of_indicators(entry)]


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
    parser = argparse.ArgumentParser(prog="python -m gba.validate", description="Check all data against their record.")
    parser.add_argument("--no-checksums", action="store_true", help="do not compare the files with the checksums of the record")
    chosen = parser.parse_args(arguments)
    problems = with_lines(check_all(root(), checksums=not chosen.no_checksums), root() / NAME, shown(NAME, root()))
    for problem in problems:
        print(problem)
    with contextlib.suppress(DataError):  # an unreadable record is among the problems
        print(summary(root()))
    print("no problem" if not problems else f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
    return 1 if problems else 0
