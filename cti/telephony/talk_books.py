"""What is booked and told of talks: that one began, was held, with whom it went on, how long it was.

A talk whose end nobody saw ended when the switch's own records say, else with its recording.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cti.base.call import Call, CallState, CallStep, EndReason, Party, Talk
from cti.base.events import CallHeld, CallRetrieved, CallTransferred, TalkEnded, TalkStarted
from cti.base.numbers.number import told_target
from cti.telephony.calls import Calls
from cti.telephony.truth import HasHim

INTERRUPTED = "interrupted"
"""Where a call says in its progress that its talk was cut off, and with whom: its place in the queue waits for it."""


class RecordingPlan(Protocol):
    """What the recorder decides of a talk that is about to begin."""

    def begin(self, call: Call, talk: Talk) -> tuple[str, Path] | None:
        """The recording's id and file, or None when this talk is not recorded."""

    def forget(self, recording: str) -> None:
        """The talk did not come about."""

    def length(self, recording: str) -> float:
        """How many seconds the switch has recorded until now."""


class TalkBooks:
    """Begins and ends talks in their calls, and tells it."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._until: dict[str, datetime] = {}
        """When the last talk of an open call ended."""
        self.on_begun: dict[str, Callable[[], object]] = {}
        """What is done, once, when the talk of a call begins."""
        self.ended_by: dict[str, str] = {}
        """Who ends the talk of a call, where it is not simply its agent."""
        self.recording: RecordingPlan | None = None

    def begin(self, call: Call, talk: Talk, leg: str, at: datetime | None = None) -> None:
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
        self.on_begun.pop(call.id, lambda: None)()

    def seconds(self, talk: Talk, until: datetime | None = None) -> float:
        """How long it is until now, or was until then; 0 when it has not begun."""
        if talk.answered_at is None:
            return 0.0
        now = self._calls.clock.wall()
        return max((min(until or now, now) - talk.answered_at).total_seconds(), 0.0)

    def change_agent(
        self, call: Call, talk: Talk, agent: str, leg: str, ended_by: str, at: datetime | None = None
    ) -> None:
        """The caller now talks with somebody else (empty: none of ours): one part ends, the other's begins.

        The one before has been gone since `at`, if nobody saw it.
        """
        self._tell_end(call, talk, ended_by, at)
        talk.agent, talk.leg, talk.answered_at, talk.began_at = agent, leg, self._calls.clock.wall(), None
        talk.consulted, talk.consulted_leg, talk.consulted_outside, talk.conference = "", "", False, False
        if leg in call.legs:
            call.legs[leg].party = Party.AGENT if agent else Party.OUTSIDE
        if agent and (not call.agents or call.agents[-1] != agent):
            call.agents.append(agent)
        self._calls.tell(TalkStarted, call, talk.answered_at, agent=agent, leg=leg, queue=talk.queue, waited=0.0)
        self._calls.save(call)

    def hold(self, call: Call, talk: Talk) -> None:
        """The caller waits for the agent, if he talked."""
        if call.state is CallState.TALKING:
            self._calls.step(call, CallStep.HOLD)
            self._calls.tell(CallHeld, call, agent=talk.agent)

    def retrieve(self, call: Call, talk: Talk) -> None:
        """They talk again, if the caller waited."""
        if call.state is CallState.HELD:
            self._calls.step(call, CallStep.RETRIEVE)
            self._calls.tell(CallRetrieved, call, agent=talk.agent)

    def together_again(self, call: Call) -> None:
        """They were apart here, and are not: the agent is back from hold, or from asking somebody."""
        talk = call.talk
        assert talk is not None
        talk.away = ""
        if not talk.conference:
            talk.consulted, talk.consulted_leg, talk.consulted_outside = "", "", False
        self.retrieve(call, talk)
        self._calls.save(call)

    def end(self, call: Call, talk: Talk, ended_by: str, at: datetime | None = None) -> None:
        """It is over, or did not come about; since `at` if nobody saw it end."""
        waits = talk.return_by is not None and talk.answered_at is None and call.is_alive(call.caller_leg)
        # Whoever waits for his agent goes on waiting when a phone of his did not answer.
        waiting = Talk(talk.agent, talk.queue, away="return", return_by=talk.return_by, began_at=talk.began_at)
        call.talk = waiting if waits else None
        if talk.answered_at is not None:
            if call.state in (CallState.TALKING, CallState.HELD):
                call.step(CallStep.END_TALK)
            self._tell_end(call, talk, ended_by, at)
        self._calls.save(call)

    def _tell_end(self, call: Call, talk: Talk, ended_by: str, at: datetime | None = None) -> None:
        if talk.answered_at is not None:
            seconds = self.seconds(talk, at)
            ended = self._until[call.id] = talk.answered_at + timedelta(seconds=seconds)
            self._calls.tell(TalkEnded, call, ended, agent=talk.agent, seconds=seconds, ended_by=ended_by)

    def found(self, call: Call, has_him: HasHim) -> None:
        """Somebody else has the citizen than stands here: he is rung for him, or talks with him."""
        talk = call.talk
        if has_him.queue and has_him.party is Party.AGENT and call.queues[-1:] != [has_him.queue]:
            call.queues.append(has_him.queue)
        offered = has_him.since or self._calls.clock.wall()
        by = Talk(has_him.agent, has_him.queue, has_him.leg if has_him.talks else "", offered_at=offered)
        if talk is not None and talk.answered_at is not None:
            if not has_him.is_told:
                target = told_target(f"agent:{has_him.agent}" if has_him.agent else f"outside:{has_him.leg}")
                self._calls.tell(CallTransferred, call, has_him.until, agent=talk.agent, target=target, kind="blind")
            self.replace(call, talk, by, has_him.ended_by, has_him.until)
        else:
            call.talk = by
        if leg := call.legs.get(has_him.leg):
            leg.party = Party.AGENT if has_him.agent else Party.OUTSIDE
            leg.unasked = False
        if not has_him.talks:
            self._calls.save(call)
            return
        if call.state is CallState.ARRIVED:
            call.answered_at = offered
            call.step(CallStep.ANSWER)
        self.begin(call, by, has_him.leg, offered)

    def replace(self, call: Call, talk: Talk, by: Talk, ended_by: str, at: datetime | None = None) -> None:
        """The talk is over, since `at` if nobody saw it end, and another one is to come about: its end is told, and
        nobody is freed."""
        if call.state in (CallState.TALKING, CallState.HELD):
            call.step(CallStep.END_TALK)
        call.talk = by
        self.ended_by.pop(call.id, None)
        self._tell_end(call, talk, ended_by, at)
        self._calls.save(call)

    def forget(self, call: Call) -> None:
        """The talk that was to come about does not."""
        call.talk = None
        self._calls.save(call)

    def last_end(self, call: Call, reason: EndReason) -> None:
        """The call ends: where that is only known about, it did not end before its talk."""
        until = self._until.pop(call.id, None)
        if until is not None and call.ended_at is not None and reason is EndReason.SWITCH_LOST:
            call.ended_at = max(call.ended_at, until)

    def catch_up(self, call: Call, talk: Talk) -> datetime | None:
        """What the switch wrote of a talk whose end nobody saw: tells that it began, if that was not seen either.

        Returns when it ended, None when the switch did not live to write it and nothing was recorded.
        """
        since = talk.answered_at or talk.offered_at or call.arrived_at
        legs = [talk.leg] if talk.leg else [leg.id for leg in call.legs.values() if talk.owns(leg)]
        for leg in (*legs, call.caller_leg):
            stretches = [one for one in self._calls.books.talks_of(leg) if one.ended is None or one.ended > since]
            if leg == call.caller_leg and self._calls.books.was_in_emergency(leg):
                # With whom he talked in the switch's own queue stands in no talk of ours.
                stretches = stretches[:1]
            if not stretches:
                continue
            if talk.answered_at is None:
                self.begin(call, talk, legs[0] if legs else "", stretches[0].begun)
            if (ended := stretches[-1].ended) is not None:
                return ended
        if talk.answered_at is None or self.recording is None or not talk.recording:
            return None
        return talk.answered_at + timedelta(seconds=self.recording.length(talk.recording))
