"""What a question finds in one state of the index: its best articles, and beside them how many there are of which."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import tantivy
from tantivy import Occur, Query

from workflow.knowledge.finding.asking import Wanted
from workflow.knowledge.finding.entries import Candidate, Entry
from workflow.knowledge.finding.held import HeldEntries, Hits

SPARE = 20
"""So many more are looked at where some of the best do not answer."""
MOST_FACETS = 1_000
"""So many values of facets are counted, the most frequent first."""
Facets = Mapping[str, Mapping[str, int]]
"""How many articles have which value of which facet."""
Counts = tuple[int, Facets]
_COUNTING = ThreadPoolExecutor(2, "knowledge facets")
"""Questions whose facets are counted at the same time; of all indexes: one that was replaced still answers."""


class Matched:
    """What a question finds: the first of its articles, how many there are, and how many have which value of a facet.

    All of it is of one moment, whatever is put meanwhile. What is counted is counted in a thread beside, while the
    first articles are put in order and shown: `total` and `facets` wait for it, `counted` without holding anybody up.
    """

    def __init__(
        self,
        hits: Hits = (),
        entries: HeldEntries | None = None,
        counting: Future[Counts] | None = None,
    ) -> None:
        self._hits, self._entries, self._counting = hits, entries, counting

    def first(self, until: int | None = None, after: int = 0) -> list[Candidate]:
        """The articles from one place to another."""
        return [] if self._entries is None else self._entries.candidates(self._hits[after:until])

    async def counted(self) -> None:
        """Wait for `total` and `facets`."""
        if self._counting is not None:
            await asyncio.wrap_future(self._counting)

    @property
    def total(self) -> int:
        """Where nothing was counted, those that were asked for."""
        return len(self._hits) if self._counting is None else self._counting.result()[0]

    @property
    def facets(self) -> Facets:
        """Nothing where they were not counted."""
        return {} if self._counting is None else self._counting.result()[1]


def all_of(one: Query, others: Sequence[Query]) -> Query:
    """What all of them find. Alone, a union of terms is searched much faster than within another query."""
    return Query.boolean_query([(Occur.Must, each) for each in (one, *others)]) if others else one


def count(searcher: tantivy.Searcher, query: Query) -> Future[Counts]:
    """Begin to count what is found."""
    return _COUNTING.submit(_counts, searcher, query)


def hits(found: tantivy.SearchResult) -> list[tuple[float, tantivy.DocAddress]]:
    """The score and the address of each."""
    return [(float(score), address) for score, address in found.hits]


def quickly(wanted: Wanted, limits: Sequence[Query], entries: HeldEntries, most: int) -> Hits | None:
    """The best by their terms and the best by all else, with the sum of both; None where too many do not answer.

    What stands deep in one list and high in the other has that one's share alone: the signs order it anyway.
    """
    by_terms, others = (
        hits(entries.searcher.search(all_of(one, limits), many, count=False)) if one is not None else []
        for one, many in ((wanted.union, most + SPARE), (wanted.others, most))
    )
    found = {_key(address): (score, address) for score, address in others}
    kept: list[tuple[float, tantivy.DocAddress]] = []
    for some in (by_terms[:most], by_terms[most:]):
        if len(kept) < most:
            said = zip(some, entries.candidates(some), strict=True)
            kept += [hit for hit, one in said if _key(hit[1]) in found or wanted.answers(one.entry)]
    if len(kept) < most and len(by_terms) == most + SPARE:
        return None
    for score, address in kept[:most]:
        more, _ = found.get(_key(address), (0.0, address))
        found[_key(address)] = score + more, address
    return sorted(found.values(), key=lambda one: -one[0])[:most]


def with_more(counted: Facets, more: Iterable[Entry]) -> Facets:
    """The counts of facets with those of some more articles."""
    found = {facet: dict(values) for facet, values in counted.items()}
    for entry in more:
        for mark in entry.facets:
            facet, _, value = mark.partition(":")
            values = found.setdefault(facet, {})
            values[value] = values.get(value, 0) + 1
    return found


def _key(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _counts(searcher: tantivy.Searcher, query: Query) -> Counts:
    counted = searcher.aggregate(
        query,
        {
            "total": {"value_count": {"field": "version"}},
            "facet": {"terms": {"field": "facet", "size": MOST_FACETS}},
        },
    )
    found: dict[str, dict[str, int]] = {}
    for bucket in counted["facet"]["buckets"]:
        facet, _, value = bucket["key"].partition(":")
        found.setdefault(facet, {})[value] = int(bucket["doc_count"])
    return int(counted["total"]["value"]), found
