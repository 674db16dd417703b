#!/bin/sh
# A chart of Vega-Lite with an error band or bar of the extent "ci", or with the aggregates ci0 and ci1, is another one each time it is drawn: the
# interval is bootstrapped with Math.random, without a seed. The same specification, rows and version give pictures that differ in their values,
# so a build cannot be repeated to the byte, and a picture and the live chart beside it do not agree. Nothing in the schema says "at random", and
# there is no seed to set. The extents stderr, stdev and iqr are computed and stay what they are.
#
# Seen 2026-11-29, Python 3.11, vl-convert-python 1.9.0 (Vega-Lite 6.1):
#   ci: 3 different drawings in 3
#   stderr: 1 different drawing in 3
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check vl-convert-python==1.9.0 2>/dev/null
"$folder/env/bin/python" - <<'PY'
import vl_convert

ROWS = [{"x": number % 3, "y": number * 37 % 11} for number in range(60)]


def drawings(extent):
    field = {"type": "quantitative"}
    spec = {"data": {"values": ROWS}, "mark": {"type": "errorband", "extent": extent}, "encoding": {"x": {"field": "x", **field}, "y": {"field": "y", **field}}}
    return len({vl_convert.vegalite_to_svg(spec, vl_version="6.1") for _ in range(3)})


for extent, expected in {"ci": 3, "stderr": 1}.items():
    found = drawings(extent)
    print(f"{extent}: {found} different drawing{'s' * (found > 1)} in 3")
    assert found == expected
PY
