"""The plugins of the running engine: each runs, has failed, or was stopped, and says why."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import structlog

from cti.base.manifest import Plugin, in_order
from cti.base.refusal import Conflict, NotFound
from cti.office.screens.registry import Screens, read_screens
from cti.plugins.host import Host, House, Teardown

log = structlog.get_logger(__name__)

START_SECONDS = 60.0
STOP_SECONDS = 15.0


class PluginState(StrEnum):
    """How a plugin is."""

    RUNNING = "running"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class _Running:
    plugin: Plugin
    host: Host
    teardown: Teardown | None


class PluginHost:
    """Starts and stops plugins in order. None that fails or hangs keeps the others from their work."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[str, Plugin] = {}
        self._running: dict[str, _Running] = {}
        self._turn = asyncio.Lock()
        self.failed: dict[str, str] = {}
        """Those that did not start, with the reason."""
        self.prepare: Callable[[Plugin], Awaitable[None]] | None = None
        """What is done with each before it is set up, such as taking the files that it brings."""

    @property
    def running(self) -> list[Plugin]:
        """Those that run, in the order of their start."""
        return [one.plugin for one in self._running.values()]

    @property
    def known(self) -> list[Plugin]:
        """All that can be started, each after what it needs."""
        return list(self._known.values())

    @property
    def hosts(self) -> list[Host]:
        """The house as each one that runs sees it."""
        return [one.host for one in self._running.values()]

    def state(self, name: str) -> tuple[PluginState, str]:
        """How a plugin is, and why, or what is wrong with one that runs."""
        if name in self._running:
            return PluginState.RUNNING, self._running[name].host.trouble
        if name in self.failed:
            return PluginState.FAILED, self.failed[name]
        return PluginState.STOPPED, ""

    def jobs_of(self, name: str) -> list[str]:
        """The kinds of jobs that a plugin does while it runs."""
        return list(self._running[name].host.jobs) if name in self._running else []

    def needed_by(self, name: str) -> list[str]:
        """Those that need a plugin, by others too, in the order of their start."""
        needing = {name}
        for plugin in self._known.values():
            if needing & set(plugin.manifest.needs):
                needing.add(plugin.name)
        return [one for one in self._known if one in needing and one != name]

    async def start(self, plugins: Iterable[Plugin], broken: Mapping[str, str] | None = None) -> None:
        """Start all, each after what it needs; failures stand in `failed`, and those that were `broken` before."""
        await self.start_first(plugins, broken)
        await self.start_rest()

    async def start_first(self, plugins: Iterable[Plugin], broken: Mapping[str, str] | None = None) -> None:
        """Start those that calls go through, and what they need: then calls can be served. See `start`."""
        async with self._turn:
            self.failed.update(broken or {})
            self._known.update({plugin.name: plugin for plugin in in_order(plugins)})
            first: set[str] = set()
            for plugin in reversed(self._known.values()):
                if plugin.name in first or plugin.manifest.essential or plugin.manifest.at_the_door:
                    first |= {plugin.name, *plugin.manifest.needs}
            await self._start_all(plugin for plugin in self._known.values() if plugin.name in first)

    async def start_rest(self) -> None:
        """Start the plugins that no call goes through."""
        async with self._turn:
            await self._start_all(plugin for plugin in self._known.values() if plugin.name not in self._running)

    async def _start_all(self, plugins: Iterable[Plugin]) -> None:
        for plugin in plugins:
            if plugin.name not in self.failed:
                await self._start(plugin)

    async def stop(self) -> None:
        """Stop all, the last started first."""
        async with self._turn:
            for name in reversed(list(self._running)):
                await self._stop(name)

    async def start_one(self, name: str) -> None:
        """Start one that stopped or failed. NotFound; Conflict when it does not start."""
        async with self._turn:
            plugin = self._plugin(name)
            if name not in self._running:
                await self._start(plugin)
        self._check_started([name])

    async def stop_one(self, name: str) -> None:
        """Stop one. NotFound; Conflict when it is essential, or others that run need it."""
        async with self._turn:
            self._check_mortal(self._plugin(name))
            if needing := [one for one in self.needed_by(name) if one in self._running]:
                titles = "、".join(self._known[one].manifest.title for one in needing)
                raise Conflict("needed", f"以下插件正在使用它，请先停用：{titles}", more={"needed_by": needing})
            if name in self._running:
                await self._stop(name)
            self.failed.pop(name, None)

    async def reload(self, name: str) -> None:
        """Stop one and what needs it, and start them again with the settings as they are now. As `stop_one`."""
        async with self._turn:
            plugin = self._plugin(name)
            again = [name, *(one for one in self.needed_by(name) if one in self._running)]
            for one in again:
                self._check_mortal(self._known[one])
            for one in reversed(again):
                if one in self._running:
                    await self._stop(one)
            for one in again:
                await self._start(self._known[one])
        self._check_started([plugin.name])

    def _plugin(self, name: str) -> Plugin:
        found = self._known.get(name)
        if found is None:
            raise NotFound("no_plugin", "插件不存在")
        return found

    def _check_mortal(self, plugin: Plugin) -> None:
        if plugin.manifest.essential and plugin.name in self._running:
            raise Conflict("essential", f"“{plugin.manifest.title}”承载通话，只能随系统重启")

    def _check_started(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.failed:
                raise Conflict("not_started", f"“{self._known[name].manifest.title}”未能启动：{self.failed[name]}")

    async def _start(self, plugin: Plugin) -> None:
        if missing := [need for need in plugin.manifest.needs if need not in self._running]:
            self.failed[plugin.name] = f"needs {', '.join(missing)}, which did not start"
            log.error("plugin not started", plugin=plugin.name, reason=self.failed[plugin.name])
            return
        host = Host(self._house, plugin)
        teardown: Teardown | None = None
        try:
            async with asyncio.timeout(START_SECONDS):
                if self.prepare is not None:
                    await self.prepare(plugin)
                module = importlib.import_module(f"{plugin.package}.plugin")
                teardown = cast("Teardown | None", await module.setup(host))
            if (screens := self._house.services.find(Screens)) is not None:
                host.on_stop(screens.add(*read_screens(plugin.package, host)))
        except (Exception, SystemExit) as error:
            reason = f"took more than {START_SECONDS:.0f} s" if isinstance(error, TimeoutError) else str(error)
            self.failed[plugin.name] = f"{type(error).__name__}: {reason}"
            log.exception("plugin failed to start", plugin=plugin.name)
            await self._give_back(_Running(plugin, host, teardown))
            return
        self._running[plugin.name] = _Running(plugin, host, teardown)
        self.failed.pop(plugin.name, None)

    async def _stop(self, name: str) -> None:
        await self._give_back(self._running.pop(name))

    async def _give_back(self, one: _Running) -> None:
        try:
            if one.teardown is not None:
                async with asyncio.timeout(STOP_SECONDS):
                    await one.teardown()
        except Exception:
            log.exception("plugin failed to stop", plugin=one.plugin.name)
        await one.host.release()
