"""Reads texts, and writes the language model by which the recogniser chooses among characters that sound the same."""

from __future__ import annotations

import gzip
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

from adapting.options import arguments
from ivr.recognition.language_model import BACK_OFF_FROM, ORDER, STEP
from ivr.recognition.simplified import simplified

DISCOUNT = 0.75
"""Taken from each count for what was never read (Ney, Essen, Kneser, 1994)."""
WORDS = 2_000_000
"""The dictionary counts as much as a text of so many words."""
LEAST_READ = {2: 1.0, 3: 2.0, 4: 2.0}
LEAST_GAIN = 4.0
"""Rows of characters are kept whose count times what they make likelier is more (Stolcke, 1998)."""
SHARED = 6
"""Who shares so many characters in a row with what is judged by is left out."""
USUAL = 0.01
"""A character's ways of being said are kept that are so often meant."""
_TAG = re.compile(r"/[A-Za-z]+\s*")
"""Of a part of speech, as some corpora have them."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_BEGIN, _END = "^", "$"
Counts = dict[int, Counter[str]]
Array = npt.NDArray[np.generic]


def main() -> None:
    """Read what the command line names."""
    options = arguments(sys.argv[1:])
    print(read(options.texts, options.words, options.judged, options.to))


def read(texts: Sequence[Path], words: Path, judged: Sequence[Path], target: Path) -> str:
    """Write the model, and say what it is made of."""
    without = {row for path in judged for line in _lines(path) for row in _rows_of(_plain(line), SHARED)}
    sentences = {
        one
        for path in texts
        for line in _lines(path)
        for one in _CHINESE.findall(simplified(_TAG.sub("", line)))
        if without.isdisjoint(_rows_of(one, SHARED))
    }
    counts: Counts = {length: Counter() for length in range(1, ORDER + 1)}
    for one in sentences:
        _count(counts, f"{_BEGIN}{one}{_END}", 1)
    for word, share in _dictionary(words).items():
        _count(counts, word, max(round(share * WORDS), 1))
    model = _Model(counts)
    arrays = model.arrays() | _readings(model.characters, sentences)
    np.savez_compressed(target, **arrays)  # type: ignore[arg-type] # its other parameter is no array
    return f"{len(sentences)} sentences, {sum(map(len, sentences))} characters; {target.stat().st_size / 1e6:.1f} MB"


class _Model:
    """Absolute discounting, each length interpolated with the shorter ones."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._sums: dict[int, Counter[str]] = {length: Counter() for length in range(1, ORDER)}
        self._kinds: dict[int, Counter[str]] = {length: Counter() for length in range(1, ORDER)}
        for length in range(2, ORDER + 1):
            for row, count in counts[length].items():
                self._sums[length - 1][row[:-1]] += count
                self._kinds[length - 1][row[:-1]] += 1
        self._before = Counter(row[-1] for row in counts[2])
        self._known: dict[str, float] = {}
        usual = sorted((one for one in counts[1] if one not in (_BEGIN, _END)), key=lambda one: -counts[1][one])
        self.characters = _BEGIN + _END + "".join(usual)

    def likely(self, row: str) -> float:
        """The last character after the others."""
        if (found := self._known.get(row)) is not None:
            return found
        if len(row) == 1:
            return (self._before[row] + 0.5) / (self._before.total() + 0.5 * len(self.characters))
        history, length = row[:-1], len(row) - 1
        total, shorter = self._sums[length].get(history, 0.0), self.likely(row[1:])
        if total:
            own = max(self._counts[length + 1].get(row, 0.0) - DISCOUNT, 0.0)
            shorter = own / total + DISCOUNT * self._kinds[length][history] / total * shorter
        self._known[row] = shorter
        return shorter

    def arrays(self) -> dict[str, Array]:
        """As `LanguageModel` reads them."""
        number = {one: at for at, one in enumerate(self.characters)}
        kept = {length: self._kept(length) for length in range(2, ORDER + 1)}
        found: dict[str, Array] = {
            "characters": np.array(self.characters),
            "alone": _bytes([-math.log(self.likely(one)) for one in self.characters], 0.0),
        }
        for length, rows in kept.items():
            self._keep(found, f"grams {length}", {row: -math.log(self.likely(row)) for row in rows}, number, 0.0)
            left: dict[str, list[float]] = defaultdict(lambda: [1.0, 1.0])
            for row in rows:
                left[row[:-1]][0] -= self.likely(row)
                left[row[:-1]][1] -= self.likely(row[1:])
            back = {row: -math.log(max(own, 1e-6) / max(shorter, 1e-6)) for row, (own, shorter) in left.items()}
            self._keep(found, f"back off {length - 1}", back, number, BACK_OFF_FROM)
        return found

    def _kept(self, length: int) -> list[str]:
        return [
            row
            for row, count in self._counts[length].items()
            if count >= LEAST_READ[length] and count * math.log(self.likely(row) / self.likely(row[1:])) > LEAST_GAIN
        ]

    def _keep(
        self, found: dict[str, Array], name: str, costs: dict[str, float], number: dict[str, int], least: float
    ) -> None:
        size = len(self.characters)
        keys = {row: sum(number[one] * size**at for at, one in enumerate(reversed(row))) for row in costs}
        order = sorted(costs, key=keys.__getitem__)
        found[f"{name} keys"] = np.diff(np.array([keys[row] for row in order], np.int64), prepend=0)
        found[f"{name} costs"] = _bytes([costs[row] for row in order], least)


def _bytes(costs: Sequence[float], least: float) -> Array:
    return np.clip(np.round((np.array(costs) - least) / STEP), 0, 255).astype(np.uint8)


def _readings(characters: str, sentences: Iterable[str]) -> dict[str, Array]:
    """How characters are said where they stand: 行 is xíng and háng, and never hàng."""
    meant: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for one in (*sentences, *characters):
        for character, said in zip(one, lazy_pinyin(one, style=Style.TONE3, neutral_tone_with_five=True), strict=False):
            if said[-1:].isdecimal():
                meant[character][said[:-1], int(said[-1])] += 1
    rows = [
        (number, *way)
        for number, one in enumerate(characters)
        for way, count in meant[one].most_common()
        if count >= USUAL * meant[one].total()
    ]
    syllables = sorted({syllable for _, syllable, _ in rows})
    return {
        "syllables": np.array(" ".join(syllables)),
        "readings": np.array([(at, syllables.index(one), tone) for at, one, tone in rows], np.uint16),
    }


def _count(counts: Counts, text: str, often: int) -> None:
    for length, found in counts.items():
        for at in range(len(text) - length + 1):
            found[text[at : at + length]] += often


def _dictionary(path: Path) -> dict[str, float]:
    """Words of several characters and their share: each line has a word and how often it was read."""
    found = {}
    for line in _lines(path):
        word, often = line.split()[:2]
        if _CHINESE.fullmatch(word):
            found[simplified(word)] = float(often)
    total = sum(found.values())
    return {word: often / total for word, often in found.items()}


def _rows_of(text: str, length: int) -> set[str]:
    return {text[at : at + length] for at in range(max(1, len(text) - length + 1))}


def _plain(text: str) -> str:
    return "".join(_CHINESE.findall(simplified(text)))


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as source:
        yield from source


if __name__ == "__main__":
    main()
