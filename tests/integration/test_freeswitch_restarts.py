"""FreeSWITCH dies under many talks: every call ends as lost, and the next one is served as if nothing had been."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.base.call import Call
from cti.base.events import CallEnded, SwitchDown, TalkEnded, TalkStarted
from cti.telephony.switch.port import CallSession
from cti.telephony.talk_ending import TalkEnd
from tests.contract.switch.sip_world import SipDriver, open_sip_driver
from tests.contract.switch.world import AGENTS, CITIZEN, World, hears, until_together
from tests.core_house import CoreHouse
from tests.real_freeswitch import RealFreeswitch

pytestmark = pytest.mark.freeswitch

TALKS = 20


class ManyAgents(CoreHouse):
    """Each caller talks with an agent of his own, since nobody has two talks; all have the telephone of 1001."""

    async def _dial(self, call: Call, session: CallSession, agent: str) -> TalkEnd:
        addresses = self.registrar.addresses(agent)
        return await self.talks.dial(call, session, addresses, agent=f"of{call.id}", ring_seconds=10)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[SipDriver, RealFreeswitch]]:
    made: list[RealFreeswitch] = []

    def make(given: dict[str, object]) -> RealFreeswitch:
        made.append(RealFreeswitch(tmp_path / "switch", **given))  # type: ignore[arg-type]
        return made[0]

    (tmp_path / "switch").mkdir()
    with open_sip_driver(make) as driver:
        yield driver, made[0]


def test_every_open_call_ends_and_the_rest_recovers(running: tuple[SipDriver, RealFreeswitch], tmp_path: Path) -> None:
    driver, freeswitch = running

    async def story(world: World) -> None:
        async with ManyAgents(world.engine(), {agent: str(world.address(agent)) for agent in AGENTS}) as house:
            await house.phones_there(*AGENTS)
            world.handsets["1001"].answer_after = 0.0
            lines = [await world.citizen(f"138000001{number:02}") for number in range(TALKS)]
            desks = [await world.handsets["1001"].next_call() for _ in lines]
            await house.until(lambda: len(house.all(TalkStarted)) == TALKS, 20)
            for talk in house.all(TalkStarted):
                await until_together(house.switch, talk.leg)
            freeswitch.kill()
            await house.told(SwitchDown)
            await asyncio.to_thread(freeswitch.start)
            await house.until(lambda: len(house.all(CallEnded)) == TALKS, 20)
            assert {ended.reason for ended in house.all(CallEnded)} == {"switch_lost"}
            assert {ended.ended_by for ended in house.all(TalkEnded)} == {"switch"}
            assert not house.calls.open
            for line in (*lines, *desks):
                # What a dead switch cannot end, the telephones' people do.
                await line.hang_up()

            # Registrations outlive the switch: nobody has to register again to be called.
            house.story.clear()
            await house.phones_there(*AGENTS)
            line = await world.citizen()
            await world.handsets["1001"].next_call()
            talk = await house.told(TalkStarted)
            await until_together(house.switch, talk.leg)
            await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
            await line.hang_up()
            ended = await house.told(CallEnded)
            assert ended.reason == "caller_hung_up"

    driver.run(story, tmp_path, ipv6=False)


def test_no_number_of_a_caller_lies_on_the_disk(running: tuple[SipDriver, RealFreeswitch], tmp_path: Path) -> None:
    """Of a call that no engine saw, the switch's record on the disk had the caller's number in clear."""
    driver, freeswitch = running
    number = "13800000188"

    async def story(world: World) -> None:
        line = await world.citizen(number)
        await asyncio.sleep(1)
        await line.hang_up()
        books = freeswitch.books()
        for _ in range(50):
            await asyncio.sleep(0.1)
            if found := books.read():
                break
        assert [number in record.caller for record in found] == [True]

    driver.run(story, tmp_path, ipv6=False)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.resolve().is_relative_to(tmp_path)]
    assert files
    assert [path for path in files if number.encode() in path.read_bytes()] == []
