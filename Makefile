# Everything that one does with the lab. Each command makes the virtual environment that it needs.

PYTHON ?= python3
VENV := .venv
IN_VENV := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes
PYTEST := $(VENV)/bin/python -m pytest
TEMPLATES := $(shell find identity site_a site_b shared -name '*.html')

.PHONY: run test check format pictures reset requirements

run: $(VENV)/installed
	@$(IN_VENV) honcho start

# One process of pytest knows one settings module; tests of the sites' common apps run under site A.
test: $(VENV)/installed-dev
	$(VENV)/bin/python -m tests.browser.chromium
	$(PYTEST) --ds=identity.settings tests/identity
	$(PYTEST) --ds=site_a.settings tests/site_a tests/relying_party tests/shared tests/journal tests/recorder tests/panel
	$(PYTEST) --ds=site_b.settings tests/site_b
	$(PYTEST) --ds=shared.inspector.settings tests/inspector
	$(PYTEST) -p no:django --numprocesses 2 --dist worksteal tests/browser tests/interop

check: $(VENV)/installed-dev
	$(VENV)/bin/ruff format --check --quiet
	$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/djade --check --target-version 5.2 $(TEMPLATES)
	$(VENV)/bin/lint-imports --no-cache
	@for project in identity site_a site_b shared/inspector; do \
	  LAB_STATE="$$(mktemp -d)" sh -c "$(VENV)/bin/python -W error $$project/manage.py check --fail-level WARNING && \
	  $(VENV)/bin/python $$project/manage.py makemigrations --check --dry-run && rm -r \"\$$LAB_STATE\"" || exit 1; \
	done

format: $(VENV)/installed-dev
	$(VENV)/bin/ruff check --quiet --fix
	$(VENV)/bin/ruff format --quiet
	-@$(VENV)/bin/djade --target-version 5.2 $(TEMPLATES)  # it ends with 1 when it has changed something

pictures: $(VENV)/installed-dev
	$(VENV)/bin/python -m tests.browser.chromium
	$(VENV)/bin/python -m tests.browser.pictures

reset:
	@$(PYTHON) -m shared.state

requirements:
	uv pip compile --quiet --upgrade --universal --generate-hashes --custom-compile-command "make requirements" \
	  pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --upgrade --universal --generate-hashes --custom-compile-command "make requirements" \
	  pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt

$(VENV)/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("The lab needs Python 3.11 or newer: make PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@echo "Installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PIP) --requirement requirements-dev.txt
	@touch $@
