"""The condition of the house in words, part by part, with the time since when it is so."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import pydantic

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, Event, SwitchDown, SwitchUp
from cti.base.settings import HouseSettings
from cti.process.health import Health
from cti.process.processes import running_since, troubles
from cti.store.engine import Store
from cti.store.journal.journal import ALARM, Journal
from cti.telephony.calls import Calls

SPACE_SHARE, SPACE_BYTES = 0.1, 2e9
"""Less of the disk than both is little."""
SWITCHES = {"asterisk": "Asterisk", "freeswitch": "FreeSWITCH"}


class Part(pydantic.BaseModel):
    """A part of the house. `off` is not there, and need not be.

    `command` is what somebody at the server types to mend it or to have it, `sound` the path of something to hear.
    """

    name: str
    title: str
    state: Literal["good", "care", "bad", "off"]
    words: str
    since: datetime | None = None
    command: str = ""
    sound: str = ""


class AlarmView(pydantic.BaseModel):
    """An alarm that has not been cleared."""

    name: str
    text: str
    since: datetime


class Condition:
    """Knows the core's parts, and asks whoever else has some."""

    def __init__(
        self, health: Health, calls: Calls, journal: Journal, store: Store, settings: HouseSettings, bus: Bus,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._health, self._calls, self._journal, self._store = health, calls, journal, store
        self._settings, self._clock = settings, clock
        self.started_at = clock.wall()
        self._since: dict[str, datetime] = {}
        self._more: dict[str, Callable[[], Part]] = {}
        for kind in (SwitchUp, SwitchDown, AlarmCleared):
            bus.subscribe(kind, self._changed)

    def _changed(self, event: Event) -> None:
        if isinstance(event, AlarmCleared):
            self._since[event.name] = event.at
        elif isinstance(event, SwitchUp) or "switch_down" not in self._health.alarms:
            self._since["switch"] = event.at

    def add(self, name: str, part: Callable[[], Part]) -> Callable[[], None]:
        """Show a part more, asked each time somebody looks; returns the undo."""
        self._more[name] = part

        def undo() -> None:
            if self._more.get(name) is part:
                del self._more[name]

        return undo

    async def parts(self) -> list[Part]:
        """All of them, the core's first."""
        beside, disk = await asyncio.to_thread(lambda: (troubles(self._store.data), _disk(self._store.data)))
        return [
            self._switch(),
            self._engine(),
            self._database(),
            self._broker(beside.get("broker", "")),
            disk,
            self._plugins(),
            *(one() for one in self._more.values()),
        ]

    def alarms(self) -> list[AlarmView]:
        """Those that stand now, the oldest first."""
        found = [AlarmView(name=one.name, text=one.text, since=one.at) for one in self._health.alarms.values()]
        return sorted(found, key=lambda one: one.since)

    def _switch(self) -> Part:
        kind, since = SWITCHES.get(self._settings.switch.kind, self._settings.switch.kind), self._since.get("switch")
        if self._calls.switch.is_up:
            return Part(name="switch", title="交换机", state="good", words=f"{kind}，已连接", since=since)
        alarm = self._health.alarms.get("switch_down")
        words = alarm.text if alarm else f"{kind}，尚未连接"
        since = alarm.at if alarm else self.started_at
        return Part(name="switch", title="交换机", state="bad", words=words, since=since)

    def _engine(self) -> Part:
        count = len(self._calls.open)
        if self._health.draining:
            return Part(name="engine", title="引擎", state="care", words="正在重启", since=self.started_at)
        words = f"运行中，{count} 通进行中" if count else "运行中，没有通话"
        return Part(name="engine", title="引擎", state="good", words=words, since=self.started_at)

    def _database(self) -> Part:
        kind = "SQLite" if self._store.is_sqlite else "PostgreSQL"
        if self._journal.is_failing:
            alarm = self._health.alarms.get(ALARM)
            words = f"{kind}，{alarm.text if alarm else '无法写入'}（{self._journal.waiting} 条待写）"
            return Part(name="database", title="数据库", state="bad", words=words, since=alarm.at if alarm else None)
        since = self._since.get(ALARM, self.started_at)
        return Part(name="database", title="数据库", state="good", words=f"{kind}，读写正常", since=since)

    def _broker(self, trouble: str) -> Part:
        broker = self._settings.broker
        if not broker.enabled:
            return Part(name="broker", title="消息服务", state="off", words="未启用")
        if broker.url is not None:
            return Part(name="broker", title="消息服务", state="good", words="使用外部消息服务")
        if trouble:
            return Part(name="broker", title="消息服务", state="care", words=f"没有运行，正在重试：{trouble}")
        since = running_since(self._store.data, "broker")
        return Part(name="broker", title="消息服务", state="good", words=f"运行中，端口 {broker.port}", since=since)

    def _plugins(self) -> Part:
        host = self._health.plugins
        failed = dict(host.failed) if host is not None else {}
        if failed:
            words = "；".join(f"{name} 没有启动：{reason}" for name, reason in failed.items())
            return Part(name="plugins", title="插件", state="care", words=words[:500])
        count = len(host.known) if host is not None else 0
        return Part(name="plugins", title="插件", state="good", words=f"{count} 个，全部运行", since=self.started_at)


def _disk(data: Path) -> Part:
    found = shutil.disk_usage(data)
    words = f"可用 {found.free / 1e9:.1f} GB，共 {found.total / 1e9:.1f} GB"
    if found.free < SPACE_BYTES and found.free < found.total * SPACE_SHARE:
        return Part(name="disk", title="磁盘", state="care", words=f"空间不足：{words}")
    return Part(name="disk", title="磁盘", state="good", words=words)
