"""How fast a citizen was answered, from what was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cti.store.engine import Store
from tests.workflow.chat.house import LEADER, agent, chat_house, last, until
from workflow.chat.answering import SERVES, Answering, answering
from workflow.chat.messages import Message, Side

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def chat(*written: tuple[int, Side]) -> list[Message]:
    """Messages by their second and side; `house` is an agent who begins."""
    return [
        Message(number, BEGUN + timedelta(seconds=at), side, "text", "x", data={SERVES: "1"} if side == "house" else {})
        for number, (at, side) in enumerate(written, 1)
    ]


def test_the_first_answer_counts_from_the_take_and_each_run_of_messages_once() -> None:
    found = answering(
        chat((0, "bot"), (5, "citizen"), (60, "house"), (75, "agent"), (80, "citizen"), (90, "citizen"), (110, "agent"),
             (120, "agent"))
    )  # fmt: skip
    assert found == Answering(15.0, 2, 15.0 + 30.0)


def test_who_was_not_answered_has_no_first_answer_and_a_bot_is_no_agent() -> None:
    assert answering(chat((0, "citizen"), (1, "bot"), (2, "citizen"))) == Answering()
    assert answering(chat((0, "citizen"), (10, "house"))) == Answering()
    assert answering(chat((0, "bot"), (10, "house"), (14, "agent"))) == Answering(4.0, 0, 0.0)


async def test_it_stands_with_the_chat_that_is_over(sqlite_store: Store) -> None:
    async with chat_house(sqlite_store) as house:
        house.sign_in("1001")
        talk = await house.open()
        await until(lambda: last(talk).text == "请问您要咨询什么？")
        await house.writes("转人工", key="a")
        await until(lambda: house.offers.asked_of("1001"))
        await house.desk.take(agent("1001"), talk.id)
        await until(lambda: last(talk).side == "house")
        house.pass_time(7)
        await house.desk.write(agent("1001"), talk.id, "请说", "x")
        house.desk.end(agent("1001"), talk.id)
        await until(lambda: last(talk).text == "请评价。")
        await house.writes("满意", key="r", chosen="1", of=last(talk).number)
        await until(lambda: talk.is_over)
        (row,) = (await house.chats.find(LEADER, house.chats.query())).items
        async with sqlite_store.reading() as session:
            kept = await session.get_one(house.chats.table, row.id)
        assert (kept.first_answer, kept.answers, kept.left) == (7.0, 0, False)
