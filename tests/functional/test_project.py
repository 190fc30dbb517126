"""The project as dbt sees it: parsed without a warning, and described down to the last argument."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import dbt.jsonschemas.jsonschemas as dbt_schemas
import harness
import oracle
import pytest
import yaml
from harness import Dbt

ROOT = harness.ROOT
FINAL_TABLES = ("customer_daily_metrics", "customers_enriched")


@pytest.fixture(scope="module")
def manifest(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Any:
    db = tmp_path_factory.mktemp("manifest") / "customer_health.duckdb"
    return dbt("parse", db=db).outcome.result


def ours(nodes: dict[str, Any]) -> list[Any]:
    return [node for node in nodes.values() if node.package_name == "customer_health"]


def test_parsing_gives_no_warning(
    dbt: Dbt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # dbt checks configurations against its JSON schemas for some adapters only, and ours is none
    adapters = dbt_schemas._JSONSCHEMA_SUPPORTED_ADAPTERS
    monkeypatch.setattr(dbt_schemas, "_JSONSCHEMA_SUPPORTED_ADAPTERS", {*adapters, "duckdb"})
    dbt(
        "parse",
        "--no-partial-parse",
        "--show-all-deprecations",
        "--warn-error",
        db=tmp_path / "unused.duckdb",
    )


def test_everything_is_described(manifest: Any) -> None:
    missing = []
    nodes = [*manifest.nodes.values(), *manifest.unit_tests.values(), *manifest.exposures.values()]
    for node in (node for node in nodes if node.package_name == "customer_health"):
        # generic tests are described at their macro; hooks cannot have a description
        if hasattr(node, "test_metadata") or node.resource_type == "operation":
            continue
        if not node.description:
            missing.append(f"{node.resource_type} {node.name}")
        columns = getattr(node, "columns", {})
        missing += [f"{node.name}.{c.name}" for c in columns.values() if not c.description]
    missing += [f"group {group.name}" for group in ours(manifest.groups) if not group.description]
    for node in (*ours(manifest.metrics), *ours(manifest.semantic_models)):
        parts = [node, *getattr(node, "dimensions", ()), *getattr(node, "measures", ())]
        missing += [f"{node.name}, {part.name}" for part in parts if not part.description]
    assert missing == []


def test_described_macros_name_all_their_arguments(manifest: Any) -> None:
    """Which ones are described: test_macro_layers.py."""
    missing = []
    for macro in ours(manifest.macros):
        signature = re.search(r"macro \w+\((.*?)\) -?%}", macro.macro_sql, re.DOTALL)
        given = re.findall(r"(\w+)(?:=[^,]*)?(?:, |$)", signature.group(1)) if signature else []
        described = [
            argument.name for argument in macro.arguments if argument.type and argument.description
        ]
        if macro.description and described != given:
            missing.append(f"{macro.name}({', '.join(given)}), described: {described}")
    assert missing == []


def test_every_column_of_the_database_is_described(manifest: Any, seeds_built_once: Path) -> None:
    for node in ours(manifest.nodes):
        if node.resource_type in ("model", "seed"):
            with harness.duckdb.connect(str(seeds_built_once), read_only=True) as connection:
                relation = f'"{node.schema}"."{node.alias}"'
                actual = [row[0] for row in connection.sql(f"describe {relation}").fetchall()]
            assert list(node.columns) == actual, node.name


def test_a_column_is_described_once(manifest: Any) -> None:
    text = (ROOT / "models" / "_columns.md").read_text(encoding="utf-8")
    blocks = re.findall(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", text, re.DOTALL)
    descriptions = [description for _, description in blocks]
    assert len(set(descriptions)) == len(descriptions)
    used = set()
    for path in [*ROOT.glob("models/**/*.yml"), *ROOT.glob("seeds/*.yml")]:
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"doc\('(\w+)'\)", source))
        columns = [
            column
            for section in ("models", "seeds")
            for node in yaml.safe_load(source).get(section, [])
            for column in node["columns"]
        ]
        assert all(column["description"].startswith("{{ doc(") for column in columns), path
    assert used == {name for name, _ in blocks}


def layer(node: Any) -> str:
    """The folder of a model below models/, or seeds."""
    return str(Path(node.path).parent) if node.resource_type == "model" else "seeds"


def models_and_seeds(manifest: Any) -> list[Any]:
    return [node for node in ours(manifest.nodes) if node.resource_type in ("model", "seed")]


def test_marts_are_public_tables_with_a_contract_and_nothing_else_is(manifest: Any) -> None:
    models = [node for node in models_and_seeds(manifest) if node.resource_type == "model"]
    marts = {node.name: node for node in models if layer(node) == "marts"}
    assert {*FINAL_TABLES, "customer_risk_drivers", "rejected_records"} <= set(marts)
    assert {node.name for node in models if node.access == "public"} == set(marts)
    assert {node.access for node in models} == {"public", "protected"}
    for name, node in marts.items():
        assert node.config.contract.enforced, name
        assert node.schema == "main", name


def test_everything_has_an_owner(manifest: Any) -> None:
    owners = {group.name: group.owner.name or group.owner.email for group in ours(manifest.groups)}
    nodes = models_and_seeds(manifest)
    assert [node.name for node in nodes if not owners.get(node.group)] == []
    assert {node.group for node in nodes} == set(owners)


def test_each_layer_has_a_colour_in_the_lineage_graph(manifest: Any) -> None:
    colours: dict[str, set[str | None]] = {}
    for node in models_and_seeds(manifest):
        colours.setdefault(layer(node), set()).add(node.config.docs.node_color)
    assert len(colours) == 6
    assert all(len(found) == 1 and None not in found for found in colours.values()), colours
    assert len(set.union(*colours.values())) == len(colours), colours


def test_links_of_the_docs_lead_somewhere(manifest: Any) -> None:
    text = (ROOT / "models" / "overview.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"#!/(?:model|seed)/([\w.]+)", text))
    public = {node.unique_id for node in models_and_seeds(manifest) if layer(node) == "marts"}
    assert targets == public
    assert set(re.findall(r"group:(\w+)", text)) == {group.name for group in ours(manifest.groups)}


def test_docs_explain_every_folder() -> None:
    text = (ROOT / "models" / "overview.md").read_text(encoding="utf-8")
    files = [path for folder in ("models", "macros") for path in (ROOT / folder).rglob("*.sql")]
    folders = {path.parent.relative_to(ROOT).as_posix() for path in files}
    named = set(re.findall(r"`((?:models|macros)/[\w/]+)`", text))
    assert named == folders


def test_every_mart_has_a_query_to_start_with(manifest: Any, seeds_built_once: Path) -> None:
    for node in models_and_seeds(manifest):
        if layer(node) != "marts":
            continue
        queries = re.findall(r"```sql\n(.*?)```", node.description, re.DOTALL)
        assert queries, node.name
        with harness.duckdb.connect(str(seeds_built_once), read_only=True) as connection:
            for query in queries:
                assert f"main.{node.name}" in query
                rows = connection.execute(query).fetchall()
                assert rows or not harness.read_table(seeds_built_once, node.name), query


def test_every_model_and_seed_has_a_yml_of_its_own() -> None:
    for folder, endings in (("models", "*.sql"), ("seeds", "*.csv")):
        for path in (ROOT / folder).rglob(endings):
            assert path.with_suffix(".yml").exists(), path


def test_no_metric_of_the_seeds_is_constant(seeds_built_once: Path) -> None:
    rows = harness.read_table(seeds_built_once, "customer_daily_metrics")
    constant = [column for column in rows[0] if len({row[column] for row in rows}) < 2]
    assert constant == []


def test_lock_file_is_that_of_packages_yml() -> None:
    packages = yaml.safe_load((ROOT / "packages.yml").read_text(encoding="utf-8"))["packages"]
    lock = yaml.safe_load((ROOT / "package-lock.yml").read_text(encoding="utf-8"))
    entries = [
        json.dumps({**entry, "install_prerelease": False, "unrendered": entry}, sort_keys=True)
        for entry in packages
    ]
    expected = hashlib.sha1("\n".join(sorted(entries)).encode()).hexdigest()
    assert lock["sha1_hash"] == expected
    assert [entry["package"] for entry in packages] == [p["package"] for p in lock["packages"]]


def dependency_groups() -> dict[str, list[str]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]


@pytest.mark.parametrize("name", dependency_groups())
def test_requirements_are_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    named = {re.split(r"[^\w.-]", entry)[0].lower() for entry in dependency_groups()[name]}
    assert named <= {line.split("==")[0] for line in text.splitlines()}
    pins = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
    assert "dbt-core-experimental-parser" not in "".join(pins)


def test_each_lock_has_a_group() -> None:
    locks = {path.stem for path in ROOT.glob("requirements/*")}
    assert locks == set(dependency_groups())


def test_models_do_not_know_the_engine() -> None:
    for path in [*(ROOT / "models").rglob("*.sql"), *(ROOT / "tests" / "singular").glob("*.sql")]:
        assert "target." not in path.read_text(encoding="utf-8"), path


def test_the_mechanism_of_exact_days_knows_nothing_of_this_project(manifest: Any) -> None:
    nodes = models_and_seeds(manifest)
    names = {node.name for node in nodes} | set(oracle.INPUT_COLUMNS)
    for columns in (*oracle.INPUT_COLUMNS.values(), *oracle.OPTIONAL_COLUMNS.values()):
        names |= set(columns)
    for node in nodes:
        if node.name in FINAL_TABLES:
            names |= set(node.columns)
    # fingerprints have a date, and dbt's results a status
    names -= {"date", "status"}
    for path in (ROOT / "macros" / "exact_days").rglob("*.sql"):
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        assert words & names == set(), path


def test_every_command_is_in_make_help() -> None:
    listing = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    lines = [line for line in listing if line.startswith("  make ")]
    helped = {line.split()[1] for line in lines}
    assert len(helped) <= 25
    assert [line for line in listing if line.strip() and line not in lines] == [
        "Use it:",
        "Work on it:",
    ]
    assert len({re.match(r"  make \S+ +", line).end() for line in lines}) == 1
    pages = [ROOT / "README.md", *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    for path in [*pages, ROOT / ".ci" / "run", *ROOT.glob(".github/workflows/*.yml")]:
        text = path.read_text(encoding="utf-8")
        called = re.findall(r"(?:^|run: |`)make ([a-z0-9 -]*[a-z0-9])", text, re.MULTILINE)
        # make help itself is in no list
        assert {name for call in called for name in call.split()} <= {*helped, "help"}, path
