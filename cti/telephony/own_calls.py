"""Whose call a call is: an agent may write down, add to and dial again only what he has on the line, or had.

A talk that is written (a chat) is one, too, where a plugin offers its talks: requests come by it as by a call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from cti.base.call import Call
from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.store.calls import StoredCall, StoredCalls
from cti.telephony.calls import Calls

GONE_ON_WITHIN = timedelta(days=1)
"""A call that begins later is another talk: it does not go on with one that broke off."""


CHANNEL, WRITTEN = "channel", "written"
"""Where a written talk says in its progress by which channel its citizen came, and what he has written so far."""
FindTalk = Callable[[str], Awaitable[Call | None]]


class WrittenTalks:
    """Talks that are written, each as a call without a line: offered by whoever has them."""

    def __init__(self) -> None:
        self._found_by: list[tuple[str, FindTalk]] = []

    def offer(self, screen: str, find: FindTalk) -> Callable[[], None]:
        """Find talks by this, too, whose pages are those of `screen`; returns the undo."""
        offered = screen, find
        self._found_by.append(offered)
        return lambda: self._found_by.remove(offered)

    async def load(self, id: str) -> Call | None:
        """One by its id, going on or over."""
        return (await self._look(id))[1]

    async def screen_of(self, id: str) -> str:
        """The screen that shows a talk of this id; empty when there is none."""
        return (await self._look(id))[0]

    async def _look(self, id: str) -> tuple[str, Call | None]:
        for screen, find in self._found_by:
            if (found := await find(id)) is not None:
                return screen, found
        return "", None


class OwnCalls:
    """Finds them among those that are open, those in the books, and those that are `written`."""

    def __init__(self, calls: Calls, books: StoredCalls, written: WrittenTalks | None = None) -> None:
        self._calls, self._books, self.written = calls, books, written or WrittenTalks()

    async def load(self, id: str) -> Call | None:
        """A call, open or ended, whoever had it."""
        return self._calls.find(id) or await self._books.load(id) or await self.written.load(id)

    async def booked(self, id: str) -> StoredCall | None:
        """What the books say of a call, whoever had it: how long was talked, and its recordings."""
        return await self._books.find(id, EVERYTHING)

    async def need(self, visitor: Visitor, id: str) -> Call:
        """A call in which the visitor talks or has talked; NotFound for all others."""
        found, agent = await self.load(id), visitor.agent_no or ""
        if found is None or not agent or not (agent in found.agents or self.has(visitor, id)):
            raise NotFound("no_call", "没有这通电话，或不是您接听的")
        return found

    def has(self, visitor: Visitor, id: str) -> bool:
        """Whether the visitor is in it now."""
        return any(one.agent == visitor.agent_no for one in self._calls.engagements.with_call(id))

    def now(self, visitor: Visitor) -> Call | None:
        """The call in which the visitor talks now."""
        return self._calls.of_agent(visitor.agent_no or "")

    async def gone_on(self, first: Call) -> list[str]:
        """The calls by which one that broke off was gone on with: those that go on now, and those that are over."""
        now = {one.id for one in self._calls.open if one.follows == first.id and one.answered_at is not None}
        return sorted(now | set(await self._books.gone_on(first, GONE_ON_WITHIN)))
