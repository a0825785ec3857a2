"""Which words come up: runs of characters that stand in many texts, and in how many more than before.

Pure. Chinese has no spaces, and what is new stands in no dictionary: a run of two to five characters counts as a word
when enough texts have it and no longer run stands in nearly as many of them (then that one is the word), and when its
parts meet far more often than by chance. Words of courtesy and of every ticket are in `idle_words.txt`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

SHORTEST, LONGEST = 2, 5
LEAST_TEXTS = 3
PART_OF = 0.6
"""A run of which so many texts have it within the same longer one is a part of that."""
TOGETHER = 3.0
"""How many times as often as by chance the parts of a word stand beside each other (as a logarithm)."""
ENDINGS = frozenset("区市县镇乡村街路年月日期号楼栋站场")
"""What ends a name: a run that begins with one is cut out of the middle."""
READ = 120
"""Characters of a text that count."""
_BITS = np.uint64(21)
Keys = npt.NDArray[np.uint64]
Counts = dict[str, int]
"""By word, how many texts have it."""


@dataclass(frozen=True, slots=True)
class HotWord:
    """A word, in how many texts it stands now, and in how many it would stand if all were as before; `sure` is how
    unlikely the difference is by chance (G², signed): beyond 10.8 one in a thousand.
    """

    word: str
    count: int
    expected: float
    sure: float


def hot_words(now: Sequence[str], before: Sequence[str], most: int = 200) -> list[HotWord]:
    """The words of the texts of `now`, those with the surest rise first; of `before` only those count again."""
    found = words_of(now)
    earlier = counts_of(before, found) if before else {}
    told = []
    for word, count in found.items():
        was = earlier.get(word, 0)
        expected = was * len(now) / len(before) if before else 0.0
        told.append(HotWord(word, count, expected, _sure(count, len(now), was, len(before)) if before else 0.0))
    told.sort(key=lambda one: (-one.sure, -one.count, one.word))
    return told[:most]


def words_of(texts: Sequence[str]) -> Counts:
    """The words of texts, and how many texts have each."""
    letters, text = _letters(texts)
    runs = {length: dict(_grams(letters, text, length)) for length in range(1, LONGEST + 2)}
    written = int(np.count_nonzero(letters))
    found: Counts = {}
    edges = _idle()[1]
    for length in range(SHORTEST, LONGEST + 1):
        held_by: dict[str, int] = {}
        for longer, count in runs[length + 1].items():
            # 有 before a word makes no other word of it.
            for part, more in ((longer[1:], longer[0]), (longer[:-1], longer[-1])):
                if more not in edges:
                    held_by[part] = max(held_by.get(part, 0), count)
        for run, count in runs[length].items():
            if (
                held_by.get(run, 0) < PART_OF * count
                and _may_be_word(run)
                and _together(run, count, written, runs) >= TOGETHER
            ):
                found[run] = count
    return found


def counts_of(texts: Sequence[str], words: Mapping[str, int]) -> Counts:
    """How many texts have each of these words."""
    lengths = sorted({len(one) for one in words})
    found = Counter[str]()
    for whole in texts:
        text = whole[:READ]
        runs = {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)}
        found.update(run for run in runs if run in words)
    return found


def _letters(texts: Sequence[str]) -> tuple[Keys, npt.NDArray[np.int32]]:
    """All characters in a row, zero for what is no Han character or letter, and the text of each."""
    cut = [one[:READ] + "\n" for one in texts]
    letters = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    is_word = (letters >= 0x4E00) & (letters <= 0x9FA5)
    text = np.repeat(np.arange(len(cut), dtype=np.int32), [len(one) for one in cut])
    return np.where(is_word, letters, np.uint64(0)), text


def _grams(letters: Keys, text: npt.NDArray[np.int32], length: int) -> Iterator[tuple[str, int]]:
    """Runs of so many characters that enough texts have, and how many have each."""
    size = len(letters) - length + 1
    if size <= 0:
        return
    # Two numbers hold a run: three characters each.
    high, low = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    whole = np.ones(size, np.bool_)
    for at in range(length):
        one = letters[at : at + size]
        whole &= one > 0
        if at < 3:
            high = (high << _BITS) | one
        else:
            low = (low << _BITS) | one
    high, low, where = high[whole], low[whole], text[:size][whole]
    order = np.lexsort((where, low, high))
    high, low, where = high[order], low[order], where[order]
    if not len(high):
        return
    fresh_run = np.r_[True, (high[1:] != high[:-1]) | (low[1:] != low[:-1])]
    fresh_text = fresh_run | np.r_[True, where[1:] != where[:-1]]
    run = np.cumsum(fresh_run) - 1
    counts = np.bincount(run, fresh_text).astype(np.int64)
    starts = np.flatnonzero(whole)[order][fresh_run]
    for number in np.flatnonzero(counts >= LEAST_TEXTS):
        start = int(starts[number])
        yield "".join(chr(int(one)) for one in letters[start : start + length]), int(counts[number])


def _together(run: str, count: int, written: int, runs: Mapping[int, Counts]) -> float:
    """The least, over all cuts in two, of how much more often than by chance the parts meet (natural logarithm)."""
    cuts = ((run[:at], run[at:]) for at in range(1, len(run)))
    return min(
        math.log(count * written / (runs[len(one)].get(one, count) * runs[len(other)].get(other, count)))
        for one, other in cuts
    )


def _may_be_word(run: str) -> bool:
    idle, edges = _idle()
    return run not in idle and run[0] not in edges and run[-1] not in edges and run[0] not in ENDINGS


@cache
def _idle() -> tuple[frozenset[str], frozenset[str]]:
    lines = (Path(__file__).parent / "idle_words.txt").read_text("utf-8").splitlines()
    words = frozenset(one for line in lines if not line.startswith("#") for one in line.split())
    return frozenset(one for one in words if len(one) > 1), frozenset(one for one in words if len(one) == 1)


def _sure(count: int, of: int, was: int, of_before: int) -> float:
    """G² of a word between two bodies of texts (Dunning 1993), negative when it has become rarer."""
    share = (count + was) / (of + of_before)
    told = 2.0 * (_part(count, share * of) + _part(was, share * of_before))
    return told if count / of >= was / of_before else -told


def _part(seen: float, expected: float) -> float:
    return seen * math.log(seen / expected) if seen else 0.0
