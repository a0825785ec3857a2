"""A migrated store on each database: SQLite always, PostgreSQL by a server of our own where its programs are found."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cti.store.engine import Store
from cti.store.migration import migrate

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class PostgresServer:
    """A server that listens on a socket in `folder` only."""

    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://hotline@/postgres?host={self.folder}"

    async def emptied(self) -> str:
        """The URL of its database, with nothing in it."""
        connection = await self._connect()
        await connection.execute("DROP SCHEMA public CASCADE")
        await connection.execute("CREATE SCHEMA public")
        await connection.close()
        return self.url

    async def _connect(self) -> Any:
        deadline = time.monotonic() + 20
        while True:
            try:
                return await asyncpg.connect(self.url)
            except (OSError, asyncpg.CannotConnectNowError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)


def find_postgres() -> Path | None:
    """The folder of `initdb` and `postgres`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return next((one for one in found if (one / "initdb").exists() and (one / "postgres").exists()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = find_postgres()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine")
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    who: dict[str, Any] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root.
        account = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, account.pw_uid, account.pw_gid)
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    options: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        **options,
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip("PostgreSQL cannot make a database here")
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off", "max_connections": "60"}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen([programs / "postgres", "-D", data, *arguments], **options)
    try:
        yield PostgresServer(folder)
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A migrated store on each database."""
    url = None
    if request.param == "postgresql":
        url = await request.getfixturevalue("postgres").emptied()
    opened = await Store.open(url, tmp_path)
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    """A migrated store on SQLite, for what has nothing to do with the database."""
    opened = await Store.open(None, tmp_path)
    await migrate(opened)
    yield opened
    await opened.close()
