"""Somebody calls a citizen from his own telephone: one click rings it, and once he has picked up, the citizen's.

He sees the hotline's number, and so does the citizen: neither learns the other's. The call is the hotline's own, and is
recorded like every other. Who is in one is told live (`softphone.topics.OWN_PHONE`), and can end it at any moment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import structlog

from cti.base.call import Call, EndReason
from cti.base.events import CallEnded, CallEvent, TalkEnded, TalkStarted
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import DialResult
from softphone.own_phones.keeping import OWN_PHONE

log = structlog.get_logger(__name__)

FLOW = "outgoing"
RING_OWN, RING_CITIZEN = 30.0, 45.0
PROGRESS = "own_phone"
"""Where a call's progress says who makes it from his own telephone, and about what."""

Stage = Literal["own", "citizen", "talking", "over"]
Who = Literal["own", "citizen"]
NotReached = Callable[[str, Who, DialResult], Awaitable[None]]
"""Hears of a call that came to nothing: its id, whose telephone was not reached, and why."""


@dataclass(frozen=True, slots=True)
class About:
    """What a call is about, as its maker reads it: a record's title, and its page in the console."""

    title: str
    link: str


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call from one's own telephone as it is now. `who` and `result` tell why it came to nothing."""

    call: str
    about: About
    stage: Stage
    since: datetime
    who: Who | None = None
    result: DialResult | None = None
    seconds: float = 0.0


class OwnPhoneCalls:
    """Makes them, one a person at a time. `told` is called with the person whose has changed."""

    def __init__(self, calls: Calls, outgoing: Outgoing) -> None:
        self._calls, self._outgoing = calls, outgoing
        self._now: dict[str, OwnCall] = {}
        self._persons: dict[str, str] = {}
        self.told: Callable[[str], object] = lambda person: None

    def of(self, person: str) -> OwnCall | None:
        """The one that a person makes now, or made last."""
        return self._now.get(person)

    def goes_on(self, call: str) -> bool:
        """Whether a call is one of these, and not over."""
        return call in self._persons

    def dial(
        self,
        visitor: Visitor,
        own: Number,
        citizen: Number,
        about: About,
        not_reached: NotReached,
        *,
        organisation: str,
        region: str,
    ) -> str:
        """Begin; returns the call's id. It belongs to `organisation`, whose number both see.

        Raises Conflict while another goes on or no line is free, and what `WaysOut.find` raises.
        """
        visitor.need(OWN_PHONE)
        found = self._now.get(visitor.person)
        if found is not None and found.stage != "over":
            raise Conflict("busy", "您的上一个电话还没有结束")
        self._outgoing.need_two_ways(own, citizen, visitor, organisation)
        call = self._outgoing.begin(new_id(), citizen, organisation=organisation, region=region, flow=FLOW)
        call.progress[PROGRESS] = {"person": visitor.person, "title": about.title, "link": about.link}
        self._persons[call.id] = visitor.person
        self._set(call.id, OwnCall(call.id, about, "own", self._calls.clock.wall()))
        self._calls.background(self._dial(call, own, visitor, not_reached), "call from an own telephone")
        return call.id

    async def cancel(self, visitor: Visitor) -> None:
        """End the visitor's call, whatever rings or talks. NotFound when he makes none."""
        found = self._now.get(visitor.person)
        call = self._calls.find(found.call) if found is not None and found.stage != "over" else None
        if call is None:
            raise NotFound("no_call", "您没有正在进行的电话")
        await self._outgoing.stop(call)

    async def _dial(self, call: Call, own: Number, visitor: Visitor, not_reached: NotReached) -> None:
        who: Who = "own"
        result = DialResult.FAILED
        try:
            result = await self._outgoing.ring_outside(call, own, RING_OWN, visitor, on_ringing=lambda: None)
            if result is DialResult.ANSWERED:
                who = "citizen"
                self._turn(call.id, "citizen")
                result = await self._outgoing.dial_citizen(call, RING_CITIZEN, visitor)
                if result is DialResult.ANSWERED:
                    return
                if self._outgoing.agent_left(call):
                    result = DialResult.CANCELLED
        except Exception:
            log.exception("call from an own telephone failed", call=call.id)
            result = DialResult.FAILED
        log.info("own telephone's call came to nothing", call=call.id, who=who, result=result.value)
        await self._outgoing.stop(call)
        self._end(call.id, who, result)
        self._outgoing.over(call)
        await not_reached(call.id, who, result)

    # ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────

    def hear(self, event: CallEvent) -> None:
        """They talk, or the call has ended."""
        if event.call not in self._persons:
            return
        match event:
            case TalkStarted():
                self._turn(event.call, "talking")
            case TalkEnded():
                self._change(event.call, seconds=event.seconds)
            case CallEnded():
                # Of one that comes to nothing the dial says why, if the engine that dialled lives.
                self._end(event.call, "citizen" if event.reason == EndReason.NOT_REACHED else None, None)

    def restore(self, calls: Iterable[Call]) -> None:
        """Take up those that another engine made and left open."""
        for call in calls:
            kept = call.progress.get(PROGRESS)
            if kept is not None and not call.is_over:
                about = About(str(kept["title"]), str(kept["link"]))
                talking = call.talk is not None and call.talk.answered_at is not None
                self._persons[call.id] = str(kept["person"])
                stage: Stage = "talking" if talking else "citizen"
                self._set(call.id, OwnCall(call.id, about, stage, self._calls.clock.wall()))

    def _turn(self, call: str, stage: Stage) -> None:
        self._change(call, stage=stage, since=self._calls.clock.wall())

    def _change(self, call: str, **said: Any) -> None:
        person = self._persons[call]
        self._set(call, replace(self._now[person], **said))

    def _set(self, call: str, now: OwnCall) -> None:
        person = self._persons[call]
        self._now[person] = now
        self.told(person)

    def _end(self, call: str, who: Who | None, result: DialResult | None) -> None:
        if call in self._persons:
            self._change(call, stage="over", since=self._calls.clock.wall(), who=who, result=result)
            del self._persons[call]
