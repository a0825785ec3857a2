"""Understanding what a citizen said: a port, and an implementation by words and rules that needs no model."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from ivr.understanding import values as spoken_values
from ivr.understanding.answer_signs import Sign
from ivr.understanding.answers import Found, agreement, clauses_of, is_explained, satisfaction, signs_in

Means = Literal["yes", "no", "very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"]
Kind = Literal["mobile", "phone", "identity", "digits", "ticket", "number", "money", "date", "time", "text"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An intent that is expected here, with words that show it; `not_words` show that it is not meant.

    `means`: it is what somebody answers who says so in whatever words.
    """

    intent: str
    words: Sequence[str] = ()
    not_words: Sequence[str] = ()
    means: Means | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A value wanted from what was said, of a kind.

    It is given as text: `date` as 2026-03-05, `time` as 15:30, `number` and `money` (yuan) as a plain decimal.
    """

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Understood:
    """The intent meant (empty: none of those expected), how sure that is (0–1), and the slots found.

    `confidence` is how often such answers are judged rightly; a test judges it by answers that people give.
    """

    intent: str = ""
    confidence: float = 0.0
    slots: Mapping[str, str] = field(default_factory=dict)


class Understanding(Protocol):
    """Finds out what a citizen means."""

    async def understand(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], today: datetime.date
    ) -> Understood:
        """The intent of `text` among those wanted, and the slots it fills; `today` is the day it was said."""


Find = Callable[[str, datetime.date], object]


def _row(pattern: str) -> Find:
    rows = re.compile(pattern)

    def find(text: str, _: datetime.date) -> str | None:
        found = rows.search(spoken_values.in_digits(text).upper())
        return found.group() if found else None

    return find


def _ticket(text: str, _: datetime.date) -> str | None:
    """The longest row: a ticket's number may stand beside a date or a count."""
    rows = re.findall(r"[A-Z]{0,6}\d{4,32}", spoken_values.in_digits(text).upper())
    return max(rows, key=len) if rows else None


_KINDS: Mapping[str, Find] = {
    "mobile": _row(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "phone": _row(r"(?<!\d)(?:1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7})(?!\d)"),
    "identity": _row(r"(?<!\d)\d{17}[\dX]"),
    "digits": _row(r"\d{2,32}"),
    "ticket": _ticket,
    "number": lambda text, _: _plain(spoken_values.number(text)),
    "money": lambda text, _: _plain(spoken_values.money(text)),
    "date": lambda text, today: spoken_values.date(text, today),
    "time": lambda text, _: (found := spoken_values.time(text)) and found.isoformat("minutes"),
    "text": lambda text, _: text.strip(),
}


class KeywordUnderstanding:
    """By the words of intents and the rules of `answers.py`; what is as much the one as the other is not understood.

    A word with `…` in it (`查…进度`) is there when its parts are, in this order. A word that is negated (不要人工), or
    that is only a part of another (对 in 对不起), is not there.
    """

    async def understand(
        self, text: str, wanted: Sequence[Wanted], slots: Sequence[Slot], today: datetime.date
    ) -> Understood:
        """See `Understanding.understand`."""
        found = {one.name: str(value) for one in slots if (value := _KINDS[one.kind](text, today))}
        said = Utterance.of(text)
        scores = sorted(((said.score(one), one.intent) for one in wanted), reverse=True)
        best, second = (scores[0], (*scores[1:], (0, ""))[0]) if scores else ((0, ""), (0, ""))
        # What it is about counts more than that somebody said yes to it.
        if best[0] < WORDY and (answered := _answered(text, wanted)) is not None:
            return Understood(*answered, found)
        if best[0] == second[0]:
            return Understood(slots=found)
        return Understood(best[1], SURE_OF_WORDS * (1 - second[0] / (2 * best[0])), found)


WORDY = 2
"""Characters that an intent's words must have to count more than a yes."""
SURE_OF_WORDS = 0.95
"""How sure a word makes when no other intent is named."""


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
    "very_satisfied": ("非常满意",),
    "satisfied": ("满意",),
    "neutral": ("一般",),
    "dissatisfied": ("不满意",),
    "very_dissatisfied": ("非常不满意",),
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
        if any(self._length(word) for word in wanted.not_words):
            return 0
        return sum(map(self._length, wanted.words))

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


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def parts_of(word: str) -> list[str]:
    """The parts of an intent's word: `查…进度` has two."""
    return [part for part in re.split("[…*]+", word) if part]
