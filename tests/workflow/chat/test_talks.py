"""A citizen writes with the bot, waits, talks with an agent, rates; engines die meanwhile and nothing is lost."""

from __future__ import annotations

import pytest

from acd.matching.states import AgentState
from cti.base.refusal import Conflict, NotFound
from cti.store.engine import Store
from tests.office import EAST
from tests.workflow.chat.house import LEADER, ChatHouse, agent, chat_house, last, texts, until
from workflow.chat.book import NotYours
from workflow.chat.open_chat import OpenChat
from workflow.chat.states import ChatState

ONE, TWO = agent("1001"), agent("1002")


async def answered(house: ChatHouse) -> OpenChat:
    """A citizen's chat that 1001 has taken."""
    house.sign_in("1001")
    chat = await house.open()
    await house.writes("人工")
    await until(lambda: house.desk.mine(ONE).asked)
    await house.desk.take(ONE, chat.id)
    return chat


async def test_the_bot_answers_and_says_goodbye(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        assert last(chat).data["choices"] == [{"value": "water", "title": "停水"}]
        await house.writes("我家停水了")
        await until(lambda: last(chat).text == "还有别的问题吗？")
        await house.writes("没有了", chosen="2", of=last(chat).number)
        await until(lambda: chat.is_over)
        assert texts(chat) == [
            "house: 您好，这里是12345。", "bot: 请问您要咨询什么？", "citizen: 我家停水了", "bot: 城东今晚停水。",
            "bot: 还有别的问题吗？", "citizen: 没有了", "bot: 再见。",
        ]  # fmt: skip
        assert chat.end_reason == "flow"


async def test_a_button_of_an_earlier_question_is_read_as_its_words(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        old = last(chat).number
        await house.writes("停水", key="a", chosen="water", of=old)
        await until(lambda: last(chat).text == "还有别的问题吗？")
        await house.writes("停水", key="b", chosen="water", of=old)
        await until(lambda: chat.is_over or (last(chat).text == "还有别的问题吗？" and last(chat).number > old + 4))


async def test_who_writes_for_a_human_has_one_who_waits_talks_and_rates(store: Store) -> None:
    async with chat_house(store) as house:
        house.sign_in("1001")
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        await house.writes("转人工")
        await until(lambda: house.offers.asked_of("1001"))
        assert chat.state is ChatState.WAITING
        await house.writes("我的公积金", key="more")
        (asked,) = house.desk.mine(ONE).asked
        assert (asked.first, asked.queue_title) == ("我的公积金", "综合受理")
        whole = await house.desk.take(ONE, chat.id)
        assert whole.mine and [one.text for one in whole.messages if one.side == "citizen"] == ["转人工", "我的公积金"]
        assert (chat.state, chat.agent) == (ChatState.TALKING, "1001")
        await until(lambda: last(chat).text == "1001 号客服为您服务")
        await house.desk.write(ONE, chat.id, "请说", "x1")
        await house.desk.write(ONE, chat.id, "请说", "x1")
        assert [one.text for one in chat.messages if one.side == "agent"] == ["请说"]
        house.desk.end(ONE, chat.id)
        await until(lambda: last(chat).text == "请评价。")
        assert chat.state is ChatState.BOT
        with pytest.raises(Conflict):
            await house.desk.write(ONE, chat.id, "还在吗", "x2")
        await house.writes("满意", key="r", chosen="1", of=last(chat).number)
        await until(lambda: chat.is_over)
        assert house.acd.agent("1001").state == AgentState.READY
        (row,) = (await house.chats.find(LEADER, house.chats.query())).items
        assert (row.score, row.agent, row.state, row.end_reason) == (100, "1001", "ended", "flow")


async def test_nobody_there_takes_a_message(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        await house.writes("人工")
        await until(lambda: last(chat).text == "现在没有客服，请留言。")
        await house.writes("路灯不亮，请联系我", key="m")
        await until(lambda: "手机号码" in last(chat).text)
        await house.writes("138 0000 0001", key="n")
        await until(lambda: chat.is_over)
        assert house.left == [(chat.id, "路灯不亮，请联系我\n138 0000 0001", "13800000001")]


async def test_an_agent_without_the_console_is_not_asked(store: Store) -> None:
    async with chat_house(store) as house:
        house.acd.sign_in("1001")
        chat = await house.open()
        await house.writes("人工")
        await until(lambda: chat.state is ChatState.WAITING)
        house.pass_time(5)
        await until(lambda: house.acd.agent("1001").state == AgentState.READY)
        assert house.desk.mine(ONE).asked == []
        house.sign_in("1002")
        await until(lambda: house.desk.mine(TWO).asked)


async def test_who_declines_is_passed_over(store: Store) -> None:
    async with chat_house(store) as house:
        house.sign_in("1001")
        chat = await house.open()
        await house.writes("人工")
        await until(lambda: house.desk.mine(ONE).asked)
        await house.desk.decline(ONE, chat.id)
        assert house.acd.agent("1001").state == AgentState.BREAK
        house.sign_in("1002")
        await until(lambda: house.desk.mine(TWO).asked)
        with pytest.raises(Conflict):
            await house.desk.take(ONE, chat.id)
        await house.desk.take(TWO, chat.id)
        assert chat.agent == "1002"


async def test_a_citizen_who_goes_while_an_agent_is_asked_frees_him(store: Store) -> None:
    async with chat_house(store) as house:
        house.sign_in("1001")
        chat = await house.open()
        await house.writes("人工")
        await until(lambda: house.desk.mine(ONE).asked)
        await house.window.end(house.key, house.tokens["citizen"])
        await until(lambda: house.acd.agent("1001").state == AgentState.READY)
        with pytest.raises(NotFound):
            await house.desk.take(ONE, chat.id)
        assert house.desk.mine(ONE).asked == []


async def test_a_chat_is_handed_to_a_colleague_and_to_another_queue(store: Store) -> None:
    async with chat_house(store) as house:
        house.sign_in("1001")
        house.sign_in("1002")
        chat = await house.open()
        await house.writes("人工")
        await until(lambda: house.offers.asked_of("1001") or house.offers.asked_of("1002"))
        first, second = (ONE, TWO) if house.offers.asked_of("1001") else (TWO, ONE)
        await house.desk.take(first, chat.id)
        with pytest.raises(Conflict):
            await house.desk.write(second, chat.id, "我来", "x")
        await house.desk.hand_on(first, chat.id, f"agent:{second.agent_no}", "他问公积金")
        await until(lambda: house.desk.mine(second).asked)
        await house.desk.take(second, chat.id)
        assert chat.agent == second.agent_no
        told = house.window.shown(chat, 0).messages
        assert not any("他问公积金" in one.text for one in told)
        await house.desk.hand_on(second, chat.id, "queue:pensions", "")
        await until(lambda: chat.queue == "pensions" and house.offers.asked_of(first.agent_no or ""))


async def test_an_agent_who_is_gone_gives_the_chat_back_to_the_queue(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await answered(house)
        await until(lambda: last(chat).text == "1001 号客服为您服务")
        await house.writes("在吗", key="q")
        house.there.discard("1001")
        await house.watching.look()
        house.pass_time(50)
        await house.watching.look()
        await until(lambda: chat.state is ChatState.WAITING)
        assert "客服暂时离开" in "".join(texts(chat))
        house.sign_in("1002")
        await until(lambda: house.desk.mine(TWO).asked)
        await house.desk.take(TWO, chat.id)
        assert chat.agent == "1002"


async def test_the_bot_hands_a_chat_over_once_and_never_has_it_back_by_itself(store: Store) -> None:
    """His agent is lost, declines or does not come: he waits for people, or leaves a message. No bot asks him again."""
    async with chat_house(store) as house:
        house.sign_in("1001")
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        for at in range(2):
            await until(lambda: last(chat).side == "bot")
            await house.writes("嘀嘀嗒嗒", key=f"unknown-{at}")
        await until(lambda: house.desk.mine(ONE).asked)
        handed_over = chat.last
        await house.desk.take(ONE, chat.id)
        await until(lambda: last(chat).text == "1001 号客服为您服务")
        await house.writes("在吗", key="q")
        house.there.discard("1001")
        await house.watching.look()
        house.pass_time(50)
        await house.watching.look()
        await until(lambda: chat.state is ChatState.WAITING)
        house.sign_in("1002")
        await until(lambda: house.desk.mine(TWO).asked)
        await house.desk.decline(TWO, chat.id)
        await until(lambda: last(chat).text == "现在没有客服，请留言。" or chat.state is ChatState.WAITING)
        await house.writes("还有人吗", key="later")
        asked = [one.text for one in chat.messages if one.number > handed_over and one.side == "bot"]
        assert not {"请问您要咨询什么？", "没有听懂。"} & set(asked), texts(chat)


async def test_who_comes_back_is_answered_by_who_is_there_not_by_who_went_home(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await answered(house)
        house.desk.end(ONE, chat.id)
        await until(lambda: last(chat).text == "请评价。")
        await house.writes("满意", key="r", chosen="1", of=last(chat).number)
        await until(lambda: chat.is_over)
        house.acd.request_state("1001", "signed_out")
        house.there.discard("1001")
        house.sign_in("1002")
        again = await house.open()
        assert again.id != chat.id
        await house.writes("人工", key="again")
        await until(lambda: house.desk.mine(TWO).asked)
        assert house.desk.mine(ONE).asked == []
        await house.desk.take(TWO, again.id)
        assert again.agent == "1002"


async def test_who_closes_his_browser_with_several_chats_leaves_none_behind(store: Store) -> None:
    """Each waits again, and a colleague has all of them with what was written."""
    async with chat_house(store) as house:
        house.sign_in("1001")
        chats = []
        for who in ("a", "b", "c"):
            chats.append(chat := await house.open(who))
            await house.writes("人工", key="h", who=who)
            await until(lambda: house.desk.mine(ONE).asked)
            await house.desk.take(ONE, chat.id)
            await until(lambda chat=chat: last(chat).text == "1001 号客服为您服务")
            await house.writes("在吗", key="q", who=who)
            house.pass_time(1)
        house.there.discard("1001")
        await house.watching.look()
        house.pass_time(50)
        await house.watching.look()
        await until(lambda: all(chat.state is ChatState.WAITING for chat in chats))
        house.sign_in("1002")
        for _ in chats:
            await until(lambda: house.desk.mine(TWO).asked)
            (asked,) = house.desk.mine(TWO).asked
            whole = await house.desk.take(TWO, asked.id)
            assert [one.text for one in whole.messages if one.side == "citizen"] == ["人工", "在吗"]
        assert {chat.agent for chat in chats} == {"1002"}


async def test_who_writes_nothing_is_reminded_and_at_last_the_chat_ends(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        await house.writes("你好")
        await until(lambda: last(chat).text.endswith("请问您要咨询什么？"))
        await until(lambda: house.pass_time(10) or "您还在吗" in last(chat).text)
        await until(lambda: house.pass_time(10) or chat.is_over)
        assert chat.end_reason == "idle"
        again = await house.open()
        assert again.id != chat.id and again.writer == chat.writer


async def test_another_county_reads_nothing(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        with pytest.raises(NotFound):
            await house.desk.whole(EAST, chat.id, 0)
        with pytest.raises(NotFound):
            await house.desk.whole(ONE, chat.id, 0)
        assert (await house.desk.whole(LEADER, chat.id, 0)).chat.id == chat.id


async def test_the_bot_is_silent_after_it_lost_the_chat(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        turn = chat.turn
        await house.book.move(chat, ChatState.WAITING, turn=turn)
        with pytest.raises(NotYours):
            await house.book.write(chat, "bot", "还有别的问题吗？", turn=turn)
        assert last(chat).text == "请问您要咨询什么？"


async def test_an_engine_that_dies_with_the_bot_says_nothing_twice(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        office, key, tokens = house.office, house.key, house.tokens
        await house.journal.flushed()
    async with chat_house(store, office=office, key=key) as again:
        again.tokens = tokens
        found = again.book.find(chat.id)
        assert found is not None
        await again.writes("停水了")
        await until(lambda: last(found).text == "还有别的问题吗？")
        assert [one.text for one in found.messages].count("请问您要咨询什么？") == 1
        assert [one.number for one in found.messages] == list(range(1, len(found.messages) + 1))


async def test_an_engine_that_dies_while_they_wait_and_talk_keeps_both(store: Store) -> None:
    async with chat_house(store) as house:
        chat = await house.open()
        house.acd.sign_in("1001")
        await house.writes("人工")
        await until(lambda: chat.state is ChatState.WAITING)
        office, key, tokens = house.office, house.key, house.tokens
        await house.journal.flushed()
    async with chat_house(store, office=office, key=key) as again:
        again.tokens = tokens
        again.sign_in("1001")
        await until(lambda: again.desk.mine(ONE).asked)
        await again.desk.take(ONE, chat.id)
        await until(lambda: again.book.find(chat.id) is not None)
        await again.desk.write(ONE, chat.id, "您好", "y")
        await again.journal.flushed()
    async with chat_house(store, office=office, key=key) as third:
        third.tokens = tokens
        third.sign_in("1001")
        found = third.book.find(chat.id)
        assert found is not None
        await until(lambda: third.desk.mine(ONE).mine)
        await third.writes("谢谢", key="z")
        third.desk.end(ONE, chat.id)
        await until(lambda: last(found).text == "请评价。")
        assert [one.text for one in found.messages].count("正在为您转接人工。") == 1


async def test_chats_are_in_no_figure_of_calls(store: Store) -> None:
    """The board told one answered call more than the reports: a chat that the same queue had brought to an agent."""
    async with chat_house(store) as house:
        chat = await answered(house)
        house.desk.end(ONE, chat.id)
        await until(lambda: last(chat).text == "请评价。")
        assert house.told
        assert [one for one in house.told if type(one).__name__.startswith(("Call", "Offer"))] == []
        now = house.acd.statistics.today(house.office.clock.now())
        day = house.acd.statistics.day("general", now)
        assert (day.entered, day.answered, day.talks) == (0, 0, 0)
