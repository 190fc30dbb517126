"""What the bottom layers of the macros may call: nothing of ours outside their folder."""

from __future__ import annotations

import re
from pathlib import Path

import harness
import pytest

MACROS = harness.ROOT / "macros"


def folder(path: Path) -> str:
    return path.relative_to(MACROS).parts[0]


def defined() -> dict[str, str]:
    """The folder of each macro, by name."""
    return {
        name: folder(path)
        for path in MACROS.rglob("*.sql")
        for name in re.findall(r"{%-? macro (\w+)", path.read_text(encoding="utf-8"))
    }


def outside(name: str) -> list[str]:
    """Calls of macros that are in another folder than this one."""
    homes = defined()
    return [
        f"{path.name}: {called}"
        for path in (MACROS / name).rglob("*.sql")
        for called in re.findall(r"customer_health\.(\w+)", path.read_text(encoding="utf-8"))
        if homes.get(called, name) != name
    ]


@pytest.mark.parametrize("name", ["exact_days", "sql"])
def test_a_bottom_layer_calls_nothing_outside(name: str) -> None:
    assert name in defined().values()
    assert outside(name) == []


def test_a_private_macro_of_exact_days_is_called_there_only() -> None:
    private = {name for name, home in defined().items() if home == "exact_days" and name[0] == "_"}
    assert private
    for path in harness.ROOT.glob("m*/**/*.sql"):
        if "exact_days" not in path.parts:
            assert not set(re.findall(r"\w+", path.read_text(encoding="utf-8"))) & private, path


def test_exact_days_know_the_engine_by_dispatch_only() -> None:
    for path in (MACROS / "exact_days").rglob("*.sql"):
        assert "target.type" not in path.read_text(encoding="utf-8"), path
