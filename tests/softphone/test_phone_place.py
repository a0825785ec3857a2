"""Which browser has an agent's phone: the newest that asked, but no talk loses its sound unasked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from cti.base.call import LegState
from cti.base.clock import run_virtual
from cti.base.refusal import Conflict, NotFound
from cti.telephony.interruption import WEB
from cti.telephony.outgoing import Outgoing
from cti.telephony.ways_out import WaysOut
from softphone.dial_out import DialOut
from softphone.phone_place import PhonePlaces
from tests.acd.house import CITIZEN, Town
from tests.office import visitor
from tests.softphone.own_call import own_call

AGENT = replace(visitor("王芳", "city", "agent.work"), agent_no="8001", address="10.1.0.7")
BESIDE = replace(AGENT, address="10.1.0.8")


def test_the_newest_browser_has_the_phone_and_a_talk_is_not_torn_away(tmp_path: Path) -> None:
    async def story() -> None:
        town = Town(tmp_path)
        async with town.engine() as house:
            told: list[str] = []
            calls = house.core.calls
            places = PhonePlaces(calls, told.append)
            assert places.of("8001") is None
            with pytest.raises(NotFound):
                places.take(replace(AGENT, agent_no=None), "computer-one", moving=False)
            places.take(AGENT, "computer-one", moving=False)
            places.take(AGENT, "computer-one", moving=False)
            assert told == ["8001"], "the same browser again is no news"
            assert places.take(BESIDE, "computer-two", moving=False).address == "10.1.0.8"
            house.acd.sign_in("8001")
            DialOut(house.acd, calls, house.service(Outgoing), house.service(WaysOut), own_call(house)).dial(
                AGENT, CITIZEN
            )
            await asyncio.sleep(10)
            (call,) = calls.open
            places.take(AGENT, "computer-one", moving=False)
            leg = next(one for one in call.legs.values() if one.agent == "8001")
            assert leg.state is LegState.UP
            leg.address += WEB
            with pytest.raises(Conflict, match=r"另一台电脑（10\.1\.0\.7）"):
                places.take(BESIDE, "computer-two", moving=False)
            found = places.take(BESIDE, "computer-two", moving=True)
            assert places.of("8001") == found and told == ["8001"] * 4

    run_virtual(story())
