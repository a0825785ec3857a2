"""One engine for the stores of test after test, on each kind of database.

An engine works out once how each statement is said and its rows are read. With an engine of its own every test does it
again, which is near to half of what its work with the database costs. The engine is the same as a hotline's, and
belongs to one open store at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.base.ciphers.suites import SuiteName
from cti.store.engine import Store, make_engine

REMEMBERED = 3_000
"""Statements of all modules together."""

_free: dict[str, AsyncEngine] = {}
"""The engines that no store has; that of SQLite goes to any file."""


@asynccontextmanager
async def open_store(url: str | None, data: Path, suite: SuiteName = "international") -> AsyncIterator[Store]:
    """What `Store.open` opens, closed at the end."""
    store = await Store.open(url, data, suite, _engine_for)
    try:
        yield store
    finally:
        await store.close()
    _free[_of(store.engine.url)] = store.engine


def _engine_for(url: URL) -> AsyncEngine:
    engine = _free.pop(_of(url), None) or make_engine(url, REMEMBERED)
    engine.sync_engine.url = url
    return engine


def _of(url: URL) -> str:
    return "sqlite" if url.get_backend_name() == "sqlite" else str(url)
