"""Talks that broke off: which citizen an agent lost and by what, so that his desk offers to call him back at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cti.base.events import CallEnded, Event, LegEnded, TalkEnded, TalkInterrupted, TalkStarted
from cti.telephony.calls import Calls
from cti.telephony.talk_events import LOST_CAUSES

Why = Literal["line", "caller", "agent"]
"""The citizen's line was cut, he was gone after some seconds, or the agent's phone was lost and he did not wait."""
OFFERED = timedelta(minutes=3)
"""So long it is offered: after that it is the business of whoever looks at the list of calls."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A talk that broke off."""

    call: str
    why: Why
    at: datetime


class DroppedTalks:
    """Follows talks. Who hangs up within `short` seconds has been lost, or has lost his patience with the line."""

    def __init__(self, calls: Calls, short: float) -> None:
        self._calls = calls
        self.short = short
        self._broken: dict[str, Broken] = {}
        """By agent, the last one."""
        self._last: dict[str, str] = {}
        """By call, whose talk ended last, until the call ends."""
        self._waits_for: dict[str, str] = {}
        """By call, for whose lost phone its citizen waits."""
        self._cut: set[str] = set()
        """Calls whose citizen's line was cut."""

    def of(self, agent: str, now: datetime) -> Broken | None:
        """The talk that broke off on an agent, unless he has talked since, or it was too long ago."""
        found = self._broken.get(agent)
        return found if found is not None and now - found.at < OFFERED else None

    def hear(self, event: Event) -> None:
        """What happened to a call."""
        match event:
            case TalkStarted(call=call, agent=agent):
                self._broken.pop(agent, None)
                self._waits_for.pop(call, None)
            case TalkInterrupted(call=call, agent=agent):
                self._waits_for[call] = agent
            case LegEnded(call=call, leg=leg, cause=cause) if cause in LOST_CAUSES:
                found = self._calls.find(call)
                if found is not None and found.caller_leg == leg:
                    self._cut.add(call)
                    if agent := self._last.get(call, ""):
                        self._broken[agent] = Broken(call, "line", event.at)
            case TalkEnded(call=call, agent=agent, seconds=seconds, ended_by=by) if agent:
                self._last[call] = agent
                if by == "switch" or (by == "caller" and call in self._cut):
                    self._broken[agent] = Broken(call, "line", event.at)
                elif by == "caller" and seconds < self.short:
                    self._broken[agent] = Broken(call, "caller", event.at)
            case CallEnded(call=call):
                if agent := self._waits_for.pop(call, ""):
                    self._broken[agent] = Broken(call, "agent", event.at)
                self._last.pop(call, None)
                self._cut.discard(call)
