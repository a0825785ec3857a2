"""The page of the upkeep over HTTP: health in words, backups, a new engine, and who may."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, cast

import aiohttp
import pytest
import pytest_asyncio

from cti.base.events import AlarmCleared, AlarmRaised, SwitchDown
from cti.base.visitor import system
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.jobs.service import Jobs
from cti.process.app import Engine
from cti.store.backups import backup
from cti.store.engine import Store
from cti.telephony.switch.scripted import ScriptedSwitch
from tests.engine_without_switch import PASSWORD, engine_without_switch, signed_in

HOUSE = system("test")
pytestmark = pytest.mark.asyncio(loop_scope="module")
ROUTES = (
    ("GET", "/api/upkeep"),
    ("GET", "/api/upkeep/backups"),
    ("POST", "/api/upkeep/backups"),
    ("GET", "/api/upkeep/backups/hotline-1.backup"),
    ("POST", "/api/upkeep/restart"),
    ("GET", "/api/prompt-voice/sample"),
)


class House:
    """A running engine and its administrator."""

    def __init__(self, engine: Engine, url: str, client: aiohttp.ClientSession, admin: dict[str, str]) -> None:
        self.engine, self.url, self.client, self.admin = engine, url, client, admin
        self.identity = engine.services.need(Identity)

    async def ask(self, method: str, path: str, body: Any = None, who: dict[str, str] | None = None) -> tuple[int, Any]:
        sent = {"json": {} if body is None else body} if method == "POST" else {}
        async with self.client.request(method, self.url + path, headers=who or self.admin, **sent) as answer:
            json = "json" in answer.content_type
            return answer.status, await answer.json() if json else await answer.read()

    async def parts(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in (await self.ask("GET", "/api/upkeep"))[1]["parts"]}

    async def audited(self, action: str) -> list[str]:
        found = await self.identity.audit.find(HOUSE, AuditFilter(action=action))
        return [f"{row.login} {row.subject}" for row in found.rows]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One engine for all tests here: its start costs more than they."""
    async with AsyncExitStack() as stack:
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        data = tmp_path_factory.mktemp("upkeep") / "data"
        started = engine_without_switch(data, environment, more="accounts: {second_factor: roles}\n")
        engine, url = await stack.enter_async_context(started)
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        yield House(engine, url, client, await signed_in(url, "admin"))


async def test_health_is_told_in_words_with_the_time_since_when(house: House) -> None:
    """An administrator had to read /healthz at the server to learn what is wrong."""
    status, found = await house.ask("GET", "/api/upkeep")
    assert status == 200 and found["status"] == "ok" and found["backup"] is None
    parts = await house.parts()
    assert {name: one["state"] for name, one in parts.items()} == {
        "switch": "good", "engine": "good", "database": "good", "broker": "off", "disk": "good", "plugins": "good",
        "voice": parts["voice"]["state"], "recogniser": parts["recogniser"]["state"],
    }  # fmt: skip
    for name, command in (("voice", "hotline prompt voice --install"), ("recogniser", "hotline recogniser --install")):
        there = parts[name]["state"] == "good"
        assert parts[name]["command"] == ("" if there else command)
    assert parts["engine"]["since"] == found["started_at"]

    at = house.engine.clock.wall()
    house.engine.bus.publish(AlarmRaised(at=at, name="x", text="线路中断"))
    _, found = await house.ask("GET", "/api/upkeep")
    assert found["status"] == "degraded" and [one["text"] for one in found["alarms"]] == ["线路中断"]
    house.engine.bus.publish(AlarmCleared(at=at, name="x"))


