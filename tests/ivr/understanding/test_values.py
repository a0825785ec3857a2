"""Values in what people say: each kind as it is said, and back again for any value."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.prompts.aloud import aloud, cardinal
from ivr.prompts.spoken import hanzi, one_by_one
from ivr.understanding import values as values

TODAY = datetime.date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("幺三八零零零零零零零幺", "13800000001"), ("138 0000-0001", "13800000001"), ("一三八五个零一", "138000001"),
        ("工单号２０２６。０３", "工单号202603"), ("两个八", "88"), ("A区三号", "A区3号"), ("", ""),
    ],
)  # fmt: skip
def test_rows_of_digits(said: str, digits: str) -> None:
    assert values.in_digits(said) == digits


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("三千五", "3500"), ("三百二", "320"), ("一百零五", "105"), ("两万三", "23000"), ("3万5", "35000"),
        ("三万零五", "30005"), ("十", "10"), ("十二", "12"), ("一百一十", "110"), ("二零二六", "2026"),
        ("3,560", "3560"),
        ("三点一四", "3.14"), ("负五", "-5"), ("-3", "-3"), ("一共三千五百六十块", "3560"), ("一亿两千万", "120000000"),
        ("零", "0"), ("没有", None), ("", None), ("万", None), ("百", "100"), ("第二个", "2"),
    ],
)  # fmt: skip
def test_numbers(said: str, number: str | None) -> None:
    assert values.number(said) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("said", "money"),
    [
        ("一共欠了3,560块钱", "3560"), ("三块五", "3.5"), ("十二元零五分", "12.05"), ("八毛", "0.8"),
        ("两块八毛五分", "2.85"), ("三分钱", "0.03"),
        ("三万五千元", "35000"), ("12.5元", "12.5"), ("五百", "500"), ("免费", None),
    ],
)  # fmt: skip
def test_money(said: str, money: str | None) -> None:
    assert values.money(said) == (None if money is None else Decimal(money))


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("二零二六年三月五日", "2026-03-05"), ("2026年3月5号", "2026-03-05"), ("二六年三月五号", "2026-03-05"),
        ("三月五号", "2026-03-05"), ("12月30日", "2025-12-30"), ("去年十二月三十一号", "2025-12-31"),
        ("2026-3-5", "2026-03-05"), ("2026/03/05", "2026-03-05"), ("20260305", "2026-03-05"), ("今天", "2026-03-04"),
        ("昨天下午三点", "2026-03-03"), ("大前天", "2026-03-01"), ("大后天", "2026-03-07"), ("三天前", "2026-03-01"),
        ("十天以后", "2026-03-14"), ("上周三", "2026-02-25"), ("下星期天", "2026-03-15"), ("周五", "2026-03-06"),
        ("上上周一", "2026-02-16"), ("五号", "2026-03-05"), ("上个月二十八号", "2026-02-28"), ("下月1日", "2026-04-01"),
        ("二月三十号", None), ("十三月一号", None), ("2026-02-30", None), ("不知道", None), ("", None),
        ("二月二十九号", None), ("三号线", None),
    ],
)  # fmt: skip
def test_dates(said: str, date: str | None) -> None:
    found = values.date(said, TODAY)
    assert (found.isoformat() if found else None) == date


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("下午三点半", "15:30"), ("昨天下午3点", "15:00"), ("15:05", "15:05"), ("晚上八点一刻", "20:15"),
        ("零点", "00:00"),
        ("上午十点零五分", "10:05"), ("中午十二点", "12:00"), ("中午一点", "13:00"),
        ("二十四点", "00:00"), ("二十五点", None),
        ("三点七十", None), ("", None),
    ],
)  # fmt: skip
def test_times(said: str, time: str | None) -> None:
    found = values.time(said)
    assert (found.isoformat("minutes") if found else None) == time


@given(st.integers(0, 10**12 - 1))
def test_any_number_as_it_is_read_aloud(value: int) -> None:
    assert values.number(cardinal(value)) == value
    assert values.number(str(value)) == value


@given(st.integers(0, 10**8))
def test_any_amount_as_it_is_read_aloud(fen: int) -> None:
    assert values.money(aloud(f"{Decimal(fen) / 100:.2f}元")) == Decimal(fen) / 100


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)), st.dates())
def test_any_date_as_it_is_read_aloud(day: datetime.date, today: datetime.date) -> None:
    said = f"{one_by_one(str(day.year))}年{hanzi(day.month)}月{hanzi(day.day)}日"
    assert values.date(said, today) == values.date(day.isoformat(), today) == day
    near = values.date(f"{hanzi(day.month)}月{hanzi(day.day)}号", day)
    assert near == day


@given(st.times())
def test_any_time_as_it_is_read_aloud(moment: datetime.time) -> None:
    assert (
        values.time(aloud(f"{moment:%H:%M}"))
        == values.time(f"{moment:%H:%M}")
        == moment.replace(second=0, microsecond=0)
    )


CHARACTERS = "零一二三四五六七八九十百千万亿两幺半刻点分块元毛角年月日号周星期天上下前后去今明个负第,.:-/ 0123456789abc"


@given(st.text(st.sampled_from(CHARACTERS), max_size=40) | st.text(max_size=40), st.dates())
def test_nothing_that_is_said_is_too_much(said: str, today: datetime.date) -> None:
    for found in (values.number(said), values.money(said)):
        assert found is None or found.is_finite()
    values.date(said, today)
    values.time(said)
    assert values.in_digits(said).count("幺") == 0
