"""Routes of the jobs: what waits, what failed and why, trying again and giving up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Page, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.configuring.service import MANAGE, SEE
from cti.office.identity.audit.trail import Audit
from cti.office.jobs.kinds import JobState
from cti.office.jobs.models import JobRow
from cti.office.jobs.service import Jobs
from cti.office.screens import form
from cti.store.engine import Store
from cti.store.listing import listed

STATES = {"waiting": "等待", "running": "执行中", "done": "完成", "failed": "失败", "cancelled": "已取消"}


class JobQuery(Page):
    """Jobs of a kind, or in a state."""

    state: JobState | None = None
    kind: str = pydantic.Field(default="", max_length=60)


class JobView(pydantic.BaseModel):
    """A job; what it is about stays sealed."""

    id: str = pydantic.Field(title="编号")
    kind: str = pydantic.Field(title="任务")
    title: str = pydantic.Field(title="任务")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options=STATES, tones={
            "waiting": "ring", "running": "talk", "done": "ready", "failed": "break", "cancelled": "off",
        }),
    )  # fmt: skip
    tries: int = pydantic.Field(title="已尝试")
    created_at: datetime = pydantic.Field(title="创建时间")
    next_at: datetime | None = pydantic.Field(title="下次执行")
    ended_at: datetime | None = pydantic.Field(title="结束时间")
    last_error: str = pydantic.Field(title="最近错误")


class JobPage(pydantic.BaseModel):
    """A page of jobs, the newest first."""

    items: list[JobView]
    total: int
    page: int
    size: int
    more: bool = False


class JobsApi:
    """Lists durable jobs, and has failed ones tried again or given up; what each did is audited."""

    def __init__(self, jobs: Jobs, store: Store, audit: Audit) -> None:
        self._jobs = jobs
        self._store = store
        self._audit = audit

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/jobs", self.jobs, SEE, "后台任务"),
            Route("POST", "/api/jobs/{id}/retry", self.retry, MANAGE, "重试后台任务"),
            Route("POST", "/api/jobs/{id}/cancel", self.cancel, MANAGE, "取消后台任务"),
        ]

    async def jobs(self, visitor: Visitor, query: JobQuery) -> JobPage:
        """A page of the jobs, the latest first."""
        limits: list[ColumnElement[bool]] = []
        if query.state is not None:
            limits.append(JobRow.state == query.state.value)
        if query.kind:
            limits.append(JobRow.kind == query.kind)
        order: list[ColumnElement[Any]] = [JobRow.created_at.desc(), JobRow.id.desc()]
        async with self._store.reading() as session:
            found = await listed(session, JobRow, limits, order, query.page, query.size)
        items = [self._view(row) for row in found.rows]
        return JobPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def retry(self, visitor: Visitor, id: str) -> JobView:
        """Try one again that failed or was cancelled."""
        async with self._store.writing() as session:
            await self._row_of(session, id)
            if not await self._jobs.again(session, id):
                raise Conflict("not_ended", "该任务尚未结束，或已完成，无需重试")
            await self._audit.write(session, visitor, "job.retried", f"job:{id}")
        self._jobs.look()
        return await self._one(id)

    async def cancel(self, visitor: Visitor, id: str) -> JobView:
        """Give a job up: it is not tried again."""
        async with self._store.writing() as session:
            await self._row_of(session, id)
            if not await self._jobs.cancel(session, id):
                raise Conflict("ended", "该任务已经结束")
            await self._audit.write(session, visitor, "job.cancelled", f"job:{id}")
        return await self._one(id)

    async def _one(self, id: str) -> JobView:
        async with self._store.reading() as session:
            return self._view(await self._row_of(session, id))

    async def _row_of(self, session: AsyncSession, id: str) -> JobRow:
        row = await session.get(JobRow, id)
        if row is None:
            raise NotFound("no_job", "任务不存在")
        return row

    def _view(self, row: JobRow) -> JobView:
        kind = self._jobs.kinds.get(row.kind)
        waits = row.state == JobState.WAITING.value
        return JobView(
            id=row.id,
            kind=row.kind,
            title=kind.title if kind is not None else row.kind,
            state=row.state,
            tries=row.tries,
            created_at=row.created_at,
            next_at=row.next_at if waits else None,
            ended_at=row.ended_at,
            last_error=row.last_error,
        )
