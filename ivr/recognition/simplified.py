"""Traditional characters become simplified ones, one for one: each keeps its moment."""

from __future__ import annotations

import functools
from pathlib import Path

_TABLE = Path(__file__).with_name("traditional.txt")
_MORE = {"著": "着", "妳": "你", "祂": "他"}
"""What the table leaves, since it may be a word of its own: in speech it is not."""


def simplified(text: str) -> str:
    """`text` in simplified characters, of the same length."""
    return text.translate(_table())


@functools.cache
def _table() -> dict[int, str]:
    lines = [one for one in _TABLE.read_text("utf-8").splitlines() if not one.startswith("#")]
    pairs = {**dict(zip("".join(lines[::2]), "".join(lines[1::2]), strict=True)), **_MORE}
    return {ord(one): other for one, other in pairs.items()}
