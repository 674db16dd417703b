"""Which rows a number of the text hangs on.

The cells run again, up to 13 times, with all figures moved a little: in run k by cos(k a), where the angle a is each figure's own. A number that is
computed from a few figures moves by a sum of such waves, and how many waves of which angles a sum is made of is what Prony's method tells (a line
spectrum from few samples), so the angles name the rows. But waves of neighbouring angles can stand for one another almost to the last digit: so in one
run more every figure moves at random, and the rows have to foretell what that does. What no few rows explain (a year that is looked for, a count, a sum
over many) is told with its exhibit: a wrong row would be worse than none.
"""

import ast
import contextlib
import hashlib
import io
import json
import math
import re
import symtable
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import CodeType

import numpy as np
import pandas as pd

import gba
from gba.data.datapackage import ASKED, read, resources, root
from gba.data.load import load, pick, sources
from gba.exhibit.figure import Figure
from gba.prose import SPOKEN, Facts, keys_in_words

#: A number hangs on so many rows at most; their angles need two runs each, and two more show how well they fit. One run at random proves them.
MOST = 5
WAVES = 2 * MOST + 2
#: So little each figure moves, as a part of itself; so well a set of rows has to explain what came of it; so many rows are tried about each angle found.
STEP, SURE, ABOUT = 1e-8, 1e-5, 3
#: What rows foretell of the run at random may be wrong by so much of the whole.
PROVED = 1e-3
#: A row that moves a number by less than this, as a part of what the row that matters most does, is rounding.
LEAST = 1e-4
#: A card shows so many rows.
SHOWN = 5
#: Parts of the library that read data by themselves: what they make hangs on more than the rows that a chapter loads.
READERS = ("catalogue", "claims", "edition", "index")
#: What such a number of no exhibit stands on, among the published data.
FILES = {"left_out": "left_out.csv", "claims": "claims.csv", "edition": "last_edition.json.gz", "due": "datapackage.json", "catalogue": "datapackage.json"}


# ---- what of the cells makes a number ---------------------------------------------------------------------------------


@dataclass
class Said:
    """An argument of a call of `gba.facts`: its value as code, the cell, the statements behind it by their number, and what of the library these name."""

    code: ast.expr
    name: str | None  # None for a dictionary of several
    cell: int
    behind: set[int]
    imports: set[str]
    loads: set[str]  # datasets
    exhibit: str | None = None  # where it names one


def _sets(node: ast.stmt) -> set[str]:
    """The names that a statement gives a value, or whose value it may change."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in part.names}
        elif isinstance(part, ast.FunctionDef | ast.ClassDef):
            found.add(part.name)
        called = isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and not isinstance(part.value.func, ast.Name)
        target = part.value.func if called else part if isinstance(getattr(part, "ctx", None), ast.Store) else None
        while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
            target = target.value
        found |= {target.id} if isinstance(target, ast.Name) else set()
    return found - {"gba"} if not isinstance(node, ast.Import | ast.ImportFrom) else found


def _reads(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _calls(node: ast.AST, name: str) -> list[ast.Call]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == name]


def _library(node: ast.AST) -> set[str]:
    """What a piece of code names of the library and of its parts that read data, and `load` where it loads; `other` is what is imported from elsewhere."""
    found = {"load"} if _calls(node, "load") or "gba.derived" in ast.unparse(node) else set()
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom):
            names = [alias.name for alias in part.names] if part.module == "gba" else (part.module or "").removeprefix("gba.").split(".")[:1]
            found |= set(names) if (part.module or "").startswith("gba") else {"other"}
        elif isinstance(part, ast.Import):
            found.add("other")
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in ("gba", *READERS):
            found.add(part.attr)
    return found


def _datasets(node: ast.AST, names: set[str]) -> set[str]:
    """The datasets that a piece of code loads; of a statement that sets several names at once those of the names given."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
        made = node.value.generators[0].iter if isinstance(node.value, ast.GeneratorExp) else node.value
        if isinstance(made, ast.Tuple) and _calls(node, "load"):
            pairs = zip(node.targets[0].elts, made.elts, strict=False)
            node = ast.Tuple([value for target, value in pairs if isinstance(target, ast.Name) and target.id in names])
            return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return {part.value for call in _calls(node, "load") for part in call.args if isinstance(part, ast.Constant)}


