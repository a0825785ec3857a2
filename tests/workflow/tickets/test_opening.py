"""What a county lacks before its hotline can open."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import delete, update

from cti.base.refusal import NotFound
from cti.base.times.calendars import Calendars
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.opening.service import Offered, Opening
from cti.office.processes.library import Published
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.workflow.tickets.delivered import Delivered
from tests.workflow.tickets.ticket_town import EAST, HOTLINE, LEADER, town_on, who
from workflow.tickets.catalogue import CatalogueFields
from workflow.tickets.opening import TicketsOpening
from workflow.tickets.telling import citizen_sms

ADMIN = who("admin", "east", "see", more=("people.see",))


async def test_a_county_is_told_what_it_lacks_to_open_and_nothing_once_it_has_all(store: Store) -> None:
    town = await town_on(store, processes={"320404": "short", "320411": "none"})
    opening = Opening(store, Calendars())
    lacks = TicketsOpening(town.tickets.settings, cast("Published", Delivered()), town.messages.templates)
    undo = citizen_sms.offer(town.messages)
    opening.offer("tickets", Offered("工单流程", "processes", lacks.process))
    opening.offer("templates", Offered("短信模板", "templates", lacks.templates))
    opening.offer("categories", Offered("诉求分类", "dispatch_catalogue", lacks.categories))
    opening.offer("units", Offered("承办单位", "people", lacks.units))
    category = await town.categories.create(LEADER, town.categories.fields.model_validate({"name": "道路"}))

    async def said() -> list[str]:
        return [one.words for one in await opening.lacks(ADMIN, "320404")]

    found = await said()
    assert found[:2] == ["没有接听电话的座席", "没有管理人员账号的管理员"]
    assert "派单目录没有写明承办单位：道路" in found
    assert any("没有能办理的人员" in one for one in found)
    with pytest.raises(NotFound):
        await opening.lacks(ADMIN, "320411")
    async with store.reading() as session:
        everywhere = await opening.everywhere(session)
    assert "没有名为“none”的工单流程" in [one.words for one in everywhere["320411"]]

    entry = {"category": category.id, "unit": "east_roads", "ground": "三定方案", "place": "320404"}
    await town.catalogue.create(EAST, CatalogueFields.model_validate(entry))
    rights = ["agent.work", "people.manage", *(f"tickets.{one}" for one in HOTLINE), "tickets.handle"]
    async with store.writing() as session:
        session.add(RoleRow(name="all", title="全", permissions=rights, reach="region", level="any", note=""))
        session.add(
            PersonRow(
                id="01ALLeast", login="all", name="全", organisation="east", roles=["all"], password_hash="", version=1,
                created_at=at(MONDAY, "08:00"),
            )
        )  # fmt: skip
    assert await said() == []
    undo()
    silent = await said()
    assert "没有短信模板“ticket_extended”（同意延时）" in silent, "what its departments send, too"
    assert any(one.startswith("没有短信模板“ticket_dispatched”") for one in silent)
    citizen_sms.offer(town.messages)
    async with store.writing() as session:
        moved = update(PersonRow).where(PersonRow.organisation == "east_roads").values(organisation="west")
        await session.execute(moved)
        await session.execute(update(RoleRow).where(RoleRow.name == "all").values(reach="organisation"))
    assert await said() == ["派单目录中的东县市政局没有能办理工单的人员"]


async def test_a_unit_without_people_of_its_own_is_named_with_who_does_its_work(store: Store) -> None:
    town = await town_on(store)
    opening = Opening(store, Calendars())
    lacks = TicketsOpening(town.tickets.settings, cast("Published", Delivered()), town.messages.templates)
    opening.offer("units", Offered("承办单位", "people", lacks.units))
    await town.dispatched("mains")
    async with store.writing() as session:
        await session.execute(delete(PersonRow).where(PersonRow.organisation == "mains"))
        await session.execute(update(RoleRow).values(reach="subtree"))
    async with store.reading() as session:
        said = [one.words for one in (await opening.everywhere(session))["320400"] if one.key.startswith("units")]
    assert said == ["供水公司没有自己的承办人员，任务由水务局办理"]
