"""What a phone hears, told: known prompts by their text, else speech, music, a tone, nothing.

Sans-IO: samples in, facts out. Known recordings are proven (see `prompt_book`); speech and music are told apart by how
fast the spectrum changes, which was right for every sound it was tried on and is no more than that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from softphone.phones.prompt_book import ACTIVE, NEEDED, SPAN, PromptBook, sounding
from softphone.phones.prompt_trail import CHECKED, Guess, PromptTrail
from softphone.phones.sound import RATE, Samples, level, silence

_STEP = 320  # samples from look to look: 40 ms
_KEPT = 2 * RATE
_SAME_PLACE = 240  # samples by which two looks at one recording may differ
_ENOUGH_FOR_PROMPT = 0.5  # seconds
_ENOUGH_FOR_TONE = 0.3
_ENOUGH_FOR_SOUND = 1.4
_STEADY = 0.5  # dB by which the two halves of a tone may differ
_PAUSE = 0.8  # seconds of quiet that end a sound
_QUIET = 2.5  # seconds of quiet that are worth telling


class SoundKind(StrEnum):
    """What an unknown sound is."""

    SPEECH = "speech"
    MUSIC = "music"
    TONE = "tone"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Heard:
    """`at`: the second at which it began, on the clock of the samples given."""

    at: float


@dataclass(frozen=True, slots=True)
class PromptBegan(Heard):
    """A known recording is heard, from `skipped` seconds into it."""

    name: str
    text: str
    skipped: float


@dataclass(frozen=True, slots=True)
class PromptEnded(Heard):
    """It is over after `seconds`; not `whole` when it was cut off or begun late."""

    name: str
    text: str
    seconds: float
    whole: bool


@dataclass(frozen=True, slots=True)
class SoundBegan(Heard):
    """Something is heard that is no known recording; `frequency` in Hz for a tone."""

    kind: SoundKind
    frequency: int | None = None


@dataclass(frozen=True, slots=True)
class SoundEnded(Heard):
    """It is over after `seconds`."""

    kind: SoundKind
    seconds: float


class Ear:
    """Listens to one stream of samples."""

    def __init__(self, book: PromptBook | None = None) -> None:
        self._book = book or PromptBook(())
        self._origin: float | None = None
        self._buffer = silence(0)
        self._end = 0  # place in the stream behind the last sample of the buffer
        self._looked = 0
        self._trail: PromptTrail | None = None
        self._trail_told = False
        self._suspected: list[Guess] = []
        self._search_from = 0
        self._sound_from: int | None = None
        self._active_until = 0
        self._kind: SoundKind | None = None
        self._agreed_at = 0

    def hear(self, at: float, samples: Samples) -> list[Heard]:
        """Take samples whose first is of the second `at`; returns what was noticed; a prompt 0.5 s after it began."""
        if self._origin is None:
            self._origin = at
        hole = at - self._seconds(self._end)
        # A stream may stand still while the far end holds; jitter is no hole.
        if hole > 0.1:
            self._append(silence(min(hole, 10.0)))
            self._origin += max(hole - 10.0, 0.0)
        self._append(samples)
        told: list[Heard] = []
        while self._looked + _STEP <= self._end:
            self._looked += _STEP
            told += self._look(self._looked)
        return told

    def finish(self) -> list[Heard]:
        """End of the stream: tell what was still going on."""
        return self._end_prompt(self._trail) if self._trail else self._end_sound(self._looked)

    def _look(self, now: int) -> list[Heard]:
        told: list[Heard] = []
        if self._trail:
            told += self._follow(self._trail, now)
        if not self._trail or self._trail.unsure:
            told += self._search(now)
        if not self._trail:
            told += self._notice(now)
        return told

    def _search(self, now: int) -> list[Heard]:
        if now - SPAN < self._search_from:
            return []
        before = self._suspected
        matches = self._book.find(self._last(NEEDED, now))
        self._suspected = [Guess(match.recording, now - NEEDED - match.offset, now) for match in matches]
        # Two looks must agree where it began: what is alike by chance, such as a breath, does not.
        guesses = [guess for guess in self._suspected if any(_same_place(guess, other) for other in before)]
        if not guesses or (self._trail and any(self._trail.slip(guess) for guess in guesses)):
            return []
        self._suspected = []
        start = max(guess.start for guess in guesses)
        self._active_until = min(self._active_until, start)
        told = self._end_prompt(self._trail) if self._trail else self._end_sound(now)
        # A recording is found a little after its onset: whatever is found in its first half second was heard whole.
        late = now - SPAN - start > 0.5 * RATE
        self._trail, self._trail_told = PromptTrail(guesses, now - SPAN - _STEP if late else None), False
        return [*told, *self._tell_prompt(self._trail)]

    def _follow(self, trail: PromptTrail, now: int) -> list[Heard]:
        trail.follow(now, self._last(CHECKED, now))
        return self._end_prompt(trail) if trail.ended else self._tell_prompt(trail)

    def _tell_prompt(self, trail: PromptTrail) -> list[Heard]:
        """Tell the recording as soon as it can be no other."""
        guess = trail.decided
        if self._trail_told or guess is None or guess.agreed - trail.first < _ENOUGH_FOR_PROMPT * RATE:
            return []
        self._trail_told = True
        return [_began(trail, guess, self._seconds)]

    def _end_prompt(self, trail: PromptTrail) -> list[Heard]:
        guess = trail.best
        unheard = sounding(guess.recording.samples) - (guess.agreed - guess.start)
        whole = trail.late is None and unheard < 0.15 * RATE
        self._trail = None
        self._active_until = guess.agreed
        if not self._trail_told and not whole:
            # It was alike for a moment only.
            return []
        told = [] if self._trail_told else [_began(trail, guess, self._seconds)]
        self._search_from = guess.agreed - _STEP
        recording, seconds = guess.recording, (guess.agreed - trail.first) / RATE
        return [*told, PromptEnded(self._seconds(trail.first), recording.name, recording.text, seconds, whole)]

    def _notice(self, now: int) -> list[Heard]:
        if level(self._last(_STEP, now)) > ACTIVE:
            told = self._end_sound(now) if self._kind is SoundKind.SILENCE else []
            self._active_until = now
            if self._sound_from is None:
                self._sound_from = now - _STEP
            return told + self._classify(now, self._sound_from)
        quiet = (now - self._active_until) / RATE
        if self._sound_from is not None and self._kind is not SoundKind.SILENCE and quiet >= _PAUSE:
            return self._end_sound(now)
        if self._sound_from is None and quiet >= _QUIET:
            self._sound_from, self._kind = self._active_until, SoundKind.SILENCE
            return [SoundBegan(self._seconds(self._active_until), SoundKind.SILENCE)]
        return []

    def _classify(self, now: int, since: int) -> list[Heard]:
        """Decide what an unknown sound is, and whether it has become another one without a pause between."""
        length = now - since
        if self._kind is None:
            if length >= _ENOUGH_FOR_TONE * RATE and (found := tone_in(self._last(2400, now))):
                return self._begin_sound(since, SoundKind.TONE, found)
            if length >= _ENOUGH_FOR_SOUND * RATE:
                return self._begin_sound(since, kind_of(self._last(min(length, _KEPT), now)))
            return []
        if self._kind is SoundKind.TONE:
            agrees, patience = tone_in(self._last(1600, now)) is not None, 0.3
        else:
            agrees, patience = length < _KEPT or kind_of(self._last(_KEPT, now)) is self._kind, 1.0
        if agrees:
            self._agreed_at = now
        if now - self._agreed_at < patience * RATE:
            return []
        told = self._end_sound(now)
        self._sound_from = self._agreed_at
        return told

    def _begin_sound(self, since: int, kind: SoundKind, frequency: int | None = None) -> list[Heard]:
        self._kind, self._agreed_at = kind, self._looked
        return [SoundBegan(self._seconds(since), kind, frequency)]

    def _end_sound(self, now: int) -> list[Heard]:
        since, kind = self._sound_from, self._kind
        self._sound_from = self._kind = None
        if since is None or kind is None:
            return []
        end = now if kind is SoundKind.SILENCE else min(self._active_until, now)
        return [SoundEnded(self._seconds(since), kind, (end - since) / RATE)]

    def _append(self, samples: Samples) -> None:
        self._buffer = np.concatenate([self._buffer, samples])
        self._end += samples.size
        surplus = self._buffer.size - _KEPT - max(self._end - self._looked, 0)
        if surplus > RATE:
            self._buffer = self._buffer[surplus:]

    def _last(self, count: int, now: int) -> Samples:
        """Return the `count` samples before the place `now`."""
        end = self._buffer.size - (self._end - now)
        return self._buffer[max(end - count, 0) : end]

    def _seconds(self, place: int) -> float:
        return (self._origin or 0.0) + place / RATE


def _began(trail: PromptTrail, guess: Guess, seconds: Callable[[int], float]) -> PromptBegan:
    recording = guess.recording
    return PromptBegan(seconds(trail.first), recording.name, recording.text, (trail.first - guess.start) / RATE)


def _same_place(one: Guess, other: Guess) -> bool:
    return abs(one.start - other.start) <= _SAME_PLACE


def kind_of(samples: Samples) -> SoundKind:
    """Say speech or music of one second or more.

    The spectrum of speech has changed 64 ms later, that of music mostly not; and music keeps its loudness.
    """
    windows = np.lib.stride_tricks.sliding_window_view(samples, 512)[::256] * np.hanning(512)
    spectrum = np.log(np.abs(np.fft.rfft(windows, axis=1))[:, 6:220] + 100)
    spectrum -= spectrum.mean(axis=1, keepdims=True)
    spectrum /= np.linalg.norm(spectrum, axis=1, keepdims=True) + 1e-9
    loud = np.array([level(window.astype(np.int16)) > ACTIVE - 10 for window in windows])
    pairs = loud[2:] & loud[:-2]
    steadiness = float(np.median((spectrum[2:] * spectrum[:-2]).sum(axis=1)[pairs])) if pairs.any() else 0.0
    frames = samples[: samples.size // 160 * 160].reshape(-1, 160)
    swing = float(np.std([max(level(frame), -60.0) for frame in frames]))
    return SoundKind.MUSIC if steadiness > 0.66 and swing < 11.5 else SoundKind.SPEECH


def tone_in(samples: Samples) -> int | None:
    """Return the frequency in Hz (of two, the stronger) when the sound is one or two pure tones, else None."""
    if samples.size < 800 or level(samples) < ACTIVE:
        return None
    if abs(level(samples[: samples.size // 2]) - level(samples[samples.size // 2 :])) > _STEADY:
        return None
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    whole, strongest, peaks = float(power.sum()), int(np.argmax(power)), 0.0
    for _ in range(2):
        peak = int(np.argmax(power))
        around = slice(max(peak - 3, 0), peak + 4)
        peaks += float(power[around].sum())
        power[around] = 0
    return round(strongest * RATE / samples.size) if peaks > 0.95 * whole else None


def told_as(heard: Heard) -> str | None:
    """Write it as a line for a person, or None when it is not worth one."""
    match heard:
        case PromptBegan(text=text, skipped=skipped):
            return f"hears {text}" + (f" (from {skipped:.1f} s on)" if skipped else "")
        case PromptEnded(whole=False, text=text, seconds=seconds):
            return f"no longer hears {text} (cut after {seconds:.1f} s)"
        case SoundBegan(kind=SoundKind.TONE, frequency=frequency):
            return f"hears a tone of {frequency} Hz"
        case SoundBegan(kind=SoundKind.SILENCE):
            return "hears nothing"
        case SoundBegan(kind=kind):
            return f"hears {kind}"
        case SoundEnded(kind=SoundKind.SPEECH | SoundKind.MUSIC as kind, seconds=seconds):
            return f"no longer hears {kind} (after {seconds:.1f} s)"
        case _:
            return None


def hear_all(samples: Samples, book: PromptBook | None = None) -> list[Heard]:
    """Tell what is in a whole recording; times begin with it."""
    ear = Ear(book)
    return [*ear.hear(0.0, samples), *ear.finish()]
