"""Numbers of cards are not in transcripts; others are, and every character stays in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.transcripts.lines import Line
from workflow.transcripts.masking import HIDDEN, Masker, masked, without_telephones

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def line(text: str, after: float = 0.0, number: int = 1) -> Line:
    return Line(number, "caller", "", NOW + timedelta(seconds=after), 2.0, text)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("身份证320102199003076518对吧", f"身份证{HIDDEN * 18}对吧"),
        ("卡号6222 0212 3456 7890 123", f"卡号{' '.join([HIDDEN * 4] * 4)} {HIDDEN * 3}"),
        ("三二零幺零二一九九零零三零七六五一X", HIDDEN * 18),
        ("我的电话13812345678，2026年3月5日", "我的电话13812345678，2026年3月5日"),
        ("工单202611020012号", "工单202611020012号"),
        ("三号楼一单元五零二", "三号楼一单元五零二"),
    ],
)
def test_numbers_of_cards(said: str, shown: str) -> None:
    assert masked(said) == shown


def test_telephone_numbers_by_right() -> None:
    assert without_telephones("打13812345678找我，三号楼") == f"打138{HIDDEN * 6}78找我，三号楼"
    assert without_telephones("尾号5678") == "尾号5678"


def test_a_number_said_in_pieces() -> None:
    masker = Masker()
    assert [one.text for one in masker.take(line("3201021990"))] == ["3201021990"]
    assert [one.text for one in masker.take(line("然后是0307", 4, 2))] == [HIDDEN * 10, f"然后是{HIDDEN * 4}"]
    # What is left of it goes with it.
    assert [one.text for one in masker.take(line("6518", 8, 3))][-1] in ("6518", HIDDEN * 4)


def test_two_numbers_far_apart_are_two() -> None:
    masker = Masker()
    masker.take(line("12345678"))
    assert [one.text for one in masker.take(line("87654321", 60, 2))] == ["87654321"]
    assert [one.text for one in masker.take(line("好的谢谢您再见了", 62, 3))] == ["好的谢谢您再见了"]
    assert [one.text for one in masker.take(line("87654321", 64, 4))] == ["87654321"]


@given(st.text(alphabet="0123456789一二三零幺 ，-号x王", max_size=60))
def test_every_character_keeps_its_place(text: str) -> None:
    for shown in (masked(text), without_telephones(text)):
        assert len(shown) == len(text)
        assert all(new in (old, HIDDEN) for old, new in zip(text, shown, strict=True))
    assert masked(masked(text)) == masked(text)
