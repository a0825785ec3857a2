"""Being told on one's own browser that a request has news (Web Push): what news is said on the site alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.office.messages.push.citizens import CitizenPush
from workflow.portal.accounts import Account

TITLE, LINK = "您的诉求有新进展", "/mine/messages"


class Notices:
    """The service; without push in the house nobody is told, and no page offers it."""

    def __init__(self) -> None:
        self._push: CitizenPush | None = None

    def take(self, push: CitizenPush) -> Callable[[], None]:
        """Tell by it; returns the undo."""
        self._push = push

        def undo() -> None:
            self._push = None

        return undo

    @property
    def key(self) -> str:
        """The house's public key; empty without push."""
        return self._push.key if self._push is not None else ""

    async def count(self, account: Account) -> int:
        """On how many browsers he is told."""
        return await self._push.count(account.id) if self._push is not None else 0

    async def add(self, account: Account, endpoint: str, key: str, secret: str) -> None:
        """Tell him on this browser. Conflict, Invalid."""
        if self._push is None:
            raise Conflict("no_push", "没有开通消息提醒")
        await self._push.add(account.id, endpoint, key, secret)

    async def remove(self, account: Account, endpoint: str) -> None:
        """Tell him nothing more on this browser."""
        if self._push is not None:
            await self._push.remove(account.id, endpoint)

    async def forget(self, session: AsyncSession, account: str) -> None:
        """He leaves, or signs out everywhere: tell him nothing more."""
        if self._push is not None:
            await self._push.forget(session, account)

    async def tell(self, session: AsyncSession, accounts: Sequence[str]) -> None:
        """These accounts have a new message."""
        if self._push is not None and accounts:
            await self._push.tell(session, accounts, TITLE, LINK)
