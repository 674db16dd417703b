#!/bin/sh
# pandas.read_html multiplies decimals that are printed with a comma, as most of Europe and many statistical offices print them, by a power of
# ten: 53,2 becomes 532 and 7,04 becomes 704, of type integer and without a warning. The page need not be wrong in anything: `thousands=","` is
# the default of this reader, unlike of read_csv, and a comma is taken out wherever it stands, between groups of three digits or not. One expects
# text, or an error, where the digits behind a comma are not three; a check of types cannot tell, since the column is of good numbers.
# The way round: thousands=None, decimal=",", and a look at one figure on the page.
#
# Seen 2026-11-29, Python 3.11, pandas 3.1.1, lxml 6.1.1:
#   read_html: [532, 704] int64
#   read_html, thousands=None, decimal=",": [53.2, 7.04] float64
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 lxml==6.1.1 2>/dev/null
"$folder/env/bin/python" - <<'PY'
import io

import pandas as pd

PAGE = "<table><tr><th>share</th></tr><tr><td>53,2</td></tr><tr><td>7,04</td></tr></table>"
read = pd.read_html(io.StringIO(PAGE), flavor="lxml")[0]["share"]
told = pd.read_html(io.StringIO(PAGE), flavor="lxml", thousands=None, decimal=",")[0]["share"]
print(f"read_html: {read.tolist()} {read.dtype}")
print(f'read_html, thousands=None, decimal=",": {told.tolist()} {told.dtype}')
assert read.tolist() == [532, 704]
assert told.tolist() == [53.2, 7.04]
PY
