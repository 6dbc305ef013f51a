# `make` lists the targets. Each target first installs what it needs into .venv, in locked versions.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TYPESCRIPT := clients/typescript
PYTEST := $(BIN)/python -m pytest
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup web demo test clients test-contract test-faults test-jobs test-airflow test-clients test-cluster test-web screenshots check check-python check-web conformance bench serve migrate lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## create .venv with the locked packages

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@.ci/setup $(PYTHON) $(VENV)
	@touch $@

web: setup ## build the console into web/dist
	web/build $(BIN)/python

demo: setup ## run arcbeat with an embedded PostgreSQL and simulated devices, on port 8000 or PORT
	@exec $(BIN)/arcbeat demo

serve: setup ## serve the API and the console of web/dist; needs DATABASE_URL and SECRET_KEY
	@exec $(BIN)/arcbeat serve

migrate: setup ## migrate the database at DATABASE_URL to the newest schema
	@exec $(BIN)/arcbeat migrate

check: setup ## check format, lint, types, imports between packages, the contracts and the console, two at a time
	@$(MAKE) --no-print-directory --output-sync -j 2 check-python check-web

check-python: setup ## check format, lint, types, imports between packages, and the contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.support.lint_contract
	$(BIN)/python -m tests.support.lint_asyncapi

check-web: setup ## check format, lint and types of the console, and run its unit tests
	web/build $(BIN)/python generate
	cd web && export PATH="$(CURDIR)/$(BIN):$$PATH" && npm run --silent check && npm test --silent

test: export PYTHONDONTWRITEBYTECODE := # otherwise each process that a test starts compiles the sources again
test: check ## run the checks and all tests except the slow ones of test-contract, test-faults, test-jobs, test-cluster and test-web
	$(PYTEST) -n 3 --dist worksteal -m "not slow" --cov --cov-report=term # of two cores; tests wait for their servers

test-contract: setup ## send 200 random requests to each operation of the contract as operator and as administrator
	CONTRACT_EXAMPLES=200 $(PYTEST) -n 2 --dist worksteal tests/api/contract

test-faults: setup ## test with real failures of stores, disks and networks; writes docs/explanation/faults.md; TDengine too if TELEMETRY_TEST_URL is set
	$(PYTEST) -n 2 --dist worksteal -p tests.faults.table tests/faults

test-jobs: setup ## test jobs whose processes are killed or frozen, outages of PostgreSQL during runs, tables that migrations adopt, killed migrations, PgBouncer, and the scripts in deploy/; needs pgbouncer, curl and jq
	$(PYTEST) -n 2 --dist worksteal -m slow tests/jobs tests/pgbouncer tests/adapters/postgres/jobs tests/adoption tests/deploy

clients: setup ## generate the code of the packages in clients/ after a change of the contracts
	tests/clients/generated/install $(BIN)/python
	clients/generate $(BIN)/python

test-clients: setup ## test the packages in clients/, a page in Chromium, and generated clients in four languages; needs Chromium, a JDK >= 17 and Maven
	tests/clients/generated/build $(BIN)/python
	clients/generate $(BIN)/python --check
	export PATH="$(CURDIR)/.clients/venv/bin:$$PATH"; \
	(cd $(TYPESCRIPT) && npm ci --loglevel=error --ignore-scripts && npm run --silent build && npm run --silent build:programs) && \
	$(PYTEST) tests/clients/typescript.py tests/clients/quick_start.py tests/clients/generated/programs.py

test-airflow: setup ## test the DAGs of deploy/airflow with Airflow, which it installs into .airflow; not part of the continuous integration
	tests/deploy/airflow/install $(BIN)/python
	MYPYPATH=deploy/airflow/dags $(BIN)/mypy --python-executable .airflow/venv/bin/python --follow-imports=silent --exclude '^$$' \
	  deploy/airflow/dags tests/deploy/airflow/dags/arcbeat_test_dags.py
	$(PYTEST) tests/deploy/airflow/dags.py

test-cluster: setup ## test several processes that share a Redis; needs redis-server
	$(PYTEST) -n 2 -m slow tests/cluster tests/realtime/sharing

test-web: web ## test the pages of the console in Chromium, against a real server; needs Chromium
	$(PYTEST) -n 2 --dist worksteal tests/web

screenshots: web ## take pictures of all pages of the console into docs/images; needs Chromium and a Chinese font
	$(BIN)/python -m tests.web.screenshots

conformance: setup ## test each telemetry store with the same suite; TDengine too if TELEMETRY_TEST_URL is set
	$(PYTEST) tests/conformance

bench: setup ## run all benchmarks; needs Node and Chromium; TDengine too if TELEMETRY_TEST_URL is set
	$(BIN)/python -m bench

lock: setup ## update the lock files to the newest versions
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --upgrade --extra aws --extra demo --extra gcp --group dev -o requirements-dev.lock pyproject.toml
	$(COMPILE) --upgrade --extra aws --extra gcp -c requirements-dev.lock -o requirements.lock pyproject.toml # the versions that the tests run with
	$(COMPILE) --upgrade -o tests/clients/generated/python/requirements.lock tests/clients/generated/python/requirements.in
	$(COMPILE) --upgrade -o tests/deploy/airflow/requirements.lock tests/deploy/airflow/requirements.in

clean: ## remove everything that the targets created, the demo's data included
	rm -rf $(VENV) .airflow .clients $(TYPESCRIPT)/node_modules $(TYPESCRIPT)/dist $(TYPESCRIPT)/build clients/python/build .arcbeat .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* *.egg-info bench/live/node_server/node_modules \
	  web/node_modules web/dist web/bench/dist web/.generated web/src/api
