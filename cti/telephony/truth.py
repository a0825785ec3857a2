"""The journal's word of a talk against the switch's: what the switch says holds.

An engine that was killed had not written everything down, and people went on telephoning. `truth_of` compares what the
journal has of a call with the legs that the switch has now, and says what to change. It is a pure function: it asks
nobody and changes nothing; `cti.telephony.after_gap` carries out what it says, for every switch alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cti.base.call import Call, LegState, Party, Talk
from cti.telephony.engagement import GUESTS
from cti.telephony.switch.port import LegSnapshot, TalkStretch

BY_WHOM = {Party.SUPERVISOR: "supervisor", Party.GUEST: "agent", Party.OUTSIDE_GUEST: "agent"}
"""Who ended the talk of an agent after whom this party has the citizen; all others came by a transfer."""
TALKS_WITH_HIM = frozenset({Party.AGENT, Party.OUTSIDE, Party.CONSULTED, *BY_WHOM})
AGENTS = frozenset({Party.AGENT, Party.CONSULTED, Party.SUPERVISOR, Party.GUEST})
"""Parties whose leg is an agent's; the others have the number outside as their `agent`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the switch says of one call now: its legs, and when legs were in talks, by leg and oldest first.

    `talks` may have legs that are gone, and need not have those of which the switch keeps no books.
    """

    legs: tuple[LegSnapshot, ...]
    talks: Mapping[str, Sequence[TalkStretch]] = field(default_factory=dict)

    def find(self, leg: str) -> LegSnapshot | None:
        """A leg that exists now."""
        return next((one for one in self.legs if one.leg == leg), None)

    def since(self, found: LegSnapshot) -> datetime | None:
        """When the talk began in which a leg is; None when the switch does not tell."""
        if found.talks_since is not None:
            return found.talks_since
        stretches = self.talks.get(found.leg, ()) if found.peer else ()
        return stretches[-1].begun if stretches and stretches[-1].ended is None else None

    def until(self, leg: str) -> datetime | None:
        """When a leg talked last; None when it still does, or nobody wrote it."""
        stretches = self.talks.get(leg, ())
        return stretches[-1].ended if stretches else None


@dataclass(frozen=True, slots=True)
class HasHim:
    """Who has the citizen by the switch, where the journal says something else.

    `agent` is empty for a number outside. Whoever `talks` has done so `since` then (None: nobody knows; now), else his
    phone rings. `queue` is the one that the citizen was taken from. Of the talk that the journal has, `until` is when
    it ended (None: nobody knows; now) and `ended_by` who ended it; both mean nothing when it had none. `is_told`: that
    he was handed on is in the journal.
    """

    leg: str
    agent: str
    party: Party
    talks: bool
    since: datetime | None
    queue: str
    until: datetime | None = None
    ended_by: str = "transfer"
    is_told: bool = False


def truth_of(call: Call, picture: Picture) -> HasHim | None:
    """Who has the citizen, where it is not who the journal says; None where the journal's word may stand.

    It may stand also while nobody has him: then his own session finds out what comes next.
    """
    citizen, talk = picture.find(call.caller_leg), call.talk
    if citizen is None:
        return None
    found = _talks_with(citizen, picture) or _rings_for(citizen, picture)
    if found is None or (talk is not None and _is_known(call, talk, found, picture)):
        return None
    agent = found.agent if found.party in AGENTS else ""
    if talk is not None and found.party is Party.CONSULTED and talk.consulted_outside:
        agent = ""
    since = picture.since(found) or picture.since(citizen) if found.peer else None
    has_him = HasHim(found.leg, agent, found.party, bool(found.peer), since, _queue(call))
    if talk is None or talk.answered_at is None:
        # Whoever was rung before him had no talk that could end.
        return has_him
    until = picture.until(talk.leg)
    if found.peer:
        # Nobody talks with him before the agent did from whom he came.
        since = max(since or until or talk.answered_at, talk.answered_at)
        until = min(until or since, since)
    by = BY_WHOM.get(found.party, "transfer")
    return replace(has_him, since=since, until=until, ended_by=by, is_told=bool(talk.then) or by != "transfer")


def rejoining(talk: Talk, citizen: str, legs: Sequence[LegSnapshot]) -> str:
    """How a `citizen`'s leg in a session comes to his agent, who is there: to `connect` with his leg, to `join` the
    talk that it is in, or empty when the talk is over.

    He was on his way to him when the engine died: taken back from hold, handed over, or into a conference.
    """
    agent = next((one for one in legs if one.leg == talk.leg and one.answered), None)
    if agent is None or talk.answered_at is None or talk.then:
        return ""
    if agent.peer == citizen:
        return ""
    other = next((one for one in legs if one.leg == agent.peer), None)
    # With the agent who handed the citizen over, he is taken away from him; with anybody else they are three.
    joins = other is not None and (talk.conference or other.party in BY_WHOM)
    return "join" if joins else "connect"


def is_together(call: Call, picture: Picture) -> bool:
    """Whether citizen and agent talk, where the journal has them apart: on hold, or while he asked somebody."""
    citizen, talk = picture.find(call.caller_leg), call.talk
    apart = talk is not None and talk.answered_at is not None and talk.away in ("hold", "consult")
    return apart and citizen is not None and talk is not None and citizen.peer == talk.leg != ""


def left_over(call: Call, picture: Picture) -> tuple[str, ...]:
    """Legs of agents who are still with a citizen whom somebody else has taken over: nobody ended them any more."""
    citizen, talk = picture.find(call.caller_leg), call.talk
    if citizen is None or not citizen.peer or talk is None or talk.answered_at is None or talk.away:
        return ()
    if picture.find(talk.leg) is None:
        return ()
    return tuple(
        one.leg
        for one in picture.legs
        if one.leg != talk.leg and one.answered and one.peer in (citizen.leg, talk.leg)
        and call.legs[one.leg].party is Party.AGENT
    )  # fmt: skip


def _talks_with(citizen: LegSnapshot, picture: Picture) -> LegSnapshot | None:
    """The leg that is in one bridge with the citizen's."""
    other = picture.find(citizen.peer) if citizen.peer else None
    fits = other is not None and other.answered and other.party in TALKS_WITH_HIM
    return other if fits else None


