"""Numbers in Mandarin, checked by reading the spoken characters back with an independent reader."""

from __future__ import annotations

import datetime
import decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.prompts import spoken
from ivr.prompts.catalogue import PromptCatalogue, load_catalogue

CATALOGUE: PromptCatalogue = load_catalogue()
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def read_number(text: str) -> int:
    """Value of a number in characters: units multiply the digit before them, 万 and 亿 what was said so far."""
    if text.startswith("负"):
        return -read_number(text[1:])
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        elif character == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif character == "亿":
            total += (section + digit) * 10**8
            section = digit = 0
        else:
            raise AssertionError(f"{character} in {text}")
    return total + section + digit


def said(pieces: list[str]) -> str:
    return CATALOGUE.sentence(pieces)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "零"), (2, "二"), (10, "十"), (12, "十二"), (20, "二十"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (111, "一百一十一"), (200, "两百"), (202, "两百零二"), (1000, "一千"), (1001, "一千零一"),
        (1010, "一千零一十"), (1100, "一千一百"), (2000, "两千"), (10000, "一万"), (10001, "一万零一"),
        (10010, "一万零一十"), (12345, "一万两千三百四十五"), (20000, "两万"), (100000, "十万"), (120000, "十二万"),
        (110000, "十一万"), (1100000, "一百一十万"), (10000000, "一千万"), (100000000, "一亿"), (200000000, "两亿"),
        (100000005, "一亿零五"), (100005000, "一亿零五千"), (100050000, "一亿零五万"), (1010000000, "十亿一千万"),
        (-3, "负三"), (962151, "九十六万两千一百五十一"),
    ],
)  # fmt: skip
def test_numbers_as_people_say_them(value: int, text: str) -> None:
    assert said(spoken.number(value)) == text


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_a_number_is_understood_as_the_number_it_was(value: int) -> None:
    text = said(spoken.number(value))
    assert read_number(text) == value
    assert "零零" not in text
    assert value == 0 or not text.endswith("零")
    assert "零百" not in text and "零千" not in text and "零万" not in text and "二万" not in text[:2]


def test_a_number_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        spoken.number(10**12)


@given(st.text("0123456789*#", max_size=20))
def test_digits_are_read_one_by_one_with_yao(text: str) -> None:
    pieces = spoken.digits(text)
    assert "digit/1" not in pieces
    assert all("yao1" in CATALOGUE.get(piece).say for piece in pieces if "1" in CATALOGUE.text(piece))
    assert said(pieces) == text.replace("*", "星号").replace("#", "井号")


def test_a_mobile_number_is_grouped_and_digits_are_paired() -> None:
    assert spoken.digits("13812345679") == [
        "digits/13", "digit/8", "digits/12", "digits/34", "digits/56", "digits/79",
    ]  # fmt: skip
    assert spoken.digits("10211") == ["digits/10", "digits/21", "digit/yao"]


@pytest.mark.parametrize("text", ["12a", "一二", "１２", "1 2"])
def test_what_is_no_digit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no digit"):
        spoken.digits(text)


def test_a_ticket_number_skips_its_separators() -> None:
    assert said(spoken.ticket("2026-0311 0042")) == "202603110042"


@given(st.decimals(-(10**6), 10**6, places=3))
def test_decimals_keep_every_place(value: decimal.Decimal) -> None:
    text = said(spoken.amount(value))
    whole, _, fraction = text.partition("点")
    sign = -1 if whole.startswith("负") else 1
    assert sign * (abs(read_number(whole)) + decimal.Decimal(f"0.{fraction}")) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "零元"), ("2", "两元"), ("12.05", "十二元零五分"), ("0.5", "五角"), ("3.2", "三元两角"),
        ("200.22", "两百元两角两分"), ("-1.5", "负一元五角"), ("0.004", "零元"), ("1.995", "两元"),
    ],
)  # fmt: skip
def test_money(value: str, text: str) -> None:
    assert said(spoken.money(decimal.Decimal(value))) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e13"])
def test_money_that_cannot_be_said(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        spoken.money(decimal.Decimal(value))


def test_dates() -> None:
    day = datetime.date(2026, 10, 1)
    assert said(spoken.date(day)) == "10月1日"
    assert said(spoken.date(day, year=True, weekday=True)) == "2026年10月1日星期四"
    assert "二零三一" in CATALOGUE.get("year/2031").say
    # A year without a prompt of its own; in a year 1 is read 一, not 幺.
    assert spoken.date(datetime.date(2011, 1, 2), year=True)[:4] == ["digit/2", "digit/0", "digit/1", "digit/1"]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ((0, 0), "凌晨0点"), ((8, 5), "上午8点零五分"), ((12, 30), "中午12点三十分"), ((14, 0), "下午2点"),
        ((18, 10), "晚上6点十分"), ((23, 59), "晚上11点五十九分"),
    ],
)  # fmt: skip
def test_times(moment: tuple[int, int], text: str) -> None:
    assert said(spoken.time(datetime.time(*moment))) == text


def test_two_o_clock_is_liang() -> None:
    assert "两点" in CATALOGUE.get("hour/2").say
    assert "十二点" in CATALOGUE.get("hour/12").say
    assert spoken.time(datetime.time(14, 0), half_of_day=False) == ["hour/14"]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)), st.times())
def test_every_date_and_time_has_its_prompts(day: datetime.date, moment: datetime.time) -> None:
    pieces = spoken.date(day, year=True, weekday=True)
    pieces += spoken.time(moment) + spoken.time(moment, half_of_day=False)
    assert all(piece in CATALOGUE for piece in pieces)


@given(st.integers(0, 10**6))
def test_a_position_is_one_prompt(ahead: int) -> None:
    (piece,) = spoken.position(ahead)
    text = CATALOGUE.text(piece)
    assert str(ahead) in text if 1 <= ahead <= 30 else not any(character.isdigit() for character in text)


@given(st.floats(0, 10**7))
def test_an_estimate_never_promises_less_than_it_is(seconds: float) -> None:
    (piece,) = spoken.estimate(seconds)
    assert piece in CATALOGUE
    if piece == "estimate/less":
        assert seconds < 60
    elif piece == "estimate/many":
        assert seconds > 15 * 60
    else:
        minutes = int(piece.rpartition("/")[2])
        assert 60 * (minutes - 1) < seconds <= 60 * minutes


def test_negative_waits_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        spoken.estimate(-1)
    with pytest.raises(ValueError, match="not negative"):
        spoken.position(-1)


def test_an_agent_introduces_himself_by_number() -> None:
    assert said(spoken.agent("1008")) == "工号1008为您服务。"
