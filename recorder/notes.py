"""Marks and notes at a second of a recording: whoever hears it reads them, whoever wrote one takes it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pydantic
from sqlalchemy import ColumnElement, func, select

from cti.base.clock import Clock
from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, calls_recorded_in
from recorder.models import RecordingNoteRow

MOST = 200


def calls_marked(column: Any) -> ColumnElement[bool]:
    """The condition that a recording of the call whose id stands in a column has a mark, of whatever table."""
    return calls_recorded_in(column, select(RecordingNoteRow.recording))


class NewNote(Body):
    """A mark; with words it is a note."""

    second: float = pydantic.Field(ge=0, title="位置（秒）")
    text: str = pydantic.Field(default="", max_length=500, title="备注")


class NoteView(pydantic.BaseModel):
    """A mark of somebody; `own` may be taken back."""

    id: str
    second: float
    text: str
    by: str
    at: datetime
    own: bool


class Notes:
    """The marks of recordings that may be heard: whoever calls has asked."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def of(self, visitor: Visitor, recording: str) -> list[NoteView]:
        """In the order of the sound."""
        wanted = select(RecordingNoteRow).where(RecordingNoteRow.recording == recording)
        async with self._store.reading() as session:
            rows = await session.scalars(wanted.order_by(RecordingNoteRow.second, RecordingNoteRow.id))
            return [_view(one, visitor) for one in rows]

    async def add(self, visitor: Visitor, recording: Recording, note: NewNote) -> NoteView:
        """Another one. Invalid behind the end, Conflict when there are `MOST`."""
        if recording.seconds is not None and note.second > recording.seconds:
            raise Invalid("second", "位置超出录音时长", "second")
        row = RecordingNoteRow(
            id=new_id(), recording=recording.id, second=round(note.second, 1), text=note.text.strip(),
            person=visitor.person, by=visitor.name, at=self._clock.wall(),
        )  # fmt: skip
        async with self._store.writing() as session:
            mine = select(func.count()).select_from(RecordingNoteRow).where(RecordingNoteRow.recording == recording.id)
            if (await session.scalar(mine) or 0) >= MOST:
                raise Conflict("too_many", f"一条录音最多 {MOST} 个标记")
            session.add(row)
            what = {"second": row.second, "note": row.id}
            await self._audit.write(session, visitor, "recording.marked", f"recording:{recording.id}", after=what)
        return _view(row, visitor)

    async def remove(self, visitor: Visitor, recording: str, note: str) -> None:
        """Take one's own back. NotFound for others'."""
        async with self._store.writing() as session:
            row = await session.get(RecordingNoteRow, note, with_for_update=True)
            if row is None or row.recording != recording or not visitor.is_for(row.person):
                raise NotFound("no_note", "没有这个标记，或不是您添加的")
            what = {"second": row.second, "note": row.id}
            await session.delete(row)
            await self._audit.write(session, visitor, "recording.unmarked", f"recording:{recording}", before=what)


def _view(row: RecordingNoteRow, visitor: Visitor) -> NoteView:
    own = visitor.is_for(row.person)
    return NoteView(id=row.id, second=row.second, text=row.text, by=row.by, at=row.at, own=own)
