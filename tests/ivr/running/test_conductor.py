"""Which flow leads a call, and what it is given."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from cti.base.call import Call
from cti.base.numbers.number import Number
from cti.base.numbers.number_plan import NumberPlan
from cti.base.settings import CalledNumber
from cti.telephony.outgoing import OUTGOING_ARGUMENTS, OUTGOING_FLOW
from ivr.definition.routing import Routing, RoutingFile
from ivr.reach.surroundings import Surroundings
from ivr.running.conductor import FlowConductor
from tests.ivr.trying import play

ROUTES = RoutingFile.model_validate(
    {"routes": [{"number": ["12328"], "choose": [{"flow": "revisit", "arguments": {"campaign": "spring"}}]}]}
)
REVISIT = """
flow: revisit
start: a
arguments: {ticket: text}
nodes:
  a: {say: {digits: ticket}, next: b}
  b: {end: told}
"""


def conductor() -> FlowConductor:
    nobody: Any = None
    plan = NumberPlan({"12345": CalledNumber(flow="hotline")})
    room: Any = SimpleNamespace(calls=SimpleNamespace(before_end=lambda listener: None), plan=plan)
    clock: Any = SimpleNamespace(wall=lambda: datetime(2026, 3, 3, 2, tzinfo=UTC))
    return FlowConductor(room, nobody, Surroundings(clock), Routing(ROUTES), nobody, nobody, nobody)


def call(called: str, *, outgoing: bool = False, **progress: Any) -> Call:
    return Call(
        id="c", organisation="city", region="320400", switch="s", trunk="t", caller=Number.parse("13800000001"),
        called=Number.parse(called), arrived_at=datetime.now(UTC), outgoing=outgoing, progress=progress,
    )  # fmt: skip


def test_who_is_dialled_hears_what_he_is_dialled_for() -> None:
    """A flow that was entered from outside got no arguments: a revisit could not be told its ticket."""
    told = {OUTGOING_FLOW: "revisit", OUTGOING_ARGUMENTS: {"ticket": "42"}}
    assert conductor().flow_of(call("12345", outgoing=True, **told)) == ("revisit", {"ticket": "42"})
    assert conductor().flow_of(call("12345", outgoing=True)) == ("callback", {})


def test_the_routing_table_gives_a_flow_its_arguments() -> None:
    assert conductor().flow_of(call("12328")) == ("revisit", {"campaign": "spring"})
    assert conductor().flow_of(call("12345")) == ("hotline", {})


def test_a_flow_that_is_not_given_what_it_needs_is_not_begun() -> None:
    """It would fail in the middle; a human is better."""
    assert "42" in play(REVISIT, arguments={"ticket": "42"}).spoken
    report = play(REVISIT)
    assert [line.text for line in report.lines if line.what == "queue"] == ["general"]
    assert (report.outcome, report.nodes) == ("human", [])
