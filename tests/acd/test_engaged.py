"""The matching reads who is busy by telephone from the one model, also of calls that outlived an engine."""

from __future__ import annotations

from datetime import timedelta

from acd.engaged import Engaged
from acd.service import Acd, WorkItem
from acd.settings.schema import AcdSettings
from cti.base.call import Call, Talk
from cti.base.clock import VirtualClock
from cti.base.numbers.number import Number
from cti.telephony.engagement import Engagements


def offered_to(acd: Acd) -> str:
    held = acd.matching.works["new"].reservation
    return held.agent if held is not None else ""


def test_whose_phone_still_rings_for_a_dead_engines_call_is_offered_nothing() -> None:
    clock = VirtualClock()
    model = Engagements(clock)
    old = Call(
        "old", "city", "320400", "switch-1", "", Number.parse("13800000001"), Number.parse("12345"), clock.wall()
    )
    old.talk = Talk("8001", "general", offered_at=clock.wall() - timedelta(seconds=5))
    model.look(old)
    acd = Acd(clock, AcdSettings.model_validate({"queues": {"general": {}}}))
    acd.sign_in("8001")  # as the books of the dead engine have him: he was rung, so he is ready again
    Engaged(acd, model)
    place = acd.enqueue(WorkItem("new", "call", "general"))
    clock.advance(1)
    assert acd.agent("8001").works == (old.id,)
    assert offered_to(acd) == "", "nobody is offered while his phone rings for another"
    old.talk = None
    model.look(old)
    clock.advance(1)
    assert offered_to(acd) == "8001"
    place.withdraw("abandoned")
