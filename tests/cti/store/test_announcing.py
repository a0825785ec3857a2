"""Events of what is stored are told when it is, in order, and never when it was not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from cti.base.events import AlarmCleared, Event
from cti.store.announcing import announce
from cti.store.engine import Store


def event(name: str) -> Event:
    return AlarmCleared(at=datetime.now(UTC), name=name)


@pytest.fixture
def told(store: Store) -> list[Event]:
    heard: list[Event] = []
    store.publish = heard.append
    return heard


async def test_what_is_committed_is_told_in_order_and_not_before(store: Store, told: list[Event]) -> None:
    first, second = event("a"), event("b")
    async with store.writing() as session:
        announce(session, first)
        await session.execute(text("SELECT 1"))
        announce(session, second)
        assert told == []
    assert told == [first, second]


async def test_what_is_rolled_back_was_never_told(store: Store, told: list[Event]) -> None:
    with pytest.raises(RuntimeError):
        async with store.writing() as session:
            announce(session, event("a"))
            raise RuntimeError
    async with store.writing():
        pass
    assert told == []


async def test_who_writes_later_is_told_later(store: Store, told: list[Event]) -> None:
    async def write(name: str) -> None:
        async with store.writing() as session:
            announce(session, event(f"{name}1"), event(f"{name}2"))
            await session.execute(text("SELECT 1"))

    await asyncio.gather(*(write(one) for one in "abcdef"))
    names = [one.name for one in told if isinstance(one, AlarmCleared)]
    assert sorted(names) == [f"{one}{number}" for one in "abcdef" for number in "12"]
    assert all(names[at + 1] == f"{names[at][0]}2" for at in range(0, len(names), 2))
