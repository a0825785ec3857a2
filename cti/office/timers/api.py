"""Routes of timers: what waits for its moment, regular work and time limits alike, and a button for what fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import pydantic

from cti.base.http.routes import Page, Paged, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.configuring.service import MANAGE, SEE
from cti.office.identity.audit.trail import Audit
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.office.timers.service import Standing, Timers
from cti.store.engine import Store

STATES = {"waiting": "等待", "none": "没有", "late": "到期未执行", "failing": "失败后重试", "off": "未启用"}
TONES: Mapping[str, Tone] = {"waiting": "ready", "none": "off", "late": "ring", "failing": "break", "off": "off"}
LATE_SECONDS = 120.0
"""What is due for longer should have gone off."""
WEEKDAYS = "日一二三四五六日"
OFTEN = re.compile(r"^\*/(\d{1,2}) \* \* \* \*$")
DAILY = re.compile(r"^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-7])$")


class TimersView(pydantic.BaseModel):
    """All timers of a kind; `regular` says when, for work that is done again and again."""

    name: str = pydantic.Field(title="标识")
    title: str = pydantic.Field(title="定时任务", json_schema_extra=form(width=220))
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=TONES))
    regular: str = pydantic.Field(title="周期", json_schema_extra=form(none="按业务到期", width=150))
    count: int = pydantic.Field(title="等待中")
    failing: int = pydantic.Field(title="失败中")
    next_at: datetime | None = pydantic.Field(title="下次执行", json_schema_extra=form(none="—", width=184))
    last_error: str = pydantic.Field(title="最近错误", json_schema_extra=form(none="—", width=260))
    can_hurry: bool = pydantic.Field(title="可立即执行", json_schema_extra=form(hidden=True))


class TimersApi:
    """Lists kinds of timers, and lets regular work, or what failed, go off now; who did so is audited."""

    def __init__(self, timers: Timers, store: Store, audit: Audit) -> None:
        self._timers, self._store, self._audit = timers, store, audit

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        return [
            Route("GET", "/api/timers", self.all, SEE, "定时任务"),
            Route("POST", "/api/timers/{name}/run", self.run, MANAGE, "立即执行定时任务"),
        ]

    async def all(self, visitor: Visitor, query: Page) -> Paged[TimersView]:
        """What fails first, then by what goes off next."""
        async with self._store.reading() as session:
            found = await self._timers.standing(session)
        views = [self._view(one) for one in found]
        last = datetime.max.replace(tzinfo=self._timers.now().tzinfo)
        return Paged[TimersView].cut(
            sorted(views, key=lambda one: (not one.failing, one.next_at or last, one.name)), query
        )

    async def run(self, visitor: Visitor, name: str) -> None:
        """Let it go off now instead of later. NotFound, Conflict."""
        async with self._store.writing() as session:
            found = {one.name: one for one in await self._timers.standing(session)}
            if name not in found:
                raise NotFound("no_timer", "没有这个定时任务")
            if not self._view(found[name]).can_hurry:
                raise Conflict("nothing_to_run", "它按业务到期执行，现在没有失败的，无需重试")
            await self._timers.hurry(session, name, failed_only=not found[name].cron)
            await self._audit.write(session, visitor, "timer.run", f"timer:{name}")
        self._timers.look()

    def _view(self, one: Standing) -> TimersView:
        late = one.first is not None and (self._timers.now() - one.first).total_seconds() > LATE_SECONDS
        state = (
            "off" if one.title is None else "failing" if one.failing
            else "none" if not one.count else "late" if late else "waiting"
        )  # fmt: skip
        return TimersView(
            name=one.name, title=one.title or one.name, state=state, regular=in_words(one.cron), count=one.count,
            failing=one.failing, next_at=one.first, last_error=one.error,
            can_hurry=one.title is not None and bool(one.failing or one.cron),
        )  # fmt: skip


def in_words(cron: str) -> str:
    """A line of moments as people say it, where it is one of some minutes, a day, a week or a month."""
    if (often := OFTEN.match(cron)) is not None:
        return f"每 {often[1]} 分钟"
    found = DAILY.match(cron)
    if found is None:
        return cron
    minute, hour, day, weekday = found.groups()
    at = f"{int(hour):02}:{int(minute):02}"
    if day != "*":
        return f"每月 {day} 日 {at}" if weekday == "*" else cron
    return f"每天 {at}" if weekday == "*" else f"每周{WEEKDAYS[int(weekday)]} {at}"
