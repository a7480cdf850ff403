# The tasks of a working copy. `make` lists them.

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras --generate-hashes \
	--no-header --no-emit-index-url $(UPGRADE) pyproject.toml

help: ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

lock: ## write both locks from pyproject.toml; versions stay where they can, unless UPGRADE=--upgrade
	$(COMPILE) -o config/requirements/run.txt
	$(COMPILE) --group dev -c config/requirements/run.txt -o config/requirements/dev.txt

.PHONY: help lock
