"""Writes the talks and visits of each call that is over, once, also of those that ended when no engine lived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from acd.service import Acd
from acd.settings.schema import QueueSettings
from cti.base.call import Call
from cti.base.events import CallEnded, Event
from cti.base.times.business_time import ZONE
from cti.office.identity.directory import Organisation, known_organisations
from cti.office.identity.people import People
from cti.office.records import Office
from cti.store.calls import StoredCalls
from cti.store.journal.following import Following
from cti.store.journal.journal import Journal
from cti.store.upsert import insert_or_leave
from workflow.floor.books.story import TELLING, ToldTalk, ToldVisit, read
from workflow.floor.models import TalkRow, VisitRow

AGAIN = timedelta(hours=24)
"""Who called within that time before calls again."""
OUTCOMES = frozenset({"answered", "abandoned", "overflowed"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up once for many calls."""

    tree: Mapping[str, Organisation]
    seats: Mapping[str, str]
    """The organisation of each agent."""
    again: frozenset[str]
    """The calls whose caller called lately."""


class Books(Following):
    """Follows the journal."""

    kept: ClassVar[str] = "floor_books"
    types: ClassVar[tuple[type[Event], ...]] = (CallEnded,)

    def __init__(self, office: Office, people: People, acd: Acd, calls: StoredCalls, journal: Journal) -> None:
        super().__init__(calls, journal)
        self._office, self._people, self._acd = office, people, acd

    async def heard(self, events: Sequence[Event]) -> None:
        """Calls are over."""
        ids = {one.call for one in events if isinstance(one, CallEnded)}
        calls = await self._calls.load_some(ids)
        stories = await self._calls.stories(ids, [one.__name__ for one in TELLING])
        told = {id: read(stories.get(id, [])) for id in calls}
        agents = await self._people.some_agents({talk.agent for talks, _ in told.values() for talk in talks})
        again = await self._calls.called_lately([call for id, call in calls.items() if told[id][1]], AGAIN)
        async with self._office.store.writing() as session:
            known = _Known(
                await known_organisations(session), {no: one.organisation for no, one in agents.items()}, again
            )
            talk_rows = [row for id, (talks, _) in told.items() for row in self._talks(calls[id], talks, known)]
            visit_rows = [row for id, (_, visits) in told.items() for row in self._visits(calls[id], visits, known)]
            await _add(session, talk_rows, visit_rows)

    def _talks(self, call: Call, talks: Sequence[ToldTalk], known: _Known) -> list[dict[str, object]]:
        return [
            {
                "id": f"{call.id}-{number}", "call": call.id, "agent": one.agent, "group": self._group(one.agent),
                "queue": one.queue, "half_hour": half_hour(one.began_at), "began_at": one.began_at,
                "seconds": one.seconds or 0.0, "waited": one.waited, "holds": one.holds, "held": one.held,
                "transferred": one.transferred, "rating": one.rating, "outgoing": call.outgoing,
                **self._whose(known.seats.get(one.agent, call.organisation), call, known),
            }
            for number, one in enumerate(talks, start=1)
        ]  # fmt: skip

    def _visits(self, call: Call, visits: Sequence[ToldVisit], known: _Known) -> list[dict[str, object]]:
        settings = self._acd.settings.queues
        return [
            {
                "id": f"{call.id}-{number}", "call": call.id, "queue": one.queue,
                "half_hour": half_hour(one.entered_at), "entered_at": one.entered_at, "waited": one.waited,
                "outcome": outcome(one, settings.get(one.queue)), "in_time": _in_time(one, settings.get(one.queue)),
                "again": call.id in known.again, "organisation": call.organisation, "region": call.region,
            }
            for number, one in enumerate(visits, start=1)
        ]  # fmt: skip

    def _group(self, agent: str) -> str:
        names = self._acd.agent(agent).groups
        return names[0] if names else ""

    @staticmethod
    def _whose(organisation: str, call: Call, known: _Known) -> dict[str, object]:
        found = known.tree.get(organisation)
        return {"organisation": organisation, "region": found.region if found is not None else call.region}


async def _add(session: AsyncSession, talks: list[dict[str, object]], visits: list[dict[str, object]]) -> None:
    # The last events may be told once more after a death of the engine.
    if talks:
        await session.execute(insert_or_leave(TalkRow, "id"), talks)
    if visits:
        await session.execute(insert_or_leave(VisitRow, "id"), visits)


def half_hour(at: datetime) -> str:
    """The half hour of the day in which a moment lies, in the house's time: `09:30`."""
    local = at.astimezone(ZONE)
    return f"{local.hour:02}:{local.minute // 30 * 30:02}"


def outcome(visit: ToldVisit, queue: QueueSettings | None) -> str:
    """What became of it: who gave up at once stands apart, as in the statistics of queues."""
    if visit.reason == "abandoned" and queue is not None and visit.waited < queue.short_abandon:
        return "short"
    return visit.reason if visit.reason in OUTCOMES else "left"


def _in_time(visit: ToldVisit, queue: QueueSettings | None) -> bool:
    return queue is not None and visit.waited <= queue.threshold
