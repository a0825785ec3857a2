"""Does an act with many records: each on its own, what became of it kept, the rest taken up again after a restart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pydantic
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.bulk.asking import SHOWN, BulkAnswer, Failure, Many, State
from cti.office.bulk.looking import AT_ONCE, GONE, chosen
from cti.office.bulk.models import BulkRecordRow, BulkRunRow
from cti.office.identity.directory import load_visitor
from cti.office.identity.models import PersonRow
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs

if TYPE_CHECKING:
    from cti.office.records.office import Office
    from cti.office.records.parts import Service

JOB = "bulk"
BATCH = 20
KEPT = timedelta(days=7)
"""How long an act can be looked at, and taken back."""
UNDO = "undo"


class BulkRuns:
    """The service; `jobs` is there where the house has some, and does what is too much for one answer."""

    def __init__(self, office: Office, jobs: Jobs | None = None) -> None:
        self._office, self._jobs = office, jobs
        if jobs is not None:
            jobs.register(JobKind(JOB, "批量处理记录", self._job, tries=4, timeout=3600.0, given_up=self._given_up))

    @classmethod
    def of(cls, office: Office) -> BulkRuns:
        """The office's own; one without jobs where nobody has made it."""
        found = office.foundations.setdefault(cls, cls(office))
        assert isinstance(found, cls)
        return found

    async def begin(
        self, visitor: Visitor, service: Service, act: BulkAct, body: Many, filled: dict[str, Any]
    ) -> BulkAnswer:
        """Do it now, or as a job where there are many. Invalid as `chosen`."""
        visitor.need(act.permission(service))
        ids = await chosen(service, visitor, body)
        now = self._office.clock.wall()
        run = BulkRunRow(
            id=new_id(), person=visitor.person, kind=service.kind, act=act.name, state="running", made_at=now,
            content=msgspec.json.encode(filled).decode(),
        )  # fmt: skip
        async with self._office.store.writing() as session:
            session.add(run)
            session.add_all(
                BulkRecordRow(
                    run=run.id,
                    record=id,
                    place=place,
                    version=body.seen.get(id, 0),
                    state="waiting",
                    detail="",
                    back="",
                )
                for place, id in enumerate(ids)
            )
        await self._go_on(visitor, run.id, len(ids))
        return await self.told(visitor, run.id)

    async def told(self, visitor: Visitor, id: str) -> BulkAnswer:
        """How far an act of the visitor's is. NotFound for others'."""
        async with self._office.store.reading() as session:
            run = await self._own(session, visitor, id)
            counted = select(BulkRecordRow.state, func.count()).where(BulkRecordRow.run == id)
            counts = dict((await session.execute(counted.group_by(BulkRecordRow.state))).tuples().all())
            refused = (
                select(BulkRecordRow.record, BulkRecordRow.detail)
                .where(BulkRecordRow.run == id, BulkRecordRow.state == "failed")
                .order_by(BulkRecordRow.place)
                .limit(SHOWN)
            )
            failed = [Failure(id=one, detail=why) for one, why in (await session.execute(refused)).tuples()]
            backs = select(BulkRecordRow).where(BulkRecordRow.run == id, BulkRecordRow.state == "done").limit(1)
            first = await session.scalar(backs)
        act = self._act(run)[1]
        return BulkAnswer(
            run=run.id, title=act.title, state=cast("State", run.state), total=sum(counts.values()),
            done=counts.get("done", 0),
            same=counts.get("same", 0), refused=counts.get("failed", 0), undone=counts.get("undone", 0), failed=failed,
            undoable=run.state == "done" and first is not None and bool(first.back), made_at=run.made_at,
        )  # fmt: skip

    async def retry(self, visitor: Visitor, id: str) -> BulkAnswer:
        """Once more what was refused, whatever was changed since the preview. Conflict while it goes on."""
        async with self._office.store.writing() as session:
            run = await self._ended(session, visitor, id)
            again = (
                update(BulkRecordRow)
                .where(BulkRecordRow.run == id, BulkRecordRow.state == "failed")
                .values(state="waiting", version=0)
                .returning(BulkRecordRow.record)
            )
            count = len((await session.execute(again)).all())
            run.state, run.ended_at = "running", None
        await self._go_on(visitor, id, count)
        return await self.told(visitor, id)

    async def undo(self, visitor: Visitor, id: str) -> BulkAnswer:
        """Take back what was done, with each record on its own. Conflict while it goes on."""
        async with self._office.store.writing() as session:
            run = await self._ended(session, visitor, id)
            done = (BulkRecordRow.run == id, BulkRecordRow.state == "done")
            count = await session.scalar(select(func.count()).where(*done)) or 0
            run.state, run.ended_at = UNDO, None
        await self._go_on(visitor, id, count)
        return await self.told(visitor, id)

    async def sweep(self, session: AsyncSession, at: datetime) -> None:
        """Let go what was done long ago; suits `Schedule.every`."""
        old = select(BulkRunRow.id).where(BulkRunRow.made_at < at - KEPT)
        for table, key in ((BulkRecordRow, BulkRecordRow.run), (BulkRunRow, BulkRunRow.id)):
            await session.execute(delete(table).where(key.in_(old)).execution_options(synchronize_session=False))

    # ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _go_on(self, visitor: Visitor, run: str, count: int) -> None:
        if self._jobs is not None and count > AT_ONCE:
            await self._jobs.do(JOB, {"run": run})
        else:
            await self._work(visitor, run)

    async def _job(self, data: dict[str, Any]) -> None:
        """As the person who asked, with the rights that he has now."""
        async with self._office.store.reading() as session:
            run = await session.get(BulkRunRow, data["run"])
            person = await session.get(PersonRow, run.person) if run is not None else None
            if run is None or person is None or person.disabled_at is not None:
                raise Hopeless("who asked for it is not there any more")
            visitor, _ = await load_visitor(session, person)
        await self._work(visitor, data["run"])

    async def _given_up(self, session: AsyncSession, data: dict[str, Any], reason: str) -> None:
        """Nobody is at it any more: what was not done says so, and can be tried again."""
        run = await session.get(BulkRunRow, data["run"], with_for_update=True)
        if run is None or run.ended_at is not None:
            return
        if run.state != UNDO:
            left = BulkRecordRow.run == run.id, BulkRecordRow.state == "waiting"
            await session.execute(update(BulkRecordRow).where(*left).values(state="failed", detail=reason[:400]))
        run.state, run.ended_at = "done", self._office.clock.wall()

    async def _work(self, visitor: Visitor, id: str) -> None:
        async with self._office.store.reading() as session:
            run = await session.get_one(BulkRunRow, id)
        service, act = self._act(run)
        back = run.state == UNDO
        filled = act.fields.model_validate(msgspec.json.decode(run.content))
        after = -1
        while True:
            async with self._office.store.reading() as session:
                state = "done" if back else "waiting"
                wanted = select(BulkRecordRow).where(
                    BulkRecordRow.run == id, BulkRecordRow.state == state, BulkRecordRow.place > after
                )
                rows = list(await session.scalars(wanted.order_by(BulkRecordRow.place).limit(BATCH)))
            if not rows:
                break
            after = rows[-1].place
            for row in rows:
                await self._one(visitor, service, act, row, filled, back=back)
            async with self._office.store.writing() as session:
                for row in rows:
                    kept = await session.get_one(BulkRecordRow, (row.run, row.record))
                    kept.state, kept.detail, kept.back = row.state, row.detail[:400], row.back
        async with self._office.store.writing() as session:
            ended = await session.get_one(BulkRunRow, id)
            ended.state, ended.ended_at = "undone" if back else "done", self._office.clock.wall()

    async def _one(
        self,
        visitor: Visitor,
        service: Service,
        act: BulkAct,
        row: BulkRecordRow,
        filled: pydantic.BaseModel,
        *,
        back: bool,
    ) -> None:
        try:
            if back:
                if row.back:
                    await act.undo(service, visitor, row.record, msgspec.json.decode(row.back))
                    row.state = "undone"
                return
            if row.version:
                await self._check_seen(visitor, service, row)
            found = await act.do(service, visitor, row.record, filled)
        except Refusal as refusal:
            row.state, row.detail = "failed", refusal.detail
        else:
            row.state, row.detail = ("done", "") if found is not None else ("same", "")
            row.back = msgspec.json.encode(found).decode() if found else ""

    async def _check_seen(self, visitor: Visitor, service: Service, row: BulkRecordRow) -> None:
        table = service.table
        wanted = select(table.version).where(table.id == row.record, *service.readable(visitor))
        async with self._office.store.reading() as session:
            version = await session.scalar(wanted)
        if version is None:
            raise NotFound("gone", GONE)
        if version != row.version:
            raise Conflict("changed", "预览之后已被修改，未处理；可重试")

    def _act(self, run: BulkRunRow) -> tuple[Service, BulkAct]:
        service = self._office.services.get(run.kind) or self._office.bulky.get(run.kind)
        found = {one.name: one for one in service.bulk_acts()}.get(run.act) if service is not None else None
        if service is None or found is None:
            raise NotFound("no_act", "该操作已不可用")
        return service, found

    async def _own(self, session: AsyncSession, visitor: Visitor, id: str, *, lock: bool = False) -> BulkRunRow:
        run = await session.get(BulkRunRow, id, with_for_update=True if lock else None)
        if run is None or run.person != visitor.person:
            raise NotFound("no_run", "没有这次批量操作")
        return run

    async def _ended(self, session: AsyncSession, visitor: Visitor, id: str) -> BulkRunRow:
        run = await self._own(session, visitor, id, lock=True)
        if run.state != "done":
            raise Conflict(
                "running" if run.ended_at is None else "undone", "正在处理" if run.ended_at is None else "已经撤销"
            )
        return run
