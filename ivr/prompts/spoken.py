"""How numbers, digits, dates, times and money are said in Mandarin, as text and as lists of prompt ids.

The pieces are whole where people say them in one breath (0 to 99, a month, an hour), so that a sentence takes few
files and sounds even. Ranges are stated at each function; outside of them ValueError is raised.
"""

from __future__ import annotations

import datetime
import decimal
import re

_DIGITS = "零一二三四五六七八九"
_LARGEST = 10**12 - 1
_KEYS = {"*": "digit/star", "#": "digit/pound"}


def hanzi(number: int) -> str:
    """Return 0 to 99 as it is written in characters: 十五, 二十, 九十九."""
    if not 0 <= number <= 99:
        raise ValueError(f"{number} is not in 0–99")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + _DIGITS[ones] if ones or not tens else head


def counted(number: int) -> str:
    """Like `hanzi`, with 两 for a bare two before a measure word: 两位, but 十二位."""
    return "两" if number == 2 else hanzi(number)


def one_by_one(digits: str) -> str:
    """Return digits in characters, one by one: 26 → 二六, with a plain 一."""
    return "".join(_DIGITS[int(digit)] for digit in digits)


def number(value: int) -> list[str]:
    """Return the pieces of a whole number below 10¹² in size: 105 → 一百 零 五, 20000 → 两 万, -3 → 负 三."""
    if abs(value) > _LARGEST:
        raise ValueError(f"{value} is too large to be said")
    if value < 0:
        return ["number/minus", *number(-value)]
    pieces: list[str] = []
    skipped = False
    for unit, name in ((10**8, "number/yi"), (10**4, "number/wan"), (1, "")):
        group, value = divmod(value, unit)
        if not group:
            skipped = bool(pieces)
            continue
        gap = bool(pieces) and (skipped or group < 1000)
        if gap and group < 10:
            pieces.append(f"number/zero/{group}")
        else:
            pieces += (["number/0"] if gap else []) + _group(group, leading=not pieces, named=bool(name))
        if name:
            pieces.append(name)
        skipped = False
    return pieces or ["number/0"]


def _group(group: int, *, leading: bool, named: bool) -> list[str]:
    """Pieces of 1 to 9999. `leading`: nothing was said before; `named`: 万 or 亿 follows, so that 2 is 两."""
    if leading and named and group == 2:
        return ["number/two"]
    thousands, rest = divmod(group, 1000)
    hundreds, tail = divmod(rest, 100)
    pieces: list[str] = []
    if thousands:
        pieces.append(f"number/{thousands}000")
    if hundreds:
        pieces.append(f"number/{hundreds}00")
    gap = (thousands and not hundreds) or (hundreds and tail < 10)
    if gap and 0 < tail < 10:
        pieces.append(f"number/zero/{tail}")
    elif tail:
        pieces += ["number/0"] if gap else []
        pieces.append(f"number/inner/{tail}" if 10 <= tail < 20 and (pieces or not leading) else f"number/{tail}")
    return pieces


def digits(text: str) -> list[str]:
    """Return digits read one by one, as in a telephone number: 1 is 幺. `*` and `#` are said too.

    Two digits are one piece wherever possible, for they flow better; mobile numbers go 3-4-4.
    """
    for character in text:
        if character not in _KEYS and not (character.isascii() and character.isdigit()):
            raise ValueError(f"{character!r} is no digit in {text!r}")
    pieces: list[str] = []
    for run in re.findall(r"1\d{10}(?!\d)|\d+|[*#]", text):
        for group in (run[:3], run[3:7], run[7:]) if len(run) == 11 and run[0] == "1" else (run,):
            pieces += _paired(group)
    return pieces


def _paired(run: str) -> list[str]:
    if run in _KEYS:
        return [_KEYS[run]]
    pieces = [f"digits/{run[at : at + 2]}" for at in range(0, len(run) - 1, 2)]
    if len(run) % 2:
        pieces.append("digit/yao" if run[-1] == "1" else f"digit/{run[-1]}")
    return pieces


