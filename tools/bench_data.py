"""How good are the checks? Damage the data at random, the way people do, and count what the checks tell.

    python tools/bench_data.py [--number 1500] [--seed 20190218]

Prints Markdown: for each kind of damage how many were tried, and the shares that are told by meaning alone (checksums off; a warning tells too)
and with the checksums; then what was not told. The data are those of GBA_DATA or data/; they are copied, never changed.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book"))

import yaml
from gba.data import datapackage, describe
from gba.data.csvfile import written
from gba.data.errors import Problem
from gba.validate import fitted
from gba.validate import run as checks
from gba.validate.rules import elsewhere
from gba.validate.tables import referenced

SHARED = ("places", "sources", "breaks")  # every dataset depends on them: checked with all data
STOPPED = "the checks stopped"
DIGITS, FACTOR, STRUCTURE, MEANING = "a digit is wrong", "a wrong power of ten", "structure and form", "other meaning"


class File:
    """A clean file with its entry; a table with its cells, the header among them."""

    def __init__(self, entry: dict, raw: bytes):
        self.entry, self.raw = entry, raw
        self.table = list(csv.reader(io.StringIO(raw.decode(), newline=""))) if datapackage.is_table(entry) else []
        self.types = {field["name"]: field["type"] for field in entry.get("schema", {}).get("fields", [])}
        self.size = len(self.table) or len(json.loads(raw)["features"])


#: The new content of a file (None: it is gone), and how a cell changed, if one did; or None where the damage does not apply.
Damage = tuple[bytes | None, str] | None
Maker = Callable[[Random, File], Damage]


# ---- a cell: from one text to another, or to the same where the damage does not apply


def with_cells(file: File, changes: dict[tuple[int, int], str]) -> Damage:
    """The file with other cells, by row and column."""
    table = [list(row) for row in file.table]
    for (row, column), text in changes.items():
        table[row][column] = text
    (row, column), after = next(iter(changes.items()))
    return written(table).encode(), f"`{file.table[row][column]}` -> `{after}`"


def cell(columns: Callable[[str, str], bool], change: Callable[[Random, str], str]) -> Maker:
    """Damage that changes one cell of one of the columns, which are chosen by name and type."""

    def make(rng: Random, file: File) -> Damage:
        at = [number for number, column in enumerate(file.types.items()) if columns(*column)]
        if not at or len(file.table) < 2:
            return None
        row, column = rng.randrange(1, len(file.table)), rng.choice(at)
        before = file.table[row][column]
        after = change(rng, before) if before else before
        return None if after == before else with_cells(file, {(row, column): after})

    return make


def figures(name: str, kind: str) -> bool:
    return kind in ("number", "integer")


def dates(name: str, kind: str) -> bool:
    return name in {"period", "period_start", "date", "last_before", "first_after"} or kind in ("date", "yearmonth", "year")


def named(*names: str) -> Callable[[str, str], bool]:
    return lambda name, kind: name in names


def unlike(before: str, after: str) -> str:
    """The text after, but for the text before where both are one number (1.50 and 1.5)."""
    try:
        return before if float(before) == float(after) else after
    except ValueError:
        return after


def digit(change: Callable[[Random, str, int], str]) -> Callable[[Random, str], str]:
    """Change one digit of a number or date."""

    def changed(rng: Random, text: str) -> str:
        places = [place for place, char in enumerate(text) if char.isdigit()]
        return unlike(text, change(rng, text, rng.choice(places))) if places else text

    return changed


def swapped(rng: Random, text: str, at: int) -> str:
    """Two neighbouring digits change places."""
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if text[at + 1 : at + 2].isdigit() else text


def replaced(rng: Random, text: str, at: int) -> str:
    return text[:at] + rng.choice("0123456789".replace(text[at], "")) + text[at + 1 :]


def factor(by: int) -> Callable[[Random, str], str]:
    """The figure times or through a power of ten."""

    def changed(rng: Random, text: str) -> str:
        after = f"{Decimal(text) * by if rng.random() < 0.5 else Decimal(text) / by:f}"
        return unlike(text, after.rstrip("0").rstrip(".") if "." in after else after)

    return changed


def misspelt(rng: Random, text: str) -> str:
    """One letter lost, doubled, or exchanged with the next."""
    at = rng.randrange(len(text))
    return rng.choice([text[:at] + text[at + 1 :], text[: at + 1] + text[at:], text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]])


def another_unit(rng: Random, file: File) -> Damage:
    """Another unit that the indicator allows."""
    units = {meant["name"]: meant["unit"] for meant in file.entry.get("gba:indicators", [])}
    if not units or len(file.table) < 2:
        return None
    row, column = rng.randrange(1, len(file.table)), list(file.types).index("unit")
    others = [unit for unit in units[file.table[row][0]] if unit != file.table[row][column]]
    return with_cells(file, {(row, column): rng.choice(others)}) if others else None


def places_exchanged(rng: Random, file: File) -> Damage:
    """The places of two neighbouring rows are exchanged."""
    if "place" not in file.types or len(file.table) < 3 or file.entry["name"] == "places":
        return None
    at, row = list(file.types).index("place"), rng.randrange(1, len(file.table) - 1)
    one, other = file.table[row][at], file.table[row + 1][at]
    return with_cells(file, {(row, at): other, (row + 1, at): one}) if one != other else None


# ---- rows, columns, files


def part(change: Callable[[list, int, int], list], turned: bool = False) -> Maker:
    """Damage to a row, or `turned` to a column; the change is told its place and another."""

    def make(rng: Random, file: File) -> Damage:
        if len(file.table) < 3:
            return None
        lines = list(zip(*file.table, strict=True)) if turned else list(file.table)
        made = change(lines, *(rng.randrange(0 if turned else 1, len(lines)) for _ in range(2)))
        return written(zip(*made, strict=True) if turned else made).encode(), ""

    return make


def moved(parts: list, at: int, to: int) -> list:
    one = parts.pop(at)
    return [*parts[:to], one, *parts[to:]]


def lost(parts: list, at: int, to: int) -> list:
    return parts[:at] + parts[at + 1 :]


def text(change: Callable[[Random, str], str | bytes]) -> Maker:
    """Damage to the text of the file."""

    def make(rng: Random, file: File) -> Damage:
        after = change(rng, file.raw.decode())
        return after.encode("utf-8", "replace") if isinstance(after, str) else after, ""

    return make


def line(wanted: Callable[[str], bool], change: Callable[[Random, str], str]) -> Maker:
    """Damage to one line of those that are wanted."""

    def changed(rng: Random, whole: str) -> str:
        parts = whole.split("\n")
        at = rng.choice([number for number, part in enumerate(parts) if wanted(part)] or [0])
        parts[at] = change(rng, parts[at])
        return "\n".join(parts)

    return text(changed)


def renamed(rng: Random, whole: str) -> str:
    first, _, rest = whole.partition(",")
    return f"{misspelt(rng, first)},{rest}"


def cut(rng: Random, whole: str) -> str:
    """The end of the file is gone, within a line."""
    at = rng.randrange(1, len(whole) - 1)
    return whole[: at - 1] if whole[at - 1] == "\n" else whole[:at]


def cut_at_line(rng: Random, whole: str) -> str:
    lines = whole.splitlines(keepends=True)
    return "".join(lines[: rng.randrange(1, len(lines))]) if len(lines) > 1 else whole


def ring(change: Callable[[list], list]) -> Maker:
    """Damage to one ring of one polygon."""

    def make(rng: Random, file: File) -> Damage:
        content = json.loads(file.raw)
        geometry = rng.choice(content["features"])["geometry"]
        polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}.get(geometry["type"])
        if not polygons:
            return None
        polygon = rng.choice(polygons)
        at = rng.randrange(len(polygon))
        polygon[at] = change(polygon[at])
        return json.dumps(content, ensure_ascii=False).encode(), ""

    return make


def key_lost(inner: bool) -> Maker:
    """A property of a description is gone: of the file, or of a column, an indicator or a rule."""

    def make(rng: Random, file: File) -> Damage:
        content = yaml.safe_load(file.raw)
        parts = [*content.get("columns", {}).values(), *content.get("indicators", {}).values(), *content.get("rules", [])] if inner else [content]
        parts = [part for part in parts if part]
        if not parts:
            return None
        part = rng.choice(parts)
        del part[rng.choice(list(part))]
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode(), ""

    return make


TABLES, GEOMETRY, META = "tables", "geometry", "descriptions"
#: By name: group, damage, in which files, and how often relative to the others.
KINDS: dict[str, tuple[str, Maker, str, float]] = {
    "digits swapped": (DIGITS, cell(figures, digit(swapped)), TABLES, 3),
    "digit replaced": (DIGITS, cell(figures, digit(replaced)), TABLES, 3),
    "digit dropped": (DIGITS, cell(figures, digit(lambda rng, text, at: text[:at] + text[at + 1 :])), TABLES, 3),
    "digit doubled": (DIGITS, cell(figures, digit(lambda rng, text, at: text[: at + 1] + text[at:])), TABLES, 3),
    "factor 10": (FACTOR, cell(figures, factor(10)), TABLES, 2),
    "factor 100": (FACTOR, cell(figures, factor(100)), TABLES, 1),
    "factor 1000": (FACTOR, cell(figures, factor(1000)), TABLES, 1),
    "sign flipped": (MEANING, cell(figures, lambda rng, text: text[1:] if text[0] == "-" else f"-{text}"), TABLES, 1),
    "unit: another that the indicator allows": (MEANING, another_unit, TABLES, 1),
    "unit: unknown": (STRUCTURE, cell(named("unit"), misspelt), TABLES, 1),
    "place misspelt": (STRUCTURE, cell(named("place"), misspelt), TABLES, 1),
    "source misspelt": (STRUCTURE, cell(named("source", "sources"), misspelt), TABLES, 1),
    "places of two neighbouring rows exchanged": (MEANING, places_exchanged, TABLES, 1),
    "digit wrong in a date": (MEANING, cell(dates, digit(replaced)), TABLES, 1),
    "month 13": (STRUCTURE, cell(dates, lambda rng, text: f"{text[:4]}-13{text[7:]}"), TABLES, 1),
    "31 February": (STRUCTURE, cell(dates, lambda rng, text: f"{text[:4]}-02-31"), TABLES, 1),
    "thousands separators": (STRUCTURE, cell(figures, lambda rng, text: f"{Decimal(text):,f}"), TABLES, 1),
    "decimal comma": (STRUCTURE, cell(figures, lambda rng, text: text.replace(".", ",")), TABLES, 1),
    "full-width digits": (STRUCTURE, cell(figures, lambda rng, text: re.sub(r"\d", lambda found: chr(ord(found[0]) + 0xFEE0), text)), TABLES, 1),
    "space around a cell": (
        STRUCTURE, cell(lambda name, kind: True, lambda rng, text: rng.choice([" {}", "{} ", "{}\u00a0"]).format(text)), TABLES, 1),
    "row duplicated": (STRUCTURE, part(lambda lines, at, to: [*lines[:at], lines[at], *lines[at:]]), TABLES, 1),
    "row lost": (STRUCTURE, part(lost), TABLES, 1),
    "row moved": (STRUCTURE, part(moved), TABLES, 1),
    "column renamed": (STRUCTURE, text(renamed), TABLES, 1),
    "column moved": (STRUCTURE, part(moved, turned=True), TABLES, 1),
    "column lost": (STRUCTURE, part(lost, turned=True), TABLES, 1),
    "another encoding (GB18030, Windows-1252, Big5)": (
        STRUCTURE, text(lambda rng, whole: whole.encode(rng.choice(["gb18030", "cp1252", "big5hkscs"]), "replace")), TABLES, 1),
    "text misread as Windows-1252": (
        STRUCTURE, line(lambda part: not part.isascii(), lambda rng, part: part.encode().decode(rng.choice(["latin-1", "cp1252"]), "replace")), TABLES, 1),
    "byte order mark": (STRUCTURE, text(lambda rng, whole: "\ufeff" + whole), TABLES, 1),
    "CRLF line ends": (STRUCTURE, text(lambda rng, whole: whole.replace("\n", "\r\n")), TABLES, 1),
    "quotes lost": (STRUCTURE, line(lambda part: '"' in part, lambda rng, part: part.replace('"', "")), TABLES, 1),
    "quotes unbalanced": (STRUCTURE, line(lambda part: '"' in part, lambda rng, part: part.replace('"', "", 1)), TABLES, 1),
    "file cut within a line": (STRUCTURE, text(cut), TABLES, 1),
    "file cut at a line end": (STRUCTURE, text(cut_at_line), TABLES, 1),
    "file empty": (STRUCTURE, text(lambda rng, whole: ""), TABLES, 1),
    "file missing": (STRUCTURE, lambda rng, file: (None, ""), TABLES, 1),
    "geometry: cut": (STRUCTURE, text(cut), GEOMETRY, 0.5),
    "geometry: ring wound the wrong way": (STRUCTURE, ring(lambda ring: ring[::-1]), GEOMETRY, 1),
    "geometry: ring not closed": (STRUCTURE, ring(lambda ring: ring[:-1]), GEOMETRY, 1),
    "geometry: latitude before longitude": (STRUCTURE, ring(lambda ring: [[y, x] for x, y in ring]), GEOMETRY, 1),
    "description: YAML broken": (STRUCTURE, line(lambda part: ": " in part, lambda rng, part: part.replace(": ", " ", 1)), META, 0.5),
    "description: property of a file lost": (STRUCTURE, key_lost(inner=False), META, 1),
    "description: property of a column, indicator or rule lost": (MEANING, key_lost(inner=True), META, 1)
}  # fmt: skip


# ---- the trial


class Bench:
    """Copies of the data in which one file at a time is damaged and put right again: of a dataset with those alone that its checks read."""

    def __init__(self, folder: Path, scratch: Path):
        self.folder, self.scratch = folder, scratch
        self.entries = datapackage.resources(datapackage.read(folder))
        self.files = {name: File(entry, (folder / entry["path"]).read_bytes()) for name, entry in self.entries.items()}
        fit = fitted.read(folder)
        rules = {name: [*entry.get("gba:rules", []), *fit.rules.get(name, [])] for name, entry in self.entries.items()}
        keys = {name: referenced(entry) if datapackage.is_table(entry) else [] for name, entry in self.entries.items()}
        self.reads = {name: {*keys[name], *(elsewhere(rule)[0] for rule in mine)} - {""} for name, mine in rules.items()}
        self.known: dict[Path, Counter] = {}

    def copy(self, name: str) -> Path:
        """The folder that holds what the checks of a dataset read, made when it is first asked for."""
        names = {name, *SHARED, *(other for other in self.reads if name in self.reads[other])} if name not in SHARED else set(self.entries)
        names |= {other for mine in names for other in self.reads[mine]}
        target = self.scratch / ("all" if name in SHARED else name) / "data"
        if target not in self.known:
            for path in [describe.PACKAGE, fitted.NAME, *(self.entries[one]["path"] for one in names & {*self.entries})]:
                for file in (path, re.sub(r"\.(csv|geojson)$", describe.ENDING, path)):
                    if (self.folder / file).is_file():
                        (target / file).parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(self.folder / file, target / file)
            describe.refresh(target)
            self.known[target] = Counter(map(signature, checks.check_all(target)))
        return target

    def told(self, raw: bytes | None, target: Path, path: Path) -> tuple[str, bool]:
        """The first problem that the checks tell by meaning, or an empty text; and whether they tell one at all, with the checksums."""
        clean = path.read_bytes()
        try:
            path.unlink() if raw is None else path.write_bytes(raw)
            seen, new = Counter(self.known[target]), []  # the clean copy lacks what it need not have
            for problem in checks.check_all(target):
                seen[signature(problem)] -= 1
                new += [problem] if seen[signature(problem)] < 0 else []
            return next((str(problem) for problem in new if problem.todo != checks.CHANGED), ""), bool(new)
        except Exception as error:  # checks that stop have told nothing
            return f"{STOPPED}: {error!r}", False
        finally:
            path.write_bytes(clean)

    def trial(self, rng: Random, kind: str) -> tuple[str, bool, str] | None:
        """One damage of a kind: what was said by meaning, whether with the checksums, and what was done; None where it does not apply."""
        _, make, where, _ = KINDS[kind]
        names = [name for name, file in self.files.items() if bool(file.table) != (where == GEOMETRY)]
        name = rng.choices(names, [self.files[name].size for name in names])[0]
        target, file = self.copy(name), self.files[name]
        path = target / file.entry["path"]
        if where == META:
            path = path.with_name(path.name.split(".")[0] + describe.ENDING)
            file = File({"gba:kind": "geometry"}, b'{"features": []}')
            file.raw = path.read_bytes()
        damage = make(rng, file)
        if damage is None or damage[0] == file.raw:
            return None
        return *self.told(damage[0], target, path), f"{path.relative_to(target)} {damage[1]} ({kind})"


def signature(problem: Problem) -> tuple[str, ...]:
    """A problem without its line, which moves when a row is lost."""
    return problem.file, problem.column, problem.found, problem.expected


def trials(bench: Bench, number: int, seed: int) -> dict[str, list[tuple[str, bool, str]]]:
    """Damage the data `number` times, shared out over the kinds by weight."""
    done: dict[str, list] = {}
    total = sum(weight for *_, weight in KINDS.values())
    for kind, (*_, weight) in KINDS.items():
        rng = Random(f"{seed} {kind}")  # a stream of its own: a new kind leaves the others as they were
        wanted = round(number * weight / total)
        tried = (bench.trial(rng, kind) for _ in range(wanted * 60))
        done[kind] = [trial for trial, _ in zip((trial for trial in tried if trial), range(wanted), strict=False)]
    return done


def share(found: list[bool]) -> str:
    return f"{100 * sum(found) / len(found):.0f} %" if found else "-"


def row(title: str, mine: list[tuple[str, bool, str]]) -> str:
    by_meaning = [bool(said) and not said.startswith(STOPPED) for said, _, _ in mine]
    return f"| {title} | {len(mine)} | {share(by_meaning)} | {share([whole for _, whole, _ in mine])} |"


def main() -> int:
    """Run the benchmark and print the report; 1 if the checksums miss anything in a data file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--number", type=int, default=1500, help="how many times the data are damaged")
    parser.add_argument("--seed", type=int, default=20190218, help="the same seed damages the same cells")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        done = trials(Bench(datapackage.root(), Path(scratch)), chosen.number, chosen.seed)

    def of(*groups: str) -> list[tuple[str, bool, str]]:
        return [trial for kind, mine in done.items() if KINDS[kind][0] in groups or kind in groups for trial in mine]

    print("| damage | tried | told by meaning | with checksums |\n|---|--:|--:|--:|")
    print(*(row(group, of(group)) for group in (DIGITS, FACTOR, MEANING, STRUCTURE)), sep="\n")
    print(row("a digit is wrong, or factor 10", of(DIGITS, "factor 10")), row("all", of(*KINDS)), *(row(kind, done[kind]) for kind in KINDS), sep="\n")
    missed = [f"- {what}{f': {said}' if said else ''}" for mine in done.values() for said, whole, what in mine if not (said and whole)]
    print("\nNot told by meaning:", *missed, sep="\n")
    return 0 if all(whole for kind, mine in done.items() if KINDS[kind][2] != META for _, whole, _ in mine) else 1


if __name__ == "__main__":
    sys.exit(main())
