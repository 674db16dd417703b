#!/bin/sh
# pytest-xdist's --dist loadgroup, which promises that tests marked with one xdist_group run on one worker, does nothing with pytest 9.2:
# the tests are dealt out to all workers, no warning is given, and module fixtures that were to be made once are made by each worker.
# pytest 9.2.0 computes a test's nodeid from a new attribute (_id); pytest-xdist 3.8.0 still writes the group into the old one (_nodeid).
# Who relies on groups, for a server, a database or a slow build, sees slower or colliding tests and a green run.
#
# Seen 2026-11-29, Python 3.11, pytest-xdist 3.8.0:
#   pytest 9.2.0: 6 tests of one group ran on 3 workers
#   pytest 9.1.1: 6 tests of one group ran on 1 workers
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/test_group.py" <<'PY'
import os
import pathlib
import time

import pytest

pytestmark = pytest.mark.xdist_group("one")


@pytest.mark.parametrize("n", range(6))
def test_it(n):
    time.sleep(0.2)
    pathlib.Path(os.environ["SEEN"], f"{n}").write_text(os.environ["PYTEST_XDIST_WORKER"])
PY
workers() {
    python3 -m venv "$folder/$1"
    "$folder/$1/bin/pip" install --quiet --disable-pip-version-check "pytest==$1" pytest-xdist==3.8.0
    mkdir "$folder/seen-$1"
    (cd "$folder" && SEEN="$folder/seen-$1" "$folder/$1/bin/python" -m pytest -q -n 3 --dist loadgroup test_group.py > "$folder/said-$1")
    for one in "$folder/seen-$1"/*; do cat "$one"; echo; done | sort -u | wc -l | tr -d " "
}
new=$(workers 9.2.0)
old=$(workers 9.1.1)
echo "pytest 9.2.0: 6 tests of one group ran on $new workers"
echo "pytest 9.1.1: 6 tests of one group ran on $old workers"
[ "$old" = 1 ] && [ "$new" -gt 1 ]
