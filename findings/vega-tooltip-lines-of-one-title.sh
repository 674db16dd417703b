#!/bin/sh
# Two fields of a Vega-Lite tooltip that have the same title are one line: the first is told, the second is left out, with no exception and no message.
# A blank title (" "), the usual way to show a value without a name before it, can so be given once: of name, year and value, with blanks at both ends, a
# reader is told name and year, and not the value that the tooltip is for.
# The way round: a title of its own for each; one may be "title", which vega-tooltip shows as a heading.
#
# Seen 2026-11-30, Python 3.11, vl-convert-python 1.9.0 (Vega-Lite 6.1):
#   titles ' ', 'year', ' ': told are city, year
#   titles 'title', 'year', ' ': told are city, year, value
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

FIELDS = {"city": "nominal", "year": "quantitative", "value": "quantitative"}
for titles, expected in (((" ", "year", " "), ["city", "year"]), (("title", "year", " "), ["city", "year", "value"])):
    tooltip = [{"field": field, "type": kind, "title": title} for (field, kind), title in zip(FIELDS.items(), titles)]
    chart = {
        "data": {"values": [{"city": "Shenzhen", "year": 2024, "value": 3.68}]}, "mark": "point",
        "encoding": {"x": {"field": "year", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}, "tooltip": tooltip},
    }
    [mark] = vl_convert.vegalite_to_vega(chart, vl_version="6.1")["marks"]
    found = list(dict.fromkeys(re.findall(r'datum\["(\w+)"\]', mark["encode"]["update"]["tooltip"]["signal"])))
    print(f"titles {', '.join(map(repr, titles))}: told are {', '.join(found)}")
    assert (found, told) == (expected, [])
PY
