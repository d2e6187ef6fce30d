# Needs make and Python 3.11 or newer; everything else is installed into .venv and node_modules of this folder.
#   make demo     bring up the whole portal on this machine (PORT=8000, SLIP_STATE=folder for the data)
#   make setup    only install        make test     every test        make prove    the same proofs at full size
#   make lint     every check         make format   put code and templates into shape

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# More for pytest, such as: make test ARGS="tests/embedded -k killed"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test prove lint format
.NOTPARALLEL:
.DELETE_ON_ERROR:

SETTLED := $(VENV)/.settled
ASSET_SOURCES := package.json package-lock.json .npmrc slip/design_system/build_assets.mjs $(shell find static -type f 2>/dev/null)

# Caches go where the tools keep them, or into .venv where the home folder cannot be written to.
# Certificates are the machine's own, as an organisation's proxy needs.
define WITH_CACHES
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true NODE_USE_SYSTEM_CA=1 UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1 npm_config_update_notifier=false; \
if ! [ -w "$${HOME:-/nonexistent}" ]; then \
  export HOME="$(CURDIR)/$(VENV)/.home"; mkdir -p "$$HOME"; \
  export UV_CACHE_DIR="$$HOME/uv" npm_config_cache="$$HOME/npm" PIP_CACHE_DIR="$$HOME/pip"; \
fi;
endef

# uv is quick; where it cannot be had or fails, pip does the same work from the same pinned and hashed list.
define INSTALL
$(WITH_CACHES) \
if [ -x $(BIN)/uv ] && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); then :; else \
  echo "uv could not install; trying pip, which takes about a minute"; \
  $(BIN)/python -m pip install --quiet --require-hashes -r $(1); \
fi
endef

help:
	@sed -n '2,4s/^# *//p' Makefile

setup: $(SETTLED)/requirements static_built/.built

setup-dev: setup $(SETTLED)/requirements-dev

demo: setup
	@exec $(BIN)/python -m slip.embedded

test: setup-dev
	@$(BIN)/python -m pytest -n 2 $(ARGS)

prove: setup-dev
	@SLIP_PROOF=full $(BIN)/python -m pytest -n 2 $(ARGS)

# The type checker reads the settings, which want addresses; it connects to nothing.
lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/lint-imports
	DATABASE_URL=postgres:///none REDIS_URL=redis://none SECRET_KEY=none $(BIN)/mypy

format: setup-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

$(SETTLED)/venv:
	@command -v $(PYTHON) >/dev/null || \
	  { echo "SLIP needs Python 3.11 or newer, and there is no $(PYTHON) on this machine."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "SLIP needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): choose another with make PYTHON=python3.11."; exit 1; }
	@[ -w . ] || { echo "This folder cannot be written to: make a copy of it that $$(id -un) may write to."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "$(PYTHON) comes without venv: install it, on Debian and Ubuntu with apt-get install python3-venv."; exit 1; }
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(SETTLED) && touch $@

$(SETTLED)/uv: .ci/uv.txt $(SETTLED)/venv
	@$(WITH_CACHES) $(BIN)/python -m pip install --quiet --require-hashes -r .ci/uv.txt || true
	@touch $@

$(SETTLED)/requirements: requirements.txt $(SETTLED)/uv
	@echo "Installing the libraries of requirements.txt"
	@$(call INSTALL,requirements.txt)
	@touch $@

$(SETTLED)/requirements-dev: requirements-dev.txt $(SETTLED)/requirements
	@echo "Installing the libraries of requirements-dev.txt"
	@$(call INSTALL,requirements-dev.txt)
	@touch $@

# Node and npm come from a wheel.
$(SETTLED)/node_modules: package.json package-lock.json .npmrc $(SETTLED)/requirements
	@echo "Installing the front-end packages of package-lock.json"
	@$(WITH_CACHES) $(BIN)/python .ci/npm.py ci --loglevel=error >/dev/null
	@touch $@

static_built/.built: $(ASSET_SOURCES) $(SETTLED)/node_modules
	@echo "Building styles, scripts and fonts"
	@$(WITH_CACHES) $(BIN)/python .ci/npm.py run --loglevel=error build >/dev/null
	@touch $@
