"""Where it is: roads, villages, housing estates, down to house and room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflow.assistant.understanding.lists import words
from workflow.assistant.understanding.numerals import NUMERAL, number_of
from workflow.assistant.understanding.places import Places
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Piece, Proposal, pieces

SUFFIXES = words("place_ends")
_BY_LENGTH = tuple(sorted(SUFFIXES, key=len, reverse=True))
SMALL = frozenset("苑桥庄园城")
_ROADS = frozenset("路街道巷")
_OF_TOWNS = frozenset("关区镇乡东西南北中管市里")
"""Suffixes that need two characters before them: one alone is mostly another word."""
_GENERIC_ROADS = words("no_places")
_CUT = words("before_places")
_KEPT = words("in_places")
"""Words of names that have one of `_CUT` in them."""
LONGEST_NAME = 8
_N = f"[{NUMERAL}]"
_TAIL = re.compile(
    rf"(?:的?(?:(?:[东西南北中老新前后一二三四]{{1,2}}(?:区|院|苑|期|段|头|侧|边|门|口))|(?:[A-Za-z]|{_N}{{1,4}})\s?"
    rf"(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|户|期|区|组|排|队|弄|公里)|{_N}{{3,4}}(?![{NUMERAL}元天年月万米块])"
    rf"|交叉口|交汇处|[东西南北]{1, 2}角|路口|十字路口|丁字路口|门口|附近|对面|旁边|楼下|大门))+"
)
_JOIN = re.compile(r"(?:与|和|跟|同)(?=.{1,8}(?:交叉|交汇|路口|之间))|的|　| ")
_NUMERALS = re.compile(rf"{_N}+(?=号|栋|幢|座|单元|楼|层|室|户|期|组|排|队|弄|公里|$)")
_EVENT = ("位于", "地址", "在", "地点", "发生", "这边", "反映", "举报", "投诉")


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a piece that says where."""

    start: int
    end: int
    parts: int


def addresses(lines: Sequence[Line], places: Places) -> Iterator[Proposal]:
    """Place (the division's code) and address, those that say most first."""
    found: list[tuple[tuple[bool, int, int], Piece, Found]] = []
    seen: set[str] = set()
    for piece in pieces(lines, CLAUSE_ENDS):
        for name, code, at in _divisions(piece.text, places):
            if code not in seen:
                seen.add(code)
                yield Proposal("place", code, (piece.span(at, at + len(name)),))
        for run in runs_of(piece.text, places):
            before = piece.text[max(0, run.start - 6) : run.start]
            home = "住" in before and "住宅" not in before
            cue = any(one in before for one in _EVENT) and not home
            found.append(((piece.side == "agent", -run.parts - cue, piece.line), piece, run))
    for _, piece, run in sorted(found, key=lambda one: one[0]):
        yield Proposal("address", written(piece.text[run.start : run.end]), (piece.span(run.start, run.end),))


def _divisions(text: str, places: Places) -> Iterator[tuple[str, str, int]]:
    at = 0
    while at < len(text):
        division = places.division_at(text, at)
        if division and not division[1].endswith("00") and not _is_another(text, at + len(division[0]), division[0]):
            yield division[0], division[1], at
        at += len(division[0]) if division else 1


def _is_another(text: str, end: int, name: str) -> bool:
    """The short name of a division that is the beginning of a road's or another's name."""
    return name[-1] not in "区县市" and text[end : end + 1] in (
        "路",
        "街",
        "大",
        "道",
        "桥",
        "苑",
        "广",
        "花",
        "小",
        "镇",
        "乡",
    )


_SOUNDED = re.compile("(?!.*(?:小区|小学|中学|公园|广场)$)[一-龥]{4,}")
"""A name that little else sounds like: of 银鸽小区 there would be many, 一个小区 among them."""


