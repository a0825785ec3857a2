"""Where the site's visitors write with the hotline: the window of the chats, while those run."""

from __future__ import annotations

from collections.abc import Callable

from workflow.chat.entrances import Entrances


class Chat:
    """Leads to the window of the organisation's first entrance."""

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation
        self._entrances: Entrances | None = None

    def take(self, entrances: Entrances) -> Callable[[], None]:
        """The chats run; returns what is called when they do no more."""
        self._entrances = entrances

        def gone() -> None:
            self._entrances = None

        return gone

    async def path(self) -> str:
        """The path of the window; empty where there is none."""
        row = await self._entrances.first(self._organisation) if self._entrances is not None else None
        return f"/chat/window/{row.key}" if row is not None else ""
