"""Puts a backup back: into an empty place, or setting aside what is there. Never under a running hotline."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from cti.base.ciphers.cipher import Cipher, KeyProblem, load_master_key
from cti.base.ciphers.key_sources import is_there
from cti.base.run_lock import LOCK, RunLock, StartRefused
from cti.base.settings import Settings
from cti.store.backups import archive, dump, snapshot
from cti.store.backups.backup import (
    DATABASE,
    KEY_FILES,
    KEYS,
    RECORDINGS,
    SETTINGS,
    STATE,
    BackupProblem,
    Report,
    files_below,
    is_state,
    key_check,
    read_index,
)
from cti.store.engine import Store
from cti.store.migration import bring_to


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `missing` are recordings that the backup lists and that are not there now."""

    report: Report
    missing: tuple[str, ...]
    set_aside: Path | None


@dataclass(frozen=True, slots=True)
class Restoration:
    """What is to be put where. `rooms` are the folders with migrations beside the core's.

    `replace` sets aside what is there; `keep_settings` leaves the settings of the state directory as they are.
    """

    path: Path
    data: Path
    rooms: tuple[Path, ...] = ()
    replace: bool = False
    keep_settings: bool = False

    async def run(self) -> Restored:
        """All of it or nothing; BackupProblem, OSError, DocumentError when the backup's settings are wrong."""
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with (
                RunLock(self.data / LOCK),
                # Beside its target, so that everything comes into its place by a rename.
                tempfile.TemporaryDirectory(prefix=".restore-", dir=self.data) as scratch,
            ):
                return await self._put(Path(scratch))
        except StartRefused as error:
            raise BackupProblem(f"{error}: stop it first") from None
        except (archive.ArchiveProblem, snapshot.SnapshotProblem, KeyProblem) as error:
            raise BackupProblem(str(error)) from None

    @property
    def _is_snapshot(self) -> bool:
        """Whether it is a folder with a database alone, as made before migrations."""
        return self.path.is_dir()

    async def _put(self, folder: Path) -> Restored:
        if self._is_snapshot:
            await asyncio.to_thread(shutil.copytree, self.path, folder / DATABASE)
            manifest = None
        else:
            manifest = await asyncio.to_thread(archive.unpack, self.path, folder, self.data)
        rows = await asyncio.to_thread(snapshot.check, folder / DATABASE)
        recordings = read_index(folder)
        key = self._key(folder / KEYS if manifest and manifest.keys else self.data)
        if manifest and key_check(Cipher(load_master_key(key))) != manifest.key_check:
            raise BackupProblem("the master key is not the one that sealed this backup")
        own = self.keep_settings or self._is_snapshot
        house = Settings.load(self.data if own else folder / STATE).house
        url = house.database
        file = _sqlite_file(url, self.data)
        if (file is not None) != snapshot.is_sqlite(folder / DATABASE):
            raise BackupProblem("the settings name another kind of database than the backup's")
        store = await Store.open(url, key, house.cryptography) if file is None else None
        try:
            aside = await self._make_room(store, file)
            if store is not None:
                await self._put_postgres(store, folder / DATABASE, aside)
        finally:
            if store is not None:
                await store.close()
        self._put_files(folder, file, aside)
        missing = [one.path for one in recordings if not (self.data / RECORDINGS / one.path).is_file()]
        return Restored(Report(self.path, manifest, rows, len(recordings)), tuple(missing), aside)

    def _key(self, folder: Path) -> Path:
        """The folder of the master key, which is never made here."""
        if not is_there(folder):
            raise BackupProblem(
                f"there is no key: put the hotline's master.key into {self.data},"
                " or its content into HOTLINE_MASTER_KEY"
            )
        return folder

    async def _make_room(self, store: Store | None, file: Path | None) -> Path | None:
        """The folder for what is set aside; None when nothing is there. BackupProblem when it may not be replaced."""
        found = [file.name] if file is not None and file.exists() else []
        if store is not None:
            if count := await dump.others_connected(store):
                raise BackupProblem(f"{count} others are connected to the database: stop the hotline first")
            found += ["tables"] if await dump.has_tables(store) else []
        kept = {*KEY_FILES, *((SETTINGS,) if self.keep_settings else ())}
        if not self._is_snapshot:
            found += [one.name for one in sorted(self.data.iterdir()) if is_state(one, file) and one.name not in kept]
        if not found:
            return None
        if not self.replace:
            raise BackupProblem(f"there is something already ({', '.join(found)}): --replace sets it aside")
        aside = self.data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        aside.mkdir(mode=0o700)
        return aside

    async def _put_postgres(self, store: Store, folder: Path, aside: Path | None) -> None:
        if aside is not None and await dump.has_tables(store):
            (aside / DATABASE).mkdir()
            await dump.dump(store, aside / DATABASE)
            await dump.drop_all(store)
        try:
            await bring_to(store, self.rooms, dump.read_contents(folder).revisions)
            await dump.load(store, folder)
        except Exception as error:
            await dump.drop_all(store)
            where = f"; what was there is in {aside / DATABASE}" if aside else ""
            raise BackupProblem(f"the database took nothing: {type(error).__name__}: {error}{where}") from error

    def _put_files(self, folder: Path, file: Path | None, aside: Path | None) -> None:
        """Move what was unpacked into its place, and what is in its way aside."""
        moves = {}
        for part in (STATE, KEYS):
            if (folder / part).is_dir():
                moves.update({one: self.data / one.name for one in (folder / part).iterdir()})
        if self.keep_settings:
            moves.pop(folder / STATE / SETTINGS, None)
        if file is not None:
            for rest in file.parent.glob(f"{file.name}-*"):
                _set_aside(rest, aside)
            moves[folder / DATABASE / snapshot.SQLITE_FILE] = file
        for source, target in moves.items():
            if target.exists() or target.is_symlink():
                _set_aside(target, aside)
            shutil.move(source, target)
        for path in files_below(folder / RECORDINGS):
            target = self.data / RECORDINGS / path.relative_to(folder / RECORDINGS)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.rename(target)


def _sqlite_file(url: str | None, data: Path) -> Path | None:
    if url is None:
        return data / snapshot.SQLITE_FILE
    parsed = make_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def _set_aside(path: Path, aside: Path | None) -> None:
    if aside is not None:
        shutil.move(path, aside / path.name)
    elif path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
