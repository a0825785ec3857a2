"""Entries of a timeline that the audit has: what was done with a part of a record, in the part's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.identity.models import AuditRow, PersonRow
from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject

Says = Callable[[Mapping[str, Any]], str]
"""A sentence from what the audit's entry has after the act."""


@dataclass(frozen=True, slots=True)
class Audited:
    """A source of acts `kind.verb` about records. `says` has each verb that is told; `tones` their colours."""

    kind: str
    title: str
    says: Mapping[str, Says]
    tones: Mapping[str, str]

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the audit's entries about the record."""
        acts = [f"{self.kind}.{verb}" for verb in self.says]
        wanted = (
            select(AuditRow, PersonRow.name)
            .outerjoin(PersonRow, PersonRow.id == AuditRow.person)
            .where(
                AuditRow.subject == f"{about.kind}:{about.id}",
                AuditRow.action.in_(acts),
                older(place, self.kind, AuditRow.at, AuditRow.sequence),
            )
            .order_by(AuditRow.at.desc(), AuditRow.sequence.desc())
            .limit(size)
        )
        return [self._entry(row, name) for row, name in (await session.execute(wanted)).tuples()]

    def _entry(self, row: AuditRow, name: str | None) -> TimelineEntry:
        verb = row.action.rpartition(".")[2]
        return TimelineEntry(
            kind=self.kind,
            id=str(row.sequence),
            at=row.at,
            title=self.says[verb](msgspec.json.decode(row.after)),
            by=name or (row.login if row.person else "系统"),
            tone=self.tones.get(verb, ""),
        )
