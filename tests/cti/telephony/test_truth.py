"""The journal's talk against the switch's legs: cases in a table, and what must hold of random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.call import Call, CallState, Leg, LegState, Party, Talk
from cti.base.numbers.number import Number
from cti.telephony.switch.port import LegSnapshot, TalkStretch
from cti.telephony.truth import HasHim, Picture, is_together, left_over, rejoining, truth_of

CITIZEN, OF_A, OF_B, OF_C = "leg-citizen", "leg-a", "leg-b", "leg-c"
A, B, C = "1001", "1002", "1003"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So many seconds after the call came."""
    return NOW + timedelta(seconds=seconds)


def call_of(talk: Talk | None, *legs: Leg, queues: Sequence[str] = ("general",)) -> Call:
    """What the journal has."""
    number = Number.parse("13800000001")
    state = CallState.TALKING if talk is not None and talk.answered_at else CallState.QUEUED
    call = Call("call", "city", "320400", "switch-1", "carrier", number, Number.parse("12345"), NOW, state, NOW)
    call.caller_leg, call.talk, call.queues = CITIZEN, talk, list(queues)
    citizen = Leg(CITIZEN, Party.CALLER, "carrier", LegState.UP)
    call.legs = {leg.id: leg for leg in (citizen, *legs)}
    return call


def leg(name: str, agent: str = "", party: Party = Party.AGENT, *, peer: str = "", up: bool = True) -> LegSnapshot:
    """A leg that the switch has."""
    return LegSnapshot(name, "call", party, agent, agent, up, peer, "talk" if peer or not up else "session")


def citizen(peer: str = "", place: str = "") -> LegSnapshot:
    """The citizen's own."""
    return replace(leg(CITIZEN, party=Party.CALLER, peer=peer), place=place or ("talk" if peer else "session"))


def talked(name: str, begun: float, ended: float | None) -> tuple[str, list[TalkStretch]]:
    """What the switch's books say of a leg."""
    return name, [TalkStretch(name, at(begun), None if ended is None else at(ended))]


TALK = Talk(A, "general", OF_A, offered_at=at(5), answered_at=at(10))
HANDED = replace(TALK, then="queue:expert")
RUNG = Talk(A, "general", offered_at=at(5))
UP_A = Leg(OF_A, Party.AGENT, A, LegState.UP, A)
HAS_B = HasHim(OF_B, B, Party.AGENT, True, at(30), "general", at(20), "transfer", is_told=False)


@dataclass(frozen=True)
class Case:
    """What the journal has, what the switch says, and who has the citizen where the two differ."""

    name: str
    talk: Talk | None
    legs: tuple[LegSnapshot, ...]
    other: HasHim | None = None
    talks: tuple[tuple[str, list[TalkStretch]], ...] = ()
    known: tuple[Leg, ...] = (UP_A,)


