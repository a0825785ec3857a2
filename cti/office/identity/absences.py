"""Absences with a deputy (离岗代理): who acts for somebody from when until when, by itself.

The deputy may do with what the absent person has taken, or must do himself, whatever he has the right to do: he gains
no right by it. What he does is told as his act for the other. Messages to the absent person reach him, too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import people_within
from cti.office.identity.models import AbsenceRow, PersonRow
from cti.office.identity.signing_in.sessions import Sessions
from cti.store.edits import locked
from cti.store.engine import Store

MANAGE = "people.manage"
LONGEST = timedelta(days=366)
MOST_OPTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceData:
    """Who is away, from when until when, and who acts for him; people by their ids."""

    person: str
    deputy: str
    begins_at: datetime
    ends_at: datetime
    note: str = ""


class Absences:
    """Who is away from when to when, and who acts for him; asked at each request for whom a visitor acts."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._sessions = sessions

    async def all(self, visitor: Visitor, *, past: bool = False) -> list[AbsenceRow]:
        """Those that have not ended, or have: one's own, those in which one is the deputy, and within reach."""
        now = self._clock.wall()
        ended = or_(AbsenceRow.ends_at <= now, AbsenceRow.cancelled_at.is_not(None))
        wanted = select(AbsenceRow).where(self._seen(visitor), ended if past else ~ended)
        async with self._store.reading() as session:
            return list(await session.scalars(wanted.order_by(AbsenceRow.begins_at.desc(), AbsenceRow.id)))

    async def add(self, visitor: Visitor, data: AbsenceData) -> AbsenceRow:
        """A new one. Invalid names each field that is wrong; Conflict when he is away then already."""
        async with self._store.writing() as session:
            person, deputy = await self._checked(session, visitor, data)
            row = AbsenceRow(
                id=new_id(), person=person.id, person_name=person.name, deputy=deputy.id, deputy_name=deputy.name,
                organisation=person.organisation, begins_at=data.begins_at, ends_at=data.ends_at, note=data.note,
                made_by=visitor.name, made_at=self._clock.wall(), cancelled_at=None,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            await self._audit.write(session, visitor, "absence.added", f"person:{person.id}", after=_shown(row))
        self._sessions.forget(deputy.id)
        return row

    async def cancel(self, visitor: Visitor, id: str) -> None:
        """It ends now, or does not begin. NotFound."""
        async with self._store.writing() as session:
            row = await locked(session, AbsenceRow, id)
            seen = select(AbsenceRow.id).where(AbsenceRow.id == id, self._seen(visitor, deputies=False))
            if row is None or await session.scalar(seen) is None:
                raise NotFound("no_absence", "没有这条代理")
            if row.cancelled_at is None:
                row.cancelled_at = self._clock.wall()
                await self._audit.write(session, visitor, "absence.removed", f"person:{row.person}", _shown(row))
        self._sessions.forget(row.deputy)

    async def people(self, visitor: Visitor, search: str) -> list[tuple[str, str]]:
        """Whose absence the visitor may write down: his own, and those of people whom he manages."""
        limits = [*people_within(visitor, MANAGE), PersonRow.disabled_at.is_(None)] if visitor.may(MANAGE) else None
        return await self._options(PersonRow.id == visitor.person, limits, search)

    async def deputies(self, visitor: Visitor, search: str) -> list[tuple[str, str]]:
        """Who can be a deputy: people of one's own organisation, and those whom he manages.

        Himself is offered to who may write down the absences of others.
        """
        own = (PersonRow.organisation == visitor.organisation) & PersonRow.disabled_at.is_(None)
        if not visitor.may(MANAGE):
            own &= PersonRow.id != visitor.person
        limits = [*people_within(visitor, MANAGE), PersonRow.disabled_at.is_(None)] if visitor.may(MANAGE) else None
        return await self._options(own, limits, search)

    async def _options(
        self, own: ColumnElement[bool], limits: Collection[ColumnElement[bool]] | None, search: str
    ) -> list[tuple[str, str]]:
        condition = own if limits is None else or_(own, and_(*limits))
        named = or_(*(one.contains(search, autoescape=True) for one in (PersonRow.name, PersonRow.login)))
        wanted = select(PersonRow.id, PersonRow.name, PersonRow.login).where(condition, named)
        async with self._store.reading() as session:
            rows = await session.execute(wanted.order_by(PersonRow.name, PersonRow.id).limit(MOST_OPTIONS))
            return [(id, f"{name}（{login}）") for id, name, login in rows]

    def _seen(self, visitor: Visitor, *, deputies: bool = True) -> ColumnElement[bool]:
        ways = [AbsenceRow.person == visitor.person]
        if deputies:
            ways.append(AbsenceRow.deputy == visitor.person)
        if visitor.may(MANAGE):
            within = select(PersonRow.id).where(*people_within(visitor, MANAGE))
            ways.append(AbsenceRow.person.in_(within))
        return or_(*ways)

    async def _checked(self, session: AsyncSession, visitor: Visitor, data: AbsenceData) -> tuple[PersonRow, PersonRow]:
        faults = Faults()
        person = await session.get(PersonRow, data.person or visitor.person)
        deputy = await session.get(PersonRow, data.deputy)
        with faults.gathered():
            if person is None or not await self._may(session, visitor, person):
                raise Invalid("no_person", "人员不存在，或不由您管理", "person")
        with faults.gathered():
            if deputy is None or deputy.disabled_at is not None:
                raise Invalid("no_person", "代理人不存在或已停用", "deputy")
            if person is not None and deputy.id == person.id:
                raise Invalid("same", "代理人不能是本人", "deputy")
            same = person is not None and deputy.organisation == person.organisation
            if not same and not await self._may(session, visitor, deputy):
                raise Invalid("no_person", "代理人应是同一机构的人员", "deputy")
        with faults.gathered():
            if not timedelta() < data.ends_at - data.begins_at <= LONGEST:
                raise Invalid("times", "结束时间应晚于开始时间，最长一年", "ends_at")
            if data.ends_at <= self._clock.wall():
                raise Invalid("past", "结束时间已过", "ends_at")
        with faults.gathered():
            overlaps = AbsenceRow.begins_at < data.ends_at, AbsenceRow.ends_at > data.begins_at
            mine = AbsenceRow.person == (data.person or visitor.person), AbsenceRow.cancelled_at.is_(None)
            if await session.scalar(select(AbsenceRow.id).where(*mine, *overlaps).limit(1)):
                raise Conflict("taken", "这段时间已有代理人", "begins_at")
        faults.refuse()
        assert person is not None, "refused above"
        assert deputy is not None, "refused above"
        return person, deputy

    @staticmethod
    async def _may(session: AsyncSession, visitor: Visitor, person: PersonRow) -> bool:
        if person.id == visitor.person:
            return True
        if not visitor.may(MANAGE):
            return False
        within = select(PersonRow.id).where(PersonRow.id == person.id, *people_within(visitor, MANAGE))
        return await session.scalar(within) is not None


def _shown(row: AbsenceRow) -> dict[str, Any]:
    return {
        "person": row.person_name, "deputy": row.deputy_name, "begins_at": row.begins_at.isoformat(),
        "ends_at": row.ends_at.isoformat(), "note": row.note,
    }  # fmt: skip
