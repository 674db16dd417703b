"""How good are the checks? Damage the data at random, the way people do, and count what the checks tell.

    python tools/bench_data.py [--number 1500] [--seed 20190218]

Prints Markdown: for each kind of damage how many were tried, the share that is told by meaning alone (checksums off) and
with the checksums, and an example; then what is not told by meaning. The data are those of GBA_DATA or data/; they are
copied, never changed. The checks are `gba.validate.run.check_all`, and nothing else decides what is told.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book"))

from gba.data import csvfile
from gba.data import datapackage as record
from gba.validate import run as checks
from gba.validate.rules import other_datasets
from gba.validate.tables import foreign_keys, referenced

SHARED = ("places", "sources", "breaks")  # every dataset depends on them
CITED = {"source": "sources", "place": "places"}  # column of a list of keys that other datasets cite, and where they point
STOPPED = "the checks stopped"
DATE_NAMES = {"period", "period_start", "date", "last_before", "first_after"}


@dataclass
class File:
    """A clean file: its entry in the record, its bytes and, of a table, the text and the cells of each row."""

    entry: dict
    raw: bytes
    table: csvfile.Table | None = None
    texts: list[str] = field(default_factory=list)  # [0] is the header, then one text a row with its line end

    @property
    def size(self) -> int:
        """How often a random choice by rows should fall on this file."""
        return len(self.table.rows) if self.table else len(json.loads(self.raw)["features"])

    def types(self) -> dict[str, str]:
        """The declared type of each column."""
        return {item["name"]: item["type"] for item in self.entry["schema"]["fields"]}


@dataclass(frozen=True)
class Damage:
    """What was done to one file: its new bytes (None: the file is gone), where, and the figure before and after."""

    raw: bytes | None
    where: str
    before: str = ""
    after: str = ""
    path: str = ""
    kind: str = ""


Maker = Callable[[random.Random, File], Damage | None]


def read_files(folder: Path) -> dict[str, File]:
    """Every file that the record lists, by the name of its entry."""
    files = {}
    for name, entry in record.resources(record.read(folder)).items():
        path = folder / entry["path"]
        files[name] = File(entry, path.read_bytes())
        if record.is_table(entry):
            table = csvfile.read(path, entry["path"])
            lines = re.findall(r"[^\n]*\n|[^\n]+$", files[name].raw.decode("utf-8"))  # splitlines would part at U+2028 too
            starts = [0, *(line - 1 for line in table.lines), len(lines)]
            files[name] = File(entry, files[name].raw, table, ["".join(lines[a:b]) for a, b in pairwise(starts)])
    return files


# --- cells


def csv_line(cells: list[str]) -> str:
    """One row as the files write it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def with_cells(file: File, changes: dict[tuple[int, str], str]) -> Damage | None:
    """The file with some cells, each (row, column), replaced."""
    texts = list(file.texts)
    for number in {row for row, _ in changes}:
        cells = [changes.get((number, name), cell) for name, cell in zip(file.table.header, file.table.rows[number], strict=True)]
        texts[number + 1] = csv_line(cells)
    (number, column), after = next(iter(changes.items()))
    before = file.table.rows[number][file.table.header.index(column)]
    return Damage("".join(texts).encode(), f"line {file.table.lines[number]}, {column}", before, after) if texts != file.texts else None


def on_cell(columns: Callable[[File], list[str]], change: Callable[[random.Random, str], str | None]) -> Maker:
    """Damage that changes one cell of one of the columns."""

    def make(rng: random.Random, file: File) -> Damage | None:
        names = columns(file) if file.table and file.table.rows else []
        if not names:
            return None
        column, number = rng.choice(names), rng.randrange(len(file.table.rows))
        before = file.table.rows[number][file.table.header.index(column)]
        after = change(rng, before) if before else None
        return None if after in (None, before) else with_cells(file, {(number, column): after})

    return make


def figures(file: File) -> list[str]:
    """The columns that hold figures."""
    return [name for name, kind in file.types().items() if kind in ("number", "integer")]


def dates(file: File) -> list[str]:
    """The columns that hold dates."""
    return [name for name, kind in file.types().items() if name in DATE_NAMES or kind in ("date", "yearmonth", "year")]


