"""The window over HTTP: opened with a key, written in, followed as it happens, and nobody else's."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from cti.base.settings import PublicSettings
from cti.store.engine import Store
from cti.web.public_site import PublicSite
from tests.workflow.chat.house import BOSS, ChatHouse, agent, chat_house, last, until
from workflow.chat.entrances import EntranceFields
from workflow.chat.plugin import LOADER, PAGE, SITE
from workflow.chat.public_api import TOKEN, PublicChatApi

ONE = agent("1001")


class Browser:
    """A citizen's browser."""

    def __init__(self, client: aiohttp.ClientSession, url: str, key: str) -> None:
        self._client, self._url, self.key = client, url, key
        self.token = ""

    async def ask(self, method: str, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        sent = {"json": body} if body is not None else {}
        url = f"{self._url}/chat/api/{self.key}{path}"
        async with self._client.request(method, url, headers={TOKEN: self.token}, **sent, **more) as answer:
            said = await answer.read()
            assert answer.status == status, (answer.status, said)
            return json.loads(said) if "json" in answer.content_type else said

    async def enter(self) -> dict[str, Any]:
        found = await self.ask("POST", "/enter", {})
        self.token = found["token"] or self.token
        chat: dict[str, Any] = found["chat"]
        return chat

    @asynccontextmanager
    async def stream(self, after: int = 0) -> AsyncIterator[list[dict[str, Any]]]:
        """What came on the stream so far."""
        came: list[dict[str, Any]] = []

        async def read() -> None:
            url = f"{self._url}/chat/api/{self.key}/stream?after={after}"
            async with self._client.get(url, headers={TOKEN: self.token}) as answer:
                assert answer.status == 200
                async for line in answer.content:
                    if line.strip():
                        came.append(json.loads(line))

        task = asyncio.create_task(read())
        try:
            yield came
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def open_site(house: ChatHouse) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    office = house.office
    settings = PublicSettings(enabled=True, effort=8, per_second=500).model_copy(update={"port": 0})
    site = PublicSite(settings, proxies=[], plain=True, clock=office.clock, mac=office.store.cipher.mac)
    loader, page = ((SITE / one).read_text("utf-8") for one in (LOADER, PAGE))
    site.add(PublicChatApi(office, house.window, house.entrances, loader, page).routes())
    await site.start()
    try:
        async with aiohttp.ClientSession() as client:
            yield client, f"http://127.0.0.1:{site.port}"
    finally:
        await site.stop()


async def test_a_citizen_writes_and_hears_as_it_happens(store: Store) -> None:
    async with chat_house(store) as house, open_site(house) as (client, url):
        house.sign_in("1001")
        browser = Browser(client, url, house.key)
        entered = await browser.enter()
        chat = house.book.find(entered["id"])
        assert chat is not None
        async with browser.stream() as came:
            await until(lambda: chat.present == 1)
            await browser.ask("POST", "/messages", {"text": "转人工", "key": "a"})
            await browser.ask("POST", "/messages", {"text": "转人工", "key": "a"})
            await until(lambda: house.desk.mine(ONE).asked)
            await house.desk.take(ONE, chat.id)
            await house.desk.write(ONE, chat.id, "您好", "x")
            await until(lambda: any(one["text"] == "您好" for part in came for one in part["messages"]))
            numbers = [one["number"] for part in came for one in part["messages"]]
            assert numbers == list(range(1, len(numbers) + 1))
            assert came[-1]["with_whom"] == "1001 号客服"
            await browser.ask("POST", "/typing", status=204)
            assert house.desk.mine(ONE).mine[0].typing
            await browser.ask("POST", "/read", {"number": 4}, status=204)
        await until(lambda: house.pass_time(16) or chat.present == 0)
        assert [one.text for one in chat.messages].count("转人工") == 1
        missed = await browser.ask("GET", f"/messages?after={numbers[-1] - 1}")
        assert [one["number"] for one in missed["messages"]] == list(range(numbers[-1], chat.last + 1))


async def test_two_tabs_are_one_chat_and_both_read_all_of_it_once(store: Store) -> None:
    async with chat_house(store) as house, open_site(house) as (client, url):
        house.sign_in("1001")
        first, second = Browser(client, url, house.key), Browser(client, url, house.key)
        entered = await first.enter()
        second.token = first.token
        assert (await second.enter())["id"] == entered["id"]
        chat = house.book.find(entered["id"])
        assert chat is not None
        async with first.stream() as one, second.stream() as other:
            await until(lambda: chat.present == 2)
            await asyncio.gather(
                first.ask("POST", "/messages", {"text": "转人工", "key": "a"}),
                second.ask("POST", "/messages", {"text": "我要问公积金", "key": "b"}),
            )
            await until(lambda: house.desk.mine(ONE).asked)
            await house.desk.take(ONE, chat.id)
            await house.desk.write(ONE, chat.id, "您好", "x")
            for came in (one, other):
                await until(lambda came=came: any(it["text"] == "您好" for part in came for it in part["messages"]))
                numbers = [it["number"] for part in came for it in part["messages"]]
                assert numbers == list(range(1, len(numbers) + 1))
        said = [it.text for it in chat.messages if it.side == "citizen"]
        assert sorted(said) == ["我要问公积金", "转人工"] and len(house.book.open) == 1


async def test_nobody_else_reads_it_and_a_wrong_key_opens_nothing(store: Store) -> None:
    async with chat_house(store) as house, open_site(house) as (client, url):
        mine, other = Browser(client, url, house.key), Browser(client, url, house.key)
        entered, theirs = await mine.enter(), await other.enter()
        assert entered["id"] != theirs["id"]
        other.token = "guessed"
        await other.ask("GET", "/messages", status=401)
        assert (await Browser(client, url, house.key).ask("POST", "/enter", {}))["chat"]["id"] != entered["id"]
        wrong = Browser(client, url, "wrong")
        await wrong.ask("POST", "/enter", {}, status=404)
        assert (await mine.enter())["id"] == entered["id"]


async def test_only_named_sites_may_frame_the_window_and_any_may_load_the_tag(store: Store) -> None:
    partner = "https://www.example.gov.cn"
    async with chat_house(store) as house, open_site(house) as (client, url):
        framed = await house.entrances.create(BOSS, EntranceFields(name="区政府网站", sites=[f"{partner}/ ", partner]))
        for key, ancestors in ((framed.key, partner), (house.key, "'none'")):
            async with client.get(f"{url}/chat/window/{key}") as page:
                assert f"frame-ancestors {ancestors};" in page.headers["Content-Security-Policy"] + ";"
                assert "X-Frame-Options" not in page.headers
        async with client.get(f"{url}/chat/widget.js") as loader:
            assert loader.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        await house.entrances.edit(
            BOSS, framed.id, framed.version, EntranceFields(name="区政府网站", sites=[partner], used=False)
        )
        async with client.get(f"{url}/chat/window/{framed.key}") as gone:
            assert gone.status == 404, "what is taken out of use opens nothing from that moment on"
        await Browser(client, url, framed.key).ask("POST", "/enter", {}, status=404)
        for wrong in ("https://a.cn/path", "javascript:alert(1)", "*", "https://*.a.cn", "https://a.cn; script-src *"):
            with pytest.raises(ValueError, match="不是网站地址"):
                EntranceFields(name="x", sites=[wrong])


async def test_a_picture_is_sent_and_read_by_both(store: Store) -> None:
    async with chat_house(store) as house, open_site(house) as (client, url):
        browser = Browser(client, url, house.key)
        chat = house.book.find((await browser.enter())["id"])
        assert chat is not None
        picture = b"\x89PNG\r\n\x1a\n" + bytes(2000)
        begun = {"token": "a-token-of-the-citizen", "name": "路灯.png", "size": len(picture)}
        await browser.ask("POST", "/uploads", begun, status=201)
        await browser.ask("PATCH", "/uploads/a-token-of-the-citizen?offset=0", data=picture)
        (sent,) = await browser.ask("POST", "/files", {"uploads": ["a-token-of-the-citizen"]})
        assert (sent["kind"], sent["text"], sent["data"]["type"]) == ("file", "路灯.png", "image/png")
        assert await browser.ask("GET", f"/files/{sent['data']['file']}") == picture
        other = Browser(client, url, house.key)
        await other.enter()
        await other.ask("GET", f"/files/{sent['data']['file']}", status=404)
        assert last(chat).kind in ("file", "text", "buttons")


async def test_what_is_too_long_or_too_often_is_refused_and_nothing_is_written(store: Store) -> None:
    async with chat_house(store) as house, open_site(house) as (client, url):
        browser = Browser(client, url, house.key)
        chat = house.book.find((await browser.enter())["id"])
        assert chat is not None
        house.sign_in("1001")
        await browser.ask("POST", "/messages", {"text": "长" * 4001, "key": "a"}, status=422)
        await browser.ask("POST", "/messages", {"text": "转人工", "key": "h"})
        await until(lambda: house.desk.mine(ONE).asked)
        await browser.ask("POST", "/messages", {"text": "长" * 4000, "key": "b"})
        for number in range(58):
            await browser.ask("POST", "/messages", {"text": "刷", "key": f"n{number}"})
        await browser.ask("POST", "/messages", {"text": "刷", "key": "n99"}, status=429)
        assert len(chat.written_by("citizen", 0)) == 60


async def test_the_end_is_read_also_by_who_was_away(store: Store) -> None:
    async with chat_house(store) as house, open_site(house) as (client, url):
        browser = Browser(client, url, house.key)
        entered = await browser.enter()
        await browser.ask("POST", "/end", status=204)
        found = await browser.ask("GET", "/messages?after=0")
        assert (found["id"], found["state"]) == (entered["id"], "ended")
        await browser.ask("POST", "/messages", {"text": "还有", "key": "z"}, status=409)
        assert (await browser.enter())["id"] != entered["id"]


def test_the_window_weighs_little_on_somebody_else_s_page() -> None:
    """What comes at once stays under 10 KB, and what comes by the first click under 60, as browsers load them."""
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in SITE.iterdir() if path.is_file()}
    assert weights[LOADER] <= 10_000 and sum(weights.values()) <= 60_000, weights
