"""When it happened: days, hours and spans that have passed, by the clock of who listens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from workflow.assistant.understanding.numerals import NUMERAL, number_of
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Piece, Proposal, pieces

_N = f"[{NUMERAL}]{{1,5}}"
_DAY = re.compile(
    rf"(?P<near>大前天|前天|昨天|昨日|昨晚|昨夜|今天|今日|今早|今晚|今晨|刚才|刚刚|前晚)"
    rf"|(?:(?P<year>\d{{4}}|[零〇一二三四五六七八九]{{4}}|去|今|前)年)?(?P<month>{_N})月(?:份)?(?P<half>初|底|中旬|上旬|下旬)?(?:(?P<day>{_N})(?:号|日))?"
    rf"|(?P<only>{_N})(?:号|日)(?!楼|院|线|门|店|路|机|桌|地|令|宅)"
    rf"|(?P<which>上上|上个|这个|上|这|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])"
    rf"|(?P<count>{_N}|半)(?:个)?(?P<unit>年|月|星期|礼拜|周|天|小时|钟头|分钟)(?:多)?(?:以)?(?:之)?前"
    rf"|(?P<last>上个月|上月|上周|上个星期|上个礼拜|去年|前年|这个月|本月)"
)
_HOUR = re.compile(
    rf"(?:的|，|,)?(?P<part>早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里|夜间|半夜|深夜|凌晨|晚|早)?(?:大概|大约|差不多)?"
    rf"(?P<hour>{_N})(?:点钟|点|时|:|：)(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N})分?)?(?!小|间|种|建议|问题|意见|儿|多钱)"
)
_PARTS = ("早上", "早晨", "清晨", "上午", "中午", "下午", "傍晚", "晚上", "夜里", "夜间", "半夜", "深夜", "凌晨")
NEAR = {"大前天": 3, "前天": 2, "前晚": 2, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1}
_LATER = ("下午", "傍晚", "晚上", "晚", "夜里", "夜间", "昨晚", "昨夜", "今晚", "前晚")
_AHEAD = ("之内", "以内", "内", "后", "之后", "以后", "前解决", "前完成")
_UNITS = {"星期": 7, "礼拜": 7, "周": 7, "天": 1}


def times(lines: Sequence[Line], now: datetime) -> Iterator[Proposal]:
    """Times that are not in the future, in the order they were said: `2026-11-27 20:30`, or without hour, day or month.

    `now` is the time of who speaks.
    """
    for piece in pieces(lines, CLAUSE_ENDS.replace("：", "").replace(":", "")):
        at = 0
        while found := _DAY.search(piece.text, at):
            at = max(found.end(), at + 1)
            day = _day(found, now.date())
            if day is None or piece.text[found.end() :].startswith(_AHEAD):
                continue
            value, end = _with_hour(piece, found, day, now)
            if value and value <= f"{now:%Y-%m-%d %H:%M}":
                yield Proposal("event_at", value, (piece.span(found.start(), end),))
                at = max(at, end)


def _with_hour(piece: Piece, found: re.Match[str], day: str, now: datetime) -> tuple[str, int]:
    hour = _HOUR.match(piece.text, found.end()) if len(day) == 10 else None
    near = found["near"] or ""
    if near in ("刚才", "刚刚"):
        return f"{now:%Y-%m-%d %H:%M}", found.end()
    if hour is None:
        part = next((one for one in _PARTS if piece.text.startswith(one, found.end())), "")
        return day, found.end() + len(part)
    said = number_of(hour["hour"])
    minute = 30 if hour["half"] else 15 * int(number_of(hour["quarter"]) or 0) if hour["quarter"] else 0
    if hour["minute"]:
        minute = number_of(hour["minute"]) or 0
    if said is None or said > 24 or minute > 59:
        return day, found.end()
    if said < 12 and ((hour["part"] or near) in _LATER or (hour["part"] == "中午" and said < 4)):
        said += 12
    if said == 24:
        return day, found.end()
    return f"{day} {said:02}:{minute:02}", hour.end()


def _day(found: re.Match[str], today: date) -> str | None:
    if near := found["near"]:
        return f"{today - timedelta(days=NEAR.get(near, 0)):%Y-%m-%d}"
    if found["month"]:
        return _of_month(found, today)
    if found["only"]:
        day = number_of(found["only"])
        return _date(today.year, today.month, day) if day and day <= today.day else None
    if found["weekday"]:
        back = {None: 0, "这": 0, "这个": 0, "本": 0, "上": 1, "上个": 1, "上上": 2}[found["which"]]
        weekday = "一二三四五六日".find(found["weekday"].replace("天", "日"))
        weekday = int(found["weekday"]) - 1 if weekday < 0 else weekday
        return f"{today - timedelta(days=today.weekday() - weekday + 7 * back):%Y-%m-%d}"
    if found["last"]:
        return _last(found["last"], today)
    return _ago(found["count"], found["unit"], today)


def _of_month(found: re.Match[str], today: date) -> str | None:
    month = number_of(found["month"])
    if not month or month > 12:
        return None
    said = found["year"] or ""
    year = today.year - {"去": 1, "前": 2}.get(said, 0)
    if len(said) == 4:
        year = number_of(said) or 0
    elif not said and month > today.month:
        year -= 1
    if not found["day"]:
        return f"{year:04}-{month:02}"
    day = number_of(found["day"])
    return _date(year, month, day) if day else None


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return f"{date(year, month, day):%Y-%m-%d}"
    except ValueError:
        return None


def _last(said: str, today: date) -> str:
    if said in ("去年", "前年"):
        return f"{today.year - (1 if said == '去年' else 2):04}"
    if said in ("这个月", "本月"):
        return f"{today:%Y-%m}"
    if "月" in said:
        return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    return f"{today - timedelta(days=today.weekday() + 7):%Y-%m-%d}"


def _ago(count: str, unit: str, today: date) -> str | None:
    half = count == "半"
    number = number_of(count) if not half else 0
    if number is None or number > 3000:
        return None
    if unit in ("小时", "钟头", "分钟"):
        return f"{today:%Y-%m-%d}"
    if unit in _UNITS:
        return f"{today - timedelta(days=number * _UNITS[unit]):%Y-%m-%d}"
    months = (6 if half else 12 * number) if unit == "年" else (0 if half else number)
    if unit == "月" and half:
        return f"{today - timedelta(days=15):%Y-%m-%d}"
    whole = today.year * 12 + today.month - 1 - months
    if whole < 12:
        return None
    return f"{whole // 12:04}" if unit == "年" and not half else f"{whole // 12:04}-{whole % 12 + 1:02}"
