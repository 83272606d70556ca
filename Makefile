# Two commands do everything: `make corpus` and `make test`. Both make their own environment.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: corpus test reference clean

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

# What is generated from the models and the checks.
reference: $(BIN)/.installed
	$(BIN)/onrecord schema export --out schema
	$(BIN)/python -m onrecord.reference docs

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist
