"""The passage of an article that answers a question, with what was asked marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from cti.office.search.passages import BEFORE, Piece, cut, marks, marks_at, places
from cti.office.search.tokens import runs
from workflow.knowledge.finding.terms import EMPTY, Rarity, letters_of, question_terms, row

LONGEST = 120
"""Characters of a passage."""
EVERYWHERE = 0.25
"""What stands in so large a share of the articles (怎么, 您好) is not marked, unless nothing else of them is asked."""
MOST_WANTED = 60
_ALIKE = 1e-9


def wanted_words(question: str, synonyms: Iterable[str], rarity: Rarity) -> Mapping[str, float]:
    """What is marked, with what each says: pairs of characters and words of the question, and whole synonyms."""
    own = {part: _weight(part, rarity) for run in runs(question) for part in _parts(run)}
    # What stands nowhere (职了 of 离职了公积金) is the rarest of all, and nothing to mark.
    there = {part: weight for part, weight in own.items() if _stands(part, rarity)} or own
    ordinary = float(np.log1p((1 - EVERYWHERE) / EVERYWHERE))
    found = {part: weight for part, weight in there.items() if weight > ordinary} or there
    for word in synonyms:
        for run in runs(word):
            if (weight := _weight(run, rarity)) > ordinary:
                found.setdefault(run, weight)
    return dict(sorted(found.items(), key=lambda one: -one[1])[:MOST_WANTED])


def passage(text: str, wanted: Mapping[str, float], longest: int = LONGEST) -> list[Piece]:
    """The piece of the text that has most of what is wanted; its beginning where nothing of it stands."""
    text = " ".join(text.split())
    words = list(wanted)
    there = list(places(text, words))
    start = _heaviest(sorted((first, which) for which, first, _ in there), list(wanted.values()), longest - BEFORE)
    return cut(text, marks_at(text, there), start - BEFORE, longest)


def _heaviest(found: Sequence[tuple[int, int]], weights: Sequence[float], within: int) -> int:
    """The first place from which so many characters have most of what is wanted, each word counted once."""
    inside, weight, end = Counter[int](), 0.0, 0
    best, start = 0.0, 0
    for first, own in found:
        while end < len(found) and found[end][0] < first + within:
            which = found[end][1]
            weight += weights[which] * (not inside[which])
            inside[which] += 1
            end += 1
        # What sums up to the same in another order is no better.
        if weight > best + _ALIKE:
            best, start = weight, first
        inside[own] -= 1
        weight -= weights[own] * (not inside[own])
    return start


def title_pieces(title: str, wanted: Mapping[str, float]) -> list[Piece]:
    """The whole title, marked."""
    return cut(title, marks(title, list(wanted)), 0, len(title))


def answered(question: str, said: str) -> float:
    """How much of a question stands in a passage, between 0 and 1: half by its characters, half by pairs of them."""
    letters, there = letters_of(question), letters_of(said)
    pairs = {part for run in runs(question) for part in _parts(run) if not EMPTY & set(part)}
    plain = "".join(runs(said))
    if not letters or not pairs:
        return 0.0
    return (len(letters & there) / len(letters) + sum(pair in plain for pair in pairs) / len(pairs)) / 2


def _parts(run: str) -> list[str]:
    if run[0].isascii() or len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _stands(part: str, rarity: Rarity) -> bool:
    """Whether all of a part may stand in an article; a character alone stands within its terms."""
    return len(part) == 1 or bool(rarity.known(row(question_terms(part))).all())


def _weight(part: str, rarity: Rarity) -> float:
    """How rare the rarest term of a part is."""
    said = question_terms(part)
    return float(rarity.weights(row(said)).max()) if said else 0.0
