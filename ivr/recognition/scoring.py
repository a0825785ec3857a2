"""How well a recogniser hears: the share of wrong characters, with how sure that is."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.recognition.simplified import simplified
from ivr.recognition.written import written

DRAWS = 2000
SEED = 12345


@dataclass(frozen=True, slots=True)
class Score:
    """Of one sound: characters that were said, and how many of them were heard wrong, are missing or were added."""

    name: str
    said: int
    wrong: int
    heard: str = ""

    @property
    def error(self) -> float:
        """The share that is wrong."""
        return self.wrong / self.said if self.said else float(self.wrong > 0)


def compared(text: str) -> str:
    """What counts of a text: simplified characters, letters and digits, numbers as one writes them."""
    plain = unicodedata.normalize("NFKC", simplified(text)).lower()
    return "".join(one for one in written(plain).text if one.isalnum() or one == "%")


def score(name: str, said: str, heard: str) -> Score:
    """Compare what was heard with what was said."""
    wanted = compared(said)
    return Score(name, len(wanted), distance(wanted, compared(heard)), heard)


def distance(one: str, other: str) -> int:
    """The fewest characters to be changed, added and left out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row[0] = row[0], number
        for at, candidate in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != candidate))
    return row[-1]


def error(scores: Sequence[Score]) -> float:
    """The share of all characters that is wrong."""
    said = sum(one.said for one in scores)
    return sum(one.wrong for one in scores) / said if said else 0.0


def interval(scores: Sequence[Score], draws: int = DRAWS) -> tuple[float, float]:
    """Between what the share lies in 95 % of `draws` from these sounds (bootstrap); the same each time."""
    dice = random.Random(SEED)  # noqa: S311 # no secret
    found = sorted(error(dice.choices(scores, k=len(scores))) for _ in range(draws))
    return found[int(draws * 0.025)], found[int(draws * 0.975)]
