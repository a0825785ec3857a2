"""Free text for callers: synthesised once, then played like any prompt, as `spoken/…`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection
from pathlib import Path

import structlog

from ivr.prompts import loudness, native
from ivr.prompts.aloud import aloud, sentences
from ivr.prompts.bounds import RATE
from ivr.prompts.resample import resample
from ivr.prompts.synthesis import Speech, SynthesisUnavailable
from ivr.prompts.voice import CALLER, Voice

log = structlog.get_logger(__name__)

LONGEST = 600
"""Characters that one text may have."""
MOST = 3000
"""Sentences that are kept; those that were not heard for the longest time go first."""
_EDGE = 0.12


class Speaker:
    """`directory` is where a session finds its prompts; `formats` are the switch's own."""

    def __init__(
        self, voice: Voice, directory: Path, formats: Collection[str], *, name: str, speed: float, most: int = MOST
    ) -> None:
        self._voice = voice
        self._directory = directory
        self._formats = tuple(formats)
        self._name, self._speed = name, speed
        self._most = most
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._written = 0

    async def prompts(self, text: str, rank: int = CALLER) -> list[str]:
        """The ids that say `text`, one a sentence; raises SynthesisUnavailable.

        Who stops waiting loses nothing: the sentence is kept for the next caller.
        """
        if len(text) > LONGEST:
            raise SynthesisUnavailable(f"{len(text)} characters, at most {LONGEST} can be said at once")
        return [await self._one(part, rank) for part in sentences(aloud(text))]

    async def _one(self, sentence: str, rank: int) -> str:
        said = f"{self._voice.mark} {self._name} {self._speed:g} {sentence}"
        name = f"spoken/{hashlib.sha256(said.encode()).hexdigest()[:24]}"
        if await asyncio.to_thread(self._is_there, name):
            return name
        if self._voice.trouble:
            raise SynthesisUnavailable(self._voice.trouble)
        task = self._under_way.get(name)
        if task is None:
            task = asyncio.create_task(self._make(name, sentence, rank), name="speak a sentence")
            self._under_way[name] = task
            task.add_done_callback(lambda _: self._under_way.pop(name, None))
            task.add_done_callback(lambda one: one.cancelled() or one.exception())
        await asyncio.shield(task)
        return name

    async def _make(self, name: str, sentence: str, rank: int) -> None:
        speech = await self._voice.speak(sentence, voice=self._name, speed=self._speed, rank=rank)
        try:
            await asyncio.to_thread(self._write, name, speech)
        except (OSError, ValueError) as error:
            raise SynthesisUnavailable(f"what was spoken cannot be kept: {error}") from None

    def _write(self, name: str, speech: Speech) -> None:
        trimmed = loudness.trim(speech.samples, speech.rate, edge=_EDGE)
        samples = loudness.level(resample(trimmed, speech.rate, RATE), RATE)
        native.write(self._directory, name, samples, RATE, self._formats)
        self._written += 1
        if self._written % max(self._most // 20, 1) == 0:
            self._tidy()

    def _is_there(self, name: str) -> bool:
        paths = [self._directory / f"{name}.{suffix}" for suffix in self._formats]
        if not all(path.exists() for path in paths):
            return False
        for path in paths:
            path.touch()
        return True

    def _tidy(self) -> None:
        for suffix in self._formats:
            kept = sorted((self._directory / "spoken").glob(f"*.{suffix}"), key=lambda path: path.stat().st_mtime)
            for path in kept[: max(len(kept) - self._most, 0)]:
                path.unlink(missing_ok=True)
