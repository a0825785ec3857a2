"""Calls of the year, told to the books as the telephone and the queue tell them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.base.bus import Bus
from cti.base.call import Call, CallState, EndReason
from cti.base.events import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    SatisfactionGiven,
    TalkEnded,
    TalkStarted,
)
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.store.journal.journal import Journal
from trials.analysis.stories import moment
from trials.analysis.town import AGENTS, CITY

HOTLINE = Number.parse("12345")


@dataclass(frozen=True, slots=True)
class Told:
    """A call as it will be: seconds that it waits and talks; an empty agent is nobody's."""

    at: datetime
    caller: str
    asked: bool
    agent: str
    waited: float
    talked: float
    rating: str


def calls(count: int, begin: datetime, until: datetime) -> list[Told]:
    """So many over the year, the same at each run, oldest first."""
    dice = random.Random(54321)  # noqa: S311 # the same year at each trial
    today = count // 25
    moments = [moment(dice, begin, until, place / (count - today)) for place in range(count - today)]
    moments += [until - timedelta(minutes=dice.randrange(10, 480)) for _ in range(today)]
    return [_told(dice, at) for at in sorted(moments)]


def _told(dice: random.Random, at: datetime) -> Told:
    asked = dice.random() < 0.92
    reached = asked and dice.random() < 0.965
    waited = dice.expovariate(1 / 6) if reached else dice.uniform(15, 90) if asked else 0.0
    talked = dice.lognormvariate(5, 0.5) if reached else 0.0
    rating = dice.choices(("", "1", "2", "3", "4"), (48, 36, 11, 3, 2))[0] if reached else ""
    return Told(at, f"138{dice.randrange(10**8):08}", asked, dice.choice(AGENTS) if reached else "",
                round(waited, 1), round(talked, 1), rating)  # fmt: skip


def tell(one: Told, bus: Bus, journal: Journal, switch: str) -> None:
    """From its first ring to its end."""
    id = new_id()
    about = {"call": id, "organisation": "city", "region": CITY}
    call = Call(id, "city", CITY, switch, "carrier", Number.parse(one.caller), HOTLINE, one.at, caller_leg=f"{id}-1")
    at = one.at
    bus.publish(CallArrived(at=at, **about, caller=call.caller, called=HOTLINE, trunk="carrier", leg=call.caller_leg))
    call.answered_at, call.state = at, CallState.IN_FLOW
    bus.publish(CallAnswered(at=at, **about))
    at += timedelta(seconds=12)
    reason = EndReason.CALLER_HUNG_UP
    if one.asked:
        call.queues.append("general")
        bus.publish(CallQueued(at=at, **about, queue="general", position=1, estimate=None, priority=0.0))
        at += timedelta(seconds=one.waited)
        why, reason = ("answered", EndReason.COMPLETED) if one.agent else ("abandoned", EndReason.ABANDONED)
        if one.agent:
            bus.publish(CallOffered(
                at=at, **about, queue="general", agent=one.agent, waited=one.waited, why="longest_idle"
            ))  # fmt: skip
        bus.publish(CallLeftQueue(at=at, **about, queue="general", reason=why, waited=one.waited))
    if one.agent:
        call.agents.append(one.agent)
        call.talks = 1
        bus.publish(TalkStarted(at=at, **about, agent=one.agent, leg=f"{id}-2", queue="general", waited=one.waited))
        at += timedelta(seconds=one.talked)
        bus.publish(TalkEnded(at=at, **about, agent=one.agent, seconds=one.talked, ended_by="caller"))
        if one.rating:
            call.satisfaction = one.rating
            bus.publish(SatisfactionGiven(
                at=at, **about, agent=one.agent, key=one.rating, score=100 - 20 * (int(one.rating) - 1)
            ))  # fmt: skip
    call.ended_at, call.state, call.reason = at, CallState.ENDED, reason
    bus.publish(CallEnded(
        at=at, **about, reason=reason.value, seconds=(at - one.at).total_seconds(), answered=bool(one.agent)
    ))  # fmt: skip
    journal.save(call)
