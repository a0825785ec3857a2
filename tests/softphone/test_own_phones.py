"""Somebody's own telephone: he shows that it is his by answering and typing four digits; nobody else reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from cti.base.clock import run_virtual
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.store.engine import Store
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.ways_out import WaysOut
from softphone.own_phones.confirming import HOURLY, TRIES, Confirming
from softphone.own_phones.keeping import OwnPhones
from tests.acd.house import SHOWN, Callers, Town
from tests.office import office_on, visitor

CLERK = replace(visitor("李强", "city", "calls.own_phone"), session="at his desk")
OWN = "13900000009"


class Kept:
    """What was confirmed."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    async def confirmed(self, visitor: Visitor, number: Number) -> None:
        self.numbers.append(number.national)


class Desk:
    """What confirms, and the telephone that is to be confirmed."""

    def __init__(self, town: Town, house: Callers) -> None:
        self.own = town.exchange.add_phone(ScriptedPhone(f"{OWN}@carrier", "clerk", answer_after=2.0))
        self.kept = Kept()
        phones = cast("OwnPhones", self.kept)
        self.confirming = Confirming(house.core.calls, house.service(WaysOut), house.trunks, phones)

    @property
    def state(self) -> str:
        found = self.confirming.of(CLERK.person)
        assert found is not None
        return found.state

    @property
    def code(self) -> str:
        found = self.confirming.of(CLERK.person)
        assert found is not None
        return found.code


Story = Callable[[Desk], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Play a story; afterwards no telephone rings, and no line is held."""

    async def whole(story: Story) -> None:
        town = Town(tmp_path)
        async with town.engine() as house:
            before = house.trunks.room("carrier")
            await story(Desk(town, house))
            await asyncio.sleep(200)
            assert town.exchange.legs == {} and house.core.calls.open == ()
            assert house.trunks.room("carrier") == before

    return lambda story: run_virtual(whole(story))


def test_he_answers_and_types_what_he_sees(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        desk.confirming.begin(CLERK, "139 0000 0009")
        assert desk.state == "ringing" and len(desk.code) == 4
        with pytest.raises(Conflict, match="正在核验"):
            desk.confirming.begin(CLERK, OWN)
        await asyncio.sleep(3)
        line = desk.own.lines[-1]
        assert desk.state == "typing" and line.leg.caller.national == SHOWN
        for key in desk.code:
            line.press(key)
        await asyncio.sleep(1)
        assert (desk.state, desk.code, desk.kept.numbers) == ("confirmed", "", [OWN]) and line.is_over

    play(story)


def test_who_types_something_else_has_not_confirmed_it(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        desk.confirming.begin(CLERK, OWN)
        await asyncio.sleep(3)
        wrong = f"{(int(desk.code) + 1) % 10_000:04}"
        for _ in range(TRIES):
            for key in wrong:
                desk.own.lines[-1].press(key)
            await asyncio.sleep(0.5)
        assert desk.state == "wrong" and desk.kept.numbers == [] and desk.own.lines[-1].is_over

    play(story)


@pytest.mark.parametrize("luck", ["deaf", "busy", "puts down"])
def test_who_does_not_answer_has_not_confirmed_it(play: Callable[[Story], None], luck: str) -> None:
    async def story(desk: Desk) -> None:
        desk.own.answer_after = 1.0 if luck == "puts down" else None
        desk.own.refuses = 17 if luck == "busy" else 0
        desk.confirming.begin(CLERK, OWN)
        await asyncio.sleep(3)
        if luck == "puts down":
            desk.own.lines[-1].hang_up()
        await asyncio.sleep(60)
        assert desk.state == ("wrong" if luck == "puts down" else "unreached") and desk.kept.numbers == []

    play(story)


def test_no_stranger_is_rung_again_and_again(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        desk.own.refuses = 17
        for _ in range(HOURLY):
            desk.confirming.begin(CLERK, OWN)
            await asyncio.sleep(1)
        with pytest.raises(Conflict, match="一小时内最多"):
            desk.confirming.begin(CLERK, OWN)
        await asyncio.sleep(3600)
        desk.confirming.begin(CLERK, OWN)

    play(story)


@pytest.mark.parametrize("said", ["110", "12345", "8001", "anonymous", "+1 202 555 0100"])
def test_what_is_nobodys_own_telephone_is_refused(play: Callable[[Story], None], said: str) -> None:
    async def story(desk: Desk) -> None:
        with pytest.raises(Invalid) as caught:
            desk.confirming.begin(CLERK, said)
        assert caught.value.field == "number"
        with pytest.raises(NotAllowed):
            desk.confirming.begin(replace(CLERK, permissions=frozenset()), OWN)

    play(story)


async def test_a_number_is_its_owners_alone(store: Store) -> None:
    office = await office_on(store, "softphone")
    phones = OwnPhones(store, office.clock, office.audit)
    await phones.confirmed(CLERK, Number.parse(OWN))
    await phones.confirmed(CLERK, Number.parse("0519-88880000"))
    found = await phones.of(CLERK.person)
    assert found is not None and found[0].national == "051988880000"
    assert await phones.of("01somebody else") is None
    await phones.forget(CLERK)
    await phones.forget(CLERK)
    assert await phones.of(CLERK.person) is None
    async with store.reading() as session:
        said = await office.audit.newest(session, "person.own_phone", f"person:{CLERK.person}")
    assert said == {"number": ""}
