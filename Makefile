# Settings for one call: make build VARS='{data_dir: exports}'
VARS ?= {}
# make setup DBT_UTILS=offline installs our own dbt_utils instead of the package hub's.
DBT_UTILS ?= hub
# make setup WITH=attach (metricflow, spark, v2) installs that environment too.
WITH ?=
# make build ENGINE=v2 builds with dbt v2.
ENGINE ?= v1
PYTHON ?= python3

DBT := .venv/bin/dbt
DEV := .venv/.dev-installed
PACKAGES := $(if $(filter offline,$(DBT_UTILS)),offline-packages,dbt_packages/.installed)
INSTALL := -m pip -qq install --disable-pip-version-check --no-deps --require-hashes
PYTEST := -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: help setup build rejected answer digest weights dashboard docs docs-page attach spark spark-cluster clean \
	lint test test-long test-exhaustive test-apps test-attach test-metrics test-spark test-v2 judge bench lock \
	test-slow offline-packages java chromium npm postgres
.DEFAULT_GOAL := help

help:
	@awk -F ':.*## ' '/^## / { line[++n] = "\n" substr($$0, 4) ":" } \
		/^[a-z0-9-]+:.*## / { line[++n] = $$1; text[n] = $$2; if (length($$1) > width) width = length($$1) } \
		END { for (i = 1; i <= n; i++) if (text[i]) printf "  make %-" width "s  %s\n", line[i], text[i]; else print line[i] }' $(MAKEFILE_LIST)

## Use it

setup: .venv/.installed $(PACKAGES) $(if $(WITH),.venv-$(WITH)/.installed) ## install the environment and the dbt packages; WITH=attach, metricflow, spark or v2 adds another one
	@

build: setup $(if $(filter v2,$(ENGINE)),.venv-v2/.installed) ## build models and run dbt's tests; VARS='{data_dir: DIR}' for your own data, ENGINE=v2 for dbt v2
	@.venv/bin/python apps/build_project.py $(if $(filter v2,$(ENGINE)),--engine v2) --vars '$(VARS)'

rejected: setup ## list the rejected rows of the last build; OUT=file.csv (.xlsx, .parquet, .json) writes them
	@.venv/bin/python apps/rejected.py $(if $(OUT),--out '$(OUT)')

answer: setup ## answer a question of analyses/: NAME=customers_at_risk; OUT=file.csv (.xlsx, .parquet, .json) writes it
	@.venv/bin/python apps/answer.py $(NAME) $(if $(OUT),--out '$(OUT)') --vars '$(VARS)'

digest: setup ## write what to do this week, target/digest.html and .md; OWNER='Ann' for her customers, OUT=file.html
	@.venv/bin/python apps/digest.py $(if $(OWNER),--owner "$$OWNER") $(if $(OUT),--out '$(OUT)')

weights: .venv-apps/.installed ## propose risk_weights from the customers that left, if there is reason to change them
	@.venv-apps/bin/python apps/weights.py

dashboard: .venv-apps/.installed ## show the last build on http://localhost:8501; Ctrl+C stops it
	@.venv-apps/bin/streamlit run apps/dashboard/app.py

docs: build ## build the docs site and serve it on http://localhost:8080
	@$(DBT) docs generate --vars '$(VARS)'
	@$(DBT) docs serve

# Its own database makes the page reproducible; test_all_days shows all tests.
docs-page: export DUCKDB_PATH := target/docs/customer_health.duckdb
docs-page: setup ## build the docs site as one file, target/docs/static_index.html
	@mkdir -p target/docs
	@$(DBT) --quiet build --exclude-resource-type test unit_test
	@$(DBT) --quiet docs generate --static --vars '{test_all_days: true}' --target-path target/docs

attach: $(PACKAGES) .venv-attach/.installed ## build with DuckDB 1.5: inputs may be in PostgreSQL or SQLite (DUCKDB_ATTACH), .xlsx or cp1252
	@.venv-attach/bin/python apps/build_project.py --vars '$(VARS)'

spark: $(PACKAGES) .venv-spark/.installed ## build on a local Spark, in spark-warehouse; TARGET=spark_thrift on a cluster; takes VARS too
	@.venv-spark/bin/dbt build --target $(or $(TARGET),spark) --vars '$(VARS)'

spark-cluster: .venv-spark/.installed ## start a small Spark cluster with a Thrift server on this machine; SPARK_PORT=10000; Ctrl+C stops it
	@.venv-spark/bin/python dev/spark_cluster.py

clean: ## remove environments, packages and artifacts, but no database
	@rm -rf .venv .venv-* dbt_packages target logs

## Work on it

lint: setup $(DEV) ## check with ruff and sqlfluff, the length of lines in macros, and the workflows against their schema
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@! LC_ALL=C.UTF-8 grep --line-number --recursive --extended-regexp --include '*.sql' '^.{141,}' macros \
		|| { echo 'These lines have more than 140 characters.' >&2; exit 1; }
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@mkdir -p target
	@DUCKDB_PATH=target/lint.duckdb .venv/bin/sqlfluff lint --disable-progress-bar --processes 0 models analyses tests/singular

test: setup $(DEV) lint ## lint, and check every number; five minutes on two cores
	@.venv/bin/python $(PYTEST)

test-long: setup $(DEV) ## run the other tests except exhaustive ones; LONG=10 draws ten times as many random cases
	@.venv/bin/python dev/test_long.py $(if $(LONG),LONG=$(LONG))

test-exhaustive: setup $(DEV) ## run all mutants, the whole walk, random histories and all kills; half an hour; takes LONG too
	@.venv/bin/python $(PYTEST) -m exhaustive $(if $(LONG),--hypothesis-profile $(LONG))

