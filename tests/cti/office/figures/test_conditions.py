"""Conditions as SQL mean what the language says, also where something is not there."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Float, MetaData, String, Table, create_engine, select

from cti.base.expressions import Expression, ExpressionError
from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.office.figures.conditions import Conditions
from cti.store.columns import UtcDateTime

TYPES = {"text": TEXT, "number": NUMBER, "flag": BOOLEAN, "other": NUMBER, "moment": MOMENT}
TABLE = Table(
    "facts", MetaData(), Column("text", String), Column("number", Float), Column("flag", Boolean),
    Column("other", Float), Column("moment", UtcDateTime),
)  # fmt: skip
CONDITIONS = Conditions({name: TABLE.c[name] for name in TYPES}, TYPES)
ROWS = [
    dict(zip(TYPES, (*values, None), strict=True))
    for values in itertools.product((None, "", "a", "ab"), (None, 0.0, 1.0, 2.5), (None, True, False), (1.0,))
]

atoms = st.sampled_from(
    ["text == 'a'", "text != 'a'", "text in ['a', '']", "number == 0", "number != 1", "number in [1, 2.5]", "flag",
     "flag == none", "number == none", "text != none", "number + other == 2", "contains(text, 'b')", "text == ''",
     "starts_with(text, 'a')", "length(text) == 2"],
)  # fmt: skip
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
    ),
    max_leaves=6,
)


class Row:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def value(self, name: str) -> Any:
        return self.values[name]

    def ask(self, function: str, argument: str) -> bool:
        return False


def plainly(expression: Expression, row: dict[str, Any]) -> bool:
    return expression.truth(Row(row))


@given(conditions)
def test_sql_and_the_language_agree_where_everything_is_there(text: str) -> None:
    expression = Expression(text)
    there = [row for row in ROWS if row["text"] is not None and row["number"] is not None]
    assert counted(expression, there) == sum(plainly(expression, row) for row in there)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("text == none", 12), ("text != none", 36), ("text == 'a'", 12), ("text != 'a'", 36), ("not flag", 32),
        ("number > 0", 24), ("not number > 0", 24), ("number <= 1", 24), ("number / other > 1", 12),
        ("flag or not flag", 48), ("text in ['a', none]", 24), ("contains(text, 'b')", 12),
    ],
)  # fmt: skip
def test_what_is_not_there_is_neither_more_nor_less(text: str, rows: int) -> None:
    assert counted(Expression(text), ROWS) == rows


def test_a_text_beside_a_moment_is_a_moment_of_the_house() -> None:
    rows = [{**ROWS[0], "moment": datetime(2026, 3, 1, 15, 59, tzinfo=UTC)}]
    assert counted(Expression("moment < '2026-03-02'"), rows) == 1
    assert counted(Expression("moment >= '2026-03-01T23:59:00'"), rows) == 1
    assert counted(Expression("moment > '2026-03-02'"), rows) == 0


@pytest.mark.parametrize(
    "text", ["valid_mobile(text)", "text[0] == 'a'", "moment > 'tomorrow'", "contains(text, text)"]
)
def test_what_no_database_works_out_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        CONDITIONS.truth(Expression(text))


def counted(expression: Expression, rows: list[dict[str, Any]]) -> int:
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            TABLE.create(connection)
            connection.execute(TABLE.insert(), rows)
            return len(connection.execute(select(TABLE.c.text).where(CONDITIONS.truth(expression))).all())
    finally:
        engine.dispose()
