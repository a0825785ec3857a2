"""Talks: dial an agent for a caller and see it through, over consultations and engines, to its end.

The caller's session dials and is blocked until the talk is over. To do something else with a talk, its legs are
pulled into sessions of their own: the caller's waits for a `Decision`, the agent's does what the agent asked for
(`cti.consult`).
What stands in `call.talk` is enough for another engine to go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from cti.call import Call, CallState, CallStep, EndReason, Leg, LegState, Party, Talk
from cti.calls import Calls
from cti.events import CallHeld, CallRetrieved, CallTransferred, TalkEnded, TalkStarted
from cti.number import Number
from cti.switch.address import Address
from cti.switch.port import (
    CallSession,
    Connected,
    Dialled,
    DialRequest,
    DialResult,
    HoldChanged,
    LegGone,
    LegHungUp,
    LegLeft,
    LegPickedUp,
    LegRang,
    LegSnapshot,
    LegTransferred,
    SwitchEvent,
    SwitchLost,
    SwitchUnavailable,
)
from cti.switch.waiting import unless_over
from cti.telephony.engagement import supervises

log = structlog.get_logger(__name__)

INTERRUPTED = "interrupted"
"""Where a call says in its progress that its talk was cut off, and with whom: its place in the queue waits for it."""
LOST_CAUSES = frozenset({3, 18, 20, 27, 38, 41, 42, 44, 47, 102, 111})
"""Q.850: the phone, its network or its sound is gone. Whoever puts down gives another cause."""
GRACE_SECONDS = 30.0
"""How long the caller of a talk that was cut off waits for his agent."""
SIGN_OF_LIFE_SECONDS = 4.0
"""A phone that has not rung by then has lost its network."""
_TALKERS = (Party.AGENT, Party.OUTSIDE)


class RecordingPlan(Protocol):
    """What the recorder decides of a talk that is about to begin."""

    def begin(self, call: Call, talk: Talk) -> tuple[str, Path] | None:
        """The recording's id and file, or None when this talk is not recorded."""

    def forget(self, recording: str) -> None:
        """The talk did not come about."""

    def length(self, recording: str) -> float:
        """How many seconds the switch has recorded until now."""


class Interrupting(Protocol):
    """What becomes of a talk whose agent has lost his phone (`cti.telephony.interruption`)."""

    def cut(self, call: Call, talk: Talk) -> None:
        """The agent's leg was cut off: the caller waits for him."""

    async def come_back(self, call: Call, session: CallSession) -> TalkEnd:
        """The caller waits; returns when a talk with the agent who came back is over, or he did not."""

    def give_up(self, call: Call) -> None:
        """The agent is waited for no longer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the caller's leg does next: `connect` to a leg, `join` the talk a leg is in, wait for an agent to `return`,
    or the talk is `over`."""

    verb: str
    leg: str = ""


@dataclass(frozen=True, slots=True)
class TalkEnd:
    """How it ended. `then` is where the agent sent the caller (`queue:x`, `agent:1002`, `flow:x`, `outside:…`).

    `away` is true when the agent waits for the caller to come back from that flow (`Talks.back`).
    """

    result: DialResult
    seconds: float = 0.0
    then: str = ""
    away: bool = False


