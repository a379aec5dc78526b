# Python 3.11+ and make are all that a machine needs: every target prepares .venv by itself
# (see docs/development.md). What preparing says goes to standard error, so `make demo
# ARGS="--once --json"` leaves standard output to the command.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo cards test check format pages lock

# node and npm come from a wheel in .venv; child processes find them here.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

demo: ## Start a city with simulated residents; ARGS="--once --json" for scripts
	@sh .dev/run demo
	@.venv/bin/teiki demo $(ARGS)

cards: ## The same, beside a stand-in for Stripe: pay by bank card without an account
	@sh .dev/run demo
	@.venv/bin/python -m tests.fakestripe & stand_in=$$!; trap "kill $$stand_in" EXIT; \
	TEIKI_STRIPE_KEY=sk_test_stand_in TEIKI_STRIPE_WEBHOOK_SECRET=whsec_fakestripe \
	TEIKI_STRIPE_URL=http://127.0.0.1:12111 .venv/bin/teiki demo $(ARGS)

test: ## Run every test; ARGS go to pytest
	@sh .dev/run test
	@cd mobile-contract && npm test
	@TEIKI_CHROMIUM="$$(sh .dev/run chromium)" .venv/bin/pytest -n logical $(ARGS)

check: ## Formatting, lint, types, import direction
	@sh .dev/run check
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@cd mobile-contract && npm run typecheck
	@cd api/pages && npm run typecheck

format: ## Format and sort imports
	@sh .dev/run format
	@.venv/bin/ruff check --select I --fix .
	@.venv/bin/ruff format .

pages: ## Build the pages into api/pages/dist
	@sh .dev/run pages

lock: ## Compile requirements/ from pyproject.toml; ARGS="--upgrade" moves versions
	@sh .dev/run lock
	@PYTHONPATH=.dev .venv/bin/python -m devtools.lockfiles $(ARGS)
