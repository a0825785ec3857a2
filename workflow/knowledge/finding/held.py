"""Entries of an index that were looked at lately, ready for the next question: people ask for the same, key by key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import tantivy

from workflow.knowledge.finding.entries import Candidate, Entry, entry_of

MOST_BYTES = 48_000_000
"""About 4,000 articles of 2,000 characters."""
Hits = Sequence[tuple[float, tantivy.DocAddress]]


class HeldEntries:
    """The entries that one state of an index gives; those that nobody asked for longest are forgotten first."""

    def __init__(self, searcher: tantivy.Searcher, most: int = MOST_BYTES) -> None:
        self.searcher, self._most = searcher, most
        self._held: OrderedDict[tuple[int, int], Entry] = OrderedDict()
        self.size = 0
        self._lock = Lock()

    def candidates(self, hits: Hits) -> list[Candidate]:
        """What stands at these addresses, with its BM25."""
        keys = [(address.segment_ord, address.doc) for _, address in hits]
        with self._lock:
            held = [self._held.get(key) for key in keys]
            for key, entry in zip(keys, held, strict=True):
                if entry is not None:
                    self._held.move_to_end(key)
        found = []
        for key, entry, (score, address) in zip(keys, held, hits, strict=True):
            found.append(Candidate(score, entry if entry is not None else self._read(key, address)))
        return found

    def _read(self, key: tuple[int, int], address: tantivy.DocAddress) -> Entry:
        entry = entry_of(self.searcher, address)
        with self._lock:
            if key not in self._held:
                self._held[key] = entry
                self.size += entry.size
            while self.size > self._most:
                self.size -= self._held.popitem(last=False)[1].size
        return entry
