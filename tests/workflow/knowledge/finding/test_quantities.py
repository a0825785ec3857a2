"""Numbers and dates, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.knowledge.finding.quantities import quantity_terms


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2024年5月1日起", "d20240501"),
        ("2024-05-01", "d20240501"),
        ("2024/5/1", "d20240501"),
        ("5.1放假吗", "d0501"),
        ("五月一日", "d0501"),
        ("5月1号", "d0501"),
        ("十二月三十一日", "d1231"),
        ("两千元", "n2000yuan"),
        ("2千块", "n2000yuan"),
        ("2,000元", "n2000yuan"),
        ("３万元", "n30000yuan"),
        ("5.1万元", "n51000yuan"),
        ("一百二十元", "n120yuan"),
        ("三十天", "n30day"),
        ("15个工作日", "n15workday"),
        ("百分之三十", "n30percent"),
        ("30%", "n30percent"),
        ("半年", "n6month"),
        ("六个月", "n6month"),
        ("90平米", "n90square"),
    ],
)
def test_one_term(text: str, term: str) -> None:
    assert term in quantity_terms(text)


@pytest.mark.parametrize("text", ["13.45", "5.1.2", "12345", "一些", "万一", "13月", ""])
def test_what_is_none(text: str) -> None:
    assert not quantity_terms(text)


@given(st.text(alphabet="0123456789.,-/年月日号元万千百十零一二两三半个天%分之 ", max_size=40))
def test_any_text(text: str) -> None:
    assert all(term.isascii() and term.isalnum() for term in quantity_terms(text))
