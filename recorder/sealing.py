"""From the switch's growing file to a sealed WAV, without a moment at which the WAV lies in clear."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import nullcontext
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.sealed_files import SealedReader, SealedWriter, sealed_size
from recorder.wav import HEADER_BYTES, SAMPLE_BYTES, header

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: frames (samples of all channels at one moment), bytes of the WAV, and its SHA-256."""

    frames: int
    bytes: int
    sha256: str


def seal(source: Path | BinaryIO, target: Path, cipher: Cipher, rate: int, channels: int, *, skip: int = 0) -> Sealed:
    """Seal the samples of `source`, a path or an open file, behind its first `skip` bytes as a WAV, as a whole or not
    at all. OSError.

    A last frame that is not whole is cut off. It may not be on the disk yet: `source` is removed later
    (`recorder.originals`).
    """
    frame, digest = SAMPLE_BYTES * channels, hashlib.sha256()
    part = target.with_name(f"{target.name}.part")
    with source.open("rb", buffering=0) if isinstance(source, Path) else nullcontext(source) as file:
        frames = max(os.fstat(file.fileno()).st_size - skip, 0) // frame
        left = frames * frame
        file.seek(skip)
        try:
            with _created(part) as made, SealedWriter(made, cipher) as writer:
                head = header(left, rate, channels)
                writer.write(head)
                digest.update(head)
                while left:
                    piece = file.read(min(PIECE, left))
                    if not piece:
                        raise OSError(errno.EIO, "the raw recording has become shorter")
                    writer.write(piece)
                    digest.update(piece)
                    left -= len(piece)
            part.replace(target)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    return Sealed(frames, HEADER_BYTES + frames * frame, digest.hexdigest())


def _created(path: Path) -> FileIO:
    try:
        return path.open("wb", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path.open("wb", buffering=0)


def is_whole(source: Path, target: Path, cipher: Cipher, channels: int) -> bool:
    """Whether the sealed WAV has all that `source` has: after a power failure it may not."""
    frame = SAMPLE_BYTES * channels
    frames = source.stat().st_size // frame
    try:
        if target.stat().st_size != sealed_size(HEADER_BYTES + frames * frame):
            return False
        with target.open("rb") as file:
            SealedReader(file, cipher)
    except (FileNotFoundError, KeyProblem):
        return False
    return True
