"""Routes of the upkeep: the condition in words, backups, a new engine."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Literal
from urllib.parse import quote

import pydantic
from aiohttp import web

from cti.base.http.routes import Body, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.process.health import Health
from cti.process.upkeep.backups import DOWNLOAD, MANAGE, BackupJob, Backups, BackupView
from cti.process.upkeep.condition import AlarmView, Condition, Part
from cti.process.upkeep.restarting import Restart

PREFIX = "/api/upkeep"
FileName = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z0-9][\w.-]{0,120}\.backup$")]


class UpkeepView(pydantic.BaseModel):
    """The house as it is now, and the last backup that was asked for."""

    status: Literal["ok", "degraded", "down"]
    version: str
    started_at: datetime
    parts: list[Part]
    alarms: list[AlarmView]
    backup: BackupJob | None


class BackupBody(Body):
    """What goes into a backup beside the data."""

    recordings: bool = pydantic.Field(default=False, title="包含录音文件")


class UpkeepApi:
    """Answers what the house is like now, and starts backups and a new engine; each asks its permission."""

    def __init__(self, health: Health, condition: Condition, backups: Backups, restart: Restart) -> None:
        self._health, self._condition, self._backups, self._restart = health, condition, backups, restart

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", PREFIX, self.look, MANAGE, "运行状况"),
            Route("GET", f"{PREFIX}/backups", self.backups, MANAGE, "备份列表"),
            Route("POST", f"{PREFIX}/backups", self.back_up, MANAGE, "立即备份"),
            Route("GET", f"{PREFIX}/backups/{{name}}", self.download, DOWNLOAD, "下载备份"),
            Route("POST", f"{PREFIX}/restart", self.restart, MANAGE, "重启引擎"),
        ]

    async def look(self, visitor: Visitor) -> UpkeepView:
        """How the house is."""
        report = await self._health.report()
        return UpkeepView(
            status=report["status"],
            version=_version(),
            started_at=self._condition.started_at,
            parts=await self._condition.parts(),
            alarms=self._condition.alarms(),
            backup=await self._backups.last(),
        )

    async def backups(self, visitor: Visitor, query: Page) -> Paged[BackupView]:
        """Those in the folder, the newest first."""
        return Paged.cut(await self._backups.listed(visitor), query)

    async def back_up(self, visitor: Visitor, body: BackupBody) -> None:
        """Have one made in the background."""
        await self._backups.ask(visitor, recordings=body.recordings)

    async def download(self, visitor: Visitor, name: FileName) -> web.FileResponse:
        """A backup's file; that somebody took it is in the audit."""
        path = await self._backups.taken(visitor, name)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "private, no-store",
        }
        return web.FileResponse(path, headers=headers)

    async def restart(self, visitor: Visitor) -> None:
        """A new engine in place of this one."""
        await self._restart.ask(visitor)


def _version() -> str:
    try:
        return version("hotline")
    except PackageNotFoundError:
        return ""
