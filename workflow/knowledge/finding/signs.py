"""What speaks for an article as the answer to a question: a few numbers, each between 0 and about 1.

All candidates of a question are measured at once: their terms are laid end to end, and tables count for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cti.office.search.tokens import folded
from workflow.knowledge.finding.entries import Candidate
from workflow.knowledge.finding.terms import (
    Rarity,
    Row,
    Weights,
    head,
    is_name,
    letters_of,
    meaning,
    question_terms,
    row,
)

WINDOW = 200
"""Terms of a passage."""
STEP = 60
SIGNS = (
    "whole", "head", "covered", "head_covered", "passage", "title", "title_covered", "title_letters", "words", "names",
    "length", "near", "elsewhere", "fresh", "heat", "meaning",
)  # fmt: skip
"""In this order: likeness of the whole question, and of its first sentence; how much of each stands in the article; how
much of the first sentence in its best passage; likeness of the title or of another wording, how much of it the question
has, and how many of its characters one by one (怎么取 and 提取 share one); BM25; of the question's codes and numbers
(A3区, 201路) the share that the article has; the article's length; whether it is of the asker's own region; how far the
places that it names are from those that are asked for (`places.py`); how new it is; how often it was read; how much its
best piece means the same, beside the other candidates (0 where there is no model)."""
BM25_SCALE = 100
MOST_HEAD = 64
"""So many terms of the first sentence are looked for in passages."""
DAY = 86_400
AGES = 365.0
"""Days after which an article has half of its newness."""
_KEYS = 1 << 16
_LOGS = np.log1p(np.arange(1 << 16, dtype=np.float32))
"""What a term counts that stands so often in an article, before its rarity: no article has more terms."""

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class Side:
    """A question or a part of it: its terms, each once, with their weights."""

    __slots__ = ("_keys", "norm", "terms", "total", "vector", "weights")

    def __init__(self, said: Sequence[str], rarity: Rarity, most: int | None = None) -> None:
        terms, first, counts = np.unique(row(said), return_index=True, return_counts=True)
        weights = rarity.weights(terms) * np.array([meaning(said[at]) for at in first], np.float32)
        if most is not None and len(terms) > most:
            kept = np.sort(np.argsort(-weights, kind="stable")[:most])
            terms, counts, weights = terms[kept], counts[kept], weights[kept]
        self.terms, self.weights = terms, weights
        self.vector: Weights = np.log1p(counts).astype(np.float32) * weights
        self.norm = float(np.sqrt(self.vector @ self.vector)) or 1.0
        self.total = float(weights.sum()) or 1.0
        self._keys = np.zeros(_KEYS, np.bool_)
        self._keys[terms & (_KEYS - 1)] = True

    def found_in(self, terms: Row) -> tuple[Places, Places]:
        """At which places of `terms` one of this side's stands, and which."""
        if not len(self.terms):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        # Few terms come through the small table: only those are looked for exactly.
        maybe = np.flatnonzero(self._keys[terms & (_KEYS - 1)])
        which = np.searchsorted(self.terms, terms[maybe])
        which[which == len(self.terms)] = 0
        there = self.terms[which] == terms[maybe]
        return maybe[there], which[there]


class _Heap:
    """The candidates of a question, laid end to end."""

    def __init__(self, candidates: Sequence[Candidate], rarity: Rarity) -> None:
        self.count = len(candidates)
        sizes = np.array([len(one.terms) for one in candidates])
        self.starts = (np.cumsum(sizes) - sizes).astype(np.int32)
        self.terms = np.concatenate([one.terms for one in candidates])
        self.of = np.repeat(np.arange(self.count), sizes)
        self.lengths = np.array([len(one.row) for one in candidates])
        self.rows = np.concatenate([one.row for one in candidates]) + np.repeat(self.starts, self.lengths)
        self.weights = rarity.weights(self.terms)
        self.vector: Weights = _LOGS[np.bincount(self.rows, minlength=len(self.terms))] * self.weights
        # Each candidate's terms stand together: what is summed up to its end, without what was before.
        sums = np.concatenate(([0.0], np.cumsum(np.square(self.vector), dtype=np.float64)))
        self.norms: Numbers = np.sqrt(np.maximum(sums[self.starts + sizes] - sums[self.starts], 0.0)) + 1e-9
        self.titles = np.array([sum(one.titles) for one in candidates])
        """Of how many terms title and wordings of each are: they stand first in its row."""
        self.ends = np.cumsum(self.lengths)

    def summed(self, of: Places, what: Weights) -> Numbers:
        """The sum for each candidate."""
        found: Numbers = np.bincount(of, weights=what, minlength=self.count).astype(np.float64, copy=False)
        return found