def runs_of(text: str, places: Places) -> list[Found]:
    """Stretches that say where, in their order: names with what follows them, those that touch as one."""
    names = sorted({*_known(text, places), *_named(text)}, key=lambda one: (one[0], -one[1]))
    found: list[Found] = []
    last = -1
    for start, end in names:
        if start < last:
            continue
        division = places.division_at(text, start)
        if division:
            begin = start + len(division[0])
            if begin >= end:
                continue
            if text[begin:end] not in _GENERIC_ROADS and not _is_another(text, begin, division[0]):
                start = begin
        tail = _TAIL.match(text, end)
        full = tail.end() if tail else end
        parts = 1 + (tail is not None)
        if found and _touch(text, found[-1], start, end):
            before = found.pop()
            found.append(Found(before.start, full, before.parts + parts))
        else:
            found.append(Found(start, full, parts))
        last = full
    return found


def sounded_in(text: str) -> Iterator[str]:
    """The names in an address that are told by their ends, and heard when they are half heard: 锦绣花园."""
    for start, end in _named(text):
        if _SOUNDED.fullmatch(text[start:end]):
            yield text[start:end]


def _touch(text: str, before: Found, start: int, end: int) -> bool:
    between = text[before.end : start]
    # Two roads cross, or are one's ends; of two houses each is a place of its own.
    return between in ("", "的", " ") or (
        between in ("与", "和", "跟", "同", "交") and text[before.end - 1] in _ROADS and text[end - 1] in _ROADS
    )


def _known(text: str, places: Places) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        name = places.known_at(text, at)
        if name:
            yield at, at + len(name)
        at += len(name) or 1


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Names by their ends."""
    at = 0
    began = 0
    while at < len(text):
        suffix = next((one for one in _BY_LENGTH if text.startswith(one, at)), "")
        if not suffix or (suffix == "城" and not _is_town(text, at)):
            at += 1
            continue
        end = at + len(suffix)
        start = _start(text, at, began)
        name = text[start:end]
        own = at - start
        touches = began > 0 and text[began:at] in ("", "的") and suffix not in SMALL
        if touches or (
            own >= (2 if suffix in SMALL else 1) and name not in _GENERIC_ROADS and not _is_generic(name, suffix)
        ):
            yield (at if touches else start), end
            began = end
        at = end


def _is_town(text: str, at: int) -> bool:
    """Whether 城 ends a name there, and is not of 城关, 县城 and the like."""
    return text[at + 1 : at + 2] not in _OF_TOWNS and text[at - 1 : at] not in ("县", "市", "区")


def _is_generic(name: str, suffix: str) -> bool:
    if name.endswith(("知道", "网络")) or name[: -len(suffix)] in _ADJECTIVES:
        return True
    # A longer generic word at the end, with a quantity or the like before: 一条水泥路.
    return any(
        len(one) > len(suffix) and name.endswith(one) and name[: -len(one)] in _ADJECTIVES for one in _GENERIC_ROADS
    )


_ADJECTIVES = frozenset(words("any_places"))


def _start(text: str, at: int, least: int) -> int:
    """Where the name begins whose suffix stands at `at`: behind the last word that belongs to no name."""
    start = at
    while start > max(least, at - LONGEST_NAME):
        before = start - 1
        letter = text[before]
        if not ("一" <= letter <= "龥" or letter.isalnum()):
            break
        if any(
            text.startswith(kept, one) and one + len(kept) <= at + 1
            for kept in _KEPT
            for one in range(max(least, before - 2), before + 1)
            if one + len(kept) > before
        ):
            start = before
            continue
        if any(text[max(least, start - len(cut)) : start] == cut for cut in _CUT):
            break
        start = before
    # A division before it is told apart.
    for mark in "省市区县镇乡":
        found = text.rfind(mark, start, at - 1)
        if found >= start and at - found > 1 and text[found + 1 : found + 2] not in "场委政民长府":
            start = max(start, found + 1)
    return start


def written(words: str) -> str:
    """As an address is written: numbers in digits, nothing between."""

    def digits(found: re.Match[str]) -> str:
        number = number_of(found.group())
        return found.group() if number is None else str(number)

    shown = "".join(words.split())
    for filler in ("的",):
        shown = shown.replace(filler, "") if shown.count(filler) and not shown.startswith(filler) else shown
    return _NUMERALS.sub(digits, shown)
