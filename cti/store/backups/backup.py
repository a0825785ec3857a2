"""Backups of the whole state, taken while the hotline runs; the way back is `restore`.

An archive has `database/` (see `snapshot`), `state/` (settings, flows, prompts: what lies in the state directory),
`recordings.jsonl` (which recordings there were), on demand `recordings/` themselves, and `keys/` when they are to be
inside. Without its keys the sealed columns of a backup cannot be read by anybody: then they are kept elsewhere.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.key_sources import source_of
from cti.store.backups import archive, snapshot
from cti.store.backups.sealed import PASSPHRASE, passphrase
from cti.store.engine import Store

DATABASE, STATE, KEYS, RECORDINGS = "database", "state", "keys", "recordings"
INDEX = "recordings.jsonl"
SETTINGS = "settings.yaml"
KEY_FILES = ("master.key", "secrets", "accounts.json")
"""What opens doors; it goes into a backup only when asked for."""

NOT_STATE = (
    "hotline.db",
    "postgresql.before-",
    "recordings",
    "logs",
    "switch",
    "backups",
    "run.lock",
    "before-restore-",
    ".",
)
"""What is no state to save, by the beginning of its name: saved in another way, made anew, or a copy itself."""


class BackupProblem(Exception):
    """It cannot be done; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A line of the index of recordings: the path below their folder, and the file's size."""

    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a backup has: rows of the database, recordings that it lists. A database alone has no manifest."""

    path: Path
    manifest: archive.Manifest | None
    rows: int
    recordings: int


def key_check(cipher: Cipher) -> str:
    """Tells master keys apart without telling anything of them."""
    return cipher.in_suite("international").index("backup", "the key of this backup")


async def back_up(store: Store, target: Path, *, keys: bool, recordings: bool, plain: bool = False) -> Report:
    """Write `target` and read it back to check it; whole or not at all. BackupProblem, OSError.

    It is sealed by the passphrase of the environment, else by the master key, unless it is to be `plain`.
    """
    if keys and not plain and not passphrase():
        raise BackupProblem(
            f"keys inside need a passphrase ({PASSPHRASE}), or --plain: the key is no use in its own box"
        )
    if keys and source_of(store.data).kind != "beside":
        raise BackupProblem("the master key lies elsewhere: it can only be kept apart")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
        folder = Path(scratch)
        try:
            await snapshot.take(store, folder)
        except snapshot.SnapshotProblem as error:
            raise BackupProblem(f"the database's copy is damaged, and so may be the database: {error}") from None
        about = archive.Manifest(
            format=archive.FORMAT,
            made_at=datetime.now(UTC),
            database="sqlite" if store.is_sqlite else "postgresql",
            key_check=key_check(store.cipher),
            keys=keys,
            recordings=recordings,
            files={},
        )
        await asyncio.to_thread(_write, target, about, folder, store, plain=plain)
    return await asyncio.to_thread(verify, target, store.data)


def _write(target: Path, about: archive.Manifest, database: Path, store: Store, *, plain: bool) -> None:
    data = store.data
    with archive.writing(target, None if plain else store.cipher, passphrase()) as made:
        for path in files_below(database):
            made.add(f"{DATABASE}/{path.relative_to(database)}", path)
        for entry in sorted(data.iterdir()):
            folder = KEYS if entry.name in KEY_FILES else STATE
            if not is_state(entry, store.path) or entry == target or (folder == KEYS and not about.keys):
                continue
            for path in files_below(entry):
                made.add(f"{folder}/{path.relative_to(data)}", path)
        kept = data / RECORDINGS
        listed = [Recording(str(path.relative_to(kept)), path.stat().st_size) for path in files_below(kept)]
        made.add_bytes(INDEX, msgspec.json.Encoder().encode_lines(listed))
        if about.recordings:
            for one in listed:
                made.add(f"{RECORDINGS}/{one.path}", kept / one.path)
        made.finish(msgspec.structs.replace(about, files=dict(made.members)))


def is_state(entry: Path, database: Path | None) -> bool:
    """Whether something in the state directory belongs into a backup's `state/` or `keys/`."""
    return not entry.name.startswith(NOT_STATE) and not (database and entry.name.startswith(database.name))


def files_below(root: Path) -> Iterator[Path]:
    """Every plain file below `root`, or itself; links are not followed."""
    if root.is_symlink():
        return
    if root.is_file():
        yield root
    elif root.is_dir():
        for entry in sorted(root.iterdir()):
            yield from files_below(entry)


def verify(path: Path, data: Path | None = None) -> Report:
    """Read a backup whole and check it, database included; ArchiveProblem, SnapshotProblem. Blocking."""
    with tempfile.TemporaryDirectory(prefix=".verify-", dir=path.parent) as scratch:
        folder = Path(scratch)
        manifest = archive.unpack(path, folder, data)
        rows = snapshot.check(folder / DATABASE)
        return Report(path, manifest, rows, len(read_index(folder)))


def read_index(folder: Path) -> list[Recording]:
    """The recordings that an unpacked backup lists."""
    path = folder / INDEX
    return msgspec.json.Decoder(Recording).decode_lines(path.read_bytes()) if path.exists() else []