class Talks:
    """Every talk of this engine."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._decisions: dict[str, asyncio.Queue[Decision]] = {}
        self._answered: dict[str, Callable[[], object]] = {}
        self._rang: dict[str, Callable[[], object]] = {}
        self._ended_by: dict[str, str] = {}
        self._until: dict[str, datetime] = {}
        """When the last talk of an open call ended."""
        self.recording: RecordingPlan | None = None
        self._verdicts: dict[str, DialResult] = {}
        self._cut: set[str] = set()
        self.interruptions: Interrupting | None = None
        calls.switch_events.listen(self._on_event)
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
        auto_answer: bool = False,
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
        talk = call.talk = Talk(agent, queue, offered_at=self._calls.clock.wall(), return_by=return_by)
        self._answered[call.id], self._rang[call.id] = on_answered, on_ringing
        self._calls.save(call)
        await self._record(call, talk, session)
        party = Party.OUTSIDE if outside else Party.AGENT
        # The leg of a citizen whom we dialled has the number that we showed him.
        caller = call.caller if call.outgoing and party is Party.AGENT else shown
        request = DialRequest(addresses, ring_seconds, party, agent, auto_answer, caller=caller)
        silent = self._calls.clock.call_later(SIGN_OF_LIFE_SECONDS, lambda: self._no_sign_of_life(call, talk))
        try:
            dialled = await session.dial(request)
        except LegHungUp as gone:
            await self._stop_dialling(call, talk)
            await self._caller_over(call, talk, gone)
            raise
        except LegLeft:
            raise
        except Exception:
            await self._over(call, "failure")
            raise
        finally:
            silent.cancel()
            self._answered.pop(call.id, None)
            self._rang.pop(call.id, None)
        return await self._ended(call, session, dialled)

    async def _record(self, call: Call, talk: Talk, session: CallSession) -> None:
        if self.recording is not None and (planned := self.recording.begin(call, talk)):
            talk.recording, path = planned
            await session.record(path)

    async def meet(self, call: Call, session: CallSession) -> TalkEnd:
        """The citizen whom we dialled talks with the agent whose leg waits for him; returns when it is over."""
        talk = call.talk
        assert talk is not None
        talk.away = ""
        await self._record(call, talk, session)
        self._start(call, talk, talk.leg)
        return await self._carry_out(call, session, Decision("connect", talk.leg))

    async def resume(self, call: Call, session: CallSession) -> TalkEnd:
        """Go on with `call.talk` in a new session of the caller's leg."""
        talk = call.talk
        assert talk is not None
        if talk.return_by is not None and talk.answered_at is None and self.interruptions is not None:
            return await self.interruptions.come_back(call, session)
        if not talk.away:
            # The talk ended, or its dial failed, while no engine looked.
            ended = self._catch_up(call, talk)
            result = DialResult.ANSWERED if talk.answered_at else DialResult.FAILED
            return await self._ended(call, session, Dialled(result, self._seconds(talk, ended)), ended)
        if talk.away == "flow":
            return TalkEnd(DialResult.ANSWERED, self._seconds(talk), talk.then, away=True)
        return await self._wait_for_agent(call, session)

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
        if not self.is_alive(call, talk.leg):
            return await self._ended(call, session, Dialled(DialResult.ANSWERED, self._seconds(talk)))
        return await self._carry_out(call, session, Decision("connect", talk.leg))

    async def _wait_for_agent(self, call: Call, session: CallSession) -> TalkEnd:
        talk = call.talk
        assert talk is not None
        decisions = self._decisions.setdefault(call.id, asyncio.Queue())
        if call.state is CallState.TALKING:
            self._calls.step(call, CallStep.HOLD)
            self._calls.tell(CallHeld, call, agent=talk.agent)
        if not self.is_alive(call, talk.leg) and not self.is_alive(call, talk.consulted_leg):
            ended = self._catch_up(call, talk)
            return await self._ended(call, session, Dialled(DialResult.ANSWERED, self._seconds(talk, ended)), ended)
        await session.wait()
        try:
            decision = await unless_over(session, decisions.get())
        except LegHungUp as gone:
            await self.end_legs(call, talk.leg, talk.consulted_leg)
            await self._caller_over(call, talk, gone)
            raise
        finally:
            self._decisions.pop(call.id, None)
        return await self._carry_out(call, session, decision)

    async def _carry_out(self, call: Call, session: CallSession, decision: Decision) -> TalkEnd:
        talk = call.talk
        assert talk is not None
        if decision.verb == "return" and self.interruptions is not None:
            return await self.interruptions.come_back(call, session)
        if call.state is CallState.HELD:
            self._calls.step(call, CallStep.RETRIEVE)
            self._calls.tell(CallRetrieved, call, agent=talk.agent)
        try:
            if decision.verb == "connect":
                await session.connect(decision.leg)
            elif decision.verb == "join":
                await self._join(call, talk, session, decision.leg)
        except LegHungUp as gone:
            if await self._caller_is_gone(session):
                await self._caller_over(call, talk, gone)
                raise
        return await self._ended(call, session, Dialled(DialResult.ANSWERED, self._seconds(talk)))

    async def _join(self, call: Call, talk: Talk, session: CallSession, leg: str) -> None:
        try:
            await session.join(leg)
        except LegHungUp:
            if await self._caller_is_gone(session):
                raise
        if talk.leg != leg and self.is_alive(call, talk.leg):
            # Whom he was to join had left before he was there: he talks with who stays.
            await session.connect(talk.leg)

    @staticmethod
    async def _caller_is_gone(session: CallSession) -> bool:
        # LegHungUp of `connect` may mean the other leg: it is the caller's only when the session is over.
        await asyncio.sleep(0)
        return asyncio.ensure_future(session.over).done()

    async def _ended(self, call: Call, session: CallSession, dialled: Dialled, at: datetime | None = None) -> TalkEnd:
        talk = call.talk
        if self._was_cut(call, talk) and talk is not None and self.interruptions is not None:
            self.interruptions.cut(call, talk)
            return await self.interruptions.come_back(call, session)
        then = talk.then if talk else ""
        if talk and dialled.result is DialResult.ANSWERED and talk.answered_at is None:
            self._start(call, talk, talk.leg)
        if talk and talk.answered_at is not None:
            dialled = Dialled(DialResult.ANSWERED, self._seconds(talk, at))
        await self._over(call, self._ended_by.pop(call.id, "agent"), at)
        verdict = self._verdicts.pop(call.id, dialled.result)
        return TalkEnd(dialled.result if dialled.result is DialResult.ANSWERED else verdict, dialled.seconds, then)

    def _was_cut(self, call: Call, talk: Talk | None) -> bool:
        """Whether the talk ended because the agent's phone, its network or its sound was lost."""
        cut = call.id in self._cut
        self._cut.discard(call.id)
        ours = talk is not None and talk.answered_at is not None and bool(talk.agent) and not talk.then
        return cut and ours and call.id not in self._ended_by

    def replace(self, call: Call, talk: Talk, by: Talk, ended_by: str) -> None:
        """The talk is over, and another one is to come about: its end is told, and nobody is freed."""
        if call.state in (CallState.TALKING, CallState.HELD):
            call.step(CallStep.END_TALK)
        call.talk = by
        self._ended_by.pop(call.id, None)
        self._tell_end(call, talk, ended_by)
        self._calls.save(call)

    def forget(self, call: Call) -> None:
        """The talk that was to come about does not."""
        call.talk = None
        self._calls.save(call)

    async def _caller_over(self, call: Call, talk: Talk, gone: LegHungUp) -> None:
        """The talk is over with the caller, or was with the switch, before anybody could know."""
        if isinstance(gone, SwitchLost):
            await self._over(call, "switch", self._catch_up(call, talk) or self._calls.after_gap.lost_at)
        else:
            await self._over(call, "caller")

    async def _over(self, call: Call, ended_by: str, at: datetime | None = None) -> None:
        talk = call.talk
        if talk is None:
            return
        self._close_talk(call, talk, ended_by, at)
        if talk.recording:
            # With a leg that is gone its recording has ended.
            if self.is_alive(call, call.caller_leg):
                await self.stop_recording(call)
            if talk.answered_at is None and self.recording is not None:
                self.recording.forget(talk.recording)

    async def stop_recording(self, call: Call) -> None:
        """The recording of a talk that is over ends, if there is one."""
        try:
            await self._calls.switch.stop_recording(call.caller_leg)
        except SwitchUnavailable as error:
            log.warning("recording not stopped", reason=str(error))

    def _close(self, call: Call, reason: EndReason) -> None:
        """The call ends, perhaps with a talk that no session of ours saw to its end."""
        talk = call.talk
        others = [leg.id for leg in call.legs.values() if leg.id != call.caller_leg and leg.state is not LegState.ENDED]
        if len(others) > 1 or (others and talk is not None and talk.away):
            # Who waits for the caller; and those who were together with him would go on without him.
            self._calls.background(self._let_go(others), "let go who is left")
        if talk is not None:
            ended = call.ended_at
            if ended is not None and not talk.away:
                ended = self._catch_up(call, talk) or ended
            self._close_talk(call, talk, "switch" if reason is EndReason.SWITCH_LOST else "caller", ended)
        until = self._until.pop(call.id, None)
        if until is not None and call.ended_at is not None and reason is EndReason.SWITCH_LOST:
            # Where the end of the call is only known about, it did not end before its talk.
            call.ended_at = max(call.ended_at, until)

    async def _let_go(self, legs: Sequence[str]) -> None:
        for leg in legs:
            await self._calls.switch.hang_up(leg)

    def _catch_up(self, call: Call, talk: Talk) -> datetime | None:
        """What the switch wrote of a talk whose end nobody saw: tells that it began, if that was not seen either.

        Returns when it ended, None when the switch did not live to write it and nothing was recorded.
        """
        since = talk.answered_at or talk.offered_at or call.arrived_at
        legs = [talk.leg] if talk.leg else [leg.id for leg in call.legs.values() if self._is_his(leg, talk)]
        for leg in (*legs, call.caller_leg):
            stretches = [one for one in self._calls.books.talks_of(leg) if one.ended is None or one.ended > since]
            if leg == call.caller_leg and self._calls.books.was_in_emergency(leg):
                # With whom he talked in the switch's own queue stands in no talk of ours.
                stretches = stretches[:1]
            if not stretches:
                continue
            if talk.answered_at is None:
                self._start(call, talk, legs[0] if legs else "", stretches[0].begun)
            if (ended := stretches[-1].ended) is not None:
                return ended
        if talk.answered_at is None or self.recording is None or not talk.recording:
            return None
        return talk.answered_at + timedelta(seconds=self.recording.length(talk.recording))

    @staticmethod
    def _is_his(leg: Leg, talk: Talk) -> bool:
        return leg.party in _TALKERS and leg.agent == talk.agent

    def _close_talk(self, call: Call, talk: Talk, ended_by: str, at: datetime | None = None) -> None:
        waits = talk.return_by is not None and talk.answered_at is None and self.is_alive(call, call.caller_leg)
        # Whoever waits for his agent goes on waiting when a phone of his did not answer.
        call.talk = Talk(talk.agent, talk.queue, away="return", return_by=talk.return_by) if waits else None
        self._decisions.pop(call.id, None)
        if talk.answered_at is not None:
            if call.state in (CallState.TALKING, CallState.HELD):
                call.step(CallStep.END_TALK)
            self._tell_end(call, talk, ended_by, at)
        self._calls.save(call)

    def _tell_end(self, call: Call, talk: Talk, ended_by: str, at: datetime | None = None) -> None:
        if talk.answered_at is not None:
            seconds = self._seconds(talk, at)
            ended = self._until[call.id] = talk.answered_at + timedelta(seconds=seconds)
            self._calls.tell(TalkEnded, call, ended, agent=talk.agent, seconds=seconds, ended_by=ended_by)

    def _start(self, call: Call, talk: Talk, leg: str, at: datetime | None = None) -> None:
        """The talk begins, or began at `at` when nobody looked."""
        talk.leg = leg
        talk.answered_at = at or self._calls.clock.wall()
        talk.return_by = None
        call.progress.pop(INTERRUPTED, None)
        call.talks += 1
        if talk.agent and (not call.agents or call.agents[-1] != talk.agent):
            call.agents.append(talk.agent)
        if talk.recording:
            call.recordings.append(talk.recording)
        if call.state is not CallState.TALKING:
            call.step(CallStep.TALK)
        since = talk.offered_at or talk.answered_at
        waited = max((talk.answered_at - since).total_seconds(), 0.0)
        self._calls.tell(
            TalkStarted, call, talk.answered_at, agent=talk.agent, leg=leg, queue=talk.queue, waited=waited
        )
        self._calls.save(call)
        self._answered.pop(call.id, lambda: None)()

    def _seconds(self, talk: Talk, until: datetime | None = None) -> float:
        if talk.answered_at is None:
            return 0.0
        now = self._calls.clock.wall()
        return max((min(until or now, now) - talk.answered_at).total_seconds(), 0.0)

    def decide(self, call: Call, decision: Decision) -> None:
        """Tell the caller's waiting session what to do."""
        if call.talk is not None and call.talk.away in ("consult", "hold"):
            call.talk.away = ""
            self._calls.save(call)
        self._decisions.setdefault(call.id, asyncio.Queue()).put_nowait(decision)

    # ── its end, asked for ───────────────────────────────────────────────────────────────────────────────────────

    async def hang_up(self, call: Call, by: str = "agent") -> None:
        """End the agent's part; the caller's visit goes on (survey)."""
        talk = call.talk
        if talk is not None and talk.away == "return" and self.interruptions is not None:
            self.interruptions.give_up(call)
        elif talk is not None:
            if talk.return_by is not None:
                # He is rung again, and does not want to.
                self._verdicts[call.id] = DialResult.REJECTED
            await self.end_agent(call, talk, by)

    async def cancel_dial(self, call: Call) -> None:
        """Stop dialling; a talk that has begun goes on."""
        if call.talk is not None and call.talk.answered_at is None:
            self._verdicts[call.id] = DialResult.CANCELLED
            await self._stop_dialling(call, call.talk)

    async def unreachable(self, call: Call) -> None:
        """No phone of the agent can ring any more while he is rung: stop, it is not his fault."""
        talk = call.talk
        if talk is not None and talk.answered_at is None:
            if not talk.away:
                self._verdicts[call.id] = DialResult.UNREACHABLE
            await self._stop_dialling(call, talk)

    async def end_agent(self, call: Call, talk: Talk, by: str) -> None:
        """End the agent's leg, or stop dialling it; `by` is who ended the talk."""
        self._ended_by[call.id] = by
        if talk.conference:
            # Who stays with the citizen owns the talk.
            await self.end_legs(call, talk.leg)
        elif talk.leg:
            await self.end_legs(call, talk.leg, talk.consulted_leg)
        else:
            await self._stop_dialling(call, talk)

    def talking(self, call: Call) -> Talk:
        """The talk under way; LookupError when there is none."""
        if call.talk is None or call.talk.answered_at is None:
            raise LookupError("not_talking")
        return call.talk

    # ── what the switch tells ────────────────────────────────────────────────────────────────────────────────────

    def _on_event(self, event: SwitchEvent) -> None:
        match event:
            case LegRang() | LegPickedUp() | LegGone() | HoldChanged():
                call = self._calls.of_leg(event.leg) or self._call_of_gone(event)
                if call is not None and call.talk is not None:
                    self._follow(call, call.talk, event)
            case Connected():
                for leg in event.legs:
                    call = self._calls.find(leg.call)
                    if call is not None and call.talk is not None and leg.leg == call.talk.leg:
                        self._met(call, call.talk, leg)
            case LegTransferred() if call := self._calls.of_leg(event.by) or self._calls.of_leg(event.leg):
                self._transferred(call, event)

    def _met(self, call: Call, talk: Talk, found: LegSnapshot) -> None:
        """Another engine brought agent and citizen together, and died before it was written down."""
        if talk.away == "dial" and found.peer and found.peer == call.caller_leg:
            talk.away = ""
            since = self._calls.after_gap.talks_since(found)
            if call.state is CallState.ARRIVED:
                call.answered_at = since or self._calls.clock.wall()
                call.step(CallStep.ANSWER)
            self._start(call, talk, talk.leg, since)

    def _call_of_gone(self, event: SwitchEvent) -> Call | None:
        return self._calls.find(event.call) if isinstance(event, LegGone) else None

    def _follow(self, call: Call, talk: Talk, event: LegRang | LegPickedUp | LegGone | HoldChanged) -> None:
        leg = call.legs.get(event.leg)
        if leg is None or leg.party is Party.CALLER or talk.away == "dial":
            return
        # What is told late of one agent's phone says nothing of the talk with the next.
        is_his = self._is_his(leg, talk)
        match event:
            case LegRang() if is_his and talk.answered_at is None:
                self._rang.pop(call.id, lambda: None)()
            case LegPickedUp() if is_his and talk.answered_at is None:
                self._start(call, talk, leg.id, event.at)
            case HoldChanged() if event.leg == talk.leg and not talk.away:
                self._hold(call, talk, event.held)
            case LegGone() if talk.conference and event.leg == talk.consulted_leg:
                talk.consulted, talk.consulted_leg, talk.consulted_outside, talk.conference = "", "", False, False
                self._calls.save(call)
            case LegGone() if event.leg == talk.leg and talk.answered_at is not None and not talk.away:
                if event.cause in LOST_CAUSES:
                    self._cut.add(call.id)
                self._stay(call, talk)

    def _stay(self, call: Call, talk: Talk) -> None:
        """The agent has left the citizen with somebody, whose talk it is from now on; else nothing."""
        ended_by = self._ended_by.pop(call.id, "agent")
        if talk.conference and self.is_alive(call, talk.consulted_leg):
            self._cut.discard(call.id)
            agent = "" if talk.consulted_outside else talk.consulted
            self.change_agent(call, talk, agent, talk.consulted_leg, ended_by)
            return
        barged = [leg for leg in call.legs.values() if supervises(leg) and leg.mode == "barge"]
        if barged:
            self._cut.discard(call.id)
            self.change_agent(call, talk, barged[0].agent, barged[0].id, ended_by)
        elif ended_by != "agent":
            self._ended_by[call.id] = ended_by

    def _hold(self, call: Call, talk: Talk, held: bool) -> None:
        if held and call.state is CallState.TALKING:
            self._calls.step(call, CallStep.HOLD)
            self._calls.tell(CallHeld, call, agent=talk.agent)
        elif not held and call.state is CallState.HELD:
            self._calls.step(call, CallStep.RETRIEVE)
            self._calls.tell(CallRetrieved, call, agent=talk.agent)

    def _transferred(self, call: Call, event: LegTransferred) -> None:
        talk = call.talk
        if talk is None:
            return
        if event.target and talk.answered_at is None:
            # That it was answered is told after that it was handed on.
            self._start(call, talk, event.by or talk.leg)
        if event.target:
            talk.then = f"number:{event.target}"
            self._ended_by[call.id] = "transfer"
            self._calls.tell(CallTransferred, call, agent=talk.agent, target=told_target(talk.then), kind="blind")
        elif event.to_leg and talk.answered_at is not None:
            other = call.legs.get(event.to_leg)
            target = other.agent or other.address if other else event.to_leg
            self._calls.tell(CallTransferred, call, agent=talk.agent, target=target, kind="attended")
            self.change_agent(call, talk, other.agent if other else "", event.to_leg, "transfer")
        self._calls.save(call)

    def change_agent(self, call: Call, talk: Talk, agent: str, leg: str, ended_by: str) -> None:
        """The caller now talks with somebody else (empty: none of ours): one part ends, the other's begins."""
        self._tell_end(call, talk, ended_by)
        talk.agent, talk.leg, talk.answered_at = agent, leg, self._calls.clock.wall()
        talk.consulted, talk.consulted_leg, talk.consulted_outside, talk.conference = "", "", False, False
        if leg in call.legs:
            call.legs[leg].party = Party.AGENT if agent else Party.OUTSIDE
        if agent and (not call.agents or call.agents[-1] != agent):
            call.agents.append(agent)
        self._calls.tell(TalkStarted, call, talk.answered_at, agent=agent, leg=leg, queue=talk.queue, waited=0.0)
        self._calls.save(call)

    # ── legs ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def is_alive(self, call: Call, leg: str) -> bool:
        """Whether the call has this leg and it has not ended."""
        return leg in call.legs and call.legs[leg].state is not LegState.ENDED

    async def end_legs(self, call: Call, *legs: str) -> None:
        """Hang up those of the legs that exist."""
        for leg in legs:
            if leg and self.is_alive(call, leg):
                try:
                    await self._calls.switch.hang_up(leg)
                except SwitchUnavailable as error:
                    log.warning("leg not ended", leg=leg, reason=str(error))

    def _dialling(self, call: Call, talk: Talk) -> list[str]:
        if talk.answered_at is not None or talk.leg:
            return []
        return [
            leg.id
            for leg in call.legs.values()
            if leg.party in _TALKERS and leg.agent == talk.agent and leg.state is not LegState.ENDED
        ]

    async def _stop_dialling(self, call: Call, talk: Talk) -> None:
        await self.end_legs(call, *self._dialling(call, talk))

    def _no_sign_of_life(self, call: Call, talk: Talk) -> None:
        if call.talk is not talk or talk.answered_at is not None:
            return
        silent = [leg for leg in self._dialling(call, talk) if call.legs[leg].state is LegState.STARTED]
        if silent and len(silent) == len(self._dialling(call, talk)):
            log.warning("phone gives no sign of life", agent=talk.agent)
            self._verdicts[call.id] = DialResult.UNREACHABLE
            self._calls.background(self.end_legs(call, *silent), "end silent legs")


def told_target(target: str) -> str:
    """A transfer's target for events: whole numbers stand nowhere but in the call."""
    kind, _, value = target.partition(":")
    return f"{kind}:{Number.parse(value).masked}" if kind in ("outside", "number") else target
