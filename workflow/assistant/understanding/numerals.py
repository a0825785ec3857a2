"""Chinese numerals as people say them."""

from __future__ import annotations

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "幺": 1,
}  # fmt: skip
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "0123456789０１２３４５６７８９零〇一二两三四五六七八九幺十百千"
"""The characters that a number may have."""


def number_of(words: str) -> int | None:
    """The number below 10,000 that words say, by place (二百零三) or by digits (二零三); None where they say none."""
    if not words or any(one not in NUMERAL for one in words):
        return None
    if words.isdecimal():
        return int(words)
    if not any(one in UNITS for one in words):
        return int("".join(str(DIGITS[one]) if one in DIGITS else str(int(one)) for one in words))
    total, last, unit = 0, None, 10_000
    for one in words:
        if one in UNITS:
            if UNITS[one] >= unit:
                return None
            unit = UNITS[one]
            total += (1 if last is None else last) * unit
            last = None
        elif one in DIGITS:
            if last not in (None, 0):
                return None
            last = DIGITS[one]
        else:
            return None
    if last:
        # 三百二 is 320: what follows a unit at once is of the next smaller one.
        total += last * (unit // 10 if unit > 10 and words[-2] in UNITS else 1)
    return total


def digits_of(words: str) -> str:
    """Each digit that is said or written, in order; everything else is left out."""
    return "".join(
        str(DIGITS[one]) if one in DIGITS else str(int(one)) for one in words if one in DIGITS or one.isdecimal()
    )
