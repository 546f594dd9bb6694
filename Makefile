# Python 3.11 or later; `make PYTHON=/path/to/python run` where it isn't found by itself.
PYTHON ?= $(shell for it in python3 python3.13 python3.12 python3.11; do \
	$$it -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$it; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.DELETE_ON_ERROR:
.PHONY: help run test coverage fuzz bench soak lint audit types docs dist clean

help: ## List what make can do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '%-12s %s\n' "$$name" "$$text"; done

# Not beside a secret that the caller has set: both together are refused.
ifeq ($(origin MOVIECATALOG_AUTH_SECRET),undefined)
run: export MOVIECATALOG_AUTH_SECRET_FILE ?= .secret
endif
run: $(INSTALLED) .secret ## Serve the sample catalogue on http://localhost:8000/api/
	@$(BIN)/moviecatalog migrate development.ini
	@exec $(BIN)/moviecatalog serve development.ini

test: $(INSTALLED) ## Run all tests; a warning is an error
	$(BIN)/pytest --numprocesses auto --dist worksteal

# Without those that have everything in processes of their own, which tell nothing more, and take half the time.
coverage: $(INSTALLED) ## Run the tests that reach into the code; less coverage than pyproject.toml asks for is an error
	$(BIN)/pytest --cov --numprocesses auto --dist worksteal tests/unit tests/contracts tests/functional \
		--ignore tests/functional/hostile

fuzz: $(INSTALLED) ## Send the API ten thousand requests and more that were made up from its description
	MOVIECATALOG_TEST_FUZZ_EXAMPLES=400 $(BIN)/pytest tests/functional/hostile/test_fuzz.py

bench: $(INSTALLED) ## Measure how fast it is, with up to a million films, in a quarter of an hour; it needs wrk
	@$(BIN)/python -c "from benchmarks.wrk import require; require()"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check matplotlib
	$(BIN)/python -m benchmarks --into docs

soak: $(INSTALLED) ## Serve real load for twice eight minutes, while Redis, PostgreSQL and TMDB's stand-in come and go
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak --no-hot-path
	MOVIECATALOG_TEST_SEARCHES=50000 MOVIECATALOG_TEST_KILLS=50 \
		$(BIN)/pytest tests/functional/test_memory.py tests/functional/test_process_faults.py

lint: $(INSTALLED) ## Check style and form
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --recursive moviecatalog --exclude moviecatalog/testing

audit: $(INSTALLED) ## Ask the package index whether a flaw is known of anything that is installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --local

types: $(INSTALLED) ## Check types
	$(BIN)/mypy

docs: $(INSTALLED) ## Build the guides into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

dist: $(INSTALLED) ## Build the wheel and the sdist in dist/, and check that they hold everything
	$(BIN)/check-manifest
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

clean: ## Remove what can be made again; the database and the secret stay
	rm -rf $(VENV) build dist site *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is made last, so an installation that was interrupted is done again, an unfinished venv included.
$(INSTALLED): setup.py
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later was found; make PYTHON=/path/to/python" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing into $(VENV); this takes a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# Made beside the venv first: what is half written must not be taken for a secret.
.secret: | $(INSTALLED)
	@umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))' >$(VENV)/secret
	@mv $(VENV)/secret $@
