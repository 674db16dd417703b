#!/bin/sh
# pytest passes over every folder named "build" or "dist" without a word, even inside a folder that testpaths names: its default of
# norecursedirs holds both names (and "venv", "CVS", ...). The tests in tests/build are collected when they are named on the command line,
# and not when the whole suite runs, which is green without them; no warning, no count of what was left out.
# Who mirrors a package `build` in tests/ loses these tests from every full run until somebody counts them.
#
# Seen 2026-11-29, Python 3.11, pytest 9.1.1:
#   the suite: 1 test collected; tests/build alone: 1 test collected; with norecursedirs = .*: 2 tests collected
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pytest==9.1.1
mkdir -p "$folder/book/tests/build" "$folder/book/tests/pages"
printf '[pytest]\ntestpaths = tests\n' > "$folder/book/pytest.ini"
echo "def test_a_build_that_fails(): raise SystemError" > "$folder/book/tests/build/test_build.py"
echo "def test_a_page(): pass" > "$folder/book/tests/pages/test_page.py"
collected() {
    (cd "$folder/book" && "$folder/env/bin/python" -m pytest --collect-only -q "$@" | grep -c "::")
}
whole=$(collected)
named=$(collected tests/build)
all=$(collected -o "norecursedirs=.*")
echo "the suite: $whole test collected; tests/build alone: $named test collected; with norecursedirs = .*: $all tests collected"
[ "$whole" = 1 ] && [ "$named" = 1 ] && [ "$all" = 2 ]