test-slow: setup $(DEV) # part of test-long: commands, checks, damaged files and failures on DuckDB
	@.venv/bin/python $(PYTEST) -m "long and not exhaustive" --junitxml target/tests/$@.xml $(if $(LONG),--hypothesis-profile $(LONG))

test-apps: docs-page .venv-apps/.installed chromium npm ## part of test-long: dashboard and docs site in a browser, and make weights
	@.venv-apps/bin/python -m pytest tests/dashboard tests/docs tests/weights --junitxml target/tests/$@.xml

test-attach: $(PACKAGES) .venv-attach/.installed postgres ## part of test-long: inputs in PostgreSQL, SQLite, .xlsx and cp1252 with DuckDB 1.5
	@.venv-attach/bin/python -m pytest tests/attach --numprocesses 2 --junitxml target/tests/$@.xml

test-metrics: $(PACKAGES) .venv-metricflow/.installed ## part of test-long: MetricFlow's answers against plain SQL
	@.venv-metricflow/bin/python -m pytest tests/metrics --junitxml target/tests/$@.xml

test-spark: $(PACKAGES) .venv-spark/.installed ## Spark against DuckDB, half an hour; MARK='not long' is the part of test-long
	@.venv-spark/bin/python -m pytest tests/spark -m "$(or $(MARK),long or not long)" --junitxml target/tests/$@.xml

test-v2: setup .venv-v2/.installed $(DEV) ## part of test-long: dbt v2 against dbt 1.12; MARK='long or not long' for the whole walk and 100 kills
	@.venv/bin/python -m pytest tests/v2 -m "$(or $(MARK),not long)" --junitxml target/tests/$@.xml

judge: docs-page .venv-attach/.installed ## part of test-long: check the project with dbt-score and dbt-bouncer
	@.venv-attach/bin/dbt-score lint --manifest target/docs/manifest.json --show failing-items
	@.venv-attach/bin/dbt-bouncer run

bench: setup .venv-v2/.installed $(DEV) ## run the benchmark, half an hour; SCALE=1k (5k, 20k, 50k) for part of it
	@.venv/bin/python dev/benchmark/bench.py $(SCALE) $(if $(REPEAT),--repeat $(REPEAT))

# dbt and dev come first, because the others keep to their pins.
lock: $(DEV) ## compile the dependency groups of pyproject.toml to hash-checked requirements/*.txt; keeps pins that fit
	@lock() { group=$$1; shift; .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-python-downloads \
			--generate-hashes --no-annotate --no-header --group $$group --output-file requirements/$$group.txt "$$@" || exit; }; \
		dbt='--constraint requirements/dbt.txt'; dev='--constraint requirements/dev.txt'; \
		lock dbt; lock dev $$dbt; lock apps $$dbt $$dev; lock spark $$dbt $$dev; lock metricflow $$dbt $$dev; lock attach $$dev; lock v2

docs/dashboard.png: build .venv-apps/.installed chromium # the picture in the README
	@.venv-apps/bin/python dev/visit_dashboard.py picture $@

# --no-deps: the locks leave out only dbt-core-experimental-parser, which serves a parser flag that is off by default and
# downloads a program while it installs.
.venv/.installed: requirements/dbt.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python $(INSTALL) --requirement $<
	@touch $@

$(DEV): requirements/dev.txt .venv/.installed
	@.venv/bin/python $(INSTALL) --requirement $<
	@touch $@

# Environments without our dbt.
.venv-apps/.installed .venv-v2/.installed: .venv-%/.installed: requirements/%.txt
	@$(PYTHON) -m venv --clear .venv-$*
	@.venv-$*/bin/python $(INSTALL) --requirement $<
	@touch $@

# Environments with our dbt and the test tools. DuckDB 1.5 replaces the one in dbt.txt; its extensions go to ~/.duckdb, where
# DuckDB looks for them.
.venv-%/.installed: requirements/dbt.txt requirements/dev.txt requirements/%.txt
	@$(PYTHON) -m venv --clear .venv-$*
	@.venv-$*/bin/python $(INSTALL) --requirement requirements/dbt.txt --requirement requirements/dev.txt
	@.venv-$*/bin/python $(INSTALL) --requirement requirements/$*.txt
	@$(if $(filter attach,$*),.venv-attach/bin/python -c 'from duckdb_extensions import import_extension as add; \
		[add(name, force_install=True) for name in ("encodings", "excel", "postgres_scanner", "sqlite_scanner")]')
	@touch $@

.venv-spark/.installed: | java

java: # Java 17, for Spark
	@$(PYTHON) dev/check_java.py

postgres: # for the tests; installed if root
	@ls $${POSTGRES_BIN:-/usr/lib/postgresql/*/bin}/initdb > /dev/null 2>&1 \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y postgresql > /dev/null; } \
		|| { echo 'PostgreSQL is needed: apt-get install postgresql, or POSTGRES_BIN=/folder/of/its/programs' >&2; exit 1; }

chromium: # for the browser tests; installed if root
	@test -x "$${CHROMIUM:-/usr/bin/chromium}" \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y chromium > /dev/null; } \
		|| { echo 'Chromium is needed: apt-get install chromium, or CHROMIUM=/path/to/chromium' >&2; exit 1; }

npm: # gets axe-core for the browser tests; installed if root
	@command -v npm > /dev/null \
		|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y npm > /dev/null; } \
		|| { echo 'npm is needed: apt-get install npm' >&2; exit 1; }

dbt_packages/.installed: packages.yml package-lock.yml $(shell find offline_packages -type f) | .venv/.installed
	@.venv/bin/python dev/install_packages.py
	@touch $@

offline-packages: .venv/.installed # our own dbt_utils instead of the package hub's
	@.venv/bin/python dev/install_packages.py --offline
	@touch dbt_packages/.installed
