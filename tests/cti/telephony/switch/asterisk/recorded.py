"""Reads recorded byte streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

FIXTURES = Path(__file__).parents[4] / "fixtures" / "asterisk"


def chunks(name: str, direction: str = "<") -> list[bytes]:
    """The chunks that went in `direction` (``<`` from Asterisk) in `name`.jsonl."""
    with (FIXTURES / f"{name}.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["bytes"].encode("latin-1") for row in rows if row["dir"] == direction]


def split_at_every_offset(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """`data` in two pieces, for every place where it can be cut."""
    for offset in range(len(data) + 1):
        yield data[:offset], data[offset:]
