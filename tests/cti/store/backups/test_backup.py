import asyncio
import fcntl
import gzip
import shutil
import sqlite3
import tarfile
from contextlib import closing

import pytest
from sqlalchemy import inspect

from cti.store.backups import archive, snapshot
from cti.store.backups.backup import BackupProblem, back_up, verify
from cti.store.backups.restore import Restoration
from cti.store.backups.sealed import PASSPHRASE
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.migration import CORE, go_back, migrate
from tests.cti.store.stories import entered, new_call

SETTINGS = "organisation: city\n"


@pytest.fixture
def data(tmp_path):
    """The state directory of `store`."""
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "hotline.yaml").write_text("say: 您好\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "mqtt").write_text("guess")
    (tmp_path / "recordings" / "2026").mkdir(parents=True)
    (tmp_path / "recordings" / "2026" / "a.wav").write_bytes(b"RIFF" * 100)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "engine.log").write_text("noise")
    return tmp_path


@pytest.fixture
async def called(store, data):
    """A store with a call and its story, whose settings name it."""
    journal = Journal.start(store, lambda _: None)
    call = new_call()
    journal.save(call)
    for number in range(3):
        journal.append(entered(call.id, number))
    await journal.flushed()
    await journal.close()
    if not store.is_sqlite:
        url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        (data / "settings.yaml").write_text(f"{SETTINGS}database: '{url}'\n")
    return store, call.id


async def stories(data, url=None):
    """The calls of a state directory, each with its story's events."""
    store = await Store.open(url, data)
    calls = StoredCalls(store)
    found = {call.id: len(await calls.events_of(call.id)) for call in await calls.load_open()}
    await store.close()
    return found


async def emptied(store, data):
    """As after the loss of a machine: PostgreSQL has no tables, the state directory is another one."""
    await store.close()
    if not store.is_sqlite:
        again = await Store.open(str(store.engine.url), data)
        await go_back(again, CORE)
        async with again.engine.begin() as connection:
            for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
                await connection.exec_driver_sql(f'DROP TABLE "{table}"')
        await again.close()
    fresh = data / "fresh"
    fresh.mkdir()
    return fresh


def url_of(store):
    return None if store.is_sqlite else str(store.engine.url)


async def test_a_whole_backup_comes_back_on_another_machine(called, data, tmp_path):
    store, call = called
    done = await back_up(store, tmp_path / "backups" / "one.tar.gz", keys=True, recordings=True, plain=True)
    assert done.path.stat().st_mode & 0o077 == 0
    assert (done.recordings, done.manifest.keys) == (1, True) and done.rows >= 4
    fresh = await emptied(store, data)
    restored = await Restoration(done.path, fresh).run()
    assert (restored.missing, restored.set_aside) == ((), None)
    assert await stories(fresh, url_of(store)) == {call: 3}
    assert (fresh / "flows" / "hotline.yaml").read_text() == "say: 您好\n"
    assert (fresh / "secrets" / "mqtt").read_text() == "guess"
    assert (fresh / "recordings" / "2026" / "a.wav").read_bytes() == b"RIFF" * 100
    assert not (fresh / "logs").exists() and not list(fresh.glob(".restore-*"))
    assert (fresh / "master.key").stat().st_mode & 0o077 == 0
    again = await Store.open(url_of(store), fresh)
    assert await migrate(again) == [], "the tables are those of this version"
    journal = Journal.start(again, lambda _: None)
    journal.append(entered(call, "after"))
    await journal.flushed()
    assert [one.sequence for one in await StoredCalls(again).events_of(call)] == [1, 2, 3, 4]
    await journal.close()
    await again.close()


async def test_keys_apart_are_not_inside_and_must_be_brought(called, data, tmp_path):
    store, call = called
    done = await back_up(store, tmp_path / "one.tar.gz", keys=False, recordings=False, plain=True)
    with tarfile.open(done.path) as tar:
        names = [name for name in tar.getnames() if not name.startswith("database/")]
    assert not [name for name in names if "key" in name or "secret" in name or name.endswith(".wav")]
    fresh = await emptied(store, data)
    with pytest.raises(BackupProblem, match=r"master\.key"):
        await Restoration(done.path, fresh).run()
    assert not (fresh / "master.key").exists() and not (fresh / "hotline.db").exists()
    await (await Store.open(f"sqlite:///{tmp_path / 'other.db'}", fresh)).close()
    with pytest.raises(BackupProblem, match="not the one"):
        await Restoration(done.path, fresh).run()
    shutil.copy(data / "master.key", fresh / "master.key")
    restored = await Restoration(done.path, fresh).run()
    assert restored.missing == ("2026/a.wav",)
    assert await stories(fresh, url_of(store)) == {call: 3}


