"""Live audio: a stream both ways that speech interrupts, and taps that outlive a transfer."""

import asyncio

import pytest

from cti.telephony.media.port import AudioStream, Listener
from cti.telephony.media.voice_activity import VoiceActivity
from cti.telephony.switch.address import PhoneAddress
from cti.telephony.switch.port import DialRequest, LegHungUp, LegLeft, Played
from tests.contract.switch.engine import BareEngine, over
from tests.contract.switch.world import CITIZEN, Line, World, hears, story

NEEDS_MEDIA = True


class Interrupter:
    """Listens to the caller and forgets what was to be said to him as soon as he speaks."""

    def __init__(self, stream: AudioStream) -> None:
        self.interrupted = asyncio.Event()
        self._stream = stream
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        voice = VoiceActivity(self._stream.rate)
        async for frame in self._stream.frames():
            if voice.feed(frame):
                self._stream.clear()
                self.interrupted.set()


async def seconds_until_silence(world: World, line: Line, stream: AudioStream, listener: Interrupter) -> float:
    """From the caller's first word over a prompt until he hears nothing of it any more."""
    listener.interrupted.clear()
    speaking = asyncio.create_task(stream.write(world.sound(10.0, stream.rate)))
    ear = world.ear(line)
    await asyncio.sleep(1.0)
    assert world.clock.now() - ear.last_sound() < 0.3, "the prompt is heard"
    began = world.clock.now()
    talking = asyncio.create_task(line.speak(1.0))
    await asyncio.wait_for(listener.interrupted.wait(), 3)
    await talking
    await asyncio.wait_for(speaking, 1)
    return ear.last_sound() - began


@story
async def test_speech_interrupts_a_prompt_within_300_ms(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        stream = await session.stream()
        listener = Interrupter(stream)
        # A machine that is busy with other things only ever adds to it.
        fastest = min([await seconds_until_silence(world, line, stream, listener) for _ in range(3)])
        assert fastest < 0.3
        await stream.close()
        await listener.listening
        assert await session.play(["notice"]) == Played()


@story
async def test_a_stream_tells_keys_and_gives_the_session_back(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        stream = await session.stream()
        keys = stream.digits()
        await line.press("4")
        assert await asyncio.wait_for(anext(keys), 3) == "4"
        await stream.close()
        assert await session.play(["notice"]) == Played()


@story
async def test_a_stream_ends_with_the_caller(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        stream = await session.stream()

        async def all_frames() -> int:
            return len([frame async for frame in stream.frames()])

        counting = asyncio.create_task(all_frames())
        await asyncio.sleep(1.0)
        await line.hang_up()
        assert await asyncio.wait_for(counting, 3) > 25
        assert isinstance(await over(session), LegHungUp)
        with pytest.raises(LegHungUp):
            await stream.close()


class TapReader:
    """Reads a tap to its end and notes when there was sound in it."""

    def __init__(self, world: World, tap: Listener) -> None:
        self._world = world
        self._loud: list[float] = []
        self.reading = asyncio.create_task(self._read(tap))

    async def _read(self, tap: Listener) -> None:
        async for frame in tap.frames():
            if await self._world.speech_heard(frame, tap.rate):
                self._loud.append(self._world.clock.now())

    async def hears(self, line: Line) -> bool:
        """Whether what is said at a telephone comes through."""
        await asyncio.sleep(0.4)
        before = len(self._loud)
        await line.speak(1.0)
        return len(self._loud) - before > 15


@story
async def test_a_tap_outlives_a_transfer_and_ends_with_its_leg(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, agent="1001")))
        desk = await world.handsets["1001"].next_call()
        await desk.answer()
        tap = TapReader(world, await engine.switch.tap(session.arrival.leg))
        assert await tap.hears(line)
        assert not await tap.hears(desk)

        await engine.switch.pull(session.arrival.leg)
        with pytest.raises(LegLeft):
            await dialling
        caller = await engine.session()
        dialling = asyncio.create_task(caller.dial(DialRequest([PhoneAddress("1002")], 10, agent="1002")))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        assert await tap.hears(line)
        assert not await tap.hears(expert)
        await line.hang_up()
        await asyncio.wait_for(tap.reading, 5)
        with pytest.raises(LegHungUp):
            await dialling


@story
async def test_a_tap_says_how_fast_its_samples_come_before_any_has_come(world: World) -> None:
    """At half the speed a recogniser makes out nothing, and whoever listens asks for the rate at once."""
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        waiting = asyncio.create_task(session.wait())
        tap = await engine.switch.tap(session.arrival.leg)
        told, heard, began = tap.rate, 0, 0.0
        talking = asyncio.create_task(line.speak(2.5))
        async for frame in tap.frames():
            began = began or world.clock.now()
            heard += len(frame) // 2
            if world.clock.now() - began >= 2.0:
                break
        assert tap.rate == told
        assert 0.8 < heard / 2.0 / told < 1.25, (told, heard)
        await talking
        await tap.close()
        await line.hang_up()
        await asyncio.wait({waiting}, timeout=5)


@story
async def test_a_tap_is_closed(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, agent="1001")))
        desk = await world.handsets["1001"].next_call()
        await desk.answer()
        tap = await engine.switch.tap(session.arrival.leg)
        await tap.close()
        await asyncio.wait_for(TapReader(world, tap).reading, 2)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await dialling
        assert await session.play(["notice"]) == Played()
        await line.hang_up()
