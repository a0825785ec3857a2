"""What tables have and models have not, in words: on SQLite only tables that differ to the letter are looked into."""

import pytest
from sqlalchemy import text

from cti.base.cli_settings import ROOT
from cti.plugins import find_plugins, in_order
from cti.store.catalogue import load_models
from cti.store.comparing import differences
from cti.store.migration import migrate

CASES = [
    ("DROP INDEX ix_calls_open", "table calls: index ix_calls_open: the database has none"),
    ("CREATE INDEX ix_calls_x ON calls (organisation)", "table calls: index ix_calls_x: no model says it"),
    ("ALTER TABLE roles ADD COLUMN x INTEGER", "table roles: column x: no model says it"),
    ("ALTER TABLE roles DROP COLUMN title", "table roles: column title: the database has none"),
    ("CREATE TABLE x (id INTEGER)", "table x: no model says it"),
    ("DROP TABLE edits", "table edits: the database has none"),
    (
        "DROP INDEX ix_people_organisation; CREATE INDEX ix_people_organisation ON people (id)",
        "table people: index ix_people_organisation: ",
    ),
]


@pytest.fixture
async def house(store):
    """A store with the tables of core and plugins."""
    plugins = in_order(find_plugins(ROOT))
    load_models(one.package for one in plugins)
    await migrate(store, [one.folder for one in plugins])
    return store


async def told(store):
    async with store.engine.connect() as connection:
        return await connection.run_sync(differences)


async def test_each_difference_is_told_and_no_other(house):
    assert await told(house) == []
    for change, said in CASES:
        async with house.engine.connect() as connection:
            for one in change.split("; "):
                await connection.execute(text(one))
            found = await connection.run_sync(differences)
            await connection.rollback()
        assert found and all(one.startswith(said) for one in found), (change, found)
    assert await told(house) == []