def said_by(cells: Iterable[str]) -> tuple[list[ast.stmt], list[Said]]:
    r"""The statements of a chapter, and every fact that it says with those that it is made of.

    >>> statements, said = said_by(["import gba\nNOW = 2025", "a = gba.load('gdp')\nb = a['value'].sum()\nsaid = gba.facts(x=b, now=NOW)"])
    >>> [(one.name, [ast.unparse(statements[n]) for n in sorted(one.behind)], sorted(one.imports), one.cell) for one in said]
    [('x', ["a = gba.load('gdp')", "b = a['value'].sum()"], ['load'], 1), ('now', ['NOW = 2025'], [], 1)]
    """
    statements, cell_of = [], []
    for number, cell in enumerate(cells):
        with contextlib.suppress(SyntaxError):  # a line of IPython's own
            statements += ast.parse(cell).body
            cell_of += [number] * (len(statements) - len(cell_of))
    sets, reads, library = ([look(one) for one in statements] for look in (_sets, _reads, _library))
    passed = [isinstance(one, ast.Import) or bool(_calls(one, "figure")) for one in statements]
    loading = [bool(_calls(one, "load")) for one in statements]
    found = []
    for at, node in enumerate(statements):
        arguments = [one for call in _calls(node, "facts") for one in call.keywords]
        exhibit = next((one.value.value for one in arguments if one.arg == "exhibit"), None)
        for argument in [one for one in arguments if one.arg != "exhibit"]:
            wanted, behind, loads = _reads(argument.value), set(), _datasets(argument.value, set())
            for before in range(at - 1, -1, -1):
                if sets[before] & wanted and not passed[before]:
                    behind.add(before)
                    loads |= _datasets(statements[before], wanted) if loading[before] else set()
                    wanted |= reads[before]
            imports = _library(argument.value).union(*(library[n] for n in behind))
            found.append(Said(argument.value, argument.arg, cell_of[at], behind, imports, loads, exhibit))
    return statements, found


@dataclass
class Program:
    """Code that computes facts: statements by their number, those that always run; each argument's own statement, name and the statements behind it.

    The texts say what an argument is computed from: while text and data are the same, so are the rows.
    """

    parts: dict[int, CodeType]
    always: set[int]
    arguments: dict[int, tuple[int, str | None, set[int]]]
    texts: dict[int, str]


def _globals(node: ast.AST) -> set[str]:
    """The names of the chapter that a piece of code reads, but not those that a function or a comprehension has for itself."""

    def read(table: symtable.SymbolTable, top: bool) -> set[str]:
        own = {one.get_name() for one in table.get_symbols() if one.is_referenced() and (top or one.is_global())}
        return own.union(*(read(part, False) for part in table.get_children()))

    return read(symtable.symtable(ast.unparse(node), "<cell>", "exec"), True)


