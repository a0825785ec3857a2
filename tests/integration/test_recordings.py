"""Recordings on the real Asterisk: paused they are silent, and nothing of them lies in clear when the talk is over."""

import asyncio
import time
import wave
from contextlib import AsyncExitStack
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cti.base.ciphers.sealed_files import is_sealed
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import tone, tone_level
from tests.running_hotline import RunningHotline, agent, citizen, kinds, skip_greeting

pytestmark = pytest.mark.asterisk

RATE = 8000


async def sound_of(api: Any, recording: str) -> tuple[bytes, NDArray[np.int16]]:
    """The file, and its samples in two columns."""
    async with api.http.get(f"{api.url}/api/recordings/{recording}/audio") as answer:
        assert answer.status == 200
        whole = await answer.read()
    with wave.open(BytesIO(whole)) as file:
        return whole, np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


async def test_what_is_said_in_a_pause_is_on_no_disk(hotline: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
            await skip_greeting(call)
            taken = await one.phone.next_call(10)
            await taken.answered()
            id = (await one.api.ask("GET", "/api/agent"))["call"]["id"]
            pause = f"/api/calls/{id}/recording"
            await asyncio.gather(call.audio.play(tone(700, 2)), taken.audio.play(tone(1100, 2)))
            await one.api.ask("POST", f"{pause}/pause", {"reason": "证件号码"}, status=200)
            assert (await one.api.ask("GET", "/api/agent"))["call"]["paused"] == ["证件号码"]
            await asyncio.gather(call.audio.play(tone(500, 3)), taken.audio.play(tone(900, 3)))
            await one.api.ask("POST", f"{pause}/resume", {"reason": "证件号码"}, status=200)
            await asyncio.gather(call.audio.play(tone(700, 2)), taken.audio.play(tone(1100, 2)))
            await taken.hang_up()
            await asyncio.sleep(1.5)
            await call.press("1")
            await call.ended(10)
        (story,) = await supervisor.ended(1)
        assert [one for one in kinds(story) if one.startswith("Recording")] == [
            "RecordingStarted", "RecordingPaused", "RecordingResumed", "RecordingFinished",
        ]  # fmt: skip
        recording = story["recordings"][0]
        whole, samples = await sound_of(supervisor, recording)
        (gap,) = (await supervisor.ask("GET", f"/api/recordings/{recording}"))["gaps"]
        assert gap["reason"] == "证件号码" and gap["by"] == "1001" and 2.5 < gap["until"] - gap["since"] < 4.5
        for column, spoken, secret in ((0, 700, 500), (1, 1100, 900)):
            side = samples[:, column].copy()
            assert tone_level(side[: int(gap["since"] * RATE)], spoken) > -35
            assert tone_level(side[int(gap["until"] * RATE) :], spoken) > -35
            assert tone_level(side, secret) < -50
            # The switch writes what it has within a second: so exactly is known where the gap is.
            inside = side[int((gap["since"] + 1.2) * RATE) : int((gap["until"] - 0.2) * RATE)]
            assert len(inside) > RATE and not inside.any(), "silence in the gap"
        # What the switch wrote in clear is gone; what is kept is sealed, and opens to what was heard.
        live, before = hotline.data / "recordings" / "live", time.monotonic()
        while list(live.glob("*.raw")):
            assert time.monotonic() < before + 10
            await asyncio.sleep(0.2)
        kept = [path for path in (hotline.data / "recordings").rglob(f"{recording}*") if path.is_file()]
        assert len(kept) == 1 and is_sealed(kept[0])
        assert whole[44:4044] not in kept[0].read_bytes()


async def test_a_held_talk_has_one_timeline_and_is_as_long_as_it_was_talked(hotline: RunningHotline) -> None:
    """While he is held nothing is recorded: that is no loss, and each part of the sound has its place in the call."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor:
        async with agent(hotline, stack, "1001") as one, citizen(hotline, stack) as call:
            await skip_greeting(call)
            taken = await one.phone.next_call(10)
            await taken.answered()
            await asyncio.gather(call.audio.play(tone(700, 2)), taken.audio.play(tone(1100, 2)))
            await one.api.ask("POST", "/api/agent/call/hold", {})
            await asyncio.sleep(5)
            await one.api.ask("POST", "/api/agent/call/retrieve", {})
            await asyncio.sleep(1)
            await asyncio.gather(call.audio.play(tone(500, 2)), taken.audio.play(tone(900, 2)))
            await taken.hang_up()
            await asyncio.sleep(1.5)
            await call.press("1")
            await call.ended(10)
        (story,) = await supervisor.ended(1)
        recording = story["recordings"][0]
        await asyncio.sleep(1)
        shown = await supervisor.ask("GET", f"/api/recordings/{recording}")
        found = await supervisor.ask("GET", f"/api/calls/{story['id']}/timeline")
        first, second = found["parts"]
        assert (first["recording"], first["agent"], first["second"]) == (recording, "1001", 0)
        assert 4 < second["since"] - first["until"] < 7
        together = sum(part["until"] - part["since"] for part in found["parts"])
        assert abs(together - shown["seconds"]) < 1.5, (found, shown)
        assert shown["fault"] == ""
        _, samples = await sound_of(supervisor, recording)
        cut = int(second["second"] * RATE)
        assert tone_level(samples[: cut - RATE // 2, 0].copy(), 700) > -35
        assert tone_level(samples[cut + RATE // 2 :, 0].copy(), 500) > -35
        outline = await supervisor.ask("GET", f"/api/recordings/{recording}/outline")
        spoken = [sum(until - since for since, until in side) for side in outline["speech"]]
        assert all(3 < seconds < 6 for seconds in spoken), outline["speech"]


async def test_who_spoke_when_through_a_consultation_a_conference_and_a_transfer(hotline: RunningHotline) -> None:
    """Each part of the sound names who was with the caller, and has his tone and nobody else's."""
    async with SipStack("127.0.0.1") as stack, hotline.signed_in("8001") as supervisor, AsyncExitStack() as people:
        one = await people.enter_async_context(agent(hotline, stack, "1001"))
        two = await people.enter_async_context(agent(hotline, stack, "1002", answer_after=None))
        call = await people.enter_async_context(citizen(hotline, stack))
        await skip_greeting(call)
        first = await one.phone.next_call(10)
        await first.answered()
        await asyncio.gather(call.audio.play(tone(400, 3)), first.audio.play(tone(700, 3)))
        await one.api.ask("POST", "/api/agent/call/consult", {"to": "agent:1002"})
        second = await two.phone.next_call(10)
        await second.answer()
        await asyncio.sleep(1)
        # What colleagues say to each other while he waits is not for his recording.
        await asyncio.gather(first.audio.play(tone(1500, 2)), second.audio.play(tone(1900, 2)))
        await one.api.ask("POST", "/api/agent/call/conference", {})
        await asyncio.sleep(1)
        await asyncio.gather(first.audio.play(tone(700, 3)), second.audio.play(tone(1100, 3)))
        await one.api.ask("POST", "/api/agent/call/leave", {})
        await first.ended(10)
        await asyncio.sleep(1)
        await asyncio.gather(call.audio.play(tone(500, 3)), second.audio.play(tone(1100, 3)))
        await second.hang_up()
        await asyncio.sleep(1.5)
        await call.press("1")
        await call.ended(10)
        (story,) = await supervisor.ended(1)
        (recording,) = story["recordings"]
        await asyncio.sleep(1)
        found = await supervisor.ask("GET", f"/api/calls/{story['id']}/timeline")
        parts = [part for part in found["parts"] if part["until"] - part["since"] > 1.5]
        assert [(part["agent"], part["others"]) for part in parts] == [
            ("1001", []), ("1001", ["1002"]), ("1002", []),
        ], found  # fmt: skip
        assert found["names"]["1001"] and found["names"]["1002"]
        shown = await supervisor.ask("GET", f"/api/recordings/{recording}")
        together = sum(part["until"] - part["since"] for part in found["parts"])
        assert abs(together - shown["seconds"]) < 2 and shown["fault"] == "", (found, shown)
        _, samples = await sound_of(supervisor, recording)
        heard = []
        for part in parts:
            begin = int((part["second"] + 0.3) * RATE)
            side = samples[begin : int((part["second"] + part["until"] - part["since"] - 0.3) * RATE), 1].copy()
            heard.append({pitch for pitch in (700, 1100, 1500, 1900) if tone_level(side, pitch) > -35})
        # Who stays was silent here where his telephone counts its packets from lower on (scripts/setup/late_frames.py).
        assert heard == [{700}, {700, 1100}, {1100}], heard
