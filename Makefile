# Every task of the project. `make help` lists them.
.DEFAULT_GOAL := all
PYTHON ?= python3
BIN := .venv/bin

.PHONY: all help install run test lint quick proof coverage bench schema clean

all: lint test ## lint, types and laws, then every test

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed ## make .venv with the command .venv/bin/twofold

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: install ## open the app on a demo study (data/demo.db)
	$(BIN)/twofold demo

test: install ## every test, those in a browser beside the others; browser tests where Chrome or Chromium is found
	@said=$$(mktemp); $(BIN)/python -m pytest -m browser >$$said 2>&1 & browser=$$!; \
	trap 'kill $$browser; rm -f $$said' INT TERM; \
	$(BIN)/python -m pytest -m 'not browser'; others=$$?; \
	wait $$browser; browser=$$?; cat $$said; rm -f $$said; [ $$others -eq 0 ] && [ $$browser -eq 0 ]

quick: install ## the tests that need no browser
	$(BIN)/python -m pytest -m 'not browser'

proof: install ## what the tests held to R, as a page: docs/numbers.md
	$(BIN)/python -m pytest -m oracle -q --proof=docs/numbers.md

coverage: install ## slow: 10,000 simulated data sets a condition, as a page: docs/coverage.md
	$(BIN)/python -m tests.coverage

lint: install ## ruff, mypy in strict mode, the laws between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy cli.py app.py
	$(BIN)/lint-imports

bench: install ## speed, as ratios to what one would use instead
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; PYTHONPATH=. $(BIN)/python $$file || exit 1; done

schema: install ## write the JSON Schemas for editors
	$(BIN)/python -m survey.instrument.schema docs/instrument.schema.json
	$(BIN)/python -m analysis.plan.schema > docs/plan.schema.json

clean: ## remove what was made, but no data
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
