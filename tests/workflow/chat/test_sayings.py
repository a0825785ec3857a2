"""What the house says on an occasion: in other words for a flow and a channel, and as before without them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cti.base.refusal import Conflict, Invalid
from cti.store.engine import Store
from tests.office import BOSS, office_on
from tests.workflow.chat.house import chat_house, last, texts, until
from workflow.chat.occasions import USUAL, Saying, SayingsAtHand
from workflow.chat.open_chat import OpenChat
from workflow.chat.sayings import SayingFields, Sayings


def a_chat(organisation: str = "east", channel: str = "web") -> OpenChat:
    return OpenChat("1", organisation, "320404", "e", channel, "hotline", "w", datetime(2026, 3, 2, tzinfo=UTC))


def test_the_nearest_words_are_said() -> None:
    hand = SayingsAtHand("city")
    assert hand.text("silent", a_chat()) == USUAL["silent"]
    assert hand.text("end", a_chat()) == ""
    assert hand.text("served", a_chat(), "1001 号客服") == "1001 号客服为您服务"
    hand.take(
        (
            Saying("end", "city", "", "", "再见"),
            Saying("end", "city", "hotline", "", "热线再见"),
            Saying("end", "city", "hotline", "wechat", "微信再见"),
            Saying("end", "west", "hotline", "web", "西县再见"),
            Saying("end", "village", "", "", "东县再见"),
            Saying("served", "city", "", "", "您好，{座席}，请讲"),
        )
    )
    assert hand.text("end", a_chat()) == "热线再见"
    assert hand.text("end", a_chat(channel="wechat")) == "微信再见"
    assert hand.text("end", a_chat("village")) == "东县再见", "the own organisation's go before the house's"
    assert hand.text("served", a_chat(), "1001 号客服") == "您好，1001 号客服，请讲"


async def test_words_stand_once_for_an_occasion_and_count_at_once(store: Store) -> None:
    hand = SayingsAtHand("city")
    sayings = Sayings(await office_on(store, "chat"), lambda: {"hotline": "在线"}, hand)
    made = await sayings.create(BOSS, SayingFields(occasion="end", flow="hotline", text="再见"))
    assert made.flow_title == "在线"
    assert hand.text("end", a_chat()) == "再见"
    with pytest.raises(Conflict):
        await sayings.create(BOSS, SayingFields(occasion="end", flow="hotline", text="又见"))
    with pytest.raises(Invalid):
        await sayings.create(BOSS, SayingFields(occasion="end", flow="nowhere", text="再见"))
    await sayings.remove(BOSS, made.id)
    assert hand.text("end", a_chat()) == ""


async def test_who_finds_nobody_and_who_is_done_read_what_was_written_for_it(sqlite_store: Store) -> None:
    async with chat_house(sqlite_store) as house:
        house.sayings.take(
            (
                Saying("no_seat", "city", "hotline", "", "现在没有客服在线。"),
                Saying("end", "city", "", "", "感谢您的使用，再见。"),
            )
        )
        chat = await house.open()
        await until(lambda: last(chat).text == "请问您要咨询什么？")
        await house.writes("转人工")
        await until(lambda: "house: 现在没有客服在线。" in texts(chat))
        await house.writes("路灯不亮，13900000001", key="left")
        await until(lambda: chat.is_over)
        assert last(chat).text == "感谢您的使用，再见。"
