"""The migrations of every room: they make what its models say, step by step forward and back, on each database."""

import importlib.util

import pytest
from alembic.script import ScriptDirectory

from cti.base.cli_settings import ROOT
from cti.plugins import find_plugins, in_order
from cti.store.catalogue import load_models
from cti.store.comparing import differences, schema_of
from cti.store.engine import Store
from cti.store.migration import CORE, bring_to, go_back, migrate
from cti.store.rooms import Room

PLUGINS = in_order(find_plugins(ROOT))
FOLDERS = [plugin.folder for plugin in PLUGINS]
ROOMS = [folder for folder in (*CORE, *FOLDERS) if (folder / "migrations").is_dir()]


@pytest.fixture
async def bare(database, tmp_path):
    """A store without tables."""
    opened = await Store.open(database, tmp_path)
    yield opened
    await opened.close()


async def schema(store):
    """Every table with its columns and indexes, as the database tells them; tables of versions apart."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(schema_of)


async def test_the_migrations_of_all_rooms_make_what_their_models_say(bare):
    load_models(plugin.package for plugin in PLUGINS)
    await migrate(bare, FOLDERS)
    async with bare.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("folder", ROOMS, ids=lambda folder: folder.name)
def test_the_last_file_of_a_room_is_its_newest_revision(folder):
    scripts = ScriptDirectory(str(folder / "migrations"), version_locations=[str(folder / "migrations")])
    assert (Room(folder.name, folder / "migrations").newest(),) == tuple(scripts.get_heads())


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
async def test_each_step_of_a_room_can_be_undone_and_done_again(bare, room):
    scripts = ScriptDirectory(str(room / "migrations"), version_locations=[str(room / "migrations")])
    revisions = [one.revision for one in scripts.walk_revisions()][::-1]
    table = f"migrations_{room.name}"
    before = [folder for folder in CORE if folder != room]
    # What a room's tables refer to must be there: the core's, and those of the rooms that it needs.
    needed = FOLDERS[: FOLDERS.index(room)] if room in FOLDERS else []
    if room not in CORE:
        await migrate(bare, needed)
    elif room != CORE[0]:
        await bring_to(bare, [], {f"migrations_{one.name}": "heads" for one in before})
    stages = [await schema(bare)]
    for revision in revisions:
        await bring_to(bare, [room], {table: revision})
        stages.append(await schema(bare))
    for stage in stages[-2::-1]:
        await go_back(bare, [room], "-1")
        assert await schema(bare) == stage
    for revision, stage in zip(revisions, stages[1:], strict=True):
        await bring_to(bare, [room], {table: revision})
        assert await schema(bare) == stage


def test_every_room_with_tables_has_migrations():
    bare = [
        plugin.name
        for plugin in PLUGINS
        if importlib.util.find_spec(f"{plugin.package}.models") and not (plugin.folder / "migrations").is_dir()
    ]
    assert bare == []
