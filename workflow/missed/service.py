"""Who must be called back: made of what happened, listed, counted. What people do about it is in `working.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.ids import new_id
from cti.base.numbers.number import masked_in
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS
from cti.office.records import Office, Records
from cti.office.records.telephones import Telephone
from cti.office.records.whom import Whom
from cti.office.sharing import Shared
from cti.telephony.queue_titles import QueueTitles
from workflow.missed.lost import Lost, Reached
from workflow.missed.models import MissedRow
from workflow.missed.rules import CALLED_AGAIN
from workflow.missed.views import REASONS, MissedDone, MissedFigure, MissedQuery, MissedView

BASE = "/api/missed"


class Missed(Records[MissedRow, MissedDone, MissedView, MissedQuery]):
    """The service. Rows come from what happened (`take_in`); people only work on them."""

    table, fields, view, query = MissedRow, MissedDone, MissedView, MissedQuery
    kind: ClassVar[str] = "missed"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "待回电"
    see: ClassVar[str] = "missed.see"
    edit_permission: ClassVar[str] = "missed.work"
    sort: ClassVar[str] = "-last_at"
    is_private: ClassVar[bool] = True
    telephone: ClassVar[Telephone | None] = Telephone("number")
    filters: ClassVar[tuple[str, ...]] = ("reason", "state", "queue")
    period: ClassVar[str] = "last_at"
    asked_openly: ClassVar[tuple[str, ...]] = ("calls", "state", "taken_name", "result", "note")
    unasked: ClassVar[tuple[str, ...]] = ("said",)
    orders: ClassVar[tuple[str, ...]] = ("due_at",)
    is_called_about: ClassVar[bool] = True

    def __init__(self, office: Office, queues: QueueTitles, area: str) -> None:
        super().__init__(office)
        self._queues, self.area = queues, area

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """By when they called, and how often."""
        return {"last_at": MissedRow.last_at, "calls": MissedRow.calls, "due_at": MissedRow.due_at}

    async def values(
        self, session: AsyncSession, body: MissedDone, row: MissedRow | None, organisation: str
    ) -> dict[str, Any]:
        """What a person says of it; nobody makes one by hand."""
        if row is None:
            raise Invalid("not_by_hand", "待回电由来电产生，不能手工新增")
        return {"result": body.result, "note": body.note}

    def words(self, visitor: Visitor, row: MissedRow) -> dict[str, Any]:
        """Whole numbers by right; the sound by its address; the queue's title."""
        sound = {"name": "留言", "url": f"{BASE}/{row.id}/audio"} if row.recording else None
        return {
            **super().words(visitor, row),
            **{name: getattr(row, name) or "" for name in ("taken_name", "result", "note")},
            "sound": sound,
            "said": row.said if visitor.may(SEE_NUMBERS) else masked_in(row.said or ""),
            "calls": row.calls or 1,
            "state": row.state or "open",
            "titles": self._queues.beside(row.queue),
        }

    # ── what happened ────────────────────────────────────────────────────────────────────────────────────────────

    async def take_in(self, lost: Sequence[Lost]) -> None:
        """Callers were missed: another row, or one more call of him who is to be called back anyway. Once a call."""
        rows: list[MissedRow] = []
        async with self.office.store.writing() as session:
            for one in lost:
                if await self._is_known(session, one):
                    continue
                waiting = await self.waiting_for(session, {one.number}) if not one.is_message else ()
                if one.is_message and (row := await self._of_call(session, one)) is not None:
                    # The message came to light after the end of its call.
                    row.reason, row.recording, row.said, row.seconds = one.reason, one.recording, one.said, one.seconds
                    row.queue, row.updated_at = one.queue or row.queue, self.office.clock.wall()
                elif waiting:
                    row = waiting[0]
                    row.calls += 1
                    row.call, row.last_at, row.updated_at = one.call, one.at, self.office.clock.wall()
                    row.queue = one.queue or row.queue
                else:
                    row = self._row(one)
                    session.add(row)
                rows.append(row)
        await self.changed([row.id for row in rows])

    async def _is_known(self, session: AsyncSession, lost: Lost) -> bool:
        """Whether it is here already: the same is told again after a death of the engine."""
        same = MissedRow.recording == lost.recording if lost.recording else MissedRow.call == lost.call
        if lost.recording is None:
            same &= MissedRow.recording.is_(None)
        return await session.scalar(select(MissedRow.id).where(same).limit(1)) is not None

    async def _of_call(self, session: AsyncSession, lost: Lost) -> MissedRow | None:
        """Whoever waits for having been missed in this call alone."""
        waiting = await self.waiting_for(session, {lost.number})
        return next((row for row in waiting if row.call == lost.call and row.calls == 1), None)

    async def waiting_for(self, session: AsyncSession, numbers: Collection[str]) -> Sequence[MissedRow]:
        """Whoever of them waits to be called back, messages aside."""
        wanted = select(MissedRow).where(
            MissedRow.number_index.in_({number for number in numbers if number}),
            MissedRow.state != "done",
            MissedRow.removed_at.is_(None),
            MissedRow.recording.is_(None),
            MissedRow.said == "",
        )
        return (await session.scalars(wanted)).all()

    def _row(self, lost: Lost) -> MissedRow:
        now = self.office.clock.wall()
        return MissedRow(
            id=new_id(),
            organisation=lost.organisation,
            region=lost.region,
            created_at=now,
            updated_at=now,
            number=lost.number,
            number_index=lost.number,
            number_last_four=lost.number,
            reason=lost.reason,
            queue=lost.queue,
            call=lost.call,
            recording=lost.recording,
            said=lost.said,
            seconds=lost.seconds,
            calls=1,
            last_at=lost.at,
            attempts=0,
            due_at=lost.at,
            attempt="",
            called_back="",
            last_result="",
            state="open",
            taken_by="",
            taken_name="",
            result="",
            note="",
        )

    async def reached(self, reached: Sequence[Reached]) -> None:
        """They called again and somebody talked to them: nobody needs to call them back, unless they left a message."""
        last = {one.number: one.at for one in sorted(reached, key=lambda one: one.at)}
        async with self.office.store.reading() as session:
            # After nearly every talk nobody waits: then nothing is locked.
            if not await self.waiting_for(session, last):
                return
        done: list[str] = []
        async with self.office.store.writing() as session:
            for row in await self.waiting_for(session, last):
                if row.state in ("open", "offered", "taken") and row.last_at <= last[row.number]:
                    now = self.office.clock.wall()
                    row.state, row.result, row.done_at, row.updated_at = "done", CALLED_AGAIN, now, now
                    done.append(row.id)
        await self.changed(done)

    async def of_call(self, visitor: Visitor, call: str) -> list[MissedView]:
        """Whom a call back is about; none for any other call."""
        visitor.need(self.edit_permission)
        mine = (MissedRow.attempt == call) | (MissedRow.called_back == call)
        async with self.office.store.reading() as session:
            rows = (await session.scalars(select(MissedRow).where(mine, *self.readable(visitor)).limit(2))).all()
            return [self.shown(visitor, row) for row in rows]

    async def recording_of(self, visitor: Visitor, id: str) -> str:
        """The recording of a message; NotFound when there is none."""
        visitor.need(self.edit_permission)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            recording = row.recording
        if recording is None:
            raise NotFound("no_message", "没有留言")
        return recording

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────

    def offered(self, row: MissedRow, writes: bool) -> list[str]:
        """What can be done with one now; who may is said by each action's permission."""
        now = {
            "open": ["dial", "done", "take"], "offered": [], "taken": ["dial", "done", "release"], "talked": ["done"],
            "dialling": ["done"], "done": ["again"],
        }  # fmt: skip
        return [*super().offered(row, writes), *(now[row.state or "open"] if row.removed_at is None else [])]

    def whom(self, visitor: Visitor, row: MissedRow) -> Whom:
        """The caller, and why he was missed."""
        about = f"{REASONS[row.reason]}，来电 {row.calls or 1} 次"
        return Whom(row.id, row.number or "", about=about, place=row.region)

    async def figures(self, visitor: Visitor, since: datetime, until: datetime) -> list[MissedFigure]:
        """By queue, of those who called last within a period."""
        visitor.need(self.see)
        limits = [*self.readable(visitor), MissedRow.last_at >= since, MissedRow.last_at < until]
        wanted = (
            select(MissedRow.queue, MissedRow.reason, MissedRow.state, func.count())
            .where(*limits, MissedRow.removed_at.is_(None))
            .group_by(MissedRow.queue, MissedRow.reason, MissedRow.state)
        )
        async with self.office.store.reading() as session:
            rows = (await session.execute(wanted)).all()
        found: dict[str, dict[str, int]] = {}
        for queue, reason, state, count in rows:
            one = found.setdefault(queue, dict.fromkeys((*REASONS, "waiting"), 0))
            one[reason] += count
            one["waiting"] += count if state != "done" else 0
        return [MissedFigure(queue=queue, **found[queue]) for queue in sorted(found)]
