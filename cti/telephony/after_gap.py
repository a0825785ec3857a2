"""After a time in which nobody looked, because the engine or the connection was dead: what became of calls and legs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from cti.base.call import Call, CallState, EndReason, Leg, LegState, Party
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.numbers.number_plan import NumberPlan
from cti.telephony.switch.port import (
    Connected,
    LegGone,
    LegHungUp,
    LegPickedUp,
    LegSnapshot,
    SwitchRecord,
    SwitchUnavailable,
    TalkStretch,
)
from cti.telephony.truth import HasHim, Picture, is_together, left_over, truth_of

if TYPE_CHECKING:
    from cti.telephony.calls import Calls

log = structlog.get_logger(__name__)


class SwitchBooks(Protocol):
    """The switch's own records of legs that ended."""

    def end_of(self, leg: str) -> datetime | None:
        """When a leg ended, or None when the switch did not live to write it."""

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        """When a leg was in a talk, oldest first."""

    def was_in_emergency(self, leg: str) -> bool:
        """Whether the switch's own queue had the leg last."""


class AfterGap:
    """Brings the open calls up to what the switch and its books say."""

    def __init__(self, calls: Calls, books: SwitchBooks, plan: NumberPlan, last_alive: datetime | None = None) -> None:
        self._calls = calls
        self._books = books
        self._plan = plan
        self.blind_since = last_alive
        """When the switch was seen last; None while it is seen, or nobody knows."""
        self.on_other: Callable[[Call, HasHim], None] = lambda call, has_him: None
        """Books the citizen's talk for who has him."""
        self.on_together: Callable[[Call], None] = lambda call: None
        """Books that citizen and agent talk again."""
        self.lost_at: datetime | None = None
        """When the switch of the legs that are `SwitchLost` was seen last."""

    def resync(self, event: Connected) -> None:
        """End the calls and legs that are gone, and take up the legs that were dialled unseen."""
        if event.restarted:
            self.lost_at = self.blind_since
        existing = {leg.leg for leg in event.legs}
        for found in event.legs:
            call = self._calls.find(found.call)
            if call is not None and call.outgoing and found.party is Party.CALLER:
                self._calls.dialled_leg(call, found.leg, found.address)
        for call in self._calls.open:
            if self._calls.is_in_the_making(call):
                continue
            if call.caller_leg not in existing and not self._calls.sessions.has(call.caller_leg):
                self._end(call, restarted=event.restarted)
                continue
            self._correct(call, tuple(leg for leg in event.legs if leg.call == call.id), existing)
        self.blind_since = None

    def _end(self, call: Call, *, restarted: bool) -> None:
        if call.outgoing and call.answered_at is None:
            self._calls.caller_gone(call)
            return
        ended = None if restarted else self._books.end_of(call.caller_leg)
        if ended is None:
            self._calls.end(call, EndReason.SWITCH_LOST, self.blind_since)
        elif self._books.was_in_emergency(call.caller_leg):
            self._calls.end(call, EndReason.EMERGENCY_QUEUE, ended)
        else:
            self._calls.caller_gone(call, ended)

    def _correct(self, call: Call, legs: tuple[LegSnapshot, ...], existing: set[str]) -> None:
        """Let legs and talk of a call that goes on be what the switch says, with its times."""
        for found in legs:
            if found.leg not in call.legs:
                self._calls.add_leg(call, Leg(found.leg, found.party, found.address, agent=found.agent))
        picture = self._picture(call, legs)
        if (has_him := truth_of(call, picture)) is not None:
            log.info("another has the citizen than was written", call=call.id, agent=has_him.agent)
            self.on_other(call, has_him)
        elif is_together(call, picture):
            self.on_together(call)
        for leg in list(call.legs.values()):
            if leg.state is not LegState.ENDED and leg.id not in existing and not self._calls.sessions.has(leg.id):
                self._calls.switch_events.gone(LegGone(leg.id, call.id, 0, at=self._gone_at(leg.id)))
        for found in legs:
            if found.answered and call.legs[found.leg].state not in (LegState.UP, LegState.ENDED):
                self._calls.switch_events.hear(LegPickedUp(found.leg, picture.since(found)))
        for leg_id in left_over(call, picture):
            self._calls.background(self._drop(leg_id), "drop an agent whose talk another has")

    async def _drop(self, leg: str) -> None:
        try:
            await self._calls.switch.hang_up(leg)
        except SwitchUnavailable as error:
            log.warning("leg not ended", leg=leg, reason=str(error))

    def _picture(self, call: Call, legs: tuple[LegSnapshot, ...]) -> Picture:
        return Picture(legs, {leg: self._books.talks_of(leg) for leg in call.legs})

    def _gone_at(self, leg: str) -> datetime | None:
        """When a leg that is gone ended by the books, or talked last."""
        stretches = self._books.talks_of(leg)
        return self._books.end_of(leg) or (stretches[-1].ended if stretches else None)

    def talks_since(self, found: LegSnapshot) -> datetime | None:
        """When the talk began in which a leg is; None when the switch does not tell."""
        return Picture((), {found.leg: self._books.talks_of(found.leg)}).since(found)

    def enter_past(self, record: SwitchRecord) -> None:
        """Enter a visit of which no engine knew: the switch's own queue served it, or the caller did not wait."""
        called = Number.parse(record.called)
        entry = self._plan.find(called) or self._plan.first
        call = Call(
            id=new_id(),
            organisation=entry.organisation,
            region=entry.region,
            switch=self._calls.switch.name,
            trunk="",
            caller=Number.parse(record.caller),
            called=called,
            arrived_at=record.started_at,
            caller_leg=record.leg,
            answered_at=record.answered_at,
            state=CallState.IN_FLOW,
        )
        self._calls.enter(call)
        reason = EndReason.EMERGENCY_QUEUE if record.in_emergency else EndReason.CALLER_HUNG_UP
        self._calls.end(call, reason, record.ended_at)

    async def take_back(self) -> None:
        """Bring callers who wait in the switch's emergency queue into sessions; those who talk there are left."""
        switch = self._calls.switch
        waiting = [leg for leg in await switch.legs() if leg.place == "emergency" and leg.party is Party.CALLER]
        for leg in waiting:
            try:
                await switch.pull(leg.leg)
            except (SwitchUnavailable, LegHungUp) as error:
                log.warning("caller not taken back", leg=leg.leg, reason=str(error))
