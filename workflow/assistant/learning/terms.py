"""A text as numbers: its characters and pairs of neighbours, weighed by how rare they are among the city's tickets."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Terms = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]
MOST_TERMS = 60_000
"""The most frequent: more bring nothing, and a model of 500 classes stays below 100 MB."""
LEAST_TEXTS = 2
LONGEST = 4_000
"""Characters of a text that count."""
_WIDTH = np.uint64(21)
"""Bits of a character."""


def letters_of(text: str) -> npt.NDArray[np.uint32]:
    """Its characters without spaces, width and case made equal; all digits are one: a house's number tells nothing."""
    plain = "".join(unicodedata.normalize("NFKC", text[:LONGEST]).casefold().split())
    letters = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    letters[(letters >= 0x30) & (letters <= 0x39)] = 0x30
    return letters


def counted(text: str) -> tuple[Terms, npt.NDArray[np.int64]]:
    """The terms of a text, each once and in order, and how often each is there."""
    letters = letters_of(text).astype(np.uint64)
    pairs = (letters[:-1] << _WIDTH) | letters[1:]
    return np.unique(np.concatenate([letters, pairs]), return_counts=True)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that count, in order, and the weight of each."""

    terms: Terms
    weights: Floats

    def unknown(self, text: str) -> float:
        """The share of a text's terms that it does not have; 0 of a text without any."""
        found, times = counted(text)
        if not len(found):
            return 0.0
        known = np.isin(found, self.terms, assume_unique=True)
        return float(times[~known].sum() / times.sum())

    def row(self, text: str) -> tuple[npt.NDArray[np.int64], Floats]:
        """Places of the text's terms and their values; the row has length one, or nothing in it."""
        found, times = counted(text)
        at = np.searchsorted(self.terms, found)
        at[at == len(self.terms)] = 0
        known = self.terms[at] == found if len(self.terms) else np.zeros(len(found), np.bool_)
        at = at[known]
        values = ((1 + np.log(times[known])) * self.weights[at]).astype(np.float32)
        length = float(np.sqrt(values @ values))
        return at, values / np.float32(length) if length else values


def vocabulary(texts: Iterable[str], most: int = MOST_TERMS) -> Vocabulary:
    """The terms that stand in at least two of the texts, weighed by the logarithm of how few have them."""
    seen: list[Terms] = []
    number = 0
    for text in texts:
        seen.append(counted(text)[0])
        number += 1
    terms, times = np.unique(np.concatenate(seen) if seen else np.zeros(0, np.uint64), return_counts=True)
    frequent = np.flatnonzero(times >= LEAST_TEXTS)
    if len(frequent) > most:
        frequent = np.sort(frequent[np.argsort(-times[frequent], kind="stable")[:most]])
    weights = np.log((1 + number) / (1 + times[frequent])) + 1
    return Vocabulary(terms[frequent], weights.astype(np.float32))


def sparse(known: Vocabulary, texts: Sequence[str]) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows of texts one after the other: values, places, and where each row begins (one more than texts)."""
    rows = [known.row(text) for text in texts]
    begins = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(at) for at, _ in rows], out=begins[1:])
    values = np.concatenate([one for _, one in rows]) if rows else np.zeros(0, np.float32)
    places = np.concatenate([at for at, _ in rows]) if rows else np.zeros(0, np.int64)
    return values, places, begins
