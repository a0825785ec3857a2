"""A question as the index is asked: its weightiest terms, what sounds alike, synonyms, pinyin and initials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tantivy import Occur, Query, Schema

from cti.office.search.tokens import is_han, runs, word_token
from workflow.knowledge.finding.entries import Entry
from workflow.knowledge.finding.sounds import letter_runs, sound_pairs
from workflow.knowledge.finding.terms import Rarity, Row, meaning, question_terms, row

MOST_TERMS = 120
LONGEST_QUESTION = 2_000
"""Characters of a question that are read."""
LONGEST_SPELT = 24
"""A question up to this length is looked for by its sound, too: a word typed wrong is most of it."""
NEEDED = 0.2
WEIGHTIEST, FEW = 10, 24
"""Of the `WEIGHTIEST` terms of a question, this share must stand in an article that is found. Where there are more than
`FEW`, somebody tells a whole story in words of his own: any one of them does."""


@dataclass(frozen=True, slots=True)
class Boosts:
    """How much a term counts in a title, as a synonym, and by its sound, beside one in the text."""

    title: float = 2.0
    synonyms: float = 0.6
    sounds: float = 0.3


USUAL = Boosts()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the index is asked: `found` finds what answers, in the order of its BM25.

    `union` and `others` together order alike and are several times faster: a plain union of terms is read no further
    than its best articles need. But `union` also finds what has fewer than `needed` of the `terms` that say most, which
    of the best of many is seldom one.
    """

    found: Query
    union: Query | None
    others: Query | None
    terms: Row
    needed: int

    def answers(self, entry: Entry) -> bool:
        """Whether so many of the terms stand in an article."""
        if self.needed <= 1:
            return True
        at = np.searchsorted(entry.terms, self.terms)
        inside = at < len(entry.terms)
        return int((entry.terms[at[inside]] == self.terms[inside]).sum()) >= self.needed


def query_for(question: str, synonyms: Sequence[str], rarity: Rarity, schema: Schema, boosts: Boosts) -> Wanted | None:
    """What the index is asked; None when nothing in the question can be found.

    The text of an article has its title and wordings, too.
    """
    text = question[:LONGEST_QUESTION]
    said = _weighed(question_terms(text), rarity)
    weightiest = said[:WEIGHTIEST] if len(said) <= FEW else said
    needed = max(1, round(len(weightiest) * NEEDED)) if len(said) <= FEW else 1
    texts, titles = _terms(schema, "text", said), _terms(schema, "title", said, boosts.title)
    others = [
        part
        for word in synonyms
        for name, boost in (("text", 1.0), ("title", boosts.title))
        for part in _terms(schema, name, _weighed(question_terms(word), rarity), boosts.synonyms * boost)
    ]
    if len(text) <= LONGEST_SPELT:
        others += [*_sounds(schema, text, boosts.sounds), *_beginnings(schema, text, ("title", "text"))]
    if not texts and not others:
        return None
    ways = [*texts, *titles]
    if needed > 1:
        there = Query.boolean_query([(Occur.Should, one) for one in texts[:WEIGHTIEST]], needed)
        rest = [(Occur.Should, one) for one in (*texts[WEIGHTIEST:], *titles)]
        ways = [Query.boolean_query([(Occur.Must, there), *rest])]
    return Wanted(
        found=_any_of([*ways, *others]), union=_any_of([*texts, *titles]) if texts else None,
        others=_any_of(others) if others else None, terms=row(term for term, _ in weightiest), needed=needed,
    )  # fmt: skip


def titles_for(typed: str, synonyms: Sequence[str], rarity: Rarity, schema: Schema, boosts: Boosts) -> Query | None:
    """What is asked while somebody types: titles and wordings that have most of it. Texts are many times slower."""
    text = typed[:LONGEST_QUESTION]
    said = [(_weighed(question_terms(text), rarity), 1.0)]
    said += [(_weighed(question_terms(one), rarity), boosts.synonyms) for one in synonyms]
    ways = [_named(schema, terms, boost) for terms, boost in said if terms]
    if len(text) <= LONGEST_SPELT:
        ways += [*_sounds(schema, text, boosts.sounds), *_beginnings(schema, text, ("title",))]
    return _any_of(ways) if ways else None


def _named(schema: Schema, said: Sequence[tuple[str, float]], boost: float) -> Query:
    """Titles and wordings with most of these terms."""
    terms = [(Occur.Should, one) for one in _terms(schema, "title", said, boost)]
    return Query.boolean_query(terms, -(-len(terms) // 2))


def _any_of(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, one) for one in queries])


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


def _terms(schema: Schema, name: str, said: Sequence[tuple[str, float]], boost: float = 1.0) -> list[Query]:
    """Weighed terms in a field."""
    return [Query.boost_query(Query.term_query(schema, name, term, "freq"), weight * boost) for term, weight in said]


def _sounds(schema: Schema, text: str, boost: float) -> Iterator[Query]:
    """Neighbouring syllables; all but one of them must be there, else it is another word."""
    pairs = list(dict.fromkeys(sound_pairs(text)))
    if pairs:
        alike = [(Occur.Should, Query.term_query(schema, "sounds", one, "basic")) for one in pairs]
        yield Query.boost_query(Query.boolean_query(alike, max(1, len(pairs) - 1)), boost)
    for letters in letter_runs(text):
        for sort in "ip":
            yield Query.regex_query(schema, "sounds", f"{sort}{letters}.*")


def _beginnings(schema: Schema, text: str, fields: Sequence[str]) -> Iterator[Query]:
    """A single character, and the beginning of a word of other letters, stand anywhere."""
    for run in runs(text):
        if len(run) == 1 or not is_han(run):
            for name in fields:
                yield Query.regex_query(schema, name, f"{run if is_han(run) else word_token(run)}.*")
