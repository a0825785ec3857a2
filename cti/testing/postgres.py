"""The PostgreSQL server of a test run; without one its tests are skipped, or fail where all must be there (CI)."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cti.base.cli_settings import ROOT
from cti.testing import kept_schemas

SERVER = "HOTLINE_TEST_POSTGRES"
"""The environment variable that names a database which tests may empty, where no script starts one."""


@dataclass(frozen=True)
class PostgresServer:
    """A server that is reached at `url`."""

    url: str

    async def emptied(self) -> str:
        """The URL of its database, with nothing in it."""
        connection = await self.connect()
        await kept_schemas.emptied(connection)
        await connection.close()
        return self.url

    async def connect(self) -> Any:
        """A plain connection, as soon as the server is ready."""
        deadline = time.monotonic() + 30
        while True:
            try:
                return await asyncpg.connect(self.url)
            except (OSError, asyncpg.CannotConnectNowError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server that runs until the end: of the programs that `scripts/test` found or fetched, else the machine's."""
    if url := os.environ.get(SERVER):
        yield PostgresServer(url)
        return
    scripts = ROOT / "scripts"
    if not (scripts / "setup").is_dir():
        _missing(f"no checkout with scripts: name a database that may be emptied in {SERVER}")
        return
    if str(scripts) not in sys.path:
        sys.path.append(str(scripts))
    # Scripts of the checkout, which an installed hotline has not.
    from setup.postgres import installed
    from setup.postgres_server import postgres_server
    from setup.progress import SetupError

    chosen = os.environ.get("HOTLINE_POSTGRES")
    programs = Path(chosen) if chosen else installed()
    if programs is None:
        _missing("no PostgreSQL server on this machine (scripts/test finds or fetches one)")
        return
    try:
        with postgres_server(programs, {"autovacuum": "off"}) as url:
            yield PostgresServer(url)
    except SetupError as error:
        _missing(str(error))


def _missing(reason: str) -> None:
    if os.environ.get("HOTLINE_REQUIRE_REAL"):
        pytest.fail(reason)
    pytest.skip(reason)
