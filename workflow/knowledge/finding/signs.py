"""What speaks for an article as the answer to a question: a few numbers, each between 0 and about 1.

All candidates of a question are measured at once: their terms are laid end to end, and tables count for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workflow.knowledge.finding.entries import Candidate, Entry
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

    def __init__(self, entries: Sequence[Entry], rarity: Rarity) -> None:
        _weigh([one for one in entries if one.weighed is None], rarity)
        self.count = len(entries)
        sizes = np.array([len(one.terms) for one in entries])
        self.starts = (np.cumsum(sizes) - sizes).astype(np.int32)
        self.terms = np.concatenate([one.terms for one in entries])
        self.of = np.repeat(np.arange(self.count), sizes)
        self.vector: Weights = np.concatenate([one.weighed for one in entries if one.weighed is not None])
        self.norms: Numbers = np.array([one.norm for one in entries]) + 1e-9
        self.counts = np.concatenate([one.counts for one in entries])
        self.places = np.concatenate([one.places for one in entries])
        self.ends = np.cumsum(self.counts, dtype=np.int64)
        """Where in `places` those of each term end."""
        self.lengths = np.array([len(one.places) for one in entries])
        self.titles = np.array([len(one.named) for one in entries])
        """Of how many terms title and wordings of each are: they stand first in it."""

    def summed(self, of: Places, what: Weights) -> Numbers:
        """The sum for each candidate."""
        found: Numbers = np.bincount(of, weights=what, minlength=self.count).astype(np.float64, copy=False)
        return found


def _weigh(entries: Sequence[Entry], rarity: Rarity) -> None:
    """What each of their terms counts, and the length of that: as long as the index gives these entries."""
    if not entries:
        return
    vector = _LOGS[np.concatenate([one.counts for one in entries])]
    vector *= rarity.weights(np.concatenate([one.terms for one in entries]))
    ends = np.cumsum([len(one.terms) for one in entries])
    for one, end in zip(entries, ends.tolist(), strict=True):
        own = vector[end - len(one.terms) : end].copy()
        # In this order: another question may look at the same entry meanwhile.
        one.norm = float(np.sqrt(own @ own))
        one.weighed = own


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
        entries = [one.entry for one in candidates]
        heap = _Heap(entries, self._rarity)
        whole = self.whole.found_in(heap.terms)
        first = whole if self.head is self.whole else self.head.found_in(heap.terms)
        titles = self._titles(heap, entries, whole, first)
        columns = {
            "whole": _likeness(heap, self.whole, *whole),
            "head": _likeness(heap, self.head, *first),
            "covered": heap.summed(heap.of[whole[0]], self.whole.weights[whole[1]]) / self.whole.total,
            "head_covered": heap.summed(heap.of[first[0]], self.head.weights[first[1]]) / self.head.total,
            "passage": self._passages(heap, *first),
            "title": titles[0],
            "title_covered": titles[1],
            "title_letters": np.array([self._letters(one.letters) for one in entries]),
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
        # All places of these terms: those of each stand together.
        counts = heap.counts[places].astype(np.int64)
        total = int(counts.sum())
        first = heap.ends[places] - counts
        at = np.arange(total) + np.repeat(first - (np.cumsum(counts) - counts), counts)
        of, said = np.repeat(heap.of[places], counts), np.repeat(which, counts)
        place = heap.places[at].astype(np.int64) - heap.titles[of]
        in_text = place >= 0
        of, place, said = of[in_text], place[in_text], said[in_text]
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
        self, heap: _Heap, entries: Sequence[Entry], whole: tuple[Places, Places], first: tuple[Places, Places]
    ) -> tuple[Numbers, Numbers]:
        """Of the title or wording that is most like the first sentence: the likeness, and how much of it is asked."""
        sizes = np.array([size for one in entries for size in one.titles])
        of = np.repeat(np.arange(heap.count), [len(one.titles) for one in entries])
        rows = np.concatenate([one.named for one in entries]) + np.repeat(heap.starts, heap.titles)
        if not len(rows):
            return np.zeros(heap.count), np.zeros(heap.count)
        every = len(heap.terms)
        keys, counts = np.unique(np.repeat(np.arange(len(sizes)), sizes) * every + rows, return_counts=True)
        title, term = keys // every, keys % every
        weights = self._rarity.weights(heap.terms[term])
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

    def _letters(self, letters: Sequence[frozenset[str]]) -> float:
        """Of the characters that are asked for, the share that the best title or wording has."""
        if not self.letters:
            return 0.0
        return max((len(self.letters & one) for one in letters), default=0) / len(self.letters)

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
