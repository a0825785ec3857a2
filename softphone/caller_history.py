"""Who has a citizen on the line sees his earlier calls, whoever took them: he shall not have to tell it all again.

They are those of the organisation that he called now, by the number of a call that one has or had: nobody can ask for
another number here. The recordings of calls beyond one's own reach stay closed.
"""

from __future__ import annotations

import pydantic

from cti.base.call import Call
from cti.base.http.routes import Route
from cti.base.refusal import NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.store.calls import CallFilter, StoredCall, StoredCalls
from cti.telephony.calls import Calls
from softphone.call_log import SEE, CallView, call_view

WORK = "agent.work"
MOST = 20


class EarlierCall(CallView):
    """An earlier call of the same number. `within_reach`: its story may be opened."""

    within_reach: bool


class EarlierCalls(pydantic.BaseModel):
    """The newest of them, and how many there are."""

    items: list[EarlierCall]
    total: int


class CallerHistory:
    """Earlier calls of the citizen whom an agent has on the line, or had."""

    def __init__(self, store: StoredCalls, calls: Calls) -> None:
        self._store = store
        self._calls = calls

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [Route("GET", "/api/agent/calls/{call}/earlier", self.earlier, WORK, "来电人以前的来电")]

    async def earlier(self, visitor: Visitor, call: str) -> EarlierCalls:
        """What the number called before this call; NotFound unless the visitor has or had a part in it."""
        now = self._at_his_phone(visitor, call) or await self._store.find(call, Scope(agent=visitor.agent_no or ""))
        if now is None:
            raise NotFound("no_such_call", "没有这通电话，或不是您的来电")
        if not now.caller.digits:
            return EarlierCalls(items=[], total=0)
        reach = visitor.reach(SEE)
        sees_all = reach.agent is None and reach.covers(now.organisation, now.region)
        wanted = CallFilter(number=now.caller.digits, until=now.arrived_at)
        scope = reach if sees_all else Scope(organisations=frozenset({now.organisation}))
        found = await self._store.search(wanted, scope, size=MOST)
        items = [self._shown(one, visitor, sees_all=sees_all) for one in found.items]
        return EarlierCalls(items=items, total=found.total)

    def _at_his_phone(self, visitor: Visitor, call: str) -> Call | None:
        """The open call, when he has a part in it by now, though the books may not say so yet."""
        busy = self._calls.engagements.with_call(call)
        his = visitor.agent_no is not None and any(one.agent == visitor.agent_no for one in busy)
        return self._calls.find(call) if his else None

    @staticmethod
    def _shown(one: StoredCall, visitor: Visitor, *, sees_all: bool) -> EarlierCall:
        within = visitor.may(SEE) and (sees_all or visitor.agent_no in one.agents)
        plain = call_view(one, visitor).model_dump()
        return EarlierCall(**{**plain, "recordings": plain["recordings"] if within else []}, within_reach=within)
