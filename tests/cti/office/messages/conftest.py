"""A post office on SQLite, and one on each database for what the database decides."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cti.store.engine import Store
from tests.cti.office.messages.post_office import PostOffice


@pytest.fixture
async def office(sqlite_store: Store) -> AsyncIterator[PostOffice]:
    found = PostOffice(sqlite_store)
    await found.people()
    yield found
    await found.timers.stop()


@pytest.fixture
async def each_office(store: Store) -> AsyncIterator[PostOffice]:
    found = PostOffice(store)
    await found.people()
    yield found
    await found.timers.stop()
