"""What modules offer by name to something that stands below them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import TypeVar

T = TypeVar("T")


def offered(table: MutableMapping[str, T], name: str, one: T, what: str) -> Callable[[], None]:
    """Put it into the table; returns what takes it out again. ValueError when the name is taken.

    `what` says in the plural what stands there.
    """
    if name in table:
        raise ValueError(f"two {what} are named {name}")
    table[name] = one

    def undo() -> None:
        table.pop(name, None)

    return undo
