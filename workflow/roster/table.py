"""The roster's table of a week or month: changed cell by cell, taken back, explained, exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations
from cti.office.screens import Choice
from cti.office.sheets.writing import write
from workflow.roster.cells import Move
from workflow.roster.limits import is_night, month_of
from workflow.roster.models import RosterRow, ShiftRow
from workflow.roster.needs import days_of
from workflow.roster.rosters import Rosters
from workflow.roster.rules import EXPORT, PLAN, SEE, leads
from workflow.roster.shift_types import DAY_KINDS, kind_of
from workflow.roster.shifts import Shifts
from workflow.roster.staff import employees, leave_days, target, wishes_of, worked
from workflow.roster.table_views import (
    AwayView,
    DayView,
    JudgedView,
    MonthView,
    MovesBody,
    NeedView,
    PersonView,
    ShiftView,
    SlotView,
    TableQuery,
    TableView,
    UndoneView,
    WishView,
)

MOST_CHOICES = 50
WEEK = "一二三四五六日"


class Table:
    """The service of the table; `leave_titles` are the words of the kinds of leave."""

    def __init__(self, rosters: Rosters, shifts: Shifts, leave_titles: dict[str, str]) -> None:
        self.rosters, self.shifts, self._leave_titles = rosters, shifts, leave_titles
        self._office, self._planning = rosters.office, rosters.planning

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def look(self, visitor: Visitor, query: TableQuery) -> TableView:
        """The table of an organisation: who plans for it sees all, its own people what is published. NotFound."""
        visitor.need(SEE)
        async with self._office.store.reading() as session:
            return await self._look(session, visitor, query)

    async def mine(self, visitor: Visitor, query: TableQuery) -> TableView:
        """One's own published shifts and leave."""
        visitor.need(SEE)
        own = query.model_copy(update={"organisation": ""})
        async with self._office.store.reading() as session:
            return await self._look(session, visitor, own, mine=True)

    async def colleagues(self, visitor: Visitor, search: str) -> list[Choice]:
        """People of one's own organisation who are planned."""
        if not visitor.may(PLAN):
            visitor.need(SEE)
        organisation = visitor.organisation or self._office.organisation
        async with self._office.store.reading() as session:
            every = await employees(session, organisation, self._planning.settings, self._planning.skills)
        found = [one for one in every if search in one.name or search in one.agent_no]
        return [Choice(value=one.id, title=f"{one.name}（{one.agent_no}）") for one in found[:MOST_CHOICES]]

    async def organisations(self, visitor: Visitor) -> list[Choice]:
        """Those for which somebody plans, his own first."""
        async with self._office.store.reading() as session:
            every = (await known_organisations(session)).values()
        found = [one for one in every if not one.closed and leads(visitor, one.name)]
        found.sort(key=lambda one: (one.name != visitor.organisation, one.title))
        return [Choice(value=one.name, title=one.title) for one in found]

    async def _look(
        self, session: AsyncSession, visitor: Visitor, query: TableQuery, *, mine: bool = False
    ) -> TableView:
        organisation, title = await self._organisation(session, visitor, query.organisation)
        plans = not mine and visitor.may(PLAN) and leads(visitor, organisation)
        settings, calendars = self._planning.settings, self._planning.calendars
        days = [date.fromordinal(one) for one in range(query.first.toordinal(), query.last.toordinal() + 1)]
        months = sorted({month_of(one) for one in days})
        wanted = select(RosterRow).where(
            RosterRow.organisation == organisation, RosterRow.month.in_(months), RosterRow.removed_at.is_(None)
        )
        rosters = [
            row for row in await session.scalars(wanted.order_by(RosterRow.month)) if plans or row.state == "published"
        ]
        ids = [row.id for row in rosters]
        own = [ShiftRow.person == visitor.person] if mine else []
        rows = (
            await session.scalars(
                select(ShiftRow)
                .where(ShiftRow.roster.in_(ids), ShiftRow.day >= query.first, ShiftRow.day <= query.last, *own)
                .order_by(ShiftRow.day, ShiftRow.begins_at, ShiftRow.id)
            )
        ).all()
        people = await employees(session, organisation, settings, self._planning.skills, {row.person for row in rows})
        people = [one for one in people if one.id == visitor.person or not mine]
        numbers = [one.id for one in people]
        states = ("approved", "asked") if plans or mine else ()
        away = await leave_days(session, numbers, query.first, query.last, states)
        wishes = await wishes_of(session, numbers, query.first, query.last) if plans else {}
        month = days_of(months[0])
        whole = await leave_days(session, numbers, month[0], month[-1]) if plans else {}
        approved = {
            (person, day) for person, some in away.items() for day, one in some.items() if one.state == "approved"
        }
        return TableView(
            organisation=organisation,
            organisation_title=title,
            first=query.first,
            last=query.last,
            days=[DayView(day=one, kind=kind_of(calendars, one), holiday=calendars.holiday(one)) for one in days],
            months=[MonthView(id=row.id, month=row.month, state=row.state) for row in rosters],
            slots=self._slots(rosters),
            people=[
                PersonView(
                    id=one.id, name=one.name, agent_no=one.agent_no,
                    target=target(one, month, whole.get(one.id, {}), calendars) if plans else None,
                )
                for one in people
            ],
            shifts=[_shift(row) for row in rows],
            needs=[] if mine else self._needs(rosters, days, rows, approved),
            away=[
                AwayView(
                    person=person, day=day, title=self._leave_titles.get(one.kind, one.kind),
                    approved=one.state == "approved",
                )
                for person, some in away.items()
                for day, one in some.items()
            ],
            wishes=[
                WishView(person=person, day=day, wish=wish, reason="")
                for person, some in wishes.items()
                for day, wish in some.items()
            ],
            plans=plans,
            me=visitor.person,
        )  # fmt: skip

    async def _organisation(self, session: AsyncSession, visitor: Visitor, name: str) -> tuple[str, str]:
        """Whose table: one for which he plans, or his own."""
        found = (await known_organisations(session)).get(name or visitor.organisation or self._office.organisation)
        own = found is not None and found.name == visitor.organisation
        if found is None or not (own or leads(visitor, found.name)):
            raise NotFound("no_organisation", "机构不存在")
        return found.name, found.title

    def _slots(self, rosters: Sequence[RosterRow]) -> list[SlotView]:
        found: dict[str, SlotView] = {}
        for row in rosters:
            for one in self._planning.types_of(row):
                for name, slot in one.slots.items():
                    found[f"{one.shift}.{name}"] = SlotView(
                        key=f"{one.shift}.{name}", title=slot.title, type_title=one.title,
                        hours=f"{slot.begin}-{slot.end}", minutes=slot.minutes, night=slot.night,
                    )  # fmt: skip
        return list(found.values())

    def _needs(
        self,
        rosters: Sequence[RosterRow],
        days: Sequence[date],
        rows: Sequence[ShiftRow],
        away: set[tuple[str, date]],
    ) -> list[NeedView]:
        there = Counter((row.day, row.slot) for row in rows if (row.person, row.day) not in away)
        found = []
        for roster in rosters:
            types = self._planning.types_of(roster)
            for day in days:
                if month_of(day) != roster.month:
                    continue
                kind = kind_of(self._planning.calendars, day)
                for one in types:
                    for name, slot in one.slots.items():
                        key, needed = f"{one.shift}.{name}", slot.needed(kind)
                        if needed or there[day, key]:
                            found.append(NeedView(day=day, slot=key, needed=needed, there=there[day, key]))
        return found

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def judge(self, visitor: Visitor, body: MovesBody) -> JudgedView:
        """What stands against some changes; nothing is changed."""
        visitor.need(PLAN)
        moves = _moves(body)
        async with self._office.store.reading() as session:
            organisation = await self._planned(session, visitor, body.organisation)
            rosters = await self.shifts.locked(session, organisation, [one.day for one in moves], lock=False)
            judged = await self.shifts.judge(session, organisation, rosters, moves)
        return JudgedView(faults=judged.faults, warnings=judged.warnings)

    async def change(self, visitor: Visitor, body: MovesBody) -> JudgedView:
        """Change cells. Conflict `rules`, or `limits` where a reason would let it pass."""
        visitor.need(PLAN)
        moves = _moves(body)
        async with self.rosters.changing() as session:
            organisation = await self._planned(session, visitor, body.organisation)
            rosters = await self.shifts.locked(session, organisation, [one.day for one in moves])
            judged = await self.shifts.judge(session, organisation, rosters, moves)
            await self.shifts.move(
                session, visitor, organisation, rosters, moves, body.reason, despite=bool(body.reason)
            )
        await self.rosters.changed([row.id for row in rosters.values()])
        return JudgedView(faults=[], warnings=judged.warnings)

    async def undo(self, visitor: Visitor, id: str) -> UndoneView:
        """Take back one's own last change of a roster."""
        visitor.need(PLAN)
        async with self.rosters.changing() as session:
            row = await self.rosters.row(session, visitor, id, lock=True)
            if row.state == "making":
                raise Conflict("state", "值班表正在生成，请稍候")
            change = await self.shifts.undo(session, visitor, row)
        await self.rosters.changed([id])
        words = [one["words"] for one in (*change.after, *change.before)]
        return UndoneView(words=f"已撤销：{words[0]}" + (f" 等 {len(words)} 个班次" if len(words) > 1 else ""))

    async def _planned(self, session: AsyncSession, visitor: Visitor, name: str) -> str:
        organisation, _ = await self._organisation(session, visitor, name)
        if not leads(visitor, organisation):
            raise NotFound("no_organisation", "机构不存在")
        return organisation

    # ── on paper ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def export(self, visitor: Visitor, query: TableQuery) -> tuple[str, bytes]:
        """The table as a spreadsheet: a line for each person, a column for each day."""
        visitor.need(EXPORT)
        found = await self.look(visitor, query)
        await self._office.audit.look(visitor, "roster.exported", f"organisation:{found.organisation}")
        cells: dict[tuple[str, date], str] = {}
        for one in found.shifts:
            cells[one.person, one.day] = f"{one.title} {one.hours}"
        for away in found.away:
            if away.approved:
                cells[away.person, away.day] = away.title
        headings = ["姓名", "工号", *(_heading(one) for one in found.days), "班次", "工时"]
        rows: list[list[str | int | float | None]] = []
        for person in found.people:
            his = [one for one in found.shifts if one.person == person.id]
            line = [cells.get((person.id, one.day), "") for one in found.days]
            rows.append([person.name, person.agent_no, *line, len(his), _hours(sum(one.minutes for one in his))])
        name = f"值班表 {found.organisation_title} {found.first} 至 {found.last}.xlsx"
        return name, await write(headings, rows)


def _moves(body: MovesBody) -> list[Move]:
    return [Move(one.person, one.day, one.slot) for one in body.moves]


def _shift(row: ShiftRow) -> ShiftView:
    begin, end, one = row.begins_at.astimezone(ZONE), row.ends_at.astimezone(ZONE), worked(row)
    return ShiftView(
        id=row.id, person=row.person, day=row.day, slot=row.slot, title=row.title, hours=f"{begin:%H:%M}-{end:%H:%M}",
        minutes=row.minutes, night=is_night(one.begin, one.end), tied=row.tied, begins_at=row.begins_at,
        ends_at=row.ends_at,
    )  # fmt: skip


def _heading(one: DayView) -> str:
    kind = f" {one.holiday or DAY_KINDS[one.kind]}" if one.kind in ("holiday",) else ""
    return f"{one.day.month}月{one.day.day}日 周{WEEK[one.day.weekday()]}{kind}"


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)
