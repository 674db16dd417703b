"""The values that a chart draws, as a table: read from its specification, whatever the chapter computed them from."""

import re
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from gba.data.datapackage import root
from gba.data.load import places

#: Columns of a drawing that are places on the sheet and no figures, unless an axis or a tooltip tells them.
LAYOUT = {"x", "y", "x2", "y2", "order", "row", "nudge", "at", "moment", "months", "segment", "piece", "dashes", "broken", "alone"}
LAYOUT |= {"told", "dx", "dy", "left", "right", "top", "min", "max", "start", "end", "zero", "one", "floor", "middle", "lane", "tie", "leg"}
#: Columns that say when, and measure nothing.
TIMES = {"year", "moment", "until", "period", "edition"}
#: Headings of columns to which neither an axis nor a tooltip gives a title.
TITLES = {
    ".panel": "Panel",
    ".row": "Row of the chart",
    ".mark": "Mark",
    ".measure": "Measure",
    "moment": "Year, in decimals",
    "until": "Until",
    "told": "In words",
    "label": "Name",
    "text": "Row of the chart",
    "column": "Part",
    "n": "Number",
    "low": "Lower end",
    "high": "Upper end",
    "start": "From",
    "end": "To",
    "short": "Name",
}
#: Marks that stand for figures even where they have neither a name nor a source: a point or a line without them marks a break or a level.
SOLID = {"bar", "rect", "area"}
PARTS = ("layer", "concat", "hconcat", "vconcat")
POSITIONS = ("x", "x2", "y", "y2", "size", "xOffset", "yOffset", "theta")
NUMBER = re.compile(r"\s*[~≈<>]?\s*[$¥£]?\s*(-?\d[\d,]*(?:\.\d+)?)(?![\w-])")


class Drawn(NamedTuple):
    """What a chart draws: a table under headings for a reader, and which of its columns hold the figures."""

    table: pd.DataFrame
    figures: list[str]


class View(NamedTuple):
    """One kind of mark in a specification: how it looks, what it encodes, the name of its data, and the panel in which it stands."""

    mark: dict
    encoding: dict
    data: str
    panel: str
    transforms: list


class Column(NamedTuple):
    """How a view tells a column: under which title, whether as a number, whether it says when, and whether only as a label."""

    title: str
    number: bool
    when: bool
    label: bool = False


class Part(NamedTuple):
    """What one dataset tells in one panel."""

    rows: pd.DataFrame
    columns: dict[str, Column]


def told_with(spec: dict) -> pd.DataFrame | None:
    """The table that a chart brings along, in words: drawings made of pixels have no other rows that say anything.

    >>> told_with({"usermeta": {"told": {"columns": ["City"], "data": [["Shenzhen"]]}}})["City"].tolist()
    ['Shenzhen']
    """
    told = spec.get("usermeta", {}).get("told")
    return pd.DataFrame(told["data"], columns=told["columns"]) if told else None


def encoded_fields(spec: dict) -> dict[str, str]:
    """The columns that a specification draws or tells on touch, each with the title it has there, if any.

    >>> encoded_fields({"encoding": {"x": {"field": "a", "title": "A"}, "tooltip": [{"field": "b"}]}})
    {'a': 'A', 'b': ''}
    """
    found: dict[str, str] = {}

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("field"), str):
                found[node["field"]] = found.get(node["field"]) or _title(node)
            for key, child in node.items():
                if key not in ("datasets", "config"):
                    walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(spec)
    return found


