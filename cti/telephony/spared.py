"""Who wants no calls from the house (免打扰): asked by whoever is to dial a citizen who does not expect it.

The list is a plugin's; while none keeps one, nobody is spared, and nobody can be put on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor


class DoNotCallList(Protocol):
    """What keeps the numbers; a number counts for the whole house."""

    async def has(self, session: AsyncSession, number: str) -> bool:
        """Whether a canonical number wants no calls."""

    async def asked(self, session: AsyncSession, visitor: Visitor, number: str, organisation: str, region: str) -> None:
        """A citizen said on the telephone that he wants no more calls; nothing when he stands there already."""


class Spared:
    """The one list of the house, whoever keeps it."""

    def __init__(self) -> None:
        self._list: DoNotCallList | None = None

    def keep(self, kept: DoNotCallList) -> Callable[[], None]:
        """This is the list from now on; returns the undo."""
        self._list = kept

        def undo() -> None:
            if self._list is kept:
                self._list = None

        return undo

    async def has(self, session: AsyncSession, number: str) -> bool:
        """Whether a canonical number wants no calls."""
        return self._list is not None and await self._list.has(session, number)

    async def ask(self, session: AsyncSession, visitor: Visitor, number: str, organisation: str, region: str) -> None:
        """Put a number on the list. Conflict while nobody keeps one."""
        if self._list is None:
            raise Conflict("no_list", "免打扰名单当前不可用，请稍后再试")
        await self._list.asked(session, visitor, number, organisation, region)