class Asked:
    """A question, made ready to be held against articles."""

    def __init__(self, question: str, rarity: Rarity) -> None:
        self._rarity = rarity
        whole = question_terms(question)
        first = head(question)
        self.whole = Side(whole, rarity)
        # Most people ask in one sentence: then there is nothing to look for twice.
        alone = first == question.strip() and len(self.whole.terms) <= MOST_HEAD
        self.head = self.whole if alone else Side(question_terms(first), rarity, MOST_HEAD)
        self.letters = letters_of(first)
        self.names = np.unique(row(one for one in whole if is_name(one)))

    def signs(self, candidates: Sequence[Candidate]) -> Numbers:
        """What of `SIGNS` the texts alone say: a row for each candidate, a column for each sign; the others are 0."""
        found = np.zeros((len(candidates), len(SIGNS)))
        if not candidates:
            return found
        heap = _Heap(candidates, self._rarity)
        whole = self.whole.found_in(heap.terms)
        first = whole if self.head is self.whole else self.head.found_in(heap.terms)
        titles = self._titles(heap, candidates, whole, first)
        columns = {
            "whole": _likeness(heap, self.whole, *whole),
            "head": _likeness(heap, self.head, *first),
            "covered": heap.summed(heap.of[whole[0]], self.whole.weights[whole[1]]) / self.whole.total,
            "head_covered": heap.summed(heap.of[first[0]], self.head.weights[first[1]]) / self.head.total,
            "passage": self._passages(heap, *first),
            "title": titles[0],
            "title_covered": titles[1],
            "title_letters": np.array([self._letters(one.names) for one in candidates]),
            "words": np.array([one.words for one in candidates]) / BM25_SCALE,
            "names": self._named(heap, *whole),
            "length": np.log1p(heap.lengths) / 10,
        }
        for name, column in columns.items():
            found[:, SIGNS.index(name)] = column
        return found

    def _passages(self, heap: _Heap, places: Places, which: Places) -> Numbers:
        """How much of the first sentence the best passage of each candidate has.

        Passages are `WINDOW` terms long and begin every `STEP` terms.
        """
        asked = np.full(len(heap.terms), -1, np.int8)
        asked[places] = which
        said = asked[heap.rows]
        hits = np.flatnonzero(said >= 0)
        of = np.searchsorted(heap.ends, hits, "right")
        place = hits - (heap.ends - heap.lengths + heap.titles)[of]
        in_text = place >= 0
        of, place, said = of[in_text], place[in_text], said[hits[in_text]]
        windows = np.maximum(1, -(-(heap.lengths - heap.titles - STEP) // STEP))
        begin = np.cumsum(windows) - windows
        has = np.zeros((int(windows.sum()), len(self.head.terms)), np.bool_)
        for back in range(-(-WINDOW // STEP)):
            window = place // STEP - back
            inside = (window >= 0) & (window < windows[of]) & (place < window * STEP + WINDOW)
            has[begin[of[inside]] + window[inside], said[inside]] = True
        shares: Numbers = np.maximum.reduceat(has @ self.head.weights, begin) / self.head.total
        return shares

    def _titles(
        self, heap: _Heap, candidates: Sequence[Candidate], whole: tuple[Places, Places], first: tuple[Places, Places]
    ) -> tuple[Numbers, Numbers]:
        """Of the title or wording that is most like the first sentence: the likeness, and how much of it is asked."""
        sizes = np.array([size for one in candidates for size in one.titles])
        of = np.repeat(np.arange(heap.count), [len(one.titles) for one in candidates])
        rows = np.concatenate(
            [one.row[:size] + start for one, size, start in zip(candidates, heap.titles, heap.starts, strict=True)]
        )
        if not len(rows):
            return np.zeros(heap.count), np.zeros(heap.count)
        every = len(heap.terms)
        keys, counts = np.unique(np.repeat(np.arange(len(sizes)), sizes) * every + rows, return_counts=True)
        title, term = keys // every, keys % every
        weights = heap.weights[term]
        vector = np.log1p(counts) * weights
        norms = np.sqrt(np.bincount(title, vector**2, len(sizes))) + 1e-9
        asked = np.zeros(every, np.float32)
        asked[first[0]] = self.head.vector[first[1]]
        alike = np.bincount(title, vector * asked[term], len(sizes)) / norms / self.head.norm
        there = np.zeros(every, np.bool_)
        there[whole[0]] = True
        totals = np.bincount(title, weights, len(sizes)) + 1e-9
        covered = np.bincount(title, weights * there[term], len(sizes)) / totals * (alike > 0)
        # In the order of likeness, so that the best of each candidate is written last.
        order = np.argsort(alike, kind="stable")
        best, best_covered = np.zeros(heap.count), np.zeros(heap.count)
        best[of[order]], best_covered[of[order]] = alike[order], covered[order]
        return best, best_covered

    def _letters(self, names: Sequence[str]) -> float:
        """Of the characters that are asked for, the share that the best title or wording has."""
        if not self.letters:
            return 0.0
        return max((len(self.letters.intersection(folded(one))) for one in names), default=0) / len(self.letters)

    def _named(self, heap: _Heap, places: Places, which: Places) -> Numbers | float:
        if not len(self.names):
            return 0.0
        named = np.isin(self.whole.terms[which], self.names)
        return np.bincount(heap.of[places[named]], minlength=heap.count) / len(self.names)


def _likeness(heap: _Heap, side: Side, places: Places, which: Places) -> Numbers:
    """Cosine of what is asked and each candidate."""
    dots = heap.summed(heap.of[places], heap.vector[places] * side.vector[which])
    return dots / (side.norm * heap.norms)


def freshness(at: int, now: int) -> float:
    """1 for what was published today, half of it after `AGES` days."""
    return float(0.5 ** (max(0, now - at) / DAY / AGES))
