"""Whether a password can be guessed by whoever knows what people take: common words in any disguise, names, walks.

Places are those of `identity/gb2260.txt` (provinces, cities, districts) in pinyin, with and without 省, 市, 区, 县.
What is common stands in `common_passwords.txt.xz`: the first 10,000 of zxcvbn's list (MIT licence, beside it).
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt.xz")
PLACES = Path(__file__).with_name("place_names.txt")
HERE = (
    "hotline rexian zhengwu fuwu kefu zuoxi woaini zhongguo beijing chengdu admin administrator 12345 1314 5201314 "
    "wang zhang chen yang zhao huang zhou liang song tang zheng feng jiang xiao deng zeng peng"
).split()
"""What the world's list lacks and people here take."""
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "`1234567890-=",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik",
    "147258369",
    "159753",
    "qazwsxedcrfvtgbyhnujmikolp",
)
"""Alphabet, digits and keyboard; walks go forwards and backwards."""
SHORTEST_WALK = 3
SHORTEST_WORD = 4
LEET = str.maketrans("@4831!$05729", "aabeiisostzg")
LEET_L = str.maketrans("@4831!$05729", "aabelisostzg")
YEAR = re.compile(r"(?:19|20)\d\d(?:(?:0?[1-9]|1[0-2])(?:[0-2]?\d|3[01])?)?")
ENOUGH = 7
"""So many characters, or words and walks that count one each, must be nobody's habit."""


@cache
def places() -> frozenset[str]:
    """Names of places in pinyin, read at the first asking."""
    return frozenset(PLACES.read_text("ascii").split())


@cache
def common() -> frozenset[str]:
    """The list, read at the first asking."""
    return frozenset(lzma.decompress(LIST.read_bytes()).decode().split("\n")) | frozenset(HERE) | places()


def is_weak(password: str, names: Iterable[str] = ()) -> bool:
    """Whether it is made of common words, of `names`, of years and walks, with little else."""
    known = {one.lower() for one in names if len(one) > 2}
    return any(_left(form, known) < ENOUGH for form in _forms(password.lower()))


def _forms(small: str) -> Iterator[str]:
    """As it stands, and read as leetspeak: `p@ssw0rd` is password."""
    yield small
    for table in (LEET, LEET_L):
        # Digits at the end are a number, whatever letters they look like.
        body = small.rstrip("0123456789")
        yield body.translate(table) + small[len(body) :]


def _left(text: str, names: set[str]) -> int:
    """How many characters are left when the longest known pieces are taken out, from left to right, each for one."""
    count = place = 0
    while place < len(text):
        count += 1
        place += max(1, _piece(text, place, names))
    return count


def _piece(text: str, place: int, names: set[str]) -> int:
    """The length of the longest known piece that begins here."""
    longest = max(_walk(text, place), _same(text, place))
    if found := YEAR.match(text, place):
        longest = max(longest, found.end() - place)
    words = common()
    for length in range(len(text) - place, SHORTEST_WORD - 2, -1):
        if length <= longest:
            break
        piece = text[place : place + length]
        if piece in names or (length >= SHORTEST_WORD and piece in words):
            return length
    return longest


def _walk(text: str, place: int) -> int:
    longest = 0
    for row in ROWS:
        for one in (row, row[::-1]):
            length = SHORTEST_WALK
            while place + length <= len(text) and text[place : place + length] in one:
                longest = max(longest, length)
                length += 1
    return longest


def _same(text: str, place: int) -> int:
    length = 1
    while place + length < len(text) and text[place + length] == text[place]:
        length += 1
    return length if length >= SHORTEST_WALK else 0
