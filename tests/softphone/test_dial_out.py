"""An agent calls somebody by one click: both talk, or one of them does not, and the agent is free again each time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cti.base.clock import run_virtual
from cti.base.events import CallDialled, CallEnded, TalkStarted
from cti.base.refusal import Conflict, Invalid
from cti.telephony.outgoing import Outgoing
from cti.telephony.ways_out import WaysOut
from softphone.dial_out import PHONE_BACK, RING_AGENT, RING_OTHER, DialOut
from tests.acd.house import CITIZEN, Callers, Town
from tests.core_house import check_story
from tests.office import visitor
from tests.softphone.own_call import own_call

Story = Callable[[Town, Callers, DialOut], Coroutine[Any, Any, None]]
AGENT = replace(visitor("王芳", "city", "agent.work"), agent_no="8001")
NOBODY = replace(AGENT, agent_no=None)


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Play a story on virtual time; afterwards all telephones are on the hook and the agent is free."""

    async def whole(story: Story) -> None:
        town = Town(tmp_path)
        async with town.engine() as house:
            out = DialOut(house.acd, house.core.calls, house.service(Outgoing), house.service(WaysOut), own_call(house))
            house.acd.sign_in("8001")
            await story(town, house, out)
            await asyncio.sleep(120)
            assert town.exchange.legs == {} and house.core.calls.open == ()
            assert house.acd.agent("8001").state == "ready"
            check_story(house.core.story)

    return lambda story: run_virtual(whole(story))


def test_both_talk(play: Callable[[Story], None]) -> None:
    async def story(town: Town, house: Callers, out: DialOut) -> None:
        out.dial(AGENT, "138 0000 0001")
        assert house.acd.agent("8001").state == "talking", "nobody else is put through to him"
        await asyncio.sleep(0.5)
        assert town.rung == 0, "his own phone rings first"
        await asyncio.sleep(7)
        assert town.line().hears == {"8001"} and town.line("8001").hears == {"citizen"}
        with pytest.raises(Conflict, match="正在通话"):
            out.dial(AGENT, CITIZEN)
        town.line().hang_up()
        await asyncio.sleep(5)
        (started,) = house.all(TalkStarted)
        assert started.agent == "8001" and len(house.all(CallDialled)) == 1 and town.rung == 1

    play(story)


def test_his_own_phone_is_not_answered(play: Callable[[Story], None]) -> None:
    async def story(town: Town, house: Callers, out: DialOut) -> None:
        town.agents["8001"].answer_after = None
        out.dial(AGENT, CITIZEN)
        await asyncio.sleep(RING_AGENT + 2)
        assert town.rung == 0 and house.all(CallDialled, CallEnded) == []

    play(story)


@pytest.mark.parametrize("comes_back", [True, False])
def test_he_dials_from_a_page_that_was_loaded_a_moment_ago(play: Callable[[Story], None], comes_back: bool) -> None:
    """What stood as his phone was that of the page before: the call ended within a second, without a word."""

    async def story(town: Town, house: Callers, out: DialOut) -> None:
        town.agents["8001"].registered = False
        out.dial(AGENT, CITIZEN)
        await asyncio.sleep(1)
        assert house.acd.agent("8001").state == "talking" and town.rung == 0
        town.agents["8001"].registered = comes_back
        await asyncio.sleep(PHONE_BACK + 3)
        if comes_back:
            assert town.line().hears == {"8001"} and town.line("8001").hears == {"citizen"}
            town.line().hang_up()
        else:
            assert house.acd.agent("8001").state == "ready" and town.rung == 0
            found = out.not_reached("8001")
            assert found is not None and (found["who"], found["result"]) == ("agent", "unreachable")

    play(story)


@pytest.mark.parametrize("luck", ["deaf", "busy", "off", "agent puts down"])
def test_the_other_is_not_reached(play: Callable[[Story], None], luck: str) -> None:
    async def story(town: Town, house: Callers, out: DialOut) -> None:
        town.citizen.answer_after = None
        town.citizen.refuses = 17 if luck == "busy" else 0
        town.citizen.registered = luck != "off"
        ends: list[tuple[str, str]] = []

        async def ended(call: str, who: str, result: str) -> None:
            ends.append((who, result))

        out.dial(AGENT, CITIZEN, ended)
        await asyncio.sleep(3)
        if luck == "agent puts down":
            town.line("8001").hang_up()
        await asyncio.sleep(RING_OTHER + 5)
        assert house.acd.agent("8001").state == "ready" and house.all(TalkStarted) == []
        (ended,) = house.all(CallEnded)
        assert ended.reason == "not_reached"
        found = out.not_reached("8001")
        assert found is not None and found["who"] == "other"
        told = {"deaf": "no_answer", "busy": "busy", "off": "unreachable", "agent puts down": "cancelled"}
        assert found["result"] == told[luck] and ends == [("other", told[luck])]
        out.dial(AGENT, CITIZEN)
        assert out.not_reached("8001") is None

    play(story)


def test_what_cannot_be_dialled_is_refused(play: Callable[[Story], None]) -> None:
    async def story(town: Town, house: Callers, out: DialOut) -> None:
        with pytest.raises(Invalid) as caught:
            out.dial(AGENT, "转 801")
        assert caught.value.field == "number"
        with pytest.raises(Conflict, match="签入"):
            out.dial(NOBODY, CITIZEN)
        house.acd.request_state("8001", "signed_out")
        with pytest.raises(Conflict, match="签入"):
            out.dial(AGENT, CITIZEN)
        house.acd.sign_in("8001")

    play(story)
