# Two commands do everything on a fresh machine with Python 3.11 or newer: `make book` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
endif

# Images of containers often set it; then every process compiles the library and the tests anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help book test test-unit test-all test-edition seal test-latest lint lab serve preview check-data record edition rules words language chapter dataset city tidy lock reach bench bench-data clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

# A stamp holds the time of the last complete install: a lock file that is newer installs again, nothing else does.
$(VENV)/book.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is %s; try: make PYTHON=python3.12 ..." % sys.version.split()[0])'
	@echo "Setting up the environment in $(VENV) (once, a minute or two) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/book.stamp requirements-dev.txt
	@echo "Adding what tests and tools need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

book: $(VENV)/book.stamp ## build the HTML book to _build/html, in three languages; language=en in English alone
	@BOOK_LANGUAGES="$(if $(language),$(filter-out en,$(language)),$(shell cut -s -d, -f1 locales/editions.csv 2>/dev/null | tail -n +2))" $(BIN)/python book/_ext/make_book.py . -W -n --keep-going
	@echo; echo "The book is at file://$(abspath _build/html/index.html)  (make serve shows it at http://localhost:8000)"

test: $(VENV)/dev.stamp ## run all tests, in a real browser too; only=NAME those of one chapter, dataset or module
	@sh tests/browser.sh
	@$(BIN)/python -m pytest $(if $(only),-k "$(only)")

test-unit: $(VENV)/dev.stamp ## run the tests that need neither a built book nor a browser (the quick half)
	@$(BIN)/python -m pytest -m "not browser and not build and not slow" $(if $(only),-k "$(only)")

test-all: $(VENV)/dev.stamp ## run the slow tests too, as the workflow does each night: CONTRIBUTING.md names them
	@sh tests/browser.sh
	@$(BIN)/python -m pytest -m ""

# Findings, form and style of this edition, as those hold them who look after it: a fork that changed its data or chapters has its own.
test-edition: $(VENV)/dev.stamp ## run the tests of what this edition finds, and of its style
	@GBA_EDITION=strict $(BIN)/python -m pytest tests/edition book/gba

seal: $(VENV)/dev.stamp ## after a change of findings that is meant: if their tests pass, write tests/edition/seal.json
	@$(BIN)/python tests/support/edition.py

# The newest versions that requirements.in allows, in an environment and a copy of their own: what the next `make lock` will bring.
test-latest: $(VENV)/dev.stamp ## run all tests with the newest versions of everything, beside the locked ones
	@sh tests/latest.sh "$(BIN)/python" "$(PYTHON)"

lint: $(VENV)/dev.stamp ## check style, spelling, dead code and the workflow
	@$(BIN)/ruff check .
	@$(BIN)/codespell
	@$(BIN)/python tools/dead_code.py
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	@$(BIN)/zizmor --offline --no-progress --persona=pedantic --quiet .github/workflows

# Works as root and without a network, as in a container. What book/_lab holds fills the numbers of the prose in, and asks for no news or updates.
lab: $(VENV)/book.stamp ## open the chapters in JupyterLab (options="--no-browser --port=9000")
	@JUPYTER_PATH="$(abspath book/_lab)$${JUPYTER_PATH:+:$$JUPYTER_PATH}" $(BIN)/jupyter lab book --ServerApp.allow_root=True \
	  --LabApp.extension_manager=readonly $(options)

preview: $(VENV)/dev.stamp ## show the book while you write it: what you save is built, and its page reloads where you read (port=8000)
	@$(BIN)/python tools/preview.py --port "$(or $(port),8000)"

serve: ## show the built book at http://localhost:8000
	@test -f _build/html/index.html || { echo "There is no book yet: run make book first."; exit 1; }
	@$(PYTHON) -m http.server --directory _build/html 8000

check-data: $(VENV)/book.stamp ## check every data file against its description
	@cd book && "$(abspath $(BIN))/python" -m gba.validate

# The first page and the appendix of the data say what has moved since: written when an edition is out, with the data and the library of that edition.
edition: $(VENV)/book.stamp ## after an edition: keep its figures and verdicts (data/last_edition.json.gz), to set the next one against them
	@cd book && "$(abspath $(BIN))/python" -m gba.edition

record: $(VENV)/book.stamp ## after a change of data or descriptions that is meant: write data/datapackage.json anew
	@cd book && "$(abspath $(BIN))/python" -m gba.data.describe

rules: $(VENV)/book.stamp ## after new figures have been checked: fit the rules that tell an odd figure (data/plausibility.json)
	@$(BIN)/python tools/fit_rules.py

words: $(VENV)/book.stamp ## after a change of English words: bring the catalogues of locales/ up to date, and say how many messages wait
	@$(BIN)/python tools/words.py

language: $(VENV)/book.stamp ## begin a language: name=pt title=Português
	@$(BIN)/python tools/words.py "$(name)" "$(title)"

# The scaffolds read their options from MAKEFLAGS, where make keeps its command line: no shell is between, so a title may hold any quote.
chapter: $(VENV)/book.stamp ## add a chapter: make chapter name=housing title="Who can afford to live here?" (dataset=NAME)
	@PYTHONPATH=tools $(BIN)/python -m scaffold chapter

dataset: $(VENV)/book.stamp ## add a dataset, or say what it lacks: make dataset name=flat_prices (folder=housing)
	@PYTHONPATH=tools $(BIN)/python -m scaffold dataset

city: $(VENV)/book.stamp ## add a place, or say what it lacks: make city name=ningbo en=Ningbo zh_hans=宁波 (parent=zhejiang)
	@PYTHONPATH=tools $(BIN)/python -m scaffold city

tidy: $(VENV)/book.stamp ## after a spreadsheet saved a table: say what to mend of separators, marks, order; write=yes does it
	@PYTHONPATH=tools $(BIN)/python -m scaffold tidy

lock: $(VENV)/dev.stamp ## resolve requirements*.in again into the locks, with hashes
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

reach: $(VENV)/book.stamp ## after a build: how far the drawn series reach, and how many rows are from their publisher's own page
	@$(BIN)/python tools/reach.py

bench: $(VENV)/dev.stamp ## measure build and pages beside a stock Jupyter Book of the same content (only="builds pages growth worlds"; beside=COMMIT: the check of the data at both)
	@$(BIN)/python tools/bench.py $(only) $(if $(beside),--beside $(beside))

bench-data: $(VENV)/book.stamp ## damage a copy of the data at random and count what the checks tell
	@$(BIN)/python tools/bench_data.py

clean: ## remove the built book and the caches, keep the environment
	@rm -rf _build .pytest_cache .ruff_cache
