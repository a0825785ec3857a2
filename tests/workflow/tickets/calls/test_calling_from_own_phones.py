"""A clerk calls the citizen of his task from his own telephone: who may, when, how often, and what the ticket keeps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest

from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotAllowed, Refusal
from cti.base.visitor import Visitor
from cti.office.screens import Action
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from cti.telephony.switch.port import DialResult
from softphone.own_phones.calling import About, NotReached, OwnPhoneCalls
from softphone.own_phones.keeping import OwnPhones
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.workflow.tickets.ticket_town import EAST, LEADER, MAINS, ROADS, WATER, TicketTown, town_on
from workflow.tickets.calls.dialling import Dialling
from workflow.tickets.limits import LimitsFields

CLERK = replace(WATER, agent_no=None, permissions=WATER.permissions | {"calls.own_phone"})
OWN = Number.parse("13900000009")


class Lines:
    """What rings: calls that were begun, and how to end one."""

    def __init__(self) -> None:
        self.begun: list[tuple[Number, Number, About, str]] = []
        self.refuses: Refusal | None = None
        self.number: Number | None = OWN
        self.ends: dict[str, NotReached] = {}

    def dial(self, visitor: Visitor, own: Number, citizen: Number, about: About, end: NotReached, **owner: str) -> str:
        if self.refuses is not None:
            raise self.refuses
        call = new_id()
        self.begun.append((own, citizen, about, owner["organisation"]))
        self.ends[call] = end
        return call

    def goes_on(self, call: str) -> bool:
        return call in self.ends

    async def of(self, person: str) -> tuple[Number, datetime] | None:
        return (self.number, at(MONDAY, "09:00")) if self.number is not None and person == CLERK.person else None


@pytest.fixture
def lines() -> Lines:
    return Lines()


def dialling(town: TicketTown, lines: Lines) -> Dialling:
    """As the plugin has it, without agents."""
    own, phones = cast("OwnPhoneCalls", lines), cast("OwnPhones", lines)
    found = Dialling(town.tickets, lambda: None, lambda: own, lambda: phones)
    town.offering._dialling = found
    return found


async def button(town: TicketTown, ticket: str, visitor: Visitor = CLERK) -> Action | None:
    """How he finds it."""
    return next((one for one in await town.offering.offers(visitor, ticket) if one.name == "dial"), None)


async def trail(town: TicketTown, ticket: str, visitor: Visitor = CLERK) -> list[tuple[str, str]]:
    """The calls in its timeline."""
    page = await town.tickets.timeline(visitor, ticket, TimelineQuery(kinds="call"))
    return [(one.title, one.text) for one in page.items]


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


async def test_he_is_rung_and_the_attempt_stays_with_the_ticket(town: TicketTown, lines: Lines) -> None:
    desk = dialling(town, lines)
    ticket, _ = await town.dispatched()
    shown = await button(town, ticket)
    assert shown is not None and shown.refused is None and "139****0009" in str(shown.confirm)
    call = await desk.dial(CLERK, ticket)
    ((own, citizen, about, organisation),) = lines.begun
    assert (own, citizen.national, organisation) == (OWN, "13800000001", "city"), "the hotline's own call"
    assert about.link == f"/tickets/{ticket}" and "13800000001" not in about.title
    await lines.ends[call](call, "citizen", DialResult.BUSY)
    assert await trail(town, ticket) == [("承办单位联系市民", "未接通：市民占线")]
    assert await trail(town, ticket, LEADER) == await trail(town, ticket)
    second = await desk.dial(CLERK, ticket)
    await lines.ends[second](second, "own", DialResult.NO_ANSWER)
    assert (await trail(town, ticket))[0][1] == "未接通：经办人的电话无人接听"


async def test_the_end_is_kept_however_soon_it_comes(town: TicketTown, lines: Lines) -> None:
    """A line that refuses at once is quicker than the transaction that notes the attempt."""
    desk = dialling(town, lines)
    ticket, _ = await town.dispatched()
    tasks: list[asyncio.Task[None]] = []
    begin = lines.dial

    def refused_at_once(*said: Any, **owner: str) -> str:
        call = begin(*said, **owner)
        tasks.append(asyncio.ensure_future(_end(lines.ends[call], call)))
        return call

    lines.dial = refused_at_once  # type: ignore[method-assign]
    await desk.dial(CLERK, ticket)
    await asyncio.gather(*tasks)
    assert await trail(town, ticket) == [("承办单位联系市民", "未接通：经办人的电话无法接通")]


async def _end(end: NotReached, call: str) -> None:
    await end(call, "own", DialResult.UNREACHABLE)


async def test_of_two_clicks_at_once_the_limit_lets_one_through(town: TicketTown, lines: Lines) -> None:
    desk = dialling(town, lines)
    await town.tickets.ticket_limits.create(LEADER, LimitsFields(unit_calls=1))
    ticket, _ = await town.dispatched()
    answers = await asyncio.gather(*(desk.dial(CLERK, ticket) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["Conflict", "str"]
    assert len(lines.begun) == 1 and len(await trail(town, ticket)) == 1
    shown = await button(town, ticket)
    assert shown is not None and shown.refused == "今天已拨打 1 次，请明天再联系"


async def test_why_he_cannot_is_told_before_he_clicks(town: TicketTown, lines: Lines) -> None:
    desk = dialling(town, lines)
    ticket, _ = await town.dispatched()
    lines.number = None
    assert "核验" in str((await _need(town, ticket)).refused)
    with pytest.raises(Conflict, match="核验"):
        await desk.dial(CLERK, ticket)
    lines.number = OWN
    town.clock.advance(13 * 3600)
    assert (await _need(town, ticket)).refused == "08:00 至 21:00 之间可以拨打市民"
    with pytest.raises(Conflict, match="08:00"):
        await desk.dial(CLERK, ticket)
    town.clock.advance(11 * 3600)
    lines.refuses = Conflict("lines_full", "外线已满，请稍后再拨")
    with pytest.raises(Conflict, match="外线已满"):
        await desk.dial(CLERK, ticket)
    assert lines.begun == [] and await trail(town, ticket) == [], "nothing is kept of what did not ring"
    secret, _ = await town.dispatched(confidential=True)
    assert "保密" in str((await _need(town, secret)).refused)
    with pytest.raises(NotAllowed, match="保密"):
        await desk.dial(CLERK, secret)


async def _need(town: TicketTown, ticket: str) -> Action:
    found = await button(town, ticket)
    assert found is not None
    return found


async def test_nobody_calls_whose_business_it_is_not(town: TicketTown, lines: Lines) -> None:
    desk = dialling(town, lines)
    ticket, _ = await town.dispatched()
    for other in (ROADS, MAINS, EAST, WATER):
        with pytest.raises(Refusal):
            await desk.dial(replace(other, agent_no=None), ticket)
    reviewer = replace(LEADER, agent_no=None, permissions=LEADER.permissions - {"agent.work"})
    assert await button(town, ticket, reviewer) is None
    assert lines.begun == []
