"""The names of macros that a project uses, and those that a package offers.

Names are compared as dbt's own macro names, in which the generic test `x` is `test_x`: a macro
and a test of one name are two things.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment

SCANNED_FOLDERS = ("models", "macros", "tests", "seeds", "snapshots", "analyses")


def jinja_tokens(source: str) -> list[tuple[str, str]]:
    """The source's Jinja tokens, without whitespace."""
    tokens = Environment(autoescape=True).lex(source)
    return [(kind, text) for _, kind, text in tokens if kind != "whitespace"]


def names_in_jinja(source: str) -> set[str]:
    """Every `dbt_utils.<name>` that rendering the source would look up."""
    # A lexer and not a pattern: Jinja comments and strings use nothing, while a call inside a
    # SQL comment is run by dbt all the same.
    tokens = jinja_tokens(source)
    return {
        third[1]
        for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if first == ("name", "dbt_utils") and second == ("operator", ".") and third[0] == "name"
    }


def strings_in(node: Any) -> Iterator[str]:
    """Every string, key or value, of a loaded YAML document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from strings_in(key)
            yield from strings_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from strings_in(item)


def names_in_yaml(source: str) -> set[str]:
    """Every generic test and macro of dbt_utils that a property file names."""
    names: set[str] = set()
    for text in strings_in(yaml.safe_load(source)):
        # A test is named by a key, a list item or a `test_name`, always alone in its string;
        # prose that mentions one is longer.
        prefix, _, name = text.partition("dbt_utils.")
        if not prefix and name.isidentifier():
            names.add(f"test_{name}")
        names |= names_in_jinja(text)
    return names


def names_used(root: Path) -> dict[str, set[str]]:
    """The names of dbt_utils that a project uses, each with the files that use it."""
    files = [root / "dbt_project.yml"]
    for folder in SCANNED_FOLDERS:
        files += (root / folder).rglob("*")
    readers = {".sql": names_in_jinja, ".yml": names_in_yaml, ".yaml": names_in_yaml}
    used: dict[str, set[str]] = {}
    for file in files:
        if file.suffix in readers and file.is_file():
            for name in readers[file.suffix](file.read_text(encoding="utf-8")):
                used.setdefault(name, set()).add(file.relative_to(root).as_posix())
    return used


def names_defined(file: Path) -> set[str]:
    """The macros and tests that a macro file defines."""
    tokens = jinja_tokens(file.read_text(encoding="utf-8"))
    return {
        third[1] if second[1] == "macro" else f"test_{third[1]}"
        for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if first[0] == "block_begin" and second in {("name", "macro"), ("name", "test")}
    }


def public_names(file: Path) -> set[str]:
    """The defined names that are called by name, not those only reached by dispatch."""
    return {name for name in names_defined(file) if "__" not in name}


def names_provided(package: Path) -> set[str]:
    """The public names of an installed package."""
    return {name for file in package.glob("macros/**/*.sql") for name in public_names(file)}
