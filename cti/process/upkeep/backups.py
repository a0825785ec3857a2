"""Backups from the console: what lies in the folder, making one, and taking one home.

One is made as a job by a process of its own at low priority, as `hotline backup` does it: nobody on the telephone
waits for it, and an engine that ends meanwhile has it made again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pydantic
from sqlalchemy import select

from cti.base import priority
from cti.base.clock import Clock
from cti.base.refusal import Conflict, NotFound
from cti.base.scope import EVERYTHING
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor, system
from cti.office.identity.audit.trail import Audit
from cti.office.jobs.kinds import JobKind, JobState
from cti.office.jobs.models import JobRow
from cti.office.jobs.service import Jobs
from cti.office.screens.forms import form
from cti.store.backups.sealed import opens_with
from cti.store.engine import Store

MANAGE, DOWNLOAD = "system.manage", "backups.download"
KIND, SUFFIX = "backup", ".backup"
SECONDS = 3600.0
OPENS = {"key": "主密钥加密", "passphrase": "口令加密", "nothing": "未加密"}


class BackupFailed(Exception):
    """The process that makes backups says why."""


class BackupView(pydantic.BaseModel):
    """A backup in the folder."""

    id: str = pydantic.Field(title="文件")
    at: datetime = pydantic.Field(title="时间")
    size: str = pydantic.Field(title="大小")
    sealed: Literal["key", "passphrase", "nothing"] = pydantic.Field(
        title="加密",
        json_schema_extra=form(
            kind="choice", options=OPENS, tones={"key": "ready", "passphrase": "ready", "nothing": "break"}
        ),
    )


class BackupJob(pydantic.BaseModel):
    """The last backup that somebody asked for here."""

    state: JobState
    asked_at: datetime
    ended_at: datetime | None
    reason: str


class Backups:
    """Those in `backups` of the state directory."""

    def __init__(self, store: Store, jobs: Jobs, audit: Audit, clock: Clock) -> None:
        self._store, self._jobs, self._audit, self._clock = store, jobs, audit, clock
        self._folder = store.data / "backups"
        jobs.register(JobKind(KIND, "备份", self._make, tries=2, timeout=SECONDS))

    async def listed(self, visitor: Visitor) -> list[BackupView]:
        """All, the newest first."""
        visitor.need(MANAGE)
        return await asyncio.to_thread(self._look)

    def _look(self) -> list[BackupView]:
        found = []
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path.is_symlink() or not path.is_file():
                continue
            try:
                status, sealed = path.stat(), opens_with(path)
            except OSError:
                # Somebody moved it away in this moment.
                continue
            at = datetime.fromtimestamp(status.st_mtime, UTC)
            found.append(BackupView(id=path.name, at=at, size=f"{status.st_size / 1e6:.1f} MB", sealed=sealed))
        return sorted(found, key=lambda one: one.at, reverse=True)

    async def last(self) -> BackupJob | None:
        """How the last one that was asked for stands."""
        wanted = select(JobRow).where(JobRow.kind == KIND).order_by(JobRow.created_at.desc(), JobRow.id.desc()).limit(1)
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        if row is None:
            return None
        return BackupJob(
            state=JobState(row.state), asked_at=row.created_at, ended_at=row.ended_at, reason=row.last_error
        )

    async def ask(self, visitor: Visitor, *, recordings: bool) -> None:
        """Have one made. Conflict while another one is."""
        visitor.need(MANAGE)
        name = f"hotline-{self._clock.wall().astimezone(ZONE):%Y%m%dT%H%M%S}{SUFFIX}"
        open_ = JobRow.kind == KIND, JobRow.state.in_((JobState.WAITING.value, JobState.RUNNING.value))
        async with self._store.writing() as session:
            if await session.scalar(select(JobRow.id).where(*open_).limit(1)):
                raise Conflict("backup_runs", "已有一次备份在进行；如需放弃，请在“后台任务”中取消")
            await self._jobs.add(session, KIND, {"file": name, "recordings": recordings})
            await self._audit.write(
                session, visitor, "backup.asked", f"backup:{name}", after={"recordings": recordings}
            )
        self._jobs.look()

    async def _make(self, data: dict[str, Any]) -> None:
        target = self._folder / str(data["file"])
        if target.exists():
            # Whole or not at all: it was made by an engine that died before it could say so.
            return
        more = ["--recordings"] if data.get("recordings") else []
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cti.process.cli", "backup", str(target), *more,
            env={**os.environ, "HOTLINE_DATA": str(self._store.data)},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        priority.take(priority.LATER, process.pid)
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise BackupFailed(said.decode("utf-8", "replace").strip()[-300:] or f"code {process.returncode}")
        size = (await asyncio.to_thread(target.stat)).st_size
        await self._audit.note(system("backup"), "backup.made", f"backup:{target.name}", {"bytes": size})

    async def taken(self, visitor: Visitor, name: str) -> Path:
        """The file, for who may have all that is in it: the rows of every county. NotFound."""
        visitor.need(DOWNLOAD)
        if visitor.reach(DOWNLOAD) != EVERYTHING:
            raise NotFound("no_backup", "没有这个备份")
        visitor.need_session()
        if name not in {one.id for one in await asyncio.to_thread(self._look)}:
            raise NotFound("no_backup", "没有这个备份")
        await self._audit.note(visitor, "backup.downloaded", f"backup:{name}")
        return self._folder / name
