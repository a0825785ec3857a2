"""A citizen leaves a message, and the engine dies while he speaks: it is told once, before his call's end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cti.base.call import Call, EndReason
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallEnded, Event, MessageLeft
from cti.telephony.switch.port import CallSession
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from ivr.telephone.messages_left import MessagesLeft
from tests.core_house import CoreHouse, LateShelf

CITIZEN = "13800000001"


class Place(CoreHouse):
    """A house in which callers leave messages."""

    def __init__(self, exchange: ScriptedExchange, shelf: LateShelf, folder: Path) -> None:
        super().__init__(ScriptedSwitch(exchange), {}, shelf=shelf, books=exchange)
        self.folder = folder
        self.messages = MessagesLeft(self.calls, folder)
        self.bus.subscribe(Event, shelf.append)

    async def conduct(self, call: Call, session: CallSession) -> None:
        """Nothing but the message."""
        await self.calls.answer(call, session)
        await self.messages.record(call, session, longest=30, stop_on="#")


@pytest.mark.parametrize("stays", [False, True], ids=["hangs up while dead", "speaks on after the return"])
def test_what_was_said_until_the_engine_died_is_told_once(tmp_path: Path, stays: bool) -> None:
    """It came to light 41 s later, and the caller was to be called back twice."""

    async def story() -> list[Any]:
        exchange, shelf = ScriptedExchange(LoopClock(), patience=60, writes_recordings=False), LateShelf()
        first = Place(exchange, shelf, tmp_path)
        await first.__aenter__()
        line = exchange.call(CITIZEN, "12345")
        await first.until(lambda: bool(first.calls.open) and "leaving_message" in first.call.progress)
        await asyncio.sleep(1)
        recording = first.call.progress["leaving_message"]
        shelf.die()
        await first.__aexit__()
        # The switch writes on.
        (tmp_path / f"{next(iter(shelf.calls))}-{recording}.wav").write_bytes(bytes(44 + 16_000 * 7))
        if not stays:
            line.hang_up()
        await asyncio.sleep(3)
        shelf.live()
        second = Place(exchange, shelf, tmp_path)
        async with second:
            await asyncio.sleep(2)
            line.hang_up()
            await asyncio.sleep(2)
            assert not second.calls.open
        shelf.commit()
        told = [one for one in shelf.story if isinstance(one, MessageLeft | CallEnded)]
        assert [type(one) for one in told] == [MessageLeft, CallEnded]
        assert isinstance(told[0], MessageLeft)
        assert told[0].recording == recording and told[0].seconds == 7
        assert told[1].reason in (EndReason.CALLER_HUNG_UP, EndReason.COMPLETED)
        return told

    run_virtual(story())
