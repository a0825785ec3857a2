"""Files sealed in chunks: written as a stream, read from any place, and changed by nobody without being noticed.

A file begins with `MAGIC`, the form of the suite, the size of a chunk and an id of its own, from which its key is made.
Each chunk is sealed with the file's id, its number and whether it is the last as context (AAD), so that chunks cannot
be left out, moved, taken from another file, or cut off.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.suites import NONCE_BYTES, SUITES, TAG_BYTES, Broken, Suite

MAGIC = b"HOTLINE1"
CHUNK = 64 * 1024
ID_BYTES = 16
HEAD = struct.Struct(f">8s2sI{ID_BYTES}s")
CONTEXT = struct.Struct(f">{ID_BYTES}sQ?")
MORE = NONCE_BYTES + TAG_BYTES
"""By how much a chunk grows."""


class SealedWriter:
    """Seals what is written; the file is whole once it was closed without an error."""

    def __init__(self, file: IO[bytes], cipher: Cipher, chunk: int = CHUNK) -> None:
        self._file = file
        self._suite = cipher.suite
        self._id = os.urandom(ID_BYTES)
        self._key = cipher.file_key(self._suite, self._id)
        self._chunk = chunk
        self._waiting = bytearray()
        self._number = 0
        file.write(HEAD.pack(MAGIC, self._suite.form.encode(), chunk, self._id))

    def write(self, data: bytes) -> None:
        """Add to the file."""
        self._waiting += data
        # One is kept back: only the end tells which is the last.
        while len(self._waiting) > self._chunk:
            self._put(bytes(self._waiting[: self._chunk]), last=False)
            del self._waiting[: self._chunk]

    def close(self) -> None:
        """Seal the last chunk; the file beneath stays open."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        context = CONTEXT.pack(self._id, self._number, last)
        self._file.write(self._suite.seal(self._key, plain, context))
        self._number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if kind is None:
            self.close()


class SealedReader:
    """Opens a sealed file. KeyProblem when it is none, was changed, or was sealed with another master key."""

    def __init__(self, file: IO[bytes], cipher: Cipher) -> None:
        self._file = file
        head = file.read(HEAD.size)
        if len(head) < HEAD.size or not head.startswith(MAGIC):
            raise KeyProblem("not a sealed file")
        _, form, self._chunk, self._id = HEAD.unpack(head)
        self._suite = _suite_of(form)
        self._key = cipher.file_key(self._suite, self._id)
        body = file.seek(0, os.SEEK_END) - HEAD.size
        self._chunks = -(-body // (self._chunk + MORE)) if self._chunk else 0
        self.size = body - self._chunks * MORE
        """Of what was written, in bytes; true once the last chunk has opened."""
        if self._chunks < 1 or self.size < 0:
            raise KeyProblem("a sealed file that was cut off")
        # Who reads the beginning alone must learn too that the end is not the end.
        self._opened(self._chunks - 1)

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `end`, chunk by chunk."""
        end = self.size if end is None else min(end, self.size)
        for number in range(start // self._chunk, -(-end // self._chunk) if end > start else 0):
            plain, begins = self._opened(number), number * self._chunk
            yield plain[max(0, start - begins) : end - begins]

    def _opened(self, number: int) -> bytes:
        self._file.seek(HEAD.size + number * (self._chunk + MORE))
        context = CONTEXT.pack(self._id, number, number == self._chunks - 1)
        try:
            return self._suite.open(self._key, self._file.read(self._chunk + MORE), context)
        except Broken as error:
            raise KeyProblem("a sealed file was changed, or sealed with another master key") from error


def is_sealed(path: Path) -> bool:
    """Whether the file is one of these."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _suite_of(form: bytes) -> Suite:
    found = next((one for one in SUITES if one.form.encode() == form), None)
    if found is None:
        raise KeyProblem("sealed by algorithms that are not known here")
    return found
