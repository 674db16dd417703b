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
