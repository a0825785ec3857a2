"""Puts a hotline's own words in place of what sounds like them: half of a recogniser's errors are homophones.

`公积金` comes back as `攻击金`, `工单` as `公单`. Tones do not count, nor what speakers of many dialects do not tell
apart; in words of three syllables and more one syllable may be half wrong.

Of a few words that are expected as an answer this is all. In a talk, in which anything may be said, a `careful` repair
lets more speak against it: what is a word itself (实际 is not 市级), small words (是政府 is not 市政府), and halves
that are not near.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import rjieba

from ivr.recognition.sounds import Sound, distance, sounds_of

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,12}")
HALF_FROM = 3
"""Syllables from which on one may be half wrong."""
ANY_HALF_FROM = 4
"""In a careful repair of words of so many it may be any half, in shorter ones one that is near; these tear no words."""
NEAR = 0.5
_TURNS = frozenset("不没未别无非")
"""What turns an answer round: half a sound neither puts it in (于是我 is not 不是我) nor takes it away."""
_SMALL = frozenset(
    "的了是在有不我你他她它们这那就都也和与要去来到说没很还把被让给跟对从又再才只能会想看上下里外前后个一二三四五六七八九十"
    "几什么怎吗呢吧啊哦嗯请问为因所以但可"
)
"""What stands alone in most sentences: it is hardly a part of a word that was misheard."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Characters `start` to `end` of a text were heard as something else."""

    start: int
    end: int
    heard: str


@dataclass(frozen=True, slots=True)
class _Known:
    word: str
    sounds: tuple[Sound, ...]
    weight: int


class Vocabulary:
    """Words of two to twelve Chinese characters, found by their sound; a mapping has their weights."""

    def __init__(self, words: Collection[str], *, careful: bool = False) -> None:
        weights = words if isinstance(words, Mapping) else dict.fromkeys(words, 1)
        self.careful = careful
        self._known: dict[tuple[Sound, ...], _Known] = {}
        self._half: dict[tuple[Sound, ...], list[_Known]] = {}
        self._words = {one for one in weights if _WORD.fullmatch(one)}
        # Of words that sound alike the one of more weight is meant.
        for word in sorted(self._words, key=lambda one: (-weights[one], one)):
            known = _Known(word, tuple(sounds_of(word)), weights[word])
            if self._known.setdefault(known.sounds, known) is known and len(word) >= HALF_FROM:
                for key in _halves(known.sounds):
                    self._half.setdefault(key, []).append(known)
        self._lengths = sorted({len(one) for one in self._words}, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._words)

    def repaired(self, text: str) -> tuple[str, list[Repair]]:
        """`text`, of the same length, with its words as they were meant, and where they were heard otherwise."""
        if not self._words:
            return text, []
        found: list[Repair] = []
        for run in _HAN.finditer(text):
            for at, known in self._of_run(run.group()):
                start, end = run.start() + at, run.start() + at + len(known.word)
                found.append(Repair(start, end, text[start:end]))
                text = text[:start] + known.word + text[end:]
        return text, sorted(found, key=lambda one: one.start)

    def _of_run(self, run: str) -> Iterator[tuple[int, _Known]]:
        """Where in a row of characters which word was meant; long words first, none over another."""
        heard = sounds_of(run)
        if len(heard) != len(run):
            return
        tokens = _tokens(run) if self.careful else []
        taken = [False] * len(run)
        for length in self._lengths:
            places = range(len(run) - length + 1)
            for at in places:
                if run[at : at + length] in self._words and not any(taken[at : at + length]):
                    taken[at : at + length] = [True] * length
            for at in places:
                if any(taken[at : at + length]):
                    continue
                known = self._meant(run, heard, tokens, at, length)
                if known is not None:
                    taken[at : at + length] = [True] * length
                    yield at, known

    def _meant(self, run: str, heard: Sequence[Sound], tokens: Sequence[int], at: int, length: int) -> _Known | None:
        sounds = tuple(heard[at : at + length])
        known = self._known.get(sounds)
        if known is not None and (not self.careful or self._may(known, run, tokens, at, None)):
            return known
        if length < HALF_FROM:
            return None
        for key in _halves(sounds):
            for one in self._half.get(key, ()):
                wrong = next((n for n in range(length) if sounds[n] != one.sounds[n]), None)
                # What sounds the same was looked at already.
                if wrong is None or _TURNS & {run[at + wrong], one.word[wrong]}:
                    continue
                if not self.careful or self._may(one, run, tokens, at, wrong):
                    return one
        return None

    def _may(self, known: _Known, run: str, tokens: Sequence[int], at: int, wrong: int | None) -> bool:
        """Whether nothing speaks against a word at `at`, of which syllable `wrong` is half another."""
        length = len(known.word)
        others = [n for n in range(length) if run[at + n] != known.word[n]]
        # A small word that stands for itself was hardly misheard, unless all around it says so.
        if length < ANY_HALF_FROM and any(_is_small(run, tokens, at + n) for n in others):
            return False
        inside = set(tokens[at : at + length])
        whole = [one for one in inside if _lies_within(tokens, one, at, at + length)]
        sizes = [tokens.count(one) for one in whole]
        # What is a word of the language was said; so were two side by side, unless all of it sounds the same.
        if len(inside) == len(whole) and all(size > 1 for size in sizes) and (len(whole) == 1 or wrong is not None):
            return False
        if length < ANY_HALF_FROM and len(whole) < len(inside):
            # It would tear a word apart.
            return False
        if wrong is None:
            return True
        if length >= ANY_HALF_FROM:
            return len(others) * 2 <= length or len(inside) == length
        return distance(sounds_of(run[at + wrong])[0], known.sounds[wrong]) <= NEAR


def _halves(sounds: tuple[Sound, ...]) -> Iterator[tuple[Sound, ...]]:
    """The same with one half of one syllable left open."""
    for at, (initial, final) in enumerate(sounds):
        for open_one in (("*", final), (initial, "*")):
            yield (*sounds[:at], open_one, *sounds[at + 1 :])


def _tokens(run: str) -> list[int]:
    """For each character the number of the word of the language to which it belongs."""
    found: list[int] = []
    for number, word in enumerate(rjieba.cut(run, False)):
        found += [number] * len(word)
    return found


def _is_small(run: str, tokens: Sequence[int], at: int) -> bool:
    return all(one in _SMALL for one, number in zip(run, tokens, strict=True) if number == tokens[at])


def _lies_within(tokens: Sequence[int], number: int, start: int, end: int) -> bool:
    return all(start <= at < end for at, one in enumerate(tokens) if one == number)
