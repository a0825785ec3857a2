"""Supervision by hand: issued, replied, sent back, appealed; a unit that does not reply gets a card itself."""

from __future__ import annotations

import pytest

from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from tests.workflow.supervision.supervised_town import (
    EAST_INSPECTOR,
    INSPECTOR,
    OTHER_UNIT,
    UNIT,
    SupervisedTown,
)
from workflow.supervision.views import ManualFields, ManualView


@pytest.fixture
async def town(store: Store) -> SupervisedTown:
    return await SupervisedTown.on(store)


async def issued(town: SupervisedTown, **said: object) -> ManualView:
    ticket, _ = await town.dispatched()
    filled = {
        "ticket": ticket, "source": "leader", "unit": "water", "situation": "市民反映停水多日", "opinion": "请立即核实",
        **said,
    }  # fmt: skip
    return await town.manual.create(INSPECTOR, ManualFields.model_validate(filled))


async def test_a_unit_replies_and_the_inspector_closes(town: SupervisedTown) -> None:
    made = await issued(town)
    assert (made.stage, made.step, made.issued_by, made.due_at is not None) == ("issued", "待回复", "inspector", True)
    assert made.number.startswith("D320400")
    assert [one.name for one in await town.manual.offers(UNIT, made.id)] == ["reply", "appeal"]
    with pytest.raises(NotFound):
        await town.manual.get(OTHER_UNIT, made.id)
    with pytest.raises(NotFound):
        await town.manual.act(EAST_INSPECTOR, made.id, "cancel", {"opinion": "不该看到"})
    found = await town.manual.act(UNIT, made.id, "reply", {"reply": "已恢复供水"})
    assert (found.stage, found.reply) == ("replied", "已恢复供水")
    found = await town.manual.act(INSPECTOR, made.id, "send_back", {"opinion": "未说明原因"})
    assert (found.stage, found.decision) == ("issued", "未说明原因")
    await town.manual.act(UNIT, made.id, "reply", {"reply": "管网改造，已恢复供水"})
    found = await town.manual.act(INSPECTOR, made.id, "accept", {"opinion": "同意"})
    assert (found.stage, found.outcome, found.ended_at) == ("closed", "closed", town.clock.wall())


async def test_an_appeal_that_is_granted_withdraws_it(town: SupervisedTown) -> None:
    made = await issued(town)
    await town.manual.act(UNIT, made.id, "appeal", {"ground": "closed", "appeal": "工单已办结"})
    found = await town.manual.act(INSPECTOR, made.id, "grant", {"opinion": "属实"})
    assert (found.stage, found.ground, found.appeal) == ("withdrawn", "closed", "工单已办结")


async def test_who_does_not_reply_gets_a_card(town: SupervisedTown) -> None:
    made = await issued(town, days=1)
    await town.wait(3 * 24 * 3600)
    cards = [one for one in await town.found(UNIT) if one.record == made.id]
    assert {(one.colour, one.clock_title) for one in cards} == {("yellow", "督办回复时限"), ("red", "督办回复时限")}


async def test_only_inspectors_issue_and_wrong_fields_are_named(town: SupervisedTown) -> None:
    with pytest.raises(Invalid) as refused:
        await issued(town, unit="nobody")
    assert refused.value.field == "unit"
    with pytest.raises(Invalid) as refused:
        await issued(town, ticket="01NOSUCHTICKET")
    assert refused.value.field == "ticket"
    filled = {"ticket": "01", "source": "leader", "unit": "water", "situation": "情况", "opinion": "意见"}
    with pytest.raises(NotAllowed):
        await town.manual.create(UNIT, ManualFields.model_validate(filled))
