"""The file of a CTranslate2 model, tensor by tensor.

It holds (`python/ctranslate2/specs/model_spec.py`, `_serialize`) a version, the name and the revision of the
specification, tensors (name, dimensions, type, bytes), and aliases.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

VERSION = 6
"""Of the file; one of another version cannot be read here."""
FLOAT16 = 4


@dataclass(frozen=True, slots=True)
class Tensor:
    """One with its `sizes`; `kind` is CTranslate2's number of the type of its values."""

    name: str
    sizes: tuple[int, ...]
    kind: int
    content: bytes


def rewrite(source: BinaryIO, target: BinaryIO, change: Callable[[Tensor], Tensor]) -> bool:
    """Write the file anew with each tensor as `change` gives it back; False for a file of another version."""
    head = source.read(4)
    if head != struct.pack("<I", VERSION):
        return False
    target.write(head + _name(source) + source.read(4))
    target.write(head := source.read(4))
    for tensor in _tensors(source, *struct.unpack("<I", head)):
        changed = change(tensor)
        name = changed.name.encode() + b"\0"
        rank = len(changed.sizes)
        target.write(struct.pack("<H", len(name)) + name)
        target.write(struct.pack(f"<B{rank}IBI", rank, *changed.sizes, changed.kind, len(changed.content)))
        target.write(changed.content)
    target.write(source.read())
    return True


def tensors(path: Path, only: str = "") -> Iterator[Tensor]:
    """All of a file, or `only` that of this name; none of a file of another version. OSError."""
    with path.open("rb") as source:
        if source.read(4) == struct.pack("<I", VERSION):
            _name(source)
            source.read(4)
            yield from _tensors(source, struct.unpack("<I", source.read(4))[0], only)


def _tensors(source: BinaryIO, count: int, only: str = "") -> Iterator[Tensor]:
    for _ in range(count):
        name = _name(source)[2:-1].decode()
        rank = source.read(1)[0]
        *sizes, kind, length = struct.unpack(f"<{rank}IBI", source.read(4 * rank + 5))
        if only and name != only:
            source.seek(length, 1)
        else:
            yield Tensor(name, tuple(sizes), kind, source.read(length))


def _name(source: BinaryIO) -> bytes:
    """The next name, as it stands there: its length, and its characters with a zero at the end."""
    length = source.read(2)
    return length + source.read(struct.unpack("<H", length)[0])
