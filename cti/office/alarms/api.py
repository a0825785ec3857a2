"""Routes and screens' models of alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic
from sqlalchemy import ColumnElement

from cti.base.http.routes import Body, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.alarms.models import AlarmRow
from cti.office.alarms.service import HANDLE, SEE, Alarms
from cti.office.screens import form
from cti.office.timeline.entries import TimelinePage, TimelineQuery

STATES = {"open": "待确认", "acknowledged": "处理中", "ended": "已结束"}


class AlarmQuery(Page):
    """Alarms in a state, or of a period."""

    state: Literal["open", "acknowledged", "ended"] | None = None
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class AlarmView(pydantic.BaseModel):
    """An alarm and who took it on."""

    id: str = pydantic.Field(title="编号")
    name: str = pydantic.Field(title="名称")
    text: str = pydantic.Field(title="告警", json_schema_extra=form(kind="long", width=380))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options=STATES, tones={
            "open": "break", "acknowledged": "talk", "ended": "ready",
        }),
    )  # fmt: skip
    raised_at: datetime = pydantic.Field(title="发生时间", json_schema_extra=form(width=172))
    ended_at: datetime | None = pydantic.Field(title="结束时间", json_schema_extra=form(width=172))
    acknowledged_at: datetime | None = pydantic.Field(title="确认时间", json_schema_extra=form(hidden=True))
    acknowledged_by: str = pydantic.Field(title="确认人")
    told: int = pydantic.Field(title="告知次数")
    note: str = pydantic.Field(title="处理说明", json_schema_extra=form(hidden=True))


class Acknowledgement(Body):
    """What is being done about it."""

    note: str = pydantic.Field(default="", max_length=200, title="处理说明")


class Closing(Body):
    """Why it is over."""

    note: str = pydantic.Field(min_length=1, max_length=200, title="关闭原因")


class AlarmsApi:
    """Lists alarms and takes acknowledgements, from who may see or handle them."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/alarms", self.alarms, SEE, "告警"),
            Route("GET", "/api/alarms/{id}", self.alarm, SEE, "告警详情"),
            Route("GET", "/api/alarms/{id}/timeline", self.timeline, SEE, "告警经过"),
            Route("POST", "/api/alarms/{id}/acknowledge", self.acknowledge, HANDLE, "确认告警"),
            Route("POST", "/api/alarms/{id}/close", self.close, HANDLE, "关闭告警"),
        ]

    async def alarms(self, visitor: Visitor, query: AlarmQuery) -> Paged[AlarmView]:
        """A page, the newest first."""
        limits: list[ColumnElement[bool]] = []
        if query.state is not None:
            ended = AlarmRow.ended_at.is_not(None) if query.state == "ended" else AlarmRow.ended_at.is_(None)
            limits.append(ended)
        if query.state in ("open", "acknowledged"):
            seen = AlarmRow.acknowledged_at
            limits.append(seen.is_(None) if query.state == "open" else seen.is_not(None))
        if query.since is not None:
            limits.append(AlarmRow.raised_at >= query.since)
        if query.until is not None:
            limits.append(AlarmRow.raised_at < query.until)
        found = await self._alarms.find(visitor, limits, query.page, query.size)
        return Paged(
            items=[view(row) for row in found.rows],
            total=found.total,
            page=query.page,
            size=query.size,
            more=found.more,
        )

    async def alarm(self, visitor: Visitor, id: str) -> AlarmView:
        """An alarm of the house. NotFound."""
        return view(await self._alarms.get(visitor, id))

    async def timeline(self, visitor: Visitor, id: str, query: TimelineQuery) -> TimelinePage:
        """What became of it, the newest first."""
        return await self._alarms.timeline(visitor, id, query)

    async def acknowledge(self, visitor: Visitor, id: str, body: Acknowledgement) -> AlarmView:
        """Take an alarm on, with a note: nobody is told of it again before it is over."""
        return view(await self._alarms.acknowledge(visitor, id, body.note))

    async def close(self, visitor: Visitor, id: str, body: Closing) -> AlarmView:
        """Say that it is over."""
        return view(await self._alarms.close(visitor, id, body.note))


def view(row: AlarmRow) -> AlarmView:
    """As it is told."""
    state = "ended" if row.ended_at is not None else "open" if row.acknowledged_at is None else "acknowledged"
    return AlarmView(
        id=row.id, name=row.name, text=row.text, state=state, raised_at=row.raised_at, ended_at=row.ended_at,
        acknowledged_at=row.acknowledged_at, acknowledged_by=row.acknowledged_by, told=row.told, note=row.note,
    )  # fmt: skip
