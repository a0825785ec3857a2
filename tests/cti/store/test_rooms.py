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


async def schema(store, but=frozenset()):
    """Every table with its columns and indexes, as the database tells them; tables of versions and `but` apart."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(schema_of, but)


async def test_the_migrations_of_all_rooms_make_what_their_models_say(bare):
    load_models(plugin.package for plugin in PLUGINS)
    await migrate(bare, FOLDERS)
    async with bare.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("folder", ROOMS, ids=lambda folder: folder.name)
def test_the_last_file_of_a_room_is_its_newest_revision(folder):
    scripts = ScriptDirectory(str(folder / "migrations"), version_locations=[str(folder / "migrations")])
    assert (Room(folder.name, folder / "migrations").newest(),) == tuple(scripts.get_heads())


async def test_each_step_of_each_room_can_be_undone_and_done_again(bare):
    """Each room stands on those before it: they are made once, and looked at again when the last is done."""
    whole = {}
    for room in ROOMS:
        there = frozenset(whole)
        table = f"migrations_{room.name}"
        revisions = steps_of(room)
        stages = [{}]
        for revision in revisions:
            await bring_to(bare, [room], {table: revision})
            stages.append(await schema(bare, there))
        for stage in stages[-2::-1]:
            await go_back(bare, [room], "-1")
            assert await schema(bare, there) == stage, f"{room.name}: undone"
        for revision, stage in zip(revisions, stages[1:], strict=True):
            await bring_to(bare, [room], {table: revision})
            assert await schema(bare, there) == stage, f"{room.name}: {revision} done again"
        whole |= stages[-1]
    assert await schema(bare) == whole


def steps_of(room):
    """The revisions of a room, the first one first."""
    scripts = ScriptDirectory(str(room / "migrations"), version_locations=[str(room / "migrations")])
    return [one.revision for one in scripts.walk_revisions()][::-1]


def test_every_room_with_tables_has_migrations():
    bare = [
        plugin.name
        for plugin in PLUGINS
        if importlib.util.find_spec(f"{plugin.package}.models") and not (plugin.folder / "migrations").is_dir()
    ]
    assert bare == []
