"""What happened while no engine lived has its own time, by each switch's own records."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cti.base.events import CallArrived, CallEnded, Event, TalkEnded, TalkStarted
from cti.telephony.switch.installation import Books
from cti.telephony.switch.port import RECORDING_RATE, SwitchRecord, TalkStretch
from tests.contract.switch.sip_world import SipWorld
from tests.contract.switch.world import AGENTS, World, story
from tests.core_house import CoreHouse, FolderPlan, Shelf, check_story

NEEDS_SIP = True
EXACT = 0.3
"""Seconds."""
SAMPLE_BYTES = 2
GAP = 1.2
"""So long nobody looks: less than callers have patience for."""


class Asked:
    """The switch's books as the core asks them (`cti.telephony.after_gap.SwitchBooks`)."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._records: dict[str, SwitchRecord] = {}

    def _look(self) -> None:
        self._records |= {record.leg: record for record in self._books.read()}

    def end_of(self, leg: str) -> datetime | None:
        self._look()
        return self._records[leg].ended_at if leg in self._records else None

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        self._look()
        return self._books.talks_of(leg)

    def was_in_emergency(self, leg: str) -> bool:
        return leg in self._records and self._records[leg].in_emergency


def engine(world: SipWorld, shelf: Shelf, told: list[Event]) -> CoreHouse:
    phones = {agent: str(world.address(agent)) for agent in AGENTS}
    house = CoreHouse(world.engine(), phones, shelf=shelf, books=Asked(world.books()))
    house.talks.books.recording = FolderPlan(world.folder)
    house.bus.subscribe(Event, told.append)
    return house


def seconds_in(folder: Path) -> float:
    """How much is in the recording there."""
    (recording,) = folder.glob("*.raw")
    return recording.stat().st_size / (2 * SAMPLE_BYTES * RECORDING_RATE)


def near(event: Event, at: datetime) -> bool:
    return abs((event.at - at).total_seconds()) < EXACT


@story
async def test_a_talk_that_ended_unseen(world: World) -> None:
    """The talk went on in the books until the next engine came."""
    assert isinstance(world, SipWorld)
    shelf, told = Shelf(), list[Event]()
    async with engine(world, shelf, told) as first:
        await first.phones_there(*AGENTS)
        line = await world.citizen()
        desk = await world.handsets["1001"].next_call()
        await desk.answer()
        begun = await first.told(TalkStarted)
        # A telephone that sends nothing is not recorded either.
        speaking = asyncio.gather(line.speak(5), desk.speak(5), return_exceptions=True)
        await asyncio.sleep(1.5)
    await asyncio.sleep(0.5)
    over = world.clock.wall()
    await desk.hang_up()
    await asyncio.sleep(GAP)
    second = engine(world, shelf, told)
    recorded: list[float] = []
    second.bus.subscribe(TalkEnded, lambda _: recorded.append(seconds_in(world.folder)))
    async with second:
        ended = await second.told(TalkEnded)
        assert near(ended, over), (ended, over)
        # By the time that it is told, all is in the file.
        assert abs(recorded[0] - ended.seconds) < EXACT, (recorded, ended)
        await speaking
        assert abs(ended.seconds - (over - begun.at).total_seconds()) < EXACT
        await line.hang_up()
        await second.told(CallEnded)
    check_story(told)


@story
async def test_a_call_that_ended_unseen_in_its_talk(world: World) -> None:
    assert isinstance(world, SipWorld)
    shelf, told = Shelf(), list[Event]()
    async with engine(world, shelf, told) as first:
        await first.phones_there(*AGENTS)
        line = await world.citizen()
        desk = await world.handsets["1001"].next_call()
        await desk.answer()
        await first.told(TalkStarted)
        await asyncio.sleep(1)
    over = world.clock.wall()
    await line.hang_up()
    await asyncio.sleep(GAP)
    async with engine(world, shelf, told) as second:
        for kind in (TalkEnded, CallEnded):
            ended = await second.told(kind)
            assert near(ended, over), (ended, over)
    check_story(told)


@story
async def test_a_talk_that_began_unseen(world: World) -> None:
    """It began in the books when the next engine came, or never when it was over by then."""
    assert isinstance(world, SipWorld)
    shelf, told = Shelf(), list[Event]()
    async with engine(world, shelf, told) as first:
        await first.phones_there(*AGENTS)
        line = await world.citizen()
        desk = await world.handsets["1001"].next_call()
        await asyncio.sleep(0.5)
    await asyncio.sleep(0.5)
    begun = world.clock.wall()
    await desk.answer()
    await asyncio.sleep(GAP)
    async with engine(world, shelf, told) as second:
        started = await second.told(TalkStarted)
        assert near(started, begun), (started, begun)
        await line.hang_up()
        await second.told(CallEnded)
    check_story(told)


@story
async def test_a_call_that_came_unseen(world: World) -> None:
    """It arrived in the books when the next engine came."""
    assert isinstance(world, SipWorld)
    came = world.clock.wall()
    line = await world.citizen()
    await asyncio.sleep(GAP)
    async with engine(world, Shelf(), []) as house:
        arrived = await house.told(CallArrived)
        assert near(arrived, came), (arrived, came)
        await line.hang_up()
        await house.told(CallEnded)
