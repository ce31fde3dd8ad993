# make run        set up, and open the workbench in this folder
# make test       set up, and run all checks and tests, with the same examples each time
# make fuzz       try many new examples of each property; the seed is told, and gives them again:
#                 make fuzz EXAMPLES=5000 ARGS="tests/markdown --hypothesis-seed=7"
# make coverage   run all tests and say which lines and branches of robotui none of them reaches
# make test-all   run the tests on all Pythons, and with the lowest and the newest packages, each
#                 with examples of its own
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

# How many new examples of each property `make fuzz` tries.
EXAMPLES ?= 1000

# What one process compiled the others load: workers, and the programs that tests start.
unexport PYTHONDONTWRITEBYTECODE

# Tests of the screen mostly wait: twice as many processes as processors keep these busy.
WORKERS ?= $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN))

.PHONY: run test tests fuzz coverage test-all lint bench eval mutants screenshots lock clean

run: $(VENV)/run.stamp
	@$(BIN)/python -m robotui $(ARGS)

test: lint tests

tests: $(VENV)/dev.stamp $(RESOLUTION:%=$(VENV)/%.txt)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) $(ARGS)

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses $(WORKERS) -m hypothesis --examples $(EXAMPLES) $(ARGS)

coverage: $(VENV)/dev.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses $(WORKERS) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

test-all:
	.ci/test-all

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check robotui tests screenshots
	$(BIN)/ruff format --check robotui tests screenshots
	$(BIN)/mypy

bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench $(ARGS)

eval: $(VENV)/eval.stamp
	$(BIN)/python -m tests.eval $(ARGS)

mutants: $(VENV)/dev.stamp
	$(BIN)/python -m tests.mutants $(ARGS)

screenshots: $(VENV)/dev.stamp
	$(BIN)/python screenshots/make.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "robotui needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)

# What builds the package is beside what runs it, not among it.
$(VENV)/run.stamp: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up (once) ..."
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --require-hashes --upgrade --target $(VENV)/build -r requirements-build.lock
	PYTHONPATH=$(abspath $(VENV)/build) $(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Other versions than the locked ones: lowest-direct or highest. Needs uv on PATH.
$(VENV)/%.txt: pyproject.toml $(VENV)/dev.stamp
	uv pip compile pyproject.toml --quiet --extra models --resolution $* --python $(BIN)/python \
		--output-file $@
	$(PIP) --requirement $@
	@touch $@

# The packages that the search is tried on, apart from everything else; nothing of them is run.
$(VENV)/eval.stamp: tests/eval/packages.txt $(VENV)/dev.stamp
	$(PIP) --no-deps --upgrade --target $(VENV)/eval -r tests/eval/packages.txt
	@touch $@

# Pins versions with hashes for every platform; needs uv on PATH.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) pyproject.toml --extra models --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock
	$(LOCK) --group build --output-file requirements-build.lock

clean:
	rm -rf .venv .venvs .mypy_cache .pytest_cache .ruff_cache .hypothesis
