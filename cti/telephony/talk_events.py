"""What the switch tells about talks: that one was answered, cut off, held or handed on at a telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cti.base.call import Call, CallState, CallStep, Party, Talk
from cti.base.events import CallTransferred
from cti.base.numbers.number import told_target
from cti.telephony.calls import Calls
from cti.telephony.engagement import guests, supervises
from cti.telephony.switch.port import (
    Connected,
    HoldChanged,
    LegGone,
    LegPickedUp,
    LegRang,
    LegSnapshot,
    LegTransferred,
    SwitchEvent,
)
from cti.telephony.talk_books import TalkBooks

LOST_CAUSES = frozenset({3, 18, 20, 27, 38, 41, 42, 44, 47, 102, 111})
"""Q.850: the phone, its network or its sound is gone. Whoever puts down gives another cause."""


class TalkEvents:
    """Hears the switch for all talks; `stayed` is told of a call whose agent has left him with somebody."""

    def __init__(self, calls: Calls, books: TalkBooks, stayed: Callable[[Call], object]) -> None:
        self._calls = calls
        self._books = books
        self._stayed = stayed
        self._cut: set[str] = set()
        self.on_ringing: dict[str, Callable[[], object]] = {}
        """What is done, once, when a phone rings for a call."""
        calls.switch_events.listen(self._on_event)
        calls.after_gap.on_other, calls.after_gap.on_together = books.found, books.together_again

    def was_cut(self, call: Call, talk: Talk | None) -> bool:
        """Whether the talk ended because the agent's phone, its network or its sound was lost."""
        cut = call.id in self._cut
        self._cut.discard(call.id)
        ours = talk is not None and talk.answered_at is not None and bool(talk.agent) and not talk.then
        return cut and ours and call.id not in self._books.ended_by

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
            self._books.begin(call, talk, talk.leg, since)

    def _call_of_gone(self, event: SwitchEvent) -> Call | None:
        return self._calls.find(event.call) if isinstance(event, LegGone) else None

    def _follow(self, call: Call, talk: Talk, event: LegRang | LegPickedUp | LegGone | HoldChanged) -> None:
        leg = call.legs.get(event.leg)
        if leg is None or leg.party is Party.CALLER or talk.away == "dial":
            return
        # What is told late of one agent's phone says nothing of the talk with the next.
        is_his = talk.owns(leg)
        match event:
            case LegRang() if is_his and talk.answered_at is None:
                self.on_ringing.pop(call.id, lambda: None)()
            case LegPickedUp() if is_his and talk.answered_at is None:
                self._books.begin(call, talk, leg.id, event.at)
            case HoldChanged() if event.leg == talk.leg and not talk.away:
                (self._books.hold if event.held else self._books.retrieve)(call, talk)
            case LegGone() if talk.conference and event.leg == talk.consulted_leg:
                talk.consulted, talk.consulted_leg, talk.consulted_outside, talk.conference = "", "", False, False
                self._calls.save(call)
            case LegGone() if event.leg == talk.leg and talk.answered_at is not None and not talk.away:
                if event.cause in LOST_CAUSES:
                    self._cut.add(call.id)
                self._stay(call, talk, event.at)

    def _stay(self, call: Call, talk: Talk, at: datetime | None) -> None:
        """The agent has left the citizen with somebody, whose talk it is from now on; else nothing."""
        ended_by = self._books.ended_by.pop(call.id, "agent")
        if talk.conference and call.is_alive(talk.consulted_leg):
            agent = "" if talk.consulted_outside else talk.consulted
            self._change(call, talk, agent, talk.consulted_leg, ended_by, at)
            return
        if others := sorted(guests(call, up=True), key=lambda leg: leg.party is not Party.GUEST):
            # A colleague rather than somebody outside.
            agent = others[0].agent if others[0].party is Party.GUEST else ""
            self._change(call, talk, agent, others[0].id, ended_by, at)
            return
        barged = [leg for leg in call.legs.values() if supervises(leg) and leg.mode == "barge"]
        if barged:
            self._change(call, talk, barged[0].agent, barged[0].id, ended_by, at)
        elif ended_by != "agent":
            self._books.ended_by[call.id] = ended_by

    def _change(self, call: Call, talk: Talk, agent: str, leg: str, ended_by: str, at: datetime | None) -> None:
        self._cut.discard(call.id)
        self._books.change_agent(call, talk, agent, leg, ended_by, at)
        self._stayed(call)

    def _transferred(self, call: Call, event: LegTransferred) -> None:
        talk = call.talk
        if talk is None:
            return
        if event.target and talk.answered_at is None:
            # That it was answered is told after that it was handed on.
            self._books.begin(call, talk, event.by or talk.leg)
        if event.target:
            talk.then = f"number:{event.target}"
            self._books.ended_by[call.id] = "transfer"
            self._calls.tell(CallTransferred, call, agent=talk.agent, target=told_target(talk.then), kind="blind")
        elif event.to_leg and talk.answered_at is not None:
            other = call.legs.get(event.to_leg)
            target = other.agent or other.address if other else event.to_leg
            self._calls.tell(CallTransferred, call, agent=talk.agent, target=target, kind="attended")
            self._books.change_agent(call, talk, other.agent if other else "", event.to_leg, "transfer")
        self._calls.save(call)
