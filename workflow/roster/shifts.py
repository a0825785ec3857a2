"""Shifts of rosters: who works when may change by hand, by a swap or back again; the rules are asked each time.

A shift always has one person: it goes from one to another in one step, under a lock on its month's roster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.roster.cells import Move, cell_of, restored, said, slot_of, span_of
from workflow.roster.limits import Worked, month_of, new_breaches
from workflow.roster.models import ChangeRow, RosterRow, ShiftRow
from workflow.roster.needs import days_of, slots_of
from workflow.roster.planning import Planning
from workflow.roster.rosters import Follower
from workflow.roster.rules import ROSTER_STATES, moment, shift_words
from workflow.roster.solving.problem import Slot
from workflow.roster.staff import NEAR, Employee, employees, leave_days, shifts_of, target, worked
from workflow.roster.telling import Telling


@dataclass(slots=True)
class Judged:
    """What stands against moves: `faults` always, `warnings` unless somebody gives a reason."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Shifts:
    """The service below the table and swaps; who may do what is asked there."""

    def __init__(self, office: Office, planning: Planning, telling: Telling) -> None:
        self.office, self.planning, self._telling = office, planning, telling
        self.followers: list[Follower] = []
        """Hear of changes of published rosters."""

    async def tell_followers(
        self, session: AsyncSession, changed: Sequence[ShiftRow], gone: Sequence[str] = ()
    ) -> None:
        """In the transaction of the change."""
        for follower in self.followers:
            await follower(session, changed, gone)

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    async def locked(
        session: AsyncSession, organisation: str, days: Iterable[date], *, lock: bool = True
    ) -> dict[str, RosterRow]:
        """The rosters of the months of these days, locked in order. Invalid for a month that has none."""
        months = sorted({month_of(one) for one in days})
        wanted = select(RosterRow).where(
            RosterRow.organisation == organisation, RosterRow.month.in_(months), RosterRow.removed_at.is_(None)
        )
        wanted = wanted.order_by(RosterRow.id)
        rows = await session.scalars(wanted.with_for_update() if lock else wanted)
        found = {row.month: row for row in rows}
        for month in months:
            if month not in found:
                raise Invalid("no_roster", f"{month} 还没有值班表，请先新建")
        return found

    def slots(self, rosters: Iterable[RosterRow], people: Sequence[Employee]) -> dict[str, Slot]:
        """The slots of the shift types of rosters, by key."""
        numbers = {one.agent_no: one.id for one in people if one.agent_no}
        return {slot.key: slot for row in rosters for slot in slots_of(self.planning.types_of(row), numbers)}

    async def judge(
        self, session: AsyncSession, organisation: str, rosters: Mapping[str, RosterRow], moves: Sequence[Move]
    ) -> Judged:
        """Ask all rules of what the people of these moves would work."""
        found, settings = Judged(), self.planning.settings
        ids = {one.person for one in moves}
        days = [day for month in rosters for day in days_of(month)]
        first, last = min(days), max(days)
        people = await employees(session, organisation, settings, self.planning.skills, ids)
        by_id, slots = {one.id: one for one in people}, self.slots(rosters.values(), people)
        had = await shifts_of(session, ids, first - NEAR, last + NEAR)
        away = await leave_days(session, ids, first, last)
        for person in sorted(ids):
            if (employee := by_id.get(person)) is None:
                raise Invalid("no_person", "人员不存在，或不属于该机构")
            his = [one for one in moves if one.person == person]
            if not employee.here and any(one.slot for one in his):
                found.faults.append(f"{employee.name}不属于该机构")
                continue
            before, cells = had.get(person, []), {one.day for one in his}
            stays = [worked(row) for row in before if row.day not in cells]
            comes: list[Worked] = []
            for move in his:
                if not move.slot:
                    continue
                slot = slots.get(move.slot) or slot_of(before, move)
                if slot is None:
                    raise Invalid("no_slot", "没有这个班次，请刷新后重试")
                comes.append(slot.on(move.day))
                self._fit(found, employee, move, slot, move.day in away.get(person, {}))
            most = {
                month: target(employee, days_of(month), away.get(person, {}), self.planning.calendars)
                + int(settings.limits.month_overtime * 60)
                for month in rosters
            }
            new = new_breaches([worked(row) for row in before], [*stays, *comes], settings.limits, most)
            found.warnings += [f"{employee.name}：{one.words}" for one in new if one.rule != "double"]
            found.faults += [f"{employee.name}：{one.words}" for one in new if one.rule == "double"]
        return found

    @staticmethod
    def _fit(found: Judged, employee: Employee, move: Move, slot: Slot, away: bool) -> None:
        words = f"{employee.name}：{move.day.month}月{move.day.day}日"
        if not employee.employed(move.day):
            found.faults.append(f"{words}不在职")
        if away:
            found.faults.append(f"{words}请假")
        if not slot.skills <= employee.skills:
            found.warnings.append(f"{words}没有“{slot.title}”所需的技能")
        if slot.people and employee.id not in slot.people:
            found.warnings.append(f"{words}不在“{slot.title}”的人员名单中")
        if slot.night and not employee.nights:
            found.warnings.append(f"{words}登记为不上夜班")

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def move(
        self,
        session: AsyncSession,
        visitor: Visitor,
        organisation: str,
        rosters: Mapping[str, RosterRow],
        moves: Sequence[Move],
        why: str,
        *,
        despite: bool = False,
    ) -> list[ShiftRow]:
        """Do it, in a transaction that holds the rosters. Conflict with what stands against it."""
        if making := next((row for row in rosters.values() if row.state == "making"), None):
            raise Conflict("state", f"{making.month} 值班表{ROSTER_STATES['making']}，请等生成结束")
        judged = await self.judge(session, organisation, rosters, moves)
        if judged.faults:
            raise Conflict("rules", "；".join(judged.faults), more={"faults": judged.faults})
        if judged.warnings and not despite:
            raise Conflict("limits", "；".join(judged.warnings), more={"warnings": judged.warnings})
        before, changed, gone = await self._write(session, organisation, rosters, moves)
        await self._wrote(session, visitor, rosters, before, [cell_of(row) for row in changed], why)
        await self._told(session, rosters, before, changed, gone)
        return changed

    async def _write(
        self, session: AsyncSession, organisation: str, rosters: Mapping[str, RosterRow], moves: Sequence[Move]
    ) -> tuple[list[dict[str, Any]], list[ShiftRow], list[str]]:
        ids, days = {one.person for one in moves}, [one.day for one in moves]
        people = await employees(session, organisation, self.planning.settings, self.planning.skills, ids)
        slots = self.slots(rosters.values(), people)
        rows = await shifts_of(session, ids, min(days), max(days))
        cells = {(one.person, one.day): one.slot for one in moves}
        there = {(row.person, row.day): row for some in rows.values() for row in some}
        touched = {cell: row for cell, row in there.items() if cell in cells and row.slot != cells[cell]}
        before = [cell_of(row) for row in touched.values()]
        free = dict(touched)
        changed: list[ShiftRow] = []
        for (person, day), key in cells.items():
            if not key or ((now := there.get((person, day))) is not None and now.slot == key):
                continue
            # A shift that somebody gives up is the one that the other takes: it goes over as it is.
            given = next((cell for cell, row in free.items() if row.day == day and row.slot == key), None)
            if given is not None:
                row = free.pop(given)
                row.person, row.tied = person, True
            else:
                row = self._new(rosters[month_of(day)], slots, Move(person, day, key))
                session.add(row)
            changed.append(row)
        for row in free.values():
            await session.delete(row)
        await session.flush()
        return before, changed, [row.id for row in free.values()]

    @staticmethod
    def _new(roster: RosterRow, slots: Mapping[str, Slot], move: Move) -> ShiftRow:
        if (slot := slots.get(move.slot)) is None:
            raise Invalid("no_slot", "没有这个班次，请刷新后重试")
        return ShiftRow(
            id=new_id(), organisation=roster.organisation, region=roster.region, roster=roster.id, person=move.person,
            day=move.day, slot=slot.key, title=slot.title, begins_at=moment(move.day, slot.begin),
            ends_at=moment(move.day, slot.end), minutes=slot.minutes, tied=True,
        )  # fmt: skip

    async def _wrote(
        self,
        session: AsyncSession,
        visitor: Visitor,
        rosters: Mapping[str, RosterRow],
        before: list[dict[str, Any]],
        after: list[dict[str, Any]],
        why: str,
    ) -> None:
        now = self.office.clock.wall()
        for row in rosters.values():
            own = [[one for one in some if one["roster"] == row.id] for some in (before, after)]
            if not own[0] and not own[1]:
                continue
            session.add(
                ChangeRow(
                    id=new_id(),
                    organisation=row.organisation,
                    region=row.region,
                    roster=row.id,
                    at=now,
                    by=visitor.person,
                    by_name=visitor.name,
                    why=why,
                    before=own[0],
                    after=own[1],
                )
            )
            if row.state == "draft":
                row.state = "ready"
            row.updated_at = now
            entry = {"before": [said(one) for one in own[0]], "after": [said(one) for one in own[1]], "why": why}
            await self.office.audit.write(session, visitor, "roster.changed", f"roster:{row.id}", after=entry)

    async def _told(
        self,
        session: AsyncSession,
        rosters: Mapping[str, RosterRow],
        before: list[dict[str, Any]],
        changed: Sequence[ShiftRow],
        gone: Sequence[str],
    ) -> None:
        published = {row.id for row in rosters.values() if row.state == "published"}
        new = [row for row in changed if row.roster in published]
        old = [one for one in before if one["roster"] in published]
        if not new and not old:
            return
        await self.tell_followers(session, new, gone)
        for person in {*(row.person for row in new), *(one["person"] for one in old)}:
            lost = [one["words"] for one in old if one["person"] == person]
            got = [shift_words(row) for row in new if row.person == person]
            words = "；".join([*(f"不再上 {one}" for one in lost), *(f"改上 {one}" for one in got)])
            await self._telling.people(session, "changed", [person], (got or lost)[0], words, "/my_shifts")

    async def undo(self, session: AsyncSession, visitor: Visitor, row: RosterRow) -> ChangeRow:
        """Take back the visitor's last change, where nobody changed the roster since. NotFound, Conflict."""
        last = await session.scalar(
            select(ChangeRow)
            .where(ChangeRow.roster == row.id, ChangeRow.undone.is_(False))
            .order_by(ChangeRow.id.desc())
            .limit(1)
        )
        if last is None:
            raise NotFound("nothing", "没有可以撤销的变动")
        if last.by != visitor.person:
            raise Conflict("other", f"最近一次变动是 {last.by_name} 做的，请由本人撤销")
        ids = [one["id"] for one in (*last.before, *last.after)]
        rows = {one.id: one for one in await session.scalars(select(ShiftRow).where(ShiftRow.id.in_(ids)))}
        if any(one["id"] not in rows or cell_of(rows[one["id"]]) != one for one in last.after):
            raise Conflict("changed", "班次已再次变动，不能撤销")
        cells = {(one["person"], date.fromisoformat(one["day"])) for one in last.before}
        taken = await shifts_of(session, [person for person, _ in cells], *span_of(cells)) if cells else {}
        after = {one["id"] for one in last.after}
        if any((one.person, one.day) in cells and one.id not in after for some in taken.values() for one in some):
            raise Conflict("changed", "班次已再次变动，不能撤销")
        before = {one["id"]: one for one in last.before}
        gone = [id for id in rows if id not in before]
        for id in gone:
            await session.delete(rows[id])
        back = [restored(row, rows.get(id), one) for id, one in before.items()]
        session.add_all(back)
        last.undone = True
        await session.flush()
        await self.office.audit.write(session, visitor, "roster.undone", f"roster:{row.id}", after={"why": last.why})
        await self._told(session, {row.month: row}, last.after, back, gone)
        return last
