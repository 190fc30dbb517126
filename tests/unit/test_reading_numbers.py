"""Numbers are read as the oracle does."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import oracle
import pytest
import random_inputs
from macro_calls import Duck, Render, check, evaluate, fill, type_of


def _number_text(rng: random.Random) -> str:
    places = rng.choice((0, 0, 1, 2, 3, 4, 40))
    text = str(rng.choice((rng.randint(0, 9999), rng.randint(0, 2 * 10**13), 2**31, 2**31 - 1)))
    if places:
        zeros = rng.choice(("", "0" * (places - 1)))
        text += "." + (zeros + "".join(rng.choices("0459", k=places)))[:places]
    text = rng.choice(("", "", "-", "+", "00")) + text
    if rng.randint(0, 4) == 0:
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice("0.+-, e_$٣") + text[place:]
    return rng.choice((text, text, text, f"\t{text} "))


@pytest.mark.parametrize(
    ("call", "read", "type_"),
    [
        ("parse_integer", oracle.read_quantity, "INTEGER"),
        ("parse_amount", oracle.read_arr, "DECIMAL(15,2)"),
    ],
)
def test_parse_numbers_reads_text_as_the_oracle_does(
    sql: dict[str, str], duck: Duck, call: str, read: Callable[[object], object], type_: str
) -> None:
    rng = random.Random(call)
    texts = [*random_inputs.READABLE_NUMBERS, *random_inputs.UNREADABLE_NUMBERS]
    # ties round away from zero, on either side of a double's precision
    texts += [
        f"{sign}{n}.{k}5" for sign in ("", "-") for n in (0, 1, 8**14) for k in range(10, 100)
    ]
    texts += ["9999999999999.994", "-9999999999999.99", "10000000000000.00", "-10000000000000"]
    texts += [_number_text(rng) for _ in range(3000)]
    expected = [read(text) for text in texts]
    assert 300 < sum(number is not None for number in expected) < len(texts) - 300
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts])
    check(texts, evaluate(duck, sql[call], "texts"), expected)
    assert type_of(duck, sql[call], "texts") == type_


@pytest.mark.parametrize("separator", [",", "."])
@pytest.mark.parametrize(
    ("call", "read"), [("parse_integer", oracle.read_quantity), ("parse_amount", oracle.read_arr)]
)
def test_numbers_with_separators_are_read_as_the_oracle_does(
    render: Render, duck: Duck, call: str, read: Callable[..., object], separator: str
) -> None:
    rng = random.Random(call + separator)
    (sql,) = render(f"{call}('a', 'subscriptions')", decimal_separator=separator)
    texts = [*random_inputs.READABLE_NUMBERS, *random_inputs.UNREADABLE_NUMBERS]
    for text in (*random_inputs.READABLE_AMOUNTS, *random_inputs.UNREADABLE_AMOUNTS):
        texts += [text, text.translate(str.maketrans(",.", ".,"))]
    for _ in range(3000):
        text = list(rng.choice(random_inputs.READABLE_AMOUNTS))
        text[rng.randrange(len(text))] = rng.choice("0123456789.,' -+€$\u00a0")
        texts.append("".join(text))
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts])
    expected = [read(text, separator) for text in texts]
    assert sum(number is not None for number in expected) > 300
    check(texts, evaluate(duck, sql, "texts"), expected)
    # typed numbers have no separators
    fill(duck, "typed", {"a": "DECIMAL(9, 3)"}, [("1.000",), ("1234.000",)])
    assert [str(n).partition(".")[0] for n in evaluate(duck, sql, "typed")] == ["1", "1234"]


def test_what_is_an_amount_under_a_decimal_comma() -> None:
    """The oracle itself: no text is one number with a comma and another without."""
    assert all(oracle.read_arr(text, ",") is not None for text in random_inputs.READABLE_AMOUNTS)
    assert all(oracle.read_arr(text, ",") is None for text in random_inputs.UNREADABLE_AMOUNTS)


@pytest.mark.parametrize(
    ("type_", "value", "integer", "amount"),
    [
        ("INTEGER", -3, -3, "-3.00"),
        ("BIGINT", 2**31, None, "2147483648.00"),
        ("HUGEINT", 10**30, None, None),
        ("DECIMAL(18, 4)", "1.0050", None, "1.01"),
        ("DECIMAL(18, 4)", "-1.0050", None, "-1.01"),
        ("DECIMAL(18, 4)", "7.0000", 7, "7.00"),
        ("DOUBLE", 3.0, 3, "3.00"),
        ("DOUBLE", 33.335, None, "33.34"),
        ("DOUBLE", 1234567890.12, None, "1234567890.12"),
        ("DOUBLE", 9999999999999.98, None, "9999999999999.98"),
        ("DOUBLE", 0.1 + 0.2 - 0.3, None, "0.00"),
        ("DOUBLE", 1e20, None, None),
        ("DOUBLE", "nan", None, None),
        ("DOUBLE", "inf", None, None),
        ("FLOAT", 0.5, None, "0.50"),
        ("BOOLEAN", True, None, None),
        ("DATE", "2024-01-01", None, None),
        ("INTEGER", None, None, None),
    ],
    ids=str,
)
def test_parse_numbers_reads_typed_columns(
    sql: dict[str, str],
    duck: Duck,
    type_: str,
    value: object,
    integer: int | None,
    amount: str | None,
) -> None:
    fill(duck, "typed", {"a": type_}, [(value,)])
    check([value], evaluate(duck, sql["parse_integer"], "typed"), [integer])
    expected = None if amount is None else Decimal(amount)
    check([value], evaluate(duck, sql["parse_amount"], "typed"), [expected])
