"""Values in what people say or write in Chinese: numbers, money, dates, times, telephone and ticket numbers.

`幺三八零零…`, `二零二六年三月五号`, `上周三`, `三万五`, `三块五`, `138 0000 0001` and `五个零` are all understood.
Every function finds the first value of its kind, or gives None; none raises for any text.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal

_DIGITS = {character: str(value) for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": "0", "○": "0", "幺": "1", "两": "2", "洞": "0", "拐": "7"}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = (("亿", 10**8), ("万", 10**4))
_ONE = "0-9零〇一二三四五六七八九两"
_MANY = f"[{_ONE}十百千万亿]"
_PLACES = {
    "今天": 0, "今日": 0, "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "大前天": -3, "前天": -2,
    "昨天": -1, "昨日": -1,
}  # fmt: skip
_WEEKDAYS = {character: at % 7 for at, character in enumerate("一二三四五六日1234567")} | {"天": 6}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
_WEEKS = {"上上": -2, "上": -1, "下下": 2, "下": 1}

_TIMES = re.compile(rf"([{_ONE}])个([{_ONE}幺])(?!个)")
_CARDINAL = re.compile(rf"([负\-−])?({_MANY}+(?:,\d{{3}})*)(?:[点.]([{_ONE}]+))?")
_MONEY = re.compile(
    rf"({_MANY}+(?:,\d{{3}})*(?:[点.][{_ONE}]+)?)\s*(?:块|元|圆)(?:钱)?(?:([{_ONE}])(?:毛|角)?)?(?:零?([{_ONE}])分)?"
)
_CENTS = re.compile(rf"([{_ONE}])(?:毛|角)(?:([{_ONE}])分?)?|()([{_ONE}])分(?![钟之])")
_NO_NUMBER = re.compile("一[共般直下起样定些切旦致]")
_WRITTEN_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(?<!\d)(20\d{2})([01]\d)([0-3]\d)(?!\d)")
_SAID_DATE = re.compile(
    rf"(?:([{_ONE}]{{4}}|[{_ONE}]{{2}})年|(前年|去年|今年|明年))?的?([{_ONE}十]{{1,3}})月份?的?([{_ONE}十]{{1,4}})[日号]?"
)
_DAY_OF_MONTH = re.compile(rf"(上个?月|这个?月|本月|下个?月)?(?<![{_ONE}十])([{_ONE}十]{{1,3}})[日号](?!楼|线|院|码)")
_DAY_OF_WEEK = re.compile(rf"(上上|下下|上|下|这|本)?个?(?:周|星期|礼拜)([{''.join(_WEEKDAYS)}])")
_DAYS_AWAY = re.compile(rf"({_MANY}+)天(以?前|之前|以?后|之后)")
_TIME = re.compile(
    rf"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜)?({_MANY}{{1,3}})(?:点钟?|时|[:：](?=\d))"
    rf"(?:(半)|([一1三3])刻|零?({_MANY}{{1,3}})分?)?"
)
_LATER = ("下午", "傍晚", "晚上", "夜里")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def in_digits(text: str) -> str:
    """`text` with every numeral as a digit and rows of digits joined: `幺三八 零零` → `13800`, `四个零` → `0000`."""
    said = _TIMES.sub(lambda found: found[2] * int(_digit(found[1])), _plain(text))
    said = "".join(_DIGITS.get(one, one) for one in said)
    return re.sub(r"(?<=\d)[\s,.、。\-—–]+(?=\d)", "", said)


def _digit(character: str) -> str:
    return _DIGITS.get(character, character)


def whole(text: str) -> int | None:
    """A whole number below 10¹³ that is all of `text`: 三千五 → 3500, 一百零五 → 105, 二零二六 → 2026, 3万5 → 35000."""
    said = "".join(_digit(one) for one in text.replace(",", ""))
    if not said or not re.fullmatch(r"[\d十百千万亿]+", said):
        return None
    value = int(said) if said.isdigit() else _grouped(said)
    return value if value is not None and value < 10**13 else None


def _grouped(said: str) -> int | None:
    for name, size in _LARGE:
        before, found, after = said.partition(name)
        if not found:
            continue
        high = _below(before)
        if high is None:
            return None
        # `三万五` is 35,000; `三万零五` is not.
        low = int(after) * (size // 10) if len(after) == 1 and after != "0" and after.isdigit() else _rest(after)
        return None if low is None else high * size + low
    return _below(said)


def _rest(after: str) -> int | None:
    return _grouped(after) if after else 0


def _below(said: str) -> int | None:
    """`said` without 万 and 亿."""
    if said.isdigit():
        return int(said)
    total, pending, last = 0, "", 0
    for one in said:
        if one.isdigit():
            pending += one
        elif one not in _UNITS:
            return None
        else:
            total += (int(pending) if pending else 1) * _UNITS[one]
            pending, last = "", _UNITS[one]
    if not pending:
        return total or None
    is_short = len(pending) == 1 and last > 10
    return total + int(pending) * (last // 10 if is_short else 1)


def number(text: str) -> Decimal | None:
    """A number with its decimals: 三点一四, -3, 3,560, 两万三."""
    for found in _CARDINAL.finditer(_NO_NUMBER.sub("，", _plain(text))):
        value = whole(found[2])
        if value is None:
            continue
        exact = Decimal(f"{value}.{''.join(map(_digit, found[3]))}" if found[3] else value)
        return -exact if found[1] else exact
    return None


def money(text: str) -> Decimal | None:
    """Yuan: 三千五百六十块钱, 三块五, 十二元零五分, 八毛; else a bare number."""
    said = _plain(text)
    if found := _MONEY.search(said):
        value = number(found[1])
        if value is not None:
            return value + Decimal(_digit(found[2] or "0")) / 10 + Decimal(_digit(found[3] or "0")) / 100
    if found := _CENTS.search(said):
        tens, ones = _digit(found[1] or "0"), _digit(found[2] or found[4] or "0")
        return Decimal(tens) / 10 + Decimal(ones) / 100
    return number(said)


def date(text: str, today: datetime.date) -> datetime.date | None:
    """A date, also one told from today; without a year the one nearest to today."""
    said = _plain(text).replace(" ", "")
    for reading in (_written_date, _said_date, _near_date, _week_date, _month_date):
        try:
            if (found := reading(said, today)) is not None:
                return found
        except (ValueError, OverflowError):
            # A thirtieth of February is no other date.
            return None
    return None


def _written_date(said: str, _: datetime.date) -> datetime.date | None:
    found = _WRITTEN_DATE.search(said)
    return datetime.date(*(int(one) for one in found.groups() if one)) if found else None


def _said_date(said: str, today: datetime.date) -> datetime.date | None:
    found = _SAID_DATE.search(said)
    if found is None:
        return None
    month, day = whole(found[3]) or 0, whole(found[4]) or 0
    if found[1]:
        year = int("".join(map(_digit, found[1])))
        return datetime.date(year + 2000 if year < 100 else year, month, day)
    if found[2]:
        return datetime.date(today.year + _YEARS[found[2]], month, day)
    near = [_day(today.year + step, month, day) for step in (-1, 0, 1)]
    return min((one for one in near if one), key=lambda one: abs(one - today))


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _near_date(said: str, today: datetime.date) -> datetime.date | None:
    if (found := _DAYS_AWAY.search(said)) and (days := whole(found[1])) is not None:
        return today + datetime.timedelta(days=-days if "前" in found[2] else days)
    for word, days in sorted(_PLACES.items(), key=lambda one: -len(one[0])):
        if word in said:
            return today + datetime.timedelta(days=days)
    return None


def _week_date(said: str, today: datetime.date) -> datetime.date | None:
    found = _DAY_OF_WEEK.search(said)
    if found is None:
        return None
    weekday = _WEEKDAYS[found[2]]
    monday = today - datetime.timedelta(days=today.weekday())
    return monday + datetime.timedelta(weeks=_WEEKS.get(found[1] or "", 0), days=weekday)


def _month_date(said: str, today: datetime.date) -> datetime.date | None:
    found = _DAY_OF_MONTH.search(said)
    if found is None or (day := whole(found[2])) is None:
        return None
    step = {"上": -1, "下": 1}.get((found[1] or "")[:1], 0)
    year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return datetime.date(year, month + 1, day)


def time(text: str) -> datetime.time | None:
    """A time of day: 下午三点半, 15:05, 晚上八点一刻, 零点."""
    for found in _TIME.finditer(_plain(text).replace(" ", "")):
        hour = whole(found[2])
        minute = 30 if found[3] else int(_digit(found[4])) * 15 if found[4] else whole(found[5]) if found[5] else 0
        if hour is None or minute is None:
            continue
        if (found[1] in _LATER and hour < 12) or (found[1] == "中午" and hour < 3):
            hour += 12
        if hour <= 24 and minute <= 59:
            return datetime.time(hour % 24, minute)
    return None
