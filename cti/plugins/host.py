"""The house as one plugin sees it, and the services that plugins offer each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pydantic
import structlog

from cti.base.bus import Bus, Unsubscribe
from cti.base.clock import Clock
from cti.base.events import Event
from cti.base.http.topics import LiveTopic, Sees
from cti.base.manifest import Plugin, PluginError
from cti.base.settings import Settings
from cti.base.visitor import Visitor
from cti.office.configuring.service import SectionOffer, SettingsDesk
from cti.office.jobs.kinds import JobKind
from cti.office.jobs.service import Jobs

log = structlog.get_logger(__name__)

T = TypeVar("T")
S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Event)
M = TypeVar("M", bound=pydantic.BaseModel)
Teardown = Callable[[], Awaitable[None]]


class _Use:
    """Somebody who takes a service whenever there is one."""

    def __init__(self, take: Callable[[Any], Unsubscribe]) -> None:
        self._take = take
        self._give_back: Unsubscribe | None = None

    def came(self, service: Any) -> None:
        self._give_back = self._take(service)

    def went(self) -> None:
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()


class Services:
    """What parts offer each other, found by type."""

    def __init__(self) -> None:
        self._found: dict[type[Any], Any] = {}
        self._by: dict[type[Any], str] = {}
        self._uses: dict[type[Any], list[_Use]] = {}

    def provide(self, kind: type[T], service: T, by: str = "") -> Unsubscribe:
        """Offer `service` as the one `kind`; PluginError when there is one already. Returns the withdrawal.

        `by` is the plugin that offers it, empty the core.
        """
        if kind in self._found:
            raise PluginError(f"two services for {kind.__qualname__}")
        self._found[kind] = service
        self._by[kind] = by
        for use in self._uses.get(kind, ()):
            use.came(service)

        def withdraw() -> None:
            if self._found.get(kind) is service:
                for use in self._uses.get(kind, ()):
                    use.went()
                del self._found[kind]

        return withdraw

    def when(self, kind: type[T], take: Callable[[T], Unsubscribe]) -> Unsubscribe:
        """Call `take` with the service now if it is there, and each time that it comes; what `take` returned is called
        when the service goes. Returns the end of that.
        """
        use = _Use(cast("Callable[[Any], Unsubscribe]", take))
        uses = self._uses.setdefault(kind, [])
        uses.append(use)
        if (service := self.find(kind)) is not None:
            use.came(service)

        def end() -> None:
            uses.remove(use)
            use.went()

        return end

    def offered(self) -> list[tuple[type[Any], str]]:
        """What is offered now, with the plugin that offers it."""
        return [(kind, self._by[kind]) for kind in self._found]

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
        self.heard: set[str] = set()
        """Names of the events that it listens for."""
        self.reads_settings = False
        """Whether it has a section."""
        self.jobs: list[str] = []
        """Kinds of its jobs."""
        self.trouble = ""
        """What went wrong in the background, as long as it runs."""
        self._undo: list[Callable[[], object]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def data(self) -> Path:
        """The state directory of the house, for files of one's own."""
        return self.settings.data

    def section(self, model: type[M], changed: Callable[[M], None] | None = None) -> M:
        """This plugin's own section of the settings; DocumentError names file and line of what is wrong.

        It is shown among the settings with the titles of its fields. Changes reach the plugin by `changed`, or, without
        that, when it is started again.
        """
        name = self.plugin.name
        self.reads_settings = True
        if (desk := self.services.find(SettingsDesk)) is not None:
            told = None if changed is None else cast("Callable[[pydantic.BaseModel], None]", changed)
            self._undo.append(desk.offer(SectionOffer(name, self.plugin.manifest.title, model, name, told)))
        return self.settings.section(name, model)

    def provide(self, kind: type[T], service: T) -> None:
        """Offer a service to the others."""
        self._undo.append(self.services.provide(kind, service, self.plugin.name))

    def need(self, kind: type[T]) -> T:
        """A service that must exist."""
        return self.services.need(kind)

    def when(self, kind: type[T], take: Callable[[T], Unsubscribe]) -> None:
        """Use a service of a plugin that the manifest `uses` while it is there; see `Services.when`."""
        self._undo.append(self.services.when(kind, take))

    def listen(self, kind: type[E], listener: Callable[[E], None]) -> None:
        """Hear events; see `Bus.subscribe`. The manifest's `hears` names them."""
        self.heard.add(kind.__name__)
        self._undo.append(self.bus.subscribe(kind, listener))

    def live(
        self,
        topic: LiveTopic[S, C],
        snapshot: Callable[[Visitor], S | Awaitable[S]],
        sees: Sees | None = None,
    ) -> Callable[[str, C], None]:
        """Offer a live topic of the plugin's `topics`, while it runs; returns what tells a change by its key.

        `sees` as in `LiveTopic.served`.
        """
        # Commands that start no house load none of its HTTP.
        from cti.web.host import Web

        topics = self.need(Web).hub
        self._undo.append(topics.add(topic.served(snapshot, sees)))
        return partial(topic.tell, topics)

    def job(self, kind: JobKind) -> None:
        """Do durable jobs of a kind, whose name begins with the plugin's, while the plugin runs."""
        self._undo.append(self.need(Jobs).register(kind))
        self.jobs.append(kind.name)

    def on_stop(self, undo: Callable[[], object]) -> None:
        """Call `undo` when the plugin stops; last in, first out."""
        self._undo.append(undo)

    def task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` in the background; a failure is logged and told of, and it is cancelled when the plugin stops."""
        task = asyncio.create_task(self._guard(work, name), name=f"{self.plugin.name}: {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guard(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception as error:
            self.trouble = f"{name}: {type(error).__name__}: {error}"
            log.exception("background work failed", plugin=self.plugin.name, work=name)

    async def release(self) -> None:
        """Give all back that the plugin took: listeners, routes, services, tasks."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._undo:
            try:
                self._undo.pop()()
            except Exception:
                log.exception("not given back", plugin=self.plugin.name)
