"""Macros call down the layers only, and what begins with _ is called in its own folder only."""

from __future__ import annotations

import re
from pathlib import Path

import harness
import yaml

MACROS = harness.ROOT / "macros"
# Each folder, and the others that it may call.
LAYERS = {
    "sql": (),
    "settings": ("sql",),
    "exact_days": (),
    "inputs": ("sql", "settings", "exact_days"),
    "cleaning": ("sql", "settings", "exact_days", "inputs"),
    "checks": ("sql", "settings", "exact_days", "inputs", "cleaning"),
    "metrics": ("sql", "settings"),
    "results": ("sql", "settings", "exact_days"),
}
ENGINES = ("duckdb__", "spark__", "default__")


def folder(path: Path) -> str:
    return path.relative_to(MACROS).parts[0]


def macro_files() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted(MACROS.rglob("*.sql"))}


def homes() -> dict[str, str]:
    """The folder of each macro; a dispatched one without its engine too."""
    found = {}
    for path, text in macro_files().items():
        for name in re.findall(r"{%-? (?:macro|materialization|test) (\w+)", text):
            found[name] = folder(path)
            for engine in ENGINES:
                found[name.removeprefix(engine)] = folder(path)
    return found


def calls(text: str) -> set[str]:
    return set(re.findall(r"(?:customer_health\.|dispatch\(')(\w+)", text))


def test_every_folder_has_a_layer() -> None:
    assert {folder(path) for path in macro_files()} == set(LAYERS)


def test_calls_go_down_the_layers() -> None:
    home = homes()
    upwards = [
        f"{path.relative_to(MACROS)} calls {called} of {home[called]}"
        for path, text in macro_files().items()
        for called in sorted(calls(text) & home.keys())
        if home[called] not in (folder(path), *LAYERS[folder(path)])
    ]
    assert upwards == []


def test_private_macros_are_called_in_their_folder_only() -> None:
    home = homes()
    private = {name for name in home if name.startswith("_")}
    assert len(private) > len(LAYERS)
    for path in [*MACROS.rglob("*.sql"), *harness.ROOT.glob("models/**/*.sql")]:
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8"))) & private
        own = folder(path) if path.is_relative_to(MACROS) else None
        assert {name for name in words if home[name] != own} == set(), path


def test_engines_differ_by_dispatch_only() -> None:
    for path, text in macro_files().items():
        assert not re.search(r"(target|adapter)[.]type\b", text), path


def test_public_macros_are_described_in_the_yml_of_their_folder() -> None:
    """And private are those that no other folder calls."""
    home = homes()
    public = {
        name
        for text in macro_files().values()
        for name in re.findall(r"{%-? macro (\w+)", text)
        if not name.startswith(("_", *ENGINES))
    }
    materializations = {
        "materialization_atomic_table_default",
        "materialization_incremental_exact_days_default",
    }
    described = {}
    for path in MACROS.rglob("*.yml"):
        for macro in yaml.safe_load(path.read_text(encoding="utf-8"))["macros"]:
            described[macro["name"]] = folder(path)
            assert macro["description"], macro
    assert described.keys() - materializations == public
    assert {name: home[name] for name in public} == {name: described[name] for name in public}
