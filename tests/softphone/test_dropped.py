"""A talk that broke off is offered to be gone on with, and the second call knows the first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.base.clock import run_virtual
from cti.base.events import CallDialled, Event, TalkStarted
from cti.base.refusal import Conflict, NotFound
from cti.telephony.outgoing import Outgoing
from cti.telephony.ways_out import WaysOut
from softphone.dial_out import DialOut
from softphone.dropped import OFFERED, DroppedTalks
from tests.acd.house import CITIZEN, Callers, Town
from tests.core_house import check_story
from tests.softphone.own_call import own_call
from tests.softphone.test_dial_out import AGENT, NOBODY

Story = Callable[[Town, Callers, DialOut, DroppedTalks], Coroutine[Any, Any, None]]
SHORT = 10.0


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Play a story on virtual time that begins in a talk."""

    async def whole(story: Story) -> None:
        town = Town(tmp_path)
        async with town.engine() as house:
            out = DialOut(
                house.acd, house.core.calls, house.service(Outgoing), house.service(WaysOut), own_call(house)
            )  # fmt: skip
            dropped = DroppedTalks(house.core.calls, SHORT)
            house.core.bus.subscribe(Event, dropped.hear)
            house.acd.sign_in("8001")
            out.dial(AGENT, CITIZEN)
            while not house.all(TalkStarted):
                await asyncio.sleep(0.5)
            await story(town, house, out, dropped)
            await asyncio.sleep(120)
            assert town.exchange.legs == {} and house.core.calls.open == ()
            check_story(house.core.story)

    return lambda story: run_virtual(whole(story))


def why(house: Callers, dropped: DroppedTalks, later: timedelta = timedelta()) -> str:
    found = dropped.of("8001", house.core.clock.wall() + later)
    return found.why if found is not None else ""


def test_who_is_gone_after_some_seconds_is_called_back_by_one_key(play: Callable[[Story], None]) -> None:
    async def story(town: Town, house: Callers, out: DialOut, dropped: DroppedTalks) -> None:
        (first,) = house.core.calls.open
        with pytest.raises(Conflict, match="还没有结束"):
            await out.dial_again(AGENT, first.id)
        await asyncio.sleep(2)
        town.line().hang_up()
        await asyncio.sleep(3)
        assert why(house, dropped) == "caller" and why(house, dropped, OFFERED) == ""
        with pytest.raises(NotFound):
            await out.dial_again(NOBODY, first.id)
        second = await out.dial_again(AGENT, first.id)
        await asyncio.sleep(8)
        assert why(house, dropped) == "", "he is on the line"
        (call,) = house.core.calls.open
        assert (call.id, call.follows) == (second, first.id)
        assert [one.follows for one in house.all(CallDialled)] == ["", first.id]
        await asyncio.sleep(SHORT)
        town.line().hang_up()
        await asyncio.sleep(3)
        assert why(house, dropped) == "", "they had talked"

    play(story)


@pytest.mark.parametrize(("cause", "told"), [(16, ""), (41, "line"), (111, "line")])
def test_a_line_that_is_cut_is_known_by_its_cause(play: Callable[[Story], None], cause: int, told: str) -> None:
    async def story(town: Town, house: Callers, out: DialOut, dropped: DroppedTalks) -> None:
        await asyncio.sleep(30)
        town.exchange.end(town.line().leg, cause)
        await asyncio.sleep(3)
        assert why(house, dropped) == told

    play(story)


def test_whose_agent_was_lost_and_who_did_not_wait_is_offered_too(play: Callable[[Story], None]) -> None:
    async def story(town: Town, house: Callers, out: DialOut, dropped: DroppedTalks) -> None:
        await asyncio.sleep(30)
        town.agents["8001"].registered = False
        town.exchange.end(town.line("8001").leg, 41)
        await asyncio.sleep(3)
        assert why(house, dropped) == "", "he waits"
        town.line().hang_up()
        await asyncio.sleep(3)
        assert why(house, dropped) == "agent"
        town.agents["8001"].registered = True

    play(story)


def test_an_agent_who_hangs_up_has_lost_nobody(play: Callable[[Story], None]) -> None:
    async def story(town: Town, house: Callers, out: DialOut, dropped: DroppedTalks) -> None:
        await asyncio.sleep(1)
        town.line("8001").hang_up()
        await asyncio.sleep(5)
        assert why(house, dropped) == ""

    play(story)
