import pytest
from sqlalchemy import inspect

from cti.store.backups import snapshot
from cti.store.migration import COPIES, CORE, bring_to, go_back, migrate

FIRST = """
import sqlalchemy as sa
from alembic import op
revision = "0001"
down_revision = None
def upgrade():
    op.create_table("orchard_trees", sa.Column("id", sa.Integer, primary_key=True))
def downgrade():
    op.drop_table("orchard_trees")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.execute("INSERT INTO orchard_trees (id) VALUES (2)")
    op.add_column("orchard_trees", sa.Column("kind", sa.String(10)))
    {then}
def downgrade():
    op.drop_column("orchard_trees", "kind")
"""


@pytest.fixture
def orchard(tmp_path):
    """A room with one revision."""
    (tmp_path / "orchard" / "migrations").mkdir(parents=True)
    (tmp_path / "orchard" / "migrations" / "0001_begin.py").write_text(FIRST)
    return tmp_path / "orchard"


async def tables(store):
    async with store.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def rows(store):
    async with store.engine.connect() as connection:
        counts = [await connection.exec_driver_sql(f"SELECT count(*) FROM {table}") for table in await tables(store)]
    return sum(one.scalar_one() for one in counts)


async def trees(store):
    async with store.engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT * FROM orchard_trees")
        return list(found.keys()), [row[0] for row in found]


async def test_forward_twice_does_nothing_and_back_leaves_no_table(store):
    assert await migrate(store) == []
    await go_back(store, CORE)
    assert await tables(store) == {f"migrations_{folder.name}" for folder in CORE}
    assert await migrate(store) == [folder.name for folder in CORE]


async def test_a_room_is_added_later_after_a_backup(sqlite_store, orchard, tmp_path):
    assert list(tmp_path.glob("*.before-*")) == []
    assert await migrate(sqlite_store, [orchard, tmp_path / "nothing"]) == ["orchard"]
    assert "orchard_trees" in await tables(sqlite_store)
    (backup,) = tmp_path.glob("hotline.db.before-*")
    assert backup.stat().st_mode & 0o077 == 0


async def test_of_the_copies_from_before_migrations_the_newest_are_kept(store, orchard, tmp_path):
    kept = 0
    for _ in range(COPIES + 2):
        kept = await rows(store)
        await migrate(store, [orchard])
        await go_back(store, [orchard])
    copies = sorted(tmp_path.glob("*.before-*"))
    assert len(copies) == COPIES and all(snapshot.check(one) == kept for one in copies)


async def test_revisions_that_the_code_lacks_are_named(store, orchard):
    with pytest.raises(LookupError, match="migrations_gone"):
        await bring_to(store, [orchard], {"migrations_gone": "0001"})
    with pytest.raises(LookupError, match="orchard"):
        await bring_to(store, [orchard], {"migrations_orchard": "0099"})


async def test_a_migration_that_fails_half_way_leaves_the_data_as_before(store, orchard):
    await migrate(store, [orchard])
    second = orchard / "migrations" / "0002_kinds.py"
    second.write_text(SECOND.format(then="raise RuntimeError('half-way')"))
    with pytest.raises(RuntimeError, match="half-way"):
        await migrate(store, [orchard])
    assert await trees(store) == (["id"], [])
    second.write_text(SECOND.format(then=""))
    assert await migrate(store, [orchard]) == ["orchard"]
    assert await trees(store) == (["id", "kind"], [2])
