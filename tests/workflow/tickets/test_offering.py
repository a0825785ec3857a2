"""What a ticket's page offers: what goes on first, what is grave last, and what a department asks for."""

from __future__ import annotations

from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import AGENT, REVIEWER, WATER, town_on
from workflow.tickets.views import TaskQuery


async def test_who_decides_is_told_what_is_asked_for(store: Store) -> None:
    town = await town_on(store)
    ticket, task = await town.dispatched("water")
    await town.act(WATER, ticket, "sign", task)
    await town.act(WATER, ticket, "ask_extension", task, days=2, reason="管道更换需停水施工")
    grant, refuse = (await town.offering.offers(REVIEWER, ticket))[:2]
    assert (grant.title, grant.tone) == ("同意延时（水务局）", "primary")
    assert grant.confirm == "同意延时？承办单位申请延长2个工作日：管道更换需停水施工"
    assert refuse.form[0].help == "承办单位申请延长2个工作日：管道更换需停水施工"
    await town.act(REVIEWER, ticket, "refuse_extension", task)
    await town.act(
        WATER, ticket, "ask_tracking", task, answer="阀门已更换，管网改造待排期", days=30, reason="改造要一个月"
    )
    (track, *_) = await town.offering.offers(REVIEWER, ticket)
    assert track.confirm == ("同意跟踪？承办单位申请跟踪30天：改造要一个月。阶段性办理情况：阀门已更换，管网改造待排期")
    await town.act(REVIEWER, ticket, "refuse_tracking", task, reason="不属跟踪事项")
    await town.act(WATER, ticket, "object", task, reason="属物业自管管道", ground="供水条例第二十二条")
    uphold = (await town.offering.offers(REVIEWER, ticket))[0]
    assert (uphold.name.partition(".")[0], uphold.form[0].help) == ("uphold", "承办单位的理由：属物业自管管道")


async def test_buttons_stand_by_their_weight(store: Store) -> None:
    town = await town_on(store)
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    offered = await town.offering.offers(REVIEWER, ticket)
    tones = [one.tone for one in offered if one.name != "edit"]
    assert tones[0] == "primary"
    assert tones == sorted(tones, key=["primary", None, "danger"].index)


async def test_tasks_are_found_by_words(store: Store) -> None:
    town = await town_on(store)
    ticket, _ = await town.dispatched("water", title="幸福里小区停水")
    await town.dispatched("water", title="路灯不亮", content="路灯坏了一周")
    for words in ("幸福里", (await town.get(REVIEWER, ticket)).number):
        found = await town.tasks.find(WATER, "sign", TaskQuery(search=words))
        assert [one.ticket for one in found.items] == [ticket]
