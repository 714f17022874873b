# Two commands do everything: `make run` and `make test`. Python 3.11 or later, another one with PYTHON=python3.13.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test ci lint venv clean

# The environment, made again when the requirements change.
venv: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Isnad needs Python 3.11 or later: make PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# Sample articles in .data, the service on 127.0.0.1:8000, and one curl to try.
run: venv
	$(BIN)/isnad demo

# Everything that needs no outside server; what is skipped is said, with the reason.
test: venv
	$(BIN)/pytest

# What continuous integration runs: all checks, and the tests with coverage.
ci:
	.ci/run

lint: venv
	$(BIN)/ruff format --no-cache --check service tests config
	$(BIN)/ruff check --no-cache service tests config
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
