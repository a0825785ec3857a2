"""Identity on a migrated store and virtual time, with passwords that are cheap to check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import PersonChanged
from cti.base.settings import AccountSettings
from cti.base.visitor import Visitor, system
from cti.office.identity.directory import Organisation, Person
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.store.engine import Store
from tests.office import cheap_passwords

CITY = Organisation("city", "市12345热线", "320400", None)
COUNTY = Organisation("county", "区政府", "320481", "city")
VILLAGE = Organisation("village", "街道", "320481", "county")
OTHER = Organisation("other", "市卫健委", "320400", "city")
PASSWORD = "Rain-over-7-hills"
BROWSER = "Firefox"
SETTINGS = AccountSettings(second_factor="roles")
"""Administrators of the tests have no telephone at hand."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def changes() -> list[PersonChanged]:
    return []


@pytest.fixture
async def identity(store: Store, clock: VirtualClock, changes: list[PersonChanged]) -> AsyncIterator[Identity]:
    """The services, and a tree of four organisations."""
    bus = Bus()
    bus.subscribe(PersonChanged, changes.append)
    found = await Identity.open(store, bus, clock, CITY, passwords=cheap_passwords(), settings=SETTINGS)
    for one in (COUNTY, VILLAGE, OTHER):
        await found.organisations.add(system("test"), one)
    yield found
    found.close()


def data(login: str, **values: Any) -> PersonData:
    given = {"name": "王芳", "agent_no": None, "organisation": "city", "roles": ["agent"]}
    return PersonData(login=login, **{**given, **values})


@pytest.fixture
def add(identity: Identity) -> Callable[..., Any]:
    """Make an account with PASSWORD."""

    async def make(login: str, **values: Any) -> Person:
        person, _ = await identity.people.add_unchecked(system("test"), data(login, **values), PASSWORD)
        return person

    return make


@pytest.fixture
def visit(identity: Identity, add: Callable[..., Any]) -> Callable[..., Any]:
    """Make an account, sign in, and return the visitor."""

    async def make(login: str, **values: Any) -> Visitor:
        await add(login, **values)
        visitor, _ = await identity.sessions.sign_in(login, PASSWORD, "10.0.0.1", BROWSER)
        return visitor

    return make
