#!/bin/sh
# A step of a Vega-Lite chart (fold, aggregate, bin, regression) that names a column whose name holds a dot or a bracket reads it as a path into the cells,
# finds nothing, and draws nothing: no exception, no message in Python's log; a fold alone leaves a JavaScript traceback on standard error that names no
# column. With backslashes, as encodings need them too, the column is found.
# Two whole numbers above 2^53, as in identifiers, are one and the same value in the drawing: five rows give one label, again without a word.
#
# Seen 2026-11-29, Python 3.11, vl-convert-python 1.9.0 (Vega-Lite 6.1):
#   a.b: 0 marks, 0 messages
#   a\.b: 4 marks, 0 messages
#   numbers above 2^53: 5 rows, 1 label
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check vl-convert-python==1.9.0 2>/dev/null
"$folder/env/bin/python" - <<'PY'
import logging
import re

import vl_convert

told = []
handler = logging.Handler()
handler.emit = lambda record: told.append(record.getMessage())
logging.getLogger().addHandler(handler)


def drawing(rows, encoding, **more):
    return vl_convert.vegalite_to_svg({"data": {"values": rows}, "mark": "bar", "encoding": encoding, **more}, vl_version="6.1")


ROWS = [{"a.b": 1, "c": 2}, {"a.b": 3, "c": 4}]
X, Y = {"field": "value", "type": "quantitative"}, {"field": "key", "type": "nominal"}
for name, expected in {"a.b": 0, r"a\.b": 4}.items():
    marks = drawing(ROWS, {"x": X, "y": Y}, transform=[{"fold": [name, "c"]}]).count('aria-roledescription="bar"')
    print(f"{name}: {marks} marks, {len(told)} messages")
    assert (marks, told) == (expected, [])

large = [{"id": 1610521604143693812 + number, "value": 1} for number in range(5)]
labels = set(re.findall(r">(16105\d+)<", drawing(large, {"x": X, "y": {"field": "id", "type": "nominal"}})))
print(f"numbers above 2^53: {len(large)} rows, {len(labels)} label")
assert len(labels) == 1
PY
