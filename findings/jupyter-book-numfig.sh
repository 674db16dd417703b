#!/bin/sh
# Jupyter Book 1.x documents `sphinx: config:` in _config.yml as the way to any setting of Sphinx's, and with `numfig: false` Sphinx numbers no figures.
# In a Jupyter Book it numbers them all the same, in HTML: its LaTeX extension, which every book loads, sets `numfig` to true for all builders once the
# settings are read. So captions begin with "Fig. 1" whatever the settings say, and each build of an edited page reads the trees of all others again, to count.
# What works is to set it back at `config-inited`, in an extension that comes later.
#
# Seen 2026-11-30, Python 3.11, jupyter-book 1.0.4.post1, sphinx 7.4.7, sphinx-jupyterbook-latex 1.0.0:
#   asked: False, built with: True
#   the caption: Fig. 1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check jupyter-book==1.0.4.post1 sphinx==7.4.7 sphinx-jupyterbook-latex==1.0.0 2>/dev/null
mkdir "$folder/book"
cd "$folder/book"
printf 'title: A book\nexecute:\n  execute_notebooks: "off"\nsphinx:\n  config:\n    numfig: false\n' > _config.yml
printf 'format: jb-book\nroot: index\n' > _toc.yml
printf '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' > dot.svg
printf '# A page\n\n```{figure} dot.svg\nA dot.\n```\n' > index.md
"$folder/env/bin/jupyter-book" build . > build.log 2>&1 || { cat build.log; exit 1; }
"$folder/env/bin/python" - <<'PY'
import pickle
import re
from pathlib import Path

import yaml

asked = yaml.safe_load(Path("_config.yml").read_text())["sphinx"]["config"]["numfig"]
built = pickle.loads(Path("_build/.doctrees/environment.pickle").read_bytes()).config.numfig
caption = re.search(r'class="caption-number">([^<]*)<', Path("_build/html/index.html").read_text())
print(f"asked: {asked}, built with: {built}")
print("the caption:", caption[1].strip() if caption else "without a number")
assert not asked and built and caption and caption[1].strip() == "Fig. 1"
PY
