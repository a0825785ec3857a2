"""What commands of the knowledge base stand on: this hotline's settings and tables, and an index of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cti.base.cli_settings import data_folder
from cti.base.settings import Settings
from cti.store.engine import Store

PATIENCE = 20.0
"""Nobody on the telephone waits for a command."""


@dataclass(frozen=True, slots=True)
class CommandRoom:
    """An index of what is published now, in a folder of its own, so that a running engine keeps its own."""

    searching: Any
    rankings: Any
    judged: Any
    titles: dict[str, str]
    questions: Any

    async def meant(self, words: Iterable[str]) -> dict[str, Any]:
        """The vectors of these questions; of some or all there are none without a model."""
        found = {one: await self.questions.of(one) for one in words}
        return {one: vector for one, vector in found.items() if vector is not None}


@asynccontextmanager
async def tables() -> AsyncIterator[tuple[Settings, Store, Any]]:
    """This hotline's settings, store and published articles."""
    from cti.office.forms.library import FormLibrary
    from workflow.knowledge.finding.articles import PublishedArticles
    from workflow.knowledge.finding.room import SHIPPED
    from workflow.knowledge.types import Types

    settings = Settings.load(data_folder())
    forms = FormLibrary(settings.data / "forms", shipped=[SHIPPED.parent / "forms"], deliver=False)
    store = await Store.open(settings.house.database, settings.data, settings.house.cryptography)
    try:
        yield settings, store, PublishedArticles(store, Types(forms))
    finally:
        await store.close()


@asynccontextmanager
async def command_room() -> AsyncIterator[CommandRoom]:
    """All of it."""
    import tempfile

    from workflow.knowledge.finding.kept import all_judged, all_synonyms
    from workflow.knowledge.finding.ranking import FILES, RankingLibrary
    from workflow.knowledge.finding.room import SHIPPED
    from workflow.knowledge.finding.searching import Searching
    from workflow.knowledge.meaning.encoders import find_encoder
    from workflow.knowledge.meaning.kept import KeptVectors, file_of
    from workflow.knowledge.meaning.near import Near, near_file
    from workflow.knowledge.meaning.questions import Questions
    from workflow.knowledge.settings import KnowledgeSettings

    async with tables() as (settings, store, articles):
        titles = dict[str, str]()
        with tempfile.TemporaryDirectory(prefix="knowledge-") as folder, Searching(Path(folder)) as searching:
            async for found in articles.every():
                searching.index.put(found)
                titles |= {one.id: one.title for one in found}
            searching.index.commit()
            searching.synonyms = await all_synonyms(store)
            rankings = RankingLibrary(settings.data / FILES, shipped=[SHIPPED], deliver=False)
            encoder = find_encoder(settings.section("knowledge", KnowledgeSettings).meaning)
            if encoder is not None:
                file = file_of(settings.data, encoder.name)
                searching.vectors, searching.near = KeptVectors(file), Near.load(near_file(file))
            questions = Questions(encoder, PATIENCE)
            try:
                yield CommandRoom(searching, rankings, await all_judged(store), titles, questions)
            finally:
                await questions.close()
                if searching.vectors is not None:
                    searching.vectors.close()
