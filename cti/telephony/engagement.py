"""Who is busy with whom: the one answer to it, by agent and by what he is busy with.

What an agent is in by telephone follows from the calls (`roles_in`): it is worked out anew whenever a call changes, so
it cannot differ from what the call says, also after an engine's death. Offers, wrap-up and chats are written by the
matching. Whoever wants to know (matching, desk, board, transfers) reads here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cti.base.call import Call, Leg, LegState, Party, Talk
from cti.base.clock import Clock


class Role(StrEnum):
    """What an agent does with a call or chat."""

    OFFERED = "offered"  # the matching has reserved him
    RINGING = "ringing"  # his phone rings for a talk
    WAITING = "waiting"  # waits for a citizen who is being dialled
    TALKING = "talking"
    CONSULTING = "consulting"  # asks a colleague while the citizen waits
    CONSULTED = "consulted"  # is asked, from the moment his phone rings
    CONFERENCE = "conference"
    RETURNING = "returning"  # his phone was lost in the talk: the citizen waits for him
    SUPERVISING = "supervising"  # listens, whispers or barges in
    WRAPUP = "wrapup"
    CHAT = "chat"


GUESTS = frozenset({Party.GUEST, Party.OUTSIDE_GUEST})
BESIDE = GUESTS | {Party.SUPERVISOR, Party.AGENT}
"""Whose part in a call may follow from their leg alone: each of its changes is looked at."""
OUTSIDE = "outside"
"""Stands for a colleague who is none of ours: his number is nobody's business."""

UNTOLD = frozenset({Role.OFFERED, Role.RINGING, Role.WAITING, Role.TALKING, Role.WRAPUP, Role.CHAT})
"""Roles that events of their own tell already: offers, legs, talks, states of agents."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """One agent's part in one piece of work: a call's or chat's id. `owner`: the talk with the citizen is booked for
    him, since `talks_since`. `since` is wall time; `other` the colleague with whom he consults or confers, or whom he
    supervises."""

    agent: str
    work: str
    role: Role
    since: datetime
    queue: str = ""
    owner: bool = False
    other: str = ""
    chat: bool = False
    talks_since: datetime | None = None

    @property
    def is_voice(self) -> bool:
        """Whether it takes his ear: nobody else may be put through to him."""
        return not self.chat and self.role is not Role.WRAPUP


@dataclass(frozen=True, slots=True)
class Change:
    """An agent's part in a piece of work began (`before` is None), changed, or ended (`after` is None)."""

    before: Engagement | None
    after: Engagement | None

    @property
    def now(self) -> Engagement:
        """What is, or what was."""
        found = self.after or self.before
        assert found is not None
        return found


Listener = Callable[[Call, Change], None]


