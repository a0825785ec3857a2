"""A recogniser in a process of its own, shared by all calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ivr.recognition.hearing import UtteranceHearing
from ivr.recognition.presence import Presence
from ivr.speech_models.asking import HANGS_SECONDS, IDLE_SECONDS
from ivr.speech_models.process import ModelProcess

MOST_WAITING = 24
"""Utterances that may wait: more would be recognised after their callers lost patience."""


class ProcessRecogniser:
    """A recogniser behind `command`, which speaks the protocol of `ivr.recognition.worker`."""

    trouble = ""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        count: int = 1,
        idle_seconds: float = IDLE_SECONDS,
        hangs_seconds: float = HANGS_SECONDS,
    ) -> None:
        self._presence = Presence()
        self.asked = ModelProcess(
            "recogniser", command, environment=environment, count=count, idle_seconds=idle_seconds,
            hangs_seconds=hangs_seconds, most_waiting=MOST_WAITING,
        )  # fmt: skip

    @property
    def is_away(self) -> bool:
        """See `Recogniser.is_away`."""
        return self._presence.is_away

    def listen(self, rate: int, hints: Collection[str] = (), *, live: bool = False) -> UtteranceHearing:
        """See `Recogniser.listen`."""
        # Until the first word is spoken the model is there.
        self.asked.wake()
        return UtteranceHearing(self.asked, self._presence, rate, hints, live)

    async def close(self) -> None:
        """End the process; who waits is told that it failed."""
        await self.asked.close()
