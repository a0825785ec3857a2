"""The expression language: values, types, faults with their place, and no way to break out."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.expressions import Expression, ExpressionError, Template
from cti.base.expressions.types import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Type,
    list_of,
    record,
    type_as_json,
    type_of_json,
)

NAMES: dict[str, Any] = {
    "n": 3,
    "half": 0.5,
    "name": "张三",
    "yes": True,
    "nothing": None,
    "items": ["a", "b"],
    "ticket": {"state": "closed", "count": 2},
    "day": "2026-10-01",
}


class Scope:
    def value(self, name: str) -> Any:
        return NAMES[name]

    def ask(self, function: str, argument: str) -> bool:
        return (function, argument) == ("offered", "tickets.progress")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-n + 10 % 4", -1),
        ("7 / 2", 3.5),
        ("--n", 3),
        ("'a' + \"b\"", "ab"),
        (r"'it\'s'", "it's"),
        ("n == 3 and not yes == false", True),
        ("nothing == none or false", True),
        ("'b' in items", True),
        ("'c' not in items", True),
        ("'三' in name", True),
        ("items[1]", "b"),
        ("[1, 2, n][2]", 3),
        ("ticket.count >= 2", True),
        ("day < '2026-12-31'", True),
        ("length(items) + length('abc')", 5),
        ("text(3.0) + '次'", "3次"),
        ("number('42') + 1", 43),
        ("round(2.5)", 3),
        ("first('13800000001', 3) + last('13800000001', 4)", "1380001"),
        ("like('13800000001', '13#########')", True),
        ("like('a\nb', 'a*b')", True),
        ("all_digits('12x')", False),
        ("valid_mobile('013800000001')", True),
        ("valid_number('051988880000')", True),
        ("valid_number('12345')", False),
        ("valid_identity('11010519491231002X')", True),
        ("valid_identity('11010519491231002*')", True),
        ("valid_identity('110105194912310021')", False),
        ("days_between(day, date('2026-10-08'))", 7),
        ("offered('tickets.progress') and not offered('other.one')", True),
        ("min(n, 2) + max(n, 2)", 5),
        ("lower(trim(' AB '))", "ab"),
        ("contains('工单进度', '进度') and starts_with('abc', 'a') and ends_with('abc', 'c')", True),
        # Short circuits: what is not needed is not worked out.
        ("true or 1 / 0 > 1", True),
        ("false and missing", False),
    ],
)
def test_values(text: str, value: object) -> None:
    assert Expression(text).value(Scope()) == value


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("n = 3", "unexpected '='; a comparison is written ==", 2),
        ("1 +", "ends too early", 3),
        ("(1", "ends too early; ')' is missing", 2),
        ("1 < 2 < 3", "unexpected '<'; join comparisons by 'and'", 6),
        ("lenght(n)", 'no function lenght; did you mean "length"?', 0),
        ("length()", "length takes 1 argument", 0),
        ("'abc", 'unexpected "\'"', 0),
        ("a.", "ends too early; the name of a field is missing", 2),
        ("1 2", "unexpected '2'", 2),
        ("not", "ends too early", 3),
        ("x" * 1001, "longer than 1000 characters", 1000),
        ("(" * 60 + "1" + ")" * 60, "nested deeper than 40", 40),
        ("not " * 60 + "true", "nested deeper than 40", 156),
        ("-" * 50 + "n", "nested deeper than 40", 40),
        ("", "ends too early", 0),
        ("n; n", "unexpected ';'", 1),
    ],
)
def test_cannot_be_read(text: str, message: str, at: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    assert (caught.value.message, caught.value.at) == (message, at)


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "n % 0",
        "missing",
        "ticket.nope",
        "name.upper",
        "n.real",
        "items[9]",
        "items['a']",
        "n < name",
        "name - 1",
        "yes + 1",
        "number('x')",
        "number('9999999999999999999')",
        "date('2026-13-01')",
        "999999999999999 * 999999999999999",
        "1 in 2",
        "length(n)",
        "lower(n)",
        "day[0][0][0]['x']",
    ],
)
def test_cannot_be_worked_out(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(text).value(Scope())


@pytest.mark.parametrize(
    "text", ["+".join(["n"] * 500), "ticket" + ".a" * 490, "items" + "[0]" * 300, "n" + "%n" * 490]
)
def test_long_chains_do_not_exhaust_the_stack(text: str) -> None:
    expression = Expression(text)
    with contextlib.suppress(ExpressionError):
        assert expression.value(Scope()) in (1500, 0, "a")
    expression.type(TYPES, lambda message, at: None)
    assert expression.names


def test_text_does_not_grow_without_end() -> None:
    grown = Expression("a + a")

    class Long(Scope):
        def value(self, name: str) -> Any:
            return "x" * 4000

    with pytest.raises(ExpressionError, match="longer than 4096"):
        grown.value(Long())


@given(st.text(alphabet="n+-*/%()[].,'\"<>=! andortruefalse0123456789ticket_", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expression = Expression(text)
    except ExpressionError as error:
        assert 0 <= error.at <= len(text)
        return
    try:
        expression.value(Scope())
    except ExpressionError:
        return


@given(st.text(max_size=40))
def test_unicode_is_read_or_refused(text: str) -> None:
    try:
        Expression(text)
    except ExpressionError as error:
        assert error.message


TYPES: dict[str, Type] = {
    "n": NUMBER,
    "name": TEXT,
    "yes": BOOLEAN,
    "day": DATE,
    "items": list_of(TEXT),
    "ticket": record({"state": TEXT, "count": NUMBER}),
    "unknown": ANY,
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n + 1", NUMBER),
        ("name + 'x'", TEXT),
        ("ticket.state == 'closed'", BOOLEAN),
        ("items[0]", TEXT),
        ("unknown.a.b[0] + 1", NUMBER),
        ("unknown + unknown", ANY),
        ("ticket == none", BOOLEAN),
        ("day < date('2026-01-01')", BOOLEAN),
        ("days_between(day, day)", NUMBER),
    ],
)
def test_types(text: str, kind: Type) -> None:
    faults: list[str] = []
    assert Expression(text).type(TYPES, lambda message, at: faults.append(message)) == kind
    assert faults == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("n == 'a'", "a number is never equal to a text"),
        ("n + 'a'", "a text and a number cannot be joined; text(…) makes a text of it"),
        ("name < 3", "a text cannot be compared with a number"),
        ("yes < true", "a boolean has no order"),
        ("nam", 'nam is not known; did you mean "name"?'),
        ("ticket.stat", 'there is no stat; did you mean "state"?'),
        ("name.x", "a text has no x"),
        ("name[0]", "a text has no items"),
        ("not n", "a boolean is needed, this is a number"),
        ("yes and name", "a boolean is needed, this is a text"),
        ("lower(n)", "a text is needed, this is a number"),
        ("n in items", "a number is never in a list of text"),
        ("'a' in n", "'in' looks into a list or a text, this is a number"),
        ("day == '2026-01-01'", "a date is never equal to a text"),
        ("items[name]", "a number is needed, this is a text"),
    ],
)
def test_faults_of_types(text: str, fault: str) -> None:
    faults: list[str] = []
    Expression(text).type(TYPES, lambda message, at: faults.append(message))
    assert faults == [fault]


def test_names() -> None:
    assert Expression("a + f.b[c] == min(d, 1)".replace("f.", "e.")).names == {"a", "e", "c", "d"}


def test_types_survive_as_json() -> None:
    for one in TYPES.values():
        assert str(type_of_json(type_as_json(one))) == str(one)
    assert type_of_json(type_as_json(TYPES["ticket"])).fields == TYPES["ticket"].fields


def test_templates() -> None:
    assert Template.of("工单{ticket.state},{n}次{{原样}}").value(Scope()) == "工单closed,3次{原样}"
    assert Template.of("没有").expressions == ()
    for wrong in ("{n", "n}", "{n +}", "{}"):
        with pytest.raises(ValueError):
            Template.of(wrong)
