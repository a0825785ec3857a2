"""A clerk calls a citizen from his own telephone: both talk, or one of them does not, and no telephone rings on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cti.base.call import EndReason, Party
from cti.base.clock import run_virtual
from cti.base.events import CallDialled, CallEnded, CallEvent, TalkEnded, TalkStarted
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.settings import TrunkSettings
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import DialResult
from cti.telephony.switch.scripted_leg import ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from softphone.own_phones.calling import RING_CITIZEN, RING_OWN, About, OwnPhoneCalls, Who
from tests.acd.house import CITIZEN, SHOWN, Callers, Town
from tests.core_house import check_story
from tests.office import visitor

CLERK = replace(visitor("李强", "east", "calls.own_phone"), agent_no=None)
OWN, ABOUT = "13900000009", About("32040020260001 路灯不亮", "/tickets/01")
CHANNELS = TrunkSettings().channels
AT_ONCE = 2.0
"""Seconds in which everything is over that somebody ends."""


class Street(Town):
    """The town with a clerk's mobile."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.own = self.exchange.add_phone(ScriptedPhone(f"{OWN}@carrier", "clerk", answer_after=2.0))
        self.ends: list[tuple[Who, DialResult]] = []

    def desk(self, house: Callers) -> OwnPhoneCalls:
        """What makes the calls, as the plugin has it."""
        own = OwnPhoneCalls(house.core.calls, house.service(Outgoing))
        own.restore(house.core.calls.open)
        house.core.bus.subscribe(CallEvent, own.hear)
        return own

    async def _ended(self, _: str, who: Who, result: DialResult) -> None:
        self.ends.append((who, result))

    def dial(self, own: OwnPhoneCalls) -> str:
        numbers = Number.parse(OWN), Number.parse(CITIZEN)
        return own.dial(CLERK, *numbers, ABOUT, self._ended, organisation="city", region="320400")

    @property
    def mine(self) -> ScriptedLine:
        return self.own.lines[-1]


