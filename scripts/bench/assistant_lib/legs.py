"""What listening to talks costs: synthesised parties who talk without end, as the codec's clock brings their sound, and
the real recogniser in its process, for one party, for two, and for more until the words lag."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from bench.assistant_lib.asked import Asked, Final, told
from bench.assistant_lib.beside import beside
from bench.assistant_lib.parts import parts
from bench.callpath_lib.processes import Cost, children_of, load_average
from bench.speech_set_lib.make import whole
from ivr.command_line.score import at_line
from ivr.recognition.hearing import UtteranceHearing
from ivr.recognition.port import FinalText, PartialText, Recogniser, RecognitionFailed
from ivr.recognition.presence import Presence
from ivr.recognition.process import ProcessRecogniser
from ivr.recognition.recognisers import find_recogniser
from ivr.settings import RecognitionSettings
from workflow.transcripts.settings import TranscriptsSettings

RATE = 8000
FRAME = 160
BREATH_SECONDS = 1.4
"""Between two sentences of a party: longer than what ends an utterance, so that each is one."""
SPOKEN = 0.02
"""Of the loudest: what is softer at the end of a sentence is no word."""
LAGS_SECONDS = 1.8
"""When the final words of one in twenty come later than so, there are too many parties."""


@dataclass(slots=True)
class Sentence:
    """One that is said, from when to when, in seconds since its party began."""

    begins: float
    ends: float


@dataclass(slots=True)
class Party:
    """One leg: what comes, and what was seen of it. Delays are in seconds."""

    samples: bytes
    sentences: list[Sentence]
    began: float = 0.0
    finals: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    """From when a character was said to when it was first seen."""
    utterances: int = 0
    lost: int = 0
    parts: list[Final] = field(default_factory=list)
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """So many parties at once."""

    parties: Sequence[Party]
    seconds: float
    recogniser: float
    engine: float

    @property
    def cores(self) -> float:
        """Of a party: the recogniser's process and this one's."""
        return (self.recogniser + self.engine) / self.seconds / len(self.parties)

    @property
    def finals(self) -> list[float]:
        """Of all parties."""
        return [one for party in self.parties for one in party.finals]


def legs(folder: Path | None, seconds: float, most: int, calls: float) -> Iterator[str]:
    """The figures of 1, 2, 3 … parties; of `folder` with sounds and texts, else of the set that is made for it.

    Then of so many `calls` a second, without and with as many parties as the shipped settings let be heard.
    """
    cache = Path(os.environ.get("HOTLINE_CACHE") or Path.home() / ".cache" / "hotline") / "bench" / "calls"
    sounds = sorted(folder.glob("*.wav")) if folder is not None else whole(cache, "calls")
    yield (
        f"legs: {len(sounds)} sentences at 8 kHz A-law, {os.cpu_count()} cores, load average {load_average():.1f} "
        "before: delays count on a machine that does nothing else, CPU and its ratios always"
    )
    yield from parts(sounds)
    for count in itertools.takewhile(lambda one: one <= most, (1, 2, 3, 4, 6, 8, 12, 16)):
        seen = asyncio.run(_hear(sounds, count, seconds))
        yield _told(seen)
        requests = [one for party in seen.parties if party.asked is not None for one in party.asked.requests]
        speech = sum(one.ends - one.begins for party in seen.parties for one in party.sentences)
        yield from told([one for party in seen.parties for one in party.parts], requests, speech)
        if not seen.finals or _share(seen.finals, 0.95) > LAGS_SECONDS * 2:
            break
    if calls:
        heard = TranscriptsSettings().most
        yield f"legs: {heard} of them beside calls"
        yield from beside(calls, seconds, lambda long: _told(asyncio.run(_hear(sounds, heard, long))))


async def _hear(sounds: Sequence[Path], count: int, seconds: float) -> Seen:
    recogniser = find_recogniser(RecognitionSettings())
    assert isinstance(recogniser, ProcessRecogniser), "the one of this machine is measured"
    try:
        parties = [_party(sounds[number::count] or sounds, seconds) for number in range(count)]
        hearings = []
        for party in parties:
            party.asked = Asked(recogniser.asked)
            hearings.append(UtteranceHearing(party.asked, Presence(), RATE, (), True))
        await _warm(recogniser)
        pid = next(one for one, command in children_of(os.getpid()).items() if "recognition.worker" in command)
        before, own = Cost.of(pid), time.process_time()
        began = time.monotonic()
        telling = [asyncio.create_task(_collect(*one)) for one in zip(parties, hearings, strict=True)]
        await asyncio.gather(*(_feed(*one) for one in zip(parties, hearings, strict=True)))
        took = time.monotonic() - began
        spent = Cost.of(pid).since(before).own, time.process_time() - own
        for hearing in hearings:
            hearing.finish()
        await asyncio.wait(telling, timeout=LAGS_SECONDS * 10)
        for hearing in hearings:
            hearing.close()
        await asyncio.gather(*telling)
        return Seen(parties, took, *spent)
    finally:
        await recogniser.close()


def _party(sounds: Sequence[Path], seconds: float) -> Party:
    """Sentence after sentence, with a breath between two, from a beginning of its own."""
    parts: list[bytes] = []
    sentences: list[Sentence] = []
    size = 0
    for path in itertools.cycle(sounds):
        samples, rate = soundfile.read(path, dtype="float32")
        line = np.frombuffer(at_line(samples, rate, narrow=True)[0], "<i2")[RATE:-RATE]
        first, last = _spoken(line)
        breath = np.zeros(int(BREATH_SECONDS * RATE), "<i2")
        if (size + len(line)) / RATE > seconds:
            break
        sentences.append(Sentence((size + first) / RATE, (size + last) / RATE))
        parts += [line.tobytes(), breath.tobytes()]
        size += len(line) + len(breath)
    return Party(b"".join(parts), sentences)


def _spoken(line: npt.NDArray[np.int16]) -> tuple[int, int]:
    """The first and the last sample that are no breath."""
    loud = np.flatnonzero(np.abs(line.astype(np.int32)) > SPOKEN * np.abs(line.astype(np.int32)).max())
    return int(loud[0]), int(loud[-1])


async def _warm(recogniser: Recogniser) -> None:
    """The model is loaded, as it is while somebody is connected."""
    hearing = recogniser.listen(RATE)
    dice = np.random.default_rng(1)
    hearing.feed((dice.standard_normal(RATE * 2) * 3000).astype("<i2").tobytes() + bytes(RATE * 4))
    hearing.finish()
    async for _ in hearing.events():
        pass


async def _feed(party: Party, hearing: UtteranceHearing) -> None:
    """A frame each 20 ms by the clock."""
    party.began = time.monotonic()
    for number, at in enumerate(range(0, len(party.samples), FRAME * 2), start=1):
        hearing.feed(party.samples[at : at + FRAME * 2])
        await asyncio.sleep(party.began + number * FRAME / RATE - time.monotonic())


async def _collect(party: Party, hearing: UtteranceHearing) -> None:
    """When words come, beside when they were said."""
    shown: list[float] = []
    async for event in hearing.events():
        now = time.monotonic() - party.began
        match event:
            case PartialText(text):
                shown += [now] * (len(text) - len(shown))
            case FinalText(text, seconds, at, times):
                party.utterances += bool(text)
                shown += [now] * (len(text) - len(shown))
                party.words += [seen - at - said for seen, said in zip(shown, times, strict=False)]
                said_until = [one.ends for one in party.sentences if one.ends <= at + seconds and one.ends >= at]
                if said_until and text:
                    party.finals.append(now - said_until[-1])
                    assert party.asked is not None
                    if part := party.asked.final(party.began + said_until[-1], party.began + now):
                        party.parts.append(part)
                shown = []
            case RecognitionFailed():
                party.lost, shown = party.lost + 1, []


def _told(seen: Seen) -> str:
    finals, words = seen.finals, [one for party in seen.parties for one in party.words]
    said = sum(len(party.sentences) for party in seen.parties)
    lost = sum(party.lost for party in seen.parties)
    if not finals:
        return f"legs {len(seen.parties):>2}: no words"
    recogniser, engine = seen.recogniser / seen.seconds, seen.engine / seen.seconds
    return (
        f"legs {len(seen.parties):>2}: {seen.cores:.3f} of a core each (in all recogniser {recogniser:.2f}, engine "
        f"{engine:.2f}); final words after {_times(finals)}; a word first seen after {_times(words)}; "
        f"{said} sentences in {sum(party.utterances for party in seen.parties)} utterances, {lost} lost"
    )


def _times(values: Sequence[float]) -> str:
    return f"{_share(values, 0.5):.2f} s (p95 {_share(values, 0.95):.2f})"


def _share(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share))
