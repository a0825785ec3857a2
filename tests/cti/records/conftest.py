"""Trees on each database, and visitors of the city and of two counties."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cti.bus import Bus
from cti.clock import VirtualClock
from cti.identity.directory import Organisation
from cti.identity.service import Identity
from cti.identity.visitor import Visitor, system
from cti.records import Office
from cti.store.engine import Store
from cti.store.scope import EVERYTHING, Scope
from tests.cti.records.trees import Own, Trees


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    clock = VirtualClock()
    identity = await Identity.open(store, Bus(), clock, Organisation("city", "市热线", "320400", None))
    for name, region in (("east", "320404"), ("west", "320411")):
        await identity.organisations.add(system("test"), Organisation(name, name, region, "city"))
    yield Office(store, clock, identity.audit, "city", "320400")
    identity.close()


@pytest.fixture
async def trees(office: Office) -> Trees:
    async with office.store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    return Trees(office)


def visitor(name: str, organisation: str = "city", *permissions: str) -> Visitor:
    scope = EVERYTHING if organisation == "city" else Scope(organisations=frozenset({organisation}))
    given = frozenset(permissions or {"trees.see", "trees.edit"})
    return Visitor(f"01{name}", name, name, None, organisation, "320404", permissions=given, scope=scope)


CITY = visitor("王芳", "city", "trees.see", "trees.edit", "calls.see_numbers")
EAST, WEST = visitor("李强", "east"), visitor("赵敏", "west")
LOOKER = visitor("路人", "city", "trees.see")
