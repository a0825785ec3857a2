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
MOMENT = RATE // 100
"""Samples of 10 ms, by which the beginning and the end of a sound are found."""
MARGIN = 0.05
"""Seconds before and after that are kept: a soft sound is a sound, too."""
PATIENCE = 60.0


@cache
def spoken(text: str, voice: str = "zf_xiaobei") -> Samples:
    """Somebody says `text`, and begins and ends with his words."""
    speech = kokoro().speak(aloud(text), voice=voice, speed=1.0)
    said = np.clip(resample(speech.samples, speech.rate, RATE) * 32767, -32768, 32767).astype(np.int16)
    loud = [at for at in range(0, said.size, MOMENT) if level(said[at : at + MOMENT]) > AUDIBLE]
    margin = int(MARGIN * RATE)
    return said[max(loud[0] - margin, 0) : loud[-1] + MOMENT + margin]


async def rehearsed(texts: Iterable[str], voices: Iterable[str] = ("zf_xiaobei",)) -> None:
    """Have all of it at hand before anybody is on the line: a busy machine speaks slower than people."""
    for voice in voices:
        for text in texts:
            await asyncio.to_thread(spoken, text, voice)


class Speaker:
    """Somebody on a call who lets the other side finish before he answers."""

    def __init__(self, call: PhoneCall, voice: str = "zf_xiaobei") -> None:
        self.call, self._voice = call, voice
        self._began_at = self._heard_at = 0.0
        self._since = time.monotonic()
        call.audio.listen(self._hear)

    def _hear(self, at: float, samples: Samples) -> None:
        if samples.size and level(samples) > AUDIBLE:
            if not self.has_heard:
                self._began_at = at
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

    async def interrupt(self, text: str, after: float) -> float:
        """Speak into what the other side says, so many seconds after it began.

        Returns the seconds from the first sound of his own until the other side is silent. TimeoutError.
        """
        samples = await asyncio.to_thread(spoken, text, self._voice)
        async with asyncio.timeout(PATIENCE):
            while not (self.has_heard and time.monotonic() - self._began_at > after):
                await asyncio.sleep(0.01)
        began = list[float]()

        def said(at: float, _: Samples) -> None:
            began.append(at)

        end = self.call.audio.overhear(said)
        try:
            await self.call.audio.play(samples)
        finally:
            end()
        silent_at, self._since = self._heard_at, time.monotonic()
        return silent_at - (began[0] + MARGIN)

    @property
    def answered_after(self) -> float:
        """Seconds from the end of his own last word until the other side began."""
        return self._began_at - self._since

    @property
    def heard_for(self) -> float:
        """Seconds from the first to the last that was heard since his own last word."""
        return self._heard_at - self._began_at

    async def press(self, keys: str) -> None:
        """Answer by keys when the other side has done."""
        await self.listen()
        await self.call.press(keys)
        self._since = time.monotonic()
