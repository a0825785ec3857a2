"""Cards follow their clocks; the inspected handle and appeal, inspectors decide; what was withdrawn counts no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.workflow.supervision.supervised_town import (
    DESK,
    EAST_INSPECTOR,
    INSPECTOR,
    OTHER_UNIT,
    UNIT,
    SupervisedTown,
)
from tests.workflow.tickets.ticket_town import EAST, LEADER, WATER
from workflow.supervision.by_unit import by_unit
from workflow.supervision.views import Appeal, Decision, Handled

HOUR = 3600


@pytest.fixture
async def town(store: Store) -> SupervisedTown:
    return await SupervisedTown.on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> SupervisedTown:
    return await SupervisedTown.on(sqlite_store)


async def test_a_clock_turns_yellow_then_red_and_its_cards_say_why(town: SupervisedTown) -> None:
    ticket, _ = await town.dispatched()
    assert await town.colours() == []
    await town.wait(5 * HOUR)
    assert await town.colours() == [("yellow", "water", "签收时限")]
    await town.wait(1 * HOUR)
    assert await town.colours(lit=True) == [("red", "water", "签收时限")]
    red, yellow = await town.found()
    assert (yellow.lifted_why, red.lifted_at, red.state, red.part) == ("已转红牌", None, "open", "department")
    assert (red.reason, red.record) == (
        "签收时限自2026年09月28日 10:00起计，应于2026年09月28日 15:30前完成，到期未完成",
        ticket,
    )
    assert red.titles["unit"] == "水务局"


async def test_what_is_done_in_time_gives_no_card_and_done_work_lifts_one(town: SupervisedTown) -> None:
    ticket, task = await town.dispatched()
    await town.wait(5 * HOUR)
    await town.act(WATER, ticket, "sign", task)
    (card,) = await town.found()
    assert (card.colour, card.lifted_why, card.lifted_at) == ("yellow", "已办理", town.clock.wall())
    await town.wait(HOUR)
    assert await town.colours(lit=True) == []


async def test_points_say_when_a_clock_is_yellow_and_red_and_the_most_exact_counts(town: SupervisedTown) -> None:
    await town.point(title="全部", yellow=90)
    await town.point(title="办理单位签收", part="department", clock="sign", yellow=25, red=150)
    await town.point(title="紧急签收", part="department", clock="sign", urgency="urgent", yellow=10)
    ticket, task = await town.dispatched()
    # Four working hours, from ten with the noon's pause: a quarter is over at eleven, half more of it at ten to ten.
    await town.wait(HOUR - 1)
    assert await town.colours() == []
    await town.wait(2)
    assert await town.colours() == [("yellow", "water", "签收时限")]
    await town.wait(4.5 * HOUR)
    assert await town.colours(colour="red") == [], "overdue, and not yet so much that it is red"
    assert (await town.get(LEADER, ticket)).card != "red"
    await town.wait(24 * HOUR)
    assert ("red", "water", "签收时限") in await town.colours()
    (before,) = (one for one in await town.found(colour="red") if one.clock_title == "签收时限")
    assert before.given_at > before.due_at
    await town.act(WATER, ticket, "sign", task)


async def test_an_extension_lifts_a_yellow_card_and_the_round_keeps_one_card(town: SupervisedTown) -> None:
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    while ("yellow", "water", "办理时限") not in await town.colours(lit=True):
        await town.wait(4 * HOUR)
    await town.act(WATER, ticket, "ask_extension", task, days=3, reason="需采购配件")
    await town.act(LEADER, ticket, "grant_extension", task)
    assert ("yellow", "water", "办理时限") not in await town.colours(lit=True)
    (card,) = (one for one in await town.found() if one.clock_title == "办理时限")
    assert card.lifted_why == "时限已变更"
    await town.wait(12 * 24 * HOUR)
    (card,) = (one for one in await town.found(colour="yellow") if one.clock_title == "办理时限")
    assert "其间延时1次" in card.reason, "the same card, given again"


async def test_who_inspects_and_who_is_inspected_see_theirs_alone(town: SupervisedTown) -> None:
    await town.dispatched()
    await town.dispatched("roads")
    await town.wait(8 * HOUR)
    assert {unit for _, unit, _ in await town.colours()} >= {"water", "roads"}
    assert {unit for _, unit, _ in await town.colours(UNIT)} == {"water"}
    assert {unit for _, unit, _ in await town.colours(OTHER_UNIT)} == {"roads"}
    assert await town.colours(EAST_INSPECTOR) == []
    assert await town.colours(DESK) == [], "an agent sees the cards of what he has himself"
    (card,) = (one for one in await town.found(UNIT) if one.colour == "red")
    with pytest.raises(NotFound):
        await town.cards.get(OTHER_UNIT, card.id)
    with pytest.raises(NotFound):
        await town.cards.handle(OTHER_UNIT, card.id, Handled(situation="与我无关"))
    with pytest.raises(NotAllowed):
        await town.cards.decide(UNIT, card.id, Decision(granted=True, opinion="自己同意"))
    with pytest.raises(NotFound):
        await town.cards.decide(EAST_INSPECTOR, card.id, Decision(granted=True, opinion="替别人同意"))


async def test_an_appeal_is_decided_once_and_a_withdrawn_card_counts_no_more(town: SupervisedTown) -> None:
    ticket, task = await town.dispatched()
    await town.wait(8 * HOUR)
    (red,) = await town.found(UNIT, colour="red")
    assert red.acts == ["handle", "appeal"]
    await town.act(WATER, ticket, "sign", task)
    appealed = await town.cards.appeal(UNIT, red.id, Appeal(ground="closed", appeal="已签收"))
    assert (appealed.state, appealed.acts) == ("appealed", [])
    assert "签收时限到期2026-09-28 15:30，完成2026-09-28 18:00，超时" in appealed.checked
    assert (await town.cards.get(INSPECTOR, red.id)).acts == ["decide"]
    with pytest.raises(Conflict, match="申诉待裁定"):
        await town.cards.handle(UNIT, red.id, Handled(situation="已处理"))
    decided = await town.cards.decide(INSPECTOR, red.id, Decision(granted=True, opinion="情况属实"))
    assert (decided.state, decided.decided_by) == ("withdrawn", "inspector")
    with pytest.raises(Conflict):
        await town.cards.decide(INSPECTOR, red.id, Decision(granted=False, opinion="再想想"))
    now = town.clock.wall()
    (figure,) = (
        one
        for one in await by_unit(town.office, INSPECTOR, now - timedelta(days=1), now + timedelta(days=1))
        if one.unit == "water"
    )
    assert (figure.red, figure.withdrawn, figure.yellow) == (0, 1, 1)
    assert await by_unit(town.office, EAST_INSPECTOR, now - timedelta(days=1), now + timedelta(days=1)) == []
    said = [one.title for one in (await town.cards.timeline(UNIT, red.id, TimelineQuery())).items]
    assert len(said) >= 2


async def test_an_appeal_that_fails_can_still_be_handled(town: SupervisedTown) -> None:
    await town.dispatched()
    await town.wait(8 * HOUR)
    (red,) = await town.found(UNIT, colour="red")
    await town.cards.appeal(UNIT, red.id, Appeal(ground="not_overdue", appeal="没有超时"))
    refused = await town.cards.decide(INSPECTOR, red.id, Decision(granted=False, opinion="确已超时"))
    assert refused.state == "refused"
    with pytest.raises(Conflict):
        await town.cards.appeal(UNIT, red.id, Appeal(ground="other", appeal="再申诉"))
    handled = await town.cards.handle(UNIT, red.id, Handled(situation="已批评教育"))
    assert (handled.state, handled.situation) == ("refused", "已批评教育")


async def test_a_card_of_a_county_is_its_own_hotlines(place: SupervisedTown) -> None:
    """A ticket that a county registered is inspected by the county and by the city."""
    made = await place.add(EAST, contact="13800000002")
    await place.act(EAST, made.id, "submit")
    await place.wait(24 * HOUR)
    assert {unit for _, unit, _ in await place.colours(EAST_INSPECTOR)} == {"east"}
    assert "east" in {unit for _, unit, _ in await place.colours()}
