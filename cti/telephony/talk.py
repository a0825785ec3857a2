"""Talks: dial an agent for a caller and see it through, over consultations and engines, to its end.

The caller's session dials and is blocked until the talk is over. To do something else with a talk, its legs are
pulled into sessions of their own: the caller's waits for a `Decision`, the agent's does what the agent asked for
(`cti.telephony.consult`).
What stands in `call.talk` is enough for another engine to go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from cti.base.call import Call, EndReason, LegState, Party, Talk
from cti.base.numbers.number import Number
from cti.telephony.calls import Calls
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import (
    CallSession,
    Dialled,
    DialRequest,
    DialResult,
    LegHungUp,
    LegLeft,
    LegSnapshot,
    SessionOver,
    SwitchLost,
    SwitchUnavailable,
)
from cti.telephony.switch.waiting import unless_over
from cti.telephony.talk_deciding import Decision, TalkDeciding
from cti.telephony.talk_ending import TalkEnd
from cti.telephony.talk_events import TalkEvents
from cti.telephony.truth import rejoining

log = structlog.get_logger(__name__)

GRACE_SECONDS = 30.0
"""How long the caller of a talk that was cut off waits for his agent."""
SIGN_OF_LIFE_SECONDS = 4.0
"""A phone that has not rung by then has lost its network."""
BACK_SECONDS = 1.5
"""Within so long of each other both legs of a call come back to a new engine: the dialplan tries it once a second."""


class Talks(TalkDeciding):
    """Every talk of this engine."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls)
        self._events = TalkEvents(calls, self.books, self._stayed)
        calls.before_end(self._close)

    # ── from dial to end ─────────────────────────────────────────────────────────────────────────────────────────

    async def dial(
        self,
        call: Call,
        session: CallSession,
        addresses: Sequence[Address],
        *,
        agent: str,
        queue: str = "",
        ring_seconds: float = 20.0,
        answer_after: float | None = None,
        outside: bool = False,
        return_by: datetime | None = None,
        shown: Number | None = None,
        on_ringing: Callable[[], object] = lambda: None,
        on_answered: Callable[[], object] = lambda: None,
    ) -> TalkEnd:
        """Dial and talk; returns when it is over, or could not begin. Raises LegHungUp, LegLeft.

        Somebody who is on the telephone with others is BUSY, and not rung. With `return_by` it is the agent of a talk
        that was cut off, who is waited for until then. `shown` is what a number `outside` is shown.
        """
        taken = self._calls.engagements.on_the_phone(agent)
        if taken is not None and taken.work != call.id:
            return TalkEnd(DialResult.BUSY)
        began = call.talk.began_at if call.talk is not None and return_by is not None else None
        talk = call.talk = Talk(agent, queue, offered_at=self._calls.clock.wall(), return_by=return_by, began_at=began)
        self.books.on_begun[call.id], self._events.on_ringing[call.id] = on_answered, on_ringing
        self._calls.save(call)
        await self._record(call, talk, session)
        party = Party.OUTSIDE if outside else Party.AGENT
        # The leg of a citizen whom we dialled has the number that we showed him.
        caller = call.caller if call.outgoing and party is Party.AGENT else shown
        request = DialRequest(addresses, ring_seconds, party, agent, answer_after, caller=caller)
        silent = self._calls.clock.call_later(SIGN_OF_LIFE_SECONDS, lambda: self._no_sign_of_life(call, talk))
        try:
            dialled = await session.dial(request)
        except LegHungUp as gone:
            await self._stop_dialling(call, talk)
            self._caller_over(call, talk, gone)
            raise
        except LegLeft:
            raise
        except Exception:
            await self.complete_recording(session)
            self._over(call, "failure")
            raise
        finally:
            silent.cancel()
            self.books.on_begun.pop(call.id, None)
            self._events.on_ringing.pop(call.id, None)
        return await self._ended(call, session, dialled)

    async def _record(self, call: Call, talk: Talk, session: CallSession) -> None:
        if self.books.recording is not None and (planned := self.books.recording.begin(call, talk)):
            talk.recording, path = planned
            await session.record(path)

    async def meet(self, call: Call, session: CallSession) -> TalkEnd:
        """The citizen whom we dialled talks with the agent whose leg waits for him; returns when it is over."""
        talk = call.talk
        assert talk is not None
        # After an engine's death both come back at once: a leg on its way to a session is none that can be taken.
        await unless_over(session, self._calls.sessions.arrived(talk.leg, BACK_SECONDS))
        talk.away = ""
        await self._record(call, talk, session)
        self.books.begin(call, talk, talk.leg)
        return await self._carry_out(call, session, Decision("connect", talk.leg))

    async def resume(self, call: Call, session: CallSession) -> TalkEnd:
        """Go on with `call.talk` in a new session of the caller's leg."""
        talk = call.talk
        assert talk is not None
        if talk.return_by is not None and talk.answered_at is None and self.interruptions is not None:
            return await self.interruptions.come_back(call, session)
        if not talk.away and (verb := rejoining(talk, session.arrival.leg, await self._legs(call))):
            # He was on his way to the agent, who is there, when an engine died, or the agent's end was seen first.
            self._decisions.pop(call.id, None)
            await unless_over(session, self._calls.sessions.arrived(talk.leg, BACK_SECONDS))
            return await self._carry_out(call, session, Decision(verb, talk.leg))
        if not talk.away:
            # The talk ended, or its dial failed, while no engine looked.
            ended = self.books.catch_up(call, talk)
            result = DialResult.ANSWERED if talk.answered_at else DialResult.FAILED
            return await self._ended(call, session, Dialled(result, self.books.seconds(talk, ended)), ended)
        if talk.away == "flow":
            return TalkEnd(DialResult.ANSWERED, self.books.seconds(talk), talk.then, away=True)
        return await self._wait_for_agent(call, session)

    async def _legs(self, call: Call) -> Sequence[LegSnapshot]:
        """What the switch has of a call now; nothing when it does not answer."""
        try:
            return [leg for leg in await self._calls.switch.legs() if leg.call == call.id]
        except SwitchUnavailable as error:
            log.warning("switch not asked who is there", call=call.id, reason=str(error))
            return ()

    async def back(self, call: Call, session: CallSession) -> TalkEnd:
        """The flow that the agent asked for is over: connect with the agent who waited."""
        talk = call.talk
        assert talk is not None
        if talk.away == "return" and self.interruptions is not None:
            # He was in the flow meanwhile: his waiting begins now.
            talk.return_by = self._calls.clock.wall() + timedelta(seconds=GRACE_SECONDS)
            return await self.interruptions.come_back(call, session)
        talk.away = talk.then = ""
        self._calls.save(call)
        if not call.is_alive(talk.leg):
            return await self._ended(call, session, Dialled(DialResult.ANSWERED, self.books.seconds(talk)))
        return await self._carry_out(call, session, Decision("connect", talk.leg))

    async def _wait_for_agent(self, call: Call, session: CallSession) -> TalkEnd:
        talk = call.talk
        assert talk is not None
        decisions = self._decisions.setdefault(call.id, asyncio.Queue())
        self.books.hold(call, talk)
        if not call.is_alive(talk.leg) and not call.is_alive(talk.consulted_leg):
            ended = self.books.catch_up(call, talk)
            return await self._ended(
                call, session, Dialled(DialResult.ANSWERED, self.books.seconds(talk, ended)), ended
            )
        await session.wait()
        try:
            decision = await unless_over(session, decisions.get())
        except LegHungUp as gone:
            await self.end_legs(call, talk.leg, talk.consulted_leg)
            self._caller_over(call, talk, gone)
            raise
        finally:
            self._decisions.pop(call.id, None)
        return await self._carry_out(call, session, decision)

    async def _carry_out(self, call: Call, session: CallSession, decision: Decision) -> TalkEnd:
        talk = call.talk
        assert talk is not None
        if decision.verb == "return" and self.interruptions is not None:
            return await self.interruptions.come_back(call, session)
        self.books.retrieve(call, talk)
        try:
            if decision.verb == "connect":
                await session.connect(decision.leg)
            elif decision.verb == "join":
                await self._join(call, talk, session, decision.leg)
        except LegHungUp as gone:
            if await self._caller_is_gone(session):
                self._caller_over(call, talk, gone)
                raise
        finally:
            self._joining.discard(call.id)
        return await self._ended(call, session, Dialled(DialResult.ANSWERED, self.books.seconds(talk)))

    async def _ended(self, call: Call, session: CallSession, dialled: Dialled, at: datetime | None = None) -> TalkEnd:
        at = at or self._calls.clock.wall()
        talk = call.talk
        if talk is not None and talk.recording:
            # Before its end is told: who hears of it finds the recording complete.
            await self.complete_recording(session)
            talk = call.talk
        if talk is not None and talk.away == "return" and self.interruptions is not None:
            # His page or phone was lost in this very moment.
            return await self.interruptions.come_back(call, session)
        if self._events.was_cut(call, talk) and talk is not None and self.interruptions is not None:
            self.interruptions.cut(call, talk)
            return await self.interruptions.come_back(call, session)
        then = talk.then if talk else ""
        if talk and dialled.result is DialResult.ANSWERED and talk.answered_at is None:
            self.books.begin(call, talk, talk.leg)
        if talk and talk.answered_at is not None:
            dialled = Dialled(DialResult.ANSWERED, self.books.seconds(talk, at))
        self._over(call, self.books.ended_by.pop(call.id, "agent"), at)
        verdict = self._verdicts.pop(call.id, dialled.result)
        return TalkEnd(dialled.result if dialled.result is DialResult.ANSWERED else verdict, dialled.seconds, then)

    def _caller_over(self, call: Call, talk: Talk, gone: LegHungUp) -> None:
        """The talk is over with the caller, or was with the switch, before anybody could know."""
        if isinstance(gone, SwitchLost):
            self._over(call, "switch", self.books.catch_up(call, talk) or self._calls.after_gap.lost_at)
        else:
            self._over(call, "caller")

    def _over(self, call: Call, ended_by: str, at: datetime | None = None) -> None:
        talk = call.talk
        if talk is None:
            return
        self._decisions.pop(call.id, None)
        self.books.end(call, talk, ended_by, at)
        if talk.recording and talk.answered_at is None and self.books.recording is not None:
            self.books.recording.forget(talk.recording)

    @staticmethod
    async def complete_recording(session: CallSession) -> None:
        """All that was said is in the file, and nothing is added. Of a leg that is gone this is so."""
        try:
            await session.stop_recording()
        except SessionOver:
            return
        except SwitchUnavailable as error:
            log.warning("recording not stopped", call=session.arrival.call, reason=str(error))

    def _close(self, call: Call, reason: EndReason) -> None:
        """The call ends, perhaps with a talk that no session of ours saw to its end."""
        talk = call.talk
        others = [leg.id for leg in call.legs.values() if leg.id != call.caller_leg and leg.state is not LegState.ENDED]
        waiting = (talk is not None and talk.away) or any(self._calls.sessions.has(leg) for leg in others)
        if len(others) > 1 or (others and waiting):
            # Who waits for the caller; and those who were together with him would go on without him.
            self._calls.background(self._let_go(others), "let go who is left")
        if talk is not None:
            ended = call.ended_at
            if ended is not None and not talk.away:
                ended = self.books.catch_up(call, talk) or ended
            self._decisions.pop(call.id, None)
            self._joining.discard(call.id)
            self.books.end(call, talk, "switch" if reason is EndReason.SWITCH_LOST else "caller", ended)
        self.books.last_end(call, reason)

    async def _let_go(self, legs: Sequence[str]) -> None:
        try:
            for leg in legs:
                await self._calls.switch.hang_up(leg)
        except SwitchUnavailable as error:
            log.warning("legs not ended", legs=legs, reason=str(error))
