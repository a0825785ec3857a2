"""Numbers as one writes them: 二零二六年十一月 is 2026年11月, 幺三八… a telephone number in groups, 百分之五 5%.

What is no number stays: 一下, 万一, 十分感谢, 三心二意, 四川. Small counts stay as they are said (一个, 两位), as
GB/T 15835 leaves it to the writer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_DIGITS = {
    "零": 0,
    "〇": 0,
    "幺": 1,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_D = "零〇幺一二三四五六七八九"
_N = "零〇一二两三四五六七八九十百千万亿"
_UNITS = (
    "公里|千米|平方米|平方|立方米|公斤|千克|毫米|厘米|小时|分钟|周岁|号楼|单元|元|块|角|岁|度|米|吨|亩|层|楼|栋|幢|室|路|月|"
    "日|号|秒|位数|年级|万|亿|瓦|兆|升"
)
_ONE_STAYS = ("块", "度", "路", "号", "层", "楼", "日", "角", "米", "万", "亿", "秒")
"""After 一 alone these make other words: 一块, 一度, 一路, 一层, 一日."""
_ONE_COUNTS = ("号楼", "度电", "层楼", "号线")

_YEAR = re.compile(rf"[{_D}]{{4}}(?=年)|[{_D}]{{2}}(?=年[一二三四五六七八九十]{{1,3}}月)")
_ROW = re.compile(rf"(?<![十百千万亿])[{_D}]{{3,}}(?![十百千万亿])")
_TELEPHONE = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[0-9]{9,11})(?![0-9])")
_PERCENT = re.compile(rf"(百分之|千分之)([{_N}]+(?:点[{_D}]+)?)")
_DECIMAL = re.compile(rf"([{_N}]+)点([{_D}]+)(?![{_D}分钟半刻十百千万])")
_TIME = re.compile(r"([一二两三四五六七八九十]{1,3})点([零一二三四五六七八九十]{1,4})分(?!之)")
_NUMBER = re.compile(rf"[{_N}]+")
_WITH_UNIT = re.compile(rf"[一二两三四五六七八九十](?=(?:{_UNITS}))")
_HOUR = re.compile(
    r"(?<=上午|下午|早上|晚上|中午|凌晨|夜里|今天|明天|昨天|每天)[一二两三四五六七八九十](?=点(?!多?[儿意要什]))"
    r"|[一二两三四五六七八九十](?=点(?:半|钟|整|多钟|左右|以前|以后|之前|之后|[一三]刻))"
)
_IDIOMS = re.compile(
    "千万(?!元|块|人|户|亩|吨|米|平|多|的资|资)|万一|十分(?!之|钟)|一[下些样般直定共起切边会旦]|百分百|百姓|千方百计|三心二意|乱七八糟|"
    "四面八方|五颜六色|七上八下|九牛一毛|一五一十|三三两两|百货|千里|万能|万分|万岁|百科|十字|四川|三亚|九江|六安|两江|五一|十一黄金周|"
    "百度|千斤顶|万事|万物|十足|三轮|三农|一二线|三四线|一一|二维|第三者|三甲"
)


@dataclass(frozen=True, slots=True)
class Written:
    """`text`, and for each of its characters the number of the one of the spoken text at which its moment begins."""

    text: str
    origins: tuple[int, ...]


def written(text: str) -> Written:
    """`text` with its numbers as one writes them."""
    done = _Draft(text)
    done.change(_PERCENT, lambda found: _number(found[2]) + ("%" if found[1] == "百分之" else "‰"))
    done.change(_YEAR, lambda found: _row(found[0]))
    done.change(_TIME, lambda found: f"{_number(found[1])}点{_number(found[2].lstrip('零'))}分")
    done.change(_ROW, lambda found: grouped(_row(found[0])))
    done.change(_TELEPHONE, lambda found: grouped(found[0]))
    done.keep(_IDIOMS)
    done.change(_DECIMAL, lambda found: f"{_number(found[1])}.{_row(found[2])}")
    done.change(_NUMBER, lambda found: _number(found[0]) if _is_large(found[0]) else found[0])
    done.change(_HOUR, lambda found: _number(found[0]))
    done.change(_WITH_UNIT, _small)
    return done.written()


def timed(text: str, times: Sequence[float]) -> tuple[str, tuple[float, ...]]:
    """The same, and when each of its characters began; without times there are none."""
    found = written(text)
    if len(times) != len(text):
        return found.text, ()
    return found.text, tuple(times[one] for one in found.origins)


def grouped(digits: str) -> str:
    """A telephone number in groups: 138 0000 0001, 0519-8888 6666; other rows of digits as they are."""
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if area := re.fullmatch(r"(0(?:10|2\d)|0[3-9]\d{2})(\d{3,4})(\d{4})", digits):
        return f"{area[1]}-{area[2]} {area[3]}"
    return digits


class _Draft:
    """A text of which parts are settled, one after the other."""

    def __init__(self, text: str) -> None:
        self._said = text
        self._settled: list[tuple[int, int, str]] = []

    def keep(self, what: re.Pattern[str]) -> None:
        """Nothing changes there."""
        self.change(what, lambda found: found[0])

    def change(self, what: re.Pattern[str], to: Callable[[re.Match[str]], str]) -> None:
        """Settle what is found in what is open yet."""
        at = 0
        while (found := what.search(self._said, at)) is not None:
            start, end = found.span()
            at = end
            if not any(start < b and a < end for a, b, _ in self._settled):
                new = to(found)
                if new != found[0] or what is _IDIOMS:
                    self._settled.append((start, end, new))

    def written(self) -> Written:
        """All of it."""
        text, origins, at = "", list[int](), 0
        for start, end, new in [*sorted(self._settled), (len(self._said), len(self._said), "")]:
            text += self._said[at:start] + new
            origins += range(at, start)
            # The parts of a number were said one after the other.
            origins += [start + number * (end - start) // len(new) for number in range(len(new))]
            at = end
        return Written(text, tuple(origins))


def _row(digits: str) -> str:
    return "".join(str(_DIGITS[one]) for one in digits)


def _is_large(number: str) -> bool:
    """Whether it is written in digits without a unit after it: it has tens, and is not one power of ten alone."""
    return len(number) > 1 and any(one in _TENS or one in "万亿" for one in number) and _value(number) is not None


def _number(number: str) -> str:
    if "点" in number:
        whole, _, rest = number.partition("点")
        return f"{_number(whole)}.{_row(rest)}"
    value = _value(number)
    if value is None:
        return number
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        # 三十五万 stays 35万, 一万两千 is 12000.
        if value >= size and value % size == 0 and number.endswith(unit):
            return f"{value // size}{unit}"
    return str(value)


def _value(number: str) -> int | None:
    """The value of a number said in full (三百零五, 两万八); None for what is none."""
    total = section = 0
    digit: int | None = None
    last = 10
    ended = False
    for at, one in enumerate(number):
        if one in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[one]
            ended = at == len(number) - 1
        elif one in _TENS:
            size = _TENS[one]
            if (digit is None and not (size == 10 and at == 0)) or digit == 0:
                return None
            section += (digit if digit is not None else 1) * size
            digit, last = None, size
        else:
            size = 10**4 if one == "万" else 10**8
            section += digit or 0
            if not section:
                return None
            total = (total + section) * size if size == 10**8 else total + section * size
            section, digit, last = 0, None, size
    if digit is not None:
        # 三百五 is 350, 三百零五 is 305.
        is_short = ended and len(number) > 1 and number[-2] in "百千万亿"
        section += digit * (last // 10 if is_short else 1)
    return total + section


def _small(found: re.Match[str]) -> str:
    after = found.string[found.end() :]
    before = found.string[found.start() - 1 : found.start()]
    if before and before in "第几数多上下每" + _N:
        return found[0]
    if (
        found[0] == "一"
        and after.startswith(_ONE_STAYS)
        and not after.startswith(("号楼", "点钟", "度电", "层楼", "号线"))
    ):
        return found[0]
    return _number(found[0])
