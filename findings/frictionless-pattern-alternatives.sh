#!/bin/sh
# frictionless takes a cell that its column's pattern does not match: a pattern with alternatives, such as 2019|2020-02, lets "2019 (estimate)"
# pass. The Table Schema has patterns match the whole cell, as in XML Schema; frictionless puts ^ before and $ behind the pattern without
# brackets, so that only the first alternative is held at its beginning, and only the last at its end. A list of values in a pattern therefore
# checks less than it says. The way round: brackets of one's own, (2019|2020-02), or an enum.
#
# Seen 2026-11-29, Python 3.11, frictionless 5.21.0:
#   2019|2020-02: refused est. 2019
#   (2019|2020-02): refused 2019 (estimate), est. 2019
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0 2>/dev/null
"$folder/env/bin/python" - <<'PY'
from frictionless import Resource, Schema

ROWS = [["period"], ["2019"], ["2020-02"], ["2019 (estimate)"], ["est. 2019"]]


def refused(pattern):
    field = {"name": "period", "type": "string", "constraints": {"pattern": pattern}}
    report = Resource(data=ROWS, schema=Schema.from_descriptor({"fields": [field]})).validate()
    return [error.cell for task in report.tasks for error in task.errors]


for pattern, expected in {"2019|2020-02": ["est. 2019"], "(2019|2020-02)": ["2019 (estimate)", "est. 2019"]}.items():
    found = refused(pattern)
    print(f"{pattern}: refused {', '.join(found)}")
    assert found == expected
PY
