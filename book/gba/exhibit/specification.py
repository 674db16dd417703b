"""The Vega-Lite specification of a figure, made to say one thing everywhere: in the notebook, the book, every browser and every time zone."""

import difflib
import re
from collections.abc import Iterator

COMPOSED = ("facet", "hconcat", "vconcat", "concat", "repeat")
PARTS = ("layer", "concat", "hconcat", "vconcat")
#: A date as data write it: year, month, day, time, zone.
DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(?:Z|[+-]\d\d:?\d\d)?")


def finished(spec: dict, width: int) -> dict:
    """The specification with fields, dates and size as they have to be; columns that nothing draws are left out of its data.

    Parameters
    ----------
    width : pixels of the column; a chart of one view that says nothing of its width is fitted to it, axes and label room included

    Raises
    ------
    ValueError : a field that the data do not have, a date that is none or would differ between time zones, data from an address,
        a facet or joined charts to be fitted
    """
    spec = _sized(spec, width)
    if any("url" in node["data"] for node in _nodes(spec) if isinstance(node.get("data"), dict)):
        raise ValueError("its data come from an address, and a book carries its data with it; load them first, as in pandas.read_csv(address)")
    for node, encoding, columns in _views(spec):
        for channel, definition in _definitions(encoding):
            _check_field(definition, columns, node.get("mark", "chart"), channel)
    _local_dates(spec)
    return without_unused_columns(spec, keep=("source",))


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


def _views(spec: dict, datasets: dict | None = None, above: tuple = (None, [])) -> Iterator[tuple[dict, dict, set | None]]:
    """Every view with its encoding and the columns that it may name; None where they are not known before the chart is drawn."""
    datasets = spec.get("datasets", {}) if datasets is None else datasets
    data, transforms = spec.get("data", above[0]), [*above[1], *spec.get("transform", [])]
    encoding = {**spec.get("encoding", {}), **({"facet": spec["facet"]} if "facet" in spec else {})}
    if encoding:
        yield spec, encoding, _columns(data, datasets, transforms)
    for part in [*(part for kind in PARTS for part in spec.get(kind, [])), *([spec["spec"]] if "spec" in spec else [])]:
        yield from _views(part, datasets, (data, transforms))


def _columns(data, datasets: dict, transforms: list[dict]) -> set[str] | None:
    rows = (datasets.get(data.get("name")) or data.get("values")) if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return None
    if any("pivot" in step or ("lookup" in step and "fields" not in step["from"]) for step in transforms):
        return None
    columns = set().union(*rows) | ({"key", "value", "prob", "density"} if transforms else set())
    for node in _nodes(transforms):
        for name in ("as", "fields", "impute", "groupby"):
            columns |= {node[name]} if isinstance(node.get(name), str) else set(filter(_is_text, node.get(name) or []))
    return columns


def _is_text(value) -> bool:
    return isinstance(value, str)


def _definitions(encoding: dict) -> Iterator[tuple[str, dict]]:
    for channel, definition in encoding.items():
        for node in _nodes(definition) if isinstance(definition, dict | list) else []:
            if isinstance(node.get("field"), str):
                yield channel, node


def _check_field(definition: dict, columns: set[str] | None, mark, channel: str) -> None:
    """Refuse a field that the data do not have; one that Vega would take for a path gets the backslashes that make it a name."""
    field = definition["field"]
    if columns is not None and field in columns and re.search(r"[\\.\[\]'\"]", field):
        definition.setdefault("title", field)
        definition["field"] = re.sub(r"([\\.\[\]'\"])", r"\\\1", field)
    if columns is None or field in columns or field.replace("\\", "") in columns or re.split(r"(?<!\\)[.\[]", field)[0] in columns:
        return
    near = difflib.get_close_matches(field, columns, 1)
    kind = mark.get("type") if isinstance(mark, dict) else mark
    raise ValueError(
        f"the encoding {channel!r} of its {kind} names the field {field!r}, which its data do not have{f'; did you mean {near[0]!r}?' if near else ''} "
        f"Their columns are {', '.join(sorted(columns))}"
    )


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
    rest = "\n".join(text for key, value in spec.items() if key != "datasets" for text in _texts(value)).replace("\\", "")
    if not spec.get("datasets") or re.search(r"datum\[(?!\s*(['\"])[^'\"]*\1\s*\])", rest):
        return spec

    def kept(rows):
        if not isinstance(rows, list) or any("geometry" in row for row in rows[:1]):
            return rows
        names = {name for name in set().union(*rows) if name in keep or name.replace("\\", "") in rest}
        return [{name: cell for name, cell in row.items() if name in names} for row in rows]

    return {**spec, "datasets": {name: kept(rows) for name, rows in spec["datasets"].items()}}


def _texts(part) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for key, child in part.items() if isinstance(part, dict) else enumerate(part):
            yield from (key, *_texts(child)) if isinstance(key, str) else _texts(child)
