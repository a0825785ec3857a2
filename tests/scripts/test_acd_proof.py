"""The comparison of books sees each kind of difference, and none where there is none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bench.acd_proof_lib.agree import Comparison, Outage
from bench.acd_proof_lib.books import Books, Heard, Told, heard

from cti.base.events import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    OfferFailed,
    TalkEnded,
    TalkStarted,
)
from cti.base.numbers.number import Number
from cti.telephony.switch.port import SwitchRecord

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CALL, CALLER, AGENT = "01M8B00TH9ZS0NP60XMFM5FWH9", "13900000001", "1001"
ABOUT = {"call": CALL, "organisation": "city", "region": "1"}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def books() -> Books:
    """A call that is offered in vain, then answered, and talks for ten seconds."""
    zero = NOON.timestamp()
    caller = Heard("1-1@x", CALLER, "81001", {"invites": zero, "answered": zero + 0.1, "released": zero + 20})
    busy = Heard("a", "1002", CALL, {"busy": zero + 1})
    talks = Heard("b", AGENT, CALL, {"rings": zero + 2, "answered": zero + 4, "leaves": zero + 14})
    queue = {"queue": "general"}
    story = [
        CallArrived(
            at=NOON, **ABOUT, caller=Number.parse(CALLER), called=Number.parse("81001"), trunk="carrier", leg="1"
        ),
        CallAnswered(at=at(0.1), **ABOUT),
        CallQueued(at=at(0.5), **ABOUT, **queue, position=1, estimate=None, priority=0),
        CallOffered(at=at(0.5), **ABOUT, **queue, agent="1002", waited=0, why=""),
        OfferFailed(at=at(1), **ABOUT, **queue, agent="1002", reason="busy"),
        CallOffered(at=at(1.5), **ABOUT, **queue, agent=AGENT, waited=1, why=""),
        TalkStarted(at=at(4), **ABOUT, agent=AGENT, leg="2", **queue, waited=3.5),
        CallLeftQueue(at=at(4), **ABOUT, **queue, reason="answered", waited=3.5),
        TalkEnded(at=at(14), **ABOUT, agent=AGENT, seconds=10, ended_by="agent"),
        CallEnded(at=at(20), **ABOUT, reason="completed", seconds=20, answered=True),
    ]
    record = SwitchRecord("1", "1", CALLER, "81001", NOON, at(0.1), at(20), "ANSWERED", False, f"PJSIP/{AGENT}-3", {})
    figures = {"general": {"entered": 1, "answered": 1}}
    return Books([caller], [busy, talks], {CALL: Told(CALL, CALLER, "81001", zero + 20, story)}, [record], figures)


def without(kind: type) -> Callable[[Books], Books]:
    def change(whole: Books) -> Books:
        whole.calls[CALL].story = [event for event in whole.calls[CALL].story if not isinstance(event, kind)]
        return whole

    return change


def stepped(which: int, **steps: float | None) -> Callable[[Books], Books]:
    def change(whole: Books) -> Books:
        found = (whole.callers + whole.offers)[which]
        for name, seconds in steps.items():
            found.steps.pop(name, None)
            if seconds is not None:
                found.steps[name] = NOON.timestamp() + seconds
        return whole

    return change


def test_books_that_agree() -> None:
    assert Comparison(books()).differences() == []


DIFFERENT: dict[str, tuple[Callable[[Books], Books], str]] = {
    "engine knows no call": (lambda b: replace(b, calls={}, figures={}), "the engine knows nothing"),
    "caller unknown": (lambda b: replace(b, callers=[]), "SIPp knows no caller"),
    "call twice": (lambda b: replace(b, calls={**b.calls, "2": Told("2", CALLER, "81001")}), "has 2 calls"),
    "no record": (lambda b: replace(b, records=[]), "the switch has no record"),
    "record unknown": (
        lambda b: replace(b, records=[*b.records, replace(b.records[0], caller="13911111111")]),
        "whom SIPp does not know",
    ),
    "other number": (
        lambda b: replace(b, calls={CALL: Told(CALL, CALLER, "81009", b.calls[CALL].ended, b.calls[CALL].story)}),
        "the engine has 81009",
    ),
    "no end": (without(CallEnded), "ended: 1, 1, 0 times"),
    "end unknown to SIPp": (stepped(0, released=None), "does not know how it ended"),
    "not answered at SIPp": (stepped(0, answered=None), "answered: SIPp False"),
    "other end": (stepped(0, released=None, leaves=10), "SIPp: leaves, engine: completed"),
    "late end": (stepped(0, released=9), "ended +11.0 s after SIPp's end by the engine"),
    "talk unknown to the engine": (without(TalkStarted), "0 talks began, 1 ended"),
    "agent's phone silent": (stepped(2, rings=None, answered=None, leaves=None, silent=2), "the engine says answered"),
    "no such offer": (without(CallOffered), "but not of an offer"),
    "other failure": (stepped(1, busy=None, declines=1), "the engine says busy"),
    "talk longer": (stepped(2, leaves=18), "took 10.0 s, at his phone 14.0 s"),
    "talk not in the records": (
        lambda b: replace(b, records=[replace(b.records[0], other="PJSIP/1009-1")]),
        "not in the switch's records",
    ),
    "two at once": (
        lambda b: replace(b, offers=[*b.offers, Heard("c", AGENT, "other", {"rings": NOON.timestamp() + 8})]),
        "while he talks",
    ),
    "counted twice": (
        lambda b: replace(b, figures={"general": {"entered": 1, "answered": 2}}),
        "the statistics count 2 answered, the journal 1",
    ),
    "never left": (without(CallLeftQueue), "1 entered, but"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_each_difference_is_named(name: str) -> None:
    change, words = DIFFERENT[name]
    found = Comparison(change(books())).differences()
    assert any(words in difference for difference in found), found


def test_a_caller_who_hangs_up_as_the_agent_picks_up_is_no_difference() -> None:
    whole = without(TalkEnded)(without(TalkStarted)(stepped(2, answered=4, leaves=None, released=4.1)(books())))
    whole = stepped(0, released=None, leaves=4)(whole)
    call = whole.calls[CALL]
    call.ended = at(4).timestamp()
    kept = [event for event in call.story if not isinstance(event, CallLeftQueue | CallEnded)]
    about = {"at": at(4), **ABOUT}
    call.story = [
        *kept,
        CallLeftQueue(**about, queue="general", reason="abandoned", waited=3.5),
        CallEnded(**about, reason="abandoned", seconds=4, answered=True),
    ]
    whole = replace(
        whole,
        records=[replace(whole.records[0], ended_at=at(4))],
        figures={"general": {"entered": 1, "abandoned": 1}},
    )
    assert Comparison(whole).differences() == []


def test_an_offer_that_died_with_the_engine_before_it_was_written_is_no_difference() -> None:
    whole = books()
    lost = Heard("c", "1003", CALL, {"rings": NOON.timestamp() + 1, "cancelled": NOON.timestamp() + 3})
    whole = replace(whole, offers=[*whole.offers, lost])
    assert Comparison(whole).differences() != []
    killed = NOON.timestamp() + 1.5
    assert Comparison(whole, outage=Outage(killed, killed + 2)).differences() == []


def test_lines_of_sipp() -> None:
    lines = [
        "AGENT 2026-11-26\t03:57:36.18\t1795665456.180115 b32c 1006 01M8B0 rings\n",
        "AGENT 2026-11-26\t03:57:37.10\t1795665457.101494 b32c 1006 01M8B0 answered\n",
        "PHONE 2026-11-26\t03:57:34.44\t1795665454.445278 1-2@127.0.0.1 1001 - registered\n",
        "rubbish\n",
    ]
    (found,) = heard(lines, "AGENT")
    assert (found.who, found.whom) == ("1006", "01M8B0")
    assert (found.begun, found.answered) == (1795665456.180115, 1795665457.101494)
    assert found.over is None
