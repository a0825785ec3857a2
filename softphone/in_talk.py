"""Who is in a talk of more than two, as its agents see it: nobody who only listens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cti.base.call import Call, Leg, LegState, Party
from cti.base.numbers.number import EMERGENCY
from cti.telephony.conference import Missed
from cti.telephony.engagement import GUESTS, guests, supervises
from softphone.messages import InTalk, InTalkAs


def together(call: Call, missed: Missed | None, names: Mapping[str, str]) -> list[InTalk]:
    """Everybody in the talk or rung for it, the citizen first; empty while citizen and agent are alone. `names` are
    those of agents by their numbers.
    """
    talk = call.talk
    if talk is None or talk.answered_at is None:
        return []
    others = [_row(leg, names) for leg in _others(call)]
    if missed is not None:
        who: InTalkAs = "agent" if missed.number in names else "outside"
        name = names.get(missed.number, "")
        row: InTalk = {**_citizen(), "who": who, "number": missed.number, "name": name}
        others.append({**row, "state": "not_reached", "result": missed.result})
    if not others:
        return []
    owner = call.legs.get(talk.leg)
    own: list[InTalk] = [{**_row(owner, names), "leg": "", "owner": True}] if owner is not None else []
    return [_citizen(), *own, *others]


def is_rung(call: Call, agent: str) -> bool:
    """Whether an agent who was invited has not answered yet."""
    return any(leg.agent == agent and leg.state is not LegState.UP for leg in guests(call))


def _others(call: Call) -> Iterator[Leg]:
    """Guests, whom the agent consulted, an emergency line, and supervisors who are heard."""
    talk = call.talk
    assert talk is not None
    for leg in call.legs.values():
        is_asked = talk.conference and leg.id == talk.consulted_leg
        is_line = leg.party is Party.OUTSIDE and leg.agent in EMERGENCY
        is_heard = supervises(leg) and leg.mode == "barge"
        if leg.id in (talk.leg, call.caller_leg) or leg.state is LegState.ENDED:
            continue
        if leg.party in GUESTS or is_asked or is_line or is_heard:
            yield leg


def _citizen() -> InTalk:
    return {
        "leg": "",
        "who": "citizen",
        "number": "",
        "name": "",
        "owner": False,
        "state": "talking",
        "result": None,
    }


def _row(leg: Leg, names: Mapping[str, str]) -> InTalk:
    who = _who(leg, names)
    can_leave = leg.party in GUESTS or leg.party is Party.CONSULTED
    return {
        "leg": leg.id if can_leave else "",
        "who": who,
        "number": leg.agent,
        "name": names.get(leg.agent, "") if who in ("agent", "supervisor") else "",
        "owner": False,
        "state": "talking" if leg.state is LegState.UP else "ringing",
        "result": None,
    }


def _who(leg: Leg, names: Mapping[str, str]) -> InTalkAs:
    if leg.party is Party.SUPERVISOR:
        return "supervisor"
    if leg.agent in EMERGENCY:
        return "emergency"
    return "agent" if leg.party is Party.GUEST or leg.agent in names else "outside"
