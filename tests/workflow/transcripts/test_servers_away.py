"""A talk goes on when the recogniser's server does not: what was not heard is marked, and filled from the recording."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from cti.base.clock import LoopClock
from tests.ivr.recognition.speech_servers import serving
from tests.ivr.recognition.test_process import sound
from tests.ivr.recognition.test_servers import BOTH, Make, heard_by
from tests.workflow.transcripts.test_afterwards import BEGAN, Kept, Sounds, gap, no_parts, recording, said
from workflow.transcripts.afterwards import TRIES, Afterwards
from workflow.transcripts.ear import Ear, Heard
from workflow.transcripts.wording import Wording

RATE = 8000


class Telephone:
    """A leg on which somebody speaks twice, much faster than a clock goes."""

    rate = RATE

    async def frames(self) -> AsyncIterator[bytes]:
        voice = sound(1, 2, 2, 2, 2)
        for at in range(0, len(voice), 320):
            yield voice[at : at + 320]
            if at % 3200 == 0:
                await asyncio.sleep(0.002)

    async def close(self) -> None:
        pass


class Told:
    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def says(self, text: str) -> None:
        pass

    def said(self, heard: Heard) -> None:
        self.heard.append(heard)


@BOTH
@pytest.mark.parametrize("mood", ["gone", "dies", "hangs", "nonsense"])
async def test_what_a_sick_server_missed_is_marked_and_there_afterwards(kind: tuple[Any, Make], mood: str) -> None:
    async with heard_by(kind, 0.5, mood=mood) as (server, engine):
        engine_now = engine
        if mood == "gone":
            async with serving(kind[0]) as other:
                address = other.address
            engine_now = kind[1](address)
        told = Told()
        await Ear(Telephone(), engine_now.listen(RATE, live=True), LoopClock(), told).run()  # type: ignore[arg-type]
        assert [one.lost for one in told.heard] == [True, True], "each thing said is marked"
        assert all(one.seconds > 1.5 for one in told.heard)
        kept = Kept([gap(1, "caller", 3, 26, "lost")], [recording()])
        after = Afterwards(kept, kept, Sounds(), no_parts, engine_now, lambda _: Wording(), lambda: True)  # type: ignore[arg-type]
        for _ in range(TRIES + 1):
            await after.write("call")
        assert (kept.state, kept.tries) == ("waiting", 0), "who does not answer is not given up"
        if mood == "gone":
            await engine_now.close()
            after = Afterwards(kept, kept, Sounds(), no_parts, engine, lambda _: Wording(), lambda: True)  # type: ignore[arg-type]
        server.mood = "good"
        await after.write("call")
        assert kept.state == "whole"
        assert said(kept) == [("caller", 5), ("caller", 20)]
        assert {one.text for one in kept.lines} == {"建设路3号的路灯不亮。"}
        assert kept.lines[0].at - BEGAN < timedelta(seconds=5)
