"""Messages of readers are chats: the same flow, queue, agent and history; answers go out in order, each once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from cti.base.settings import PublicSettings
from cti.office.files.service import Files
from cti.office.public_sessions.holders import Holders
from cti.store.engine import Store
from cti.web.public_site import PublicSite
from tests.office import office_on
from tests.workflow.chat.house import ChatHouse, agent, chat_house, last, texts, until
from tests.workflow.wechat.wechat_server import (
    PICTURE,
    TOKEN,
    WechatServer,
    message,
    push,
    sealed,
    sign,
    wechat_server,
)
from workflow.chat.open_chat import OpenChat
from workflow.chat.service import Chats
from workflow.wechat.answering import Answering
from workflow.wechat.chatting import Chatting
from workflow.wechat.files import LinkedFiles
from workflow.wechat.readers import Readers
from workflow.wechat.receiving import Receiving
from workflow.wechat.speaking.account import OfficialAccount

ONE = agent("1001")


@dataclass
class Wechat:
    """The account on a chat house."""

    house: ChatHouse
    server: WechatServer
    receiving: Receiving
    answering: Answering
    readers: Readers
    client: aiohttp.ClientSession
    url: str

    async def push(self, xml: str, **more: Any) -> tuple[int, str]:
        return await push(self.client, self.url, xml, self.house.office.clock.wall().timestamp(), **more)

    async def say(self, kind: str, **more: Any) -> None:
        """WeChat tells it, and all that follows at once is done."""
        assert await self.push(message(kind, **more)) == (200, "success")
        await self.receiving.look()
        await self.answering.settled()

    @property
    def chat(self) -> OpenChat:
        (found,) = self.house.book.open
        return found


@asynccontextmanager
async def open_wechat(store: Store, **more: Any) -> AsyncIterator[Wechat]:
    office = more.pop("office", None) or await office_on(store, "chat", "wechat")
    async with wechat_server() as server, chat_house(store, office=office, **more) as house:
        settings = PublicSettings(enabled=True, effort=4, per_second=1000).model_copy(update={"port": 0})
        site = PublicSite(settings, proxies=[], plain=True, clock=office.clock, mac=office.store.cipher.mac)
        account, readers = OfficialAccount(server.settings, office.clock), Readers(office, Holders(store, office.clock))
        linked = LinkedFiles(office, server.settings, house.book)

        async def no_pause(seconds: float) -> None:
            await asyncio.sleep(0)

        answering = Answering(office, house.book, account, linked.link, no_pause)
        chatting = Chatting(
            office, server.settings, account, readers, house.window, house.entrances, answering.talks
        )  # fmt: skip
        receiving = Receiving(office, server.settings, chatting.take)
        site.add([*receiving.routes(), *linked.routes()])
        undo = house.book.on_told(answering.told)
        await site.start()
        await answering.start()
        async with aiohttp.ClientSession() as client:
            url = f"http://127.0.0.1:{site.port}"
            yield Wechat(house, server, receiving, answering, readers, client, url)
        undo()
        await answering.stop()
        await account.close()
        await site.stop()


@pytest.fixture
async def wechat(sqlite_store: Store) -> AsyncIterator[Wechat]:
    async with open_wechat(sqlite_store) as found:
        yield found


async def test_the_address_is_verified_and_only_wechat_is_heard(wechat: Wechat) -> None:
    now = str(int(wechat.house.office.clock.wall().timestamp()))
    query = {"signature": sign(TOKEN, now, "n"), "timestamp": now, "nonce": "n", "echostr": "9876"}
    async with wechat.client.get(f"{wechat.url}/wechat/callback", params=query) as answer:
        assert (answer.status, await answer.text()) == (200, "9876")
    async with wechat.client.get(f"{wechat.url}/wechat/callback", params={**query, "nonce": "m"}) as answer:
        assert answer.status == 403
    xml = message("text", Content="你好")
    assert (await wechat.push(xml, token="another"))[0] == 403
    assert (await wechat.push(xml, seal=sealed(xml, app_id="wxother")))[0] == 403
    long_ago = wechat.house.office.clock.wall().timestamp() - 3600
    assert (await push(wechat.client, wechat.url, xml, long_ago))[0] == 403, "somebody's copy"
    async with wechat.client.post(f"{wechat.url}/wechat/callback", data=xml.encode()) as answer:
        assert answer.status == 403, "plain messages are not taken"
    assert not await wechat.receiving.look() and not wechat.house.book.open


async def test_a_reader_writes_with_the_flow_and_then_with_an_agent(store: Store) -> None:
    async with open_wechat(store) as wechat:
        wechat.house.sign_in("1001")
        await wechat.say("text", Content="我要找人", id=1)
        chat = wechat.chat
        assert chat.channel == "wechat" and "citizen: 我要找人" in texts(chat)
        await until(lambda: any("请问您要咨询什么" in one for one in texts(chat)))
        await wechat.say("text", Content="人工", id=2)
        await wechat.say("text", Content="人工", id=3)
        await until(lambda: wechat.house.offers.asked_of("1001"))
        await wechat.house.desk.take(ONE, chat.id)
        await wechat.house.desk.write(ONE, chat.id, "您好，请讲", "a1")
        await until(lambda: "您好，请讲" in wechat.server.said())
        said = wechat.server.said()
        shown = [one.text for one in chat.messages if one.side in ("bot", "agent", "house")]
        assert said == shown, "all that he reads, in order, each once"


async def test_what_wechat_sends_again_is_there_once_and_is_answered_before_it_is_worked_on(wechat: Wechat) -> None:
    xml = message("text", Content="停水", id=77)
    for _ in range(3):
        assert await wechat.push(xml) == (200, "success")
    assert not wechat.house.book.open, "WeChat has its answer, and nothing was done yet"
    await wechat.receiving.look()
    await wechat.push(xml)
    await wechat.receiving.look()
    assert [one.text for one in wechat.chat.messages if one.side == "citizen"] == ["停水"]
    await wechat.say("event", Event="subscribe", at=5)
    await wechat.say("event", Event="subscribe", at=5)
    assert len([one for one in wechat.server.said() if "欢迎关注" in one]) == 1


async def test_pictures_voices_and_places_are_in_the_chat(wechat: Wechat) -> None:
    wechat.server.media = {"m1": ("image/png", PICTURE), "m2": ("audio/amr", b"#!AMR\n" + bytes(60))}
    await wechat.say("image", MediaId="m1", id=1)
    await wechat.say("voice", MediaId="m2", Format="amr", id=2)
    await wechat.say("location", Location_X="39.908823", Location_Y="116.397470", Label="天安门", id=3)
    await wechat.say("image", MediaId="gone", id=4)
    his = [one for one in wechat.chat.messages if one.side == "citizen"]
    assert [(one.kind, one.data.get("type")) for one in his[:2]] == [("file", "image/png"), ("file", "audio/amr")]
    assert his[2].kind == "place" and abs(his[2].data["latitude"] - 39.90742) < 1e-4
    assert len(his) == 3 and any("没有收到" in one for one in wechat.server.said())
    files = wechat.house.office.need(Files)
    async with wechat.house.office.store.reading() as session:
        row = await files.one(session, Chats.kind, wechat.chat.id, his[0].data["file"])
    assert row.size == len(PICTURE)


async def test_a_button_that_is_tapped_is_the_buttons_answer(sqlite_store: Store) -> None:
    flow = """
