"""Calls and events to store."""

from __future__ import annotations

import types
import typing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from cti.base.call import Call, CallState, EndReason, Leg, Party, Talk
from cti.base.events import Event, NodeEntered
from cti.base.ids import new_id
from cti.base.numbers.number import Number

NOON = datetime(2026, 5, 6, 4, 0, 0, 123456, tzinfo=UTC)
MOBILE = "13800000001"
SAMPLES: dict[object, object] = {
    str: "text with 1234567 in it",
    int: 7,
    float: 1.5,
    bool: True,
    datetime: NOON + timedelta(seconds=1),
    Number: Number.parse(MOBILE),
    tuple[str, ...]: ("sip:1001@127.0.0.1", "sip:1001@[::1]"),
    dict[str, object]: {"number": MOBILE, "score": 3},
}


def new_call(caller: str = MOBILE, **values: Any) -> Call:
    found: dict[str, Any] = {
        "id": new_id(),
        "organisation": "city",
        "region": "320400",
        "switch": "switch-1",
        "trunk": "carrier",
        "caller": Number.parse(caller),
        "called": Number.parse("12345"),
        "arrived_at": NOON,
    }
    return Call(**{**found, **values})


def talking_call() -> Call:
    """A call with everything that a call can have."""
    return new_call(
        state=CallState.TALKING,
        answered_at=NOON + timedelta(seconds=2),
        caller_leg="1.1",
        legs={"1.1": Leg("1.1", Party.CALLER, "PJSIP/carrier"), "1.2": Leg("1.2", Party.AGENT, "PJSIP/1001")},
        talk=Talk("1001", "water", "1.2", NOON, NOON + timedelta(seconds=30), then=f"outside:{MOBILE}"),
        talks=1,
        agents=["1002", "1001"],
        queues=["general", "water"],
        recordings=[new_id()],
        progress={"ivr": {"node": "menu", "variables": {"id": "320400199001011234"}, "stack": [1, None, 2.5]}},
    )


def entered(call: str, node: object) -> NodeEntered:
    return NodeEntered(
        at=NOON, call=call, organisation="city", region="320400", flow="hotline", revision=1, node=str(node)
    )


def ended(call: Call, reason: EndReason = EndReason.COMPLETED) -> Call:
    call.state, call.reason, call.ended_at = CallState.ENDED, reason, call.arrived_at + timedelta(minutes=3)
    return call


def sample(kind: type[Event]) -> Event:
    """An event of this type with every field set."""
    hints = typing.get_type_hints(kind)
    values = {one.name: _value(hints[one.name]) for one in fields(kind)}
    return kind(**{**values, **({"region": "320400"} if "region" in values else {})})


def _value(hint: Any) -> object:
    if isinstance(hint, types.UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return SAMPLES[hint]
