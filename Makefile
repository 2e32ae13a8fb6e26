# Vejviser: `make run` and `make test` are all a newcomer needs. `make help` lists the rest.
UV := .tools/bin/uv
UV_VERSION := 0.13.9
PY := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help run cluster cluster-restart chat train test test-cluster lint validate teams-package install install-test screenshots stale clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: install  ## train if needed, start everything, print the address
	@$(PY) -m vejviser.launch.run

cluster: install  ## several processes behind nginx, with Redis (docs/deploy.md)
	@$(PY) -m vejviser.launch.cluster

cluster-restart: install  ## restart the processes of the running cluster one by one
	@$(PY) -m vejviser.launch.cluster restart

chat: install  ## talk to the running bot in the terminal
	@$(PY) -m vejviser.launch.chat

train: install  ## train the bot for the present data, if it is not trained yet
	@$(PY) -m vejviser.launch.train

test: install-test  ## the whole test suite, with what it needs
	@$(PY) -m pytest tests

test-cluster: install-test  ## of these only the second profile: several processes, Redis, nginx, faults
	@$(PY) -m pytest tests/cluster

lint: install-test  ## ruff, mypy and Rasa's own validation
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && $(MAKE) -s validate

validate: install  ## Rasa's check of data, domain and rules
	@$(PY) -m rasa data validate --fail-on-warnings

teams-package: install  ## the app package for Microsoft Teams (docs/teams.md)
	@$(PY) deploy/teams/package.py

screenshots: install-test  ## the pictures of docs/screenshots/, taken anew
	@$(PY) scripts/screenshots.py

stale: install  ## contacts and sources that were checked more than 90 days ago
	@$(PY) -m vejviser.knowledge.stale

install: .venv/.installed  ## the environment from the lock file

install-test: .venv/.installed-test

$(UV):
	@sh scripts/get_uv $(UV_VERSION)

.venv/.installed: uv.lock pyproject.toml | $(UV)
	@sh scripts/install
	@touch $@

.venv/.installed-test: .venv/.installed scripts/install_test
	@sh scripts/install_test
	@touch $@

clean:  ## remove the environment and the trained bots
	rm -rf .venv .tools .rasa models/*.tar.gz
