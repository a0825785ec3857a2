"""Finds, checks, starts and stops the parts (acd, ivr, recorder, softphone) and the plugins of `workflow/`.

Each is a folder with `manifest.toml` and `plugin.py` whose `setup(host)` starts it and may return a teardown. Parts
talk by services (typed, found by their class) and events. One that fails to start is reported, and so are those
that need it; the others, and with them the calls, go on.
"""

from __future__ import annotations

import asyncio
import importlib
import tomllib
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import pydantic
import structlog

from cti.bus import Bus, Unsubscribe
from cti.clock import Clock
from cti.events import EVENT_TYPES, Event
from cti.screens.registry import Screens, read_screens
from cti.settings import Settings

log = structlog.get_logger(__name__)

T = TypeVar("T")
E = TypeVar("E", bound=Event)
M = TypeVar("M", bound=pydantic.BaseModel)
Teardown = Callable[[], Awaitable[None]]


class PluginError(Exception):
    """A plugin cannot be used; the message names it and says why."""


class Manifest(pydantic.BaseModel, extra="forbid"):
    """`manifest.toml`: what a plugin is and needs.

    `needs` names plugins that must run first; `permissions` maps each permission it asks for to its Chinese title;
    `hears` and `tells` name event types.
    """

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    version: str = "1"
    needs: list[str] = []
    permissions: dict[str, str] = {}
    hears: list[str] = []
    tells: list[str] = []

    @pydantic.field_validator("hears", "tells")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if unknown := [name for name in names if name not in EVENT_TYPES]:
            raise ValueError(f"unknown events: {', '.join(unknown)}")
        return names


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin found on disk; `package` is its Python package, such as `acd` or `workflow.tickets`."""

    manifest: Manifest
    folder: Path
    package: str

    @property
    def name(self) -> str:
        """Its name, which is also its section in the settings."""
        return self.manifest.name


class Services:
    """What parts offer each other, found by type."""

    def __init__(self) -> None:
        self._found: dict[type[Any], Any] = {}

    def provide(self, kind: type[T], service: T) -> Unsubscribe:
        """Offer `service` as the one `kind`; PluginError when there is one already. Returns the withdrawal."""
        if kind in self._found:
            raise PluginError(f"two services for {kind.__qualname__}")
        self._found[kind] = service

        def withdraw() -> None:
            if self._found.get(kind) is service:
                del self._found[kind]

        return withdraw

    def find(self, kind: type[T]) -> T | None:
        """The service, or None while nobody offers it."""
        return cast("T | None", self._found.get(kind))

    def need(self, kind: type[T]) -> T:
        """The service; PluginError when nobody offers it."""
        found = self.find(kind)
        if found is None:
            raise PluginError(f"nobody offers {kind.__module__}.{kind.__qualname__}")
        return found


@dataclass(frozen=True, slots=True)
class House:
    """What every plugin stands on."""

    settings: Settings
    clock: Clock
    bus: Bus
    services: Services


class Host:
    """The house as one plugin sees it; what it took is given back when the plugin stops."""

    def __init__(self, house: House, plugin: Plugin) -> None:
        self.settings = house.settings
        self.clock = house.clock
        self.bus = house.bus
        self.services = house.services
        self.plugin = plugin
        self._undo: list[Callable[[], object]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def data(self) -> Path:
        """The state directory."""
        return self.settings.data

    def section(self, model: type[M]) -> M:
        """This plugin's own section of the settings; DocumentError names file and line of what is wrong."""
        return self.settings.section(self.plugin.name, model)

    def provide(self, kind: type[T], service: T) -> None:
        """Offer a service to the others."""
        self._undo.append(self.services.provide(kind, service))

    def need(self, kind: type[T]) -> T:
        """A service that must exist."""
        return self.services.need(kind)

    def listen(self, kind: type[E], listener: Callable[[E], None]) -> None:
        """Hear events; see `Bus.subscribe`."""
        self._undo.append(self.bus.subscribe(kind, listener))

    def on_stop(self, undo: Callable[[], object]) -> None:
        """Call `undo` when the plugin stops; last in, first out."""
        self._undo.append(undo)

    def task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` in the background; a failure is logged, and it is cancelled when the plugin stops."""
        task = asyncio.create_task(self._guard(work, name), name=f"{self.plugin.name}: {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guard(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception:
            log.exception("background work failed", plugin=self.plugin.name, work=name)

    async def release(self) -> None:
        """Give everything back."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._undo:
            self._undo.pop()()


def read_manifest(folder: Path, package: str) -> Plugin:
    """Read `manifest.toml`; PluginError names the file and the field."""
    path = folder / "manifest.toml"
    try:
        return Plugin(Manifest.model_validate(tomllib.loads(path.read_text("utf-8"))), folder, package)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PluginError(f"{path}: {error}") from None
    except pydantic.ValidationError as error:
        found = error.errors()[0]
        raise PluginError(f"{path}: {'.'.join(str(part) for part in found['loc'])}: {found['msg']}") from None


def find_plugins(root: Path) -> list[Plugin]:
    """Every folder with a manifest, one or two levels below `root`."""
    found = sorted([*root.glob("*/manifest.toml"), *root.glob("workflow/*/manifest.toml")])
    return [read_manifest(path.parent, ".".join(path.parent.relative_to(root).parts)) for path in found]


def in_order(plugins: Iterable[Plugin]) -> list[Plugin]:
    """Sorted so that each comes after what it needs; PluginError names unknown needs and cycles."""
    by_name: dict[str, Plugin] = {}
    for plugin in plugins:
        if plugin.name in by_name:
            raise PluginError(f"two plugins are named {plugin.name}: {by_name[plugin.name].folder}, {plugin.folder}")
        by_name[plugin.name] = plugin
    ordered: dict[str, Plugin] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in ordered:
            return
        if name in path:
            raise PluginError("plugins need each other in a circle: " + " → ".join((*path[path.index(name) :], name)))
        if name not in by_name:
            raise PluginError(f"{path[-1]} needs {name}, which does not exist")
        for need in by_name[name].manifest.needs:
            visit(need, (*path, name))
        ordered[name] = by_name[name]

    for name in sorted(by_name):
        visit(name, ())
    return list(ordered.values())


class PluginHost:
    """Starts and stops plugins in order."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._running: dict[str, tuple[Plugin, Host, Teardown | None]] = {}
        self.failed: dict[str, str] = {}

    @property
    def running(self) -> list[Plugin]:
        """Those that run, in the order of their start."""
        return [plugin for plugin, _, _ in self._running.values()]

    async def start(self, plugins: Iterable[Plugin]) -> None:
        """Start all, each after what it needs; failures stand in `failed`, with the reason."""
        for plugin in in_order(plugins):
            missing = [need for need in plugin.manifest.needs if need not in self._running]
            if missing:
                self.failed[plugin.name] = f"needs {', '.join(missing)}, which did not start"
                log.error("plugin not started", plugin=plugin.name, reason=self.failed[plugin.name])
                continue
            await self._start(plugin)

    async def _start(self, plugin: Plugin) -> None:
        host = Host(self._house, plugin)
        try:
            module = importlib.import_module(f"{plugin.package}.plugin")
            teardown = cast("Teardown | None", await module.setup(host))
            if (screens := self._house.services.find(Screens)) is not None:
                host.on_stop(screens.add(*read_screens(plugin.package, host)))
        except Exception as error:
            self.failed[plugin.name] = f"{type(error).__name__}: {error}"
            log.exception("plugin failed to start", plugin=plugin.name)
            await host.release()
            return
        self._running[plugin.name] = (plugin, host, teardown)
        self.failed.pop(plugin.name, None)

    async def stop(self) -> None:
        """Stop all, the last started first."""
        for name in reversed(list(self._running)):
            await self.stop_one(name)

    async def stop_one(self, name: str) -> None:
        """Stop one plugin; those that need it must have stopped."""
        plugin, host, teardown = self._running.pop(name)
        try:
            if teardown is not None:
                await teardown()
        except Exception:
            log.exception("plugin failed to stop", plugin=plugin.name)
        await host.release()
