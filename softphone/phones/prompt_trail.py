"""Following known recordings through a stream: which of those that begin alike it is, and where it ends or is cut."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.phones.prompt_book import ACTIVE, Recording, same
from softphone.phones.sound import RATE, Samples, level

CHECKED = 640
"""Samples compared at each step: 80 ms."""
_MISSES = 3  # steps that may fail before a recording is given up for another
_LAST_MISSES = 16  # steps that may fail for the last one: sound may have been lost, and it goes on elsewhere
_PROOF = 0.6
_MARGIN = 0.1
_SLACK = 160
_SURE = round(0.3 * RATE)  # so far beyond the end of one recording, another that goes on is the right one
_WAIT = round(0.6 * RATE)


@dataclass(slots=True)
class Guess:
    """A recording whose first sample lies at the place `start` of the stream, and has agreed up to `agreed`."""

    recording: Recording
    start: int
    agreed: int
    misses: int = 0
    unsure: bool = False
    over: bool = False

    @property
    def end(self) -> int:
        """The place behind its last sample."""
        return self.start + self.recording.samples.size

    def compare(self, now: int, heard: Samples) -> tuple[int, float] | None:
        """Return how far what was heard up to `now` lies off and how well it agrees; None: there is no telling."""
        place = now - CHECKED - self.start
        self.over = place + CHECKED >= self.recording.samples.size
        if self.over:
            self.agreed = self.end
            return None
        if level(self.recording.samples[max(place, 0) : place + CHECKED]) < ACTIVE:
            # A pause proves nothing; if there is sound in it, something else may have begun.
            self.unsure = level(heard) > ACTIVE + 5
            return None
        self.unsure = False
        return same(heard, self.recording.samples, max(place, 0), _SLACK, 0.0) or (0, 0.0)

    def judge(self, now: int, shift: int, agreement: float, wanted: float) -> None:
        """Go on, or count a miss."""
        if agreement < wanted:
            self.misses += 1
            return
        self.misses = 0
        self.start -= shift
        self.agreed = now


class PromptTrail:
    """The recordings that may be heard, at least one. `late` is the place from which they were heard, if not whole."""

    def __init__(self, guesses: list[Guess], late: int | None) -> None:
        self.late = late
        self.ended = False
        self._guesses = guesses

    @property
    def decided(self) -> Guess | None:
        """The one recording that is left, None while there are several."""
        return self._guesses[0] if len(self._guesses) == 1 else None

    @property
    def best(self) -> Guess:
        """The recording that has agreed longest."""
        return max(self._guesses, key=lambda guess: (guess.agreed, guess.over))

    @property
    def first(self) -> int:
        """The place in the stream where it began, as far as it was heard."""
        return self.best.start if self.late is None else self.late

    @property
    def unsure(self) -> bool:
        """Whether something else may be heard: there is sound where all of them pause, or none agrees any more."""
        return all(guess.unsure or guess.misses >= _MISSES for guess in self._guesses)

    def slip(self, other: Guess) -> bool:
        """Take up the thread at another place of the same recording, up to a second off; False if it is not that."""
        best = self.best
        if other.recording is not best.recording or abs(other.start - best.start) > RATE:
            return False
        best.start, best.agreed, best.misses, best.unsure = other.start, other.agreed, 0, False
        return True

    def follow(self, now: int, heard: Samples) -> None:
        """Take the last `CHECKED` samples before the place `now`."""
        found = [(guess, guess.compare(now, heard)) for guess in self._guesses if not guess.over]
        strongest = max((fit[1] for _, fit in found if fit), default=0.0)
        for guess, fit in found:
            if fit:
                # Sentences of one voice that begin alike stay rather alike: the right one is always better.
                guess.judge(now, *fit, max(_PROOF, strongest - _MARGIN))
        left = [guess for guess in self._guesses if guess.misses < _MISSES] or [self.best]
        if left[0].misses >= _LAST_MISSES:
            self._guesses, self.ended = left, True
            return
        over = [guess for guess in left if guess.over]
        running = [guess for guess in left if not guess.over]
        if over and running:
            # One recording is the beginning of another: the longer one has to show that it goes on.
            end = max(guess.end for guess in over)
            if any(guess.agreed > end + _SURE for guess in running):
                over = []
            elif now > end + _WAIT:
                running = []
        self._guesses = running + over
        if not running:
            self._guesses, self.ended = [self.best], True
