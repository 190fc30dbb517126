# Settings for one call: make build VARS='{data_dir: exports}'
VARS ?= {}
# make setup DBT_UTILS=offline installs our own dbt_utils instead of the package hub's.
DBT_UTILS ?= hub
# make build ENGINE=v2 builds with dbt v2.
ENGINE ?= v1
PYTHON ?= python3

DBT := .venv/bin/dbt
DEV := .venv/.dev-installed
BENCH := .venv/.bench-installed
PACKAGES := $(if $(filter offline,$(DBT_UTILS)),offline-packages,dbt_packages/.installed)

.PHONY: help setup setup-spark setup-metrics setup-attach setup-v2 offline-packages build rejected answer digest spark spark-cluster spark-cluster-build attach dashboard test test-long test-slow test-exhaustive test-spark test-metrics test-attach test-v2 test-browser test-weights weights lint bench docs docs-page judge lock clean java chromium npm postgres
.DEFAULT_GOAL := help

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { target[++n] = $$1; text[n] = $$2; if (length($$1) > width) width = length($$1) } \
		END { for (i = 1; i <= n; i++) printf "  make %-" width "s  %s\n", target[i], text[i] }' $(MAKEFILE_LIST)

setup: .venv/.installed $(PACKAGES) ## install the Python environment in .venv and the dbt packages

setup-spark: .venv-spark/.installed $(PACKAGES) ## install Spark, in .venv-spark; needs Java 17

setup-metrics: .venv-metricflow/.installed $(PACKAGES) ## install MetricFlow, in .venv-metricflow

setup-attach: .venv-attach/.installed $(PACKAGES) ## install DuckDB 1.5 with its extensions for PostgreSQL, SQLite and .xlsx, in .venv-attach

setup-v2: setup .venv-v2/.installed ## install dbt v2 in .venv-v2, on the DuckDB of .venv

build: setup $(if $(filter v2,$(ENGINE)),setup-v2) ## build models and run dbt's tests; VARS='{data_dir: DIR}' for your own data, ENGINE=v2 for dbt v2
	@.venv/bin/python apps/build_project.py $(if $(filter v2,$(ENGINE)),--engine v2) --vars '$(VARS)'

rejected: setup ## list the rejected rows of the last build; OUT=file.csv (.xlsx, .parquet, .json) writes them
	@.venv/bin/python apps/rejected.py $(if $(OUT),--out '$(OUT)')

answer: setup ## answer a question of analyses/: NAME=customers_at_risk; OUT=file.csv (.xlsx, .parquet, .json) writes it
	@.venv/bin/python apps/answer.py $(NAME) $(if $(OUT),--out '$(OUT)') --vars '$(VARS)'

digest: setup ## write what to do this week, target/digest.html and .md; OWNER='Ann' for her customers, OUT=file.html
	@.venv/bin/python apps/digest.py $(if $(OWNER),--owner "$$OWNER") $(if $(OUT),--out '$(OUT)') --vars '$(VARS)'

weights: .venv-weights/.installed ## propose risk_weights from the customers that left, if there is reason to change them
	@.venv-weights/bin/python apps/weights.py

spark: setup-spark ## build on a local Spark, in spark-warehouse; takes VARS too
	@.venv-spark/bin/dbt build --target spark --vars '$(VARS)'

spark-cluster: setup-spark ## start a small Spark cluster with a Thrift server on this machine; SPARK_PORT=10000; Ctrl+C stops it
	@.venv-spark/bin/python dev/spark_cluster.py

spark-cluster-build: setup-spark ## build on the cluster that make spark-cluster runs; takes VARS too
	@.venv-spark/bin/dbt build --target spark_thrift --vars '$(VARS)'

attach: setup-attach ## build with DuckDB 1.5: inputs may be in PostgreSQL or SQLite (DUCKDB_ATTACH), or .xlsx
	@.venv-attach/bin/python apps/build_project.py --vars '$(VARS)'

