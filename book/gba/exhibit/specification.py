"""The Vega-Lite specification of a figure, made to say one thing everywhere: in the notebook, the book, every browser and every time zone."""

import difflib
import json
import math
import re
from collections.abc import Iterator

COMPOSED = ("facet", "hconcat", "vconcat", "concat", "repeat")
PARTS = ("layer", "concat", "hconcat", "vconcat")
#: What in the name of a column Vega takes for a path into its cells.
PATH = re.compile(r"[\\.\[\]'\"]")
#: Where a step of a chart says which column it takes; `as` says how what it makes is called.
TAKES = {"field", "fields", "groupby", "fold", "flatten", "key", "lookup", "impute", "value", "pivot", "density", "regression", "loess", "on", "quantile"}
TAKES |= {"stack", "bin", "extent"}
#: Channels that have a legend; pixels of its symbol, of what stands beside the plot, of the heading below it, of a line; entries for sizes, which are steps.
LEGENDS = {"color", "fill", "stroke", "shape", "size", "opacity", "fillOpacity", "strokeOpacity", "strokeDash", "strokeWidth"}
SYMBOL, BESIDE, CLEAR, LINE, STEPS_OF_A_SIZE = 28, 90, 22, 18, 5
#: Whole numbers that a browser keeps to the last digit.
EXACT = 2**53
#: A date as data write it: year, month, day, time, zone.
DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(?:Z|[+-]\d\d:?\d\d)?")


def finished(spec: dict, width: int) -> dict:
    """The specification with fields, dates and size as they have to be; columns that nothing draws are left out of its data.

    A chart of one view that says nothing of its width is fitted to that of the column in pixels, axes and label room included. A ValueError tells of a field
    that the data do not have, a date that is none or would differ between time zones, data that are not at hand, a facet to be fitted, what is drawn at random.
    """
    given, spec = spec, _sized(spec, width)
    for node in _nodes(spec):
        _refuse(node)
    if spec.get("datasets") and not any(spec["datasets"].values()):
        raise ValueError("its data have no row, so that it would show nothing; what selects them has found none: look at the names and years that it asks for")
    _name_in_steps(spec)
    lines = 0
    for node, encoding, columns, rows in _views(spec):
        _check_tooltip(encoding.get("tooltip"))
        for channel, told in encoding.items():
            for definition in _nodes(told) if isinstance(told, dict | list) else []:
                if isinstance(definition.get("field"), str):
                    _check_field(definition, columns, node.get("mark", "chart"), channel)
                    if channel in LEGENDS and "legend" not in definition and rows:
                        lines = max(lines, _fit_legend(definition, channel, encoding, rows, width))
    if "height" in spec and "height" not in given:
        spec["height"] += LINE * lines
    _local_dates(spec)
    drawn = without_unused_columns(spec, keep=("source",))
    for row in (row for rows in drawn.get("datasets", {}).values() for row in _rows({"values": rows}, {})):
        for name, cell in row.items():
            if isinstance(cell, int) and abs(cell) > EXACT:
                way = "make a name text (astype(str)), and count in thousands or millions"
                raise ValueError(f"its column {name!r} holds {cell}, of which no browser keeps the last digits, so that several become one; {way}")
    return drawn


def _refuse(node: dict) -> None:
    """Refuse what is drawn at random, data that are not at hand, a repeated column whose name would be read as a path."""
    data, mark, names = node.get("data"), node.get("mark"), node.get("repeat")
    bootstrapped = {str(node.get(key)) for key in ("aggregate", "op")} & {"ci0", "ci1"} or (isinstance(mark, dict) and mark.get("extent") == "ci")
    if bootstrapped or isinstance(node.get("sample"), int):
        raise ValueError("it draws at random, a sample or a bootstrapped interval (ci), another at each build and for each reader; compute it with pandas")
    if isinstance(data, dict) and "url" in data:
        raise ValueError("its data come from an address, and a book carries its data with it; load them first, as in pandas.read_csv(address)")
    if not isinstance(data, dict | None):
        raise ValueError(f"its data are a {type(data).__name__}, whose rows are not at hand; give a frame that holds them (of a lazy one: collect())")
    for name in [name for some in names.values() for name in some] if isinstance(names, dict) else names if isinstance(names, list) else []:
        if re.search(PATH, name):
            raise ValueError(f"it repeats the column {name!r}, whose dot, bracket or quote would be read as a path; rename it")


def _sized(spec: dict, width: int) -> dict:
    composed = any(part in spec for part in COMPOSED) or {"row", "column", "facet"} & set(spec.get("encoding", {}))
    fit = spec.get("autosize") == "fit" or (isinstance(spec.get("autosize"), dict) and spec["autosize"].get("type") == "fit")
    if composed and fit:
        raise ValueError(
            "facets and charts side by side have no one width to fit; give gba.figure a function of the width in pixels that sizes its panels, "
            'as in lambda width: chart.properties(width=width / 3 - 40).facet("place:N", columns=3)'
        )
    if composed or ("width" in spec and not fit):
        return spec
    room = {"height": 300 if width > 500 else 280, "width": width, "autosize": {"type": "fit", "contains": "padding"}}
    return {**room, **spec}


