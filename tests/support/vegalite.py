"""The schema that a specification is held against."""

import json
from functools import cache
from pathlib import Path

import altair as alt
import jsonschema


@cache
def validator():
    schema = json.loads((Path(alt.__file__).parent / "vegalite" / "v6" / "schema" / "vega-lite-schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema)


def drawn(chart, mark, **look):
    """The rows of the layers of a mark, a list a layer; only of those that look like this, as in `align="left"`."""
    spec = chart if isinstance(chart, dict) else chart.to_dict()
    layers = [{"data": layer.get("data", {}), **part} for layer in spec["layer"] for part in layer.get("layer", [layer])]
    chosen = [layer for layer in layers if layer["mark"]["type"] == mark and all(layer["mark"].get(name) == value for name, value in look.items())]
    return [spec["datasets"][layer["data"]["name"]] for layer in chosen if "name" in layer["data"]]


def every(chart, mark, *columns, **look):
    """The same rows in one list, those that have the columns."""
    return [row for rows in drawn(chart, mark, **look) for row in rows if set(columns) <= set(row)]