dashboard: .venv-dashboard/.installed ## show the last build on http://localhost:8501; Ctrl+C stops it
	@.venv-dashboard/bin/streamlit run apps/dashboard/app.py

test: setup $(DEV) lint ## lint, and check every number; five minutes on two cores
	@.venv/bin/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-long: setup $(DEV) ## run the other tests except exhaustive ones; LONG=10 draws ten times as many random cases
	@.venv/bin/python dev/test_long.py $(if $(LONG),LONG=$(LONG))

test-exhaustive: setup $(DEV) ## run all mutants, the whole walk, random histories and all kills; half an hour; takes LONG too
	@.venv/bin/python -m pytest -m exhaustive --numprocesses 2 --dist loadfile $(if $(LONG),--hypothesis-profile $(LONG))

test-slow: setup $(DEV) ## test-long on DuckDB: commands, checks, damaged files, failures
	@.venv/bin/python -m pytest -m "long and not exhaustive" --numprocesses 2 --dist loadfile --no-loadscope-reorder --junitxml target/tests/$@.xml \
		$(if $(LONG),--hypothesis-profile $(LONG))

test-spark: setup-spark ## test Spark against DuckDB, half an hour; test-long has a shorter round
	@.venv-spark/bin/python -m pytest tests/spark -m "$(or $(MARK),long or not long)" --junitxml target/tests/$@.xml

test-metrics: setup-metrics ## test MetricFlow's answers against plain SQL
	@.venv-metricflow/bin/python -m pytest tests/metrics --junitxml target/tests/$@.xml

test-attach: setup-attach postgres ## test inputs in PostgreSQL, SQLite and .xlsx with DuckDB 1.5 against the oracle
	@.venv-attach/bin/python -m pytest tests/attach --numprocesses 2 --junitxml target/tests/$@.xml

test-v2: setup-v2 $(DEV) ## test dbt v2 against dbt 1.12; MARK='long or not long' for the whole walk and 100 kills
	@.venv/bin/python -m pytest tests/v2 -m "$(or $(MARK),not long)" --junitxml target/tests/$@.xml

test-weights: .venv-weights/.installed ## test make weights on planted weights and on noise
	@.venv-weights/bin/python -m pytest tests/weights --junitxml target/tests/$@.xml

test-browser: docs-page .venv-dashboard/.installed chromium npm ## test the dashboard and the docs site in a browser
	@.venv-dashboard/bin/python -m pytest tests/dashboard tests/docs --junitxml target/tests/$@.xml

docs/dashboard.png: build .venv-dashboard/.installed chromium ## take the picture in the README
	@.venv-dashboard/bin/python dev/visit_dashboard.py picture $@

lint: setup $(DEV) ## check with ruff and sqlfluff, and the workflows against their schema
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@mkdir -p target
	@DUCKDB_PATH=target/lint.duckdb .venv/bin/sqlfluff lint --disable-progress-bar --processes 0 models analyses tests/singular

bench: setup setup-v2 $(BENCH) ## run the benchmark, half an hour; SCALE=1k (5k, 20k, 50k) for part of it
	@.venv/bin/python dev/benchmark/bench.py $(SCALE) $(if $(REPEAT),--repeat $(REPEAT))

docs: build ## build the docs site and serve it on http://localhost:8080
	@$(DBT) docs generate --vars '$(VARS)'
	@$(DBT) docs serve

# Its own database makes the page reproducible; test_all_days shows all tests.
docs-page: export DUCKDB_PATH := target/docs/customer_health.duckdb
docs-page: setup ## build the docs site as one file, target/docs/static_index.html
	@mkdir -p target/docs
	@$(DBT) --quiet build --exclude-resource-type test unit_test
	@$(DBT) --quiet docs generate --static --vars '{test_all_days: true}' --target-path target/docs

