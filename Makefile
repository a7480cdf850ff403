# The tasks of a working copy; `make` lists them.

# What `make fast` tests: T=tests/geography, T="tests/api -k etag", T=path::test …
T = tests/test_*.py tests/api tests/geography/names
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras --generate-hashes \
	--no-header --no-emit-index-url $(UPGRADE) pyproject.toml

help: ## list the tasks
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## make .venv with all that a change needs, and let git run the hooks of pre-commit
	python3 manage.py version
	python3 -m venv .venv
	.venv/bin/pip install --quiet --require-hashes -r config/requirements/dev.txt
	.venv/bin/pre-commit install

run: ## fill the database where it is empty, make a demo, and serve on http://127.0.0.1:8000
	.venv/bin/python manage.py quickstart

test: ## the whole suite, on SQLite and on PostgreSQL with Redis
	.venv/bin/python tests/run.py

fast: ## within a minute, on SQLite: the core, or what T names (make fast T=tests/api_styles/data)
	.venv/bin/python -m pytest -q -n auto --dist loadfile $(T)

lint: ## format, lint, types, layers, migrations, settings of production
	.ci/run lint

fix: ## format, and mend what the linter can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ## write both locks from pyproject.toml; versions stay where they can, unless UPGRADE=--upgrade
	$(COMPILE) --group dev -o config/requirements/dev.txt
	$(COMPILE) -c config/requirements/dev.txt -o config/requirements/run.txt

messages: ## gather the texts of the interface for translators, and compile what they have written
	.venv/bin/python tests/messages.py

benchmark: ## how fast answers are, beside others (tests/benchmarks/README.md)
	.venv/bin/python -m tests.benchmarks.answers

.PHONY: help setup run test fast lint fix lock messages benchmark
