"""What old platforms said of recordings that were taken over: found by their own ids, and by ours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.engine import Store
from cti.store.recordings.search import LAST_FOUR, NUMBER
from recorder.importing.old_recording import OldRecording
from recorder.models import ImportedRow

OLD, OLD_TICKET, SOURCE = "old", "old_ticket", "source"
"""Keys of facts."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """A recording of an old platform."""

    source: str
    said: OldRecording


async def imported(store: Store, recordings: Collection[str]) -> dict[str, Imported]:
    """Those of these recordings that were taken over, by their ids."""
    ids, found = list(recordings), dict[str, Imported]()
    async with store.reading() as session:
        for at in range(0, len(ids), AT_ONCE):
            wanted = select(ImportedRow).where(ImportedRow.recording.in_(ids[at : at + AT_ONCE]))
            for row in await session.scalars(wanted):
                found[row.recording] = Imported(row.source, OldRecording.model_validate_json(row.said))
    return found


async def known_of(session: AsyncSession, owner: str, source: str, olds: Collection[str]) -> dict[str, ImportedRow]:
    """What was taken over before, by the old platform's ids."""
    mine = ImportedRow.owner == owner, ImportedRow.source == source, ImportedRow.old.in_(list(olds))
    return {row.old: row for row in await session.scalars(select(ImportedRow).where(*mine))}


def facts_of(source: str, said: OldRecording, digits: str) -> dict[str, str]:
    """By what it is found; `digits` is the caller's number as numbers are kept."""
    return {
        NUMBER: digits,
        LAST_FOUR: digits if len(digits) >= 4 else "",
        "queue": said.queue,
        "called": said.called,
        "satisfaction": said.satisfaction,
        OLD: said.old,
        OLD_TICKET: said.ticket,
        SOURCE: source,
    }
