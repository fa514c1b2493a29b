# The commands of the house. `make help` lists them.
SHELL := /bin/bash
PY := .venv/bin/python
ZHIDU := .venv/bin/zhidu
# Two workers: the tests share one PostgreSQL and, in the journeys, one Chromium.
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup web run demo test test-api test-web journeys lint format openapi bench migration clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

setup: .venv/.done frontend/node_modules/.done ## Install Python and Node dependencies (from the locks)

.venv/.done: requirements.lock pyproject.toml
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

frontend/node_modules/.done: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	touch $@

web: frontend/dist/.done ## Build the SPA

frontend/dist/.done: frontend/node_modules/.done openapi.yaml $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts -type f 2>/dev/null)
	cd frontend && npm run --silent build
	touch $@

run: setup web ## Everything up: embedded PostgreSQL, migrations, a demo company, API, worker, SPA on one address
	ZHIDU_DEMO=true $(ZHIDU) run

demo: setup ## Fill an empty database with the demo company and its year of history
	ZHIDU_DEMO=true $(ZHIDU) demo

test: lint test-api test-web journeys ## Lint and types, the API on real PostgreSQL, the SPA, the journeys in a browser

test-api: setup ## The API's tests, in parallel on real PostgreSQL
	$(PY) -m pytest -n $(JOBS) --dist loadfile tests

test-web: setup ## The SPA's unit tests
	cd frontend && npm run --silent test

journeys: setup web ## The main job and every page in a real browser: 1440 and 375 px, axe, console (needs chromium)
	cd frontend && npm run --silent journeys

lint: setup ## Style, types, layers, contract
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m zhidu.regulation.coverage
	cd frontend && npm run --silent lint && npx tsc -b && npm run --silent contract

format: setup ## Format the code
	.venv/bin/ruff check --fix . && .venv/bin/ruff format . && cd frontend && npx biome check --write .

openapi: setup ## Generate openapi.yaml and docs/lifecycles.md from the code, and the SPA's types from the contract
	$(ZHIDU) openapi openapi.yaml
	$(ZHIDU) lifecycles docs/lifecycles.md
	cd frontend && npm run --silent api

migration: setup ## Draft a migration from the models: make migration m="what changes"
	$(ZHIDU) revision "$(m)"

bench: setup ## Measure at 10k, 100k and 1M leads; writes docs/performance.md
	$(PY) -m bench

clean: ## Remove what was built (not the data in var/)
	rm -rf .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache
