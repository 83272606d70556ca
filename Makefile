# Two commands do everything: `make corpus` and `make test`. They make their own environment, and
# so does `make bench`, which measures.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: corpus test bench reference clean

corpus: $(BIN)/.installed
	$(BIN)/onrecord validate dataset
	$(BIN)/onrecord publish dataset

test: $(BIN)/.installed
	$(BIN)/onrecord publish dataset --check
	$(MAKE) corpus
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

# make bench BENCH="--scale 0.1 --only publish" measures less; --list tells what there is.
bench: $(BIN)/.bench
	$(BIN)/python benchmarks/bench.py $(BENCH)

# What is generated from the models and the checks.
reference: $(BIN)/.installed
	$(BIN)/onrecord schema export --out schema
	$(BIN)/python -m onrecord.reference docs

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(BIN)/.bench: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@

clean:
	rm -rf .venv build dist benchmarks/data
