"""The table of turns on call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records.table import Record
from cti.store.columns import Base


class OnCallRow(Record, Base):
    """Somebody's turn; `person_name` is what he was called when it was written down. `place` 1 is asked first."""

    __tablename__ = "on_call"
    __table_args__ = (
        Index(None, "begins_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "organisation", "ends_at"),
    )

    person: Mapped[str] = mapped_column(String(26), doc="值班人编号")
    person_name: Mapped[str] = mapped_column(String(40), doc="值班人")
    begins_at: Mapped[datetime] = mapped_column(doc="开始时间")
    ends_at: Mapped[datetime] = mapped_column(doc="结束时间")
    place: Mapped[int] = mapped_column(doc="次序")
    note: Mapped[str] = mapped_column(String(200), doc="备注")


def turns(organisation: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on the turns that go on for an organisation."""
    begun, open_ = OnCallRow.begins_at <= now, OnCallRow.ends_at > now
    return OnCallRow.organisation == organisation, begun, open_, OnCallRow.removed_at.is_(None)
