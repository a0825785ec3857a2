from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.settings.skills import ExpressionError, parse


@pytest.mark.parametrize(
    ("text", "levels", "holds"),
    [
        ("", {}, True),
        ("anyone", {}, True),
        ("social", {"social": 1}, True),
        ("social", {}, False),
        ("social >= 3", {"social": 3}, True),
        ("social > 3", {"social": 3}, False),
        ("social < 3", {}, True),
        ("social = 2", {"social": 2}, True),
        ("social != 2", {"social": 2}, False),
        ("not social", {"social": 2}, False),
        ("social_security >= 3 and (dialect >= 1 or mandarin >= 2)", {"social_security": 3, "mandarin": 2}, True),
        ("social_security >= 3 and (dialect >= 1 or mandarin >= 2)", {"social_security": 3, "mandarin": 1}, False),
        ("a or b and c", {"a": 1}, True),
        ("a or b and c", {"b": 1}, False),
        ("not a and b", {"b": 1}, True),
        ("普通话>=2 and english-b2", {"普通话": 2, "english-b2": 1}, True),
    ],
)
def test_expressions(text: str, levels: dict[str, int], holds: bool) -> None:
    assert parse(text).holds(levels) is holds


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("social >=", 9, "a level expected, the end found"),
        ("social >= 7", 10, "level 7 is not between 0 and 5"),
        ("(social", 7, "')' expected, the end found"),
        ("social mandarin", 7, "'and', 'or' or the end expected, 'mandarin' found"),
        ("social & mandarin", 7, "'&' is not understood"),
        ("and social", 0, "a skill expected, 'and' found"),
        ("social and", 10, "a skill expected, the end found"),
        ("social >= mandarin", 10, "a level expected, 'mandarin' found"),
        ("(" * 60 + "a", 50, "nested deeper than 50"),
    ],
)
def test_errors_name_the_place(text: str, position: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.position == position
    assert message in str(caught.value)
    assert f"at character {position + 1}" in str(caught.value)


def test_an_unknown_skill_is_named_with_its_place() -> None:
    with pytest.raises(ExpressionError, match="unknown skill 'englisch' at character 12"):
        parse("social and englisch").refuse_unknown({"social": "", "english": ""})


def test_the_score_is_the_sum_of_the_levels_in_the_skills_named() -> None:
    need = parse("a >= 2 or b and a < 5")
    assert need.skills == ("a", "b")
    assert need.score({"a": 3, "b": 2, "c": 5}) == 5


names = st.sampled_from(["a", "b", "c"])
atoms = st.builds(
    lambda name, sign, level: f"{name} {sign} {level}", names, st.sampled_from([">=", "<", "=="]), st.integers(0, 5)
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=8,
)


@given(expressions, st.dictionaries(names, st.integers(1, 5)))
def test_an_expression_means_what_python_would_say(text: str, levels: dict[str, int]) -> None:
    expected = eval(text, {}, {name: levels.get(name, 0) for name in "abc"})
    assert parse(text).holds(levels) is bool(expected)


@given(st.text(max_size=30))
def test_any_text_is_an_expression_or_an_error_with_a_place(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)
