"""Who is at the door: what keepers say goes with the call, one who fails or dawdles has said nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from cti.base.call import Call
from cti.base.numbers.number import Number
from cti.telephony.doorway import PLACE, Doorway, Welcome, marks_of


def a_call() -> Call:
    return Call(
        id="01JAAAAAAAAAAAAAAAAAAAAAAA",
        organisation="city",
        region="320400",
        switch="switch-1",
        trunk="carrier",
        caller=Number.parse("13800000001"),
        called=Number.parse("12345"),
        arrived_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def test_keepers_are_asked_in_order_and_their_facts_are_put_together() -> None:
    door, call = Doorway(), a_call()

    async def first(_: Call) -> Welcome:
        return Welcome({"vip": False, "tags": ["老年"], "name": "王"})

    async def second(_: Call) -> Welcome:
        return Welcome({"vip": True, "tags": ["企业"], "listed": True})

    async def silent(_: Call) -> None:
        return None

    undo = [door.keep(name, keeper) for name, keeper in (("a", first), ("b", second), ("c", silent))]
    found = await door.receive(call)
    assert found == Welcome({"vip": True, "tags": ["老年", "企业"], "name": "王", "listed": True})
    call.progress[PLACE] = found.facts
    assert marks_of(call) == {"vip", "white", "老年", "企业"}
    with pytest.raises(ValueError, match="two keepers"):
        door.keep("a", first)
    for one in undo:
        one()
    assert await door.receive(call) == Welcome()
    assert marks_of(a_call()) == set()


async def test_the_first_who_refuses_ends_it() -> None:
    door, asked = Doorway(), []

    async def refuses(_: Call) -> Welcome:
        return Welcome({"listed": False}, "black_list")

    async def later(_: Call) -> None:
        asked.append("later")

    door.keep("a", refuses)
    door.keep("b", later)
    assert await door.receive(a_call()) == Welcome({"listed": False}, "black_list")
    assert asked == []


async def test_one_who_fails_or_takes_too_long_lets_the_caller_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti.telephony.doorway.SECONDS", 0.01)
    door = Doorway()

    async def fails(_: Call) -> Welcome:
        raise RuntimeError("broken")

    async def dawdles(_: Call) -> Welcome:
        await asyncio.sleep(10)
        return Welcome({}, "too late")

    async def good(_: Call) -> Welcome:
        return Welcome({"vip": True})

    for name, keeper in (("a", fails), ("b", dawdles), ("c", good)):
        door.keep(name, keeper)
    assert await door.receive(a_call()) == Welcome({"vip": True})