judge: docs-page .venv-judges/.installed ## check the project with dbt-score and dbt-bouncer
	@.venv-judges/bin/dbt-score lint --manifest target/docs/manifest.json --show failing-items
	@.venv-judges/bin/dbt-bouncer run

# dbt and dev come first, because the others keep to their pins.
lock: .venv-lock/.installed ## compile requirements/*.in to hash-checked .txt files; keeps pins that fit
	@for name in dbt dev bench spark metricflow attach v2 dashboard weights judges lock; do \
		.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --no-python-downloads --generate-hashes \
			--no-annotate --excludes requirements/excludes.txt requirements/$$name.in --output-file requirements/$$name.txt \
			|| exit; \
	done

clean: ## remove environments, packages and artifacts, but no database
	@rm -rf .venv .venv-* dbt_packages target logs

# --no-deps: the lock leaves out only dbt-core-experimental-parser, which serves a parser flag that is off by default and
# downloads a program while it installs.
.venv/.installed: requirements/dbt.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

# Tools of the tests and the benchmark, added to .venv.
.venv/.%-installed: requirements/%.txt .venv/.installed
	@.venv/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

# Environments without our dbt.
.venv-judges/.installed .venv-dashboard/.installed .venv-weights/.installed .venv-lock/.installed .venv-v2/.installed: .venv-%/.installed: requirements/%.txt
	@$(PYTHON) -m venv --clear .venv-$*
	@.venv-$*/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

java: ## check for Java 17, for Spark
	@$(PYTHON) dev/check_java.py

.venv-spark/.installed: | java

# Environments with our dbt and the test tools.
.venv-%/.installed: requirements/dbt.txt requirements/dev.txt requirements/%.txt
	@$(PYTHON) -m venv --clear .venv-$*
	@.venv-$*/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes \
		--requirement requirements/dbt.txt --requirement requirements/dev.txt --requirement requirements/$*.txt
	@touch $@

# DuckDB 1.5 replaces the one in dbt.txt; its extensions go to ~/.duckdb, where DuckDB looks for them.
.venv-attach/.installed: requirements/dbt.txt requirements/dev.txt requirements/attach.txt
	@$(PYTHON) -m venv --clear .venv-attach
	@.venv-attach/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes \
		--requirement requirements/dbt.txt --requirement requirements/dev.txt
	@.venv-attach/bin/python -m pip -qq install --disable-pip-version-check --no-deps --require-hashes --requirement requirements/attach.txt
	@.venv-attach/bin/python -c 'from duckdb_extensions import import_extension as add; \
		[add(name, force_install=True) for name in ("postgres_scanner", "sqlite_scanner", "excel")]'
	@touch $@

postgres: ## check for PostgreSQL, for the tests; install it if root
	@ls $${POSTGRES_BIN:-/usr/lib/postgresql/*/bin}/initdb > /dev/null 2>&1 \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y postgresql > /dev/null; } \
		|| { echo 'PostgreSQL is needed: apt-get install postgresql, or POSTGRES_BIN=/folder/of/its/programs' >&2; exit 1; }

chromium: ## check for Chromium, for the browser tests; install it if root
	@test -x "$${CHROMIUM:-/usr/bin/chromium}" \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y chromium > /dev/null; } \
		|| { echo 'Chromium is needed: apt-get install chromium, or CHROMIUM=/path/to/chromium' >&2; exit 1; }

npm: ## check for npm, which gets axe-core for the browser tests; install it if root
	@command -v npm > /dev/null \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y npm > /dev/null; } \
		|| { echo 'npm is needed: apt-get install npm' >&2; exit 1; }

dbt_packages/.installed: packages.yml package-lock.yml $(shell find offline_packages -type f) | .venv/.installed
	@.venv/bin/python dev/install_packages.py
	@touch $@

offline-packages: .venv/.installed ## install our own dbt_utils instead of the package hub's
	@.venv/bin/python dev/install_packages.py --offline
	@touch dbt_packages/.installed
