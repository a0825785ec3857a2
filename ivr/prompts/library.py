"""The prompt library: what people made of the catalogue, in versions. Rules of files and tables; no permissions here.

The table says what is in effect. A change is one transaction, made after the sound lies among the masters and, in the
switch's formats, beside the old one; after it the new one only takes the old one's name. What a crash leaves undone
behind the transaction is done by `load` at the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.engine import Store
from ivr.prompts import native
from ivr.prompts.catalogue import PromptCatalogue
from ivr.prompts.kept import Kept, kept_prompts, write_kept
from ivr.prompts.masters import Masters
from ivr.prompts.models import PromptRow, PromptVersionRow

log = structlog.get_logger(__name__)

SHIPPED = "shipped"
"""The source of a version that goes back to what the folders have."""

Beside = Callable[[AsyncSession], Awaitable[None]]
"""What belongs into the same transaction: the audit."""


class Outdated(Exception):
    """Somebody else has changed the prompt since it was read."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a prompt; see `PromptVersionRow`."""

    version: int
    text: str
    say: str
    voice: str
    speed: float
    source: str
    master: str
    seconds: float
    message: str
    author: str
    at: datetime
    restores: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A prompt of the library with its version in effect."""

    language: str
    id: str
    organisation: str
    region: str
    application: str
    version: Version


class PromptLibrary:
    """`directory` is where the switch finds sound; `folder` has the masters and what the command line reads."""

    def __init__(
        self, store: Store, catalogue: PromptCatalogue, folder: Path, directory: Path, formats: Collection[str]
    ) -> None:
        self._store = store
        self._folder = folder
        self._directory = directory
        self._formats = tuple(formats)
        self._entries: dict[tuple[str, str], Entry] = {}
        self._turn = asyncio.Lock()
        self.catalogue = catalogue
        self.masters = Masters(folder / "masters")

    async def load(self) -> None:
        """Bring catalogue, command line and switch to what the table says; OSError when the disk refuses."""
        await self._read()
        async with self._store.reading() as session:
            named = set(await session.scalars(select(PromptVersionRow.master).where(PromptVersionRow.master != "")))
        await asyncio.to_thread(self.masters.sweep, named)
        await asyncio.to_thread(native.install, self.catalogue, self._directory, formats=self._formats)

    @property
    def entries(self) -> Collection[Entry]:
        """Every prompt of the library."""
        return self._entries.values()

    def entry(self, identifier: str, language: str) -> Entry | None:
        """One, or None when only the folders have it."""
        return self._entries.get((language, identifier))

    async def versions(self, identifier: str, language: str) -> list[Version]:
        """All versions of a prompt, the newest first."""
        wanted = (
            select(PromptVersionRow)
            .where(PromptVersionRow.language == language, PromptVersionRow.prompt == identifier)
            .order_by(PromptVersionRow.version.desc())
        )
        async with self._store.reading() as session:
            return [_version(row) for row in await session.scalars(wanted)]

    async def change(self, entry: Entry, base: int, beside: Beside) -> None:
        """Put `entry.version` (its number is `base` + 1) into effect; Outdated unless `base` still is.

        OSError, and nothing has changed, when the disk refuses.
        """
        async with self._turn:
            sound = self._sound(entry)
            name = native.place(entry.id, entry.language)
            prepared = await asyncio.to_thread(native.Prepared, self._directory, name, sound, self._formats)
            try:
                async with self._store.writing() as session:
                    await self._write(session, entry, base)
                    await beside(session)
            except BaseException:
                prepared.discard()
                raise
            await self._take_effect(prepared)

    async def remove(self, entry: Entry, beside: Beside) -> None:
        """Forget a prompt with all its versions; what the folders have under its id is heard again. Outdated."""
        async with self._turn:
            shelved = self.catalogue.shelved(entry.id, entry.language)
            name = native.place(entry.id, entry.language)
            sound = shelved[1] if shelved else None
            prepared = await asyncio.to_thread(native.Prepared, self._directory, name, sound, self._formats)
            try:
                async with self._store.writing() as session:
                    row = await session.get(PromptRow, (entry.language, entry.id), with_for_update=True)
                    if row is None or row.version != entry.version.version:
                        raise Outdated(entry.id)
                    versions = delete(PromptVersionRow).where(
                        PromptVersionRow.language == entry.language, PromptVersionRow.prompt == entry.id
                    )
                    await session.execute(versions)
                    await session.delete(row)
                    await beside(session)
            except BaseException:
                prepared.discard()
                raise
            await self._take_effect(prepared)

    def _sound(self, entry: Entry) -> Path | None:
        if entry.version.source == SHIPPED:
            shelved = self.catalogue.shelved(entry.id, entry.language)
            return shelved[1] if shelved else None
        sound = self.masters.path(entry.version.master)
        if sound is None:
            raise FileNotFoundError(f"{entry.id}: {entry.version.master} is gone")
        return sound

    async def _write(self, session: AsyncSession, entry: Entry, base: int) -> None:
        row = await session.get(PromptRow, (entry.language, entry.id), with_for_update=True)
        if (row.version if row else 0) != base:
            raise Outdated(entry.id)
        version = entry.version
        if row is None:
            row = PromptRow(
                language=entry.language, id=entry.id, organisation=entry.organisation, region=entry.region,
                application=entry.application, version=version.version,
            )  # fmt: skip
            session.add(row)
            await session.flush()
        row.version, row.application = version.version, entry.application
        session.add(
            PromptVersionRow(
                language=entry.language,
                prompt=entry.id,
                version=version.version,
                text=version.text,
                say=version.say,
                voice=version.voice,
                speed=version.speed,
                source=version.source,
                master=version.master,
                seconds=version.seconds,
                message=version.message,
                author=version.author,
                at=version.at,
                restores=version.restores,
            )
        )
        await session.flush()

    async def _take_effect(self, prepared: native.Prepared) -> None:
        # It is decided: whoever asked may go away, this is done to its end.
        await asyncio.shield(asyncio.ensure_future(self._settle(prepared)))

    async def _settle(self, prepared: native.Prepared) -> None:
        for work in (asyncio.to_thread(prepared.put), self._read()):
            try:
                await work
            except OSError:
                log.exception("a prompt was changed, a file that follows it was not: done at the next start")

    async def _read(self) -> None:
        wanted = select(PromptRow, PromptVersionRow).join(
            PromptVersionRow,
            (PromptVersionRow.language == PromptRow.language)
            & (PromptVersionRow.prompt == PromptRow.id)
            & (PromptVersionRow.version == PromptRow.version),
        )
        async with self._store.reading() as session:
            found = (await session.execute(wanted)).all()
        entries = [
            Entry(row.language, row.id, row.organisation, row.region, row.application, _version(version))
            for row, version in found
        ]
        self._entries = {(one.language, one.id): one for one in entries}
        kept = [
            Kept(one.language, one.id, one.application, version.text, version.say, version.voice, version.speed,
                 version.master)
            for one in entries
            if (version := one.version).source != SHIPPED
        ]  # fmt: skip
        kept_prompts(self.catalogue, kept, self.masters)
        await asyncio.to_thread(write_kept, self._folder, kept)


def _version(row: PromptVersionRow) -> Version:
    return Version(
        row.version, row.text, row.say, row.voice, row.speed, row.source, row.master, row.seconds, row.message,
        row.author, row.at, row.restores,
    )  # fmt: skip