def named(*names: str) -> Callable[[File], list[str]]:
    """Those of the columns that the file has."""
    return lambda file: [name for name in names if name in file.types()]


def any_column(file: File) -> list[str]:
    """All columns."""
    return list(file.types())


def on_digits(change: Callable[[random.Random, str, int], str]) -> Callable[[random.Random, str], str | None]:
    """Change one digit of a number or date; None where the number would stay the same."""

    def changed(rng: random.Random, text: str) -> str | None:
        position = rng.choice([place for place, char in enumerate(text) if char.isdigit()] or [-1])
        after = change(rng, text, position) if position >= 0 else text
        return None if same_number(text, after) else after

    return changed


def same_number(one: str, other: str) -> bool:
    """Whether two texts are one number (1.50 and 1.5)."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def swapped(rng: random.Random, text: str, at: int) -> str:
    """Two neighbouring digits change places."""
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if text[at + 1 : at + 2].isdigit() else text


def replaced(rng: random.Random, text: str, at: int) -> str:
    """One digit becomes another."""
    return text[:at] + rng.choice("0123456789".replace(text[at], "")) + text[at + 1 :]


def dropped(rng: random.Random, text: str, at: int) -> str:
    """One digit is gone."""
    return text[:at] + text[at + 1 :]


def doubled(rng: random.Random, text: str, at: int) -> str:
    """One digit comes twice."""
    return text[: at + 1] + text[at:]


def by_factor(factor: int) -> Callable[[random.Random, str], str | None]:
    """The figure times or through a power of ten."""

    def changed(rng: random.Random, text: str) -> str | None:
        value = Decimal(text) * factor if rng.random() < 0.5 else Decimal(text) / factor
        after = f"{value:f}"
        after = after.rstrip("0").rstrip(".") if "." in after else after
        return None if same_number(text, after) else after

    return changed


def thousands(rng: random.Random, text: str) -> str | None:
    """22458.6 as 22,458.6."""
    return f"{Decimal(text):,f}"


def full_width(rng: random.Random, text: str) -> str:
    """Digits as a Chinese input method types them."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)


def misspelt(rng: random.Random, text: str) -> str:
    """One letter lost, doubled, or exchanged with the next."""
    at = rng.randrange(len(text))
    return rng.choice([text[:at] + text[at + 1 :], text[: at + 1] + text[at:], text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]])


def padded(rng: random.Random, text: str) -> str:
    """A space before or behind."""
    return rng.choice([f" {text}", f"{text} ", f"{text}\u00a0"])


def another_unit(rng: random.Random, file: File) -> Damage | None:
    """Another unit that the indicator allows, or else another that the data know."""
    if file.entry["gba:kind"] != "observations" or not file.table.rows:
        return None
    number = rng.randrange(len(file.table.rows))
    row = dict(zip(file.table.header, file.table.rows[number], strict=True))
    units = {entry["name"]: entry["unit"] for entry in file.entry["gba:indicators"]}
    allowed = [unit for unit in ([units[row["indicator"]]] if isinstance(units[row["indicator"]], str) else units[row["indicator"]]) if unit != row["unit"]]
    return with_cells(file, {(number, "unit"): rng.choice(allowed)}) if allowed else None


def place_of_neighbour(rng: random.Random, file: File) -> Damage | None:
    """The places of two neighbouring rows are exchanged."""
    names = named("place")(file) if file.table else []
    if not names or len(file.table.rows) < 2 or file.entry["name"] == "places":
        return None
    number, places = rng.randrange(len(file.table.rows) - 1), file.table.column("place")
    return with_cells(file, {(number, "place"): places[number + 1], (number + 1, "place"): places[number]})


# --- rows, columns, files


def whole(file: File, texts: list[str], where: str) -> Damage | None:
    """The file with other lines."""
    return Damage("".join(texts).encode(), where) if texts != file.texts else None


def on_rows(change: Callable[[random.Random, list[str], int], list[str]]) -> Maker:
    """Damage to one or two whole rows."""

    def make(rng: random.Random, file: File) -> Damage | None:
        if not file.table or len(file.table.rows) < 2:
            return None
        number = rng.randrange(1, len(file.texts))
        return whole(file, change(rng, list(file.texts), number), f"line {file.table.lines[number - 1]}")

    return make