def _nodes(part) -> Iterator[dict]:
    """Every object of a specification, its data apart."""
    if isinstance(part, dict):
        yield part
    for key, child in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(child, dict | list) and key not in ("datasets", "config", "values"):
            yield from _nodes(child)


def _views(spec: dict, datasets: dict | None = None, above: tuple = (None, [])) -> Iterator[tuple[dict, dict, set | None, list[dict]]]:
    """Every view with its encoding, the columns that it may name, None where they are not known before the chart is drawn, and its rows."""
    datasets = spec.get("datasets", {}) if datasets is None else datasets
    data, transforms = spec.get("data", above[0]), [*above[1], *spec.get("transform", [])]
    encoding = {**spec.get("encoding", {}), **({"facet": spec["facet"]} if "facet" in spec else {})}
    if encoding:
        rows = _rows(data, datasets)
        yield spec, encoding, _columns(rows, transforms), rows
    for part in [*(part for kind in PARTS for part in spec.get(kind, [])), *([spec["spec"]] if "spec" in spec else [])]:
        yield from _views(part, datasets, (data, transforms))


def _rows(data, datasets: dict) -> list[dict]:
    rows = (datasets.get(data.get("name")) or data.get("values")) if isinstance(data, dict) else None
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else []


def _columns(rows: list[dict], transforms: list[dict]) -> set[str] | None:
    if not rows or any("pivot" in step or ("lookup" in step and "fields" not in step["from"]) for step in transforms):
        return None
    columns = set().union(*rows) | ({"key", "value", "prob", "density"} if transforms else set())
    for node in _nodes(transforms):
        for name in ("as", "fields", "impute", "groupby"):
            columns |= {node[name]} if isinstance(node.get(name), str) else {one for one in node.get(name) or [] if isinstance(one, str)}
    return columns


#: Steps and marks by which a chart computes what it draws; a filter, a lookup or another shape of the table computes nothing.
STEPS = {"aggregate", "joinaggregate", "window", "bin", "calculate", "density", "loess", "regression", "quantile", "impute", "sample"}
#: What an encoding may ask for that computes: shares of a stack and what fills a gap, too; and where a formula may stand that is drawn as a text.
ASKED = ("aggregate", "bin", "impute")
STATISTICS = {"boxplot", "errorbar", "errorband"}


def computes(spec: dict) -> bool:
    """Whether the chart computes what it draws, so that no row holds it: a mean, a count, bins, shares of a stack, a formula, a box plot.

    >>> computes({"encoding": {"x": {"aggregate": "mean", "field": "value"}}}), computes({"encoding": {"x": {"field": "value"}}})
    (True, False)
    """
    for node in _nodes({key: part for key, part in spec.items() if key != "config"}):
        mark = node["mark"].get("type") if isinstance(node.get("mark"), dict) else node.get("mark")
        steps = node.get("transform") if isinstance(node.get("transform"), list) else []
        if (isinstance(mark, str) and mark in STATISTICS) or any(STEPS & set(step) for step in steps) or any(node.get(one) for one in ASKED):
            return True
        if node.get("stack") == "normalize" or "datum" in json.dumps(node.get("text")):
            return True
    return False


def _check_field(definition: dict, columns: set[str] | None, mark, channel: str) -> None:
    """Refuse a field that the data do not have; one that Vega would take for a path gets the backslashes that make it a name."""
    field = definition["field"]
    if columns is not None and field in columns and re.search(PATH, field):
        definition.setdefault("title", field)
        definition["field"] = re.sub(PATH, r"\\\g<0>", field)
    if columns is None or field in columns or field.replace("\\", "") in columns or re.split(r"(?<!\\)[.\[]", field)[0] in columns:
        return
    near = difflib.get_close_matches(field, columns, 1)
    kind = mark.get("type") if isinstance(mark, dict) else mark
    raise ValueError(
        f"the encoding {channel!r} of its {kind} names the field {field!r}, which its data do not have{f'; did you mean {near[0]!r}?' if near else '.'} "
        f"Their columns are {', '.join(sorted(columns))}"
    )


def _check_tooltip(told) -> None:
    """Refuse lines of one title: Vega-Lite keeps the first of them, and says nothing of the others."""
    lines = told if isinstance(told, list) else []
    titles = [line.get("title") or tuple(str(line.get(part)) for part in ("aggregate", "timeUnit", "bin", "field")) for line in lines]
    for title in titles:
        if titles.count(title) > 1:
            name = title if isinstance(title, str) else title[-1]
            raise ValueError(f"two lines of its tooltip have the title {name!r}, and a reader would see the first alone; give each a title of its own")


