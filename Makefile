# Settings for one call: make build VARS='{data_dir: exports}'
VARS ?= {}
# make setup DBT_UTILS=offline installs our own dbt_utils without asking the package hub.
DBT_UTILS ?= hub
PYTHON ?= python3

DBT := .venv/bin/dbt
DEV := .venv/.dev-installed
BENCH := .venv/.bench-installed
PACKAGES := $(if $(filter offline,$(DBT_UTILS)),offline-packages,dbt_packages/.installed)

.PHONY: help setup setup-spark offline-packages build spark dashboard test test-spark test-dashboard lint bench docs lock \
	clean java chromium
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

setup: .venv/.installed $(PACKAGES) ## the Python environment in .venv and the dbt packages

setup-spark: .venv-spark/.installed $(PACKAGES) ## the same for Spark, in .venv-spark; needs Java 17

build: setup ## seeds, models and tests; VARS='{data_dir: DIR}' for your own data
	@$(DBT) build --vars '$(VARS)'
	@.venv/bin/python scripts/riskiest_customers.py

spark: setup-spark ## seeds, models and tests on a local Spark, in spark-warehouse; takes VARS too
	@.venv-spark/bin/dbt build --target spark --vars '$(VARS)'

dashboard: .venv-dashboard/.installed ## pages on http://localhost:8501 about what the last build made; Ctrl+C ends it
	@.venv-dashboard/bin/streamlit run dashboard/app.py

test: setup $(DEV) lint ## the whole test suite; the part on Spark only where there is Java 17
	@rm -f target/test.duckdb
	@DUCKDB_PATH=target/test.duckdb $(DBT) --quiet build --vars '{test_all_days: true}'
	@.venv/bin/python -m pytest --numprocesses 2 --dist loadfile
	@if $(PYTHON) scripts/check_java.py; then $(MAKE) --no-print-directory test-spark SPARK_TESTS=short; else echo 'NOT TESTED: Spark'; fi

test-spark: setup-spark ## the project on Spark against the project on DuckDB; SPARK_TESTS=short for the part in make test
	@CUSTOMER_HEALTH_SPARK=$(SPARK_TESTS) .venv-spark/bin/python -m pytest tests/spark $(if $(SPARK_TESTS),-m 'not long')

test-dashboard: setup .venv-dashboard/.installed chromium ## the dashboard as code and in a browser
	@.venv-dashboard/bin/python -m pytest tests/dashboard

docs/dashboard.png: build .venv-dashboard/.installed chromium ## the picture in the README, of the example data
	@.venv-dashboard/bin/python scripts/visit_dashboard.py picture $@

lint: setup $(DEV) ## ruff and sqlfluff
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@mkdir -p target
	@DUCKDB_PATH=target/lint.duckdb .venv/bin/sqlfluff lint --disable-progress-bar models tests/singular

bench: setup $(BENCH) ## the benchmark, about 40 minutes; SCALE=1k (5k, 20k, 50k) for a part of it
	@.venv/bin/python benchmarks/bench.py $(SCALE) $(if $(REPEAT),--repeat $(REPEAT))

docs: build ## builds the docs site and serves it on http://localhost:8080
	@$(DBT) docs generate --vars '$(VARS)'
	@$(DBT) docs serve

lock: ## compiles requirements*.in into the hash-checked requirements*.txt; needs uv
	@for name in requirements requirements-dev requirements-bench requirements-spark requirements-dashboard; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
			--excludes requirements-excludes.txt $$name.in --output-file $$name.txt || exit; \
	done

clean: ## removes what the other commands made, but for the tables
	@rm -rf .venv .venv-spark .venv-dashboard dbt_packages target logs

# --no-deps: the lock is complete but for dbt-core-experimental-parser, which downloads a program while it installs,
# breaks every install without access to it, and only serves a parser flag that is off by default.
.venv/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement requirements.txt
	@touch $@

# The tools of the tests and of the benchmark.
.venv/.%-installed: requirements-%.txt .venv/.installed
	@.venv/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

java:
	@$(PYTHON) scripts/check_java.py

.venv-spark/.installed: requirements.txt requirements-dev.txt requirements-spark.txt | java
	@$(PYTHON) -m venv --clear .venv-spark
	@.venv-spark/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes \
		--requirement requirements.txt --requirement requirements-dev.txt --requirement requirements-spark.txt
	@touch $@

chromium:
	@test -x "$${CHROMIUM:-/usr/bin/chromium}" \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y chromium > /dev/null; } \
		|| { echo 'Chromium is needed: apt-get install chromium, or CHROMIUM=/path/to/chromium' >&2; exit 1; }

.venv-dashboard/.installed: requirements-dashboard.txt
	@$(PYTHON) -m venv --clear .venv-dashboard
	@.venv-dashboard/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

dbt_packages/.installed: packages.yml package-lock.yml $(shell find offline_packages -type f) | .venv/.installed
	@.venv/bin/python scripts/install_packages.py
	@touch $@

offline-packages: .venv/.installed
	@.venv/bin/python scripts/install_packages.py --offline
	@touch dbt_packages/.installed
