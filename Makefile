# make run    set up, and open the workbench in this folder
# make test   set up, and run all checks and tests
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

.PHONY: run test lint bench eval screenshots lock clean

run: .venv/run.stamp
	@$(BIN)/python -m robotui $(ARGS)

test: lint
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check robotui tests screenshots
	$(BIN)/ruff format --check robotui tests screenshots
	$(BIN)/mypy

bench: .venv/dev.stamp
	$(BIN)/python -m tests.bench $(ARGS)

eval: .venv/eval.stamp
	$(BIN)/python -m tests.eval $(ARGS)

screenshots: .venv/dev.stamp
	$(BIN)/python screenshots/make.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "robotui needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Setting up (once) ..."
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# The packages that the search is tried on, apart from everything else; nothing of them is run.
.venv/eval.stamp: tests/eval/packages.txt .venv/dev.stamp
	$(PIP) --no-deps --upgrade --target .venv/eval -r tests/eval/packages.txt
	@touch $@

# Pins versions with hashes for every platform; needs uv on PATH.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) --group build --extra models --output-file requirements.lock
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