def _rings_for(citizen: LegSnapshot, picture: Picture) -> LegSnapshot | None:
    """The phone that the citizen's own leg has rung now; nobody rings beside a talk for it."""
    if citizen.peer or citizen.place != "talk":
        return None
    ringing = [one for one in picture.legs if one.party in (Party.AGENT, Party.OUTSIDE) and not one.answered]
    return ringing[0] if ringing else None


def _is_known(call: Call, talk: Talk, found: LegSnapshot, picture: Picture) -> bool:
    """Whether the journal's talk is the one that the switch has, or what is told of it says how it goes on."""
    if talk.leg == found.leg:
        return True
    if talk.answered_at is None:
        # The phone of the agent who was rung: that he answered is told as ever.
        return found.party in (Party.AGENT, Party.OUTSIDE) and found.agent == talk.agent
    if picture.find(talk.leg) is not None:
        # His agent is there, with others in a conference or aside; but whom a phone is rung for is with nobody.
        return found.answered or bool(talk.away)
    # Who stays after a conference is found among those who are in it when its agent's end is told.
    leg = call.legs.get(found.leg)
    stays = leg is not None and leg.state is LegState.UP and (leg.party in GUESTS or leg.mode == "barge")
    return stays or (talk.conference and found.leg == talk.consulted_leg)


def _queue(call: Call) -> str:
    """The queue that he was taken from: where the agent before sent him, else where he waited last."""
    talk = call.talk
    kind, _, name = (talk.then if talk is not None else "").partition(":")
    if kind == "queue":
        return name
    if talk is not None and talk.queue:
        return talk.queue
    return call.queues[-1] if call.queues else ""
