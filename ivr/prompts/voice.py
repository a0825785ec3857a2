"""Synthesis for a running engine: the voice port, and a voice in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from ivr.prompts.synthesis import Speech, SynthesisUnavailable
from ivr.speech_models.asking import HANGS_SECONDS, IDLE_SECONDS, ModelFailed
from ivr.speech_models.process import ModelProcess

CALLER, ADMIN = 0, 1
"""Who waits: a caller on the line comes before an admin."""


class Voice(Protocol):
    """Reads text aloud without holding up anybody."""

    @property
    def names(self) -> Sequence[str]:
        """The voices there are; none when it cannot speak."""

    @property
    def trouble(self) -> str:
        """Why it cannot speak; empty when it can."""

    @property
    def mark(self) -> str:
        """Changes when the same words would sound otherwise."""

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = CALLER) -> Speech:
        """Speak one sentence; raises SynthesisUnavailable. What it was asked is done also when nobody waits for it."""


class NoVoice:
    """There is none; `trouble` says why."""

    names: Sequence[str] = ()
    mark = ""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = CALLER) -> Speech:
        """Always SynthesisUnavailable."""
        raise SynthesisUnavailable(self.trouble)

    async def close(self) -> None:
        """Nothing: no voice was started."""


class VoiceProcess:
    """A voice behind `command`, which speaks the protocol of `ivr.prompts.voice_worker`."""

    trouble = ""

    def __init__(
        self,
        command: Sequence[str],
        names: Sequence[str],
        mark: str,
        *,
        environment: Mapping[str, str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
        hangs_seconds: float = HANGS_SECONDS,
    ) -> None:
        self.names, self.mark = names, mark
        self._process = ModelProcess(
            "voice", command, environment=environment, idle_seconds=idle_seconds, hangs_seconds=hangs_seconds
        )

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = CALLER) -> Speech:
        """See `Voice.speak`."""
        asked = self._process.ask({"text": text, "voice": voice, "speed": speed}, rank=rank)
        try:
            # Who stops waiting loses nothing: what is spoken is kept for the next.
            head, sound = await asyncio.shield(asked)
            return Speech(np.frombuffer(sound, dtype="<f4"), int(head["rate"]))
        except (ModelFailed, ValueError, KeyError) as error:
            raise SynthesisUnavailable(str(error)) from None

    async def close(self) -> None:
        """End the process; who waits is refused."""
        await self._process.close()
