"""Hears one party of a talk: the sound of its leg goes to the recogniser, and what was said comes out as it is said."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cti.base.clock import Clock
from cti.telephony.media.port import Listener
from ivr.recognition.port import (
    FinalText,
    Hearing,
    PartialText,
    RecognitionFailed,
    SpeechBegan,
    SpeechEnded,
)
from ivr.recognition.repair import Repair
from workflow.transcripts.wording import Wording

SAMPLE_BYTES = 2
LATE_SECONDS = 0.4
"""Sound that is not there by then is taken for silence: a leg on hold, or one that is lost, may send nothing."""
LOOK_SECONDS = 0.2
FINISH_SECONDS = 20.0
"""What was said last is waited for so long when the leg is gone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said in `seconds` from `at` on; `lost` when it could not be recognised. `delay` is how long after its
    end the words came."""

    at: datetime
    seconds: float
    text: str
    times: tuple[float, ...] = ()
    repairs: tuple[Repair, ...] = ()
    lost: bool = False
    delay: float = 0.0


class Hears(Protocol):
    """Whoever is told."""

    def says(self, text: str) -> None:
        """He speaks: what was made out until now, at first nothing."""

    def said(self, heard: Heard) -> None:
        """He has spoken."""


class Ear:
    """One party, from when it is made until its leg is gone, `close`, or its recogniser hears no more."""

    def __init__(
        self, listener: Listener, hearing: Hearing, clock: Clock, told: Hears, wording: Wording | None = None
    ) -> None:
        self._listener, self._hearing, self._clock, self._told = listener, hearing, clock, told
        self._wording = wording or Wording()
        self.began, self._began_at = clock.wall(), clock.now()
        self._fed = self._frames = self._seen = 0
        self._ended: list[float] = []
        self._open: deque[float] = deque()
        """When the utterances began whose words are not told yet, in seconds of sound."""
        self._is_over = False
        self._timer = clock.call_later(LOOK_SECONDS, self._look)

    async def run(self) -> None:
        """Returns when the leg is gone and all that was said on it is told, or marked as lost.

        Where it breaks off earlier, and what breaks in it is raised, what was said until then is told or marked, too.
        """
        telling = asyncio.ensure_future(self._tell())
        feeding = asyncio.ensure_future(self._feed_all())
        try:
            await asyncio.wait((feeding, telling), return_when=asyncio.FIRST_COMPLETED)
            if feeding.done():
                feeding.result()
                self._over()
                self._hearing.finish()
                await asyncio.wait((telling,), timeout=FINISH_SECONDS)
        finally:
            self._over()
            feeding.cancel()
            self._hearing.close()
            await asyncio.gather(feeding, telling, return_exceptions=True)
            self._lose()
            await self._listener.close()
        telling.result()

    async def _feed_all(self) -> None:
        async for frame in self._listener.frames():
            self._frames += 1
            self._feed(frame)

    def _lose(self) -> None:
        """Mark what was said and whose words never came."""
        while self._open:
            at = self._open.popleft()
            ends = self._open[0] if self._open else self._fed / self._listener.rate
            self._told.said(Heard(self._moment(at), max(0.0, ends - at), "", lost=True))

    def _over(self) -> None:
        self._is_over = True
        self._timer.cancel()

    def _feed(self, samples: bytes) -> None:
        self._fed += len(samples) // SAMPLE_BYTES
        self._hearing.feed(samples)

    def _look(self) -> None:
        """Without sound time goes on, too: moments of words are counted in samples.

        Where frames came since the last look, the engine was late, not the sound: the others are on their way.
        """
        if self._is_over:
            return
        is_silent, self._seen = self._frames == self._seen, self._frames
        wanted = int((self._clock.now() - self._began_at) * self._listener.rate)
        if is_silent and wanted - self._fed > LATE_SECONDS * self._listener.rate:
            self._feed(bytes((wanted - self._fed) * SAMPLE_BYTES))
        self._timer = self._clock.call_later(LOOK_SECONDS, self._look)

    async def _tell(self) -> None:
        async for event in self._hearing.events():
            match event:
                case SpeechBegan(begins):
                    self._open.append(begins)
                    self._told.says("")
                case PartialText(text):
                    self._told.says(self._wording.worded(text).text)
                case SpeechEnded():
                    self._ended.append(self._clock.now())
                case FinalText():
                    said = self._wording.worded(event.text, event.times)
                    at, delay = self._moment(event.at), self._delay()
                    self._told.said(Heard(at, event.seconds, said.text, said.times, said.repairs, delay=delay))
                    self._known(event.at)
                case RecognitionFailed():
                    self._told.said(Heard(self._moment(event.at), event.seconds, "", lost=True, delay=self._delay()))
                    self._known(event.at)

    def _known(self, at: float) -> None:
        """What became of the utterance that began then is told."""
        if at in self._open:
            self._open.remove(at)

    def _moment(self, at: float) -> datetime:
        return self.began + timedelta(seconds=at)

    def _delay(self) -> float:
        return self._clock.now() - self._ended.pop(0) if self._ended else 0.0

    async def close(self) -> None:
        """Hear no more: `run` ends when what was said until now is told."""
        await self._listener.close()
