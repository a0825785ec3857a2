"""Backups that nobody reads who has no key: sealed by the hotline's master key, or by a passphrase kept elsewhere.

A file that a passphrase opens begins with `SALTED` and a salt, from which scrypt (RFC 7914) makes the key; then follows
a sealed file, as without one. Backups of before are gzip alone, and read as they are.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.key_sources import is_there, load_master_key
from cti.base.ciphers.sealed_files import MAGIC, SealedReader, SealedWriter
from cti.base.ciphers.suites import KEY_BYTES

PASSPHRASE = "HOTLINE_BACKUP_PASSPHRASE"  # noqa: S105 # a variable's name
SALTED = b"HOTLINEP"
SALT_BYTES = 16
COST = 2**15
"""32 MB and a tenth of a second for each guess."""


def passphrase() -> str:
    """That of the environment; empty: there is none."""
    return os.environ.get(PASSPHRASE, "")


@contextmanager
def sealing(file: IO[bytes], cipher: Cipher, secret: str) -> Iterator[SealedWriter]:
    """Seal what is written, by the passphrase `secret` if there is one, else by the cipher's master key."""
    if secret:
        salt = os.urandom(SALT_BYTES)
        file.write(SALTED + salt)
        cipher = _by_passphrase(secret, salt, cipher)
    with SealedWriter(file, cipher) as writer:
        yield writer


def opens_with(path: Path) -> Literal["key", "passphrase", "nothing"]:
    """What opens a backup: the master key, a passphrase, or nothing is needed. OSError."""
    with path.open("rb") as file:
        begins = file.read(len(MAGIC))
    return "key" if begins == MAGIC else "passphrase" if begins == SALTED else "nothing"


@contextmanager
def opened(path: Path, data: Path) -> Iterator[IO[bytes]]:
    """What is in a backup, sealed or not; `data` is where the master key may be. KeyProblem, OSError."""
    with path.open("rb") as file:
        begins = file.read(len(MAGIC))
        if begins not in (MAGIC, SALTED):
            file.seek(0)
            yield file
            return
        if begins == SALTED:
            if not passphrase():
                raise KeyProblem(f"{path}: a passphrase opens it: {PASSPHRASE}")
            cipher = _by_passphrase(passphrase(), file.read(SALT_BYTES), None)
        else:
            if not is_there(data):
                raise KeyProblem(f"{path}: the hotline's master.key opens it: put it into {data}")
            cipher = Cipher(load_master_key(data))
            file.seek(0)
        rest = _Rest(file, file.tell())
        try:
            found = SealedReader(rest, cipher)
        except KeyProblem as error:
            raise KeyProblem(f"{path}: {error}") from None
        yield io.BufferedReader(_Stream(found))


def _by_passphrase(secret: str, salt: bytes, like: Cipher | None) -> Cipher:
    key = Scrypt(salt, KEY_BYTES, COST, 8, 1).derive(secret.encode())
    return Cipher(key, like.suite.name if like else "international")


class _Rest(io.RawIOBase, IO[bytes]):
    """A file from a place on, as if it began there."""

    def __init__(self, file: IO[bytes], begins: int) -> None:
        self._file, self._begins = file, begins

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset + (self._begins if whence == os.SEEK_SET else 0), whence) - self._begins


class _Stream(io.RawIOBase):
    """The chunks of a sealed file, one after the other."""

    def __init__(self, reader: SealedReader) -> None:
        self._chunks = reader.read()
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # of any buffer
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count
