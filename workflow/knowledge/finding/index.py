"""The index of articles on disk: candidates for a question, within what somebody may read.

Derived from the tables, so it can be thrown away and made again at any time.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from cti.office.identity import regions
from workflow.knowledge.finding.asking import Wanted
from workflow.knowledge.finding.entries import (
    OVERDUE,
    PUBLIC,
    Article,
    Entry,
    document_of,
    entry_of,
    marks,
    schema,
)
from workflow.knowledge.finding.held import HeldEntries
from workflow.knowledge.finding.matched import Matched, all_of, count, hits, quickly
from workflow.knowledge.finding.places import Places, divisions
from workflow.knowledge.finding.terms import Rarity, Row
from workflow.knowledge.rules import Readable

EVERYTHING = Readable(everything=True)

WRITER_BYTES = 64_000_000
EVERY_AUDIENCE = frozenset({"inside", PUBLIC, OVERDUE})
FEW_VALUES = 300
"""So many values are looked for one by one; of more a table is made for each question, which costs a millisecond."""
_RARITY, _NEW = "rarity.npz", "rarity.new"
_INDEX = "index"


class ArticleIndex:
    """The index in a folder of its own; one process writes it. Without a folder it lives in memory."""

    def __init__(self, folder: Path | None, places: Places | None = None) -> None:
        self._folder = folder
        self.places = places or divisions()
        self.schema = schema()
        if folder is None:
            self._index = tantivy.Index(self.schema)
        else:
            place = folder / _INDEX
            place.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self.schema, path=str(place))
        self._writing: tantivy.IndexWriter | None = None
        self._searcher = self._index.searcher()
        self._entries = HeldEntries(self._searcher)
        self._put: dict[str, Row] = {}
        self._gone: set[str] = set()
        """What was put and taken away since the last `commit`, which no search sees yet."""
        self.rarity = self._rarity()

    def __len__(self) -> int:
        return self._searcher.num_docs

    @property
    def whole(self) -> bool:
        """Whether what is known of the terms' rarity is of the articles that are found."""
        return self.rarity.articles == len(self)

    def _rarity(self) -> Rarity:
        if self._folder is None:
            return Rarity()
        try:
            return Rarity.load(self._folder / _RARITY)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return Rarity()

    @property
    def _writer(self) -> tantivy.IndexWriter:
        # Made when something is written: a full disk leaves no room for a writer, and what there is can be read.
        if self._writing is None:
            self._writing = self._index.writer(WRITER_BYTES, 1)
        return self._writing

    def renew(self) -> None:
        """Forget what was put since the last `commit`: a writer that failed, for want of room say, writes no more."""
        self._writing = None
        self._put.clear()
        self._gone.clear()
        self.rarity = self._rarity()

    def put(self, articles: Iterable[Article]) -> None:
        """Find these articles as they are now, from the next `commit` on."""
        for one in articles:
            self._forget(one.id)
            document, terms = document_of(one, self._places_of(one))
            self.rarity.add(terms)
            self._put[one.id] = terms
            self._writer.add_document(document)

    def _places_of(self, one: Article) -> list[str]:
        """Those that it names, and the one for which it was written."""
        named = self.places.named("\n".join((one.title, *one.wordings, one.text)))
        own = self.places.named(regions.titles().get(one.region, ""))
        return list(dict.fromkeys((*named, *own)))

    def remove(self, ids: Iterable[str]) -> None:
        """Find these articles no more, from the next `commit` on."""
        for one in ids:
            self._forget(one)

    def version_of(self, id: str) -> int | None:
        """Which version of an article is found; None when it is not."""
        # In this order the version itself is told, and the article need not be read: a tenth of the time.
        query = Query.term_query(self.schema, "id", id)
        hits = self._searcher.search(query, 1, count=False, order_by_field="version").hits
        return int(hits[0][0]) if hits else None

    def _forget(self, id: str) -> None:
        found = self._put.pop(id, None)
        if found is None and id not in self._gone and (kept := self._one(id)) is not None:
            found = kept.terms
        self._gone.add(id)
        if found is not None:
            self.rarity.remove(found)
            self._writer.delete_documents_by_term("id", id)

    def _one(self, id: str) -> Entry | None:
        hits = self._searcher.search(Query.term_query(self.schema, "id", id), 1, count=False).hits
        return entry_of(self._searcher, hits[0][1]) if hits else None

    def commit(self) -> None:
        """Let what was put and removed count: all of it, or, when that fails, nothing."""
        if self._writing is None:
            return
        if self._folder is not None:
            self.rarity.save(self._folder / _NEW)
        self._writing.commit()
        if self._folder is not None:
            (self._folder / _NEW).replace(self._folder / _RARITY)
        self._put.clear()
        self._gone.clear()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._entries = HeldEntries(self._searcher)

    def close(self) -> None:
        """Let go of the folder."""
        writing, self._writing = self._writing, None
        if writing is not None:
            with contextlib.suppress(ValueError):  # A writer that failed has nothing more to write.
                writing.wait_merging_threads()

    def match(
        self,
        wanted: Query,
        readable: Readable,
        narrowed: Mapping[str, Collection[str]],
        most: int,
        *,
        skipped: int = 0,
        newest: bool = False,
        counted: bool = True,
    ) -> Matched:
        """The articles that `wanted` finds among those that may be read.

        `narrowed` gives the values of which an article must have one, for each facet; a facet without values finds
        nothing. In the order of their BM25, or `newest` first.
        """
        if not all(narrowed.values()):
            return Matched()
        query = all_of(wanted, self._limits(readable, narrowed))
        entries = self._entries
        counting = count(entries.searcher, query) if counted else None
        by = "at" if newest else None
        found = entries.searcher.search(query, most, count=False, order_by_field=by, offset=skipped)
        return Matched(hits(found), entries, counting)

    def best(
        self,
        wanted: Wanted,
        readable: Readable,
        narrowed: Mapping[str, Collection[str]],
        most: int,
        *,
        counted: bool = True,
    ) -> Matched:
        """The same as `match` finds in the order of BM25, several times faster as long as `most` is not many."""
        if not all(narrowed.values()):
            return Matched()
        limits = self._limits(readable, narrowed)
        query = all_of(wanted.found, limits)
        entries = self._entries
        counting = count(entries.searcher, query) if counted else None
        found = quickly(wanted, limits, entries, most)
        if found is None:
            found = hits(entries.searcher.search(query, most, count=False))
        return Matched(found, entries, counting)

    def these(self, ids: Mapping[str, float] | Collection[str]) -> Query:
        """That an article is one of these; those with more of a number first."""
        marked = ids if isinstance(ids, Mapping) else dict.fromkeys(ids, 1.0)
        terms = ((Query.term_query(self.schema, "id", one, "basic"), much) for one, much in marked.items())
        return Query.boolean_query([(Occur.Should, Query.const_score_query(one, much)) for one, much in terms])

    def _limits(self, readable: Readable, narrowed: Mapping[str, Collection[str]]) -> list[Query]:
        """What is readable, as the index says it, and to what it is narrowed."""
        marked = (marks({facet: list(values)}) for facet, values in narrowed.items())
        return [*self._readable(readable), *(self._any("facet", one) for one in marked)]

    def _readable(self, readable: Readable) -> Iterator[Query]:
        """See `Readable`."""
        audiences = set(readable.audiences)
        if "inside" in audiences:
            audiences.add(OVERDUE)
        if not audiences >= EVERY_AUDIENCE:
            yield self._any("audience", audiences)
        if readable.everything:
            return
        ways = [self._any("region", readable.above), self._any("id", readable.given)]
        within = [
            self._any(name, values)
            for name, values in (("organisation", readable.organisations), ("region", readable.regions))
            if values is not None
        ]
        ways.append(Query.boolean_query([(Occur.Must, one) for one in within]) if within else Query.all_query())
        yield Query.const_score_query(Query.boolean_query([(Occur.Should, one) for one in ways]), 0.0)

    def _any(self, name: str, values: Collection[str]) -> Query:
        if not values:
            return Query.empty_query()
        if len(values) > FEW_VALUES:
            return Query.const_score_query(Query.term_set_query(self.schema, name, sorted(values)), 0.0)
        terms = [(Occur.Should, Query.term_query(self.schema, name, one, "basic")) for one in sorted(values)]
        return Query.const_score_query(Query.boolean_query(terms), 0.0)
