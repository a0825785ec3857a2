"""Where the site's visitors write with the hotline: the window of the chats, while those run."""

from __future__ import annotations

from collections.abc import Callable

from cti.base.clock import Clock
from cti.base.recent import Recent
from workflow.chat.entrances import Entrances


class Chat:
    """Leads to the window of the organisation's first entrance."""

    def __init__(self, organisation: str, clock: Clock) -> None:
        self._organisation = organisation
        self._recent = Recent[Entrances, str](clock)
        self._entrances: Entrances | None = None

    def take(self, entrances: Entrances) -> Callable[[], None]:
        """The chats run; returns what is called when they do no more."""
        self._entrances = entrances

        def gone() -> None:
            self._entrances = None

        return gone

    async def path(self) -> str:
        """The path of the window; empty where there is none."""
        there = self._entrances
        return await self._recent.of(there, lambda: self._path(there)) if there is not None else ""

    async def _path(self, entrances: Entrances) -> str:
        row = await entrances.first(self._organisation)
        return f"/chat/window/{row.key}" if row is not None else ""
