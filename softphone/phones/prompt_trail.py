"""Following known recordings through a stream: which of those that begin alike it is, and where it ends or is cut."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.phones.prompt_book import ACTIVE, Recording, same
from softphone.phones.sound import RATE, Samples, level

CHECKED = 640
"""Samples compared at each step: 80 ms."""
_MISSES = 3  # steps that may fail before a recording is given up
_PROOF = 0.6
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

    def check(self, now: int, heard: Samples) -> None:
        """Compare what was heard up to the place `now` with what would have been played."""
        place = now - CHECKED - self.start
        if place + CHECKED >= self.recording.samples.size:
            self.over, self.agreed = True, self.end
            return
        if level(self.recording.samples[max(place, 0) : place + CHECKED]) < ACTIVE:
            # A pause proves nothing; if there is sound in it, something else may have begun.
            self.unsure = level(heard) > ACTIVE + 5
            return
        self.unsure = False
        found = same(heard, self.recording.samples, max(place, 0), _SLACK, _PROOF)
        if found is None:
            self.misses += 1
            return
        self.misses = 0
        self.start -= found[0]
        self.agreed = now


class PromptTrail:
    """The recordings that may be heard. At least one; `first` is the place from which they were heard."""

    def __init__(self, guesses: list[Guess], first: int) -> None:
        self.first = first
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
    def unsure(self) -> bool:
        """Whether there is sound where all of them pause."""
        return all(guess.unsure for guess in self._guesses)

    def follow(self, now: int, heard: Samples) -> None:
        """Take the last `CHECKED` samples before the place `now`."""
        for guess in self._guesses:
            if not guess.over:
                guess.check(now, heard)
        left = [guess for guess in self._guesses if guess.misses < _MISSES]
        if not left:
            self._guesses, self.ended = [self.best], True
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
