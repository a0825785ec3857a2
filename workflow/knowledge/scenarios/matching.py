"""Which scenarios a text belongs to: by words in it, by the ticket's category, by likeness to how others said it.

Knows no tables and no people. Each way gives a part between 0 and 1; a scenario that several ways speak for is surer.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cti.office.search.tokens import text_tokens

WORD, CATEGORY = 0.6, 0.6
"""How sure one word, or the ticket's category, makes a scenario."""
LEAST_LIKENESS = 0.35
"""Texts that have less in common speak of other things."""
LEAST = 0.3
MOST = 5


@dataclass(frozen=True, slots=True)
class Trigger:
    """By what a scenario is known: `examples` are shown as reasons, `learned` (what its articles are called) not."""

    id: str
    words: Sequence[str] = ()
    categories: Sequence[str] = ()
    examples: Sequence[str] = ()
    learned: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A scenario that a text belongs to, how sure (0 to 1), and why, in words."""

    id: str
    score: float
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Said:
    terms: Mapping[str, float]
    length: float
    example: str


@dataclass(slots=True)
class Matcher:
    """Scenarios to match with. Build it anew when one has changed."""

    triggers: Sequence[Trigger]
    _rarity: Mapping[str, float] = field(init=False)
    _said: Mapping[str, Sequence[_Said]] = field(init=False)

    def __post_init__(self) -> None:
        texts = {one.id: [*((text, text) for text in one.examples), *((text, "") for text in one.learned)]
                 for one in self.triggers}  # fmt: skip
        seen: Counter[str] = Counter()
        for said in texts.values():
            # A term that stands in many scenarios tells none of them.
            seen.update({term for text, _ in said for term in text_tokens(text)})
        count = len(self.triggers)
        self._rarity = {term: math.log(1 + count / times) for term, times in seen.items()}
        self._said = {id: [self._weighed(*one) for one in said] for id, said in texts.items()}

    def of(self, text: str, category: str = "", among: Collection[str] | None = None) -> list[Match]:
        """The scenarios of a text and perhaps of a ticket's category (its whole path), the surest first."""
        plain, asked = _plain(text), self._weighed(text)
        found = []
        for one in self.triggers:
            if among is None or one.id in among:
                sure, reasons = self._spoken_for(one, plain, asked, category)
                if sure >= LEAST:
                    found.append(Match(one.id, round(sure, 3), reasons))
        return sorted(found, key=lambda match: (-match.score, match.id))[:MOST]

    def _spoken_for(self, one: Trigger, plain: str, asked: _Said, category: str) -> tuple[float, list[str]]:
        doubt, reasons = 1.0, list[str]()
        if hits := [word for word in one.words if _plain(word) in plain]:
            doubt *= (1 - WORD) ** len(hits)
            reasons.append(f"出现“{'”“'.join(hits)}”")
        if category and any(_lies_in(category, above) for above in one.categories):
            doubt *= 1 - CATEGORY
            reasons.append(f"诉求分类“{category}”")
        likest = max(self._said[one.id], key=lambda said: _likeness(asked, said), default=None)
        if likest is not None and (likeness := _likeness(asked, likest)) >= LEAST_LIKENESS:
            doubt *= 1 - likeness
            reasons.append(f"与“{likest.example}”相近" if likest.example else "与关联知识的说法相近")
        return 1 - doubt, reasons

    def _weighed(self, text: str, example: str = "") -> _Said:
        terms = {term: self._rarity.get(term, 1.0) for term in text_tokens(text)}
        return _Said(terms, math.sqrt(sum(weight**2 for weight in terms.values())), example)


def _likeness(one: _Said, other: _Said) -> float:
    """How much two texts have in common, weighed by how much a term tells; a long request may say more besides."""
    if not one.length or not other.length:
        return 0.0
    shared = sum(weight**2 for term, weight in other.terms.items() if term in one.terms)
    cosine = shared / (one.length * other.length)
    held = shared / other.length**2
    return min(1.0, (cosine + held) / 2)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _lies_in(category: str, above: str) -> bool:
    return category == above or category.startswith(f"{above}/")


def texts_of(parts: Iterable[str]) -> list[str]:
    """Texts that say something, each once."""
    return list(dict.fromkeys(one for part in parts if (one := " ".join(part.split()))))
