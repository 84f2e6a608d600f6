# `make help` lists what can be made. Every step leaves a stamp under .venv/stamps and is done once.

PYTHON ?=
PHOTOS ?=
export PYTHON
export PATH := $(CURDIR)/.venv/bin:$(PATH)
stamps := .venv/stamps
stamp = @mkdir -p $(stamps) && touch $@

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint bench soak lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(stamps)/product $(stamps)/node-run $(stamps)/system-run ## start the demo company on http://127.0.0.1:8000 (PHOTOS=DIR: pictures for the cameras)
	@exec ferrotrace demo $(if $(PHOTOS),--photos "$(PHOTOS)")

test: lint $(stamps)/system-test ## lint, the whole suite and its coverage
	@rm -f .coverage .coverage.*
	@bin/test

lint: $(stamps)/test $(stamps)/node-test ## ruff, mypy, import-linter; solhint and prettier on contracts and verifier
	@ruff check .
	@ruff format --check .
	@mypy
	@lint-imports --no-cache
	@npm --prefix contracts run --silent lint
	@npm --prefix service/web/verifier run --silent lint

bench: $(stamps)/product ## measure hashing, logs, windows and verification against peers
	@ferrotrace bench

soak: $(stamps)/test $(stamps)/node-test $(stamps)/system-test ## the tests that run for minutes
	@pytest -m soak

lock: $(stamps)/test ## pin the packages of requirements/*.in, with hashes
	@bin/lock

clean: ## remove what was installed; the data in var/ stay
	rm -rf .venv contracts/node_modules service/web/verifier/node_modules tests/conformance/npm/node_modules

$(stamps)/venv: bin/setup
	@bin/setup venv
	$(stamp)

$(stamps)/run: requirements/run.txt $(stamps)/venv
	@bin/setup packages $<
	$(stamp)

$(stamps)/product: pyproject.toml $(stamps)/run
	@bin/setup product
	$(stamp)

$(stamps)/test: requirements/test.txt $(stamps)/product
	@bin/setup packages $<
	$(stamp)

# The full set contains the smaller one: running after testing takes nothing away.
$(stamps)/node-run: contracts/package-lock.json $(stamps)/venv
	@test -e $(stamps)/node-test || bin/setup node run
	$(stamp)

npm_locks := contracts/package-lock.json $(wildcard service/web/verifier/package-lock.json tests/conformance/npm/package-lock.json)
$(stamps)/node-test: $(npm_locks) $(stamps)/venv
	@bin/setup node test
	$(stamp)

$(stamps)/system-run: $(stamps)/venv
	@bin/setup system run
	$(stamp)

$(stamps)/system-test: $(stamps)/venv
	@bin/setup system test
	$(stamp)
