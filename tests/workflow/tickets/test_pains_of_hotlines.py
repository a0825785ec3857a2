"""What citizens, units and agents of 12345 lines suffer from, rule by rule: each test holds one rule against it.

More rules of the same list have their tests where the thing itself is tested: limits by type and region and what a
reply rests on in `test_limits`, who saw a complainant in `test_looks`, dissolved departments in `test_handing_over`,
masking in `test_isolation`, the figures in `test_ticket_figures`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.office.figures.library import FigureLibrary
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.office import ROOT
from tests.workflow.tickets.telling.test_citizen_sms import telling_town, told
from tests.workflow.tickets.ticket_town import (
    AGENT,
    EAST,
    LEADER,
    REVIEWER,
    ROADS,
    VISITOR,
    WATER,
    TicketTown,
    town_on,
)
from workflow.tickets.facts import sources
from workflow.tickets.progress import Progress, ProgressBody, ProgressView

OBJECTION = {"reason": "不属于本单位职责", "ground": "三定方案第三条"}


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


async def progress(town: TicketTown, number: str) -> ProgressView:
    """What the citizen is shown on the public page."""
    shown = Progress(town.office.store, town.clock, town.cases, town.titles)
    return await shown.find(ProgressBody(number=number, digits="0001"))


async def test_the_units_time_begins_when_it_is_dispatched_not_when_it_signs(town: TicketTown) -> None:
    """Units did not sign, so that their time did not begin."""
    ticket, task = await town.dispatched()
    begun = town.clock.wall()
    await town.wait(3600)
    await town.act(WATER, ticket, "sign", task)
    clocks = {one.title: one for one in await town.tasks.clocks_of(LEADER, ticket) if one.unit == "水务局"}
    assert clocks["办理时限"].started_at == begun


async def test_a_unit_returns_within_a_working_day_with_the_legal_ground_or_handles_it(place: TicketTown) -> None:
    """Ping-pong of returns: late, or without a ground, a unit is the first that is responsible."""
    ticket, task = await place.dispatched()
    with pytest.raises(Invalid, match="法律依据"):
        await place.act(WATER, ticket, "object", task, reason="不归我们管")
    await place.wait(2 * 86400)
    with pytest.raises(Refusal, match="首办负责"):
        await place.act(WATER, ticket, "object", task, **OBJECTION)


async def test_the_second_return_goes_to_a_ruling_and_never_back_into_the_pool(place: TicketTown) -> None:
    """The same ticket went round from unit to unit."""
    ticket, task = await place.dispatched("water")
    await place.act(WATER, ticket, "object", task, **OBJECTION)
    await place.act(LEADER, ticket, "uphold", task, reason="属实")
    await place.act(LEADER, ticket, "dispatch", lead="roads")
    second = await place.task(ticket, "roads")
    await place.act(ROADS, ticket, "object", second, **OBJECTION)
    await place.act(LEADER, ticket, "uphold", second, reason="属实")
    assert (await place.get(LEADER, ticket)).stage == "difficult"
    assert ticket not in await place.duty(REVIEWER, "review")


async def test_what_was_moved_three_times_goes_one_level_up(place: TicketTown) -> None:
    """Nobody owned it: moved again and again (Bayannur: three moves make a problem ticket)."""
    ticket, _ = await place.dispatched("water")
    for lead in ("roads", "water"):
        await place.act(LEADER, ticket, "recall", reason="派错")
        await place.act(LEADER, ticket, "dispatch", lead=lead)
    await place.act(LEADER, ticket, "recall", reason="派错")
    with pytest.raises(Refusal, match="已交办3次仍未办结，请转疑难办理"):
        await place.act(LEADER, ticket, "dispatch", lead="roads")
    await place.act(LEADER, ticket, "hard", reason="多次交办未果")
    await place.act(LEADER, ticket, "dispatch", lead="roads")
    assert (await place.get(LEADER, ticket)).lead == "roads"


async def test_there_is_always_exactly_one_lead(place: TicketTown) -> None:
    """Several parties, and nobody answers: assisting and joint units are never the lead."""
    ticket, _ = await place.dispatched("water", assisting=["roads"])
    assert (await place.get(LEADER, ticket)).lead == "water"
    roles = [(one.unit, one.role) for one in await place.tasks.of(LEADER, ticket) if one.role]
    assert sorted(roles) == [("市政局", "assisting"), ("水务局", "lead")]
    with pytest.raises(Invalid):
        await place.act(LEADER, (await submitted(place)), "dispatch", assisting=["roads"])


async def submitted(town: TicketTown) -> str:
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    return ticket


async def test_more_time_is_given_before_the_end_with_a_reason_and_the_citizen_is_told(store: Store) -> None:
    """Extensions were granted after the limit, in silence."""
    town = await telling_town(store)
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    with pytest.raises(Invalid, match="理由"):
        await town.act(WATER, ticket, "ask_extension", task, days=3)
    await town.act(WATER, ticket, "ask_extension", task, days=3, reason="管网改造")
    await town.act(LEADER, ticket, "grant_extension", task)
    assert ("1", "ticket_extended") in await told(town, ticket)
    late, task = await town.dispatched()
    await town.act(WATER, late, "sign", task)
    await town.wait(20 * 86400)
    with pytest.raises(Refusal, match="已超过办理时限"):
        await town.act(WATER, late, "ask_extension", task, days=3, reason="管网改造")


async def test_the_citizen_sees_the_limit_the_lead_unit_and_each_extension(town: TicketTown) -> None:
    """Beijing 2021: the limit stands on the ticket, and the citizen may know it."""
    ticket, task = await town.dispatched()
    number = (await town.get(LEADER, ticket)).number
    found = await progress(town, number)
    assert (found.unit, found.extended) == ("水务局", 0)
    assert found.due_at is not None and found.due_at > at(MONDAY, "10:00") + timedelta(days=3)
    await town.act(WATER, ticket, "sign", task)
    await town.act(WATER, ticket, "ask_extension", task, days=5, reason="管网改造")
    await town.act(LEADER, ticket, "grant_extension", task)
    longer = await progress(town, number)
    assert longer.extended == 1 and longer.due_at is not None and longer.due_at > found.due_at


async def test_a_revisit_is_the_hotlines_and_no_units(place: TicketTown) -> None:
    """Satisfaction was bought by the units that were scored: they neither call back nor rate."""
    ticket, task = await place.dispatched()
    await place.replied(ticket, task)
    await place.act(REVIEWER, ticket, "accept")
    assert "revisit" not in [one for acts in (await place.offered(WATER, ticket)).values() for one in acts]
    with pytest.raises((NotAllowed, NotFound)):
        await place.act(WATER, ticket, "revisit", satisfaction="satisfied")


async def test_no_unit_learns_before_the_end_who_was_not_satisfied(place: TicketTown) -> None:
    """Citizens were pressed to change a bad rating."""
    ticket, task = await place.dispatched()
    await place.replied(ticket, task)
    await place.act(REVIEWER, ticket, "accept")
    await place.act(VISITOR, ticket, "revisit", satisfaction="unsatisfied")
    assert (await place.get(LEADER, ticket)).satisfaction == "unsatisfied"
    assert (await place.get(WATER, ticket)).satisfaction == ""


async def test_a_complainant_is_hidden_from_the_units_by_default(place: TicketTown) -> None:
    """Baoshan 2026, Xingtai 2021: home and telephone of a complainant went to whom he complained of."""
    plain, _ = await place.dispatched(caller_name="王小芳")
    secret, _ = await place.dispatched(caller_name="王小芳", confidential=True)
    for ticket, words in ((plain, ("王**", "138****0001")), (secret, ("****", "****"))):
        shown = await place.get(WATER, ticket)
        assert (shown.caller_name, shown.contact) == words
        assert "13800000001" not in repr(shown) and "王小芳" not in repr(shown)


def test_figures_are_apart_each_with_what_it_counts_and_what_is_pending() -> None:
    """99.9 % done: one figure for done, on time, solved, satisfied, redone and returned."""
    library = FigureLibrary(None)
    for one in sources(sqlite=True):
        library.offer(one)
    library.deliver(ROOT / "workflow" / "tickets" / "figures")
    apart = {"tickets_finished", "finished_on_time", "satisfaction", "redone_rate", "returned_rate"}
    assert apart <= set(library.files)


async def test_a_county_cannot_rule_on_its_own_objection(place: TicketTown) -> None:
    """Who is scored decided himself what counts."""
    ticket = await submitted(place)
    await place.act(LEADER, ticket, "county", unit="east")
    task = await place.task(ticket, "east")
    await place.act(EAST, ticket, "object", task, **OBJECTION)
    with pytest.raises((NotAllowed, NotFound, Conflict)):
        await place.act(EAST, ticket, "uphold", task, reason="属实")
