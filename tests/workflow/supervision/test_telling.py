"""Of time that runs out the handler and his leader are told once; red cards that nobody handles are told further up."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cti.base.visitor import system
from cti.office.identity.models import PersonRow
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.messages.models import InboxRow, MessageRow
from cti.store.engine import Store
from tests.workflow.supervision.supervised_town import INSPECTOR, UNIT, SupervisedTown
from tests.workflow.tickets.ticket_town import WATER, identity_on
from workflow.supervision.views import Handled, ManualFields

HOUSE, HOUR = system("test"), 3600


@pytest.fixture
async def town(sqlite_store: Store) -> SupervisedTown:
    town = await SupervisedTown.on(sqlite_store)
    identity = await identity_on(sqlite_store, town.clock, "supervision.inspect", "supervision.answer")
    roles = {"inspecting": ["supervision.inspect"], "handling": ["tickets.handle", "supervision.answer"]}
    for name, permissions in roles.items():
        await identity.roles.add(HOUSE, name, RoleData(title=name, permissions=permissions, reach=Reach.SUBTREE))
    for login, organisation, role in (("inspector", "city", "inspecting"), ("water", "water", "handling")):
        data = PersonData(login=login, name=login, agent_no=None, organisation=organisation, roles=[role])
        await identity.people.add_unchecked(HOUSE, data, "nur-zum-probieren-7")
    identity.close()
    return town


async def told(town: SupervisedTown, login: str) -> list[str]:
    """Titles in somebody's inbox, in their order, without what they are about."""
    person = select(PersonRow.id).where(PersonRow.login == login).scalar_subquery()
    mine = select(MessageRow.title).join(InboxRow, InboxRow.message == MessageRow.id).where(InboxRow.person == person)
    async with town.office.store.reading() as session:
        return [title.split(" ")[0] for title in (await session.scalars(mine.order_by(MessageRow.id))).all()]


async def test_time_that_runs_out_is_told_once_each_and_no_more_once_it_is_done(town: SupervisedTown) -> None:
    ticket, task = await town.dispatched()
    await town.wait(5 * HOUR)
    assert await told(town, "water") == ["新任务", "签收时限即将到期"]
    await town.wait(4 * HOUR)
    assert await told(town, "water") == ["新任务", "签收时限已超时"], "what was nearly late and is late now"
    assert "签收时限已超时" not in await told(town, "inspector")
    await town.act(WATER, ticket, "sign", task)
    assert await told(town, "water") == ["新任务"], "done: who has not read of it need not"


async def test_a_red_card_that_nobody_handles_is_told_further_up_as_often_as_its_point_says(
    town: SupervisedTown,
) -> None:
    await town.point(part="department", clock="sign", after=60, times=2, above=["inspector"])
    await town.dispatched()
    await town.wait(6.4 * HOUR)
    assert await told(town, "inspector") == []
    await town.wait(HOUR)
    assert await told(town, "inspector") == ["红牌未处理"]
    await town.wait(20 * HOUR)
    assert (await told(town, "inspector")).count("红牌未处理") == 2
    (red,) = await town.found(UNIT, colour="red", part="department", lit=True)
    assert red.escalated == 2


async def test_what_is_handled_is_told_no_further(town: SupervisedTown) -> None:
    await town.point(part="department", clock="sign", after=60, above=["inspector"])
    await town.dispatched()
    await town.wait(6 * HOUR)
    (red,) = await town.found(UNIT, colour="red")
    await town.cards.handle(UNIT, red.id, Handled(situation="立即签收"))
    await town.wait(3 * HOUR)
    assert "红牌未处理" not in await told(town, "inspector")


async def test_a_unit_hears_that_it_is_supervised_and_the_inspector_of_its_reply(town: SupervisedTown) -> None:
    ticket, _ = await town.dispatched()
    filled = {"ticket": ticket, "source": "media", "unit": "water", "situation": "媒体报道", "opinion": "核实"}
    made = await town.manual.create(INSPECTOR, ManualFields.model_validate(filled))
    assert await told(town, "water") == ["新任务", "督办"]
    await town.manual.act(UNIT, made.id, "reply", {"reply": "已核实并整改"})
    await town.manual.act(INSPECTOR, made.id, "accept", {"opinion": "同意"})
    assert await told(town, "water") == ["新任务", "督办", "督办进展"]
