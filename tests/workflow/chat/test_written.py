"""A chat as a talk that was written: who registers a request from it, and with what the form begins."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cti.base.refusal import NotFound
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.telephony.own_calls import CHANNEL, WRITTEN, OwnCalls, WrittenTalks
from tests.workflow.chat.house import agent, chat_house, last, until
from workflow.chat.talks import ChatTalks

ONE, TWO = agent("1001"), agent("1002")


def own_calls(store: Store, written: WrittenTalks) -> OwnCalls:
    engagements = SimpleNamespace(with_call=lambda id: ())
    calls: Any = SimpleNamespace(find=lambda id: None, engagements=engagements)
    return OwnCalls(calls, StoredCalls(store), written)


async def test_a_request_is_registered_from_a_chat_by_who_has_it(sqlite_store: Store) -> None:
    async with chat_house(sqlite_store) as house:
        written = WrittenTalks()
        undo = written.offer("chats", ChatTalks(house.book, sqlite_store, "0519").find)
        calls = own_calls(sqlite_store, written)
        house.sign_in("1001")
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        await house.writes("转人工", key="a")
        await until(lambda: house.offers.asked_of("1001"))
        await house.writes("人民路的路灯不亮", key="b")
        with pytest.raises(NotFound):
            await calls.need(ONE, chat.id)
        await house.desk.take(ONE, chat.id)
        await house.writes("13800000001", key="c")
        talk = await calls.need(ONE, chat.id)
        assert (talk.progress[CHANNEL], talk.progress[WRITTEN]) == ("chat", "转人工\n人民路的路灯不亮")
        with pytest.raises(NotFound):
            await calls.need(TWO, chat.id)
        await house.desk.write(ONE, chat.id, "请稍候", "x")
        house.desk.end(ONE, chat.id)
        await until(lambda: chat.agent == "1001" and last(chat).text == "请评价。")
        await house.writes("满意", key="r", chosen="1", of=last(chat).number)
        await until(lambda: chat.is_over)
        over = await calls.need(ONE, chat.id)
        assert (over.agents, over.ended_at is not None, over.progress[WRITTEN]) == (
            ["1001"], True, "转人工\n人民路的路灯不亮",
        )  # fmt: skip
        assert await written.screen_of(chat.id) == "chats"
        undo()
        assert await written.load(chat.id) is None
