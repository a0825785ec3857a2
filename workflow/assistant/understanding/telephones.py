"""Telephone numbers in what is said: digits, or numerals one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflow.assistant.understanding.lists import words
from workflow.assistant.understanding.numerals import digits_of
from workflow.assistant.understanding.said import Line, Proposal, Span

_DIGIT = "[0-9０-９零〇一二三四五六七八九幺]"
_RUN = re.compile(rf"{_DIGIT}(?:[ \-—－]?{_DIGIT})*")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0[1-9]\d{1,2}[2-8]\d{6,7}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_CALLED = ("电话", "号码", "座机", "手机", "打给", "联系方式", "拨打")
_OTHERS = words("others_numbers")
"""Whose number it is when it is not the caller's."""
BEFORE = 10
"""So many characters before a number say whose it is."""
CITIZENS_CARD = re.compile(r"[1-9]\d{16}[\dXx]")


def telephones(lines: Sequence[Line]) -> Iterator[Proposal]:
    """The caller's numbers, in the order they were said."""
    for number, line in enumerate(lines):
        cards = [(one.start(), one.end()) for one in CITIZENS_CARD.finditer(line.text)]
        for found in _RUN.finditer(line.text):
            if any(start <= found.start() < end for start, end in cards):
                continue
            digits = digits_of(found.group())
            before = line.text[max(0, found.start() - BEFORE) : found.start()]
            whole = _MOBILE.fullmatch(digits) or _FIXED.fullmatch(digits)
            if not whole and not (_LOCAL.fullmatch(digits) and any(one in before for one in _CALLED)):
                continue
            if any(one in before for one in _OTHERS):
                continue
            yield Proposal("contact", digits, (Span(number, found.start(), found.end()),))