def program(statements: list[ast.stmt], said: list[Said]) -> Program:
    """Code that computes the facts whose figures the chapter loads, and nothing else; one that cannot be computed does not keep others from it."""
    traced = {id(one.code): number for number, one in enumerate(said) if "load" in one.imports and not one.imports & set(READERS)}
    if not traced:
        return Program({}, set(), {}, {})
    imports = {at for at, node in enumerate(statements) if isinstance(node, ast.Import | ast.ImportFrom)}
    passed = imports | {at for at, node in enumerate(statements) if _calls(node, "figure")}
    sets, reads, anew, later = [_sets(one) for one in statements], [_globals(one) for one in statements], [], {}
    for at, node in enumerate(statements):
        targets = [part for target in node.targets for part in ast.walk(target)] if isinstance(node, ast.Assign) else []
        named = {part.id for part in targets if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        anew.append({node.name} if isinstance(node, ast.FunctionDef) else named)
        if any(isinstance(part, ast.FunctionDef | ast.Lambda) for part in ast.walk(node)):  # it reads when it is called
            later |= {name: later.get(name, set()) | reads[at] for name in sets[at]}

    def behind(at: int, wanted: set[str]) -> set[int]:
        found = set()
        for before in range(at - 1, -1, -1):
            while more := set().union(*(later[name] for name in wanted & set(later))) - wanted:
                wanted |= more
            if sets[before] & wanted and before not in passed:
                found.add(before)
                wanted = wanted - anew[before] | reads[before]
        return found

    always, arguments, own = set(imports), {}, {number: ast.unparse(said[number].code) for number in traced.values()}
    for at, node in enumerate(statements):
        kept = [(call, [one for one in call.keywords if id(one.value) in traced]) for call in _calls(node, "facts")]
        for call, some in kept:
            call.keywords = []
            for one in some:
                number = traced[id(one.value)]
                arguments[number] = at, one.arg, behind(at, _globals(one.value))
                safe = ast.parse(f"_sure({number}, lambda: 0)", mode="eval").body
                safe.args[1].body, one.value = one.value, safe
        always |= {at} | behind(at, _globals(node)) if any(some for _, some in kept) else set()
        for call, some in kept:
            call.keywords = some
    needed = sorted(always.union(*(one for _, _, one in arguments.values())))
    parts = {at: compile(ast.fix_missing_locations(ast.Module([statements[at]], [])), "<cell>", "exec") for at in needed}
    written = {at: ast.unparse(statements[at]) for at in needed}
    texts = {number: "\n".join([*(written[at] for at in sorted(imports | behind)), own[number]]) for number, (_, _, behind) in arguments.items()}
    return Program(parts, always, arguments, texts)


# ---- the runs -----------------------------------------------------------------------------------------------------------


class Moved:
    """Stands for `gba.load`: the figures of each run, moved by `by`, and which figure is which: dataset, place in the file, column."""

    def __init__(self):
        self.figures: list[tuple[str, int, str]] = []
        self._known: dict[tuple, int] = {}
        self._read: dict[tuple, tuple] = {}
        self.move(None)

    def load(self, name: str, every_source: bool = False) -> pd.DataFrame:
        """As `gba.load`; whoever writes to the frame has pandas copy it."""
        if (name, every_source) not in self._moved:
            frame, numbers = self._table(name, every_source)
            by = {column: frame[column] * (1 + STEP * self.by[those]) for column, those in numbers.items() if self.by is not None}
            self._moved[name, every_source] = frame.assign(**by)
        return self._moved[name, every_source].copy(deep=False)

    def move(self, by: np.ndarray | None) -> None:
        """Begin a run, with each figure moved by so many STEPs."""
        self.by, self._moved = by, {}

    def _table(self, name: str, every_source: bool) -> tuple:
        if (name, every_source) not in self._read:
            cell, frame = resources(read())[name].get("gba:cell"), load(name, every_source=True)
            if cell and not every_source:
                frame = pick(frame, sources(), cell)
            numbers = {}
            for column in ["value"] if cell else [key for key in frame if pd.api.types.is_float_dtype(frame[key])]:
                # Sources that agree stay of one mind.
                same = frame[[*cell, "value"]].itertuples(index=False, name=None) if cell else frame.index
                numbers[column] = np.array([self._number(name, str(key), at, column) for key, at in zip(same, frame.index, strict=True)], dtype=int)
            self._read[name, every_source] = frame.reset_index(drop=True), numbers
        return self._read[name, every_source]

    def _number(self, name: str, key: str, at: int, column: str) -> int:
        if (name, key, column) not in self._known:
            self._known[name, key, column] = len(self.figures)
            self.figures.append((name, at, column))
        return self._known[name, key, column]


@contextlib.contextmanager
def running(code: Program) -> Iterator[tuple[Callable, Moved]]:
    """What runs a chapter's code, and the figures: moved by so many STEPs, only the arguments wanted.

    A run gives by name the facts, each with the number of its argument where that is a dictionary of several.
    """
    moved = Moved()

    def run(by: np.ndarray | None = None, wanted: Iterable[int] = tuple(code.arguments)) -> dict[str, tuple]:
        said, of = {}, {}
        moved.move(by)
        behind = set().union(*(code.arguments[number][2] for number in wanted))

        def sure(number: int, compute: Callable):
            at, name, _ = code.arguments[number]
            made = math.nan if name else {}
            if number in wanted or at in behind:
                with contextlib.suppress(Exception):
                    made = compute()
            of.update({} if name else dict.fromkeys(made.keys(), number))
            return made

        def facts(**values) -> Facts:
            said.update(values)
            return Facts(values)

        gba.facts, names = facts, {"_sure": sure}
        _forget()
        for at, part in code.parts.items():
            if at in behind or at in code.always:
                with contextlib.suppress(Exception):
                    exec(part, names)
        return {name: (value, of.get(name)) for name, value in said.items()}

    kept = gba.load, gba.facts
    gba.load = gba.derived.load = moved.load
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield run, moved
    finally:
        (gba.load, gba.facts), gba.derived.load = kept, load
        _forget()


def followed(code: Program, known: dict[str, list] | None = None) -> tuple[dict[str, tuple], dict[str, dict[tuple[str, int, str], float]]]:
    """Run a chapter's code as it is, and with its figures moved: the facts, as a run gives them, and by name the figures that a number hangs on.

    The run at random is the first: what it does not move hangs on no figure. Two waves a row and two more are enough for few rows, so a number is not
    computed again once its rows are found. What is `known`, by name and text of a number, is not looked for; in the end it has what this code hangs on.
    """
    found, changes, known = {}, {}, {} if known is None else known
    with running(code) as (run, moved):
        base = run()
        by = waves(len(moved.figures))
        texts = {name: code.texts[number] for number, (_, name, _) in code.arguments.items()}
        keys = {name: f"{name} = {code.texts.get(owner) or texts.get(name)}" for name, (_, owner) in base.items()}
        left = {name: float(value) for name, (value, _) in base.items() if _is_number(value) and keys[name] not in known}
        for count, one in enumerate([by[-1], *by[:-1]]):
            owners = {base[name][1] for name in left}
            after = run(one, {number for number, (_, name, _) in code.arguments.items() if name in left or number in owners})
            for name, value in left.items():
                there = after.get(name, (None,))[0]
                changes.setdefault(name, []).append(((float(there) if _is_number(there) else math.nan) - value) / STEP)
            left = {name: value for name, value in left.items() if math.isfinite(changes[name][-1]) and changes[name][0]}
            if count >= 4 and not count % 2:
                for name in left:
                    if rows := explained(np.roll(changes[name], -1), by[[*range(count), -1]], count // 2 - 1):
                        found[name] = {moved.figures[row]: part for row, part in rows.items()}
                left = {name: value for name, value in left.items() if name not in found}
    now = known | {keys[name]: [*found.get(name, {}).items()] for name in changes}
    known.clear()
    known |= {key: now[key] for key in keys.values() if key in now}
    return base, {name: dict(known[key]) for name, key in keys.items() if known.get(key)}


def _forget() -> None:
    """What the library has computed once of the data as they were."""
    for made in vars(gba.derived).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()


def _is_number(value) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)


def waves(count: int) -> np.ndarray:
    """By how many STEPs each of so many figures moves: runs by figures. Figures that stand side by side, as cities of a year do, have angles far apart."""
    drawn = np.random.default_rng(2019)
    angles = (drawn.permutation(count) + 0.5) * np.pi / max(count, 1)
    return np.vstack([np.cos(np.outer(np.arange(WAVES), angles)), drawn.uniform(-1, 1, count)])


def explained(change: np.ndarray, by: np.ndarray, most: int = MOST) -> dict[int, float] | None:
    """The rows that a number hangs on, each with what moving it by itself moves the number; None where no few rows explain the runs.

    Parameters
    ----------
    change : by how much the number moved, one a run
    by : by how much each row was moved, as `waves`, or fewer waves for fewer rows
    most : so many rows are looked for

    >>> by = waves(500)
    >>> found = explained(3 * by[:, 7] - 2 * by[:, 400], by)
    >>> {row: round(part, 6) for row, part in sorted(found.items())}
    {7: 3.0, 400: -2.0}
    >>> explained(by[:, :100].sum(axis=1), by) is None
    True
    """
    (change, proof), (by, at_random) = (change[:-1], change[-1:]), (by[:-1], by[-1:])
    size = np.linalg.norm(change)
    if not (np.isfinite(size) and size):
        return None
    angles = np.arccos(by[1])
    for many in range(1, min(most, len(angles)) + 1):
        # A polynomial that is zero at the cosine of each angle takes the sum of the waves to nothing; cos(j) cos(m) is the mean of cos(j + m) and cos(j - m).
        at, shift = np.arange(len(change) - many)[:, None], np.arange(many + 1)
        zero = np.linalg.svd((change[at + shift] + change[abs(at - shift)]) / 2)[2][-1]
        roots = np.polynomial.chebyshev.chebroots(zero)
        if len(roots) < many or np.abs(roots.imag).max() > SURE**0.5:
            continue
        near = [np.argsort(np.abs(angles - angle))[:ABOUT].tolist() for angle in np.arccos(np.clip(roots.real, -1, 1))]
        rows, parts, left = min((_fit(rows, change, by) for rows in product(*near) if len({*rows}) == many), key=lambda one: one[-1], default=((), [], size))
        if left < SURE * size:
            if not np.linalg.norm(proof - at_random[:, rows] @ parts) < PROVED * size:
                return None
            least = LEAST * np.abs(parts).max()
            return {row: float(part) for row, part in zip(rows, parts, strict=True) if abs(part) > least}
    return None


def _fit(rows: tuple[int, ...], change: np.ndarray, by: np.ndarray) -> tuple[tuple[int, ...], np.ndarray, float]:
    """How well some rows explain the runs: these, what each moves the number, what is left."""
    parts = np.linalg.lstsq(by[:, rows], change, rcond=None)[0]
    return rows, parts, float(np.linalg.norm(change - by[:, rows] @ parts))


# ---- what is told -------------------------------------------------------------------------------------------------------


def way(value: float, parts: list[float], figures: list[float]) -> tuple[str, list[str]]:
    """How a number comes of its figures, as a key, and a sign for each of them; told from how much each moves it.

    >>> way(5.0, [5.0], [5.0]), way(0.5, [0.5], [500.0]), way(2.0, [2.0, -2.0], [8.0, 4.0]), way(20.0, [120.0, -120.0], [6.0, 5.0])
    (('given', ['']), ('scaled', ['']), ('quotient', ['×', '÷']), ('change', ['×', '÷']))
    >>> way(10.0, [5.0, 5.0], [5.0, 5.0]), way(3.0, [1.0, 1.0, 1.0], [3.0, 3.0, 3.0]), way(90.0, [5.0, -15.0], [5.0, 15.0])  # the last one of a hundred
    (('total', ['+', '+']), ('mean', ['+', '+', '+']), ('mixed', ['', '']))
    >>> way(3.0, [5.0, -2.0], [5.0, 2.0]), way(1.0, [3.0, 0.5], [1.0, 2.0]), way(100.0, [100.0], [500.0])  # the last one spread over five years
    (('sum', ['+', '−']), ('mixed', ['', '']), ('mixed', ['']))
    """

    def near(one: float, other: float) -> bool:
        return abs(one - other) <= 1e-3 * max(abs(one), abs(other))

    def of_ten(factor: float) -> bool:
        return near(factor, 10 ** round(math.log10(factor)))

    sizes = [abs(part) for part in parts]
    kind, marks = "mixed", [""] * len(parts)
    if len(parts) == 1 and near(sizes[0], abs(value)):
        # The ledger's units differ by powers of ten; another factor is more than a unit.
        factor = abs(value / figures[0])
        return "given" if near(factor, 1) else "scaled" if of_ten(factor) else "mixed", [""]
    if len(parts) > 1 and all(near(size, sizes[0]) for size in sizes):
        # The quotient itself, what it is more than one or a hundred, or what it is less.
        kinds = [(abs(value), "quotient", value), (value + 100, "change", 1), (value + 1, "change", 1), (100 - value, "change", -1), (1 - value, "change", -1)]
        kind, up = next(((kind, up) for size, kind, up in kinds if near(size, sizes[0])), ("mixed", 0))
        marks = ["×" if part * up > 0 else "÷" if up else "" for part in parts]
        kind = "product" if kind == "quotient" and "÷" not in marks else kind
    if kind != "mixed":
        return kind, marks
    each = [part / figure if figure else math.nan for part, figure in zip(parts, figures, strict=True)]
    # What is added comes to the number itself.
    if len(parts) > 1 and abs(sum(parts) - value) <= 1e-3 * max(sizes) and all(near(abs(one), abs(each[0])) for one in each):
        averaged = min(each) > 0 and not of_ten(each[0])
        return "mean" if averaged else "total" if min(each) > 0 else "sum", ["+" if one > 0 else "−" for one in each]
    return "mixed", [""] * len(parts)


#: Where a table that holds no observations has what a card tells of a row.
_COLUMNS = {
    "indicator": ("indicator", "measure", "event", "short_name", "title_en", "name_en", "name", "claim_en"),
    "place": ("place", "city"),
    "period": ("period", "horizon", "date", "year"),
    "value": ("value", "target_value", "count"),
    "unit": ("unit",),
    "source": ("source", "sources"),
}


def _told(frame: pd.DataFrame, column: str = "value") -> list[tuple]:
    """Rows of any table in words: what, where, when, how much of what; who says it, how well, where."""

    def words(what: str) -> list:
        columns = ((column,) if what == "value" else ()) + _COLUMNS[what]
        name = next((one for one in columns if one in frame and frame[one].notna().any()), None)
        return [""] * len(frame) if name is None else keys_in_words(name, frame[name].astype(object).where(frame[name].notna(), ""), source)

    source = next((frame[name].fillna("").astype(str) for name in _COLUMNS["source"] if name in frame), pd.Series("", frame.index))
    cited = sources().reindex([cell.split(";")[0].strip() for cell in source])[["publisher", "grade", "url"]].fillna("")
    what = {one: words(one) for one in ("indicator", "place", "period", "value", "unit")}
    # What tells figures apart besides indicator, place and period, in any dataset: a university, a service.
    further = {key for entry in resources(read()).values() for key in entry.get("gba:cell", []) if "period" not in key} - {"indicator", "place"}
    more = [[str(cell) for cell in keys_in_words(key, frame[key].astype(object).fillna(""))] for key in sorted(further & set(frame))]
    also = ["; ".join(dict.fromkeys(cell for cell in cells if cell not in ("", "all", told))) for told, *cells in zip(what["indicator"], *more, strict=True)]
    if column not in ("value", "target_value"):
        also = ["; ".join(filter(None, [one, column.replace("_", " ")])) for one in also]
    named = [(told or one, one if told else "") for told, one in zip(what.pop("indicator"), also, strict=True)]
    return [(*one, *row) for one, *row in zip(named, *what.values(), *(cited[name] for name in cited), strict=True)]


def told(cells: list[str], figures: dict[int, Figure] | None = None, spoken: Iterable[str] = (), known: dict[str, list] | None = None) -> dict:
    """What the numbers of a chapter answer.

    Parameters
    ----------
    cells : its code, cell by cell
    figures : those that it made, by the number of their cell: a fact is of the exhibit of its cell, or of the next one, unless it names another
    spoken : the names of its facts, for those whose names only a run tells
    known : as `followed`

    Returns
    -------
    {"facts": by name {"code": its expression, "exhibit": the name of its exhibit, "way": as `way`, or `exhibit`, and where it is not that "value": the
    number, "rows": numbers of rows, "marks": a sign each; without an exhibit "files"}, "rows": each as what, what of it, place, period, value, unit,
    publisher, grade, address, "exhibits": by name {"count": rows behind it, "rows": numbers of the first}, "typed": the
    facts that no data are behind, such as a year in the code}.
    """
    statements, said = said_by(cells)
    texts = [ast.unparse(one.code) for one in said]
    base, hangs = followed(program(statements, said), known)
    figures = figures or {}
    tables = {figure.name: figure.ledger for figure in figures.values()}
    in_words, kept, facts = _in_words({figure for parts in hangs.values() for figure in parts}), {}, {}

    def numbers(rows: list[tuple]) -> list[int]:  # each row is kept once
        return [kept.setdefault(row, len(kept)) for row in rows]

    @cache
    def of_year(exhibit: str, year: str) -> list[tuple]:
        table = tables[exhibit]
        return _told(table[table["period"].astype(str).str.startswith(year)].head(SHOWN))

    for name, number in _owners(said, base, spoken).items():
        one = said[number]
        exhibit = one.exhibit or next((figures[cell].name for cell in (one.cell, one.cell + 1) if cell in figures), None)
        table = tables.get(exhibit)
        facts[name] = {"code": texts[number], "exhibit": exhibit if exhibit in tables else None, "way": "exhibit"}
        if name in hangs:
            facts[name] |= _answer(float(base[name][0]), hangs[name], in_words, numbers)
        elif table is not None and "period" in table and (year := _year(base.get(name, [None])[0])):
            facts[name]["rows"] = numbers(of_year(exhibit, year))
        if exhibit not in tables:
            files = {dataset: entry["path"] for dataset, entry in resources(read()).items()}
            loaded = sorted(files[dataset] for dataset in one.loads if dataset in files)
            facts[name]["files"] = loaded or sorted({FILES[name] for name in one.imports & set(FILES)})[-1:]
    asked = sorted(name for name, table in tables.items() if table is not None and name in {fact["exhibit"] for fact in facts.values()})
    exhibits = {name: {"count": len(tables[name]), "rows": numbers(_told(tables[name].head(SHOWN)))} for name in asked}
    typed = sorted({one.name for one in said if one.name and not one.imports})
    return {"facts": facts, "rows": list(kept), "exhibits": exhibits, "typed": typed}


def _in_words(figures: Iterable[tuple[str, int, str]]) -> dict[tuple[str, int, str], tuple[float, tuple]]:
    """Each figure with its row in words, those of a table at once."""
    found, tables = {}, {}
    for name, at, column in sorted(figures):
        tables.setdefault((name, column), []).append(at)
    for (name, column), places in tables.items():
        rows = load(name, every_source=True).iloc[places].reset_index(drop=True)
        # A row is told by the columns that it fills, so rows that fill the same go together.
        filled = rows[[key for key in rows if key == column or any(key in keys for keys in _COLUMNS.values())]].notna().to_numpy()
        alike: dict[bytes, list[int]] = {}
        for n, one in enumerate(filled):
            alike.setdefault(one.tobytes(), []).append(n)
        for same in alike.values():
            some = rows.iloc[same]
            found |= {(name, places[n], column): one for n, *one in zip(same, map(float, some[column]), _told(some, column), strict=True)}
    return found


def _answer(value: float, parts: dict[tuple[str, int, str], float], known: dict[tuple[str, int, str], tuple[float, tuple]], numbers: Callable) -> dict:
    """How a number comes of the figures that it hangs on; those that matter most first, and what divides or is taken away last."""
    most = max(map(abs, parts.values()))
    order = sorted(parts, key=lambda figure: (-round(abs(parts[figure]) / most, 3), figure))
    key, marks = way(value, [parts[figure] for figure in order], [known[figure][0] for figure in order])
    signed = sorted(range(len(order)), key=lambda n: marks[n] in ("÷", "−"))
    words = numbers([known[order[n]][1] for n in signed])
    return {"way": key, "value": float(f"{value:.6g}"), "marks": [marks[n] for n in signed], "rows": words}


def here(kept: str = "") -> dict:
    """What the numbers of the notebook answer in which this is called, once its cells have run.

    The file `kept` has the rows that were found, and spares the next run those of numbers whose code and data have not changed.
    """
    from IPython import get_ipython

    names, file, library = get_ipython().user_ns, Path(kept), Path(gba.__file__).parent
    # SHA-256 over the files of the book that this process has read, modules beside the library too; whoever keeps rows looks after the library itself.
    read_by = {getattr(module, "__file__", None) for module in list(sys.modules.values())} | ASKED | getattr(sys, "gba_opened", set())
    files = sorted(path for path in {Path(name).resolve() for name in read_by if name} if path.is_relative_to(root().parent) and library not in path.parents)
    parts = [hashlib.sha256(path.read_bytes()).digest() for path in files if path.suffix != ".pyc" and path.is_file()]
    data = hashlib.sha256(b"".join(parts)).hexdigest()
    try:
        before = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # no file, or one that was cut off
        before = {}
    known = {text: [(tuple(figure), part) for figure, part in rows] for text, rows in before.get(data, {}).items()}
    # Cells are counted from 1; the last is the one that asks.
    found = told(names["In"][:-1], {cell: made for cell, made in names["Out"].items() if isinstance(made, Figure)}, SPOKEN, known)
    if kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({data: known}), encoding="utf-8")
    return found


def _year(value) -> str:
    """The one year that a value is, or that its words name; else nothing.

    >>> _year(2019.0), _year("has lost half of its lead since 2022"), _year("2019 to 2021"), _year(44.7)
    ('2019', '2022', '', '')
    """
    found = set(re.findall(r"(?<![\d.,])(?:1[89]|20)\d\d(?![\d,]|\.\d)", str(value).removesuffix(".0")))
    return found.pop() if len(found) == 1 else ""


def _owners(said: list[Said], base: dict[str, tuple], spoken: Iterable[str]) -> dict[str, int]:
    """By name of a fact that data are behind, the number of the argument that says it last."""
    found = {}
    for number, one in enumerate(said):
        if one.imports:
            those = [one.name] if one.name else [name for name, (_, owner) in base.items() if owner == number]
            found |= dict.fromkeys(those, number)
    # The names of a dictionary that no run has made are known to who said them; where there are several, nothing tells whose is which.
    rest = [number for number, one in enumerate(said) if one.imports and one.name is None and number not in found.values()]
    typed = {one.name for one in said}
    left = [name for name in spoken if name not in found and name not in typed and not name.startswith("#")]
    return found | (dict.fromkeys(left, rest[0]) if len(rest) == 1 else {})
