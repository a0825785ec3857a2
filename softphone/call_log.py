"""Calls as people look them up: a list with filters, and one call's whole story (every event, CDR, recordings)."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import pydantic

from cti.base.call import Call
from cti.base.events import MAY_HOLD_NUMBER, Event, Stored
from cti.base.numbers.number import Number, masked_in
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.calls_asked import CallsAsked
from cti.office.identity.lookups import Lookups
from cti.office.identity.masking import REVEAL, SEE_NUMBERS, Disclosure
from cti.office.sheets import writing
from cti.store.calls import CallFilter, CdrLine, StoredCall, StoredCalls
from cti.telephony.calls import Calls
from cti.telephony.talk_about import about_of
from softphone.messages import OpenCall

SEE, EXPORT = "calls.see", "calls.export"
MOST, PAGE = 20_000, 500
HEADINGS = {
    "arrived_at": "来电时间",
    "caller": "来电号码",
    "called": "拨打号码",
    "queue": "队列",
    "agents": "座席",
    "wait_seconds": "排队（秒）",
    "talk_seconds": "通话（秒）",
    "reason": "结束原因",
    "satisfaction": "满意度",
    "answered_at": "应答时间",
    "ended_at": "结束时间",
    "id": "通话编号",
}
Cell = str | int | float | None
HIDDEN_FIELDS = frozenset({"call", "organisation", "region", "at"})


class CallView(pydantic.BaseModel):
    """A call in the list."""

    id: str
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    caller: str
    called: str
    state: str
    queue: str
    agents: list[str]
    wait_seconds: float
    talk_seconds: float
    reason: str
    satisfaction: str
    score: int | None
    recordings: list[str]
    organisation: str
    region: str


class CallList(pydantic.BaseModel):
    """A page of the list."""

    items: list[CallView]
    total: int
    page: int
    size: int
    more: bool = False


class EventView(pydantic.BaseModel):
    """An event of the story; `details` are its own fields, numbers masked by right."""

    sequence: int
    at: datetime
    type: str
    details: dict[str, Any]


class CdrView(pydantic.BaseModel):
    """A line of the switch's own CDR."""

    leg: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: float
    disposition: str


class CallStory(CallView):
    """A call with all that happened."""

    events: list[EventView]
    cdr: list[CdrView]


class CallerNumber(pydantic.BaseModel):
    """A caller's number, unmasked."""

    caller: str


class CallLog:
    """Looks up stored calls for a visitor."""

    def __init__(
        self, store: StoredCalls, calls: Calls, disclosure: Disclosure, lookups: Lookups, audit: Audit
    ) -> None:
        self._store = store
        self._calls = calls
        self._disclosure = disclosure
        self._lookups = lookups
        self._audit = audit

    async def search(self, query: CallsAsked, visitor: Visitor) -> CallList:
        """A page, newest first, within the visitor's scope."""
        page = await self._store.search(
            await self._wanted(query, visitor), visitor.reach(SEE), page=query.page, size=query.size
        )
        items = [call_view(one, visitor) for one in page.items]
        await self._disclosure.seen(visitor, SEE_NUMBERS, "call", [one.id for one in items])
        return CallList(items=items, total=page.total, page=query.page, size=query.size, more=page.more)

    async def exported(self, query: CallsAsked, visitor: Visitor) -> bytes:
        """A spreadsheet of the calls of the present filters, at most `MOST`; an entry of the audit says how many."""
        visitor.need(SEE)
        wanted, within = await self._wanted(query, visitor), visitor.reach(EXPORT)
        rows, page = list[list[Cell]](), 1
        while len(rows) < MOST:
            found = await self._store.search(wanted, visitor.reach(SEE), page=page, size=PAGE)
            mine = [one for one in found.items if within.agent is None or within.agent in one.agents]
            rows += [_cells(call_view(one, visitor)) for one in mine if within.covers(one.organisation, one.region)]
            if len(found.items) < PAGE:
                break
            page += 1
        asked = query.model_dump(mode="json", exclude_defaults=True, exclude={"page", "size", "number", "purpose"})
        await self._audit.note(visitor, "call.exported", "call:", {"rows": len(rows), "filters": asked})
        return await writing.write(list(HEADINGS.values()), rows)

    async def _wanted(self, query: CallsAsked, visitor: Visitor) -> CallFilter:
        number = await query.digits(visitor, "call", self._lookups)
        return CallFilter(
            since=query.since,
            until=query.until,
            number=number,
            agent=query.agent,
            queue=query.queue,
            reason=query.reason,
            quality=query.quality,
        )

    async def story(self, call: str, visitor: Visitor) -> CallStory:
        """Everything of one call; NotFound outside the visitor's scope."""
        found = await self._store.find(call, visitor.reach(SEE))
        if found is None:
            raise NotFound("no_such_call", "没有这通电话")
        await self._disclosure.seen(visitor, SEE_NUMBERS, "call", [call])
        events = [event_view(one, visitor) for one in await self._store.events_of(call)]
        cdr = [_cdr(line) for line in await self._store.cdrs_of(call)]
        return CallStory(**call_view(found, visitor).model_dump(), events=events, cdr=cdr)

    async def number(self, call: str, visitor: Visitor) -> CallerNumber:
        """The caller's whole number, which is noted in the audit; NotFound outside the visitor's scope."""
        found = await self._store.find(call, visitor.reach(REVEAL))
        if found is None:
            raise NotFound("no_such_call", "没有这通电话")
        await self._disclosure.reveal(visitor, f"call:{call}", ["caller"])
        return CallerNumber(caller=str(found.caller))


