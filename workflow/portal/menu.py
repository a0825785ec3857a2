"""What other plugins bring to the site: an entry of its menu, a block of its first page, pages for search engines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.base.clock import Clock
from cti.base.recent import Recent


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu: the site's path, its title, and its place among the others (small comes first)."""

    path: str
    title: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a block: where it leads, what it says, and from when it is."""

    path: str
    title: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the first page; `more` is the path of all of it."""

    title: str
    lines: tuple[Line, ...]
    more: str = ""


Blocks = Callable[[], Awaitable[Block | None]]
"""Makes a block, some seconds old at most for who sees it; None when there is nothing to show."""


Mapped = Callable[[], Awaitable[Sequence[str]]]
"""Paths of pages that search engines may find, beside those of the menu."""


class Menu:
    """Entries, blocks and mapped pages, each taken back by what `add…` returns."""

    def __init__(self, clock: Clock) -> None:
        self._recent = Recent[Blocks, Block | None](clock)
        self._entries: list[Entry] = []
        self._blocks: list[Blocks] = []
        self._mapped: list[Mapped] = []

    def add(self, entry: Entry) -> Callable[[], None]:
        """Add an entry; ValueError when its path is taken."""
        if any(one.path == entry.path for one in self._entries):
            raise ValueError(f"two entries for {entry.path}")
        self._entries.append(entry)
        return lambda: self._entries.remove(entry)

    def add_block(self, block: Blocks) -> Callable[[], None]:
        """Add a block to the first page."""
        self._blocks.append(block)
        return lambda: self._blocks.remove(block)

    def add_mapped(self, mapped: Mapped) -> Callable[[], None]:
        """Have pages stand in the site's map for search engines."""
        self._mapped.append(mapped)
        return lambda: self._mapped.remove(mapped)

    @property
    def entries(self) -> list[Entry]:
        """All entries in their order."""
        return sorted(self._entries, key=lambda one: (one.order, one.path))

    async def blocks(self) -> list[Block]:
        """The blocks that have something to show."""
        found = [await self._recent.of(one, one) for one in self._blocks]
        return [one for one in found if one is not None and one.lines]

    async def mapped(self) -> list[str]:
        """The paths of the entries, and of the pages behind them."""
        behind = [path for one in self._mapped for path in await one()]
        return [*(one.path for one in self.entries), *behind]
