"""How characters follow each other in what citizens say and authorities write: a language model of one to four
characters, with back-off (Katz, "Estimation of probabilities from sparse data", 1987).

`mandarin.npz` was made of messages to authorities and their replies, of newspapers and of a dictionary by
`scripts/adapt_recogniser read`. It tells, too, how each character is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

MANDARIN = Path(__file__).with_name("mandarin.npz")
"""A city's own is used instead where a file of this name lies in the folder of its model."""
ORDER = 4
BEGIN, END = 0, 1
"""What stands for them among the numbers of characters."""
STEP = 0.08
"""Of what is kept in a byte: a natural logarithm, its sign turned round."""
BACK_OFF_FROM = -4.0
Numbers = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a character is said: a syllable in pinyin, and its tone (5 for none)."""

    character: str
    syllable: str
    tone: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Keys in order, and a cost of each."""

    keys: Numbers
    costs: Costs

    def find(self, wanted: Numbers) -> tuple[npt.NDArray[np.bool_], Costs]:
        """Which of them are there, and the costs of those."""
        if not len(self.keys):
            return np.zeros(wanted.shape, bool), np.zeros(wanted.shape, np.float32)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return self.keys[places] == wanted, self.costs[places]


class LanguageModel:
    """What a file says. OSError; ValueError when the file is none."""

    def __init__(self, path: Path = MANDARIN) -> None:
        try:
            with path.open("rb") as source, np.load(source, allow_pickle=False) as file:
                self.characters = str(file["characters"])
                self._alone = _costs(file["alone"], 0.0)
                self._grams = {one: _rows(file, f"grams {one}", 0.0) for one in range(2, ORDER + 1)}
                self._back_off = {one: _rows(file, f"back off {one}", BACK_OFF_FROM) for one in range(1, ORDER)}
                syllables = str(file["syllables"]).split()
                self.readings = [
                    Reading(self.characters[character], syllables[syllable], int(tone))
                    for character, syllable, tone in file["readings"].tolist()
                ]
        except (BadZipFile, EOFError, KeyError, IndexError, AttributeError, TypeError, ValueError) as problem:
            raise ValueError(f"{path} is no language model: {problem}") from None
        self._number = {one: number for number, one in enumerate(self.characters)}

    def number(self, character: str) -> int:
        """The number of a character. KeyError for one that it does not know."""
        return self._number[character]

    def costs(self, before: Numbers, following: Numbers) -> Costs:
        """How unlikely each of `following` is after each row of `before` (its last `ORDER` - 1 characters): a row for
        each row of those, of logarithms with their signs turned round."""
        found = np.broadcast_to(self._alone[following], (len(before), len(following))).copy()
        history, size = np.zeros(len(before), np.int64), len(self.characters)
        for length in range(1, ORDER):
            history = history + before[:, -length] * size ** (length - 1)
            is_known, back_off = self._back_off[length].find(history)
            found += np.where(is_known, back_off, 0)[:, None]
            is_there, costs = self._grams[length + 1].find(history[:, None] * size + following)
            found[is_there] = costs[is_there]
        return found


def of_model(model: Path) -> LanguageModel:
    """That of the recogniser's model in a folder: its own, or what is shipped. OSError, ValueError."""
    own = model / MANDARIN.name
    return LanguageModel(own if own.is_file() else MANDARIN)


def _rows(file: Any, name: str, least: float) -> _Rows:
    return _Rows(np.cumsum(file[f"{name} keys"].astype(np.int64)), _costs(file[f"{name} costs"], least))


def _costs(kept: npt.NDArray[np.uint8], least: float) -> Costs:
    return kept.astype(np.float32) * np.float32(STEP) + np.float32(least)