def moved(rng: random.Random, texts: list[str], number: int) -> list[str]:
    """The row moves to another place in the file."""
    text = texts.pop(number)
    texts.insert(rng.randrange(1, len(texts) + 1), text)
    return texts


def on_columns(change: Callable[[random.Random, list[list[str]], int], None]) -> Maker:
    """Damage to a whole column; the cells are given as columns."""

    def make(rng: random.Random, file: File) -> Damage | None:
        if not file.table:
            return None
        columns = [list(cells) for cells in zip(file.table.header, *file.table.rows, strict=True)]
        at = rng.randrange(len(columns))
        name = columns[at][0]
        change(rng, columns, at)
        texts = [csv_line(list(cells)) for cells in zip(*columns, strict=True)]
        return whole(file, texts, f"column {name}")

    return make


def rename_column(rng: random.Random, columns: list[list[str]], at: int) -> None:
    """The header says another name."""
    columns[at][0] = misspelt(rng, columns[at][0])


def move_column(rng: random.Random, columns: list[list[str]], at: int) -> None:
    """The column moves."""
    column = columns.pop(at)
    columns.insert(rng.randrange(len(columns) + 1), column)


def lose_column(rng: random.Random, columns: list[list[str]], at: int) -> None:
    """The column is gone."""
    del columns[at]


def on_text(change: Callable[[random.Random, str], bytes | str | None]) -> Maker:
    """Damage to the text of the whole file."""

    def make(rng: random.Random, file: File) -> Damage | None:
        after = change(rng, file.raw.decode("utf-8"))
        after = after.encode("utf-8", "surrogateescape") if isinstance(after, str) else after
        return None if after in (None, file.raw) else Damage(after, f"{len(file.raw)} -> {len(after)} bytes")

    return make


def other_encoding(rng: random.Random, text: str) -> bytes | None:
    """Saved in an encoding of a spreadsheet on Windows."""
    if text.isascii():
        return None
    return text.encode(rng.choice(["gb18030", "cp1252", "big5hkscs"]), errors="replace")


def misread(rng: random.Random, text: str) -> str | None:
    """One line read as Windows-1252 and saved as UTF-8: â€“ for a dash, æ·± for 深."""
    lines = [number for number, line in enumerate(text.split("\n")) if not line.isascii()]
    if not lines:
        return None
    parts = text.split("\n")
    number = rng.choice(lines)
    parts[number] = parts[number].encode().decode("latin-1" if rng.random() < 0.5 else "cp1252", errors="replace")
    return "\n".join(parts)


def quotes_lost(rng: random.Random, text: str) -> str | None:
    """One line loses its quotes."""
    return _on_line(rng, text, lambda line: line.replace('"', ""))


def quotes_unbalanced(rng: random.Random, text: str) -> str | None:
    """One quote is lost."""
    return _on_line(rng, text, lambda line: line[: line.index('"')] + line[line.index('"') + 1 :] if '"' in line else line)


def _on_line(rng: random.Random, text: str, change: Callable[[str], str]) -> str | None:
    parts = text.split("\n")
    numbers = [number for number, line in enumerate(parts) if '"' in line]
    if not numbers:
        return None
    number = rng.choice(numbers)
    parts[number] = change(parts[number])
    return "\n".join(parts)


def truncated(rng: random.Random, text: str) -> str:
    """The end of the file is gone, within a line."""
    cut = rng.randrange(1, len(text) - 1)
    return text[: cut - 1] if text[cut - 1] == "\n" else text[:cut]


