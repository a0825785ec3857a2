"""The voice in a process of its own: it answers, dies, hangs, rests; callers come before admins."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from ivr.prompts import voice_worker
from ivr.prompts.kokoro_packages import default_cache, installed
from ivr.prompts.synthesis import Speech, SynthesisUnavailable
from ivr.prompts.voice import ADMIN, NoVoice, VoiceProcess
from ivr.prompts.voices import find_voice
from ivr.settings import VoiceSettings

WORKER = """
import json, os, struct, sys, time
log = open(sys.argv[1], "a")
for line in sys.stdin:
    asked = json.loads(line)["text"]
    log.write(f"{os.getpid()} {asked}\\n"); log.flush()
    if asked == "die": sys.exit(1)
    if asked == "hang": time.sleep(60)
    if asked == "slow": time.sleep(0.3)
    if asked == "no":
        sys.stdout.write(json.dumps({"error": "cannot be read"}) + "\\n")
    else:
        sound = struct.pack(f"<{len(asked)}f", *([0.5] * len(asked)))
        sys.stdout.buffer.write(json.dumps({"rate": 24000, "size": len(sound)}).encode() + b"\\n" + sound)
    sys.stdout.flush()
"""
Make = Callable[..., VoiceProcess]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    (tmp_path / "worker.py").write_text(WORKER, "utf-8")
    made: list[VoiceProcess] = []

    def one(**more: float) -> VoiceProcess:
        command = (sys.executable, str(tmp_path / "worker.py"), str(tmp_path / "log"))
        made.append(VoiceProcess(command, ("v",), "m", **more))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for voice in made:
        await voice.close()


async def say(voice: VoiceProcess, text: str, rank: int = 0) -> Speech:
    return await voice.speak(text, voice="v", speed=1.0, rank=rank)


def log(folder: Path) -> list[list[str]]:
    return [line.split(" ") for line in (folder / "log").read_text().splitlines()]


async def test_it_answers_one_after_the_other(make: Make, tmp_path: Path) -> None:
    voice = make()
    found = await asyncio.gather(*(say(voice, "x" * count) for count in (3, 5, 1)))
    assert [len(one.samples) for one in found] == [3, 5, 1]
    assert found[0].rate == 24000 and found[0].samples.dtype == np.float32
    assert len({pid for pid, _ in log(tmp_path)}) == 1
    with pytest.raises(SynthesisUnavailable, match="cannot be read"):
        await say(voice, "no")
    assert len((await say(voice, "go on")).samples) == 5


async def test_one_that_dies_is_replaced(make: Make, tmp_path: Path) -> None:
    voice = make()
    with pytest.raises(SynthesisUnavailable, match="the voice failed"):
        await say(voice, "die")
    assert len((await say(voice, "back")).samples) == 4
    assert len({pid for pid, _ in log(tmp_path)}) == 2


async def test_one_that_hangs_is_replaced(make: Make, tmp_path: Path) -> None:
    voice = make(hangs_seconds=0.5)
    with pytest.raises(SynthesisUnavailable, match="hangs"):
        await say(voice, "hang")
    assert len((await say(voice, "back")).samples) == 4


async def test_callers_come_first(make: Make, tmp_path: Path) -> None:
    voice = make()
    jobs = [asyncio.create_task(say(voice, "slow"))]
    await asyncio.sleep(0.1)
    jobs += [asyncio.create_task(say(voice, f"admin{number}", ADMIN)) for number in range(3)]
    await asyncio.sleep(0)
    jobs.append(asyncio.create_task(say(voice, "caller")))
    await asyncio.gather(*jobs)
    assert [text for _, text in log(tmp_path)] == ["slow", "caller", "admin0", "admin1", "admin2"]


async def test_who_goes_away_does_not_stop_it(make: Make, tmp_path: Path) -> None:
    voice = make()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await say(voice, "slow")
    assert len((await say(voice, "next")).samples) == 4
    assert [text for _, text in log(tmp_path)] == ["slow", "next"]


async def test_it_rests_when_nobody_asks(make: Make, tmp_path: Path) -> None:
    voice = make(idle_seconds=0.1)
    await say(voice, "one")
    await asyncio.sleep(0.5)
    await say(voice, "two")
    pids = [pid for pid, _ in log(tmp_path)]
    assert pids[0] != pids[1]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pids[0]), 0)


async def test_closing_refuses_who_waits(make: Make) -> None:
    voice = make()
    waiting = [asyncio.create_task(say(voice, text)) for text in ("hang", "after")]
    await asyncio.sleep(0.3)
    await voice.close()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, SynthesisUnavailable) for one in results)


async def test_too_many_are_refused(make: Make) -> None:
    voice = make()
    jobs = [asyncio.create_task(say(voice, "slow")) for _ in range(80)]
    await asyncio.sleep(0)
    with pytest.raises(SynthesisUnavailable, match="requests wait for the voice"):
        await say(voice, "one more")
    await voice.close()
    await asyncio.gather(*jobs, return_exceptions=True)


def test_the_worker_keeps_to_its_protocol() -> None:
    class Beep:
        def speak(self, text: str, *, voice: str, speed: float) -> Speech:
            if text == "x":
                raise SynthesisUnavailable("no x")
            return Speech(np.full(3, 0.25, np.float32), 8000)

    asked = [{"text": text, "voice": "v", "speed": 1} for text in ("a", "x")]
    out = io.BytesIO()
    voice_worker.serve(Beep(), io.BytesIO(b"".join(json.dumps(one).encode() + b"\n" for one in asked)), out)
    head, rest = out.getvalue().split(b"\n", 1)
    assert json.loads(head) == {"rate": 8000, "size": 12}
    assert np.array_equal(np.frombuffer(rest[:12], "<f4"), np.full(3, 0.25, np.float32))
    assert json.loads(rest[12:]) == {"error": "no x"}


def test_what_is_missing_is_told_in_words(tmp_path: Path) -> None:
    assert "关闭" in find_voice(VoiceSettings(enabled=False)).trouble
    assert "--install" in find_voice(VoiceSettings(cache=tmp_path)).trouble


async def test_without_a_voice_nothing_is_spoken() -> None:
    with pytest.raises(SynthesisUnavailable, match="none here"):
        await NoVoice("none here").speak("x", voice="v", speed=1)


async def test_the_real_voice_speaks_from_its_process() -> None:
    if installed(default_cache()) is None:
        pytest.skip("the voice is not installed: hotline prompt voice --install")
    voice = find_voice(VoiceSettings())
    try:
        assert voice.trouble == "" and voice.names[0] == "zf_xiaobei"
        speech = await voice.speak("您好，请稍候。", voice="zf_xiaobei", speed=1.0)
        assert 0.8 < len(speech.samples) / speech.rate < 4
    finally:
        await voice.close()
