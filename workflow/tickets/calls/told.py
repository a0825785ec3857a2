"""The calls about a ticket in its timeline: that it came by, additions, revisits, departments' own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.timeline.entries import Place, Target, TimelineEntry, older
from cti.office.timeline.sources import Subject
from cti.store.calls import StoredCall
from softphone.own_phones.calling import OwnPhoneCalls
from workflow.tickets import rules
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.service import Tickets

LISTEN = "recordings.listen"
PURPOSES: Mapping[str, str] = {
    "registered": "来电登记", "joined": "来电联名", "remind": "来电催单", "supplement": "来电补充",
    "revisit": "回访电话", "department": "承办单位联系市民", "contact": "热线联系市民",
}  # fmt: skip
NOT_REACHED: Mapping[str, Mapping[str, str]] = {
    "own": {
        "no_answer": "未接通：经办人的电话无人接听", "busy": "未接通：经办人的电话占线",
        "rejected": "未接通：经办人的电话拒接", "unreachable": "未接通：经办人的电话无法接通",
        "failed": "未接通：线路故障", "cancelled": "经办人取消了呼叫",
    },
    "citizen": {
        "no_answer": "未接通：市民无人接听", "busy": "未接通：市民占线", "rejected": "未接通：市民拒接",
        "unreachable": "未接通：市民的电话无法接通", "failed": "未接通：线路故障",
        "cancelled": "未接通：经办人先挂断",
    },
}  # fmt: skip
"""Why a call came to nothing, by whose telephone was not reached and how its dial ended."""


class CallsOfTicket:
    """The source. A department is told of the calls that it made itself; the call says who may hear it."""

    kind, title = "call", "通话"

    def __init__(self, tickets: Tickets, own: Callable[[], OwnPhoneCalls | None] = lambda: None) -> None:
        self._tickets, self._own = tickets, own

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From what was kept with the ticket; how long was talked says the call."""
        row = await session.get_one(TicketRow, about.id)
        limits = [TicketCallRow.ticket == about.id, older(place, self.kind, TicketCallRow.at, TicketCallRow.id)]
        if not rules.is_inside(about.visitor, row):
            limits.append(TicketCallRow.organisation == about.visitor.organisation)
        wanted = select(TicketCallRow).where(*limits).order_by(TicketCallRow.at.desc(), TicketCallRow.id.desc())
        return [
            self._entry(about.visitor, one, *await self._known(one.call))
            for one in (await session.scalars(wanted.limit(size))).all()
        ]

    async def _known(self, id: str) -> tuple[StoredCall | None, str]:
        """What the books say of a call; of a written talk the screen that shows it."""
        calls = self._tickets.calls
        booked = await calls.booked(id)
        return booked, "" if booked is not None else await calls.written.screen_of(id)

    def _entry(self, visitor: Visitor, one: TicketCallRow, call: StoredCall | None, written: str) -> TimelineEntry:
        """`written` is the screen of a talk that was no call."""
        talked = call is not None and bool(call.talk_seconds)
        return TimelineEntry(
            kind=self.kind,
            id=one.id,
            at=one.at,
            title=PURPOSES.get(one.purpose, one.purpose),
            text="在线会话" if written else _words(call, one.result, goes_on=self._goes_on(one.call)),
            by=one.by,
            tone="talk" if talked else "",
            target=Target(screen="calls", id=one.call, title="通话")
            if call is not None
            else Target(screen=written, id=one.call, title="会话")
            if written
            else None,
            sounds=list(call.recordings) if call is not None and _may_hear(visitor, call) else [],
        )

    def _goes_on(self, call: str) -> bool:
        """Whether it is made from somebody's own telephone now; before the citizen is rung no book has it."""
        own = self._own()
        return own is not None and own.goes_on(call)


def _may_hear(visitor: Visitor, call: StoredCall) -> bool:
    """Whether its recordings are within his reach; the recorder asks again when one is played."""
    return visitor.reach(LISTEN).covers(call.organisation, call.region)


def _words(call: StoredCall | None, result: str, *, goes_on: bool) -> str:
    if call is not None and call.talk_seconds:
        recorded = f"，录音 {len(call.recordings)} 段" if call.recordings else ""
        return f"通话 {round(call.talk_seconds)} 秒{recorded}"
    if result:
        who, _, why = result.partition(".")
        return NOT_REACHED[who].get(why, "未接通")
    if goes_on:
        return "正在呼叫"
    if call is None:
        return ""
    return "未接通" if call.ended_at is not None else "通话进行中"
