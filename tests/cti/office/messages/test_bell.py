"""The bell over the wire: the count as snapshot, each message and each new count to those whom they concern."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cti.base.visitor import system
from cti.office.identity.people import People
from cti.office.messages import Messages, Persons, Text, Urgency
from cti.store.engine import Store
from tests.engine_without_switch import engine_without_switch, signed_in


class Bell:
    """What a page of somebody hears."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.waiting: list[Any] = []

    async def hear(self) -> Any:
        while not self.waiting:
            found = await self.socket.receive_json(timeout=5)
            self.waiting = found if isinstance(found, list) else [found]
        frame = self.waiting.pop(0)
        return frame.get("snapshot") or frame.get("change")


async def test_who_is_told_hears_it_and_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with engine_without_switch(tmp_path, monkeypatch) as (house, url), aiohttp.ClientSession() as client:
        messages, store = house.services.need(Messages), house.services.need(Store)
        messages.templates.add_kind("note", "通知")
        people = house.services.need(People)
        person, other = [await people.by_login(system("test"), login) for login in ("1001", "1002")]
        bells = {}
        headers = {login: await signed_in(url, login) for login in ("1001", "1002")}
        for login, who in headers.items():
            bells[login] = Bell(await client.ws_connect(f"{url}/ws", headers=who))
            await bells[login].socket.send_json({"subscribe": "inbox"})
            assert await bells[login].hear() == {"unread": {"all": 0, "urgent": 0}}

        async with store.writing() as session:
            told = await messages.tell(
                session, Persons((person.id,)), Text("note", "停电", "三楼"), urgency=Urgency.URGENT, link="/board"
            )
        heard = [await bells["1001"].hear(), await bells["1001"].hear()]
        assert {"unread": {"all": 1, "urgent": 1}} in heard
        said = next(one["message"] for one in heard if "message" in one)
        assert (said["title"], said["urgency"], said["link"]) == ("停电", "urgent", "/board")

        async def ask(method: str, path: str, login: str, **more: Any) -> Any:
            async with client.request(method, url + path, headers=headers[login], **more) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        found = await ask("GET", "/api/inbox?unread=true", "1001")
        assert [(one["id"], one["kind_title"], one["read"]) for one in found["items"]] == [
            (told.message, "通知", False)
        ]
        messages.templates.kinds.pop("note")
        assert [one["kind_title"] for one in (await ask("GET", "/api/inbox", "1001"))["items"]] == ["其他"]
        messages.templates.add_kind("note", "通知")
        assert (await ask("GET", "/api/inbox", "1002"))["items"] == []
        done = await ask("POST", "/api/inbox/mark", "1002", json={"ids": [told.message]})
        assert done == {"done": 0}
        assert await ask("POST", "/api/inbox/mark_all", "1001", json={}) == {"done": 1}
        assert await bells["1001"].hear() == {"unread": {"all": 0, "urgent": 0}}
        async with store.writing() as session:
            await messages.tell(session, Persons((other.id,)), Text("note", "only 1002"))
        assert "only 1002" in str([await bells["1002"].hear(), await bells["1002"].hear()])