flow: hotline
title: 在线
start: more
default: bye
human: bye
nodes:
  more:
    menu: [{text: 需要哪项？}]
    keys: {"1": {next: water, title: 停水}, "2": {next: bye, title: 没有了}}
    timeout: bye
    invalid: bye
  water: {say: {text: 城东今晚停水。}, next: bye}
  bye: {end: served, say: {text: 再见。}}
"""
    async with open_wechat(sqlite_store, flow=flow) as wechat:
        await wechat.say("event", Event="CLICK", EventKey="在线客服")
        await until(lambda: wechat.chat.messages and last(wechat.chat).kind == "buttons")
        await wechat.answering.settled()
        (menu,) = [one["msgmenu"] for one in wechat.server.of("/cgi-bin/message/custom/send") if "msgmenu" in one]
        assert [one["content"] for one in menu["list"]] == ["停水", "没有了"]
        await wechat.say("text", Content="停水", bizmsgmenuid=menu["list"][0]["id"], id=9)
        await until(lambda: not wechat.house.book.open)
        await wechat.answering.settled()
        assert wechat.server.said()[-2:] == ["城东今晚停水。", "再见。"]


async def test_what_cannot_be_sent_is_told_to_the_staff_and_what_can_later_is_sent_then(wechat: Wechat) -> None:
    path = "/cgi-bin/message/custom/send"
    await wechat.say("text", Content="你好", id=1)
    await until(lambda: len(wechat.server.said()) == len([o for o in wechat.chat.messages if o.side != "citizen"]))
    chat = wechat.chat
    wechat.server.refuse[path] = [-1, 42001]
    await wechat.house.book.write(chat, "house", "稍后送到")
    await wechat.answering.settled()
    assert wechat.server.said()[-1] == "稍后送到", "busy, and a token that ended early: both are mended"
    wechat.server.refuse[path] = [45015]
    await wechat.house.book.write(chat, "house", "太晚了")
    await until(lambda: last(chat).side == "staff")
    assert "48 小时" in last(chat).text
    await wechat.house.book.write(chat, "house", "还在")
    await wechat.answering.settled()
    assert wechat.server.said()[-1] == "还在"


async def test_another_engine_sends_what_the_one_before_has_left(sqlite_store: Store) -> None:
    async with open_wechat(sqlite_store) as wechat:
        await wechat.say("text", Content="你好", id=1)
        await until(lambda: any("请问" in one for one in texts(wechat.chat)))
        await wechat.answering.settled()
        office, key, id = wechat.house.office, wechat.house.key, wechat.chat.id
        await wechat.answering.stop()
        wechat.answering.look = lambda chat: None  # type: ignore[method-assign] # the engine is dead by now
        await wechat.house.book.write(wechat.chat, "house", "没来得及发")
        assert await wechat.push(message("text", Content="没来得及看", id=2)) == (200, "success")
    async with open_wechat(sqlite_store, office=office, key=key) as wechat:
        await wechat.receiving.look()
        await wechat.answering.settled()
        assert wechat.server.said()[0] == "没来得及发", "and nothing that was sent before"
        assert wechat.chat.id == id and any("没来得及看" in one for one in texts(wechat.chat))


async def test_files_that_wechat_does_not_carry_are_read_by_a_link_of_their_own(wechat: Wechat) -> None:
    await wechat.say("text", Content="你好", id=1)
    chat, office = wechat.chat, wechat.house.office
    key, token = wechat.house.key, office.store.cipher.mac("wechat_writer", b"oReader1")
    visitor = await wechat.house.window.uploader(key, token)

    async def whole(content: bytes) -> AsyncIterator[bytes]:
        yield content

    files = office.need(Files)
    for name, content in (("a" * 20, b"%PDF-1.4\n%%EOF\n"), ("b" * 20, PICTURE)):
        await files.uploads.begin(visitor, name, f"{name}.pdf" if name[0] == "a" else "b.png", len(content))
        await files.uploads.receive(visitor, name, 0, whole(content))
    async with office.store.writing() as session:
        rows = await files.link(session, visitor, Chats.kind, chat.id, ["a" * 20, "b" * 20])
    for row in rows:
        data = {"file": row.id, "type": row.type, "size": row.size}
        await wechat.house.book.write(chat, "house", row.name, kind="file", data=data)
    await wechat.answering.settled()
    assert wechat.server.uploaded == [PICTURE]
    link = wechat.server.said()[-1].splitlines()[-1].replace("https://12345.example.cn", wechat.url)
    async with wechat.client.get(link) as answer:
        assert answer.status == 200 and (await answer.read()).startswith(b"%PDF")
    async with wechat.client.get(link.replace(rows[0].id, rows[1].id)) as answer:
        assert answer.status == 404, "a link opens one file"
    office.clock.advance(8 * 86_400)  # type: ignore[attr-defined] # a virtual one
    async with wechat.client.get(link) as answer:
        assert answer.status == 404
