"""What an agent does with somebody who must be called back: takes the next, is put through, says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor, system
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.telephony.redialling import ANSWERED
from cti.telephony.spared import Spared
from workflow.missed.models import MissedRow
from workflow.missed.rules import CALLED_BACK, GIVEN_UP, GOES_ON, HELD, State, move, refusal
from workflow.missed.service import Missed
from workflow.missed.settings import MissedSettings
from workflow.missed.views import MissedDone, MissedView

LATER = timedelta(minutes=30)
"""So long after the last look a closed calendar may have opened."""
LOOKED_AT = 50
HOUSE = system("待回电")


class Working:
    """The verbs, each in the audit. Conflict when somebody was quicker.

    `on_the_line` says why a number cannot be dialled now, in Chinese: he talks with somebody, or is owed a call.
    """

    def __init__(
        self, missed: Missed, calendars: Calendars, spared: Spared, on_the_line: Callable[[str], str | None]
    ) -> None:
        self.missed = missed
        self._calendars = calendars
        self._spared = spared
        self._on_the_line = on_the_line
        self._office = missed.office
        self.settings = MissedSettings()

    async def next(self, visitor: Visitor, queues: Collection[str]) -> MissedView:
        """The next who is to be called back becomes the visitor's: of these queues, or of none.

        Who has one in hand is shown that. NotFound when nobody is to be called now.
        """
        visitor.need(self.missed.edit_permission)
        async with self.missed.changing() as session:
            own = [MissedRow.taken_by == visitor.person, MissedRow.state.in_(HELD), MissedRow.removed_at.is_(None)]
            row = await session.scalar(select(MissedRow).where(*own).order_by(MissedRow.due_at, MissedRow.id).limit(1))
            if row is None:
                due = await self.due(session, self.missed.readable(visitor), ("", *queues), 1)
                row = due[0] if due else None
                if row is not None:
                    before = self.missed.told(row)
                    await self.apply(session, row, "taken", by=visitor)
                    await self.missed.audit(session, visitor, "taken", row.id, before, self.missed.told(row))
            found = self.missed.shown(visitor, row) if row is not None else None
        if found is None:
            raise NotFound("nobody", "现在没有需要回电的市民")
        await Disclosure(self._office.audit).seen(visitor, SEE_NUMBERS, self.missed.kind, [found.id])
        await self.missed.changed([found.id])
        return found

    async def due(
        self, session: AsyncSession, within: Sequence[ColumnElement[bool]], queues: Collection[str], most: int
    ) -> list[MissedRow]:
        """The next who may be called now, of these queues; who wants no calls any more is done with."""
        now = self._office.clock.wall()
        wanted = (
            select(MissedRow)
            .where(
                *within,
                MissedRow.state == "open",
                MissedRow.due_at <= now,
                MissedRow.number_index.is_not(None),
                MissedRow.queue.in_(list(queues)),
                MissedRow.removed_at.is_(None),
            )
            .order_by(MissedRow.due_at, MissedRow.id)
            .limit(LOOKED_AT)
            .with_for_update(of=MissedRow, skip_locked=True)
        )
        found: list[MissedRow] = []
        for row in await session.scalars(wanted):
            # A message is heard all the same: what he says may need no call.
            if row.recording is None and not row.said and await self._spared.has(session, row.number):
                before = self.missed.told(row)
                await self.apply(session, row, "done", {"result": "do_not_call"})
                await self.missed.audit(session, HOUSE, "done", row.id, before, self.missed.told(row))
            elif not self.is_open(row):
                row.due_at = now + LATER
            elif self._on_the_line(row.number) is None and all(one.number != row.number for one in found):
                found.append(row)
                if len(found) == most:
                    break
        return found

    async def take(self, visitor: Visitor, id: str) -> MissedView:
        """It is the visitor's to call back; Conflict when it is somebody else's."""
        return await self._moved(visitor, id, "taken", "taken")

    async def release(self, visitor: Visitor, id: str) -> MissedView:
        """Put back what one has taken: somebody else may take it."""
        return await self._moved(visitor, id, "released", "open")

    async def again(self, visitor: Visitor, id: str) -> MissedView:
        """Who is done with is called once more, with all his attempts."""
        values = {"attempts": 0, "due_at": self._office.clock.wall(), "result": "", "done_at": None}
        return await self._moved(visitor, id, "again", "open", values, needs=("done",))

    async def dialling(self, visitor: Visitor, id: str) -> tuple[str, str]:
        """The attempt, written down before he is dialled, and the number to dial now. Conflict, Invalid."""
        visitor.need(self.missed.edit_permission)
        async with self._office.store.reading() as session:
            number = (await self.missed.row(session, visitor, id)).number
        if not number:
            raise Invalid("anonymous", "来电未显示号码，无法回拨")
        if (reason := self._on_the_line(number)) is not None:
            raise Conflict("on_the_line", reason)
        attempt = new_id()
        async with self.missed.changing() as session:
            await self._alone(session, id, number)
            row = await self._own_row(session, visitor, id)
            if await self._spared.has(session, number):
                raise Conflict("do_not_call", "该号码已要求免打扰，请填写结果")
            if not self.is_open(row):
                raise Conflict("closed", "现在不是回电时间，请在服务时间内拨打")
            before = self.missed.told(row)
            if row.state == "open":
                await self.apply(session, row, "taken", by=visitor)
            values = {"attempt": attempt, "attempts": row.attempts + 1, "dialled_at": self._office.clock.wall()}
            await self.apply(session, row, "dialling", {**values, "called_back": "", "last_result": ""}, by=visitor)
            await self.missed.audit(session, visitor, "dialled", id, before, self.missed.told(row))
        await self.missed.changed([id])
        return attempt, Number.parse(number).national

    async def _alone(self, session: AsyncSession, id: str, number: str) -> None:
        """Nobody else dials him: all that waits for his number is held until this is written. Conflict."""
        same = select(MissedRow.id, MissedRow.state).where(
            MissedRow.number_index == number, MissedRow.removed_at.is_(None)
        )
        for other, state in await session.execute(same.order_by(MissedRow.id).with_for_update()):
            if other != id and state == "dialling":
                raise Conflict("on_the_line", "正在回拨这位市民的另一条待回电")

    async def done(self, visitor: Visitor, id: str, body: MissedDone) -> MissedView:
        """What came of it, as the agent says: it ends, or he is called again at his time. Invalid, Conflict."""
        now = self._office.clock.wall()
        if body.result == "later" and (body.due_at is None or body.due_at <= now):
            raise Invalid("due_at", "请填写晚于现在的约定时间", "due_at")
        others: list[str] = []
        async with self.missed.changing() as session:
            row = await self._own_row(session, visitor, id)
            before = self.missed.told(row)
            said = {"result": body.result, "note": body.note}
            if body.result not in GOES_ON:
                await self.apply(session, row, "done", said, by=visitor)
            elif body.result == "later":
                # He is promised a call: one more than the rule says, if need be.
                attempts = min(row.attempts, max(self.settings.attempts - 1, 0))
                await self.apply(session, row, "open", {**said, "attempts": attempts, "due_at": body.due_at})
            else:
                # Whom he rang by another telephone was rung all the same.
                attempts = row.attempts + (1 if row.state in ("open", "taken") else 0)
                await self.not_reached(session, row, attempts, body.result, {"note": body.note})
            if body.result == "do_not_call":
                await self._spared.ask(session, visitor, row.number, row.organisation, row.region)
            if body.result in ("reached", "do_not_call"):
                others = await self._close_others(session, row)
            await self.missed.audit(session, visitor, "done", id, before, self.missed.told(row))
            found = self.missed.shown(visitor, row)
        await self.missed.changed([id, *others])
        return found

    async def _close_others(self, session: AsyncSession, row: MissedRow) -> list[str]:
        """Who was talked to is called about nothing else, but what he said in a message is still to be heard."""
        closed = []
        for other in await self.missed.waiting_for(session, {row.number}):
            if other.id != row.id and other.state == "open":
                await self.apply(session, other, "done", {"result": CALLED_BACK})
                closed.append(other.id)
        return closed

    # ── how a dial ended ─────────────────────────────────────────────────────────────────────────────────────────

    async def was_begun(self, id: str, call: str) -> None:
        """The call that was begun for the attempt under way."""
        async with self.missed.changing() as session:
            row = await session.get(MissedRow, id, with_for_update=True)
            if row is not None and row.state == "dialling":
                row.called_back = call
        await self.missed.changed([id])

    async def came_to_nothing(self, id: str) -> None:
        """The citizen was not dialled after all, since the agent's own phone was not reached: no attempt."""
        async with self.missed.changing() as session:
            row = await session.get(MissedRow, id, with_for_update=True)
            if row is None or row.state != "dialling":
                return
            await self.apply(session, row, "taken", {"attempts": row.attempts - 1, "attempt": "", "called_back": ""})
        await self.missed.changed([id])

    async def was_over(self, attempt: str, result: str, call: str) -> None:
        """An attempt ended so, if it is the one under way; told twice it counts once."""
        async with self.missed.changing() as session:
            row = await session.scalar(
                select(MissedRow).where(MissedRow.attempt == attempt).with_for_update(of=MissedRow)
            )
            if row is None or row.state != "dialling":
                return
            before, call = self.missed.told(row), call or row.called_back
            if result == ANSWERED:
                await self.apply(session, row, "talked", {"last_result": result, "called_back": call})
            else:
                await self.not_reached(session, row, row.attempts, result, {"called_back": call})
            await self.missed.audit(session, HOUSE, "rung", row.id, before, self.missed.told(row))
            id = row.id
        await self.missed.changed([id])

    async def not_reached(
        self, session: AsyncSession, row: MissedRow, attempts: int, result: str, values: Mapping[str, Any]
    ) -> None:
        """After so many attempts he is called again in time, or is given up."""
        due = self.settings.rule.again(attempts, result, self._office.clock.wall())
        said = {**values, "attempts": attempts, "last_result": result}
        if due is None:
            await self.apply(session, row, "done", {**said, "result": GIVEN_UP})
        else:
            await self.apply(session, row, "open", {**said, "due_at": due})

    # ── together ─────────────────────────────────────────────────────────────────────────────────────────────────

    def is_open(self, row: MissedRow) -> bool:
        """Whether people are called back now where he called."""
        calendar, now = self.settings.calendar, self._office.clock.wall()
        return not calendar or self._calendars.is_open(calendar, now, row.region, row.organisation)

    async def _own_row(self, session: AsyncSession, visitor: Visitor, id: str) -> MissedRow:
        visitor.need(self.missed.edit_permission)
        row = await self.missed.row(session, visitor, id, lock=True)
        if row.state == "offered":
            raise refusal(row.state)
        if row.state in HELD and row.taken_by != visitor.person:
            raise Conflict("taken", f"{row.taken_name} 正在处理")
        return row

    async def _moved(
        self, visitor: Visitor, id: str, action: str, to: State, values: Mapping[str, Any] | None = None,
        needs: Collection[str] = ("open", "taken"),
    ) -> MissedView:  # fmt: skip
        async with self.missed.changing() as session:
            row = await self._own_row(session, visitor, id)
            if row.state not in needs:
                raise refusal(row.state)
            before = self.missed.told(row)
            await self.apply(session, row, to, values or {}, by=visitor)
            await self.missed.audit(session, visitor, action, id, before, self.missed.told(row))
            found = self.missed.shown(visitor, row)
        await self.missed.changed([id])
        return found

    async def apply(
        self, session: AsyncSession, row: MissedRow, to: State, values: Mapping[str, Any] | None = None,
        by: Visitor | None = None,
    ) -> None:  # fmt: skip
        """Move by the table; who is open is nobody's, who is done stays with whoever did it."""
        now = self._office.clock.wall()
        row.state = to if row.state == to else move(row.state, to)
        row.updated_at = now
        for name, value in (values or {}).items():
            setattr(row, name, value)
        if to == "open":
            row.taken_by = row.taken_name = row.attempt = ""
        elif by is not None:
            row.taken_by, row.taken_name = by.person, by.name
        if to == "done":
            row.done_at, row.attempt = now, ""