def ticket(number: str) -> list[str]:
    """Return a ticket's number digit by digit; hyphens and spaces are skipped, Latin letters are refused."""
    return digits("".join(character for character in number if character not in "- "))


def amount(value: decimal.Decimal | int) -> list[str]:
    """Return a number with its decimals: 3.14 → 三 点 一 四."""
    exact = decimal.Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"{value} cannot be said")
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    pieces = (["number/minus"] if exact < 0 else []) + number(int(whole))
    if fraction:
        pieces += ["number/point", *(f"digit/{digit}" for digit in fraction)]
    return pieces


def money(value: decimal.Decimal | int) -> list[str]:
    """Return yuan to two decimals: 12.05 → 十二 元 零 五 分, 2 → 两 元, 0.5 → 五 角."""
    exact = decimal.Decimal(value)
    if not exact.is_finite() or abs(exact) > _LARGEST:
        raise ValueError(f"{value} cannot be said as money")
    fen = int(abs(exact).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP).scaleb(2))
    yuan, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    pieces = ["number/minus"] if exact < 0 and (yuan or rest) else []
    if yuan or not rest:
        *before, last = number(yuan)
        pieces += [*before, _yuan(last)]
    if jiao:
        pieces.append(f"money/jiao/{jiao}")
    if fen:
        pieces.append(f"money/fen/zero/{fen}" if yuan and not jiao else f"money/fen/{fen}")
    return pieces


def _yuan(last: str) -> str:
    """The last piece of a number with 元 after it, in one breath."""
    unit = last.removeprefix("number/")
    return f"money/{unit}_yuan" if unit in ("wan", "yi") else f"money/yuan/{unit}"


def date(day: datetime.date, *, year: bool = False, weekday: bool = False) -> list[str]:
    """Return a date: the year digit by digit, 三月, 五日, and 星期四 when asked for."""
    pieces: list[str] = []
    if year and 2020 <= day.year <= 2045:
        pieces.append(f"year/{day.year}")
    elif year:
        pieces += [*(f"digit/{digit}" for digit in f"{day.year:04d}"), "date/year"]
    pieces += [f"month/{day.month}", f"day/{day.day}"]
    if weekday:
        pieces.append(f"weekday/{day.isoweekday()}")
    return pieces


def time(moment: datetime.time, *, half_of_day: bool = True) -> list[str]:
    """Return hours and minutes, 下午 三点 零五分; on the 24-hour clock when `half_of_day` is not wanted."""
    if not half_of_day:
        return [f"hour/{moment.hour}", *_minutes(moment.minute)]
    hour = moment.hour
    part = (
        "dawn"
        if hour < 6
        else "morning"
        if hour < 12
        else "noon"
        if hour < 13
        else "afternoon"
        if hour < 18
        else "evening"
    )
    return [f"daypart/{part}", f"hour/{hour - 12 if hour > 12 else hour}", *_minutes(moment.minute)]


def _minutes(minute: int) -> list[str]:
    return [f"minute/{minute}"] if minute else []


def position(ahead: int) -> list[str]:
    """Return the announcement of how many callers are ahead in the queue; one file a sentence."""
    if ahead < 0:
        raise ValueError("a place in a queue is not negative")
    return [f"position/{ahead}" if ahead <= 30 else "position/many"]


def estimate(seconds: float) -> list[str]:
    """Return the announcement of an expected wait, rounded up to minutes; one file a sentence."""
    if seconds < 0:
        raise ValueError("a wait is not negative")
    minutes = -int(-seconds // 60)
    return [f"estimate/{minutes}" if 1 < minutes <= 15 else "estimate/1" if seconds == 60 else "estimate/less"
            if minutes <= 1 else "estimate/many"]  # fmt: skip


def agent(number: str) -> list[str]:
    """Return 工号 … 为您服务 with the agent's number digit by digit."""
    return ["agent/number", *digits(number), "agent/serves"]