def _name_in_steps(spec: dict) -> None:
    """Columns whose dot, bracket or quote Vega would take for a path get the backslashes that make it a name, in transforms as in encodings."""
    names = {name for rows in spec.get("datasets", {}).values() for row in _rows({"values": rows}, {}) for name in row if re.search(PATH, name)}
    if not names:
        return

    def named(part, key: str = ""):
        if isinstance(part, dict):
            return {name: named(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [named(value, key) for value in part]
        return re.sub(PATH, r"\\\g<0>", part) if part in names and key in TAKES else part

    for node in _nodes(spec):
        for step in node["transform"] if isinstance(node.get("transform"), list) else []:
            for fit in {"regression", "loess"} & set(step):
                step.setdefault("as", [step["on"], step[fit]])  # else a curve's columns would be called by the names with backslashes
            step |= named(step)


def _fit_legend(definition: dict, channel: str, encoding: dict, rows: list[dict], width: int) -> int:
    """A legend that its author said nothing of: in as many columns as there is room for, clear of the heading of the axis below it; its lines."""
    gauge = definition.get("type") == "quantitative"
    if gauge and channel in ("color", "fill", "stroke"):
        return 0  # a ramp, which fits
    cells = [cell for row in rows if (cell := row.get(definition["field"].replace("\\", ""))) is not None]
    labels = (definition.get("scale") or {}).get("domain") or set(map(str, cells))
    if gauge:
        labels = [f"{max((cell for cell in cells if isinstance(cell, int | float)), default=0):,.0f}"] * STEPS_OF_A_SIZE
    wide = SYMBOL + max((_pixels(str(label)) for label in labels), default=0)
    columns, lines = max(1, int((width - BESIDE) // wide)), 0
    heading = _pixels(str(definition.get("title") or definition["field"])) if definition.get("title", "") is not None else 0
    if len(labels) * wide + heading > width - BESIDE:
        definition["legend"], lines = {"columns": columns, "titleOrient": "top"}, 1 + math.ceil(len(labels) / columns)
    axis = encoding.get("y")
    if isinstance(axis, dict) and axis.get("title", axis.get("axis", {})) not in (None, ""):
        definition.setdefault("legend", {})["offset"] = CLEAR
    return lines


def _pixels(text: str) -> float:
    """How wide a text is in a legend, at most: a Han sign is as wide as high."""
    return sum(12 if ord(sign) > 0x2E7F else 6 for sign in text)


def _local_dates(spec: dict) -> None:
    """Dates become the time of day where they were taken, without a zone: a browser that is given one moves them to its own."""
    fields = set()
    for node in _nodes(spec):
        if str(node.get("timeUnit", "")).startswith("utc") or node.get("type") == "utc":
            raise ValueError("it asks for UTC, which would move its dates by the reader's time zone; leave utc out: dates are drawn as they are given")
        if isinstance(node.get("field"), str) and (node.get("type") == "temporal" or "timeUnit" in node):
            fields.add(node["field"].replace("\\", ""))
    for rows in spec.get("datasets", {}).values() if fields else []:
        for row in filter(fields.intersection, rows):
            for field in fields & set(row):
                row[field] = _local(row[field], field)


def _local(cell, field: str):
    """A date as text without a zone; a bare date would be read as midnight in Greenwich.

    >>> _local("2019-02", "day"), _local("2019-02-18T08:30:00+08:00", "day")
    ('2019-02-01T00:00:00', '2019-02-18T08:30:00')
    """
    found = DATE.fullmatch(cell) if isinstance(cell, str) else None
    if cell is None or found:
        return cell and f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}T{found[4] or '00:00:00'}"
    raise ValueError(f"the field {field!r} is drawn as a date and holds {cell!r}; give dates, or text such as 2019-02-18 (a year alone: type O or Q)")


def without_unused_columns(spec: dict, keep: tuple[str, ...] = ()) -> dict:
    """Drop from a specification's inline data the columns that no encoding, transform or tooltip names.

    Every use of a column spells its name, so a column whose name occurs nowhere in the rest cannot be drawn. A name that is put
    together in an expression could be any: then all are kept.

    >>> without_unused_columns({"datasets": {"d": [{"x": 1, "zz": 2}]}, "encoding": {"x": {"field": "x"}}})["datasets"]
    {'d': [{'x': 1}]}
    """

    def plain(part) -> str:
        return json.dumps(part, ensure_ascii=False, default=str).replace("\\", "")

    rest = plain({key: value for key, value in spec.items() if key != "datasets"})
    if not spec.get("datasets") or re.search(r"datum\[(?!\s*(['\"])[^'\"]*\1\s*\])", rest):
        return spec

    def kept(rows):
        if not isinstance(rows, list) or any("geometry" in row for row in rows[:1]):
            return rows
        names = {name for name in set().union(*rows) if name in keep or plain(name)[1:-1] in rest}
        return [{name: cell for name, cell in row.items() if name in names} for row in rows]

    return {**spec, "datasets": {name: kept(rows) for name, rows in spec["datasets"].items()}}
