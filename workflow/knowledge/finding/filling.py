"""Puts articles into an index, some at a time, in the one thread that writes: all of them, or what changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.searching import Searching

BATCH = 20
"""Articles that are put in one go: the engine's other threads get their turn in between."""
Making = Callable[[Path, Callable[[int], None]], Awaitable[None]]
"""Makes an index of all articles in a folder; tells how many are done."""
Write = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Does something in the thread that writes."""


class Articles(Protocol):
    """What is to be found; see `PublishedArticles`."""

    async def count(self) -> int:
        """How many there are."""

    async def stamps(self, after: str) -> Mapping[str, int]:
        """The next ids behind this one, with the version of each; none at the end."""

    async def load(self, ids: Collection[str]) -> list[Article]:
        """Those of these ids that there are."""


class Filling:
    """Fills indexes with `articles`; `write` does what it is given in the thread that writes."""

    def __init__(self, articles: Articles, write: Write) -> None:
        self._articles, self._write = articles, write

    async def put(self, searching: Searching, ids: Sequence[str]) -> None:
        """Let the index have these articles as they are now, from its next `commit` on."""
        for at in range(0, len(ids), BATCH):
            some = ids[at : at + BATCH]
            found = await self._articles.load(some)
            there = {one.id for one in found}
            await self._write(lambda found=found: searching.index.put(found))  # type: ignore[misc]
            gone = [one for one in some if one not in there]
            await self._write(lambda gone=gone: searching.index.remove(gone))  # type: ignore[misc]

    async def compare(self, searching: Searching) -> int:
        """Put what the index has not, or in another version; how many articles there are."""
        after, total = "", 0
        while stamps := await self._articles.stamps(after):
            wrong = await self._write(lambda stamps=stamps: _wrong(searching, stamps))  # type: ignore[misc]
            await self.put(searching, wrong)
            total, after = total + len(stamps), max(stamps)
        await self._write(searching.index.commit)
        return total

    async def all(self, place: Path, told: Callable[[int], None]) -> None:
        """Make an index of all in a folder; see `Making`."""
        made, after, done = await self._write(lambda: Searching(place)), "", 0
        try:
            while stamps := await self._articles.stamps(after):
                ids = list(stamps)
                for at in range(0, len(ids), BATCH):
                    told(done)
                    await self.put(made, ids[at : at + BATCH])
                    done += len(ids[at : at + BATCH])
                after = max(stamps)
            await self._write(made.index.commit)
        finally:
            await self._write(made.index.close)


async def make(every: AsyncIterator[list[Article]], place: Path, told: Callable[[int], None]) -> None:
    """Make an index of all that comes in a folder; `told` hears how many are done.

    For a process that does nothing else: what comes together is put together.
    """
    with Searching(place) as searching:
        done = 0
        async for some in every:
            searching.index.put(some)
            done += len(some)
            told(done)
        searching.index.commit()


def _wrong(searching: Searching, stamps: Mapping[str, int]) -> list[str]:
    return [id for id, stamp in stamps.items() if searching.index.version_of(id) != stamp]
