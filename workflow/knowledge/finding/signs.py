"""What speaks for an article as the answer to a question: a few numbers, each between 0 and about 1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workflow.knowledge.finding.index import Candidate
from workflow.knowledge.finding.terms import Rarity, Row, Weights, head, is_name, letters_of, question_tokens, row

WINDOW = 200
"""Terms of a passage."""
STEP = 60
SIGNS = (
    "whole", "head", "covered", "head_covered", "passage", "title", "title_covered", "title_letters", "words", "names",
    "length", "near", "fresh", "heat",
)  # fmt: skip
"""In this order: likeness of the whole question, and of its first sentence; how much of each stands in the article; how
much of the first sentence in its best passage; likeness of the title or of another wording, how much of it the question
has, and how many of its characters one by one (怎么取 and 提取 share one); BM25; of the question's codes and numbers
(A3区, 201路) the share that the article has; the article's length; whether it is of the asker's own region; how new it
is; how often it was read."""
BM25_SCALE = 100
DAY = 86_400
AGES = 365.0
"""Days after which an article has half of its newness."""


class Side:
    """A question or a part of it: its terms, each once, with their weights."""

    __slots__ = ("norm", "terms", "total", "vector", "weights")

    def __init__(self, text: Row, rarity: Rarity) -> None:
        self.terms, counts = np.unique(text, return_counts=True)
        self.weights: Weights = rarity.weights(self.terms)
        self.vector = np.log1p(counts).astype(np.float32) * self.weights
        self.norm = float(np.sqrt(self.vector @ self.vector)) or 1.0
        self.total = float(self.weights.sum()) or 1.0


class Asked:
    """A question, made ready to be held against articles."""

    def __init__(self, question: str, rarity: Rarity) -> None:
        self._rarity = rarity
        whole = question_tokens(question)
        self.whole = Side(row(whole), rarity)
        first = head(question)
        self.head = self.whole if first == question else Side(row(question_tokens(first)), rarity)
        self.letters = letters_of(first)
        self.names = np.unique(row(one for one in whole if is_name(one)))

    def signs(self, candidate: Candidate) -> dict[str, float]:
        """What of `SIGNS` the texts alone say."""
        text = np.concatenate((*candidate.titles, candidate.text))
        terms, counts = np.unique(text, return_counts=True)
        vector = np.log1p(counts).astype(np.float32) * self._rarity.weights(terms)
        norm = float(np.sqrt(vector @ vector)) or 1.0
        whole, covered = _likeness(self.whole, terms, vector, norm)
        first, first_covered = (
            (whole, covered) if self.head is self.whole else _likeness(self.head, terms, vector, norm)
        )
        title, title_covered = self._titles(candidate)
        letters = max((_shared(self.letters, letters_of(one)) for one in candidate.names), default=0.0)
        named = float(np.isin(self.names, terms).mean()) if len(self.names) else 0.0
        return {
            "whole": whole,
            "head": first,
            "covered": covered,
            "head_covered": first_covered,
            "passage": self.best_window(candidate.text)[1],
            "title": title,
            "title_covered": title_covered,
            "title_letters": letters,
            "words": candidate.words / BM25_SCALE,
            "names": named,
            "length": float(np.log1p(len(text))) / 10,
        }

    def best_window(self, text: Row) -> tuple[int, float]:
        """Where the passage that has most of the first sentence begins (a place in the row), and how much it has."""
        if not len(self.head.terms):
            return 0, 0.0
        at = np.searchsorted(self.head.terms, text)
        at[at == len(self.head.terms)] = 0
        hits = np.flatnonzero(self.head.terms[at] == text)
        best, share = 0, 0.0
        for start in range(0, max(1, len(text) - STEP), STEP):
            low, high = np.searchsorted(hits, (start, start + WINDOW))
            if low == high:
                continue
            found = float(self.head.weights[np.unique(at[hits[low:high]])].sum()) / self.head.total
            if found > share:
                best, share = start, found
        return best, share

    def _titles(self, candidate: Candidate) -> tuple[float, float]:
        """Of the title or wording that is most like the first sentence: the likeness, and how much of it is asked."""
        best, covered = 0.0, 0.0
        for one in candidate.titles:
            if not len(one):
                continue
            side = Side(one, self._rarity)
            alike = _likeness(self.head, side.terms, side.vector, side.norm)[0]
            if alike > best:
                asked = float(side.weights[np.isin(side.terms, self.whole.terms)].sum()) / side.total
                best, covered = alike, asked
        return best, covered


def _likeness(side: Side, terms: Row, vector: Weights, norm: float) -> tuple[float, float]:
    """Cosine of what is asked and the article, and how much of it stands there, by weight."""
    if not len(terms) or not len(side.terms):
        return 0.0, 0.0
    at = np.searchsorted(terms, side.terms)
    at[at == len(terms)] = 0
    there = terms[at] == side.terms
    cosine = float(side.vector[there] @ vector[at[there]]) / (side.norm * norm)
    return cosine, float(side.weights[there].sum()) / side.total


def _shared(asked: frozenset[str], title: frozenset[str]) -> float:
    """Of what is asked the share that the title has."""
    return len(asked & title) / len(asked) if asked else 0.0


def freshness(at: int, now: int) -> float:
    """1 for what was published today, half of it after `AGES` days."""
    return float(0.5 ** (max(0, now - at) / DAY / AGES))


def weighed(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The sum of the signs, each by its weight."""
    return sum(weights.get(name, 0.0) * value for name, value in signs.items())
