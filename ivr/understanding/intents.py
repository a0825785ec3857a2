"""Which intent is meant: by its words, its examples, and by what answers mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ivr.understanding.answer_signs import Sign
from ivr.understanding.answers import Found, agreement, clauses_of, is_explained, satisfaction, signs_in
from ivr.understanding.examples import examples_of
from ivr.understanding.understanding import Means, Wanted

WORDY = 2
"""Characters that an intent's words must have to count more than a yes."""
SURE_OF_WORDS = 0.95
"""How sure a word makes when no other intent is named."""


FAR, NEAR = 0.15, 0.35
"""How alike an example is to what means something else, and to what means the same."""


def meant(text: str, wanted: Sequence[Wanted]) -> tuple[str, float]:
    """The intent meant, and how sure that is (0–1); nothing when none is, or two are as much."""
    said = Utterance.of(text)
    scores = sorted(((said.score(one), one.intent) for one in wanted), reverse=True)
    best, second = (scores[0], (*scores[1:], (0, ""))[0]) if scores else ((0, ""), (0, ""))
    # What it is about counts more than that somebody said yes to it.
    if best[0] < WORDY and (answered := _answered(text, wanted)) is not None:
        return answered
    by_words = ("", 0.0) if best[0] == second[0] else (best[1], SURE_OF_WORDS * (1 - second[0] / (2 * best[0])))
    excluded = {one.intent for one in wanted if one.not_words and said.names(one.not_words)}
    return max(by_words, _likest(text, wanted, excluded), key=lambda one: one[1])


def _likest(text: str, wanted: Sequence[Wanted], excluded: Set[str]) -> tuple[str, float]:
    """The intent whose example is the likest, and how sure that is; nothing when two are nearly as like."""
    examples = tuple((one.intent, tuple(one.examples)) for one in wanted if one.examples and one.intent not in excluded)
    if not examples or not (alike := examples_of(examples).likest(text)):
        return "", 0.0
    (best, intent), (second, _) = alike[0], (*alike[1:], (0.0, ""))[0]
    near = min(1.0, max(0.0, (best - FAR) / (NEAR - FAR)))
    return intent, SURE_OF_WORDS * near * (1 - (second / best) ** 4 / 2)


def _answered(text: str, wanted: Sequence[Wanted]) -> tuple[str, float] | None:
    """The intent that means what was answered, and how sure that is."""
    means = {one.means: one.intent for one in wanted if one.means}
    if _SATISFACTION.keys() & means.keys() and (judged := satisfaction(text)) is not None:
        # Who offers only satisfied and dissatisfied means all degrees by them.
        for value in (judged.value, *_NEAREST.get(judged.value, ())):
            if (intent := means.get(_DEGREES[value])) is not None:
                return intent, judged.sure
    if (judged := agreement(text)) is not None and (intent := means.get("yes" if judged.value > 0 else "no")):
        return intent, judged.sure
    return None


_SATISFACTION: Mapping[Means, int] = {
    "very_satisfied": 2,
    "satisfied": 1,
    "neutral": 0,
    "dissatisfied": -1,
    "very_dissatisfied": -2,
}
_DEGREES = {value: name for name, value in _SATISFACTION.items()}
_NEAREST = {2: (1,), 1: (2,), -1: (-2,), -2: (-1,)}

_LIKELY: Mapping[Means, tuple[str, ...]] = {
    "yes": ("是的", "对", "好的", "可以"),
    "no": ("不是", "不对", "没有", "不用"),
    "very_satisfied": ("非常满意", "很满意"),
    "satisfied": ("满意",),
    "neutral": ("一般",),
    "dissatisfied": ("不满意", "不太满意"),
    "very_dissatisfied": ("非常不满意", "很不满意"),
}


def likely_words(wanted: Wanted) -> Iterator[str]:
    """What is likely to be said for an intent: a recogniser is told of it."""
    for word in wanted.words:
        yield from parts_of(word)
    if wanted.means:
        yield from _LIKELY[wanted.means]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said without pauses, and its signs; `clause_at` has the clause's beginning for each character."""

    text: str
    signs: Sequence[Found]
    clause_at: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Utterance:
        """Look at what was said."""
        whole, signs, clause_at = "", [], []
        for clause in clauses_of(text):
            at = len(whole)
            signs += [Found(one.sign, one.text, one.at + at) for one in signs_in(clause)]
            clause_at += [at] * len(clause)
            whole += clause
        return cls(whole, signs, clause_at)

    def score(self, wanted: Wanted) -> int:
        """How many characters of the intent's words are there and meant."""
        if self.names(wanted.not_words):
            return 0
        return sum(map(self._length, wanted.words))

    def names(self, words: Sequence[str]) -> bool:
        """Whether one of these words is there and meant."""
        return any(map(self._length, words))

    def _length(self, word: str) -> int:
        """How many characters of `word` are in what was said: all or none."""
        at, parts = 0, [part.lower() for part in parts_of(word)]
        for part in parts:
            at = self._find(part, at)
            if at < 0:
                return 0
            at += len(part)
        return sum(map(len, parts))

    def _find(self, part: str, at: int) -> int:
        while (at := self.text.find(part, at)) >= 0:
            if not self._is_hidden(at, at + len(part)) and not self._is_negated(at):
                break
            at += 1
        return at

    def _is_hidden(self, at: int, end: int) -> bool:
        """Whether it is only a part of a sign that means something else, or a short sign inside other words."""
        for one in self.signs:
            if one.at <= at and end <= one.end:
                if one.sign in _HIDE:
                    return len(one.text) > end - at
                # 是 in 我是住在三楼的 is no answer.
                return end - at == 1 and not self._stands_alone(one)
        return False

    def _stands_alone(self, sign: Found) -> bool:
        begin = self.clause_at[sign.at]
        clause = "".join(self.text[i] for i in range(begin, len(self.text)) if self.clause_at[i] == begin)
        return is_explained(clause)

    def _is_negated(self, at: int) -> bool:
        return any(
            one.sign in (Sign.NEGATES, Sign.DENIES)
            and 0 <= at - one.end <= REACH
            and self.clause_at[one.at] == self.clause_at[at]
            for one in self.signs
        )


REACH = 4
"""How many characters a negation reaches over: 别给我报工单."""
_HIDE = frozenset({Sign.EMPTY, Sign.UNCLEAR, Sign.ASKS, Sign.SUPPOSES, Sign.CORRECTS})


def parts_of(word: str) -> list[str]:
    """The parts of an intent's word: `查…进度` has two."""
    return [part for part in re.split("[…*]+", word) if part]
