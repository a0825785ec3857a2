"""The house tries its own public site: what it does as a citizen works, stays nowhere, and is told when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from cti.base.bus import Bus
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.refusal import Conflict
from cti.office.public_sessions.service import PublicSessions
from cti.store.engine import Store
from tests.workflow.portal.open_portal import Portal, Visitor, open_portal
from tests.workflow.portal.test_portal import send
from workflow.portal.probing import Probe

MOST_PAUSES = 3


@dataclass
class Tried:
    """A site and what tries it."""

    portal: Portal
    probe: Probe
    told: list[str]
    waited: list[float]

    async def rows(self) -> dict[str, int]:
        found = {}
        async with self.portal.town.office.store.reading() as session:
            there = set(await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
            for table in sorted(there - {"audit", "audit_log"}):
                found[table] = int(await session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)
        return found


@pytest.fixture
async def tried(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tried]:
    monkeypatch.setattr("workflow.portal.probing.PATIENCE", 300.0)  # a busy machine is none of these tests' business
    async with open_portal(sqlite_store) as portal:
        bus, told = Bus(), list[str]()
        bus.subscribe(AlarmRaised, lambda event: told.append(event.text))
        bus.subscribe(AlarmCleared, lambda event: told.append("cleared"))
        sessions = portal.site.sessions
        clock, waited = portal.town.clock, list[float]()

        async def pause(seconds: float) -> None:
            clock.advance(seconds)
            waited.append(seconds)
            if len(waited) > MOST_PAUSES:
                raise asyncio.CancelledError

        assert isinstance(sessions, PublicSessions)
        probe = Probe(portal.site, sessions, portal.pages.knowledge, clock, bus, pause)
        yield Tried(portal, probe, told, waited)


async def test_a_citizen_who_is_nobody_does_it_all_and_nothing_stays(tried: Tried) -> None:
    async with Visitor.of(tried.portal) as li:
        await li.enter("13800000041")
        first = await send(li)
        before = await tried.rows()
        for _ in range(3):
            found = await tried.probe.once()
            assert found.wrong == "", found
            assert [one.title for one in found.steps] == ["首页", "填写诉求", "提交诉求", "查询进度"]
        assert await tried.rows() == before
        second = await send(li)
        assert int(second) == int(first) + 1, "its numbers are nobody's"
        assert "监测" not in (await li.get("/mine")).text


async def test_it_is_tried_every_five_minutes(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, at = tried.portal.town.clock.now(), list[float]()

    async def look() -> None:
        at.append(tried.portal.town.clock.now() - begun)

    monkeypatch.setattr(tried.probe, "look", look)
    with pytest.raises(asyncio.CancelledError):
        await tried.probe.run()
    assert at == [300.0, 600.0, 900.0]


async def test_nobody_enters_as_the_probe(tried: Tried) -> None:
    async with Visitor.of(tried.portal) as one:
        page = await one.post("/enter", number="12345", code="000000")
        assert page.status == 422 and (await one.get("/mine")).status == 303


async def test_who_leads_is_told_when_it_fails_and_when_it_works_again(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("no form")

    assert (await tried.probe.look()).wrong == "" and tried.told == []
    asking = next(one for one in tried.portal.site.endpoints if one.route.path == "/request/new").route.handler
    with monkeypatch.context() as patch:
        patch.setattr(asking.__self__._asking, "fields", broken)  # type: ignore[attr-defined] # a bound method
        found = await tried.probe.look()
    assert found.wrong == "填写诉求：应答 500" and tried.told == ["公众网站不能正常使用：填写诉求：应答 500"]
    assert tried.waited == [20.0], "once more, before anybody is woken"
    await tried.probe.look()
    assert tried.told[1:] == ["cleared"]
    await tried.portal.site.stop()
    assert (await tried.probe.once()).wrong.startswith("首页：没有应答")
    tried.portal.site.port = 0
    with pytest.raises(Conflict):
        await tried.probe.once()
