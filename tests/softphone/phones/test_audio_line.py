import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from softphone.phones.audio_line import AudioLine, Capture
from softphone.phones.sound import RATE, Samples, tone


class NoMedia(Exception):
    pass


@dataclass
class Info:
    tx_ready: bool
    rx_ready: bool
    tx_buffered: int


@dataclass
class FakeAudio:
    """The native side: `sent` is what it took, `waiting` of it is not yet on the wire, at most `capacity` bytes."""

    up: bool = True
    held: bool = False
    capacity: int = 32768
    waiting: int = 0
    sent: bytearray = field(default_factory=bytearray)
    heard: bytearray = field(default_factory=bytearray)

    def info(self) -> Info:
        self._check()
        return Info(not self.held, True, self.waiting)

    def read(self, max_bytes: int) -> bytes:
        self._check()
        taken = bytes(self.heard[:max_bytes])
        del self.heard[:max_bytes]
        return taken

    def write(self, pcm: bytes) -> int:
        self._check()
        taken = min(len(pcm), self.capacity - self.waiting)
        self.sent += pcm[:taken]
        self.waiting += taken
        return taken

    def flush_tx(self) -> None:
        self._check()
        self.waiting = 0

    def drain(self, seconds: float) -> None:
        self.waiting = max(self.waiting - round(seconds * RATE) * 2, 0)

    def _check(self) -> None:
        if not self.up:
            raise NoMedia


def lines(native: FakeAudio) -> AudioLine:
    return AudioLine(native, (NoMedia,))


async def beat(line: AudioLine, native: FakeAudio, start: float, seconds: float) -> float:
    now = start
    while now < start + seconds:
        line.tick(now)
        native.drain(0.02)
        await asyncio.sleep(0)
        now += 0.02
    return now


async def test_a_sound_is_sent_whole_a_little_ahead_and_then_done() -> None:
    native = FakeAudio()
    line = lines(native)
    playing = asyncio.create_task(line.play(tone(700, 1.0)))
    await asyncio.sleep(0)
    line.tick(0.0)
    assert len(native.sent) == 1600  # 0.1 s ahead, no more
    now = await beat(line, native, 0.02, 0.9)
    assert not playing.done()
    await beat(line, native, now, 0.2)
    assert await playing is True
    assert np.array_equal(np.frombuffer(native.sent, "<i2"), tone(700, 1.0))


async def test_sounds_follow_each_other() -> None:
    native = FakeAudio()
    line = lines(native)
    first, second = asyncio.create_task(line.play(tone(700, 0.1))), asyncio.create_task(line.play(tone(900, 0.1)))
    await asyncio.sleep(0)
    await beat(line, native, 0.0, 0.4)
    assert (await first, await second) == (True, True)
    assert np.array_equal(np.frombuffer(native.sent, "<i2"), np.concatenate([tone(700, 0.1), tone(900, 0.1)]))


async def test_stopping_forgets_the_rest_and_says_so() -> None:
    native = FakeAudio()
    line = lines(native)
    playing = asyncio.create_task(line.play(tone(700, 1.0)))
    await asyncio.sleep(0)
    line.tick(0.0)
    line.stop()
    assert await playing is False
    assert native.waiting == 0
    line.tick(0.02)
    assert len(native.sent) == 1600


async def test_a_cancelled_play_stops_talking() -> None:
    native = FakeAudio()
    line = lines(native)
    playing = asyncio.create_task(line.play(tone(700, 1.0)))
    await asyncio.sleep(0)
    line.tick(0.0)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    line.tick(0.1)
    assert len(native.sent) == 1600


async def test_the_end_of_the_call_ends_what_is_said_and_what_comes_later() -> None:
    native = FakeAudio()
    line = lines(native)
    playing = asyncio.create_task(line.play(tone(700, 1.0)))
    await asyncio.sleep(0)
    native.up = False
    line.tick(0.0)
    line.close()
    assert await playing is False
    assert await line.play(tone(700, 1.0)) is False


async def test_sound_waits_while_there_is_no_media() -> None:
    native = FakeAudio(up=False)
    line = lines(native)
    playing = asyncio.create_task(line.play(tone(700, 0.05)))
    await asyncio.sleep(0)
    line.tick(0.0)
    assert not native.sent
    native.up = True
    await beat(line, native, 0.02, 0.2)
    assert await playing is True


async def test_who_is_on_hold_talks_to_nobody_and_goes_on() -> None:
    native = FakeAudio(held=True)
    line = lines(native)
    playing = asyncio.create_task(line.play(tone(700, 1.0)))
    await asyncio.sleep(0)
    now = await beat(line, native, 0.0, 0.5)
    native.held = False
    await beat(line, native, now, 0.7)
    assert await playing is True
    assert len(native.sent) == pytest.approx(RATE, abs=700)


async def test_what_is_heard_reaches_every_listener_until_it_leaves() -> None:
    native = FakeAudio()
    line = lines(native)
    first: list[tuple[float, Samples]] = []
    second: list[tuple[float, Samples]] = []
    leave = line.listen(lambda at, samples: first.append((at, samples)))
    line.listen(lambda at, samples: second.append((at, samples)))
    native.heard += tone(700, 0.25).astype("<i2").tobytes()
    line.tick(10.0)
    leave()
    leave()
    native.heard += tone(700, 0.02).astype("<i2").tobytes()
    line.tick(10.02)
    assert [(at, samples.size) for at, samples in first] == [(pytest.approx(9.75), 2000)]
    assert [samples.size for _, samples in second] == [2000, 160]


async def test_a_capture_keeps_both_sides_on_one_axis(tmp_path: Path) -> None:
    native = FakeAudio()
    line = lines(native)
    capture = Capture(line, now=100.0)
    native.heard += tone(700, 0.1).astype("<i2").tobytes()
    line.tick(100.1)
    playing = asyncio.create_task(line.play(tone(1100, 0.1)))
    await asyncio.sleep(0)
    line.tick(101.0)
    native.heard += tone(900, 0.1).astype("<i2").tobytes()
    line.tick(102.0)
    capture.stop()
    native.heard += tone(900, 0.1).astype("<i2").tobytes()
    line.tick(102.1)
    assert capture.heard.size == round(2.0 * RATE)
    assert not capture.heard[RATE : round(1.8 * RATE)].any()
    assert np.array_equal(capture.said[RATE:], tone(1100, 0.1))
    capture.save(tmp_path / "x.wav")
    data, _ = soundfile.read(str(tmp_path / "x.wav"), dtype="int16")
    assert np.array_equal(data[: capture.heard.size, 0], capture.heard)
    assert np.array_equal(data[: capture.said.size, 1], capture.said)
    assert await playing is True
