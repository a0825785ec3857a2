"""Both modules on each database."""

from __future__ import annotations

import pytest

from cti.office.records import Office
from cti.store.engine import Store
from tests.cti.office.tree.categories import Categories, Own, Slips
from tests.office import office_on


@pytest.fixture
async def office(store: Store) -> Office:
    made = await office_on(store)
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    return made


@pytest.fixture
def categories(office: Office) -> Categories:
    return Categories(office)


@pytest.fixture
def slips(office: Office, categories: Categories) -> Slips:
    return Slips(office)
