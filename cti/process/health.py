"""Is a call possible right now, and if not why: for `/healthz`, `/metrics` and the board."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from cti.base.bus import Bus
from cti.base.events import (
    AlarmCleared,
    AlarmRaised,
    CallArrived,
    CallEnded,
    CallLeftQueue,
    OfferFailed,
    SwitchDown,
    SwitchUp,
    TalkEnded,
)
from cti.process.processes import troubles
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls

if TYPE_CHECKING:
    from cti.plugins import PluginHost


class Health:
    """Follows events; answers without asking anybody."""

    def __init__(self, bus: Bus, calls: Calls, journal: Journal, data: Path) -> None:
        self._data = data
        self._calls = calls
        self._journal = journal
        self.draining = False
        self.plugins: PluginHost | None = None
        self.alarms: dict[str, AlarmRaised] = {}
        self.registry = CollectorRegistry()
        self._arrived = Counter("hotline_calls_arrived", "Calls that reached us", registry=self.registry)
        self._ended = Counter("hotline_calls_ended", "Calls that ended, by reason", ["reason"], registry=self.registry)
        self._failed = Counter("hotline_offers_failed", "Offers not taken", ["reason"], registry=self.registry)
        self._lost = Counter("hotline_switch_down", "Losses of the switch's control connection", registry=self.registry)
        self._talks = Histogram(
            "hotline_talk_seconds", "Length of talks", registry=self.registry, buckets=(10, 30, 60, 120, 300, 600, 1800)
        )
        self._waits = Histogram(
            "hotline_wait_seconds", "Waits in queues", ["queue"], registry=self.registry,
            buckets=(1, 5, 10, 15, 20, 30, 60, 120, 300, 600),
        )  # fmt: skip
        Gauge("hotline_calls_open", "Calls open now", registry=self.registry).set_function(lambda: len(calls.open))
        Gauge("hotline_switch_up", "Whether the switch is connected", registry=self.registry).set_function(
            lambda: float(calls.switch.is_up)
        )
        Gauge("hotline_journal_waiting", "Events not yet stored", registry=self.registry).set_function(
            lambda: journal.waiting
        )
        for kind, listener in (
            (AlarmRaised, self._raised),
            (AlarmCleared, lambda event: self.alarms.pop(event.name, None)),
            (CallArrived, lambda _: self._arrived.inc()),
            (CallEnded, lambda event: self._ended.labels(event.reason).inc()),
            (OfferFailed, lambda event: self._failed.labels(event.reason).inc()),
            (SwitchDown, self._down),
            (SwitchUp, lambda _: self.alarms.pop("switch_down", None)),
            (TalkEnded, lambda event: self._talks.observe(event.seconds)),
            (CallLeftQueue, lambda event: self._waits.labels(event.queue).observe(event.waited)),
        ):
            bus.subscribe(kind, listener)  # type: ignore[arg-type]  # each listener takes its own kind

    def _raised(self, event: AlarmRaised) -> None:
        self.alarms[event.name] = event

    def _down(self, event: SwitchDown) -> None:
        if "switch_down" not in self.alarms:
            self._lost.inc()
        self.alarms["switch_down"] = AlarmRaised(
            at=event.at, name="switch_down", text=f"与交换机的连接中断：{event.reason}"
        )

    def problems(self) -> list[str]:
        """Why no call is possible now, each in a few words; empty when one is."""
        found = []
        if not self._calls.switch.is_up:
            found.append("switch: control connection is down")
        if self._journal.is_failing:
            found.append("database: cannot be written")
        if self.draining:
            found.append("engine: draining")
        if self.plugins is not None:
            found += [f"{name}: {reason}" for name, reason in self.plugins.failed.items() if name in ("ivr", "acd")]
        return found

    async def report(self) -> dict[str, Any]:
        """For `/healthz`: `ok`, `degraded` (calls go on, somebody should look) or `down` with the reasons."""
        problems = self.problems()
        beside = await asyncio.to_thread(troubles, self._data)
        failed = dict(self.plugins.failed) if self.plugins else {}
        status = "down" if problems else "degraded" if self.alarms or failed or beside else "ok"
        alarms = [{"name": one.name, "text": one.text} for one in self.alarms.values()]
        alarms += [{"name": f"process_{name}", "text": f"{name}: {text}"} for name, text in beside.items()]
        return {
            "status": status,
            "problems": problems,
            "alarms": alarms,
            "plugins_failed": failed,
            "calls_open": len(self._calls.open),
        }

    async def standing(self) -> dict[str, str]:
        """The alarms that stand now, by name, with their text: also processes and plugins that do not run."""
        found = await self.report()
        plugins = {f"plugin:{name}": f"插件“{name}”无法运行：{why}" for name, why in found["plugins_failed"].items()}
        return {**{one["name"]: one["text"] for one in found["alarms"]}, **plugins}