Story = Callable[[Street, Callers, OwnPhoneCalls], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Play a story on virtual time; afterwards all telephones are on the hook, and no line is held."""

    async def whole(story: Story) -> None:
        town = Street(tmp_path)
        async with town.engine() as house:
            own = town.desk(house)
            await story(town, house, own)
            await asyncio.sleep(120)
            assert town.exchange.legs == {} and house.core.calls.open == ()
            assert house.trunks.room("carrier") == CHANNELS, "the lines are free again"
            found = own.of(CLERK.person)
            assert found is None or found.stage == "over"
            check_story(house.core.story)

    return lambda story: run_virtual(whole(story))


def test_both_talk_and_see_the_hotlines_number(play: Callable[[Story], None]) -> None:
    async def story(town: Street, house: Callers, own: OwnPhoneCalls) -> None:
        call = town.dial(own)
        await asyncio.sleep(1)
        assert _stage(own) == "own" and town.rung == 0, "his own telephone rings first"
        with pytest.raises(Conflict, match="还没有结束"):
            town.dial(own)
        await asyncio.sleep(3)
        assert _stage(own) == "citizen" and own.goes_on(call)
        await asyncio.sleep(5)
        assert _stage(own) == "talking"
        assert town.line().hears == {"clerk"} and town.mine.hears == {"citizen"}
        assert {one.leg.caller.national for one in (town.mine, town.line())} == {SHOWN}
        assert town.mine.leg.party is Party.AGENT and house.trunks.room("carrier") == CHANNELS - 2
        town.mine.hang_up()
        await asyncio.sleep(AT_ONCE + 3)
        (started,), (ended,) = house.all(TalkStarted), house.all(TalkEnded)
        assert started.agent == "" and ended.seconds > 2 and len(house.all(CallDialled)) == 1
        found = house.disk.calls[call]
        assert found.organisation == "city" and found.recordings and found.caller.national == CITIZEN
        assert _stage(own) == "over" and not own.goes_on(call) and town.ends == []

    play(story)


@pytest.mark.parametrize("luck", ["deaf", "busy", "off", "cancelled"])
def test_his_own_telephone_is_not_answered(play: Callable[[Story], None], luck: str) -> None:
    async def story(town: Street, house: Callers, own: OwnPhoneCalls) -> None:
        town.own.answer_after = None
        town.own.refuses = 17 if luck == "busy" else 0
        town.own.registered = luck != "off"
        town.dial(own)
        await asyncio.sleep(1)
        if luck == "cancelled":
            await own.cancel(CLERK)
        await asyncio.sleep(AT_ONCE if luck != "deaf" else RING_OWN + 2)
        assert town.rung == 0 and house.all(CallDialled, CallEnded) == []
        told = {"deaf": "no_answer", "busy": "busy", "off": "unreachable", "cancelled": "cancelled"}
        assert town.ends == [("own", told[luck])]
        with pytest.raises(NotFound):
            await own.cancel(CLERK)

    play(story)


@pytest.mark.parametrize("luck", ["deaf", "busy", "off", "clerk puts down", "cancelled"])
def test_the_citizen_is_not_reached(play: Callable[[Story], None], luck: str) -> None:
    async def story(town: Street, house: Callers, own: OwnPhoneCalls) -> None:
        town.citizen.answer_after = None
        town.citizen.refuses = 17 if luck == "busy" else 0
        town.citizen.registered = luck != "off"
        town.dial(own)
        await asyncio.sleep(4)
        if luck == "clerk puts down":
            town.mine.hang_up()
        elif luck == "cancelled":
            await own.cancel(CLERK)
        await asyncio.sleep(AT_ONCE if luck != "deaf" else RING_CITIZEN + 2)
        assert town.mine.is_over, "nobody waits for a citizen who does not come"
        assert house.all(TalkStarted) == [] and house.all(CallEnded)[-1].reason == EndReason.NOT_REACHED
        told = {"deaf": "no_answer", "busy": "busy", "off": "unreachable"}
        assert town.ends == [("citizen", told.get(luck, "cancelled"))]
        town.citizen.answer_after, town.citizen.refuses, town.citizen.registered = 1.0, 0, True
        town.dial(own)
        await asyncio.sleep(6)
        assert _stage(own) == "talking", "he can try again"
        await own.cancel(CLERK)
        await asyncio.sleep(AT_ONCE + 3)
        assert town.mine.is_over and town.line().is_over

    play(story)


def test_he_answers_and_puts_down_at_once(play: Callable[[Story], None]) -> None:
    async def story(town: Street, house: Callers, own: OwnPhoneCalls) -> None:
        town.own.on_ring = lambda line: house.core.clock.call_later(2.0, line.hang_up) and None
        town.dial(own)
        await asyncio.sleep(2 + AT_ONCE)
        assert town.mine.is_over and house.all(TalkStarted) == []
        assert all(line.is_over for line in town.citizen.lines)

    play(story)


def test_without_a_right_or_a_line_nothing_rings(play: Callable[[Story], None]) -> None:
    async def story(town: Street, house: Callers, own: OwnPhoneCalls) -> None:
        house.trunks.replace({"carrier": TrunkSettings(host="10.0.0.1", channels=1)})
        with pytest.raises(Conflict, match="外线已满"):
            town.dial(own)
        house.trunks.replace({"carrier": TrunkSettings(host="10.0.0.1", channels=CHANNELS)})
        with pytest.raises(NotAllowed):
            own.dial(
                replace(CLERK, permissions=frozenset()), Number.parse(OWN), Number.parse(CITIZEN), ABOUT,
                town._ended, organisation="city", region="320400",
            )  # fmt: skip
        assert town.own.lines == []
        town.dial(own)
        await asyncio.sleep(8)
        assert _stage(own) == "talking"
        await own.cancel(CLERK)

    play(story)


@pytest.mark.parametrize("after", [1.0, 3.5, 9.0])
def test_the_engine_dies(tmp_path: Path, after: float) -> None:
    """While his own telephone rings, the citizen's, or they talk."""

    async def whole() -> None:
        town = Street(tmp_path)
        async with town.engine() as house:
            town.dial(town.desk(house))
            await asyncio.sleep(after)
        await asyncio.sleep(1)
        async with town.engine() as second:
            own = town.desk(second)
            await asyncio.sleep(8)
            if after < 2:
                assert town.mine.is_over and town.rung == 0, "nobody is dialled for a call that nobody knows"
            else:
                assert town.line().hears == {"clerk"} and _stage(own) == "talking" and town.rung == 1
                town.line().hang_up()
                await asyncio.sleep(AT_ONCE)
                assert _stage(own) == "over" and town.mine.is_over
            await asyncio.sleep(60)
            assert town.exchange.legs == {} and second.core.calls.open == ()

    run_virtual(whole())


def _stage(own: OwnPhoneCalls) -> str:
    found = own.of(CLERK.person)
    assert found is not None
    return found.stage
