#!/bin/sh
# latex2mathml converts an `aligned` block, the usual way to write several lines in Markdown, without an error into one that is wrong twice:
# the alignment sign is printed as a letter, and as a bare & it makes the output no XML, so that an XHTML page or an RSS reader refuses it.
# `\label`, `\operatorname*` and unknown commands are printed letter by letter too. One expects an error, or lines that align as in `align*`,
# which the same library does convert. A converter's exit without an exception is no sign that the formula is drawn.
#
# Seen 2026-11-29, Python 3.11, latex2mathml 3.81.1:
#   aligned: no error, prints & as a letter, not XML
#   align*: no error, a table of 2 rows, XML
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check latex2mathml==3.81.1
"$folder/env/bin/python" - <<'PY'
import xml.etree.ElementTree as ET

from latex2mathml.converter import convert


def said(latex):
    made = convert(latex)
    try:
        tree = ET.fromstring(made)
        rows = sum(element.tag.endswith("mtr") for element in tree.iter())
        return f"no error, a table of {rows} rows, XML" if rows else "no error, XML"
    except ET.ParseError:
        return "no error, prints & as a letter, not XML" if "<mi>&</mi>" in made else "no error, not XML"


first = said(r"\begin{aligned}a &= b \\ c &= d\end{aligned}")
second = said(r"\begin{align*}a &= b \\ c &= d\end{align*}")
print(f"aligned: {first}\nalign*: {second}")
assert first == "no error, prints & as a letter, not XML"
assert second == "no error, a table of 2 rows, XML"
PY
