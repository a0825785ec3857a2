"""Search in an index: candidates, their signs, and the order that the weights make. Knows no tables and no people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

import numpy as np
from tantivy import Query

from workflow.knowledge.finding.asking import LONGEST_QUESTION, USUAL, Boosts, Wanted, query_for, titles_for
from workflow.knowledge.finding.entries import Candidate, Entry
from workflow.knowledge.finding.index import ArticleIndex
from workflow.knowledge.finding.matched import Facets, Matched, all_of, with_more
from workflow.knowledge.finding.places import Places
from workflow.knowledge.finding.signs import SIGNS, Asked, Numbers, freshness
from workflow.knowledge.finding.synonyms import Synonyms
from workflow.knowledge.finding.terms import row
from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.likeness import likeness, nearness
from workflow.knowledge.meaning.near import Near
from workflow.knowledge.meaning.port import Vectors
from workflow.knowledge.rules import Readable


@dataclass(frozen=True, slots=True)
class Search:
    """By what is ordered: see `ranking.py`."""

    weights: Mapping[str, float]
    boosts: Boosts = USUAL
    candidates: int = 60


@dataclass(frozen=True, slots=True)
class Asker:
    """What of whoever asks makes a difference: his own region, and when it is (seconds since 1970)."""

    region: str = ""
    now: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found; `signs` say why it stands where it stands."""

    id: str
    version: int
    score: float
    at: int = 0
    facets: frozenset[str] = frozenset()
    signs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found, among all that `matched` and `more` articles, which were found by what they mean."""

    found: Sequence[Hit]
    matched: Matched
    more: Sequence[Entry] = ()

    @property
    def total(self) -> int:
        """How many articles are found."""
        return self.matched.total + len(self.more)

    @property
    def facets(self) -> Facets:
        """How many of them have which value of which facet."""
        return with_more(self.matched.facets, self.more) if self.more else self.matched.facets


EVERY = Wanted(Query.all_query(), None, None, row(()), 0)
NOTHING = Results([], Matched())
NOBODY = Asker()


class Searching:
    """An index with what is known beside it. `heat` is of each article, by id; see `signs.SIGNS`.

    Without a folder it lives in memory. `places` are those of China, if not said otherwise. `vectors` are those of what
    articles say, by a model that also made those of questions (`meant`); `near` tells which are nearest to one.
    """

    def __init__(self, folder: Path | None, places: Places | None = None) -> None:
        self.folder = folder
        self.index = ArticleIndex(folder, places)
        self.synonyms = Synonyms(())
        self.heat: Mapping[str, float] = {}
        self.vectors: KeptVectors | None = None
        self.near: Near | None = None

    def __enter__(self) -> Searching:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.index.close()

    def search(
        self,
        question: str,
        by: Search,
        readable: Readable,
        narrowed: Mapping[str, Collection[str]] | None = None,
        *,
        order: str = "relevance",
        skipped: int = 0,
        most: int = 20,
        asker: Asker = NOBODY,
        counted: bool = True,
        meant: Vectors | None = None,
    ) -> Results:
        """A page of the articles that answer a question, in order of `relevance`, `time` or `heat`.

        Without a question all articles are found, the newest first.
        The first `by.candidates` are ordered by all signs, those behind them by the words they share. By heat the most
        read of the first 1,000 come first.
        """
        index = self.index
        text = question[:LONGEST_QUESTION]
        limits = narrowed or {}
        wanted = EVERY
        if text.strip():
            asked = query_for(text, self.synonyms.of(text), index.rarity, index.schema, by.boosts)
            if asked is None:
                return NOTHING
            wanted = asked
        if order == "time" or (order == "relevance" and wanted is EVERY):
            matched = index.match(wanted.found, readable, limits, most, skipped=skipped, newest=True)
            hits = [_plain(one) for one in matched.first()]
            return Results(hits, matched)
        if order == "heat":
            matched = index.match(wanted.found, readable, limits, MOST_HOT)
            hot = [_plain(one) for one in matched.first()]
            hot.sort(key=lambda hit: -self.heat.get(hit.id, 0.0))
            return Results(hot[skipped : skipped + most], matched)
        matched = index.best(wanted, readable, limits, by.candidates, counted=counted)
        best = matched.first()
        more = self.nearer(best, readable, limits, meant)
        hits = self.ordered(text, [*best, *more], by, asker, meant, skipped + most)[skipped:]
        first, last = len(best) + len(more), skipped + most
        if last > first and len(best) >= by.candidates:
            # Behind them stands what the words alone have found.
            taken = {one.entry.id for one in (*best, *more)}
            every = index.match(wanted.found, readable, limits, last, counted=False).first()
            rest = [_plain(one) for one in every if one.entry.id not in taken]
            hits += rest[max(0, skipped - first) : last - first]
        if not counted or not more:
            return Results(hits, matched)
        both = all_of(wanted.found, [index.these({one.entry.id for one in more})])
        known = {one.entry.id for one in index.match(both, readable, limits, len(more), counted=False).first()}
        return Results(hits, matched, [one.entry for one in more if one.entry.id not in known])

    def suggested(self, typed: str, by: Search, readable: Readable, most: int) -> Sequence[Hit]:
        """Articles for what was typed so far: by their titles and wordings, where these are too few by their texts."""
        index = self.index
        wanted = titles_for(typed, self.synonyms.of(typed), index.rarity, index.schema, by.boosts)
        if wanted is not None:
            found = index.match(wanted, readable, {}, by.candidates, counted=False).first()
            if len(found) >= most:
                return self.ordered(typed, found, by, most=most)
        return self.search(typed, by, readable, most=most, counted=False).found

    def nearer(
        self,
        best: Sequence[Candidate],
        readable: Readable,
        narrowed: Mapping[str, Collection[str]],
        meant: Vectors | None,
    ) -> list[Candidate]:
        """Articles that mean what is asked more than any of the best that its words have found, the nearest first.

        Where words find nothing there are none: what everybody would find for anything helps nobody.
        """
        if meant is None or self.vectors is None or self.near is None or not best:
            return []
        least = float(nearness(meant, [one.entry.pieces for one in best], self.vectors).max())
        known = {one.entry.id for one in best}
        found = self.near.nearest(meant, self.vectors) if np.isfinite(least) else {}
        nearer = {id: cosine for id, cosine in found.items() if cosine > least and id not in known}
        if not nearer:
            return []
        matched = self.index.match(self.index.these(nearer), readable, narrowed, MOST_NEARER, counted=False)
        return [replace(one, words=0.0) for one in matched.first()]

    def ordered(
        self,
        question: str,
        candidates: Sequence[Candidate],
        by: Search,
        asker: Asker = NOBODY,
        meant: Vectors | None = None,
        most: int | None = None,
    ) -> list[Hit]:
        """Candidates in the order of their weighed signs, the best first."""
        signs = self.signs(question, candidates, asker, meant)
        scores = signs @ np.array([by.weights.get(name, 0.0) for name in SIGNS])
        hits = []
        for at in np.argsort(-scores, kind="stable")[:most]:
            one, said = candidates[at].entry, dict(zip(SIGNS, signs[at].tolist(), strict=True))
            hits.append(Hit(one.id, one.version, float(scores[at]), one.at, one.facets, said))
        return hits

    def signs(
        self, question: str, candidates: Sequence[Candidate], asker: Asker = NOBODY, meant: Vectors | None = None
    ) -> Numbers:
        """What speaks for each candidate: a row for each, a column for each of `SIGNS`."""
        found = Asked(question, self.index.rarity).signs(candidates)
        near, elsewhere, fresh, heat = (SIGNS.index(name) for name in ("near", "elsewhere", "fresh", "heat"))
        places = self.index.places
        asked = places.named(question)
        for at, one in enumerate(candidates):
            entry = one.entry
            found[at, near] = bool(asker.region) and f"region:{asker.region}" in entry.facets
            found[at, elsewhere] = places.elsewhere(asked, entry.cities)
            found[at, fresh] = freshness(entry.at, asker.now) if asker.now else 0.0
            found[at, heat] = self.heat.get(entry.id, 0.0)
        if meant is not None and self.vectors is not None:
            found[:, SIGNS.index("meaning")] = likeness(meant, [one.entry.pieces for one in candidates], self.vectors)
        return found


MOST_HOT = 1_000
MOST_NEARER = 15


def _plain(one: Candidate) -> Hit:
    entry = one.entry
    return Hit(entry.id, entry.version, one.words, entry.at, entry.facets)
