"""The protocol alone: envelopes, XML, tokens, limits, places."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.base.clock import VirtualClock
from tests.workflow.wechat.wechat_server import APP_ID, KEY, WechatServer, sealed, wechat_server
from workflow.wechat.settings import WechatSettings, fields_of
from workflow.wechat.speaking.account import TEXT_BYTES, OfficialAccount, pieces
from workflow.wechat.speaking.envelope import Envelope, NotGenuine, check, signature_of
from workflow.wechat.speaking.errors import WechatError
from workflow.wechat.speaking.incoming import fields_of as xml_fields
from workflow.wechat.speaking.incoming import incoming_of
from workflow.wechat.speaking.places import wgs84_of

ENVELOPE = Envelope(KEY, APP_ID)


@pytest.fixture
async def server() -> AsyncIterator[WechatServer]:
    async with wechat_server() as found:
        yield found


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_what_is_sealed_opens_and_nothing_else_does(text: str) -> None:
    assert ENVELOPE.open(sealed(text)).decode() == text
    assert ENVELOPE.open(ENVELOPE.seal(text.encode())).decode() == text
    with pytest.raises(NotGenuine):
        ENVELOPE.open(sealed(text, app_id="wx_another_account"))
    with pytest.raises(NotGenuine):
        ENVELOPE.open(sealed(text, key=KEY[::-1]))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_garbage_is_refused(raw: bytes) -> None:
    with pytest.raises(NotGenuine):
        ENVELOPE.open(raw.decode("latin-1"))
    with pytest.raises(NotGenuine):
        xml_fields(raw)


def test_signatures_do_not_depend_on_the_order_and_hold_every_part() -> None:
    # The example of WeChat's own documents: sha1 of the sorted parts.
    assert signature_of("b", "a") == signature_of("a", "b") == "da23614e02469a0d7c7bd1bdab5c9c474b1904dc"
    check(signature_of("a", "b"), "a", "b")
    for wrong in ("", "é", signature_of("a", "c")):
        with pytest.raises(NotGenuine):
            check(wrong, "a", "b")


def test_xml_may_define_nothing() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><MsgType>&a;</MsgType></xml>'
    with pytest.raises(NotGenuine):
        xml_fields(bomb)
    said = xml_fields(b"<xml><Content><![CDATA[<!-- what he writes -->]]></Content></xml>")
    assert said["Content"] == "<!-- what he writes -->"
    kept = xml_fields(b"<xml><FromUserName><![CDATA[o1]]></FromUserName><MsgType>text</MsgType><MsgId>7</MsgId></xml>")
    assert incoming_of(kept).id == incoming_of({**kept, "CreateTime": "9"}).id, "a message is known by its id"
    event = {"FromUserName": "o1", "MsgType": "event", "Event": "subscribe", "CreateTime": "1"}
    assert incoming_of(event).id != incoming_of({**event, "CreateTime": "2"}).id, "an event by its time"


async def test_one_fetches_the_token_for_all_and_again_when_it_ends(server: WechatServer) -> None:
    clock = VirtualClock()
    account = OfficialAccount(server.settings, clock)
    await asyncio.gather(*(account.send_text("o1", f"{n}") for n in range(8)))
    assert (server.tokens, len(server.said())) == (1, 8)
    clock.advance(7200)
    await account.send_text("o1", "later")
    assert server.tokens == 2, "it is not used until its last second"
    server.good = {"somebody else's"}
    await asyncio.gather(*(account.send_text("o1", "again") for _ in range(5)))
    assert server.tokens == 3 and len(server.said()) == 14, "42001 is mended by one, and nothing is lost"
    await account.close()


async def test_after_too_many_calls_nothing_is_asked_for_a_while(server: WechatServer) -> None:
    clock = VirtualClock()
    account = OfficialAccount(server.settings, clock)
    server.refuse["/cgi-bin/message/custom/send"] = [45009]
    with pytest.raises(WechatError, match="已达上限") as refused:
        await account.send_text("o1", "x")
    assert refused.value.later and "45009" in account.trouble
    with pytest.raises(WechatError):
        await account.send_text("o1", "x")
    assert server.said() == []
    clock.advance(601)
    await account.send_text("o1", "x")
    assert server.said() == ["x"] and account.trouble == ""
    await account.close()


async def test_a_wrong_secret_and_a_server_that_is_away_are_told_in_words(server: WechatServer) -> None:
    account = OfficialAccount(lambda: server.settings(secret="wrong"), VirtualClock())
    with pytest.raises(WechatError, match="AppSecret") as wrong:
        await account.send_text("o1", "x")
    assert not wrong.value.later
    await account.close()
    away = OfficialAccount(lambda: server.settings(api="http://127.0.0.1:9"), VirtualClock())
    with pytest.raises(WechatError, match="无法连接") as gone:
        await away.send_text("o1", "x")
    assert gone.value.later
    await away.close()


@given(st.text(max_size=50), st.integers(4, 40))
def test_long_texts_are_cut_between_characters(text: str, most: int) -> None:
    found = pieces(text, most)
    assert "".join(found) == text and all(len(one.encode()) <= most for one in found) and found
    assert TEXT_BYTES < 2048


def test_places_are_told_in_wgs_84() -> None:
    # Tian'anmen: GCJ-02 as maps in China have it, WGS 84 as GPS tells it.
    north, east = wgs84_of(39.908823, 116.397470)
    assert abs(north - 39.907420) < 1e-4 and abs(east - 116.391228) < 1e-4
    assert wgs84_of(48.85, 2.35) == (48.85, 2.35)


def test_settings_say_what_is_missing() -> None:
    with pytest.raises(ValueError, match="token"):
        WechatSettings(enabled=True, app_id="wx", secret="s", key=KEY, site="https://a.cn")
    with pytest.raises(ValueError, match="模板字段没有"):
        WechatSettings(progress_fields="thing1=姓名")
    assert fields_of("a1=编号, b=时间") == {"a1": "编号", "b": "时间"}
