#!/bin/sh
# nbclient calls `on_cell_complete` when a cell has been sent to the kernel, before it has run: the cell has no outputs and no number then, and an error
# in it is not known. Its documentation says "executes after a cell execution is complete". Who saves a notebook, reports progress or starts the next step
# from that hook does it one cell early; for the last cell of a notebook that is for good. `on_cell_executed` is the one that comes after the run, and it
# also comes for a cell that fails.
#
# Seen 2026-11-30, Python 3.11, nbclient 0.11.0, ipykernel 7.4.0:
#   complete: sent at once, 0 outputs, the cell has not written its file
#   executed: after the run, 1 output, the file is there
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check nbclient==0.11.0 ipykernel==7.4.0
cat > "$folder/hooks.py" <<'PY'
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

folder = Path(sys.argv[1])
cell = nbformat.v4.new_code_cell("import time; time.sleep(1); open('written', 'w').close(); print('done')")
seen = []


def note(name):
    return lambda cell, **_: seen.append((name, len(cell.outputs), (folder / "written").exists()))


NotebookClient(
    nbformat.v4.new_notebook(cells=[cell]),
    kernel_name="python3",
    resources={"metadata": {"path": str(folder)}},
    on_cell_complete=note("complete"),
    on_cell_executed=note("executed"),
).execute()
print(seen)
assert seen == [("complete", 0, False), ("executed", 1, True)]
PY
"$folder/env/bin/python" "$folder/hooks.py" "$folder"