def drawn_rows(spec: dict) -> Drawn:
    """What a chart draws, one row a mark, under the titles of its axes and tooltips; an empty table for drawings that show no figures.

    Places on the sheet are left out, and so are labels, breaks and levels. A mark that is drawn twice, as a point on its line, is one row.

    >>> bars = {"mark": "bar", "data": {"name": "d"}, "encoding": {"x": {"field": "v", "type": "quantitative", "title": "per cent"}, "y": {"field": "name"}}}
    >>> found = drawn_rows({**bars, "datasets": {"d": [{"name": "a", "v": 0.5, "nudge": 3}]}})
    >>> found.table.to_dict("records"), found.figures
    ([{'Name': 'a', 'Per cent': 0.5}], ['Per cent'])
    """
    brought = told_with(spec)
    if brought is not None:
        numeric = [name for name in brought if brought[name].map(lambda cell: isinstance(cell, int | float) and cell == cell).any()]
        return Drawn(brought, numeric or [name for name in brought if _mostly_numbers(brought[name])])
    parts = _with_measures(_without_repeats(_parts(spec, list(_views(spec)))))
    if not parts:
        return Drawn(pd.DataFrame(), [])
    columns: dict[str, Column] = {}
    for part in parts:
        columns |= {name: column for name, column in part.columns.items() if name not in columns}
    table = pd.concat([part.rows.astype(object) for part in parts], ignore_index=True).replace("", None)
    table = table.loc[:, [bool(_filled(table[name]).any()) for name in table]]
    numbers = [name for name, column in columns.items() if column.number and not column.when and name in table]
    table = table.drop(columns=[name for name, column in columns.items() if name in table and _says_nothing_more(name, column, table, numbers)])
    times = [name for name, column in columns.items() if column.when and name in table]
    words = [name for name in table if name in ("told", "percent") and name not in numbers]
    rest = [name for name in table if name not in {*numbers, *times, *words, ".mark", ".measure"}]
    names = sorted(rest, key=lambda name: name not in (".panel", ".row", "text", "group"))
    order = [name for name in (*names, ".mark", *times, *numbers, ".measure", *words) if name in table]
    heads = _headings(order, parts, numbers)
    return Drawn(table[order].rename(columns=heads), [heads[name] for name in numbers or words])


