# Two commands do everything: `make corpus` and `make test`, of which `make check` is the quick part.
# Each makes its own environment in .venv, with the versions that requirements.lock pins, and so do
# `make bench`, which measures, and `make docs`, which builds the documentation.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := --constraint requirements.lock --build-constraint requirements.lock

# Where Python may not put bytecode beside the source, it keeps it in the environment: to compile all
# that the tests import takes each process ten seconds.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.venv/bytecode
endif

.PHONY: corpus check test lint types released smoke test-lowest test-latest fuzz coverage bench reference picture docs lock clean

corpus: .venv/.publish
	$(BIN)/onrecord validate dataset
	$(BIN)/onrecord publish dataset

# Without the tests that are marked as slow.
check: TESTS := -m 'not slow'
check test: .venv/.dev
	@$(MAKE) --no-print-directory --jobs=2 types lint
	$(BIN)/python -m pytest -n auto $(TESTS)

lint: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/onrecord validate dataset
	$(COMPARE_RELEASED)

types: .venv/.dev
	$(BIN)/mypy

# The models of each released version beside its JSON Schemas, here or in BASE, another checkout.
BASE := .
COMPARE_RELEASED = for lock in $(BASE)/schema/*/sha256; do \
	folder=$$(dirname "$$lock"); \
	$(BIN)/onrecord schema diff "$$folder" "$$(basename "$$folder")" --at-most none || exit 1; done

released: .venv/.publish
	$(COMPARE_RELEASED)

# The package as it would be uploaded: what PyPI makes of it, and the wheel on each Python that there is.
smoke: .venv/.dev
	$(BIN)/python -m pytest -n 0 --hypothesis-profile=nightly tests/test_distribution.py

# The tests with the lowest versions that pyproject.toml allows, and with the newest there are.
test-lowest: RESOLUTION := lowest-direct
test-latest: RESOLUTION := highest
test-lowest test-latest: .venv/.dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-$(RESOLUTION)
	$(BIN)/uv pip install --quiet --python .venv-$(RESOLUTION) --resolution $(RESOLUTION) \
		--editable '.[all]' --group dev
	.venv-$(RESOLUTION)/bin/python -m pytest -n auto

# Nightly: other random inputs every time, 500 for each property. SEED=N repeats a run.
fuzz: .venv/.dev
	$(BIN)/python -m pytest -n auto --hypothesis-profile=nightly $(if $(SEED),--hypothesis-seed=$(SEED))

# The lines and branches that the tests do not run. COVERAGE="tests/reporters" runs some of them.
coverage: .venv/.dev
	$(BIN)/python -m pytest -n auto $(COVERAGE) --cov

# make bench BENCH="--scale 0.1 --only publish" measures less; --list shows the rows.
bench: .venv/.bench
	$(BIN)/python benchmarks/bench.py $(BENCH)

# Generate what is derived from the models and the checks.
reference: .venv/.dev
	$(BIN)/onrecord schema export --out schema
	$(BIN)/python -m tools.console
	$(BIN)/python -m tools.examples docs
	$(BIN)/python -m tools.reference docs

# The picture of an article page in the README, which needs Chromium.
picture: .venv/.dev
	$(BIN)/python -m tools.picture

# The documentation as a site in build/docs. A link that leads nowhere is an error.
docs: .venv/.docs
	$(BIN)/python -m tools.documentation

# Pin the newest versions of everything that the four environments install.
lock: .venv/.dev
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-emit-index-url \
		--no-annotate --custom-compile-command 'make lock' --output-file requirements.lock \
		--extra all --group dev --group bench --group docs pyproject.toml

.venv/.pip: requirements.lock
	$(PYTHON) -m venv .venv
	$(PIP) --constraint requirements.lock pip
	touch $@

.venv/.publish: .venv/.pip pyproject.toml
	$(PIP) $(LOCKED) --editable '.[publish]'
	touch $@

.venv/.dev: .venv/.publish
	$(PIP) $(LOCKED) --editable '.[all]' --group dev
	touch $@

.venv/.bench: .venv/.publish
	$(PIP) $(LOCKED) --editable '.[publish]' --group bench
	touch $@

.venv/.docs: .venv/.pip pyproject.toml
	$(PIP) $(LOCKED) --editable . --group docs
	touch $@

clean:
	rm -rf .venv .venv-* build dist benchmarks/data .coverage*
