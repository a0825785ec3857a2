"""A PostgreSQL server of our own for the tests: in a temporary folder, on a socket there, gone afterwards."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

UNPRIVILEGED = "nobody"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "60",
}


@dataclass(frozen=True)
class PostgresServer:
    """A server that listens on a socket in `folder` only."""

    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://hotline@/postgres?host={self.folder}"

    async def emptied(self) -> str:
        """The URL of its database, with nothing in it."""
        connection = await self.connect()
        await connection.execute("DROP SCHEMA public CASCADE")
        await connection.execute("CREATE SCHEMA public")
        await connection.close()
        return self.url

    async def connect(self) -> Any:
        deadline = time.monotonic() + 30
        while True:
            try:
                return await asyncpg.connect(self.url)
            except (OSError, asyncpg.CannotConnectNowError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)


def find_postgres() -> Path | None:
    """The folder of `initdb` and `postgres`: the one that `scripts/test` found or fetched, else the machine's own."""
    if chosen := os.environ.get("HOTLINE_POSTGRES"):
        return Path(chosen)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return next((one for one in found if (one / "initdb").exists() and (one / "postgres").exists()), None)


def missing(reason: str) -> None:
    """Skip the test, or fail it where everything must be there (CI)."""
    if os.environ.get("HOTLINE_REQUIRE_REAL"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server that runs until the end; skips or fails where there is none."""
    programs = find_postgres()
    if programs is None:
        missing("no PostgreSQL server on this machine (scripts/test finds or fetches one)")
        return
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    try:
        who = _somebody(folder)
        programs = _readable(programs, folder, who)
        data = folder / "data"
        options: dict[str, Any] = {"cwd": folder, "stderr": subprocess.STDOUT, **who}
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        if made.returncode:
            missing(f"PostgreSQL cannot make a database here: {made.stdout[-500:]}")
        settings = {**SETTINGS, "unix_socket_directories": str(folder)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen([programs / "postgres", "-D", data, *arguments], stdout=subprocess.DEVNULL, **options)
        try:
            yield PostgresServer(folder)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _somebody(folder: Path) -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses to be root."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _readable(programs: Path, folder: Path, who: dict[str, Any]) -> Path:
    """The programs where that account can read them: root's own cache lies in root's own home."""
    if not who or not subprocess.run(["test", "-x", programs / "initdb"], check=False, **who).returncode:
        return programs
    copy = folder / "programs"
    shutil.copytree(programs.parent, copy, symlinks=True)
    for path in copy.rglob("*"):
        os.chown(path, who["user"], who["group"], follow_symlinks=False)
    os.chown(copy, who["user"], who["group"])
    return copy / programs.name
