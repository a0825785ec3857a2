"""A backup as one tar file: its members, then `manifest.json` with the size and SHA-256 of each. Blocking."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import msgspec

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.store.backups import sealed

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1024 * 1024
MANIFEST_BYTES = 256 * 1024 * 1024


class ArchiveProblem(Exception):
    """The file is no backup, or is damaged; the message names file and member."""


class Member(msgspec.Struct, frozen=True):
    """A file in the archive."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What the archive is. `key_check` tells whether a master key is the one that sealed what is in it."""

    format: int
    made_at: datetime
    database: str
    key_check: str
    keys: bool
    recordings: bool
    files: dict[str, Member]


class Archive:
    """An archive in the making; `members` grows with what is added."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file as it is now, though it may still grow."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            self._add(name, file, status.st_size, status.st_mtime)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a file of this content."""
        self._add(name, io.BytesIO(content), len(content), 0)

    def _add(self, name: str, file: IO[bytes], size: int, modified: float) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, int(modified), 0o600
        reader = _Hashing(file)
        self._tar.addfile(entry, reader)
        self.members[name] = Member(size, reader.hash.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest: without it the archive counts as cut off."""
        self.add_bytes(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        return data


@contextmanager
def writing(target: Path, cipher: Cipher | None = None, secret: str = "") -> Iterator[Archive]:
    """Make the archive `target`, whole or not at all, sealed if `cipher` is given. FileExistsError, OSError."""
    if target.exists():
        raise FileExistsError(f"{target} exists")
    part = target.with_name(f".{target.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            outer = nullcontext(file) if cipher is None else sealed.sealing(file, cipher, secret)
            with outer as inner, tarfile.open(fileobj=cast("IO[bytes]", inner), mode="w:gz", compresslevel=1) as tar:
                yield Archive(tar)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def unpack(path: Path, folder: Path | None = None, data: Path | None = None) -> Manifest:
    """Read the whole archive, check every member, and write them into `folder` if one is given; ArchiveProblem.

    A sealed one opens with the master key of the state directory `data`, or the passphrase of the environment.
    """
    found: dict[str, Member] = {}
    content = b""
    try:
        with (
            sealed.opened(path, data or path.parent) as inner,
            gzip.open(inner) as stream,
            tarfile.open(fileobj=stream, mode="r:") as tar,
        ):
            for entry in tar:
                file = tar.extractfile(entry) if entry.isreg() else None
                if file is None or not _is_plain(entry.name) or entry.name in found:
                    raise ArchiveProblem(f"{path}: odd member {entry.name!r}")
                if entry.name == MANIFEST:
                    content = file.read(MANIFEST_BYTES)
                    # To the very end, where the stream's own checksum stands.
                    while stream.read(CHUNK):
                        pass
                    break
                found[entry.name] = _take(file, None if folder is None else folder / entry.name, entry.mtime)
    except KeyProblem as error:
        raise ArchiveProblem(str(error)) from None
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveProblem(f"{path}: damaged or no backup: {error}") from None
    if not content:
        raise ArchiveProblem(f"{path}: it ends before its manifest: cut off, or no backup")
    return _compared(path, content, found)


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not name.startswith("/")


def _take(file: IO[bytes], target: Path | None, modified: float) -> Member:
    total, size = hashlib.sha256(), 0
    out: Any = None
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        out = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    try:
        while chunk := file.read(CHUNK):
            total.update(chunk)
            size += len(chunk)
            if out is not None:
                out.write(chunk)
    finally:
        if out is not None:
            out.close()
    if target is not None:
        os.utime(target, (modified, modified))
    return Member(size, total.hexdigest())


def _compared(path: Path, content: bytes, found: dict[str, Member]) -> Manifest:
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise ArchiveProblem(f"{path}: {MANIFEST}: {error}") from None
    if manifest.format != FORMAT:
        raise ArchiveProblem(f"{path}: format {manifest.format}, this version reads {FORMAT}")
    odd = sorted(set(found) ^ set(manifest.files)) or [name for name in found if found[name] != manifest.files[name]]
    if odd:
        raise ArchiveProblem(f"{path}: {odd[0]} is missing, not listed, or not as it was written")
    return manifest
