"""Which tickets are about the same matter: ranked by their words, place, time and caller, and why in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from workflow.assistant.duplicates.run_index import RunIndex
from workflow.assistant.duplicates.runs import Runs, runs_of
from workflow.assistant.understanding.addresses import runs_of as places_in
from workflow.assistant.understanding.places import Places
from workflow.tickets.desk.alike import Asked, Likely

TITLE, CONTENT = 100, 200
"""Characters that count: what follows is courtesy and history, and makes unlike matters alike."""
_PAIR = np.uint64(1 << 21)
"""Runs from here on are of two characters or more."""
LEAST = 0.10
"""On judged groups of public messages hardly a true mate lies below; what else reaches it stands after those."""
LEAST_OF_CALLER, LEAST_AT_PLACE = 0.06, 0.08
CLOSE, SAME = 0.25, 0.45
"""Likeness of words from which on hardly any pair is of two matters; and from which one is nearly a copy."""
LOOKED_AT = 24
"""The likest by words: their places are compared."""
AT_PLACE, OF_CALLER, ELSEWHERE, NEAR = 0.04, 0.15, -0.06, 0.02
SHORTEST, LONGEST = 3, 8
"""Characters of a place's name: fewer are too common, and of more the first tell."""
_HAN, _SIGNS = re.compile("[一-龥]{2,}"), re.compile(r"[。；！？、：，:;!?,\s]")
HOURS, DAYS = timedelta(hours=48), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket says."""

    id: str
    title: str
    content: str
    place: str
    address: str
    at: datetime


class Matters:
    """Tickets in memory: 2 kB each. Not to be changed while it is asked."""

    def __init__(self, places: Callable[[], Places]) -> None:
        self._places = places
        self._titles, self._words = RunIndex(), RunIndex()
        self._all: list[Matter | None] = []
        self._at: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._at)

    @property
    def held(self) -> int:
        """Tickets for which there is room taken, also by what they said before."""
        return len(self._all)

    def put(self, matter: Matter) -> None:
        """Take a ticket in, or what it says now."""
        at = self._at.get(matter.id)
        before = self._all[at] if at is not None else None
        if at is not None and before is not None and (before.title, before.content) == (matter.title, matter.content):
            self._all[at] = matter
            return
        self.remove(matter.id)
        title, words = _read(matter.title, matter.content)
        self._titles.add(title)
        self._at[matter.id] = self._words.add(words)
        self._all.append(matter)

    def remove(self, id: str) -> None:
        """Forget a ticket."""
        at = self._at.pop(id, None)
        if at is not None:
            self._all[at] = None

    def weigh(self) -> None:
        """After many were taken in: by what is rare now."""
        self._titles.weigh()
        self._words.weigh()

    def rank(self, asked: Asked, most: int) -> list[Likely]:
        """The likest first."""
        if not self._all:
            return []
        title, words = _read(asked.title or asked.content[:TITLE], asked.content)
        by_words = (self._titles.likeness(title) + 2 * self._words.likeness(words)) / 3
        best = np.argsort(-by_words, kind="stable")[: LOOKED_AT + most]
        order = [int(one) for one in best if by_words[one] >= LEAST_OF_CALLER]
        order += [at for id in asked.callers if (at := self._at.get(id)) is not None and at not in order]
        names = _names(asked.address, f"{asked.title}，{asked.content[:CONTENT]}", self._places())
        found = []
        for number, at in enumerate(order):
            matter = self._all[at]
            if matter is None or matter.id == asked.but:
                continue
            one = self._likely(asked, names, matter, float(by_words[at]), near=number < LOOKED_AT)
            if one is not None:
                found.append((one.likeness, matter.at, one))
        found.sort(key=lambda one: one[:2], reverse=True)
        return [one for _, _, one in found[:most]]

    def _likely(
        self, asked: Asked, names: frozenset[str], matter: Matter, words: float, *, near: bool
    ) -> Likely | None:
        caller = matter.id in asked.callers
        said = f"{matter.title}，{matter.content[:CONTENT]}"
        at_place = near and _meet(names, _names(matter.address, said, self._places()))
        elsewhere = bool(asked.place and matter.place) and not _within(asked.place, matter.place)
        least = LEAST_OF_CALLER if caller else LEAST_AT_PLACE if at_place else LEAST
        if words < least:
            return None
        apart = abs(asked.at - matter.at) if asked.at is not None else None
        score = (
            words
            + AT_PLACE * at_place
            + OF_CALLER * caller
            + ELSEWHERE * elsewhere
            + NEAR * (apart is not None and apart <= DAYS)
        )
        if score < least:
            return None
        return Likely(matter.id, min(score, 0.99), why(words, apart, at_place=at_place, caller=caller))


def why(words: float, apart: timedelta | None, *, at_place: bool, caller: bool) -> str:
    """What two tickets have in common, in the order in which it tells."""
    told = [one for one, holds in (("同一来电人", caller), ("同一地点", at_place)) if holds]
    if apart is not None:
        told.append(_ago(apart))
    told.append("内容几乎相同" if words >= SAME else "内容相近" if words >= CLOSE else "部分内容相近")
    return " · ".join(told)


def _ago(apart: timedelta) -> str:
    hours = int(apart.total_seconds() // 3600) + 1
    if apart < HOURS:
        return f"{hours} 小时内"
    return f"{apart.days + 1} 天内"


def _read(title: str, content: str) -> tuple[Runs, Runs]:
    """The runs of a title, and those of title and content together, there without single characters."""
    whole = runs_of(f"{title[:TITLE]}。{content[:CONTENT]}", TITLE + CONTENT + 1)
    return runs_of(title, TITLE), whole[whole >= _PAIR]


def _within(place: str, other: str) -> bool:
    """Whether one division lies in the other, or they are the same."""
    short, long = sorted((place.rstrip("0"), other.rstrip("0")), key=len)
    return long.startswith(short)


@lru_cache(512)
def _names(address: str, text: str, places: Places) -> frozenset[str]:
    """Names of places in an address and a text, without house numbers; shorter ones are too common."""
    lines = [address, *_clauses(text)]
    names = [line[run.start : run.end] for line in lines for run in places_in(line, places)]
    # What stands in the address's own field is a place, whatever it ends in.
    names += _HAN.findall(address)
    found = ("".join(_HAN.findall(one))[:LONGEST] for one in names)
    return frozenset(one for one in found if len(one) >= SHORTEST)


def _meet(names: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a name of each is the same, or a part of the other."""
    return bool(names & others) or any(one in other or other in one for one in names for other in others)


def _clauses(text: str) -> list[str]:
    return [one for one in _SIGNS.split(text) if one]
