"""A citizen is told on his browser that there is news: sealed, without a word of the request, as long as he wants."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest

from cti.base.clock import VirtualClock
from cti.base.settings import MessageSettings
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.push.citizens import CitizenPush
from cti.office.messages.push.models import PushDeviceRow, PushLetterRow
from cti.office.messages.push.sealing import packed
from cti.store.engine import Store
from tests.cti.office.messages.test_push import Phone, Pushed, open_pushed_on
from tests.workflow.portal.open_portal import Portal, Visitor, open_portal
from tests.workflow.portal.test_portal import LI, WANG, send

AT = "/mine/notices"


@dataclass
class Told:
    """The site, and the house's push with a browser at its service."""

    portal: Portal
    pushed: Pushed

    @property
    def phone(self) -> Phone:
        return self.pushed.phone

    async def news(self, number: str, answer: str = "已修好，请放心使用") -> None:
        """The request is answered, and whoever asked is told."""
        await self.portal.answered(number, answer)
        await self.portal.pages.telling.tell(await self.portal.id_of(number))
        await self.pushed.pushes._look()

    async def turn(self, visitor: Visitor, path: str = "", **said: Any) -> int:
        body = {"endpoint": self.phone.endpoint, **said}
        return (await visitor.ask("POST", f"{AT}{path}", json=body, headers={"X-CSRF": visitor.csrf})).status

    async def on(self, visitor: Visitor) -> None:
        assert await self.turn(visitor, key=self.phone.key, secret=packed(self.phone.secret)) == 204

    async def devices(self, visitor: Visitor) -> int:
        return int(json.loads((await visitor.get(AT)).text)["devices"])


@pytest.fixture
async def told(sqlite_store: Store) -> AsyncIterator[Told]:
    async with open_portal(sqlite_store) as portal, open_pushed_on(portal.town.office) as pushed:
        settings = type("Settings", (), {"settings": MessageSettings()})()
        push = CitizenPush(sqlite_store, pushed.clock, pushed.devices, pushed.pushes, cast("CitizenMessages", settings))
        portal.pages.notices.take(push)
        yield Told(portal, pushed)


async def test_he_hears_that_there_is_news_and_nothing_of_what(told: Told) -> None:
    async with Visitor.of(told.portal) as li:
        await li.enter(LI)
        number = await send(li, content="蓝色大门后面的窨井盖坏了", title="蓝色大门")
        assert 'data-key="' in (await li.get("/mine/messages")).text
        await told.on(li)
        assert await told.devices(li) == 1
        await told.news(number)
        ((headers, body),) = told.phone.came
        found = told.phone.read(body)
        assert (found["title"], found["link"]) == ("您的诉求有新进展", "/mine/messages")
        said = json.dumps(found, ensure_ascii=False) + str(headers)
        for secret in ("蓝色大门", "窨井盖", number, "已修好", LI):
            assert secret not in said, secret
        await told.portal.pages.telling.tell(await told.portal.id_of(number))
        await told.pushed.pushes._look()
        assert len(told.phone.came) == 1, "the same news once"
        assert json.loads((await li.post("/mine/account/export")).text)["接收提醒的浏览器数"] == 1


async def test_a_browser_that_is_gone_is_forgotten(told: Told) -> None:
    async with Visitor.of(told.portal) as li:
        await li.enter(LI)
        number = await send(li)
        await told.on(li)
        told.phone.status = 410
        await told.news(number)
        assert await told.devices(li) == 0 and await told.pushed.count(PushLetterRow) == 0


async def test_at_night_it_waits_for_the_morning(told: Told) -> None:
    clock = told.portal.town.office.clock
    assert isinstance(clock, VirtualClock)
    async with Visitor.of(told.portal) as li:
        await li.enter(LI)
        number = await send(li)
        await told.on(li)
        clock.advance(timedelta(hours=13).total_seconds())
        await told.news(number)
        assert told.phone.came == [], "it is 23 o'clock"
        clock.advance(timedelta(hours=10).total_seconds())
        await told.pushed.pushes._look()
        assert len(told.phone.came) == 1


@pytest.mark.parametrize("way", ["turned off", "signed out everywhere", "left"])
async def test_who_wants_no_more_is_told_no_more(told: Told, way: str) -> None:
    async with Visitor.of(told.portal) as li:
        await li.enter(LI)
        number = await send(li)
        await told.on(li)
        if way == "turned off":
            assert await told.turn(li, "/remove") == 204
        elif way == "left":
            assert (await li.post("/mine/account/close", confirmed=LI[-4:])).status == 303
        else:
            assert (await li.post("/leave", everywhere="yes")).status == 303
        await told.news(number)
        assert told.phone.came == [] and await told.pushed.count(PushDeviceRow) == 0


async def test_a_browser_is_whose_it_was_last_and_nobody_turns_anothers_off(told: Told) -> None:
    async with Visitor.of(told.portal) as li, Visitor.of(told.portal) as wang:
        await li.enter(LI)
        number = await send(li)
        await told.on(li)
        await wang.enter(WANG)
        assert await told.turn(wang, "/remove") == 204
        assert await told.devices(li) == 1
        await told.on(wang)
        assert (await told.devices(li), await told.devices(wang)) == (0, 1)
        await told.news(number)
        assert told.phone.came == [], "whose browser it is now hears nothing of the other's request"


async def test_without_push_nothing_is_offered_and_only_services_that_are_named_are_taken(told: Told) -> None:
    async with Visitor.of(told.portal) as li:
        await li.enter(LI)
        keys = {"key": told.phone.key, "secret": packed(told.phone.secret)}
        assert await told.turn(li, **keys, endpoint="https://evil.example/push/1") == 422
        assert await told.turn(li, key="short", secret="short") == 422
        bare = await li.ask("POST", AT, json={"endpoint": told.phone.endpoint, **keys})
        assert bare.status == 403, "another site cannot turn it on for him"
        told.pushed.devices.services = ()
        assert "data-notices" not in (await li.get("/mine/messages")).text
        assert await told.turn(li, **keys) == 409
    async with Visitor.of(told.portal) as nobody:
        assert (await nobody.get(AT)).status in (303, 401)
