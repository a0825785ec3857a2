"""The service of open work: a list of cases that go on, of all kinds of records, and whose they are.

It stands beside the services of records, whose bulk acts it has; its rows are cases, which only processes change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Page
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.identity.directory import Organisation, people_within
from cti.office.identity.models import OrganisationRow, PersonRow
from cti.office.messages import Filled, Messages, Template
from cti.office.processes.case import Case
from cti.office.processes.models import CaseRow
from cti.office.processes.service import Cases
from cti.office.records import Office, RecordPage
from cti.office.references import ORGANISATIONS, PEOPLE
from cti.office.screens.forms import form
from cti.office.work.acts import MOVE, HandOverToPerson, HandOverToUnit
from cti.office.work.standing import OPEN, STANDINGS, Standing, at_nobody
from cti.store.listing import listed

KIND = "work"
TEMPLATE = Template(
    "work_handed_over", KIND, "在办事项移交", "有事项移交给您", "{移交人}把在办事项移交给{单位}，请在待办中查看",
    {"移交人": "谁移交的", "单位": "移交给谁"},
)  # fmt: skip
MOST_OPTIONS = 50
PERSONS = PersonRow.id, PersonRow.name, PersonRow.disabled_at
UNITS = OrganisationRow.name, OrganisationRow.title, OrganisationRow.closed_at
"""What each is chosen by: its id, its name, and since when it is gone."""


class WorkQuery(Page):
    """Open work of a person, at a unit, of a module, or that is at nobody."""

    person: str = pydantic.Field(default="", max_length=26, title="办理人")
    holder: str = pydantic.Field(default="", max_length=40, title="承办单位")
    about: str = pydantic.Field(default="", max_length=40, title="业务")
    standing: Standing | None = pydantic.Field(default=None, title="无人承办")
    _at_nobody: ColumnElement[bool] | None = pydantic.PrivateAttr(default=None)


class WorkView(pydantic.BaseModel):
    """A case that goes on. `page` and `record` say where the record it is about is shown."""

    id: str
    page: str
    record: str
    about_title: str = pydantic.Field(title="业务", json_schema_extra=form(width=80))
    number: str = pydantic.Field(title="编号", json_schema_extra=form(width=205))
    name: str = pydantic.Field(title="事项", json_schema_extra=form(width=260))
    step_title: str = pydantic.Field(title="环节")
    holder_title: str = pydantic.Field(title="承办单位")
    person_name: str = pydantic.Field(title="办理人")
    entered_at: datetime = pydantic.Field(title="到达时间")
    standing: str = pydantic.Field(title="无人承办", json_schema_extra=form(kind="choice", options=STANDINGS))


class OpenWork:
    """Lists it, and hands it over."""

    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "在办事项"
    see: ClassVar[str] = MOVE
    table, query = CaseRow, WorkQuery

    def __init__(self, office: Office, cases: Cases, messages: Messages) -> None:
        self.office, self.cases = office, cases
        self.store, self.clock = office.store, office.clock
        self._messages = messages
        messages.templates.add_kind(KIND, "在办事项")
        messages.templates.add(TEMPLATE)
        office.audit.kinds.setdefault(KIND, self.title)
        office.bulky[KIND] = self

    def bulk_acts(self) -> tuple[BulkAct, ...]:
        """Both ways to hand it over."""
        return HandOverToPerson(), HandOverToUnit()

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    def readable(self, visitor: Visitor) -> list[ColumnElement[bool]]:
        """Open cases of organisations within reach."""
        return [OPEN, *visitor.reach(MOVE).limits(CaseRow)]

    async def check_query(self, visitor: Visitor, query: WorkQuery) -> None:
        """What stands at nobody is found out before it is asked for: see `standing`."""
        if query.standing is not None:
            async with self.store.reading() as session:
                limits = self.readable(visitor)
                query._at_nobody = await at_nobody(session, self.cases, query.standing, limits)

    def wanted(
        self, visitor: Visitor, query: WorkQuery
    ) -> tuple[list[ColumnElement[bool]], Sequence[ColumnElement[Any]]]:
        """Conditions and order, the oldest first; after `check_query`."""
        limits = self.readable(visitor)
        for key in ("person", "holder", "about"):
            if value := getattr(query, key):
                limits.append(getattr(CaseRow, key) == value)
        if query._at_nobody is not None:
            limits.append(query._at_nobody)
        return limits, (CaseRow.entered_at.asc(), CaseRow.id.asc())

    async def find(self, visitor: Visitor, query: WorkQuery) -> RecordPage[WorkView]:
        """A page of the list."""
        visitor.need(MOVE)
        await self.check_query(visitor, query)
        limits, order = self.wanted(visitor, query)
        async with self.store.reading() as session:
            found = await listed(session, CaseRow, limits, order, query.page, query.size)
            items = [await self._view(session, visitor, row) for row in found.rows]
            await self._mark(session, visitor, items)
        return RecordPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def count(self, visitor: Visitor, query: WorkQuery, most: int) -> int:
        """How many there are, no further than `most`."""
        visitor.need(MOVE)
        await self.check_query(visitor, query)
        limits, _ = self.wanted(visitor, query)
        some = select(CaseRow.id).where(*limits).limit(most).subquery()
        async with self.store.reading() as session:
            return await session.scalar(select(func.count()).select_from(some)) or 0

    async def titled(self, session: AsyncSession, visitor: Visitor, row: CaseRow) -> str:
        """What a case is called in a preview."""
        found = await self._view(session, visitor, row)
        return f"{found.number} {found.name}".strip() + f"（{found.step_title}）"

    async def _view(self, session: AsyncSession, visitor: Visitor, row: CaseRow) -> WorkView:
        subjects = self.cases.watching.subjects(row.about)
        about = await subjects.described(session, row.record) if subjects is not None else None
        step = self.cases.step(row.process, row.revision, row.step)
        units = await ORGANISATIONS.titles(session, visitor, [row.holder])
        people = await PEOPLE.titles(session, visitor, [row.person] if row.person else [])
        page, _, record = (about.link if about is not None else "").strip("/").partition("/")
        return WorkView(
            id=row.id, page=page or KIND, record=record, number=about.number if about is not None else "",
            name=about.name.removeprefix(about.number).strip() if about is not None else row.record[-6:],
            about_title=subjects.title if subjects is not None else row.about,
            step_title=step.title if step is not None else row.step, holder_title=units.get(row.holder, row.holder),
            person_name=people.get(row.person, ""), entered_at=row.entered_at, standing="",
        )  # fmt: skip

    async def _mark(self, session: AsyncSession, visitor: Visitor, items: list[WorkView]) -> None:
        """Say of those that stand at nobody why."""
        ids = [one.id for one in items]
        for sort in ("unstaffed", "closed", "left"):
            condition = await at_nobody(session, self.cases, sort, [CaseRow.id.in_(ids)])
            standing = set(await session.scalars(select(CaseRow.id).where(CaseRow.id.in_(ids), condition)))
            for one in items:
                if one.id in standing:
                    one.standing = sort

    # ── handing over ─────────────────────────────────────────────────────────────────────────────────────────────

    async def case(self, session: AsyncSession, visitor: Visitor, id: str, *, lock: bool = False) -> Case:
        """An open case within reach; with `lock` nobody else acts on it meanwhile. NotFound."""
        wanted = select(CaseRow.root).where(CaseRow.id == id, *self.readable(visitor))
        if (root := await session.scalar(wanted)) is None:
            raise NotFound("no_work", "事项不存在、已办结，或不在您的管理范围内")
        if lock:
            await self.cases.lock(session, root)
        found = (await self.cases.family(session, id)).cases[id]
        if found.is_over:
            raise NotFound("no_work", "事项已办结")
        return found

    async def tell(self, session: AsyncSession, visitor: Visitor, before: Case, now: Case) -> None:
        """Tell who has it now, once for all that comes to him in the same hour."""
        root = await session.get_one(CaseRow, now.id)
        subjects = self.cases.watching.subjects(root.about)
        if subjects is None or now.person == visitor.person or (not now.person and before.holder == now.holder):
            return
        titles = await ORGANISATIONS.titles(session, visitor, [now.holder])
        name = "您" if now.person else titles.get(now.holder, now.holder)
        what = Filled(TEMPLATE.name, {"移交人": visitor.name, "单位": name})
        key = f"work:{now.holder}:{now.person}:{self.clock.wall():%Y%m%d%H}"
        await self._messages.tell(session, subjects.handlers(now), what, key=key, by=visitor.name)

    async def before_closing(
        self, session: AsyncSession, visitor: Visitor, unit: Organisation, into: Organisation | None
    ) -> None:
        """An organisation that has open work is not dissolved. Conflict."""
        mine = or_(CaseRow.holder == unit.name, CaseRow.organisation == unit.name)
        if count := await session.scalar(select(func.count()).select_from(CaseRow).where(OPEN, mine)):
            raise Conflict("open_work", f"{unit.title}还有 {count} 件在办事项，请先在“在办事项”中移交给其他单位")

    # ── to choose from ───────────────────────────────────────────────────────────────────────────────────────────

    async def people(self, visitor: Visitor, search: str) -> list[tuple[str, str]]:
        """People within reach who have not left, with their organisation."""
        limits = [*people_within(visitor, MOVE), PersonRow.disabled_at.is_(None)]
        if search:
            columns = PersonRow.name, PersonRow.login, PersonRow.agent_no
            limits.append(or_(*(one.contains(search, autoescape=True) for one in columns)))
        wanted = select(PersonRow.id, PersonRow.name, OrganisationRow.title)
        joined = wanted.join(OrganisationRow, OrganisationRow.name == PersonRow.organisation).where(*limits)
        async with self.store.reading() as session:
            rows = await session.execute(joined.order_by(PersonRow.name, PersonRow.id).limit(MOST_OPTIONS))
            return [(id, f"{name}（{title}）") for id, name, title in rows]

    async def units(self, visitor: Visitor, search: str) -> list[tuple[str, str]]:
        """Organisations within reach that were not dissolved."""
        reach = visitor.reach(MOVE)
        limits = OrganisationRow.title.contains(search, autoescape=True), OrganisationRow.closed_at.is_(None)
        wanted = select(OrganisationRow).where(*limits).order_by(OrganisationRow.region, OrganisationRow.name)
        async with self.store.reading() as session:
            rows = [one for one in await session.scalars(wanted) if reach.covers(one.name, one.region)]
        return [(one.name, one.title) for one in rows[:MOST_OPTIONS]]

    async def having(self, visitor: Visitor, key: Literal["person", "holder"], search: str) -> list[tuple[str, str]]:
        """People or organisations that have open work, with how much; also those who have left."""
        column = CaseRow.person if key == "person" else CaseRow.holder
        known = PERSONS if key == "person" else UNITS
        counted = select(column, func.count()).where(*self.readable(visitor), column != "").group_by(column).subquery()
        id, title, gone = known
        wanted = select(id, title, gone, counted.c[1]).join(counted, counted.c[0] == id)
        wanted = wanted.where(title.contains(search, autoescape=True)).order_by(gone.is_(None), counted.c[1].desc(), id)
        async with self.store.reading() as session:
            rows = (await session.execute(wanted.limit(MOST_OPTIONS))).tuples().all()
        word = "已停用" if key == "person" else "已撤销"
        return [(id, f"{title}（{count}件{f'，{word}' if gone else ''}）") for id, title, gone, count in rows]
