"""Files sealed in chunks: written as a stream, read from any place, and changed by nobody without being noticed.

A file begins with `MAGIC`, the form of the suite, the size of a chunk and an id of its own, from which its key is made.
Each chunk is sealed with the file's id, its number and whether it is the last as context (AAD), so that chunks cannot
be left out, moved, taken from another file, or cut off.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

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

    @classmethod
    def resume(cls, file: IO[bytes], cipher: Cipher, hear: Callable[[bytes], object] | None = None) -> Self:
        """Go on with a file that was not closed, open to read and write: `written` tells from where.

        What was written after its last whole chunk is gone. `hear` is told what it has, chunk by chunk. KeyProblem.
        """
        found = cls.__new__(cls)
        found._file = file
        file.seek(0)
        form, found._chunk, found._id = _read_head(file)
        found._suite = _suite_of(form)
        found._key = cipher.file_key(found._suite, found._id)
        found._waiting = bytearray()
        found._number = (file.seek(0, os.SEEK_END) - HEAD.size) // (found._chunk + MORE)
        for number in range(found._number):
            if hear is None:
                break
            context = CONTEXT.pack(found._id, number, False)
            hear(_opened(file, found._suite, found._key, found._chunk, number, context))
        file.truncate(HEAD.size + found._number * (found._chunk + MORE))
        file.seek(0, os.SEEK_END)
        return found

    @property
    def written(self) -> int:
        """How many bytes are sealed in whole chunks: so many are still there when it is resumed."""
        return self._number * self._chunk

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
        form, self._chunk, self._id = _read_head(file)
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
        context = CONTEXT.pack(self._id, number, number == self._chunks - 1)
        return _opened(self._file, self._suite, self._key, self._chunk, number, context)


class SealedFile(io.RawIOBase):
    """A sealed file as one that is read and sought in like any other; it closes what it reads. KeyProblem as
    `SealedReader`.
    """

    def __init__(self, file: IO[bytes], cipher: Cipher) -> None:
        self._file = file
        self._reader = SealedReader(file, cipher)
        self._at = 0

    def close(self) -> None:
        """Close the file beneath, too."""
        self._file.close()
        super().close()

    def readable(self) -> bool:
        """Always: `io` asks before it reads."""
        return True

    def seekable(self) -> bool:
        """Always: each chunk is opened on its own."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Where to read next."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._reader.size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """The next bytes, of one chunk at most."""
        found = next(self._reader.read(self._at, self._at + len(buffer)), b"")
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def sealed_size(plain: int, chunk: int = CHUNK) -> int:
    """How many bytes a sealed file of so many plain bytes has."""
    return HEAD.size + plain + max(1, -(-plain // chunk)) * MORE


def is_sealed(path: Path) -> bool:
    """Whether the file is one of these."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _suite_of(form: bytes) -> Suite:
    found = next((one for one in SUITES if one.form.encode() == form), None)
    if found is None:
        raise KeyProblem("sealed by algorithms that are not known here")
    return found


def _read_head(file: IO[bytes]) -> tuple[bytes, int, bytes]:
    head = file.read(HEAD.size)
    if len(head) < HEAD.size or not head.startswith(MAGIC):
        raise KeyProblem("not a sealed file")
    _, form, chunk, id = HEAD.unpack(head)
    return form, chunk, id


def _opened(file: IO[bytes], suite: Suite, key: bytes, chunk: int, number: int, context: bytes) -> bytes:
    file.seek(HEAD.size + number * (chunk + MORE))
    try:
        return suite.open(key, file.read(chunk + MORE), context)
    except Broken as error:
        raise KeyProblem("a sealed file was changed, or sealed with another master key") from error
