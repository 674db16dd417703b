#!/bin/sh
# Run the tests with the newest versions that requirements*.in allow, in an environment of their own and on a copy: nothing of the checkout changes.
# Usage: sh tests/latest.sh PYTHON_OF_THE_ENVIRONMENT PYTHON
set -eu
uv="$(cd "$(dirname "$1")" && pwd)/uv"
copy="_build/latest"
rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- -cf - | tar -xf - -C "$copy"
cd "$copy"
echo "Resolving the newest versions ..."
"$uv" pip compile --quiet --upgrade --no-emit-index-url requirements.in -o requirements.txt
"$uv" pip compile --quiet --upgrade --no-emit-index-url requirements-dev.in -o requirements-dev.txt
"$2" -m venv .venv
"$uv" pip install --quiet --python .venv/bin/python -r requirements.txt -r requirements-dev.txt
.venv/bin/python -m pytest ${PYTEST_ARGS:-}
