"""A question as the index is asked: its weightiest terms, what sounds alike, synonyms, pinyin and initials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tantivy import Occur, Query, Schema

from cti.office.search.tokens import is_han, runs, word_token
from workflow.knowledge.finding.sounds import letter_runs, sound_pairs
from workflow.knowledge.finding.terms import Rarity, meaning, question_terms, row

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
    """What the index is asked; None when nothing in the question can be found.

    The text of an article has its title and wordings, too.
    """
    text = question[:LONGEST_QUESTION]
    said = _weighed(question_terms(text), rarity)
    needed = max(1, round(len(said) * NEEDED)) if len(said) <= FEW else 1
    others = [
        part
        for word in synonyms
        for part in _ways(
            schema,
            [(term, weight * boosts.synonyms) for term, weight in _weighed(question_terms(word), rarity)],
            boosts.title,
        )
    ]
    if len(text) <= LONGEST_SPELT:
        others += [(Occur.Should, one) for one in (*_sounds(schema, text, boosts.sounds), *_beginnings(schema, text))]
    ways = _ways(schema, said, boosts.title, needed)
    if others:
        ways.append((Occur.Should, Query.boolean_query(others)))
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
        (one, float(np.log1p(count) * weight) * meaning(one))
        for (one, count), weight, there in zip(counted.items(), weights, known, strict=True)
        if there
    ]
    return sorted(found, key=lambda one: -one[1])[:MOST_TERMS]


def _ways(
    schema: Schema, said: Sequence[tuple[str, float]], title: float, needed: int = 1
) -> list[tuple[Occur, Query]]:
    """So many of these weighed terms in an article, and the more of them in its title or wordings the better."""
    if not said:
        return []
    terms = [
        [
            (Occur.Should, Query.boost_query(Query.term_query(schema, name, term, "freq"), weight * boost))
            for term, weight in said
        ]
        for name, boost in (("text", 1.0), ("title", title))
    ]
    there = Query.boolean_query(terms[0], needed)
    return [(Occur.Should, Query.boolean_query([(Occur.Must, there), *terms[1]]))]


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
    for run in runs(text):
        if len(run) == 1 or not is_han(run):
            for name in ("title", "text"):
                yield Query.regex_query(schema, name, f"{run if is_han(run) else word_token(run)}.*")
