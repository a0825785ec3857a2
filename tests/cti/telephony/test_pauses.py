"""Pauses of a recording: silence for several reasons at once, never for ever, and over engines."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cti.base.call import Call
from cti.base.events import RecordingPaused, RecordingResumed
from cti.telephony.pauses import LONGEST_SECONDS, PAUSES, Pauses, reasons_of
from cti.telephony.switch.port import SwitchUnavailable
from tests.core_house import FolderPlan
from tests.cti.telephony.test_engagement import CITIZEN, on_virtual_time
from tests.cti.telephony.test_engagement import Place as Desks


class Place(Desks):
    """One agent whose talks are recorded; the switch says what it was asked."""

    signed_in = ("1001",)

    async def recorded_talk(self) -> tuple[Call, Pauses, list[bool]]:
        self.house.talks.books.recording = FolderPlan(Path("/nowhere"))
        call, asked = await self.talk(), list[bool]()
        pauses = Pauses(self.house.calls, self.house.bus)
        switch: Any = self.house.calls.switch

        async def pause_recording(leg: str, paused: bool) -> None:
            assert leg == call.caller_leg
            asked.append(paused)

        switch.pause_recording = pause_recording
        return call, pauses, asked

    def told(self) -> list[type]:
        return [type(one) for one in (*self.house.all(RecordingPaused), *self.house.all(RecordingResumed))]


@on_virtual_time(Place)
async def test_it_goes_on_when_no_reason_is_left(place: Place) -> None:
    call, pauses, asked = await place.recorded_talk()
    await asyncio.gather(pauses.pause(call, "手动", by="1001"), pauses.pause(call, "表单"))
    assert asked == [True] and reasons_of(call) == ["手动", "表单"]
    await pauses.resume(call, "表单")
    await pauses.resume(call, "表单")
    assert asked == [True]
    await pauses.resume(call, "手动", by="1001")
    assert asked == [True, False] and PAUSES not in call.progress
    assert place.told() == [RecordingPaused, RecordingResumed]
    await place.finish()


@on_virtual_time(Place)
async def test_a_forgotten_pause_ends(place: Place) -> None:
    """An agent who forgot it lost the rest of the talk."""
    call, pauses, asked = await place.recorded_talk()
    await pauses.pause(call, "手动", seconds=10_000)
    await asyncio.sleep(LONGEST_SECONDS - 1)
    assert asked == [True]
    await asyncio.sleep(2)
    assert asked == [True, False] and reasons_of(call) == []
    await place.finish()


@on_virtual_time(Place)
async def test_the_next_engine_ends_it_in_time(place: Place) -> None:
    call, pauses, asked = await place.recorded_talk()
    await pauses.pause(call, "手动", seconds=60)
    for timer in pauses._timers.values():
        timer.cancel()
    await asyncio.sleep(30)
    Pauses(place.house.calls, place.house.bus).restore()
    await asyncio.sleep(29)
    assert asked == [True]
    await asyncio.sleep(2)
    assert asked == [True, False]
    await place.finish()


@on_virtual_time(Place)
async def test_what_the_switch_refuses_is_not_believed(place: Place) -> None:
    call, pauses, _ = await place.recorded_talk()
    switch: Any = place.house.calls.switch

    async def refuses(leg: str, paused: bool) -> None:
        raise SwitchUnavailable("gone")

    switch.pause_recording = refuses
    with pytest.raises(SwitchUnavailable):
        await pauses.pause(call, "手动")
    assert reasons_of(call) == [] and place.told() == []
    await place.finish()


@on_virtual_time(Place)
async def test_a_talk_that_is_over_leaves_none_to_the_next(place: Place) -> None:
    call, pauses, _ = await place.recorded_talk()
    await pauses.pause(call, "手动")
    place.line("1001").hang_up()
    await place.house.until(lambda: call.talk is None)
    assert reasons_of(call) == []
    with pytest.raises(LookupError):
        await pauses.pause(call, "手动")
    await place.finish()
    assert CITIZEN
