"""Writes down from the recording what could not be written down in the talk: when nobody is heard live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import structlog

from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.switch.port import RECORDING_RATE
from ivr.recognition.port import FinalText, Hearing, Recogniser, RecognitionFailed, SpeechEnded
from recorder.archive import Archive
from recorder.timeline import Part
from recorder.wav import HEADER_BYTES, SAMPLE_BYTES
from workflow.transcripts.lines import Line, Side, cut, filled, in_order, missing
from workflow.transcripts.masking import Masker
from workflow.transcripts.service import Transcripts
from workflow.transcripts.wording import Wording

log = structlog.get_logger(__name__)

SIDES: tuple[Side, ...] = ("caller", "agent")
"""The channels of a recording; whoever was asked as a third is on the agent's."""
UNDER_WAY = ("recording", "failed")
"""States of a recording that may become complete yet."""
PIECE_SECONDS = 1.0
BREATH_SECONDS = 0.01
Parts = Callable[[str], Awaitable[Sequence[Part]]]
"""When of a call which recording has which sound: there is none of a hold or a consultation."""
AROUND_SECONDS = 0.5
"""Before and after what is missing: words may begin a little earlier than it was noticed."""
TAIL_SECONDS = 1.0
"""The last word of a sentence and the silence that ends it."""
TRIES = 3
IDLE_SECONDS = 5.0
"""Between two looks whether something waits."""


