"""Routes of the plugins: how each is, and stopping, starting and reloading one."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.configuring.service import MANAGE, SEE
from cti.office.identity.audit.trail import Audit
from cti.plugins.running import PluginHost, PluginState
from cti.store.engine import Store


class PluginView(pydantic.BaseModel):
    """A plugin. `reason` says why it failed, or what went wrong with one that runs; `jobs` are kinds of its jobs."""

    name: str
    title: str
    version: str
    state: PluginState
    reason: str
    essential: bool
    needs: list[str]
    needed_by: list[str]
    jobs: list[str]


class PluginsApi:
    """Lists plugins, and stops, starts and reloads one."""

    def __init__(self, plugins: PluginHost, store: Store, audit: Audit) -> None:
        self._plugins = plugins
        self._store = store
        self._audit = audit

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        one = "/api/plugins/{name}"
        return [
            Route("GET", "/api/plugins", self.plugins, SEE, "插件列表"),
            Route("POST", f"{one}/start", self.start, MANAGE, "启动插件"),
            Route("POST", f"{one}/stop", self.stop, MANAGE, "停用插件"),
            Route("POST", f"{one}/reload", self.reload, MANAGE, "重新加载插件"),
        ]

    async def plugins(self, visitor: Visitor) -> list[PluginView]:
        """All, those too that cannot be started."""
        known = [self._view(one.name) for one in self._plugins.known]
        unknown = sorted(set(self._plugins.failed) - {one.name for one in known})
        return known + [self._broken(name) for name in unknown]

    async def start(self, visitor: Visitor, name: str) -> PluginView:
        """Start one that stopped or failed."""
        await self._told(visitor, "started", name)
        await self._plugins.start_one(name)
        return self._view(name)

    async def stop(self, visitor: Visitor, name: str) -> PluginView:
        """Stop one that nothing needs."""
        await self._plugins.stop_one(name)
        await self._told(visitor, "stopped", name)
        return self._view(name)

    async def reload(self, visitor: Visitor, name: str) -> PluginView:
        """Start one anew, with what needs it."""
        await self._told(visitor, "reloaded", name)
        await self._plugins.reload(name)
        return self._view(name)

    async def _told(self, visitor: Visitor, action: str, name: str) -> None:
        async with self._store.writing() as session:
            await self._audit.write(session, visitor, f"plugin.{action}", f"plugin:{name[:80]}")

    def _view(self, name: str) -> PluginView:
        plugin = next(one for one in self._plugins.known if one.name == name)
        state, reason = self._plugins.state(name)
        manifest = plugin.manifest
        return PluginView(
            name=name,
            title=manifest.title,
            version=manifest.version,
            state=state,
            reason=reason,
            essential=manifest.essential,
            needs=manifest.needs,
            needed_by=self._plugins.needed_by(name),
            jobs=self._plugins.jobs_of(name),
        )

    def _broken(self, name: str) -> PluginView:
        return PluginView(
            name=name, title=name, version="", state=PluginState.FAILED, reason=self._plugins.failed[name],
            essential=False, needs=[], needed_by=[], jobs=[],
        )  # fmt: skip
