"""A text as the runs of two and three characters in it. Digits count: 3 栋 is not 5 栋, and 3 号线 not 5 号线."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

Runs = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]
_WIDTH = np.uint64(21)
"""Bits of a character."""


def runs_of(text: str, longest: int) -> Runs:
    """Single characters, pairs and triples of a text, each once, in order; signs and spaces left out, width and case
    made equal. A run does not go over a sign. At most `longest` characters are read.
    """
    plain = unicodedata.normalize("NFKC", text[:longest]).casefold()
    letters = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    is_word = np.fromiter((one.isalnum() for one in plain), np.bool_, len(plain))
    found = [letters[is_word]]
    if len(letters) > 1:
        both = is_word[:-1] & is_word[1:]
        pairs = (letters[:-1] << _WIDTH) | letters[1:]
        found.append(pairs[both])
        three = both[:-1] & is_word[2:]
        found.append(((pairs[:-1] << _WIDTH) | letters[2:])[three])
    return np.unique(np.concatenate(found))
