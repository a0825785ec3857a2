"""Numbers and dates as people write them, each as one term: 两千元, 2千元 and 2,000元 are one, 5.1 and 五月一日 too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_DIGITS = {one: value for value, ones in enumerate("零〇 一 二两 三 四 五 六 七 八 九".split()) for one in ones}
_TENS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
_CHINESE = "零〇一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,12}}(?:\.\d{{1,6}})?|[{_CHINESE}]{{1,12}})"
_UNITS = {
    "元": "yuan", "块": "yuan", "天": "day", "日": "day", "工作日": "workday", "个工作日": "workday", "年": "year",
    "个月": "month", "岁": "sui", "周岁": "sui", "周": "week", "星期": "week", "小时": "hour", "个小时": "hour",
    "平方米": "square", "平米": "square", "平方": "square", "亩": "mu", "%": "percent", "倍": "times",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_AMOUNT = re.compile(rf"({_NUMBER})\s?([千百]?[万亿千百]?)\s?({_UNIT})")
_SHARE = re.compile(rf"百分之({_NUMBER})")
_HALVES = {"半年": ("6", "month"), "半个月": ("15", "day"), "半月": ("15", "day")}
_PART = rf"(\d{{1,2}}|[{_CHINESE}]{{1,3}})"
_MONTH_DAY = re.compile(rf"(?:(\d{{4}})\s?年\s?)?{_PART}\s?月\s?{_PART}\s?[日号]")
_WHOLE_DATE = re.compile(r"(?<!\d)(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d)")
_POINT_DATE = re.compile(rf"(?<![\d.])(\d{{1,2}})\.(\d{{1,2}})(?![\d.万亿千百]|\s?(?:{_UNIT}))")
_NEAR = 8
"""A number's unit stands within so many characters behind it."""
_BEGINS = rf"[\d{_CHINESE}半]"
_SAID = re.compile(rf"{_BEGINS}(?:.{{0,{_NEAR}}}?{_BEGINS})*.{{0,{_NEAR}}}", re.DOTALL)
"""What of a text may be an amount or a date: the exact patterns are slow, and most of a text has none."""
MONTHS, DAYS = 12, 31


def quantity_terms(text: str) -> list[str]:
    """The terms of a text's dates and amounts: `d0501`, `d20240501`, `n2000yuan`."""
    plain = "\n".join(_SAID.findall(unicodedata.normalize("NFKC", text).casefold()))
    return [*_dates(plain), *_amounts(plain)]


def _dates(text: str) -> Iterator[str]:
    for year, month, day in _MONTH_DAY.findall(text):
        yield from _date(year, _value(month), _value(day))
    for year, _, month, day in _WHOLE_DATE.findall(text):
        yield from _date(year, _value(month), _value(day))
    for month, day in _POINT_DATE.findall(text):
        yield from _date("", _value(month), _value(day))


def _date(year: str, month: float, day: float) -> Iterator[str]:
    if 1 <= month <= MONTHS and 1 <= day <= DAYS:
        yield f"d{int(month):02}{int(day):02}"
        if year:
            yield f"d{year}{int(month):02}{int(day):02}"


def _amounts(text: str) -> Iterator[str]:
    for number, scale, unit in _AMOUNT.findall(text):
        value = _value(number)
        for one in scale:
            value *= _TENS.get(one) or _BIG[one]
        yield _amount(value, _UNITS[unit])
    for number in _SHARE.findall(text):
        yield _amount(_value(number), "percent")
    for words, (number, unit) in _HALVES.items():
        if words in text:
            yield f"n{number}{unit}"


def _amount(value: float, unit: str) -> str:
    said = f"{value:.6f}".rstrip("0").rstrip(".")
    return f"n{said.replace('.', 'p')}{unit}"


def _value(number: str) -> float:
    """The value of digits, or of Chinese numerals below ten thousand; 二〇二四 is read by its digits."""
    if number[0].isdecimal():
        return float(number.replace(",", ""))
    if len(number) > 1 and not any(one in _TENS for one in number):
        return float("".join(str(_DIGITS[one]) for one in number))
    total, last = 0, 0
    for one in number:
        if one in _TENS:
            total += (last or 1) * _TENS[one]
            last = 0
        else:
            last = _DIGITS[one]
    return float(total + last)
