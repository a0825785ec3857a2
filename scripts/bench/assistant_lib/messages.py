"""Messages: public ones of a folder, and many made up in the shape of tickets."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file of the folder."""
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def made_up(count: int, classes: int, characters: int = 120) -> tuple[list[str], list[str]]:
    """Texts of about so many characters, whose class gives a sixth of their words; frequent classes as in a city."""
    rule = np.random.default_rng(0)
    letters = np.array([chr(one) for one in range(0x4E00, 0x5B00)])
    usual = 1 / np.arange(1, len(letters) + 1) ** 0.9
    usual /= usual.sum()
    words = ["".join(rule.choice(letters, 2)) for _ in range(classes * 30)]
    share = 1 / np.arange(1, classes + 1) ** 0.7
    label = rule.choice(classes, count, p=share / share.sum())
    texts = []
    for one in label:
        own = [words[one * 30 + int(at)] for at in rule.integers(0, 30, characters // 12)]
        other = "".join(rule.choice(letters, characters - 2 * len(own), p=usual))
        cut = np.sort(rule.integers(0, len(other), len(own)))
        texts.append("".join(other[a:b] + w for a, b, w in zip([0, *cut], cut, own, strict=False)) + other[cut[-1] :])
    return texts, [f"{one:03}" for one in label]
