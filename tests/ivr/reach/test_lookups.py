"""Services of plugins: typed, refused when they do not fit, withdrawn with their plugin."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import pydantic
import pytest

from cti.base.numbers.number import Number
from ivr.conversation.port import Facts
from ivr.reach.lookups import LookupFailed, Lookups, Service, Shape

FACTS = Facts("call", "phone", "city", "320400", Number.parse("13800000001"), Number.parse("12345"))


class Part(pydantic.BaseModel):
    name: str


class Ticket(pydantic.BaseModel):
    state: str
    due: datetime.date
    changed: datetime.datetime
    cost: decimal.Decimal
    urgent: bool
    parts: list[Part]
    note: str | None = None
    more: Any = None


class Asked(pydantic.BaseModel):
    number: str
    year: int = 2026


async def answer(arguments: Asked, facts: Facts) -> Ticket | None:
    if arguments.number == "0":
        return None
    return Ticket(
        state=facts.call, due=datetime.date(2026, 10, 1), changed=datetime.datetime(2026, 1, 1), urgent=False,
        cost=decimal.Decimal(1), parts=[Part(name="a")],
    )  # fmt: skip


def service(name: str = "tickets.progress") -> Service:
    return Service(name, "工单进度", Asked, Ticket, answer)


async def test_asked_and_answered_in_plain_data() -> None:
    lookups = Lookups()
    lookups.offer(service())
    found = await lookups.ask("tickets.progress", {"number": "1"}, FACTS)
    assert found is not None
    assert (found["state"], found["due"], found["parts"]) == ("call", "2026-10-01", [{"name": "a"}])
    assert await lookups.ask("tickets.progress", {"number": "0"}, FACTS) is None
    with pytest.raises(LookupFailed, match="nobody offers"):
        await lookups.ask("other.one", {}, FACTS)
    with pytest.raises(LookupFailed, match=r"tickets\.progress"):
        await lookups.ask("tickets.progress", {"number": "1", "year": "soon"}, FACTS)


def test_offered_and_withdrawn() -> None:
    changes: list[list[str]] = []
    lookups = Lookups(lambda: changes.append(sorted(lookups.shapes)))
    withdraw = lookups.offer(service())
    with pytest.raises(ValueError, match="two services"):
        lookups.offer(service())
    assert lookups.offers("tickets.progress")
    withdraw()
    withdraw()
    assert not lookups.offers("tickets.progress")
    assert changes == [["tickets.progress"], []]


def test_shapes_survive_as_json() -> None:
    shape = service().shape
    again = Shape.of_json(shape.as_json())
    assert {name: str(kind) for name, kind in again.takes.items()} == {"number": "text", "year": "number"}
    assert again.requires == frozenset({"number"})
    fields = again.gives.fields
    assert fields is not None
    assert {name: str(kind) for name, kind in fields.items()} == {
        "state": "text", "due": "date", "changed": "moment", "cost": "number", "urgent": "boolean",
        "parts": "list of record", "note": "text", "more": "any",
    }  # fmt: skip


def test_a_type_that_no_flow_can_hold_is_refused_when_it_is_offered() -> None:
    class Bad(pydantic.BaseModel):
        data: set[str]

    with pytest.raises(TypeError, match="no flow can hold"):
        Lookups().offer(Service("a.b", "", Bad, Ticket, answer))
