"""Whose call a call is: an agent may write down, add to and dial again only what he has on the line, or had."""

from __future__ import annotations

from datetime import timedelta

from cti.base.call import Call
from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.store.calls import StoredCall, StoredCalls
from cti.telephony.calls import Calls

GONE_ON_WITHIN = timedelta(days=1)
"""A call that begins later is another talk: it does not go on with one that broke off."""


class OwnCalls:
    """Finds them among those that are open and those in the books."""

    def __init__(self, calls: Calls, books: StoredCalls) -> None:
        self._calls, self._books = calls, books

    async def load(self, id: str) -> Call | None:
        """A call, open or ended, whoever had it."""
        return self._calls.find(id) or await self._books.load(id)

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
