"""Takes alarms to who is on call, again and again until somebody acknowledges them, and tells when they are over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pydantic
import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised, SwitchDown, SwitchUp
from cti.base.http.topics import Topic, Topics
from cti.base.ids import new_id
from cti.base.lookout import Lookout
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.scope import EVERYTHING
from cti.base.settings import AlarmSettings
from cti.base.visitor import Visitor
from cti.office.alarms.events import AlarmEvents
from cti.office.alarms.models import AlarmEventRow, AlarmRow
from cti.office.identity.audit.trail import Audit
from cti.office.messages import Messages, Persons, Text, Urgency, WithRight
from cti.office.messages.service import Unread
from cti.office.messages.whom import Whom
from cti.office.on_call.service import OnCall
from cti.office.timeline.entries import TimelinePage, TimelineQuery
from cti.office.timeline.sources import Subject, page_of
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.store.after import after_commit
from cti.store.engine import Store, is_outage
from cti.store.listing import Listed, listed

log = structlog.get_logger(__name__)

SEE, HANDLE = "alarms.see", "alarms.handle"
KIND = "alarm"
REPEAT = "alarm.repeat"
TOPIC = "alarms"
LOOK_SECONDS = 30.0
"""How long an alarm that no event tells of, such as a process that is gone, may go unnoticed."""
SETTLING_SECONDS = 120.0
"""After a start, until alarms of the engine before that do not stand any more are over."""
TITLE_LENGTH, TEXT_LENGTH, NAME_LENGTH = 60, 400, 160

Standing = Callable[[], Awaitable[Mapping[str, str]]]
"""The alarms that stand now, by name, with their text."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """An alarm that was raised, or cleared (no text), since the last look."""

    name: str
    text: str | None


class Alarms:
    """Alarms of the whole house. What stands is asked anew at each look: nothing depends on an event not being lost."""

    def __init__(
        self, store: Store, clock: Clock, bus: Bus, timers: Timers, messages: Messages, on_call: OnCall, audit: Audit,
        topics: Topics, house: str, settings: AlarmSettings, standing: Standing,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._bus = bus
        self._timers = timers
        self._messages = messages
        self._on_call = on_call
        self._audit = audit
        self._topics = topics
        self._house = house
        self._settings = settings
        self._standing = standing
        self._heard: list[_Heard] = []
        self._since = clock.now()
        self._lookout = Lookout(clock, "alarms", self._look, self._not_looked)
        messages.templates.add_kind(KIND, "告警")
        self._undo = [
            timers.register(TimerKind(REPEAT, "重复告警", self._again, batch=50)),
            bus.subscribe(AlarmRaised, lambda event: self._hear(event.name, event.text)),
            bus.subscribe(AlarmCleared, lambda event: self._hear(event.name, None)),
            bus.subscribe(SwitchDown, lambda _: self._lookout.look()),
            bus.subscribe(SwitchUp, lambda _: self._lookout.look()),
            topics.add(Topic(TOPIC, SEE, self._snapshot, lambda visitor, key, about: True)),
        ]

    def take_settings(self, settings: pydantic.BaseModel) -> None:
        """Go by other settings from now on."""
        assert isinstance(settings, AlarmSettings)
        self._settings = settings

    def start(self) -> None:
        """Take what stands to people from now on."""
        self._since = self._clock.now()
        self._lookout.start()

    async def stop(self) -> None:
        """Take nothing more; what is open stays so for the next engine."""
        for undo in self._undo:
            undo()
        await self._lookout.stop()

    # ── what stands ──────────────────────────────────────────────────────────────────────────────────────────────

    def _hear(self, name: str, text: str | None) -> None:
        self._heard.append(_Heard(name, text))
        self._lookout.look()

    def _not_looked(self, error: Exception) -> None:
        # A database that is gone is an alarm by itself, and stands until it is back.
        log.error("alarms not taken in", reason=f"{type(error).__name__}: {error}", outage=is_outage(error))

    async def _look(self) -> None:
        self._lookout.come_back(LOOK_SECONDS)
        heard, self._heard = self._heard, []
        standing = {name[:NAME_LENGTH]: text for name, text in (await self._standing()).items()}
        short = {one.name[:NAME_LENGTH]: one.text for one in heard if one.text is not None}
        async with self._store.reading() as session:
            rows = await session.scalars(select(AlarmRow).where(AlarmRow.ended_at.is_(None)))
            open_ = {row.name: row.text for row in rows}
        begun = {name: text for name, text in {**short, **standing}.items() if name not in open_}
        changed = {name: text for name, text in standing.items() if name in open_ and open_[name] != text}
        settled = self._clock.now() - self._since >= SETTLING_SECONDS
        cleared = {one.name[:NAME_LENGTH] for one in heard if one.text is None}
        over = {name for name in (*open_, *begun) if name not in standing and (settled or name in (*cleared, *begun))}
        if not begun and not over and not changed:
            return
        try:
            async with self._store.writing() as session:
                for name, text in begun.items():
                    await self._begin(session, name, text[:TEXT_LENGTH])
                for name, text in changed.items():
                    await self._change(session, name, text[:TEXT_LENGTH])
                for name in over:
                    await self._end(session, name)
        except Exception:
            self._heard = heard + self._heard
            raise

    async def _open(self, session: AsyncSession, name: str) -> AlarmRow | None:
        mine = select(AlarmRow).where(AlarmRow.name == name, AlarmRow.ended_at.is_(None)).with_for_update()
        found: AlarmRow | None = await session.scalar(mine)
        return found

    async def _begin(self, session: AsyncSession, name: str, text: str) -> None:
        if await self._open(session, name) is not None:
            return  # another engine was quicker
        now = self._clock.wall()
        again = timedelta(minutes=self._settings.repeat_minutes)
        last = select(AlarmRow).where(AlarmRow.name == name, AlarmRow.ended_at > now - again).with_for_update()
        row = await session.scalar(last.order_by(AlarmRow.ended_at.desc()).limit(1))
        if row is not None:
            # It comes and goes: one alarm, of which nobody hears more often than of one that stays.
            row.ended_at, row.text = None, text
            self._note(session, row, "再次发生", text, tone="ring")
            due = max(now, (row.told_at or now) + again)
            if row.acknowledged_at is None:
                await self._timers.set(session, REPEAT, row.id, due)
        else:
            row = AlarmRow(
                id=new_id(), name=name, text=text, raised_at=now, ended_at=None, acknowledged_at=None,
                acknowledged_by="", note="", told=0, told_at=None,
            )  # fmt: skip
            session.add(row)
            self._note(session, row, "发生", text, tone="ring")
            await session.flush()
            await self._tell(session, row)
        self._changed(session)

    async def _change(self, session: AsyncSession, name: str, text: str) -> None:
        row = await self._open(session, name)
        if row is not None and row.text != text:
            row.text = text
            self._note(session, row, "内容变化", text)
            self._changed(session)

    async def _end(self, session: AsyncSession, name: str) -> None:
        row = await self._open(session, name)
        if row is None:
            return
        row.ended_at = self._clock.wall()
        self._note(session, row, "结束", "", tone="ready")
        await self._timers.drop(session, REPEAT, row.id)
        await self._messages.withdraw(session, f"alarm:{row.id}")
        whom, _ = await self._whom(session, row)
        lasted = _lasting(row.ended_at - row.raised_at)
        what = Text(KIND, f"告警已结束：{row.text}"[:TITLE_LENGTH], f"{row.text}（持续时间：{lasted}）")
        await self._messages.tell(session, whom, what, link=f"/alarms/{row.id}", key=f"alarm_over:{row.id}")
        self._changed(session)

    # ── to whom ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _whom(self, session: AsyncSession, row: AlarmRow) -> tuple[list[Whom], str]:
        """Whom to tell this time, and how they are called: the first on call, then all on call, then all who may."""
        turns = await self._on_call.people_now(session, self._house)
        first = [person for person, place in turns if place == min(one for _, one in turns)]
        every = Persons(tuple(person for person, _ in turns))
        everybody = WithRight(HANDLE)
        if not turns:
            return [everybody], "无人值班，告知所有可处理告警的人"
        if row.told == 0:
            return [Persons(tuple(first))], "告知第一值班人"
        if row.told < self._settings.everybody_after:
            return [every], "告知全部值班人"
        return [every, everybody], "告知全部值班人和所有可处理告警的人"

    async def _tell(self, session: AsyncSession, row: AlarmRow) -> None:
        whom, said = await self._whom(session, row)
        now = self._clock.wall()
        row.told, row.told_at = row.told + 1, now
        lasted = f"已持续 {_lasting(now - row.raised_at)}，第 {row.told} 次告知。" if row.told > 1 else ""
        what = Text(KIND, f"告警：{row.text}"[:TITLE_LENGTH], f"{lasted}{row.text}。请查看并确认")
        told = await self._messages.tell(
            session, whom, what, link=f"/alarms/{row.id}", urgency=Urgency.URGENT, key=f"alarm:{row.id}",
            unread=Unread(0, ()),
        )  # fmt: skip
        self._note(session, row, f"第 {row.told} 次告知", f"{said}（{len(told.persons)} 人）")
        due = now + timedelta(minutes=self._settings.repeat_minutes)
        await self._timers.set(session, REPEAT, row.id, due)

    async def _again(self, session: AsyncSession, due: Sequence[Due]) -> None:
        for one in due:
            row = await session.get(AlarmRow, one.key, with_for_update=True)
            if row is not None and row.ended_at is None and row.acknowledged_at is None:
                await self._tell(session, row)

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────────

    async def find(
        self, visitor: Visitor, limits: Sequence[ColumnElement[bool]], page: int, size: int
    ) -> Listed[AlarmRow]:
        """A page of alarms, the newest first."""
        visitor.need(SEE)
        order: list[ColumnElement[Any]] = [AlarmRow.raised_at.desc(), AlarmRow.id.desc()]
        async with self._store.reading() as session:
            return await listed(session, AlarmRow, limits, order, page, size)

    async def get(self, visitor: Visitor, id: str) -> AlarmRow:
        """One alarm, for who may see alarms. NotFound."""
        visitor.need(SEE)
        async with self._store.reading() as session:
            row = await session.get(AlarmRow, id)
        if row is None:
            raise NotFound("no_alarm", "告警不存在")
        return row

    async def timeline(self, visitor: Visitor, id: str, query: TimelineQuery) -> TimelinePage:
        """What became of one, the newest first."""
        row = await self.get(visitor, id)
        async with self._store.reading() as session:
            return await page_of(session, Subject(KIND, id, row.raised_at, visitor), [AlarmEvents()], query)

    async def acknowledge(self, visitor: Visitor, id: str, note: str) -> AlarmRow:
        """Take it on: nobody is told of it again before it is over. Conflict when somebody has."""
        self._need(visitor)
        async with self._store.writing() as session:
            row = await self._locked(session, id)
            if row.acknowledged_at is not None:
                raise Conflict("acknowledged", f"{row.acknowledged_by}已确认")
            row.acknowledged_at, row.acknowledged_by = self._clock.wall(), visitor.name
            row.note = note or row.note
            self._note(session, row, "确认", note, visitor.name, "talk")
            await self._timers.drop(session, REPEAT, row.id)
            await self._messages.withdraw(session, f"alarm:{row.id}")
            await self._audit.write(session, visitor, "alarm.acknowledged", f"alarm:{id}", after={"note": note})
            self._changed(session)
            return row

    async def close(self, visitor: Visitor, id: str, note: str) -> AlarmRow:
        """Say that it is over, for alarms that nothing clears by itself. Conflict before it was acknowledged."""
        self._need(visitor)
        async with self._store.writing() as session:
            row = await self._locked(session, id)
            if row.acknowledged_at is None:
                raise Conflict("not_acknowledged", "请先确认告警")
            row.note = note
            self._note(session, row, "人工关闭", note, visitor.name, "ready")
            await self._audit.write(session, visitor, "alarm.closed", f"alarm:{id}", after={"note": note})
            # Whoever shows what stands hears that it does not any more; the next look ends the row.
            cleared = AlarmCleared(at=self._clock.wall(), name=row.name)
            after_commit(session, "alarm closed", lambda: self._bus.publish(cleared))
            return row

    def _need(self, visitor: Visitor) -> None:
        visitor.need(HANDLE)
        if visitor.reach(HANDLE) != EVERYTHING:
            raise NotAllowed("city_only", "系统告警由市级处理")

    async def _locked(self, session: AsyncSession, id: str) -> AlarmRow:
        row = await session.get(AlarmRow, id, with_for_update=True)
        if row is None:
            raise NotFound("no_alarm", "告警不存在")
        if row.ended_at is not None:
            raise Conflict("ended", "告警已经结束")
        return row

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _note(
        self, session: AsyncSession, row: AlarmRow, title: str, text: str, actor: str = "", tone: str = ""
    ) -> None:
        event = AlarmEventRow(
            id=new_id(), alarm=row.id, at=self._clock.wall(), title=title, text=text, actor=actor, tone=tone
        )
        session.add(event)

    def _changed(self, session: AsyncSession) -> None:
        after_commit(session, "alarms", lambda: self._topics.change(TOPIC, "changed", {"changed": True}))

    async def _snapshot(self, visitor: Visitor) -> dict[str, int]:
        async with self._store.reading() as session:
            count = select(func.count()).select_from(AlarmRow).where(AlarmRow.ended_at.is_(None))
            return {"open": await session.scalar(count) or 0}


def _lasting(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 1:
        return "不到 1 分钟"
    return f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时 {minutes % 60} 分钟"