def number_in(cell) -> float | None:
    """The number of a cell, or the one with which its words begin.

    >>> number_in("41.6 per cent"), number_in("1,318"), number_in(2), number_in("5G"), number_in("2019-08")
    (41.6, 1318.0, 2.0, None, None)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if cell == cell else None
    found = NUMBER.match(cell) if isinstance(cell, str) else None
    return float(found[1].replace(",", "")) if found else None


def _mostly_numbers(cells: pd.Series) -> bool:
    """Whether half and more of the cells that say anything are words that begin with a number."""
    words = [cell for cell in cells if isinstance(cell, str) and cell]
    return bool(words) and sum(number_in(cell) is not None for cell in words) >= len(words) / 2


def _filled(cells: pd.Series) -> pd.Series:
    return cells.notna() & (cells != "")


def _says_nothing_more(name: str, column: Column, table: pd.DataFrame, numbers: list[str]) -> bool:
    """Whether a column only repeats another: a moment that is a period too, a label that a few marks have, a figure rounded to words."""
    if name in ("moment", "until"):
        return "period" in table and bool(_filled(table["period"]).all())
    if column.number or column.when:
        return False
    if name in ("share_left", "share_right") or (column.label and not _filled(table[name]).all()):
        return True
    words = [(at, cell) for at, cell in enumerate(table[name]) if isinstance(cell, str) and cell]
    return bool(numbers and words) and all(_rounds(cell, [number_in(table[number].iloc[at]) for number in numbers]) for at, cell in words)


def _rounds(words: str, values: list[float | None]) -> bool:
    """Whether words are nothing but one of the values, rounded.

    >>> _rounds("1.07", [1.0692]), _rounds("53,847", [53847.3]), _rounds("at least 9", [9.0]), _rounds("201 km", [0.0])
    (True, True, False, False)
    """
    found = NUMBER.match(words)
    if not found or len(words) - found.end() > 3 or "(" in words:
        return False
    digits = len(found[1].partition(".")[2])
    return any(value is not None and abs(value - number_in(words)) <= 0.51 * 10**-digits for value in values)


def _title(definition: dict) -> str:
    title = definition.get("title")
    return title.strip() if isinstance(title, str) else ""


def _views(spec: dict, above: View | None = None):
    """Every view of a specification with what it has from those around it."""
    above = above or View({}, {}, "", "", [])
    own = spec.get("title", {})
    text = own.get("text", "") if isinstance(own, dict) else own
    # The title of the whole is the exhibit's own.
    panel = above.panel if "$schema" in spec else (" ".join(text) if isinstance(text, list) else text) or above.panel
    mark = spec.get("mark", {})
    view = View(
        {"type": mark} if isinstance(mark, str) else mark,
        {**above.encoding, **spec.get("encoding", {})},
        (spec.get("data") or {}).get("name", above.data),
        panel,
        [*above.transforms, *spec.get("transform", [])],
    )
    if mark:
        yield view
    for part in [*(part for kind in PARTS for part in spec.get(kind, [])), *([spec["spec"]] if "spec" in spec else [])]:
        yield from _views(part, view)


def _channels(view: View):
    """Channel, column and definition of everything that a view encodes."""
    for channel, definition in view.encoding.items():
        for one in definition if isinstance(definition, list) else [definition]:
            if isinstance(one, dict) and isinstance(one.get("field"), str):
                yield channel, one["field"], one


def _told(view: View) -> dict[str, Column]:
    """The columns that a view tells, at an axis or on touch."""
    found: dict[str, Column] = {}
    touched = {field for channel, field, _ in _channels(view) if channel == "tooltip"}
    for channel, field, definition in _channels(view):
        base = view.encoding.get(channel.rstrip("2"))
        base = base if isinstance(base, dict) else {}
        axis = base.get("axis") or {}
        seen = field not in LAYOUT or channel == "tooltip" or axis or (_title(base) and "axis" not in base)
        if channel in ("tooltip", *POSITIONS) and seen:
            known = found.get(field, Column("", False, False))
            number = known.number or definition.get("type") == "quantitative" or channel in ("x2", "y2")
            when = known.when or field in TIMES or (axis.get("format") == "d" and field not in touched)
            found[field] = Column(known.title or _title(definition), number, when)
    return found


def _cells(spec: dict, view: View) -> pd.DataFrame:
    """The rows of a view; of shapes on a map the properties, and what they look up elsewhere."""
    rows = spec.get("datasets", {}).get(view.data, [])
    if not isinstance(rows, list) or not rows:
        return pd.DataFrame()
    plain = [{name: cell for name, cell in row.items() if not isinstance(cell, dict)} for row in rows]
    flat = [{**cells, **{f"properties.{k}": v for k, v in (row.get("properties") or {}).items()}} for cells, row in zip(plain, rows, strict=True)]
    for step in view.transforms:
        if "lookup" in step:
            source = step["from"]
            known = {row[source["key"]]: row for row in spec["datasets"].get(source["data"].get("name"), [])}
            flat = [{**row, **{name: known.get(row.get(step["lookup"]), {}).get(name) for name in source["fields"]}} for row in flat]
    return pd.DataFrame(flat)


def _parts(spec: dict, views: list[View]) -> list[Part]:
    """What each dataset tells in each panel."""
    groups: dict[tuple[str, str], list[View]] = {}
    for view in views:
        groups.setdefault((view.panel, view.data), []).append(view)
    many, parts = len({panel for panel, _ in groups if panel}) > 1, []
    for (panel, _), group in groups.items():
        frame = _cells(spec, max(group, key=lambda view: len(view.transforms)))
        counted = [view for view in group if _counts(view, frame)]
        if not counted:
            continue
        columns: dict[str, Column] = {}
        for view in counted:
            for field, column in _told(view).items():
                known = columns.get(field, column)
                columns[field] = Column(known.title or column.title, known.number or column.number, known.when or column.when)
        for view in group:
            for channel, field, _ in _channels(view):
                if view.mark.get("type") == "text" and channel == "text" and field not in columns:
                    columns[field] = Column("", False, False, label=True)
        columns = {field: column for field, column in columns.items() if field in frame}
        columns = {field: column._replace(number=column.number and pd.api.types.is_numeric_dtype(frame[field])) for field, column in columns.items()}
        rows = frame[list(columns)].map(lambda cell: _by_name(" ".join(cell.split())) if isinstance(cell, str) else cell)
        rows = _named(rows, frame, counted, views, spec)
        if many:
            rows.insert(0, ".panel", panel)
        numbers = [field for field, column in columns.items() if column.number and not column.when]
        parts.append(Part(rows[rows[numbers].notna().any(axis=1)] if numbers else rows, columns | _sides(columns, spec)))
    return parts


def _counts(view: View, frame: pd.DataFrame) -> bool:
    """Whether a view draws figures: it tells a number, and is more than the mark of a break or a level."""
    if view.mark.get("type") == "text" or frame.empty:
        return False
    told = {field: column for field, column in _told(view).items() if field in frame and not column.when}
    figures = any(column.number or _mostly_numbers(frame[field]) for field, column in told.items())
    named = "tooltip" in view.encoding or view.mark.get("type") in SOLID or "source" in frame
    return figures and (named or any(channel in ("color", "detail") and one.get("type") == "nominal" for channel, _, one in _channels(view)))


def _named(rows: pd.DataFrame, frame: pd.DataFrame, counted: list[View], views: list[View], spec: dict) -> pd.DataFrame:
    """The rows with what names them: the place whose colour they have, the words at their height, the kind of mark as the key calls it."""
    rows, known, marks = rows.copy(), _places(str(root())), _key(spec, views)
    where = next((name for name in ("place", "city", "column") if name in frame and _every(name, spec) <= set(known)), None)
    if where:
        rows = _by_place(rows, frame[where].map(known))
    for view in counted:
        for channel, field, _ in _channels(view):
            if channel == "y" and field in LAYOUT and field not in rows and field in frame:
                heads = _words_at(field, views, spec)
                named = frame[field].map(heads)
                if heads and named.notna().all() and not any(named.eq(rows[name]).all() for name in rows):
                    rows[".row"] = named
        if _look(view) in marks:
            rows[".mark"] = marks[_look(view)]
    first = [name for name in (".row", "place") if name in rows]
    return rows[[*first, *(name for name in rows if name not in first)]]


def _every(field: str, spec: dict) -> set:
    """All that a column holds anywhere in a specification."""
    tables = [rows for rows in spec.get("datasets", {}).values() if isinstance(rows, list)]
    return {row[field] for rows in tables for row in rows if isinstance(row, dict) and row.get(field) is not None}


def _by_place(rows: pd.DataFrame, named: pd.Series) -> pd.DataFrame:
    """The rows with the names of their places, and without a column that only says the same again."""
    texts = [name for name in rows if name in ("name", "end_name", "label", "city", "series", "column", "place")]
    same = [name for name in texts if rows[name].groupby(named).nunique().max() <= 1 and named.groupby(rows[name]).nunique().max() <= 1]
    return rows.drop(columns=same).assign(place=named)


def _words_at(field: str, views: list[View], spec: dict) -> dict:
    """By height on the sheet: the words that stand there as the name of a row."""
    found: dict = {}
    for view in views:
        channels = {channel: name for channel, name, _ in _channels(view)}
        if view.mark.get("type") == "text" and channels.get("y") == field and channels.get("text") in ("name", "text") and "x" not in channels:
            rows = spec.get("datasets", {}).get(view.data, [])
            if len({row.get(field) for row in rows}) == len(rows):
                found |= {row.get(field): " ".join(str(row.get(channels["text"])).split()) for row in rows}
    return found


def _key(spec: dict, views: list[View]) -> dict[tuple, str]:
    """By the look of a mark: what the key calls it."""
    found = {}
    for view in views:
        rows = spec.get("datasets", {}).get(view.data, [])
        alone = isinstance(rows, list) and len(rows) == 1 and "name" in rows[0] and not list(_channels(view))
        if alone and view.mark.get("type") in ("point", "square"):
            found[_look(view)] = rows[0]["name"]
    return found


def _look(view: View) -> tuple:
    return tuple(view.mark.get(part) for part in ("shape", "fill", "stroke"))


def _sides(columns: dict[str, Column], spec: dict) -> dict[str, Column]:
    """The titles of two amounts that share a bar: the words that stand over its two ends."""
    if not {"left_text", "right_text"} <= set(columns):
        return {}
    rows = [row for rows in spec["datasets"].values() if isinstance(rows, list) for row in rows]
    heads = {row["at"]: row["head"].strip("←→ ") for row in rows if {"head", "at"} <= set(row)}
    sides = {name: Column(heads.get(at, ""), False, False) for at, name in enumerate(("left_text", "right_text"))}
    return {**sides, "split": columns["split"]._replace(title=f"share {heads.get(0, 'on the left')}")} if "split" in columns else sides


def _by_name(text: str) -> str:
    """A place by its name, everything else as it is."""
    return _places(str(root())).get(text.removeprefix("city_"), text)


@lru_cache(maxsize=4)
def _places(folder: str) -> dict[str, str]:
    return places()["name_en"].to_dict()


def _without_repeats(parts: list[Part]) -> list[Part]:
    """Each mark once: a row all of whose cells another dataset of the same panel has too is the same mark, drawn again."""
    kept: dict[int, Part] = {}
    for number, part in sorted(enumerate(parts), key=lambda pair: (-len(pair[1].rows.columns), -len(pair[1].rows), pair[0])):
        again = pd.Series(False, index=part.rows.index)
        for other in kept.values():
            if set(part.rows) <= set(other.rows):
                again |= _as_text(part.rows).isin(set(_as_text(other.rows[list(part.rows)])))
        if not again.all():
            kept[number] = part._replace(rows=part.rows[~again])
    panels = list(dict.fromkeys(map(_panel, parts)))
    # In each panel first what has names: what lies between two lines has none.
    return sorted((kept[number] for number in sorted(kept)), key=lambda part: (panels.index(_panel(part)), not _has_names(part)))


def _panel(part: Part) -> str:
    return part.rows[".panel"].iloc[0] if ".panel" in part.rows and len(part.rows) else ""


def _has_names(part: Part) -> bool:
    plain = Column("", False, False)
    texts = [name for name in part.rows if name != ".panel" and not (part.columns.get(name, plain).number or part.columns.get(name, plain).when)]
    return any(bool(_filled(part.rows[name]).any()) for name in texts)


def _as_text(rows: pd.DataFrame) -> pd.Series:
    """Each row as one text, numbers to the digits that a chart is given."""
    return rows.map(lambda cell: f"{cell:.6g}" if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)).agg("\x1f".join, axis=1)


def _with_measures(parts: list[Part]) -> list[Part]:
    """A column that is titled otherwise in another part says in each row what it measures there, unless the kind of mark says so."""
    titles: dict[str, set[str]] = {}
    for part in parts:
        for name, column in part.columns.items():
            if column.number and not column.when and column.title:
                titles.setdefault(name, set()).add(column.title)
    several = next((name for name, found in titles.items() if len(found) > 1), None)
    if several is None:
        return parts
    says = ".mark" if any(".mark" in part.rows for part in parts) else ".measure"
    return [
        part if says in part.rows or several not in part.columns else part._replace(rows=part.rows.assign(**{says: part.columns[several].title}))
        for part in parts
    ]  # fmt: skip


def _headings(order: list[str], parts: list[Part], numbers: list[str]) -> dict[str, str]:
    """By column: its heading, never twice the same."""
    heads: dict[str, str] = {}
    for name in order:
        titles = list(dict.fromkeys(part.columns[name].title for part in parts if name in part.columns and part.columns[name].title))
        if name in numbers and (len(titles) > 1 or (name == "x" and ".mark" in order) or (not titles and len(numbers) == 1 and name not in TITLES)):
            label = "Value"
        elif name in ("x", "x2") and name not in numbers:
            label = "Year" if name == "x" else "Year, end"
        elif name == "told" and numbers:
            label = TITLES["told"]
        else:
            label = titles[0] if titles else TITLES.get(name, name.split(".")[-1].replace("_", " "))
        if name == "start" and titles and "end" in order and not any(part.columns["end"].title for part in parts if "end" in part.columns):
            label = f"From, {label}"
        label = label if label == "km" else label[:1].upper() + label[1:]
        heads[name] = label if label not in heads.values() else f"{label} ({name.split('.')[-1].replace('_', ' ')})"
    return heads
