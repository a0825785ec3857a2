"""Telephone and identity-card numbers inside what people write, however they write them, and the text without them.

Mobile numbers (11 digits from 13 to 19), landline ones with their area code, those of other countries with a `+`, and
numbers of identity cards (18 digits, GB 11643-1999, and the 15 of before). Digits may be full-width, in groups with
blanks or hyphens between; a local number of 7 or 8 digits counts where a word says that it is a telephone's. Numbers of
tickets, amounts, dates, and service numbers (12345, 400…) are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

HIDDEN = "*"
_NARROW = str.maketrans(
    {**{chr(0xFF01 + at): chr(0x21 + at) for at in range(94)}, "　": " ", "—": "-", "–": "-", "‐": "-", "·": "-"}
)
"""Full-width characters and kinds of hyphens, one for one."""
_GAP = r"[ -]?"
_MONEY = r"(?!\.\d|,\d|\s?(?:元(?![旦月宵])|万元|亿元))"
_CHINA = rf"(?:(?:\+|00)?86{_GAP})?"
_CARD = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?!\d)")
_OLD_CARD = re.compile(r"(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)" + _MONEY)
_MOBILE = re.compile(rf"(?<!\d)(?<!\d\.)(?<!\d,){_CHINA}(?P<part>0?1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d){_MONEY}")
_LANDLINE = re.compile(
    rf"(?<!\d)(?<!\d\.)(?:(?:\+|00)86{_GAP}\(?0?|\(?0)(?:10|2\d|[3-9]\d{{2}})\)?[ -]{{0,2}}"
    rf"[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d){_MONEY}"
)
_ABROAD = re.compile(rf"(?<!\d)(?:\+|00)(?!86)[1-9]\d{{0,2}}(?:{_GAP}\d){{6,12}}(?!\d)")
_LOCAL = re.compile(
    rf"(?:电话|座机|手机|号码|联系方式|致电|tel)[是为:： .]{{0,3}}(?P<part>[2-9]\d{{2,3}}{_GAP}\d{{4}})(?!\d)", re.I
)
_DIGIT = re.compile(r"[\dXx]")
_FOUND = ((_CARD, "card"), (_OLD_CARD, "card"), (_MOBILE, ""), (_LANDLINE, ""), (_ABROAD, ""), (_LOCAL, ""))
SHORTEST = 7
"""Digits of the shortest number."""


def numbers_in(text: str, *, cards: bool = True, telephones: bool = True) -> Iterator[tuple[int, int]]:
    """Where personal numbers stand, `start` to `end` in characters, in no order; some may overlap."""
    if sum(one.isdecimal() for one in text) < SHORTEST:
        return
    narrow = text.translate(_NARROW)
    for pattern, kind in _FOUND:
        if not (cards if kind else telephones):
            continue
        for found in pattern.finditer(narrow):
            if pattern is _CARD and not _is_card(found[0]):
                continue
            yield found.span("part" if "part" in pattern.groupindex else 0)


def without_numbers(text: str, *, cards: bool = True, telephones: bool = True) -> str:
    """The text with `*` for most digits of each: `138****0001`, `320*************21`. Its length stays."""
    said = list(text)
    for start, end in numbers_in(text, cards=cards, telephones=telephones):
        places = [at for at in range(start, end) if _DIGIT.match(text[at].translate(_NARROW))]
        front, back = (3, 2) if len(places) >= 15 else (3, 4) if len(places) >= 11 else (2, 2)
        for at in places[front : len(places) - back]:
            said[at] = HIDDEN
    return "".join(said)


def put_back(said: str, kept: str, shown: str) -> str:
    """What somebody sends back who was `shown` a text without its numbers: with those of the `kept` one again."""
    for start, end in sorted(set(numbers_in(kept))):
        hidden = shown[start:end]
        if HIDDEN in hidden:
            said = said.replace(hidden, kept[start:end], 1)
    return said


def _is_card(said: str) -> bool:
    """Whether 18 digits are an identity card's: a day of birth in them, and the check digit of ISO 7064, MOD 11-2."""
    digits = re.sub(r"[ -]", "", said).upper()
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(one) * 2 ** (17 - at) for at, one in enumerate(digits[:17]))
    return "1900" <= digits[6:10] < "2100" and "10X98765432"[total % 11] == digits[17]
