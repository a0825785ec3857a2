"""What scripts of the fake switch can do beyond the contract: typed keys, patience, mute, digits, a cut connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from cti.base.clock import LoopClock, run_virtual
from cti.telephony.switch.address import PhoneAddress
from cti.telephony.switch.port import (
    RECORDING_RATE,
    CallSession,
    Connected,
    DialRequest,
    Disconnected,
    LegGone,
    LegHungUp,
    Side,
    SwitchEvent,
    SwitchLost,
    SwitchUnavailable,
)
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone

Serve = Callable[[CallSession], Awaitable[None]]


class Place:
    """An exchange whose sessions `serve` serves."""

    def __init__(self, serve: Serve) -> None:
        self.exchange = ScriptedExchange(LoopClock(), prompts={"menu": 3.0})
        self.exchange.add_phone(ScriptedPhone("1001", "1001", answer_after=1.0, voice=1100))
        self.switch = ScriptedSwitch(self.exchange)
        self.events: list[SwitchEvent] = []
        self._serve = serve

    async def __aenter__(self) -> Place:
        await self.switch.start(self._serve, self.events.append)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch.stop()


def test_keys_at_their_times_and_a_caller_who_loses_patience() -> None:
    async def live() -> None:
        chosen: list[str] = []

        async def serve(session: CallSession) -> None:
            await session.answer()
            chosen.append((await session.play(["menu"], stop_on="12")).digit)
            await session.wait()
            await session.over

        async with Place(serve) as place:
            line = place.exchange.call("13800000001", "12345", keys={1.0: "9", 2.0: "2"}, hang_up_after=60.0)
            await asyncio.sleep(2.5)
            assert chosen == ["2"]
            assert line.hears == {"music"}
            await asyncio.sleep(57)
            assert not line.is_over
            await asyncio.sleep(1)
            assert line.is_over
            assert place.exchange.now() == pytest.approx(60.5)
            assert [event for event in place.exchange.history if isinstance(event, LegGone)]
            assert place.exchange.records[0].caller == "13800000001"

    run_virtual(live())


async def talks(session: CallSession) -> None:
    await session.answer()
    await session.dial(DialRequest([PhoneAddress("1001")], 20, agent="1001"))


def test_a_party_is_muted() -> None:
    async def live() -> None:
        async with Place(talks) as place:
            line = place.exchange.call("13800000001", "12345")
            await asyncio.sleep(2)
            desk = place.exchange.phones["1001"].line
            assert desk is not None and line.hears == {"1001"}
            await place.switch.mute(desk.leg.id, Side.SAYS, True)
            assert line.hears == frozenset() and desk.hears == {"13800000001"}
            await place.switch.mute(desk.leg.id, Side.SAYS, False)
            await place.switch.mute(line.leg.id, Side.HEARS, True)
            assert line.hears == frozenset()
            await place.switch.send_digits(desk.leg.id, "12#")
            assert desk.digits_heard == "12#"

    run_virtual(live())


def test_recordings_only_while_talking_and_silent_while_paused(tmp_path: Path) -> None:
    path = tmp_path / "talk.raw"

    async def live() -> None:
        async def serve(session: CallSession) -> None:
            await session.answer()
            await session.record(path)
            await session.play(["menu"])
            await talks(session)

        async with Place(serve) as place:
            line = place.exchange.call("13800000001", "12345", voice=700)
            await asyncio.sleep(6)
            await place.switch.pause_recording(line.leg.id, True)
            await asyncio.sleep(2)
            await place.switch.pause_recording(line.leg.id, False)
            await asyncio.sleep(1)
            line.hang_up()

    run_virtual(live())
    both = np.fromfile(path, "<i2").reshape(-1, 2)
    assert len(both) / RECORDING_RATE == pytest.approx(9 - 3 - 1, abs=0.1)
    assert not both[2 * RECORDING_RATE + 2000 : 3 * RECORDING_RATE].any()
    assert both[:RECORDING_RATE].any() and both[-4000:].any()


def test_while_the_connection_is_cut_nothing_is_told_and_verbs_are_refused() -> None:
    async def live() -> None:
        ended: list[object] = []

        async def serve(session: CallSession) -> None:
            await session.answer()
            await session.wait()
            ended.append(await session.over)

        async with Place(serve) as place:
            line = place.exchange.call("13800000001", "12345")
            await asyncio.sleep(1)
            place.switch.cut(5.0)
            with pytest.raises(SwitchUnavailable):
                await place.switch.legs()
            line.hang_up()
            await asyncio.sleep(4)
            assert ended == [] and not any(isinstance(event, LegGone) for event in place.events)
            await asyncio.sleep(2)
            assert isinstance(ended[0], LegHungUp) and not isinstance(ended[0], SwitchLost)
            kinds = [type(event) for event in place.events if isinstance(event, Connected | Disconnected)]
            assert kinds == [Connected, Disconnected, Connected]

    run_virtual(live())


def test_a_switch_that_dies_takes_every_leg_and_says_so_when_it_is_back() -> None:
    async def live() -> None:
        ended: list[object] = []

        async def serve(session: CallSession) -> None:
            await session.answer()
            ended.append(await session.over)

        async with Place(serve) as place:
            line = place.exchange.call("13800000001", "12345")
            await asyncio.sleep(1)
            place.switch.lose_switch(3.0)
            assert line.is_over
            await asyncio.sleep(4)
            assert isinstance(ended[0], SwitchLost)
            last = [event for event in place.events if isinstance(event, Connected)][-1]
            assert last.restarted and last.legs == ()

    run_virtual(live())
