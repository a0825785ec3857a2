"""Who waits and who is owed a callback, over HTTP, and what supervisors do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import pydantic

from acd.floor.floor import ACT, AWAY, SEE, Floor
from cti.base.http.routes import Body, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.screens.forms import form

PREFIX = "/api/acd"
MEDIA = {"call": "电话", "chat": "在线会话", "callback": "回拨"}
WAITING = {"waiting": "排队中", "offered": "正在振铃", "held": "保留位置"}
CALLBACK_STATES = {
    "waiting": "排队中",
    "reserved": "已分配座席",
    "dialling": "正在呼叫市民",
    "talking": "通话中",
    "later": "等待下次拨打",
    "done": "已完成",
    "failed": "未能接通",
    "cancelled": "已取消",
}


class WaiterView(pydantic.BaseModel):
    """Somebody who waits in a queue."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    queue_title: str = pydantic.Field(title="队列")
    position: int = pydantic.Field(title="位次", json_schema_extra=form(width=70))
    caller: str = pydantic.Field(title="来电号码", json_schema_extra=form(kind="phone", none="匿名"))
    medium: str = pydantic.Field(title="渠道", json_schema_extra=form(kind="choice", options=MEDIA, width=90))
    since: datetime = pydantic.Field(title="开始等待", json_schema_extra=form(width=180))
    estimate: float | None = pydantic.Field(title="预计还需", json_schema_extra=form(kind="duration", none="无人在岗"))
    priority: float = pydantic.Field(title="优先级", json_schema_extra=form(width=80))
    reasons: str = pydantic.Field(title="优先级由来", json_schema_extra=form(width=260))
    need: str = pydantic.Field(title="现在要求")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=WAITING, tones={"waiting": "break", "offered": "ring", "held": "off"}
        ),
    )
    agent: str = pydantic.Field(title="正在振铃的座席", json_schema_extra=form(none="—"))
    waits_for: str = pydantic.Field(title="专等座席", json_schema_extra=form(none="—"))


class OwedView(pydantic.BaseModel):
    """A callback that is owed to somebody."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    number: str = pydantic.Field(title="回拨号码", json_schema_extra=form(kind="phone"))
    queue_title: str = pydantic.Field(title="队列")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice",
            options=CALLBACK_STATES,
            tones={"waiting": "break", "dialling": "ring", "talking": "talk", "done": "ready", "failed": "off"},
        ),
    )
    since: datetime = pydantic.Field(title="来电时间")
    attempts: int = pydantic.Field(title="已拨次数")
    attempts_most: int = pydantic.Field(title="最多次数")
    next_at: datetime | None = pydantic.Field(title="下次拨打", json_schema_extra=form(none="—"))
    agent: str = pydantic.Field(title="座席", json_schema_extra=form(none="—"))
    result: str = pydantic.Field(title="上次结果", json_schema_extra=form(none="—"))
    ended_at: datetime | None = pydantic.Field(title="结束时间", json_schema_extra=form(none="—"))


class WaitingQuery(Page):
    """A page of those who wait, perhaps in one queue only."""

    queue: str = pydantic.Field(default="", max_length=40)


class CallbacksQuery(Page):
    """A page of callbacks, perhaps of one state or queue only."""

    state: str = pydantic.Field(default="", max_length=20)
    queue: str = pydantic.Field(default="", max_length=40)


class MoveBody(Body):
    """The queue into which somebody is to go."""

    queue: str = pydantic.Field(
        title="转到队列", max_length=40, json_schema_extra=form(options_from=f"{PREFIX}/options/queues")
    )


class TakeOutBody(Body):
    """Where somebody goes who does not wait any longer."""

    to: Literal["message", "voicemail", "callback"] = pydantic.Field(
        title="移出后", json_schema_extra=form(options=AWAY, help="回拨与在线会话移出后直接结束")
    )


class PointsBody(Body):
    """More points, or fewer."""

    points: float = pydantic.Field(
        default=50, title="加分", ge=-1000, le=1000, json_schema_extra=form(help="负数为减分；分高者先接")
    )


class FloorApi:
    """The floor as supervisors see it, and their acts with who waits and with callbacks."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        one, owed = f"{PREFIX}/waiting/{{work}}", f"{PREFIX}/callbacks/{{callback}}"
        return [
            Route("GET", f"{PREFIX}/waiting", self.waiting, SEE, "正在排队"),
            Route("POST", f"{one}/move", self.move, ACT, "转到其他队列"),
            Route("POST", f"{one}/take_out", self.take_out, ACT, "移出队列"),
            Route("POST", f"{one}/priority", self.priority, ACT, "调整优先级"),
            Route("GET", f"{PREFIX}/callbacks", self.callbacks, SEE, "回拨列表"),
            Route("POST", f"{owed}/now", self.now, ACT, "立即回拨"),
            Route("POST", f"{owed}/cancel", self.cancel, ACT, "取消回拨"),
        ]

    async def waiting(self, visitor: Visitor, query: WaitingQuery) -> Paged[WaiterView]:
        """Those who wait, next first within each queue."""
        found = self._floor.waiting(visitor, query.queue)
        await self._floor.note_seen(visitor, "waiting", bool(found))
        return Paged[WaiterView].model_validate(_cut(Paged.cut(found, query), WaiterView))

    async def move(self, visitor: Visitor, work: str, body: MoveBody) -> None:
        """Wait in another queue."""
        await self._floor.move(visitor, work, body.queue)

    async def take_out(self, visitor: Visitor, work: str, body: TakeOutBody) -> None:
        """Take somebody out of the queue, to where the body says."""
        await self._floor.take_out(visitor, work, body.to)

    async def priority(self, visitor: Visitor, work: str, body: PointsBody) -> None:
        """Let somebody go before others by these points."""
        await self._floor.raise_priority(visitor, work, body.points)

    async def callbacks(self, visitor: Visitor, query: CallbacksQuery) -> Paged[OwedView]:
        """Callbacks that are owed, then those that are over."""
        found = self._floor.callbacks(visitor, query.state, query.queue)
        await self._floor.note_seen(visitor, "callbacks", bool(found))
        return Paged[OwedView].model_validate(_cut(Paged.cut(found, query), OwedView))

    async def now(self, visitor: Visitor, callback: str) -> None:
        """Call somebody back at once."""
        await self._floor.callback_now(visitor, callback)

    async def cancel(self, visitor: Visitor, callback: str) -> None:
        """Call somebody back no more."""
        await self._floor.cancel_callback(visitor, callback)


def _cut(page: Paged[Any], view: type[pydantic.BaseModel]) -> dict[str, Any]:
    items = [view.model_validate({name: getattr(one, name) for name in view.model_fields}) for one in page.items]
    return {"items": items, "total": page.total, "page": page.page, "size": page.size}
