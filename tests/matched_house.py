"""The core with the matching beside it: callers wait in a queue, agents are offered them, and one model says who is
busy with whom. What must be so at every moment is checked after each event (`faults`)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from acd.engaged import Engaged
from acd.matching.states import AgentState
from acd.service import Acd, Offer, Overflow, PlaceOver, WorkItem
from acd.settings.schema import AcdSettings
from cti.base.call import Call, CallState, CallStep, LegState
from cti.base.events import CallEnded, Event, PhoneChanged, SwitchUp
from cti.telephony.engagement import Role
from cti.telephony.switch.port import CallSession, DialResult, LegHungUp, SwitchControl
from cti.telephony.talk_books import INTERRUPTED
from cti.telephony.talk_ending import TalkEnd
from ivr.telephone.queue_wait import SERVED
from tests.core_house import CoreHouse

SETTINGS: dict[str, Any] = {"queues": {"general": {"wrapup": 1, "ring": 4, "skip": 1}}}


class MatchedHouse(CoreHouse):
    """A `CoreHouse` whose callers are brought to agents by the matching; `agents` are signed in."""

    def __init__(self, switch: SwitchControl, phones: dict[str, str], *, agents: tuple[str, ...] = (), **more: Any):
        super().__init__(switch, phones, **more)
        self.acd = Acd(self.clock, AcdSettings.model_validate(SETTINGS), self.bus.publish)
        self.acd.can_ring = lambda agent: bool(self.registrar.addresses(agent))
        self.engaged = Engaged(self.acd, self.calls.engagements)
        self.bus.subscribe(PhoneChanged, lambda told: self.acd.phones_changed(told.agent, bool(told.addresses)))
        self.bus.subscribe(CallEnded, lambda told: self.acd.call_ended(told.call))
        self.bus.subscribe(SwitchUp, lambda told: self._reconcile())
        # When whoever told it has done.
        self.bus.subscribe(Event, lambda told: self.clock.call_later(0, self._look) and None)
        self.faults: list[str] = []
        self._dead = False
        self._agents = agents

    async def __aenter__(self) -> MatchedHouse:
        for agent in self._agents:
            self.acd.sign_in(agent)
        await super().__aenter__()
        return self

    def restore_place(self, call: Call, kept: Mapping[str, Any]) -> None:
        """A caller of an engine before keeps his place."""
        self.acd.restore(kept, WorkItem(call.id, "call", "general", caller=call.caller.digits))

    async def __aexit__(self, *error: object) -> None:
        self._dead = True
        self.engaged.stop()
        self.acd.stop()
        await super().__aexit__(*error)

    def _look(self) -> None:
        # What a dead engine believes is nobody's business.
        if not self._dead:
            self.faults += faults(self)

    def _reconcile(self) -> None:
        parts = self.calls.engagements.in_calls()
        self.acd.reconcile(
            {one.agent: one.work for one in parts if one.owner},
            (),
            {one.agent: one.work for one in parts if not one.owner},
        )

    async def _first(self, call: Call, session: CallSession) -> TalkEnd:
        return await self._queue(call, session)

    async def _again(self, call: Call, session: CallSession, queue: str) -> TalkEnd:
        return await self._queue(call, session)

    async def _queue(self, call: Call, session: CallSession) -> TalkEnd:
        if call.state is CallState.IN_FLOW:
            self.calls.step(call, CallStep.QUEUE)
        item = WorkItem(call.id, "call", "general", caller=call.caller.digits)
        served = call.progress.pop(SERVED, None) if call.progress.pop(INTERRUPTED, "") else None
        place = self.acd.readmit(served, item) if served is not None else self.acd.enqueue(item)
        call.progress["acd"] = place.kept()
        try:
            while True:
                await session.wait()
                waiting, over = asyncio.ensure_future(place.next()), asyncio.ensure_future(session.over)
                await asyncio.wait((waiting, over), return_when=asyncio.FIRST_COMPLETED)
                if over.done():
                    waiting.cancel()
                    raise over.result()
                offer = waiting.result()
                if isinstance(offer, Overflow):
                    return TalkEnd(DialResult.FAILED)
                if (end := await self._offer(call, session, offer)) is not None:
                    return end
        except LegHungUp:
            place.withdraw("abandoned")
            raise
        except PlaceOver:
            return TalkEnd(DialResult.FAILED)

    async def _offer(self, call: Call, session: CallSession, offer: Offer) -> TalkEnd | None:
        addresses = self.registrar.addresses(offer.agent)
        if not addresses:
            offer.failed(DialResult.UNREACHABLE)
            return None
        taken_back = asyncio.ensure_future(offer.taken_back())
        taken_back.add_done_callback(
            lambda one: None if one.cancelled() else self.calls.background(self.talks.cancel_dial(call), "stop")
        )
        try:
            end = await self.talks.dial(
                call, session, addresses, agent=offer.agent, queue="general", ring_seconds=offer.ring,
                on_ringing=offer.ringing, on_answered=lambda: self._answered(call, offer),
            )  # fmt: skip
        finally:
            taken_back.cancel()
        if end.result is DialResult.ANSWERED:
            return end
        offer.failed(end.result)
        return None

    @staticmethod
    def _answered(call: Call, offer: Offer) -> None:
        call.progress[SERVED] = call.progress.pop("acd", None)
        offer.answered()


def faults(house: MatchedHouse) -> list[str]:
    """What must never be: somebody engaged without a leg or offer, offered while engaged, or wanted by two talks."""
    found: list[str] = []
    model, acd = house.calls.engagements, house.acd.matching
    for agent in acd.roster.agents.values():
        parts = [one for one in model.of(agent.number) if one.is_voice]
        if len({one.work for one in parts}) > 1:
            found.append(f"{agent.number} is on the telephone twice: {parts}")
        held = agent.reservation
        part = model.in_call(agent.number)
        if held is not None and part is not None and part.work != held.work.item.id:
            found.append(f"{agent.number} is offered {held.work.item.id} while {part}")
        # A phone that has just been told to fall silent may be free in the same moment.
        if part is not None and part.role is not Role.RINGING and agent.state is AgentState.READY:
            found.append(f"{agent.number} is ready while {part}")
    for call in house.calls.open:
        if call.talk is None or call.talk.answered_at is None:
            continue
        owners = [one.agent for one in model.with_call(call.id) if one.owner]
        if owners != [call.talk.agent][: bool(call.talk.agent)]:
            found.append(f"the talk of {call.id} is {call.talk.agent}'s, and owned by {owners}")
    return found


def left_over(house: MatchedHouse) -> list[str]:
    """Who is not free though nobody calls any more."""
    found = [f"{one.agent} is still {one.role} in {one.work}" for one in house.calls.engagements.in_calls()]
    for agent in house.acd.matching.roster.agents.values():
        if agent.engaged or agent.reservation is not None:
            found.append(f"{agent.number} is {agent.state} with {agent.engaged} {agent.reservation}")
        found += [f"{agent.number}: {one}" for one in house.calls.engagements.written(agent.number)]
    legs = [leg for call in house.shelf.calls.values() for leg in call.legs.values()]
    return found + [f"{leg.id} of {leg.agent} is {leg.state}" for leg in legs if leg.state is not LegState.ENDED]
