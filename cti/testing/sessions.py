"""Who is signed in, as a test says."""

from __future__ import annotations

from cti.base.visitor import Visitor


class GivenSessions:
    """Sessions that the test gives and takes: visitors by their tokens."""

    def __init__(self) -> None:
        self.visitors: dict[str, Visitor] = {}

    async def visitor(self, token: str, address: str, browser: str) -> Visitor | None:
        """Who has this token."""
        return self.visitors.get(token)
