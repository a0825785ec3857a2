"""A citizen who was called back and is on the line: he meets the agent who waits, or waits until one answers."""

from __future__ import annotations

import asyncio

from acd.callbacks.callback import Attempt
from acd.callbacks.callbacks import Callbacks
from cti.base.call import Call, CallState, CallStep
from cti.telephony.calls import Calls
from cti.telephony.switch.port import CallSession, DialResult
from cti.telephony.switch.waiting import unless_over
from cti.telephony.talk import Talks
from cti.telephony.talk_ending import TalkEnd


class CallbackStay:
    """One session of the citizen's leg, until the end of the talk."""

    def __init__(self, calls: Calls, talks: Talks, callbacks: Callbacks, call: Call, session: CallSession) -> None:
        self._calls = calls
        self._talks = talks
        self._callbacks = callbacks
        self._call = call
        self._session = session
        self._offered: asyncio.Queue[Attempt] = asyncio.Queue()

    def offered(self, attempt: Attempt) -> None:
        """Another agent is promised."""
        self._offered.put_nowait(attempt)

    def taken_back(self) -> None:
        """The agent is not promised any longer: his phone falls silent, the citizen waits on."""
        self._calls.background(self._talks.cancel_dial(self._call), "stop dialling")

    async def run(self, attempt: Attempt | None) -> TalkEnd | None:
        """The end of the talk; None when nobody is to call him back any more. Raises LegHungUp, LegLeft."""
        call = self._call
        if call.talk is not None and call.talk.away == "dial":
            if (end := await self._meet(attempt)) is not None:
                return end
            attempt = None
        elif call.talk is not None:
            # An agent's phone rang when the engine died.
            await self._talks.resume(call, self._session)
        while self._callbacks.citizen_here(call.id):
            end = await self._ring(attempt or await self._wait())
            if end is not None:
                return end
            attempt = None
        if call.state is CallState.QUEUED:
            self._calls.step(call, CallStep.LEAVE_QUEUE)
        return None

    async def _meet(self, attempt: Attempt | None) -> TalkEnd | None:
        """Talk with the agent who was rung first; None when he has just left."""
        call, talk = self._call, self._call.talk
        assert talk is not None
        if call.is_alive(talk.leg) and (attempt is None or attempt.connected()):
            return await self._talks.meet(call, self._session)
        call.talk = None
        await self._talks.end_legs(call, talk.leg)
        if attempt is not None:
            attempt.agent_failed(DialResult.REJECTED, citizen_waits=True)
        return None

    async def _wait(self) -> Attempt:
        if self._call.state is CallState.IN_FLOW:
            self._calls.step(self._call, CallStep.QUEUE)
        if not self._offered.empty():
            return self._offered.get_nowait()
        await self._session.wait()
        return await unless_over(self._session, self._offered.get())

    async def _ring(self, attempt: Attempt) -> TalkEnd | None:
        """Ring the agent who is promised; None when he did not take it."""
        order, registrar = attempt.order, self._calls.registrar
        addresses = registrar.addresses(order.agent)
        if not addresses:
            attempt.agent_failed(DialResult.UNREACHABLE, citizen_waits=True)
            return None
        end = await self._talks.dial(
            self._call,
            self._session,
            addresses,
            agent=order.agent,
            queue=order.queue,
            ring_seconds=order.ring_agent,
            answer_after=registrar.answer_after(order.agent, order.queue),
            on_ringing=attempt.agent_rings,
        )
        if end.result is DialResult.ANSWERED:
            return end
        attempt.agent_failed(end.result, citizen_waits=True)
        return None
