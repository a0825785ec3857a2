"""Trees on each database, and visitors of the city and of two counties."""

from __future__ import annotations

import pytest

from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.store.engine import Store
from tests.cti.office.records.trees import Own, Trees
from tests.office import office_on


@pytest.fixture
async def office(store: Store) -> Office:
    return await office_on(store)


@pytest.fixture
async def trees(office: Office) -> Trees:
    async with office.store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    return Trees(office)


def visitor(name: str, organisation: str = "city", *permissions: str) -> Visitor:
    scope = EVERYTHING if organisation == "city" else Scope(organisations=frozenset({organisation}))
    given = frozenset(permissions or {"trees.see", "trees.edit", "trees.export"})
    return Visitor(f"01{name}", name, name, None, organisation, "320404", permissions=given, scope=scope)


CITY = visitor("王芳", "city", "trees.see", "trees.edit", "trees.export", "calls.see_numbers")
EAST, WEST = visitor("李强", "east"), visitor("赵敏", "west")
LOOKER = visitor("路人", "city", "trees.see", "trees.export")
