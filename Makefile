# daicho: everything a person or a machine does with a checkout. Needs CPython 3.11 or 3.12, make and git; npm for GraphiQL and
# the font of documents.

.DEFAULT_GOAL := help
.PHONY: help install serve test test-deep check lint bench crash lock

BIN := .venv/bin
PYTHON := $(BIN)/python
PIP_INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-compile
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet

# What was installed is known by what it was made from.
INSTALLED := .venv/.installed-$(shell cat pyproject.toml requirements-dev.lock | cksum | tr -d ' ')
# Without npm this file is not made, and is asked for again the next time.
ASSETS := api/pages/assets/installed.txt

help: ## Show what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) $(ASSETS) ## Make .venv with everything that is locked, GraphiQL's assets and the font of documents

serve: install ## Start daicho with its demonstration city (more options: make serve ARGS="--port 8080")
	@$(BIN)/daicho serve --demo $(ARGS)

test: lint ## Run every check and every test; write what they hold to holds.json
	@$(PYTHON) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --holds-json=holds.json $(ARGS)

test-deep: install ## Let what may happen to a register happen in any order, in 1,000 runs: what must hold, holds
	@DAICHO_DEEP_RUNS=1000 $(PYTHON) -m pytest tests/deep $(ARGS)

check: lint ## Run the linters, the type checker and the tests of the building, without the rest
	@$(PYTHON) -m pytest tests/architecture

lint: install
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(BIN)/lint-imports --no-logo

bench: install ## Measure what it is compared with, what the size of the city costs, an import, changes, certificates, the ledger's proof and its analyses
	@$(PYTHON) -m tests.bench $(ARGS)
	@$(PYTHON) -m tests.bench.growth
	@$(PYTHON) -m tests.bench.importing
	@$(PYTHON) -m tests.bench.changing
	@$(PYTHON) -m tests.bench.ledger
	@$(PYTHON) -m tests.bench.reviewing
	@$(PYTHON) -m tests.bench.certificates

crash: install ## Kill the service and its database 200 times under load, and check what is left (ARGS="--times 20")
	@$(PYTHON) -m tests.crash $(ARGS)

lock: install ## Make both locks again (the newest of everything: make lock ARGS=--upgrade)
	$(COMPILE) $(ARGS) -o requirements.lock
	$(COMPILE) $(ARGS) --extra dev -o requirements-dev.lock

# oso 0.27.3 has wheels for these two only; a candidate that cannot make an environment is passed over.
$(PYTHON):
	@for candidate in python3.12 python3.11 python3; do \
	  if $$candidate -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null; then \
	    $$candidate -m venv .venv && exit 0; \
	  fi; \
	done; \
	echo "daicho needs CPython 3.11 or 3.12 with its venv module (on Debian: apt-get install python3 python3-venv)." >&2; \
	echo "CPython 3.11 または 3.12 と venv モジュールが必要です。" >&2; \
	exit 1

# Not compiled beforehand: Python does so for what is imported, which is a small part, and the first answer comes sooner.
$(INSTALLED): | $(PYTHON)
	@echo "daicho: installing what is locked"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@$(PIP_INSTALL) --no-build-isolation -e .
	@rm -f .venv/.installed-*
	@touch "$@"

$(ASSETS): api/pages/install_assets.py api/pages/graphiql/package-lock.json | $(INSTALLED)
	@$(PYTHON) -m api.pages.install_assets
	@touch -c "$@"
