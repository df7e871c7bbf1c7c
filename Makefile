# make run: everything a visitor needs, on http://127.0.0.1:$(PORT). make test: lint, types, contracts, the suite.
PYTHON ?= python3
PY := .venv/bin/python
PORT ?= 8000
export PORT
export PYTHONDONTWRITEBYTECODE ?= 1
STAMP := .venv/installed-from

.PHONY: install run test lint lock messages bench clean

install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 install")'
	@if ! cmp -s requirements.lock $(STAMP); then \
	  rm -f $(STAMP); \
	  test -x $(PY) || $(PYTHON) -m venv .venv || exit 1; \
	  echo "Installing the locked dependencies (once) ..."; \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && cp requirements.lock $(STAMP); \
	fi
	@$(PY) -m shop.messages

run: install
	@exec $(PY) manage.py serve

test: install
	@$(PY) -m tests.run

lint: install
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports

# The hashed list of every dependency, for Python 3.11 and newer, without any index address.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

messages: install
	@$(PY) -m shop.messages --collect

# Our storefront beside a stock Oscar, in one alternating run (docs/performance.md).
bench: install
	@$(PY) -m bench.storefront

clean:
	rm -rf .venv var
