"""What is heard of one party, on its way to whoever reads it; it ends when all that was said is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from ivr.recognition.port import FinalText, HearingEvent, PartialText, RecognitionFailed, SpeechEnded
from ivr.recognition.repair import Vocabulary
from ivr.recognition.simplified import simplified


class Telling:
    """Events in the order in which they happen, in simplified characters, and with what sounds like
    words that are `expected` taken for them.

    After `finish` they end with the last utterance that is waited for.
    """

    def __init__(self, expected: Vocabulary) -> None:
        self._expected = expected
        self._told: asyncio.Queue[HearingEvent | None] = asyncio.Queue()
        self._waiting = 0
        self._is_finishing = False

    def tell(self, event: HearingEvent) -> None:
        """Something was heard: an utterance is waited for from `SpeechEnded` until its words."""
        if isinstance(event, PartialText | FinalText):
            event = replace(event, text=self._expected.repaired(simplified(event.text))[0])
        self._told.put_nowait(event)
        if isinstance(event, SpeechEnded):
            self._waiting += 1
        elif isinstance(event, FinalText | RecognitionFailed):
            self._waiting -= 1
            self._end_of_all()

    def finish(self) -> None:
        """Nobody speaks any more."""
        self._is_finishing = True
        self._end_of_all()

    def _end_of_all(self) -> None:
        if self._is_finishing and self._waiting <= 0:
            self.close()

    def close(self) -> None:
        """Tell no more."""
        self._told.put_nowait(None)

    async def events(self) -> AsyncIterator[HearingEvent]:
        """See `ivr.recognition.port.Hearing.events`."""
        while (event := await self._told.get()) is not None:
            yield event
