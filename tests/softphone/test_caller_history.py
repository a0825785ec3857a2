"""The agent who has a citizen on the line sees his earlier calls; nobody asks for another's by this way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from cti.base.call import Call, Leg, LegState, Party, Talk
from cti.base.clock import VirtualClock
from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.engagement import Engagements
from softphone.caller_history import CallerHistory
from tests.cti.store.stories import NOON, ended, new_call
from tests.office import visitor


def agent(number: str, scope: Scope | None = None) -> Visitor:
    """An agent who reads his own calls, or those within a scope."""
    reaches = {"calls.see": scope or Scope(agent=number)}
    return replace(visitor(number, "city", "agent.work", "calls.see"), agent_no=number, reaches=reaches)


class Line:
    """The open calls, as far as the history asks for them."""

    def __init__(self) -> None:
        self.engagements = Engagements(VirtualClock())
        self.open: dict[str, Call] = {}

    def find(self, call: str) -> Call | None:
        return self.open.get(call)

    def rings(self, call: Call, number: str) -> None:
        """The call rings at an agent's phone."""
        call.legs["a"] = Leg("a", Party.AGENT, f"{number}-web", LegState.RINGING, agent=number)
        call.talk = Talk(agent=number, offered_at=NOON)
        self.open[call.id] = call
        self.engagements.look(call)


class Town:
    """Stored calls of one citizen, one a day until noon, and the history of them."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self.line, self.journal = Line(), journal
        self.history = CallerHistory(StoredCalls(store), cast(Calls, self.line))

    async def call(self, days_ago: int, **values: Any) -> Call:
        call = new_call(**{"arrived_at": NOON - timedelta(days=days_ago), **values})
        self.journal.save(ended(call) if days_ago else call)
        await self.journal.flushed()
        return call


@pytest.fixture
async def town(sqlite_store: Store) -> AsyncIterator[Town]:
    journal = Journal.start(sqlite_store, lambda event: None)
    yield Town(sqlite_store, journal)
    await journal.close()


async def test_a_repeat_caller_is_known_to_whoever_his_call_rings(town: Town) -> None:
    """Agents saw their own calls only: whoever got a repeat caller read that he had never called."""
    first = await town.call(2, agents=["1002"], recordings=["r1"])
    second = await town.call(1, agents=["1001"], recordings=["r2"])
    await town.call(1, caller="13900000002")
    now = await town.call(0)
    town.line.rings(now, "1001")
    found = await town.history.earlier(agent("1001"), now.id)
    assert [one.id for one in found.items] == [second.id, first.id]
    assert [(one.within_reach, one.recordings) for one in found.items] == [(True, ["r2"]), (False, [])]
    assert found.total == 2


async def test_it_stays_after_the_call_for_him_who_had_it(town: Town) -> None:
    await town.call(1, agents=["1002"])
    now = await town.call(0, agents=["1001"])
    assert (await town.history.earlier(agent("1001"), now.id)).total == 1


async def test_nobody_looks_up_a_number_that_he_does_not_have_on_the_line(town: Town) -> None:
    await town.call(1, agents=["1002"])
    now = await town.call(0)
    town.line.rings(now, "1002")
    for who in (agent("1001"), replace(agent("1001"), agent_no=None)):
        with pytest.raises(NotFound):
            await town.history.earlier(who, now.id)


async def test_calls_to_another_organisation_stay_there(town: Town) -> None:
    await town.call(1, organisation="north", region="320411")
    now = await town.call(0)
    town.line.rings(now, "1001")
    assert (await town.history.earlier(agent("1001"), now.id)).items == []
    assert (await town.history.earlier(agent("1001", EVERYTHING), now.id)).total == 1


async def test_a_caller_without_a_number_has_no_history(town: Town) -> None:
    await town.call(1, caller="anonymous")
    now = await town.call(0, caller="anonymous")
    town.line.rings(now, "1001")
    assert (await town.history.earlier(agent("1001"), now.id)).total == 0
