# `make run` and `make test` are all a newcomer needs; everything else is for those who build Thấu.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?=

.PHONY: run test test-slow check bench demo clean prepare

run: $(VENV)/.served
	@$(BIN)/thau run

demo: $(VENV)/.served
	@$(BIN)/thau demo

test: $(VENV)/.dev prepare
	$(BIN)/pytest -q -n 2 --dist loadfile $(TESTS)

test-slow: $(VENV)/.dev prepare
	$(BIN)/pytest -q -m slow $(TESTS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	@$(BIN)/thau bench $(AREA) $(if $(FULL),--full)

# The served path: no torch.
$(VENV)/.served: pyproject.toml constraints.txt
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing Thấu (a minute or two, once) …"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

# Tests, checks, and torch for running and training checkpoints.
$(VENV)/.dev: $(VENV)/.served
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt "torch>=2.6,<2.14"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[train,voice,dev]'
	@touch $@

# A headless Chromium and PostgreSQL, for the tests that need them.
prepare:
	@bash tests/prepare

clean:
	rm -rf $(VENV) .thau .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