async def test_what_is_there_is_not_overwritten_unless_asked_and_then_set_aside(called, data, tmp_path):
    store, call = called
    done = await back_up(store, tmp_path / "backups" / "one.tar.gz", keys=True, recordings=False, plain=True)
    journal = Journal.start(store, lambda _: None)
    journal.append(entered(call, "later"))
    await journal.flushed()
    await journal.close()
    (data / "flows" / "hotline.yaml").write_text("say: 新的\n")
    await store.close()
    with pytest.raises(BackupProblem, match="something already"):
        await Restoration(done.path, data).run()
    assert await stories(data, url_of(store)) == {call: 4}
    restored = await Restoration(done.path, data, replace=True).run()
    assert await stories(data, url_of(store)) == {call: 3}
    assert (data / "flows" / "hotline.yaml").read_text() == "say: 您好\n"
    assert (restored.set_aside / "flows" / "hotline.yaml").read_text() == "say: 新的\n"
    old = restored.set_aside / ("" if store.is_sqlite else "database")
    await asyncio.to_thread(snapshot.check, old)
    if store.is_sqlite:
        assert await stories(restored.set_aside) == {call: 4}


async def test_a_running_hotline_is_not_restored_over(called, data, tmp_path):
    store, _ = called
    done = await back_up(store, tmp_path / "backups" / "one.tar.gz", keys=True, recordings=False, plain=True)
    with (data / "run.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupProblem, match="already runs"):
            await Restoration(done.path, data, replace=True).run()


async def test_another_machines_engine_on_the_same_postgresql_is_noticed(postgres, tmp_path, monkeypatch):
    store = await Store.open(await postgres.emptied(), tmp_path)
    await migrate(store)
    (tmp_path / "settings.yaml").write_text(f"database: '{postgres.url}'\n")
    done = await back_up(store, tmp_path / "backups" / "one.tar.gz", keys=True, recordings=False, plain=True)
    other = await postgres.connect()
    with pytest.raises(BackupProblem, match="others are connected"):
        await Restoration(done.path, tmp_path, replace=True).run()
    await other.close()
    await store.close()


async def test_a_backup_while_calls_are_written_is_one_moment(called, data, tmp_path):
    store, call = called
    journal = Journal.start(store, lambda _: None)
    stop = asyncio.Event()

    async def talk():
        number = 0
        while not stop.is_set():
            number += 1
            journal.append(entered(call, number))
            await asyncio.sleep(0.001)

    talking = asyncio.create_task(talk())
    await asyncio.sleep(0.1)
    done = await back_up(store, tmp_path / "one.tar.gz", keys=True, recordings=False, plain=True)
    stop.set()
    await talking
    await journal.flushed()
    everything = len(await StoredCalls(store).events_of(call))
    await journal.close()
    fresh = await emptied(store, data)
    await Restoration(done.path, fresh).run()
    assert 3 <= (await stories(fresh, url_of(store)))[call] < everything


@pytest.mark.parametrize("where", [0.3, 0.6, 0.999])
async def test_a_damaged_or_cut_off_backup_is_refused_and_changes_nothing(sqlite_store, data, tmp_path, where):
    path = (await back_up(sqlite_store, tmp_path / "one.tar.gz", keys=True, recordings=True, plain=True)).path
    whole = path.read_bytes()
    at = int(len(whole) * where)
    fresh = tmp_path / "fresh"
    # One wrong byte may mean the same zeros, copied from elsewhere among them: nothing is damaged then.
    wrong = bytes(one ^ 0x55 for one in whole[at : at + 16])
    for broken in (whole[:at], whole[:at] + wrong + whole[at + 16 :]):
        path.write_bytes(broken)
        with pytest.raises((archive.ArchiveProblem, snapshot.SnapshotProblem)):
            verify(path)
        with pytest.raises(BackupProblem):
            await Restoration(path, fresh).run()
        assert [one.name for one in fresh.iterdir()] == ["run.lock"]


def test_what_is_no_backup_is_refused(tmp_path):
    path = tmp_path / "x.tar.gz"
    for content in (b"", b"hello", b"\x1f\x8b" + b"\x00" * 50):
        path.write_bytes(content)
        with pytest.raises(archive.ArchiveProblem, match="no backup"):
            verify(path)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "state/../../evil"])
