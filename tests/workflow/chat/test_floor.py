"""The supervisor's side: who waits is seen, whispered about, joined, taken over and given to somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.base.refusal import Invalid, NotFound
from cti.base.scope import Scope
from cti.store.engine import Store
from tests.workflow.chat.house import LEADER, agent, chat_house, last, texts, until
from workflow.chat.floor import ChatFloor
from workflow.chat.states import ChatState
from workflow.chat.views import HandOn, Written

ONE = agent("1001")
COUNTY = replace(agent("8002", "chat.supervise"), scope=Scope(organisations=frozenset({"east"})))


async def test_a_supervisor_sees_who_waits_and_steps_in(store: Store) -> None:
    async with chat_house(store) as house:
        floor = ChatFloor(house.desk, store)
        house.sign_in("1001")
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        await house.writes("转人工", key="a")
        await until(lambda: house.offers.asked_of("1001"))
        house.pass_time(12)
        (one,) = floor.now(LEADER).items
        assert (one.state, one.last_by, one.last_text) == ("waiting", "机器人", "正在为您转接人工。")
        assert one.waiting_since is not None
        assert (house.office.clock.wall() - one.waiting_since).total_seconds() >= 12
        assert floor.now(COUNTY).items == [], "another county's"
        with pytest.raises(NotFound):
            await floor.whole(COUNTY, chat.id, 0)
        with pytest.raises(NotFound):
            await floor.take_over(COUNTY, chat.id)
        await house.desk.take(ONE, chat.id)
        await house.writes("公积金怎么提取", key="b")
        await floor.whisper(LEADER, chat.id, Written(text="请按新政策答复", key="w"))
        await floor.join(LEADER, chat.id, Written(text="您好，我来补充", key="j"))
        whole = await floor.whole(LEADER, chat.id, 0)
        assert [one.text for one in whole.messages if one.side == "staff"] == ["请按新政策答复"]
        assert chat.agent == "1001" and "agent: 您好，我来补充" in texts(chat)


@pytest.mark.parametrize("when", ["bot", "waiting", "talking"])
async def test_a_chat_comes_to_who_takes_it_over_wherever_it_is(sqlite_store: Store, when: str) -> None:
    async with chat_house(sqlite_store) as house:
        floor = ChatFloor(house.desk, sqlite_store)
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        if when != "bot":
            house.sign_in("1001")
            await house.writes("转人工", key="a")
            await until(lambda: house.offers.asked_of("1001"))
        if when == "talking":
            await house.desk.take(ONE, chat.id)
        with pytest.raises(Invalid):
            await floor.take_over(LEADER, chat.id)
        house.sign_in("8001")
        await floor.take_over(LEADER, chat.id)
        await until(lambda: house.offers.asked_of("8001"))
        await house.desk.take(LEADER, chat.id)
        assert (chat.state, chat.agent) == (ChatState.TALKING, "8001")
        assert not house.offers.asked_of("1001") and not house.offers.talks_of("1001")
        await floor.reassign(LEADER, chat.id, HandOn(to="queue:pensions", note="社保问题"))
        await until(lambda: chat.state is ChatState.WAITING and chat.queue == "pensions")


async def test_who_is_sent_to_somebody_who_does_not_come_waits_for_anybody(sqlite_store: Store) -> None:
    async with chat_house(sqlite_store) as house:
        floor = ChatFloor(house.desk, sqlite_store)
        house.sign_in("8001")
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        await floor.take_over(LEADER, chat.id)
        await until(lambda: house.offers.asked_of("8001"))
        house.sign_in("1001")
        await house.desk.decline(LEADER, chat.id)
        await until(lambda: chat.state is ChatState.WAITING)
        house.pass_time(70)
        await until(lambda: house.offers.asked_of("1001"))
