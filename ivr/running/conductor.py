"""Leads callers through flows: the `Conductor` of the core, one interpreter for each session of a caller's leg."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from cti.base.bus import Bus
from cti.base.call import Call, EndReason
from cti.base.ciphers.cipher import Cipher
from cti.base.events import FlowReturned
from cti.store.journal.journal import Journal
from cti.telephony.outgoing import OUTGOING_ARGUMENTS, OUTGOING_FLOW
from cti.telephony.switch.port import CallSession
from ivr.conversation.port import Conversation
from ivr.definition.routing import Routing
from ivr.reach.surroundings import Surroundings
from ivr.running.interpreter import Flows, Interpreter, beginning
from ivr.running.sealing import seal, secrets_of, unseal, without
from ivr.telephone.handed_over import RETURNED
from ivr.telephone.phone import PhoneConversation, PhoneRoom

log = structlog.get_logger(__name__)

FLOW, DETOUR = "ivr", "detour"
CALLBACK_FLOW = "callback"


class FlowConductor:
    """What stands in `call.progress["ivr"]` is where the call is; `detour` a flow while an agent waits.

    `returned` is what came of the last of those: `{flow, outcome, results}`.
    """

    def __init__(
        self,
        room: PhoneRoom,
        flows: Flows,
        surroundings: Surroundings,
        routing: Routing,
        bus: Bus,
        journal: Journal,
        cipher: Cipher,
    ) -> None:
        self._room = room
        self._routing = routing
        self._flows = flows
        self._surroundings = surroundings
        self._bus = bus
        self._journal = journal
        self._cipher = cipher
        room.calls.before_end(_forget)

    async def conduct(self, call: Call, session: CallSession) -> None:
        """From where the call stands to its end."""

        async def detour(flow: str) -> None:
            await self._detour(call, conversation, flow)

        conversation = PhoneConversation(self._room, call, session, detour)
        interpreter = self._interpreter(call, conversation, FLOW)
        kept = call.progress.get(FLOW)
        if kept is not None:
            await interpreter.run(unseal(kept, self._cipher))
            return
        await conversation.answer()
        flow, arguments = self.flow_of(call)
        await interpreter.start(flow, arguments)

    def flow_of(self, call: Call) -> tuple[str, Mapping[str, Any]]:
        """The flow and what it is given: that of who is called back or dialled, or what the routing table says by
        number and hour, else the plan.
        """
        if call.outgoing:
            return str(call.progress.get(OUTGOING_FLOW, CALLBACK_FLOW)), call.progress.get(OUTGOING_ARGUMENTS, {})
        now = self._surroundings.now()
        routed = self._routing.choice(call.called, self._surroundings.calendars, now, call.region)
        if routed is not None:
            return routed.flow, routed.arguments
        entry = self._room.plan.find(call.called)
        return entry.flow if entry else "hotline", {}

    async def _detour(self, call: Call, conversation: Conversation, flow: str) -> None:
        """Run a flow while an agent waits, and hand him what came of it."""
        interpreter = self._interpreter(call, conversation, DETOUR)
        kept = call.progress.get(DETOUR)
        try:
            begin = unseal(kept, self._cipher) if kept is not None else beginning(self._flows.current(flow))
        except KeyError:
            log.error("no such flow", flow=flow)
            return
        ending = await interpreter.run(begin)
        secrets = list(secrets_of(unseal(call.progress.pop(DETOUR, begin), self._cipher)))
        results = {name: value for name, value in ending.results.items() if value not in secrets}
        title = self._flows.current(flow).head.title
        call.progress[RETURNED] = {"flow": flow, "title": title, "outcome": ending.outcome, "results": results}
        agent = call.talk.agent if call.talk is not None else ""
        self._room.calls.tell(FlowReturned, call, agent=agent, flow=flow, outcome=ending.outcome)

    def _interpreter(self, call: Call, conversation: Conversation, place: str) -> Interpreter:
        async def save(state: dict[str, Any], durable: bool) -> None:
            call.progress[place] = seal(state, self._cipher)
            self._room.calls.save(call)
            if durable:
                await self._journal.flushed()

        return Interpreter(self._flows, conversation, self._surroundings, save, self._bus.publish)


def _forget(call: Call, _: EndReason) -> None:
    """What was typed unseen is of no use any more."""
    for place in (FLOW, DETOUR):
        if place in call.progress:
            call.progress[place] = without(call.progress[place])
