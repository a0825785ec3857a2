"""Search in an index: candidates, their signs, and the order that the weights make. Knows no tables and no people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

import numpy as np
from tantivy import Query

from workflow.knowledge.finding.asking import LONGEST_QUESTION, USUAL, Boosts, query_for
from workflow.knowledge.finding.entries import Candidate
from workflow.knowledge.finding.index import ArticleIndex, both_of, with_facets
from workflow.knowledge.finding.places import Places
from workflow.knowledge.finding.signs import SIGNS, Asked, Numbers, freshness
from workflow.knowledge.finding.synonyms import Synonyms
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
    candidates: int = 100


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
    """A page of what was found, and how many articles have which value of which facet."""

    found: Sequence[Hit]
    total: int
    facets: Mapping[str, Mapping[str, int]]


EVERY = Query.all_query()
NOTHING = Results([], 0, {})
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
        asked = bool(text.strip())
        wanted = query_for(text, self.synonyms.of(text), index.rarity, index.schema, by.boosts) if asked else EVERY
        if wanted is None:
            return NOTHING
        if order == "time" or (order == "relevance" and not asked):
            matched = index.match(wanted, readable, limits, most, skipped=skipped, newest=True)
            hits = [_plain(one) for one in matched.first()]
            return Results(hits, matched.total, matched.facets())
        if order == "heat":
            matched = index.match(wanted, readable, limits, MOST_HOT)
            hot = [_plain(one) for one in matched.first()]
            hot.sort(key=lambda hit: -self.heat.get(hit.id, 0.0))
            return Results(hot[skipped : skipped + most], matched.total, matched.facets())
        matched = index.match(wanted, readable, limits, max(by.candidates, skipped + most), counted=counted)
        best = matched.first(by.candidates)
        more = self.nearer(best, readable, limits, meant)
        ordered = self.ordered(text, [*best, *more], by, asker, meant, skipped + most)[skipped:]
        # Behind them stands what the words alone have found, but for what has been taken forward.
        taken, after = {one.entry.id for one in more}, max(skipped - len(more), len(best))
        rest = [_plain(one) for one in matched.first(skipped + most - len(more), after) if one.entry.id not in taken]
        if not counted or not more:
            return Results([*ordered, *rest], matched.total, matched.facets())
        both = index.match(both_of(wanted, index.these(taken)), readable, limits, len(more), counted=False)
        known = {one.entry.id for one in both.first()}
        new = [one.entry for one in more if one.entry.id not in known]
        return Results([*ordered, *rest], matched.total + len(new), with_facets(matched.facets(), new))

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
