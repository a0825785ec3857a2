"""People who speak on the telephone, with a voice that is no person's, when the other side has done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from functools import cache

import numpy as np

from ivr.prompts.aloud import aloud
from ivr.prompts.kokoro_packages import kokoro
from ivr.prompts.resample import resample
from softphone.phones.phone_call import PhoneCall
from softphone.phones.sound import RATE, Samples, level

QUIET = 1.0
"""Seconds of silence after which the other side has done speaking."""
AUDIBLE = -45.0
"""Level above which something is heard, in dB of full scale."""
PATIENCE = 60.0


@cache
def spoken(text: str, voice: str = "zf_xiaobei") -> Samples:
    """Somebody says `text`."""
    speech = kokoro().speak(aloud(text), voice=voice, speed=1.0)
    return np.clip(resample(speech.samples, speech.rate, RATE) * 32767, -32768, 32767).astype(np.int16)


async def rehearsed(texts: Iterable[str], voices: Iterable[str] = ("zf_xiaobei",)) -> None:
    """Have all of it at hand before anybody is on the line: a busy machine speaks slower than people."""
    for voice in voices:
        for text in texts:
            await asyncio.to_thread(spoken, text, voice)


class Speaker:
    """Somebody on a call who lets the other side finish before he answers."""

    def __init__(self, call: PhoneCall, voice: str = "zf_xiaobei") -> None:
        self.call, self._voice = call, voice
        self._heard_at = 0.0
        self._since = time.monotonic()
        call.audio.listen(self._hear)

    def _hear(self, at: float, samples: Samples) -> None:
        if samples.size and level(samples) > AUDIBLE:
            self._heard_at = at + samples.size / RATE

    @property
    def has_heard(self) -> bool:
        """Whether anything was said since his own last word."""
        return self._heard_at > self._since

    async def listen(self) -> None:
        """Until something was said since his own last word, and then nothing more. TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not (self.has_heard and time.monotonic() - self._heard_at > QUIET):
                await asyncio.sleep(0.05)

    async def say(self, text: str) -> None:
        """Answer when the other side has done."""
        samples = await asyncio.to_thread(spoken, text, self._voice)
        await self.listen()
        await self.call.audio.play(samples)
        self._since = time.monotonic()

    async def press(self, keys: str) -> None:
        """Answer by keys when the other side has done."""
        await self.listen()
        await self.call.press(keys)
        self._since = time.monotonic()