def test_members_that_lead_outside_are_refused(tmp_path, name):
    path = tmp_path / "x.tar.gz"
    with archive.writing(path) as made:
        made.add_bytes(name, b"evil")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(archive.ArchiveProblem, match="odd member"):
        archive.unpack(path, folder)
    assert not list(tmp_path.rglob("evil"))


async def test_a_backup_that_fails_leaves_no_file(sqlite_store, tmp_path, data):
    target = tmp_path / "there.tar.gz"
    target.write_text("precious")
    with pytest.raises(FileExistsError):
        await back_up(sqlite_store, target, keys=True, recordings=False, plain=True)
    assert target.read_text() == "precious"
    (data / "flows" / "hotline.yaml").unlink()
    (data / "flows" / "hotline.yaml").symlink_to("/etc/passwd")
    done = await back_up(sqlite_store, tmp_path / "two.tar.gz", keys=True, recordings=False, plain=True)
    assert "state/flows/hotline.yaml" not in done.manifest.files, "links are not followed"
    assert not list(tmp_path.glob(".backup-*")) and not list(tmp_path.glob(".*.part"))


async def test_a_broken_database_is_told_when_it_is_saved(sqlite_store, tmp_path, data):
    with closing(sqlite3.connect(sqlite_store.path)) as broken:
        broken.execute("PRAGMA foreign_keys=OFF")
        broken.execute("INSERT INTO organisations (name, title, region, parent) VALUES ('a', 'a', '320400', 'nobody')")
        broken.commit()
    with pytest.raises(BackupProblem, match="organisations"):
        await back_up(sqlite_store, tmp_path / "one.tar.gz", keys=True, recordings=False, plain=True)
    assert not (tmp_path / "one.tar.gz").exists()


async def test_the_copy_from_before_a_migration_comes_back(called, data, tmp_path):
    store, call = called
    room = tmp_path / "orchard"
    (room / "migrations").mkdir(parents=True)
    (room / "migrations" / "0001_begin.py").write_text(
        'from alembic import op\nrevision = "0001"\ndown_revision = None\n'
        'def upgrade():\n    op.execute("DELETE FROM events")\ndef downgrade():\n    pass\n'
    )
    await migrate(store, [room])
    await store.close()
    assert await stories(data, url_of(store)) == {call: 0}
    (copy,) = data.glob("*.before-*")
    with pytest.raises(BackupProblem, match="something already"):
        await Restoration(copy, data).run()
    await Restoration(copy, data, replace=True).run()
    assert await stories(data, url_of(store)) == {call: 3}
    assert (data / "flows" / "hotline.yaml").exists()


async def test_a_backup_says_nothing_without_the_master_key(called, data, tmp_path):
    """Numbers were sealed in it; names, notes and flows stood in clear."""
    store, call = called
    done = await back_up(store, tmp_path / "one.backup", keys=False, recordings=True)
    raw = done.path.read_bytes()
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(raw)
    assert all(word not in raw for word in (b"SQLite", b"hotline.yaml", b"manifest", b"RIFF"))
    fresh = await emptied(store, data)
    with pytest.raises(BackupProblem, match=r"master\.key"):
        await Restoration(done.path, fresh).run()
    await (await Store.open(f"sqlite:///{tmp_path / 'other.db'}", fresh)).close()
    with pytest.raises(BackupProblem, match="another master key"):
        await Restoration(done.path, fresh).run()
    shutil.copy(data / "master.key", fresh / "master.key")
    await Restoration(done.path, fresh).run()
    assert await stories(fresh, url_of(store)) == {call: 3}


async def test_a_passphrase_opens_a_backup_that_has_its_keys_inside(sqlite_store, data, tmp_path, monkeypatch):
    with pytest.raises(BackupProblem, match="passphrase"):
        await back_up(sqlite_store, tmp_path / "one.backup", keys=True, recordings=False)
    monkeypatch.setenv(PASSPHRASE, "Rain-over-7-hills")
    done = await back_up(sqlite_store, tmp_path / "one.backup", keys=True, recordings=False)
    assert b"guess" not in done.path.read_bytes()
    await sqlite_store.close()
    fresh = tmp_path / "fresh"
    for wrong, said in (("", "a passphrase opens it"), ("Rain-over-8-hills", "another master key")):
        monkeypatch.setenv(PASSPHRASE, wrong)
        with pytest.raises(BackupProblem, match=said):
            await Restoration(done.path, fresh).run()
    monkeypatch.setenv(PASSPHRASE, "Rain-over-7-hills")
    await Restoration(done.path, fresh).run()
    assert (fresh / "secrets" / "mqtt").read_text() == "guess"
