"""What was probably meant: words of the house's own that sound like what was typed, or differ by one character."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cti.office.search.tokens import runs
from workflow.knowledge.finding.sounds import spelt

SHORTEST, LONGEST = 2, 8
"""Characters of a word that is corrected."""
SHORTEST_ALIKE = 3
"""A word of two characters with another one is another word."""
MOST_CHARACTERS = 40
"""Longer questions are not corrected: they say enough else."""
_ANY = "?"


class Corrections:
    """Made of the words that people look for here: keywords, synonyms, questions that found something."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._by_sound: dict[str, str] = {}
        self._alike: dict[str, str] = {}
        for word in words:
            for run in runs(word):
                if SHORTEST <= len(run) <= LONGEST and not run.isascii():
                    self._take(run)

    def _take(self, word: str) -> None:
        if word in self._words:
            return
        self._words.add(word)
        self._by_sound.setdefault(_sound(word), word)
        if len(word) >= SHORTEST_ALIKE:
            for key in _with_gap(word):
                self._alike.setdefault(key, word)

    def of(self, question: str, is_known: Callable[[str], bool]) -> str:
        """The question with what was meant; empty when nothing is to be corrected.

        `is_known` says whether two neighbouring characters stand side by side in any article: what does is no mistake.
        """
        if not self._words or len(question) > MOST_CHARACTERS:
            return ""
        found = question
        for run in runs(question):
            better = self._run(run, is_known)
            if better != run:
                found = found.replace(run, better, 1) if run in found else better
        return found if found != question else ""

    def _run(self, run: str, is_known: Callable[[str], bool]) -> str:
        strange = [not is_known(run[at : at + 2]) for at in range(len(run) - 1)]
        for length in range(min(LONGEST, len(run)), SHORTEST - 1, -1):
            for start in range(len(run) - length + 1):
                part = run[start : start + length]
                if part in self._words or not any(strange[start : start + length - 1]):
                    continue
                meant = self._by_sound.get(_sound(part)) or next(
                    (self._alike[key] for key in _with_gap(part) if key in self._alike), ""
                )
                if meant:
                    return run[:start] + meant + self._run(run[start + length :], is_known)
        return run


def _sound(word: str) -> str:
    return "-".join(spelt(word))


def _with_gap(word: str) -> Iterator[str]:
    if len(word) < SHORTEST_ALIKE:
        return
    for at in range(len(word)):
        yield word[:at] + _ANY + word[at + 1 :]
