"""Dials callbacks: the agent's phone and the citizen's, in the order that the queue wants, by `cti.telephony.outgoing`.

The citizen's session is led by a flow, whose queue node finds the agent here (`stay`). Everything that goes wrong is
reported to the attempt only after the telephones are silent, so that a free agent's phone really is free.
"""

from __future__ import annotations

import structlog

from acd.callbacks.callback import Attempt, CallbackOrder
from acd.callbacks.callbacks import Callbacks
from acd.callbacks.session import CallbackStay
from cti.base.call import Call
from cti.base.numbers.number import Number
from cti.telephony.calls import Calls
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import CallSession, DialResult
from cti.telephony.talk import Talks
from cti.telephony.talk_ending import TalkEnd

log = structlog.get_logger(__name__)

PROGRESS = "callback"
"""Where an outgoing call's `progress` says that it is a callback: `{"id": …, "call": the call that asked for it}`."""


class CallbackDialling:
    """Dials callbacks for the matching: it is its `CallbackDialler`."""

    def __init__(self, calls: Calls, talks: Talks, outgoing: Outgoing, callbacks: Callbacks) -> None:
        self._calls = calls
        self._talks = talks
        self._outgoing = outgoing
        self._callbacks = callbacks
        self._attempts: dict[str, Attempt] = {}
        self._stays: dict[str, CallbackStay] = {}

    def can_dial(self, number: Number) -> bool:
        """See `CallbackDialler`."""
        return self._outgoing.can_dial(number)

    def call_back(self, order: CallbackOrder, attempt: Attempt) -> None:
        """See `CallbackDialler`."""
        stay = self._stays.get(order.id)
        if stay is not None:
            stay.offered(attempt)
        elif self._calls.find(order.id) is not None:
            # His session is on its way here.
            self._attempts[order.id] = attempt
        else:
            self._calls.background(self._dial(order, attempt), "call back")

    def give_up(self, order: CallbackOrder) -> None:
        """See `CallbackDialler`."""
        self._attempts.pop(order.id, None)
        stay, call = self._stays.get(order.id), self._calls.find(order.id)
        if stay is not None:
            stay.taken_back()
        elif call is not None and call.answered_at is None:
            self._calls.background(self._end(call), "give a callback up")

    async def _end(self, call: Call) -> None:
        await self._outgoing.stop(call)
        self._outgoing.over(call)

    # ── dialling ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _dial(self, order: CallbackOrder, attempt: Attempt) -> None:
        citizen = Number.parse(order.number)
        if not self._outgoing.ways(citizen, organisation=order.organisation):
            log.warning("no trunk takes a callback", callback=order.callback, queue=order.queue)
            attempt.citizen_failed(DialResult.UNREACHABLE)
            return
        call = self._outgoing.begin(
            order.id, citizen, organisation=order.organisation, region=order.region, queue=order.queue, show=order.show
        )
        call.progress[PROGRESS] = {"id": order.callback, "call": order.call}
        try:
            if order.first == "agent":
                await self._agent_first(call, order, attempt)
            else:
                self._attempts[order.id] = attempt
                await self._dial_citizen(call, order, attempt)
        except Exception:
            log.exception("callback failed", callback=order.callback)
            await self._end(call)
            attempt.citizen_failed(DialResult.FAILED)

    async def _agent_first(self, call: Call, order: CallbackOrder, attempt: Attempt) -> None:
        result = await self._outgoing.ring_agent(
            call, order.agent, order.ring_agent, queue=order.queue, on_ringing=attempt.agent_rings
        )
        if result is not DialResult.ANSWERED:
            await self._end(call)
            attempt.agent_failed(result)
            return
        self._attempts[order.id] = attempt
        await self._dial_citizen(call, order, attempt)

    async def _dial_citizen(self, call: Call, order: CallbackOrder, attempt: Attempt) -> None:
        agent_waits = call.talk is not None
        if not attempt.citizen_dialled():
            await self._end(call)
            return
        # `dial_citizen` has the attempt on disk before it dials: whatever dies, he is not dialled for it again.
        result = await self._outgoing.dial_citizen(call, order.ring_citizen)
        if result is DialResult.ANSWERED:
            return
        self._attempts.pop(order.id, None)
        left = agent_waits and self._outgoing.agent_left(call)
        await self._outgoing.stop(call)
        if left:
            attempt.agent_failed(DialResult.REJECTED)
        else:
            attempt.citizen_failed(result)
        self._outgoing.over(call)

    # ── the citizen is on the line ───────────────────────────────────────────────────────────────────────────────

    async def stay(self, call: Call, session: CallSession) -> TalkEnd | None:
        """In the session of the citizen: the talk with an agent, its end; None: no callback is waiting for him."""
        stay = CallbackStay(self._calls, self._talks, self._callbacks, call, session)
        attempt = self._attempts.pop(call.id, None)
        self._stays[call.id] = stay
        try:
            return await stay.run(attempt)
        finally:
            if self._stays.get(call.id) is stay:
                del self._stays[call.id]
