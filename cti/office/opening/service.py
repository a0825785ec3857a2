"""Asks every module what a region lacks to open: people, numbers, calendars, processes, whose business what is.

A module offers what it knows by `offer`. It reads in the session that it is given, which is that of the running house,
or of `hotline check`, and nothing else of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import NotFound
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.identity.directory import Organisation, load_organisations, load_switched_off
from cti.office.identity.staffed import staffed
from cti.store.engine import Store

CALENDAR = "office"
NEEDED: Mapping[str, str] = {"agent.work": "接听电话的座席", "people.manage": "管理人员账号的管理员"}
"""Rights without which nobody can be served."""


class Lack(pydantic.BaseModel):
    """Something that is lacking; `screen` is the page on which it is mended."""

    key: str
    sort: str = pydantic.Field(title="类别")
    words: str = pydantic.Field(title="缺少什么")
    screen: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A region that is to open: its code, its organisations in use, those on top of them, and all of the house."""

    region: str
    own: tuple[Organisation, ...]
    heads: tuple[Organisation, ...]
    known: dict[str, Organisation]


Check = Callable[[AsyncSession, Place], Awaitable[Sequence[str]]]
"""What is lacking there, in words."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A check with what people call it, and the page on which such things are mended."""

    title: str
    screen: str
    check: Check


class Opening:
    """What a region lacks to open: modules offer what they look at, all of it is asked together."""

    def __init__(self, store: Store, calendars: Calendars) -> None:
        self._store, self._calendars = store, calendars
        self._offered: dict[str, Offered] = {}
        self.offer("people", Offered("人员", "people", _people))
        self.offer("calendar", Offered("工作日历", "calendars", self._calendar))

    def offer(self, name: str, offered: Offered) -> Callable[[], None]:
        """Ask this, too; returns the undo."""
        self._offered[name] = offered

        def undo() -> None:
            self._offered.pop(name, None)

        return undo

    async def lacks(self, visitor: Visitor, region: str) -> list[Lack]:
        """What a region within reach lacks. NotFound for others."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            place = await place_of(session, region)
            reach = visitor.reach("people.see")
            if not any(reach.covers(one.name, one.region) for one in place.own):
                raise NotFound("no_region", "行政区域不存在")
            return await self.lacking(session, place)

    async def lacking(self, session: AsyncSession, place: Place) -> list[Lack]:
        """What a place lacks, in the order in which modules were asked."""
        found = []
        for name, one in self._offered.items():
            said = await one.check(session, place)
            found += [
                Lack(key=f"{name}:{at}", sort=one.title, words=words, screen=one.screen)
                for at, words in enumerate(said)
            ]
        return found

    async def everywhere(self, session: AsyncSession) -> dict[str, list[Lack]]:
        """The same of every region that has organisations in use, by its code."""
        known = await load_organisations(session)
        codes = sorted({one.region for one in known.values() if not one.closed})
        return {code: await self.lacking(session, await place_of(session, code)) for code in codes}

    async def _calendar(self, session: AsyncSession, place: Place) -> Sequence[str]:
        try:
            for one in place.heads:
                self._calendars.working_time(CALENDAR, place.region, one.name)
        except KeyError:
            return ["没有工作日历，时限无法计算"]
        return ()


async def place_of(session: AsyncSession, region: str) -> Place:
    """A region with its organisations in use."""
    known = await load_organisations(session)
    own = tuple(one for one in known.values() if one.region == region and not one.closed)
    names = {one.name for one in own}
    return Place(region, own, tuple(one for one in own if one.parent not in names), known)


async def _people(session: AsyncSession, place: Place) -> Sequence[str]:
    """Rights that nobody there has, and rights that were switched off for the region although it needs them."""
    off = await load_switched_off(session, place.region)
    names = {one.name for one in place.own}
    found = [
        f"没有{words}" for right, words in NEEDED.items() if not names & await staffed(session, place.known, right)
    ]
    return [*found, *(f"区域功能停用了“{words}”" for right, words in NEEDED.items() if right in off)]


def title_of(region: str) -> str:
    """What a region is called, with its code."""
    return f"{region} {regions.title_of(region)}".strip()