def truncated_at_line(rng: random.Random, text: str) -> str:
    """The last lines are gone."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[: rng.randrange(1, len(lines))]) if len(lines) > 1 else text


# --- geometry


def on_ring(change: Callable[[list], list]) -> Maker:
    """Damage to one ring of one feature."""

    def make(rng: random.Random, file: File) -> Damage | None:
        content = json.loads(file.raw)
        number = rng.randrange(len(content["features"]))
        geometry = content["features"][number].get("geometry") or {}
        polygons = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry.get("coordinates")}.get(geometry.get("type"))
        if not polygons:
            return None
        polygon = rng.choice(polygons)
        ring = rng.randrange(len(polygon))
        polygon[ring] = change(polygon[ring])
        return Damage(json.dumps(content, ensure_ascii=False).encode(), f"features[{number}]")

    return make


# --- the record


def json_broken(rng: random.Random, file: File) -> Damage | None:
    """One structural character of the record is gone."""
    text = file.raw.decode()
    at = rng.choice([match.start() for match in re.finditer(r'[{}\[\],:"]', text)])
    after = text[:at] + text[at + 1 :]
    try:
        json.loads(after)
    except ValueError:
        return Damage(after.encode(), f"character {at}")
    return None  # the character stood in a text


def key_lost(rng: random.Random, file: File) -> Damage | None:
    """A property of one entry of the record is gone."""
    content = json.loads(file.raw)
    entry = rng.choice([entry for entry in content["resources"] if entry.get("gba:chapter") != "benchmark"])
    key = rng.choice([key for key in entry if entry[key] != []])
    where = f"resources[{entry.get('name')}].{key}"
    del entry[key]
    return Damage(record.written(content).encode(), where)


def inner_key_lost(rng: random.Random, file: File) -> Damage | None:
    """A property of a column, an indicator or a rule is gone."""
    content = json.loads(file.raw)
    entry = rng.choice([entry for entry in content["resources"] if entry.get("gba:chapter") != "benchmark"])
    parts = [*entry.get("schema", {}).get("fields", []), *entry.get("gba:indicators", []), *entry.get("gba:rules", [])]
    if not parts:
        return None
    part = rng.choice(parts)
    key = rng.choice(list(part))
    where = f"{entry['name']}: {part.get('name') or part.get('rule')}.{key}"
    del part[key]
    return Damage(record.written(content).encode(), where)


TABLES, GEOMETRY, RECORD = "tables", "geometry", "record"


@dataclass(frozen=True)
class Kind:
    """A kind of damage: the group it is counted in, how it is made, in which files, and how often relative to the others."""

    group: str
    make: Maker
    files: str = TABLES
    weight: float = 1


DIGITS, FACTOR, STRUCTURE, MEANING = "a digit is wrong", "a wrong power of ten", "structure and form", "other meaning"
KINDS = {
    "digits swapped": Kind(DIGITS, on_cell(figures, on_digits(swapped)), weight=3),
    "digit replaced": Kind(DIGITS, on_cell(figures, on_digits(replaced)), weight=3),
    "digit dropped": Kind(DIGITS, on_cell(figures, on_digits(dropped)), weight=3),
    "digit doubled": Kind(DIGITS, on_cell(figures, on_digits(doubled)), weight=3),
    "factor 10": Kind(FACTOR, on_cell(figures, by_factor(10)), weight=2),
    "factor 100": Kind(FACTOR, on_cell(figures, by_factor(100))),
    "factor 1000": Kind(FACTOR, on_cell(figures, by_factor(1000))),
    "sign flipped": Kind(MEANING, on_cell(figures, lambda rng, text: text[1:] if text[0] == "-" else f"-{text}")),
    "unit: another that the indicator allows": Kind(MEANING, another_unit),
    "unit: unknown": Kind(STRUCTURE, on_cell(named("unit"), misspelt)),
    "place misspelt": Kind(STRUCTURE, on_cell(named("place"), misspelt)),
    "source misspelt": Kind(STRUCTURE, on_cell(named("source", "sources"), misspelt)),
    "places of two neighbouring rows exchanged": Kind(MEANING, place_of_neighbour),
    "digit wrong in a date": Kind(MEANING, on_cell(dates, on_digits(replaced))),
    "month 13": Kind(STRUCTURE, on_cell(dates, lambda rng, text: f"{text[:4]}-13{text[7:]}")),
    "31 February": Kind(STRUCTURE, on_cell(dates, lambda rng, text: f"{text[:4]}-02-31")),
    "thousands separators": Kind(STRUCTURE, on_cell(figures, thousands)),
    "decimal comma": Kind(STRUCTURE, on_cell(figures, lambda rng, text: text.replace(".", ","))),
    "full-width digits": Kind(STRUCTURE, on_cell(figures, full_width)),
    "space around a cell": Kind(STRUCTURE, on_cell(any_column, padded)),
    "row duplicated": Kind(STRUCTURE, on_rows(lambda rng, texts, at: [*texts[:at], texts[at], *texts[at:]])),
    "row lost": Kind(STRUCTURE, on_rows(lambda rng, texts, at: texts[:at] + texts[at + 1 :])),
    "row moved": Kind(STRUCTURE, on_rows(moved)),
    "column renamed": Kind(STRUCTURE, on_columns(rename_column)),
    "column moved": Kind(STRUCTURE, on_columns(move_column)),
    "column lost": Kind(STRUCTURE, on_columns(lose_column)),
    "another encoding (GB18030, Windows-1252, Big5)": Kind(STRUCTURE, on_text(other_encoding)),
    "text misread as Windows-1252": Kind(STRUCTURE, on_text(misread)),
    "byte order mark": Kind(STRUCTURE, on_text(lambda rng, text: "\ufeff" + text)),
    "CRLF line ends": Kind(STRUCTURE, on_text(lambda rng, text: text.replace("\n", "\r\n"))),
    "quotes lost": Kind(STRUCTURE, on_text(quotes_lost)),
    "quotes unbalanced": Kind(STRUCTURE, on_text(quotes_unbalanced)),
    "file cut within a line": Kind(STRUCTURE, on_text(truncated)),
    "file cut at a line end": Kind(STRUCTURE, on_text(truncated_at_line)),
    "file empty": Kind(STRUCTURE, on_text(lambda rng, text: "")),
    "file missing": Kind(STRUCTURE, lambda rng, file: Damage(None, "")),
    "geometry: cut": Kind(STRUCTURE, on_text(truncated), GEOMETRY, 0.5),
    "geometry: ring wound the wrong way": Kind(STRUCTURE, on_ring(lambda ring: ring[::-1]), GEOMETRY),
    "geometry: ring not closed": Kind(STRUCTURE, on_ring(lambda ring: ring[:-1]), GEOMETRY),
    "geometry: latitude before longitude": Kind(STRUCTURE, on_ring(lambda ring: [[y, x] for x, y in ring]), GEOMETRY),
    "record: JSON broken": Kind(STRUCTURE, json_broken, RECORD, 0.5),
    "record: property of a file lost": Kind(STRUCTURE, key_lost, RECORD),
    "record: property of a column, indicator or rule lost": Kind(MEANING, inner_key_lost, RECORD),
}


# --- the trial


def depends(name: str, entries: dict[str, dict]) -> set[str]:
    """The datasets whose checks a change of this one can touch, and those that these checks read."""
    if name == "breaks":
        return set(entries)
    if name in SHARED:
        return {*SHARED, *(other for other, entry in entries.items() if not record.is_table(entry) and name == "places")}
    links = {other: _links(entry, entries) for other, entry in entries.items()}
    touched = {name, *(other for other, linked in links.items() if name in linked)}
    return {*touched, *SHARED, *(linked for other in touched for linked in links[other])} & set(entries)


def _links(entry: dict, entries: dict[str, dict]) -> set[str]:
    keys = referenced(entry) if record.is_table(entry) else []
    return ({*keys} | {name for rule in entry.get("gba:rules", []) for name in other_datasets(rule)}) - set(SHARED)


class Bench:
    """A copy of the data in which one file at a time is damaged and put right again.

    A change of one dataset is checked with those it depends on only, and with the rules that read it: the other datasets
    stand in lists of the sources and places that they cite, so that no source looks unused. More data could only tell more.
    """

    def __init__(self, folder: Path, scratch: Path):
        self.folder, self.scratch = folder, scratch
        self.files = read_files(folder)
        self.entries = {name: file.entry for name, file in self.files.items()}
        self.known: dict[Path, Counter] = {}

    def copy(self, name: str) -> Path:
        """The folder that holds what the dataset depends on, made when it is first asked for."""
        names = sorted(depends(name, self.entries))
        target = self.scratch / name / "data"
        if target not in self.known:
            self._fill(target, names, name)
            self.known[target] = Counter(map(signature, checks.check_all(target)))
        return target

    def _fill(self, target: Path, names: list[str], name: str) -> None:
        entries = [self._entry(other, name) for other in self.entries if other in names]
        content = {**record.read(self.folder), "resources": entries}
        for entry in content["resources"]:
            (target / entry["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / entry["path"], target / entry["path"])
        for column, table in CITED.items():
            cited = sorted({key for other in self.entries if other not in names for key in self._cited(other, table)})
            if cited:
                (target / f"cited_{table}.csv").write_text("\n".join([column, *cited, ""]), encoding="utf-8")
                content["resources"].append(cited_entry(column, table))
        (target / record.NAME).write_text(record.written(content), encoding="utf-8")
        record.refresh(target)

    def _entry(self, other: str, name: str) -> dict:
        """An entry for the copy of `name`, with the rules that read its figures, or the breaks; the others would only repeat what they said."""
        entry = self.entries[other]
        if other == name or name == "breaks" or not entry.get("gba:rules"):
            return entry
        return {**entry, "gba:rules": [rule for rule in entry["gba:rules"] if name in other_datasets(rule)]}

    def _cited(self, name: str, target: str) -> Iterator[str]:
        """The keys of the table `target` that a dataset cites."""
        for key in foreign_keys(self.entries[name]) if self.files[name].table else []:
            if key["reference"]["resource"] == target:
                yield from (part for cell in self.files[name].table.column(key["fields"][0]) for part in cell.split("; ") if part)

    def told(self, damage: Damage, name: str) -> tuple[str | None, bool]:
        """The first problem that the checks tell by meaning (None: nothing), and whether they tell one with the checksums."""
        target = self.copy(name)
        path = target / damage.path
        clean = path.read_bytes()
        try:
            path.unlink() if damage.raw is None else path.write_bytes(damage.raw)
            new = self._new(target, checksums=False)
            return (str(new[0]), True) if new else (None, bool(self._new(target, checksums=True)))
        except Exception as error:  # checks that stop have told nothing
            return f"{STOPPED}: {error!r}", False
        finally:
            path.write_bytes(clean)

    def _new(self, target: Path, checksums: bool) -> list:
        seen, new = Counter(self.known[target]), []
        for problem in checks.check_all(target, checksums=checksums):
            if seen[signature(problem)] > 0:
                seen[signature(problem)] -= 1
            else:
                new.append(problem)
        return new

    def pick(self, rng: random.Random, kind: Kind) -> tuple[str, File] | None:
        """A file that the kind of damage applies to, the larger the likelier."""
        if kind.files == RECORD:
            # Any copy holds a record of its own; a small one keeps the trial short.
            name = rng.choice([name for name in self.entries if name not in SHARED])
            return name, File({"path": record.NAME}, (self.copy(name) / record.NAME).read_bytes())
        names = [name for name, file in self.files.items() if (file.table is not None) == (kind.files == TABLES)]
        name = rng.choices(names, [self.files[name].size for name in names])[0] if names else None
        return (name, self.files[name]) if name else None


def signature(problem: object) -> tuple[str, ...]:
    """A problem without its line, which moves when a row is lost."""
    return problem.file, problem.column, problem.found, problem.expected


def cited_entry(column: str, table: str) -> dict:
    """An entry for the list of the keys that other datasets cite."""
    key = {"fields": column, "reference": {"resource": table, "fields": column}}
    schema = {"fields": [{"name": column, "type": "string", "title": column}], "primaryKey": column, "foreignKeys": [key], "missingValues": [""]}
    name = f"cited_{table}"
    words = {"title": name, "description": name, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "licenses": [{"name": "CC0-1.0"}]}
    own = {"schema": schema, "gba:kind": "ledger", "gba:chapter": "benchmark", "gba:sort": []}
    return {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", **words, **own}


@dataclass(frozen=True)
class Trial:
    """One damage and what the checks said of it."""

    damage: Damage
    said: str | None
    with_checksums: bool

    @property
    def by_meaning(self) -> str | None:
        """The problem that was told, if one was."""
        return None if self.said and self.said.startswith(STOPPED) else self.said


def trials(bench: Bench, number: int, seed: int) -> list[Trial]:
    """Damage the data `number` times, shared out over the kinds by weight."""
    done = []
    total = sum(kind.weight for kind in KINDS.values())
    for name, kind in KINDS.items():
        rng = random.Random(f"{seed} {name}")  # a stream of its own: a new kind leaves the others as they were
        wanted = round(number * kind.weight / total)
        for _ in range(wanted * 60):
            picked = bench.pick(rng, kind)
            damage = kind.make(rng, picked[1]) if picked else None
            if damage is not None:
                damage = replace(damage, kind=name, path=picked[1].entry["path"])
                done.append(Trial(damage, *bench.told(damage, picked[0])))
                wanted -= 1
            if wanted <= 0:
                break
    return done


# --- the report


def share(found: list[bool]) -> str:
    """A share in percent; a dash where nothing was tried."""
    return f"{100 * sum(found) / len(found):.0f} %" if found else "-"


def table(done: list[Trial], groups: list[tuple[str, list[str]]], examples: bool = True) -> Iterator[str]:
    """Markdown rows: name, tried, told by meaning, told with the checksums, an example."""
    yield "| damage | tried | told by meaning | with checksums |" + (" example |" if examples else "")
    yield "|---|--:|--:|--:|" + ("---|" if examples else "")
    for title, kinds in groups:
        mine = [trial for trial in done if trial.damage.kind in kinds]
        said = min((trial.by_meaning for trial in mine if trial.by_meaning), key=len, default="")
        example = f" {said.replace('|', '/')[:230]} |" if examples else ""
        yield f"| {title} | {len(mine)} | {share([bool(t.by_meaning) for t in mine])} | {share([t.with_checksums for t in mine])} |{example}"


SIZES = [(0.001, "by less than 0.1 %"), (0.01, "by 0.1 to 1 %"), (0.05, "by 1 to 5 %"), (0.25, "by 5 to 25 %"), (float("inf"), "by more than 25 %")]


def reason(trial: Trial) -> str:
    """Why the damage is not told: how far the figure is from the right one, or that no check speaks of this."""
    kind = KINDS[trial.damage.kind]
    if trial.said:
        return trial.said
    if kind.group in (DIGITS, FACTOR):
        before, after = float(trial.damage.before), float(trial.damage.after)
        error = abs(after - before) / abs(before) if before else float("inf")
        return f"the figure changes {next(words for limit, words in SIZES if error < limit)}"
    return f"{trial.damage.kind}: nothing is declared that speaks of it"


def missed(done: list[Trial], limit: int = 4) -> Iterator[str]:
    """What is not told by meaning, by reason, with examples."""
    by_reason: dict[str, list[Trial]] = {}
    for trial in done:
        if not trial.by_meaning:
            by_reason.setdefault(reason(trial), []).append(trial)
    for why, mine in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        yield f"- {why}: {len(mine)}"
        for trial in mine[:limit]:
            change = f": `{trial.damage.before}` -> `{trial.damage.after}`" if trial.damage.before else ""
            yield f"  - {trial.damage.path}, {trial.damage.where}{change} ({trial.damage.kind})"


def report(done: list[Trial]) -> Iterator[str]:
    """The whole report, in Markdown."""
    wrong = [name for name, kind in KINDS.items() if kind.group == DIGITS]
    tenfold = [*wrong, "factor 10"]
    grouped = [(group, [name for name, kind in KINDS.items() if kind.group == group]) for group in dict.fromkeys(kind.group for kind in KINDS.values())]
    yield from table(done, [(f"**{title}**", kinds) for title, kinds in [*grouped, ("a digit is wrong, or factor 10", tenfold), ("all", list(KINDS))]], False)
    yield ""
    yield from table(done, [(name, [name]) for name in KINDS])
    yield from ["", "Not told by meaning:", "", *missed(done)]


def main() -> int:
    """Run the benchmark and print the report; 1 if the checksums miss anything in a data file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--number", type=int, default=1500, help="how many times the data are damaged")
    parser.add_argument("--seed", type=int, default=20190218, help="the same seed damages the same cells")
    chosen = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        done = trials(Bench(record.root(), Path(scratch)), chosen.number, chosen.seed)
    print(f"{len(done):,} damages to {record.root().name}, seed {chosen.seed}, {time.perf_counter() - start:.0f} s\n")
    print(*report(done), sep="\n")
    return 0 if all(trial.with_checksums for trial in done if trial.damage.path != record.NAME) else 1


if __name__ == "__main__":
    sys.exit(main())