def _cells(view: CallView) -> list[Cell]:
    found: list[Cell] = []
    for key in HEADINGS:
        value = getattr(view, key)
        if isinstance(value, datetime):
            value = value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
        found.append("、".join(value) if isinstance(value, list) else value)
    return found


def shown(number: Number, visitor: Visitor) -> str:
    """A number as this visitor may see it."""
    return str(number) if visitor.may(SEE_NUMBERS) else number.masked


def event_view(stored: Stored, visitor: Visitor) -> EventView:
    """An event as this visitor may see it."""
    event: Event = stored.event
    details = {
        one.name: _detail(one.name, getattr(event, one.name), visitor)
        for one in fields(event)
        if one.name not in HIDDEN_FIELDS
    }
    return EventView(sequence=stored.sequence, at=event.at, type=type(event).__name__, details=details)


def _detail(name: str, value: object, visitor: Visitor) -> object:
    if isinstance(value, Number):
        return shown(value, visitor)
    if name in MAY_HOLD_NUMBER and isinstance(value, str) and not visitor.may(SEE_NUMBERS):
        return masked_in(value)
    return value


def live_row(call: Call, visitor: Visitor) -> OpenCall:
    """An open call for the board."""
    return {
        "id": call.id,
        "caller": shown(call.caller, visitor),
        "called": str(call.called),
        "state": call.state,
        "queue": call.queues[-1] if call.queues else "",
        "agent": call.talk.agent if call.talk else "",
        "answered": call.talks > 0,
        "arrived_at": call.arrived_at.isoformat(),
        "about": about_of(call),
    }


def call_view(one: StoredCall, visitor: Visitor) -> CallView:
    """A stored call as this visitor may see it."""
    return CallView(
        id=one.id,
        arrived_at=one.arrived_at,
        answered_at=one.answered_at,
        ended_at=one.ended_at,
        caller=shown(one.caller, visitor),
        called=one.called,
        state=one.state,
        queue=one.queue,
        agents=list(one.agents),
        wait_seconds=one.wait_seconds,
        talk_seconds=one.talk_seconds,
        reason=one.reason,
        satisfaction=one.satisfaction,
        score=one.score,
        recordings=list(one.recordings),
        organisation=one.organisation,
        region=one.region,
    )


def _cdr(line: CdrLine) -> CdrView:
    return CdrView(
        leg=line.leg,
        started_at=line.started_at,
        answered_at=line.answered_at,
        ended_at=line.ended_at,
        seconds=line.seconds,
        disposition=line.disposition,
    )