async def test_the_page_is_for_those_who_manage_the_system(house: House) -> None:
    """Each route is refused to a supervisor; what has a county's reach takes no backup home."""
    await house.identity.roles.add(
        HOUSE, "everything", RoleData(title="全能", permissions=sorted(house.identity.permissions), reach=Reach.REGION)
    )
    for login, role in (("boss", "supervisor"), ("manager", "system_admin"), ("county", "everything")):
        data = PersonData(login=login, name=login, agent_no=None, organisation="city", roles=[role])
        await house.identity.people.add_unchecked(HOUSE, data, PASSWORD)
    supervisor = await signed_in(house.url, "boss")
    for method, path in ROUTES:
        assert (await house.ask(method, path, who=supervisor))[0] == 403, path
    folder = house.engine.settings.data / "backups"
    folder.mkdir()
    (folder / "hotline-1.backup").write_bytes(b"all")
    path = "/api/upkeep/backups/hotline-1.backup"
    assert (await house.ask("GET", path, who=await signed_in(house.url, "manager")))[0] == 403
    assert (await house.ask("GET", path, who=await signed_in(house.url, "county")))[0] == 404
    assert await house.audited("backup.downloaded") == []
    assert await house.ask("GET", path) == (200, b"all")
    assert await house.audited("backup.downloaded") == ["admin backup:hotline-1.backup"]
    outside = house.engine.settings.data / "settings.yaml"
    (folder / "link.backup").symlink_to(outside)
    for name in ("link.backup", "..%2Fsettings.yaml", "none.backup"):
        assert (await house.ask("GET", f"/api/upkeep/backups/{name}"))[0] in (404, 422), name
    shutil.rmtree(folder)


async def test_a_backup_is_made_in_the_background_and_can_be_read(house: House) -> None:
    """A backup could be made at the command line only, and nobody saw on the screen whether there was one."""
    assert (await house.ask("POST", "/api/upkeep/backups", {"recordings": True}))[0] == 204
    assert (await house.ask("POST", "/api/upkeep/backups"))[0] == 409, "one at a time"
    jobs = house.engine.services.need(Jobs)
    async with asyncio.timeout(60):
        while (await house.ask("GET", "/api/upkeep"))[1]["backup"]["state"] in ("waiting", "running") or jobs.busy:
            await asyncio.sleep(0.1)
    _, found = await house.ask("GET", "/api/upkeep")
    assert (found["backup"]["state"], found["backup"]["reason"]) == ("done", "")
    (row,) = (await house.ask("GET", "/api/upkeep/backups"))[1]["items"]
    assert row["sealed"] == "key" and row["size"].endswith("MB")
    store = house.engine.services.need(Store)
    report = await asyncio.to_thread(backup.verify, store.data / "backups" / row["id"], store.data)
    assert report.rows > 0 and report.manifest is not None and report.manifest.recordings
    assert await house.audited("backup.asked") == [f"admin backup:{row['id']}"]
    assert await house.audited("backup.made") == [f"backup backup:{row['id']}"]


async def test_a_backup_that_cannot_be_made_says_why(house: House) -> None:
    folder = house.engine.settings.data / "backups"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("no folder")
    assert (await house.ask("POST", "/api/upkeep/backups"))[0] == 204
    async with asyncio.timeout(60):
        while not (found := (await house.ask("GET", "/api/upkeep"))[1]["backup"])["reason"]:
            await asyncio.sleep(0.1)
    assert found["state"] == "waiting" and "backups" in found["reason"]
    folder.unlink()


async def test_a_new_engine_is_asked_for_only_where_it_loses_nothing(house: House) -> None:
    """To restart the engine one had to be at the server; without the switch it would forget where callers were."""
    status, said = await house.ask("POST", "/api/upkeep/restart")
    assert (status, said["code"]) == (409, "no_supervisor")
    ended = asyncio.Event()
    house.engine.restart.end = ended.set
    switch = cast(ScriptedSwitch, house.engine.calls.switch)
    assert switch.is_up
    switch._up = False
    house.engine.bus.publish(SwitchDown(at=house.engine.clock.wall(), switch="scripted", reason="gone"))
    status, said = await house.ask("POST", "/api/upkeep/restart")
    assert (status, said["code"]) == (409, "switch_down") and not ended.is_set()
    part = (await house.parts())["switch"]
    assert part["state"] == "bad" and "gone" in part["words"] and part["since"]
    switch._up = True
    assert (await house.ask("POST", "/api/upkeep/restart"))[0] == 204
    assert not ended.is_set(), "who asked is answered first"
    assert (await house.ask("POST", "/api/upkeep/restart"))[1]["code"] == "restarting"
    await asyncio.wait_for(ended.wait(), 5)
    assert await house.audited("engine.restarted") == ["admin engine"]
