"""What pages, lists and analyses say is defined in a mart: they only select, filter and sort."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest

# What would define something. A join by the key of a row only adds columns to it.
TELLTALES = {
    "a case": r"\bcase\b",
    "an if": r"\bif\s*\(",
    "a limit other than 0": r"(?<!->)[<>]=?\s*\d*[1-9]",
    "a join by something else than a key": r"\bjoin\b(?!.*\busing \((customer_id|record_key)\))",
    "another day": r"date\w*\s*[-+]\s*\d|\binterval\b",
}
FOUND = (
    "select case when total_arr > 0 then 1 end",
    "select if(a, b, c) from t",
    "select * from t where days_silent >= 30",
    "select * from t inner join u on t.customer_id = u.customer_id",
    "select * from t where date >= last_metrics_date - 90",
)
ALLOWED = "select a from t inner join u using (customer_id) where total_arr > 0 and days <= $days"
# It has a definition of its own: the rows that weights are fitted to.
FITTED = "weights.py"


def queries() -> Iterator[tuple[str, str]]:
    """Each SQL text of apps/ and analyses/, with its file; what is put into a text is left out."""
    for path in sorted((harness.ROOT / "analyses").glob("*.sql")):
        yield path.name, re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    for path in sorted((harness.ROOT / "apps").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
                 for part in node.values}  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "$x" for p in node.values]
                text = "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and id(node) not in inner:
                text = str(node.value)
            else:
                continue
            if re.search(r"\bselect\b.*\bfrom\b", text, re.DOTALL) and path.name != FITTED:
                yield path.name, text


def told(text: str) -> list[str]:
    return [name for name, pattern in TELLTALES.items() if re.search(pattern, text)]


def test_nothing_is_defined_outside_the_marts() -> None:
    found = list(queries())
    assert {name for name, _ in found} >= {"queries.py", "digest.py", "build_project.py"}
    assert [(name, told(text), text) for name, text in found if told(text)] == []


@pytest.mark.parametrize(("name", "text"), [*zip(TELLTALES, FOUND, strict=True)])
def test_each_telltale_is_seen(name: str, text: str) -> None:
    assert told(text) == [name]
    assert told(ALLOWED) == []


def test_analyses_read_one_mart_each() -> None:
    marts = {path.stem for path in (harness.ROOT / "models" / "marts").glob("*.sql")}
    for path in Path(harness.ROOT, "analyses").glob("*.sql"):
        [name] = re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8"))
        assert name in marts, path
