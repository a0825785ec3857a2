"""Alarms of the floor: rules looked at when something changes or is due; each raised once, told, kept and ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.lookout import Lookout
from cti.base.visitor import Visitor
from cti.office.identity.directory import line_of, load_organisations
from cti.office.messages import Messages, Text, Urgency, WithRight
from cti.office.records import Office
from cti.store.listing import Listed, listed
from workflow.floor.hands import in_reach, leads
from workflow.floor.models import AlarmRow, RuleRow
from workflow.floor.readings import Readings, Subject
from workflow.floor.rules import Rules
from workflow.floor.topics import LEAD, FloorAlarm
from workflow.floor.views import SHARES, FloorQuery
from workflow.floor.watch import Key, Reading, Watch

log = structlog.get_logger(__name__)

KIND = "floor_alarm"
GATHER_SECONDS = 1.0
"""How long what changes gathers before the rules are looked at: in a large house something always changes."""
LOOK_SECONDS = 30.0
KEPT = timedelta(days=400)
TEXTS = {
    "wait": "{who}：最长等待已达 {value} 秒",
    "waiting": "{who}：{value} 人排队",
    "abandoned": "{who}：今日放弃率 {value}%",
    "service_level": "{who}：今日服务水平 {value}%",
    "nobody_ready": "{who}：无人就绪",
    "trunk_down": "中继 {who} 中断",
    "talk": "{who}：通话已 {value} 秒",
    "break": "{who}：小休已 {value} 秒",
    "wrapup": "{who}：话后处理已 {value} 秒",
    "hand": "{who}：求助 {value} 秒无人响应",
}


@dataclass(slots=True)
class Standing:
    """An alarm that stands, or has just ended: it is shown at once, and stored as soon as the database takes it."""

    id: str
    key: Key
    kind: str
    level: Any
    sound: bool
    tells: bool
    text: str
    subject_title: str
    organisation: str
    region: str
    raised_at: datetime
    ended_at: datetime | None = None

    def shown(self) -> FloorAlarm:
        """As it is told live."""
        return {
            "id": self.id, "kind": self.kind, "subject": self.key[1], "text": self.text, "level": self.level,
            "sound": self.sound, "at": self.raised_at.isoformat(), "ended": self.ended_at is not None,
        }  # fmt: skip


class FloorAlarms:
    """Looks, tells and keeps. `told` hears each alarm that began or ended, at once."""

    def __init__(
        self, office: Office, rules: Rules, readings: Readings, messages: Messages, told: Callable[[Standing], None]
    ) -> None:
        self._office, self._service, self._readings, self._messages = office, rules, readings, messages
        self._told = told
        self._watch = Watch()
        self._rules: dict[str, RuleRow] = {}
        self._regions: Mapping[str, str] = {}
        self.standing: dict[Key, Standing] = {}
        self._unstored: dict[str, Standing] = {}
        self._lookout = Lookout(office.clock, "alarms of the floor", self._look, self._failed)
        self._due: float | None = None
        self._timer: Any = None
        messages.templates.add_kind(KIND, "现场预警")
        rules.on_change(lambda _: self.load())

    # ── when it looks ────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Take up what stood when the last engine stopped, and look from now on."""
        await self.load()
        async with self._office.store.reading() as session:
            rows = list(await session.scalars(select(AlarmRow).where(AlarmRow.ended_at.is_(None))))
        for row in rows:
            rule, key = self._rules.get(row.rule), (row.rule, row.subject)
            self.standing[key] = Standing(
                row.id, key, row.kind, row.level, rule is not None and rule.sound, rule is not None and rule.tells,
                row.text, row.subject_title, row.organisation, row.region, row.raised_at,
            )  # fmt: skip
            self._watch.restore(key)
        self._lookout.start()

    async def stop(self) -> None:
        """Look no more; what stands does so for the next engine."""
        if self._timer is not None:
            self._timer.cancel()
        await self._lookout.stop()

    async def load(self) -> None:
        """Read the rules, and the tree of organisations, anew."""
        async with self._office.store.reading() as session:
            rules = await self._service.active(session)
            tree = await load_organisations(session)
        self._rules = {rule.id: rule for rule in rules}
        self._regions = {name: one.region for name, one in tree.items()}
        self._readings.above = {name: line_of(tree, name) for name in tree}
        self.soon()

    def soon(self) -> None:
        """Something changed: look in a moment."""
        self._at(self._office.clock.now() + GATHER_SECONDS)

    def _at(self, second: float) -> None:
        if self._due is not None and self._due <= second:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = second
        self._timer = self._office.clock.call_later(max(second - self._office.clock.now(), 0.0), self._fire)

    def _fire(self) -> None:
        self._due = self._timer = None
        self.step()
        if self._unstored:
            self._lookout.look()

    # ── a look ───────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        """Compare what is with the rules, and tell what began and what is over."""
        now, wall = self._office.clock.now(), self._office.clock.wall()
        found = self._readings.of(list(self._rules.values()), wall, now)
        begun, over, due = self._watch.look(now, {key: reading for key, (reading, _) in found.items()})
        for key in over:
            if (ended := self.standing.pop(key, None)) is not None:
                ended.ended_at = wall
                self._unstored[ended.id] = ended
                self._told(ended)
        for key in begun:
            alarm = self._begin(key, *found[key], wall)
            self.standing[key] = self._unstored[alarm.id] = alarm
            self._told(alarm)
        if due is not None:
            self._at(due)

    def _begin(self, key: Key, reading: Reading, subject: Subject, wall: datetime) -> Standing:
        rule = self._rules[key[0]]
        value = round(reading.value, 1) if rule.kind in SHARES else round(reading.value)
        text = TEXTS[rule.kind].format(who=subject.title, value=value)
        region = self._regions.get(subject.organisation, self._office.region)
        return Standing(
            new_id(), key, rule.kind, rule.level, rule.sound, rule.tells, text[:200], subject.title[:60],
            subject.organisation, region, wall,
        )  # fmt: skip

    async def _look(self) -> None:
        self._lookout.come_back(LOOK_SECONDS)
        todo = dict(self._unstored)
        ended = {id: one.ended_at for id, one in todo.items()}
        if not todo:
            return
        async with self._office.store.writing() as session:
            for one in todo.values():
                await self._store(session, one)
        for id, at in ended.items():
            # One that ended while its beginning was stored is still to be ended there.
            if self._unstored[id].ended_at == at:
                del self._unstored[id]

    async def _store(self, session: AsyncSession, one: Standing) -> None:
        row = await session.get(AlarmRow, one.id)
        if row is None:
            # What another engine left open of the same cannot stand twice.
            left = update(AlarmRow).where(
                AlarmRow.rule == one.key[0], AlarmRow.subject == one.key[1], AlarmRow.ended_at.is_(None)
            )
            await session.execute(left.values(ended_at=one.raised_at))
            row = AlarmRow(
                id=one.id, organisation=one.organisation, region=one.region, rule=one.key[0], kind=one.kind,
                level=one.level, subject=one.key[1], subject_title=one.subject_title, text=one.text,
                raised_at=one.raised_at, ended_at=None,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            if one.tells and one.ended_at is None:
                await self._tell(session, one)
        row.ended_at = one.ended_at
        if one.tells and one.ended_at is not None:
            await self._messages.withdraw(session, f"{KIND}:{one.id}")

    async def _tell(self, session: AsyncSession, one: Standing) -> None:
        rule = self._rules.get(one.key[0])
        what = Text(KIND, one.text[:60], f"按预警规则“{rule.title}”" if rule is not None else one.text)
        await self._messages.tell(
            session, WithRight(LEAD, organisation=one.organisation), what, link="/board",
            urgency=Urgency.URGENT if one.level == "red" else Urgency.NORMAL, key=f"{KIND}:{one.id}",
        )  # fmt: skip

    def _failed(self, error: Exception) -> None:
        log.error("alarms of the floor are not stored; tried again", reason=f"{type(error).__name__}: {error}")

    # ── to look at ───────────────────────────────────────────────────────────────────────────────────────────────

    def within(self, visitor: Visitor) -> list[FloorAlarm]:
        """Those that stand within reach."""
        scope = visitor.reach(LEAD)
        return [one.shown() for one in self.standing.values() if leads(scope, one.organisation)]

    async def find(self, visitor: Visitor, query: FloorQuery) -> Listed[AlarmRow]:
        """A page of all that there were within reach, the newest first."""
        limits = in_reach(AlarmRow, visitor, LEAD, AlarmRow.raised_at, query)
        order: list[ColumnElement[Any]] = [AlarmRow.raised_at.desc(), AlarmRow.id.desc()]
        async with self._office.store.reading() as session:
            return await listed(session, AlarmRow, limits, order, query.page, query.size)
