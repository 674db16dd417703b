#!/bin/sh
# `import jsonschema` compiles 39 grammars of web addresses where rfc3987-syntax is installed, which jsonschema's own extra [format-nongpl] brings and
# with it every Jupyter server: more time than all else that the import does, in each process that only wants to validate without formats. Altair and
# Jupyter Book import jsonschema, so every kernel that draws a chart and every build pays it. One expects an optional checker of a format to be made
# ready when a format is first checked. A process that sets sys.modules["rfc3987_syntax"] = None beforehand validates the same: formats are only
# checked where a FormatChecker is passed.
#
# Seen 2026-11-30, Python 3.11, jsonschema 4.26.0, rfc3987-syntax 1.1.0, lark 1.3.1:
#   as installed: 39 grammars compiled by the import, 1 error found
#   without rfc3987_syntax: 0 grammars compiled by the import, 1 error found
#   the import takes 14 times as long as without (the script asks for more than three)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "jsonschema[format-nongpl]==4.26.0" rfc3987-syntax==1.1.0 lark==1.3.1
cat > "$folder/count.py" <<'PY'
import sys
import time

import lark

if sys.argv[1] == "without":
    sys.modules["rfc3987_syntax"] = None
made, begin = [], lark.Lark.__init__
lark.Lark.__init__ = lambda self, *words, **more: made.append(begin(self, *words, **more))
start = time.process_time()
import jsonschema  # noqa: E402

took, schema = time.process_time() - start, {"type": "object", "properties": {"url": {"type": "string", "format": "iri"}}}
errors = len(list(jsonschema.Draft202012Validator(schema).iter_errors({"url": 1})))
print(len(made), errors, took)
PY
"$folder/env/bin/python" "$folder/count.py" as-installed > "$folder/one"
"$folder/env/bin/python" "$folder/count.py" without > "$folder/two"
"$folder/env/bin/python" - "$folder/one" "$folder/two" <<'PY'
import sys
from pathlib import Path

(grammars, errors, long), (none, same, short) = (Path(name).read_text().split() for name in sys.argv[1:])
print(f"as installed: {grammars} grammars compiled by the import, {errors} error found")
print(f"without rfc3987_syntax: {none} grammars compiled by the import, {same} error found")
print(f"the import takes {float(long) / float(short):.0f} times as long as without")
assert (grammars, errors, none, same) == ("39", "1", "0", "1") and float(long) > 3 * float(short)
PY
