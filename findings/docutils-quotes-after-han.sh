#!/bin/sh
# Straight quotation marks in Chinese text come out as two closing ones where docutils (Sphinx, MyST) makes quotation marks curly: 灣區"智慧第一城"
# becomes 灣區”智慧第一城”. Which way a mark opens is judged by the space before it, and Chinese has none. The marks are straight in the source,
# the page has no warning, and a reader sees a quotation that never begins. Quotations in Latin letters are right.
# The way round: write “ and ” or 「 and 」 in the source, or turn smart quotes off.
#
# Seen 2026-11-29, Python 3.11, docutils 0.21.2:
#   灣區"智慧第一城" -> 灣區”智慧第一城”
#   the "first city" -> the “first city”
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check docutils==0.21.2 2>/dev/null
PYTHONIOENCODING=utf-8 "$folder/env/bin/python" - <<'PY'
from docutils.core import publish_parts

for text, expected in {'灣區"智慧第一城"': "灣區”智慧第一城”", 'the "first city"': "the “first city”"}.items():
    found = publish_parts(text, writer_name="html5", settings_overrides={"smart_quotes": True})["body"].strip().removeprefix("<p>").removesuffix("</p>")
    print(f"{text} -> {found}")
    assert found == expected, found
PY
