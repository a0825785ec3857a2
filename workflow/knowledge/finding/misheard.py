"""What a spoken question was meant to be: the article whose title or wording sounds like it.

A recogniser writes 一包卡丢了怎么不办 where somebody says 医保卡丢了怎么补办: by its characters nothing answers that.
"""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from tantivy import Occur, Query, Schema

from cti.store.engine import Store
from ivr.recognition.sounds import Sound, distance, sounds_of
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.finding.searching import Searching
from workflow.knowledge.finding.sounds import sound_pairs
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.rules import for_public

ALIKE = 0.4
"""So far may a title's syllables be from those that were heard, on average (see `distance`)."""
CLEARLY = 0.1
"""So much farther is the next one: of two that sound alike nobody knows which was meant."""
LEFT_OUT = 1.5
"""A syllable that only one of them has."""
SHORTEST, LONGEST = 4, 24
"""Syllables of a question; fewer say too little, in a long one enough is heard right."""
CANDIDATES = 30
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_between = functools.lru_cache(1 << 14)(distance)


class Misheard:
    """Looks for what was meant among public articles, which bots may tell."""

    def __init__(self, store: Store, keeper: Keeper) -> None:
        self._store, self._keeper = store, keeper

    async def title(self, words: str, region: str) -> str:
        """The title of the article that was asked for, of a region and those above it; empty when none is near."""
        # Before it is spelled: in a chat somebody may paste pages.
        if not SHORTEST <= len(_characters(words)) <= LONGEST:
            return ""
        heard = syllables(words)
        readable = for_public(region)

        def ask(searching: Searching) -> list[str]:
            index = searching.index
            query = _alike(index.schema, words)
            found = index.match(query, readable, {}, CANDIDATES, counted=False).first() if query is not None else []
            return [one.entry.id for one in found]

        ids = await self._keeper.ask(ask)
        if not ids:
            return ""
        asked = select(PublishedRow.title, PublishedRow.questions).where(
            PublishedRow.id.in_(ids), PublishedRow.audience == "public", PublishedRow.overdue.is_(False)
        )
        async with self._store.reading() as session:
            rows = (await session.execute(asked)).tuples().all()
        # Spelling them takes some milliseconds, for which no call should wait.
        return await asyncio.to_thread(nearest, heard, [(title, (title, *wordings)) for title, wordings in rows])


def nearest(heard: Sequence[Sound], articles: Iterable[tuple[str, Sequence[str]]]) -> str:
    """The title of the article of which one wording sounds most like what was heard; empty when that is not clear."""
    found = sorted((min(apart(heard, syllables(one)) for one in wordings), title) for title, wordings in articles)
    if not found or found[0][0] > ALIKE or (len(found) > 1 and found[1][0] < found[0][0] + CLEARLY):
        return ""
    return found[0][1]


def apart(one: Sequence[Sound], other: Sequence[Sound]) -> float:
    """How far two rows of syllables are from each other, for each syllable of the longer one."""
    row = [at * LEFT_OUT for at in range(len(other) + 1)]
    for count, sound in enumerate(one, start=1):
        before, row = row, [count * LEFT_OUT]
        for at, meant in enumerate(other):
            row.append(min(before[at] + _between(sound, meant), before[at + 1] + LEFT_OUT, row[at] + LEFT_OUT))
    return row[-1] / max(len(one), len(other), 1)


def syllables(text: str) -> list[Sound]:
    """Those of its Chinese characters."""
    return sounds_of(_characters(text))


def _characters(text: str) -> str:
    return "".join(_HAN.findall(text))


def _alike(schema: Schema, words: str) -> Query | None:
    """Titles and wordings with any two syllables of it side by side, those with most of them first."""
    pairs = dict.fromkeys(sound_pairs(words))
    some = [(Occur.Should, Query.term_query(schema, "sounds", one, "basic")) for one in pairs]
    return Query.boolean_query(some) if some else None
