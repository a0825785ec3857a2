"""Routes of readings: what is read of which system, the last value, what is wrong, and a button that reads now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pydantic
from sqlalchemy import func, select

from cti.base.http.routes import Page, Paged, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.connectors.description import Reading
from cti.office.connectors.models import ConnectorReadingRow
from cti.office.connectors.port import OtherSideFails, OtherSideRefuses
from cti.office.connectors.readings import Readings
from cti.office.connectors.rights import MANAGE, need_house
from cti.office.connectors.service import Connectors
from cti.office.identity.audit.trail import Audit
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.store.engine import Store

STATES = {"well": "正常", "failing": "读取失败", "none": "还没有读到", "closed": "未允许发送"}
TONES: Mapping[str, Tone] = {"well": "ready", "failing": "break", "none": "off", "closed": "off"}
PERIODS = {"day": "每日", "week": "每周", "month": "每月"}
BASE = "/api/connector_readings"


class ReadingView(pydantic.BaseModel):
    """A reading of a connector's file, `CONNECTOR:READING`, with the value of the last period that was read."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    title: str = pydantic.Field(title="读数", json_schema_extra=form(width=180))
    connector: str = pydantic.Field(title="连接器", json_schema_extra=form(width=140))
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=TONES))
    value: float | None = pydantic.Field(title="最近的值", json_schema_extra=form(none="—"))
    of: str = pydantic.Field(title="统计期", json_schema_extra=form(none="—", width=112))
    read_at: datetime | None = pydantic.Field(title="读取时间", json_schema_extra=form(none="—"))
    every: str = pydantic.Field(title="周期", json_schema_extra=form(kind="choice", options=PERIODS, width=76))
    at: str = pydantic.Field(title="最早读取时刻", json_schema_extra=form(help="统计期结束后次日"))
    fault: str = pydantic.Field(title="最近错误", json_schema_extra=form(none="—", width=150))


class ValueView(pydantic.BaseModel):
    """The value of a period."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    of: str = pydantic.Field(title="统计期", json_schema_extra=form(width=160))
    value: float = pydantic.Field(title="数值")
    read_at: datetime = pydantic.Field(title="读取时间", json_schema_extra=form(width=184))


class ReadNow(pydantic.BaseModel):
    """What the other side answered just now."""

    words: str


class ReadingsApi:
    """The handlers; readings are the whole house's, as connectors are."""

    def __init__(self, connectors: Connectors, readings: Readings, store: Store, audit: Audit) -> None:
        self._connectors, self._readings, self._store, self._audit = connectors, readings, store, audit

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        return [
            Route("GET", BASE, self.readings, MANAGE, "外部读数"),
            Route("GET", BASE + "/{id}", self.reading, MANAGE, "一项外部读数"),
            Route("GET", BASE + "/{id}/values", self.values, MANAGE, "一项外部读数的历史"),
            Route("POST", BASE + "/{id}/read", self.read, MANAGE, "立即读取一项外部读数"),
        ]

    async def readings(self, visitor: Visitor, query: Page) -> Paged[ReadingView]:
        """Those of all files."""
        need_house(visitor)
        last = await self._last()
        views = [self._view(name, key, last.get((name, key))) for name, key in self._known()]
        return Paged[ReadingView].cut(views, query)

    async def reading(self, visitor: Visitor, id: str) -> ReadingView:
        """One reading of a connector, and how it went the last time."""
        need_house(visitor)
        name, key = self._named(id)
        return self._view(name, key, (await self._last()).get((name, key)))

    async def values(self, visitor: Visitor, id: str, query: Page) -> Paged[ValueView]:
        """What was read, the newest first."""
        need_house(visitor)
        name, key = self._named(id)
        reading, row = self._reading(name, key), ConnectorReadingRow
        mine = row.connector == name, row.reading == key
        wanted = select(row).where(*mine).order_by(row.day.desc())
        async with self._store.reading() as session:
            total = await session.scalar(select(func.count()).select_from(row).where(*mine)) or 0
            rows = await session.scalars(wanted.offset((query.page - 1) * query.size).limit(query.size))
            items = [
                ValueView(id=one.day, of=_period(reading, one.day), value=one.value, read_at=one.read_at)
                for one in rows
            ]
        return Paged[ValueView](items=items, total=total, page=query.page, size=query.size)

    async def read(self, visitor: Visitor, id: str) -> ReadNow:
        """Ask the other side now. What was kept of the period stays."""
        need_house(visitor)
        name, key = self._named(id)
        await self._audit.note(visitor, "connector.tried", f"connector:{name}", {"reading": key})
        if not self._connectors.settings.allowed:
            raise Conflict("closed", "“允许向其他系统发送数据”没有打开")
        try:
            period, value, is_new = await self._readings.read_now(name, key)
        except (OtherSideFails, OtherSideRefuses) as error:
            raise Conflict("not_read", f"没有读到：{error}") from None
        of = _period(self._reading(name, key), period.first.isoformat())
        return ReadNow(words=f"{of}：{value:g}，{'已保存' if is_new else '这一期已有数值，未改动'}")

    def _known(self) -> list[tuple[str, str]]:
        return [(name, key) for name, one in self._connectors.all.items() for key in one.described.readings]

    def _named(self, id: str) -> tuple[str, str]:
        name, _, key = id.partition(":")
        if (name, key) not in self._known():
            raise NotFound("no_reading", "没有这项外部读数")
        return name, key

    def _reading(self, name: str, key: str) -> Reading:
        return self._connectors.all[name].described.readings[key]

    async def _last(self) -> dict[tuple[str, str], ConnectorReadingRow]:
        row = ConnectorReadingRow
        newest = select(row.connector, row.reading, func.max(row.day).label("day")).group_by(row.connector, row.reading)
        last = newest.subquery()
        same = (row.connector == last.c.connector, row.reading == last.c.reading, row.day == last.c.day)
        async with self._store.reading() as session:
            rows = (await session.scalars(select(row).join(last, same[0] & same[1] & same[2]))).all()
        return {(one.connector, one.reading): one for one in rows}

    def _view(self, name: str, key: str, last: ConnectorReadingRow | None) -> ReadingView:
        described, reading = self._connectors.all[name].described, self._reading(name, key)
        fault = self._readings.fault(name, key)
        state = "failing" if fault else "none" if last is None else "well"
        return ReadingView(
            id=f"{name}:{key}", title=reading.title, connector=described.title, every=reading.period, at=reading.at,
            state=state if self._connectors.settings.allowed else "closed", fault=fault,
            value=last.value if last else None, read_at=last.read_at if last else None,
            of=_period(reading, last.day) if last else "",
        )  # fmt: skip


def _period(reading: Reading, first: str) -> str:
    """A period by its first day, in words."""
    return {"day": first, "week": f"{first} 起一周", "month": first[:7]}[reading.period]
