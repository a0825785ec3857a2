"""A question as the index is asked: its weightiest terms, what sounds alike, synonyms, pinyin and initials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tantivy import Occur, Query, Schema

from cti.office.search.tokens import query_phrases
from workflow.knowledge.finding.sounds import letter_runs, sound_pairs
from workflow.knowledge.finding.terms import Rarity, question_tokens, row

MOST_TERMS = 120
LONGEST_QUESTION = 2_000
"""Characters of a question that are read."""
LONGEST_SPELT = 24
"""A question up to this length is looked for by its sound, too: a word typed wrong is most of it."""
NEEDED = 0.2
FEW = 24
"""Of up to `FEW` terms that stand in any article, this share must stand in one that is found; of more, one."""


@dataclass(frozen=True, slots=True)
class Boosts:
    """How much a term counts in a title, as a synonym, and by its sound, beside one in the text."""

    title: float = 2.0
    synonyms: float = 0.6
    sounds: float = 0.3


USUAL = Boosts()


def query_for(question: str, synonyms: Sequence[str], rarity: Rarity, schema: Schema, boosts: Boosts) -> Query | None:
    """What the index is asked; None when nothing in the question can be found."""
    text = question[:LONGEST_QUESTION]
    said = [(term, weight) for term, weight in _weighed(question_tokens(text), rarity)]
    parts = [_term(schema, term, weight, boosts.title) for term, weight in said]
    needed = max(1, round(len(parts) * NEEDED)) if len(parts) <= FEW else 1
    others = [
        _term(schema, term, weight * boosts.synonyms, boosts.title)
        for word in synonyms
        for term, weight in _weighed(question_tokens(word), rarity)
    ]
    short = len(text) <= LONGEST_SPELT
    if short:
        others += _sounds(schema, text, boosts.sounds)
        others += _beginnings(schema, text)
    ways: list[tuple[Occur, Query]] = []
    if parts:
        ways.append((Occur.Should, Query.boolean_query([(Occur.Should, one) for one in parts], needed)))
    if others:
        ways.append((Occur.Should, Query.boolean_query([(Occur.Should, one) for one in others])))
    return Query.boolean_query(ways) if ways else None


def _weighed(said: Iterable[str], rarity: Rarity) -> list[tuple[str, float]]:
    """The terms that say most, with their weight; those that stand in no article say nothing."""
    counted = Counter(said)
    if not counted:
        return []
    terms = row(counted)
    weights = rarity.weights(terms)
    known = rarity.known(terms)
    found = [
        (one, float(np.log1p(count) * weight))
        for (one, count), weight, there in zip(counted.items(), weights, known, strict=True)
        if there
    ]
    return sorted(found, key=lambda one: -one[1])[:MOST_TERMS]


def _term(schema: Schema, term: str, weight: float, title: float) -> Query:
    """In title or text, or both: the sum."""
    return Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(Query.term_query(schema, "text", term, "freq"), weight)),
            (Occur.Should, Query.boost_query(Query.term_query(schema, "title", term, "freq"), weight * title)),
        ]
    )


def _sounds(schema: Schema, text: str, boost: float) -> Iterator[Query]:
    """Neighbouring syllables; all but one of them must be there, else it is another word."""
    pairs = list(dict.fromkeys(sound_pairs(text)))
    if pairs:
        alike = [(Occur.Should, Query.term_query(schema, "sounds", one, "basic")) for one in pairs]
        yield Query.boost_query(Query.boolean_query(alike, max(1, len(pairs) - 1)), boost)
    for letters in letter_runs(text):
        for sort in "ip":
            yield Query.regex_query(schema, "sounds", f"{sort}{letters}.*")


def _beginnings(schema: Schema, text: str) -> Iterator[Query]:
    """A single character, and the beginning of a word of other letters, stand anywhere."""
    for phrase in query_phrases(text):
        token = phrase[-1]
        if token.endswith("*") and token[:-1].isalnum():
            for name in ("title", "text"):
                yield Query.regex_query(schema, name, f"{token[:-1]}.*")
