"""The events of a call as different people see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cti.base.events import CallArrived, CallTransferred, DigitsEntered, Event, LegStarted, Stored
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS
from softphone.call_log import event_view

OF: dict[str, Any] = {
    "at": datetime(2026, 11, 25, tzinfo=UTC),
    "call": "C",
    "organisation": "city",
    "region": "320400",
}
MOBILE, IDENTITY = "13800000001", "320400199001011234"


@pytest.mark.parametrize(
    ("event", "field", "whole", "masked"),
    [
        (
            CallArrived(**OF, caller=Number.parse(MOBILE), called=Number.parse("12345"), trunk="carrier", leg="1.1"),
            "caller",
            MOBILE,
            "138****0001",
        ),
        (DigitsEntered(**OF, node="identity", digits=IDENTITY), "digits", IDENTITY, "320****34"),
        (DigitsEntered(**OF, node="menu", digits="1"), "digits", "1", "1"),
        (
            CallTransferred(**OF, agent="1001", target=f"phone:{MOBILE}", kind="blind"),
            "target",
            f"phone:{MOBILE}",
            "phone:138****0001",
        ),
        (
            LegStarted(**OF, leg="1795798487.0", party="outside", address=f"{MOBILE}@carrier"),
            "address",
            f"{MOBILE}@carrier",
            "138****0001@carrier",
        ),
        (LegStarted(**OF, leg="1795798487.0", party="agent", address="1001"), "leg", "1795798487.0", "1795798487.0"),
    ],
)
def test_whoever_may_not_see_numbers_sees_them_nowhere_in_a_story(
    event: Event, field: str, whole: str, masked: str
) -> None:
    """What a caller typed, and whom an agent dialled, stood whole beside the masked caller."""
    one = Stored(sequence=1, event=event)
    leader = Visitor("p", "p", "p", None, "city", "320400", permissions=frozenset({SEE_NUMBERS}))
    agent = Visitor("q", "q", "q", "1001", "city", "320400")
    assert event_view(one, leader).details[field] == whole
    assert event_view(one, agent).details[field] == masked