class Engagements:
    """All of them. Listeners are called at once, in the order in which they came; they must not block."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._by_agent: dict[str, dict[str, Engagement]] = {}
        self._written: dict[str, dict[str, Engagement]] = {}
        self._by_call: dict[str, dict[str, Engagement]] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear every change in the calls; returns the unsubscribe function."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # ── to look at ───────────────────────────────────────────────────────────────────────────────────────────────

    def of(self, agent: str) -> tuple[Engagement, ...]:
        """Everything an agent is busy with; calls before what the matching wrote."""
        return (*self._by_agent.get(agent, {}).values(), *self._written.get(agent, {}).values())

    def on_the_phone(self, agent: str) -> Engagement | None:
        """What takes his ear now; None when he could be rung."""
        return next((one for one in self.of(agent) if one.is_voice), None)

    def in_call(self, agent: str) -> Engagement | None:
        """His part in a call, offers aside."""
        return next(iter(self._by_agent.get(agent, {}).values()), None)

    def with_call(self, call: str) -> tuple[Engagement, ...]:
        """Everybody who has a part in a call, offers aside."""
        return tuple(self._by_call.get(call, {}).values())

    def in_calls(self) -> tuple[Engagement, ...]:
        """Everybody's part in calls."""
        return tuple(one for found in self._by_call.values() for one in found.values())

    # ── what the calls say ───────────────────────────────────────────────────────────────────────────────────────

    def look(self, call: Call) -> None:
        """The call has changed: tell who has another part in it now."""
        before, after = self._by_call.get(call.id, {}), roles_in(call, self.clock.wall)
        if not before and not after:
            return
        changes: list[Change] = []
        for agent, one in after.items():
            had = before.get(agent)
            if had is not None:
                after[agent] = one = replace(one, since=had.since if had.role is one.role else one.since)
            if had != one:
                changes.append(Change(had, one))
                self._by_agent.setdefault(agent, {})[call.id] = one
        for agent in before.keys() - after.keys():
            changes.append(Change(before[agent], None))
            self._forget(self._by_agent, agent, call.id)
        if after:
            self._by_call[call.id] = after
        else:
            self._by_call.pop(call.id, None)
        for change in changes:
            for listener in tuple(self._listeners):
                listener(call, change)

    # ── what the matching writes ─────────────────────────────────────────────────────────────────────────────────

    def write(self, agent: str, work: str, role: Role, *, queue: str = "", chat: bool = False) -> None:
        """An offer, a wrap-up or a chat: replaces what was written of this work before."""
        written = self._written.setdefault(agent, {})
        written[work] = Engagement(agent, work, role, self.clock.wall(), queue, chat=chat)

    def erase(self, agent: str, work: str) -> None:
        """What was written is over; nothing when there is nothing."""
        self._forget(self._written, agent, work)

    def written(self, agent: str) -> tuple[Engagement, ...]:
        """What the matching wrote of an agent."""
        return tuple(self._written.get(agent, {}).values())

    @staticmethod
    def _forget(where: dict[str, dict[str, Engagement]], agent: str, work: str) -> None:
        found = where.get(agent, {})
        found.pop(work, None)
        if not found:
            where.pop(agent, None)


def roles_in(call: Call, now: Callable[[], datetime]) -> dict[str, Engagement]:
    """Who has which part in a call, by agent number; `now` is asked when somebody has one."""
    found: dict[str, Engagement] = {}
    talk = call.talk
    if call.is_over or (talk is None and len(call.legs) < 2):
        return found
    at = now()
    if talk is not None:
        colleague = talk.consulted if talk.consulted and not talk.consulted_outside else ""
        if talk.agent:
            role, owner = _role_of(talk, call), talk.answered_at is not None
            other = colleague or (OUTSIDE if talk.consulted else "")
            found[talk.agent] = Engagement(
                talk.agent, call.id, role, at, talk.queue, owner, other, talks_since=talk.answered_at
            )
        if colleague and colleague != talk.agent:
            role = Role.CONFERENCE if talk.conference else Role.CONSULTED
            found[colleague] = Engagement(colleague, call.id, role, at, other=talk.agent)
        for leg in guests(call):
            if leg.party is Party.GUEST and leg.agent not in found:
                found[leg.agent] = Engagement(leg.agent, call.id, Role.CONFERENCE, at, other=talk.agent)
    for leg in call.legs.values():
        if leg.unasked and leg.agent not in found and leg.state in (LegState.STARTED, LegState.RINGING):
            found[leg.agent] = Engagement(leg.agent, call.id, Role.RINGING, at)
        if supervises(leg) and leg.agent not in found:
            other = talk.agent if talk is not None else ""
            found[leg.agent] = Engagement(leg.agent, call.id, Role.SUPERVISING, at, other=other)
    return found


def supervises(leg: Leg) -> bool:
    """Whether it is a supervisor's leg, and there."""
    return leg.party is Party.SUPERVISOR and leg.state is not LegState.ENDED and bool(leg.agent)


def guests(call: Call, *, up: bool = False) -> list[Leg]:
    """Who was invited into the talk and is in it or rung for it; `up`: only who is in it."""
    found = [leg for leg in call.legs.values() if leg.party in GUESTS and leg.state is not LegState.ENDED]
    return [leg for leg in found if leg.state is LegState.UP] if up else found


def _role_of(talk: Talk, call: Call) -> Role:
    if talk.away in _AWAY:
        return _AWAY[talk.away]
    if talk.conference or (talk.answered_at is not None and guests(call, up=True)):
        return Role.CONFERENCE
    return Role.RINGING if talk.answered_at is None else Role.TALKING


_AWAY = {"dial": Role.WAITING, "consult": Role.CONSULTING, "return": Role.RETURNING}
