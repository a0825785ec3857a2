"""AudioSocket: frames however they are split, and a tap that keeps its switch awake."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.media.audiosocket import FrameParser, Kind, frame
from cti.telephony.switch.asterisk import audio
from cti.telephony.switch.asterisk.audio import AsteriskAudio

FRAMES = st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=40)), max_size=6)


@given(frames=FRAMES, cuts=st.lists(st.integers(0, 300), max_size=8))
def test_frames_are_the_same_however_they_are_split(frames: list[tuple[Kind, bytes]], cuts: list[int]) -> None:
    stream = b"".join(frame(kind, payload) for kind, payload in frames)
    at = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    parser = FrameParser()
    found = [one for start, end in pairwise(at) for one in parser.feed(stream[start:end])]
    assert found == frames


class Spy:
    """The side of a tap that Asterisk plays: it connects when it is told to, and keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[int, bytes]] = []
        self.ended = asyncio.Event()

    async def __call__(self, name: str, headers: dict[str, str]) -> Any:
        """Originate."""
        place, _, stream = headers["Channel"].removeprefix("AudioSocket/").partition("/")
        host, _, port = place.partition(":")
        self._reader, self.writer = await asyncio.open_connection(host, int(port))
        self.writer.write(frame(Kind.UUID, UUID(stream.partition("/")[0]).bytes))
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        parser = FrameParser()
        while data := await self._reader.read(4096):
            self.got += parser.feed(data)
        self.writer.close()
        self.ended.set()


async def test_a_tap_sends_silence_so_that_a_spy_sees_when_its_leg_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """ChanSpy that loses its leg within a tick of its own timer waits for something from us, and never ends."""
    monkeypatch.setattr(audio, "SILENCE_SECONDS", 0.005)
    spy = Spy()
    taps = AsteriskAudio(spy)
    await taps.start()
    tap = await taps.tap("1.1", "PJSIP/carrier-1")
    async with asyncio.timeout(5):
        while len(spy.got) < 3:
            await asyncio.sleep(0.005)
    assert all(one == (Kind.SLIN16, bytes(640)) for one in spy.got)
    await tap.close()
    await asyncio.wait_for(spy.ended.wait(), 5)
    sent = len(spy.got)
    assert spy.got[-1] == (Kind.HANG_UP, b"")
    await asyncio.sleep(0.03)
    assert len(spy.got) == sent
    await taps.stop()