BOOKS = (talked(OF_A, 10, 20), talked(OF_B, 30, None))
CASES = (
    Case("they talk as it is written", TALK, (citizen(OF_A), leg(OF_A, A, peer=CITIZEN))),
    Case("nobody has him", TALK, (citizen(),)),
    Case("he is gone", TALK, (leg(OF_A, A),)),
    Case("handed to a queue, and answered", HANDED, (citizen(OF_B), leg(OF_B, B, peer=CITIZEN)),
         replace(HAS_B, queue="expert", is_told=True), BOOKS),
    Case("handed on, and that is not written", TALK, (citizen(OF_B), leg(OF_B, B, peer=CITIZEN)), HAS_B, BOOKS),
    Case("the switch keeps no books", HANDED, (citizen(OF_B), leg(OF_B, B, peer=CITIZEN)),
         replace(HAS_B, queue="expert", since=at(10), until=at(10), is_told=True)),
    Case("handed to a queue, and another is rung", HANDED, (citizen(place="talk"), leg(OF_B, B, up=False)),
         replace(HAS_B, queue="expert", talks=False, since=None, is_told=True), BOOKS[:1]),
    Case("rung as it is written", RUNG, (citizen(place="talk"), leg(OF_A, A, up=False))),
    Case("answered by whom was rung", RUNG, (citizen(OF_A), leg(OF_A, A, peer=CITIZEN))),
    Case("answered by another than was rung", RUNG, (citizen(OF_B), leg(OF_B, B, peer=CITIZEN)),
         replace(HAS_B, until=None), BOOKS[1:]),
    Case("nobody is written, and one talks", None, (citizen(OF_B), leg(OF_B, B, peer=CITIZEN)),
         replace(HAS_B, until=None), BOOKS[1:]),
    Case("nobody is written, and one is rung", None, (citizen(place="talk"), leg(OF_B, B, up=False)),
         replace(HAS_B, talks=False, since=None, until=None)),
    Case("intercepted", TALK, (citizen(OF_B), leg(OF_B, B, Party.SUPERVISOR, peer=CITIZEN)),
         replace(HAS_B, party=Party.SUPERVISOR, ended_by="supervisor", is_told=True), BOOKS),
    Case("to a number outside", replace(TALK, then="outside:0519"),
         (citizen(OF_B), leg(OF_B, "", Party.OUTSIDE, peer=CITIZEN)),
         replace(HAS_B, agent="", party=Party.OUTSIDE, is_told=True), BOOKS),
    Case("asked outside, and handed over", replace(TALK, away="consult", consulted="0519", consulted_outside=True),
         (citizen(OF_B), leg(OF_B, "0519", Party.CONSULTED, peer=CITIZEN)),
         replace(HAS_B, agent="", party=Party.CONSULTED), BOOKS),
    Case("a conference, its agent gone", replace(TALK, conference=True, consulted=B, consulted_leg=OF_B),
         (citizen(OF_B), leg(OF_B, B, Party.CONSULTED, peer=CITIZEN))),
    Case("a guest stays", TALK, (citizen(OF_B), leg(OF_B, B, Party.GUEST, peer=CITIZEN)), None, BOOKS,
         (UP_A, Leg(OF_B, Party.GUEST, B, LegState.UP, B))),
    Case("with a guest, and his agent there", TALK,
         (citizen(OF_B), leg(OF_B, B, Party.GUEST, peer=CITIZEN), leg(OF_A, A, peer=CITIZEN)), None, BOOKS),
    Case("his agent asks somebody", replace(TALK, away="consult", consulted=B),
         (citizen(), leg(OF_A, A, peer=OF_B), leg(OF_B, B, Party.CONSULTED, peer=OF_A))),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_switch_says_who_has_him(case: Case) -> None:
    assert truth_of(call_of(case.talk, *case.known), Picture(case.legs, dict(case.talks))) == case.other


COMES_BACK = {
    "he was on hold": (TALK, (citizen(), leg(OF_A, A)), "connect"),
    "handed over": (replace(TALK, agent=B, leg=OF_B), (citizen(), leg(OF_B, B, peer=OF_A), leg(OF_A, A, peer=OF_B)),
                    "connect"),
    "into a conference": (replace(TALK, conference=True), (citizen(), leg(OF_A, A, peer=OF_B),
                          leg(OF_B, B, Party.CONSULTED, peer=OF_A)), "join"),
    "a supervisor is with the agent": (TALK, (citizen(), leg(OF_A, A, peer=OF_C),
                                              leg(OF_C, C, Party.SUPERVISOR, peer=OF_A)), "join"),
    "the agent is gone": (TALK, (citizen(),), ""),
    "sent away": (HANDED, (citizen(), leg(OF_A, A)), ""),
    "only rung": (RUNG, (citizen(), leg(OF_A, A, up=False)), ""),
    "together": (TALK, (citizen(OF_A), leg(OF_A, A, peer=CITIZEN)), ""),
}  # fmt: skip


@pytest.mark.parametrize("story", COMES_BACK)
def test_a_citizen_in_a_session_comes_to_his_agent(story: str) -> None:
    talk, legs, verb = COMES_BACK[story]
    assert rejoining(talk, CITIZEN, legs) == verb


def test_who_is_together_is_not_apart() -> None:
    apart = replace(TALK, away="consult", consulted=B, consulted_leg=OF_B)
    together = Picture((citizen(OF_A), leg(OF_A, A, peer=CITIZEN)))
    assert is_together(call_of(apart, UP_A), together)
    assert not is_together(call_of(TALK, UP_A), together)
    assert not is_together(call_of(apart, UP_A), Picture((citizen(), leg(OF_A, A, peer=OF_B))))


def test_an_agent_whose_talk_another_has_is_left_over() -> None:
    """The engine died between the one's coming and the other's end."""
    boss = Leg(OF_B, Party.SUPERVISOR, B, LegState.UP, B)
    taken = replace(TALK, agent=B, leg=OF_B)
    three = Picture((citizen(OF_B), leg(OF_A, A, peer=CITIZEN), leg(OF_B, B, Party.SUPERVISOR, peer=CITIZEN)))
    assert left_over(call_of(taken, UP_A, boss), three) == (OF_A,)
    assert left_over(call_of(TALK, UP_A, boss), three) == ()


# ── random ones ──────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = {OF_A: A, OF_B: B, OF_C: C}
PARTIES = st.sampled_from([one for one in Party if one is not Party.CALLER])
SECONDS = st.floats(0, 100)


@st.composite
def talks(draw: st.DrawFn) -> Talk | None:
    """Any talk that a journal may have."""
    if draw(st.booleans()) and draw(st.booleans()):
        return None
    answered = draw(st.booleans())
    other = draw(st.sampled_from([B, ""]))
    return Talk(
        draw(st.sampled_from([A, ""])), draw(st.sampled_from(["general", ""])), OF_A if answered else "",
        offered_at=at(5), answered_at=at(10) if answered else None,
        then=draw(st.sampled_from(["", "queue:expert", "agent:1002", "outside:0519"])),
        away=draw(st.sampled_from(["", "hold", "consult"])) if answered else "",
        consulted=other, consulted_leg=draw(st.sampled_from([OF_B, ""])) if other else "",
        conference=draw(st.booleans()) if other and answered else False,
    )  # fmt: skip


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Any legs that a switch may have of a call, with books that may lack anything."""
    found, books = [], dict[str, list[TalkStretch]]()
    there = draw(st.lists(st.sampled_from(list(NAMES)), unique=True))
    with_him = draw(st.sampled_from(["", *there]))
    for name in there:
        up = name == with_him or draw(st.booleans())
        one = leg(name, NAMES[name], draw(PARTIES), peer=CITIZEN if name == with_him else "", up=up)
        found.append(replace(one, talks_since=at(draw(SECONDS)) if one.peer and draw(st.booleans()) else None))
    for name in (CITIZEN, *NAMES):
        if draw(st.booleans()):
            begun = draw(SECONDS)
            ended = draw(st.none() | st.floats(begun, 100))
            books |= [talked(name, begun, ended)]
    place = "talk" if with_him else draw(st.sampled_from(["session", "talk", "retry"]))
    return Picture((citizen(with_him, place), *found), books)


@given(talks(), pictures())
def test_whatever_is_said_can_be_so(talk: Talk | None, picture: Picture) -> None:
    call = call_of(talk, UP_A)
    other = truth_of(call, picture)
    if other is None:
        return
    found = picture.find(other.leg)
    assert found is not None, "nobody talks without a leg"
    assert not other.agent or other.agent == found.agent, "a leg is booked for whose it is"
    assert other.talks is found.answered, "who has answered talks, and nobody else"
    assert other.talks is (found.peer == CITIZEN), "who talks is with the citizen"
    assert other.talks or other.since is None, "who is rung does not talk since then"
    if talk is not None and talk.answered_at is not None:
        assert talk.leg != other.leg, "a talk does not end for itself"
        assert other.until is None or other.since is None or talk.answered_at <= other.until <= other.since or (
            other.until < talk.answered_at <= other.since
        ), "two do not talk with him at once"  # fmt: skip
    elif other.until is not None:
        raise AssertionError("what never began does not end")


@given(talks(), pictures())
def test_what_was_corrected_needs_no_more(talk: Talk | None, picture: Picture) -> None:
    call = call_of(talk, UP_A)
    other = truth_of(call, picture)
    if other is None or other.party in (Party.GUEST, Party.OUTSIDE_GUEST, Party.SUPERVISOR):
        return
    begun = other.since or NOW if other.talks else None
    call.talk = Talk(other.agent, other.queue, other.leg if begun else "", offered_at=NOW, answered_at=begun)
    again = truth_of(call, picture)
    assert again is None or (not other.talks and other.agent != NAMES[other.leg]), "a number outside has no name"
