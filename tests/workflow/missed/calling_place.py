"""People who call back on a real database, with telephones that do as they are told and engines that die."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from cti.base.events import CallEnded
from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.spared import Spared
from cti.telephony.switch.port import DialResult
from tests.office import BOSS, a_call, office_on
from workflow.campaigns.do_not_call import DoNotCall
from workflow.missed.dialling import Dialling
from workflow.missed.lost import Lost
from workflow.missed.service import Missed
from workflow.missed.settings import MissedSettings
from workflow.missed.views import MissedQuery, MissedView
from workflow.missed.working import Working

Tell = Callable[[str, Literal["agent", "other"], DialResult], Awaitable[None]]


@dataclass
class Telephones:
    """In place of `DialOut`: begins calls, which end as the test says; nobody is rung twice at once."""

    office: Office
    journal: Journal
    rung: dict[str, tuple[str, Tell | None]] = field(default_factory=dict)
    dialled: list[str] = field(default_factory=list)
    has_phone: bool = True

    def dial(self, visitor: Visitor, said: str, tell: Tell | None = None, *, show: str = "") -> str:
        """See `DialOut.dial`."""
        if not self.has_phone:
            raise Conflict("no_phone", "没有在线的话机")
        assert all(number != said for number, _ in self.rung.values()), "he is rung twice at once"
        call = new_id()
        self.rung[call] = (said, tell)
        self.dialled.append(said)
        return call

    async def fails(self, call: str, who: Literal["agent", "other"], result: DialResult) -> None:
        """Nobody talks."""
        _, tell = self.rung.pop(call)
        if tell is not None:
            await tell(call, who, result)

    async def talks(self, call: str, *, stored: bool = True) -> None:
        """They talk, and hang up: the call stands in the books."""
        number, _ = self.rung.pop(call)
        if not stored:
            return
        made = a_call(self.office, number)
        made.id, made.outgoing, made.talks = call, True, 1
        made.answered_at = made.ended_at = self.office.clock.wall()
        self.journal.save(made)
        about = {"at": made.ended_at, "call": call, "organisation": made.organisation, "region": made.region}
        self.journal.append(CallEnded(**about, reason="completed", seconds=60, answered=True))
        await self.journal.flushed()


@dataclass
class CallingPlace:
    """All of it; `dies` is an engine's death with the next one on the same database."""

    office: Office
    journal: Journal
    spared: Spared
    busy: dict[str, str] = field(default_factory=dict)
    missed: Missed = field(init=False)
    working: Working = field(init=False)
    phones: Telephones = field(init=False)
    dialling: Dialling = field(init=False)
    settings: MissedSettings = field(default_factory=lambda: MissedSettings(calendar="always"))

    async def start(self) -> None:
        """An engine."""
        self.missed = Missed(self.office, QueueTitles(lambda: {"general": "综合受理"}), "0519")
        self.working = Working(self.missed, Calendars(), self.spared, self._on_the_line)
        self.working.settings = self.settings
        self.phones = Telephones(self.office, self.journal)
        out: Any = self.phones
        self.dialling = Dialling(StoredCalls(self.office.store), self.journal, self.working, out)
        await self.dialling.begin()
        await self.dialling.take_up()

    def _on_the_line(self, number: str) -> str | None:
        talks = any(number == f"+86{one}" for one, _ in self.phones.rung.values())
        return "这位市民正在通话中，请稍候" if talks else self.busy.get(number)

    async def dies(self) -> None:
        """The engine is gone, and nobody tells how its dials end; the next one starts."""
        await self.start()

    async def heard(self) -> None:
        """The ends of calls are taken in."""
        self.dialling._behind = True
        await self.dialling.catch_up()

    def later(self, minutes: float) -> None:
        """Time passes."""
        clock: Any = self.office.clock
        clock.advance(timedelta(minutes=minutes).total_seconds())

    async def lost(self, number: str = "13800000001", queue: str = "general", **more: Any) -> str:
        """A caller whom nobody talked to; the id of what came of it."""
        said = {"call": new_id(), "organisation": "city", "region": "320400", "reason": "abandoned", **more}
        at = self.office.clock.wall()
        before = {one.id for one in await self.all()}
        await self.missed.take_in([Lost(number=f"+86{number}", queue=queue, at=at, **said)])
        found = [one.id for one in await self.all() if one.id not in before]
        return found[0] if found else next(one.id for one in await self.all() if one.number == number)

    async def all(self, **query: Any) -> list[MissedView]:
        """The list."""
        return (await self.missed.find(BOSS, MissedQuery(size=100, **query))).items

    async def one(self, id: str) -> MissedView:
        """One of it."""
        return await self.missed.get(BOSS, id)


async def place_on(store: Store, journal: Journal) -> CallingPlace:
    """A place on this database."""
    office = await office_on(store, "missed", "campaigns")
    spared = Spared()
    spared.keep(DoNotCall(office, "0519"))
    found = CallingPlace(office, journal, spared)
    await found.start()
    return found
