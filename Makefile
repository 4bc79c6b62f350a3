# Everything that one does with the lab. Each command makes the virtual environment that it needs.

PYTHON ?= python3
VENV := .venv
NODE := tests/interop/node
PIP := $(VENV)/bin/python -m pip --quiet --disable-pip-version-check
TEMPLATES := $(shell find identity site_a site_b shared -name '*.html')
PYTEST := $(VENV)/bin/python -m pytest
UNITS := $(VENV)/bin/coverage run -m pytest

.DEFAULT_GOAL := help
.PHONY: help run scale test test-all units units-of-site-a units-of-others browser slow facts check format wheels pictures doctor reset requirements

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## *(.*)/  make \1	\2/' | expand -t 20

# -u: honcho says that it was told to end, and fails, and leaves its processes behind, if a line is in a buffer then.
run: $(VENV)/installed  ## start the lab; Ctrl-C ends it
	@$(VENV)/bin/python -u -m lab.launch

scale: $(VENV)/installed  ## start two of everything, on PostgreSQL, behind nginx over https; Ctrl-C ends it
	@$(VENV)/bin/python -u -m lab.scale

test: units browser  ## all tests that one runs again and again, in a real browser too (at most 20 minutes)

test-all: test slow  ## these, and what needs environments of its own (at most 70 minutes)

# One process of pytest knows one settings module; tests of what both sites have run under site A. Two run at a time.
units: $(VENV)/installed-dev
	@rm -f .coverage .coverage.*
	$(VENV)/bin/python -m tests.postgresql
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line units-of-site-a units-of-others
	@$(VENV)/bin/coverage combine --quiet
	$(VENV)/bin/coverage report

# By these names of xdist's, each takes ports of its own (tests.processes).
units-of-site-a: export PYTEST_XDIST_WORKER := gw0
units-of-others: export PYTEST_XDIST_WORKER := gw1
units-of-site-a units-of-others: export PYTEST_XDIST_WORKER_COUNT := 2

units-of-site-a:
	$(UNITS) --ds=site_a.settings tests/site_a tests/relying_party tests/lab tests/session_inspector tests/facts \
	  --ignore tests/lab/inspector --ignore tests/session_inspector/inspector

units-of-others:
	$(UNITS) --ds=tests.compiled_query.settings tests/compiled_query
	$(UNITS) --ds=identity.settings tests/identity tests/backchannel_logout tests/parallel
	$(UNITS) --ds=tests.parallel.settings tests/parallel
	$(UNITS) --ds=site_b.settings tests/site_b tests/lab/client_site
	$(UNITS) --ds=lab.inspector.settings tests/session_inspector/inspector tests/lab/inspector
	$(PYTEST) -p no:django tests/claims tests/bench

browser: $(VENV)/installed-dev
	$(VENV)/bin/python -m tests.browser.chromium
	$(VENV)/bin/python -m tests.browser.firefox
	$(PYTEST) -p no:django --numprocesses 2 --dist worksteal -m "not slow" tests/browser

slow: $(VENV)/installed-dev $(NODE)/node_modules/installed wheels
	$(VENV)/bin/python -m tests.scale
	$(PYTEST) -p no:django --numprocesses 2 --dist worksteal -m slow tests/browser
	$(PYTEST) -p no:django --numprocesses 2 --dist loadscope tests/interop tests/wheels

facts: $(VENV)/installed-dev  ## measure anew what browsers do with cookies on loopback
	$(VENV)/bin/python -m tests.browser.chromium
	$(VENV)/bin/python -m tests.browser.firefox
	$(VENV)/bin/python -m tests.facts

check: $(VENV)/installed-dev  ## format, lint, types, templates, imports, claims, Django's checks
	$(VENV)/bin/ruff format --check --quiet
	$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/djade --check --target-version 5.2 $(TEMPLATES)
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/python -m claims
	@state=$$(mktemp -d); export LAB_STATE="$$state"; trap 'rm -r "$$state"' EXIT; set -e; \
	echo "mypy"; $(VENV)/bin/mypy; \
	for project in identity site_a site_b shared/lab/inspector; do \
	  $(VENV)/bin/python -W error $$project/manage.py check --fail-level WARNING; \
	done; \
	for project in identity site_a site_b; do \
	  $(VENV)/bin/python $$project/manage.py makemigrations --check --dry-run; \
	done

format: $(VENV)/installed-dev  ## put code and templates in form
	$(VENV)/bin/ruff check --quiet --fix
	$(VENV)/bin/ruff format --quiet
	-@$(VENV)/bin/djade --target-version 5.2 $(TEMPLATES)  # it ends with 1 when it has changed something

PACKAGES := common session-inspector relying-party backchannel-logout

wheels: $(VENV)/installed  ## build the packages that can be taken along, into dist/
	@rm -rf dist
	@for package in $(PACKAGES); do \
	  $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist packaging/$$package || exit 1; \
	done

pictures: $(VENV)/installed-dev wheels  ## take the pictures of the documents anew, from a real run
	$(VENV)/bin/python -m tests.browser.chromium
	$(VENV)/bin/python -m tests.browser.pictures

doctor:  ## say what is amiss with the set-up, and which command mends it
	@PYTHONPATH=shared $(PYTHON) -m lab.doctor.environment $(VENV)
	@$(VENV)/bin/python -m lab.doctor

reset:  ## empty var/, and remove the lab's databases from PostgreSQL
	@PYTHONPATH=shared $(if $(LAB_DATABASE_URL),$(VENV)/bin/python,$(PYTHON)) -m lab.reset

COMPILE := uv pip compile --quiet --upgrade --universal --generate-hashes --custom-compile-command "make requirements" \
  pyproject.toml --group build

requirements:  ## pin everything anew, with hashes (needs uv)
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

# The second command puts . and shared/ on the path: hashes are for packages, not for this folder.
$(VENV)/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("The lab needs Python 3.11 or newer: make PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@echo "Installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

# Without node, or npm, the tests that need them are skipped, and say so.
$(NODE)/node_modules/installed: $(NODE)/package.json
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	  cd $(NODE) && npm install --no-package-lock --no-audit --no-fund && touch node_modules/installed; \
	fi
