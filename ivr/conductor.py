"""Leads callers through flows: the `Conductor` of the core, one interpreter for each session of a caller's leg."""

from __future__ import annotations

from typing import Any

import structlog

from cti.bus import Bus
from cti.call import Call
from cti.store.journal import Journal
from cti.switch.port import CallSession
from ivr.conversation import Conversation
from ivr.interpreter import Flows, Interpreter, beginning
from ivr.phone import PhoneConversation, PhoneRoom
from ivr.routing import Routing
from ivr.surroundings import Surroundings

log = structlog.get_logger(__name__)

FLOW, DETOUR = "ivr", "detour"
CALLBACK_FLOW = "callback"


class FlowConductor:
    """What stands in `call.progress["ivr"]` is where the call is; `detour` a flow while an agent waits."""

    def __init__(
        self,
        room: PhoneRoom,
        flows: Flows,
        surroundings: Surroundings,
        routing: Routing,
        bus: Bus,
        journal: Journal,
    ) -> None:
        self._room = room
        self._routing = routing
        self._flows = flows
        self._surroundings = surroundings
        self._bus = bus
        self._journal = journal

    async def conduct(self, call: Call, session: CallSession) -> None:
        """From where the call stands to its end."""
        if session.arrival.target and call.talk is not None:
            # A phone's blind transfer may be told here before the control connection tells it.
            call.talk.then = f"number:{session.arrival.target}"

        async def detour(flow: str) -> None:
            await self._detour(call, session, conversation, flow)

        conversation = PhoneConversation(self._room, call, session, detour)
        interpreter = self._interpreter(call, conversation, FLOW)
        kept = call.progress.get(FLOW)
        if kept is not None:
            await interpreter.run(kept)
            return
        await conversation.answer()
        await interpreter.start(self._flow_of(call))

    def _flow_of(self, call: Call) -> str:
        """Who is called back has a flow of his own; else the routing table decides, by number and hour, or the plan."""
        if call.outgoing:
            return CALLBACK_FLOW
        now = self._surroundings.now()
        routed = self._routing.flow(call.called, self._surroundings.calendars, now, call.region)
        entry = self._room.plan.find(call.called)
        return routed or (entry.flow if entry else "hotline")

    async def _detour(self, call: Call, session: CallSession, conversation: Conversation, flow: str) -> None:
        interpreter = self._interpreter(call, conversation, DETOUR)
        kept = call.progress.get(DETOUR)
        try:
            await interpreter.run(kept if kept is not None else beginning(self._flows.current(flow)))
        except KeyError:
            log.error("no such flow", flow=flow)
        call.progress.pop(DETOUR, None)

    def _interpreter(self, call: Call, conversation: Conversation, place: str) -> Interpreter:
        async def save(state: dict[str, Any], durable: bool) -> None:
            call.progress[place] = state
            self._room.calls.save(call)
            if durable:
                await self._journal.flushed()

        return Interpreter(self._flows, conversation, self._surroundings, save, self._bus.publish)
