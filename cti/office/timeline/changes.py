"""Changes of a record's fields and what else was done with it, as the audit has them: masked, whole, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.office.identity.audit.words import FIELDS, title_of, value_of
from cti.office.identity.models import AuditRow, PersonRow
from cti.office.rich import plain
from cti.office.screens.description import Column
from cti.office.timeline.entries import FieldChange, Place, TimelineEntry, older
from cti.office.timeline.sources import Subject

LOOKS = ("seen", "looked", "looks", "read", "listened", "exported", "downloaded")
"""What changes nothing: who looked at a record is not everybody's to know."""
TONES = {"added": "ready", "restored": "ready", "removed": "ring", "merged": "wrapup"}
LONG = 200
BEGIN = "0"
"""The id of a record's first entry where the audit has none of its own, as after an import."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The source. `columns` are what the record's view says of its fields; `kinds` names kinds of the audit."""

    columns: Sequence[Column]
    kinds: Mapping[str, str]

    @property
    def kind(self) -> str:
        """`change`."""
        return "change"

    @property
    def title(self) -> str:
        """What the filter of the timeline calls this source."""
        return "修改"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the audit's entries about the record."""
        subject = AuditRow.subject == f"{about.kind}:{about.id}"
        done = AuditRow.action.startswith(f"{about.kind}.", autoescape=True)
        looks = [AuditRow.action.not_like(f"%.{verb}") for verb in LOOKS]
        wanted = (
            select(AuditRow, PersonRow.name)
            .outerjoin(PersonRow, PersonRow.id == AuditRow.person)
            .where(subject, done, *looks, older(place, self.kind, AuditRow.at, AuditRow.sequence))
            .order_by(AuditRow.at.desc(), AuditRow.sequence.desc())
            .limit(size)
        )
        found = [self._entry(row, name) for row, name in (await session.execute(wanted)).tuples()]
        if len(found) < size and (place is None or place.id != BEGIN) and not await self._is_begun(session, about):
            found.append(TimelineEntry(kind=self.kind, id=BEGIN, at=about.made_at, title="创建", tone="ready"))
        return found

    async def _is_begun(self, session: AsyncSession, about: Subject) -> bool:
        """Whether the audit tells how the record was made; after an import it does not."""
        wanted = (AuditRow.subject == f"{about.kind}:{about.id}", AuditRow.action == f"{about.kind}.added")
        return await session.scalar(select(AuditRow.sequence).where(*wanted).limit(1)) is not None

    def _entry(self, row: AuditRow, name: str | None) -> TimelineEntry:
        verb = row.action.rpartition(".")[2]
        details = [] if verb in ("added", "removed", "restored") else self._details(row)
        title = title_of(row.action, self.kinds)
        if verb == "edited" and details:
            title = f"修改了{'、'.join(one.title for one in details)}"
        return TimelineEntry(
            kind=self.kind,
            id=str(row.sequence),
            at=row.at,
            title=title,
            by=name or (row.login if row.person else "系统"),
            tone=TONES.get(verb, ""),
            details=details,
        )

    def _details(self, row: AuditRow) -> list[FieldChange]:
        before, after = msgspec.json.decode(row.before), msgspec.json.decode(row.after)
        if not isinstance(before, dict) or not isinstance(after, dict):
            return []
        columns = {one.key: one for one in self.columns}
        found = []
        for key in {**before, **after}:
            if before.get(key) != after.get(key):
                column = columns.get(key)
                old, new = _words(before.get(key), column), _words(after.get(key), column)
                # Masked, they may look alike.
                told = f"{new}（有变化，已遮盖）" if old == new else new
                title = column.title if column is not None else FIELDS.get(key, key)
                found.append(FieldChange(title=title, before=old, after=told))
        return found


def _words(value: Any, column: Column | None) -> str:
    if isinstance(value, dict) and value.keys() == {"shown", "hash"}:
        value = value["shown"]
    if column is not None:
        titles = {one.value: one.title for one in column.options}
        if isinstance(value, list):
            value = [titles.get(str(one), one) for one in value]
        elif value is not None:
            key = str(value).lower() if isinstance(value, bool) else str(value)
            value = titles.get(key, value)
        if column.kind == "rich" and isinstance(value, str):
            value = plain(value)
        if column.kind == "time" and isinstance(value, str) and value:
            value = f"{datetime.fromisoformat(value).astimezone(ZONE):%Y-%m-%d %H:%M}"
    said = value_of(value)
    return said if len(said) <= LONG else f"{said[:LONG]}…"
