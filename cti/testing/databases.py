"""Fixtures: a migrated store on each database, SQLite always, PostgreSQL by a server of the test run's own.

A plugin outside of the checkout names this module in its `conftest.py`: `pytest_plugins = ["cti.testing.databases"]`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cti.base.ciphers.suites import SuiteName
from cti.store.engine import Store
from cti.testing.engines import open_store
from cti.testing.postgres import PostgresServer, running_server
from cti.testing.tables import migrated


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server of this test run."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest) -> str | None:
    """The URL of an empty database of each kind; None is SQLite's file in the state directory."""
    if request.param == "sqlite":
        return None
    return str(await request.getfixturevalue("postgres").emptied())


@pytest.fixture
def suite() -> SuiteName:
    """The algorithms that the store seals by; tests of what is sealed are run with both."""
    return "international"


@pytest.fixture
async def store(database: str | None, tmp_path: Path, suite: SuiteName) -> AsyncIterator[Store]:
    """A migrated store on each database."""
    async with open_store(database, tmp_path, suite) as opened:
        await migrated(opened)
        yield opened


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    """A migrated store on SQLite, for what has nothing to do with the database."""
    async with open_store(None, tmp_path) as opened:
        await migrated(opened)
        yield opened