class Afterwards:
    """One transcript after the other; `is_quiet` says whether nobody is heard live now."""

    def __init__(
        self, transcripts: Transcripts, recordings: RecordingStore, archive: Archive, parts: Parts,
        recogniser: Recogniser, words: Callable[[str], Wording], is_quiet: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._transcripts, self._recordings, self._archive, self._parts = transcripts, recordings, archive, parts
        self._recogniser, self._wording, self._is_quiet = recogniser, words, is_quiet

    async def run(self) -> None:
        """Look again and again."""
        while True:
            if self._may():
                for call in await self._transcripts.waiting():
                    if not self._may():
                        break
                    await self.write(call)
            await asyncio.sleep(IDLE_SECONDS)

    def _may(self) -> bool:
        return self._is_quiet() and not self._recogniser.trouble and not self._recogniser.is_away

    async def write(self, call: str) -> None:
        """Fill what is missing in a transcript, as far as recordings have it. What fails is tried again, three times.

        Nothing happens while one of them is not complete yet.
        """
        found = await self._transcripts.lines_of(call)
        recordings = await self._recordings.of_call(call)
        if any(one.state in UNDER_WAY for one in recordings):
            return
        try:
            parts = await self._parts(call)
            for recording in recordings:
                if recording.state == "stored" and recording.channels == len(SIDES):
                    own = [one for one in parts if one.recording == recording.id]
                    for part in own or [_whole(recording)]:
                        found = await self._fill(found, recording, part)
        except Exception as error:
            log.warning("a recording cannot be written down", call=call, reason=str(error))
        state, tried = "whole", 1
        if any(one.is_missing for one in found):
            # Who does not answer at all now is asked again when he does: that was no try.
            tried = 0 if self._recogniser.is_away else 1
            state = "partial" if await self._transcripts.tried(call) + tried >= TRIES else "waiting"
        await self._transcripts.set_lines(call, found, state, tried=tried)

    async def _fill(self, lines: Sequence[Line], recording: Recording, part: Part) -> list[Line]:
        begin = part.since
        longest = max(0.0, (recording.seconds or 0.0) - part.second)
        end = min(begin + timedelta(seconds=longest), part.until or datetime.max.replace(tzinfo=UTC))
        found = list(lines)
        for channel, side in enumerate(SIDES):
            stretches = [
                (max(start, begin), min(stop, end))
                for start, stop in missing(found, side)
                if start < end and stop > begin
            ]
            for start, stop in stretches:
                said = await self._hear(recording, part, channel, side, start, stop)
                if said is not None:
                    found = filled(cut(found, side, (begin, end)), said, [(start, stop)], side)
        return found

    async def _hear(
        self, recording: Recording, part: Part, channel: int, side: Side, start: datetime, stop: datetime
    ) -> list[Line] | None:
        """What a side says in a stretch of a part, a `silent` line when it does not speak; None when what it says there
        could not be made out."""
        wording = self._wording(recording.organisation)
        hearing = self._recogniser.listen(RECORDING_RATE, wording.hints, live=True)
        first = part.second + max(0.0, (start - part.since).total_seconds() - AROUND_SECONDS)
        last = part.second + (stop - part.since).total_seconds() + AROUND_SECONDS
        words = _Words(hearing)
        try:
            async for piece in self._pieces(recording, channel, first, last):
                hearing.feed(piece)
                # The next piece comes when these words are recognised: whoever is heard live comes first.
                await asyncio.sleep(BREATH_SECONDS)
                await words.settled.wait()
            hearing.finish()
            await words.collecting
        finally:
            hearing.close()
            await words.collecting
        masker, found = Masker(), dict[int, Line]()
        agent = part.agent if side == "agent" else ""
        for one in words.found:
            if isinstance(one, RecognitionFailed):
                return None
            if one.text:
                at = part.since + timedelta(seconds=first - part.second + one.at)
                said = wording.worded(one.text, one.times)
                line = Line(
                    len(found) + 1, side, agent, at, round(one.seconds, 2), said.text, said.times, repairs=said.repairs
                )
                found |= {told.number: told for told in masker.take(line)}
        if not found and any(_lies_within(one, last - first) for one in words.found):
            # A voice without words may be noise or a sentence: nobody is told that it was there and is written down.
            return None
        nobody = Line(1, side, agent, start, round((stop - start).total_seconds(), 2), kind="silent")
        return in_order(found.values()) or [nobody]

    async def _pieces(self, recording: Recording, channel: int, first: float, last: float) -> AsyncIterator[bytes]:
        sound = await self._archive.sound(recording)
        frame = recording.channels * SAMPLE_BYTES
        start = HEADER_BYTES + int(first * RECORDING_RATE) * frame
        stop = min(sound.size, HEADER_BYTES + int(last * RECORDING_RATE) * frame)
        rest, size = b"", int(PIECE_SECONDS * RECORDING_RATE) * frame
        async for piece in sound.pieces(start, stop):
            rest += piece
            while len(rest) >= size:
                yield _side(rest[:size], channel, recording.channels)
                rest = rest[size:]
        if ready := len(rest) // frame * frame:
            yield _side(rest[:ready], channel, recording.channels)


def _lies_within(voice: FinalText | RecognitionFailed, seconds: float) -> bool:
    """Whether a voice is one of the stretch, not the end or the beginning of words that stand beside it already."""
    begin, end = AROUND_SECONDS, seconds - AROUND_SECONDS
    inside = min(voice.at + voice.seconds, end) - max(voice.at, begin)
    return inside >= min(voice.seconds, TAIL_SECONDS)


class _Words:
    """What is recognised of somebody, empty where it was no words; `settled` while nothing that he has said waits."""

    def __init__(self, hearing: Hearing) -> None:
        self.found: list[FinalText | RecognitionFailed] = []
        self.settled = asyncio.Event()
        self.settled.set()
        self._waiting = 0
        self.collecting = asyncio.ensure_future(self._collect(hearing))

    async def _collect(self, hearing: Hearing) -> None:
        async for event in hearing.events():
            if isinstance(event, SpeechEnded):
                self._waiting += 1
                self.settled.clear()
            elif isinstance(event, FinalText | RecognitionFailed):
                self.found.append(event)
                self._waiting -= 1
                if not self._waiting:
                    self.settled.set()
        self.settled.set()


def _whole(recording: Recording) -> Part:
    """The one part of a recording of whose call nothing else is known."""
    until = recording.started_at + timedelta(seconds=recording.seconds or 0.0)
    return Part(recording.id, recording.agent, recording.started_at, until, 0.0)


def _side(samples: bytes, channel: int, channels: int) -> bytes:
    values = np.frombuffer(samples, "<i2").reshape(-1, channels)[:, channel]
    return bytes(np.ascontiguousarray(values).tobytes())
